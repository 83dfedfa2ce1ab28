/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The door of the engine with nothing behind it, for tests of the window alone: as many torrents as
 * wanted, in every state, changing as real ones do, and a log of the commands that arrive.
 *
 * SHOAL_FAKE_TORRENTS: how many there are at the start (0). SHOAL_FAKE_ACTIVE: how many of them
 * change with each snapshot (100). SHOAL_FAKE_LOG: a file to which a line is written for each
 * command of a person, with SHOAL_FAKE_LOG_ALL also for those that come from looking at
 * something. SHOAL_FAKE_SETTINGS: a file to which the settings are written that it is given.
 * SHOAL_FAKE_PROBLEM: "in-use" or "damaged": what happens at the start.
 * SHOAL_FAKE_FILES: how many files each has (1). SHOAL_FAKE_PEERS: how many are connected to it.
 * SHOAL_FAKE_QUIT_MS: how long it takes to stop. SHOAL_FAKE_GATE: a file; as long as it is not
 * there, it is not said what links called "late…" consist of. SHOAL_FAKE_DHT: a file that says
 * how it stands with the DHT: "off" (as without it), "joining" or "joined"; for links called
 * "alone…" nobody is found. SHOAL_FAKE_LABELS: labels, separated by commas, that the torrents of
 * the start have in turn, the first of them none. SHOAL_FAKE_HOSTS: on so many trackers they are,
 * in turn (0). SHOAL_FAKE_QUEUED: the id of one that waits for its turn until it stands first. Each
 * torrent has one file, named as itself with " file" and its number. A "torrent" of this engine is
 * a file that says "fake NAME FILES SIZE", and may say how many trackers it names.
 */
#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "api/shoal-api-engine.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/shoal-api-torrent.h"
#include "fake-changes.h"
#include "fake-details.h"
#include "fake-engine.h"

#define SNAPSHOT_MS 250
#define REPLY_MS    20
#define QUIT_MS     50
#define MB          G_GUINT64_CONSTANT (1000000)

typedef struct
{
  ShoalTorrentInfo *info; /* owned; the newest, published or about to be */
  gboolean          is_hidden;
  gboolean          is_dirty;
  gboolean          asks;         /* a link: its files are to be chosen */
  gint64            details_usec; /* a link: when its details are there */
  gboolean          is_alone;     /* a link: nobody is found for it */
} Torrent;

typedef struct
{
  ShoalAnswer       *answer; /* owned */
  ShoalApiAnswerFunc func;
  gpointer           user_data;
} Reply;

struct _ShoalApiEngine
{
  GObject parent_instance;

  GHashTable   *torrents; /* owned; id -> Torrent, owned */
  GArray       *order;    /* owned, of guint32: ids as they came */
  GArray       *removed;  /* owned, of ShoalTorrentId: to be told of */
  GQueue        replies;  /* of Reply, owned */
  ShoalProblem *problem;  /* owned */
  FILE         *log;
  guint64       serial;
  guint32       last_id;
  guint16       port;
  guint         n_active;
  guint         n_ticks;
  guint32       watched; /* id; 0: none */
  ShoalWatch    watch;
  guint         tick_source;
  guint         reply_source;

  gboolean is_loaded;
  gboolean is_stopped;
  gboolean uses_dht;
};

G_DEFINE_FINAL_TYPE (ShoalApiEngine, shoal_api_engine, G_TYPE_OBJECT)

static guint snapshot_signal;

static guint
get_number (const char *variable, guint otherwise)
{
  const char *text = g_getenv (variable);

  return text != NULL ? (guint) g_ascii_strtoull (text, NULL, 10) : otherwise;
}

static void
torrent_free (gpointer data)
{
  Torrent *torrent = data;

  shoal_torrent_info_unref (torrent->info);
  g_free (torrent);
}

/* A copy to change: what was published stays as it is. */
static ShoalTorrentInfo *
edit (Torrent *torrent)
{
  ShoalTorrentInfo *old = torrent->info;
  ShoalTorrentInfo *copy = g_memdup2 (old, sizeof *old);

  atomic_init (&copy->ref_count, 1);
  copy->name = g_strdup (old->name);
  copy->save_path = g_strdup (old->save_path);
  copy->data_path = g_strdup (old->data_path);
  copy->problem = old->problem != NULL ? shoal_problem_ref (old->problem) : NULL;
  copy->tracker_problem =
      old->tracker_problem != NULL ? shoal_problem_ref (old->tracker_problem) : NULL;
  copy->labels = shoal_words_ref (old->labels);
  copy->hosts = shoal_words_ref (old->hosts);
  torrent->info = copy;
  torrent->is_dirty = TRUE;
  shoal_torrent_info_unref (old);
  return copy;
}

