/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "torrent/shoal-torrent-known.h"

/* Who is remembered, and who is banned. */

#define GLOBAL   "5.6.7.8:1000"
#define LOCAL    "192.168.1.2:1000"
#define INCOMING SHOAL_TORRENT_SOURCE_INCOMING
#define TRACKER  SHOAL_TORRENT_SOURCE_TRACKER

static const ShoalBaseAddress nobody[2];

static ShoalBaseAddress
at (const char *text)
{
  ShoalBaseAddress address;

  g_assert_true (shoal_base_address_parse (&address, text));
  return address;
}

static ShoalPeerId
named (char letter)
{
  ShoalPeerId id;

  memset (id.bytes, letter, sizeof id.bytes);
  return id;
}

/* Connected, and through the handshake. */
static ShoalTorrentKnown *
join (ShoalTorrentKnowns *knowns, const char *text, ShoalTorrentSource source, char letter)
{
  ShoalBaseAddress   address = at (text);
  ShoalPeerId        id = named (letter);
  ShoalTorrentKnown *known = shoal_torrent_knowns_add (knowns, &address, source);

  g_assert_nonnull (known);
  known->is_linked = TRUE;
  shoal_torrent_known_on_ready (known, &id, 1);
  return known;
}

static gboolean
is_banned (ShoalTorrentKnowns *knowns, const char *text, char letter)
{
  ShoalBaseAddress address = at (text);
  ShoalPeerId      id = named (letter);

  return shoal_torrent_knowns_is_banned (knowns, &address, letter != '\0' ? &id : NULL);
}

static void
ban_sender (ShoalTorrentKnowns *knowns, ShoalPieceSender sender)
{
  const ShoalTorrentSender *who = shoal_torrent_knowns_find_sender (knowns, sender);

  g_assert_nonnull (who);
  shoal_torrent_knowns_ban (knowns, &who->address, &who->peer_id, SHOAL_TORRENT_BAN_BAD_DATA);
}

/* Another port, another name: it is the same host. Its neighbours are others. */
static void
test_global_ban (void)
{
  g_autoptr (ShoalTorrentKnowns) knowns = shoal_torrent_knowns_new (nobody);
  ShoalTorrentKnown *known = join (knowns, GLOBAL, TRACKER, 'a');
  ShoalBaseAddress   other = at ("5.6.7.8:2000");
  ShoalBaseAddress   neighbour = at ("5.6.7.9:1000");

  g_assert_nonnull (shoal_torrent_knowns_add (knowns, &other, TRACKER));
  g_assert_nonnull (shoal_torrent_knowns_add (knowns, &neighbour, TRACKER));
  ban_sender (knowns, known->sender);
  g_assert_true (is_banned (knowns, "5.6.7.8:3000", 'b'));
  g_assert_false (is_banned (knowns, "5.6.7.9:1000", 'a'));
  g_assert_false (is_banned (knowns, LOCAL, 'a'));
  g_assert_null (shoal_torrent_knowns_find (knowns, &other)); /* never tried any more */
  g_assert_null (shoal_torrent_knowns_add (knowns, &other, TRACKER));
  g_assert_nonnull (shoal_torrent_knowns_find (knowns, &neighbour));
  g_assert_cmpuint (shoal_torrent_knowns_get_bans (knowns)->len, ==, 1);
  shoal_torrent_knowns_on_closed (knowns, known, TRUE, 1);
  g_assert_cmpuint (shoal_torrent_knowns_get_size (knowns), ==, 1);
}

static void
test_global_ban_ipv6 (void)
{
  g_autoptr (ShoalTorrentKnowns) knowns = shoal_torrent_knowns_new (nobody);
  ShoalTorrentKnown *known = join (knowns, "[2a00:1:2:3::1]:1000", TRACKER, 'a');

  ban_sender (knowns, known->sender);
  g_assert_true (is_banned (knowns, "[2a00:1:2:3:4::5]:7", 'b'));
  g_assert_false (is_banned (knowns, "[2a00:1:2:4::1]:1000", 'a'));
  known->is_linked = FALSE;
}

