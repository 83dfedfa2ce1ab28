/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "api/shoal-api-torrent.h"
#include "swarm-tracker.h"
#include "swarm.h"

/* What a person does to find a torrent again, and to say whom it deals with. */

#define KIB 1024

/* Two files of a folder. */
static Data *
new_pair (const char *name, const char *announce, gboolean is_private)
{
  const DataFile files[] = { { "One Summer.mkv", 200 * KIB + 1 },
                             { "notes/Winter.txt", 30 * KIB } };
  DataSpec       spec = {
          .name = name,
          .piece_length = 16 * KIB,
          .files = files,
          .n_files = G_N_ELEMENTS (files),
          .announce = announce,
          .is_private = is_private,
          .seed = g_str_hash (name),
  };

  return data_new (&spec);
}

static Node *
add_calm_node (Swarm *swarm, const char *name)
{
  Node *self = node_new (swarm, name);

  self->has_errors = FALSE;
  node_start (self);
  return self;
}

/* Paused, so that nothing of it is awake. */
static void
add_paused (Node *self, const Data *data, const char *const *labels)
{
  ShoalAddOptions *options = node_options (self);

  options->is_paused = TRUE;
  options->labels = shoal_words_new (labels);
  node_add (self, data, options);
}

static void
copy_file (const char *from, const char *to, const char *suffix)
{
  g_autofree char *source = g_strconcat (from, suffix, NULL);
  g_autofree char *target = g_strconcat (to, suffix, NULL);
  g_autofree char *folder = g_path_get_dirname (target);
  g_autofree char *bytes = NULL;
  gsize            len;

  if (!g_file_get_contents (source, &bytes, &len, NULL))
    return;
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (target, bytes, (gssize) len, NULL));
}

/* An engine that starts with what @self would leave if it were killed now; @self is stopped. */
static Node *
kill_and_start (Node *self, const char *name)
{
  Node *other = node_new (self->swarm, name);

  other->has_errors = FALSE;
  copy_file (self->state, other->state, "");
  copy_file (self->state, other->state, "-wal");
  node_stop (self);
  node_start (other);
  swarm_until (self->swarm, node_get (other, FIRST) != NULL);
  return other;
}

static char *
join (const ShoalWords *words)
{
  return words != NULL ? g_strjoinv ("|", words->items) : g_strdup ("");
}

#define assert_words(words, expected)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *all = join (words);                                                           \
    g_assert_cmpstr (all, ==, expected);                                                           \
  }                                                                                                \
  G_STMT_END

static const ShoalAnswer *
set_labels (Node *self, const char *const *labels)
{
  return node_wait (self, shoal_api_engine_set_labels (self->engine, FIRST, labels));
}

static void
test_labels (void)
{
  static const char *const first[] = { " film ", "Linux", "Linux  ", "bad\x1b", NULL };
  static const char *const second[] = { "music", "film", NULL };
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_pair ("labels", NULL, FALSE);
  Node *node = add_calm_node (swarm, "node");

  add_paused (node, data, first);
  assert_words (node_get (node, FIRST)->labels, "Linux|bad|film");
  node_restart (node);
  swarm_until (swarm, node_get (node, FIRST) != NULL);
  assert_words (node_get (node, FIRST)->labels, "Linux|bad|film");
  g_assert_null (set_labels (node, second)->problem);
  assert_words (node_get (node, FIRST)->labels, "film|music");
  node = kill_and_start (node, "after");
  assert_words (node_get (node, FIRST)->labels, "film|music");
  g_assert_null (set_labels (node, (const char *const[]){ NULL })->problem);
  g_assert_null (node_get (node, FIRST)->labels);
  node = kill_and_start (node, "last");
  g_assert_null (node_get (node, FIRST)->labels);
}

/* More than there is room for: nothing changes. */
static void
test_many_labels (void)
{
  static const char *const first[] = { "kept", NULL };
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_pair ("many", NULL, FALSE);
  Node *node = add_calm_node (swarm, "node");
  g_auto (GStrv) many = g_new0 (char *, 20001);
  const ShoalAnswer *answer;
  guint              i;

  for (i = 0; i < 20000; i++)
    many[i] = g_strdup_printf ("label %u", i);
  add_paused (node, data, first);
  answer = set_labels (node, (const char *const *) many);
  g_assert_cmpint (answer->problem->code, ==, SHOAL_PROBLEM_TOO_MANY_LABELS);
  g_assert_cmpuint (answer->problem->number, ==, SHOAL_LABELS_MAX);
  assert_words (node_get (node, FIRST)->labels, "kept");
}

