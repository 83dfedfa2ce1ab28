/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer/shoal-peer-private.h"
#include "peer/shoal-peer.h"
#include "wire/shoal-wire-fastset.h"

#define COST_NOTHING_NEW 1
#define COST_TOO_MANY    1
#define COST_NOT_HAD     2
#define COST_NO_SUCH     10

/* A request that we refused because we choke; only after the choke had time to arrive. */
#define COST_CHOKED      5
#define CHOKE_GRACE_USEC (2 * G_USEC_PER_SEC)

/* A choked remote may fetch each of its pieces so often; honest ones do it once. */
#define MAX_FAST_ROUNDS 3

/* Answers that wait for sending or are being read: half a second's worth. No less than keeps the
 * line busy while the disk is asked; more would go on being sent for long to a slow remote that we
 * choke. No more than may be spent on one that does not read; and what lies in memory anyway need
 * not be gathered far ahead, since many remotes would together have more pages than pipes take. */
#define MIN_WATERMARK       (64 * 1024)
#define MAX_WATERMARK       (512 * 1024)
#define MAX_WATERMARK_AHEAD (4 * 1024 * 1024)

/* How far adjacent requests are looked for. */
#define RUN_WINDOW 64

void
shoal_peer_upload_clear (ShoalPeer *self)
{
  shoal_peer_queue_clear (&self->upload.asked);
  shoal_peer_queue_clear (&self->upload.taken);
}

/* The place of @piece among those it may have while choked; the number of them if it is none. */
static guint
find_fast (const ShoalPeerUpload *upload, guint32 piece)
{
  guint i = 0;

  while (i < upload->n_fast && upload->fast[i] != piece)
    i++;
  return i;
}

void
shoal_peer_upload_offer_fast (ShoalPeer *self)
{
  ShoalPeerUpload *upload = &self->upload;
  guint32          pieces[SHOAL_PEER_N_FAST];
  guint            n;

  if (!self->has_fast || self->terms.layout == NULL)
    return;
  n = shoal_wire_fastset_make (&self->remote_address,
                               &self->terms.swarm_key,
                               shoal_codec_layout_get_n_pieces (self->terms.layout),
                               SHOAL_PEER_N_FAST,
                               pieces);
  for (guint i = 0; i < n; i++)
    if (shoal_base_bitset_get (self->terms.have, pieces[i]))
      {
        upload->fast[upload->n_fast++] = pieces[i];
        shoal_peer_send_index (self, SHOAL_WIRE_MESSAGE_ALLOWED_FAST, pieces[i]);
      }
}

void
shoal_peer_upload_handle_interest (ShoalPeer *self, gboolean interested)
{
  shoal_peer_spend (self, COST_NOTHING_NEW);
  if (!shoal_peer_is_ready (self) || self->upload.is_interested == !!interested)
    return;
  self->upload.is_interested = !!interested;
  self->terms.events->interest (self->terms.owner, self, interested);
}

/* With Fast each request gets exactly one answer; without, silence is the only "no". */
static void
refuse (ShoalPeer *self, const ShoalWireRange *range)
{
  if (self->has_fast)
    shoal_peer_send_range (self, SHOAL_WIRE_MESSAGE_REJECT, range);
}

/* The same for what no honest remote would ask. */
static void
refuse_bad (ShoalPeer *self, const ShoalWireRange *range, guint cost)
{
  if (!self->has_fast)
    {
      shoal_peer_close (self, SHOAL_PEER_CLOSE_BAD_REQUEST);
      return;
    }
  refuse (self, range);
  shoal_peer_spend (self, cost);
}

static gboolean
is_in_torrent (const ShoalPeer *self, const ShoalWireRange *range)
{
  const ShoalCodecLayout *layout = self->terms.layout;

  if (layout == NULL || range->piece >= shoal_codec_layout_get_n_pieces (layout))
    return FALSE;
  if (range->length == 0 || range->length > SHOAL_BASE_BLOCK_SIZE)
    return FALSE;
  return (guint64) range->begin + range->length <=
         shoal_codec_layout_get_piece_size (layout, range->piece);
}

/* Whether a choked remote may have @range all the same; counts it. */
static gboolean
take_fast (ShoalPeer *self, const ShoalWireRange *range)
{
  ShoalPeerUpload *upload = &self->upload;
  guint            i = find_fast (upload, range->piece);
  guint            n_blocks;

  if (i == upload->n_fast)
    return FALSE;
  n_blocks = shoal_codec_layout_get_n_blocks (self->terms.layout, range->piece);
  if (++upload->fast_served[i] > MAX_FAST_ROUNDS * n_blocks)
    shoal_peer_close (self, SHOAL_PEER_CLOSE_FLOOD);
  return TRUE;
}

