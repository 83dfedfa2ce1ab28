/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <string.h>

#include "peer/shoal-peer-private.h"
#include "peer/shoal-peer.h"

#define COST_NOTHING_NEW 1

/* A no from who does not choke: some are honest, one after the other is a loop. */
#define COST_REFUSAL 1

/* An answer to no request. */
#define COST_UNASKED_REJECT 10
#define COST_UNASKED_BLOCK  16

/* A long pipeline is refilled when this part of it is free, so that few sends carry many requests.
 */
#define BATCH 16

/* Of what was cancelled or dropped, so much may still arrive and be of use. */
#define MAX_VOID SHOAL_PEER_PIPELINE_MAX

void
shoal_peer_download_init (ShoalPeer *self)
{
  shoal_peer_pipeline_init (&self->download.pipeline);
}

void
shoal_peer_download_stop (ShoalPeer *self)
{
  ShoalPeerDownload *download = &self->download;

  if (download->block != NULL)
    shoal_base_pool_give (shoal_peer_context_get_pool (self->context), download->block);
  download->block = NULL;
}

void
shoal_peer_download_clear (ShoalPeer *self)
{
  shoal_peer_download_stop (self);
  shoal_peer_queue_clear (&self->download.requests);
  shoal_peer_queue_clear (&self->download.void_ones);
}

static void
want_more (ShoalPeer *self)
{
  self->download.wants_more = TRUE;
  shoal_peer_send_schedule (self);
}

static guint
count_under_way (const ShoalPeerDownload *download)
{
  return download->requests.len + (download->block != NULL ? 1 : 0);
}

static void
settle_if_idle (ShoalPeerDownload *download)
{
  if (count_under_way (download) == 0)
    shoal_peer_pipeline_on_settled (&download->pipeline);
}

/* Something is about to be under way. */
static void
begin_to_owe (ShoalPeer *self)
{
  if (self->download.pipeline.owed_usec != 0)
    return;
  shoal_peer_pipeline_on_owed (&self->download.pipeline, shoal_peer_get_now (self));
  shoal_peer_deadline_arm (self);
}

static gboolean
may_request (const ShoalPeer *self)
{
  if (!shoal_peer_is_ready (self) || !self->download.is_interested || self->remote.bits == NULL)
    return FALSE;
  return !self->download.is_choked || self->remote.n_fast > 0;
}

void
shoal_peer_download_fill (ShoalPeer *self)
{
  ShoalPeerDownload *download = &self->download;
  guint              under_way = count_under_way (download);
  guint              target = shoal_peer_pipeline_get_target (&download->pipeline);

  if (!download->wants_more || !may_request (self) || under_way >= target)
    return;
  if (under_way > 0 && target - under_way < target / BATCH)
    return;
  download->wants_more = FALSE;
  self->terms.events->wants_requests (self->terms.owner, self, target - under_way);
}

/* No longer under way, but an answer would not be a surprise. */
static void
make_void (ShoalPeerDownload *download, guint place)
{
  shoal_peer_queue_push (&download->void_ones, shoal_peer_queue_get (&download->requests, place));
  shoal_peer_queue_remove (&download->requests, place);
  if (download->void_ones.len > MAX_VOID)
    shoal_peer_queue_remove (&download->void_ones, 0);
}

static void
drop_all (ShoalPeer *self)
{
  ShoalPeerDownload *download = &self->download;

  if (download->requests.len == 0)
    return;
  while (download->requests.len > 0)
    make_void (download, 0);
  settle_if_idle (download);
  self->terms.events->dropped (self->terms.owner, self);
}

void
shoal_peer_download_handle_choke (ShoalPeer *self, gboolean choked)
{
  ShoalPeerDownload *download = &self->download;
  gint64             now = shoal_peer_get_now (self);

  shoal_peer_spend (self, COST_NOTHING_NEW);
  if (!shoal_peer_is_ready (self) || download->is_choked == !!choked)
    return;
  download->is_choked = !!choked;
  if (!choked)
    shoal_peer_pipeline_on_unchoke (&download->pipeline);
  shoal_peer_pipeline_on_reply (&download->pipeline, now);
  shoal_peer_pipeline_excuse (&download->pipeline, now); /* it owed nothing while it choked */
  shoal_peer_deadline_arm (self);
  self->terms.events->choke (self->terms.owner, self, choked);
  if (!shoal_peer_is_ready (self))
    return;
  if (choked && !self->has_fast)
    drop_all (self);
  want_more (self);
}

