/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-settings.h"

/* The schema's limits are in kB/s, as the desktop writes them. */
#define KILO 1000

static const char *const engine_keys[] = {
  SHOAL_APP_KEY_PORT,
  SHOAL_APP_KEY_LIMIT_DOWN,
  SHOAL_APP_KEY_DOWN_LIMIT,
  SHOAL_APP_KEY_LIMIT_UP,
  SHOAL_APP_KEY_UP_LIMIT,
  SHOAL_APP_KEY_ALTERNATIVE,
  SHOAL_APP_KEY_ALTERNATIVE_DOWN,
  SHOAL_APP_KEY_ALTERNATIVE_UP,
  SHOAL_APP_KEY_MAX_PEERS,
  SHOAL_APP_KEY_MAX_PEERS_PER_TORRENT,
  SHOAL_APP_KEY_MAX_SLOTS,
  SHOAL_APP_KEY_MAX_SLOTS_PER_TORRENT,
  SHOAL_APP_KEY_USE_DHT,
  SHOAL_APP_KEY_DHT_NODES,
  SHOAL_APP_KEY_USE_PEX,
  SHOAL_APP_KEY_USE_LSD,
  SHOAL_APP_KEY_USE_PORT_MAPPING,
  SHOAL_APP_KEY_ENCRYPTION,
  SHOAL_APP_KEY_MAX_DOWNLOADING,
  SHOAL_APP_KEY_MAX_SEEDING,
  SHOAL_APP_KEY_GOAL_RATIO,
  SHOAL_APP_KEY_RATIO,
  SHOAL_APP_KEY_GOAL_TIME,
  SHOAL_APP_KEY_MINUTES,
  SHOAL_APP_KEY_GOAL_IDLE,
  SHOAL_APP_KEY_IDLE_MINUTES,
  SHOAL_APP_KEY_GOAL_ACTION,
};

static const char *const encryption_words[] = {
  [SHOAL_ENCRYPTION_OFF] = "off",
  [SHOAL_ENCRYPTION_ALLOW] = "allow",
  [SHOAL_ENCRYPTION_PREFER] = "prefer",
  [SHOAL_ENCRYPTION_REQUIRE] = "require",
};

static guint64
get_limit (GSettings *settings, const char *switch_key, const char *limit_key)
{
  if (!g_settings_get_boolean (settings, switch_key))
    return 0;
  return (guint64) g_settings_get_int (settings, limit_key) * KILO;
}

static void
take_limits (ShoalSettings *result, GSettings *settings)
{
  result->down_limit_bps = get_limit (settings, SHOAL_APP_KEY_LIMIT_DOWN, SHOAL_APP_KEY_DOWN_LIMIT);
  result->up_limit_bps = get_limit (settings, SHOAL_APP_KEY_LIMIT_UP, SHOAL_APP_KEY_UP_LIMIT);
  if (!g_settings_get_boolean (settings, SHOAL_APP_KEY_ALTERNATIVE))
    return;
  result->down_limit_bps =
      (guint64) g_settings_get_int (settings, SHOAL_APP_KEY_ALTERNATIVE_DOWN) * KILO;
  result->up_limit_bps =
      (guint64) g_settings_get_int (settings, SHOAL_APP_KEY_ALTERNATIVE_UP) * KILO;
}

const char *
shoal_app_settings_get_encryption_word (ShoalEncryption encryption)
{
  g_return_val_if_fail (encryption < G_N_ELEMENTS (encryption_words), NULL);
  return encryption_words[encryption];
}

ShoalEncryption
shoal_app_settings_read_encryption_word (const char *word)
{
  guint i;

  for (i = G_N_ELEMENTS (encryption_words) - 1; i > 0; i--)
    if (g_str_equal (encryption_words[i], word))
      break;
  return i;
}

static guint
get_minutes (GSettings *settings, const char *switch_key, const char *minutes_key)
{
  if (!g_settings_get_boolean (settings, switch_key))
    return 0;
  return (guint) g_settings_get_int (settings, minutes_key);
}

