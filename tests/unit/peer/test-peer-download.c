/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "base/shoal-base-bytes.h"
#include "peer-harness.h"
#include "peer/shoal-peer-private.h"

#define FAST  SHOAL_WIRE_HANDSHAKE_FAST
#define BLOCK SHOAL_BASE_BLOCK_SIZE

/* Interested in a remote that has all and unchokes us. */
static Harness *
make_leech (ShoalWireHandshakeFlags flags, guint ask_most)
{
  Harness *h = harness_new ();

  h->ask_most = ask_most;
  harness_make_ready (h, flags);
  harness_send_bits (h, (const guint8 *) "\xff\xc0", 2);
  harness_send_plain (h, SHOAL_WIRE_MESSAGE_UNCHOKE);
  harness_wait_log (h, "choke 0");
  shoal_peer_set_interested (h->peer, TRUE);
  harness_expect_plain (h, SHOAL_WIRE_MESSAGE_INTERESTED);
  return h;
}

/* Takes one request from the remote's inbox. */
static ShoalWireRange
receive_request (Harness *h)
{
  const guint8  *payload;
  gsize          len;
  ShoalWireRange range;

  g_assert_cmpint (harness_receive_message (h, &payload, &len), ==, SHOAL_WIRE_MESSAGE_REQUEST);
  g_assert_cmpuint (len, ==, 12);
  range.piece = shoal_base_read_be32 (payload);
  range.begin = shoal_base_read_be32 (payload + 4);
  range.length = shoal_base_read_be32 (payload + 8);
  return range;
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
  guint          n_blocks = HARNESS_N_BLOCKS;
  Harness       *h = make_leech (FAST, n_blocks);
  ShoalPeerStats stats;

  for (guint i = 0; i < n_blocks; i++)
    {
      ShoalWireRange range = receive_request (h);

      g_assert_cmpuint (range.piece, ==, i / 4);
      harness_send_piece (h, range.piece, range.begin, range.length);
    }
  while (h->n_blocks < n_blocks)
    harness_turn (h);
  stats = get_stats (h);
  g_assert_cmpuint (
      stats.payload_down, ==, (HARNESS_N_PIECES - 1) * HARNESS_PIECE_LENGTH + HARNESS_LAST_PIECE);
  g_assert_cmpuint (stats.wasted, ==, 0);
  g_assert_cmpuint (stats.n_requests, ==, 0);
  /* 68 of the handshake, 7 bitfield, 5 unchoke, and the heads of the blocks. */
  g_assert_cmpuint (stats.protocol_down, ==, 68 + 7 + 5 + 13 * n_blocks);
  g_assert_cmpint (
      shoal_peer_pipeline_get_snub_deadline (&h->peer->download.pipeline), ==, G_MAXINT64);
  harness_free (h);
}

/* Whatever portions the network makes of it. */
static void
test_in_portions (void)
{
  static const gsize PORTIONS[] = { 1, 7, 1000, 5000, 16397, 30000 };

  for (guint i = 0; i < G_N_ELEMENTS (PORTIONS); i++)
    {
      Harness *h = make_leech (FAST, 4);
      g_autoptr (GByteArray) stream = g_byte_array_new ();

      for (guint k = 0; k < 4; k++)
        {
          ShoalWireRange range = receive_request (h);
          guint8         head[SHOAL_WIRE_MESSAGE_PIECE_HEAD];

          g_byte_array_append (
              stream, head, (guint) shoal_wire_message_write_piece_head (head, &range));
          for (guint32 b = 0; b < range.length; b++)
            {
              guint8 byte = harness_content (range.piece, range.begin + b);

              g_byte_array_append (stream, &byte, 1);
            }
        }
      for (gsize at = 0; at < stream->len; at += PORTIONS[i])
        {
          harness_send (h, stream->data + at, MIN (PORTIONS[i], stream->len - at));
          harness_turn (h);
        }
      while (h->n_blocks < 4)
        harness_turn (h);
      harness_free (h);
    }
}

