/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "peer-harness.h"

#define FAST SHOAL_WIRE_HANDSHAKE_FAST
#define ALL  (FAST | SHOAL_WIRE_HANDSHAKE_EXTENSION)

/* What the peer believes is what its owner counted. */
static void
assert_counted (Harness *h, guint expected)
{
  g_assert_true (shoal_base_bitset_equal (shoal_peer_get_bits (h->peer), h->counted));
  g_assert_cmpuint (shoal_base_bitset_count (h->counted), ==, expected);
}

static void
test_messages (void)
{
  static const struct
  {
    const char *hex;
    const char *log;
    guint       n_has;
  } ROWS[] = {
    { "0000000305ffc0", "bitfield 0 now 10\n", 10 },
    { "0000000305ffff", "bitfield 0 now 10\n", 10 }, /* spare bits set */
    { "0000000305a03f", "bitfield 0 now 2\n", 2 },   /* the same */
    { "000000010e", "bitfield 0 now 10\n", 10 },
    { "000000010f", "bitfield 0 now 0\n", 0 },
    { "0000000305f000"
      "00000003050f00",
      "bitfield 0 now 4\nbitfield 4 now 4\n",
      4 },
    { "000000010e"
      "0000000305c000",
      "bitfield 0 now 10\nbitfield 10 now 2\n",
      2 },
    { "000000050400000007", "have 7\n", 1 },
    { "000000050400000007"
      "000000050400000007",
      "have 7\n",
      1 },
    { "0000000305c000"
      "000000050400000001"
      "000000050400000009",
      "bitfield 0 now 2\nhave 9\n",
      3 },
    { "000000010e"
      "00000006140300000004",
      "bitfield 0 now 10\nlost 4\n",
      9 },
    { "00000006140300000004", "", 0 },
    { "0000000305c000"
      "00000006140300000000"
      "000000050400000000",
      "bitfield 0 now 2\nlost 0\nhave 0\n",
      2 },
  };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (ROWS); i++)
    {
      Harness *h = harness_new ();
      guint    row = i / 2;

      h->counts_itself = i & 1;
      harness_make_ready (h, ALL);
      harness_send_hex (h, ROWS[row].hex);
      harness_send_plain (h, SHOAL_WIRE_MESSAGE_INTERESTED);
      harness_wait_log (h, "interest 1\n");
      g_string_truncate (h->log, h->log->len - strlen ("interest 1\n"));
      g_assert_cmpstr (h->log->str, ==, ROWS[row].log);
      assert_counted (h, ROWS[row].n_has);
      harness_free (h);
    }
}

static void
test_closed_for (void)
{
  static const struct
  {
    const char             *hex;
    ShoalWireHandshakeFlags flags;
    ShoalPeerClose          reason;
  } ROWS[] = {
    { "0000000205ff", ALL, SHOAL_PEER_CLOSE_BAD_FRAME },         /* bitfield too short */
    { "0000000405ffc000", ALL, SHOAL_PEER_CLOSE_BAD_FRAME },     /* too long */
    { "00000005040000000a", ALL, SHOAL_PEER_CLOSE_BAD_MESSAGE }, /* have beyond the last piece */
    { "0000000504ffffffff", ALL, SHOAL_PEER_CLOSE_BAD_MESSAGE },
    { "0000000614030000000a", ALL, SHOAL_PEER_CLOSE_BAD_MESSAGE }, /* lt_donthave beyond it */
    { "000000010e", 0, SHOAL_PEER_CLOSE_NOT_NEGOTIATED },
    { "000000010f", 0, SHOAL_PEER_CLOSE_NOT_NEGOTIATED },
    { "000000050d00000001", 0, SHOAL_PEER_CLOSE_NOT_NEGOTIATED },
    { "000000051100000001", 0, SHOAL_PEER_CLOSE_NOT_NEGOTIATED },
    { "0000000d10000000000000000000004000", 0, SHOAL_PEER_CLOSE_NOT_NEGOTIATED },
    { "00200000", ALL, SHOAL_PEER_CLOSE_BAD_FRAME },
    { "000000010a", ALL, SHOAL_PEER_CLOSE_BAD_FRAME },
    { "0000000200", ALL, SHOAL_PEER_CLOSE_BAD_FRAME },
    { "0000400a07", ALL, SHOAL_PEER_CLOSE_BAD_FRAME },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      Harness *h = harness_new ();

      harness_make_ready (h, ROWS[i].flags);
      harness_send_hex (h, ROWS[i].hex);
      harness_wait_closed (h, ROWS[i].reason);
      g_assert_true (shoal_peer_close_is_fault (h->reason));
      harness_free (h);
    }
}