ShoalSeedGoals
shoal_app_settings_get_goals (GSettings *settings)
{
  g_autofree char *action = g_settings_get_string (settings, SHOAL_APP_KEY_GOAL_ACTION);
  ShoalSeedGoals   goals = SHOAL_SEED_GOALS_NONE;

  if (g_settings_get_boolean (settings, SHOAL_APP_KEY_GOAL_RATIO))
    goals.ratio_1000 = (int) (g_settings_get_double (settings, SHOAL_APP_KEY_RATIO) * 1000 + 0.5);
  goals.minutes = get_minutes (settings, SHOAL_APP_KEY_GOAL_TIME, SHOAL_APP_KEY_MINUTES);
  goals.idle_minutes = get_minutes (settings, SHOAL_APP_KEY_GOAL_IDLE, SHOAL_APP_KEY_IDLE_MINUTES);
  goals.action = g_str_equal (action, "remove") ? SHOAL_GOAL_ACTION_REMOVE : SHOAL_GOAL_ACTION_STOP;
  return goals;
}

ShoalSettings *
shoal_app_settings_to_engine (GSettings *settings)
{
  ShoalSettings *result = shoal_settings_new ();
  g_auto (GStrv) nodes = NULL;
  g_autofree char *encryption = g_settings_get_string (settings, SHOAL_APP_KEY_ENCRYPTION);

  result->port = g_settings_get_int (settings, SHOAL_APP_KEY_PORT);
  take_limits (result, settings);
  result->max_peers = g_settings_get_int (settings, SHOAL_APP_KEY_MAX_PEERS);
  result->max_peers_per_torrent =
      g_settings_get_int (settings, SHOAL_APP_KEY_MAX_PEERS_PER_TORRENT);
  result->max_slots = (guint) g_settings_get_int (settings, SHOAL_APP_KEY_MAX_SLOTS);
  result->max_slots_per_torrent =
      (guint) g_settings_get_int (settings, SHOAL_APP_KEY_MAX_SLOTS_PER_TORRENT);
  result->use_dht = g_settings_get_boolean (settings, SHOAL_APP_KEY_USE_DHT);
  nodes = g_settings_get_strv (settings, SHOAL_APP_KEY_DHT_NODES);
  for (guint i = 0; nodes[i] != NULL; i++)
    g_ptr_array_add (result->dht_nodes, g_strdup (nodes[i]));
  result->use_pex = g_settings_get_boolean (settings, SHOAL_APP_KEY_USE_PEX);
  result->use_lsd = g_settings_get_boolean (settings, SHOAL_APP_KEY_USE_LSD);
  result->use_port_mapping = g_settings_get_boolean (settings, SHOAL_APP_KEY_USE_PORT_MAPPING);
  result->encryption = shoal_app_settings_read_encryption_word (encryption);
  result->max_downloading = (guint) g_settings_get_int (settings, SHOAL_APP_KEY_MAX_DOWNLOADING);
  result->max_seeding = (guint) g_settings_get_int (settings, SHOAL_APP_KEY_MAX_SEEDING);
  result->goals = shoal_app_settings_get_goals (settings);
  result->is_metered =
      g_network_monitor_get_network_metered (g_network_monitor_get_default ()) != FALSE;
  return result;
}

gboolean
shoal_app_settings_concerns_engine (const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (engine_keys); i++)
    if (g_str_equal (engine_keys[i], key))
      return TRUE;
  return FALSE;
}

char *
shoal_app_settings_dup_download_folder (GSettings *settings)
{
  g_autofree char *chosen = g_settings_get_string (settings, SHOAL_APP_KEY_DOWNLOAD_FOLDER);
  const char      *special = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);

  if (g_path_is_absolute (chosen))
    return g_steal_pointer (&chosen);
  if (special != NULL)
    return g_strdup (special);
  return g_build_filename (g_get_home_dir (), "Downloads", NULL);
}