static const ShoalAnswer *
set_trackers (Node *self, const char *const *urls)
{
  return node_wait (self,
                    shoal_api_engine_set_trackers (self->engine, FIRST, urls, node_answered, self));
}

#define SET_TRACKERS(node, ...) set_trackers (node, (const char *const[]){ __VA_ARGS__, NULL })

/* Of one that sleeps: its hosts follow, and survive. */
static void
test_hosts (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_pair ("hosts", "http://Tracker.EXAMPLE.:80/a", FALSE);
  Node              *node = add_calm_node (swarm, "node");
  const ShoalAnswer *answer;

  add_paused (node, data, NULL);
  assert_words (node_get (node, FIRST)->hosts, "tracker.example");
  g_assert_null (SET_TRACKERS (node,
                               "udp://[2001:DB8:0::1]:6969/x",
                               "http://\xc3\xa9.example/",
                               "",
                               "https://Tracker.example/a",
                               "udp://10.0.0.1:80")
                     ->problem);
  assert_words (node_get (node, FIRST)->hosts,
                "10.0.0.1|2001:db8::1|tracker.example|xn--9ca.example");
  answer = SET_TRACKERS (node, "http://good.example/", "ftp://bad.example/");
  g_assert_cmpint (answer->problem->code, ==, SHOAL_PROBLEM_TRACKER_ADDRESS);
  g_assert_cmpstr (answer->problem->subject, ==, "ftp://bad.example/");
  assert_words (node_get (node, FIRST)->hosts,
                "10.0.0.1|2001:db8::1|tracker.example|xn--9ca.example");
  node = kill_and_start (node, "after");
  assert_words (node_get (node, FIRST)->hosts,
                "10.0.0.1|2001:db8::1|tracker.example|xn--9ca.example");
  g_assert_null (SET_TRACKERS (node, "")->problem);
  g_assert_null (node_get (node, FIRST)->hosts);
}

/* A thousand lines pasted into the list. */
static void
test_many_trackers (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_pair ("many", "http://tracker.example/a", FALSE);
  Node *node = add_calm_node (swarm, "node");
  g_auto (GStrv) many = g_new0 (char *, 100001);
  guint i;

  for (i = 0; i < 100000; i++)
    many[i] = g_strdup_printf ("http://tracker%u.example/a", i);
  add_paused (node, data, NULL);
  g_assert_cmpint (set_trackers (node, (const char *const *) many)->problem->code,
                   ==,
                   SHOAL_PROBLEM_TOO_MANY_TRACKERS);
  assert_words (node_get (node, FIRST)->hosts, "tracker.example");
}

/* Who goes is told, who comes is asked, and so it stays after a restart. */
static void
test_trackers (void)
{
  g_autoptr (Tracker) goes = tracker_new (60);
  g_autoptr (Tracker) comes = tracker_new (60);
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_pair ("edit", goes->url, FALSE);
  Node *node = node_new (swarm, "node");

  node->has_errors = FALSE;
  node->settings->allow_local = TRUE;
  node_seed (node, data);
  swarm_until (swarm, goes->n_started == 1);
  swarm_until (swarm, node_get (node, FIRST)->trackers == SHOAL_TRACKERS_WORKING);
  g_assert_null (SET_TRACKERS (node, comes->url, "", "http://127.0.0.1:1/a")->problem);
  swarm_until (swarm, goes->n_stopped == 1);
  swarm_until (swarm, comes->n_started == 1);
  assert_words (node_get (node, FIRST)->hosts, "127.0.0.1");

  /* The list is the same but for its order: nobody is told anything. */
  swarm_until (swarm, node_get (node, FIRST)->trackers == SHOAL_TRACKERS_WORKING);
  g_assert_null (SET_TRACKERS (node, "http://127.0.0.1:1/a", "", comes->url)->problem);
  swarm_run (swarm, 300);
  g_assert_cmpuint (comes->n_started, ==, 1);
  g_assert_cmpuint (comes->n_stopped, ==, 0);

  node_stop (node);
  swarm_until (swarm, comes->n_stopped == 1);
  node_start (node);
  swarm_until (swarm, comes->n_started == 2);
  g_assert_cmpuint (goes->n_started, ==, 1);
  shoal_api_engine_set_paused (node->engine, FIRST, TRUE);
  swarm_until (swarm, comes->n_stopped == 2);
  g_assert_null (SET_TRACKERS (node, goes->url)->problem);
  swarm_run (swarm, 300);
  g_assert_cmpuint (goes->n_started, ==, 1);
  shoal_api_engine_set_paused (node->engine, FIRST, FALSE);
  swarm_until (swarm, goes->n_started == 2);
  g_assert_cmpuint (comes->n_started, ==, 2);
}

