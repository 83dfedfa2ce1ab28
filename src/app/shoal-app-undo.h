/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What was done is taken back; @widget is still there. */
typedef void (*ShoalAppUndoFunc) (GtkWidget *widget, gpointer data);

/* Tells what was done, as text, in a toast of the window of @widget, with a button that calls
 * @func. @data is taken over. */
void shoal_app_undo_offer (GtkWidget       *widget,
                           const char      *title,
                           ShoalAppUndoFunc func,
                           gpointer         data,
                           GDestroyNotify   destroy);

G_END_DECLS
