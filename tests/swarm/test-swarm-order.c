/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "swarm.h"

/* Who comes first of those that are added at once. */

#define N_TORRENTS 24

#define PIECE_LENGTH 16384

/* Nobody has any of it. It takes the longer to parse the more pieces it has. */
static GBytes *
make_torrent (guint number, guint n_pieces)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint i;

  g_string_append_printf (text,
                          "d4:infod6:lengthi%" G_GUINT64_FORMAT "e4:name9:number-%02u"
                          "12:piece lengthi%ue6:pieces%u:",
                          (guint64) n_pieces * PIECE_LENGTH,
                          number,
                          PIECE_LENGTH,
                          n_pieces * 20);
  for (i = 0; i < n_pieces; i++)
    g_string_append_printf (text, "%04u%016u", number, i);
  g_string_append (text, "ee");
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

/* They stand in the queue as they were asked for, though the long ones among them are read long
 * after the short ones; also after a restart. */
static void
test_added_at_once (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  Node   *node = swarm_add (swarm, "node");
  guint64 serials[N_TORRENTS];
  guint   round, i;

  for (i = 0; i < N_TORRENTS; i++)
    {
      g_autoptr (GBytes) torrent = make_torrent (i, i % 3 == 0 ? 200000 : 1);
      ShoalAddOptions *options = node_options (node);

      options->is_paused = TRUE;
      serials[i] = shoal_api_engine_add (node->engine, torrent, options, node_answered, node);
    }
  for (i = 0; i < N_TORRENTS; i++)
    g_assert_null (node_wait (node, serials[i])->problem);
  for (round = 0; round < 2; round++)
    {
      const ShoalTorrentInfo *info = NULL;

      swarm_until (swarm, g_hash_table_size (node->infos) == N_TORRENTS);
      for (i = 0; i < N_TORRENTS; i++)
        {
          g_autofree char *name = g_strdup_printf ("number-%02u", i);

          info = node_next_in_queue (node, info);
          g_assert_nonnull (info);
          g_assert_cmpstr (info->name, ==, name);
          g_assert_cmpuint (info->id.value, ==, i + 1);
        }
      if (round == 0)
        node_restart (node);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/order/added-at-once", test_added_at_once);
  return g_test_run ();
}