/* As soon as the head of a block is known, the rest is received straight into a block of the pool:
 * that is where the next bytes are to go, and nothing moves them afterwards. */
static void
test_received_in_place (void)
{
  Harness       *h = make_leech (FAST, 1);
  ShoalWireRange range = receive_request (h);
  guint8         head[SHOAL_WIRE_MESSAGE_PIECE_HEAD];
  struct iovec   iov[SHOAL_NET_STREAM_MAX_BUFFERS];
  guint8        *block;

  shoal_wire_message_write_piece_head (head, &range);
  harness_send (h, head, sizeof head);
  while (h->peer->download.block == NULL)
    harness_turn (h);
  block = h->peer->download.block;
  g_assert_cmpuint (shoal_base_pool_get_n_taken (h->pool), ==, 1);
  g_assert_cmpuint (shoal_peer_receive_get_buffers (h->peer, iov), ==, 2);
  g_assert_true (iov[0].iov_base == block);
  g_assert_cmpuint (iov[0].iov_len, ==, BLOCK);
  harness_send_content (h, 0, 0, 1000);
  while (h->peer->download.filled < 1000)
    harness_turn (h);
  g_assert_cmpuint (shoal_peer_receive_get_buffers (h->peer, iov), ==, 2);
  g_assert_true (iov[0].iov_base == block + 1000);
  g_assert_cmpuint (iov[0].iov_len, ==, BLOCK - 1000);
  harness_send_content (h, 0, 1000, BLOCK - 1000);
  while (h->n_blocks < 1)
    harness_turn (h);
  g_assert_cmpuint (shoal_peer_receive_get_buffers (h->peer, iov), ==, 1);
  harness_free (h);
}

/* What a remote sends for @n blocks that were asked for: all that may come between two blocks, and
 * a block that was cancelled meanwhile. */
static GByteArray *
make_stream (Harness *h, const ShoalWireRange *ranges, guint n)
{
  GByteArray *stream = g_byte_array_new ();
  guint8      out[SHOAL_WIRE_MESSAGE_RANGE_SIZE];
  guint8      nobody_wants[300] = { 0, 0, 1, 40, SHOAL_WIRE_MESSAGE_EXTENDED, 99 };

  for (guint i = 0; i < n; i++)
    {
      g_byte_array_append (
          stream, out, (guint) shoal_wire_message_write_piece_head (out, &ranges[i]));
      g_byte_array_set_size (stream, stream->len + ranges[i].length);
      for (guint32 b = 0; b < ranges[i].length; b++)
        stream->data[stream->len - ranges[i].length + b] =
            harness_content (ranges[i].piece, ranges[i].begin + b);
      if (i == 1)
        g_byte_array_append (
            stream, out, (guint) shoal_wire_message_write_index (out, SHOAL_WIRE_MESSAGE_HAVE, 1));
      if (i == 2)
        g_byte_array_append (stream, out, (guint) shoal_wire_message_write_keep_alive (out));
      if (i == 3)
        g_byte_array_append (stream, nobody_wants, 4 + 256 + 40);
    }
  return stream;
}

/* Reads @n bytes as the stream does; returns where what is left begins. */
static const guint8 *
read_from (Harness *h, const guint8 *data, const guint8 *end)
{
  ShoalPeer   *peer = h->peer;
  struct iovec iov[SHOAL_NET_STREAM_MAX_BUFFERS];
  guint        n_iov = shoal_peer_receive_get_buffers (peer, iov);
  gsize        n = 0;

  g_assert_cmpuint (n_iov, <=, SHOAL_NET_STREAM_MAX_BUFFERS);
  for (guint i = 0; i < n_iov && data < end; i++)
    {
      gsize part = MIN (iov[i].iov_len, (gsize) (end - data));

      memcpy (iov[i].iov_base, data, part);
      data += part;
      n += part;
    }
  shoal_peer_enter (peer);
  shoal_peer_receive_on_bytes (peer, n);
  shoal_peer_leave (peer);
  return data;
}

