/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "discover/shoal-discover-dht.h"
#include "fake-resolver.h"
#include "lab.h"

/* Real sockets on loopback. */

static const ShoalSwarmKey key = { "a swarm of this test" };

typedef struct
{
  Lab                    *lab;
  ShoalDiscoverDht       *dht;
  ShoalDiscoverDhtTorrent torrent;
  guint                   n_changed;
  GArray                 *peers; /* of ShoalBaseAddress */
} Member;

static void
found_external_cb (gpointer owner, const ShoalBaseAddress *ip)
{
  g_assert_not_reached (); /* all see us on loopback, which is no address of the world */
}

static void
changed_cb (gpointer owner)
{
  ((Member *) owner)->n_changed++;
}

static const ShoalDiscoverDhtEvents events = { found_external_cb, changed_cb };

static void
peers_cb (gpointer owner, const ShoalDiscoverDhtFound *found)
{
  g_array_append_vals (((Member *) owner)->peers, found->peers, found->n_peers);
}

static ShoalNetEndpoint *
get_endpoint (Lab *lab, guint i)
{
  return g_ptr_array_index (lab->endpoints, i);
}

static void
member_open (Member *member, guint families, const char *router, GBytes *state)
{
  const char *const       routers[] = { router, NULL };
  ShoalDiscoverDhtOptions options = { .routers = routers };
  guint                   i;

  memset (member, 0, sizeof *member);
  member->lab = lab_new (families, NULL);
  member->peers = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  member->dht = shoal_discover_dht_new (member->lab->reactor, &options, &events, member);
  if (state != NULL)
    shoal_discover_dht_restore (member->dht, AF_INET, state);
  for (i = 0; i < families; i++)
    shoal_discover_dht_set_endpoint (member->dht, get_endpoint (member->lab, i));
}

static void
member_close (Member *member)
{
  shoal_discover_dht_free (member->dht);
  lab_free (member->lab);
  g_array_unref (member->peers);
}

static ShoalDiscoverDhtStats
get_stats (Member *member, int family)
{
  ShoalDiscoverDhtStats stats;

  shoal_discover_dht_get_stats (member->dht, family, &stats);
  return stats;
}

#define WAIT_UNTIL(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 wait_end_usec = g_get_monotonic_time () + 40 * G_USEC_PER_SEC;                          \
                                                                                                   \
    while (!(condition) && g_get_monotonic_time () < wait_end_usec)                                \
      lab_run_for (20);                                                                            \
    g_assert_true (condition);                                                                     \
  }                                                                                                \
  G_STMT_END

static gboolean
has_peer (const Member *member, ShoalNetEndpoint *endpoint)
{
  guint i;

  for (i = 0; i < member->peers->len; i++)
    if (shoal_base_address_equal (&g_array_index (member->peers, ShoalBaseAddress, i),
                                  shoal_net_endpoint_get_address (endpoint)))
      return TRUE;
  return FALSE;
}

/* One by number, one by name; the third finds the second, over both families. */
static void
test_finds (void)
{
  FakeResolver    *resolver = fake_resolver_install ();
  g_autofree char *by_number = NULL;
  g_autofree char *by_name = NULL;
  Member           first, second, third;
  guint16          port;

  fake_resolver_set (resolver, "node.test", "127.0.0.1 ::1");
  member_open (&first, 2, "127.0.0.1:1", NULL);
  port = shoal_net_endpoint_get_port (get_endpoint (first.lab, 0));
  by_number = g_strdup_printf ("127.0.0.1:%u", port);
  by_name = g_strdup_printf ("node.test:%u", port);
  member_open (&second, 2, by_name, NULL);
  member_open (&third, 1, by_number, NULL);
  shoal_discover_dht_add (second.dht, &second.torrent, &key, peers_cb, &second);
  WAIT_UNTIL (get_stats (&first, AF_INET).n_stored > 0 &&
              get_stats (&first, AF_INET6).n_stored > 0);
  WAIT_UNTIL (shoal_discover_dht_is_joined (third.dht) && third.n_changed > 0);
  shoal_discover_dht_add (third.dht, &third.torrent, &key, peers_cb, &third);
  WAIT_UNTIL (has_peer (&third, get_endpoint (second.lab, 0)));
  /* Who is there already hears of it when it is asked, also what is only known here. */
  shoal_discover_dht_add (first.dht, &first.torrent, &key, peers_cb, &first);
  shoal_discover_dht_set_lacking (first.dht, &first.torrent, TRUE);
  WAIT_UNTIL (has_peer (&first, get_endpoint (second.lab, 1)));
  shoal_discover_dht_remove (second.dht, &second.torrent);
  shoal_discover_dht_remove (second.dht, &second.torrent);
  member_close (&second);
  member_close (&first);
  member_close (&third);
}

