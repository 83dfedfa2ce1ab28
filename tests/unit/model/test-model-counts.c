/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "model/shoal-model-counts.h"
#include "model/shoal-model-torrents.h"

/* @labels and @hosts: separated by spaces. */
static ShoalTorrentInfo *
make_info (guint32 id, ShoalTorrentState state, const char *labels, const char *hosts)
{
  ShoalTorrentInfo *info = shoal_torrent_info_new ();
  g_auto (GStrv) label_words = g_strsplit (labels, " ", -1);
  g_auto (GStrv) host_words = g_strsplit (hosts, " ", -1);

  info->id.value = id;
  info->name = g_strdup_printf ("torrent %u", id);
  info->state = state;
  info->labels = shoal_words_new ((const char *const *) label_words);
  info->hosts = shoal_words_new ((const char *const *) host_words);
  return info;
}

/* What was told, as text: "w" with other words, "." without. */
static void
changed_cb (ShoalModelCounts *counts, gboolean has_other_words, GString *log)
{
  g_string_append_c (log, has_other_words ? 'w' : '.');
}

static void
assert_words (char **words, const char *expected)
{
  g_auto (GStrv) own = words;
  g_autofree char *text = g_strjoinv (" ", own);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_counts (void)
{
  g_autoptr (ShoalModelCounts) counts = shoal_model_counts_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (ShoalTorrentInfo) a = make_info (1, SHOAL_TORRENT_STATE_SEEDING, "x y", "h1");
  g_autoptr (ShoalTorrentInfo) b = make_info (2, SHOAL_TORRENT_STATE_PAUSED, "y", "h1 h2");
  g_autoptr (ShoalTorrentInfo) b2 = make_info (2, SHOAL_TORRENT_STATE_SEEDING, "y", "h1 h2");
  g_autoptr (ShoalTorrentInfo) b3 = make_info (2, SHOAL_TORRENT_STATE_SEEDING, "z y", "h1");

  g_signal_connect (counts, "changed", G_CALLBACK (changed_cb), log);
  shoal_model_counts_tell (counts);
  shoal_model_counts_replace (counts, NULL, a);
  shoal_model_counts_replace (counts, NULL, b);
  shoal_model_counts_tell (counts);
  g_assert_cmpstr (log->str, ==, "w");
  g_assert_cmpuint (shoal_model_counts_get_group (counts, SHOAL_MODEL_GROUP_ALL), ==, 2);
  g_assert_cmpuint (shoal_model_counts_get_group (counts, SHOAL_MODEL_GROUP_SEEDING), ==, 1);
  g_assert_cmpuint (shoal_model_counts_get_group (counts, SHOAL_MODEL_GROUP_PAUSED), ==, 1);
  g_assert_cmpuint (shoal_model_counts_get_label (counts, "x"), ==, 1);
  g_assert_cmpuint (shoal_model_counts_get_label (counts, "y"), ==, 2);
  g_assert_cmpuint (shoal_model_counts_get_host (counts, "h1"), ==, 2);
  assert_words (shoal_model_counts_dup_labels (counts), "x y");
  assert_words (shoal_model_counts_dup_hosts (counts), "h1 h2");

  shoal_model_counts_replace (counts, b, b2);
  shoal_model_counts_tell (counts);
  g_assert_cmpstr (log->str, ==, "w.");
  g_assert_cmpuint (shoal_model_counts_get_group (counts, SHOAL_MODEL_GROUP_SEEDING), ==, 2);
  g_assert_cmpuint (shoal_model_counts_get_group (counts, SHOAL_MODEL_GROUP_PAUSED), ==, 0);

  shoal_model_counts_replace (counts, b2, b3);
  shoal_model_counts_tell (counts);
  shoal_model_counts_replace (counts, b3, b3);
  shoal_model_counts_tell (counts);
  g_assert_cmpstr (log->str, ==, "w.w");
  assert_words (shoal_model_counts_dup_labels (counts), "x y z");
  assert_words (shoal_model_counts_dup_hosts (counts), "h1");

  shoal_model_counts_replace (counts, a, NULL);
  shoal_model_counts_replace (counts, b3, NULL);
  shoal_model_counts_tell (counts);
  g_assert_cmpstr (log->str, ==, "w.ww");
  for (guint i = 0; i < SHOAL_MODEL_N_GROUPS; i++)
    g_assert_cmpuint (shoal_model_counts_get_group (counts, i), ==, 0);
  assert_words (shoal_model_counts_dup_labels (counts), "");
}

/* What the list says together with what it counts: the same as if all were counted anew. */
static void
assert_counted (ShoalModelTorrents *list)
{
  ShoalModelCounts *counts = shoal_model_torrents_get_counts (list);
  guint             groups[SHOAL_MODEL_N_GROUPS] = { 0 };
  guint             n = g_list_model_get_n_items (G_LIST_MODEL (list));

  groups[SHOAL_MODEL_GROUP_ALL] = n;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalModelTorrent) torrent = g_list_model_get_item (G_LIST_MODEL (list), i);

      groups[shoal_model_group_of (shoal_model_torrent_get_info (torrent))]++;
    }
  for (guint i = 0; i < SHOAL_MODEL_N_GROUPS; i++)
    g_assert_cmpuint (shoal_model_counts_get_group (counts, i), ==, groups[i]);
}

