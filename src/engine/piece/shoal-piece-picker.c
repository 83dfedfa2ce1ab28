/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "piece/shoal-piece-picker.h"

#include "piece/shoal-piece-picker-private.h"

/* libtorrent's values: the first pieces are taken at random, to have something to trade soon; a
 * peer that fetches a piece in this time gets it to itself, unless it is too large. */
#define N_RANDOM_PIECES 4
#define ALONE_SECONDS   20
#define ALONE_MAX_BYTES (8 * 1024 * 1024)

/* With too much memory in unfinished pieces only a peer that fetches so many of them a second. What
 * it takes meanwhile is less than what a piece of several peers does, which waits for the one whose
 * block is the furthest back in its queue. */
#define CROWDED_PER_SECOND 4

/* Any priority, where partial pieces are looked for. */
#define ANY_PRIORITY SHOAL_PIECE_PRIORITY_SKIP

typedef struct
{
  guint32 piece;
  gint64  deadline_usec;
} Deadline;

ShoalPiecePicker *
shoal_piece_picker_new (ShoalPieceMap *map, ShoalPieceLedger *ledger, ShoalBaseRandom *random)
{
  ShoalPiecePicker *self = g_new0 (ShoalPiecePicker, 1);

  self->map = map;
  self->ledger = ledger;
  self->random = random;
  self->deadlines = g_array_new (FALSE, FALSE, sizeof (Deadline));
  return self;
}

void
shoal_piece_picker_free (ShoalPiecePicker *self)
{
  g_array_unref (self->deadlines);
  g_free (self);
}

void
shoal_piece_picker_set_played (ShoalPiecePicker *self, guint first, guint n)
{
  shoal_piece_play_init (&self->play, shoal_piece_map_get_layout (self->map), first, n);
}

void
shoal_piece_picker_set_sequential (ShoalPiecePicker *self, gboolean sequential)
{
  self->is_sequential = sequential != FALSE;
}

void
shoal_piece_picker_set_tight (ShoalPiecePicker *self, gboolean tight)
{
  self->is_tight = tight != FALSE;
}

static void
remove_deadline (ShoalPiecePicker *self, guint32 piece)
{
  guint i;

  for (i = 0; i < self->deadlines->len; i++)
    if (g_array_index (self->deadlines, Deadline, i).piece == piece)
      {
        g_array_remove_index (self->deadlines, i);
        return;
      }
}

gboolean
shoal_piece_picker_set_deadline (ShoalPiecePicker *self, guint piece, gint64 deadline_usec)
{
  Deadline deadline = { piece, deadline_usec };
  guint    i;

  remove_deadline (self, piece);
  if (deadline_usec == 0 || shoal_piece_map_get_state (self->map, piece) == SHOAL_PIECE_HAD)
    return TRUE;
  if (self->deadlines->len == SHOAL_PIECE_MAX_DEADLINES)
    return FALSE;
  for (i = 0; i < self->deadlines->len; i++)
    if (g_array_index (self->deadlines, Deadline, i).deadline_usec > deadline_usec)
      break;
  g_array_insert_val (self->deadlines, i, deadline);
  return TRUE;
}

void
shoal_piece_picker_clear_deadlines (ShoalPiecePicker *self)
{
  g_array_set_size (self->deadlines, 0);
}

/* --- one pick --- */

void
shoal_piece_pick_ask (ShoalPiecePick *pick, ShoalPieceBook *book)
{
  pick->n_out += shoal_piece_ledger_ask (
      pick->picker->ledger, book, pick->who->slot, pick->n - pick->n_out, pick->out + pick->n_out);
}

/* Whether a peer with this rate has @piece so soon that it may keep it to itself. */
static gboolean
is_fast_enough (const ShoalPiecePick *pick, guint64 rate_bps, guint32 piece, gboolean is_crowded)
{
  guint32 size =
      shoal_codec_layout_get_piece_size (shoal_piece_map_get_layout (pick->picker->map), piece);
  guint64 needed = is_crowded ? (guint64) size * CROWDED_PER_SECOND : size / ALONE_SECONDS;

  return size <= ALONE_MAX_BYTES && rate_bps >= needed && rate_bps > 0;
}

static gboolean
can_fetch_alone (const ShoalPiecePick *pick, guint32 piece, gboolean is_crowded)
{
  return is_fast_enough (pick, pick->who->rate_bps, piece, is_crowded) && !pick->who->snubbed;
}

/* Whether @book is left to its owner. */
static gboolean
is_kept (const ShoalPiecePick *pick, const ShoalPieceBook *book)
{
  const ShoalPieceAccount *owner;

  if (book->owner == SHOAL_PIECE_SLOT_NONE)
    return FALSE;
  owner = shoal_piece_ledger_get_account (pick->picker->ledger, book->owner);
  return !pick->is_crowded || is_fast_enough (pick, owner->rate_bps, book->piece, TRUE);
}

