/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "discover/shoal-discover-dht-search.h"

#include <string.h>

#include "discover/shoal-discover-dht-calls.h"

static ShoalSha1                 target = { { 0x55 } };
static const ShoalCodecKrpcBytes token = { (const guint8 *) "tok", 3 };

/* Local addresses may have any id, so these are right wherever they are. */
static ShoalCodecKrpcNode
node_at (guint i, guint n_shared, gboolean is_compliant)
{
  const guint8       ip[4] = { is_compliant ? 10 : 20, (guint8) (i >> 8), (guint8) i, 1 };
  ShoalCodecKrpcNode node;
  ShoalBaseRandom    random;

  shoal_base_random_init (&random, i);
  shoal_discover_dht_id_make_near (&node.id, &target, n_shared, &random);
  shoal_base_address_init_ipv4 (&node.address, ip, 6881);
  return node;
}

static void
add (ShoalDiscoverDhtSearch *search,
     guint                   i,
     guint                   n_shared,
     gboolean                is_compliant,
     ShoalDiscoverDhtStep   *teller)
{
  ShoalCodecKrpcNode node = node_at (i, n_shared, is_compliant);

  shoal_discover_dht_search_add (search, &node, teller);
}

static void
test_converges (void)
{
  g_autoptr (ShoalDiscoverDhtSearch) search = shoal_discover_dht_search_new (&target);
  ShoalDiscoverDhtStep *open[SHOAL_DISCOVER_DHT_ALPHA], *closest[16];
  guint                 i;

  g_assert_true (shoal_discover_dht_search_is_done (search));
  for (i = 0; i < 20; i++)
    add (search, i, i + 1, TRUE, NULL);
  for (i = 0; i < SHOAL_DISCOVER_DHT_ALPHA; i++)
    {
      open[i] = shoal_discover_dht_search_next (search);
      g_assert_cmpuint (shoal_discover_dht_id_get_shared (&open[i]->node.id, &target), ==, 20 - i);
    }
  g_assert_null (shoal_discover_dht_search_next (search));
  /* Late ones make room, and may answer all the same. */
  shoal_discover_dht_search_on_late (search, open[0]);
  open[0] = shoal_discover_dht_search_next (search);
  g_assert_nonnull (open[0]);
  for (i = 0; i < SHOAL_DISCOVER_DHT_ALPHA; i++)
    shoal_discover_dht_search_on_answer (search, open[i], &token);
  while ((open[0] = shoal_discover_dht_search_next (search)) != NULL)
    {
      g_assert_false (shoal_discover_dht_search_is_done (search));
      shoal_discover_dht_search_on_answer (search, open[0], &token);
    }
  g_assert_true (shoal_discover_dht_search_is_done (search));
  g_assert_cmpuint (shoal_discover_dht_search_get_n_asked (search), ==, 9);
  g_assert_cmpuint (shoal_discover_dht_search_get_n_answered (search), ==, 8);
  g_assert_cmpuint (shoal_discover_dht_search_get_closest (search, closest, 16), ==, 8);
  g_assert_cmpuint (shoal_discover_dht_id_get_shared (&closest[0]->node.id, &target), ==, 19);
  g_assert_cmpmem (closest[0]->token, closest[0]->token_len, "tok", 3);
}

/* A few who are slow are waited for if there are no others. */
static void
test_waits_for_late (void)
{
  g_autoptr (ShoalDiscoverDhtSearch) search = shoal_discover_dht_search_new (&target);
  ShoalDiscoverDhtStep *step;

  add (search, 1, 5, TRUE, NULL);
  step = shoal_discover_dht_search_next (search);
  shoal_discover_dht_search_on_late (search, step);
  g_assert_null (shoal_discover_dht_search_next (search));
  g_assert_false (shoal_discover_dht_search_is_done (search));
  shoal_discover_dht_search_on_failure (search, step);
  g_assert_true (shoal_discover_dht_search_is_done (search));
}

