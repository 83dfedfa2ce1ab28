/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/shoal-app-settings.h"
#include "fake-monitor.h"

static void
test_metered (void)
{
  g_autoptr (GSettings) settings = g_settings_new (SHOAL_APP_ID);
  g_autoptr (ShoalSettings) dear = NULL;
  g_autoptr (ShoalSettings) cheap = shoal_app_settings_to_engine (settings);

  fake_monitor_set (TRUE, FALSE);
  dear = shoal_app_settings_to_engine (settings);
  fake_monitor_set (FALSE, FALSE);
  g_assert_true (dear->is_metered);
  g_assert_false (cheap->is_metered);
}

/* The window's defaults are the engine's, which are the command line's. */
static void
test_defaults (void)
{
  g_autoptr (GSettings) settings = g_settings_new (SHOAL_APP_ID);
  g_autoptr (ShoalSettings) ours = shoal_app_settings_to_engine (settings);
  g_autoptr (ShoalSettings) theirs = shoal_settings_new ();

  g_assert_cmpuint (ours->port, ==, theirs->port);
  g_assert_cmpuint (ours->down_limit_bps, ==, theirs->down_limit_bps);
  g_assert_cmpuint (ours->up_limit_bps, ==, theirs->up_limit_bps);
  g_assert_cmpuint (ours->max_peers, ==, theirs->max_peers);
  g_assert_cmpuint (ours->max_peers_per_torrent, ==, theirs->max_peers_per_torrent);
  g_assert_cmpuint (ours->max_slots, ==, theirs->max_slots);
  g_assert_cmpuint (ours->max_slots_per_torrent, ==, theirs->max_slots_per_torrent);
  g_assert_cmpuint (ours->memory_budget_bytes, ==, theirs->memory_budget_bytes);
  g_assert_cmpint (ours->encryption, ==, theirs->encryption);
  g_assert_cmpuint (ours->max_downloading, ==, theirs->max_downloading);
  g_assert_cmpuint (ours->max_seeding, ==, theirs->max_seeding);
  g_assert_true (shoal_seed_goals_equal (&ours->goals, &theirs->goals));
  g_assert_cmpint (ours->hold, ==, theirs->hold);
  g_assert_cmpint (ours->use_dht, ==, theirs->use_dht);
  g_assert_cmpuint (ours->dht_nodes->len, ==, theirs->dht_nodes->len);
  g_assert_cmpint (ours->use_pex, ==, theirs->use_pex);
  g_assert_cmpint (ours->use_lsd, ==, theirs->use_lsd);
  g_assert_cmpint (ours->use_port_mapping, ==, theirs->use_port_mapping);
}

static void
test_limits (void)
{
  g_autoptr (GSettings) settings = g_settings_new (SHOAL_APP_ID);
  g_autoptr (ShoalSettings) engine = NULL;

  g_settings_set_int (settings, SHOAL_APP_KEY_DOWN_LIMIT, 250);
  g_settings_set_boolean (settings, SHOAL_APP_KEY_LIMIT_DOWN, TRUE);
  g_settings_set_int (settings, SHOAL_APP_KEY_UP_LIMIT, 10);
  engine = shoal_app_settings_to_engine (settings);
  g_assert_cmpuint (engine->down_limit_bps, ==, 250000);
  g_assert_cmpuint (engine->up_limit_bps, ==, 0);
  g_settings_reset (settings, SHOAL_APP_KEY_LIMIT_DOWN);
}

