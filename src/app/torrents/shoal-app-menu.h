/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/torrents/shoal-app-actions.h"

G_BEGIN_DECLS

/* The one popover menu of a view: all that can be done to the targets of its actions. While it is
 * open no row moves. */
typedef struct _ShoalAppMenu ShoalAppMenu;

/* @parent: what the popover belongs to, a widget around the view; freed before @parent is. */
ShoalAppMenu *shoal_app_menu_new (GtkWidget *parent, ShoalAppActions *actions);

void shoal_app_menu_free (ShoalAppMenu *self);

/* Opens it at a place in @view, for the row @item of @torrent: this becomes the selection, unless
 * it is part of it, and gets the focus, also when the menu has gone. */
void shoal_app_menu_pop_up (ShoalAppMenu       *self,
                            GtkWidget          *view,
                            GtkWidget          *item,
                            ShoalModelTorrent  *torrent,
                            const GdkRectangle *at);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalAppMenu, shoal_app_menu_free)

G_END_DECLS