/* A hundred who claim to be the closest, but not by BEP 42, do not hide those who are. */
static void
test_sybils (void)
{
  g_autoptr (ShoalDiscoverDhtSearch) search = shoal_discover_dht_search_new (&target);
  ShoalDiscoverDhtStep *step, *closest[16];
  guint                 n, i, n_right = 0;

  for (i = 0; i < 100; i++)
    add (search, i, 100, FALSE, NULL);
  for (i = 0; i < 12; i++)
    add (search, i, 10, TRUE, NULL);
  while ((step = shoal_discover_dht_search_next (search)) != NULL)
    shoal_discover_dht_search_on_answer (search, step, &token);
  g_assert_true (shoal_discover_dht_search_is_done (search));
  g_assert_cmpuint (shoal_discover_dht_search_get_n_asked (search),
                    ==,
                    SHOAL_DISCOVER_DHT_MAX_LOOSE_STEPS + SHOAL_DISCOVER_DHT_K);
  n = shoal_discover_dht_search_get_closest (search, closest, 16);
  g_assert_cmpuint (n, ==, 16);
  for (i = 0; i < n; i++)
    n_right += closest[i]->is_compliant;
  g_assert_cmpuint (n_right, ==, 8);
}

/* One is late, is named by another in the meantime, and answers: the first broke no promise, and
 * the other never had. */
static void
test_named_anew_while_late (void)
{
  g_autoptr (ShoalDiscoverDhtSearch) search = shoal_discover_dht_search_new (&target);
  ShoalDiscoverDhtStep *first, *other, *late[3];
  guint                 i;

  add (search, 1000, 1, TRUE, NULL);
  add (search, 1001, 1, TRUE, NULL);
  first = shoal_discover_dht_search_next (search);
  other = shoal_discover_dht_search_next (search);
  shoal_discover_dht_search_on_answer (search, first, &token);
  shoal_discover_dht_search_on_answer (search, other, &token);
  for (i = 0; i < G_N_ELEMENTS (late); i++)
    add (search, i, 50 - i, TRUE, first);
  for (i = 0; i < G_N_ELEMENTS (late); i++)
    {
      late[i] = shoal_discover_dht_search_next (search);
      shoal_discover_dht_search_on_late (search, late[i]);
    }
  g_assert_cmpuint (first->n_broken, ==, 3);
  shoal_discover_dht_search_add (search, &late[0]->node, other);
  g_assert_true (late[0]->teller == other);
  shoal_discover_dht_search_on_answer (search, late[0], &token);
  g_assert_cmpuint (first->n_broken, ==, 2);
  g_assert_cmpuint (other->n_broken, ==, 0);
  g_assert_cmpuint (other->n_kept, ==, 1);
}

/* Who names what is not there is soon not believed; what another names as well, is. */
static void
test_inventor (void)
{
  g_autoptr (ShoalDiscoverDhtSearch) search = shoal_discover_dht_search_new (&target);
  ShoalDiscoverDhtStep *liar, *honest, *step;
  guint                 n = 0, i;

  add (search, 1000, 1, TRUE, NULL);
  add (search, 1001, 1, TRUE, NULL);
  liar = shoal_discover_dht_search_next (search);
  honest = shoal_discover_dht_search_next (search);
  shoal_discover_dht_search_on_answer (search, liar, &token);
  for (i = 0; i < 16; i++)
    add (search, i, 50 - i, TRUE, liar);
  shoal_discover_dht_search_on_answer (search, honest, &token);
  add (search, 15, 35, TRUE, honest); /* named by both */
  for (; (step = shoal_discover_dht_search_next (search)) != NULL; n++)
    shoal_discover_dht_search_on_failure (search, step);
  g_assert_cmpuint (n, ==, 3);
  add (search, 15, 35, TRUE, honest);
  g_assert_nonnull (shoal_discover_dht_search_next (search));
}

static void
test_one_party (void)
{
  g_autoptr (ShoalDiscoverDhtSearch) search = shoal_discover_dht_search_new (&target);
  ShoalDiscoverDhtStep *step;
  guint                 n = 0, i;

  for (i = 0; i < 30; i++) /* two networks of one party */
    {
      ShoalCodecKrpcNode node = node_at (i, 30, FALSE);

      node.address.ip[2] = (guint8) (i % 2);
      node.address.ip[3] = (guint8) i;
      shoal_discover_dht_search_add (search, &node, NULL);
    }
  for (; (step = shoal_discover_dht_search_next (search)) != NULL; n++)
    shoal_discover_dht_search_on_answer (search, step, &token);
  g_assert_cmpuint (n, ==, 4);
}

