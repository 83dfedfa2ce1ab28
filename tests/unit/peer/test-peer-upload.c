/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/shoal-base-bytes.h"
#include "peer-harness.h"
#include "peer/shoal-peer-private.h"

#define FAST    SHOAL_WIRE_HANDSHAKE_FAST
#define BLOCK   SHOAL_BASE_BLOCK_SIZE
#define REQUEST SHOAL_WIRE_MESSAGE_REQUEST
#define REJECT  SHOAL_WIRE_MESSAGE_REJECT

/* Unchoked by us. */
static Harness *
make_seed (ShoalWireHandshakeFlags flags)
{
  Harness *h = harness_new ();

  harness_make_ready (h, flags);
  shoal_peer_set_choking (h->peer, FALSE);
  harness_expect_plain (h, SHOAL_WIRE_MESSAGE_UNCHOKE);
  return h;
}

static ShoalPeerStats
get_stats (Harness *h)
{
  ShoalPeerStats stats;

  shoal_peer_get_stats (h->peer, &stats);
  return stats;
}

static void
test_all_blocks (void)
{
  for (guint fast = 0; fast < 2; fast++)
    {
      Harness *h = make_seed (fast ? FAST : 0);
      guint64  total = 0;

      for (guint32 piece = 0; piece < HARNESS_N_PIECES; piece++)
        for (guint32 i = 0; i < shoal_codec_layout_get_n_blocks (h->layout, piece); i++)
          harness_send_range (h,
                              REQUEST,
                              piece,
                              i * BLOCK,
                              shoal_codec_layout_get_block_size (h->layout, piece, i));
      for (guint32 piece = 0; piece < HARNESS_N_PIECES; piece++)
        for (guint32 i = 0; i < shoal_codec_layout_get_n_blocks (h->layout, piece); i++)
          {
            guint32 size = shoal_codec_layout_get_block_size (h->layout, piece, i);

            harness_expect_piece (h, piece, i * BLOCK, size);
            total += size;
          }
      harness_expect_nothing (h);
      g_assert_cmpuint (h->n_buffers, ==, 0);
      g_assert_cmpuint (get_stats (h).payload_up, ==, total);
      g_assert_cmpuint (get_stats (h).n_requests_remote, ==, 0);
      harness_free (h);
    }
}

/* Adjacent requests are taken as one run, whatever stands between them. */
static void
test_runs (void)
{
  static const guint32        ORDER[][2] = { { 0, 0 }, { 3, 0 }, { 0, 1 }, { 1, 3 } };
  static const ShoalWireRange EXPECTED[] = { { 0, 0, 2 * BLOCK },
                                             { 3, 0, BLOCK },
                                             { 1, 3 * BLOCK, BLOCK } };
  Harness                    *h = make_seed (FAST);

  h->keeps_requests = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (ORDER); i++)
    harness_send_range (h, REQUEST, ORDER[i][0], ORDER[i][1] * BLOCK, BLOCK);
  harness_wait_log (h, "requests");
  g_assert_cmpuint (h->runs->len, ==, G_N_ELEMENTS (EXPECTED));
  for (guint i = 0; i < h->runs->len; i++)
    g_assert_true (
        shoal_wire_range_equal (&g_array_index (h->runs, ShoalWireRange, i), &EXPECTED[i]));
  harness_free (h);
}

/* Of what waits for a disk more is taken at a time than of what lies in memory. */
static void
test_reads_ahead (void)
{
  const guint64 ready_bytes = 512 * 1024;
  const guint64 all_bytes = (HARNESS_N_PIECES - 1) * HARNESS_PIECE_LENGTH;

  for (guint ahead = 0; ahead < 2; ahead++)
    {
      Harness *h = make_seed (FAST);
      g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (ShoalWireRange));

      h->serve_most = 0;
      shoal_peer_set_reads_ahead (h->peer, ahead);
      h->peer->upload.rate.rate = 1e9;
      for (guint32 i = 0; i < all_bytes / BLOCK; i++)
        harness_send_range (h, REQUEST, i / 4, i % 4 * BLOCK, BLOCK);
      harness_turn (h);
      g_assert_cmpuint (h->peer->upload.asked.bytes, ==, all_bytes);
      shoal_peer_take_requests (h->peer, G_MAXSIZE, runs);
      g_assert_cmpuint (h->peer->upload.taken.bytes, ==, ahead ? all_bytes : ready_bytes);
      harness_free (h);
    }
}

