/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "api/shoal-api-torrent.h"
#include "api/shoal-api-tracker.h"
#include "swarm.h"

/* A link becomes files. */

#define KIB 1024

/* Five files; which are wanted is said by their index. */
static Data *
new_five (const char *name, gboolean is_private)
{
  const DataFile files[] = {
    { "0", 100 * KIB + 1 }, { "1", 30 * KIB }, { "2", 90 * KIB + 7 }, { "3", 1 }, { "4", 64 * KIB },
  };
  DataSpec spec = {
    .name = name,
    .piece_length = 16 * KIB,
    .files = files,
    .n_files = G_N_ELEMENTS (files),
    .is_private = is_private,
    .seed = 3,
  };

  return data_new (&spec);
}

/* Enough pieces for an info dictionary of several blocks. */
static Data *
new_long (const char *name)
{
  return data_new_single (name, 16 * KIB, 5000 * 16 * KIB / 2 + 1);
}

/* The caller's. @more: "&…", or "". */
static char *
dup_link (const Data *data, const char *more)
{
  g_autofree char *uri = shoal_api_dup_magnet (data->torrent);

  return g_strconcat (uri, more, NULL);
}

/* The same with an address of @from; the caller's. */
static char *
dup_link_to (const Data *data, Node *from, const char *more)
{
  g_autofree char *address = node_dup_address (from);
  g_autofree char *all = g_strdup_printf ("&x.pe=%s%s", address, more);

  return dup_link (data, all);
}

/* Its disk makes no errors: what it refuses because of one is not asked of it again. */
static Node *
add_seed (Swarm *swarm, const char *name, const Data *data)
{
  Node *self = node_new (swarm, name);

  self->has_errors = FALSE;
  node_start (self);
  data_write (data, self->save);
  node_add (self, data, NULL);
  swarm_until (swarm, node_is_done (self, FIRST));
  return self;
}

static const ShoalAnswer *
add_link (Node *self, const char *uri, ShoalAddOptions *options)
{
  if (options == NULL)
    options = node_options (self);
  return node_wait (self,
                    shoal_api_engine_add_magnet (self->engine, uri, options, node_answered, self));
}

/* A node that strangers may tell of local addresses, as all are here. It is connected to those that
 * a test says, and to no others that these know. */
static Node *
add_node (Swarm *swarm, const char *name)
{
  Node *self = node_new (swarm, name);

  self->settings->allow_local = TRUE;
  self->settings->use_pex = FALSE;
  self->has_errors = FALSE;
  node_start (self);
  return self;
}

static Node *
add_linked (Swarm *swarm, const char *name, const char *uri, ShoalAddOptions *options)
{
  Node *self = add_node (swarm, name);

  g_assert_null (add_link (self, uri, options)->problem);
  return self;
}

static gboolean
is_magnet (Node *self)
{
  return node_get (self, FIRST)->is_magnet;
}

static void
test_one (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("one", 16 * KIB);
  g_autofree char        *uri = dup_link (data, "");
  Node                   *seed = add_seed (swarm, "seed", data);
  Node                   *leech = add_linked (swarm, "leech", uri, NULL);
  const ShoalTorrentInfo *info = node_get (leech, FIRST);

  g_assert_true (info->is_magnet);
  g_assert_cmpint (info->state, ==, SHOAL_TORRENT_STATE_METADATA);
  g_assert_cmpstr (info->name, ==, "one");
  g_assert_cmpuint (info->size, ==, 0);
  g_assert_cmpuint (info->n_files, ==, 0);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  data_assert_whole (data, leech->save);
  g_assert_cmpuint (node_count_events (leech, SHOAL_EVENT_METADATA), ==, 1);
  g_assert_cmpuint (node_count_events (leech, SHOAL_EVENT_PEER_CONNECTED), ==, 1);
  g_assert_false (is_magnet (leech));
  g_assert_cmpuint (node_get (leech, FIRST)->n_files, ==, data->files->len);
}