/* One address may hold many. */
static void
test_local_ban (void)
{
  g_autoptr (ShoalTorrentKnowns) knowns = shoal_torrent_knowns_new (nobody);
  ShoalTorrentKnown *known = join (knowns, LOCAL, TRACKER, 'a');

  ban_sender (knowns, known->sender);
  g_assert_true (is_banned (knowns, LOCAL, '\0'));
  g_assert_true (is_banned (knowns, "192.168.1.2:2000", 'a'));
  g_assert_false (is_banned (knowns, "192.168.1.2:2000", 'b'));
  g_assert_false (is_banned (knowns, "192.168.1.2:2000", '\0'));
  known->is_linked = FALSE;
}

/* It lied, left, and is being connected to again when its lie is found: its name is the one that it
 * had, not that of a handshake which has not come. */
static void
test_ban_while_connecting (void)
{
  g_autoptr (ShoalTorrentKnowns) knowns = shoal_torrent_knowns_new (nobody);
  ShoalTorrentKnown *known = join (knowns, LOCAL, TRACKER, 'a');
  ShoalPeerId        none = { 0 };
  ShoalBaseAddress   elsewhere = at ("192.168.1.2:2000");

  shoal_torrent_knowns_on_closed (knowns, known, TRUE, 1);
  known->is_linked = TRUE;
  ban_sender (knowns, known->sender);
  g_assert_true (is_banned (knowns, "192.168.1.2:2000", 'a'));
  g_assert_false (shoal_torrent_knowns_is_banned (knowns, &elsewhere, &none));
  known->is_linked = FALSE;
}

/* Who never took part sent nothing. */
static void
test_never_ready (void)
{
  g_autoptr (ShoalTorrentKnowns) knowns = shoal_torrent_knowns_new (nobody);
  ShoalBaseAddress   address = at (GLOBAL);
  ShoalTorrentKnown *known = shoal_torrent_knowns_add (knowns, &address, INCOMING);
  ShoalPieceSender   sender = known->sender;

  g_assert_null (shoal_torrent_knowns_find_sender (knowns, sender));
  shoal_torrent_knowns_on_closed (knowns, known, FALSE, 1);
  g_assert_null (shoal_torrent_knowns_find_sender (knowns, sender));
}

/* It came, lied and left without a trace before anybody noticed. */
static void
test_gone_sender (void)
{
  g_autoptr (ShoalTorrentKnowns) knowns = shoal_torrent_knowns_new (nobody);
  ShoalTorrentKnown *known = join (knowns, GLOBAL, INCOMING, 'a');
  ShoalPieceSender   sender = known->sender;

  shoal_torrent_knowns_on_closed (knowns, known, TRUE, 1);
  g_assert_cmpuint (shoal_torrent_knowns_get_size (knowns), ==, 0);
  ban_sender (knowns, sender);
  g_assert_true (is_banned (knowns, "5.6.7.8:4000", 'z'));
}

/* The oldest are forgotten. */
static void
test_gone_bounded (void)
{
  g_autoptr (ShoalTorrentKnowns) knowns = shoal_torrent_knowns_new (nobody);
  ShoalPieceSender first = 0, last = 0;
  guint            i;

  for (i = 0; i < SHOAL_TORRENT_MAX_GONE + 10; i++)
    {
      ShoalTorrentKnown *known = join (knowns, GLOBAL, INCOMING, 'a');

      last = known->sender;
      first = i == 0 ? last : first;
      shoal_torrent_knowns_on_closed (knowns, known, TRUE, 1);
    }
  g_assert_null (shoal_torrent_knowns_find_sender (knowns, first));
  g_assert_null (shoal_torrent_knowns_find_sender (knowns, first + 9));
  g_assert_nonnull (shoal_torrent_knowns_find_sender (knowns, first + 10));
  g_assert_nonnull (shoal_torrent_knowns_find_sender (knowns, last));
}

