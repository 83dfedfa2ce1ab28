/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "model/shoal-model-filter.h"

static ShoalModelTorrent *
make_torrent (guint32           id,
              const char       *name,
              ShoalTorrentState state,
              const char       *label,
              const char       *host)
{
  g_autoptr (ShoalTorrentInfo) info = shoal_torrent_info_new ();
  const char *labels[] = { label, NULL };
  const char *hosts[] = { host, NULL };

  info->id.value = id;
  info->name = g_strdup (name);
  info->state = state;
  info->labels = shoal_words_new (labels);
  info->hosts = shoal_words_new (hosts);
  return shoal_model_torrent_new (info);
}

static const struct
{
  ShoalTorrentState state;
  ShoalModelGroup   group;
} groups[] = {
  { SHOAL_TORRENT_STATE_CHECKING, SHOAL_MODEL_GROUP_CHECKING },
  { SHOAL_TORRENT_STATE_METADATA, SHOAL_MODEL_GROUP_DOWNLOADING },
  { SHOAL_TORRENT_STATE_DOWNLOADING, SHOAL_MODEL_GROUP_DOWNLOADING },
  { SHOAL_TORRENT_STATE_SEEDING, SHOAL_MODEL_GROUP_SEEDING },
  { SHOAL_TORRENT_STATE_FINISHED, SHOAL_MODEL_GROUP_COMPLETE },
  { SHOAL_TORRENT_STATE_PAUSED, SHOAL_MODEL_GROUP_PAUSED },
  { SHOAL_TORRENT_STATE_WAITING, SHOAL_MODEL_GROUP_WAITING },
  { SHOAL_TORRENT_STATE_STOPPED, SHOAL_MODEL_GROUP_ATTENTION },
  { SHOAL_TORRENT_STATE_QUEUED, SHOAL_MODEL_GROUP_WAITING },
};

/* It counts as what it was. */
static void
test_moving (void)
{
  g_autoptr (ShoalTorrentInfo) info = shoal_torrent_info_new ();

  info->state = SHOAL_TORRENT_STATE_MOVING;
  info->wanted_bytes = info->done_bytes = 7;
  g_assert_cmpint (shoal_model_group_of (info), ==, SHOAL_MODEL_GROUP_COMPLETE);
  info->is_seed = TRUE;
  g_assert_cmpint (shoal_model_group_of (info), ==, SHOAL_MODEL_GROUP_SEEDING);
  info->done_bytes = 6;
  g_assert_cmpint (shoal_model_group_of (info), ==, SHOAL_MODEL_GROUP_DOWNLOADING);
  info->is_paused = TRUE;
  g_assert_cmpint (shoal_model_group_of (info), ==, SHOAL_MODEL_GROUP_PAUSED);
}

static void
test_groups (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      g_autoptr (ShoalModelFilter) filter = shoal_model_filter_new ();
      g_autoptr (ShoalModelTorrent) torrent = make_torrent (1, "x", groups[i].state, NULL, NULL);

      for (guint group = 0; group < SHOAL_MODEL_N_GROUPS; group++)
        {
          shoal_model_filter_set_group (filter, group);
          g_assert_cmpint (shoal_model_filter_match (filter, torrent),
                           ==,
                           group == SHOAL_MODEL_GROUP_ALL || group == groups[i].group);
        }
    }
}

static void
test_labels_and_hosts (void)
{
  g_autoptr (ShoalModelFilter) filter = shoal_model_filter_new ();
  g_autoptr (ShoalModelTorrent) both =
      make_torrent (1, "x", SHOAL_TORRENT_STATE_SEEDING, "linux", "a.example");
  g_autoptr (ShoalModelTorrent) none =
      make_torrent (2, "x", SHOAL_TORRENT_STATE_SEEDING, NULL, NULL);

  g_assert_true (shoal_model_filter_is_open (filter));
  g_assert_true (shoal_model_filter_set_label (filter, "linux"));
  g_assert_false (shoal_model_filter_set_label (filter, "linux"));
  g_assert_false (shoal_model_filter_is_open (filter));
  g_assert_true (shoal_model_filter_match (filter, both));
  g_assert_false (shoal_model_filter_match (filter, none));
  g_assert_true (shoal_model_filter_set_host (filter, "b.example"));
  g_assert_false (shoal_model_filter_match (filter, both));
  g_assert_true (shoal_model_filter_set_host (filter, "a.example"));
  g_assert_true (shoal_model_filter_match (filter, both));
  g_assert_true (shoal_model_filter_set_group (filter, SHOAL_MODEL_GROUP_PAUSED));
  g_assert_false (shoal_model_filter_match (filter, both));
}