static void
test_follows_the_list (void)
{
  g_autoptr (ShoalModelTorrents) list = shoal_model_torrents_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (ShoalSnapshot) snapshot = shoal_snapshot_new ();

      for (guint i = 0; i < 20; i++)
        g_ptr_array_add (snapshot->changed,
                         make_info (g_rand_int_range (random, 1, 60),
                                    g_rand_int_range (random, 0, SHOAL_TORRENT_STATE_QUEUED + 1),
                                    "",
                                    "h"));
      for (guint i = 0; i < 10; i++)
        {
          ShoalTorrentId id = { g_rand_int_range (random, 1, 60) };

          g_array_append_val (snapshot->removed, id);
        }
      shoal_model_torrents_apply (list, snapshot);
      assert_counted (list);
    }
  shoal_model_torrents_clear (list);
  assert_counted (list);
}

static void
changes_cb (ShoalModelTorrents *list, guint changes, guint *all)
{
  g_assert_cmpuint (changes, !=, 0);
  *all = changes;
}

static void
test_tells_changes (void)
{
  g_autoptr (ShoalModelTorrents) list = shoal_model_torrents_new ();
  g_autoptr (ShoalSnapshot) first = shoal_snapshot_new ();
  g_autoptr (ShoalSnapshot) second = shoal_snapshot_new ();
  ShoalTorrentInfo *info;
  guint             changes = 0;

  g_signal_connect (list, "changes", G_CALLBACK (changes_cb), &changes);
  g_ptr_array_add (first->changed, make_info (1, SHOAL_TORRENT_STATE_PAUSED, "", ""));
  g_ptr_array_add (first->changed, make_info (2, SHOAL_TORRENT_STATE_PAUSED, "", ""));
  shoal_model_torrents_apply (list, first);
  g_assert_cmpuint (changes, ==, 0);

  info = make_info (1, SHOAL_TORRENT_STATE_PAUSED, "x", "");
  g_ptr_array_add (second->changed, info);
  info = make_info (2, SHOAL_TORRENT_STATE_PAUSED, "", "");
  info->down_bps = 5;
  g_ptr_array_add (second->changed, info);
  shoal_model_torrents_apply (list, second);
  g_assert_cmpuint (changes, ==, SHOAL_MODEL_CHANGE_FILING | SHOAL_MODEL_CHANGE_NUMBERS);

  changes = 0;
  shoal_model_torrents_apply (list, second);
  g_assert_cmpuint (changes, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/counts/counts", test_counts);
  g_test_add_func ("/model/counts/follows-the-list", test_follows_the_list);
  g_test_add_func ("/model/counts/tells-changes", test_tells_changes);
  return g_test_run ();
}