static void
refuse_choked (ShoalPeer *self, const ShoalWireRange *range)
{
  refuse (self, range);
  if (shoal_peer_get_now (self) - self->upload.choked_usec > CHOKE_GRACE_USEC)
    shoal_peer_spend (self, COST_CHOKED);
}

void
shoal_peer_upload_handle_request (ShoalPeer *self, const ShoalWireRange *range)
{
  ShoalPeerUpload *upload = &self->upload;

  upload->request_usec = shoal_peer_get_now (self);
  if (!is_in_torrent (self, range))
    refuse_bad (self, range, COST_NO_SUCH);
  else if (!shoal_base_bitset_get (self->terms.have, range->piece))
    {
      refuse (self, range);
      shoal_peer_spend (self, COST_NOT_HAD);
    }
  else if (upload->is_choked && !take_fast (self, range))
    refuse_choked (self, range);
  else if (upload->asked.len + upload->taken.len >= SHOAL_PEER_MAX_REMOTE_REQUESTS)
    refuse_bad (self, range, COST_TOO_MANY);
  else if (shoal_peer_is_ready (self))
    {
      shoal_peer_queue_push (&upload->asked, range);
      shoal_peer_send_schedule (self);
    }
}

void
shoal_peer_upload_handle_cancel (ShoalPeer *self, const ShoalWireRange *range)
{
  ShoalPeerQueue *queue = &self->upload.asked;
  guint           place = shoal_peer_queue_find (queue, range);

  if (place == SHOAL_PEER_QUEUE_NONE)
    {
      queue = &self->upload.taken;
      place = shoal_peer_queue_find (queue, range);
    }
  if (place == SHOAL_PEER_QUEUE_NONE)
    {
      shoal_peer_spend (self, COST_NOTHING_NEW);
      return;
    }
  shoal_peer_queue_remove (queue, place);
  refuse (self, range);
}

/* Refuses all in @queue but what a choked remote may have. */
static void
refuse_choked_ones (ShoalPeer *self, ShoalPeerQueue *queue)
{
  guint n = queue->len;

  for (guint i = 0; i < n; i++)
    {
      ShoalWireRange range = *shoal_peer_queue_get (queue, 0);

      shoal_peer_queue_remove (queue, 0);
      if (find_fast (&self->upload, range.piece) < self->upload.n_fast)
        shoal_peer_queue_push (queue, &range);
      else
        refuse (self, &range);
    }
}

void
shoal_peer_set_choking (ShoalPeer *self, gboolean choking)
{
  ShoalPeerUpload *upload = &self->upload;

  if (!shoal_peer_is_ready (self) || upload->is_choked == !!choking)
    return;
  upload->is_choked = !!choking;
  shoal_peer_send_plain (self, choking ? SHOAL_WIRE_MESSAGE_CHOKE : SHOAL_WIRE_MESSAGE_UNCHOKE);
  if (!choking)
    return;
  upload->choked_usec = shoal_peer_get_now (self);
  refuse_choked_ones (self, &upload->asked);
  refuse_choked_ones (self, &upload->taken);
}

static guint64
get_watermark (ShoalPeer *self)
{
  guint64 bps = shoal_base_rate_get_bps (&self->upload.rate, shoal_peer_get_now (self));

  return CLAMP (
      bps / 2, MIN_WATERMARK, self->upload.reads_ahead ? MAX_WATERMARK_AHEAD : MAX_WATERMARK);
}

static guint64
get_pending (const ShoalPeer *self)
{
  return shoal_peer_output_get_payload (&self->send.output) + self->upload.taken.bytes;
}

/* Only when half of what may be pending is gone, so that disk and socket get large portions. */
void
shoal_peer_upload_announce (ShoalPeer *self)
{
  if (!shoal_peer_is_ready (self) || self->upload.asked.len == 0)
    return;
  if (get_pending (self) <= get_watermark (self) / 2)
    self->terms.events->requests (self->terms.owner, self);
}

static void
take_first (ShoalPeerUpload *upload, guint place)
{
  shoal_peer_queue_push (&upload->taken, shoal_peer_queue_get (&upload->asked, place));
  shoal_peer_queue_remove (&upload->asked, place);
}