/* The link names the peer. */
static void
test_linked_peer (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("linked", 16 * KIB, 100 * KIB);
  Node            *seed = add_seed (swarm, "seed", data);
  g_autofree char *uri = dup_link_to (data, seed, "");
  Node            *leech = add_linked (swarm, "leech", uri, NULL);

  swarm_until (swarm, node_is_done (leech, FIRST));
  data_assert_whole (data, leech->save);
}

/* A stranger's link may not send us to addresses of this network. */
static void
test_local_peer_refused (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("refused", 16 * KIB, 100 * KIB);
  Node            *seed = add_seed (swarm, "seed", data);
  g_autofree char *uri = dup_link_to (data, seed, "&tr=http%3A%2F%2F127.0.0.1%3A9%2Fannounce");
  Node            *leech = swarm_add (swarm, "leech");

  g_assert_null (add_link (leech, uri, NULL)->problem);
  swarm_until (swarm, node_count_events (leech, SHOAL_EVENT_LOCAL_IGNORED) == 2);
  swarm_run (swarm, 300);
  g_assert_true (is_magnet (leech));
  g_assert_cmpuint (node_count_events (leech, SHOAL_EVENT_PEER_CONNECTED), ==, 0);
}

static ShoalApiTracker *
start_tracker (char **url)
{
  ShoalBaseAddress local;
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  ShoalApiTrackerOptions options = { .bind_addresses = addresses, .interval_sec = 60 };
  ShoalApiTracker       *tracker;

  g_assert_true (shoal_base_address_parse_ip (&local, "127.0.0.1"));
  g_array_append_val (addresses, local);
  tracker = shoal_api_tracker_start (&options, NULL, NULL, NULL);
  g_assert_nonnull (tracker);
  *url = g_strdup_printf ("http://127.0.0.1:%u/announce", shoal_api_tracker_get_port (tracker));
  return tracker;
}

/* The link names the tracker, which is kept, also when the rest is known. */
static void
test_tracker (void)
{
  g_autofree char *url = NULL;
  g_autoptr (ShoalApiTracker) tracker = start_tracker (&url);
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("tracked", 16 * KIB, 100 * KIB);
  g_autofree char *escaped = g_uri_escape_string (url, NULL, FALSE);
  g_autofree char *more = g_strconcat ("&tr=", escaped, NULL);
  g_autofree char *uri = dup_link (data, more);
  Node            *seed = add_node (swarm, "seed");
  Node            *leech;

  data_write (data, seed->save);
  node_add (seed, data, NULL);
  swarm_until (swarm, node_is_done (seed, FIRST));
  node_wait (
      seed,
      shoal_api_engine_add_magnet (seed->engine, uri, node_options (seed), node_answered, seed));
  swarm_until (swarm, node_get (seed, FIRST)->trackers == SHOAL_TRACKERS_WORKING);
  leech = add_linked (swarm, "leech", uri, NULL);
  swarm_until (swarm, node_is_done (leech, FIRST));
  data_assert_whole (data, leech->save);
  g_assert_nonnull (tracker);
  g_assert_cmpuint (node_get (leech, FIRST)->trackers, ==, SHOAL_TRACKERS_WORKING);
}

/* Blocks of the dictionary come from all who have it, and go on to who has only the link. */
static void
test_many (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_long ("many");
  g_autofree char *uri = dup_link (data, "");
  Node            *seeds[3];
  Node            *first = add_linked (swarm, "first", uri, NULL);
  Node            *second = add_linked (swarm, "second", uri, NULL);
  guint            i;

  node_connect (second, FIRST, first); /* which knows nothing yet */
  swarm_until (swarm, node_get (second, FIRST)->n_peers == 1);
  for (i = 0; i < G_N_ELEMENTS (seeds); i++)
    {
      g_autofree char *name = g_strdup_printf ("seed-%u", i);

      seeds[i] = add_seed (swarm, name, data);
      node_connect (first, FIRST, seeds[i]);
    }
  swarm_until (swarm, node_is_done (first, FIRST));
  swarm_until (swarm, node_is_done (second, FIRST));
  data_assert_whole (data, second->save);
  g_assert_cmpuint (node_count_events (second, SHOAL_EVENT_PEER_CONNECTED), ==, 1);
}