/* Before it is known what it is. */
static void
test_magnet_trackers (void)
{
  g_autoptr (Tracker) tracker = tracker_new (60);
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_pair ("link", NULL, FALSE);
  g_autofree char *uri = shoal_api_dup_magnet (data->torrent);
  g_autofree char *link = g_strconcat (uri, "&tr=udp%3a%2f%2ftracker.example%3a80", NULL);
  Node            *node = add_calm_node (swarm, "node");
  ShoalAddOptions *options = node_options (node);
  guint64          serial;

  options->is_paused = TRUE;
  serial = shoal_api_engine_add_magnet (node->engine, link, options, node_answered, node);
  g_assert_null (node_wait (node, serial)->problem);
  assert_words (node_get (node, FIRST)->hosts, "tracker.example");
  g_assert_null (SET_TRACKERS (node, tracker->url)->problem);
  shoal_api_engine_set_paused (node->engine, FIRST, FALSE);
  swarm_until (swarm, tracker->n_started == 1);
  assert_words (node_get (node, FIRST)->hosts, "127.0.0.1");
  node_restart (node);
  swarm_until (swarm, tracker->n_started == 2);
  assert_words (node_get (node, FIRST)->hosts, "127.0.0.1");
}

/* Why something could not be done is said. */
static void
test_refused (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_pair ("refused", NULL, FALSE);
  Node              *node = add_calm_node (swarm, "node");
  const ShoalAnswer *answer;

  add_paused (node, data, NULL);
  answer = node_wait (
      node, shoal_api_engine_add_peer (node->engine, FIRST, "nobody", node_answered, node));
  g_assert_cmpint (answer->problem->code, ==, SHOAL_PROBLEM_PEER_ADDRESS);
  answer = node_wait (
      node, shoal_api_engine_add_peer (node->engine, FIRST, "1.2.3.4:5", node_answered, node));
  g_assert_cmpint (answer->problem->code, ==, SHOAL_PROBLEM_INACTIVE);
  answer = node_wait (
      node, shoal_api_engine_add_tracker (node->engine, FIRST, "file:///", node_answered, node));
  g_assert_cmpint (answer->problem->code, ==, SHOAL_PROBLEM_TRACKER_ADDRESS);
  g_assert_cmpstr (answer->problem->subject, ==, "file:///");
}

static void
assert_no_peer (Node *self, const char *address, ShoalProblemCode code)
{
  const ShoalAnswer *answer = node_wait (
      self, shoal_api_engine_add_peer (self->engine, FIRST, address, node_answered, self));

  g_assert_nonnull (answer->problem);
  g_assert_cmpint (answer->problem->code, ==, code);
  g_assert_cmpstr (answer->problem->subject, ==, address);
}

