/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "model/shoal-model-torrent.h"

static ShoalTorrentInfo *
make_info (guint32 id)
{
  ShoalTorrentInfo *info = shoal_torrent_info_new ();

  info->id.value = id;
  info->name = g_strdup ("debian.iso");
  info->state = SHOAL_TORRENT_STATE_DOWNLOADING;
  info->size = info->wanted_bytes = 1000;
  info->is_seed = TRUE;
  return info;
}

static void
count_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static guint
get_status (ShoalModelTorrent *torrent)
{
  guint status;

  g_object_get (torrent, "status", &status, NULL);
  return status;
}

static void
change_name (ShoalTorrentInfo *info)
{
  g_free (info->name);
  info->name = g_strdup ("other");
}

static void
change_state (ShoalTorrentInfo *info)
{
  info->state = SHOAL_TORRENT_STATE_SEEDING;
}

static void
change_problem (ShoalTorrentInfo *info)
{
  info->problem = shoal_problem_new (SHOAL_PROBLEM_DOMAIN_STORAGE, SHOAL_PROBLEM_FULL, "/x", NULL);
}

static void
change_progress (ShoalTorrentInfo *info)
{
  info->done_bytes = 10;
}

static void
change_rate (ShoalTorrentInfo *info)
{
  info->down_bps = 5;
}

static void
change_switch (ShoalTorrentInfo *info)
{
  info->is_seed = FALSE;
}

static void
change_two (ShoalTorrentInfo *info)
{
  change_rate (info);
  change_progress (info);
}

static void
change_nothing (ShoalTorrentInfo *info)
{
}

static const struct
{
  void (*change) (ShoalTorrentInfo *info);
  guint             n_notified;
  ShoalModelChanges status;
} change_cases[] = {
  { change_nothing, 0, SHOAL_MODEL_CHANGE_NONE },
  { change_name, 1, SHOAL_MODEL_CHANGE_IDENTITY },
  { change_state, 1, SHOAL_MODEL_CHANGE_STATE },
  { change_problem, 1, SHOAL_MODEL_CHANGE_STATE },
  { change_progress, 1, SHOAL_MODEL_CHANGE_PROGRESS },
  { change_rate, 1, SHOAL_MODEL_CHANGE_NUMBERS },
  { change_switch, 1, SHOAL_MODEL_CHANGE_SWITCHES },
  { change_two, 1, SHOAL_MODEL_CHANGE_NUMBERS | SHOAL_MODEL_CHANGE_PROGRESS },
};

static void
test_notifies_once (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (change_cases); i++)
    {
      g_autoptr (ShoalTorrentInfo) first = make_info (1);
      g_autoptr (ShoalTorrentInfo) second = make_info (1);
      g_autoptr (ShoalModelTorrent) torrent = shoal_model_torrent_new (first);
      guint n = 0;

      g_signal_connect (torrent, "notify::status", G_CALLBACK (count_cb), &n);
      change_cases[i].change (second);
      shoal_model_torrent_apply (torrent, second, 1);
      g_assert_cmpuint (n, ==, change_cases[i].n_notified);
      g_assert_cmpuint (get_status (torrent), ==, change_cases[i].status);
      g_assert_true (shoal_model_torrent_get_info (torrent) == second);
    }
}

static void
test_wish_lasts_until_its_serial (void)
{
  g_autoptr (ShoalTorrentInfo) info = make_info (1);
  g_autoptr (ShoalTorrentInfo) later = make_info (1);
  g_autoptr (ShoalModelTorrent) torrent = shoal_model_torrent_new (info);
  guint n = 0;

  g_signal_connect (torrent, "notify::status", G_CALLBACK (count_cb), &n);
  shoal_model_torrent_wish_paused (torrent, TRUE, 7);
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (shoal_model_torrent_get_is_paused (torrent));

  /* A snapshot from before the click does not put the switch back. */
  shoal_model_torrent_apply (torrent, later, 6);
  g_assert_true (shoal_model_torrent_get_is_paused (torrent));
  g_assert_true (shoal_model_torrent_has_wish (torrent));
  g_assert_cmpuint (n, ==, 1);

  later->is_paused = TRUE;
  shoal_model_torrent_apply (torrent, later, 7);
  g_assert_true (shoal_model_torrent_get_is_paused (torrent));
  g_assert_false (shoal_model_torrent_has_wish (torrent));
  g_assert_cmpuint (n, ==, 1);
}

static void
test_refused_wish_falls_back (void)
{
  g_autoptr (ShoalTorrentInfo) info = make_info (1);
  g_autoptr (ShoalModelTorrent) torrent = shoal_model_torrent_new (info);
  guint n = 0;

  shoal_model_torrent_wish_seed (torrent, FALSE, 3);
  g_assert_false (shoal_model_torrent_get_is_seed (torrent));
  g_signal_connect (torrent, "notify::status", G_CALLBACK (count_cb), &n);
  shoal_model_torrent_apply (torrent, NULL, 3);
  g_assert_true (shoal_model_torrent_get_is_seed (torrent));
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (get_status (torrent), ==, SHOAL_MODEL_CHANGE_SWITCHES);
}

static void
test_second_click_outlives_the_first (void)
{
  g_autoptr (ShoalTorrentInfo) info = make_info (1);
  g_autoptr (ShoalModelTorrent) torrent = shoal_model_torrent_new (info);

  shoal_model_torrent_wish_seed (torrent, FALSE, 3);
  shoal_model_torrent_wish_seed (torrent, TRUE, 4);
  info->is_seed = FALSE;
  shoal_model_torrent_apply (torrent, info, 3);
  g_assert_true (shoal_model_torrent_get_is_seed (torrent));
  g_assert_true (shoal_model_torrent_has_wish (torrent));
}

static gint64
show_time_left (ShoalModelTorrent *torrent, gint64 eta_sec)
{
  g_autoptr (ShoalTorrentInfo) info = make_info (1);

  info->eta_sec = eta_sec;
  shoal_model_torrent_apply (torrent, info, 0);
  return shoal_model_torrent_get_time_left (torrent);
}

/* An estimate that swings about a border of the words does not make them swing. */
static void
test_time_left_stands_still (void)
{
  g_autoptr (ShoalTorrentInfo) info = make_info (1);
  g_autoptr (ShoalModelTorrent) torrent = shoal_model_torrent_new (info);
  guint  n_changes = 0;
  gint64 last = -1;

  for (guint i = 0; i < 100; i++)
    {
      gint64 shown = show_time_left (torrent, 180 + (i % 2 == 0 ? 9 : -9));

      n_changes += shown != last;
      last = shown;
    }
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpint (show_time_left (torrent, 30), ==, 30);
  g_assert_cmpint (show_time_left (torrent, -1), ==, -1);
  g_assert_cmpint (show_time_left (torrent, 500), ==, 500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/torrent/notifies-once", test_notifies_once);
  g_test_add_func ("/model/torrent/wish-lasts", test_wish_lasts_until_its_serial);
  g_test_add_func ("/model/torrent/refused-wish", test_refused_wish_falls_back);
  g_test_add_func ("/model/torrent/second-click", test_second_click_outlives_the_first);
  g_test_add_func ("/model/torrent/time-left", test_time_left_stands_still);
  return g_test_run ();
}