static void
refuse (ShoalPeer *self, guint place)
{
  ShoalPeerDownload *download = &self->download;
  ShoalWireRange     range = *shoal_peer_queue_get (&download->requests, place);

  shoal_peer_queue_remove (&download->requests, place);
  shoal_peer_pipeline_on_reply (&download->pipeline, shoal_peer_get_now (self));
  settle_if_idle (download);
  want_more (self);
  self->terms.events->rejected (self->terms.owner, self, &range);
  if (!download->is_choked)
    shoal_peer_spend (self, COST_REFUSAL);
}

/* What was cancelled and asked for again is answered in this order. */
void
shoal_peer_download_handle_reject (ShoalPeer *self, const ShoalWireRange *range)
{
  ShoalPeerDownload *download = &self->download;
  guint              place = shoal_peer_queue_find (&download->void_ones, range);

  if (place != SHOAL_PEER_QUEUE_NONE)
    {
      shoal_peer_queue_remove (&download->void_ones, place);
      return;
    }
  place = shoal_peer_queue_find (&download->requests, range);
  if (place != SHOAL_PEER_QUEUE_NONE)
    refuse (self, place);
  else
    shoal_peer_spend (self, COST_UNASKED_REJECT);
}

/* BitComet says no by sending nothing. */
static void
handle_empty_piece (ShoalPeer *self, const ShoalWireRange *range)
{
  guint place =
      shoal_peer_queue_find_start (&self->download.requests, range->piece, range->begin, G_MAXUINT);

  if (place != SHOAL_PEER_QUEUE_NONE)
    refuse (self, place);
  else
    shoal_peer_spend (self, COST_UNASKED_REJECT);
}

/* Takes @range out of what was asked for; FALSE if it was not. */
static gboolean
claim (ShoalPeerDownload *download, const ShoalWireRange *range)
{
  guint place = shoal_peer_queue_find (&download->requests, range);

  if (place != SHOAL_PEER_QUEUE_NONE)
    {
      shoal_peer_queue_remove (&download->requests, place);
      return TRUE;
    }
  place = shoal_peer_queue_find (&download->void_ones, range);
  if (place == SHOAL_PEER_QUEUE_NONE)
    return FALSE;
  shoal_peer_queue_remove (&download->void_ones, place);
  return TRUE;
}

void
shoal_peer_download_handle_piece (ShoalPeer *self, const ShoalWireRange *range)
{
  ShoalPeerDownload *download = &self->download;

  if (range->length == 0)
    {
      handle_empty_piece (self, range);
      return;
    }
  download->filled = 0;
  download->receiving = *range;
  if (!claim (download, range))
    {
      shoal_peer_spend (self, COST_UNASKED_BLOCK);
      return;
    }
  begin_to_owe (self); /* if it was void and all else is settled */
  download->block = shoal_base_pool_take (shoal_peer_context_get_pool (self->context));
}

static void
finish_block (ShoalPeer *self)
{
  ShoalPeerDownload *download = &self->download;
  gint64             now = shoal_peer_get_now (self);
  guint64            bps = shoal_base_rate_get_bps (&download->rate, now);
  gboolean           was_snubbed = download->pipeline.snubbed;

  shoal_peer_pipeline_on_block (&download->pipeline, now, download->receiving.length, bps);
  want_more (self);
  self->terms.events->block (
      self->terms.owner, self, &download->receiving, g_steal_pointer (&download->block));
  settle_if_idle (download);
  if (!was_snubbed || !shoal_peer_is_ready (self))
    return;
  shoal_peer_deadline_arm (self); /* it may snub us again */
  self->terms.events->snubbed (self->terms.owner, self, FALSE);
}