/* Each bad request is refused once with Fast; without, it ends the connection. */
static void
test_bad_requests (void)
{
  static const ShoalWireRange ROWS[] = {
    { HARNESS_N_PIECES, 0, BLOCK },
    { 0xffffffff, 0, BLOCK },
    { 0, 0, 0 },
    { 0, 0, BLOCK + 1 },
    { 0, 0, 131072 },
    { 0, 0, 0x80000000 },
    { 0, HARNESS_PIECE_LENGTH, 1 },
    { 0, HARNESS_PIECE_LENGTH - 1, 2 },
    { 0, 0xffffffff, BLOCK },
    { 0, 0xffffc000, BLOCK },
    { HARNESS_N_PIECES - 1, HARNESS_LAST_PIECE - 100, 101 },
  };
  Harness *h = make_seed (FAST);

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      harness_send_range (h, REQUEST, ROWS[i].piece, ROWS[i].begin, ROWS[i].length);
      harness_expect_range (h, REJECT, ROWS[i].piece, ROWS[i].begin, ROWS[i].length);
    }
  harness_expect_nothing (h);
  harness_free (h);
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      h = make_seed (0);
      harness_send_range (h, REQUEST, ROWS[i].piece, ROWS[i].begin, ROWS[i].length);
      harness_wait_closed (h, SHOAL_PEER_CLOSE_BAD_REQUEST);
      harness_free (h);
    }
}

static void
test_piece_we_lack (void)
{
  for (guint fast = 0; fast < 2; fast++)
    {
      Harness *h = make_seed (fast ? FAST : 0);

      shoal_base_bitset_set (h->have, 4, FALSE);
      harness_send_range (h, REQUEST, 4, 0, BLOCK);
      harness_send_range (h, REQUEST, 5, 0, BLOCK);
      if (fast)
        harness_expect_range (h, REJECT, 4, 0, BLOCK);
      harness_expect_piece (h, 5, 0, BLOCK);
      harness_expect_nothing (h);
      harness_free (h);
    }
}

/* A piece that is not among those a choked remote may have. */
static guint32
find_slow_piece (Harness *h)
{
  guint32 piece = 0;

  for (guint i = 0; i < h->peer->upload.n_fast; i++)
    if (h->peer->upload.fast[i] == piece)
      {
        piece++;
        i = (guint) -1;
      }
  return piece;
}

/* While choked: refused with Fast, passed over without, except what may be had. */
static void
test_choked (void)
{
  Harness *h = harness_new ();
  guint32  slow, fast;

  harness_make_ready (h, FAST);
  g_assert_cmpuint (h->peer->upload.n_fast, ==, 5);
  slow = find_slow_piece (h);
  fast = h->peer->upload.fast[2];
  harness_send_range (h, REQUEST, slow, 0, BLOCK);
  harness_expect_range (h, REJECT, slow, 0, BLOCK);
  harness_send_range (h, REQUEST, fast, 0, BLOCK);
  harness_expect_piece (h, fast, 0, BLOCK);
  harness_free (h);

  h = harness_new ();
  harness_make_ready (h, 0);
  g_assert_cmpuint (h->peer->upload.n_fast, ==, 0);
  harness_send_range (h, REQUEST, 0, 0, BLOCK);
  harness_expect_nothing (h);
  g_assert_cmpuint (h->n_closed, ==, 0);
  harness_free (h);
}

/* A choked remote may not fetch the same piece for ever, nor go on asking for others. */
static void
test_choked_flood (void)
{
  for (guint fast = 0; fast < 2; fast++)
    {
      Harness *h = harness_new ();
      guint32  piece;

      harness_make_ready (h, FAST);
      h->peer->upload.choked_usec = -10 * G_USEC_PER_SEC;
      piece = fast ? h->peer->upload.fast[0] : find_slow_piece (h);
      for (guint i = 0; i < 1000 && h->n_closed == 0; i++)
        {
          harness_send_range (h, REQUEST, piece, i % 2 * BLOCK, BLOCK);
          harness_drain (h);
        }
      harness_wait_closed (h, SHOAL_PEER_CLOSE_FLOOD);
      harness_free (h);
    }
}

