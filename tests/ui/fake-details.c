/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "fake-details.h"

#include "fake-changes.h"

#define MB        1000000
#define IN_FLIGHT 12

/* So many files are made on a thread. */
#define LONG_LIST 5000

static guint
get_n_pieces (const ShoalTorrentInfo *info)
{
  const char *text = g_getenv ("SHOAL_FAKE_PIECES");

  if (text != NULL)
    return (guint) g_ascii_strtoull (text, NULL, 10);
  return (guint) (info->size / MB) + 1;
}

/* Below 1000, and always the same for the same piece. */
static guint
get_lot (guint piece)
{
  return (piece * 2654435761u >> 8) % 1000;
}

static void
add_pieces (ShoalTorrentDetails *details, const ShoalTorrentInfo *info)
{
  guint n = get_n_pieces (info);
  guint done_1000 = (guint) (info->done_bytes * 1000 / MAX (info->wanted_bytes, 1));
  guint n_in_flight = info->down_bps > 0 ? IN_FLIGHT : 0;

  details->n_pieces = n;
  details->piece_length = MB;
  details->have = g_malloc0 (n / 8 + 1);
  details->in_flight = g_malloc0 (n / 8 + 1);
  details->availability = g_malloc0 (n + 1);
  for (guint i = 0; i < n; i++)
    {
      details->availability[i] = (guint8) (info->n_peers > 0 ? get_lot (i + n) % 7 : 0);
      if (get_lot (i) < done_1000)
        details->have[i / 8] |= (guint8) (0x80 >> i % 8);
      else if (n_in_flight > 0)
        {
          n_in_flight--;
          details->in_flight[i / 8] |= (guint8) (0x80 >> i % 8);
        }
    }
}

static char *
dup_path (const ShoalTorrentInfo *info, guint file)
{
  const char      *top = fake_changes_get_name (info->id, G_MAXUINT);
  g_autofree char *safe = g_strdelimit (g_strdup (info->name), "/", '_');
  const char      *name = fake_changes_get_name (info->id, file);
  const char      *folder;
  g_autofree char *part = NULL;

  if (info->n_files == 1)
    return g_strdup (name != NULL ? name : safe);
  if (top == NULL)
    top = safe;
  folder = fake_changes_get_folder_name (info->id, file % FAKE_N_PARTS);
  part = folder != NULL ? g_strdup (folder) : g_strdup_printf ("part %u", file % FAKE_N_PARTS);
  return name != NULL ? g_strdup_printf ("%s/%s/%s", top, part, name)
                      : g_strdup_printf ("%s/%s/file %u.bin", top, part, file);
}

static GPtrArray *
make_files (const ShoalTorrentInfo *info)
{
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_file_info_free);

  for (guint i = 0; i < info->n_files; i++)
    {
      ShoalFileInfo *file = g_new0 (ShoalFileInfo, 1);

      file->path = dup_path (info, i);
      file->size = info->size / info->n_files;
      file->done_bytes = info->done_bytes / info->n_files;
      file->priority = fake_changes_get_priority (info->id, i);
      g_ptr_array_add (files, file);
    }
  return files;
}

/* What a list of files was made from. */
typedef struct
{
  ShoalTorrentInfo *info; /* owned */
  guint             n_changes;
} Source;

static gboolean
is_made_from (const Source *source, const ShoalTorrentInfo *info)
{
  return source->info != NULL && source->info->id.value == info->id.value &&
         source->info->done_bytes == info->done_bytes && source->info->n_files == info->n_files &&
         source->n_changes == fake_changes_get_n_files ();
}

static int is_ready; /* the thread has made the list; atomic */

static gpointer
make_in_thread (gpointer info)
{
  GPtrArray *files = make_files (info);

  g_atomic_int_set (&is_ready, TRUE);
  return files;
}

/* The same list, as long as nothing of it has changed. A long one comes late: the engine that is
 * one does not use up the turns of the window either. */
static GPtrArray *
get_files (const ShoalTorrentInfo *info)
{
  static GPtrArray *files;
  static Source     source;
  static GThread   *thread;

  if (thread == NULL && (files == NULL || !is_made_from (&source, info)))
    {
      g_clear_pointer (&source.info, shoal_torrent_info_unref);
      source.info = shoal_torrent_info_ref (info);
      source.n_changes = fake_changes_get_n_files ();
      is_ready = FALSE;
      thread = g_thread_new ("fake-files", make_in_thread, source.info);
    }
  if (thread != NULL && (info->n_files < LONG_LIST || g_atomic_int_get (&is_ready)))
    {
      g_clear_pointer (&files, g_ptr_array_unref);
      files = g_thread_join (thread);
      thread = NULL;
    }
  return files != NULL && files->len == info->n_files ? g_ptr_array_ref (files) : NULL;
}

static guint
get_n_peers (const ShoalTorrentInfo *info)
{
  const char *text = g_getenv ("SHOAL_FAKE_PEERS");

  return text != NULL && info->n_peers > 0 ? (guint) g_ascii_strtoull (text, NULL, 10)
                                           : info->n_peers;
}