void
shoal_peer_download_handle_payload (ShoalPeer *self, const guint8 *data, guint32 n)
{
  ShoalPeerDownload *download = &self->download;
  gint64             now = shoal_peer_get_now (self);

  self->message_usec = now;
  if (download->block == NULL)
    {
      download->wasted += n;
      return;
    }
  if (data != NULL)
    memcpy (download->block + download->filled, data, n);
  download->filled += n;
  shoal_base_rate_add (&download->rate, now, n);
  shoal_peer_pipeline_on_reply (&download->pipeline, now);
  if (download->filled == download->receiving.length)
    finish_block (self);
}

void
shoal_peer_download_forget_piece (ShoalPeer *self, guint32 piece)
{
  ShoalPeerDownload *download = &self->download;
  guint              place = 0;

  while (shoal_peer_is_ready (self) && place < download->requests.len)
    if (shoal_peer_queue_get (&download->requests, place)->piece == piece)
      refuse (self, place);
    else
      place++;
}

static void
snub (ShoalPeer *self)
{
  if (self->download.pipeline.snubbed)
    return;
  self->download.pipeline.snubbed = TRUE;
  self->terms.events->snubbed (self->terms.owner, self, TRUE);
}

/* Without any answer the requests are given up, so that one at a time can be tried anew. */
void
shoal_peer_download_check (ShoalPeer *self, gint64 now_usec)
{
  ShoalPeerPipeline *pipeline = &self->download.pipeline;

  if (now_usec >= shoal_peer_pipeline_get_reply_deadline (pipeline))
    {
      shoal_peer_pipeline_excuse (pipeline, now_usec);
      drop_all (self);
      if (shoal_peer_is_ready (self) && !self->download.is_choked)
        snub (self);
      if (shoal_peer_is_ready (self))
        want_more (self);
    }
  else if (now_usec >= shoal_peer_pipeline_get_snub_deadline (pipeline) &&
           !self->download.is_choked)
    snub (self);
}

void
shoal_peer_set_interested (ShoalPeer *self, gboolean interested)
{
  if (!shoal_peer_is_ready (self) || self->download.is_interested == !!interested)
    return;
  self->download.is_interested = !!interested;
  shoal_peer_send_plain (
      self, interested ? SHOAL_WIRE_MESSAGE_INTERESTED : SHOAL_WIRE_MESSAGE_NOT_INTERESTED);
  want_more (self);
}

void
shoal_peer_request (ShoalPeer *self, const ShoalWireRange *range)
{
  ShoalPeerDownload *download = &self->download;

  g_return_if_fail (range->length > 0 && range->length <= SHOAL_BASE_BLOCK_SIZE);
  if (!shoal_peer_is_ready (self))
    return;
  begin_to_owe (self);
  shoal_peer_queue_push (&download->requests, range);
  shoal_peer_send_range (self, SHOAL_WIRE_MESSAGE_REQUEST, range);
}

void
shoal_peer_cancel (ShoalPeer *self, const ShoalWireRange *range)
{
  ShoalPeerDownload *download = &self->download;
  guint              place;

  if (!shoal_peer_is_ready (self))
    return;
  place = shoal_peer_queue_find (&download->requests, range);
  if (place == SHOAL_PEER_QUEUE_NONE)
    return;
  make_void (download, place);
  settle_if_idle (download);
  shoal_peer_send_range (self, SHOAL_WIRE_MESSAGE_CANCEL, range);
  want_more (self);
}

void
shoal_peer_kick (ShoalPeer *self)
{
  if (shoal_peer_is_ready (self))
    want_more (self);
}

gboolean
shoal_peer_get_request (const ShoalPeer *self, guint place, ShoalWireRange *out)
{
  const ShoalPeerDownload *download = &self->download;

  if (download->block != NULL && place-- == 0)
    {
      *out = download->receiving;
      return TRUE;
    }
  if (place >= download->requests.len)
    return FALSE;
  *out = *shoal_peer_queue_get (&download->requests, place);
  return TRUE;
}
