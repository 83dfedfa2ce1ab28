/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-column.h"

#include <glib/gi18n.h>

#include "app/shoal-app-number.h"
#include "app/shoal-app-sentence.h"
#include "app/shoal-app-text.h"
#include "app/shoal-app-tracker.h"

static char *
dup_bytes (guint64 n_bytes)
{
  return n_bytes > 0 ? g_format_size (n_bytes) : NULL;
}

static char *
dup_rate (guint64 bps)
{
  return bps > 0 ? shoal_app_number_format_rate (bps) : NULL;
}

static char *
dup_count (guint n)
{
  return n > 0 ? g_strdup_printf ("%u", n) : NULL;
}

/* In thousandths; cut, not rounded: 0.999 copies are not one. */
static char *
dup_thousandths (guint64 n)
{
  return g_strdup_printf ("%.2f", (double) (n / 10) / 100.0);
}

static char *
dup_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = NULL;

  if (seconds <= 0)
    return NULL;
  time = g_date_time_new_from_unix_local (seconds);
  /* Translators: date and time of day, short, as g_date_time_format() takes it. */
  return time != NULL ? g_date_time_format (time, _ ("%x %H:%M")) : NULL;
}

static char *
dup_words (const ShoalWords *words)
{
  g_autofree char *text = words != NULL ? g_strjoinv (", ", words->items) : NULL;

  return text != NULL ? shoal_app_text_dup_visible (text) : NULL;
}

static char *
dup_folder (const char *path)
{
  const char      *home = g_get_home_dir ();
  gsize            n = strlen (home);
  gboolean         is_home = g_str_has_prefix (path, home) && (path[n] == '/' || path[n] == '\0');
  g_autofree char *name = g_filename_display_name (is_home ? path + n : path);
  g_autofree char *shown = g_strconcat (is_home ? "~" : "", name, NULL);

  return shoal_app_text_dup_visible (shown);
}

static char *
dup_size (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return info->is_magnet ? NULL : g_format_size (info->size);
}

static char *
dup_progress (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  guint64 done;
  guint64 total;

  shoal_app_sentence_get_progress (info, &done, &total);
  /* Translators: how much of a torrent is done, in hundredths. */
  return g_strdup_printf (_ ("%d %%"), (int) (shoal_app_number_get_fraction (done, total) * 100.0));
}

static char *
dup_state (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return g_strdup (shoal_app_sentence_get_state_word (info));
}

static char *
dup_down (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return dup_rate (info->down_bps);
}

static char *
dup_up (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return dup_rate (info->up_bps);
}

static char *
dup_time_left (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  if (facts->eta_sec < 0 || info->state != SHOAL_TORRENT_STATE_DOWNLOADING || info->down_bps == 0)
    return NULL;
  return shoal_app_number_format_span (facts->eta_sec);
}

static char *
dup_ratio (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  guint64 base = MAX (info->downloaded, info->size);

  if (base == 0)
    return NULL;
  return dup_thousandths ((guint64) ((double) info->uploaded / (double) base * 1000.0));
}

static char *
dup_people (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return dup_count (info->n_peers);
}

static char *
dup_seeds (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return dup_count (info->n_seeds);
}

static char *
dup_copies (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return info->n_peers > 0 ? dup_thousandths (info->copies_1000) : NULL;
}

static char *
dup_left (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return info->wanted_bytes > info->done_bytes ? dup_bytes (info->wanted_bytes - info->done_bytes)
                                               : NULL;
}

static char *
dup_downloaded (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return dup_bytes (info->downloaded);
}

static char *
dup_uploaded (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return dup_bytes (info->uploaded);
}

static char *
dup_added (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return dup_time (info->added_time);
}

static char *
dup_completed (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return dup_time (info->completed_time);
}

static char *
dup_seeding_time (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return info->seeding_sec > 0 ? shoal_app_number_format_span (info->seeding_sec) : NULL;
}

static char *
dup_queue (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return dup_count (facts->rank);
}

static char *
dup_labels (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return dup_words (info->labels);
}

