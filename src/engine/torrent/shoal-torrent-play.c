/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* One file is fetched before all others, in order, so that it can be played while it comes. The
 * owner keeps which one, over all runs. */

#define NONE G_MAXUINT

guint
shoal_torrent_get_play_first (const ShoalTorrent *self)
{
  return self->row.options.play_first - 1;
}

/* Only with its contents known. */
static gboolean
is_file (const ShoalTorrent *self, guint file)
{
  return file < shoal_codec_layout_get_n_files (self->layout) &&
         (shoal_codec_layout_get_file (self->layout, file)->flags &
          (SHOAL_CODEC_FILE_PAD | SHOAL_CODEC_FILE_SYMLINK)) == 0;
}

static void
set_file (ShoalTorrent *self, guint file)
{
  guint first = 0, last = 0;

  self->row.options.play_first = file + 1;
  if (self->layout == NULL)
    return;
  if (file != NONE && shoal_codec_layout_get_file_pieces (self->layout, file, &first, &last))
    shoal_piece_picker_set_played (self->picker, first, last - first + 1);
  else
    shoal_piece_picker_set_played (self->picker, 0, 0);
}

static void
want (ShoalTorrent *self, guint file)
{
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (guint));

  if (shoal_piece_files_get_priority (self->files, file) != SHOAL_FILE_PRIORITY_SKIP)
    return;
  g_array_append_val (files, file);
  shoal_torrent_set_priorities (self, files, SHOAL_FILE_PRIORITY_NORMAL);
}

gboolean
shoal_torrent_play_first (ShoalTorrent *self, guint file)
{
  if (file != NONE && self->layout != NULL && !is_file (self, file))
    return FALSE;
  set_file (self, NONE);
  if (file != NONE && self->layout != NULL)
    want (self, file);
  set_file (self, file);
  shoal_torrent_play_review (self);
  shoal_torrent_ask_all (self);
  shoal_torrent_changed (self, TRUE);
  return TRUE;
}

void
shoal_torrent_play_open (ShoalTorrent *self)
{
  guint file = shoal_torrent_get_play_first (self);

  if (file == NONE)
    return;
  if (is_file (self, file))
    want (self, file);
  else
    file = NONE;
  set_file (self, file);
}

void
shoal_torrent_play_review (ShoalTorrent *self)
{
  guint file = shoal_torrent_get_play_first (self);

  if (file == NONE || self->layout == NULL || self->phase != SHOAL_TORRENT_PHASE_READY)
    return;
  if (shoal_piece_files_get_priority (self->files, file) != SHOAL_FILE_PRIORITY_SKIP &&
      shoal_piece_files_get_bytes_had (self->files, file) <
          shoal_codec_layout_get_file (self->layout, file)->length)
    return;
  set_file (self, NONE);
  shoal_torrent_changed (self, TRUE);
}