/* PORT messages and "nodes" lead there as well; a torrent may not name this machine. */
static void
test_hints (void)
{
  Member           first, second;
  ShoalBaseAddress address;

  member_open (&first, 1, "127.0.0.1:1", NULL);
  member_open (&second, 1, "127.0.0.1:1", NULL);
  address = *shoal_net_endpoint_get_address (get_endpoint (first.lab, 0));
  shoal_discover_dht_add_named (second.dht, "127.0.0.1", address.port);
  lab_run_for (500);
  g_assert_cmpuint (get_stats (&first, AF_INET).n_answered, ==, 0);
  shoal_discover_dht_add_hint (second.dht, &address);
  WAIT_UNTIL (shoal_discover_dht_count_nodes (second.dht) == 1 &&
              shoal_discover_dht_count_nodes (first.dht) == 1);
  member_close (&first);
  member_close (&second);
}

/* What one run knew, the next begins with; and a port that changes takes the node along. */
static void
test_restarts_and_moves (void)
{
  g_autoptr (GBytes) state = NULL;
  g_autofree char *router = NULL;
  Member           first, second, third;
  Lab             *elsewhere = lab_new (1, NULL);
  guint64          n_answered;

  member_open (&first, 1, "127.0.0.1:1", NULL);
  router =
      g_strdup_printf ("127.0.0.1:%u", shoal_net_endpoint_get_port (get_endpoint (first.lab, 0)));
  member_open (&second, 1, router, NULL);
  WAIT_UNTIL (shoal_discover_dht_count_nodes (second.dht) == 1);
  state = shoal_discover_dht_dup_state (second.dht, AF_INET);
  g_assert_nonnull (state);
  g_assert_null (shoal_discover_dht_dup_state (second.dht, AF_INET6));
  member_close (&second);

  member_open (&third, 1, "127.0.0.1:1", state);
  shoal_discover_dht_add (third.dht, &third.torrent, &key, peers_cb, &third);
  WAIT_UNTIL (shoal_discover_dht_is_joined (third.dht));
  WAIT_UNTIL (get_stats (&first, AF_INET).n_stored == 1);
  g_assert_true (shoal_discover_dht_has_endpoint (third.dht, get_endpoint (third.lab, 0)));
  shoal_discover_dht_set_endpoint (third.dht, get_endpoint (elsewhere, 0));
  g_assert_false (shoal_discover_dht_has_endpoint (third.dht, get_endpoint (third.lab, 0)));
  n_answered = get_stats (&third, AF_INET).n_answered;
  shoal_discover_dht_add_hint (first.dht,
                               shoal_net_endpoint_get_address (get_endpoint (elsewhere, 0)));
  WAIT_UNTIL (get_stats (&third, AF_INET).n_answered > n_answered);
  member_close (&third);
  lab_free (elsewhere);
  member_close (&first);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discover/dht/finds", test_finds);
  g_test_add_func ("/discover/dht/hints", test_hints);
  g_test_add_func ("/discover/dht/restarts-and-moves", test_restarts_and_moves);
  return g_test_run ();
}
