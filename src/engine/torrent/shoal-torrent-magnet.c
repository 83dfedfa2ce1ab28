/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include <string.h>

#include "torrent/shoal-torrent-problem.h"
#include "wire/shoal-wire-client.h"

/* A torrent of which only the hash is known: its peers are asked for the info dictionary, a worker
 * verifies and parses it, the owner makes it durable, and the peers stay for what comes next. */

/* Pieces that a peer is told of one by one, since its bitfield came before we had any. */
#define MAX_HAVES 4096

/* What a worker does with an info dictionary. */
typedef struct
{
  ShoalTorrent              *torrent;
  ShoalSha1                  wanted;
  ShoalTorrentMetadataWhole *whole;    /* owned */
  ShoalCodecMetainfo        *metainfo; /* owned */
  GError                    *error;    /* why it is none, although it is the right one */
  gboolean                   is_right;
} VerifyJob;

static void
ask (ShoalTorrentLink *link)
{
  ShoalTorrent *self = link->torrent;
  gint64        now_usec = shoal_net_reactor_get_now (self->env->reactor);
  guint32       block;

  while (self->metadata != NULL &&
         shoal_torrent_metadata_next (self->metadata, link->slot, now_usec, &block))
    {
      g_autoptr (GByteArray) out = g_byte_array_new ();
      ShoalWireMetadata request = { .kind = SHOAL_WIRE_METADATA_REQUEST, .block = block };

      shoal_wire_metadata_write (&request, out);
      if (!shoal_peer_send_extended (
              link->peer, SHOAL_WIRE_EXTENSION_METADATA, out->data, out->len))
        {
          shoal_torrent_metadata_remove (self->metadata, link->slot);
          return;
        }
    }
}

static void
ask_all (ShoalTorrent *self)
{
  guint i;

  for (i = 0; i < self->slots->len; i++)
    if (g_ptr_array_index (self->slots, i) != NULL)
      ask (g_ptr_array_index (self->slots, i));
}

static ShoalDiskStep
verify_work (gpointer data)
{
  VerifyJob *job = data;
  g_autoptr (GBytes) info = shoal_torrent_metadata_whole_verify (job->whole, &job->wanted);

  job->is_right = info != NULL;
  if (job->is_right)
    job->metainfo = shoal_codec_metainfo_new_from_info (info, NULL, &job->error);
  return SHOAL_DISK_STEP_DONE;
}

/* It is what it is called, and yet not what can be fetched. */
static void
refuse (ShoalTorrent *self, const GError *error)
{
  shoal_torrent_set_problem (self, shoal_torrent_problem_from_error (error, self->row.name));
  shoal_torrent_review (self);
}

/* What stands against @metainfo although its v1 hash is right; NULL: nothing. */
static GError *
find_objection (const ShoalTorrent *self, const ShoalCodecMetainfo *metainfo)
{
  const ShoalInfoHashes *wanted = &self->row.hashes;
  const ShoalInfoHashes *found = shoal_codec_metainfo_get_hashes (metainfo);

  if (!found->has_v1)
    return g_error_new_literal (
        SHOAL_CODEC_ERROR, SHOAL_CODEC_ERROR_UNSUPPORTED, "a torrent of BitTorrent v2 alone");
  if (wanted->has_v2 &&
      (!found->has_v2 || memcmp (wanted->v2.bytes, found->v2.bytes, sizeof found->v2.bytes) != 0))
    return g_error_new_literal (SHOAL_CODEC_ERROR,
                                SHOAL_CODEC_ERROR_MALFORMED,
                                "the info-hashes of the magnet link are not of one torrent");
  return NULL;
}

static void
take_verdict (ShoalTorrent *self, VerifyJob *job)
{
  g_autoptr (GArray) liars =
      shoal_torrent_metadata_judge (self->metadata, job->whole, job->is_right);

  shoal_torrent_ban_senders (self, liars);
  if (!job->is_right)
    {
      ask_all (self);
      return;
    }
  g_clear_pointer (&self->metadata, shoal_torrent_metadata_free);
  if (job->metainfo != NULL)
    job->error = find_objection (self, job->metainfo);
  if (job->error != NULL)
    refuse (self, job->error);
  else
    self->events->on_metainfo (self->owner, job->metainfo);
}

static void
verify_done (gpointer data, gboolean is_cancelled)
{
  VerifyJob    *job = data;
  ShoalTorrent *self = job->torrent;

  if (!is_cancelled && !self->is_stopping && self->metadata != NULL)
    take_verdict (self, job);
  shoal_torrent_metadata_whole_free (job->whole);
  g_clear_pointer (&job->metainfo, shoal_codec_metainfo_unref);
  g_clear_error (&job->error);
  g_free (job);
  shoal_torrent_changed (self, TRUE);
  shoal_torrent_settle (self);
}

