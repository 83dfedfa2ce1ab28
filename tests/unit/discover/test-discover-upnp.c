/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib.h>

#include "discover/shoal-discover-upnp.h"

static ShoalBaseAddress
address_of (const char *text)
{
  ShoalBaseAddress address = { 0 };

  if (text != NULL)
    g_assert_true (shoal_base_address_parse_ip (&address, text));
  return address;
}

static void
test_fetch (void)
{
  static const struct
  {
    const char *url, *gateway;
    gboolean    may;
  } rows[] = {
    { "http://192.168.1.1:5000/desc.xml", NULL, TRUE },
    { "http://192.168.1.1/", "192.168.1.1", TRUE },
    { "http://100.64.0.1/", NULL, TRUE },
    { "http://[fd00::1]:80/", NULL, TRUE },
    { "http://8.8.8.8/", NULL, FALSE },
    { "http://8.8.8.8/", "8.8.8.8", TRUE },
    { "http://127.0.0.1/", NULL, FALSE },
    { "http://[::1]/", NULL, FALSE },
    { "http://[::ffff:127.0.0.1]/", NULL, FALSE },
    { "http://0.0.0.0/", NULL, FALSE },
    { "http://169.254.169.254/latest/", NULL, FALSE },
    { "http://169.254.1.1/", NULL, FALSE },
    { "http://239.255.255.250/", NULL, FALSE },
    { "http://localhost/", NULL, FALSE },
    { "http://router.lan/", NULL, FALSE },
    { "http://0x7f.1/", NULL, FALSE },
    { "http://2130706433/", NULL, FALSE },
    { "http://127.0.0.1:80@192.168.1.1/", NULL, FALSE },
    { "http://192.168.1.1@127.0.0.1/", NULL, FALSE },
    { "http://@192.168.1.1/", NULL, FALSE },
    { "https://192.168.1.1/", NULL, FALSE },
    { "file:///etc/passwd", NULL, FALSE },
    { "http:192.168.1.1", NULL, FALSE },
    { "http:///x", NULL, FALSE },
    { "//192.168.1.1/x", NULL, FALSE },
    { "/x", NULL, FALSE },
    { "", NULL, FALSE },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ShoalBaseAddress gateway = address_of (rows[i].gateway);

      if (shoal_discover_upnp_may_fetch (rows[i].url, &gateway) != rows[i].may)
        g_error ("row %u: %s", i, rows[i].url);
    }
}

/* The description of 192.168.1.7 may name that as what takes orders, and nothing else. */
static void
test_order (void)
{
  static const char *const others[] = {
    "http://127.0.0.1:8081/secret",
    "http://169.254.169.254/",
    "http://192.168.1.1/reboot",
    "http://192.168.1.70/",
    "http://8.8.8.8/",
    "http://127.0.0.1:80@192.168.1.7/",
    "ftp://192.168.1.7/",
    "control",
  };
  static const char      description[] = "http://192.168.1.7:5000/desc.xml";
  const ShoalBaseAddress gateway = address_of ("192.168.1.1");
  guint                  i;

  g_assert_true (
      shoal_discover_upnp_may_order ("http://192.168.1.7:5000/ctl", description, &gateway));
  g_assert_true (shoal_discover_upnp_may_order ("http://192.168.1.7/", description, &gateway));
  for (i = 0; i < G_N_ELEMENTS (others); i++)
    if (shoal_discover_upnp_may_order (others[i], description, &gateway))
      g_error ("%s", others[i]);
  g_assert_false (
      shoal_discover_upnp_may_order ("http://192.168.1.7/", "http://name/desc.xml", &gateway));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discover/upnp/fetch", test_fetch);
  g_test_add_func ("/discover/upnp/order", test_order);
  return g_test_run ();
}
