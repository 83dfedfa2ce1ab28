/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "types/shoal-types-info.h"

G_BEGIN_DECLS

/* One peer, or one tracker, of a torrent, for as long as it is there: what is said of it changes.
 * UI context only. */
#define SHOAL_TYPE_MODEL_PART (shoal_model_part_get_type ())
G_DECLARE_FINAL_TYPE (ShoalModelPart, shoal_model_part, SHOAL, MODEL_PART, GObject)

/* A ShoalPeerInfo, or a ShoalTrackerInfo; borrowed until the list takes in others. */
gconstpointer shoal_model_part_get_value (ShoalModelPart *self);

/* Its place among those that the engine told of last. */
guint shoal_model_part_get_index (ShoalModelPart *self);

/* A flat GListModel of ShoalModelPart, kept in step with what the engine publishes: what stays
 * keeps its object, and its row with it. New ones are added at the end, so who shows them sorts. */
#define SHOAL_TYPE_MODEL_PARTS (shoal_model_parts_get_type ())
G_DECLARE_FINAL_TYPE (ShoalModelParts, shoal_model_parts, SHOAL, MODEL_PARTS, GObject)

/* Of peers, which are the same by their address. */
ShoalModelParts *shoal_model_parts_new_for_peers (void);

/* Of trackers, which are the same by their URL and tier. */
ShoalModelParts *shoal_model_parts_new_for_trackers (void);

/* @values: of what the list is of; NULL: none. References it. TRUE: something came, went, or has
 * another place. */
gboolean shoal_model_parts_apply (ShoalModelParts *self, GPtrArray *values);

G_END_DECLS
