/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "piece/shoal-piece-ledger.h"

#include <string.h>

#include "base/shoal-base-invariant.h"
#include "piece/shoal-piece-ledger-private.h"

static void
free_book (gpointer data)
{
  ShoalPieceBook *book = data;

  g_free (book->senders);
  g_free (book);
}

static gboolean
find_padding (const ShoalCodecLayout *layout)
{
  guint i;

  for (i = 0; i < shoal_codec_layout_get_n_files (layout); i++)
    if ((shoal_codec_layout_get_file (layout, i)->flags & SHOAL_CODEC_FILE_PAD) != 0)
      return TRUE;
  return FALSE;
}

ShoalPieceLedger *
shoal_piece_ledger_new (ShoalPieceMap *map, ShoalBasePool *pool)
{
  ShoalPieceLedger *self = g_new0 (ShoalPieceLedger, 1);

  self->map = map;
  self->pool = pool;
  self->books = g_hash_table_new_full (NULL, NULL, NULL, free_book);
  self->open = g_ptr_array_new ();
  self->accounts = g_ptr_array_new_with_free_func (shoal_piece_account_free);
  self->extras = g_array_new (FALSE, FALSE, sizeof (ShoalPieceExtra));
  self->has_padding = find_padding (shoal_piece_map_get_layout (map));
  return self;
}

void
shoal_piece_ledger_free (ShoalPieceLedger *self)
{
  shoal_piece_ledger_reset (self);
  g_hash_table_unref (self->books);
  g_ptr_array_unref (self->open);
  g_ptr_array_unref (self->accounts);
  g_array_unref (self->extras);
  g_free (self);
}

ShoalPieceBook *
shoal_piece_ledger_find_book (const ShoalPieceLedger *self, guint32 piece)
{
  return g_hash_table_lookup (self->books, GUINT_TO_POINTER (piece));
}

static ShoalPieceBook *
get_book (const ShoalPieceLedger *self, guint32 piece)
{
  ShoalPieceBook *book = shoal_piece_ledger_find_book (self, piece);

  g_assert (book != NULL);
  return book;
}

ShoalPieceBook *
shoal_piece_ledger_get_book (const ShoalPieceLedger *self, guint place)
{
  return g_ptr_array_index (self->open, place);
}

guint
shoal_piece_ledger_get_n_open (const ShoalPieceLedger *self)
{
  return self->open->len;
}

guint
shoal_piece_ledger_get_n_with_free (const ShoalPieceLedger *self)
{
  return self->n_with_free;
}

guint
shoal_piece_ledger_get_n_held (const ShoalPieceLedger *self)
{
  return self->n_held;
}

static void
swap_places (ShoalPieceLedger *self, ShoalPieceBook *book, guint place)
{
  ShoalPieceBook *other = g_ptr_array_index (self->open, place);

  g_ptr_array_index (self->open, book->place) = other;
  other->place = book->place;
  g_ptr_array_index (self->open, place) = book;
  book->place = place;
}

/* Keeps open books with free blocks before the others. */
static void
sort_in (ShoalPieceLedger *self, ShoalPieceBook *book)
{
  gboolean was_before = book->place < self->n_with_free;
  gboolean is_before = book->n_in[BLOCK_FREE] > 0;

  if (is_before && !was_before)
    swap_places (self, book, self->n_with_free++);
  else if (!is_before && was_before)
    swap_places (self, book, --self->n_with_free);
}

ShoalPieceBookBlock *
shoal_piece_ledger_set_block_state (ShoalPieceLedger    *self,
                                    ShoalPieceBook      *book,
                                    guint                index,
                                    ShoalPieceBlockState state)
{
  ShoalPieceBookBlock *block = &book->blocks[index];

  book->n_in[block->state]--;
  book->n_in[state]++;
  block->state = (guint8) state;
  if (state == BLOCK_FREE)
    {
      book->senders[index] = SHOAL_PIECE_SENDER_NONE;
      book->first_free = MIN (book->first_free, index);
    }
  sort_in (self, book);
  return block;
}