/* A figure counts only while its switch is on. */
static void
test_goals (void)
{
  g_autoptr (GSettings) settings = g_settings_new (SHOAL_APP_ID);
  g_autoptr (ShoalSettings) engine = NULL;
  const ShoalSeedGoals expected = { 1150, 0, 90, SHOAL_GOAL_ACTION_REMOVE };

  g_settings_set_boolean (settings, SHOAL_APP_KEY_GOAL_RATIO, TRUE);
  g_settings_set_double (settings, SHOAL_APP_KEY_RATIO, 1.15);
  g_settings_set_int (settings, SHOAL_APP_KEY_MINUTES, 77);
  g_settings_set_boolean (settings, SHOAL_APP_KEY_GOAL_IDLE, TRUE);
  g_settings_set_int (settings, SHOAL_APP_KEY_IDLE_MINUTES, 90);
  g_settings_set_string (settings, SHOAL_APP_KEY_GOAL_ACTION, "remove");
  g_settings_set_int (settings, SHOAL_APP_KEY_MAX_DOWNLOADING, 0);
  g_settings_set_int (settings, SHOAL_APP_KEY_MAX_SEEDING, 9);
  engine = shoal_app_settings_to_engine (settings);
  g_assert_true (shoal_seed_goals_equal (&engine->goals, &expected));
  g_assert_cmpuint (engine->max_downloading, ==, 0);
  g_assert_cmpuint (engine->max_seeding, ==, 9);
  g_settings_reset (settings, SHOAL_APP_KEY_GOAL_RATIO);
  g_settings_reset (settings, SHOAL_APP_KEY_GOAL_IDLE);
  g_settings_reset (settings, SHOAL_APP_KEY_GOAL_ACTION);
  g_settings_reset (settings, SHOAL_APP_KEY_MAX_DOWNLOADING);
  g_settings_reset (settings, SHOAL_APP_KEY_MAX_SEEDING);
}

/* The alternative ones hold in place of the others, whatever these are, and may be none. */
static void
test_alternative_limits (void)
{
  g_autoptr (GSettings) settings = g_settings_new (SHOAL_APP_ID);
  g_autoptr (ShoalSettings) usual = NULL;
  g_autoptr (ShoalSettings) alternative = NULL;

  g_settings_set_boolean (settings, SHOAL_APP_KEY_LIMIT_UP, TRUE);
  g_settings_set_int (settings, SHOAL_APP_KEY_UP_LIMIT, 10);
  g_settings_set_int (settings, SHOAL_APP_KEY_ALTERNATIVE_DOWN, 3);
  g_settings_set_int (settings, SHOAL_APP_KEY_ALTERNATIVE_UP, 0);
  usual = shoal_app_settings_to_engine (settings);
  g_settings_set_boolean (settings, SHOAL_APP_KEY_ALTERNATIVE, TRUE);
  alternative = shoal_app_settings_to_engine (settings);
  g_assert_cmpuint (usual->down_limit_bps, ==, 0);
  g_assert_cmpuint (usual->up_limit_bps, ==, 10000);
  g_assert_cmpuint (alternative->down_limit_bps, ==, 3000);
  g_assert_cmpuint (alternative->up_limit_bps, ==, 0);
  g_settings_reset (settings, SHOAL_APP_KEY_LIMIT_UP);
  g_settings_reset (settings, SHOAL_APP_KEY_ALTERNATIVE);
}

static void
test_dht (void)
{
  g_autoptr (GSettings) settings = g_settings_new (SHOAL_APP_ID);
  const char *const nodes[] = { "a.example:1", "[::1]:2", NULL };
  g_autoptr (ShoalSettings) engine = NULL;

  g_settings_set_boolean (settings, SHOAL_APP_KEY_USE_DHT, FALSE);
  g_settings_set_strv (settings, SHOAL_APP_KEY_DHT_NODES, nodes);
  engine = shoal_app_settings_to_engine (settings);
  g_assert_false (engine->use_dht);
  g_assert_cmpuint (engine->dht_nodes->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (engine->dht_nodes, 1), ==, "[::1]:2");
  g_settings_reset (settings, SHOAL_APP_KEY_USE_DHT);
  g_settings_reset (settings, SHOAL_APP_KEY_DHT_NODES);
}

