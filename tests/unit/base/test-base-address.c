/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/shoal-base-address.h"
#include "base/shoal-base-policy.h"

static ShoalBaseAddress
address (const char *text)
{
  ShoalBaseAddress out;

  if (!shoal_base_address_parse (&out, text))
    g_assert_true (shoal_base_address_parse_ip (&out, text));
  return out;
}

static void
test_text (void)
{
  static const char *const good[] = { "1.2.3.4:80", "[::1]:6881", "[2001:db8::7]:1" };
  static const char *const bad[] = { "",       ":",       "1.2.3.4", "1.2.3.4:0", "1.2.3.4:65536",
                                     "::1:80", "[::1:80", "host:80", "1.2.3:4" };
  char                     text[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  guint                    i;

  for (i = 0; i < G_N_ELEMENTS (good); i++)
    {
      ShoalBaseAddress a = address (good[i]);

      g_assert_cmpstr (shoal_base_address_format (&a, TRUE, text), ==, good[i]);
    }
  for (i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      ShoalBaseAddress a;

      g_assert_false (shoal_base_address_parse (&a, bad[i]));
    }
}

static void
test_mapped (void)
{
  ShoalBaseAddress mapped = address ("[::ffff:10.1.2.3]:9");
  ShoalBaseAddress plain = address ("10.1.2.3:9");

  g_assert_true (shoal_base_address_equal (&mapped, &plain));
}

static gboolean
is_one_host (const char *a_text, const char *b_text)
{
  ShoalBaseAddress a, b, a_host, b_host;

  g_assert_true (shoal_base_address_parse (&a, a_text));
  g_assert_true (shoal_base_address_parse (&b, b_text));
  a_host = shoal_base_address_get_host (&a);
  b_host = shoal_base_address_get_host (&b);
  return shoal_base_address_equal (&a_host, &b_host);
}

static void
test_host (void)
{
  g_assert_true (is_one_host ("10.1.2.3:1", "10.1.2.3:2"));
  g_assert_false (is_one_host ("10.1.2.3:1", "10.1.2.4:1"));
  g_assert_true (is_one_host ("[2001:db8:0:1::1]:1", "[2001:db8:0:1:ffff::2]:2"));
  g_assert_false (is_one_host ("[2001:db8:0:1::1]:1", "[2001:db8:0:2::1]:1"));
}

/* The two vectors of BEP 40. */
static void
test_priority (void)
{
  ShoalBaseAddress a = address ("123.213.32.10");
  ShoalBaseAddress b = address ("98.76.54.32");
  ShoalBaseAddress c = address ("123.213.32.234");

  g_assert_cmphex (shoal_base_address_priority (&a, &b), ==, 0xec2d7224);
  g_assert_cmphex (shoal_base_address_priority (&b, &a), ==, 0xec2d7224);
  g_assert_cmphex (shoal_base_address_priority (&a, &c), ==, 0x99568189);
}

static void
test_policy (void)
{
  ShoalBaseAddress loopback = address ("127.0.0.1"), loopback6 = address ("::1");
  ShoalBaseAddress private = address ("192.168.1.2"), global = address ("8.8.8.8");
  ShoalBaseAddress metadata = address ("169.254.169.254"), nat64 = address ("64:ff9b::7f00:1");
  ShoalBaseAddress sixtofour = address ("2002:0a00:0001::1"), multicast = address ("224.0.0.1");
  const ShoalBasePolicyWord stranger = SHOAL_BASE_POLICY_WORD_STRANGER;

  g_assert_true (shoal_base_policy_allows (&global, stranger, NULL, FALSE));
  g_assert_false (shoal_base_policy_allows (&loopback, stranger, NULL, FALSE));
  g_assert_false (shoal_base_policy_allows (&loopback, stranger, &global, FALSE));
  g_assert_true (shoal_base_policy_allows (&loopback, stranger, &loopback, FALSE));
  g_assert_true (shoal_base_policy_allows (&loopback6, stranger, &loopback, FALSE));
  g_assert_false (shoal_base_policy_allows (&loopback, stranger, &private, FALSE));
  g_assert_true (shoal_base_policy_allows (&private, stranger, NULL, TRUE));
  g_assert_true (shoal_base_policy_allows (&private, SHOAL_BASE_POLICY_WORD_PERSON, NULL, FALSE));
  g_assert_false (shoal_base_policy_allows (&metadata, SHOAL_BASE_POLICY_WORD_PERSON, NULL, TRUE));
  g_assert_false (shoal_base_policy_allows (&multicast, SHOAL_BASE_POLICY_WORD_PERSON, NULL, TRUE));
  g_assert_false (shoal_base_policy_allows (&nat64, stranger, NULL, FALSE));
  g_assert_false (shoal_base_policy_allows (&sixtofour, stranger, NULL, FALSE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/address/text", test_text);
  g_test_add_func ("/base/address/mapped", test_mapped);
  g_test_add_func ("/base/address/host", test_host);
  g_test_add_func ("/base/address/priority", test_priority);
  g_test_add_func ("/base/policy/words", test_policy);
  return g_test_run ();
}