static void
verify (ShoalTorrent *self)
{
  VerifyJob    *job = g_new0 (VerifyJob, 1);
  ShoalDiskCall call = {
    .what = "verify an info dictionary",
    .work = verify_work,
    .done = verify_done,
    .data = job,
    .first = SHOAL_DISK_STEP_COMPUTE,
  };

  job->torrent = self;
  job->wanted = self->row.hashes.v1;
  job->whole = shoal_torrent_metadata_take_whole (self->metadata);
  self->n_pending++;
  shoal_disk_queue_submit_call (self->env->disk, &call);
}

static void
handle_data (ShoalTorrentLink *link, const ShoalWireMetadata *message)
{
  ShoalTorrent *self = link->torrent;
  gint64        now_usec = shoal_net_reactor_get_now (self->env->reactor);

  if (self->metadata == NULL)
    return;
  switch (shoal_torrent_metadata_on_data (self->metadata, link->slot, message, now_usec))
    {
    case SHOAL_TORRENT_METADATA_WHOLE:
      verify (self);
      break;
    case SHOAL_TORRENT_METADATA_FAULT:
      shoal_peer_close (link->peer, SHOAL_PEER_CLOSE_BAD_METADATA);
      return;
    case SHOAL_TORRENT_METADATA_TAKEN:
    case SHOAL_TORRENT_METADATA_IGNORED:
    case SHOAL_TORRENT_METADATA_REFUSED:
      break;
    }
  ask (link);
  shoal_torrent_changed (self, FALSE);
}

static void
handle_reject (ShoalTorrentLink *link)
{
  ShoalTorrent *self = link->torrent;

  if (self->metadata == NULL)
    return;
  shoal_torrent_metadata_on_reject (
      self->metadata, link->slot, shoal_net_reactor_get_now (self->env->reactor));
  ask_all (self); /* what it was asked for is free for others */
}

void
shoal_torrent_magnet_handle_message (ShoalTorrentLink *link, const guint8 *data, gsize len)
{
  ShoalCodecBencode *bencode = shoal_peer_context_get_bencode (link->torrent->env->peers);
  ShoalWireMetadata  message;

  shoal_wire_metadata_parse (&message, bencode, data, len);
  switch (message.kind)
    {
    case SHOAL_WIRE_METADATA_REQUEST:
      shoal_torrent_metadata_serve (link, message.block);
      break;
    case SHOAL_WIRE_METADATA_DATA:
      handle_data (link, &message);
      break;
    case SHOAL_WIRE_METADATA_REJECT:
      handle_reject (link);
      break;
    case SHOAL_WIRE_METADATA_UNKNOWN:
      break;
    case SHOAL_WIRE_METADATA_BAD:
      shoal_peer_close (link->peer, SHOAL_PEER_CLOSE_BAD_METADATA);
      break;
    }
}

static guint32
name_host (const ShoalBaseAddress *address)
{
  ShoalBaseAddress host = shoal_base_address_get_host (address);

  return shoal_base_address_hash (&host);
}

void
shoal_torrent_magnet_handle_extension (ShoalTorrentLink *link)
{
  ShoalTorrent             *self = link->torrent;
  const ShoalWireExtension *said = shoal_peer_get_extension (link->peer);
  ShoalTorrentMetadataPeer  peer = { link->slot,
                                     link->known->sender,
                                     name_host (&link->known->address) };

  if (self->metadata == NULL || said->metadata_size == 0 ||
      said->ids[SHOAL_WIRE_EXTENSION_METADATA] == 0)
    return;
  switch (shoal_torrent_metadata_claim (self->metadata, &peer, said->metadata_size))
    {
    case SHOAL_TORRENT_METADATA_FAULT:
      shoal_peer_close (link->peer, SHOAL_PEER_CLOSE_BAD_METADATA);
      return;
    case SHOAL_TORRENT_METADATA_REFUSED:
      g_debug ("%s: an info dictionary of %u bytes is not believed",
               shoal_peer_get_client (link->peer),
               said->metadata_size);
      break;
    case SHOAL_TORRENT_METADATA_TAKEN:
    case SHOAL_TORRENT_METADATA_IGNORED:
    case SHOAL_TORRENT_METADATA_WHOLE:
      break;
    }
  if (shoal_wire_client_is_rtorrent (&shoal_peer_get_handshake (link->peer)->peer_id))
    shoal_torrent_metadata_ask_singly (self->metadata, link->slot);
  ask (link);
  shoal_torrent_changed (self, FALSE);
}

void
shoal_torrent_magnet_remove_link (ShoalTorrentLink *link)
{
  if (link->torrent->metadata != NULL && link->slot != SHOAL_PIECE_SLOT_NONE)
    shoal_torrent_metadata_remove (link->torrent->metadata, link->slot);
}