static char *
dup_tracker (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) hosts = NULL;
  guint i;

  for (i = 0; info->hosts != NULL && info->hosts->items[i] != NULL; i++)
    {
      g_autofree char *host = shoal_app_tracker_dup_host (info->hosts->items[i]);

      g_strv_builder_add (builder, host);
    }
  hosts = g_strv_builder_end (builder);
  return *hosts != NULL ? g_strjoinv (", ", hosts) : NULL;
}

static char *
dup_save_folder (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return info->save_path != NULL ? dup_folder (info->save_path) : NULL;
}

static char *
dup_name (const ShoalTorrentInfo *info, const ShoalAppColumnFacts *facts)
{
  return shoal_app_text_dup_visible (info->name);
}

typedef struct
{
  const char *key;
  const char *title;
  const char *meaning;
  const char *order;
  char *(*dup_text) (const ShoalTorrentInfo    *info,
                     const ShoalAppColumnFacts *facts); /* may be NULL: nothing */
  guint n_chars;

  guint is_number : 1;
  guint is_usual : 1;
} Column;

/* In the order in which they stand before anybody has changed that. */
static const Column columns[] = {
  [SHOAL_APP_COLUMN_NAME] = { "name",
                              NC_ ("column", "Name"),
                              N_ ("What the torrent is called"),
                              "name",
                              dup_name,
                              28,
                              .is_usual = TRUE },
  [SHOAL_APP_COLUMN_SIZE] = { "size",
                              NC_ ("column", "Size"),
                              N_ ("How large all its files are together"),
                              "size",
                              dup_size,
                              9,
                              .is_number = TRUE,
                              .is_usual = TRUE },
  [SHOAL_APP_COLUMN_PROGRESS] = { "progress",
                                  NC_ ("column", "Progress"),
                                  N_ ("How much of what is wanted is there"),
                                  "progress",
                                  dup_progress,
                                  14,
                                  .is_number = TRUE,
                                  .is_usual = TRUE },
  [SHOAL_APP_COLUMN_STATE] = { "state",
                               NC_ ("column", "State"),
                               N_ ("What the torrent does at this moment"),
                               "state",
                               dup_state,
                               15,
                               .is_usual = TRUE },
  [SHOAL_APP_COLUMN_DOWN] = { "down",
                              NC_ ("column", "Download"),
                              N_ ("How fast it is downloaded"),
                              "down",
                              dup_down,
                              10,
                              .is_number = TRUE,
                              .is_usual = TRUE },
  [SHOAL_APP_COLUMN_UP] = { "up",
                            NC_ ("column", "Upload"),
                            N_ ("How fast it is given to others"),
                            "up",
                            dup_up,
                            10,
                            .is_number = TRUE,
                            .is_usual = TRUE },
  [SHOAL_APP_COLUMN_TIME_LEFT] = { "time-left",
                                   NC_ ("column", "Time Left"),
                                   N_ ("How long the download takes at the speed it has now"),
                                   "time-left",
                                   dup_time_left,
                                   12,
                                   .is_number = TRUE,
                                   .is_usual = TRUE },
  [SHOAL_APP_COLUMN_RATIO] = { "ratio",
                               NC_ ("column", "Ratio"),
                               N_ ("How often its size has been given to others"),
                               "ratio",
                               dup_ratio,
                               7,
                               .is_number = TRUE,
                               .is_usual = TRUE },
  [SHOAL_APP_COLUMN_PEOPLE] = { "people",
                                NC_ ("column", "People"),
                                N_ ("How many people it is connected to"),
                                "people",
                                dup_people,
                                7,
                                .is_number = TRUE,
                                .is_usual = TRUE },
  [SHOAL_APP_COLUMN_SEEDS] = { "seeds",
                               NC_ ("column", "Who Have All"),
                               N_ ("How many of the people it is connected to have everything"),
                               "seeds",
                               dup_seeds,
                               11,
                               .is_number = TRUE },
  [SHOAL_APP_COLUMN_AVAILABILITY] = { "availability",
                                      NC_ ("column", "Copies"),
                                      N_ ("How many copies of it the people it is connected to "
                                          "have together; below 1, something is missing"),
                                      "availability",
                                      dup_copies,
                                      8,
                                      .is_number = TRUE },
  [SHOAL_APP_COLUMN_LEFT] = { "left",
                              NC_ ("column", "Remaining"),
                              N_ ("How much of what is wanted is still missing"),
                              "left",
                              dup_left,
                              10,
                              .is_number = TRUE },
  [SHOAL_APP_COLUMN_DOWNLOADED] = { "downloaded",
                                    NC_ ("column", "Downloaded"),
                                    N_ ("How much of it has been received so far"),
                                    "downloaded",
                                    dup_downloaded,
                                    11,
                                    .is_number = TRUE },
  [SHOAL_APP_COLUMN_UPLOADED] = { "uploaded",
                                  NC_ ("column", "Uploaded"),
                                  N_ ("How much of it has been given to others so far"),
                                  "uploaded",
                                  dup_uploaded,
                                  10,
                                  .is_number = TRUE },
  [SHOAL_APP_COLUMN_ADDED] = { "added",
                               NC_ ("column", "Added"),
                               N_ ("When it came into the list"),
                               "added",
                               dup_added,
                               16,
                               .is_number = TRUE },
  [SHOAL_APP_COLUMN_COMPLETED] = { "completed",
                                   NC_ ("column", "Completed"),
                                   N_ ("When everything that is wanted was there"),
                                   "completed",
                                   dup_completed,
                                   16,
                                   .is_number = TRUE },
  [SHOAL_APP_COLUMN_SEEDING_TIME] = { "seeding-time",
                                      NC_ ("column", "Seeding Time"),
                                      N_ ("How long it has been given to others"),
                                      "seeding-time",
                                      dup_seeding_time,
                                      13,
                                      .is_number = TRUE },
  [SHOAL_APP_COLUMN_QUEUE] = { "queue",
                               NC_ ("column", "Queue"),
                               N_ ("Its place in the queue"),
                               "queue",
                               dup_queue,
                               7,
                               .is_number = TRUE },
  [SHOAL_APP_COLUMN_LABELS] = { "labels",
                                NC_ ("column", "Labels"),
                                N_ ("The labels it has been given"),
                                "labels",
                                dup_labels,
                                14 },
  [SHOAL_APP_COLUMN_TRACKER] = { "tracker",
                                 NC_ ("column", "Tracker"),
                                 N_ ("The computers that know who has it"),
                                 "tracker",
                                 dup_tracker,
                                 18 },
  [SHOAL_APP_COLUMN_FOLDER] = { "folder",
                                NC_ ("column", "Folder"),
                                N_ ("Where its files lie"),
                                "folder",
                                dup_save_folder,
                                22 },
};