/* Lists of what the remote offers are bounded and hold each piece once. */
static void
test_offers (void)
{
  Harness       *h = harness_new ();
  const guint32 *pieces;
  guint          n;

  harness_make_ready (h, ALL);
  for (guint round = 0; round < 2; round++)
    for (guint32 piece = 0; piece < 12; piece++)
      {
        harness_send_index (h, SHOAL_WIRE_MESSAGE_ALLOWED_FAST, piece);
        harness_send_index (h, SHOAL_WIRE_MESSAGE_SUGGEST, piece);
      }
  harness_send_plain (h, SHOAL_WIRE_MESSAGE_INTERESTED);
  harness_wait_log (h, "interest 1\n");
  pieces = shoal_peer_get_allowed_fast (h->peer, &n);
  g_assert_cmpuint (n, ==, HARNESS_N_PIECES);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (pieces[i], ==, i);
  shoal_peer_get_suggested (h->peer, &n);
  g_assert_cmpuint (n, ==, HARNESS_N_PIECES);
  harness_free (h);
}

/* Before the metadata: all is kept, and counts when the metadata is there. */
static void
test_late_layout (void)
{
  static const struct
  {
    const char *hex;
    const char *log; /* NULL: closed for naming what there is not */
    guint       n_has;
  } ROWS[] = {
    { "", "bitfield 0 now 0\n", 0 },
    { "0000000305f0ff", "bitfield 0 now 6\n", 6 },
    { "000000010e", "bitfield 0 now 10\n", 10 },
    { "000000010e"
      "0000000305c000",
      "bitfield 0 now 2\n",
      2 },
    { "000000050400000009"
      "000000050400000001",
      "bitfield 0 now 2\n",
      2 },
    { "0000000305c000"
      "000000050400000009"
      "00000006140300000000",
      "bitfield 0 now 2\n",
      2 },
    { "0000000205f0", NULL, 0 },
    { "0000000405f00000", NULL, 0 },
    { "000000050400000100", NULL, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      Harness       *h = harness_new ();
      const guint32 *pieces;
      guint          n;

      h->terms.layout = NULL;
      h->terms.have = NULL;
      harness_make_ready (h, ALL);
      harness_send_index (h, SHOAL_WIRE_MESSAGE_ALLOWED_FAST, 3);
      harness_send_index (h, SHOAL_WIRE_MESSAGE_ALLOWED_FAST, 99999);
      harness_send_hex (h, ROWS[i].hex);
      harness_send_plain (h, SHOAL_WIRE_MESSAGE_INTERESTED);
      harness_wait_log (h, "interest 1\n");
      g_assert_null (shoal_peer_get_bits (h->peer));
      shoal_peer_get_allowed_fast (h->peer, &n);
      g_assert_cmpuint (n, ==, 2);
      g_string_truncate (h->log, 0);
      shoal_peer_set_layout (h->peer, h->layout, h->have);
      g_assert_cmpstr (h->log->str, ==, "");
      if (ROWS[i].log == NULL)
        harness_wait_closed (h, SHOAL_PEER_CLOSE_BAD_MESSAGE);
      else
        {
          harness_wait_log (h, "bitfield");
          g_assert_cmpstr (h->log->str, ==, ROWS[i].log);
          assert_counted (h, ROWS[i].n_has);
          pieces = shoal_peer_get_allowed_fast (h->peer, &n);
          g_assert_cmpuint (n, ==, 1);
          g_assert_cmpuint (pieces[0], ==, 3);
        }
      harness_free (h);
    }
}

static void
test_index_before_layout (void)
{
  Harness *h = harness_new ();

  h->terms.layout = NULL;
  harness_make_ready (h, ALL);
  harness_send_index (h, SHOAL_WIRE_MESSAGE_HAVE, SHOAL_WIRE_MESSAGE_MAX_PIECES - 1);
  harness_send_index (h, SHOAL_WIRE_MESSAGE_HAVE, SHOAL_WIRE_MESSAGE_MAX_PIECES);
  harness_wait_closed (h, SHOAL_PEER_CLOSE_BAD_MESSAGE);
  harness_free (h);
}

/* Messages that change nothing, without end. */
static void
test_flood (void)
{
  static const char *const MESSAGES[] = {
    "00000000",           /* keep-alive */
    "000000050400000001", /* have, again and again */
    "0000000100"
    "0000000101", /* choke and unchoke in turns */
    "0000000102"
    "0000000103",                         /* interested or not */
    "000000050d00000001",                 /* suggest */
    "00000003091ae1",                     /* port */
    "0000000d08000000000000000000004000", /* cancel of nothing */
    "0000000d10000000000000000000004000", /* reject of nothing */
    "00000003142a00",                     /* an extension nobody knows */
    "0000000414006465",                   /* extension handshakes */
    "000000010e"
    "000000010f", /* have all and have none in turns */
    "000000050400000001"
    "00000006140300000001",                 /* have and lost in turns */
    "0000000e07000000000000000000000000aa", /* blocks nobody asked for */
  };

  for (guint i = 0; i < G_N_ELEMENTS (MESSAGES); i++)
    {
      Harness *h = harness_new ();
      gint64   began = g_get_monotonic_time ();

      harness_make_ready (h, ALL);
      while (h->n_closed == 0)
        {
          for (guint k = 0; k < 20; k++)
            harness_send_hex (h, MESSAGES[i]);
          harness_turn (h);
          g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);
        }
      g_assert_cmpint (h->reason, ==, SHOAL_PEER_CLOSE_FLOOD);
      harness_free (h);
    }
}

