/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* What unfinished pieces hold in memory, of all torrents of an engine: over the budget, blocks go
 * to the disk before their piece is whole. */

/* Bytes of unfinished pieces in memory, of all torrents: what is out of the pool and not with the
 * disk. */
static guint64
get_held_bytes (ShoalTorrent *self)
{
  guint64 taken = (guint64) shoal_base_pool_get_n_taken (self->env->pool) * SHOAL_BASE_BLOCK_SIZE;
  guint64 writing = shoal_disk_queue_get_write_bytes (self->env->disk);

  return taken - MIN (taken, writing);
}

static gboolean
may_write_early (const ShoalTorrent *self)
{
  return self->phase == SHOAL_TORRENT_PHASE_READY && !self->is_blocked && !self->is_stopping;
}

/* The torrent, of all of the engine, that has the least active piece with blocks in memory; NULL:
 * none has. */
static ShoalTorrent *
find_least_active (ShoalBaseList *holders, guint32 *piece)
{
  ShoalTorrent *best = NULL;
  guint64       best_activity = G_MAXUINT64;

  SHOAL_BASE_LIST_FOREACH (holders, node)
  {
    ShoalTorrent *self = SHOAL_BASE_LIST_ENTRY (node, ShoalTorrent, holding);
    guint32       least = shoal_piece_ledger_get_least_active (self->ledger);

    if (least == SHOAL_PIECE_NONE)
      shoal_base_list_remove (node); /* until it gets a block again */
    else if (may_write_early (self) &&
             shoal_piece_ledger_get_activity (self->ledger, least) < best_activity)
      {
        best = self;
        *piece = least;
        best_activity = shoal_piece_ledger_get_activity (self->ledger, least);
      }
  }
  return best;
}

void
shoal_torrent_relieve_memory (ShoalTorrent *self)
{
  guint64 budget = self->env->settings->memory_budget_bytes;
  guint64 held = get_held_bytes (self);

  if (!shoal_base_list_is_linked (&self->holding))
    shoal_base_list_append (self->env->holders, &self->holding);
  shoal_piece_picker_set_tight (self->picker, held > budget / 2);
  if (held <= budget)
    return;
  while (held > budget / 8 * 7)
    {
      guint32       piece = SHOAL_PIECE_NONE;
      ShoalTorrent *idlest = find_least_active (self->env->holders, &piece);
      guint         n_taken = idlest != NULL ? shoal_torrent_write_early (idlest, piece) : 0;

      if (n_taken == 0)
        return;
      held -= MIN (held, (guint64) n_taken * SHOAL_BASE_BLOCK_SIZE);
    }
}

void
shoal_torrent_write_unfinished (ShoalTorrent *self)
{
  guint32 piece;

  if (self->storage == NULL || self->is_blocked)
    return;
  while ((piece = shoal_piece_ledger_get_least_active (self->ledger)) != SHOAL_PIECE_NONE)
    if (shoal_torrent_write_early (self, piece) == 0)
      return;
}
