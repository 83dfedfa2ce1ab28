/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "model/shoal-model-details.h"

#include <string.h>

#define ID 7

static GPtrArray *
make_files (guint64 done_bytes)
{
  GPtrArray     *files = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_file_info_free);
  ShoalFileInfo *file = g_new0 (ShoalFileInfo, 1);

  file->path = g_strdup ("film.mkv");
  file->size = 1000;
  file->done_bytes = done_bytes;
  file->priority = SHOAL_FILE_PRIORITY_NORMAL;
  g_ptr_array_add (files, file);
  return files;
}

static GPtrArray *
make_peers (guint64 down_bps, gboolean is_snubbed)
{
  GPtrArray     *peers = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_peer_info_free);
  ShoalPeerInfo *peer = g_new0 (ShoalPeerInfo, 1);

  peer->client = g_strdup ("Shoal");
  peer->down_bps = down_bps;
  peer->is_snubbed = !!is_snubbed;
  g_ptr_array_add (peers, peer);
  return peers;
}

static GPtrArray *
make_trackers (const char *message)
{
  GPtrArray *trackers = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_tracker_info_free);
  ShoalTrackerInfo *tracker = g_new0 (ShoalTrackerInfo, 1);

  tracker->url = g_strdup ("udp://tracker.example:1");
  tracker->message = g_strdup (message);
  g_ptr_array_add (trackers, tracker);
  return trackers;
}

static void
add_pieces (ShoalTorrentDetails *details, guint8 have, guint8 in_flight, guint8 availability)
{
  details->n_pieces = 5;
  details->piece_length = 16384;
  details->have = g_memdup2 (&have, 1);
  details->in_flight = g_memdup2 (&in_flight, 1);
  details->availability = g_malloc (5);
  memset (details->availability, availability, 5);
}

static ShoalSnapshot *
make_snapshot (ShoalTorrentDetails *details)
{
  ShoalSnapshot *snapshot = shoal_snapshot_new ();

  g_ptr_array_add (snapshot->details, details);
  return snapshot;
}

static ShoalTorrentDetails *
make_all (void)
{
  ShoalTorrentDetails *details = shoal_torrent_details_new ((ShoalTorrentId){ ID });

  details->files = make_files (10);
  details->peers = make_peers (100, FALSE);
  details->trackers = make_trackers (NULL);
  add_pieces (details, 0x80, 0x40, 2);
  return details;
}

static void
log_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", pspec->name);
}

static void
change_nothing (ShoalTorrentDetails *details)
{
}

static void
change_file (ShoalTorrentDetails *details)
{
  g_clear_pointer (&details->files, g_ptr_array_unref);
  details->files = make_files (11);
}

static void
change_peer_rate (ShoalTorrentDetails *details)
{
  g_clear_pointer (&details->peers, g_ptr_array_unref);
  details->peers = make_peers (101, FALSE);
}

static void
change_peer_flag (ShoalTorrentDetails *details)
{
  g_clear_pointer (&details->peers, g_ptr_array_unref);
  details->peers = make_peers (100, TRUE);
}

static void
change_tracker (ShoalTorrentDetails *details)
{
  g_clear_pointer (&details->trackers, g_ptr_array_unref);
  details->trackers = make_trackers ("try later");
}

static void
change_have (ShoalTorrentDetails *details)
{
  details->have[0] |= 0x08;
}

static void
change_in_flight (ShoalTorrentDetails *details)
{
  details->in_flight[0] = 0;
}

static void
change_availability (ShoalTorrentDetails *details)
{
  details->availability[4] = 3;
}

static void
drop_all_parts (ShoalTorrentDetails *details)
{
  g_clear_pointer (&details->files, g_ptr_array_unref);
  g_clear_pointer (&details->peers, g_ptr_array_unref);
  g_clear_pointer (&details->trackers, g_ptr_array_unref);
  g_clear_pointer (&details->have, g_free);
}

static void
change_torrent (ShoalTorrentDetails *details)
{
  details->id.value = ID + 1;
  change_file (details);
}

static const struct
{
  void (*change) (ShoalTorrentDetails *details);
  const char *told;
} change_cases[] = {
  { change_nothing, "" },          { change_file, "files " },
  { change_peer_rate, "peers " },  { change_peer_flag, "peers " },
  { change_tracker, "trackers " }, { change_have, "pieces " },
  { change_in_flight, "pieces " }, { change_availability, "pieces " },
  { drop_all_parts, "" },          { change_torrent, "" },
};