void
shoal_torrent_magnet_tick (ShoalTorrent *self, gint64 now_usec)
{
  if (self->metadata == NULL)
    return;
  shoal_torrent_metadata_tick (self->metadata, now_usec);
  ask_all (self);
}

void
shoal_torrent_magnet_fill_info (const ShoalTorrent *self, ShoalTorrentInfo *info)
{
  ShoalTorrentMetadataStats stats;

  if (self->metadata == NULL)
    return;
  shoal_torrent_metadata_get_stats (self->metadata, &stats);
  info->n_senders = stats.n_sources;
  info->metadata_bytes = stats.had_bytes;
}

void
shoal_torrent_magnet_begin (ShoalTorrent *self)
{
  self->phase = SHOAL_TORRENT_PHASE_METADATA;
  if (self->metadata == NULL)
    self->metadata = shoal_torrent_metadata_new (self->env->metadata);
  shoal_torrent_changed (self, TRUE);
  shoal_torrent_review (self);
}

void
shoal_torrent_magnet_clear (ShoalTorrent *self)
{
  g_clear_pointer (&self->metadata, shoal_torrent_metadata_free);
}

/* Who is connected takes part in the books of pieces from now on, and may ask for the dictionary.
 */
static void
take_links_over (ShoalTorrent *self)
{
  guint32 size = (guint32) g_bytes_get_size (shoal_codec_metainfo_get_info (self->metainfo));
  guint   i;

  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink *link = g_ptr_array_index (self->links, i);

      if (link->slot != SHOAL_PIECE_SLOT_NONE)
        shoal_piece_ledger_add_slot (self->ledger, link->slot, link->known->sender);
      shoal_peer_set_metadata_size (link->peer, size);
    }
}

void
shoal_torrent_magnet_end (ShoalTorrent *self)
{
  self->phase = SHOAL_TORRENT_PHASE_NEW;
  shoal_torrent_open (self, self->check_all);
  shoal_torrent_changed (self, TRUE);
}

void
shoal_torrent_learn (ShoalTorrent          *self,
                     const ShoalStoreRow   *row,
                     ShoalCodecMetainfo    *metainfo,
                     const ShoalAddOptions *add)
{
  g_return_if_fail (self->metainfo == NULL);

  g_clear_pointer (&self->metadata, shoal_torrent_metadata_free);
  self->row.hashes = row->hashes;
  self->row.name = g_string_chunk_insert (self->row_texts, row->name);
  if (row->root_name != NULL && !self->is_renaming) /* else it knows better */
    self->row.root_name = g_string_chunk_insert (self->row_texts, row->root_name);
  self->row.save_path = g_string_chunk_insert (self->row_texts, row->save_path);
  self->row.folder = row->folder;
  self->row.options = row->options;
  self->is_asking = row->options.asks;
  self->counts.base.left_bytes =
      shoal_codec_layout_get_total_size (shoal_codec_metainfo_get_layout (metainfo));
  shoal_torrent_make_contents (self, metainfo, add);
  if (row->is_private && !self->row.is_private)
    shoal_torrent_become_private (self);
  take_links_over (self);
  if (self->phase == SHOAL_TORRENT_PHASE_METADATA)
    shoal_torrent_magnet_end (self); /* else later, or not at all: it moves or stops */
}

static void
send_haves (ShoalTorrent *self, ShoalPeer *peer)
{
  const ShoalBaseBitset *have = shoal_piece_map_get_have (self->map);
  guint                  piece;

  for (piece = shoal_base_bitset_next_set (have, 0); piece < shoal_base_bitset_get_size (have);
       piece = shoal_base_bitset_next_set (have, piece + 1))
    shoal_peer_send_have (peer, piece);
}

void
shoal_torrent_magnet_introduce (ShoalTorrent *self)
{
  const ShoalBaseBitset *have = shoal_piece_map_get_have (self->map);
  guint                  n_had = shoal_base_bitset_count (have);
  guint                  i;

  if (self->is_introduced)
    return;
  self->is_introduced = TRUE;
  self->counts.last_block_usec = shoal_net_reactor_get_now (self->env->reactor); /* none was due */
  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink *link = g_ptr_array_index (self->links, i);
      ShoalPeer        *peer = link->peer;

      shoal_torrent_haves_begin (link);
      if (shoal_peer_get_state (peer) == SHOAL_PEER_STATE_READY && n_had > MAX_HAVES)
        {
          shoal_peer_close (peer, SHOAL_PEER_CLOSE_REPLACED); /* it is told by a new bitfield */
          continue;
        }
      shoal_peer_set_layout (peer, self->layout, have);
      shoal_peer_set_upload_only (peer, shoal_torrent_is_finished (self));
      if (shoal_peer_get_state (peer) == SHOAL_PEER_STATE_READY)
        send_haves (self, peer);
    }
  shoal_torrent_choke_soon (self);
}
