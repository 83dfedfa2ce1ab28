/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "discover/shoal-discover-dht-id.h"

#include <string.h>

#include "base/shoal-base-bytes.h"
#include "discover/shoal-discover-dht-secret.h"
#include "discover/shoal-discover-dht-votes.h"

static ShoalBaseAddress
address_of (const char *text)
{
  ShoalBaseAddress address;

  g_assert_true (shoal_base_address_parse (&address, text));
  return address;
}

static ShoalSha1
id_of (const char *hex)
{
  ShoalSha1 id;

  g_assert_true (shoal_base_hex_decode (hex, id.bytes, sizeof id.bytes));
  return id;
}

static void
test_distance (void)
{
  ShoalSha1 zero = { { 0 } }, one = { { [19] = 1 } }, high = { { 0x80 } }, low = { { 0x7f } };

  g_assert_cmpint (shoal_discover_dht_id_compare (&zero, &one, &high), <, 0);
  g_assert_cmpint (shoal_discover_dht_id_compare (&high, &one, &high), >, 0);
  g_assert_cmpint (shoal_discover_dht_id_compare (&high, &one, &low), <, 0);
  g_assert_cmpint (shoal_discover_dht_id_compare (&zero, &one, &one), ==, 0);
  g_assert_cmpuint (shoal_discover_dht_id_get_shared (&zero, &high), ==, 0);
  g_assert_cmpuint (shoal_discover_dht_id_get_shared (&zero, &low), ==, 1);
  g_assert_cmpuint (shoal_discover_dht_id_get_shared (&zero, &one), ==, 159);
  g_assert_cmpuint (shoal_discover_dht_id_get_shared (&one, &one), ==, 160);
}

/* The vectors of BEP 42. */
static void
test_compliance (void)
{
  static const struct
  {
    const char *address;
    const char *id;
  } vectors[] = {
    { "124.31.75.21:1", "5fbfbff10c5d6a4ec8a88e4c6ab4c28b95eee401" },
    { "21.75.31.124:1", "5a3ce9c14e7a08645677bbd1cfe7d8f956d53256" },
    { "65.23.51.170:1", "a5d43220bc8f112a3d426c84764f8c2a1150e616" },
    { "84.124.73.14:1", "1b0321dd1bb1fe518101ceef99462b947a01ff41" },
    { "43.213.53.83:1", "e56f6cbf5b7c4be0237986d5243b87aa6d51305a" },
  };
  ShoalBaseAddress local = address_of ("192.168.1.2:1"), other = address_of ("8.8.8.8:1");
  guint            i, bit;

  for (i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      ShoalBaseAddress address = address_of (vectors[i].address);
      ShoalSha1        id = id_of (vectors[i].id);

      g_assert_true (shoal_discover_dht_id_is_compliant (&id, &address));
      g_assert_true (shoal_discover_dht_id_is_compliant (&id, &local));
      g_assert_false (shoal_discover_dht_id_is_compliant (&id, &other));
      for (bit = 0; bit < 160; bit++)
        {
          ShoalSha1 changed = id;
          gboolean  counts = bit < 21 || bit >= 157;

          changed.bytes[bit / 8] ^= (guint8) (0x80 >> bit % 8);
          g_assert_true (shoal_discover_dht_id_is_compliant (&changed, &address) == !counts);
        }
    }
}

static void
test_make (void)
{
  static const char *const addresses[] = { "1.2.3.4:5", "200.1.1.1:5", "[2001:470::1]:5" };
  ShoalBaseRandom          random;
  ShoalSha1                id, near;
  guint                    i, n;

  shoal_base_random_init (&random, 7);
  for (i = 0; i < 300; i++)
    {
      ShoalBaseAddress address = address_of (addresses[i % G_N_ELEMENTS (addresses)]);

      shoal_discover_dht_id_make (&id, &address, &random);
      g_assert_true (shoal_discover_dht_id_is_compliant (&id, &address));
    }
  for (n = 0; n < 160; n++)
    {
      shoal_discover_dht_id_make_near (&near, &id, n, &random);
      g_assert_cmpuint (shoal_discover_dht_id_get_shared (&near, &id), ==, n);
    }
}

static void
test_hosts (void)
{
  ShoalBaseAddress a = address_of ("1.2.3.4:5"), b = address_of ("1.2.3.4:6"),
                   c = address_of ("1.2.3.9:5"), d = address_of ("[2001:470:1:2::1]:5"),
                   e = address_of ("[2001:470:1:2::2]:5"), f = address_of ("[2001:470:1:3::2]:5"),
                   g = address_of ("10.0.0.1:5"), h = address_of ("10.0.0.1:6");

  g_assert_true (shoal_discover_dht_id_is_same_host (&a, &b));
  g_assert_false (shoal_discover_dht_id_is_same_host (&a, &c));
  g_assert_true (shoal_discover_dht_id_is_same_network (&a, &c));
  g_assert_true (shoal_discover_dht_id_is_same_host (&d, &e));
  g_assert_false (shoal_discover_dht_id_is_same_host (&d, &f));
  g_assert_true (shoal_discover_dht_id_is_same_network (&d, &f));
  g_assert_false (shoal_discover_dht_id_is_same_network (&a, &d));
  g_assert_false (shoal_discover_dht_id_is_same_host (&g, &h));
  g_assert_false (shoal_discover_dht_id_is_same_network (&g, &h));
  g_assert_true (shoal_discover_dht_id_is_same_host (&g, &g));
}

