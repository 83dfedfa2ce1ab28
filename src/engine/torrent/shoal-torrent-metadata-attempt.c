/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-metadata-private.h"

#include <string.h>

#include "disk/shoal-disk-hash.h"

/* One try to put a dictionary together, and what failed ones leave behind. */

/* An attempt is given so long, and after that must have got this many blocks a second. */
#define GRACE_USEC     (15 * G_USEC_PER_SEC)
#define MIN_BLOCK_RATE 0.5

/* Blocks of failed attempts that are remembered: 16 MiB of what was sent, more than any ordinary
 * dictionary, and no longer to compare than a frame takes to draw. */
#define MAX_EVIDENCE 1024

ShoalTorrentMetadataAttempt *
shoal_torrent_metadata_attempt_new (guint id, guint32 size, ShoalPieceSender only, gint64 now_usec)
{
  ShoalTorrentMetadataAttempt *self = g_new0 (ShoalTorrentMetadataAttempt, 1);

  self->id = id;
  self->size = size;
  self->n_blocks = (size + SHOAL_WIRE_METADATA_BLOCK - 1) / SHOAL_WIRE_METADATA_BLOCK;
  self->only = only;
  self->began_usec = self->moved_usec = now_usec;
  self->blocks = g_new0 (ShoalTorrentMetadataBlock, self->n_blocks);
  return self;
}

gsize
shoal_torrent_metadata_attempt_get_len (const ShoalTorrentMetadataAttempt *self, guint block)
{
  return MIN (self->size - block * SHOAL_WIRE_METADATA_BLOCK, SHOAL_WIRE_METADATA_BLOCK);
}

void
shoal_torrent_metadata_attempt_free (ShoalTorrentMetadataAttempt *self,
                                     ShoalTorrentMetadataBudget  *budget)
{
  guint i;

  for (i = 0; i < self->n_blocks; i++)
    if (self->blocks[i].data != NULL)
      {
        budget->used_bytes -= shoal_torrent_metadata_attempt_get_len (self, i);
        g_free (self->blocks[i].data);
      }
  g_free (self->blocks);
  g_free (self);
}

gboolean
shoal_torrent_metadata_attempt_is_slow (const ShoalTorrentMetadataAttempt *self, gint64 now_usec)
{
  double seconds = (double) (now_usec - self->began_usec) / G_USEC_PER_SEC;

  if (self->is_taken || now_usec - self->began_usec < GRACE_USEC)
    return FALSE;
  return now_usec - self->moved_usec >= GRACE_USEC || self->n_had < seconds * MIN_BLOCK_RATE;
}

GBytes *
shoal_torrent_metadata_attempt_join (const ShoalTorrentMetadataAttempt *self)
{
  guint8 *all = g_malloc (self->size);
  guint   i;

  for (i = 0; i < self->n_blocks; i++)
    memcpy (all + (gsize) i * SHOAL_WIRE_METADATA_BLOCK,
            self->blocks[i].data,
            shoal_torrent_metadata_attempt_get_len (self, i));
  return g_bytes_new_take (all, self->size);
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

  for (i = 0; i < self->n_blocks; i++)
    if (self->blocks[i].data != NULL)
      shoal_torrent_metadata_note_sender (senders, self->blocks[i].sender);
  return senders;
}

typedef struct
{
  ShoalPieceSender sender;
  guint32          size;
  guint32          block;
  ShoalSha1        hash;
} Item;

struct _ShoalTorrentMetadataEvidence
{
  GArray *items; /* owned, of Item */
};

ShoalTorrentMetadataEvidence *
shoal_torrent_metadata_evidence_new (void)
{
  ShoalTorrentMetadataEvidence *self = g_new0 (ShoalTorrentMetadataEvidence, 1);

  self->items = g_array_new (FALSE, FALSE, sizeof (Item));
  return self;
}

void
shoal_torrent_metadata_evidence_free (ShoalTorrentMetadataEvidence *self)
{
  g_array_unref (self->items);
  g_free (self);
}

void
shoal_torrent_metadata_evidence_add (ShoalTorrentMetadataEvidence      *self,
                                     const ShoalTorrentMetadataAttempt *attempt)
{
  guint i;

  for (i = 0; i < attempt->n_blocks && self->items->len < MAX_EVIDENCE; i++)
    {
      const ShoalTorrentMetadataBlock *block = &attempt->blocks[i];
      Item item = { .sender = block->sender, .size = attempt->size, .block = i };

      if (block->data == NULL)
        continue;
      shoal_disk_hash_compute (
          block->data, shoal_torrent_metadata_attempt_get_len (attempt, i), &item.hash);
      g_array_append_val (self->items, item);
    }
}

static gboolean
is_true (const Item *item, const guint8 *truth, gsize size)
{
  gsize     begin = (gsize) item->block * SHOAL_WIRE_METADATA_BLOCK;
  ShoalSha1 hash;

  if (item->size != size)
    return FALSE;
  shoal_disk_hash_compute (truth + begin, MIN (size - begin, SHOAL_WIRE_METADATA_BLOCK), &hash);
  return shoal_sha1_equal (&hash, &item->hash);
}

void
shoal_torrent_metadata_evidence_compare (ShoalTorrentMetadataEvidence *self,
                                         GBytes                       *truth,
                                         GArray                       *liars)
{
  gsize         size;
  const guint8 *data = g_bytes_get_data (truth, &size);
  guint         i;

  for (i = 0; i < self->items->len; i++)
    {
      const Item *item = &g_array_index (self->items, Item, i);

      if (!is_true (item, data, size))
        shoal_torrent_metadata_note_sender (liars, item->sender);
    }
}
