/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/shoal-app-person.h"

#include <string.h>

/* What is said of a peer, and how people are sorted. */

static ShoalPeerInfo *
make (guint8 last, guint16 port)
{
  ShoalPeerInfo *info = g_new0 (ShoalPeerInfo, 1);
  const guint8   ip[4] = { 192, 0, 2, last };

  shoal_base_address_init_ipv4 (&info->address, ip, port);
  info->source = SHOAL_PEER_SOURCE_TRACKER;
  return info;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalPeerInfo, shoal_peer_info_free)

static void
assert_doing (const ShoalPeerInfo *info, const char *expected)
{
  g_autofree char *text = shoal_app_person_dup_doing (info);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_doing (void)
{
  g_autoptr (ShoalPeerInfo) info = make (1, 1);

  assert_doing (info, "has nothing that we need");
  info->they_want = TRUE;
  assert_doing (info, "has nothing that we need · may take from us");
  info->we_choke = TRUE;
  assert_doing (info, "has nothing that we need · waits for us");
  info->we_want = TRUE;
  info->they_choke = TRUE;
  assert_doing (info, "keeps us waiting · waits for us");
  info->they_choke = FALSE;
  assert_doing (info, "is about to give to us · waits for us");
  info->is_snubbed = TRUE;
  assert_doing (info, "promised to give, and sends nothing · waits for us");
  info->down_bps = 1;
  info->up_bps = 1;
  assert_doing (info, "gives to us · takes from us");
  info->down_bps = info->up_bps = 0;
  info->we_want = info->they_want = FALSE;
  info->done_1000 = 1000;
  assert_doing (info, "neither needs anything of the other");
}

static void
test_who (void)
{
  g_autoptr (ShoalPeerInfo) info = make (1, 1);
  g_autofree char *nobody = shoal_app_person_dup_who (info);
  g_autofree char *some = NULL;
  g_autofree char *all = NULL;

  g_assert_cmpstr (nobody, ==, "unknown program · has nothing yet");
  info->client = g_strdup ("<b>%s\nx");
  info->done_1000 = 999;
  some = shoal_app_person_dup_who (info);
  g_assert_cmpstr (some, ==, "<b>%s x · has 99 %");
  info->done_1000 = 1000;
  all = shoal_app_person_dup_who (info);
  g_assert_cmpstr (all, ==, "<b>%s x · has everything");
}

static void
test_way (void)
{
  g_autoptr (ShoalPeerInfo) info = make (1, 1);
  g_autofree char *out = shoal_app_person_dup_way (info);
  g_autofree char *in = NULL;

  g_assert_cmpstr (out, ==, "not encrypted · TCP · we went there · from the tracker");
  info->is_incoming = info->is_encrypted = info->is_utp = TRUE;
  info->source = SHOAL_PEER_SOURCE_INCOMING;
  in = shoal_app_person_dup_way (info);
  g_assert_cmpstr (in, ==, "encrypted · uTP · came to us");
}

static void
test_rates (void)
{
  g_autoptr (ShoalPeerInfo) info = make (1, 1);
  g_autofree char *none = shoal_app_person_dup_rates (info);
  g_autofree char *both = NULL;

  g_assert_cmpstr (none, ==, "");
  info->down_bps = 1000;
  info->up_bps = 2000;
  both = shoal_app_person_dup_rates (info);
  g_assert_cmpstr (both, ==, "↓ 1.0\u00a0kB/s  ↑ 2.0\u00a0kB/s");
}

static void
test_order (void)
{
  g_autoptr (ShoalPeerInfo) a = make (1, 9);
  g_autoptr (ShoalPeerInfo) b = make (2, 3);

  b->down_bps = 5;
  a->up_bps = 5;
  b->done_1000 = 1;
  a->client = g_strdup ("z");
  b->client = g_strdup ("a");
  g_assert_cmpint (shoal_app_person_compare (SHOAL_APP_PERSON_ORDER_DOWN, a, b), >, 0);
  g_assert_cmpint (shoal_app_person_compare (SHOAL_APP_PERSON_ORDER_UP, a, b), <, 0);
  g_assert_cmpint (shoal_app_person_compare (SHOAL_APP_PERSON_ORDER_PROGRESS, a, b), >, 0);
  g_assert_cmpint (shoal_app_person_compare (SHOAL_APP_PERSON_ORDER_CLIENT, a, b), >, 0);
  g_assert_cmpint (shoal_app_person_compare (SHOAL_APP_PERSON_ORDER_ADDRESS, a, b), <, 0);
  b->down_bps = 0;
  g_assert_cmpint (shoal_app_person_compare (SHOAL_APP_PERSON_ORDER_DOWN, a, b), <, 0);
  g_assert_cmpint (shoal_app_person_compare (SHOAL_APP_PERSON_ORDER_DOWN, b, a), >, 0);
  g_assert_cmpint (shoal_app_person_compare (SHOAL_APP_PERSON_ORDER_DOWN, a, a), ==, 0);
  g_assert_cmpint (
      shoal_app_person_order_from_string ("client"), ==, SHOAL_APP_PERSON_ORDER_CLIENT);
  g_assert_cmpint (shoal_app_person_order_from_string ("?"), ==, SHOAL_APP_PERSON_ORDER_DOWN);
}

/* The reason is the right one. */
static void
test_fault (void)
{
  static const char *const fine[] = { "192.0.2.7:51413", "[2001:db8::7]:1", "host.example:65535" };
  static const struct
  {
    const char *text;
    const char *said;
  } wrong[] = {
    { "", "a name or number, a colon, and a port" },
    { "192.0.2.7", "a name or number, a colon, and a port" },
    { "host.example:", "a name or number, a colon, and a port" },
    { "[2001:db8::7]", "a name or number, a colon, and a port" },
    { "host.example:http", "a name or number, a colon, and a port" },
    { "192.0.2.7:99999", "from 1 to 65535" },
    { "192.0.2.7:0", "from 1 to 65535" },
    { "[2001:db8::7]:65536", "from 1 to 65535" },
    { "2001:db8::7:51413", "in brackets" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (fine); i++)
    g_assert_null (shoal_app_person_get_fault (fine[i]));
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_nonnull (strstr (shoal_app_person_get_fault (wrong[i].text), wrong[i].said));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/person/doing", test_doing);
  g_test_add_func ("/app/person/who", test_who);
  g_test_add_func ("/app/person/way", test_way);
  g_test_add_func ("/app/person/rates", test_rates);
  g_test_add_func ("/app/person/order", test_order);
  g_test_add_func ("/app/person/fault", test_fault);
  return g_test_run ();
}
