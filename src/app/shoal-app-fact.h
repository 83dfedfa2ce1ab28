/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/shoal-model-cells.h"
#include "types/shoal-types-info.h"

G_BEGIN_DECLS

/* What the details say of a torrent, one fact each, made from what the engine published; pure
 * functions, the strings are plain text and the caller's. */

/* "3.9 GB", or how much of it is wanted. */
char *shoal_app_fact_dup_size (const ShoalTorrentInfo *info);

/* An amount that may be nothing. */
char *shoal_app_fact_dup_amount (guint64 bytes);

/* Uploaded by size, or by what was downloaded if that is more: "0.52". */
char *shoal_app_fact_dup_ratio (const ShoalTorrentInfo *info);

/* "1.4 copies among the connected". */
char *shoal_app_fact_dup_copies (const ShoalTorrentInfo *info);

/* How many of those that are known are connected, and how many of these have everything. */
char *shoal_app_fact_dup_people (const ShoalTorrentInfo *info);

/* How long it has been given to others. */
char *shoal_app_fact_dup_seeding_time (const ShoalTorrentInfo *info);

/* A day and a minute as the person's clock shows them; @time in seconds since the epoch, 0: not
 * yet. */
char *shoal_app_fact_dup_time (gint64 time);

/* "1520 pieces of 256 KiB". */
char *shoal_app_fact_dup_pieces (guint n_pieces, guint32 piece_length);

/* The pieces in words: "412 of 1520 pieces are here, 12 are on their way, nobody has 3". @is_alone:
 * nobody is connected, so that nobody can have any. */
char *shoal_app_fact_dup_counts (const ShoalModelPieceCounts *counts, gboolean is_alone);

/* @n pieces from @first on: which, how they stand, and what files they are of. @contents NULL: not
 * known. */
char *shoal_app_fact_dup_range (const ShoalTorrentDetails *pieces,
                                const ShoalContents       *contents,
                                guint                      first,
                                guint                      n);

/* In hex; NULL: it has none of that kind. */
char *shoal_app_fact_dup_hash_v1 (const ShoalInfoHashes *hashes);

char *shoal_app_fact_dup_hash_v2 (const ShoalInfoHashes *hashes);

/* A magnet link (BEP 9) for a torrent; @contents, for its trackers and web seeds, may be NULL. */
char *shoal_app_fact_dup_link (const ShoalTorrentInfo *info, const ShoalContents *contents);

G_END_DECLS
