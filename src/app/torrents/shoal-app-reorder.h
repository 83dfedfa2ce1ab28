/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/torrents/shoal-app-collection.h"

G_BEGIN_DECLS

/* The row of @view at a place in it, and its torrent, both borrowed; NULL: there is none. */
typedef GtkWidget *(*ShoalAppPickFunc) (GtkWidget          *view,
                                        double              x,
                                        double              y,
                                        ShoalModelTorrent **torrent);

/* Lets rows of @view be dragged to another place in the queue, as long as they are sorted by that.
 * @view is a GtkScrollable, and does not outlive @collection. The row at which they would go gets
 * the class "drop-before" or "drop-after". */
void
shoal_app_reorder_install (GtkWidget *view, ShoalAppCollection *collection, ShoalAppPickFunc pick);

G_END_DECLS