/* The blocks of @ranges, of which the last but one is cancelled, in two reads or more: up to @cut,
 * and the rest. */
static void
receive_cut (Harness *h, gsize cut, gsize read_size)
{
  static const ShoalWireRange RANGES[] = {
    { 0, 0, BLOCK },     { 9, 2 * BLOCK, HARNESS_LAST_PIECE - 2 * BLOCK },
    { 0, BLOCK, BLOCK }, { 3, 0, BLOCK },
    { 4, BLOCK, BLOCK }, { 5, 0, BLOCK },
  };
  guint n = G_N_ELEMENTS (RANGES), n_blocks = h->n_blocks;
  g_autoptr (GByteArray) stream = make_stream (h, RANGES, n);
  const guint8 *data = stream->data, *end = data + stream->len;

  for (guint i = 0; i < n; i++)
    shoal_peer_request (h->peer, &RANGES[i]);
  shoal_peer_cancel (h->peer, &RANGES[n - 2]);
  h->peer->read_size = read_size;
  while (data < stream->data + MIN (cut, stream->len))
    data = read_from (h, data, stream->data + MIN (cut, stream->len));
  while (data < end)
    data = read_from (h, data, end);
  g_assert_cmpuint (h->n_blocks, ==, n_blocks + n);
  g_assert_cmpuint (get_stats (h).wasted, ==, 0);
  g_assert_cmpuint (get_stats (h).n_requests, ==, 0);
  g_assert_cmpuint (shoal_base_pool_get_n_taken (h->pool), ==, 0);
  harness_turn (h);
  harness_drain (h);
}

/* What a read will bring is guessed; it is right wherever the guess goes wrong and wherever the
 * stream is cut. */
static void
test_cut_anywhere (void)
{
  static const gsize READ_SIZES[] = { 0, 256 * 1024 };
  gsize              end = 6 * (BLOCK + SHOAL_WIRE_MESSAGE_PIECE_HEAD);
  Harness           *h = make_leech (FAST, 0);

  for (guint i = 0; i < G_N_ELEMENTS (READ_SIZES); i++)
    for (gsize cut = 0; cut < end; cut += cut % 16384 < 400 || cut % 16384 > 16300 ? 1 : 997)
      {
        if (h->n_blocks > 1000) /* of idle messages only so many are forgiven */
          {
            harness_free (h);
            h = make_leech (FAST, 0);
          }
        receive_cut (h, cut, READ_SIZES[i]);
      }
  harness_free (h);
}

/* Asked for in one order and answered in another, so that the short block lands where a whole one
 * was expected, and a whole one where the short one was; what follows it is read as what it is. */
static void
test_answered_out_of_order (void)
{
  static const ShoalWireRange SENT[] = {
    { 9, 2 * BLOCK, HARNESS_LAST_PIECE - 2 * BLOCK },
    { 0, 0, BLOCK },
    { 0, BLOCK, BLOCK },
    { 1, 0, BLOCK },
    { 2, 0, BLOCK },
  };
  static const gsize CUTS[] = { 0, 13, 14, 5000, 8000, 20000, 40000, 60000 };
  guint              n = G_N_ELEMENTS (SENT);

  for (guint c = 0; c < G_N_ELEMENTS (CUTS); c++)
    for (guint first = 0; first < n; first++) /* of those asked for */
      {
        Harness *h = make_leech (FAST, 0);
        g_autoptr (GByteArray) stream = make_stream (h, SENT, n);
        const guint8 *data = stream->data, *end = data + stream->len;

        for (guint i = 0; i < n; i++)
          shoal_peer_request (h->peer, &SENT[(first + i) % n]);
        h->peer->read_size = 256 * 1024;
        while (data < stream->data + CUTS[c])
          data = read_from (h, data, stream->data + CUTS[c]);
        while (data < end)
          data = read_from (h, data, end);
        g_assert_cmpuint (h->n_closed, ==, 0);
        g_assert_cmpuint (h->n_blocks, ==, n);
        g_assert_cmpuint (get_stats (h).wasted, ==, 0);
        g_assert_cmpuint (get_stats (h).n_requests, ==, 0);
        g_assert_cmpuint (shoal_base_pool_get_n_taken (h->pool), ==, 0);
        harness_free (h);
      }
}

