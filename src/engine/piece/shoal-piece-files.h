/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "piece/shoal-piece-map.h"
#include "piece/shoal-piece-types.h"
#include "types/shoal-types-info.h"

G_BEGIN_DECLS

/* Files seen through pieces: priorities of files become those of pieces, and pieces that are had
 * become bytes of files. A piece shared by files gets the highest of their priorities; it is
 * skipped only if all its files are. Padding (BEP 47) does not count; a piece of nothing but
 * padding goes with the highest file. One thread. */
typedef struct _ShoalPieceFiles ShoalPieceFiles;

/* All files of normal priority, and what @map has by now counted. @map: unowned, outlives this. */
ShoalPieceFiles *shoal_piece_files_new (ShoalPieceMap *map);

void shoal_piece_files_free (ShoalPieceFiles *self);

/* One file; writes the priorities of its pieces to the map. O(its pieces + the files that share its
 * first and last piece). */
void shoal_piece_files_set_priority (ShoalPieceFiles *self, guint file, ShoalFilePriority priority);

/* All files; @priorities has an entry each. O(files + pieces). */
void shoal_piece_files_set_priorities (ShoalPieceFiles *self, const ShoalFilePriority *priorities);

ShoalFilePriority shoal_piece_files_get_priority (const ShoalPieceFiles *self, guint file);

/* The map gained @piece (or lost it): its bytes are counted. To be called once for each change. */
void shoal_piece_files_on_gained (ShoalPieceFiles *self, guint piece);

void shoal_piece_files_on_lost (ShoalPieceFiles *self, guint piece);

/* Counts anew from the map, after shoal_piece_map_load_have(). */
void shoal_piece_files_recount (ShoalPieceFiles *self);

/* Verified bytes of @file. */
guint64 shoal_piece_files_get_bytes_had (const ShoalPieceFiles *self, guint file);

/* Bytes of the files that are not skipped, without padding, and how many of them are verified: what
 * a person is told. O(1). */
guint64 shoal_piece_files_get_wanted_size (const ShoalPieceFiles *self);

guint64 shoal_piece_files_get_wanted_had (const ShoalPieceFiles *self);

/* Whether @piece is wanted and also holds bytes of a skipped file: those go to the parts file. */
gboolean shoal_piece_files_is_boundary (const ShoalPieceFiles *self, guint piece);

/* Walks everything and aborts on a contradiction. */
void shoal_piece_files_check (const ShoalPieceFiles *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalPieceFiles, shoal_piece_files_free)

G_END_DECLS
