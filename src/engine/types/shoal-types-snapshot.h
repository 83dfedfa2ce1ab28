/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-event.h"
#include "types/shoal-types-info.h"
#include "types/shoal-types-reach.h"

G_BEGIN_DECLS

/* The answer to one command: each gets exactly one. Immutable, counted. */
typedef struct
{
  atomic_uint    ref_count; /* by shoal_answer_ref() and shoal_answer_unref() only */
  guint64        serial;    /* of the command */
  ShoalTorrentId id;        /* the torrent it was about, or that it made */
  ShoalProblem  *problem;   /* owned; NULL: done */
  ShoalContents *contents;  /* owned; of an inspection */
  GArray        *found;     /* owned, of ShoalTorrentId, rising; of a search. NULL: a newer one has
                             * taken its place */
} ShoalAnswer;

ShoalAnswer *shoal_answer_new (guint64 serial, ShoalTorrentId id);

ShoalAnswer *shoal_answer_ref (const ShoalAnswer *self);

void shoal_answer_unref (ShoalAnswer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalAnswer, shoal_answer_unref)

/* How we stand in the DHT. */
typedef enum
{
  SHOAL_DHT_OFF,     /* by the settings, for want of a port, or no torrent takes part */
  SHOAL_DHT_JOINING, /* looks for others */
  SHOAL_DHT_JOINED,
} ShoalDhtState;

typedef struct
{
  guint64 down_bps;
  guint64 up_bps;
  guint64 downloaded; /* payload, in this run */
  guint64 uploaded;
  guint   n_peers;
  guint   n_torrents;
  guint   n_awake;     /* of them, those that are loaded; the others cost their row only */
  guint16 port;        /* that we listen on; 0: not listening */
  guint   n_dht_nodes; /* that we know and that answer, of both families */

  ShoalDhtState dht;
  ShoalReach    reach;
} ShoalTotals;

/* What changed since the last snapshot: the only way anything comes up from the engine. Immutable,
 * counted. Apply in this order: changed, removed, details, events, answers. */
typedef struct
{
  atomic_uint ref_count;   /* by shoal_snapshot_ref() and shoal_snapshot_unref() only */
  guint64     last_serial; /* of the last command whose effect is in here */
  ShoalTotals totals;
  GPtrArray  *changed; /* owned, of ShoalTorrentInfo: new or different */
  GArray     *removed; /* owned, of ShoalTorrentId */
  GPtrArray  *details; /* owned, of ShoalTorrentDetails */
  GPtrArray  *events;  /* owned, of ShoalEvent */
  GPtrArray  *answers; /* owned, of ShoalAnswer */

  ShoalProblem
      *problem; /* owned; of the engine as a whole: the state cannot be read or written, no port */

  guint is_loaded : 1;  /* the state was read: the list is whole */
  guint is_stopped : 1; /* the last snapshot of this engine */
} ShoalSnapshot;

ShoalSnapshot *shoal_snapshot_new (void);

ShoalSnapshot *shoal_snapshot_ref (const ShoalSnapshot *self);

void shoal_snapshot_unref (ShoalSnapshot *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalSnapshot, shoal_snapshot_unref)

G_END_DECLS