/* With the requests that were guessed, a stranger sends blocks that nobody asked for: all of it is
 * waste, and nothing lands where it does not belong. */
static void
test_others_land (void)
{
  static const ShoalWireRange ASKED[] = { { 0, 0, BLOCK }, { 0, BLOCK, BLOCK }, { 1, 0, BLOCK } };
  static const ShoalWireRange SENT[] = { { 7, 0, BLOCK },
                                         { 0, 0, BLOCK - 1 },
                                         { 0, BLOCK, BLOCK } };
  Harness                    *h = make_leech (FAST, 0);
  g_autoptr (GByteArray) stream = make_stream (h, SENT, 3);
  const guint8 *data = stream->data;

  for (guint i = 0; i < 3; i++)
    shoal_peer_request (h->peer, &ASKED[i]);
  h->peer->read_size = 256 * 1024;
  while (data < stream->data + stream->len)
    data = read_from (h, data, stream->data + stream->len);
  g_assert_cmpuint (h->n_blocks, ==, 1);
  g_assert_cmpuint (get_stats (h).wasted, ==, 2 * BLOCK - 1);
  g_assert_cmpuint (get_stats (h).n_requests, ==, 2);
  g_assert_cmpuint (shoal_base_pool_get_n_taken (h->pool), ==, 0);
  harness_free (h);
}

/* The first of several blocks in a read ends the peer: the rest of the read goes nowhere. */
static void
test_closed_inside_landing (void)
{
  static const ShoalWireRange RANGES[] = { { 0, 0, BLOCK }, { 0, BLOCK, BLOCK }, { 1, 0, BLOCK } };
  Harness                    *h = make_leech (FAST, 0);
  g_autoptr (GByteArray) stream = make_stream (h, RANGES, 3);

  for (guint i = 0; i < 3; i++)
    shoal_peer_request (h->peer, &RANGES[i]);
  h->peer->read_size = 256 * 1024;
  h->end_at = "block";
  h->by_free = TRUE;
  read_from (h, stream->data, stream->data + stream->len);
  g_assert_null (h->peer);
  g_assert_cmpuint (h->n_blocks, ==, 1);
  g_assert_cmpuint (shoal_base_pool_get_n_taken (h->pool), ==, 0);
  harness_free (h);
}

static void
test_pipeline_grows (void)
{
  Harness *h = make_leech (FAST, G_MAXUINT);
  guint    n_first = 0;

  harness_send_extended (h, 0, "d4:reqqi30ee");
  for (; n_first < 4; n_first++)
    receive_request (h);
  harness_expect_nothing (h);
  g_assert_cmpuint (get_stats (h).n_requests, ==, 4);
  /* Each block lets one more be asked for, besides its own. */
  for (guint i = 0; i < 100; i++)
    {
      ShoalWireRange range;

      g_assert_true (shoal_peer_get_request (h->peer, 0, &range));
      harness_send_piece (h, range.piece, range.begin, range.length);
      while (h->n_blocks <= i)
        harness_turn (h);
      harness_turn (h);
      g_assert_cmpuint (get_stats (h).n_requests, ==, MIN (5 + i, 30));
      harness_drain (h);
    }
  harness_free (h);
}

