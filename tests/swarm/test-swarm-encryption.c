/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "swarm.h"

/* Encrypted connections, or none, as both sides want it. */

#define KIB        1024
#define N_POLICIES 4

typedef enum
{
  NONE,
  BARE, /* or with the handshake encrypted: nobody sees the difference here */
  RC4,
} Outcome;

static const Outcome outcomes[N_POLICIES][N_POLICIES] = {
  [SHOAL_ENCRYPTION_OFF] = { BARE, BARE, BARE, NONE },
  [SHOAL_ENCRYPTION_ALLOW] = { BARE, BARE, BARE, RC4 },
  [SHOAL_ENCRYPTION_PREFER] = { BARE, RC4, RC4, RC4 },
  [SHOAL_ENCRYPTION_REQUIRE] = { NONE, RC4, RC4, RC4 },
};

/* What @self says of its connections, the first of which had the port @port (0: any). */
static Outcome
get_outcome (Node *self, guint16 port, gboolean is_incoming)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      const ShoalEvent *event = g_ptr_array_index (self->events, i);

      if (event->kind != SHOAL_EVENT_PEER_CONNECTED || (port != 0 && event->address.port != port))
        continue;
      g_assert_cmpint (event->is_incoming, ==, is_incoming);
      return event->is_encrypted ? RC4 : BARE;
    }
  return NONE;
}

static guint
count_incoming (Node *self, gboolean is_encrypted)
{
  guint n = 0;

  for (guint i = 0; i < self->events->len; i++)
    {
      const ShoalEvent *event = g_ptr_array_index (self->events, i);

      n += event->kind == SHOAL_EVENT_PEER_CONNECTED && event->is_incoming &&
           event->is_encrypted == is_encrypted;
    }
  return n;
}

static guint
count_expected (guint to, Outcome outcome)
{
  guint n = 0;

  for (guint from = 0; from < N_POLICIES; from++)
    n += outcomes[from][to] == outcome;
  return n;
}

/* All that can be connected with a leecher are. */
static gboolean
is_connected (Node *leech, guint from)
{
  guint n = 0;

  for (guint to = 0; to < N_POLICIES; to++)
    n += outcomes[from][to] != NONE;
  return node_count_events (leech, SHOAL_EVENT_PEER_CONNECTED) >= n;
}

static Node *
add_node (Swarm *swarm, const char *kind, guint policy)
{
  g_autofree char *name = g_strdup_printf ("%s-%u", kind, policy);
  Node            *self = node_new (swarm, name);

  self->settings->encryption = (ShoalEncryption) policy;
  return self;
}

/* Each with each: leechers with every policy, and seeds with every policy. */
static void
test_policies (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("data", 32 * KIB, 900 * KIB);
  Node *seeds[N_POLICIES], *leeches[N_POLICIES];
  guint from, to;

  for (to = 0; to < N_POLICIES; to++)
    {
      seeds[to] = add_node (swarm, "seed", to);
      seeds[to]->settings->up_limit_bps = 150 * KIB;
      node_seed (seeds[to], data);
    }
  for (from = 0; from < N_POLICIES; from++)
    {
      leeches[from] = add_node (swarm, "leech", from);
      node_leech (leeches[from], data, NULL);
      for (to = 0; to < N_POLICIES; to++)
        node_connect (leeches[from], FIRST, seeds[to]);
    }
  for (from = 0; from < N_POLICIES; from++)
    swarm_until (swarm, is_connected (leeches[from], from));
  for (from = 0; from < N_POLICIES; from++)
    node_finish (leeches[from], data);
  for (from = 0; from < N_POLICIES; from++)
    for (to = 0; to < N_POLICIES; to++)
      g_assert_cmpint (
          get_outcome (leeches[from], seeds[to]->totals.port, FALSE), ==, outcomes[from][to]);
  for (to = 0; to < N_POLICIES; to++)
    {
      g_assert_cmpuint (count_incoming (seeds[to], FALSE), ==, count_expected (to, BARE));
      g_assert_cmpuint (count_incoming (seeds[to], TRUE), ==, count_expected (to, RC4));
    }
}

