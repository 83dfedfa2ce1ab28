/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "piece/shoal-piece-ledger-private.h"

static void
check_block (const ShoalPieceBook *book, guint index)
{
  const ShoalPieceBookBlock *block = &book->blocks[index];
  gboolean                   is_here = block->state > BLOCK_ASKED;

  g_assert (block->state < SHOAL_PIECE_N_BLOCK_STATES);
  g_assert ((block->n_asked > 0) == (block->state == BLOCK_ASKED));
  g_assert ((block->asked != SHOAL_PIECE_SLOT_NONE) == (block->state == BLOCK_ASKED));
  g_assert (block->n_asked <= SHOAL_PIECE_MAX_ASKED);
  g_assert ((block->data != NULL) == (block->state == BLOCK_HELD && !book->is_verifying));
  g_assert (is_here || book->senders[index] == SHOAL_PIECE_SENDER_NONE);
  g_assert (block->state != BLOCK_FREE || index >= book->first_free);
}

/* Returns how many times its blocks were asked for. */
static guint
check_book (const ShoalPieceLedger *self, const ShoalPieceBook *book)
{
  guint n_in[SHOAL_PIECE_N_BLOCK_STATES] = { 0 };
  guint n_asked = 0, i;

  for (i = 0; i < book->n_blocks; i++)
    {
      check_block (book, i);
      n_in[book->blocks[i].state]++;
      n_asked += book->blocks[i].n_asked;
    }
  for (i = 0; i < SHOAL_PIECE_N_BLOCK_STATES; i++)
    g_assert (n_in[i] == book->n_in[i]);
  g_assert (shoal_piece_map_get_state (self->map, book->piece) ==
            (book->is_verifying ? SHOAL_PIECE_VERIFYING : SHOAL_PIECE_OPEN));
  if (book->is_verifying)
    g_assert (shoal_piece_book_is_whole (book) && book->owner == SHOAL_PIECE_SLOT_NONE);
  else
    g_assert (g_ptr_array_index (self->open, book->place) == book &&
              (book->place < self->n_with_free) == (book->n_in[BLOCK_FREE] > 0));
  g_assert (!book->is_alone || book->owner != SHOAL_PIECE_SLOT_NONE);
  return n_asked;
}

static guint
check_account (const ShoalPieceLedger *self, ShoalPieceSlot slot)
{
  const ShoalPieceAccount *account = g_ptr_array_index (self->accounts, slot);
  guint                    n_owned = 0, i;

  for (i = 0; i < account->asked->len; i++)
    g_assert (shoal_piece_ledger_is_asked_of (
        self, g_array_index (account->asked, ShoalPieceBlock, i), slot));
  for (i = 0; i < self->open->len; i++)
    n_owned += ((const ShoalPieceBook *) g_ptr_array_index (self->open, i))->owner == slot;
  g_assert (n_owned == account->n_owned);
  return account->asked->len;
}

void
shoal_piece_ledger_check (const ShoalPieceLedger *self)
{
  guint          n_asked = 0, n_listed = 0, n_held = 0, n_open = 0, n_slots = 0, n_first = 0, i;
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->books);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const ShoalPieceBook *book = value;

      n_asked += check_book (self, book);
      n_first += book->n_in[BLOCK_ASKED];
      n_held += book->is_verifying ? 0 : book->n_in[BLOCK_HELD];
      n_open += !book->is_verifying;
    }
  for (i = 0; i < self->accounts->len; i++)
    if (g_ptr_array_index (self->accounts, i) != NULL)
      {
        n_listed += check_account (self, i);
        n_slots++;
      }
  g_assert (n_asked == n_listed && n_asked - n_first == self->extras->len);
  g_assert (n_held == self->n_held && n_open == self->open->len && n_slots == self->n_slots);
}
