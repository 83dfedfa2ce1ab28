/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "types/shoal-types-info.h"

#include "types/shoal-types-count.h"

ShoalTorrentInfo *
shoal_torrent_info_new (void)
{
  ShoalTorrentInfo *self = g_new0 (ShoalTorrentInfo, 1);

  atomic_init (&self->ref_count, 1);
  self->eta_sec = -1;
  self->resumed_bytes = G_MAXUINT64;
  self->goals = SHOAL_SEED_GOALS_NONE;
  self->encryption = -1;
  self->play_first = G_MAXUINT;
  return self;
}

ShoalTorrentInfo *
shoal_torrent_info_ref (const ShoalTorrentInfo *self)
{
  return shoal_types_ref (self);
}

void
shoal_torrent_info_unref (ShoalTorrentInfo *self)
{
  if (!shoal_types_unref (self))
    return;
  g_free (self->name);
  g_free (self->save_path);
  g_free (self->data_path);
  g_clear_pointer (&self->problem, shoal_problem_unref);
  g_clear_pointer (&self->tracker_problem, shoal_problem_unref);
  g_clear_pointer (&self->labels, shoal_words_unref);
  g_clear_pointer (&self->hosts, shoal_words_unref);
  g_free (self);
}

ShoalTorrentDetails *
shoal_torrent_details_new (ShoalTorrentId id)
{
  ShoalTorrentDetails *self = g_new0 (ShoalTorrentDetails, 1);

  atomic_init (&self->ref_count, 1);
  self->id = id;
  return self;
}

ShoalTorrentDetails *
shoal_torrent_details_ref (const ShoalTorrentDetails *self)
{
  return shoal_types_ref (self);
}

void
shoal_torrent_details_unref (ShoalTorrentDetails *self)
{
  if (!shoal_types_unref (self))
    return;
  if (self->file_list != NULL)
    shoal_file_list_unref (self->file_list);
  else
    g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->peers, g_ptr_array_unref);
  g_clear_pointer (&self->trackers, g_ptr_array_unref);
  g_clear_pointer (&self->bans, g_array_unref);
  g_free (self->have);
  g_free (self->in_flight);
  g_free (self->availability);
  g_free (self);
}

ShoalFileList *
shoal_file_list_new (GPtrArray *items)
{
  ShoalFileList *self = g_new0 (ShoalFileList, 1);

  atomic_init (&self->ref_count, 1);
  self->items = items;
  return self;
}

ShoalFileList *
shoal_file_list_ref (const ShoalFileList *self)
{
  return shoal_types_ref (self);
}

void
shoal_file_list_unref (ShoalFileList *self)
{
  if (!shoal_types_unref (self))
    return;
  g_ptr_array_unref (self->items);
  g_free (self);
}

ShoalFileInfo *
shoal_file_info_share (const ShoalFileInfo *self)
{
  return shoal_types_ref (self); /* the count is the first member */
}

void
shoal_file_info_free (ShoalFileInfo *self)
{
  if (atomic_fetch_sub_explicit (&self->n_shares, 1, memory_order_acq_rel) != 0)
    return;
  g_free (self->path);
  g_free (self);
}

void
shoal_peer_info_free (ShoalPeerInfo *self)
{
  g_free (self->client);
  g_free (self);
}

void
shoal_tracker_info_free (ShoalTrackerInfo *self)
{
  g_free (self->url);
  g_free (self->message);
  g_free (self);
}

ShoalContents *
shoal_contents_new (void)
{
  ShoalContents *self = g_new0 (ShoalContents, 1);

  atomic_init (&self->ref_count, 1);
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_file_info_free);
  self->tiers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  return self;
}

ShoalContents *
shoal_contents_ref (const ShoalContents *self)
{
  return shoal_types_ref (self);
}

void
shoal_contents_unref (ShoalContents *self)
{
  if (!shoal_types_unref (self))
    return;
  g_free (self->name);
  g_free (self->comment);
  g_free (self->creator);
  g_free (self->source);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->tiers);
  g_strfreev (self->web_seeds);
  g_strfreev (self->nodes);
  g_free (self);
}
