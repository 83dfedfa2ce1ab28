/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-heap.h"
#include "base/shoal-base-rate.h"
#include "piece-fixture.h"
#include "piece/shoal-piece-blame.h"

G_BEGIN_DECLS

/* A swarm that one torrent downloads from, with a clock of its own: peers that answer requests in
 * order at their own speed and distance. No sockets, no sleeping. */

#define SWARM_MAX_PEERS 64

typedef struct
{
  ShoalPieceBlock block;
  gint64          sent_usec;
} SwarmRequest;

typedef struct
{
  ShoalBaseHeapNode node; /* when the block at the head of its queue is here */
  ShoalPieceSlot    slot;
  ShoalPieceSender  sender;
  ShoalBaseBitset  *has;
  GArray           *queue; /* of SwarmRequest; the head is on its way */
  ShoalBaseRate     rate;  /* as we measure it */
  guint64           bps;   /* what it can send */
  gint64            rtt_usec;
  gint64            free_usec; /* when it has sent what it was asked before */
  gint64            last_usec; /* when it last sent us something, or was first asked */
  guint             slow_start;
  guint             n_sent;

  guint is_there : 1;
  guint is_choking : 1;
  guint is_snubbed : 1;
  guint is_silent : 1;   /* takes requests and sends nothing */
  guint is_poisoner : 1; /* spoils one block in 16 */
} SwarmPeer;

typedef struct
{
  Torrent          t;
  ShoalBaseRandom  random;
  ShoalBaseHeap   *heap;
  ShoalPieceBlame *blame;
  SwarmPeer        peers[SWARM_MAX_PEERS];
  guint            n_peers;
  gint64           now_usec;
  gint64           tick_usec;
  guint            budget; /* blocks that may be held; 0: any number */
  guint            most_held;
  guint            most_open;
  guint            n_wasted; /* blocks that came and were not needed */
  guint            n_spoilt; /* pieces that failed */
  guint            n_early;  /* blocks written early */
  GArray          *banned;   /* of ShoalPieceSender */
} Swarm;

void swarm_init (Swarm *self, guint n_pieces, guint n_blocks, guint64 seed);

void swarm_clear (Swarm *self);

/* With all pieces but a share (in 100) chosen by lot. */
SwarmPeer *swarm_add_peer (Swarm *self, guint64 bps, guint missing_100);

void swarm_remove_peer (Swarm *self, SwarmPeer *peer);

/* Goes on until all is had, or for @seconds of its clock. FALSE: it is not all had. */
gboolean swarm_run (Swarm *self, guint seconds);

G_END_DECLS