/* While it is connected, the row of the peer says so. */
static void
test_row (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("data", 32 * KIB, 600 * KIB);
  Node                *seed = swarm_add_slow_seed (swarm, data, 200 * KIB);
  Node                *leech = node_new (swarm, "leech");
  const ShoalPeerInfo *row;

  leech->settings->encryption = SHOAL_ENCRYPTION_REQUIRE;
  node_leech (leech, data, seed);
  shoal_api_engine_watch (leech->engine, FIRST, SHOAL_WATCH_PEERS);
  swarm_until (swarm,
               node_get_details (leech, FIRST) != NULL &&
                   node_get_details (leech, FIRST)->peers->len > 0);
  swarm_until (swarm, node_done_bytes (leech, FIRST) > 64 * KIB);
  row = g_ptr_array_index (node_get_details (leech, FIRST)->peers, 0);
  g_assert_true (row->is_encrypted);
  g_assert_false (row->is_incoming);
  node_finish (leech, data);
}

/* Other settings count for the connections that are made from then on. */
static void
test_settings (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("data", 32 * KIB, 300 * KIB);
  g_autoptr (ShoalSettings) settings = NULL;
  Node *seed = node_new (swarm, "seed");
  Node *leech = node_new (swarm, "leech");

  seed->settings->encryption = SHOAL_ENCRYPTION_OFF;
  leech->settings->encryption = SHOAL_ENCRYPTION_REQUIRE;
  node_seed (seed, data);
  node_leech (leech, data, seed);
  swarm_run (swarm, 300);
  g_assert_cmpuint (node_done_bytes (leech, FIRST), ==, 0);
  settings = shoal_settings_copy (seed->settings);
  settings->encryption = SHOAL_ENCRYPTION_ALLOW;
  shoal_api_engine_set_settings (seed->engine, settings);
  node_connect (leech, FIRST, seed);
  node_finish (leech, data);
  g_assert_cmpint (get_outcome (leech, 0, FALSE), ==, RC4);
}

/* Each with each once more, but each torrent wants what it wants although the settings of its
 * engine say something else. */
static void
test_torrents (void)
{
  static const ShoalEncryption settings[N_POLICIES] = {
    SHOAL_ENCRYPTION_REQUIRE, SHOAL_ENCRYPTION_REQUIRE, SHOAL_ENCRYPTION_OFF, SHOAL_ENCRYPTION_OFF
  };
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("data", 32 * KIB, 900 * KIB);
  Node *seeds[N_POLICIES], *leeches[N_POLICIES];
  guint from, to;

  for (to = 0; to < N_POLICIES; to++)
    {
      seeds[to] = add_node (swarm, "seed", to);
      seeds[to]->settings->encryption = settings[to];
      seeds[to]->settings->up_limit_bps = 150 * KIB;
      node_seed (seeds[to], data);
      shoal_api_engine_set_encryption (seeds[to]->engine, FIRST, (int) to);
      swarm_until (swarm, node_get (seeds[to], FIRST)->encryption == (int) to);
    }
  for (from = 0; from < N_POLICIES; from++)
    {
      leeches[from] = add_node (swarm, "leech", from);
      leeches[from]->settings->encryption = settings[from];
      node_leech (leeches[from], data, NULL);
      shoal_api_engine_set_encryption (leeches[from]->engine, FIRST, (int) from);
      swarm_until (swarm, node_get (leeches[from], FIRST)->encryption == (int) from);
      for (to = 0; to < N_POLICIES; to++)
        node_connect (leeches[from], FIRST, seeds[to]);
    }
  for (from = 0; from < N_POLICIES; from++)
    swarm_until (swarm, is_connected (leeches[from], from));
  for (from = 0; from < N_POLICIES; from++)
    node_finish (leeches[from], data);
  for (from = 0; from < N_POLICIES; from++)
    for (to = 0; to < N_POLICIES; to++)
      g_assert_cmpint (
          get_outcome (leeches[from], seeds[to]->totals.port, FALSE), ==, outcomes[from][to]);
  for (to = 0; to < N_POLICIES; to++)
    {
      g_assert_cmpuint (count_incoming (seeds[to], FALSE), ==, count_expected (to, BARE));
      g_assert_cmpuint (count_incoming (seeds[to], TRUE), ==, count_expected (to, RC4));
    }
}

static guint
count_closed (Node *self, gboolean is_encrypted)
{
  guint n = 0;

  for (guint i = 0; i < self->events->len; i++)
    {
      const ShoalEvent *event = g_ptr_array_index (self->events, i);

      n += event->kind == SHOAL_EVENT_PEER_CLOSED && event->is_encrypted == is_encrypted;
    }
  return n;
}

