/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/torrents/shoal-app-collection.h"

G_BEGIN_DECLS

/* What a person does to torrents, as actions "torrent.…" for all that lies in one widget: views,
 * menus, details. They are about the targets: what is selected, or the one row that has the focus
 * if that is not part of it. There may be several: what lies in a widget inside uses that one's.
 * Two are about the torrent of a row: "torrent.press" (u) and
 * "torrent.set-seed" ((ub)).
 *
 * Signal "remove" (ShoalAppActions *, GPtrArray *torrents, gboolean with_files, gpointer): the
 * person wants them gone; of ShoalModelTorrent. Messages go to the action "win.toast" (s). */
#define SHOAL_TYPE_APP_ACTIONS (shoal_app_actions_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppActions, shoal_app_actions, SHOAL, APP_ACTIONS, GObject)

/* @widget gets the actions, and owns what this returns. */
ShoalAppActions *shoal_app_actions_new (GtkWidget *widget, ShoalAppCollection *collection);

/* Borrowed. */
ShoalAppCollection *shoal_app_actions_get_collection (ShoalAppActions *self);

/* The torrent whose row in @view has the focus; NULL: none. Borrowed. */
typedef ShoalModelTorrent *(*ShoalAppFocusFunc) (gpointer view);

/* The view that is shown says so itself. */
void
shoal_app_actions_set_view (ShoalAppActions *self, GtkWidget *view, ShoalAppFocusFunc get_focused);

/* Of ShoalModelTorrent, in the order of the rows; shared, and never changed. */
GPtrArray *shoal_app_actions_ref_targets (ShoalAppActions *self);

/* Lets those be done that make sense for the targets; before a menu opens. */
void shoal_app_actions_update (ShoalAppActions *self);

/* The keys that every view has: Ctrl+Space, Ctrl+E, Delete, Alt+Up and so on. */
void shoal_app_actions_add_keys (GtkWidget *view);

G_END_DECLS
