/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-row.h"

#include "store/shoal-store-private.h"

ShoalStoreRow *
shoal_store_row_copy (const ShoalStoreRow *row, GStringChunk *texts)
{
  ShoalStoreRow *copy = g_memdup2 (row, sizeof *row);

  copy->name = shoal_store_copy_text (texts, row->name);
  copy->source = shoal_store_copy_text (texts, row->source);
  copy->save_path = shoal_store_copy_text (texts, row->save_path);
  copy->root_name = shoal_store_copy_text (texts, row->root_name);
  copy->trackers = shoal_store_trackers_copy (row->trackers, row->n_trackers, texts);
  copy->intents = NULL;
  copy->n_intents = 0;
  copy->labels = shoal_words_ref (row->labels);
  return copy;
}

void
shoal_store_row_free (ShoalStoreRow *row)
{
  g_free (row->trackers);
  g_free (row->intents);
  g_clear_pointer (&row->labels, shoal_words_unref);
  g_free (row);
}

ShoalStoreTracker *
shoal_store_trackers_copy (const ShoalStoreTracker *trackers, guint n, GStringChunk *texts)
{
  ShoalStoreTracker *copy = g_memdup2 (trackers, n * sizeof *trackers);
  guint              i;

  for (i = 0; i < n; i++)
    {
      copy[i].url = shoal_store_copy_text (texts, copy[i].url);
      copy[i].tracker_id = shoal_store_copy_text (texts, copy[i].tracker_id);
    }
  return copy;
}

const char *
shoal_store_copy_text (GStringChunk *texts, const char *text)
{
  return text != NULL ? g_string_chunk_insert (texts, text) : NULL;
}

static void
clear_partial (gpointer partial)
{
  g_clear_pointer (&((ShoalStorePartial *) partial)->blocks, g_bytes_unref);
}

GArray *
shoal_store_partials_new (void)
{
  GArray *partials = g_array_new (FALSE, TRUE, sizeof (ShoalStorePartial));

  g_array_set_clear_func (partials, clear_partial);
  return partials;
}

static void
free_row (gpointer row)
{
  shoal_store_row_free (row);
}

ShoalStoreListing *
shoal_store_listing_new (void)
{
  ShoalStoreListing *self = g_new0 (ShoalStoreListing, 1);

  self->rows = g_ptr_array_new_with_free_func (free_row);
  self->bans = g_array_new (FALSE, TRUE, sizeof (ShoalStoreBan));
  self->texts = g_string_chunk_new (4096);
  return self;
}

void
shoal_store_listing_free (ShoalStoreListing *self)
{
  g_ptr_array_unref (self->rows);
  g_array_unref (self->bans);
  g_string_chunk_free (self->texts);
  g_free (self);
}

ShoalStoreRow *
shoal_store_listing_find (ShoalStoreListing *self, gint64 id, guint *place)
{
  ShoalStoreRow *row;

  for (; *place < self->rows->len; ++*place)
    {
      row = g_ptr_array_index (self->rows, *place);
      if (row->id.value == id)
        return row;
      if (row->id.value > id)
        return NULL;
    }
  return NULL;
}

gboolean
shoal_store_pass_on (GError **failure, GError **error)
{
  if (*failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (failure));
  return FALSE;
}

ShoalStoreTorrent *
shoal_store_torrent_new (ShoalTorrentId id)
{
  ShoalStoreTorrent *self = g_new0 (ShoalStoreTorrent, 1);

  self->id = id;
  self->files = g_array_new (FALSE, TRUE, sizeof (ShoalStoreFile));
  self->partials = shoal_store_partials_new ();
  self->peers = g_array_new (FALSE, TRUE, sizeof (ShoalStorePeer));
  self->bans = g_array_new (FALSE, TRUE, sizeof (ShoalStoreBan));
  self->texts = g_string_chunk_new (256);
  return self;
}

void
shoal_store_torrent_free (ShoalStoreTorrent *self)
{
  g_clear_pointer (&self->metainfo, g_bytes_unref);
  g_clear_pointer (&self->written, g_bytes_unref);
  g_clear_pointer (&self->durable, g_bytes_unref);
  g_array_unref (self->files);
  g_array_unref (self->partials);
  g_array_unref (self->peers);
  g_array_unref (self->bans);
  g_string_chunk_free (self->texts);
  g_free (self);
}

GArray *
shoal_store_priorities_new (const GArray *files, int priority)
{
  GArray *rows = g_array_new (FALSE, TRUE, sizeof (ShoalStoreFile));
  guint   i;

  for (i = 0; i < files->len; i++)
    {
      ShoalStoreFile row = { .file = g_array_index (files, guint, i), .priority = priority };

      g_array_append_val (rows, row);
    }
  return rows;
}
