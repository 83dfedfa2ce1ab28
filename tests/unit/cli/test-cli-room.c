/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "cli/shoal-cli-room.h"

static void
test_torrents (void)
{
  g_assert_cmpuint (shoal_cli_room_count_torrents (G_MAXUINT64, 200), ==, 200);
  g_assert_cmpuint (shoal_cli_room_count_torrents (524288, 200), ==, 200);
  g_assert_cmpuint (shoal_cli_room_count_torrents (1024, 200), ==, 27);
  g_assert_cmpuint (shoal_cli_room_count_torrents (256, 40), ==, 6);
  g_assert_cmpuint (shoal_cli_room_count_torrents (256, 3), ==, 3);
  g_assert_cmpuint (shoal_cli_room_count_torrents (10, 3), ==, 1);
  g_assert_cmpuint (shoal_cli_room_get_limit (), >, 0);
}

/* All together, and their pipes, never need more than there is. */
static void
test_peers (void)
{
  guint64 limit;

  g_assert_cmpuint (shoal_cli_room_count_peers (G_MAXUINT64, 200, 500), ==, 500);
  for (limit = 56; limit < 5000; limit++)
    {
      guint n = shoal_cli_room_count_torrents (limit, 50);
      guint n_peers = shoal_cli_room_count_peers (limit, n, 500);

      g_assert_cmpuint (n_peers, >=, 12);
      g_assert_cmpuint (n_peers, <=, 500);
      g_assert_cmpuint (16 + limit / 8 + n * (20 + n_peers), <=, limit);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/room/torrents", test_torrents);
  g_test_add_func ("/cli/room/peers", test_peers);
  return g_test_run ();
}