gboolean
shoal_piece_pick_was_refused (const ShoalPiecePick *pick, guint32 piece)
{
  const ShoalPieceAccount *account = pick->account;
  guint                    n = MIN (account->n_refused, SHOAL_PIECE_N_REFUSED);
  guint                    i;

  for (i = 0; i < n; i++)
    if (account->refused[i] == piece)
      return TRUE;
  return FALSE;
}

gboolean
shoal_piece_pick_may_join (const ShoalPiecePick *pick,
                           const ShoalPieceBook *book,
                           ShoalPieceRegard      regard)
{
  gboolean is_own = book->owner == pick->who->slot;

  if (book->n_in[BLOCK_FREE] == 0 || !shoal_base_bitset_get (pick->who->has, book->piece))
    return FALSE;
  if (shoal_piece_map_get_priority (pick->picker->map, book->piece) == SHOAL_PIECE_PRIORITY_SKIP)
    return FALSE;
  if (shoal_piece_pick_was_refused (pick, book->piece))
    return FALSE;
  if (is_own)
    return TRUE;
  if (book->is_alone && regard != SHOAL_PIECE_LAST_RESORT)
    return FALSE;
  if (pick->who->on_parole)
    return regard != SHOAL_PIECE_REGARD_OWNERS && book->n_in[BLOCK_ASKED] == 0;
  if (regard != SHOAL_PIECE_REGARD_OWNERS)
    return TRUE;
  if (pick->who->snubbed && book->n_in[BLOCK_ASKED] > 0)
    return FALSE;
  return !is_kept (pick, book);
}

/* Negative if @a is to be finished before @b. */
static int
compare_books (const ShoalPiecePick *pick, const ShoalPieceBook *a, const ShoalPieceBook *b)
{
  ShoalPieceMap          *map = pick->picker->map;
  ShoalPieceAvailability *availability = shoal_piece_map_get_availability (map);
  int                     result;

  result = (int) shoal_piece_map_get_priority (map, b->piece) -
           (int) shoal_piece_map_get_priority (map, a->piece);
  if (result == 0)
    result = (b->owner == pick->who->slot) - (a->owner == pick->who->slot);
  if (result == 0 && pick->picker->is_sequential)
    return a->piece < b->piece ? -1 : 1;
  if (result == 0)
    result = (b->piece == pick->account->last_piece) - (a->piece == pick->account->last_piece);
  if (result == 0)
    result = (a->n_in[BLOCK_ASKED] > 0) - (b->n_in[BLOCK_ASKED] > 0);
  if (result == 0)
    result = (int) (a->n_in[BLOCK_FREE] + a->n_in[BLOCK_ASKED]) -
             (int) (b->n_in[BLOCK_FREE] + b->n_in[BLOCK_ASKED]);
  if (result == 0)
    result = (int) shoal_piece_availability_get (availability, a->piece) -
             (int) shoal_piece_availability_get (availability, b->piece);
  return result;
}

/* Blocks of unfinished pieces of @priority. */
static void
take_partial (ShoalPiecePick *pick, ShoalPiecePriority priority, ShoalPieceRegard regard)
{
  ShoalPiecePicker *self = pick->picker;

  while (!shoal_piece_pick_is_filled (pick))
    {
      guint           n_books = shoal_piece_ledger_get_n_with_free (self->ledger), i;
      ShoalPieceBook *best = NULL;

      for (i = 0; i < n_books; i++)
        {
          ShoalPieceBook *book = shoal_piece_ledger_get_book (self->ledger, i);

          if (!shoal_piece_pick_may_join (pick, book, regard))
            continue;
          if (priority != ANY_PRIORITY &&
              shoal_piece_map_get_priority (self->map, book->piece) != priority)
            continue;
          if (best == NULL || compare_books (pick, book, best) < 0)
            best = book;
        }
      if (best == NULL)
        return;
      /* Nobody works on it any more: whoever can take all of the rest does. */
      if (best->owner == SHOAL_PIECE_SLOT_NONE && best->n_in[BLOCK_ASKED] == 0 &&
          can_fetch_alone (pick, best->piece, pick->is_crowded))
        shoal_piece_ledger_set_owner (self->ledger, best, pick->who->slot, FALSE);
      shoal_piece_pick_ask (pick, best);
    }
}

