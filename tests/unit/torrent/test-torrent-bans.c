/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "torrent/shoal-torrent-bans.h"

/* Who is shut out, and let in again. */

#define BAD_DATA SHOAL_TORRENT_BAN_BAD_DATA
#define PERSON   SHOAL_TORRENT_BAN_PERSON

static void
ban (ShoalTorrentBans *bans, const char *text, char letter, ShoalTorrentBanReason reason)
{
  ShoalBaseAddress address;
  ShoalPeerId      id;

  memset (id.bytes, letter, sizeof id.bytes);
  g_assert_true (shoal_base_address_parse (&address, text));
  shoal_torrent_bans_add (bans, &address, letter != '\0' ? &id : NULL, reason);
}

static gboolean
has (const ShoalTorrentBans *bans, const char *text, char letter)
{
  ShoalBaseAddress address;
  ShoalPeerId      id;

  memset (id.bytes, letter, sizeof id.bytes);
  g_assert_true (shoal_base_address_parse (&address, text));
  return shoal_torrent_bans_contain (bans, &address, letter != '\0' ? &id : NULL);
}

static gboolean
drop (ShoalTorrentBans *bans, const char *text)
{
  ShoalBaseAddress address;

  g_assert_true (shoal_base_address_parse (&address, text));
  return shoal_torrent_bans_drop (bans, &address);
}

static const ShoalTorrentBan *
get (const ShoalTorrentBans *bans, guint index)
{
  return &g_array_index (shoal_torrent_bans_get (bans), ShoalTorrentBan, index);
}

/* One entry a host; what a person says stands above what was found out. */
static void
test_list (void)
{
  ShoalTorrentBans *bans = shoal_torrent_bans_new ();

  ban (bans, "5.6.7.8:1000", 'a', BAD_DATA);
  ban (bans, "5.6.7.8:2000", 'b', PERSON);
  ban (bans, "5.6.7.8:3000", 'c', BAD_DATA);
  ban (bans, "[2a00:1:2:3::1]:1", 'a', BAD_DATA);
  ban (bans, "[2a00:1:2:3:4::9]:2", 'a', BAD_DATA);
  g_assert_cmpuint (shoal_torrent_bans_get (bans)->len, ==, 2);
  g_assert_cmpint ((int) get (bans, 0)->reason, ==, (int) PERSON);
  g_assert_cmpuint (get (bans, 0)->address.port, ==, 0);
  g_assert_cmpint ((int) get (bans, 1)->reason, ==, (int) BAD_DATA);
  g_assert_false (has (bans, "192.168.0.7:1000", 'a'));
  shoal_torrent_bans_free (bans);
}

static void
test_drop (void)
{
  ShoalTorrentBans *bans = shoal_torrent_bans_new ();

  ban (bans, "5.6.7.8:1000", 'a', PERSON);
  ban (bans, "192.168.0.7:1000", 'b', PERSON);
  ban (bans, "192.168.0.7:2000", '\0', PERSON);
  ban (bans, "192.168.0.7:2000", 'c', BAD_DATA); /* it has said who it is since */
  g_assert_cmpuint (shoal_torrent_bans_get (bans)->len, ==, 3);
  g_assert_true (has (bans, "192.168.0.9:9", 'c'));
  g_assert_false (drop (bans, "192.168.0.7:3000"));
  g_assert_true (drop (bans, "5.6.7.8:77")); /* by its host */
  g_assert_false (has (bans, "5.6.7.8:1000", 'a'));
  g_assert_true (drop (bans, "192.168.0.7:2000"));
  g_assert_false (has (bans, "192.168.0.7:2000", 'c'));
  g_assert_true (has (bans, "192.168.0.7:1000", '\0'));
  g_assert_true (has (bans, "192.168.0.7:4000", 'b'));
  ban (bans, "5.6.7.8:1000", 'a', PERSON);
  g_assert_true (shoal_torrent_bans_drop (bans, NULL));
  g_assert_false (shoal_torrent_bans_drop (bans, NULL));
  g_assert_cmpuint (shoal_torrent_bans_get (bans)->len, ==, 0);
  g_assert_false (has (bans, "5.6.7.8:1000", 'a'));
  g_assert_false (has (bans, "192.168.0.7:4000", 'b'));
  shoal_torrent_bans_free (bans);
}

/* Hosts without end cost memory with an end. */
static void
test_limit (void)
{
  ShoalTorrentBans *bans = shoal_torrent_bans_new ();
  guint             i;

  for (i = 0; i < 2 * SHOAL_TORRENT_MAX_BANS; i++)
    {
      g_autofree char *text = g_strdup_printf ("5.6.%u.%u:80", i / 256, i % 256);

      ban (bans, text, '\0', PERSON);
    }
  g_assert_cmpuint (shoal_torrent_bans_get (bans)->len, ==, SHOAL_TORRENT_MAX_BANS);
  shoal_torrent_bans_free (bans);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torrent/bans/list", test_list);
  g_test_add_func ("/torrent/bans/drop", test_drop);
  g_test_add_func ("/torrent/bans/limit", test_limit);
  return g_test_run ();
}
