/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "support/support-session.h"

#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "codec/shoal-codec-metainfo.h"
#include "store/shoal-store.h"

#define SIZE 16384

SupportSession *
support_session_new (void)
{
  SupportSession  *self = g_new0 (SupportSession, 1);
  ShoalBaseAddress local;

  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  self->folder = g_dir_make_tmp ("session-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  self->state = g_build_filename (self->folder, "state.db", NULL);
  self->files = g_build_filename (self->folder, "files", NULL);
  g_assert_cmpint (g_mkdir (self->files, 0755), ==, 0);
  self->settings = shoal_settings_new ();
  self->settings->port = 0;
  self->settings->use_dht = FALSE;
  g_assert_true (shoal_base_address_parse_ip (&local, "127.0.0.1"));
  g_array_append_val (self->settings->bind_addresses, local);
  self->answers = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_answer_unref);
  return self;
}

static int
remove_one (const char *path, const struct stat *st, int kind, struct FTW *walk)
{
  return remove (path);
}

void
support_session_free (SupportSession *self)
{
  g_assert_null (self->session);
  nftw (self->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  shoal_settings_unref (self->settings);
  g_ptr_array_unref (self->answers);
  g_free (self->folder);
  g_free (self->state);
  g_free (self->files);
  g_free (self);
}

typedef struct
{
  guint    n_waiting;
  gboolean was_clean;
} Answers;

static void
done_cb (gpointer user_data, const GError *error)
{
  g_assert_no_error (error);
  ((Answers *) user_data)->n_waiting--;
}

static void
opened_cb (gpointer user_data, const ShoalStoreOpened *opened, guint32 number, const GError *error)
{
  g_assert_no_error (error);
  ((Answers *) user_data)->was_clean = opened->was_clean;
  ((Answers *) user_data)->n_waiting--;
}

static void
wait_for (SupportSession *self, Answers *answers, guint n)
{
  while (answers->n_waiting > n)
    g_main_context_iteration (self->context, TRUE);
}

static ShoalStore *
open_store (SupportSession *self, Answers *answers)
{
  ShoalStore *store = shoal_store_new (self->context, NULL, NULL);

  answers->n_waiting++;
  shoal_store_open (store, self->state, opened_cb, answers);
  wait_for (self, answers, 0);
  return store;
}

static void
close_store (SupportSession *self, ShoalStore *store, Answers *answers, gboolean is_clean)
{
  answers->n_waiting++;
  shoal_store_close (store, is_clean, done_cb, answers);
  wait_for (self, answers, 0);
  shoal_store_free (store);
}

static void
touch (SupportSession *self, guint number)
{
  g_autofree char *path = g_strdup_printf ("%s/seed%05u", self->files, number);
  int              fd = open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);

  g_assert_cmpint (fd, >=, 0);
  close (fd);
}

static GBytes *
make_torrent (guint number)
{
  char head[128];
  int  len = g_snprintf (head,
                        sizeof head,
                        "d4:infod6:lengthi%ue4:name9:seed%05u12:piece lengthi%ue6:pieces20:",
                        SIZE,
                        number % 100000,
                        SIZE);

  memset (head + len, 'x', 20);
  memcpy (head + len + 20, "ee", 2);
  return g_bytes_new (head, (gsize) len + 22);
}

/* @like: what is the same for all. */
static void
add (ShoalStore *store, guint number, const ShoalStoreRow *like, Answers *answers)
{
  g_autoptr (GBytes) bytes = make_torrent (number);
  g_autoptr (ShoalCodecMetainfo) metainfo = shoal_codec_metainfo_new_from_bytes (bytes, NULL);
  ShoalStoreRow      row = *like;
  ShoalStoreAddition addition = { .row = &row, .metainfo = bytes };

  row.id.value = number;
  row.hashes = *shoal_codec_metainfo_get_hashes (metainfo);
  row.name = shoal_codec_metainfo_get_name (metainfo);
  answers->n_waiting++;
  shoal_store_add (store, &addition, done_cb, answers);
}

/* @url names 127.0.0.1; free the result with g_free(). */
static char *
move_host (const char *url, guint number)
{
  g_auto (GStrv) parts = g_strsplit (url, "127.0.0.1", 2);

  return g_strdup_printf (
      "%s127.%u.%u.%u%s", parts[0], 1 + (number >> 16), number >> 8 & 255, number & 255, parts[1]);
}

