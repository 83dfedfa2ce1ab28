/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "model/shoal-model-details.h"

G_BEGIN_DECLS

/* The pieces of a torrent as a strip that wraps to several lines, the more the taller. Each cell
 * stands for one piece or several neighbours: as much of it is full as is here, half as much as is
 * on its way; the rest has a shade by how many of the people have it, and only a line where nobody
 * has. So it reads without colours.
 *
 * Drawn from one texture a line, of which only those are made anew that changed, at most 4 times a
 * second: 100,000 pieces cost what the pixels do. The tooltip says which pieces, and of which file.
 */
#define SHOAL_TYPE_APP_PIECE_MAP (shoal_app_piece_map_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppPieceMap, shoal_app_piece_map, SHOAL, APP_PIECE_MAP, GtkWidget)

/* NULL: none. Shows what is watched of it, as it comes. */
void shoal_app_piece_map_set_details (ShoalAppPieceMap *self, ShoalModelDetails *details);

G_END_DECLS