static GPtrArray *
make_peers (const ShoalTorrentInfo *info, guint tick)
{
  static const char *const clients[] = {
    "Shoal 1.0", "Tom & Jerry <b>x</b> %s", "", "Other 4.6.3"
  };
  GPtrArray *peers = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_peer_info_free);

  for (guint i = 0; i < get_n_peers (info); i++)
    {
      ShoalPeerInfo   *peer = g_new0 (ShoalPeerInfo, 1);
      g_autofree char *address = g_strdup_printf ("198.51.100.%u:%u", i % 250 + 1, 6881 + i / 250);

      shoal_base_address_parse (&peer->address, address);
      peer->client = g_strdup (clients[i % G_N_ELEMENTS (clients)]);
      peer->source = i % 3 == 0 ? SHOAL_PEER_SOURCE_INCOMING : SHOAL_PEER_SOURCE_TRACKER;
      peer->done_1000 = i < info->n_seeds ? 1000 : get_lot (i);
      peer->is_incoming = i % 3 == 0;
      peer->is_encrypted = i % 2 == 0;
      peer->they_choke = i >= info->n_senders;
      peer->we_want = peer->done_1000 > 0;
      peer->we_choke = i >= info->n_takers;
      peer->they_want = i % 5 == 0;
      if (i < info->n_senders)
        peer->down_bps = info->down_bps / info->n_senders + tick % 7;
      if (i < info->n_takers)
        peer->up_bps = info->up_bps / info->n_takers + tick % 5;
      peer->downloaded = peer->down_bps * 60;
      peer->uploaded = peer->up_bps * 60;
      if (fake_changes_is_banned (info->id, &peer->address))
        shoal_peer_info_free (peer);
      else
        g_ptr_array_add (peers, peer);
    }
  return peers;
}

/* Those that a person has named: not asked yet. */
static GPtrArray *
make_named_trackers (const char *const *words)
{
  GPtrArray *trackers = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_tracker_info_free);
  guint      tier = 0;

  for (; *words != NULL; words++)
    {
      ShoalTrackerInfo *tracker;

      if (**words == '\0')
        {
          tier++;
          continue;
        }
      tracker = g_new0 (ShoalTrackerInfo, 1);
      tracker->url = g_strdup (*words);
      tracker->tier = tier;
      tracker->n_seeds = tracker->n_leechers = -1;
      g_ptr_array_add (trackers, tracker);
    }
  return trackers;
}

static GPtrArray *
make_trackers (const ShoalTorrentInfo *info)
{
  const char *const *words = fake_changes_get_trackers (info->id);
  GPtrArray *trackers = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_tracker_info_free);

  if (words != NULL)
    {
      g_ptr_array_unref (trackers);
      return make_named_trackers (words);
    }
  for (guint i = 0; i < 2; i++)
    {
      ShoalTrackerInfo *tracker = g_new0 (ShoalTrackerInfo, 1);

      tracker->url = g_strdup_printf ("https://tracker%u.example/announce?key=secret", i + 1);
      tracker->tier = i;
      tracker->n_seeds = tracker->n_leechers = -1;
      tracker->last_time = info->added_time;
      tracker->next_time = g_get_real_time () / G_USEC_PER_SEC / 1800 * 1800 + 1800;
      tracker->status = i == 0 ? SHOAL_TRACKER_STATUS_OK : SHOAL_TRACKER_STATUS_ERROR;
      tracker->fault = SHOAL_PROBLEM_TRACKER_REFUSED;
      tracker->message = i == 0 ? NULL : g_strdup ("<b>Tom & Jerry</b> %s: not today");
      tracker->n_peers = i == 0 ? 40 : 0;
      g_ptr_array_add (trackers, tracker);
    }
  return trackers;
}

ShoalTorrentDetails *
fake_details_new (const ShoalTorrentInfo *info, ShoalWatch what, guint tick)
{
  ShoalTorrentDetails *details = shoal_torrent_details_new (info->id);

  if (what & SHOAL_WATCH_PEERS)
    details->peers = make_peers (info, tick);
  if (what & SHOAL_WATCH_TRACKERS)
    details->trackers = make_trackers (info);
  if (info->is_magnet)
    return details;
  if (what & SHOAL_WATCH_FILES)
    details->files = get_files (info);
  if (what & SHOAL_WATCH_PIECES)
    add_pieces (details, info);
  return details;
}

ShoalContents *
fake_details_dup_contents (const ShoalTorrentInfo *info)
{
  static const char *const urls[] = { "https://tracker1.example/announce?key=secret", NULL };
  ShoalContents           *contents = shoal_contents_new ();

  contents->hashes = info->hashes;
  contents->name = g_strdup (info->name);
  contents->comment = g_strdup ("Tom & Jerry <b>x</b> %s");
  contents->creator = g_strdup ("a stranger's <i>tool</i>");
  contents->created_time = 1764000000;
  contents->size = info->size;
  contents->piece_length = MB;
  contents->n_pieces = get_n_pieces (info);
  contents->is_multi_file = info->n_files > 1;
  contents->is_private = info->is_private;
  if (info->n_files < LONG_LIST)
    {
      g_clear_pointer (&contents->files, g_ptr_array_unref);
      contents->files = get_files (info);
    }
  g_ptr_array_add (contents->tiers, g_strdupv ((char **) urls));
  return contents;
}
