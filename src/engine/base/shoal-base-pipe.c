/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "base/shoal-base-pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>

/* Pages: 16, as every pipe has at first, 64, and 256. */
#define N_SIZES     3
#define FIRST_PAGES 16

/* Half of what the kernel lets all processes of a person have without privileges. */
#define MAX_PAGES 8192

/* Two descriptors each: an eighth of what the process may have. shoal-cli-room.c leaves that. */
#define MAX_PIPES   128
#define LIMIT_SHARE 16

typedef struct
{
  ShoalBasePipe       pipe;  /* first: what is handed out */
  ShoalBasePipeStock *stock; /* unowned: it stays while pipes are out */
  guint               size;  /* its number */
} Entry;

typedef struct
{
  GPtrArray *idle;  /* owned, with what is inside; of Entry, empty pipes */
  guint      n_low; /* the fewest that were idle since the last trim */
} Shelf;

struct _ShoalBasePipeStock
{
  Shelf shelves[N_SIZES];
  guint n_out;
  guint max_pipes;
  guint is_closed : 1; /* goes with the last pipe */
};

/* Of all stocks, each of which is on a thread of its own: there are several engines in a process,
 * but its limits, and the person's, are there once. */
static atomic_uint all_pipes, all_pages;

static guint
get_pages (guint size)
{
  return FIRST_PAGES << (2 * size);
}

G_STATIC_ASSERT (FIRST_PAGES << (2 * (N_SIZES - 1)) == SHOAL_BASE_PIPE_MAX_PAGES);

static void
release (guint size)
{
  atomic_fetch_sub (&all_pipes, 1);
  atomic_fetch_sub (&all_pages, get_pages (size));
}

static gboolean
reserve (const ShoalBasePipeStock *self, guint size)
{
  guint pipes = atomic_fetch_add (&all_pipes, 1) + 1;
  guint pages = atomic_fetch_add (&all_pages, get_pages (size)) + get_pages (size);

  if (pipes <= self->max_pipes && pages <= MAX_PAGES)
    return TRUE;
  release (size);
  return FALSE;
}

static void
free_entry (gpointer data)
{
  Entry *entry = data;

  close (entry->pipe.in);
  close (entry->pipe.out);
  release (entry->size);
  g_free (entry);
}

ShoalBasePipeStock *
shoal_base_pipe_stock_new (void)
{
  ShoalBasePipeStock *self = g_new0 (ShoalBasePipeStock, 1);
  struct rlimit       limit;

  self->max_pipes = MAX_PIPES;
  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    self->max_pipes = (guint) MIN (MAX_PIPES, limit.rlim_cur / LIMIT_SHARE);
  for (guint i = 0; i < N_SIZES; i++)
    self->shelves[i].idle = g_ptr_array_new_with_free_func (free_entry);
  return self;
}

void
shoal_base_pipe_stock_free (ShoalBasePipeStock *self)
{
  for (guint i = 0; i < N_SIZES; i++)
    g_clear_pointer (&self->shelves[i].idle, g_ptr_array_unref);
  self->is_closed = TRUE;
  if (self->n_out == 0)
    g_free (self);
}

void
shoal_base_pipe_stock_trim (ShoalBasePipeStock *self)
{
  for (guint i = 0; i < N_SIZES; i++)
    {
      Shelf *shelf = &self->shelves[i];

      g_ptr_array_set_size (shelf->idle, (int) (shelf->idle->len - shelf->n_low));
      shelf->n_low = shelf->idle->len;
    }
}

/* Closes one that is idle; FALSE if there is none. */
static gboolean
drop_idle (ShoalBasePipeStock *self)
{
  for (guint i = 0; i < N_SIZES; i++)
    {
      Shelf *shelf = &self->shelves[i];

      if (shelf->idle->len == 0)
        continue;
      g_ptr_array_set_size (shelf->idle, (int) shelf->idle->len - 1);
      shelf->n_low = MIN (shelf->n_low, shelf->idle->len);
      return TRUE;
    }
  return FALSE;
}

/* What is idle in other sizes makes room for this one. */
static gboolean
make_room (ShoalBasePipeStock *self, guint size)
{
  do
    if (reserve (self, size))
      return TRUE;
  while (drop_idle (self));
  return FALSE;
}

/* NULL: the kernel gives no pipe, or only a smaller one. */
static Entry *
open_entry (ShoalBasePipeStock *self, guint size)
{
  int    bytes = (int) (get_pages (size) * (guint) sysconf (_SC_PAGESIZE));
  int    ends[2];
  Entry *entry;

  if (pipe2 (ends, O_CLOEXEC | O_NONBLOCK) != 0)
    return NULL;
  if (fcntl (ends[1], F_SETPIPE_SZ, bytes) < bytes)
    {
      close (ends[0]);
      close (ends[1]);
      return NULL;
    }
  entry = g_new (Entry, 1);
  *entry = (Entry){ { .in = ends[1], .out = ends[0] }, self, size };
  return entry;
}

static Entry *
new_entry (ShoalBasePipeStock *self, guint size)
{
  Entry *entry;

  if (!make_room (self, size))
    return NULL;
  entry = open_entry (self, size);
  if (entry == NULL)
    release (size);
  return entry;
}

ShoalBasePipe *
shoal_base_pipe_take (ShoalBasePipeStock *self, guint n_pages)
{
  guint  size = 0;
  Shelf *shelf;
  Entry *entry = NULL;

  g_assert (n_pages > 0 && n_pages <= SHOAL_BASE_PIPE_MAX_PAGES);
  while (get_pages (size) < n_pages)
    size++;
  shelf = &self->shelves[size];
  if (shelf->idle->len > 0)
    {
      entry = g_ptr_array_steal_index_fast (shelf->idle, shelf->idle->len - 1);
      shelf->n_low = MIN (shelf->n_low, shelf->idle->len);
    }
  else
    entry = new_entry (self, size);
  if (entry == NULL)
    return NULL;
  self->n_out++;
  return &entry->pipe;
}

void
shoal_base_pipe_give (gpointer pipe)
{
  Entry              *entry = pipe;
  ShoalBasePipeStock *stock;

  if (entry == NULL)
    return;
  stock = entry->stock;
  g_assert (stock->n_out > 0);
  stock->n_out--;
  if (stock->is_closed || entry->pipe.len > 0)
    free_entry (entry);
  else
    g_ptr_array_add (stock->shelves[entry->size].idle, entry);
  if (stock->is_closed && stock->n_out == 0)
    g_free (stock);
}

gboolean
shoal_base_pipe_drain (ShoalBasePipe *self, guint8 *data)
{
  while (self->len > 0)
    {
      gssize got = read (self->out, data, self->len);

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        return FALSE;
      data += got;
      self->len -= (gsize) got;
    }
  return TRUE;
}