static Torrent *
add_torrent (ShoalApiEngine *self, const char *name, guint64 size, const char *folder)
{
  Torrent          *torrent = g_new0 (Torrent, 1);
  ShoalTorrentInfo *info = shoal_torrent_info_new ();

  info->id.value = ++self->last_id;
  info->hashes.has_v1 = TRUE;
  memcpy (info->hashes.v1.bytes, &info->id.value, sizeof info->id.value);
  info->name = g_strdup (name);
  info->save_path = g_strdup (folder);
  info->data_path = g_build_filename (folder, name, NULL);
  info->size = info->wanted_bytes = size;
  info->n_files = get_number ("SHOAL_FAKE_FILES", 1);
  info->goals = SHOAL_SEED_GOALS_NONE;
  info->encryption = -1;
  info->play_first = G_MAXUINT;
  info->added_time = 1700000000 + info->id.value;
  info->queue_position = info->id.value - 1;
  info->is_seed = TRUE;
  info->trackers = SHOAL_TRACKERS_WORKING;
  info->state = SHOAL_TORRENT_STATE_DOWNLOADING;
  torrent->info = info;
  torrent->is_dirty = TRUE;
  g_hash_table_insert (self->torrents, GUINT_TO_POINTER (info->id.value), torrent);
  g_array_append_val (self->order, info->id.value);
  return torrent;
}

static void
make_seeding (ShoalTorrentInfo *info)
{
  info->state = SHOAL_TORRENT_STATE_SEEDING;
  info->done_bytes = info->downloaded = info->size;
  info->uploaded = info->size * 2;
  info->completed_time = 1700007200;
  info->seeding_sec = 5 * 3600;
}

static void
make_waiting (ShoalTorrentInfo *info)
{
  info->state = SHOAL_TORRENT_STATE_WAITING;
  info->problem = shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_STORAGE,
                                          SHOAL_PROBLEM_FULL,
                                          "/home/me/Downloads",
                                          NULL,
                                          ENOSPC,
                                          300 * MB);
}

static void
make_stopped (ShoalTorrentInfo *info)
{
  info->state = SHOAL_TORRENT_STATE_STOPPED;
  info->problem = shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_STORAGE,
                                          SHOAL_PROBLEM_MISSING,
                                          "/home/me/Downloads/film.mkv",
                                          NULL,
                                          ENOENT,
                                          0);
}

/* Every state turns up among any ten neighbours. */
static void
make_mixed (ShoalTorrentInfo *info, guint i)
{
  info->done_bytes = info->size / 10 * (i % 10);
  switch (i % 10)
    {
    case 1:
    case 2:
      make_seeding (info);
      break;
    case 3:
      make_seeding (info);
      info->state = SHOAL_TORRENT_STATE_FINISHED;
      info->is_seed = FALSE;
      break;
    case 4:
      info->state = SHOAL_TORRENT_STATE_PAUSED;
      info->is_paused = TRUE;
      break;
    case 5:
      make_waiting (info);
      break;
    case 6:
      make_stopped (info);
      break;
    case 7:
      info->state = SHOAL_TORRENT_STATE_CHECKING;
      info->checked_bytes = info->size / 3;
      break;
    case 8:
      info->trackers = SHOAL_TRACKERS_FAILING;
      info->tracker_problem = shoal_problem_new (
          SHOAL_PROBLEM_DOMAIN_TRACKER, SHOAL_PROBLEM_TIMEOUT, "tracker.example", "timed out");
      info->is_seed = FALSE;
      break;
    default:
      break;
    }
}

static const char *const names[] = {
  "debian-12.9.0-amd64-DVD-1.iso",
  "Family photos 2026",
  "Tom & Jerry <b>x</b> %s",
  "The complete recordings of an orchestra with a very long name, volume 3 of 12 (lossless)",
  "открытые лекции",
  "oeuvre complète",
};

/* The first of each round has no label. */
static void
file_away (ShoalTorrentInfo *info, guint i, char **labels, guint n_hosts)
{
  guint            n_labels = g_strv_length (labels);
  const char      *words[2] = { NULL };
  g_autofree char *host = NULL;

  if (n_labels > 0 && i % (n_labels + 1) > 0)
    {
      words[0] = labels[i % (n_labels + 1) - 1];
      info->labels = shoal_words_new (words);
    }
  if (n_hosts == 0)
    return;
  words[0] = host = g_strdup_printf ("tracker%u.example", i % n_hosts + 1);
  info->hosts = shoal_words_new (words);
}

static void
fill (ShoalApiEngine *self, guint n)
{
  const char *text = g_getenv ("SHOAL_FAKE_LABELS");
  g_auto (GStrv) labels = g_strsplit (text != NULL ? text : "", ",", -1);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = i < G_N_ELEMENTS (names) ? g_strdup (names[i])
                                                       : g_strdup_printf ("%s %u", names[i % 2], i);
      Torrent *torrent = add_torrent (self, name, (i % 7 + 1) * 700 * MB, "/home/me/Downloads");

      make_mixed (torrent->info, i);
      if (torrent->info->id.value == get_number ("SHOAL_FAKE_QUEUED", 0))
        torrent->info->state = SHOAL_TORRENT_STATE_QUEUED;
      file_away (torrent->info, i, labels, get_number ("SHOAL_FAKE_HOSTS", 0));
    }
}

static void
advance_down (ShoalTorrentInfo *info, guint tick)
{
  info->down_bps = 5 * MB + tick * 7919 % 1000 * 1000;
  info->done_bytes = MIN (info->done_bytes + info->down_bps / 4, info->wanted_bytes);
  info->n_peers = 40;
  info->n_senders = 12;
  info->n_seeds = 3;
  info->n_known = 55;
  info->copies_1000 = 3400;
  info->downloaded = info->done_bytes;
  info->eta_sec = (gint64) ((info->wanted_bytes - info->done_bytes) / info->down_bps);
  if (info->done_bytes < info->wanted_bytes)
    return;
  info->down_bps = 0;
  info->state = info->is_seed ? SHOAL_TORRENT_STATE_SEEDING : SHOAL_TORRENT_STATE_FINISHED;
}

