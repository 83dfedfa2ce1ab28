/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many requests to keep under way with one remote, and whether it leaves us waiting. Arithmetic
 * only: time and rates are arguments. A value; see shoal_peer_pipeline_init(). */
typedef struct
{
  guint   target;        /* while not snubbed */
  guint   limit;         /* what the remote keeps, or we want at most */
  gint64  tick_usec;     /* when the present tick began; 0: with the next block */
  guint64 tick_bytes;    /* blocks of the present tick */
  guint64 last_tick_bps; /* of the tick before */
  gint64  block_usec;    /* the last block; 0: none yet */
  gint64  reply_usec;    /* the last sign of an answer; 0: none yet */
  gint64  owed_usec;     /* since when something has been under way; 0: nothing is */

  guint slow_start : 1;
  guint snubbed : 1;
} ShoalPeerPipeline;

#define SHOAL_PEER_PIPELINE_MIN 2
#define SHOAL_PEER_PIPELINE_MAX 500

/* What a remote keeps that does not say: the oldest default of those that do. */
#define SHOAL_PEER_PIPELINE_UNSAID 250

/* BitComet copes badly with more. */
#define SHOAL_PEER_PIPELINE_BITCOMET 50

/* Without a block, or without any sign of an answer. */
#define SHOAL_PEER_PIPELINE_SNUB_USEC  (20 * G_USEC_PER_SEC)
#define SHOAL_PEER_PIPELINE_REPLY_USEC (60 * G_USEC_PER_SEC)

void shoal_peer_pipeline_init (ShoalPeerPipeline *self);

/* At most @limit from now on, or SHOAL_PEER_PIPELINE_MAX if that is less. */
void shoal_peer_pipeline_set_limit (ShoalPeerPipeline *self, guint limit);

/* How many requests should be under way. */
guint shoal_peer_pipeline_get_target (const ShoalPeerPipeline *self);

/* The remote unchoked us: the search for the right number begins anew from where it was. */
void shoal_peer_pipeline_on_unchoke (ShoalPeerPipeline *self);

/* Requests went out while none was under way. */
void shoal_peer_pipeline_on_owed (ShoalPeerPipeline *self, gint64 now_usec);

/* Nothing is under way any more. */
void shoal_peer_pipeline_on_settled (ShoalPeerPipeline *self);

/* Part of an answer came, or a refusal. */
void shoal_peer_pipeline_on_reply (ShoalPeerPipeline *self, gint64 now_usec);

/* A block of @bytes is complete; @rate_bps: payload over the last seconds. */
void shoal_peer_pipeline_on_block (ShoalPeerPipeline *self,
                                   gint64             now_usec,
                                   guint32            bytes,
                                   guint64            rate_bps);

/* Bytes per second of late: an average over seconds lags behind a rate that grew just now. */
guint64 shoal_peer_pipeline_get_bps (const ShoalPeerPipeline *self, gint64 now_usec);

/* We did not read, or were not allowed to: that time does not count against the remote. */
void shoal_peer_pipeline_excuse (ShoalPeerPipeline *self, gint64 now_usec);

/* When the remote will count as snubbing, or be given up on; G_MAXINT64: nothing is owed. */
gint64 shoal_peer_pipeline_get_snub_deadline (const ShoalPeerPipeline *self);

gint64 shoal_peer_pipeline_get_reply_deadline (const ShoalPeerPipeline *self);

G_END_DECLS