/* The port that an incoming one names makes it the entry of that address. */
static void
test_set_port (void)
{
  g_autoptr (ShoalTorrentKnowns) knowns = shoal_torrent_knowns_new (nobody);
  ShoalBaseAddress   listed = at ("5.6.7.8:7000");
  ShoalTorrentKnown *known = join (knowns, GLOBAL, INCOMING, 'a');
  ShoalPieceSender   sender = known->sender;

  g_assert_nonnull (shoal_torrent_knowns_add (knowns, &listed, TRACKER));
  known = shoal_torrent_knowns_set_port (knowns, known, 7000);
  g_assert_nonnull (known);
  g_assert_cmpuint (known->sender, ==, sender);
  g_assert_cmpuint (shoal_torrent_knowns_get_size (knowns), ==, 1);
  shoal_torrent_knowns_on_closed (knowns, known, TRUE, 1);
  g_assert_true (shoal_torrent_knowns_find (knowns, &listed) == known);
}

/* A connection that another way is left to make is no failure: it is tried at once, and only when
 * no way is left the time until the next try begins. */
static void
test_fall_back (void)
{
  g_autoptr (ShoalTorrentKnowns) knowns = shoal_torrent_knowns_new (nobody);
  ShoalBaseAddress   address = at (GLOBAL);
  ShoalTorrentKnown *known = shoal_torrent_knowns_add (knowns, &address, TRACKER);
  gint64             wake_usec;

  known->is_linked = TRUE;
  known->way.tried = 1;
  g_assert_null (shoal_torrent_knowns_choose (knowns, FALSE, 1000, &wake_usec));
  shoal_torrent_knowns_fall_back (knowns, known, 1000);
  g_assert_true (shoal_torrent_knowns_choose (knowns, FALSE, 1000, &wake_usec) == known);
  g_assert_cmpuint (known->n_failures, ==, 0);
  g_assert_cmpuint (known->way.tried, ==, 1);
  known->is_linked = TRUE;
  shoal_torrent_knowns_on_closed (knowns, known, FALSE, 2000);
  g_assert_null (shoal_torrent_knowns_choose (knowns, FALSE, 2000, &wake_usec));
  g_assert_cmpint (wake_usec, >, 2000);
  g_assert_cmpuint (known->n_failures, ==, 1);
  g_assert_cmpuint (known->way.tried, ==, 0);

  /* Who came to us and is gone has no address to go to. */
  address = at ("5.6.7.9:1000");
  known = shoal_torrent_knowns_add (knowns, &address, INCOMING);
  known->is_linked = TRUE;
  shoal_torrent_knowns_fall_back (knowns, known, 3000);
  g_assert_null (shoal_torrent_knowns_find (knowns, &address));
}

/* What peers name is bounded, for one host however many ports it has, and in all; a tracker's word
 * takes its place, and who was reached counts no more. */
static void
test_hearsay (void)
{
  g_autoptr (ShoalTorrentKnowns) knowns = shoal_torrent_knowns_new (nobody);
  ShoalBaseAddress   teller = at (GLOBAL);
  ShoalBaseAddress   same_host = at ("5.6.7.8:2000");
  ShoalBaseAddress   address = at ("1.0.0.0:6881");
  ShoalTorrentKnown *known = NULL;
  guint              n, i;

  for (n = 0; shoal_torrent_knowns_get_room (knowns, &teller) > 0; n++)
    {
      address.ip[3]++;
      known = shoal_torrent_knowns_hear (knowns, &address, &teller);
      g_assert_nonnull (known);
      g_assert_true (known->is_connectable);
    }
  g_assert_cmpuint (n, ==, SHOAL_TORRENT_MAX_HEARD_FROM_ONE);
  g_assert_cmpuint (shoal_torrent_knowns_get_room (knowns, &same_host), ==, 0);
  shoal_torrent_knowns_add (knowns, &address, TRACKER);
  g_assert_cmpuint (shoal_torrent_knowns_get_room (knowns, &teller), ==, 1);
  for (i = 0; i < 100; i++)
    {
      teller.ip[0]++;
      for (n = shoal_torrent_knowns_get_room (knowns, &teller); n > 0; n--)
        {
          address.ip[1] = (guint8) (i + 1);
          address.ip[2] = (guint8) n;
          g_assert_nonnull (shoal_torrent_knowns_hear (knowns, &address, &teller));
        }
    }
  g_assert_cmpuint (shoal_torrent_knowns_get_size (knowns), ==, SHOAL_TORRENT_MAX_HEARD + 1);
}

