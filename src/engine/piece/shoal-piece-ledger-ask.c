/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "piece/shoal-piece-ledger-private.h"

#include "base/shoal-base-invariant.h"

static gboolean
is_same_block (ShoalPieceBlock a, ShoalPieceBlock b)
{
  return a.piece == b.piece && a.block == b.block;
}

void
shoal_piece_account_free (gpointer data)
{
  ShoalPieceAccount *account = data;

  if (account == NULL)
    return;
  g_array_unref (account->asked);
  g_free (account);
}

ShoalPieceAccount *
shoal_piece_ledger_get_account (const ShoalPieceLedger *self, ShoalPieceSlot slot)
{
  ShoalPieceAccount *account;

  g_assert (slot < self->accounts->len);
  account = g_ptr_array_index (self->accounts, slot);
  g_assert (account != NULL);
  return account;
}

guint
shoal_piece_ledger_get_n_slots (const ShoalPieceLedger *self)
{
  return self->n_slots;
}

void
shoal_piece_ledger_add_slot (ShoalPieceLedger *self, ShoalPieceSlot slot, ShoalPieceSender sender)
{
  ShoalPieceAccount *account = g_new0 (ShoalPieceAccount, 1);

  g_assert (slot < SHOAL_PIECE_MAX_SLOTS);
  g_assert (sender != SHOAL_PIECE_SENDER_NONE && sender != SHOAL_PIECE_SENDER_SELF);
  if (slot >= self->accounts->len)
    g_ptr_array_set_size (self->accounts, (int) slot + 1);
  g_assert (g_ptr_array_index (self->accounts, slot) == NULL);
  account->sender = sender;
  account->asked = g_array_new (FALSE, FALSE, sizeof (ShoalPieceBlock));
  account->last_piece = SHOAL_PIECE_NONE;
  g_ptr_array_index (self->accounts, slot) = account;
  self->n_slots++;
}

void
shoal_piece_ledger_remove_slot (ShoalPieceLedger *self, ShoalPieceSlot slot)
{
  shoal_piece_ledger_forget_requests (self, slot);
  shoal_piece_account_free (g_ptr_array_index (self->accounts, slot));
  g_ptr_array_index (self->accounts, slot) = NULL;
  self->n_slots--;
}

static ShoalPieceBook *
get_book (const ShoalPieceLedger *self, guint32 piece)
{
  ShoalPieceBook *book = shoal_piece_ledger_find_book (self, piece);

  g_assert (book != NULL);
  return book;
}

/* Takes @block off the list of what @account was asked for. FALSE if it is not on it. */
static gboolean
strike_from_account (ShoalPieceAccount *account, ShoalPieceBlock block)
{
  guint i;

  for (i = 0; i < account->asked->len; i++)
    if (is_same_block (g_array_index (account->asked, ShoalPieceBlock, i), block))
      {
        g_array_remove_index (account->asked, i);
        return TRUE;
      }
  return FALSE;
}

const ShoalPieceBlock *
shoal_piece_ledger_get_requests (const ShoalPieceLedger *self, ShoalPieceSlot slot, guint *n)
{
  const GArray *asked = shoal_piece_ledger_get_account (self, slot)->asked;

  *n = asked->len;
  return (const ShoalPieceBlock *) (gconstpointer) asked->data;
}

gboolean
shoal_piece_ledger_is_asked_of (const ShoalPieceLedger *self,
                                ShoalPieceBlock         block,
                                ShoalPieceSlot          slot)
{
  const ShoalPieceBookBlock *entry = &get_book (self, block.piece)->blocks[block.block];
  guint                      i;

  if (entry->state != BLOCK_ASKED)
    return FALSE;
  if (entry->asked == slot || entry->n_asked == 1)
    return entry->asked == slot;
  for (i = 0; i < self->extras->len; i++)
    {
      const ShoalPieceExtra *extra = &g_array_index (self->extras, ShoalPieceExtra, i);

      if (extra->slot == slot && is_same_block (extra->block, block))
        return TRUE;
    }
  return FALSE;
}

guint
shoal_piece_ledger_ask (ShoalPieceLedger *self,
                        ShoalPieceBook   *book,
                        ShoalPieceSlot    slot,
                        guint             n,
                        ShoalPieceBlock  *out)
{
  ShoalPieceAccount *account = shoal_piece_ledger_get_account (self, slot);
  guint              n_out = 0, i;

  for (i = book->first_free; i < book->n_blocks && n_out < n; i++)
    {
      ShoalPieceBlock block = { book->piece, i };

      if (book->blocks[i].state != BLOCK_FREE)
        continue;
      shoal_piece_ledger_set_block_state (self, book, i, BLOCK_ASKED);
      book->blocks[i].asked = slot;
      book->blocks[i].n_asked = 1;
      g_array_append_val (account->asked, block);
      out[n_out++] = block;
    }
  book->first_free = i;
  if (n_out > 0)
    account->last_piece = book->piece;
  return n_out;
}

