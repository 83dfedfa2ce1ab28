/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/torrents/shoal-app-actions.h"
#include "app/torrents/shoal-app-pulse.h"

G_BEGIN_DECLS

/* What list and table have in common: a GtkListView or GtkGridView whose items have a
 * ShoalAppPulsed each as their child. It keeps the clock of these rows and binds them; opens their
 * menu by right click, long press, or when asked; lets them be dragged in the queue; says how fast
 * it goes in the row that has the focus; gives the focus to a neighbour where its row went; and
 * stays where it is scrolled to while rows change places. With Shift or Control the arrows that
 * lead sideways do nothing; what they do alone is the owner's. */
typedef struct _ShoalAppView ShoalAppView;

/* @view lies in its scrolled window below @owner, has no model, and outlives what this returns; so
 * does @owner, to which the menu belongs. @role: of the items. */
ShoalAppView *shoal_app_view_new (GtkWidget        *owner,
                                  GtkWidget        *view,
                                  ShoalAppActions  *actions,
                                  GtkAccessibleRole role);

/* After it has left its rows. */
void shoal_app_view_free (ShoalAppView *self);

/* The view has rows as long as it is mapped: where another one is shown in its place, nobody looks
 * at them, and each would cost something with each change. What is selected is what the person
 * looks for, so that comes into sight. */
void shoal_app_view_take_rows (ShoalAppView *self);

void shoal_app_view_leave_rows (ShoalAppView *self);

/* Borrowed. */
ShoalAppPulse *shoal_app_view_get_pulse (ShoalAppView *self);

/* A ShoalAppPulsed. */
typedef GtkWidget *(*ShoalAppRowFunc) (gpointer data);

/* Gives @item a row that another item has left, or else a new one: to make one takes longer than
 * all that is shown in it. */
void
shoal_app_view_set_up (ShoalAppView *self, GtkListItem *item, ShoalAppRowFunc make, gpointer data);

/* Keeps the row of an item that goes. */
void shoal_app_view_tear_down (ShoalAppView *self, GtkListItem *item);

/* A row of the view gets the torrent of its item, or has it no more. */
void shoal_app_view_bind (ShoalAppView *self, GtkListItem *item);

void shoal_app_view_unbind (ShoalAppView *self, GtkListItem *item);

/* For ShoalAppFocusFunc, with the view itself. */
ShoalModelTorrent *shoal_app_view_get_focused (gpointer view);

/* The menu of the row with the focus, where that is seen. */
void shoal_app_view_open_menu (ShoalAppView *self);

/* Is about to show details: of the row, or of all that are selected if it is one of them. */
void shoal_app_view_activate (ShoalAppView *self, guint position);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalAppView, shoal_app_view_free)

G_END_DECLS
