/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* What becomes of a piece after the disk has hashed it: it is had, or its senders are looked at,
 * and it is asked for again. */

void
shoal_torrent_gain_piece (ShoalTorrent *self, guint piece)
{
  self->origin.is_proven = TRUE;
  shoal_piece_files_on_gained (self->files, piece);
  shoal_base_bitset_set (self->durable.since, piece, TRUE);
  self->durable.is_written_dirty = TRUE;
  self->durable.is_dirty = TRUE;
  self->durable.new_bytes += shoal_codec_layout_get_piece_size (self->layout, piece);
  shoal_torrent_announce_piece (self, piece);
  shoal_torrent_changed (self, FALSE);
  shoal_torrent_review_complete (self);
}

void
shoal_torrent_lose_piece (ShoalTorrent *self, guint piece)
{
  if (shoal_piece_map_get_state (self->map, piece) != SHOAL_PIECE_HAD)
    return;
  shoal_piece_map_lose (self->map, piece);
  shoal_piece_files_on_lost (self->files, piece);
  shoal_base_bitset_set (self->durable.since, piece, FALSE);
  self->durable.is_written_dirty = TRUE;
  self->durable.is_dirty = TRUE;
  shoal_torrent_review_complete (self);
}

static void
report_bad_piece (ShoalTorrent *self, guint piece, const ShoalPieceSender *senders, guint n)
{
  ShoalEvent *event;
  guint       i;

  if ((self->watch & SHOAL_WATCH_EVENTS) == 0)
    return;
  event = shoal_event_new (SHOAL_EVENT_BAD_PIECE, self->id);
  event->number = piece;
  event->peers = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  for (i = 0; i < n; i++)
    {
      const ShoalTorrentSender *who = NULL;

      if (i == 0 || senders[i] != senders[i - 1])
        who = shoal_torrent_knowns_find_sender (self->knowns, senders[i]);
      if (who != NULL)
        g_array_append_val (event->peers, who->address);
    }
  self->events->on_event (self->owner, event);
}

static void
on_piece_right (ShoalTorrent *self, guint piece, const ShoalSha1 *digests)
{
  g_autoptr (GArray) banned = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  guint                   n;
  const ShoalPieceSender *senders = shoal_piece_ledger_get_senders (self->ledger, piece, &n);

  shoal_piece_blame_on_passed (self->blame, piece, senders, digests, n, banned);
  shoal_piece_ledger_on_verified (self->ledger, piece);
  shoal_torrent_end_trial (self);
  shoal_torrent_gain_piece (self, piece);
  shoal_torrent_ban_senders (self, banned);
}

static void
on_piece_wrong (ShoalTorrent *self, guint piece, const ShoalSha1 *digests)
{
  g_autoptr (GArray) banned = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  guint                   n;
  const ShoalPieceSender *senders = shoal_piece_ledger_get_senders (self->ledger, piece, &n);

  report_bad_piece (self, piece, senders, n);
  shoal_piece_blame_on_failed (self->blame, piece, senders, digests, n, banned);
  shoal_piece_ledger_on_failed (self->ledger, piece);
  self->counts.corrupt += shoal_codec_layout_get_piece_size (self->layout, piece);
  shoal_torrent_ban_senders (self, banned);
  shoal_torrent_ask_all (self);
}

/* Blocks that were written early, and that somebody else has changed since, are nobody's fault. */
static gboolean
is_spoilt (ShoalTorrent *self, const ShoalDiskPieceResult *result)
{
  return (result->error != NULL || !result->is_right) && shoal_torrent_notice_changes (self, TRUE);
}

void
shoal_torrent_judge_piece (ShoalTorrent *self, const ShoalDiskPieceResult *result)
{
  guint epoch = self->epoch;

  if (is_spoilt (self, result))
    {
      if (self->epoch == epoch)
        shoal_piece_ledger_on_failed (self->ledger, result->piece);
      shoal_torrent_ask_all (self);
      return;
    }
  if (result->error != NULL)
    {
      shoal_piece_ledger_on_failed (self->ledger, result->piece);
      shoal_torrent_fail_storage (self, result->error);
    }
  else if (result->is_right)
    on_piece_right (self, result->piece, result->digests);
  else
    on_piece_wrong (self, result->piece, result->digests);
}