/* A long pipeline is refilled when a sixteenth of it is free, not before, and then wholly. */
static void
test_long_pipeline_in_portions (void)
{
  Harness           *h = make_leech (FAST, G_MAXUINT);
  ShoalPeerPipeline *pipeline = &h->peer->download.pipeline;
  guint              target = 160, portion = target / 16;

  harness_wait_log (h, "wants_requests 4\n");
  shoal_peer_pipeline_set_limit (pipeline, target);
  pipeline->slow_start = FALSE;
  pipeline->target = target;
  shoal_peer_kick (h->peer);
  harness_wait_log (h, "wants_requests 156\n");
  harness_turn (h);
  harness_drain (h);
  for (guint i = 1; i <= 3 * portion; i++)
    {
      ShoalWireRange range;

      pipeline->tick_usec = 0; /* however slow the machine, the target stays */
      g_string_truncate (h->log, 0);
      g_assert_true (shoal_peer_get_request (h->peer, 0, &range));
      harness_send_piece (h, range.piece, range.begin, range.length);
      while (h->n_blocks < i)
        harness_turn (h);
      harness_turn (h);
      g_assert_cmpuint (get_stats (h).n_requests, ==, target - i % portion);
      g_assert_true ((strstr (h->log->str, "wants_requests 10\n") != NULL) == (i % portion == 0));
      g_assert_cmpuint (
          harness_drain (h), ==, i % portion == 0 ? portion * SHOAL_WIRE_MESSAGE_RANGE_SIZE : 0);
    }
  harness_free (h);
}

/* Requests of one turn leave together, and the owner is asked once. */
static void
test_one_send_a_turn (void)
{
  Harness *h = make_leech (FAST, 4);

  harness_wait_log (h, "wants_requests 4\n");
  harness_turn (h);
  g_assert_cmpuint (strlen (h->log->str), >, 0);
  g_assert_null (strstr (strstr (h->log->str, "wants_requests") + 1, "wants_requests"));
  harness_receive (h, 4 * SHOAL_WIRE_MESSAGE_RANGE_SIZE);
  harness_expect_nothing (h);
  harness_free (h);
}

static void
test_choked (void)
{
  /* Without Fast a choke voids the requests, with Fast each gets its answer. */
  for (guint fast = 0; fast < 2; fast++)
    {
      Harness *h = make_leech (fast ? FAST : 0, 4);

      for (guint i = 0; i < 4; i++)
        receive_request (h);
      harness_send_plain (h, SHOAL_WIRE_MESSAGE_CHOKE);
      harness_wait_log (h, fast ? "choke 1\n" : "choke 1\ndropped\n");
      harness_turn (h);
      g_assert_cmpuint (get_stats (h).n_requests, ==, fast ? 4 : 0);
      /* A block that was on its way is not lost. */
      harness_send_piece (h, 0, 0, BLOCK);
      while (h->n_blocks < 1)
        harness_turn (h);
      g_assert_cmpuint (get_stats (h).wasted, ==, 0);
      if (fast)
        {
          harness_send_range (h, SHOAL_WIRE_MESSAGE_REJECT, 0, BLOCK, BLOCK);
          harness_wait_log (h, "rejected 0+16384+16384\n");
          g_assert_cmpuint (get_stats (h).n_requests, ==, 2);
        }
      harness_expect_nothing (h);
      harness_free (h);
    }
}

/* While choked, only a remote that offers pieces all the same is asked. */
static void
test_allowed_fast (void)
{
  Harness *h = harness_new ();

  harness_make_ready (h, FAST);
  harness_send_plain (h, SHOAL_WIRE_MESSAGE_HAVE_ALL);
  harness_wait_log (h, "bitfield");
  shoal_peer_set_interested (h->peer, TRUE);
  harness_expect_plain (h, SHOAL_WIRE_MESSAGE_INTERESTED);
  harness_expect_nothing (h);
  harness_send_index (h, SHOAL_WIRE_MESSAGE_ALLOWED_FAST, 0);
  harness_wait_log (h, "wants_requests");
  harness_expect_range (h, SHOAL_WIRE_MESSAGE_REQUEST, 0, 0, BLOCK);
  harness_free (h);
}