/* The choke goes out first, then the refusals, one for each request that was not answered: those
 * that wait and those that are being read. What is in the allowed-fast set is served. */
static void
test_choke_refuses (void)
{
  Harness        *h = make_seed (FAST);
  guint32         slow = find_slow_piece (h);
  guint32         fast = h->peer->upload.fast[0];
  ShoalWireRange *run;
  guint8         *data;

  h->keeps_requests = TRUE;
  harness_send_range (h, REQUEST, slow, 0, BLOCK);
  harness_send_range (h, REQUEST, fast, 0, BLOCK);
  harness_wait_log (h, "requests");
  g_assert_cmpuint (h->runs->len, ==, 2);
  h->serve_most = 0;
  harness_send_range (h, REQUEST, slow, BLOCK, BLOCK);
  harness_send_range (h, REQUEST, fast, BLOCK, BLOCK);
  while (get_stats (h).n_requests_remote < 4)
    harness_turn (h);
  shoal_peer_set_choking (h->peer, TRUE);
  harness_expect_plain (h, SHOAL_WIRE_MESSAGE_CHOKE);
  harness_expect_range (h, REJECT, slow, BLOCK, BLOCK);
  harness_expect_range (h, REJECT, slow, 0, BLOCK);
  harness_expect_nothing (h);
  g_assert_cmpuint (get_stats (h).n_requests_remote, ==, 2);
  /* The answers to what was refused meanwhile are dropped. */
  for (guint i = 0; i < 2; i++)
    {
      run = &g_array_index (h->runs, ShoalWireRange, i);
      data = g_malloc (run->length);
      for (guint32 k = 0; k < run->length; k++)
        data[k] = harness_content (run->piece, k);
      shoal_peer_send_pieces (h->peer, run, data, g_free);
    }
  harness_expect_piece (h, fast, 0, BLOCK);
  harness_expect_nothing (h);
  harness_free (h);
}

static void
send_piped (Harness *h, ShoalBasePipeStock *stock, guint run)
{
  const ShoalWireRange *range = &g_array_index (h->runs, ShoalWireRange, run);
  ShoalBasePipe        *pipe = shoal_base_pipe_take (stock, 64);

  g_assert_true (shoal_peer_takes_pipes (h->peer));
  for (guint32 k = 0; k < range->length; k++)
    {
      guint8 byte = harness_content (range->piece, range->begin + k);

      g_assert_cmpint (write (pipe->in, &byte, 1), ==, 1);
    }
  pipe->len = range->length;
  shoal_peer_send_piped (h->peer, range, pipe);
}

/* All @n requests at once. */
static void
take_runs (Harness *h, guint n)
{
  while (get_stats (h).n_requests_remote < n)
    harness_turn (h);
  shoal_peer_take_requests (h->peer, 16 * BLOCK, h->runs);
}

/* From a pipe comes what would come from memory, also if a block was cancelled, or asked for twice,
 * so that the bytes are not simply sent one after the other. */
static void
test_piped (void)
{
  ShoalBasePipeStock *stock = shoal_base_pipe_stock_new ();
  Harness            *h = make_seed (FAST);

  h->serve_most = 0;
  for (guint i = 0; i < 3; i++)
    harness_send_range (h, REQUEST, 0, i * BLOCK, BLOCK);
  harness_send_range (h, REQUEST, 1, 0, BLOCK);
  take_runs (h, 4);
  g_assert_cmpuint (h->runs->len, ==, 2);
  send_piped (h, stock, 1);
  harness_expect_piece (h, 1, 0, BLOCK);
  send_piped (h, stock, 0);
  for (guint i = 0; i < 3; i++)
    harness_expect_piece (h, 0, i * BLOCK, BLOCK);
  harness_send_range (h, REQUEST, 2, 0, BLOCK);
  harness_send_range (h, REQUEST, 2, BLOCK, BLOCK);
  harness_send_range (h, REQUEST, 2, 0, BLOCK);
  take_runs (h, 3);
  g_assert_cmpuint (h->runs->len, ==, 4);
  harness_send_range (h, SHOAL_WIRE_MESSAGE_CANCEL, 2, BLOCK, BLOCK);
  harness_expect_range (h, REJECT, 2, BLOCK, BLOCK);
  send_piped (h, stock, 2);
  harness_expect_piece (h, 2, 0, BLOCK);
  harness_expect_piece (h, 2, 0, BLOCK);
  send_piped (h, stock, 3); /* answered already */
  harness_expect_nothing (h);
  g_assert_cmpuint (get_stats (h).n_requests_remote, ==, 0);
  harness_free (h);
  shoal_base_pipe_stock_free (stock);
}

