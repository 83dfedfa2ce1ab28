/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "net/shoal-net-interface.h"
#include "net/shoal-net-route.h"

/* The router, and the neighbourhood. */

static const char TABLE4[] =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
    "wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
    "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
    "tun0\t00000000\t0103A8C0\t0003\t0\t0\t50\t00000080\t0\t0\t0\n"
    "ppp0\t00000000\t00000000\t0001\t0\t0\t10\t00000000\t0\t0\t0\n"
    "cut\t00000000\n";

static const char TABLE6[] =
    "fd880000000000000000000000000000 40 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n"
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "20010db8000000000000000000000001 00000800 00000001 00000000 00000003     wlan0\n"
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n";

static guint32
index_cb (const char *interface)
{
  return g_str_equal (interface, "eth0") ? 7 : 0;
}

static void
test_ipv4 (void)
{
  ShoalBaseAddress gateway;
  char             text[SHOAL_BASE_ADDRESS_TEXT_SIZE];

  if (G_BYTE_ORDER != G_LITTLE_ENDIAN)
    {
      g_test_skip ("the table is written as this machine would not");
      return;
    }
  g_assert_true (shoal_net_route_parse_ipv4 (TABLE4, &gateway));
  g_assert_cmpstr (shoal_base_address_format (&gateway, FALSE, text), ==, "192.168.1.1");
  g_assert_false (shoal_net_route_parse_ipv4 ("", &gateway));
  g_assert_false (shoal_net_route_parse_ipv4 ("a b c d e f g h i\n\n", &gateway));
}

static void
test_ipv6 (void)
{
  ShoalBaseAddress gateway;
  char             text[SHOAL_BASE_ADDRESS_TEXT_SIZE];

  g_assert_true (shoal_net_route_parse_ipv6 (TABLE6, index_cb, &gateway));
  g_assert_cmpstr (shoal_base_address_format (&gateway, FALSE, text), ==, "fe80::1%7");
  g_assert_false (shoal_net_route_parse_ipv6 ("", index_cb, &gateway));
  g_assert_false (shoal_net_route_parse_ipv6 ("0 1 2 3 4 5 6 7 8 9\n", index_cb, &gateway));
}

static ShoalNetInterface
interface (const char *text, guint prefix)
{
  ShoalNetInterface row = { .index = 1, .prefix = prefix };

  g_assert_true (shoal_base_address_parse_ip (&row.address, text));
  return row;
}

static void
assert_on_link (const GArray *rows, const char *text, gboolean is_on_link)
{
  ShoalBaseAddress address;

  g_assert_true (shoal_base_address_parse_ip (&address, text));
  g_assert_cmpint (shoal_net_interface_is_on_link (rows, &address), ==, is_on_link);
}

static void
test_on_link (void)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (ShoalNetInterface));
  ShoalNetInterface four = interface ("198.51.100.70", 26);
  ShoalNetInterface six = interface ("2001:db8:0:7::1", 64);
  ShoalNetInterface none = interface ("203.0.113.1", 0);

  g_array_append_val (rows, four);
  g_array_append_val (rows, six);
  g_array_append_val (rows, none);
  assert_on_link (rows, "198.51.100.65", TRUE);
  assert_on_link (rows, "198.51.100.127", TRUE);
  assert_on_link (rows, "198.51.100.128", FALSE);
  assert_on_link (rows, "198.51.100.63", FALSE);
  assert_on_link (rows, "2001:db8:0:7:ffff::", TRUE);
  assert_on_link (rows, "2001:db8:0:8::", FALSE);
  assert_on_link (rows, "8.8.8.8", FALSE);
}

/* Whatever this machine has: loopback is its own, and leads to itself. */
static void
test_own (void)
{
  g_autoptr (GArray) rows = shoal_net_interface_list ();
  ShoalBaseAddress loopback, source;
  guint            i;

  g_assert_true (shoal_base_address_parse (&loopback, "127.0.0.1:9"));
  g_assert_true (shoal_net_interface_find_source (&loopback, &source));
  g_assert_true (shoal_base_address_equal_ip (&source, &loopback));
  for (i = 0; i < rows->len; i++)
    {
      const ShoalNetInterface *row = &g_array_index (rows, ShoalNetInterface, i);

      g_assert_cmpuint (row->index, >, 0);
      g_assert_true (shoal_net_interface_is_own (rows, &row->address));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/route/ipv4", test_ipv4);
  g_test_add_func ("/net/route/ipv6", test_ipv6);
  g_test_add_func ("/net/route/on-link", test_on_link);
  g_test_add_func ("/net/route/own", test_own);
  return g_test_run ();
}
