/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-metadata-private.h"

/* One try to put a dictionary together. */

ShoalTorrentMetadataAttempt *
shoal_torrent_metadata_attempt_new (ShoalTorrentMetadata *fetch,
                                    guint32               size,
                                    ShoalPieceSender      only,
                                    gint64                now_usec)
{
  ShoalTorrentMetadataAttempt *self = g_new0 (ShoalTorrentMetadataAttempt, 1);

  self->fetch = fetch;
  self->id = ++fetch->last_attempt;
  self->size = size;
  self->n_blocks = (size + SHOAL_WIRE_METADATA_BLOCK - 1) / SHOAL_WIRE_METADATA_BLOCK;
  self->only = only;
  self->moved_usec = now_usec;
  return self;
}

gsize
shoal_torrent_metadata_attempt_get_len (const ShoalTorrentMetadataAttempt *self, guint block)
{
  return MIN (self->size - block * SHOAL_WIRE_METADATA_BLOCK, SHOAL_WIRE_METADATA_BLOCK);
}

static void
hold (ShoalTorrentMetadataAttempt *self, gsize n_bytes)
{
  self->held_bytes += n_bytes;
  self->fetch->budget->used_bytes += n_bytes;
}

void
shoal_torrent_metadata_attempt_prepare (ShoalTorrentMetadataAttempt *self)
{
  if (self->blocks != NULL)
    return;
  self->blocks = g_new0 (ShoalTorrentMetadataBlock, self->n_blocks);
  hold (self, self->n_blocks * sizeof (ShoalTorrentMetadataBlock));
}

void
shoal_torrent_metadata_attempt_empty (ShoalTorrentMetadataAttempt *self)
{
  guint i;

  for (i = 0; self->blocks != NULL && i < self->n_blocks; i++)
    g_free (self->blocks[i].data);
  g_clear_pointer (&self->blocks, g_free);
  self->fetch->budget->used_bytes -= self->held_bytes;
  self->held_bytes = 0;
  self->n_had = 0;
}

void
shoal_torrent_metadata_attempt_free (ShoalTorrentMetadataAttempt *self)
{
  shoal_torrent_metadata_attempt_empty (self);
  g_free (self);
}

gboolean
shoal_torrent_metadata_attempt_take_block (ShoalTorrentMetadataAttempt *self,
                                           guint                        block,
                                           ShoalPieceSender             sender,
                                           const guint8                *data,
                                           gint64                       now_usec)
{
  gsize len = shoal_torrent_metadata_attempt_get_len (self, block);

  self->blocks[block].data = g_memdup2 (data, len);
  self->blocks[block].sender = sender;
  self->moved_usec = now_usec;
  hold (self, len);
  return ++self->n_had == self->n_blocks;
}

void
shoal_torrent_metadata_note_sender (GArray *senders, ShoalPieceSender sender)
{
  guint i;

  for (i = 0; i < senders->len; i++)
    if (g_array_index (senders, ShoalPieceSender, i) == sender)
      return;
  g_array_append_val (senders, sender);
}

GArray *
shoal_torrent_metadata_attempt_dup_senders (const ShoalTorrentMetadataAttempt *self)
{
  GArray *senders = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  guint   i;

  for (i = 0; self->blocks != NULL && i < self->n_blocks; i++)
    if (self->blocks[i].sender != SHOAL_PIECE_SENDER_NONE)
      shoal_torrent_metadata_note_sender (senders, self->blocks[i].sender);
  return senders;
}