/* However many ports of one host strangers name, and whichever of them do: few are tried, as long
 * as none has turned out to be a peer. Local hosts may hold many, and who comes itself is there. */
static void
test_ports_of_a_host (void)
{
  static const ShoalTorrentSource sources[] = { SHOAL_TORRENT_SOURCE_DHT,
                                                SHOAL_TORRENT_SOURCE_TRACKER,
                                                SHOAL_TORRENT_SOURCE_MAGNET,
                                                SHOAL_TORRENT_SOURCE_EXCHANGE };
  static const char *const        hosts[] = { "5.6.7.8:1", "[2a00:1:2:3::1]:1", "192.168.1.2:1" };
  guint                           k, i;

  for (k = 0; k < G_N_ELEMENTS (hosts); k++)
    {
      g_autoptr (ShoalTorrentKnowns) knowns = shoal_torrent_knowns_new (nobody);
      ShoalBaseAddress   address = at (hosts[k]);
      gboolean           is_local = shoal_base_policy_is_local (&address);
      ShoalTorrentKnown *known = NULL;

      for (i = 0; i < 100; i++)
        {
          address.port = (guint16) (1000 + i);
          if (address.family == AF_INET6)
            address.ip[15] = (guint8) i;
          shoal_torrent_knowns_add (knowns, &address, sources[i % G_N_ELEMENTS (sources)]);
        }
      g_assert_cmpuint (shoal_torrent_knowns_get_size (knowns),
                        ==,
                        is_local ? 100 : SHOAL_TORRENT_MAX_HEARD_OF_HOST);
      address.port = 7;
      g_assert_nonnull (shoal_torrent_knowns_add (knowns, &address, SHOAL_TORRENT_SOURCE_PERSON));
      address.port = 8;
      g_assert_nonnull (shoal_torrent_knowns_add (knowns, &address, INCOMING));
      if (is_local)
        continue;
      known = shoal_torrent_knowns_get (knowns, 0);
      known->seen_time = 1;
      address.port = 9;
      g_assert_nonnull (shoal_torrent_knowns_add (knowns, &address, TRACKER));
      address.port = 10;
      g_assert_null (shoal_torrent_knowns_add (knowns, &address, TRACKER));
    }
}

/* Who goes from among the ports of a host leaves the others countable: one from between two, then
 * the first that came, then the last. */
static void
test_leave_a_host (void)
{
  g_autoptr (ShoalTorrentKnowns) knowns = shoal_torrent_knowns_new (nobody);
  ShoalTorrentKnown *first = join (knowns, "5.6.7.8:1", INCOMING, 'a');
  ShoalTorrentKnown *second = join (knowns, "5.6.7.8:2", TRACKER, 'b');
  ShoalTorrentKnown *third = join (knowns, "5.6.7.8:3", INCOMING, 'c');
  ShoalTorrentKnown *fourth = join (knowns, "5.6.7.8:4", TRACKER, 'd');
  ShoalTorrentKnown *last = join (knowns, "5.6.7.8:5", INCOMING, 'e');
  ShoalBaseAddress   address = at ("5.6.7.8:1000");
  guint              i;

  g_assert_true (last->next_of_host == fourth && fourth->next_of_host == third);
  shoal_torrent_knowns_on_closed (knowns, third, TRUE, 1);
  g_assert_true (fourth->next_of_host == second);
  shoal_torrent_knowns_on_closed (knowns, first, TRUE, 1);
  g_assert_true (last->next_of_host == fourth);
  g_assert_null (second->next_of_host);
  shoal_torrent_knowns_on_closed (knowns, last, TRUE, 1);
  for (i = 0; i < 100; i++, address.port++)
    shoal_torrent_knowns_add (knowns, &address, TRACKER);
  g_assert_cmpuint (
      shoal_torrent_knowns_get_size (knowns), ==, 2 + SHOAL_TORRENT_MAX_HEARD_OF_HOST);
  second->is_linked = fourth->is_linked = FALSE;
}

