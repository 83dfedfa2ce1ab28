/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Home and End in a long list of rows, where nobody sees the one at that end. GTK would make that
 * row, give all others to other torrents, move the focus and select, in one turn of the main loop;
 * here the list goes there first, and the focus and the selection have a turn of their own. */
typedef struct _ShoalAppLeap ShoalAppLeap;

/* @view: a GtkGridView of rows that are ShoalAppPulsed, which outlives what this returns, with the
 * items of @selection. */
ShoalAppLeap *shoal_app_leap_new (GtkWidget *view, GtkSelectionModel *selection);

void shoal_app_leap_free (ShoalAppLeap *self);

/* As the key does with Shift or Control @held: Control alone moves the focus only, Shift selects
 * all on the way. FALSE: nothing was done, since GTK may do it, for the row is there. */
gboolean shoal_app_leap_begin (ShoalAppLeap *self, gboolean is_end, GdkModifierType held);

/* Ends what was begun, at once: before the next key. */
void shoal_app_leap_land (ShoalAppLeap *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalAppLeap, shoal_app_leap_free)

G_END_DECLS
