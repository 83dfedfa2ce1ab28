/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "codec/shoal-codec-tracker.h"
#include "trackerd/shoal-trackerd-roster.h"

G_BEGIN_DECLS

/* All swarms of a tracker: who is in which, who is told of whom, and how much memory that may take.
 * Time is an argument, in seconds from any start. One thread. */
typedef struct _ShoalTrackerdTable ShoalTrackerdTable;

/* Peers told in one reply. */
#define SHOAL_TRACKERD_TABLE_MAX_WANT     200
#define SHOAL_TRACKERD_TABLE_DEFAULT_WANT 50

typedef struct
{
  guint32 interval_sec; /* a peer not seen for twice this and a minute is forgotten */
  guint   max_peers;    /* further ones are answered and not kept */
} ShoalTrackerdTableLimits;

ShoalTrackerdTable *shoal_trackerd_table_new (const ShoalTrackerdTableLimits *limits);

void shoal_trackerd_table_free (ShoalTrackerdTable *self);

/* Only the info-hashes that were allowed are served, from the first call on. */
void shoal_trackerd_table_allow (ShoalTrackerdTable *self, const ShoalSwarmKey *info_hash);

/* What an announce led to. */
typedef struct
{
  guint32 n_seeds; /* of the swarm, over both families */
  guint32 n_leechers;
  guint32 n_downloaded;
  guint   n_same;  /* peers picked of the sender's family … */
  guint   n_other; /* … and after them of the other one */
  /* borrowed until the next call that changes the table */
  const ShoalTrackerdPeer *peers[SHOAL_TRACKERD_TABLE_MAX_WANT];
} ShoalTrackerdTableReply;

/* Takes note of an announce from @peer (the sender's address with the announced port) and picks
 * peers for it: @want_other further ones of the other family if there is room. FALSE, and nothing
 * done, if the info-hash is not allowed.
 *
 * An entry belongs to who made it, known by "key", or by the peer id where there is none: only the
 * same may take it away or change it, so that nobody behind the same address can drop another.
 * Somebody else at the same address and port takes it over once the owner has missed an announce.
 */
gboolean shoal_trackerd_table_announce (ShoalTrackerdTable              *self,
                                        const ShoalCodecTrackerAnnounce *announce,
                                        const ShoalBaseAddress          *peer,
                                        guint32                          now_sec,
                                        ShoalTrackerdTableReply         *out);

/* FALSE, and zeros, if nobody is there or the info-hash is not allowed. */
gboolean shoal_trackerd_table_scrape (const ShoalTrackerdTable *self,
                                      const ShoalSwarmKey      *info_hash,
                                      ShoalCodecTrackerCounts  *out);

/* Forgets peers that stopped announcing; looks at up to @budget peers or swarms and goes on there
 * the next time. */
void shoal_trackerd_table_sweep (ShoalTrackerdTable *self, guint32 now_sec, guint budget);

/* How many a sweep every second must look at to see all of them twice an interval. */
guint shoal_trackerd_table_get_sweep_budget (const ShoalTrackerdTable *self);

guint shoal_trackerd_table_get_n_swarms (const ShoalTrackerdTable *self);

guint shoal_trackerd_table_get_n_peers (const ShoalTrackerdTable *self);

guint shoal_trackerd_table_get_n_seeds (const ShoalTrackerdTable *self);

/* Up to @max rows, ascending by info-hash; the caller owns the array of ShoalCodecTrackerScrapeRow.
 */
GArray *shoal_trackerd_table_dup_rows (const ShoalTrackerdTable *self, guint max);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalTrackerdTable, shoal_trackerd_table_free)

G_END_DECLS