static void
check_two (Node *leech, const Data *data)
{
  guint i;

  for (i = 0; i < data->files->len; i++)
    g_assert_cmpint (data_has_file (data, i, leech->save), ==, i == 1 || i == 3);
  for (i = 0; i < data->files->len; i++)
    g_assert_cmpint (data_file_exists (data, i, leech->save), ==, i == 1 || i == 3);
  g_assert_cmpuint (node_get (leech, FIRST)->wanted_bytes,
                    ==,
                    g_array_index (data->files, DataFile, 1).size +
                        g_array_index (data->files, DataFile, 3).size);
}

/* Two of five files, as the link says; also after a restart. */
static void
test_select (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_five ("select", FALSE);
  Node            *seed = add_seed (swarm, "seed", data);
  g_autofree char *uri = dup_link_to (data, seed, "&so=1,3,17-99");
  Node            *leech = add_linked (swarm, "leech", uri, NULL);

  swarm_until (swarm, node_is_done (leech, FIRST));
  check_two (leech, data);
  node_stop (leech);
  node_start (leech);
  swarm_until (swarm, node_is_done (leech, FIRST));
  check_two (leech, data);
}

/* What the person selects holds instead of what the link does. */
static void
test_select_by_person (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_five ("person", FALSE);
  Node            *seed = add_seed (swarm, "seed", data);
  g_autofree char *uri = dup_link_to (data, seed, "&so=0,2");
  Node            *leech = add_node (swarm, "leech");
  ShoalAddOptions *options = node_options (leech);
  ShoalFileRange   ranges[] = { { 1, 1 }, { 3, 3 } };

  options->select = g_array_new (FALSE, FALSE, sizeof (ShoalFileRange));
  g_array_append_vals (options->select, ranges, 2);
  g_assert_null (add_link (leech, uri, options)->problem);
  swarm_until (swarm, node_is_done (leech, FIRST));
  check_two (leech, data);
}

/* Nothing is fetched before files are chosen; the peers stay meanwhile. */
static void
test_asks (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_five ("asks", FALSE);
  Node              *seed = add_seed (swarm, "seed", data);
  g_autofree char   *uri = dup_link_to (data, seed, "");
  Node              *leech = add_node (swarm, "leech");
  ShoalAddOptions   *options = node_options (leech);
  const guint        unwanted[] = { 0, 2, 4 };
  const ShoalAnswer *inspected;

  options->asks = TRUE;
  g_assert_null (add_link (leech, uri, options)->problem);
  swarm_until (swarm, node_get (leech, FIRST)->is_asking);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_PAUSED);
  shoal_api_engine_watch (leech->engine, FIRST, SHOAL_WATCH_FILES | SHOAL_WATCH_EVENTS);
  swarm_until (swarm, node_get_details (leech, FIRST) != NULL);
  g_assert_cmpuint (node_get_details (leech, FIRST)->files->len, ==, 5);
  inspected = node_wait (
      leech, shoal_api_engine_inspect_torrent (leech->engine, FIRST, node_answered, leech));
  g_assert_cmpstr (inspected->contents->name, ==, "asks");
  g_assert_cmpuint (inspected->contents->files->len, ==, 5);
  g_assert_cmpuint (inspected->contents->known_as.value, ==, 0);
  swarm_run (swarm, 300);
  g_assert_cmpuint (node_get (leech, FIRST)->downloaded, ==, 0);
  g_assert_cmpuint (node_get (leech, FIRST)->n_peers, ==, 1);
  node_stop (leech); /* it still asks after that */
  node_start (leech);
  swarm_until (swarm, node_get (leech, FIRST)->is_asking);
  swarm_run (swarm, 300);
  g_assert_cmpuint (node_get (leech, FIRST)->downloaded, ==, 0);
  shoal_api_engine_set_priorities (leech->engine, FIRST, unwanted, 3, SHOAL_FILE_PRIORITY_SKIP);
  shoal_api_engine_set_paused (leech->engine, FIRST, FALSE);
  swarm_until (swarm, node_is_done (leech, FIRST));
  g_assert_false (node_get (leech, FIRST)->is_asking);
  check_two (leech, data);
}

