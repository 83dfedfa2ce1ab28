/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* Before the first byte goes to a file, the database knows that it is open for writing: after a
 * crash these files are looked at. */

/* Bytes of a file that is skipped may go to it, if it is there from before, or to the parts file.
 */
void
shoal_torrent_add_files_of (ShoalTorrent *self, guint piece, ShoalBaseBitset *files)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (ShoalCodecSpan));
  guint i;

  shoal_codec_layout_map (self->layout,
                          shoal_codec_layout_get_piece_offset (self->layout, piece),
                          shoal_codec_layout_get_piece_size (self->layout, piece),
                          spans);
  for (i = 0; i < spans->len; i++)
    {
      guint file = g_array_index (spans, ShoalCodecSpan, i).file;

      if (shoal_codec_layout_get_file (self->layout, file)->flags & SHOAL_CODEC_FILE_PAD)
        continue;
      shoal_base_bitset_set (files, file, TRUE);
      if (shoal_piece_files_get_priority (self->files, file) == SHOAL_FILE_PRIORITY_SKIP)
        shoal_base_bitset_set (files, shoal_codec_layout_get_n_files (self->layout), TRUE);
    }
}

void
shoal_torrent_sync_also (ShoalTorrent *self, guint piece)
{
  guint parts = shoal_codec_layout_get_n_files (self->layout);
  g_autoptr (ShoalBaseBitset) files = shoal_base_bitset_new (parts + 1);
  guint file;

  shoal_torrent_add_files_of (self, piece, files);
  for (file = shoal_base_bitset_next_set (files, 0); file <= parts;
       file = shoal_base_bitset_next_set (files, file + 1))
    shoal_disk_storage_sync_also (self->storage, file);
}

/* Files of @piece whose mark the database lacks, and that were not asked for; appended to @names.
 * TRUE if some mark is still missing, asked for or not. */
static gboolean
find_unmarked (ShoalTorrent *self, guint piece, GArray *names)
{
  guint parts = shoal_codec_layout_get_n_files (self->layout);
  g_autoptr (ShoalBaseBitset) files = shoal_base_bitset_new (parts + 1);
  gboolean is_missing = FALSE;
  guint    file;

  shoal_torrent_add_files_of (self, piece, files);
  for (file = shoal_base_bitset_next_set (files, 0); file <= parts;
       file = shoal_base_bitset_next_set (files, file + 1))
    {
      guint32 name = file == parts ? SHOAL_STORE_PARTS_FILE : file;

      if (shoal_base_bitset_get (self->durable.marked, file))
        continue;
      is_missing = TRUE;
      if (shoal_base_bitset_set (self->durable.asked, file, TRUE))
        g_array_append_val (names, name);
    }
  return is_missing;
}

static void
marked_cb (gpointer user_data, const GError *error)
{
  ShoalTorrent *self = user_data;

  /* Files are asked for together with others of later calls: all count once the last answer is
   * there. */
  self->durable.n_asking--;
  if (error != NULL)
    {
      shoal_base_bitset_set_all (self->durable.asked, FALSE);
      shoal_torrent_drop_unfinished (self);
      shoal_torrent_fail_state (self, error);
    }
  else if (self->durable.n_asking == 0)
    {
      /* Whether a write follows or not, a checkpoint has to close them. */
      shoal_base_bitset_add (self->durable.open, self->durable.asked);
      shoal_base_bitset_add (self->durable.marked, self->durable.asked);
      shoal_base_bitset_set_all (self->durable.asked, FALSE);
      shoal_torrent_write_waiting (self);
    }
  shoal_torrent_settle (self);
}

/* What a power cut leaves in the files may be wrong in every piece. The first mark of all has to
 * outlast it: without it these bytes would be taken for somebody else's. */
static void
claim_for_good (ShoalTorrent *self)
{
  self->origin.is_proven = TRUE;
  self->n_pending++;
  self->durable.n_asking++;
  shoal_store_flush (self->env->store, marked_cb, self);
}

gboolean
shoal_torrent_mark_files (ShoalTorrent *self, guint piece)
{
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (guint32));

  if (!find_unmarked (self, piece, names))
    return TRUE;
  if (names->len > 0)
    {
      self->n_pending++;
      self->durable.n_asking++;
      shoal_store_mark_open (
          self->env->store, self->id, (const guint32 *) names->data, names->len, marked_cb, self);
      if (!self->origin.is_proven)
        claim_for_good (self);
    }
  return FALSE;
}
