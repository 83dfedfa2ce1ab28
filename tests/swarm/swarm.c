/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "swarm.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* For one condition; the sanitizers and a busy machine make everything slow. */
#define DEADLINE_USEC (60 * G_USEC_PER_SEC)

/* What an engine leaves behind when its time is up would be missed: on a busy machine it has more.
 */
#define STOP_USEC (40 * G_USEC_PER_SEC)

#define TURN_USEC (20 * 1000)

/* What @fd is open on, if it is something that an engine opens: a socket, epoll, a file below
 * @folder. NULL for the descriptors of GLib's own threads, and all others. */
static char *
dup_fd_target (const char *fd)
{
  g_autofree char *path = g_build_filename ("/proc/self/fd", fd, NULL);
  g_autofree char *target = g_file_read_link (path, NULL);

  if (target != NULL && (g_str_has_prefix (target, "socket:") ||
                         strstr (target, "eventpoll") != NULL || strstr (target, "swarm-")))
    return g_steal_pointer (&target);
  return NULL;
}

/* One end of a socket, to be freed. */
static char *
dup_end (const struct sockaddr_storage *native, socklen_t len)
{
  ShoalBaseAddress address;
  char             text[SHOAL_BASE_ADDRESS_TEXT_SIZE];

  if (!shoal_base_address_init_sockaddr (&address, (const struct sockaddr *) native, len))
    return g_strdup_printf ("of family %u", native->ss_family);
  return g_strdup (shoal_base_address_format (&address, TRUE, text));
}

static void
dump_fd (const char *name, const char *target)
{
  int                     fd = atoi (name);
  struct sockaddr_storage native = { 0 };
  socklen_t               len = sizeof native;
  g_autofree char        *local = NULL;
  g_autofree char        *remote = NULL;

  if (getsockname (fd, (struct sockaddr *) &native, &len) == 0)
    local = dup_end (&native, len);
  len = sizeof native;
  if (getpeername (fd, (struct sockaddr *) &native, &len) == 0)
    remote = dup_end (&native, len);
  g_printerr ("#   %s: %s", name, target);
  if (local != NULL)
    g_printerr (" at %s", local);
  if (remote != NULL)
    g_printerr (" with %s", remote);
  g_printerr ("\n");
}

/* How many of those are open; @dumped: and which. */
static guint
count_fds (gboolean dumped)
{
  DIR           *dir = opendir ("/proc/self/fd");
  struct dirent *entry;
  guint          n = 0;

  g_assert_nonnull (dir);
  while ((entry = readdir (dir)) != NULL)
    {
      g_autofree char *target = dup_fd_target (entry->d_name);

      if (target == NULL)
        continue;
      n++;
      if (dumped)
        dump_fd (entry->d_name, target);
    }
  closedir (dir);
  return n;
}

static int
remove_one (const char *path, const struct stat *st, int kind, struct FTW *walk)
{
  return remove (path);
}