/* Without a word before: the row is there after that, and what was known is. */
static void
test_killed (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_five ("killed", FALSE);
  Node            *seed = add_seed (swarm, "seed", data);
  g_autofree char *uri = dup_link (data, "&so=1,3");
  Node            *leech = add_linked (swarm, "leech", uri, NULL);

  node_drop (leech);
  node_start (leech);
  g_assert_true (is_magnet (leech));
  g_assert_cmpstr (node_get (leech, FIRST)->name, ==, "killed");
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_count_events (leech, SHOAL_EVENT_METADATA) == 1);
  node_drop (leech);
  node_stop (seed);
  node_start (leech);
  g_assert_false (is_magnet (leech));
  g_assert_cmpuint (node_get (leech, FIRST)->size, ==, data->size);
  node_start (seed);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  check_two (leech, data);
}

static void
test_private (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_five ("private", TRUE);
  Node            *seed = add_seed (swarm, "seed", data);
  g_autofree char *uri = dup_link (data, "");
  Node            *leech = add_linked (swarm, "leech", uri, NULL);

  g_assert_false (node_get (leech, FIRST)->is_private);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  g_assert_true (node_get (leech, FIRST)->is_private);
  node_stop (leech);
  node_start (leech);
  swarm_until (swarm, node_is_done (leech, FIRST));
  g_assert_true (node_get (leech, FIRST)->is_private);
}

/* Takes part in the DHT by way of @guide; NULL: by nobody's. Before it is started. */
static void
use_dht (Node *self, Node *guide)
{
  self->settings->use_dht = TRUE;
  self->settings->allow_local = TRUE;
  self->has_errors = FALSE;
  g_ptr_array_add (self->settings->dht_nodes,
                   guide != NULL ? node_dup_address (guide) : g_strdup ("127.0.0.1:1"));
}

/* By which the others find each other: a seed of something else. */
static Node *
add_guide (Swarm *swarm, const Data *data)
{
  Node *self = node_new (swarm, "guide");

  use_dht (self, NULL);
  node_seed (self, data);
  return self;
}

static Node *
add_to_dht (Swarm *swarm, const char *name, Node *guide, const char *uri)
{
  Node *self = node_new (swarm, name);

  use_dht (self, guide);
  node_start (self);
  g_assert_null (add_link (self, uri, NULL)->problem);
  shoal_api_engine_watch (self->engine, FIRST, SHOAL_WATCH_PEERS | SHOAL_WATCH_EVENTS);
  return self;
}

static gboolean
has_peer_by_dht (Node *self)
{
  const ShoalTorrentDetails *details = node_get_details (self, FIRST);
  guint                      i;

  for (i = 0; details != NULL && details->peers != NULL && i < details->peers->len; i++)
    if (((const ShoalPeerInfo *) g_ptr_array_index (details->peers, i))->source ==
        SHOAL_PEER_SOURCE_DHT)
      return TRUE;
  return FALSE;
}

/* Two who know the link only find each other by the DHT. Who learns that it is private leaves whom
 * it found so, and says no more there: who comes later finds nobody. */
static void
test_private_leaves (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_five ("leaves", TRUE);
  g_autoptr (Data) other = data_new_single ("other", 16 * KIB, 100 * KIB);
  g_autofree char *uri = dup_link (data, "");
  Node            *guide = add_guide (swarm, other);
  Node            *seed = add_seed (swarm, "seed", data);
  Node            *one = add_to_dht (swarm, "one", guide, uri);
  Node            *two = add_to_dht (swarm, "two", guide, uri);
  Node            *finder;

  swarm_until (swarm, has_peer_by_dht (one) || has_peer_by_dht (two));
  finder = has_peer_by_dht (one) ? one : two;
  node_connect (finder, FIRST, seed);
  swarm_until (swarm, node_get (finder, FIRST)->is_private);
  swarm_until (swarm, node_count_events (finder, SHOAL_EVENT_PEER_CLOSED) >= 1);
  swarm_until (swarm, node_is_done (finder, FIRST));
  g_assert_false (has_peer_by_dht (finder));
  data_assert_whole (data, finder->save);
}