static void
test_extension (void)
{
  Harness       *h = harness_new ();
  const char    *first = "d1:md6:ut_pexi7ee1:pi51413e4:reqqi40e1:v5:Other6:yourip4:\x7f\x01\x01\x01"
                         "e";
  ShoalPeerStats stats;
  const guint8  *payload;
  gsize          len;

  h->terms.extensions = 1 << SHOAL_WIRE_EXTENSION_PEX;
  harness_make_ready (h, ALL);
  harness_send_extended (h, 0, first);
  harness_wait_log (h, "extension port 51413 reqq 40 upload_only 0\n");
  g_assert_cmpstr (shoal_peer_get_client (h->peer), ==, "Other");
  shoal_peer_get_stats (h->peer, &stats);
  g_assert_cmpuint (stats.n_requests_wanted, <=, 40);
  harness_send_extended (h, SHOAL_WIRE_EXTENSION_PEX, "hello");
  harness_wait_log (h, "extended 2 hello\n");
  harness_send_extended (h, SHOAL_WIRE_EXTENSION_METADATA, "not wanted");
  /* A second handshake adds to the first one. */
  g_assert_false (shoal_peer_is_upload_only (h->peer));
  harness_send_extended (h, 0, "d1:md11:upload_onlyi9ee11:upload_onlyi1ee");
  harness_wait_log (h, "extension port 51413 reqq 40 upload_only 1\n");
  g_assert_true (shoal_peer_is_upload_only (h->peer));
  harness_send_extended (h, SHOAL_WIRE_EXTENSION_UPLOAD_ONLY, "\x01");
  harness_send_extended (h, 0, "not bencoded");
  /* We speak to it by its own numbers. */
  g_assert_true (
      shoal_peer_send_extended (h->peer, SHOAL_WIRE_EXTENSION_PEX, (const guint8 *) "abc", 3));
  g_assert_false (
      shoal_peer_send_extended (h->peer, SHOAL_WIRE_EXTENSION_METADATA, (const guint8 *) "abc", 3));
  g_assert_cmpint (harness_receive_message (h, &payload, &len), ==, SHOAL_WIRE_MESSAGE_EXTENDED);
  g_assert_cmpmem (payload,
                   len,
                   "\x07"
                   "abc",
                   4);
  shoal_peer_set_upload_only (h->peer, TRUE);
  g_assert_cmpint (harness_receive_message (h, &payload, &len), ==, SHOAL_WIRE_MESSAGE_EXTENDED);
  g_assert_cmpmem (payload, len, "\x09\x01", 2);
  harness_expect_nothing (h);
  g_assert_cmpuint (h->n_closed, ==, 0);
  g_assert_null (strstr (h->log->str, "not wanted"));
  harness_free (h);
}