static void
test_slots (void)
{
  g_autoptr (GSettings) settings = g_settings_new (SHOAL_APP_ID);
  g_autoptr (ShoalSettings) engine = NULL;

  g_settings_set_int (settings, SHOAL_APP_KEY_MAX_SLOTS, 40);
  g_settings_set_int (settings, SHOAL_APP_KEY_MAX_SLOTS_PER_TORRENT, 3);
  engine = shoal_app_settings_to_engine (settings);
  g_assert_cmpuint (engine->max_slots, ==, 40);
  g_assert_cmpuint (engine->max_slots_per_torrent, ==, 3);
  g_assert_true (shoal_app_settings_concerns_engine (SHOAL_APP_KEY_MAX_SLOTS));
  g_assert_true (shoal_app_settings_concerns_engine (SHOAL_APP_KEY_MAX_SLOTS_PER_TORRENT));
  g_settings_reset (settings, SHOAL_APP_KEY_MAX_SLOTS);
  g_settings_reset (settings, SHOAL_APP_KEY_MAX_SLOTS_PER_TORRENT);
}

static void
test_encryption (void)
{
  g_autoptr (GSettings) settings = g_settings_new (SHOAL_APP_ID);

  for (guint i = SHOAL_ENCRYPTION_OFF; i <= SHOAL_ENCRYPTION_REQUIRE; i++)
    {
      g_autoptr (ShoalSettings) engine = NULL;

      g_assert_true (g_settings_set_string (
          settings, SHOAL_APP_KEY_ENCRYPTION, shoal_app_settings_get_encryption_word (i)));
      engine = shoal_app_settings_to_engine (settings);
      g_assert_cmpuint (engine->encryption, ==, i);
    }
  g_settings_reset (settings, SHOAL_APP_KEY_ENCRYPTION);
}

static void
test_concerns (void)
{
  g_assert_true (shoal_app_settings_concerns_engine (SHOAL_APP_KEY_PORT));
  g_assert_true (shoal_app_settings_concerns_engine (SHOAL_APP_KEY_LIMIT_UP));
  g_assert_true (shoal_app_settings_concerns_engine (SHOAL_APP_KEY_ALTERNATIVE));
  g_assert_false (shoal_app_settings_concerns_engine (SHOAL_APP_KEY_TIMETABLE));
  g_assert_true (shoal_app_settings_concerns_engine (SHOAL_APP_KEY_USE_PORT_MAPPING));
  g_assert_true (shoal_app_settings_concerns_engine (SHOAL_APP_KEY_ENCRYPTION));
  g_assert_false (shoal_app_settings_concerns_engine (SHOAL_APP_KEY_SEED));
  g_assert_false (shoal_app_settings_concerns_engine (SHOAL_APP_KEY_WINDOW_WIDTH));
}

static void
test_download_folder (void)
{
  g_autoptr (GSettings) settings = g_settings_new (SHOAL_APP_ID);
  g_autofree char *standard = shoal_app_settings_dup_download_folder (settings);
  g_autofree char *chosen = NULL;
  g_autofree char *relative = NULL;

  g_assert_true (g_path_is_absolute (standard));
  g_settings_set_string (settings, SHOAL_APP_KEY_DOWNLOAD_FOLDER, "/elsewhere");
  chosen = shoal_app_settings_dup_download_folder (settings);
  g_assert_cmpstr (chosen, ==, "/elsewhere");
  g_settings_set_string (settings, SHOAL_APP_KEY_DOWNLOAD_FOLDER, "not/absolute");
  relative = shoal_app_settings_dup_download_folder (settings);
  g_assert_cmpstr (relative, ==, standard);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fake_monitor_install ();
  g_test_add_func ("/app/settings/defaults", test_defaults);
  g_test_add_func ("/app/settings/limits", test_limits);
  g_test_add_func ("/app/settings/goals", test_goals);
  g_test_add_func ("/app/settings/alternative-limits", test_alternative_limits);
  g_test_add_func ("/app/settings/dht", test_dht);
  g_test_add_func ("/app/settings/slots", test_slots);
  g_test_add_func ("/app/settings/encryption", test_encryption);
  g_test_add_func ("/app/settings/concerns", test_concerns);
  g_test_add_func ("/app/settings/download-folder", test_download_folder);
  g_test_add_func ("/app/settings/metered", test_metered);
  return g_test_run ();
}