static void
test_tokens (void)
{
  const gint64     period = SHOAL_DISCOVER_DHT_TOKEN_USEC;
  guint8           seed[SHOAL_DISCOVER_DHT_SEED_SIZE] = { 1 };
  guint8           token[SHOAL_DISCOVER_DHT_TOKEN_SIZE];
  ShoalSwarmKey    key = { { 1 } }, other_key = { { 2 } };
  ShoalBaseAddress a = address_of ("1.2.3.4:5"), b = address_of ("1.2.3.4:6"),
                   c = address_of ("1.2.3.5:5");
  ShoalDiscoverDhtSecret secret, other;

  shoal_discover_dht_secret_init (&secret, seed, 1000);
  shoal_discover_dht_secret_make_token (&secret, &a, &key, 1000, token);
#define CHECK(who, what, when)                                                                     \
  shoal_discover_dht_secret_check_token (&secret, who, what, when, token, sizeof token)
  g_assert_true (CHECK (&a, &key, 1000));
  g_assert_true (CHECK (&b, &key, 1000)); /* behind a NAT the port may change */
  g_assert_false (CHECK (&c, &key, 1000));
  g_assert_false (CHECK (&a, &other_key, 1000));
  g_assert_false (
      shoal_discover_dht_secret_check_token (&secret, &a, &key, 1000, token, sizeof token - 1));
  g_assert_false (shoal_discover_dht_secret_check_token (&secret, &a, &key, 1000, token, 0));
  g_assert_true (CHECK (&a, &key, 1000 + period));
  g_assert_false (CHECK (&a, &key, 1000 + 2 * period));
  shoal_discover_dht_secret_make_token (&secret, &a, &key, 1000 + 2 * period, token);
  g_assert_false (CHECK (&a, &key, 1000 + 100 * period));
#undef CHECK
  shoal_discover_dht_secret_init (&secret, seed, 0);
  seed[0] = 2;
  shoal_discover_dht_secret_init (&other, seed, 0);
  g_assert_cmpuint (
      shoal_discover_dht_secret_draw (&secret), !=, shoal_discover_dht_secret_draw (&other));
  g_assert_cmpuint (
      shoal_discover_dht_secret_draw (&secret), !=, shoal_discover_dht_secret_draw (&secret));
}

static void
test_votes (void)
{
  ShoalDiscoverDhtVotes votes = { 0 };
  ShoalBaseAddress      truth = address_of ("5.6.7.8:9"), lie = address_of ("6.6.6.6:6"),
                   local = address_of ("10.0.0.1:1"), voter = address_of ("1.1.1.1:1"),
                   voter6 = address_of ("[2001:470::1]:1");
  guint i;

  /* One network has one vote, and local addresses and those of another family are no choice. */
  for (i = 0; i < 100; i++)
    {
      voter.ip[3] = (guint8) i;
      g_assert_false (shoal_discover_dht_votes_add (&votes, &voter, &lie));
      g_assert_false (shoal_discover_dht_votes_add (&votes, &voter6, &lie));
    }
  for (i = 0; i < 20; i++)
    {
      voter.ip[1] = (guint8) i;
      g_assert_false (shoal_discover_dht_votes_add (&votes, &voter, &local));
    }
  for (i = 100; i < 103; i++)
    {
      voter.ip[1] = (guint8) i;
      g_assert_false (shoal_discover_dht_votes_add (&votes, &voter, &truth));
    }
  voter.ip[1] = 103;
  g_assert_true (shoal_discover_dht_votes_add (&votes, &voter, &truth));
  g_assert_true (shoal_base_address_equal_ip (&votes.winner, &truth));
  /* Told twice it is no news; few liars do not change it, most of the last voters do. */
  voter.ip[1] = 104;
  g_assert_false (shoal_discover_dht_votes_add (&votes, &voter, &truth));
  for (i = 0; i < 3; i++)
    {
      voter.ip[1] = (guint8) (110 + i);
      g_assert_false (shoal_discover_dht_votes_add (&votes, &voter, &lie));
    }
  for (i = 0; i < 20 && shoal_base_address_equal_ip (&votes.winner, &truth); i++)
    {
      voter.ip[1] = (guint8) (130 + i);
      shoal_discover_dht_votes_add (&votes, &voter, &lie);
    }
  g_assert_true (shoal_base_address_equal_ip (&votes.winner, &lie));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discover/dht-id/distance", test_distance);
  g_test_add_func ("/discover/dht-id/compliance", test_compliance);
  g_test_add_func ("/discover/dht-id/make", test_make);
  g_test_add_func ("/discover/dht-id/hosts", test_hosts);
  g_test_add_func ("/discover/dht-id/tokens", test_tokens);
  g_test_add_func ("/discover/dht-id/votes", test_votes);
  return g_test_run ();
}