/* Nothing but the hash, and nobody who talks without encryption. */
static void
test_by_dht (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_five ("dht", FALSE);
  g_autoptr (Data) other = data_new_single ("other", 16 * KIB, 100 * KIB);
  g_autofree char *uri = dup_link (data, "");
  Node            *guide = add_guide (swarm, other);
  Node            *seed = node_new (swarm, "seed");
  Node            *leech;

  use_dht (seed, guide);
  seed->settings->encryption = SHOAL_ENCRYPTION_REQUIRE;
  node_seed (seed, data);
  swarm_until (swarm, seed->totals.dht == SHOAL_DHT_JOINED && seed->totals.n_dht_nodes > 0);
  leech = node_new (swarm, "leech");
  leech->settings->encryption = SHOAL_ENCRYPTION_REQUIRE;
  use_dht (leech, guide);
  node_start (leech);
  g_assert_null (add_link (leech, uri, NULL)->problem);
  swarm_until (swarm, node_is_done (leech, FIRST));
  data_assert_whole (data, leech->save);
}

/* Who comes encrypted names the torrent by a hash of its hash, which a link is enough for. */
static void
test_visited_encrypted (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_five ("visited", FALSE);
  g_autofree char *uri = dup_link (data, "");
  Node            *seed = node_new (swarm, "seed");
  Node            *leech = node_new (swarm, "leech");

  seed->has_errors = FALSE;
  leech->has_errors = FALSE;
  seed->settings->encryption = leech->settings->encryption = SHOAL_ENCRYPTION_REQUIRE;
  node_start (leech);
  g_assert_null (add_link (leech, uri, NULL)->problem);
  node_seed (seed, data);
  node_connect (seed, FIRST, leech);
  swarm_until (swarm, node_is_done (leech, FIRST));
  data_assert_whole (data, leech->save);
}

static guint
count_trackers (Node *self)
{
  shoal_api_engine_watch (self->engine, FIRST, SHOAL_WATCH_TRACKERS | SHOAL_WATCH_EVENTS);
  swarm_until (self->swarm,
               node_get_details (self, FIRST) != NULL &&
                   node_get_details (self, FIRST)->trackers != NULL);
  return node_get_details (self, FIRST)->trackers->len;
}

/* The same link again, with other trackers; then the torrent to it. */
static void
test_duplicates (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_five ("duplicate", FALSE);
  g_autofree char   *one = dup_link (data, "&tr=http://127.0.0.1:9/announce");
  g_autofree char   *two = dup_link (data, "&tr=http://127.0.0.1:9/announce&tr=udp://127.0.0.1:9");
  Node              *leech = add_linked (swarm, "leech", one, NULL);
  Node              *seed = add_seed (swarm, "seed", data);
  const ShoalAnswer *answer = add_link (leech, two, NULL);

  g_assert_cmpint (answer->problem->code, ==, SHOAL_PROBLEM_DUPLICATE);
  g_assert_cmpuint (answer->id.value, ==, 1);
  g_assert_cmpuint (count_trackers (leech), ==, 2);
  answer =
      node_wait (leech,
                 shoal_api_engine_add (
                     leech->engine, data->torrent, node_options (leech), node_answered, leech));
  g_assert_null (answer->problem);
  g_assert_cmpuint (answer->id.value, ==, 1);
  swarm_until (swarm, !is_magnet (leech));
  g_assert_cmpuint (g_hash_table_size (leech->infos), ==, 1);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  data_assert_whole (data, leech->save);
  answer = add_link (leech, one, NULL);
  g_assert_cmpint (answer->problem->code, ==, SHOAL_PROBLEM_DUPLICATE);
}