static void
test_cancel (void)
{
  for (guint fast = 0; fast < 2; fast++)
    {
      Harness       *h = make_leech (fast ? FAST : 0, 4);
      ShoalWireRange second = { 0, BLOCK, BLOCK };
      ShoalWireRange third = { 0, 2 * BLOCK, BLOCK };

      for (guint i = 0; i < 4; i++)
        receive_request (h);
      shoal_peer_cancel (h->peer, &second);
      shoal_peer_cancel (h->peer, &second); /* is none any more */
      shoal_peer_cancel (h->peer, &third);
      harness_expect_range (h, SHOAL_WIRE_MESSAGE_CANCEL, 0, BLOCK, BLOCK);
      harness_expect_range (h, SHOAL_WIRE_MESSAGE_CANCEL, 0, 2 * BLOCK, BLOCK);
      harness_expect_nothing (h);
      g_assert_cmpuint (get_stats (h).n_requests, ==, 2);
      /* One crossed the cancel and comes; the other is refused, which is no news. */
      harness_send_piece (h, 0, BLOCK, BLOCK);
      if (fast)
        harness_send_range (h, SHOAL_WIRE_MESSAGE_REJECT, 0, 2 * BLOCK, BLOCK);
      harness_send_piece (h, 0, 0, BLOCK);
      while (h->n_blocks < 2)
        harness_turn (h);
      g_assert_null (strstr (h->log->str, "rejected"));
      g_assert_cmpuint (get_stats (h).n_requests, ==, 1);
      g_assert_cmpuint (get_stats (h).wasted, ==, 0);
      harness_free (h);
    }
}

/* Cancelled, and asked for again at once: the first "no" is about what was cancelled. */
static void
test_cancel_and_ask_again (void)
{
  Harness       *h = make_leech (FAST, 2);
  ShoalWireRange range = { 0, BLOCK, BLOCK };

  for (guint i = 0; i < 2; i++)
    receive_request (h);
  shoal_peer_cancel (h->peer, &range);
  shoal_peer_request (h->peer, &range);
  harness_expect_range (h, SHOAL_WIRE_MESSAGE_CANCEL, 0, BLOCK, BLOCK);
  harness_expect_range (h, SHOAL_WIRE_MESSAGE_REQUEST, 0, BLOCK, BLOCK);
  harness_send_range (h, SHOAL_WIRE_MESSAGE_REJECT, 0, BLOCK, BLOCK);
  harness_send_piece (h, 0, 0, BLOCK);
  while (h->n_blocks < 1)
    harness_turn (h);
  g_assert_null (strstr (h->log->str, "rejected"));
  g_assert_cmpuint (get_stats (h).n_requests, ==, 1);
  harness_send_range (h, SHOAL_WIRE_MESSAGE_REJECT, 0, BLOCK, BLOCK);
  harness_wait_log (h, "rejected 0+16384+16384\n");
  harness_free (h);
}

/* A block that comes in parts after it was cancelled, and nothing else is under way. */
static void
test_cancelled_comes_slowly (void)
{
  Harness       *h = make_leech (FAST, 1);
  ShoalWireRange range = receive_request (h);
  guint8         head[SHOAL_WIRE_MESSAGE_PIECE_HEAD];

  shoal_peer_cancel (h->peer, &range);
  g_assert_cmpuint (get_stats (h).n_requests, ==, 0);
  shoal_wire_message_write_piece_head (head, &range);
  harness_send (h, head, sizeof head);
  harness_send_content (h, 0, 0, 1000);
  while (h->peer->download.filled < 1000)
    harness_turn (h);
  g_assert_cmpuint (get_stats (h).n_requests, ==, 1);
  harness_advance (h, 21 * G_USEC_PER_SEC);
  g_assert_true (shoal_peer_is_snubbed (h->peer));
  harness_send_content (h, 0, 1000, BLOCK - 1000);
  harness_wait_log (h, "snubbed 0");
  g_assert_cmpuint (h->n_blocks, ==, 1);
  harness_free (h);
}