/* Takes what continues @run, up to @max bytes in all. */
static void
extend_run (ShoalPeerUpload *upload, ShoalWireRange *run, guint64 max)
{
  for (;;)
    {
      guint place = shoal_peer_queue_find_start (
          &upload->asked, run->piece, run->begin + run->length, RUN_WINDOW);
      guint32 length;

      if (place == SHOAL_PEER_QUEUE_NONE)
        return;
      length = shoal_peer_queue_get (&upload->asked, place)->length;
      if (run->length + length > max)
        return;
      take_first (upload, place);
      run->length += length;
    }
}

void
shoal_peer_take_requests (ShoalPeer *self, gsize max_bytes, GArray *runs)
{
  ShoalPeerUpload *upload = &self->upload;
  guint64          watermark, pending, budget, taken = 0;

  if (!shoal_peer_is_ready (self))
    return;
  watermark = get_watermark (self);
  pending = get_pending (self);
  budget = MIN (max_bytes, watermark > pending ? watermark - pending : 0);
  while (upload->asked.len > 0 && taken < budget)
    {
      ShoalWireRange run = *shoal_peer_queue_get (&upload->asked, 0);

      take_first (upload, 0);
      extend_run (upload, &run, MIN (budget - taken, SHOAL_PEER_MAX_RUN));
      taken += run.length;
      g_array_append_val (runs, run);
    }
}

static gboolean
is_inside (const ShoalWireRange *range, const ShoalWireRange *run)
{
  return range->piece == run->piece && range->begin >= run->begin &&
         (guint64) range->begin + range->length <= (guint64) run->begin + run->length;
}

/* Answers what was taken and lies inside @run with the bytes in @buffer, which is given up. */
static void
send_taken (ShoalPeer *self, const ShoalWireRange *run, ShoalPeerBuffer *buffer)
{
  ShoalPeerQueue *taken = &self->upload.taken;
  guint           place = 0;

  while (shoal_peer_is_ready (self) && place < taken->len)
    {
      const ShoalWireRange *range = shoal_peer_queue_get (taken, place);

      if (is_inside (range, run))
        {
          shoal_peer_send_block (self, range, buffer, range->begin - run->begin);
          shoal_peer_queue_remove (taken, place);
        }
      else
        place++;
    }
  shoal_peer_buffer_unref (buffer);
}

void
shoal_peer_send_pieces (ShoalPeer            *self,
                        const ShoalWireRange *run,
                        guint8               *data,
                        GDestroyNotify        free_func)
{
  send_taken (self, run, shoal_peer_buffer_new (data, free_func));
}

void
shoal_peer_set_reads_ahead (ShoalPeer *self, gboolean reads_ahead)
{
  self->upload.reads_ahead = !!reads_ahead;
}

gboolean
shoal_peer_takes_pipes (const ShoalPeer *self)
{
  return shoal_peer_is_ready (self) && shoal_net_stream_is_bare (self->stream);
}

/* Whether what was taken of @run answers it block by block, with nothing between or twice. */
static gboolean
takes_whole (const ShoalPeerQueue *taken, const ShoalWireRange *run)
{
  guint32 at = run->begin;

  for (guint i = 0; i < taken->len; i++)
    {
      const ShoalWireRange *range = shoal_peer_queue_get (taken, i);

      if (!is_inside (range, run))
        continue;
      if (range->begin != at)
        return FALSE;
      at += range->length;
    }
  return at == run->begin + run->length;
}

/* Somebody asked for a block twice, or takes no pipes. */
static void
send_copy (ShoalPeer *self, const ShoalWireRange *run, ShoalBasePipe *pipe)
{
  guint8 *data = g_malloc (run->length);

  if (shoal_base_pipe_drain (pipe, data))
    shoal_peer_send_pieces (self, run, g_steal_pointer (&data), g_free);
  else
    shoal_peer_refuse_pieces (self, run);
  g_free (data);
  shoal_base_pipe_give (pipe);
}

void
shoal_peer_send_piped (ShoalPeer *self, const ShoalWireRange *run, ShoalBasePipe *pipe)
{
  g_assert (pipe->len == run->length);
  if (shoal_peer_takes_pipes (self) && takes_whole (&self->upload.taken, run))
    send_taken (self, run, shoal_peer_buffer_new_pipe (pipe));
  else
    send_copy (self, run, pipe);
}

void
shoal_peer_refuse_pieces (ShoalPeer *self, const ShoalWireRange *run)
{
  ShoalPeerQueue *taken = &self->upload.taken;
  guint           place = 0;

  while (shoal_peer_is_ready (self) && place < taken->len)
    {
      ShoalWireRange range = *shoal_peer_queue_get (taken, place);

      if (is_inside (&range, run))
        {
          shoal_peer_queue_remove (taken, place);
          refuse (self, &range);
        }
      else
        place++;
    }
}
