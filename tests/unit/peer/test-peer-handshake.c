/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/shoal-base-bytes.h"
#include "peer-harness.h"

#define FAST      SHOAL_WIRE_HANDSHAKE_FAST
#define EXTENSION SHOAL_WIRE_HANDSHAKE_EXTENSION

static void
expect_our_handshake (Harness *h)
{
  ShoalWireHandshake handshake;

  g_assert_cmpint (shoal_wire_handshake_parse (&handshake,
                                               harness_receive (h, SHOAL_WIRE_HANDSHAKE_SIZE),
                                               SHOAL_WIRE_HANDSHAKE_SIZE),
                   ==,
                   SHOAL_WIRE_HANDSHAKE_DONE);
  g_assert_cmpint (handshake.flags, ==, FAST | EXTENSION);
  g_assert_true (shoal_sha1_equal (&handshake.swarm_key, &h->terms.swarm_key));
  g_assert_cmpmem (&handshake.peer_id, 20, &h->terms.peer_id, 20);
}

static void
expect_extension_handshake (Harness *h)
{
  const guint8    *payload;
  gsize            len;
  g_autofree char *text = NULL;

  g_assert_cmpint (harness_receive_message (h, &payload, &len), ==, SHOAL_WIRE_MESSAGE_EXTENDED);
  g_assert_cmpuint (payload[0], ==, 0);
  text = g_strndup ((const char *) payload + 1, len - 1);
  g_assert_cmpstr (text,
                   ==,
                   "d1:md11:lt_donthavei3e11:upload_onlyi4ee1:pi6881e4:reqqi2000e"
                   "11:upload_onlyi0e1:v11:Shoal 0.1.06:yourip4:\x7f");
}

static void
test_outgoing (void)
{
  Harness *h = harness_new ();

  harness_connect_outgoing (h);
  expect_our_handshake (h);
  harness_send_handshake (h, FAST | EXTENSION);
  harness_expect_plain (h, SHOAL_WIRE_MESSAGE_HAVE_ALL);
  expect_extension_handshake (h);
  for (guint i = 0; i < 5; i++)
    {
      const guint8 *payload;
      gsize         len;

      g_assert_cmpint (
          harness_receive_message (h, &payload, &len), ==, SHOAL_WIRE_MESSAGE_ALLOWED_FAST);
    }
  harness_expect_nothing (h);
  g_assert_cmpstr (h->log->str, ==, "handshake Transmission 4.0.6\nready\n");
  g_assert_true (shoal_peer_is_outgoing (h->peer));
  g_assert_true (shoal_peer_has_fast (h->peer));
  g_assert_cmpstr (shoal_peer_get_client (h->peer), ==, "Transmission 4.0.6");
  g_assert_true (shoal_peer_is_choking_us (h->peer));
  g_assert_true (shoal_peer_is_choked_by_us (h->peer));
  g_assert_cmpint (shoal_peer_get_remote_address (h->peer)->family, ==, AF_INET);
  harness_free (h);
}

static void
test_incoming (void)
{
  Harness *h = harness_new ();

  harness_connect_incoming (h);
  harness_expect_nothing (h);
  harness_send_handshake (h, FAST);
  expect_our_handshake (h);
  harness_expect_plain (h, SHOAL_WIRE_MESSAGE_HAVE_ALL);
  g_assert_cmpstr (h->log->str, ==, "lookup\nhandshake Transmission 4.0.6\nready\n");
  g_assert_false (shoal_peer_is_outgoing (h->peer));
  harness_free (h);
}