static gboolean
is_padding (const ShoalCodecLayout *layout, guint64 offset, guint32 length)
{
  guint64 end = offset + length;
  guint   i;

  for (i = shoal_codec_layout_find_file (layout, offset);
       i < shoal_codec_layout_get_n_files (layout);
       i++)
    {
      const ShoalCodecFile *file = shoal_codec_layout_get_file (layout, i);

      if (file->length > 0 && (file->flags & SHOAL_CODEC_FILE_PAD) == 0)
        return FALSE;
      if (file->offset + file->length >= end)
        return TRUE;
    }
  return TRUE;
}

/* Books the blocks of padding, unless there is nothing else: such a piece would end without an
 * arrival. */
static void
book_padding (ShoalPieceLedger *self, ShoalPieceBook *book)
{
  const ShoalCodecLayout *layout = shoal_piece_map_get_layout (self->map);
  guint64                 offset = shoal_codec_layout_get_piece_offset (layout, book->piece);
  guint                   i;

  if (is_padding (layout, offset, shoal_codec_layout_get_piece_size (layout, book->piece)))
    return;
  for (i = 0; i < book->n_blocks; i++)
    {
      guint32 size = shoal_codec_layout_get_block_size (layout, book->piece, i);

      if (is_padding (layout, offset, size))
        {
          shoal_piece_ledger_set_block_state (self, book, i, BLOCK_PADDING);
          book->senders[i] = SHOAL_PIECE_SENDER_SELF;
        }
      offset += size;
    }
}

ShoalPieceBook *
shoal_piece_ledger_open_piece (ShoalPieceLedger *self, guint32 piece)
{
  guint n_blocks = shoal_codec_layout_get_n_blocks (shoal_piece_map_get_layout (self->map), piece);
  ShoalPieceBook *book = g_malloc0 (sizeof *book + n_blocks * sizeof book->blocks[0]);
  guint           i;

  g_assert (shoal_piece_map_get_state (self->map, piece) == SHOAL_PIECE_MISSING);
  book->piece = piece;
  book->n_blocks = book->n_in[BLOCK_FREE] = n_blocks;
  book->owner = SHOAL_PIECE_SLOT_NONE;
  book->activity = shoal_base_pool_get_n_ever_taken (self->pool);
  book->senders = g_new0 (ShoalPieceSender, n_blocks);
  for (i = 0; i < n_blocks; i++)
    book->blocks[i].asked = SHOAL_PIECE_SLOT_NONE;
  book->place = self->open->len;
  g_ptr_array_add (self->open, book);
  sort_in (self, book);
  if (self->has_padding)
    book_padding (self, book);
  g_hash_table_insert (self->books, GUINT_TO_POINTER (piece), book);
  shoal_piece_map_set_state (self->map, piece, SHOAL_PIECE_OPEN);
  return book;
}

void
shoal_piece_ledger_set_owner (ShoalPieceLedger *self,
                              ShoalPieceBook   *book,
                              ShoalPieceSlot    owner,
                              gboolean          is_alone)
{
  if (book->owner != SHOAL_PIECE_SLOT_NONE)
    shoal_piece_ledger_get_account (self, book->owner)->n_owned--;
  if (owner != SHOAL_PIECE_SLOT_NONE)
    shoal_piece_ledger_get_account (self, owner)->n_owned++;
  g_assert (owner != SHOAL_PIECE_SLOT_NONE || !is_alone);
  book->owner = owner;
  book->is_alone = is_alone;
}

/* Off the list of open pieces: @book is whole, so it lies among those without free blocks. */
static void
close_book (ShoalPieceLedger *self, ShoalPieceBook *book)
{
  shoal_piece_ledger_set_owner (self, book, SHOAL_PIECE_SLOT_NONE, FALSE);
  g_assert (book->place >= self->n_with_free);
  swap_places (self, book, self->open->len - 1);
  g_ptr_array_set_size (self->open, (int) self->open->len - 1);
}