/* What a link stands for, always: five files. */
#define LINK_FILES 5
#define LINK_SIZE  (2 * MB)

static void
advance_link (Torrent *torrent)
{
  ShoalTorrentInfo *info = edit (torrent);

  info->n_peers = torrent->is_alone ? 0 : 3;
  info->n_senders = info->n_peers;
  if (torrent->is_alone || g_get_monotonic_time () < torrent->details_usec)
    return;
  info->is_magnet = FALSE;
  info->n_senders = 0;
  info->n_files = LINK_FILES;
  info->size = info->wanted_bytes = LINK_FILES * LINK_SIZE;
  info->is_asking = info->is_paused = torrent->asks;
  info->state = torrent->asks ? SHOAL_TORRENT_STATE_PAUSED : SHOAL_TORRENT_STATE_DOWNLOADING;
}

static void
advance (Torrent *torrent, guint tick)
{
  ShoalTorrentState state = torrent->info->state;
  ShoalTorrentInfo *info;

  if (state == SHOAL_TORRENT_STATE_METADATA)
    advance_link (torrent);
  else if (state == SHOAL_TORRENT_STATE_DOWNLOADING)
    advance_down (edit (torrent), tick);
  else if (state == SHOAL_TORRENT_STATE_SEEDING)
    {
      info = edit (torrent);
      info->up_bps = 320000 + tick * 7919 % 1000;
      info->uploaded += info->up_bps / 4;
      info->n_peers = 12;
      info->n_known = 30;
      info->n_takers = 3;
      info->copies_1000 = 700;
      info->seeding_sec++;
    }
  else if (state == SHOAL_TORRENT_STATE_CHECKING)
    {
      info = edit (torrent);
      info->checked_bytes = MIN (info->checked_bytes + info->size / 100, info->size);
      if (info->checked_bytes == info->size)
        info->state = SHOAL_TORRENT_STATE_DOWNLOADING;
    }
}

static Torrent *
lookup (ShoalApiEngine *self, guint32 id)
{
  return g_hash_table_lookup (self->torrents, GUINT_TO_POINTER (id));
}

static ShoalDhtState
get_dht_state (void)
{
  const char      *path = g_getenv ("SHOAL_FAKE_DHT");
  g_autofree char *text = NULL;

  if (path == NULL || !g_file_get_contents (path, &text, NULL, NULL))
    return SHOAL_DHT_OFF;
  if (g_str_equal (text, "joining"))
    return SHOAL_DHT_JOINING;
  return g_str_equal (text, "joined") ? SHOAL_DHT_JOINED : SHOAL_DHT_OFF;
}

static void
add_details (ShoalApiEngine *self, ShoalSnapshot *snapshot)
{
  Torrent *torrent = lookup (self, self->watched);

  if (torrent != NULL && !torrent->is_hidden)
    g_ptr_array_add (snapshot->details,
                     fake_details_new (torrent->info, self->watch, self->n_ticks));
}

static ShoalSnapshot *
make_snapshot (ShoalApiEngine *self)
{
  ShoalSnapshot *snapshot = shoal_snapshot_new ();

  for (guint i = 0; i < self->order->len; i++)
    {
      Torrent *torrent = lookup (self, g_array_index (self->order, guint32, i));

      if (torrent == NULL || torrent->is_hidden)
        continue;
      snapshot->totals.down_bps += torrent->info->down_bps;
      snapshot->totals.up_bps += torrent->info->up_bps;
      if (torrent->is_dirty)
        g_ptr_array_add (snapshot->changed, shoal_torrent_info_ref (torrent->info));
      torrent->is_dirty = FALSE;
    }
  add_details (self, snapshot);
  g_array_append_vals (snapshot->removed, self->removed->data, self->removed->len);
  g_array_set_size (self->removed, 0);
  snapshot->last_serial = self->serial;
  snapshot->totals.port = self->port;
  snapshot->totals.dht = get_dht_state ();
  snapshot->is_loaded = self->is_loaded = TRUE;
  snapshot->is_stopped = self->is_stopped;
  return snapshot;
}

static gboolean
is_held (const Reply *reply)
{
  const char *gate = g_getenv ("SHOAL_FAKE_GATE");

  return gate != NULL && reply->answer->contents != NULL &&
         g_str_has_prefix (reply->answer->contents->name, "late") &&
         !g_file_test (gate, G_FILE_TEST_EXISTS);
}

/* Those that are due: they are told of with the next snapshot. */
static GPtrArray *
take_replies (ShoalApiEngine *self)
{
  GPtrArray *due = g_ptr_array_new ();
  Reply     *reply;

  for (guint n = g_queue_get_length (&self->replies);
       n > 0 && (reply = g_queue_pop_head (&self->replies)) != NULL;
       n--)
    if (is_held (reply))
      g_queue_push_tail (&self->replies, reply);
    else
      g_ptr_array_add (due, reply);
  return due;
}

static void
give_replies (ShoalApiEngine *self, GPtrArray *due)
{
  for (guint i = 0; i < due->len; i++)
    {
      Reply *reply = g_ptr_array_index (due, i);

      if (reply->func != NULL)
        reply->func (self, reply->answer, reply->user_data);
      shoal_answer_unref (reply->answer);
      g_free (reply);
    }
}

