/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/shoal-base-pipe.h"

#include <fcntl.h>
#include <unistd.h>

#define MORE_THAN_ANY 1000

static void
fill (ShoalBasePipe *pipe, gsize len)
{
  g_autofree guint8 *data = g_malloc (len);

  for (gsize i = 0; i < len; i++)
    data[i] = (guint8) (i * 7);
  g_assert_cmpint (write (pipe->in, data, len), ==, len);
  pipe->len += len;
}

static gboolean
is_open (int fd)
{
  return fcntl (fd, F_GETFD) >= 0;
}

/* Each takes what it was asked for, and neither end waits. */
static void
test_sizes (void)
{
  static const guint  pages[] = { 1, 16, 17, 64, 65, 256 };
  ShoalBasePipeStock *stock = shoal_base_pipe_stock_new ();
  gsize               page = (gsize) sysconf (_SC_PAGESIZE);

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      ShoalBasePipe     *pipe = shoal_base_pipe_take (stock, pages[i]);
      g_autofree guint8 *data = g_malloc (pages[i] * page);

      g_assert_nonnull (pipe);
      g_assert_cmpuint (pipe->len, ==, 0);
      fill (pipe, pages[i] * page);
      g_assert_true (shoal_base_pipe_drain (pipe, data));
      for (gsize k = 0; k < pages[i] * page; k++)
        g_assert_cmpuint (data[k], ==, (guint8) (k * 7));
      g_assert_cmpuint (pipe->len, ==, 0);
      pipe->len = 1; /* which is not true */
      g_assert_false (shoal_base_pipe_drain (pipe, data));
      shoal_base_pipe_give (pipe);
    }
  shoal_base_pipe_stock_free (stock);
}

/* Empty ones come again, until nobody needs them; others never do. */
static void
test_kept (void)
{
  ShoalBasePipeStock *stock = shoal_base_pipe_stock_new ();
  ShoalBasePipe      *first = shoal_base_pipe_take (stock, 20);
  int                 in = first->in;

  shoal_base_pipe_give (first);
  shoal_base_pipe_stock_trim (stock);
  g_assert_true (is_open (in));
  g_assert_true (shoal_base_pipe_take (stock, 64) == first);
  fill (first, 100);
  shoal_base_pipe_give (first);
  g_assert_false (is_open (in));
  first = shoal_base_pipe_take (stock, 64);
  in = first->in;
  shoal_base_pipe_give (first);
  shoal_base_pipe_stock_trim (stock);
  shoal_base_pipe_stock_trim (stock);
  g_assert_false (is_open (in));
  shoal_base_pipe_give (NULL);
  shoal_base_pipe_stock_free (stock);
}

/* There is an end to them; idle ones of another size make room. */
static void
test_limits (void)
{
  ShoalBasePipeStock *stock = shoal_base_pipe_stock_new ();
  g_autoptr (GPtrArray) pipes = g_ptr_array_new_with_free_func (shoal_base_pipe_give);
  ShoalBasePipe *pipe;
  guint          n;

  while ((pipe = shoal_base_pipe_take (stock, 256)) != NULL)
    g_ptr_array_add (pipes, pipe);
  n = pipes->len;
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n, <=, 32);
  g_ptr_array_set_size (pipes, 0);
  while ((pipe = shoal_base_pipe_take (stock, 1)) != NULL && pipes->len < MORE_THAN_ANY)
    g_ptr_array_add (pipes, pipe);
  g_assert_cmpuint (pipes->len, >=, n);
  g_assert_cmpuint (pipes->len, <=, 128);
  g_ptr_array_set_size (pipes, 1);
  shoal_base_pipe_stock_free (stock); /* the last one is still out */
  g_ptr_array_set_size (pipes, 0);
}

static guint
take_all (ShoalBasePipeStock *stock, GPtrArray *pipes, guint n_pages)
{
  guint          before = pipes->len;
  ShoalBasePipe *pipe;

  while ((pipe = shoal_base_pipe_take (stock, n_pages)) != NULL && pipes->len < MORE_THAN_ANY)
    g_ptr_array_add (pipes, pipe);
  return pipes->len - before;
}

/* However many engines there are, they have the limits of one process together; what one closes the
 * other may have. */
static void
test_limits_together (void)
{
  ShoalBasePipeStock *first = shoal_base_pipe_stock_new (), *second = shoal_base_pipe_stock_new ();
  g_autoptr (GPtrArray) pipes = g_ptr_array_new_with_free_func (shoal_base_pipe_give);
  static const guint pages[] = { 16, 256 };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      guint n = take_all (first, pipes, pages[i]);

      g_assert_cmpuint (n, >, 0);
      g_assert_cmpuint (n, <, MORE_THAN_ANY);
      g_assert_null (shoal_base_pipe_take (second, pages[i]));
      g_ptr_array_set_size (pipes, 0);
      g_assert_null (shoal_base_pipe_take (second, pages[i])); /* idle ones count */
      shoal_base_pipe_stock_trim (first);
      shoal_base_pipe_stock_trim (first);
      g_assert_cmpuint (take_all (second, pipes, pages[i]), >=, n / 2); /* others take some too */
      g_ptr_array_set_size (pipes, 0);
      shoal_base_pipe_stock_trim (second);
      shoal_base_pipe_stock_trim (second);
    }
  shoal_base_pipe_stock_free (first);
  shoal_base_pipe_stock_free (second);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/pipe/sizes", test_sizes);
  g_test_add_func ("/base/pipe/kept", test_kept);
  g_test_add_func ("/base/pipe/limits", test_limits);
  g_test_add_func ("/base/pipe/limits-together", test_limits_together);
  return g_test_run ();
}
