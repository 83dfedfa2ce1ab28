/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "discover/shoal-discover-dht-table.h"

#include <string.h>

#define MINUTE (60 * (gint64) G_USEC_PER_SEC)

static ShoalSha1 own = { { 0 } };

static ShoalBaseAddress
address_at (guint i)
{
  const guint8     ip[4] = { (guint8) (20 + i % 70), (guint8) (i / 70), (guint8) (i * 7), 1 };
  ShoalBaseAddress address;

  shoal_base_address_init_ipv4 (&address, ip, 6881);
  return address;
}

/* One that shares @n_shared bits with us, and follows BEP 42 or not. */
static ShoalSha1
id_at (guint i, guint n_shared)
{
  ShoalBaseRandom random;
  ShoalSha1       id;

  shoal_base_random_init (&random, i);
  shoal_discover_dht_id_make_near (&id, &own, n_shared, &random);
  return id;
}

static void
reply (ShoalDiscoverDhtTable *table, guint i, guint n_shared, gint64 now_usec)
{
  ShoalBaseAddress address = address_at (i);
  ShoalSha1        id = id_at (i, n_shared);

  shoal_discover_dht_table_on_reply (table, &id, &address, 50, now_usec);
  shoal_discover_dht_table_check (table);
}

static gboolean
knows (ShoalDiscoverDhtTable *table, guint i)
{
  const ShoalDiscoverDhtContact *all[1000];
  ShoalBaseAddress               address = address_at (i);
  guint n = shoal_discover_dht_table_find_closest (table, &own, FALSE, all, 1000), k;

  for (k = 0; k < n; k++)
    if (shoal_base_address_equal (&all[k]->address, &address))
      return TRUE;
  return FALSE;
}

static void
test_buckets (void)
{
  g_autoptr (ShoalDiscoverDhtTable) table = shoal_discover_dht_table_new (&own);
  guint i;

  for (i = 0; i < 200; i++)
    reply (table, i, 0, MINUTE);
  g_assert_cmpuint (shoal_discover_dht_table_get_size (table), ==, 64);
  for (i = 200; i < 400; i++)
    reply (table, i, 1, MINUTE);
  for (i = 400; i < 600; i++)
    reply (table, i, 2, MINUTE);
  for (i = 600; i < 800; i++)
    reply (table, i, 20, MINUTE);
  for (i = 800; i < 1000; i++)
    reply (table, i, 30, MINUTE);
  g_assert_cmpuint (shoal_discover_dht_table_get_size (table), ==, 64 + 32 + 16 + 8 + 8);
  g_assert_cmpuint (shoal_discover_dht_table_count_sure (table), ==, 128);
  g_assert_cmpuint (shoal_discover_dht_table_get_n_buckets (table), >, 30);
}

/* Against all of them, sorted the plain way. */
static void
test_closest (void)
{
  g_autoptr (ShoalDiscoverDhtTable) table = shoal_discover_dht_table_new (&own);
  const ShoalDiscoverDhtContact *all[500], *found[8];
  ShoalBaseRandom                random;
  guint                          n, round, i, k;

  shoal_base_random_init (&random, 3);
  for (i = 0; i < 600; i++)
    reply (table, i, g_bit_storage (shoal_base_random_below (&random, 4096)) % 12, MINUTE);
  n = shoal_discover_dht_table_find_closest (table, &own, TRUE, all, 500);
  g_assert_cmpuint (n, ==, shoal_discover_dht_table_get_size (table));
  for (round = 0; round < 200; round++)
    {
      ShoalSha1 target = id_at (10000 + round, round % 14);

      g_assert_cmpuint (
          shoal_discover_dht_table_find_closest (table, &target, TRUE, found, 8), ==, 8);
      for (i = 1; i < 8; i++)
        g_assert_cmpint (
            shoal_discover_dht_id_compare (&target, &found[i - 1]->id, &found[i]->id), <, 0);
      for (k = 0; k < n; k++)
        {
          gboolean is_among = FALSE;

          for (i = 0; i < 8; i++)
            is_among |= found[i] == all[k];
          g_assert_true (is_among ||
                         shoal_discover_dht_id_compare (&target, &found[7]->id, &all[k]->id) < 0);
        }
    }
}

