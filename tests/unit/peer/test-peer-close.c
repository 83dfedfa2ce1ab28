/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "peer-harness.h"

#define BLOCK SHOAL_BASE_BLOCK_SIZE

/* Lets a remote do all that makes events, in one go, whether or not the peer still listens. */
static void
play_everything (Harness *h, gboolean incoming, gboolean fast)
{
  ShoalWireHandshakeFlags flags = SHOAL_WIRE_HANDSHAKE_EXTENSION | SHOAL_WIRE_HANDSHAKE_DHT;

  if (incoming)
    harness_connect_incoming (h);
  else
    harness_connect_outgoing (h);
  harness_send_handshake (h, fast ? flags | SHOAL_WIRE_HANDSHAKE_FAST : flags);
  harness_turn (h);
  if (h->peer != NULL)
    {
      shoal_peer_set_interested (h->peer, TRUE);
      shoal_peer_set_choking (h->peer, FALSE);
    }
  harness_send_bits (h, (const guint8 *) "\xff\x80", 2);
  harness_send_extended (h, 0, "d1:md6:ut_pexi7eee");
  harness_send_extended (h, SHOAL_WIRE_EXTENSION_PEX, "pex");
  harness_send_index (h, SHOAL_WIRE_MESSAGE_HAVE, 9);
  harness_send_hex (h,
                    "00000006140300000005"
                    "00000003091ae1");
  harness_send_plain (h, SHOAL_WIRE_MESSAGE_INTERESTED);
  harness_send_plain (h, SHOAL_WIRE_MESSAGE_UNCHOKE);
  harness_turn (h);
  harness_send_range (h, SHOAL_WIRE_MESSAGE_REQUEST, 0, 0, BLOCK);
  harness_turn (h);
  if (h->peer != NULL)
    harness_advance (h, 21 * G_USEC_PER_SEC);
  harness_send_piece (h, 0, 0, BLOCK);
  harness_send_piece (h, 0, BLOCK, 0); /* BitComet's refusal */
  harness_turn (h);
  harness_send_plain (h, SHOAL_WIRE_MESSAGE_CHOKE);
  harness_turn (h);
  harness_send_hex (h, "0000000109"); /* no message: ends it */
  harness_turn (h);
}

static const char *const EVENTS[] = {
  "lookup",   "handshake", "ready",   "extension", "extended",       "bitfield",
  "have",     "lost",      "choke",   "interest",  "wants_requests", "block",
  "rejected", "dropped",   "snubbed", "requests",  "port",           "closed",
};

/* In each event the owner closes or frees the peer, and nothing is called or left afterwards. The
 * harness fails on an event after the last one, and on what is not given back. */
static void
test_in_every_event (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (EVENTS); i++)
    for (guint by_free = 0; by_free < 2; by_free++)
      for (guint incoming = 0; incoming < 2; incoming++)
        {
          Harness *h = harness_new ();

          if (!incoming && strcmp (EVENTS[i], "lookup") == 0)
            {
              harness_free (h);
              continue;
            }
          h->terms.extensions = 1 << SHOAL_WIRE_EXTENSION_PEX;
          h->end_at = EVENTS[i];
          h->by_free = by_free;
          play_everything (h, incoming, strcmp (EVENTS[i], "dropped") != 0 && incoming);
          g_assert_null (h->end_at);
          g_assert_cmpint (h->peer == NULL, ==, by_free);
          if (!by_free)
            harness_wait_closed (h,
                                 strcmp (EVENTS[i], "closed") == 0 ? SHOAL_PEER_CLOSE_BAD_FRAME
                                                                   : SHOAL_PEER_CLOSE_USELESS);
          g_assert_cmpuint (shoal_peer_context_get_n_peers (h->peers), ==, by_free ? 0 : 1);
          harness_free (h);
        }
}

/* Freed at any moment between events. */
static void
test_at_any_turn (void)
{
  for (guint n_turns = 0; n_turns < 12; n_turns++)
    {
      Harness *h = harness_new ();

      if (n_turns % 2)
        harness_connect_incoming (h);
      else
        harness_connect_outgoing (h);
      harness_send_handshake (h, SHOAL_WIRE_HANDSHAKE_FAST);
      for (guint i = 0; i < n_turns; i++)
        g_main_context_iteration (h->context, FALSE);
      harness_free (h);
    }
}

/* What the owner calls on a peer that is closing does nothing. */
static void
test_calls_after_close (void)
{
  Harness       *h = harness_new ();
  ShoalWireRange range = { 0, 0, BLOCK };
  ShoalPeerStats stats;

  harness_make_ready (h, SHOAL_WIRE_HANDSHAKE_FAST);
  shoal_peer_close (h->peer, SHOAL_PEER_CLOSE_BANNED);
  shoal_peer_close (h->peer, SHOAL_PEER_CLOSE_STOPPED);
  shoal_peer_set_choking (h->peer, FALSE);
  shoal_peer_set_interested (h->peer, TRUE);
  shoal_peer_set_reading (h->peer, FALSE);
  shoal_peer_set_reading (h->peer, TRUE);
  shoal_peer_set_buckets (h->peer, NULL, NULL);
  shoal_peer_set_upload_only (h->peer, TRUE);
  shoal_peer_send_have (h->peer, 1);
  shoal_peer_send_port (h->peer, 1);
  shoal_peer_request (h->peer, &range);
  shoal_peer_cancel (h->peer, &range);
  shoal_peer_kick (h->peer);
  shoal_peer_take_requests (h->peer, G_MAXSIZE, h->runs);
  shoal_peer_send_pieces (h->peer, &range, g_malloc (BLOCK), g_free);
  shoal_peer_refuse_pieces (h->peer, &range);
  shoal_peer_get_stats (h->peer, &stats);
  g_assert_cmpuint (h->runs->len, ==, 0);
  g_assert_cmpuint (h->n_closed, ==, 0);
  harness_wait_closed (h, SHOAL_PEER_CLOSE_BANNED);
  harness_turn (h);
  g_assert_cmpuint (h->n_closed, ==, 1);
  g_assert_cmpint (shoal_peer_get_state (h->peer), ==, SHOAL_PEER_STATE_CLOSING);
  harness_free (h);
}

static void
test_reasons (void)
{
  g_assert_true (shoal_peer_close_is_fault (SHOAL_PEER_CLOSE_FLOOD));
  g_assert_true (shoal_peer_close_is_fault (SHOAL_PEER_CLOSE_BAD_HANDSHAKE));
  g_assert_false (shoal_peer_close_is_fault (SHOAL_PEER_CLOSE_IDLE));
  g_assert_false (shoal_peer_close_is_fault (SHOAL_PEER_CLOSE_REMOTE));
  for (guint i = SHOAL_PEER_CLOSE_NONE; i <= SHOAL_PEER_CLOSE_FLOOD; i++)
    g_assert_cmpuint (strlen (shoal_peer_close_describe ((ShoalPeerClose) i)), >, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer/close/in-every-event", test_in_every_event);
  g_test_add_func ("/peer/close/at-any-turn", test_at_any_turn);
  g_test_add_func ("/peer/close/calls-after-close", test_calls_after_close);
  g_test_add_func ("/peer/close/reasons", test_reasons);
  return g_test_run ();
}
