/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "../peer/peer-harness.h"
#include "base/shoal-base-bytes.h"
#include "torrent/shoal-torrent-private.h"

/* Who is told of pieces, and when. The torrent's reactor only turns where a test lets time pass, so
 * that what comes before was not sent by its timer, however slow the machine is. */

#define N_PIECES     200
#define MAX_LINKS    3
#define PATIENCE     (10 * G_USEC_PER_SEC)
#define MORE_AT_ONCE 150 /* than one message to a peer holds */

typedef struct
{
  GMainContext     *context;
  ShoalTorrentEnv   env;
  ShoalBaseRandom   random;
  ShoalCodecLayout *layout;
  ShoalTorrent      torrent;
  Harness          *remotes[MAX_LINKS];
  ShoalTorrentLink  links[MAX_LINKS];
} Fixture;

static Fixture *
fixture_new (void)
{
  Fixture       *self = g_new0 (Fixture, 1);
  ShoalCodecFile file = { .path = "data", .length = N_PIECES * SHOAL_BASE_BLOCK_SIZE };

  self->context = g_main_context_new ();
  self->env.reactor = shoal_net_reactor_new (self->context);
  shoal_base_random_init (&self->random, 1);
  self->layout = shoal_codec_layout_new (&file, 1, SHOAL_BASE_BLOCK_SIZE);
  self->torrent.env = &self->env;
  self->torrent.map = shoal_piece_map_new (self->layout, &self->random);
  self->torrent.links = g_ptr_array_new ();
  shoal_torrent_haves_init (&self->torrent);
  return self;
}

static void
fixture_free (Fixture *self)
{
  guint i;

  for (i = self->torrent.links->len; i > 0; i--) /* each harness has a context on a stack */
    {
      harness_expect_nothing (self->remotes[i - 1]);
      harness_free (self->remotes[i - 1]);
    }
  shoal_torrent_haves_clear (&self->torrent);
  g_ptr_array_unref (self->torrent.links);
  shoal_piece_map_free (self->torrent.map);
  shoal_codec_layout_unref (self->layout);
  shoal_net_reactor_free (self->env.reactor);
  g_main_context_unref (self->context);
  g_free (self);
}

/* Connects one more, which is told of all that is had. */
static Harness *
join (Fixture *self)
{
  guint             i = self->torrent.links->len;
  ShoalTorrentLink *link = &self->links[i];
  Harness          *remote = harness_new ();

  g_assert_cmpuint (i, <, MAX_LINKS);
  self->remotes[i] = remote;
  remote->terms.layout = self->layout;
  remote->terms.have = shoal_piece_map_get_have (self->torrent.map);
  harness_make_ready (remote, 0);
  *link = (ShoalTorrentLink){ .torrent = &self->torrent, .peer = remote->peer, .slot = i };
  link->interest_hint = G_MAXUINT;
  g_ptr_array_add (self->torrent.links, link);
  shoal_torrent_haves_begin (link);
  return remote;
}

/* One that takes blocks from us. */
static Harness *
join_taker (Fixture *self)
{
  Harness *remote = join (self);

  harness_send_plain (remote, SHOAL_WIRE_MESSAGE_INTERESTED);
  harness_wait_log (remote, "interest 1");
  shoal_peer_set_choking (remote->peer, FALSE);
  harness_expect_plain (remote, SHOAL_WIRE_MESSAGE_UNCHOKE);
  return remote;
}

static void
gain (Fixture *self, guint piece)
{
  shoal_piece_map_gain (self->torrent.map, piece);
  shoal_torrent_announce_piece (&self->torrent, piece);
}

/* From @first to before @end, in order. */
static void
expect_haves (Harness *remote, guint first, guint end)
{
  for (; first < end; first++)
    harness_expect_index (remote, SHOAL_WIRE_MESSAGE_HAVE, first);
  harness_expect_nothing (remote);
}

/* Until those are told that hear of pieces later. */
static void
let_time_pass (Fixture *self)
{
  gint64 give_up = g_get_monotonic_time () + PATIENCE;

  g_assert_true (shoal_net_reactor_timer_is_set (&self->torrent.telling));
  while (shoal_net_reactor_timer_is_set (&self->torrent.telling))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, give_up);
      if (!g_main_context_iteration (self->context, FALSE))
        g_usleep (1000);
    }
  g_assert_cmpuint (self->torrent.gained->len, ==, 0);
}

/* Who takes blocks hears at once, who does not (interested or not) later, of all together; each
 * hears of each piece once. */
static void
test_together (void)
{
  Fixture *self = fixture_new ();
  Harness *idle = join (self);
  Harness *taker = join_taker (self);
  Harness *choked = join (self);
  guint    i;

  harness_send_plain (choked, SHOAL_WIRE_MESSAGE_INTERESTED);
  harness_wait_log (choked, "interest 1");
  for (i = 0; i < MORE_AT_ONCE; i++)
    {
      gain (self, i);
      expect_haves (taker, i, i + 1);
      harness_expect_nothing (idle);
      harness_expect_nothing (choked);
    }
  let_time_pass (self);
  expect_haves (idle, 0, MORE_AT_ONCE);
  expect_haves (choked, 0, MORE_AT_ONCE);
  harness_expect_nothing (taker);

  gain (self, i); /* and the next time */
  expect_haves (taker, i, i + 1);
  harness_expect_nothing (idle);
  let_time_pass (self);
  expect_haves (idle, i, i + 1);
  expect_haves (choked, i, i + 1);
  fixture_free (self);
}