/* What comes first depends on what we have and on Fast; nothing is said twice. */
static void
test_first_message (void)
{
  static const struct
  {
    ShoalWireHandshakeFlags flags;
    guint                   n_have;
    const char             *expected; /* hex of the whole message */
  } ROWS[] = {
    { FAST, 0, "000000010f" },
    { FAST, 3, "0000000305e000" },
    { FAST, HARNESS_N_PIECES, "000000010e" },
    { 0, 0, "" },
    { 0, 3, "0000000305e000" },
    { 0, HARNESS_N_PIECES, "0000000305ffc0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      Harness         *h = harness_new ();
      gsize            len = strlen (ROWS[i].expected) / 2;
      g_autofree char *first = NULL;

      shoal_base_bitset_set_all (h->have, FALSE);
      for (guint piece = 0; piece < ROWS[i].n_have; piece++)
        shoal_base_bitset_set (h->have, piece, TRUE);
      harness_connect_outgoing (h);
      harness_send_handshake (h, ROWS[i].flags);
      expect_our_handshake (h);
      harness_wait_log (h, "ready");
      first = shoal_base_hex_dup (harness_receive (h, len), len);
      g_assert_cmpstr (first, ==, ROWS[i].expected);
      if (ROWS[i].flags == 0)
        harness_expect_nothing (h);
      harness_free (h);
    }
}

/* Byte by byte, with messages right behind. */
static void
test_in_crumbs (void)
{
  for (guint incoming = 0; incoming < 2; incoming++)
    {
      Harness           *h = harness_new ();
      guint8             data[SHOAL_WIRE_HANDSHAKE_SIZE + 10];
      ShoalWireHandshake handshake = { .flags = FAST, .swarm_key = h->terms.swarm_key };

      shoal_wire_handshake_write (&handshake, data);
      shoal_wire_message_write_plain (data + 68, SHOAL_WIRE_MESSAGE_HAVE_ALL);
      shoal_wire_message_write_plain (data + 73, SHOAL_WIRE_MESSAGE_UNCHOKE);
      if (incoming)
        harness_connect_incoming (h);
      else
        harness_connect_outgoing (h);
      for (gsize i = 0; i < sizeof data; i++)
        {
          harness_send (h, data + i, 1);
          harness_turn (h);
        }
      harness_wait_log (h, "bitfield 0 now 10\nchoke 0\n");
      g_assert_cmpuint (h->n_closed, ==, 0);
      harness_free (h);
    }
}

/* The answer comes when the torrent is there, to a remote that has sent its key only or all. */
static void
test_late_lookup (void)
{
  for (gsize len = SHOAL_WIRE_HANDSHAKE_KEY_SIZE; len <= 68 + 5; len += 5)
    {
      Harness           *h = harness_new ();
      guint8             data[SHOAL_WIRE_HANDSHAKE_SIZE + 5];
      ShoalWireHandshake handshake = { .flags = FAST, .swarm_key = h->terms.swarm_key };

      shoal_wire_handshake_write (&handshake, data);
      shoal_wire_message_write_plain (data + 68, SHOAL_WIRE_MESSAGE_HAVE_ALL);
      h->lookup_waits = TRUE;
      harness_connect_incoming (h);
      harness_send (h, data, len);
      harness_wait_log (h, "lookup");
      harness_expect_nothing (h);
      harness_advance (h, SHOAL_PEER_LOOKUP_USEC - G_USEC_PER_SEC);
      shoal_peer_accept (h->peer, &h->terms);
      g_assert_cmpstr (h->log->str, ==, "lookup\n");
      expect_our_handshake (h);
      harness_send (h, data + len, sizeof data - len);
      harness_wait_log (h, "bitfield 0 now 10");
      harness_free (h);
    }
}

static void
test_lookup_timeout (void)
{
  Harness *h = harness_new ();

  h->lookup_waits = TRUE;
  harness_connect_incoming (h);
  harness_send_handshake (h, FAST);
  harness_wait_log (h, "lookup");
  harness_advance (h, SHOAL_PEER_LOOKUP_USEC + G_USEC_PER_SEC);
  harness_wait_closed (h, SHOAL_PEER_CLOSE_LOOKUP_TIMEOUT);
  shoal_peer_accept (h->peer, &h->terms); /* too late, and harmless */
  harness_turn (h);
  g_assert_cmpuint (h->n_closed, ==, 1);
  harness_free (h);
}

/* A byte now and then does not keep a remote that says nothing. */
static void
test_slow_loris (void)
{
  for (guint incoming = 0; incoming < 2; incoming++)
    {
      Harness *h = harness_new ();

      if (incoming)
        harness_connect_incoming (h);
      else
        harness_connect_outgoing (h);
      harness_turn (h);
      for (guint second = 1; second < 10; second++)
        {
          harness_send (h,
                        (const guint8 *) "\x13"
                                         "BitTorrent protocol" +
                            second - 1,
                        1);
          harness_turn (h);
          harness_advance (h, second * G_USEC_PER_SEC);
          g_assert_cmpuint (h->n_closed, ==, 0);
        }
      harness_advance (h, 10 * G_USEC_PER_SEC);
      harness_wait_closed (h, SHOAL_PEER_CLOSE_HANDSHAKE_TIMEOUT);
      harness_free (h);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    gboolean       incoming;
    guint          wrong_byte; /* of the remote's handshake */
    ShoalPeerClose answer;     /* of the owner */
    ShoalPeerClose reason;
  } ROWS[] = {
    { TRUE, 0, SHOAL_PEER_CLOSE_NONE, SHOAL_PEER_CLOSE_BAD_HANDSHAKE },
    { FALSE, 19, SHOAL_PEER_CLOSE_NONE, SHOAL_PEER_CLOSE_BAD_HANDSHAKE },
    { TRUE, 30, SHOAL_PEER_CLOSE_NONE, SHOAL_PEER_CLOSE_REFUSED },
    { FALSE, 47, SHOAL_PEER_CLOSE_NONE, SHOAL_PEER_CLOSE_WRONG_SWARM },
    { FALSE, 68, SHOAL_PEER_CLOSE_SELF, SHOAL_PEER_CLOSE_SELF },
    { TRUE, 68, SHOAL_PEER_CLOSE_DUPLICATE, SHOAL_PEER_CLOSE_DUPLICATE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      Harness           *h = harness_new ();
      guint8             data[SHOAL_WIRE_HANDSHAKE_SIZE + 1];
      ShoalWireHandshake handshake = { .swarm_key = h->terms.swarm_key };

      shoal_wire_handshake_write (&handshake, data);
      data[ROWS[i].wrong_byte] ^= 1;
      h->handshake_answer = ROWS[i].answer;
      if (ROWS[i].incoming)
        harness_connect_incoming (h);
      else
        harness_connect_outgoing (h);
      harness_send (h, data, SHOAL_WIRE_HANDSHAKE_SIZE);
      harness_wait_closed (h, ROWS[i].reason);
      g_assert_null (strstr (h->log->str, "\nready\n"));
      harness_free (h);
    }
}

static void
test_unreachable (void)
{
  Harness         *h = harness_new ();
  const guint8     ip[4] = { 127, 0, 0, 1 };
  ShoalBaseAddress nobody;

  shoal_base_address_init_ipv4 (&nobody, ip, 1);
  h->peer = shoal_peer_new_outgoing (h->peers, &nobody, NULL, &h->terms);
  g_assert_cmpuint (h->n_closed, ==, 0);
  harness_wait_closed (h, SHOAL_PEER_CLOSE_UNREACHABLE);
  g_assert_cmpint (shoal_peer_get_error_number (h->peer), !=, 0);
  harness_free (h);
}

static void
test_connect_timeout (void)
{
  Harness *h = harness_new ();

  harness_connect_outgoing (h);
  harness_advance (h, SHOAL_PEER_CONNECT_USEC + G_USEC_PER_SEC);
  harness_wait_closed (h, SHOAL_PEER_CLOSE_CONNECT_TIMEOUT);
  harness_free (h);
}

static void
test_remote_closes (void)
{
  Harness *h = harness_new ();

  harness_make_ready (h, FAST);
  close (h->remote);
  h->remote = -1;
  harness_wait_closed (h, SHOAL_PEER_CLOSE_REMOTE);
  g_assert_false (shoal_peer_close_is_fault (h->reason));
  harness_free (h);
}

/* 120 s without a message; half a message now and then is none. A keep-alive is sent in time. */
static void
test_idle (void)
{
  Harness       *h = harness_new ();
  const guint8  *payload;
  gsize          len;
  ShoalPeerStats stats;

  harness_make_ready (h, FAST);
  harness_advance (h, 99 * G_USEC_PER_SEC);
  harness_expect_nothing (h);
  harness_advance (h, 101 * G_USEC_PER_SEC);
  g_assert_cmpint (harness_receive_message (h, &payload, &len), ==, -1);
  harness_send_hex (h, "0000000504");
  harness_turn (h);
  harness_advance (h, 119 * G_USEC_PER_SEC);
  g_assert_cmpuint (h->n_closed, ==, 0);
  shoal_peer_set_reading (h->peer, FALSE);
  harness_advance (h, 500 * G_USEC_PER_SEC);
  g_assert_cmpuint (h->n_closed, ==, 0);
  shoal_peer_set_reading (h->peer, TRUE);
  harness_advance (h, 119 * G_USEC_PER_SEC);
  g_assert_cmpuint (h->n_closed, ==, 0);
  harness_advance (h, 121 * G_USEC_PER_SEC);
  harness_wait_closed (h, SHOAL_PEER_CLOSE_IDLE);
  shoal_peer_get_stats (h->peer, &stats);
  g_assert_cmpint (stats.connected_usec, >, 0);
  harness_free (h);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer/handshake/outgoing", test_outgoing);
  g_test_add_func ("/peer/handshake/incoming", test_incoming);
  g_test_add_func ("/peer/handshake/first-message", test_first_message);
  g_test_add_func ("/peer/handshake/in-crumbs", test_in_crumbs);
  g_test_add_func ("/peer/handshake/late-lookup", test_late_lookup);
  g_test_add_func ("/peer/handshake/lookup-timeout", test_lookup_timeout);
  g_test_add_func ("/peer/handshake/slow-loris", test_slow_loris);
  g_test_add_func ("/peer/handshake/refused", test_refused);
  g_test_add_func ("/peer/handshake/unreachable", test_unreachable);
  g_test_add_func ("/peer/handshake/connect-timeout", test_connect_timeout);
  g_test_add_func ("/peer/handshake/remote-closes", test_remote_closes);
  g_test_add_func ("/peer/handshake/idle", test_idle);
  return g_test_run ();
}
