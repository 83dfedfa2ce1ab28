/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer/shoal-peer-pipeline.h"

#include <string.h>

#include "base/shoal-base-pool.h"

#define FIRST_TARGET 4

/* A rate that grows by less from one tick to the next has found its level. */
#define TICK_USEC      G_USEC_PER_SEC
#define MIN_GROWTH_BPS 5000

/* What came in less is a burst, and says nothing of a rate. */
#define MIN_SPAN_USEC (G_USEC_PER_SEC / 4)

/* Requests under way are worth so many seconds at the present rate: enough for any distance, and
 * for the remote to read ahead. */
#define QUEUE_SECONDS 3

void
shoal_peer_pipeline_init (ShoalPeerPipeline *self)
{
  memset (self, 0, sizeof *self);
  self->target = FIRST_TARGET;
  self->limit = SHOAL_PEER_PIPELINE_UNSAID;
  self->slow_start = TRUE;
}

static void
clamp_target (ShoalPeerPipeline *self)
{
  self->target = CLAMP (self->target, MIN (SHOAL_PEER_PIPELINE_MIN, self->limit), self->limit);
}

void
shoal_peer_pipeline_set_limit (ShoalPeerPipeline *self, guint limit)
{
  self->limit = CLAMP (limit, 1, SHOAL_PEER_PIPELINE_MAX);
  clamp_target (self);
}

guint
shoal_peer_pipeline_get_target (const ShoalPeerPipeline *self)
{
  return self->snubbed ? 1 : self->target;
}

void
shoal_peer_pipeline_on_unchoke (ShoalPeerPipeline *self)
{
  self->slow_start = TRUE;
  self->target = MAX (self->target, FIRST_TARGET);
  self->tick_usec = 0;
  self->last_tick_bps = 0;
  clamp_target (self);
}

void
shoal_peer_pipeline_on_owed (ShoalPeerPipeline *self, gint64 now_usec)
{
  self->owed_usec = now_usec;
}

void
shoal_peer_pipeline_on_settled (ShoalPeerPipeline *self)
{
  self->owed_usec = 0;
}

void
shoal_peer_pipeline_on_reply (ShoalPeerPipeline *self, gint64 now_usec)
{
  self->reply_usec = now_usec;
}

/* A tick of @elapsed_usec ended. */
static void
end_tick (ShoalPeerPipeline *self, gint64 elapsed_usec, guint64 rate_bps)
{
  guint64 bps = self->tick_bytes * G_USEC_PER_SEC / (guint64) elapsed_usec;
  guint64 best = MAX (bps, rate_bps); /* the average lags behind a rate that grew just now */

  if (self->slow_start && bps < self->last_tick_bps + MIN_GROWTH_BPS)
    self->slow_start = FALSE;
  self->last_tick_bps = bps;
  if (self->slow_start)
    return;
  self->target = (guint) MIN (best * QUEUE_SECONDS / SHOAL_BASE_BLOCK_SIZE + 1, G_MAXINT);
  clamp_target (self);
}

void
shoal_peer_pipeline_on_block (ShoalPeerPipeline *self,
                              gint64             now_usec,
                              guint32            bytes,
                              guint64            rate_bps)
{
  self->block_usec = self->reply_usec = now_usec;
  self->snubbed = FALSE;
  if (self->slow_start)
    {
      self->target++;
      clamp_target (self);
    }
  if (self->tick_usec == 0)
    {
      self->tick_usec = now_usec;
      self->tick_bytes = 0;
      return;
    }
  self->tick_bytes += bytes;
  if (now_usec - self->tick_usec < TICK_USEC)
    return;
  end_tick (self, now_usec - self->tick_usec, rate_bps);
  self->tick_usec = now_usec;
  self->tick_bytes = 0;
}

guint64
shoal_peer_pipeline_get_bps (const ShoalPeerPipeline *self, gint64 now_usec)
{
  gint64  elapsed = now_usec - self->tick_usec;
  guint64 bps;

  if (self->tick_usec == 0)
    return 0;
  bps = self->tick_bytes * G_USEC_PER_SEC / (guint64) MAX (elapsed, MIN_SPAN_USEC);
  return elapsed < 2 * TICK_USEC ? MAX (bps, self->last_tick_bps) : bps;
}

void
shoal_peer_pipeline_excuse (ShoalPeerPipeline *self, gint64 now_usec)
{
  if (self->owed_usec != 0)
    self->owed_usec = now_usec;
}

gint64
shoal_peer_pipeline_get_snub_deadline (const ShoalPeerPipeline *self)
{
  if (self->owed_usec == 0 || self->snubbed)
    return G_MAXINT64;
  return MAX (self->owed_usec, self->block_usec) + SHOAL_PEER_PIPELINE_SNUB_USEC;
}

gint64
shoal_peer_pipeline_get_reply_deadline (const ShoalPeerPipeline *self)
{
  if (self->owed_usec == 0)
    return G_MAXINT64;
  return MAX (self->owed_usec, self->reply_usec) + SHOAL_PEER_PIPELINE_REPLY_USEC;
}