/* Who takes nothing and begins to has missed nothing. */
static void
test_becomes_taker (void)
{
  Fixture *self = fixture_new ();
  Harness *idle = join (self);
  Harness *other = join (self);
  guint    i;

  for (i = 0; i < MORE_AT_ONCE; i++)
    gain (self, i);
  harness_send_plain (other, SHOAL_WIRE_MESSAGE_INTERESTED);
  harness_wait_log (other, "interest 1");
  shoal_peer_set_choking (other->peer, FALSE);
  harness_expect_plain (other, SHOAL_WIRE_MESSAGE_UNCHOKE);
  harness_expect_nothing (other);
  gain (self, i);
  expect_haves (other, 0, i + 1);
  harness_expect_nothing (idle);
  let_time_pass (self);
  expect_haves (idle, 0, i + 1);
  fixture_free (self);
}

/* Who joins while others are not told yet knows those pieces from its bitfield. */
static void
test_joins_between (void)
{
  Fixture *self = fixture_new ();
  Harness *idle = join (self);
  Harness *late, *late_taker;
  guint    i;

  for (i = 0; i < 70; i++)
    gain (self, i);
  late = join (self);
  late_taker = join_taker (self);
  for (; i < 100; i++)
    gain (self, i);
  expect_haves (late_taker, 70, 100);
  harness_expect_nothing (late);
  harness_expect_nothing (idle);
  let_time_pass (self);
  expect_haves (idle, 0, 100);
  expect_haves (late, 70, 100);

  for (; i < 105; i++)
    gain (self, i);
  let_time_pass (self);
  expect_haves (idle, 100, 105);
  expect_haves (late, 100, 105);
  expect_haves (late_taker, 100, 105);
  fixture_free (self);
}

/* What was lost before it was told is not told. */
static void
test_lost_between (void)
{
  Fixture *self = fixture_new ();
  Harness *idle = join (self);
  guint    i;

  for (i = 0; i < 10; i++)
    gain (self, i);
  shoal_piece_map_lose (self->torrent.map, 0);
  shoal_piece_map_lose (self->torrent.map, 5);
  shoal_piece_map_lose (self->torrent.map, 9);
  let_time_pass (self);
  for (i = 1; i < 9; i++)
    if (i != 5)
      harness_expect_index (idle, SHOAL_WIRE_MESSAGE_HAVE, i);
  harness_expect_nothing (idle);
  fixture_free (self);
}

/* Returns how long those wait who are not told at once. */
static gint64
gain_with_pause (Fixture *self, guint piece)
{
  gint64 before_usec = g_get_monotonic_time ();

  gain (self, piece);
  g_assert_true (shoal_net_reactor_timer_is_set (&self->torrent.telling));
  return self->torrent.telling.node.key - before_usec;
}

/* A thousand are not told as often as a few, and nobody is forgotten. */
static void
test_many_wait_longer (void)
{
  Fixture         *self = fixture_new ();
  Harness         *idle = join (self);
  ShoalTorrentLink connecting = { .slot = SHOAL_PIECE_SLOT_NONE };
  gint64           pause_usec;

  pause_usec = gain_with_pause (self, 0);
  g_assert_cmpint (pause_usec, >=, G_USEC_PER_SEC / 4);
  g_assert_cmpint (pause_usec, <, G_USEC_PER_SEC);
  let_time_pass (self);
  expect_haves (idle, 0, 1);

  while (self->torrent.links->len < 3000)
    g_ptr_array_add (self->torrent.links, &connecting);
  pause_usec = gain_with_pause (self, 1);
  g_assert_cmpint (pause_usec, >=, 2 * G_USEC_PER_SEC);
  g_assert_cmpint (pause_usec, <, 3 * G_USEC_PER_SEC);
  g_ptr_array_set_size (self->torrent.links, 1);
  let_time_pass (self);
  expect_haves (idle, 1, 2);
  fixture_free (self);
}

/* With the last piece nobody waits any more; nor does a timer where nobody is left to be told. */
static void
test_nothing_waits (void)
{
  Fixture *self = fixture_new ();
  Harness *taker = join_taker (self);
  Harness *idle;
  guint    i;

  gain (self, 0);
  expect_haves (taker, 0, 1);
  g_assert_false (shoal_net_reactor_timer_is_set (&self->torrent.telling));
  idle = join (self);
  for (i = 1; i < N_PIECES; i++)
    gain (self, i);
  expect_haves (idle, 1, N_PIECES);
  expect_haves (taker, 1, N_PIECES);
  g_assert_false (shoal_net_reactor_timer_is_set (&self->torrent.telling));
  fixture_free (self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torrent/haves/together", test_together);
  g_test_add_func ("/torrent/haves/becomes-taker", test_becomes_taker);
  g_test_add_func ("/torrent/haves/joins-between", test_joins_between);
  g_test_add_func ("/torrent/haves/lost-between", test_lost_between);
  g_test_add_func ("/torrent/haves/many-wait-longer", test_many_wait_longer);
  g_test_add_func ("/torrent/haves/nothing-waits", test_nothing_waits);
  return g_test_run ();
}