/* The torrent to a link that is paused, hence asleep, into another folder. */
static void
test_completed_asleep (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_five ("asleep", FALSE);
  g_autofree char *uri = dup_link (data, "");
  Node            *leech = add_node (swarm, "leech");
  Node            *seed = add_seed (swarm, "seed", data);
  ShoalAddOptions *options = node_options (leech);
  g_autofree char *other = g_strconcat (leech->save, "-other", NULL);

  options->is_paused = TRUE;
  g_assert_null (add_link (leech, uri, options)->problem);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_PAUSED);
  options = shoal_add_options_new (other);
  g_assert_null (
      node_wait (leech,
                 shoal_api_engine_add (leech->engine, data->torrent, options, node_answered, leech))
          ->problem);
  swarm_until (swarm, !is_magnet (leech) && node_get (leech, FIRST)->n_files == 5);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  data_assert_whole (data, other);
}

/* BEP 53: a link to a torrent that is there adds the files it names. */
static void
test_more_files (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_five ("more", FALSE);
  Node            *seed = add_seed (swarm, "seed", data);
  g_autofree char *one = dup_link_to (data, seed, "&so=1");
  g_autofree char *two = dup_link_to (data, seed, "&so=3");
  Node            *leech = add_linked (swarm, "leech", one, NULL);

  swarm_until (swarm, node_is_done (leech, FIRST));
  g_assert_false (data_file_exists (data, 3, leech->save));
  g_assert_cmpint (add_link (leech, two, NULL)->problem->code, ==, SHOAL_PROBLEM_DUPLICATE);
  swarm_until (swarm, node_is_done (leech, FIRST) && data_has_file (data, 3, leech->save));
  check_two (leech, data);
}

/* Moved, paused, and removed, while nobody knows what it is. */
static void
test_control (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_five ("control", FALSE);
  g_autofree char *uri = dup_link (data, "");
  Node            *leech = add_linked (swarm, "leech", uri, NULL);
  Node            *seed = add_seed (swarm, "seed", data);
  g_autofree char *other = g_strconcat (leech->save, "-other", NULL);
  const guint      file = 0;
  guint64          serial;

  g_assert_null (
      node_wait (leech, shoal_api_engine_move (leech->engine, FIRST, other, node_answered, leech))
          ->problem);
  swarm_until (swarm, g_strcmp0 (node_get (leech, FIRST)->save_path, other) == 0);
  serial =
      shoal_api_engine_set_priorities (leech->engine, FIRST, &file, 1, SHOAL_FILE_PRIORITY_SKIP);
  g_assert_cmpint (node_wait (leech, serial)->problem->code, ==, SHOAL_PROBLEM_DETAILS_MISSING);
  shoal_api_engine_set_paused (leech->engine, FIRST, TRUE);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_PAUSED);
  shoal_api_engine_verify (leech->engine, FIRST);
  shoal_api_engine_set_paused (leech->engine, FIRST, FALSE);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_METADATA);
  node_stop (leech);
  node_start (leech);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  data_assert_whole (data, other);
}

static void
test_removed (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_five ("removed", FALSE);
  g_autofree char *uri = dup_link (data, "");
  Node            *leech = add_linked (swarm, "leech", uri, NULL);
  Node            *seed = add_seed (swarm, "seed", data);
  ShoalTorrentId   second;

  g_assert_null (
      node_wait (leech, shoal_api_engine_remove (leech->engine, FIRST, TRUE, node_answered, leech))
          ->problem);
  swarm_until (swarm, g_hash_table_size (leech->infos) == 0);
  second = add_link (leech, uri, NULL)->id;
  node_connect (leech, second, seed);
  swarm_until (swarm, node_is_done (leech, second));
  data_assert_whole (data, leech->save);
}

/* Some of it lies there from before: it is found, the peers stay, and hear of it. */
static void
test_data_there (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("there", 16 * KIB, 3000 * KIB);
  g_autofree char *uri = dup_link (data, "");
  Node            *seed = add_seed (swarm, "seed", data);
  Node            *first = add_node (swarm, "first");
  Node            *second = add_linked (swarm, "second", uri, NULL);

  data_write (data, first->save);
  data_damage (data, 1000 * KIB, first->save);
  g_assert_null (add_link (first, uri, NULL)->problem);
  node_connect (first, FIRST, second);
  swarm_until (swarm, node_get (first, FIRST)->n_peers == 1);
  node_connect (first, FIRST, seed);
  swarm_until (swarm, node_is_done (first, FIRST));
  g_assert_cmpuint (node_get (first, FIRST)->downloaded, <, 200 * KIB);
  swarm_until (swarm, node_is_done (second, FIRST));
  data_assert_whole (data, second->save);
  g_assert_cmpuint (node_count_events (second, SHOAL_EVENT_PEER_CONNECTED), ==, 1);
}