/* Another torrent of the same engines goes on as the settings say; who is connected bare is left
 * when that may not be any more, and comes back encrypted. It outlasts the run. */
static void
test_torrent_changed (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("data", 32 * KIB, 600 * KIB);
  g_autoptr (Data) other = data_new_single ("other", 32 * KIB, 100 * KIB);
  ShoalTorrentId second = { 2 };
  Node          *seed = node_new (swarm, "seed");
  Node          *leech = node_new (swarm, "leech");

  seed->settings->up_limit_bps = 150 * KIB;
  node_seed (seed, data);
  data_write (other, seed->save);
  node_add (seed, other, NULL);
  node_leech (leech, data, seed);
  swarm_until (swarm, node_done_bytes (leech, FIRST) > 32 * KIB);
  g_assert_cmpint (get_outcome (leech, 0, FALSE), ==, BARE);
  shoal_api_engine_set_encryption (leech->engine, FIRST, SHOAL_ENCRYPTION_REQUIRE);
  swarm_until (swarm, count_closed (leech, FALSE) == 1);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_count_events (leech, SHOAL_EVENT_PEER_CONNECTED) >= 2);
  node_restart (leech);
  swarm_until (swarm, node_get (leech, FIRST) != NULL);
  g_assert_cmpint (node_get (leech, FIRST)->encryption, ==, SHOAL_ENCRYPTION_REQUIRE);
  g_ptr_array_set_size (leech->events, 0);
  node_connect (leech, FIRST, seed);
  node_finish (leech, data);
  g_assert_cmpint (get_outcome (leech, 0, FALSE), ==, RC4);
  g_ptr_array_set_size (leech->events, 0);
  node_add (leech, other, NULL);
  node_connect (leech, second, seed);
  swarm_until (swarm, node_is_done (leech, second));
  g_assert_cmpint (get_outcome (leech, 0, FALSE), ==, BARE);
  g_assert_cmpint (node_get (leech, second)->encryption, ==, -1);
  shoal_api_engine_set_encryption (leech->engine, FIRST, -1);
  swarm_until (swarm, node_get (leech, FIRST)->encryption == -1);
}

#define N_SEEDS   20
#define REST_USEC (300 * 1000)

static gboolean
is_asleep (Node *self)
{
  return self->totals.n_awake == 0;
}

/* Who encrypts names the torrent by a hash: one that sleeps is found, and wakes. */
static void
test_asleep (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (GPtrArray) datas = g_ptr_array_new_with_free_func ((GDestroyNotify) data_free);
  Node *seed = node_new (swarm, "seed");
  Node *leech = node_new (swarm, "leech");
  guint i;

  seed->has_errors = leech->has_errors = FALSE;
  seed->doubles.rest_usec = REST_USEC;
  seed->settings->encryption = leech->settings->encryption = SHOAL_ENCRYPTION_REQUIRE;
  node_start (seed);
  for (i = 0; i < N_SEEDS; i++)
    {
      g_autofree char *name = g_strdup_printf ("number-%u", i);
      Data            *data = data_new_single (name, 16 * KIB, 40 * KIB + i);

      g_ptr_array_add (datas, data);
      data_write (data, seed->save);
      node_add (seed, data, NULL);
    }
  swarm_until (swarm, seed->totals.n_torrents == N_SEEDS && node_is_done (seed, FIRST));
  swarm_until (swarm, is_asleep (seed));
  node_leech (leech, g_ptr_array_index (datas, 7), seed);
  node_finish (leech, g_ptr_array_index (datas, 7));
  g_assert_cmpint (get_outcome (leech, 0, FALSE), ==, RC4);
  g_assert_cmpuint (seed->totals.n_awake, <=, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/encryption/policies", test_policies);
  g_test_add_func ("/swarm/encryption/row", test_row);
  g_test_add_func ("/swarm/encryption/settings", test_settings);
  g_test_add_func ("/swarm/encryption/torrents", test_torrents);
  g_test_add_func ("/swarm/encryption/torrent-changed", test_torrent_changed);
  g_test_add_func ("/swarm/encryption/asleep", test_asleep);
  return g_test_run ();
}