static void
test_standing (void)
{
  g_autoptr (ShoalDiscoverDhtTable) table = shoal_discover_dht_table_new (&own);
  const ShoalDiscoverDhtContact *found[1];
  ShoalBaseAddress               address = address_at (1);
  ShoalSha1                      id = id_at (1, 3);

  reply (table, 1, 3, MINUTE);
  g_assert_cmpuint (shoal_discover_dht_table_find_closest (table, &own, TRUE, found, 1), ==, 1);
#define STANDING(when) shoal_discover_dht_contact_get_standing (found[0], when)
  g_assert_cmpint (STANDING (15 * MINUTE), ==, SHOAL_DISCOVER_DHT_GOOD);
  g_assert_cmpint (STANDING (17 * MINUTE), ==, SHOAL_DISCOVER_DHT_QUESTIONABLE);
  g_assert_false (shoal_discover_dht_table_on_query (table, &id, &address, 16 * MINUTE));
  g_assert_cmpint (STANDING (17 * MINUTE), ==, SHOAL_DISCOVER_DHT_GOOD);
  shoal_discover_dht_table_on_failure (table, &address, 18 * MINUTE);
  g_assert_cmpint (STANDING (18 * MINUTE), ==, SHOAL_DISCOVER_DHT_QUESTIONABLE);
  g_assert_cmpuint (shoal_discover_dht_table_count_sure (table), ==, 0);
  shoal_discover_dht_table_on_failure (table, &address, 19 * MINUTE);
  g_assert_cmpint (STANDING (19 * MINUTE), ==, SHOAL_DISCOVER_DHT_BAD);
  /* Told to nobody, but asked by ourselves while there is nobody better. */
  g_assert_cmpuint (shoal_discover_dht_table_find_closest (table, &own, TRUE, found, 1), ==, 0);
  g_assert_cmpuint (shoal_discover_dht_table_find_closest (table, &own, FALSE, found, 1), ==, 1);
  shoal_discover_dht_table_on_reply (table, &id, &address, 10, 20 * MINUTE);
  g_assert_cmpint (STANDING (20 * MINUTE), ==, SHOAL_DISCOVER_DHT_GOOD);
#undef STANDING
}

static void
test_replacement (void)
{
  g_autoptr (ShoalDiscoverDhtTable) table = shoal_discover_dht_table_new (&own);
  ShoalBaseAddress address = address_at (3);
  guint            i;

  for (i = 0; i < 64; i++)
    reply (table, i, 0, MINUTE);
  reply (table, 100, 5, MINUTE); /* so that the far bucket is not the last */
  reply (table, 200, 0, MINUTE);
  reply (table, 201, 0, MINUTE);
  g_assert_false (knows (table, 200) || knows (table, 201));
  shoal_discover_dht_table_on_failure (table, &address, 2 * MINUTE);
  g_assert_true (knows (table, 3));
  shoal_discover_dht_table_on_failure (table, &address, 3 * MINUTE);
  g_assert_false (knows (table, 3));
  g_assert_true (knows (table, 201)); /* the one heard of last */
  g_assert_false (knows (table, 200));
}

/* One who follows BEP 42 takes the place of one who does not. */
static void
test_prefers_compliant (void)
{
  g_autoptr (ShoalDiscoverDhtTable) table = shoal_discover_dht_table_new (&own);
  ShoalBaseAddress address = address_at (300);
  ShoalBaseRandom  random;
  ShoalSha1        id;
  guint            i;

  for (i = 0; i < 64; i++)
    reply (table, i, 0, MINUTE);
  reply (table, 100, 5, MINUTE);
  shoal_base_random_init (&random, 1);
  do
    shoal_discover_dht_id_make (&id, &address, &random);
  while (shoal_discover_dht_id_get_shared (&id, &own) > 0);
  g_assert_true (shoal_discover_dht_table_has_place (table, &id, &address));
  shoal_discover_dht_table_on_reply (table, &id, &address, 50, MINUTE);
  g_assert_true (knows (table, 300));
  g_assert_cmpuint (shoal_discover_dht_table_get_size (table), ==, 65);
}

static void
test_one_party (void)
{
  g_autoptr (ShoalDiscoverDhtTable) table = shoal_discover_dht_table_new (&own);
  ShoalBaseAddress address;
  ShoalSha1        id;
  guint            i;

  for (i = 0; i < 255; i++) /* a /24 */
    {
      shoal_base_address_init_ipv4 (&address, (const guint8[]){ 8, 8, 8, (guint8) i }, 1000);
      id = id_at (i, 0);
      shoal_discover_dht_table_on_reply (table, &id, &address, 50, MINUTE);
    }
  g_assert_cmpuint (shoal_discover_dht_table_get_size (table), ==, 1);
  for (i = 0; i < 100; i++) /* the ports of a host */
    {
      shoal_base_address_init_ipv4 (&address, (const guint8[]){ 9, 9, 9, 9 }, (guint16) (2000 + i));
      id = id_at (i, i % 20);
      shoal_discover_dht_table_on_reply (table, &id, &address, 50, MINUTE);
    }
  g_assert_cmpuint (shoal_discover_dht_table_get_size (table), ==, 2);
  for (i = 0; i < 20; i++) /* those of this machine are all different */
    {
      shoal_base_address_init_ipv4 (
          &address, (const guint8[]){ 127, 0, 0, 1 }, (guint16) (2000 + i));
      id = id_at (i, 0);
      shoal_discover_dht_table_on_reply (table, &id, &address, 50, MINUTE);
    }
  g_assert_cmpuint (shoal_discover_dht_table_get_size (table), ==, 22);
}