/* Without Fast a choke needs no refusals; what was being read is not sent any more. */
static void
test_choke_without_fast (void)
{
  Harness       *h = make_seed (0);
  ShoalWireRange run = { 0, 0, BLOCK };

  h->keeps_requests = TRUE;
  harness_send_range (h, REQUEST, 0, 0, BLOCK);
  harness_wait_log (h, "requests");
  shoal_peer_set_choking (h->peer, TRUE);
  harness_expect_plain (h, SHOAL_WIRE_MESSAGE_CHOKE);
  shoal_peer_send_pieces (h->peer, &run, g_malloc (BLOCK), g_free);
  harness_expect_nothing (h);
  harness_free (h);
}

/* With Fast a cancelled request gets its one answer too. */
static void
test_cancel (void)
{
  for (guint fast = 0; fast < 2; fast++)
    {
      Harness       *h = make_seed (fast ? FAST : 0);
      ShoalWireRange run = { 0, 0, 2 * BLOCK };
      guint8        *data = g_malloc (run.length);

      h->keeps_requests = TRUE;
      harness_send_range (h, REQUEST, 0, 0, BLOCK);
      harness_send_range (h, REQUEST, 0, BLOCK, BLOCK);
      harness_wait_log (h, "requests");
      h->serve_most = 0;
      harness_send_range (h, REQUEST, 1, 0, BLOCK);
      harness_send_range (h, SHOAL_WIRE_MESSAGE_CANCEL, 1, 0, BLOCK); /* waits */
      harness_send_range (h, SHOAL_WIRE_MESSAGE_CANCEL, 0, 0, BLOCK); /* is being read */
      harness_send_range (h, SHOAL_WIRE_MESSAGE_CANCEL, 7, 0, BLOCK); /* was never asked */
      harness_send_plain (h, SHOAL_WIRE_MESSAGE_INTERESTED);
      harness_wait_log (h, "interest 1");
      for (guint32 k = 0; k < run.length; k++)
        data[k] = harness_content (0, k);
      shoal_peer_send_pieces (h->peer, &run, data, g_free);
      if (fast)
        {
          harness_expect_range (h, REJECT, 1, 0, BLOCK);
          harness_expect_range (h, REJECT, 0, 0, BLOCK);
        }
      harness_expect_piece (h, 0, BLOCK, BLOCK);
      harness_expect_nothing (h);
      g_assert_cmpuint (get_stats (h).n_requests_remote, ==, 0);
      harness_free (h);
    }
}

static void
test_unreadable (void)
{
  Harness       *h = make_seed (FAST);
  ShoalWireRange run = { 0, 0, 2 * BLOCK };

  h->keeps_requests = TRUE;
  harness_send_range (h, REQUEST, 0, 0, BLOCK);
  harness_send_range (h, REQUEST, 0, BLOCK, BLOCK);
  harness_send_range (h, REQUEST, 2, BLOCK, BLOCK);
  harness_wait_log (h, "requests");
  shoal_peer_refuse_pieces (h->peer, &run);
  harness_expect_range (h, REJECT, 0, 0, BLOCK);
  harness_expect_range (h, REJECT, 0, BLOCK, BLOCK);
  harness_expect_nothing (h);
  g_assert_cmpuint (get_stats (h).n_requests_remote, ==, 1);
  harness_free (h);
}

/* A remote that asks for 100,000 blocks and reads nothing: neither requests nor answers gather
 * without bound, and it ends. */