void
shoal_piece_ledger_on_block (ShoalPieceLedger  *self,
                             ShoalPieceSlot     slot,
                             ShoalPieceBlock    block,
                             guint8            *data,
                             ShoalPieceArrival *arrival)
{
  ShoalPieceAccount *account = shoal_piece_ledger_get_account (self, slot);
  ShoalPieceBook    *book = shoal_piece_ledger_find_book (self, block.piece);

  SHOAL_INVARIANT (shoal_piece_ledger_check (self));
  arrival->n_cancel = 0;
  arrival->outcome = SHOAL_PIECE_BLOCK_DUPLICATE;
  if (book == NULL)
    {
      if (shoal_piece_map_get_state (self->map, block.piece) == SHOAL_PIECE_MISSING)
        arrival->outcome = SHOAL_PIECE_BLOCK_UNWANTED;
      return;
    }
  g_assert (block.block < book->n_blocks);
  if (book->blocks[block.block].state > BLOCK_ASKED)
    return;
  shoal_piece_ledger_settle (self, block, slot, arrival);
  shoal_piece_ledger_set_block_state (self, book, block.block, BLOCK_HELD)->data = data;
  book->senders[block.block] = account->sender;
  book->activity = shoal_base_pool_get_n_ever_taken (self->pool);
  self->n_held++;
  arrival->outcome =
      shoal_piece_book_is_whole (book) ? SHOAL_PIECE_BLOCK_COMPLETE : SHOAL_PIECE_BLOCK_ACCEPTED;
}

static guint8 *
take_data (ShoalPieceLedger *self, ShoalPieceBookBlock *entry)
{
  g_assert (entry->state == BLOCK_HELD && self->n_held > 0);
  self->n_held--;
  return g_steal_pointer (&entry->data);
}

static guint8 *
take_zeros (ShoalPieceLedger *self)
{
  return memset (shoal_base_pool_take (self->pool), 0, SHOAL_BASE_BLOCK_SIZE);
}

guint
shoal_piece_ledger_take_piece (ShoalPieceLedger *self, guint piece, guint8 **blocks)
{
  ShoalPieceBook *book = get_book (self, piece);
  guint           i;

  SHOAL_INVARIANT (shoal_piece_ledger_check (self));
  g_assert (shoal_piece_book_is_whole (book) && !book->is_verifying);
  for (i = 0; i < book->n_blocks; i++)
    {
      ShoalPieceBookBlock *entry = &book->blocks[i];

      if (entry->state == BLOCK_PADDING)
        blocks[i] = take_zeros (self);
      else
        blocks[i] = entry->state == BLOCK_HELD ? take_data (self, entry) : NULL;
    }
  book->is_verifying = TRUE;
  close_book (self, book);
  shoal_piece_map_set_state (self->map, piece, SHOAL_PIECE_VERIFYING);
  return book->n_in[BLOCK_ON_DISK];
}

const ShoalPieceSender *
shoal_piece_ledger_get_senders (const ShoalPieceLedger *self, guint piece, guint *n_blocks)
{
  const ShoalPieceBook *book = get_book (self, piece);

  *n_blocks = book->n_blocks;
  return book->senders;
}

static void
end_verifying (ShoalPieceLedger *self, guint piece, ShoalPieceState state)
{
  SHOAL_INVARIANT (shoal_piece_ledger_check (self));
  g_assert (get_book (self, piece)->is_verifying);
  g_hash_table_remove (self->books, GUINT_TO_POINTER (piece));
  shoal_piece_map_set_state (self->map, piece, state);
}

void
shoal_piece_ledger_on_verified (ShoalPieceLedger *self, guint piece)
{
  end_verifying (self, piece, SHOAL_PIECE_HAD);
}

void
shoal_piece_ledger_on_failed (ShoalPieceLedger *self, guint piece)
{
  end_verifying (self, piece, SHOAL_PIECE_MISSING);
}

guint32
shoal_piece_ledger_get_least_active (const ShoalPieceLedger *self)
{
  const ShoalPieceBook *best = NULL;
  guint                 i;

  for (i = 0; i < self->open->len; i++)
    {
      const ShoalPieceBook *book = g_ptr_array_index (self->open, i);

      if (book->n_in[BLOCK_HELD] > 0 && (best == NULL || book->activity < best->activity))
        best = book;
    }
  return best != NULL ? best->piece : SHOAL_PIECE_NONE;
}

guint64
shoal_piece_ledger_get_activity (const ShoalPieceLedger *self, guint piece)
{
  return shoal_piece_ledger_find_book (self, piece)->activity;
}

