/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-link.h"

#define HEX    "0123456789abcdef0123456789ABCDEF01234567"
#define BASE32 "AERUKZ4JVPG66AJDIVTYTK6N54ASGRLH"
#define LINK   "magnet:?xt=urn:btih:" HEX

/* @expected: the links, one a line. */
static void
check (const char *text, ShoalAppLinkKind kind, const char *expected)
{
  g_autoptr (GPtrArray) links = shoal_app_link_find (text, kind);
  g_autofree char *all = NULL;

  g_ptr_array_add (links, NULL);
  all = g_strjoinv ("\n", (char **) links->pdata);
  g_assert_cmpstr (all, ==, expected);
}

static void
test_lines (void)
{
  check ("", SHOAL_APP_LINK_ANY, "");
  check ("no link at all", SHOAL_APP_LINK_ANY, "");
  check (LINK, SHOAL_APP_LINK_TORRENT, LINK);
  check ("  " LINK " \r\n", SHOAL_APP_LINK_TORRENT, LINK);
  check (LINK "\n\nhttp://a/b.torrent\r\n" LINK "\n",
         SHOAL_APP_LINK_TORRENT,
         LINK "\nhttp://a/b.torrent");
  check ("http://a/b\nfile:///tmp/x\nftp://a/b.torrent",
         SHOAL_APP_LINK_ANY,
         "http://a/b\nfile:///tmp/x");
  check ("http://a/b\nfile:///tmp/x\nmagnet:?dn=x", SHOAL_APP_LINK_TORRENT, "");
  check ("magnet:?dn=x", SHOAL_APP_LINK_ANY, "magnet:?dn=x");
  check ("HTTPS://a/B.TORRENT?id=3#x", SHOAL_APP_LINK_TORRENT, "HTTPS://a/B.TORRENT?id=3#x");
  check ("https://a/?x=.torrent", SHOAL_APP_LINK_TORRENT, "");
  check ("http://.torrent", SHOAL_APP_LINK_TORRENT, "http://.torrent");
}

static void
test_hashes (void)
{
  check (HEX, SHOAL_APP_LINK_TORRENT, LINK);
  check (" " BASE32 "\n", SHOAL_APP_LINK_TORRENT, "magnet:?xt=urn:btih:" BASE32);
  check (HEX "0", SHOAL_APP_LINK_ANY, "");
  check ("x" HEX, SHOAL_APP_LINK_ANY, "");
  check ("the hash " HEX, SHOAL_APP_LINK_ANY, "");
  check ("0123456789012345678901234567890123456789",
         SHOAL_APP_LINK_TORRENT,
         "magnet:?xt=urn:btih:0123456789012345678901234567890123456789");
  check ("01234567890123456789012345678901", SHOAL_APP_LINK_ANY, ""); /* 0, 1, 8, 9: not base 32 */
}

static void
test_sentences (void)
{
  check ("get it: " LINK ", or http://a/b.torrent.",
         SHOAL_APP_LINK_TORRENT,
         LINK "\nhttp://a/b.torrent");
  check ("<a href=\"" LINK "&amp;dn=x\">" LINK "</a>", SHOAL_APP_LINK_TORRENT, LINK "&dn=x\n" LINK);
  check ("(" LINK "&dn=a(b))", SHOAL_APP_LINK_TORRENT, LINK "&dn=a(b))");
  check ("(see " LINK ")", SHOAL_APP_LINK_TORRENT, LINK);
  check ("see http://a/b and http://c/d.html", SHOAL_APP_LINK_ANY, "");
  check ("xmagnet:?xt=urn:btih:" HEX, SHOAL_APP_LINK_ANY, "");
  check (LINK "&dn=My File&tr=http%3A%2F%2Ft",
         SHOAL_APP_LINK_TORRENT,
         LINK "&dn=My%20File&tr=http%3A%2F%2Ft");
  check (LINK "&dn=x is good", SHOAL_APP_LINK_TORRENT, LINK "&dn=x");
  check (LINK " " LINK "&dn=y", SHOAL_APP_LINK_TORRENT, LINK "\n" LINK "&dn=y");
}

static void
test_much (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) links = NULL;

  for (guint i = 0; i < 2000; i++)
    g_string_append_printf (text, "http://a/%u.torrent\n", i);
  links = shoal_app_link_find (text->str, SHOAL_APP_LINK_TORRENT);
  g_assert_cmpuint (links->len, ==, 1000);
}

static void
check_name (const char *uri, const char *expected)
{
  g_autofree char *name = shoal_app_link_dup_name (uri);

  g_assert_cmpstr (name, ==, expected);
}

static void
test_names (void)
{
  check_name (LINK "&dn=Tom+%26%20Jerry&tr=x", "Tom & Jerry");
  check_name ("magnet:?dn=%E2%80%AEgpj.exe&xt=urn:btih:" HEX, "\357\277\275gpj.exe");
  check_name (LINK "&dn=", "0123456789abcdef0123456789abcdef01234567");
  check_name (LINK "&dn=%zz", "0123456789abcdef0123456789abcdef01234567");
  check_name ("magnet:?xt=x", "magnet:?xt=x");
  check_name ("https://me:secret@host:81/a/b%20c.torrent?key=secret", "b c.torrent (host)");
  check_name ("file:///a/b%20c.torrent", "b c.torrent");
}

static void
test_hash (void)
{
  g_autofree char *hex = shoal_app_link_dup_hash (LINK "&dn=x");
  g_autofree char *base32 = shoal_app_link_dup_hash ("magnet:?xt=urn:btih:" BASE32);

  g_assert_cmpstr (hex, ==, "0123456789abcdef0123456789abcdef01234567");
  g_assert_cmpstr (base32, ==, "0123456789abcdef0123456789abcdef01234567");
  g_assert_null (shoal_app_link_dup_hash ("http://a/?xt=urn:btih:" HEX));
  g_assert_null (shoal_app_link_dup_hash ("magnet:?xt=urn:btih:1234"));
  g_assert_null (shoal_app_link_dup_hash ("magnet:?xt=urn:btih:" HEX "0"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/link/lines", test_lines);
  g_test_add_func ("/app/link/hashes", test_hashes);
  g_test_add_func ("/app/link/sentences", test_sentences);
  g_test_add_func ("/app/link/much", test_much);
  g_test_add_func ("/app/link/names", test_names);
  g_test_add_func ("/app/link/hash", test_hash);
  return g_test_run ();
}