Swarm *
swarm_new (void)
{
  Swarm *self = g_new0 (Swarm, 1);

  self->n_fds = count_fds (FALSE);
  self->folder = g_dir_make_tmp ("swarm-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  self->nodes = g_ptr_array_new ();
  return self;
}

static void
forget_all (Node *self)
{
  g_hash_table_remove_all (self->infos);
  g_hash_table_remove_all (self->details);
  g_hash_table_remove_all (self->answers);
  self->is_loaded = self->is_stopped = FALSE;
}

static void
node_free (Node *self)
{
  if (self->engine != NULL)
    node_stop (self);
  g_assert_cmpint (support_disk_fault_get_n_open (self->disk), ==, 0);
  support_disk_fault_free (self->disk);
  shoal_settings_unref (self->settings);
  g_hash_table_unref (self->infos);
  g_hash_table_unref (self->details);
  g_hash_table_unref (self->answers);
  g_ptr_array_unref (self->events);
  g_free (self->name);
  g_free (self->save);
  g_free (self->state);
  g_free (self->runtime);
  g_free (self);
}

void
swarm_free (Swarm *self)
{
  guint i;

  for (i = 0; i < self->nodes->len; i++)
    node_free (g_ptr_array_index (self->nodes, i));
  g_ptr_array_set_size (self->nodes, 0);
  /* A tracker of the test has connections of its own, which end when it sees that ours did. */
  swarm_until (self, count_fds (FALSE) == self->n_fds);
  g_ptr_array_unref (self->nodes);
  nftw (self->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  g_free (self->folder);
  g_free (self);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

static void
turn (guint usec)
{
  GSource *source = g_timeout_source_new (MAX (usec / 1000, 1));

  g_source_set_callback (source, wake_cb, NULL, NULL);
  g_source_attach (source, NULL);
  g_main_context_iteration (NULL, TRUE);
  g_source_destroy (source);
  g_source_unref (source);
}

static void
dump_torrent (const ShoalTorrentInfo *info)
{
  g_printerr ("#   %u %s: state %u, %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
              ", %u peers, %u seeds, %u known, wasted %" G_GUINT64_FORMAT
              ", corrupt %" G_GUINT64_FORMAT "\n",
              info->id.value,
              info->name,
              info->state,
              info->done_bytes,
              info->wanted_bytes,
              info->n_peers,
              info->n_seeds,
              info->n_known,
              info->wasted,
              info->corrupt);
  if (info->problem != NULL)
    g_printerr ("#     problem %u/%u errno %d: %s: %s\n",
                info->problem->domain,
                info->problem->code,
                info->problem->error_number,
                info->problem->subject,
                info->problem->outside_text);
}

static void
dump (Swarm *self)
{
  GHashTableIter iter;
  gpointer       info;
  guint          i;

  for (i = 0; i < self->nodes->len; i++)
    {
      Node *node = g_ptr_array_index (self->nodes, i);

      g_printerr ("# %s%s: port %u, %u peers, %u snapshots\n",
                  node->name,
                  node->engine == NULL ? " (stopped)" : "",
                  node->totals.port,
                  node->totals.n_peers,
                  node->n_snapshots);
      g_hash_table_iter_init (&iter, node->infos);
      while (g_hash_table_iter_next (&iter, NULL, &info))
        dump_torrent (info);
    }
  g_printerr ("# open, where %u were at the start:\n", self->n_fds);
  count_fds (TRUE);
}

void
swarm_begin (Swarm *self)
{
  self->deadline_usec = g_get_monotonic_time () + DEADLINE_USEC;
}

void
swarm_turn (Swarm *self, const char *file, int line, const char *condition)
{
  if (g_get_monotonic_time () > self->deadline_usec)
    {
      dump (self);
      g_error ("%s:%d: in vain: %s", file, line, condition);
    }
  turn (TURN_USEC);
}

void
swarm_run (Swarm *self, guint ms)
{
  gint64 until_usec = g_get_monotonic_time () + ms * 1000;

  while (g_get_monotonic_time () < until_usec)
    turn (TURN_USEC);
}

Node *
node_new (Swarm *swarm, const char *name)
{
  Node            *self = g_new0 (Node, 1);
  ShoalBaseAddress local;

  self->swarm = swarm;
  self->name = g_strdup (name);
  self->save = g_build_filename (swarm->folder, name, "files", NULL);
  self->state = g_build_filename (swarm->folder, name, "state", "state.db", NULL);
  self->runtime = g_build_filename (swarm->folder, name, "run", NULL);
  g_assert_cmpint (g_mkdir_with_parents (self->save, 0755), ==, 0);
  self->settings = shoal_settings_new ();
  self->settings->port = 0;
  self->settings->use_dht = FALSE;
  g_assert_true (shoal_base_address_parse_ip (&local, "127.0.0.1"));
  g_array_append_val (self->settings->bind_addresses, local);
  self->disk = support_disk_fault_new (NULL, g_str_hash (name));
  self->has_errors = TRUE;
  self->doubles.disk = support_disk_fault_get_syscalls (self->disk);
  self->doubles.retry_usec = 200 * 1000;
  self->doubles.stop_usec = STOP_USEC;
  self->infos = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) shoal_torrent_info_unref);
  self->details =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) shoal_torrent_details_unref);
  self->answers = g_hash_table_new_full (
      g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) shoal_answer_unref);
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_event_unref);
  g_ptr_array_add (swarm->nodes, self);
  return self;
}

/* With --verbose: every change of every torrent. */
static void
trace (Node *self, const ShoalTorrentInfo *info)
{
  g_printerr ("# %.3f %s\n", (double) g_get_monotonic_time () / G_USEC_PER_SEC, self->name);
  dump_torrent (info);
}