static void
test_asks_and_reads_nothing (void)
{
  Harness *h = make_seed (FAST);
  int      small = 4096;
  gsize    most_control = 0;

  setsockopt (h->remote, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  for (guint i = 0; i < 100000 && h->n_closed == 0 && h->peer->stream_reads; i++)
    {
      harness_send_range (h, REQUEST, i % 9, i / 9 % 4 * BLOCK, BLOCK);
      if (i % 50 == 0)
        harness_turn (h);
      most_control = MAX (most_control, h->peer->send.output.control_len);
      g_assert_cmpuint (get_stats (h).n_requests_remote, <=, SHOAL_PEER_MAX_REMOTE_REQUESTS);
    }
  g_assert_cmpuint (h->most_lent, <=, 512 * 1024 + HARNESS_PIECE_LENGTH);
  g_assert_cmpuint (most_control, <=, 128 * 1024);
  if (h->n_closed == 0)
    harness_advance (h, 121 * G_USEC_PER_SEC);
  harness_turn (h);
  g_assert_cmpuint (h->n_closed, ==, 1);
  g_assert_cmpuint (h->n_buffers, ==, 0);
  harness_free (h);
}

/* The same without Fast: beyond what we said we keep, the connection ends. */
static void
test_asks_too_much (void)
{
  Harness *h = make_seed (0);

  h->serve_most = 0;
  for (guint i = 0; i <= SHOAL_PEER_MAX_REMOTE_REQUESTS; i++)
    harness_send_range (h, REQUEST, i % 9, 0, BLOCK);
  harness_wait_closed (h, SHOAL_PEER_CLOSE_BAD_REQUEST);
  harness_free (h);
}

/* Refusals that nobody reads stop our reading, and go on when they are read. */
static void
test_reading_stops (void)
{
  Harness *h = make_seed (FAST);
  guint    sent = 0, received = 0;

  h->serve_most = 0;
  shoal_base_bitset_set_all (h->have, FALSE);
  while (h->peer->stream_reads && h->n_closed == 0)
    {
      /* The budget is not what this is about. */
      h->peer->budget.spent = 0;
      harness_send_range (h, REQUEST, 1, 0, BLOCK);
      if (++sent % 100 == 0)
        harness_turn (h);
    }
  g_assert_cmpuint (h->n_closed, ==, 0);
  g_assert_cmpuint (h->peer->send.output.control_len, <=, 192 * 1024);
  while (received < sent)
    {
      h->peer->budget.spent = 0;
      harness_expect_range (h, REJECT, 1, 0, BLOCK);
      received++;
    }
  harness_expect_nothing (h);
  g_assert_true (h->peer->stream_reads);
  harness_free (h);
}

static void
test_stalled (void)
{
  Harness *h = make_seed (FAST);

  for (guint i = 0; i < 1000; i++)
    harness_send_range (h, REQUEST, i % 9, 0, BLOCK);
  while (!h->peer->send.is_blocked)
    harness_turn (h);
  harness_turn (h);
  harness_send_plain (h, SHOAL_WIRE_MESSAGE_INTERESTED); /* it is not idle, it takes nothing */
  harness_wait_log (h, "interest");
  harness_advance (h, 119 * G_USEC_PER_SEC);
  g_assert_cmpuint (h->n_closed, ==, 0);
  h->peer->message_usec += 60 * G_USEC_PER_SEC;
  harness_advance (h, 121 * G_USEC_PER_SEC);
  harness_wait_closed (h, SHOAL_PEER_CLOSE_STALLED);
  harness_free (h);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer/upload/all-blocks", test_all_blocks);
  g_test_add_func ("/peer/upload/runs", test_runs);
  g_test_add_func ("/peer/upload/reads-ahead", test_reads_ahead);
  g_test_add_func ("/peer/upload/bad-requests", test_bad_requests);
  g_test_add_func ("/peer/upload/piece-we-lack", test_piece_we_lack);
  g_test_add_func ("/peer/upload/choked", test_choked);
  g_test_add_func ("/peer/upload/choked-flood", test_choked_flood);
  g_test_add_func ("/peer/upload/choke-refuses", test_choke_refuses);
  g_test_add_func ("/peer/upload/choke-without-fast", test_choke_without_fast);
  g_test_add_func ("/peer/upload/cancel", test_cancel);
  g_test_add_func ("/peer/upload/piped", test_piped);
  g_test_add_func ("/peer/upload/unreadable", test_unreadable);
  g_test_add_func ("/peer/upload/asks-and-reads-nothing", test_asks_and_reads_nothing);
  g_test_add_func ("/peer/upload/asks-too-much", test_asks_too_much);
  g_test_add_func ("/peer/upload/reading-stops", test_reading_stops);
  g_test_add_func ("/peer/upload/stalled", test_stalled);
  return g_test_run ();
}