void
support_session_fill (SupportSession *self, guint n, const char *const *announce, guint n_announce)
{
  Answers                       answers = { 0 };
  ShoalStore                   *store = open_store (self, &answers);
  g_autofree ShoalStoreTracker *trackers = g_new0 (ShoalStoreTracker, n_announce + 1);
  ShoalStoreRow                 like = {
                    .metainfo_kind = SHOAL_STORE_METAINFO_WHOLE,
                    .save_path = self->files,
                    .total_size = SIZE,
                    .added_at = 1,
                    .options = { .seeds = 1, .goals = { .ratio_1000 = -1 } },
                    .stats = { .have_bytes = SIZE,
                               .wanted_bytes = SIZE,
                               .wanted_have_bytes = SIZE,
                               .is_settled = TRUE },
                    .trackers = trackers,
                    .n_trackers = n_announce,
                    .has_tiers = TRUE,
  };
  guint i;

  if (self->has_nothing)
    like.stats = (ShoalStoreStats){ .wanted_bytes = SIZE, .left_bytes = SIZE };
  for (i = 0; i < n_announce; i++)
    trackers[i] = (ShoalStoreTracker){ .url = announce[i], .tier = i };
  for (i = 1; i <= n; i++)
    {
      g_autofree char *own = self->has_own_hosts ? move_host (announce[0], i) : NULL;

      if (own != NULL)
        trackers[0].url = own;
      touch (self, i);
      add (store, i, &like, &answers);
      wait_for (self, &answers, 1000);
    }
  wait_for (self, &answers, 0);
  close_store (self, store, &answers, TRUE);
}

gboolean
support_session_was_clean (SupportSession *self)
{
  Answers     answers = { 0 };
  ShoalStore *store = open_store (self, &answers);

  close_store (self, store, &answers, answers.was_clean);
  return answers.was_clean;
}

static gboolean
can_publish (gpointer owner)
{
  return TRUE;
}

static void
publish (gpointer owner, ShoalSnapshot *snapshot)
{
  SupportSession *self = owner;
  guint           i;

  for (i = 0; i < snapshot->changed->len; i++)
    {
      const ShoalTorrentInfo *info = g_ptr_array_index (snapshot->changed, i);

      self->n_seeding += info->state == SHOAL_TORRENT_STATE_SEEDING;
      self->n_downloading += info->state == SHOAL_TORRENT_STATE_DOWNLOADING;
      if (info->state == SHOAL_TORRENT_STATE_DOWNLOADING)
        self->last_downloading = info->id;
      self->n_rows++;
      self->n_met += info->met_goal && info->state == SHOAL_TORRENT_STATE_FINISHED;
      self->n_held += info->state == SHOAL_TORRENT_STATE_WAITING && info->problem != NULL &&
                      info->problem->code == SHOAL_PROBLEM_HELD;
      self->n_queued += info->state == SHOAL_TORRENT_STATE_QUEUED;
      self->n_working += info->trackers == SHOAL_TRACKERS_WORKING;
      self->n_missing += info->state == SHOAL_TORRENT_STATE_WAITING && info->problem != NULL &&
                         info->problem->code == SHOAL_PROBLEM_VANISHED;
    }
  for (i = 0; i < snapshot->answers->len; i++)
    g_ptr_array_add (self->answers, shoal_answer_ref (g_ptr_array_index (snapshot->answers, i)));
  self->totals = snapshot->totals;
  self->is_loaded |= snapshot->is_loaded;
  self->is_stopped = snapshot->is_stopped;
  self->has_problem |= snapshot->problem != NULL;
  shoal_snapshot_unref (snapshot);
}

void
support_session_start (SupportSession *self)
{
  static const ShoalSessionEvents events = { can_publish, publish };
  ShoalSessionOptions             options = {
                .state_path = self->state,
                .settings = self->settings,
                .doubles = &self->doubles,
  };

  self->is_loaded = self->is_stopped = self->has_problem = FALSE;
  self->n_seeding = self->n_downloading = self->n_queued = self->n_working = self->n_missing = 0;
  self->n_held = self->n_met = self->n_rows = 0;
  self->session = shoal_session_new (self->context, &options, &events, self);
}

static gboolean
over_cb (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

void
support_session_turn (SupportSession *self, gint64 usec)
{
  GSource *source = g_timeout_source_new ((guint) MAX (usec / 1000, 1));

  g_source_set_callback (source, over_cb, NULL, NULL);
  g_source_attach (source, self->context);
  g_main_context_iteration (self->context, TRUE);
  self->n_wakeups++;
  g_source_destroy (source);
  g_source_unref (source);
}

void
support_session_run (SupportSession *self, gint64 usec)
{
  gint64 until_usec = g_get_monotonic_time () + usec;

  while (g_get_monotonic_time () < until_usec)
    support_session_turn (self, until_usec - g_get_monotonic_time ());
}

gint64
support_session_stop (SupportSession *self)
{
  gint64 begun_usec = g_get_monotonic_time ();

  shoal_session_command (self->session,
                         shoal_command_new (SHOAL_COMMAND_QUIT, (ShoalTorrentId){ 0 }));
  while (!self->is_stopped)
    g_main_context_iteration (self->context, TRUE);
  g_clear_pointer (&self->session, shoal_session_free);
  return g_get_monotonic_time () - begun_usec;
}
