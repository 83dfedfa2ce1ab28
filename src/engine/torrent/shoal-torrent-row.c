/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-row.h"

static const char *
insert (GStringChunk *texts, const char *text)
{
  return text != NULL ? g_string_chunk_insert (texts, text) : NULL;
}

ShoalStoreRow
shoal_torrent_row_copy (const ShoalStoreRow *row, GStringChunk *texts)
{
  ShoalStoreRow copy = *row;
  guint         i;

  copy.name = insert (texts, row->name);
  copy.source = insert (texts, row->source);
  copy.save_path = insert (texts, row->save_path);
  copy.root_name = insert (texts, row->root_name);
  copy.trackers = g_memdup2 (row->trackers, row->n_trackers * sizeof *row->trackers);
  for (i = 0; i < row->n_trackers; i++)
    {
      copy.trackers[i].url = insert (texts, row->trackers[i].url);
      copy.trackers[i].tracker_id = insert (texts, row->trackers[i].tracker_id);
    }
  copy.labels = shoal_words_ref (row->labels);
  copy.intents = g_memdup2 (row->intents, row->n_intents * sizeof *row->intents);
  for (i = 0; i < row->n_intents; i++)
    {
      copy.intents[i].source = insert (texts, row->intents[i].source);
      copy.intents[i].target = insert (texts, row->intents[i].target);
    }
  return copy;
}

void
shoal_torrent_row_clear (ShoalStoreRow *row)
{
  g_clear_pointer (&row->trackers, g_free);
  g_clear_pointer (&row->intents, g_free);
  g_clear_pointer (&row->labels, shoal_words_unref);
  row->n_trackers = row->n_intents = 0;
}