/* Blocks that nobody asked for, or of another length, are passed over and counted. */
static void
test_unasked (void)
{
  Harness *h = make_leech (FAST, 4);

  for (guint i = 0; i < 4; i++)
    receive_request (h);
  harness_send_piece (h, 5, 0, BLOCK);
  harness_send_piece (h, 0, 0, 1000);
  harness_send_piece (h, 0, 100, BLOCK);
  harness_send_piece (h, 0, 0, BLOCK);
  harness_send_piece (h, 0, 0, BLOCK);
  harness_send_piece (h, 0, BLOCK, BLOCK);
  while (h->n_blocks < 2)
    harness_turn (h);
  g_assert_cmpuint (get_stats (h).wasted, ==, 3 * BLOCK + 1000);
  g_assert_cmpuint (get_stats (h).n_requests, ==, 2);
  g_assert_cmpuint (shoal_base_pool_get_n_taken (h->pool), ==, 0);
  harness_free (h);
}

/* BitComet's way to say no. */
static void
test_empty_piece (void)
{
  Harness *h = make_leech (0, 4);

  for (guint i = 0; i < 4; i++)
    receive_request (h);
  harness_send_piece (h, 0, BLOCK, 0);
  harness_wait_log (h, "rejected 0+16384+16384\n");
  g_assert_cmpuint (get_stats (h).n_requests, ==, 3);
  harness_free (h);
}

static void
test_snub (void)
{
  Harness *h = make_leech (FAST, 5);

  for (guint i = 0; i < 4; i++)
    receive_request (h);
  harness_advance (h, 19 * G_USEC_PER_SEC);
  g_assert_false (shoal_peer_is_snubbed (h->peer));
  harness_advance (h, 21 * G_USEC_PER_SEC);
  g_assert_true (shoal_peer_is_snubbed (h->peer));
  g_assert_nonnull (strstr (h->log->str, "snubbed 1\n"));
  g_assert_cmpuint (get_stats (h).n_requests_wanted, ==, 1);
  g_assert_cmpuint (get_stats (h).n_requests, ==, 4);
  harness_send_piece (h, 0, 0, BLOCK);
  harness_wait_log (h, "snubbed 0\n");
  g_assert_false (shoal_peer_is_snubbed (h->peer));
  /* No answer at all: the requests are given up, and one is tried. */
  harness_drain (h);
  g_string_truncate (h->log, 0);
  h->ask_most = 6;
  harness_advance (h, 61 * G_USEC_PER_SEC);
  g_assert_cmpstr (h->log->str, ==, "dropped\nsnubbed 1\nwants_requests 1\n");
  harness_expect_range (h, SHOAL_WIRE_MESSAGE_REQUEST, 1, BLOCK, BLOCK);
  harness_free (h);
}

/* Nobody is snubbing us while we do not read. */
static void
test_snub_waits_for_us (void)
{
  Harness *h = make_leech (FAST, 4);

  for (guint i = 0; i < 4; i++)
    receive_request (h);
  shoal_peer_set_reading (h->peer, FALSE);
  harness_send_piece (h, 0, 0, BLOCK);
  harness_advance (h, 100 * G_USEC_PER_SEC);
  g_assert_false (shoal_peer_is_snubbed (h->peer));
  g_assert_cmpuint (h->n_blocks, ==, 0);
  shoal_peer_set_reading (h->peer, TRUE);
  while (h->n_blocks < 1)
    harness_turn (h);
  harness_free (h);
}

static void
test_limited_is_not_idle (void)
{
  Harness         *h = make_leech (FAST, 4);
  ShoalBaseBucket *down = shoal_base_bucket_new (NULL);
  gint64           now = g_get_monotonic_time ();

  for (guint i = 0; i < 4; i++)
    receive_request (h);
  shoal_base_bucket_set_limit (down, 1000, now);
  while (shoal_base_bucket_take (down, 4096, now) > 0)
    ;
  shoal_peer_set_buckets (h->peer, down, NULL);
  harness_send_piece (h, 0, 0, BLOCK);
  harness_turn (h);
  harness_advance (h, 119 * G_USEC_PER_SEC);
  harness_advance (h, 238 * G_USEC_PER_SEC);
  g_assert_cmpuint (h->n_closed, ==, 0);
  g_assert_false (shoal_peer_is_snubbed (h->peer));
  shoal_peer_set_buckets (h->peer, NULL, NULL);
  while (h->n_blocks < 1)
    harness_turn (h);
  harness_free (h);
  shoal_base_bucket_free (down);
}