static void
apply (Node *self, const ShoalSnapshot *snapshot)
{
  guint i;

  for (i = 0; i < snapshot->changed->len; i++)
    {
      const ShoalTorrentInfo *info = g_ptr_array_index (snapshot->changed, i);

      if (g_test_verbose ())
        trace (self, info);
      g_hash_table_replace (
          self->infos, GUINT_TO_POINTER (info->id.value), shoal_torrent_info_ref (info));
    }
  for (i = 0; i < snapshot->removed->len; i++)
    {
      ShoalTorrentId id = g_array_index (snapshot->removed, ShoalTorrentId, i);

      g_hash_table_remove (self->infos, GUINT_TO_POINTER (id.value));
      g_hash_table_remove (self->details, GUINT_TO_POINTER (id.value));
    }
  for (i = 0; i < snapshot->details->len; i++)
    {
      const ShoalTorrentDetails *details = g_ptr_array_index (snapshot->details, i);

      g_hash_table_replace (
          self->details, GUINT_TO_POINTER (details->id.value), shoal_torrent_details_ref (details));
    }
  for (i = 0; i < snapshot->events->len; i++)
    g_ptr_array_add (self->events, shoal_event_ref (g_ptr_array_index (snapshot->events, i)));
  for (i = 0; i < snapshot->answers->len; i++)
    {
      ShoalAnswer *answer = shoal_answer_ref (g_ptr_array_index (snapshot->answers, i));

      g_assert_false (g_hash_table_contains (self->answers, &answer->serial));
      g_hash_table_insert (self->answers, &answer->serial, answer);
    }
}

static void
snapshot_cb (ShoalApiEngine *engine, const ShoalSnapshot *snapshot, gpointer user_data)
{
  Node *self = user_data;

  g_assert_false (self->is_stopped);
  apply (self, snapshot);
  self->totals = snapshot->totals;
  self->is_loaded = snapshot->is_loaded;
  self->is_stopped = snapshot->is_stopped;
  self->n_snapshots++;
}

/* Some calls fail, always the same ones of a node. */
static void
plan_faults (Node *self)
{
  support_disk_fault_set_short (self->disk, TRUE);
  support_disk_fault_heal (self->disk);
  if (!self->has_errors)
    return;
  support_disk_fault_fail (self->disk, SUPPORT_DISK_PWRITEV, 7, 1, EIO);
  support_disk_fault_fail (self->disk, SUPPORT_DISK_PREADV, 11, 1, EIO);
  support_disk_fault_fail (self->disk, SUPPORT_DISK_FDATASYNC, 2, 1, EIO);
}

void
node_start (Node *self)
{
  ShoalApiEngineOptions options = {
    .state_path = self->state,
    .runtime_dir = self->runtime,
    .settings = self->settings,
    .is_held = self->is_held,
    .doubles = &self->doubles,
  };

  g_assert_null (self->engine);
  forget_all (self);
  plan_faults (self);
  self->engine = shoal_api_engine_new (&options);
  g_signal_connect (self->engine, "snapshot", G_CALLBACK (snapshot_cb), self);
  shoal_api_engine_watch (self->engine, (ShoalTorrentId){ 0 }, SHOAL_WATCH_EVENTS);
  swarm_until (self->swarm, self->is_loaded && (self->is_deaf || self->totals.port != 0));
}

void
node_stop (Node *self)
{
  shoal_api_engine_quit (self->engine);
  swarm_until (self->swarm, self->is_stopped);
  g_assert_true (shoal_api_engine_is_stopped (self->engine));
  g_clear_object (&self->engine);
}

void
node_restart (Node *self)
{
  node_stop (self);
  node_start (self);
}

void
node_drop (Node *self)
{
  g_clear_object (&self->engine);
}

Node *
swarm_add (Swarm *swarm, const char *name)
{
  Node *self = node_new (swarm, name);

  node_start (self);
  return self;
}

ShoalAddOptions *
node_options (Node *self)
{
  return shoal_add_options_new (self->save);
}

void
node_answered (ShoalApiEngine *engine, const ShoalAnswer *answer, gpointer user_data)
{
  Node *self = user_data;

  g_assert_true (engine == self->engine);
  g_assert_true (g_hash_table_contains (self->answers, &answer->serial));
}

const ShoalAnswer *
node_wait (Node *self, guint64 serial)
{
  swarm_until (self->swarm, g_hash_table_contains (self->answers, &serial));
  return g_hash_table_lookup (self->answers, &serial);
}

ShoalTorrentId
node_add (Node *self, const Data *data, ShoalAddOptions *options)
{
  const ShoalAnswer *answer;

  if (options == NULL)
    options = node_options (self);
  answer = node_wait (
      self, shoal_api_engine_add (self->engine, data->torrent, options, node_answered, self));
  g_assert_null (answer->problem);
  g_assert_cmpuint (answer->id.value, !=, 0);
  g_assert_nonnull (node_get (self, answer->id));
  return answer->id;
}