/* Another id from the same endpoint costs it its place; a host that moved gets one once the old
 * port is known to be dead. */
static void
test_identity (void)
{
  g_autoptr (ShoalDiscoverDhtTable) table = shoal_discover_dht_table_new (&own);
  ShoalBaseAddress address = address_at (1), moved = address_at (1);
  ShoalSha1        other = id_at (2, 9), id = id_at (1, 3);

  moved.port++;
  reply (table, 1, 3, MINUTE);
  shoal_discover_dht_table_on_reply (table, &other, &address, 50, MINUTE);
  g_assert_cmpuint (shoal_discover_dht_table_get_size (table), ==, 0);
  reply (table, 1, 3, MINUTE);
  g_assert_false (shoal_discover_dht_table_on_query (table, &other, &moved, MINUTE));
  shoal_discover_dht_table_on_failure (table, &address, MINUTE);
  shoal_discover_dht_table_on_failure (table, &address, MINUTE);
  g_assert_true (shoal_discover_dht_table_on_query (table, &other, &moved, MINUTE));
  shoal_discover_dht_table_on_reply (table, &other, &moved, 50, MINUTE);
  g_assert_cmpuint (shoal_discover_dht_table_get_size (table), ==, 1);
  g_assert_false (knows (table, 1));
  shoal_discover_dht_table_on_reply (table, &own, &address, 50, MINUTE);
  shoal_discover_dht_table_on_reply (table, &id, &address, 50, MINUTE);
  g_assert_cmpuint (shoal_discover_dht_table_get_size (table), ==, 1);
}

static void
test_stale (void)
{
  g_autoptr (ShoalDiscoverDhtTable) table = shoal_discover_dht_table_new (&own);
  const ShoalDiscoverDhtContact *stale;
  ShoalBaseAddress               address = address_at (9);
  ShoalSha1                      id = id_at (9, 4);
  gint64                         wake_usec;
  guint                          n_shared;

  g_assert_null (shoal_discover_dht_table_choose_stale (table, MINUTE, &n_shared, &wake_usec));
  g_assert_cmpint (wake_usec, ==, G_MAXINT64);
  reply (table, 1, 3, MINUTE);
  reply (table, 2, 6, 2 * MINUTE);
  g_assert_null (shoal_discover_dht_table_choose_stale (table, 5 * MINUTE, &n_shared, &wake_usec));
  g_assert_cmpint (wake_usec, >, 5 * MINUTE);
  g_assert_cmpint (wake_usec, <=, MINUTE + SHOAL_DISCOVER_DHT_GOOD_USEC);
  stale = shoal_discover_dht_table_choose_stale (table, wake_usec, &n_shared, &wake_usec);
  g_assert_nonnull (stale);
  g_assert_cmpuint (n_shared, ==, 3);
  /* Whom we know from the last run comes first. */
  shoal_discover_dht_table_restore (table, &id, &address);
  stale = shoal_discover_dht_table_choose_stale (table, 3 * MINUTE, &n_shared, &wake_usec);
  g_assert_true (shoal_base_address_equal (&stale->address, &address));
  shoal_discover_dht_table_on_asked (table, &address, 3 * MINUTE);
  g_assert_null (shoal_discover_dht_table_choose_stale (table, 3 * MINUTE, &n_shared, &wake_usec));
}

static void
test_own_id (void)
{
  g_autoptr (ShoalDiscoverDhtTable) table = shoal_discover_dht_table_new (&own);
  ShoalSha1 other = id_at (77, 0);
  guint     i, n;

  for (i = 0; i < 300; i++)
    reply (table, i, i % 9, MINUTE);
  n = shoal_discover_dht_table_get_size (table);
  shoal_discover_dht_table_set_own_id (table, &other);
  shoal_discover_dht_table_check (table);
  g_assert_cmpuint (shoal_discover_dht_table_get_size (table), >, n / 3);
  g_assert_cmpuint (shoal_discover_dht_table_get_size (table), <=, n + 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discover/dht-table/buckets", test_buckets);
  g_test_add_func ("/discover/dht-table/closest", test_closest);
  g_test_add_func ("/discover/dht-table/standing", test_standing);
  g_test_add_func ("/discover/dht-table/replacement", test_replacement);
  g_test_add_func ("/discover/dht-table/prefers-compliant", test_prefers_compliant);
  g_test_add_func ("/discover/dht-table/one-party", test_one_party);
  g_test_add_func ("/discover/dht-table/identity", test_identity);
  g_test_add_func ("/discover/dht-table/stale", test_stale);
  g_test_add_func ("/discover/dht-table/own-id", test_own_id);
  return g_test_run ();
}
