/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "piece/shoal-piece-picker-private.h"

/* What is played is asked of everybody, in order. Who comes to the front late holds up the player:
 * what he owes there is asked of somebody quicker too. */

/* So much of what is unfinished is the front, of two pieces at least. A block of theirs that takes
 * longer than this is asked of a second peer, never of a third, if that one has it in a third of
 * the time; so many in one call.
 */
#define FRONT_BYTES  (16 * 1024 * 1024)
#define MIN_FRONT    2
#define LATE_SECONDS 2.0
#define LATE_FACTOR  3.0
#define MAX_LATE     8

/* Who has not sent anything yet is taken to send so much. */
#define MIN_BPS (4.0 * 1024)

/* Blocks that are looked at for that in one call. */
#define MAX_LOOKED 512

/* How long a peer with this rate takes for @n blocks. */
static double
get_wait (guint n, guint64 rate_bps)
{
  return n * (double) SHOAL_BASE_BLOCK_SIZE / MAX ((double) rate_bps, MIN_BPS);
}

/* Whether @slot, of which @block is asked, will take longer than @limit to send it. */
static gboolean
takes_longer (const ShoalPieceLedger *ledger,
              ShoalPieceSlot          slot,
              ShoalPieceBlock         block,
              double                  limit)
{
  guint64                rate_bps = shoal_piece_ledger_get_account (ledger, slot)->rate_bps;
  guint                  n, i;
  const ShoalPieceBlock *asked = shoal_piece_ledger_get_requests (ledger, slot, &n);

  if (get_wait (n, rate_bps) <= limit)
    return FALSE;
  for (i = 0; i < n; i++)
    if (asked[i].piece == block.piece && asked[i].block == block.block)
      break;
  return get_wait (i + 1, rate_bps) > limit;
}

/* Whether the peer has block @i of @book much sooner than who was asked for it, alone. */
static gboolean
is_late (const ShoalPiecePick *pick, const ShoalPieceBook *book, guint i)
{
  const ShoalPieceBookBlock *entry = &book->blocks[i];
  double                     ours = get_wait (pick->account->asked->len + 1, pick->who->rate_bps);

  return entry->n_asked == 1 && entry->asked != pick->who->slot &&
         takes_longer (pick->picker->ledger,
                       entry->asked,
                       (ShoalPieceBlock){ book->piece, i },
                       MAX (LATE_FACTOR * ours, LATE_SECONDS));
}

/* What may still be looked at, and taken, at the front. */
typedef struct
{
  guint n_pieces;
  guint n_blocks;
  guint n_late;
} Front;

static void
init_front (Front *self, const ShoalPiecePick *pick)
{
  guint32 length =
      shoal_codec_layout_get_piece_length (shoal_piece_map_get_layout (pick->picker->map));

  *self = (Front){ MAX (FRONT_BYTES / length, MIN_FRONT), MAX_LOOKED, MAX_LATE };
}

/* Blocks of @book that somebody else is long in sending. */
static void
take_late (ShoalPiecePick *pick, const ShoalPieceBook *book, Front *front)
{
  guint i;

  for (i = 0; i < book->n_blocks && front->n_blocks > 0; i++)
    {
      ShoalPieceBlock block = { book->piece, i };

      if (front->n_late == 0 || shoal_piece_pick_is_filled (pick))
        break;
      if (book->blocks[i].state != BLOCK_ASKED)
        continue;
      front->n_blocks--;
      if (!is_late (pick, book, i))
        continue;
      shoal_piece_ledger_ask_again (pick->picker->ledger, block, pick->who->slot);
      pick->out[pick->n_out++] = block;
      front->n_late--;
    }
}

/* Somebody who owes blocks, or has to prove himself, is of no use to a player, unless he is all
 * there is. */
static gboolean
is_of_use (const ShoalPiecePick *pick)
{
  if (pick->who->on_parole)
    return FALSE;
  return !pick->who->snubbed || shoal_piece_ledger_get_n_slots (pick->picker->ledger) == 1;
}

static void
take_open (ShoalPiecePick *pick, ShoalPieceBook *book, Front *front)
{
  if (shoal_piece_pick_may_join (pick, book, SHOAL_PIECE_IGNORE_OWNERS))
    shoal_piece_pick_ask (pick, book);
  if (front->n_pieces > 0 && book->n_in[BLOCK_FREE] == 0 && !book->is_alone &&
      !shoal_piece_pick_was_refused (pick, book->piece))
    take_late (pick, book, front);
  front->n_pieces -= front->n_pieces > 0;
}

/* FALSE: the rest of the run is not begun, and is not to be. */
static gboolean
take_piece (ShoalPiecePick *pick, guint32 piece, gboolean may_open, Front *front)
{
  ShoalPieceLedger *ledger = pick->picker->ledger;

  if (shoal_piece_map_get_state (pick->picker->map, piece) == SHOAL_PIECE_OPEN)
    take_open (pick, shoal_piece_ledger_find_book (ledger, piece), front);
  else if (may_open)
    shoal_piece_pick_ask (pick, shoal_piece_ledger_open_piece (ledger, piece));
  else
    return FALSE;
  return TRUE;
}

void
shoal_piece_pick_take_played (ShoalPiecePick *pick, gboolean may_open)
{
  const ShoalPieceMap  *map = pick->picker->map;
  const ShoalPiecePlay *play = &pick->picker->play;
  Front                 front;
  guint                 i, piece;

  init_front (&front, pick);
  for (i = 0; i < play->n_runs && is_of_use (pick); i++)
    for (piece = shoal_piece_map_next_wanted (map, pick->who->has, play->runs[i].first);
         piece <= play->runs[i].last && !shoal_piece_pick_is_filled (pick);
         piece = shoal_piece_map_next_wanted (map, pick->who->has, piece + 1))
      {
        if (shoal_piece_map_get_state (map, piece) == SHOAL_PIECE_VERIFYING)
          continue;
        if (!take_piece (pick, piece, may_open, &front))
          break;
      }
}
