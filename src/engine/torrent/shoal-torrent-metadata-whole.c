/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-metadata-private.h"

#include <string.h>

#include "disk/shoal-disk-hash.h"

/* What a worker does with an attempt that is whole, and what failed ones leave behind. */

/* Blocks of failed attempts that are remembered: 16 MiB of what was sent, more than any ordinary
 * dictionary. */
#define MAX_EVIDENCE 1024

struct _ShoalTorrentMetadataWhole
{
  guint      attempt;
  guint32    size;
  guint      n_blocks;
  guint8   **blocks; /* owned, and what is in it */
  ShoalSha1 *hashes; /* owned: of the blocks, when it was verified */
};

ShoalTorrentMetadataWhole *
shoal_torrent_metadata_whole_new (ShoalTorrentMetadataAttempt *attempt)
{
  ShoalTorrentMetadataWhole *self = g_new0 (ShoalTorrentMetadataWhole, 1);
  guint                      i;

  self->attempt = attempt->id;
  self->size = attempt->size;
  self->n_blocks = attempt->n_blocks;
  self->blocks = g_new (guint8 *, self->n_blocks);
  self->hashes = g_new0 (ShoalSha1, self->n_blocks);
  for (i = 0; i < self->n_blocks; i++)
    self->blocks[i] = g_steal_pointer (&attempt->blocks[i].data);
  return self;
}

void
shoal_torrent_metadata_whole_free (ShoalTorrentMetadataWhole *self)
{
  guint i;

  for (i = 0; i < self->n_blocks; i++)
    g_free (self->blocks[i]);
  g_free (self->blocks);
  g_free (self->hashes);
  g_free (self);
}

guint
shoal_torrent_metadata_whole_get_attempt (const ShoalTorrentMetadataWhole *self)
{
  return self->attempt;
}

static gsize
get_len (const ShoalTorrentMetadataWhole *self, guint block)
{
  return MIN (self->size - block * SHOAL_WIRE_METADATA_BLOCK, SHOAL_WIRE_METADATA_BLOCK);
}

static GBytes *
join (ShoalTorrentMetadataWhole *self)
{
  guint8 *all = g_malloc (self->size);
  guint   i;

  for (i = 0; i < self->n_blocks; i++)
    {
      memcpy (all + (gsize) i * SHOAL_WIRE_METADATA_BLOCK, self->blocks[i], get_len (self, i));
      g_clear_pointer (&self->blocks[i], g_free);
    }
  return g_bytes_new_take (all, self->size);
}

GBytes *
shoal_torrent_metadata_whole_verify (ShoalTorrentMetadataWhole *self, const ShoalSha1 *wanted)
{
  g_autoptr (ShoalDiskHash) all = shoal_disk_hash_new ();
  ShoalSha1 hash;
  guint     i;

  for (i = 0; i < self->n_blocks; i++)
    {
      shoal_disk_hash_feed (all, self->blocks[i], get_len (self, i));
      shoal_disk_hash_compute (self->blocks[i], get_len (self, i), &self->hashes[i]);
    }
  shoal_disk_hash_take (all, &hash);
  return shoal_sha1_equal (&hash, wanted) ? join (self) : NULL;
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
                                     const ShoalTorrentMetadataAttempt *attempt,
                                     const ShoalTorrentMetadataWhole   *whole)
{
  guint i;

  for (i = 0; i < attempt->n_blocks && self->items->len < MAX_EVIDENCE; i++)
    {
      Item item = { attempt->blocks[i].sender, attempt->size, i, whole->hashes[i] };

      g_array_append_val (self->items, item);
    }
}

void
shoal_torrent_metadata_evidence_compare (const ShoalTorrentMetadataEvidence *self,
                                         const ShoalTorrentMetadataWhole    *truth,
                                         GArray                             *liars)
{
  guint i;

  for (i = 0; i < self->items->len; i++)
    {
      const Item *item = &g_array_index (self->items, Item, i);

      if (item->size != truth->size || !shoal_sha1_equal (&item->hash, &truth->hashes[item->block]))
        shoal_torrent_metadata_note_sender (liars, item->sender);
    }
}