static ShoalPieceOrder
choose_order (const ShoalPiecePick *pick)
{
  const ShoalPiecePicker *self = pick->picker;

  if (self->is_sequential)
    return SHOAL_PIECE_ORDER_FIRST;
  if (pick->who->snubbed)
    return SHOAL_PIECE_ORDER_COMMONEST;
  if (shoal_base_bitset_count (shoal_piece_map_get_have (self->map)) < N_RANDOM_PIECES)
    return SHOAL_PIECE_ORDER_RANDOM;
  return SHOAL_PIECE_ORDER_RAREST;
}

/* Begins @piece, and keeps the rest of it for the peer if that is good for it. */
static void
open_piece (ShoalPiecePick *pick, guint32 piece)
{
  ShoalPieceLedger *ledger = pick->picker->ledger;
  ShoalPieceBook   *book = shoal_piece_ledger_open_piece (ledger, piece);

  shoal_piece_pick_ask (pick, book);
  if (pick->who->on_parole)
    shoal_piece_ledger_set_owner (ledger, book, pick->who->slot, TRUE);
  else if (book->n_in[BLOCK_FREE] > 0 && can_fetch_alone (pick, piece, pick->is_crowded))
    shoal_piece_ledger_set_owner (ledger, book, pick->who->slot, FALSE);
}

static void
take_new (ShoalPiecePick *pick, ShoalPiecePriority priority)
{
  ShoalPieceAvailability *availability = shoal_piece_map_get_availability (pick->picker->map);

  while (!shoal_piece_pick_is_filled (pick))
    {
      guint32 piece = shoal_piece_availability_choose (
          availability, pick->who->has, priority, choose_order (pick));

      if (piece == SHOAL_PIECE_NONE)
        return;
      open_piece (pick, piece);
    }
}

/* A piece asked for by name: open it or join it. */
static void
take_named (ShoalPiecePick *pick, guint32 piece)
{
  ShoalPieceMap  *map = pick->picker->map;
  ShoalPieceBook *book;

  if (!shoal_piece_map_wants (map, piece) || !shoal_base_bitset_get (pick->who->has, piece))
    return;
  if (shoal_piece_map_get_state (map, piece) == SHOAL_PIECE_MISSING)
    {
      open_piece (pick, piece);
      return;
    }
  book = shoal_piece_ledger_find_book (pick->picker->ledger, piece);
  if (!book->is_verifying && shoal_piece_pick_may_join (pick, book, SHOAL_PIECE_IGNORE_OWNERS))
    shoal_piece_pick_ask (pick, book);
}

static void
take_allowed_fast (ShoalPiecePick *pick)
{
  guint i;

  for (i = 0; i < pick->who->n_allowed_fast && !shoal_piece_pick_is_filled (pick); i++)
    take_named (pick, pick->who->allowed_fast[i]);
}

static void
take_deadlines (ShoalPiecePick *pick)
{
  GArray *deadlines = pick->picker->deadlines;
  guint   i = 0;

  while (i < deadlines->len && !shoal_piece_pick_is_filled (pick))
    {
      guint32 piece = g_array_index (deadlines, Deadline, i).piece;

      if (shoal_piece_map_get_state (pick->picker->map, piece) == SHOAL_PIECE_HAD)
        {
          g_array_remove_index (deadlines, i);
          continue;
        }
      take_named (pick, piece);
      i++;
    }
}

/* --- end game --- */

/* The block at the end of @slot's queue that the peer could be asked for too. FALSE if there is
 * none. One that was asked of fewer slots goes before. */
static gboolean
find_owed (const ShoalPiecePick *pick, ShoalPieceSlot slot, ShoalPieceBlock *owed, guint *n_asked)
{
  const ShoalPieceLedger *ledger = pick->picker->ledger;
  const ShoalPieceBlock  *asked;
  guint                   i;
  gboolean                is_found = FALSE;

  asked = shoal_piece_ledger_get_requests (ledger, slot, &i);
  while (i-- > 0)
    {
      guint n =
          shoal_piece_ledger_find_book (ledger, asked[i].piece)->blocks[asked[i].block].n_asked;

      if (n >= (is_found ? *n_asked : SHOAL_PIECE_MAX_ASKED))
        continue;
      if (!shoal_base_bitset_get (pick->who->has, asked[i].piece) ||
          !shoal_piece_map_wants (pick->picker->map, asked[i].piece) ||
          shoal_piece_pick_was_refused (pick, asked[i].piece) ||
          shoal_piece_ledger_is_asked_of (ledger, asked[i], pick->who->slot))
        continue;
      is_found = TRUE;
      *owed = asked[i];
      *n_asked = n;
      if (n == 1)
        break;
    }
  return is_found;
}

/* One block that is asked of the fewest others, and among these of the one that will take longest
 * for what it owes. */
