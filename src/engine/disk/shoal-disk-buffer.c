/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-buffer.h"

#include "base/shoal-base-memory.h"
#include "base/shoal-base-pool.h"

/* Sizes are a block times a power of two. */
#define N_SIZES 7

/* What is kept at most: as much as one fast remote has under way, rounded up to our sizes. */
#define MAX_IDLE_BYTES (8 * 1024 * 1024)

/* Before the bytes that are handed out, which are aligned with it. */
typedef struct
{
  ShoalDiskBufferStock *stock; /* unowned: it stays while buffers are out */
  guint                 size;  /* its number */
} __attribute__ ((aligned (SHOAL_BASE_ALIGNMENT))) Head;

typedef struct
{
  GPtrArray *idle;  /* owned, with what is inside; of Head */
  guint      n_low; /* the fewest that were idle since the last trim */
} Shelf;

struct _ShoalDiskBufferStock
{
  Shelf shelves[N_SIZES];
  gsize idle_bytes;
  guint n_out;
  guint is_closed : 1; /* goes with the last buffer */
};

static gsize
get_bytes (guint size)
{
  return (gsize) SHOAL_BASE_BLOCK_SIZE << size;
}

G_STATIC_ASSERT (SHOAL_BASE_BLOCK_SIZE << (N_SIZES - 1) == SHOAL_DISK_BUFFER_MAX_SIZE);

ShoalDiskBufferStock *
shoal_disk_buffer_stock_new (void)
{
  ShoalDiskBufferStock *self = g_new0 (ShoalDiskBufferStock, 1);
  guint                 i;

  for (i = 0; i < N_SIZES; i++)
    self->shelves[i].idle = g_ptr_array_new_with_free_func (shoal_base_memory_free);
  return self;
}

void
shoal_disk_buffer_stock_free (ShoalDiskBufferStock *self)
{
  guint i;

  for (i = 0; i < N_SIZES; i++)
    g_clear_pointer (&self->shelves[i].idle, g_ptr_array_unref);
  self->is_closed = TRUE;
  if (self->n_out == 0)
    g_free (self);
}

void
shoal_disk_buffer_stock_trim (ShoalDiskBufferStock *self)
{
  guint i;

  for (i = 0; i < N_SIZES; i++)
    {
      Shelf *shelf = &self->shelves[i];

      self->idle_bytes -= shelf->n_low * get_bytes (i);
      g_ptr_array_set_size (shelf->idle, (int) (shelf->idle->len - shelf->n_low));
      shelf->n_low = shelf->idle->len;
    }
}

static Head *
new_head (ShoalDiskBufferStock *stock, guint size)
{
  Head *head = (gpointer) shoal_base_memory_new (sizeof (Head) + get_bytes (size));

  head->stock = stock;
  head->size = size;
  return head;
}

guint8 *
shoal_disk_buffer_take (ShoalDiskBufferStock *self, gsize size)
{
  guint  i = 0;
  Shelf *shelf;
  Head  *head;

  g_assert (size <= SHOAL_DISK_BUFFER_MAX_SIZE);
  while (get_bytes (i) < size)
    i++;
  shelf = &self->shelves[i];
  self->n_out++;
  if (shelf->idle->len == 0)
    return (guint8 *) (new_head (self, i) + 1);
  head = g_ptr_array_steal_index_fast (shelf->idle, shelf->idle->len - 1);
  shelf->n_low = MIN (shelf->n_low, shelf->idle->len);
  self->idle_bytes -= get_bytes (i);
  return (guint8 *) (head + 1);
}

void
shoal_disk_buffer_give (gpointer data)
{
  Head                 *head;
  ShoalDiskBufferStock *stock;
  gsize                 bytes;

  if (data == NULL)
    return;
  head = (Head *) data - 1;
  stock = head->stock;
  bytes = get_bytes (head->size);
  g_assert (stock->n_out > 0);
  stock->n_out--;
  if (stock->is_closed || stock->idle_bytes + bytes > MAX_IDLE_BYTES)
    shoal_base_memory_free (head);
  else
    {
      g_ptr_array_add (stock->shelves[head->size].idle, head);
      stock->idle_bytes += bytes;
    }
  if (stock->is_closed && stock->n_out == 0)
    g_free (stock);
}