static void
test_tells_what_changed (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (change_cases); i++)
    {
      g_autoptr (ShoalModelDetails) details = shoal_model_details_new ((ShoalTorrentId){ ID });
      g_autoptr (ShoalSnapshot) first = make_snapshot (make_all ());
      ShoalTorrentDetails *other = make_all ();
      g_autoptr (ShoalSnapshot) second = make_snapshot (other);
      g_autoptr (GString) log = g_string_new (NULL);

      shoal_model_details_apply (details, first);
      g_signal_connect (details, "notify", G_CALLBACK (log_cb), log);
      change_cases[i].change (other);
      shoal_model_details_apply (details, second);
      g_assert_cmpstr (log->str, ==, change_cases[i].told);
    }
}

static void
test_begins_with_nothing (void)
{
  g_autoptr (ShoalModelDetails) details = shoal_model_details_new ((ShoalTorrentId){ ID });
  g_autoptr (ShoalSnapshot) snapshot = make_snapshot (make_all ());
  g_autoptr (GString) log = g_string_new (NULL);
  const ShoalFileInfo *file;

  g_assert_null (shoal_model_details_get_files (details));
  g_assert_null (shoal_model_details_get_peers (details));
  g_assert_null (shoal_model_details_get_trackers (details));
  g_assert_null (shoal_model_details_get_pieces (details));
  g_assert_null (shoal_model_details_get_contents (details));
  g_signal_connect (details, "notify", G_CALLBACK (log_cb), log);
  shoal_model_details_apply (details, snapshot);
  g_assert_nonnull (strstr (log->str, "files"));
  g_assert_nonnull (strstr (log->str, "peers"));
  g_assert_nonnull (strstr (log->str, "trackers"));
  g_assert_nonnull (strstr (log->str, "pieces"));
  file = g_ptr_array_index (shoal_model_details_get_files (details), 0);
  g_assert_cmpuint (file->done_bytes, ==, 10);
  g_assert_cmpuint (shoal_model_details_get_pieces (details)->n_pieces, ==, 5);
  g_assert_cmpuint (shoal_model_details_get_id (details).value, ==, ID);
}

/* Whoever goes back to a page finds it as it was, until the next snapshot. */
static void
test_keeps_what_is_not_watched (void)
{
  g_autoptr (ShoalModelDetails) details = shoal_model_details_new ((ShoalTorrentId){ ID });
  g_autoptr (ShoalSnapshot) first = make_snapshot (make_all ());
  ShoalTorrentDetails *other = make_all ();
  g_autoptr (ShoalSnapshot) second = make_snapshot (other);

  drop_all_parts (other);
  shoal_model_details_apply (details, first);
  shoal_model_details_apply (details, second);
  g_assert_nonnull (shoal_model_details_get_files (details));
  g_assert_nonnull (shoal_model_details_get_peers (details));
  g_assert_nonnull (shoal_model_details_get_trackers (details));
  g_assert_nonnull (shoal_model_details_get_pieces (details));
}

/* Another number of elements is another list, and an empty one is known to be empty. */
static void
test_empty_is_known (void)
{
  g_autoptr (ShoalModelDetails) details = shoal_model_details_new ((ShoalTorrentId){ ID });
  ShoalTorrentDetails *empty = shoal_torrent_details_new ((ShoalTorrentId){ ID });
  g_autoptr (ShoalSnapshot) snapshot = make_snapshot (empty);
  g_autoptr (GString) log = g_string_new (NULL);

  empty->peers = g_ptr_array_new ();
  g_signal_connect (details, "notify", G_CALLBACK (log_cb), log);
  shoal_model_details_apply (details, snapshot);
  shoal_model_details_apply (details, snapshot);
  g_assert_cmpstr (log->str, ==, "peers ");
  g_assert_cmpuint (shoal_model_details_get_peers (details)->len, ==, 0);
}

static void
test_contents (void)
{
  g_autoptr (ShoalModelDetails) details = shoal_model_details_new ((ShoalTorrentId){ ID });
  g_autoptr (ShoalContents) contents = shoal_contents_new ();
  g_autoptr (GString) log = g_string_new (NULL);

  g_signal_connect (details, "notify", G_CALLBACK (log_cb), log);
  shoal_model_details_set_contents (details, contents);
  shoal_model_details_set_contents (details, contents);
  g_assert_cmpstr (log->str, ==, "contents ");
  g_assert_true (shoal_model_details_get_contents (details) == contents);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/details/tells-what-changed", test_tells_what_changed);
  g_test_add_func ("/model/details/begins-with-nothing", test_begins_with_nothing);
  g_test_add_func ("/model/details/keeps-what-is-not-watched", test_keeps_what_is_not_watched);
  g_test_add_func ("/model/details/empty-is-known", test_empty_is_known);
  g_test_add_func ("/model/details/contents", test_contents);
  return g_test_run ();
}