/* lt_donthave without Fast voids the requests for that piece; with Fast they are refused one by
 * one. */
static void
test_lost_piece (void)
{
  Harness *h = make_leech (SHOAL_WIRE_HANDSHAKE_EXTENSION, 6);

  harness_send_piece (h, 0, 0, BLOCK);
  harness_wait_log (h, "block 0");
  harness_turn (h);
  harness_drain (h);
  g_assert_cmpuint (get_stats (h).n_requests, ==, 5);
  harness_send_hex (h, "00000006140300000000");
  harness_wait_log (h,
                    "lost 0\n"
                    "rejected 0+16384+16384\n"
                    "rejected 0+32768+16384\n"
                    "rejected 0+49152+16384\n");
  g_assert_cmpuint (get_stats (h).n_requests, ==, 2);
  harness_free (h);
}

/* Closed with half a block received: the block goes back to the pool. */
static void
test_close_inside_block (void)
{
  Harness       *h = make_leech (FAST, 4);
  guint8         head[SHOAL_WIRE_MESSAGE_PIECE_HEAD];
  ShoalWireRange range = receive_request (h);

  shoal_wire_message_write_piece_head (head, &range);
  harness_send (h, head, sizeof head);
  harness_send_content (h, 0, 0, 5000);
  while (h->peer->download.filled < 5000)
    harness_turn (h);
  g_assert_true (shoal_peer_get_request (h->peer, 0, &range));
  g_assert_cmpuint (get_stats (h).n_requests, ==, 4);
  shoal_peer_close (h->peer, SHOAL_PEER_CLOSE_STOPPED);
  g_assert_cmpuint (h->n_closed, ==, 0);
  g_assert_cmpuint (shoal_base_pool_get_n_taken (h->pool), ==, 0);
  harness_wait_closed (h, SHOAL_PEER_CLOSE_STOPPED);
  g_assert_true (shoal_peer_get_request (h->peer, 0, &range));
  harness_free (h);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer/download/all-blocks", test_all_blocks);
  g_test_add_func ("/peer/download/in-portions", test_in_portions);
  g_test_add_func ("/peer/download/received-in-place", test_received_in_place);
  g_test_add_func ("/peer/download/cut-anywhere", test_cut_anywhere);
  g_test_add_func ("/peer/download/answered-out-of-order", test_answered_out_of_order);
  g_test_add_func ("/peer/download/others-land", test_others_land);
  g_test_add_func ("/peer/download/closed-inside-landing", test_closed_inside_landing);
  g_test_add_func ("/peer/download/pipeline-grows", test_pipeline_grows);
  g_test_add_func ("/peer/download/long-pipeline-in-portions", test_long_pipeline_in_portions);
  g_test_add_func ("/peer/download/one-send-a-turn", test_one_send_a_turn);
  g_test_add_func ("/peer/download/choked", test_choked);
  g_test_add_func ("/peer/download/allowed-fast", test_allowed_fast);
  g_test_add_func ("/peer/download/cancel", test_cancel);
  g_test_add_func ("/peer/download/cancel-and-ask-again", test_cancel_and_ask_again);
  g_test_add_func ("/peer/download/cancelled-comes-slowly", test_cancelled_comes_slowly);
  g_test_add_func ("/peer/download/unasked", test_unasked);
  g_test_add_func ("/peer/download/empty-piece", test_empty_piece);
  g_test_add_func ("/peer/download/snub", test_snub);
  g_test_add_func ("/peer/download/snub-waits-for-us", test_snub_waits_for_us);
  g_test_add_func ("/peer/download/limited-is-not-idle", test_limited_is_not_idle);
  g_test_add_func ("/peer/download/lost-piece", test_lost_piece);
  g_test_add_func ("/peer/download/close-inside-block", test_close_inside_block);
  return g_test_run ();
}