/* What the DHT names leaves room for others. */
static void
test_named_by_dht (void)
{
  g_autoptr (ShoalTorrentKnowns) knowns = shoal_torrent_knowns_new (nobody);
  ShoalBaseAddress address = at ("9.0.0.1:6881");
  guint            i;

  for (i = 0; i < SHOAL_TORRENT_MAX_KNOWN; i++)
    {
      address.ip[1] = (guint8) (i >> 8);
      address.ip[2] = (guint8) i;
      shoal_torrent_knowns_add (knowns, &address, SHOAL_TORRENT_SOURCE_DHT);
    }
  g_assert_cmpuint (shoal_torrent_knowns_get_size (knowns), ==, SHOAL_TORRENT_MAX_HEARD_BY_DHT);
  g_assert_nonnull (shoal_torrent_knowns_add (knowns, &address, TRACKER));
}

/* Where there is room for no more, who was only heard of makes room for whom a tracker names. */
static void
test_hearsay_goes_first (void)
{
  g_autoptr (ShoalTorrentKnowns) knowns = shoal_torrent_knowns_new (nobody);
  ShoalBaseAddress teller = at (GLOBAL);
  ShoalBaseAddress heard = at ("1.2.3.4:5");
  ShoalBaseAddress address = at ("9.0.0.1:6881");
  guint            i;

  shoal_torrent_knowns_hear (knowns, &heard, &teller);
  for (i = 1; i < SHOAL_TORRENT_MAX_KNOWN; i++)
    {
      address.ip[1] = (guint8) (i >> 8);
      address.ip[2] = (guint8) i;
      g_assert_nonnull (shoal_torrent_knowns_add (knowns, &address, TRACKER));
    }
  address.ip[3] = 77;
  g_assert_nonnull (shoal_torrent_knowns_add (knowns, &address, TRACKER));
  g_assert_null (shoal_torrent_knowns_find (knowns, &heard));
  address.ip[3] = 78;
  g_assert_null (shoal_torrent_knowns_add (knowns, &address, TRACKER));
}

int
main (int argc, char **argv)
{
#define ADD(path, func) g_test_add_func ("/torrent/known/" path, func)
  g_test_init (&argc, &argv, NULL);
  ADD ("global-ban", test_global_ban);
  ADD ("global-ban-ipv6", test_global_ban_ipv6);
  ADD ("local-ban", test_local_ban);
  ADD ("ban-while-connecting", test_ban_while_connecting);
  ADD ("never-ready", test_never_ready);
  ADD ("gone-sender", test_gone_sender);
  ADD ("gone-bounded", test_gone_bounded);
  ADD ("set-port", test_set_port);
  g_test_add_func ("/torrent/known/fall-back", test_fall_back);
  g_test_add_func ("/torrent/known/hearsay", test_hearsay);
  ADD ("ports-of-a-host", test_ports_of_a_host);
  ADD ("leave-a-host", test_leave_a_host);
  ADD ("named-by-dht", test_named_by_dht);
  g_test_add_func ("/torrent/known/hearsay-goes-first", test_hearsay_goes_first);
  return g_test_run ();
}