/* Of a peer that there is no way to, the person hears; also while it is paused and looked at. */
static void
test_peer_refused (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_pair ("peer", NULL, FALSE);
  Node              *node = add_calm_node (swarm, "node");
  const ShoalAnswer *answer;

  node_add (node, data, node_options (node));
  swarm_until (swarm, node_state (node, FIRST) == SHOAL_TORRENT_STATE_DOWNLOADING);
  assert_no_peer (node, "255.255.255.255:80", SHOAL_PROBLEM_PEER_UNREACHABLE);
  assert_no_peer (node, "0.0.0.0:80", SHOAL_PROBLEM_PEER_UNREACHABLE);
  assert_no_peer (node, "[::1]:80", SHOAL_PROBLEM_PEER_UNREACHABLE);
  assert_no_peer (node, "1.2.3.4:99999", SHOAL_PROBLEM_PEER_ADDRESS);
  assert_no_peer (node, "nobody.invalid:80", SHOAL_PROBLEM_PEER_NAME);
  shoal_api_engine_watch (node->engine, FIRST, SHOAL_WATCH_PEERS);
  shoal_api_engine_set_paused (node->engine, FIRST, TRUE);
  swarm_until (swarm, node_state (node, FIRST) == SHOAL_TORRENT_STATE_PAUSED);
  answer = node_wait (
      node, shoal_api_engine_add_peer (node->engine, FIRST, "127.0.0.1:9", node_answered, node));
  g_assert_cmpint (answer->problem->code, ==, SHOAL_PROBLEM_INACTIVE);
}

static ShoalBaseAddress
get_address (Node *self)
{
  g_autofree char *text = node_dup_address (self);
  ShoalBaseAddress address;

  g_assert_true (shoal_base_address_parse (&address, text));
  return address;
}

static guint
count_bans (Node *self)
{
  const ShoalTorrentDetails *details = node_get_details (self, FIRST);

  return details != NULL && details->bans != NULL ? details->bans->len : G_MAXUINT;
}

static ShoalProblemCode
try_to_connect (Node *self, Node *other)
{
  g_autofree char   *address = node_dup_address (other);
  const ShoalAnswer *answer = node_wait (
      self, shoal_api_engine_add_peer (self->engine, FIRST, address, node_answered, self));

  g_assert_nonnull (answer->problem);
  return answer->problem->code;
}

/* Closed at once, not connected to again nor let in, over a restart too; and let in again. */
static void
test_ban (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("ban", 16 * KIB, 600 * KIB);
  Node            *seed = swarm_add_slow_seed (swarm, data, 150 * KIB);
  Node            *leech = node_new (swarm, "leech");
  ShoalBaseAddress address = get_address (seed);

  leech->has_errors = FALSE;
  node_leech (leech, data, seed);
  shoal_api_engine_watch (leech->engine, FIRST, SHOAL_WATCH_PEERS);
  swarm_until (swarm, node_done_bytes (leech, FIRST) > 50 * KIB);
  g_assert_null (
      node_wait (leech, shoal_api_engine_ban_peer (leech->engine, FIRST, &address))->problem);
  swarm_until (swarm, node_get (leech, FIRST)->n_peers == 0 && count_bans (leech) == 1);
  g_assert_cmpint (try_to_connect (leech, seed), ==, SHOAL_PROBLEM_PEER_BANNED);
  node_connect (seed, FIRST, leech);
  swarm_run (swarm, 500);
  g_assert_cmpuint (node_get (leech, FIRST)->n_peers, ==, 0);
  g_assert_true (g_array_index (node_get_details (leech, FIRST)->bans, ShoalBanInfo, 0).by_person);

  node_restart (leech);
  shoal_api_engine_watch (leech->engine, FIRST, SHOAL_WATCH_PEERS);
  swarm_until (swarm, count_bans (leech) == 1);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_DOWNLOADING);
  g_assert_cmpint (try_to_connect (leech, seed), ==, SHOAL_PROBLEM_PEER_BANNED);
  swarm_run (swarm, 300);
  g_assert_cmpuint (node_get (leech, FIRST)->n_peers, ==, 0);
  g_assert_null (
      node_wait (leech, shoal_api_engine_unban_peer (leech->engine, FIRST, &address))->problem);
  swarm_until (swarm, count_bans (leech) == 0);
  node_connect (leech, FIRST, seed);
  node_finish (leech, data);
}

