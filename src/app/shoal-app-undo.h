/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What was done is taken back; @widget is still there. */
typedef void (*ShoalAppUndoFunc) (GtkWidget *widget, gpointer data);

typedef struct
{
  GtkWidget       *widget; /* in a window */
  const char      *title;  /* says what was done; no markup */
  const char      *kind;   /* static: of what was done */
  ShoalAppUndoFunc func;
  gpointer         data;    /* taken over */
  GDestroyNotify   destroy; /* of it; NULL: nothing */
} ShoalAppUndoOffer;

/* Tells what was done in a toast with a button that takes it back. One of the same kind that is
 * still there goes, and the button takes back what that one offered as well, the newest first;
 * others come back when this one is over. */
void shoal_app_undo_offer (const ShoalAppUndoOffer *offer);

G_END_DECLS
