/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "types/shoal-types-settings.h"

G_BEGIN_DECLS

/* The keys of the schema. */
#define SHOAL_APP_KEY_DOWNLOAD_FOLDER       "download-folder"
#define SHOAL_APP_KEY_START_AT_ONCE         "start-at-once"
#define SHOAL_APP_KEY_SEED                  "seed"
#define SHOAL_APP_KEY_ASK_FILES             "ask-files"
#define SHOAL_APP_KEY_RECENT_FOLDERS        "recent-folders"
#define SHOAL_APP_KEY_OPEN_FOLDER           "open-folder"
#define SHOAL_APP_KEY_WATCH                 "watch"
#define SHOAL_APP_KEY_WATCH_FOLDER          "watch-folder"
#define SHOAL_APP_KEY_WATCH_ASK             "watch-ask"
#define SHOAL_APP_KEY_WATCH_AFTER           "watch-after"
#define SHOAL_APP_KEY_PORT                  "port"
#define SHOAL_APP_KEY_LIMIT_DOWN            "limit-down"
#define SHOAL_APP_KEY_DOWN_LIMIT            "down-limit"
#define SHOAL_APP_KEY_LIMIT_UP              "limit-up"
#define SHOAL_APP_KEY_UP_LIMIT              "up-limit"
#define SHOAL_APP_KEY_ALTERNATIVE           "alternative"
#define SHOAL_APP_KEY_ALTERNATIVE_DOWN      "alternative-down"
#define SHOAL_APP_KEY_ALTERNATIVE_UP        "alternative-up"
#define SHOAL_APP_KEY_TIMETABLE             "timetable"
#define SHOAL_APP_KEY_TIMETABLE_DAYS        "timetable-days"
#define SHOAL_APP_KEY_TIMETABLE_FROM        "timetable-from"
#define SHOAL_APP_KEY_TIMETABLE_TO          "timetable-to"
#define SHOAL_APP_KEY_NEXT_TIMETABLE_CHANGE "next-timetable-change"
#define SHOAL_APP_KEY_HOLD_METERED          "hold-metered"
#define SHOAL_APP_KEY_HOLD_POWER            "hold-power"
#define SHOAL_APP_KEY_KEEP_AWAKE            "keep-awake"
#define SHOAL_APP_KEY_MAX_PEERS             "max-peers"
#define SHOAL_APP_KEY_MAX_PEERS_PER_TORRENT "max-peers-per-torrent"
#define SHOAL_APP_KEY_MAX_SLOTS             "max-slots"
#define SHOAL_APP_KEY_MAX_SLOTS_PER_TORRENT "max-slots-per-torrent"
#define SHOAL_APP_KEY_USE_DHT               "use-dht"
#define SHOAL_APP_KEY_DHT_NODES             "dht-nodes"
#define SHOAL_APP_KEY_USE_PEX               "use-pex"
#define SHOAL_APP_KEY_USE_LSD               "use-lsd"
#define SHOAL_APP_KEY_USE_PORT_MAPPING      "use-port-mapping"
#define SHOAL_APP_KEY_ENCRYPTION            "encryption"
#define SHOAL_APP_KEY_MAX_DOWNLOADING       "max-downloading"
#define SHOAL_APP_KEY_MAX_SEEDING           "max-seeding"
#define SHOAL_APP_KEY_GOAL_RATIO            "goal-ratio"
#define SHOAL_APP_KEY_RATIO                 "ratio"
#define SHOAL_APP_KEY_GOAL_TIME             "goal-time"
#define SHOAL_APP_KEY_MINUTES               "minutes"
#define SHOAL_APP_KEY_GOAL_IDLE             "goal-idle"
#define SHOAL_APP_KEY_IDLE_MINUTES          "idle-minutes"
#define SHOAL_APP_KEY_GOAL_ACTION           "goal-action"
#define SHOAL_APP_KEY_SORT                  "sort"
#define SHOAL_APP_KEY_DETAILS_PAGE          "details-page"
#define SHOAL_APP_KEY_GRAPH_MINUTES         "graph-minutes"
#define SHOAL_APP_KEY_SORT_REVERSED         "sort-reversed"
#define SHOAL_APP_KEY_VIEW                  "view"
#define SHOAL_APP_KEY_LABELS                "labels"
#define SHOAL_APP_KEY_SHOW_FILTERS          "show-filters"
#define SHOAL_APP_KEY_SHOW_DETAILS          "show-details"
#define SHOAL_APP_KEY_TABLE_COLUMNS         "table-columns"
#define SHOAL_APP_KEY_WINDOW_WIDTH          "window-width"
#define SHOAL_APP_KEY_WINDOW_HEIGHT         "window-height"
#define SHOAL_APP_KEY_WINDOW_MAXIMIZED      "window-maximized"

/* What the schema calls @encryption, and back; of another word it is the first. Static. */
const char *shoal_app_settings_get_encryption_word (ShoalEncryption encryption);

ShoalEncryption shoal_app_settings_read_encryption_word (const char *word);

/* What the engine is to know of @settings, and of whether the network is metered, of which
 * GNetworkMonitor tells; what they do not speak of is as by default. The caller's. */
ShoalSettings *shoal_app_settings_to_engine (GSettings *settings);

/* When seeding ends, of torrents that have no goals of their own. */
ShoalSeedGoals shoal_app_settings_get_goals (GSettings *settings);

/* Whether a change of @key is one of those. */
gboolean shoal_app_settings_concerns_engine (const char *key);

/* Where new data goes: what the person chose, or else the desktop's folder for downloads. An
 * absolute path; the caller's. */
char *shoal_app_settings_dup_download_folder (GSettings *settings);

G_END_DECLS