static void
publish (ShoalApiEngine *self)
{
  g_autoptr (GPtrArray) due = take_replies (self);
  g_autoptr (ShoalSnapshot) snapshot = make_snapshot (self);

  for (guint i = 0; i < due->len; i++)
    g_ptr_array_add (snapshot->answers,
                     shoal_answer_ref (((const Reply *) g_ptr_array_index (due, i))->answer));
  g_object_ref (self);
  g_signal_emit (self, snapshot_signal, 0, snapshot);
  give_replies (self, due);
  g_object_unref (self);
}

static gboolean
tick_cb (gpointer user_data)
{
  ShoalApiEngine *self = user_data;
  guint           n = MIN (self->n_active, self->order->len);

  self->n_ticks++;
  for (guint i = 0; i < self->order->len; i++)
    {
      Torrent *torrent = lookup (self, g_array_index (self->order, guint32, i));

      if (torrent != NULL && !torrent->is_hidden && (i < n || torrent->info->is_magnet))
        advance (torrent, self->n_ticks + i);
    }
  publish (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
reply_cb (gpointer user_data)
{
  ShoalApiEngine *self = user_data;

  self->reply_source = 0;
  publish (self);
  return G_SOURCE_REMOVE;
}

static gboolean
stopped_cb (gpointer user_data)
{
  ShoalApiEngine *self = user_data;

  self->reply_source = 0;
  self->is_stopped = TRUE;
  publish (self);
  return G_SOURCE_REMOVE;
}

/* What is asked because something is looked at: not what a person did. */
static gboolean
is_looking (const char *line)
{
  return g_str_has_prefix (line, "watch") || g_str_equal (line, "inspect-torrent");
}

/* Takes a command in, with its line for the log. */
static Reply *
take (ShoalApiEngine *self, ShoalTorrentId id, const char *line)
{
  Reply *reply = g_new0 (Reply, 1);

  if (self->log != NULL && (!is_looking (line) || g_getenv ("SHOAL_FAKE_LOG_ALL") != NULL))
    {
      fprintf (self->log, "%s %u\n", line, id.value);
      fflush (self->log);
    }
  reply->answer = shoal_answer_new (++self->serial, id);
  g_queue_push_tail (&self->replies, reply);
  if (self->reply_source == 0)
    self->reply_source = g_timeout_add (REPLY_MS, reply_cb, self);
  return reply;
}

guint64
fake_engine_take (ShoalApiEngine *self, ShoalTorrentId id, const char *line)
{
  return take (self, id, line)->answer->serial;
}

guint64
fake_engine_refuse (ShoalApiEngine *self,
                    ShoalTorrentId  id,
                    const char     *line,
                    ShoalProblem   *problem)
{
  Reply *reply = take (self, id, line);

  reply->answer->problem = problem;
  return reply->answer->serial;
}

ShoalTorrentInfo *
fake_engine_edit (ShoalApiEngine *self, ShoalTorrentId id)
{
  Torrent *torrent = lookup (self, id.value);

  return torrent != NULL ? edit (torrent) : NULL;
}

static void
shoal_api_engine_finalize (GObject *object)
{
  ShoalApiEngine *self = SHOAL_API_ENGINE (object);

  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_clear_handle_id (&self->reply_source, g_source_remove);
  g_hash_table_unref (self->torrents);
  g_array_unref (self->order);
  g_array_unref (self->removed);
  g_clear_pointer (&self->problem, shoal_problem_unref);
  g_clear_pointer (&self->log, fclose);
  G_OBJECT_CLASS (shoal_api_engine_parent_class)->finalize (object);
}

static void
shoal_api_engine_class_init (ShoalApiEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = shoal_api_engine_finalize;
  snapshot_signal = g_signal_new ("snapshot",
                                  G_TYPE_FROM_CLASS (klass),
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_POINTER);
}

static void
shoal_api_engine_init (ShoalApiEngine *self)
{
  self->torrents = g_hash_table_new_full (NULL, NULL, NULL, torrent_free);
  self->order = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->removed = g_array_new (FALSE, FALSE, sizeof (ShoalTorrentId));
  g_queue_init (&self->replies);
}

static void
begin_with_problem (ShoalApiEngine *self, const char *problem)
{
  if (g_str_equal (problem, "in-use"))
    {
      self->problem = shoal_problem_new_full (
          SHOAL_PROBLEM_DOMAIN_STATE, SHOAL_PROBLEM_IN_USE, NULL, NULL, 0, 4711);
      self->reply_source = g_timeout_add (QUIT_MS, stopped_cb, self);
    }
  else
    self->problem = shoal_problem_new (SHOAL_PROBLEM_DOMAIN_STATE,
                                       SHOAL_PROBLEM_DAMAGED,
                                       "/home/me/.local/state/shoal/state.db.damaged",
                                       NULL);
}

/* What goes with the network, and what with the queue and the goals, is a line of its own each. */
static void
log_settings (const ShoalSettings *settings)
{
  const ShoalSeedGoals *goals = &settings->goals;
  const char           *path = g_getenv ("SHOAL_FAKE_SETTINGS");
  FILE                 *log = path != NULL ? fopen (path, "a") : NULL;

  if (log == NULL)
    return;
  fprintf (log,
           "network port %u peers %u of %u slots %u of %u encryption %d dht %d pex %d lsd %d "
           "mapping %d\n",
           settings->port,
           settings->max_peers_per_torrent,
           settings->max_peers,
           settings->max_slots_per_torrent,
           settings->max_slots,
           (int) settings->encryption,
           settings->use_dht,
           settings->use_pex,
           settings->use_lsd,
           settings->use_port_mapping);
  fprintf (log,
           "queue down %u seed %u goals %d %u %u %d\n",
           settings->max_downloading,
           settings->max_seeding,
           goals->ratio_1000,
           goals->minutes,
           goals->idle_minutes,
           (int) goals->action);
  fprintf (log,
           "down %" G_GUINT64_FORMAT " up %" G_GUINT64_FORMAT " hold %d\n",
           settings->down_limit_bps,
           settings->up_limit_bps,
           (int) settings->hold);
  fclose (log);
}

/* The port is the one that is asked for, or the next if it is SHOAL_FAKE_BUSY_PORT. */
static void
take_settings (ShoalApiEngine *self, const ShoalSettings *settings)
{
  log_settings (settings);
  self->uses_dht = settings->use_dht;
  for (guint i = 0; i < self->order->len; i++)
    {
      Torrent *torrent = lookup (self, g_array_index (self->order, guint32, i));

      if (torrent != NULL && torrent->is_alone)
        edit (torrent)->uses_dht = self->uses_dht;
    }
  self->port = settings->port != 0 ? settings->port : 40000;
  if (self->port == get_number ("SHOAL_FAKE_BUSY_PORT", 0))
    self->port++;
}

ShoalApiEngine *
shoal_api_engine_new (const ShoalApiEngineOptions *options)
{
  ShoalApiEngine *self = g_object_new (SHOAL_TYPE_API_ENGINE, NULL);
  const char     *log = g_getenv ("SHOAL_FAKE_LOG");
  const char     *problem = g_getenv ("SHOAL_FAKE_PROBLEM");

  self->log = log != NULL ? fopen (log, "a") : NULL;
  self->n_active = get_number ("SHOAL_FAKE_ACTIVE", 100);
  take_settings (self, options->settings);
  fill (self, get_number ("SHOAL_FAKE_TORRENTS", 0));
  self->reply_source = g_timeout_add (REPLY_MS, reply_cb, self);
  self->tick_source = g_timeout_add (SNAPSHOT_MS, tick_cb, self);
  if (problem != NULL)
    {
      g_source_remove (self->reply_source);
      self->reply_source = 0;
      begin_with_problem (self, problem);
    }
  return self;
}

const ShoalProblem *
shoal_api_engine_get_problem (ShoalApiEngine *self)
{
  return self->problem;
}

gboolean
shoal_api_engine_is_stopped (ShoalApiEngine *self)
{
  return self->is_stopped;
}

static ShoalContents *
read_fake (GBytes *bytes)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  ShoalContents   *contents;
  char             name[200];
  guint            n_files;
  guint            n_trackers = 0;
  guint64          size;

  if (sscanf (text, "fake %199s %u %" G_GUINT64_FORMAT " %u", name, &n_files, &size, &n_trackers) <
      3)
    return NULL;
  contents = shoal_contents_new ();
  contents->name = g_strdup (name);
  contents->size = size * n_files;
  contents->is_multi_file = n_files > 1;
  for (guint i = 0; i < n_trackers; i++)
    {
      char *urls[] = { g_strdup_printf ("http://tracker%u.example/announce", i), NULL };

      g_ptr_array_add (contents->tiers, g_memdup2 (urls, sizeof urls));
    }
  for (guint i = 0; i < n_files; i++)
    {
      ShoalFileInfo *file = g_new0 (ShoalFileInfo, 1);

      file->size = size;
      file->path = n_files > 1 ? g_strdup_printf ("%s/part %u/file %u.bin", name, i % 30, i)
                               : g_strdup (name);
      g_ptr_array_add (contents->files, file);
    }
  return contents;
}

static guint32
find_by_name (ShoalApiEngine *self, const char *name)
{
  for (guint i = 0; i < self->order->len; i++)
    {
      Torrent *torrent = lookup (self, g_array_index (self->order, guint32, i));

      if (torrent != NULL && !torrent->is_hidden && g_str_equal (torrent->info->name, name))
        return torrent->info->id.value;
    }
  return 0;
}

guint64
shoal_api_engine_inspect (ShoalApiEngine    *self,
                          GBytes            *torrent,
                          ShoalApiAnswerFunc func,
                          gpointer           user_data)
{
  Reply *reply = take (self, (ShoalTorrentId){ 0 }, "inspect");

  reply->func = func;
  reply->user_data = user_data;
  reply->answer->contents = read_fake (torrent);
  if (reply->answer->contents != NULL)
    reply->answer->contents->known_as.value = find_by_name (self, reply->answer->contents->name);
  else
    reply->answer->problem = shoal_problem_new (SHOAL_PROBLEM_DOMAIN_TORRENT,
                                                SHOAL_PROBLEM_MALFORMED,
                                                NULL,
                                                "expected a dictionary at byte 0");
  return self->serial;
}

guint64
shoal_api_engine_inspect_torrent (ShoalApiEngine    *self,
                                  ShoalTorrentId     id,
                                  ShoalApiAnswerFunc func,
                                  gpointer           user_data)
{
  Reply                  *reply = take (self, id, "inspect-torrent");
  const ShoalTorrentInfo *info = lookup (self, id.value)->info;

  reply->func = func;
  reply->user_data = user_data;
  if (g_str_has_prefix (info->name, "broken"))
    reply->answer->problem =
        shoal_problem_new (SHOAL_PROBLEM_DOMAIN_TORRENT, SHOAL_PROBLEM_MALFORMED, NULL, "a test");
  else
    reply->answer->contents = fake_details_dup_contents (info);
  return self->serial;
}

/* The link's name is its last part: "&dn=NAME". */
guint64
shoal_api_engine_add_magnet (ShoalApiEngine    *self,
                             const char        *uri,
                             ShoalAddOptions   *options,
                             ShoalApiAnswerFunc func,
                             gpointer           user_data)
{
  const char *name = strstr (uri, "&dn=");
  guint32     known = name != NULL ? find_by_name (self, name + 4) : 0;
  Torrent    *torrent;
  Reply      *reply;

  if (name == NULL || known != 0)
    {
      reply = take (self, (ShoalTorrentId){ known }, "add-link-refused");
      reply->answer->problem =
          shoal_problem_new (known != 0 ? SHOAL_PROBLEM_DOMAIN_USE : SHOAL_PROBLEM_DOMAIN_TORRENT,
                             known != 0 ? SHOAL_PROBLEM_DUPLICATE : SHOAL_PROBLEM_MALFORMED,
                             NULL,
                             "the magnet link has no info-hash");
    }
  else
    {
      torrent = add_torrent (self, name + 4, 0, options->save_path);
      torrent->info->state = SHOAL_TORRENT_STATE_METADATA;
      torrent->info->is_magnet = TRUE;
      torrent->info->is_seed = options->is_seed;
      torrent->info->n_files = 0;
      torrent->asks = options->asks;
      torrent->is_alone = g_str_has_prefix (name + 4, "alone");
      if (torrent->is_alone)
        {
          torrent->info->trackers = SHOAL_TRACKERS_NONE;
          torrent->info->uses_dht = self->uses_dht;
        }
      torrent->details_usec = g_get_monotonic_time () + get_number ("SHOAL_FAKE_LINK_MS", 0) * 1000;
      reply = take (self, torrent->info->id, options->asks ? "add-link-ask" : "add-link");
    }
  reply->func = func;
  reply->user_data = user_data;
  shoal_add_options_free (options);
  return self->serial;
}

guint64
shoal_api_engine_set_priorities (ShoalApiEngine   *self,
                                 ShoalTorrentId    id,
                                 const guint      *files,
                                 guint             n_files,
                                 ShoalFilePriority priority)
{
  g_autoptr (GString) what = g_string_new (NULL);

  g_string_printf (what, "priority-%d", priority);
  for (guint i = 0; i < n_files; i++)
    fake_changes_set_priority (id, files[i], priority);
  if (n_files > 100)
    g_string_append_printf (what, "-x%u", n_files);
  for (guint i = 0; n_files <= 100 && i < n_files; i++)
    g_string_append_printf (what, "-%u", files[i]);
  take (self, id, what->str);
  return self->serial;
}

guint64
shoal_api_engine_set_sequential (ShoalApiEngine *self, ShoalTorrentId id, gboolean is_sequential)
{
  ShoalTorrentInfo *info = fake_engine_edit (self, id);

  if (info != NULL)
    info->is_sequential = is_sequential;
  take (self, id, is_sequential ? "in-order" : "in-any-order");
  return self->serial;
}

guint64
shoal_api_engine_move (ShoalApiEngine    *self,
                       ShoalTorrentId     id,
                       const char        *save_path,
                       ShoalApiAnswerFunc func,
                       gpointer           user_data)
{
  ShoalTorrentInfo *info = fake_engine_edit (self, id);
  g_autofree char  *line = g_strdup_printf ("move-%s", save_path);

  if (g_str_has_suffix (save_path, "/full"))
    return fake_engine_refuse (
        self,
        id,
        line,
        shoal_problem_new (
            SHOAL_PROBLEM_DOMAIN_STORAGE, SHOAL_PROBLEM_FULL, save_path, "said by nobody"));
  if (info != NULL)
    {
      info->state = SHOAL_TORRENT_STATE_MOVING;
      info->moved_bytes = info->done_bytes / 2;
    }
  take (self, id, line);
  return self->serial;
}

/* What was moved is back at once. */
guint64
shoal_api_engine_cancel_move (ShoalApiEngine *self, ShoalTorrentId id)
{
  ShoalTorrentInfo *info = fake_engine_edit (self, id);

  if (info != NULL)
    info->state = SHOAL_TORRENT_STATE_PAUSED;
  take (self, id, "cancel-move");
  return self->serial;
}

/* What is asked for beyond the usual. */
static char *
dup_add_line (const ShoalAddOptions *options)
{
  g_autofree char *labels =
      options->labels != NULL ? g_strjoinv ("+", options->labels->items) : NULL;

  return g_strconcat ("add",
                      options->is_paused ? "-paused" : "",
                      options->is_first ? "-first" : "",
                      options->is_sequential ? "-in-order" : "",
                      options->is_seed ? "" : "-unseeded",
                      labels != NULL ? "-labels:" : "",
                      labels,
                      NULL);
}

guint64
shoal_api_engine_add (ShoalApiEngine    *self,
                      GBytes            *bytes,
                      ShoalAddOptions   *options,
                      ShoalApiAnswerFunc func,
                      gpointer           user_data)
{
  g_autoptr (ShoalContents) contents = read_fake (bytes);
  Torrent         *torrent = add_torrent (self, contents->name, contents->size, options->save_path);
  g_autofree char *line = dup_add_line (options);
  Reply           *reply = take (self, torrent->info->id, line);

  torrent->info->labels = shoal_words_ref (options->labels);
  torrent->info->is_paused = options->is_paused;
  torrent->info->is_seed = options->is_seed;
  if (options->is_paused)
    torrent->info->state = SHOAL_TORRENT_STATE_PAUSED;
  reply->func = func;
  reply->user_data = user_data;
  shoal_add_options_free (options);
  return self->serial;
}

guint64
shoal_api_engine_remove (ShoalApiEngine    *self,
                         ShoalTorrentId     id,
                         gboolean           with_files,
                         ShoalApiAnswerFunc func,
                         gpointer           user_data)
{
  Torrent *torrent = lookup (self, id.value);
  Reply   *reply = take (self, id, with_files ? "delete" : "remove");

  reply->func = func;
  reply->user_data = user_data;
  if (torrent != NULL && !torrent->is_hidden)
    g_array_append_val (self->removed, id);
  g_hash_table_remove (self->torrents, GUINT_TO_POINTER (id.value));
  return self->serial;
}

guint64
shoal_api_engine_set_hidden (ShoalApiEngine *self, ShoalTorrentId id, gboolean is_hidden)
{
  Torrent *torrent = lookup (self, id.value);

  take (self, id, is_hidden ? "hide" : "unhide");
  if (torrent == NULL || torrent->is_hidden == is_hidden)
    return self->serial;
  torrent->is_hidden = is_hidden;
  torrent->is_dirty = TRUE;
  if (is_hidden)
    g_array_append_val (self->removed, id);
  return self->serial;
}

guint64
shoal_api_engine_set_paused (ShoalApiEngine *self, ShoalTorrentId id, gboolean is_paused)
{
  Torrent *torrent = lookup (self, id.value);

  take (self, id, is_paused ? "pause" : "resume");
  if (torrent != NULL)
    {
      ShoalTorrentInfo *info = edit (torrent);

      info->is_paused = is_paused;
      info->is_asking = FALSE;
      info->down_bps = info->up_bps = 0;
      if (is_paused)
        info->state = SHOAL_TORRENT_STATE_PAUSED;
      else
        info->state = info->done_bytes < info->wanted_bytes ? SHOAL_TORRENT_STATE_DOWNLOADING
                                                            : SHOAL_TORRENT_STATE_SEEDING;
    }
  return self->serial;
}

guint64
shoal_api_engine_set_seed (ShoalApiEngine *self, ShoalTorrentId id, gboolean is_seed)
{
  Torrent *torrent = lookup (self, id.value);

  take (self, id, is_seed ? "seed" : "unseed");
  if (torrent != NULL)
    {
      ShoalTorrentInfo *info = edit (torrent);

      info->is_seed = is_seed;
      if (is_seed && info->state == SHOAL_TORRENT_STATE_FINISHED)
        info->state = SHOAL_TORRENT_STATE_SEEDING;
      else if (!is_seed && info->state == SHOAL_TORRENT_STATE_SEEDING)
        info->state = SHOAL_TORRENT_STATE_FINISHED;
    }
  return self->serial;
}

guint64
shoal_api_engine_verify (ShoalApiEngine *self, ShoalTorrentId id)
{
  Torrent *torrent = lookup (self, id.value);

  take (self, id, "verify");
  if (torrent != NULL)
    {
      ShoalTorrentInfo *info = edit (torrent);

      info->state = SHOAL_TORRENT_STATE_CHECKING;
      info->checked_bytes = 0;
    }
  return self->serial;
}

guint64
shoal_api_engine_retry (ShoalApiEngine *self, ShoalTorrentId id)
{
  Torrent *torrent = lookup (self, id.value);

  take (self, id, "retry");
  if (torrent != NULL)
    {
      ShoalTorrentInfo *info = edit (torrent);

      g_clear_pointer (&info->problem, shoal_problem_unref);
      info->state = SHOAL_TORRENT_STATE_DOWNLOADING;
    }
  return self->serial;
}

guint64
shoal_api_engine_set_labels (ShoalApiEngine *self, ShoalTorrentId id, const char *const *labels)
{
  Torrent         *torrent = lookup (self, id.value);
  g_autofree char *all = g_strjoinv (",", (char **) labels);
  g_autofree char *line = g_strdup_printf ("labels <%s>", all);

  take (self, id, line);
  if (torrent != NULL)
    {
      ShoalTorrentInfo *info = edit (torrent);

      g_clear_pointer (&info->labels, shoal_words_unref);
      info->labels = shoal_words_new (labels);
    }
  return self->serial;
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Torrent *first = *(const Torrent *const *) a;
  const Torrent *second = *(const Torrent *const *) b;

  return (first->info->queue_position > second->info->queue_position) -
         (first->info->queue_position < second->info->queue_position);
}

static void
number_places (GPtrArray *queue)
{
  for (guint i = 0; i < queue->len; i++)
    {
      Torrent *torrent = g_ptr_array_index (queue, i);

      if (torrent->info->queue_position != i)
        edit (torrent)->queue_position = i;
      if (i == 0 && torrent->info->state == SHOAL_TORRENT_STATE_QUEUED)
        edit (torrent)->state = SHOAL_TORRENT_STATE_DOWNLOADING;
    }
}

/* One torrent to one place, in words of the array. */
static void
move_place (GPtrArray *queue, Torrent *torrent, ShoalQueuePlace place, Torrent *before)
{
  guint at;

  g_ptr_array_find (queue, torrent, &at);
  g_ptr_array_remove_index (queue, at);
  switch (place)
    {
    case SHOAL_QUEUE_TOP:
      at = 0;
      break;
    case SHOAL_QUEUE_UP:
      at = MAX (at, 1) - 1;
      break;
    case SHOAL_QUEUE_DOWN:
      at = MIN (at + 1, queue->len);
      break;
    case SHOAL_QUEUE_BOTTOM:
      at = queue->len;
      break;
    case SHOAL_QUEUE_BEFORE:
      if (before == NULL || !g_ptr_array_find (queue, before, &at))
        at = queue->len;
      break;
    }
  g_ptr_array_insert (queue, (int) at, torrent);
}

guint64
shoal_api_engine_enqueue (ShoalApiEngine       *self,
                          const ShoalTorrentId *ids,
                          guint                 n_ids,
                          ShoalQueuePlace       place,
                          ShoalTorrentId        before)
{
  static const char *const words[] = { "top", "up", "down", "bottom", "before" };
  g_autoptr (GPtrArray) queue = g_ptr_array_new ();
  g_autoptr (GString) line = g_string_new ("enqueue ");

  g_string_append (line, words[place]);
  for (guint i = 0; i < self->order->len; i++)
    {
      Torrent *torrent = lookup (self, g_array_index (self->order, guint32, i));

      if (torrent != NULL)
        g_ptr_array_add (queue, torrent);
    }
  g_ptr_array_sort (queue, compare_places);
  for (guint n = 0; n < n_ids; n++)
    {
      gboolean is_from_end = place == SHOAL_QUEUE_TOP || place == SHOAL_QUEUE_DOWN;
      guint    i = is_from_end ? n_ids - 1 - n : n;

      if (lookup (self, ids[i].value) != NULL)
        move_place (queue, lookup (self, ids[i].value), place, lookup (self, before.value));
    }
  for (guint i = 0; i < n_ids; i++)
    g_string_append_printf (line, " %u", ids[i].value);
  number_places (queue);
  take (self, before, line->str);
  return self->serial;
}

guint64
shoal_api_engine_search (ShoalApiEngine    *self,
                         const char        *text,
                         ShoalApiAnswerFunc func,
                         gpointer           user_data)
{
  g_autofree char *line = g_strdup_printf ("search <%s>", text);
  Reply           *reply = take (self, (ShoalTorrentId){ 0 }, line);

  reply->func = func;
  reply->user_data = user_data;
  reply->answer->found = g_array_new (FALSE, FALSE, sizeof (ShoalTorrentId));
  for (guint i = 0; i < self->order->len; i++)
    {
      Torrent         *torrent = lookup (self, g_array_index (self->order, guint32, i));
      g_autofree char *name = NULL;
      g_autofree char *folded = NULL;

      if (torrent == NULL)
        continue;
      name = g_strdup_printf ("%s file%u", torrent->info->name, torrent->info->id.value);
      folded = g_utf8_casefold (name, -1);
      if (strstr (folded, text) != NULL)
        g_array_append_val (reply->answer->found, torrent->info->id);
    }
  return self->serial;
}

guint64
shoal_api_engine_watch (ShoalApiEngine *self, ShoalTorrentId id, ShoalWatch what)
{
  g_autofree char *line = g_strdup_printf ("watch-%d", what);

  take (self, id, line);
  if (what != SHOAL_WATCH_NONE)
    {
      self->watched = id.value;
      self->watch = what;
    }
  else if (self->watched == id.value)
    self->watched = 0;
  return self->serial;
}

guint64
shoal_api_engine_set_settings (ShoalApiEngine *self, const ShoalSettings *settings)
{
  take (self, (ShoalTorrentId){ 0 }, "settings");
  take_settings (self, settings);
  return self->serial;
}

/* The web: whatever is called "gone" is not there. */
void
shoal_api_fetch (const char          *url,
                 const ShoalSettings *settings,
                 ShoalApiProgressFunc progress,
                 gpointer             user_data,
                 ShoalApiFetched     *fetched)
{
  static const char torrent[] = "fake web 2 1000000";

  *fetched = (ShoalApiFetched){ 0 };
  if (strstr (url, "gone") == NULL)
    fetched->torrent = g_bytes_new_static (torrent, sizeof torrent - 1);
  else
    fetched->problem = shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_NETWORK,
                                               SHOAL_PROBLEM_UNREACHABLE,
                                               url,
                                               "the server answered with status 404",
                                               0,
                                               404);
}

void
shoal_api_fetched_clear (ShoalApiFetched *self)
{
  g_clear_pointer (&self->torrent, g_bytes_unref);
  g_clear_pointer (&self->problem, shoal_problem_unref);
}

guint64
shoal_api_engine_quit (ShoalApiEngine *self)
{
  take (self, (ShoalTorrentId){ 0 }, "quit");
  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_clear_handle_id (&self->reply_source, g_source_remove);
  self->reply_source = g_timeout_add (get_number ("SHOAL_FAKE_QUIT_MS", QUIT_MS), stopped_cb, self);
  return self->serial;
}