guint
shoal_piece_ledger_take_early (ShoalPieceLedger *self, guint piece, guint8 **blocks)
{
  ShoalPieceBook *book = get_book (self, piece);
  guint           n = 0, i;

  SHOAL_INVARIANT (shoal_piece_ledger_check (self));
  g_assert (!book->is_verifying);
  for (i = 0; i < book->n_blocks; i++)
    {
      blocks[i] = NULL;
      if (book->blocks[i].state != BLOCK_HELD)
        continue;
      blocks[i] = take_data (self, &book->blocks[i]);
      shoal_piece_ledger_set_block_state (self, book, i, BLOCK_WRITING);
      n++;
    }
  return n;
}

ShoalPieceOutcome
shoal_piece_ledger_on_written (ShoalPieceLedger *self, ShoalPieceBlock block, gboolean ok)
{
  ShoalPieceBook *book = shoal_piece_ledger_find_book (self, block.piece);

  SHOAL_INVARIANT (shoal_piece_ledger_check (self));
  if (book == NULL)
    return SHOAL_PIECE_BLOCK_UNWANTED;
  g_assert (block.block < book->n_blocks);
  if (book->blocks[block.block].state != BLOCK_WRITING)
    return SHOAL_PIECE_BLOCK_UNWANTED;
  shoal_piece_ledger_set_block_state (self, book, block.block, ok ? BLOCK_ON_DISK : BLOCK_FREE);
  return shoal_piece_book_is_whole (book) ? SHOAL_PIECE_BLOCK_COMPLETE : SHOAL_PIECE_BLOCK_ACCEPTED;
}

static guint
drop_from_book (ShoalPieceLedger *self, ShoalPieceBook *book, ShoalPieceSender sender)
{
  guint n = 0, i;

  for (i = 0; i < book->n_blocks; i++)
    {
      ShoalPieceBookBlock *block = &book->blocks[i];

      if (book->senders[i] != sender || block->state == BLOCK_WRITING)
        continue;
      if (block->state == BLOCK_HELD)
        shoal_base_pool_give (self->pool, take_data (self, block));
      shoal_piece_ledger_set_block_state (self, book, i, BLOCK_FREE);
      n++;
    }
  return n;
}

guint
shoal_piece_ledger_drop_sender (ShoalPieceLedger *self, ShoalPieceSender sender)
{
  guint n = 0, i;

  SHOAL_INVARIANT (shoal_piece_ledger_check (self));
  g_assert (sender != SHOAL_PIECE_SENDER_NONE && sender != SHOAL_PIECE_SENDER_SELF);
  /* Books move inside the array as blocks become free, always to places before @i. */
  for (i = 0; i < self->open->len; i++)
    n += drop_from_book (self, g_ptr_array_index (self->open, i), sender);
  return n;
}

void
shoal_piece_ledger_reset (ShoalPieceLedger *self)
{
  GHashTableIter iter;
  gpointer       value;
  guint          i;

  for (i = 0; i < self->accounts->len; i++)
    if (g_ptr_array_index (self->accounts, i) != NULL)
      shoal_piece_ledger_forget_requests (self, i);
  g_ptr_array_set_size (self->open, 0);
  self->n_with_free = 0;
  g_hash_table_iter_init (&iter, self->books);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ShoalPieceBook *book = value;

      for (i = 0; i < book->n_blocks; i++)
        if (book->blocks[i].data != NULL)
          shoal_base_pool_give (self->pool, take_data (self, &book->blocks[i]));
      shoal_piece_map_set_state (self->map, book->piece, SHOAL_PIECE_MISSING);
      g_hash_table_iter_remove (&iter);
    }
}

gboolean
shoal_piece_ledger_get_open (const ShoalPieceLedger *self, guint place, ShoalPieceOpenInfo *info)
{
  const ShoalPieceBook *book;

  if (place >= self->open->len)
    return FALSE;
  book = g_ptr_array_index (self->open, place);
  info->piece = book->piece;
  info->n_blocks = book->n_blocks;
  info->n_free = book->n_in[BLOCK_FREE];
  info->n_asked = book->n_in[BLOCK_ASKED];
  info->n_held = book->n_in[BLOCK_HELD];
  info->n_writing = book->n_in[BLOCK_WRITING];
  info->n_on_disk = book->n_in[BLOCK_ON_DISK];
  info->n_padding = book->n_in[BLOCK_PADDING];
  return TRUE;
}