/* Of one that nobody has in memory. */
static void
test_ban_asleep (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("asleep", 16 * KIB, 300 * KIB);
  Node              *seed = swarm_add_seed (swarm, "seed", data);
  Node              *leech = add_calm_node (swarm, "leech");
  ShoalBaseAddress   address = get_address (seed), host, other;
  const ShoalAnswer *answer;

  add_paused (leech, data, NULL);
  node_restart (leech);
  swarm_until (swarm, node_get (leech, FIRST) != NULL);
  g_assert_cmpuint (leech->totals.n_awake, ==, 0);
  g_assert_true (shoal_base_address_parse (&other, "5.6.7.8:90"));
  host = address;
  host.port = 0;
  answer = node_wait (leech, shoal_api_engine_ban_peer (leech->engine, FIRST, &host));
  g_assert_cmpint (answer->problem->code, ==, SHOAL_PROBLEM_INVALID);
  g_assert_null (
      node_wait (leech, shoal_api_engine_ban_peer (leech->engine, FIRST, &address))->problem);
  g_assert_null (
      node_wait (leech, shoal_api_engine_ban_peer (leech->engine, FIRST, &other))->problem);
  g_assert_cmpuint (leech->totals.n_awake, ==, 0);
  leech = kill_and_start (leech, "after");
  shoal_api_engine_watch (leech->engine, FIRST, SHOAL_WATCH_PEERS);
  shoal_api_engine_set_paused (leech->engine, FIRST, FALSE);
  swarm_until (swarm, count_bans (leech) == 2);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_DOWNLOADING);
  g_assert_cmpint (try_to_connect (leech, seed), ==, SHOAL_PROBLEM_PEER_BANNED);
  g_assert_null (
      node_wait (leech, shoal_api_engine_unban_peer (leech->engine, FIRST, NULL))->problem);
  swarm_until (swarm, count_bans (leech) == 0);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
}

/* "1 3": what is found. The caller's. */
static char *
search (Node *self, const char *text)
{
  const ShoalAnswer *answer =
      node_wait (self, shoal_api_engine_search (self->engine, text, node_answered, self));
  GString *out = g_string_new (NULL);
  guint    i;

  g_assert_null (answer->problem);
  g_assert_nonnull (answer->found);
  for (i = 0; i < answer->found->len; i++)
    g_string_append_printf (
        out, "%s%u", i > 0 ? " " : "", g_array_index (answer->found, ShoalTorrentId, i).value);
  return g_string_free (out, FALSE);
}

#define assert_found(node, text, expected)                                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *all = search (node, text);                                                    \
    g_assert_cmpstr (all, ==, expected);                                                           \
  }                                                                                                \
  G_STMT_END

static void
test_search (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) first = new_pair ("Holidays", NULL, FALSE);
  g_autoptr (Data) second = data_new_single ("Winter light.ogg", 16 * KIB, 10 * KIB);
  g_autofree char *huge = g_strnfill (1 << 20, 'w');
  Node            *node = add_calm_node (swarm, "node");
  guint64          overtaken;

  add_paused (node, first, NULL);
  add_paused (node, second, NULL);
  assert_found (node, "winter", "1 2");
  assert_found (node, "SUMMER holi", "1");
  assert_found (node, "summer winter", "");
  assert_found (node, "", "");
  assert_found (node, huge, "");
  overtaken = shoal_api_engine_search (node->engine, "winter", node_answered, node);
  assert_found (node, "light", "2");
  g_assert_null (node_wait (node, overtaken)->problem);
  shoal_api_engine_set_hidden (node->engine, (ShoalTorrentId){ 2 }, TRUE);
  assert_found (node, "winter", "1");
  shoal_api_engine_set_hidden (node->engine, (ShoalTorrentId){ 2 }, FALSE);
  assert_found (node, "winter", "1 2");
  node_restart (node);
  assert_found (node, "winter", "1 2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/organise/labels", test_labels);
  g_test_add_func ("/swarm/organise/many-labels", test_many_labels);
  g_test_add_func ("/swarm/organise/hosts", test_hosts);
  g_test_add_func ("/swarm/organise/many-trackers", test_many_trackers);
  g_test_add_func ("/swarm/organise/trackers", test_trackers);
  g_test_add_func ("/swarm/organise/magnet-trackers", test_magnet_trackers);
  g_test_add_func ("/swarm/organise/refused", test_refused);
  g_test_add_func ("/swarm/organise/peer-refused", test_peer_refused);
  g_test_add_func ("/swarm/organise/ban", test_ban);
  g_test_add_func ("/swarm/organise/ban-asleep", test_ban_asleep);
  g_test_add_func ("/swarm/organise/search", test_search);
  return g_test_run ();
}