G_STATIC_ASSERT (G_N_ELEMENTS (columns) == SHOAL_APP_N_COLUMNS);

const char *
shoal_app_column_get_key (ShoalAppColumn column)
{
  return columns[column].key;
}

gboolean
shoal_app_column_from_key (const char *key, ShoalAppColumn *column)
{
  for (guint i = 0; i < SHOAL_APP_N_COLUMNS; i++)
    if (g_str_equal (columns[i].key, key))
      {
        *column = i;
        return TRUE;
      }
  return FALSE;
}

const char *
shoal_app_column_get_title (ShoalAppColumn column)
{
  return g_dpgettext2 (NULL, "column", columns[column].title);
}

const char *
shoal_app_column_get_meaning (ShoalAppColumn column)
{
  return _ (columns[column].meaning);
}

const char *
shoal_app_column_get_order (ShoalAppColumn column)
{
  return columns[column].order;
}

gboolean
shoal_app_column_is_number (ShoalAppColumn column)
{
  return columns[column].is_number;
}

gboolean
shoal_app_column_is_usual (ShoalAppColumn column)
{
  return columns[column].is_usual;
}

guint
shoal_app_column_get_n_chars (ShoalAppColumn column)
{
  return columns[column].n_chars;
}

char *
shoal_app_column_dup_text (ShoalAppColumn             column,
                           const ShoalTorrentInfo    *info,
                           const ShoalAppColumnFacts *facts)
{
  char *text = columns[column].dup_text (info, facts);

  return text != NULL ? text : g_strdup ("");
}