static void
take_owed (ShoalPiecePick *pick)
{
  ShoalPieceLedger *ledger = pick->picker->ledger;
  ShoalPieceBlock   best = { 0 };
  guint             best_n_asked = G_MAXUINT, slot;
  double            best_wait = -1;

  for (slot = 0; slot < ledger->accounts->len; slot++)
    {
      const ShoalPieceAccount *account = g_ptr_array_index (ledger->accounts, slot);
      ShoalPieceBlock          block;
      guint                    n_asked = 0;
      double                   wait;

      if (account == NULL || account->asked->len == 0 || slot == pick->who->slot)
        continue;
      wait = account->asked->len / (double) MAX (account->rate_bps, 1);
      if (!find_owed (pick, slot, &block, &n_asked))
        continue;
      if (n_asked > best_n_asked || (n_asked == best_n_asked && wait <= best_wait))
        continue;
      best = block;
      best_n_asked = n_asked;
      best_wait = wait;
    }
  if (best_wait < 0)
    return;
  shoal_piece_ledger_ask_again (ledger, best, pick->who->slot);
  pick->out[pick->n_out++] = best;
}

gboolean
shoal_piece_picker_is_end_game (const ShoalPiecePicker *self)
{
  ShoalPieceAvailability *availability = shoal_piece_map_get_availability (self->map);
  guint                   n_books = shoal_piece_ledger_get_n_with_free (self->ledger), i;
  ShoalPiecePriority      p;

  for (p = SHOAL_PIECE_PRIORITY_LOW; p <= SHOAL_PIECE_PRIORITY_HIGH; p++)
    if (shoal_piece_availability_get_n_openable (availability, p) > 0)
      return FALSE;
  for (i = 0; i < n_books; i++)
    if (shoal_piece_map_wants (self->map, shoal_piece_ledger_get_book (self->ledger, i)->piece))
      return FALSE;
  return TRUE;
}

/* A peer that became slow, or is trusted again, no longer keeps pieces to itself. */
static void
review_owned (ShoalPiecePick *pick)
{
  ShoalPieceLedger *ledger = pick->picker->ledger;
  guint             n_books = shoal_piece_ledger_get_n_with_free (ledger), i;

  for (i = 0; i < n_books && pick->account->n_owned > 0; i++)
    {
      ShoalPieceBook *book = shoal_piece_ledger_get_book (ledger, i);

      if (book->owner != pick->who->slot || (book->is_alone && pick->who->on_parole))
        continue;
      if (!can_fetch_alone (pick, book->piece, FALSE))
        shoal_piece_ledger_set_owner (ledger, book, SHOAL_PIECE_SLOT_NONE, FALSE);
      else if (book->is_alone)
        shoal_piece_ledger_set_owner (ledger, book, pick->who->slot, FALSE);
    }
}

/* Nothing is asked of it, and nothing was found for it yet. */
static gboolean
is_idle (const ShoalPiecePick *pick)
{
  return pick->account->asked->len == 0 && !pick->who->snubbed;
}

static void
take_unchoked (ShoalPiecePick *pick)
{
  ShoalPiecePriority p;

  take_deadlines (pick);
  shoal_piece_pick_take_played (pick, !pick->is_crowded);
  if (pick->is_crowded)
    {
      take_partial (pick, ANY_PRIORITY, SHOAL_PIECE_REGARD_OWNERS);
      shoal_piece_pick_take_played (pick, TRUE);
    }
  for (p = SHOAL_PIECE_PRIORITY_HIGH; p >= SHOAL_PIECE_PRIORITY_LOW; p--)
    {
      take_partial (pick, p, SHOAL_PIECE_REGARD_OWNERS);
      take_new (pick, p);
    }
  take_partial (pick, ANY_PRIORITY, SHOAL_PIECE_IGNORE_OWNERS);
  if (is_idle (pick))
    take_partial (pick, ANY_PRIORITY, SHOAL_PIECE_LAST_RESORT);
  if (is_idle (pick) && shoal_piece_picker_is_end_game (pick->picker))
    take_owed (pick);
}

guint
shoal_piece_picker_pick (ShoalPiecePicker          *self,
                         const ShoalPieceRequester *who,
                         guint                      n,
                         ShoalPieceBlock           *out)
{
  guint          n_partial = shoal_piece_ledger_get_n_with_free (self->ledger);
  guint          n_slots = shoal_piece_ledger_get_n_slots (self->ledger);
  ShoalPiecePick pick = { .picker = self, .who = who, .out = out, .n = n };

  if (n == 0)
    return 0;
  pick.account = shoal_piece_ledger_get_account (self->ledger, who->slot);
  pick.account->rate_bps = who->rate_bps;
  pick.is_crowded = self->is_tight || 2 * n_partial > 3 * n_slots;
  review_owned (&pick);
  if (who->choked)
    take_allowed_fast (&pick);
  else
    take_unchoked (&pick);
  return pick.n_out;
}