void
shoal_piece_ledger_ask_again (ShoalPieceLedger *self, ShoalPieceBlock block, ShoalPieceSlot slot)
{
  ShoalPieceBookBlock *entry = &get_book (self, block.piece)->blocks[block.block];
  ShoalPieceExtra      extra = { block, slot };

  g_assert (entry->state == BLOCK_ASKED && entry->n_asked < SHOAL_PIECE_MAX_ASKED);
  entry->n_asked++;
  g_array_append_val (self->extras, extra);
  g_array_append_val (shoal_piece_ledger_get_account (self, slot)->asked, block);
}

/* Takes any other slot that @block was asked of off the extras. */
static ShoalPieceSlot
take_extra (ShoalPieceLedger *self, ShoalPieceBlock block)
{
  ShoalPieceSlot slot;
  guint          i;

  for (i = 0; i < self->extras->len; i++)
    if (is_same_block (g_array_index (self->extras, ShoalPieceExtra, i).block, block))
      break;
  g_assert (i < self->extras->len);
  slot = g_array_index (self->extras, ShoalPieceExtra, i).slot;
  g_array_remove_index_fast (self->extras, i);
  return slot;
}

static void
remove_extra (ShoalPieceLedger *self, ShoalPieceBlock block, ShoalPieceSlot slot)
{
  guint i;

  for (i = 0; i < self->extras->len; i++)
    {
      const ShoalPieceExtra *extra = &g_array_index (self->extras, ShoalPieceExtra, i);

      if (extra->slot == slot && is_same_block (extra->block, block))
        break;
    }
  g_assert (i < self->extras->len);
  g_array_remove_index_fast (self->extras, i);
}

/* The block is no longer asked of @slot, whose account the caller has settled. Its state too is
 * left to the caller. */
static void
unask (ShoalPieceLedger *self, ShoalPieceBlock block, ShoalPieceSlot slot)
{
  ShoalPieceBookBlock *entry = &get_book (self, block.piece)->blocks[block.block];

  g_assert (entry->state == BLOCK_ASKED && entry->n_asked > 0);
  if (entry->asked != slot)
    remove_extra (self, block, slot);
  else if (entry->n_asked > 1)
    entry->asked = take_extra (self, block);
  else
    entry->asked = SHOAL_PIECE_SLOT_NONE;
  entry->n_asked--;
}

static void
release (ShoalPieceLedger *self, ShoalPieceBlock block, ShoalPieceSlot slot)
{
  ShoalPieceBook *book = get_book (self, block.piece);

  unask (self, block, slot);
  if (book->blocks[block.block].n_asked == 0)
    shoal_piece_ledger_set_block_state (self, book, block.block, BLOCK_FREE);
}

gboolean
shoal_piece_ledger_cancel (ShoalPieceLedger *self, ShoalPieceSlot slot, ShoalPieceBlock block)
{
  SHOAL_INVARIANT (shoal_piece_ledger_check (self));
  if (!strike_from_account (shoal_piece_ledger_get_account (self, slot), block))
    return FALSE;
  release (self, block, slot);
  return TRUE;
}

gboolean
shoal_piece_ledger_on_reject (ShoalPieceLedger *self, ShoalPieceSlot slot, ShoalPieceBlock block)
{
  ShoalPieceAccount *account = shoal_piece_ledger_get_account (self, slot);

  if (!shoal_piece_ledger_cancel (self, slot, block))
    return FALSE;
  account->refused[account->n_refused++ % SHOAL_PIECE_N_REFUSED] = block.piece;
  return TRUE;
}

void
shoal_piece_ledger_forgive (ShoalPieceLedger *self)
{
  guint i;

  for (i = 0; i < self->accounts->len; i++)
    {
      ShoalPieceAccount *account = g_ptr_array_index (self->accounts, i);

      if (account != NULL)
        account->n_refused = 0;
    }
}

guint
shoal_piece_ledger_forget_requests (ShoalPieceLedger *self, ShoalPieceSlot slot)
{
  ShoalPieceAccount *account = shoal_piece_ledger_get_account (self, slot);
  guint              n = account->asked->len, i;

  SHOAL_INVARIANT (shoal_piece_ledger_check (self));
  for (i = 0; i < n; i++)
    release (self, g_array_index (account->asked, ShoalPieceBlock, i), slot);
  g_array_set_size (account->asked, 0);
  for (i = 0; i < self->open->len && account->n_owned > 0; i++)
    {
      ShoalPieceBook *book = g_ptr_array_index (self->open, i);

      if (book->owner == slot)
        shoal_piece_ledger_set_owner (self, book, SHOAL_PIECE_SLOT_NONE, FALSE);
    }
  account->last_piece = SHOAL_PIECE_NONE;
  account->n_refused = 0;
  return n;
}

void
shoal_piece_ledger_settle (ShoalPieceLedger  *self,
                           ShoalPieceBlock    block,
                           ShoalPieceSlot     slot,
                           ShoalPieceArrival *arrival)
{
  ShoalPieceBookBlock *entry = &get_book (self, block.piece)->blocks[block.block];

  while (entry->n_asked > 0)
    {
      ShoalPieceSlot other = entry->asked;

      strike_from_account (shoal_piece_ledger_get_account (self, other), block);
      unask (self, block, other);
      if (other != slot)
        arrival->cancel[arrival->n_cancel++] = other;
    }
}