Node *
swarm_add_seed (Swarm *swarm, const char *name, const Data *data)
{
  Node          *self = swarm_add (swarm, name);
  ShoalTorrentId id;

  data_write (data, self->save);
  id = node_add (self, data, NULL);
  swarm_until (swarm, node_is_done (self, id));
  return self;
}

void
node_leech (Node *self, const Data *data, Node *from)
{
  node_start (self);
  node_add (self, data, NULL);
  if (from != NULL)
    node_connect (self, FIRST, from);
}

void
node_seed (Node *self, const Data *data)
{
  data_write (data, self->save);
  node_leech (self, data, NULL);
  swarm_until (self->swarm, node_is_done (self, FIRST));
}

void
node_finish (Node *self, const Data *data)
{
  swarm_until (self->swarm, node_is_done (self, FIRST));
  data_assert_whole (data, self->save);
}

Node *
swarm_add_slow_seed (Swarm *swarm, const Data *data, guint64 up_bps)
{
  Node *seed = node_new (swarm, "seed");

  seed->settings->up_limit_bps = up_bps;
  node_seed (seed, data);
  return seed;
}

Node *
swarm_add_leech (Swarm *swarm, const char *name, const Data *data, Node *from)
{
  Node *self = node_new (swarm, name);

  node_leech (self, data, from);
  return self;
}

const ShoalTorrentInfo *
node_get (Node *self, ShoalTorrentId id)
{
  return g_hash_table_lookup (self->infos, GUINT_TO_POINTER (id.value));
}

const ShoalTorrentInfo *
node_next_in_queue (Node *self, const ShoalTorrentInfo *before)
{
  const ShoalTorrentInfo *next = NULL;
  GHashTableIter          iter;
  gpointer                value;

  g_hash_table_iter_init (&iter, self->infos);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const ShoalTorrentInfo *info = value;

      if ((before == NULL || info->queue_position > before->queue_position) &&
          (next == NULL || info->queue_position < next->queue_position))
        next = info;
    }
  return next;
}

const ShoalTorrentDetails *
node_get_details (Node *self, ShoalTorrentId id)
{
  return g_hash_table_lookup (self->details, GUINT_TO_POINTER (id.value));
}

ShoalTorrentState
node_state (Node *self, ShoalTorrentId id)
{
  const ShoalTorrentInfo *info = node_get (self, id);

  g_assert_nonnull (info);
  return info->state;
}

gboolean
node_is_done (Node *self, ShoalTorrentId id)
{
  ShoalTorrentState state = node_state (self, id);

  return state == SHOAL_TORRENT_STATE_SEEDING || state == SHOAL_TORRENT_STATE_FINISHED;
}

guint64
node_done_bytes (Node *self, ShoalTorrentId id)
{
  const ShoalTorrentInfo *info = node_get (self, id);

  return info != NULL ? info->done_bytes : 0;
}

gboolean
node_has_problem (Node *self, ShoalTorrentId id, ShoalProblemCode code)
{
  const ShoalTorrentInfo *info = node_get (self, id);

  return info != NULL && info->problem != NULL && info->problem->code == code;
}

void
node_follow_names (Node *self, ShoalTorrentId id, Data *data)
{
  const GPtrArray *files = node_get_details (self, id)->files;
  guint            i;

  g_assert_cmpuint (files->len, ==, data->files->len);
  for (i = 0; i < files->len; i++)
    data_set_path (data, i, ((const ShoalFileInfo *) g_ptr_array_index (files, i))->path);
}

guint
node_count_events (Node *self, ShoalEventKind kind)
{
  guint n = 0, i;

  for (i = 0; i < self->events->len; i++)
    n += ((const ShoalEvent *) g_ptr_array_index (self->events, i))->kind == kind;
  return n;
}

char *
node_dup_address (Node *self)
{
  const ShoalBaseAddress *bind =
      &g_array_index (self->settings->bind_addresses, ShoalBaseAddress, 0);

  return g_strdup_printf (bind->family == AF_INET6 ? "[::1]:%u" : "127.0.0.1:%u",
                          self->totals.port);
}

void
node_connect (Node *self, ShoalTorrentId id, Node *other)
{
  g_autofree char *address = node_dup_address (other);

  shoal_api_engine_add_peer (self->engine, id, address, NULL, NULL);
}