static const struct
{
  const char *text;
  const char *name;
  gboolean    is_found;
} searches[] = {
  { "", "anything", TRUE },
  { "  \t ", "anything", TRUE },
  { "deb", "Debian", TRUE },
  { "DEB 12", "debian-12.iso", TRUE },
  { "12 deb", "debian-12.iso", TRUE },
  { "deb 13", "debian-12.iso", FALSE },
  { "complete", "Œuvre complète", TRUE },
  { "COMPLÈTE", "oeuvre complete", TRUE },
  { "лекции", "Открытые Лекции", TRUE },
  { "%s <b>", "Tom & Jerry <b>x</b> %s", TRUE },
  { "a a a", "banana", TRUE },
};

static void
test_search (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (searches); i++)
    {
      g_autoptr (ShoalModelFilter) filter = shoal_model_filter_new ();
      g_autoptr (ShoalModelTorrent) torrent =
          make_torrent (1, searches[i].name, SHOAL_TORRENT_STATE_PAUSED, NULL, NULL);

      shoal_model_filter_set_text (filter, searches[i].text);
      g_assert_cmpint (shoal_model_filter_match (filter, torrent), ==, searches[i].is_found);
    }
}

/* One word may be in the name and the other in that of a file; what is known of a word stays known
 * while others come and go. */
static void
test_found_by_files (void)
{
  g_autoptr (ShoalModelFilter) filter = shoal_model_filter_new ();
  g_autoptr (ShoalModelTorrent) torrent =
      make_torrent (7, "Concerts", SHOAL_TORRENT_STATE_PAUSED, NULL, NULL);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (ShoalTorrentId));
  ShoalTorrentId id = { 7 };

  g_array_append_val (ids, id);
  shoal_model_filter_set_text (filter, "Brahms");
  g_assert_false (shoal_model_filter_match (filter, torrent));
  g_assert_false (shoal_model_filter_is_known (filter, 0));
  g_assert_true (
      shoal_model_filter_set_found (filter, shoal_model_filter_get_word (filter, 0), ids));
  g_assert_true (shoal_model_filter_match (filter, torrent));

  g_assert_true (shoal_model_filter_set_text (filter, "concert brahms"));
  g_assert_true (shoal_model_filter_is_known (filter, 1));
  g_assert_false (shoal_model_filter_is_known (filter, 0));
  g_assert_true (shoal_model_filter_match (filter, torrent));
  g_assert_false (shoal_model_filter_set_text (filter, " brahms  CONCERT "));

  shoal_model_filter_set_text (filter, "brah");
  g_assert_false (shoal_model_filter_match (filter, torrent));
  g_assert_false (shoal_model_filter_set_found (filter, "brahms", ids));
}

static void
test_limits_words (void)
{
  g_autoptr (ShoalModelFilter) filter = shoal_model_filter_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (text, "w%u ", i);
  shoal_model_filter_set_text (filter, text->str);
  g_assert_cmpuint (shoal_model_filter_get_n_words (filter), ==, SHOAL_MODEL_FILTER_MAX_WORDS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/filter/groups", test_groups);
  g_test_add_func ("/model/filter/moving", test_moving);
  g_test_add_func ("/model/filter/labels-and-hosts", test_labels_and_hosts);
  g_test_add_func ("/model/filter/search", test_search);
  g_test_add_func ("/model/filter/found-by-files", test_found_by_files);
  g_test_add_func ("/model/filter/limits-words", test_limits_words);
  return g_test_run ();
}