/* A link that names two torrents is of none. */
static void
test_mismatch (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_five ("mismatch", FALSE);
  g_autofree char *digits = g_strnfill (64, 'a');
  g_autofree char *more = g_strconcat ("&xt=urn:btmh:1220", digits, NULL);
  Node            *seed = add_seed (swarm, "seed", data);
  g_autofree char *uri = dup_link_to (data, seed, more);
  Node            *leech = add_linked (swarm, "leech", uri, NULL);

  swarm_until (swarm, node_has_problem (leech, FIRST, SHOAL_PROBLEM_MALFORMED));
  g_assert_cmpint (node_get (leech, FIRST)->problem->domain, ==, SHOAL_PROBLEM_DOMAIN_TORRENT);
  g_assert_cmpint (node_state (leech, FIRST), ==, SHOAL_TORRENT_STATE_STOPPED);
  g_assert_cmpuint (node_count_events (leech, SHOAL_EVENT_METADATA), ==, 0);
}

static void
test_refused (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autofree char   *digits = g_strnfill (64, 'a');
  g_autofree char   *v2 = g_strconcat ("magnet:?xt=urn:btmh:1220", digits, NULL);
  Node              *node = swarm_add (swarm, "node");
  const ShoalAnswer *answer = add_link (node, "magnet:?dn=nothing", NULL);

  g_assert_cmpint (answer->problem->domain, ==, SHOAL_PROBLEM_DOMAIN_TORRENT);
  g_assert_cmpint (answer->problem->code, ==, SHOAL_PROBLEM_MALFORMED);
  answer = add_link (node, v2, NULL);
  g_assert_cmpint (answer->problem->domain, ==, SHOAL_PROBLEM_DOMAIN_TORRENT);
  g_assert_cmpint (answer->problem->code, ==, SHOAL_PROBLEM_UNSUPPORTED);
  g_assert_cmpuint (g_hash_table_size (node->infos), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/magnet/one", test_one);
  g_test_add_func ("/swarm/magnet/linked-peer", test_linked_peer);
  g_test_add_func ("/swarm/magnet/local-peer-refused", test_local_peer_refused);
  g_test_add_func ("/swarm/magnet/tracker", test_tracker);
  g_test_add_func ("/swarm/magnet/many", test_many);
  g_test_add_func ("/swarm/magnet/select", test_select);
  g_test_add_func ("/swarm/magnet/select-by-person", test_select_by_person);
  g_test_add_func ("/swarm/magnet/asks", test_asks);
  g_test_add_func ("/swarm/magnet/killed", test_killed);
  g_test_add_func ("/swarm/magnet/private", test_private);
  g_test_add_func ("/swarm/magnet/private-leaves", test_private_leaves);
  g_test_add_func ("/swarm/magnet/by-dht", test_by_dht);
  g_test_add_func ("/swarm/magnet/visited-encrypted", test_visited_encrypted);
  g_test_add_func ("/swarm/magnet/duplicates", test_duplicates);
  g_test_add_func ("/swarm/magnet/completed-asleep", test_completed_asleep);
  g_test_add_func ("/swarm/magnet/more-files", test_more_files);
  g_test_add_func ("/swarm/magnet/control", test_control);
  g_test_add_func ("/swarm/magnet/removed", test_removed);
  g_test_add_func ("/swarm/magnet/data-there", test_data_there);
  g_test_add_func ("/swarm/magnet/mismatch", test_mismatch);
  g_test_add_func ("/swarm/magnet/refused", test_refused);
  return g_test_run ();
}
