/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "base/shoal-base-random.h"
#include "peer/shoal-peer-output.h"

static guint n_buffers;

static void
free_buffer (gpointer data)
{
  n_buffers--;
  g_free (data);
}

static ShoalPeerBuffer *
make_buffer (ShoalBaseRandom *random, guint8 **data, gsize len)
{
  *data = g_malloc (len);
  for (gsize i = 0; i < len; i++)
    (*data)[i] = (guint8) shoal_base_random_next (random);
  n_buffers++;
  return shoal_peer_buffer_new (*data, free_buffer);
}

/* Adds a run of blocks or some messages, to the output and to the bytes that are expected. */
static void
add_something (ShoalPeerOutput *output, GByteArray *expected, ShoalBaseRandom *random)
{
  guint n = 1 + shoal_base_random_below (random, 5);

  if (shoal_base_random_below (random, 2) == 0)
    {
      guint8 *out = shoal_peer_output_begin (output, n * 9 + 10);

      for (guint i = 0; i < n * 9; i++)
        out[i] = (guint8) shoal_base_random_next (random);
      g_byte_array_append (expected, out, n * 9);
      shoal_peer_output_end (output, n * 9);
    }
  else
    {
      guint8          *data;
      guint32          part = 1 + shoal_base_random_below (random, 300);
      ShoalPeerBuffer *buffer = make_buffer (random, &data, n * part);

      for (guint i = 0; i < n; i++)
        {
          ShoalWireRange range = { i, i * part, part };
          guint8         head[SHOAL_WIRE_MESSAGE_PIECE_HEAD];

          shoal_peer_output_add_piece (output, &range, buffer, i * part);
          shoal_wire_message_write_piece_head (head, &range);
          g_byte_array_append (expected, head, sizeof head);
          g_byte_array_append (expected, data + i * part, part);
        }
      shoal_peer_buffer_unref (buffer);
    }
}

/* "Sends" up to @max bytes: they must be the next ones expected. */
static void
take_some (ShoalPeerOutput *output, const GByteArray *expected, gsize *sent, gsize max)
{
  struct iovec iov[8];
  gsize        total, left, at = *sent;
  guint        n = shoal_peer_output_get_vectors (output, iov, G_N_ELEMENTS (iov), &total);
  gsize        payload = shoal_peer_output_get_payload (output);

  left = MIN (max, total);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (iov[i].iov_len, >, 0);
      g_assert_cmpmem (iov[i].iov_base, iov[i].iov_len, expected->data + at, iov[i].iov_len);
      at += iov[i].iov_len;
    }
  g_assert_cmpuint (at, ==, *sent + total);
  payload -= shoal_peer_output_consume (output, left);
  g_assert_cmpuint (payload, ==, shoal_peer_output_get_payload (output));
  *sent += left;
}

static void
test_order (void)
{
  ShoalBaseRandom random;
  ShoalPeerOutput output = { 0 };
  g_autoptr (GByteArray) expected = g_byte_array_new ();
  gsize sent = 0;

  shoal_base_random_init (&random, 2);
  for (guint step = 0; step < 8000; step++)
    {
      if (shoal_base_random_below (&random, 100) < (step / 500 % 2 ? 60 : 25))
        add_something (&output, expected, &random);
      else
        take_some (&output, expected, &sent, shoal_base_random_below (&random, 2000));
      shoal_peer_output_check (&output);
      g_assert_cmpuint (shoal_peer_output_get_control (&output) +
                            shoal_peer_output_get_payload (&output),
                        ==,
                        expected->len - sent);
      g_assert_cmpint (shoal_peer_output_is_empty (&output), ==, expected->len == sent);
    }
  while (sent < expected->len)
    take_some (&output, expected, &sent, 1000);
  g_assert_true (shoal_peer_output_is_empty (&output));
  g_assert_cmpuint (n_buffers, ==, 0);
  shoal_peer_output_clear (&output);
}

/* What is dropped is given back, once. */
static void
test_clear (void)
{
  ShoalBaseRandom random;
  ShoalPeerOutput output = { 0 };
  g_autoptr (GByteArray) expected = g_byte_array_new ();
  gsize sent = 0;

  shoal_base_random_init (&random, 4);
  for (guint i = 0; i < 100; i++)
    add_something (&output, expected, &random);
  take_some (&output, expected, &sent, 700);
  g_assert_cmpuint (n_buffers, >, 0);
  shoal_peer_output_clear (&output);
  g_assert_cmpuint (n_buffers, ==, 0);
  g_assert_true (shoal_peer_output_is_empty (&output));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer/output/order", test_order);
  g_test_add_func ("/peer/output/clear", test_clear);
  return g_test_run ();
}