static void
test_bounds (void)
{
  g_autoptr (ShoalDiscoverDhtSearch) search = shoal_discover_dht_search_new (&target);
  ShoalDiscoverDhtStep *step, *teller;
  guint                 n = 0, i;

  add (search, 60000, 1, TRUE, NULL);
  teller = shoal_discover_dht_search_next (search);
  shoal_discover_dht_search_on_answer (search, teller, &token);
  for (i = 0; i < 5000; i++)
    add (search, i, 2 + i % 100, TRUE, NULL);
  for (; (step = shoal_discover_dht_search_next (search)) != NULL; n++)
    shoal_discover_dht_search_on_failure (search, step);
  g_assert_cmpuint (n + 1, ==, SHOAL_DISCOVER_DHT_MAX_STEPS);
  g_assert_true (shoal_discover_dht_search_is_done (search));
}

static void
test_calls (void)
{
  g_autoptr (ShoalDiscoverDhtCalls) calls = shoal_discover_dht_calls_new ();
  ShoalDiscoverDhtCall call = { .transaction = 7, .sent_usec = 1000 }, out;
  ShoalBaseAddress     other;
  int                  owner;
  guint                i;

  call.to = node_at (1, 1, TRUE).address;
  call.owner = &owner;
  other = call.to;
  other.port++;
  g_assert_cmpint (shoal_discover_dht_calls_get_deadline (calls), ==, G_MAXINT64);
  g_assert_true (shoal_discover_dht_calls_open (calls, &call));
  g_assert_false (shoal_discover_dht_calls_open (calls, &call));
  g_assert_true (shoal_discover_dht_calls_has (calls, &call.to));
  g_assert_false (shoal_discover_dht_calls_has (calls, &other));
  g_assert_cmpint (shoal_discover_dht_calls_take (calls, 8, &call.to, &out),
                   ==,
                   SHOAL_DISCOVER_DHT_CALL_UNKNOWN);
  g_assert_cmpint (shoal_discover_dht_calls_take (calls, 7, &other, &out),
                   ==,
                   SHOAL_DISCOVER_DHT_CALL_WRONG_ENDPOINT);
  g_assert_cmpint (
      shoal_discover_dht_calls_take (calls, 7, &call.to, &out), ==, SHOAL_DISCOVER_DHT_CALL_FOUND);
  g_assert_true (out.owner == &owner);
  g_assert_cmpuint (shoal_discover_dht_calls_get_size (calls), ==, 0);

  g_assert_true (shoal_discover_dht_calls_open (calls, &call));
  shoal_discover_dht_calls_forget (calls, &owner);
  g_assert_cmpint (
      shoal_discover_dht_calls_get_deadline (calls), ==, 1000 + SHOAL_DISCOVER_DHT_LATE_USEC);
  g_assert_false (shoal_discover_dht_calls_expire (calls, 1000, &out));
  g_assert_true (
      shoal_discover_dht_calls_expire (calls, 1000 + SHOAL_DISCOVER_DHT_LATE_USEC, &out));
  g_assert_true (out.is_late && out.owner == NULL);
  g_assert_false (
      shoal_discover_dht_calls_expire (calls, 1000 + SHOAL_DISCOVER_DHT_LATE_USEC, &out));
  g_assert_true (
      shoal_discover_dht_calls_expire (calls, 1000 + SHOAL_DISCOVER_DHT_DEAD_USEC, &out));
  g_assert_false (out.is_late);
  g_assert_cmpuint (shoal_discover_dht_calls_get_size (calls), ==, 0);

  for (i = 0; i < 3000; i++)
    {
      call.transaction = i;
      g_assert_true (shoal_discover_dht_calls_open (calls, &call) ==
                     (i < SHOAL_DISCOVER_DHT_MAX_CALLS));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discover/dht-search/converges", test_converges);
  g_test_add_func ("/discover/dht-search/waits-for-late", test_waits_for_late);
  g_test_add_func ("/discover/dht-search/named-anew-while-late", test_named_anew_while_late);
  g_test_add_func ("/discover/dht-search/sybils", test_sybils);
  g_test_add_func ("/discover/dht-search/inventor", test_inventor);
  g_test_add_func ("/discover/dht-search/one-party", test_one_party);
  g_test_add_func ("/discover/dht-search/bounds", test_bounds);
  g_test_add_func ("/discover/dht-search/calls", test_calls);
  return g_test_run ();
}