/* An extension may be taken back, and wanted again: a handshake says so, naming it as 0. */
static void
test_extension_switched (void)
{
  static const char *const EXPECTED[] = { "6:ut_pexi0e", "6:ut_pexi2e" };
  Harness                 *h = harness_new ();
  const guint8            *payload;
  gsize                    len;
  guint                    i;

  h->terms.extensions = 1 << SHOAL_WIRE_EXTENSION_PEX;
  harness_make_ready (h, ALL);
  shoal_peer_set_extension (h->peer, SHOAL_WIRE_EXTENSION_PEX, TRUE);
  for (i = 0; i < G_N_ELEMENTS (EXPECTED); i++)
    {
      g_autofree char *text = NULL;

      shoal_peer_set_extension (h->peer, SHOAL_WIRE_EXTENSION_PEX, i == 1);
      g_assert_cmpint (
          harness_receive_message (h, &payload, &len), ==, SHOAL_WIRE_MESSAGE_EXTENDED);
      g_assert_cmpuint (payload[0], ==, 0);
      text = g_strndup ((const char *) payload + 1, len - 1);
      g_assert_nonnull (strstr (text, EXPECTED[i]));
    }
  harness_expect_nothing (h);
  harness_free (h);
}

/* To a remote that knows BEP 10 but not that message, the handshake is said again. */
static void
test_upload_only_by_handshake (void)
{
  Harness         *h = harness_new ();
  const guint8    *payload;
  gsize            len;
  g_autofree char *text = NULL;

  harness_make_ready (h, ALL);
  shoal_peer_set_upload_only (h->peer, TRUE);
  shoal_peer_set_upload_only (h->peer, TRUE);
  g_assert_cmpint (harness_receive_message (h, &payload, &len), ==, SHOAL_WIRE_MESSAGE_EXTENDED);
  g_assert_cmpuint (payload[0], ==, 0);
  text = g_strndup ((const char *) payload + 1, len - 1);
  g_assert_nonnull (strstr (text, "11:upload_onlyi1e"));
  harness_expect_nothing (h);
  harness_free (h);
}

static void
test_port_and_have (void)
{
  Harness *h = harness_new ();

  h->terms.has_dht = TRUE;
  harness_make_ready (h, ALL | SHOAL_WIRE_HANDSHAKE_DHT);
  harness_send_hex (h, "00000003091ae1");
  harness_wait_log (h, "port 6881\n");
  shoal_peer_send_have (h->peer, 3);
  shoal_peer_send_have (h->peer, 4);
  shoal_peer_send_port (h->peer, 0x1234);
  harness_expect_index (h, SHOAL_WIRE_MESSAGE_HAVE, 3);
  harness_expect_index (h, SHOAL_WIRE_MESSAGE_HAVE, 4);
  g_assert_cmpmem (harness_receive (h, 7), 7, "\0\0\0\x03\x09\x12\x34", 7);
  harness_free (h);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer/remote/messages", test_messages);
  g_test_add_func ("/peer/remote/closed-for", test_closed_for);
  g_test_add_func ("/peer/remote/offers", test_offers);
  g_test_add_func ("/peer/remote/late-layout", test_late_layout);
  g_test_add_func ("/peer/remote/index-before-layout", test_index_before_layout);
  g_test_add_func ("/peer/remote/flood", test_flood);
  g_test_add_func ("/peer/remote/extension", test_extension);
  g_test_add_func ("/peer/remote/extension-switched", test_extension_switched);
  g_test_add_func ("/peer/remote/upload-only-by-handshake", test_upload_only_by_handshake);
  g_test_add_func ("/peer/remote/port-and-have", test_port_and_have);
  return g_test_run ();
}
