/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* What somebody else has changed is in doubt: its pieces are hashed, and those that are wrong
 * fetched again, since what is said to be complete must be right. What was complete already is
 * another matter: who changed it may have meant to, and is asked first. */

/* A file that somebody writes to all the time, another client on the same data say, would be hashed
 * all the time. After a look nothing more is noticed for so long, and for so many times as long as
 * the look took; only before a torrent is called complete there is no waiting. */
#define PAUSE_USEC  (10 * G_USEC_PER_SEC)
#define PAUSE_TIMES 10

/* The pieces that have bytes in @files. */
static ShoalBaseBitset *
make_pieces_of (ShoalTorrent *self, const ShoalBaseBitset *files)
{
  ShoalBaseBitset *pieces = shoal_base_bitset_new (shoal_codec_layout_get_n_pieces (self->layout));
  guint            n_files = shoal_base_bitset_get_size (files);
  guint            file, piece, first, last;

  for (file = shoal_base_bitset_next_set (files, 0); file < n_files;
       file = shoal_base_bitset_next_set (files, file + 1))
    if (shoal_codec_layout_get_file_pieces (self->layout, file, &first, &last))
      for (piece = first; piece <= last; piece++)
        shoal_base_bitset_set (pieces, piece, TRUE);
  return pieces;
}

/* Whether unfinished ones are among @pieces: blocks of theirs may have been written before. */
static gboolean
has_unfinished (ShoalTorrent *self, const ShoalBaseBitset *pieces)
{
  ShoalPieceOpenInfo info;
  guint              i;

  for (i = 0; shoal_piece_ledger_get_open (self->ledger, i, &info); i++)
    if (shoal_base_bitset_get (pieces, info.piece))
      return TRUE;
  for (i = 0; i < self->durable.writing->len; i++)
    if (shoal_base_bitset_get (pieces, g_array_index (self->durable.writing, guint, i)))
      return TRUE;
  return FALSE;
}

static void
doubt (ShoalTorrent *self, const ShoalBaseBitset *pieces)
{
  guint n = shoal_base_bitset_get_size (pieces);
  guint piece;

  if (has_unfinished (self, pieces))
    shoal_torrent_drop_unfinished (self);
  for (piece = shoal_base_bitset_next_set (pieces, 0); piece < n;
       piece = shoal_base_bitset_next_set (pieces, piece + 1))
    shoal_torrent_doubt_piece (self, piece);
}

static void
remember (ShoalTorrent *self, guint file)
{
  g_free (self->foreign.path);
  self->foreign.path = shoal_torrent_dup_full_path (self, file);
  self->foreign.was_complete |= self->is_complete_durable;
  g_message ("%s was changed by another program: it is hashed again", self->foreign.path);
}

static gboolean
may_notice (ShoalTorrent *self, gboolean at_once)
{
  if (self->storage == NULL ||
      (self->phase != SHOAL_TORRENT_PHASE_READY && self->phase != SHOAL_TORRENT_PHASE_CHECKING))
    return FALSE;
  return at_once ||
         shoal_net_reactor_get_now (self->env->reactor) >= self->foreign.pause_until_usec;
}

gboolean
shoal_torrent_notice_changes (ShoalTorrent *self, gboolean at_once)
{
  g_autoptr (ShoalBaseBitset) files = NULL;
  g_autoptr (ShoalBaseBitset) pieces = NULL;

  if (!may_notice (self, at_once) || !shoal_disk_storage_has_changed (self->storage))
    return FALSE;
  files = shoal_base_bitset_new (shoal_codec_layout_get_n_files (self->layout));
  if (!shoal_disk_storage_take_changed (self->storage, files))
    return FALSE;
  remember (self, shoal_base_bitset_next_set (files, 0));
  pieces = make_pieces_of (self, files);
  doubt (self, pieces);
  self->foreign.began_usec = shoal_net_reactor_get_now (self->env->reactor);
  self->foreign.pause_until_usec = self->foreign.began_usec + PAUSE_USEC;
  shoal_torrent_checkpoint (self); /* so that the next start does not trust it either */
  shoal_torrent_check_doubted (self);
  /* Perhaps there was nothing to doubt, and what was cancelled is all that somebody waited for. */
  shoal_torrent_ask_all (self);
  shoal_torrent_review_foreign (self);
  shoal_torrent_changed (self, TRUE);
  return TRUE;
}

void
shoal_torrent_review_foreign (ShoalTorrent *self)
{
  gint64   now_usec = shoal_net_reactor_get_now (self->env->reactor);
  gboolean was_complete = self->foreign.was_complete;

  if (self->foreign.path == NULL || self->doubted != NULL || self->check != NULL)
    return;
  self->foreign.pause_until_usec =
      now_usec + MAX (PAUSE_USEC, PAUSE_TIMES * (now_usec - self->foreign.began_usec));
  self->foreign.was_complete = FALSE;
  if (was_complete && !shoal_piece_map_is_finished (self->map))
    shoal_torrent_block (
        self,
        shoal_problem_new (
            SHOAL_PROBLEM_DOMAIN_STORAGE, SHOAL_PROBLEM_CHANGED, self->foreign.path, NULL));
  g_clear_pointer (&self->foreign.path, g_free);
}
