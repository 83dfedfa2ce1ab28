/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "disk/shoal-disk-buffer.h"

#include <string.h>

#define KIB       1024u
#define MIB       (1024u * KIB)
#define MAX_COUNT 10

typedef struct
{
  ShoalDiskBufferStock *stock;
  guint8               *out[MAX_COUNT];
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->stock = shoal_disk_buffer_stock_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->stock != NULL)
    shoal_disk_buffer_stock_free (self->stock);
}

static void
take (Fixture *self, guint n, gsize size)
{
  for (guint i = 0; i < n; i++)
    {
      self->out[i] = shoal_disk_buffer_take (self->stock, size);
      g_assert_cmpuint (GPOINTER_TO_SIZE (self->out[i]) % 64, ==, 0);
      memset (self->out[i], 1, size);
    }
}

static void
give (Fixture *self, guint n)
{
  for (guint i = 0; i < n; i++)
    shoal_disk_buffer_give (self->out[i]);
}

static void
test_reuse (Fixture *self, gconstpointer data)
{
  static const struct
  {
    gsize    first, second;
    gboolean is_same;
  } cases[] = {
    { 1, 16 * KIB, TRUE },
    { 16 * KIB, 16 * KIB + 1, FALSE },
    { 16 * KIB + 1, 32 * KIB, TRUE },
    { 512 * KIB + 1, MIB, TRUE },
    { MIB, 16 * KIB, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint8 *first = shoal_disk_buffer_take (self->stock, cases[i].first);
      guint8 *second;

      shoal_disk_buffer_give (first);
      second = shoal_disk_buffer_take (self->stock, cases[i].second);
      g_assert_cmpint (first == second, ==, cases[i].is_same);
      memset (second, 1, cases[i].second);
      shoal_disk_buffer_give (second);
      shoal_disk_buffer_stock_trim (self->stock);
      shoal_disk_buffer_stock_trim (self->stock);
    }
}

/* 8 MiB stay. */
static void
test_limit (Fixture *self, gconstpointer data)
{
  g_autoptr (GHashTable) given = g_hash_table_new (NULL, NULL);
  guint n_known = 0;

  take (self, 10, MIB);
  for (guint i = 0; i < 8; i++)
    g_hash_table_add (given, self->out[i]);
  give (self, 10);
  take (self, 8, MIB);
  for (guint i = 0; i < 8; i++)
    n_known += g_hash_table_contains (given, self->out[i]);
  g_assert_cmpuint (n_known, ==, 8);
  give (self, 8);
}

/* What lay idle all the time goes; what was used stays. */
static void
test_trim (Fixture *self, gconstpointer data)
{
  guint8 *last;

  take (self, 3, MIB);
  last = self->out[2];
  give (self, 3);
  shoal_disk_buffer_stock_trim (self->stock); /* none was idle all the time since the start */
  take (self, 1, MIB);
  g_assert_true (self->out[0] == last);
  give (self, 1);
  shoal_disk_buffer_stock_trim (self->stock); /* two were: one is left */
  take (self, 1, MIB);
  give (self, 1);
  shoal_disk_buffer_stock_trim (self->stock);
  shoal_disk_buffer_stock_trim (self->stock);
  shoal_disk_buffer_stock_trim (self->stock);
  shoal_disk_buffer_give (NULL);
}

static void
test_outlive (Fixture *self, gconstpointer data)
{
  take (self, 2, 100 * KIB);
  shoal_disk_buffer_stock_free (g_steal_pointer (&self->stock));
  memset (self->out[1], 2, 100 * KIB);
  give (self, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/disk/buffer/reuse", Fixture, NULL, set_up, test_reuse, tear_down);
  g_test_add ("/disk/buffer/limit", Fixture, NULL, set_up, test_limit, tear_down);
  g_test_add ("/disk/buffer/trim", Fixture, NULL, set_up, test_trim, tear_down);
  g_test_add ("/disk/buffer/outlive", Fixture, NULL, set_up, test_outlive, tear_down);
  return g_test_run ();
}
