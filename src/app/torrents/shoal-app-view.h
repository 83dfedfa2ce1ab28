/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/torrents/shoal-app-actions.h"
#include "app/torrents/shoal-app-pulse.h"

G_BEGIN_DECLS

/* What list and table have in common: a GtkListView or GtkGridView whose items have a
 * ShoalAppPulsed each as their child. It keeps the clock of these rows and binds them; opens their
 * menu by right click, long press, or when asked; lets them be dragged in the queue; says how fast
 * it goes in the row that has the focus; and gives the focus to a neighbour where its row went. */
typedef struct _ShoalAppView ShoalAppView;

/* @view lies in its scrolled window below @owner, has no model yet, and outlives what this returns;
 * so does @owner, to which the menu belongs. @role: of the items. */
ShoalAppView *shoal_app_view_new (GtkWidget        *owner,
                                  GtkWidget        *view,
                                  ShoalAppActions  *actions,
                                  GtkAccessibleRole role);

/* After the view has lost its model. */
void shoal_app_view_free (ShoalAppView *self);

/* Borrowed. */
ShoalAppPulse *shoal_app_view_get_pulse (ShoalAppView *self);

/* A row of the view gets the torrent of its item, or has it no more. */
void shoal_app_view_bind (ShoalAppView *self, GtkListItem *item);

void shoal_app_view_unbind (ShoalAppView *self, GtkListItem *item);

/* For ShoalAppFocusFunc, with the view itself. */
ShoalModelTorrent *shoal_app_view_get_focused (gpointer view);

/* The menu of the row with the focus, where that is seen. */
void shoal_app_view_open_menu (ShoalAppView *self);

/* Selects the row, as it is about to show its details. */
void shoal_app_view_activate (ShoalAppView *self, guint position);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalAppView, shoal_app_view_free)

G_END_DECLS
