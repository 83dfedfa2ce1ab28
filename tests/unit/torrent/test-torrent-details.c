/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <sys/resource.h>

#include "torrent/shoal-torrent-private.h"

/* What is published while somebody looks at a torrent, of which no more is here than that takes:
 * neither network nor disk does anything. */

#define PIECE_LENGTH SHOAL_BASE_BLOCK_SIZE
#define FILE_LENGTH  100

typedef struct
{
  GMainContext     *context;
  ShoalTorrentEnv   env;
  ShoalBaseRandom   random;
  ShoalTorrent      torrent;
  ShoalTorrentKnown known;
} Fixture;

/* "top/0", "top/1", … */
static ShoalCodecMetainfo *
make_metainfo (guint n_files)
{
  g_autoptr (GString) text = g_string_new ("d4:infod5:filesl");
  g_autoptr (GBytes) bytes = NULL;
  guint               n_pieces = (n_files * FILE_LENGTH + PIECE_LENGTH - 1) / PIECE_LENGTH, i;
  ShoalCodecMetainfo *metainfo;

  for (i = 0; i < n_files; i++)
    {
      char name[16];

      g_snprintf (name, sizeof name, "%u", i);
      g_string_append_printf (
          text, "d6:lengthi%de4:pathl%zu:%see", FILE_LENGTH, strlen (name), name);
    }
  g_string_append_printf (
      text, "e4:name3:top12:piece lengthi%de6:pieces%u:", PIECE_LENGTH, n_pieces * 20);
  for (i = 0; i < n_pieces * 20; i++)
    g_string_append_c (text, 'h');
  g_string_append (text, "ee");
  bytes = g_bytes_new (text->str, text->len);
  metainfo = shoal_codec_metainfo_new_from_bytes (bytes, NULL);
  g_assert_nonnull (metainfo);
  return metainfo;
}

static Fixture *
fixture_new (guint n_files)
{
  Fixture      *self = g_new0 (Fixture, 1);
  ShoalTorrent *torrent = &self->torrent;

  self->context = g_main_context_new ();
  self->env.reactor = shoal_net_reactor_new (self->context);
  shoal_base_random_init (&self->random, 1);
  torrent->env = &self->env;
  torrent->id.value = 1;
  torrent->metainfo = make_metainfo (n_files);
  torrent->layout = shoal_codec_metainfo_get_layout (torrent->metainfo);
  torrent->map = shoal_piece_map_new (torrent->layout, &self->random);
  torrent->files = shoal_piece_files_new (torrent->map);
  torrent->blame = shoal_piece_blame_new ();
  torrent->links = g_ptr_array_new ();
  torrent->knowns = shoal_torrent_knowns_new (self->env.external);
  return self;
}

static void
fixture_free (Fixture *self)
{
  ShoalTorrent *torrent = &self->torrent;

  shoal_torrent_details_clear (torrent);
  g_clear_pointer (&torrent->renamed, g_hash_table_unref);
  g_ptr_array_unref (torrent->links);
  shoal_torrent_knowns_free (torrent->knowns);
  shoal_piece_blame_free (torrent->blame);
  shoal_piece_files_free (torrent->files);
  shoal_piece_map_free (torrent->map);
  shoal_codec_metainfo_unref (torrent->metainfo);
  shoal_net_reactor_free (self->env.reactor);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
gain (Fixture *self, guint piece)
{
  shoal_piece_map_gain (self->torrent.map, piece);
  shoal_piece_files_on_gained (self->torrent.files, piece);
}

static const ShoalFileInfo *
get_file (const ShoalTorrentDetails *details, guint i)
{
  return g_ptr_array_index (details->files, i);
}

/* A file that has not changed is the same in two lists, a list in which none has is not told of
 * again, unless somebody asks anew. */
static void
test_files (void)
{
  Fixture *self = fixture_new (400);
  g_autoptr (ShoalTorrentDetails) first = NULL;
  g_autoptr (ShoalTorrentDetails) second = NULL;
  g_autoptr (ShoalTorrentDetails) third = NULL;
  guint i, n_same = 0;

  shoal_torrent_set_watch (&self->torrent, SHOAL_WATCH_FILES);
  first = shoal_torrent_dup_details (&self->torrent);
  g_assert_cmpuint (first->files->len, ==, 400);
  g_assert_cmpstr (get_file (first, 399)->path, ==, "top/399");
  g_assert_null (shoal_torrent_dup_details (&self->torrent));
  gain (self, 1);
  second = shoal_torrent_dup_details (&self->torrent);
  for (i = 0; i < 400; i++)
    {
      const ShoalFileInfo *file = get_file (second, i);

      n_same += file == get_file (first, i);
      g_assert_cmpint (file != get_file (first, i), ==, file->done_bytes > 0);
      g_assert_cmpuint (get_file (first, i)->done_bytes, ==, 0);
    }
  g_assert_cmpuint (n_same, ==, 400 - 165); /* it touches so many */
  shoal_torrent_set_watch (&self->torrent, SHOAL_WATCH_FILES);
  third = shoal_torrent_dup_details (&self->torrent);
  g_assert_true (third->files == second->files);
  g_assert_null (shoal_torrent_dup_details (&self->torrent));
  fixture_free (self); /* the lists outlast it */
}

/* Priorities and names are news too; beside other parts an old list is told of once more. */
static void
test_news (void)
{
  Fixture             *self = fixture_new (4);
  ShoalTorrentDetails *details;

  shoal_torrent_set_watch (&self->torrent, SHOAL_WATCH_FILES | SHOAL_WATCH_PEERS);
  shoal_torrent_details_unref (shoal_torrent_dup_details (&self->torrent));
  details = shoal_torrent_dup_details (&self->torrent);
  g_assert_cmpuint (details->peers->len, ==, 0);
  g_assert_cmpuint (details->files->len, ==, 4);
  shoal_torrent_details_unref (details);
  shoal_torrent_set_watch (&self->torrent, SHOAL_WATCH_FILES);
  shoal_torrent_details_unref (shoal_torrent_dup_details (&self->torrent));
  shoal_piece_files_set_priority (self->torrent.files, 2, SHOAL_FILE_PRIORITY_HIGH);
  details = shoal_torrent_dup_details (&self->torrent);
  g_assert_cmpint (get_file (details, 2)->priority, ==, SHOAL_FILE_PRIORITY_HIGH);
  shoal_torrent_details_unref (details);
  shoal_torrent_set_path (&self->torrent, 3, "top/new");
  shoal_torrent_details_rename (&self->torrent);
  details = shoal_torrent_dup_details (&self->torrent);
  g_assert_cmpstr (get_file (details, 3)->path, ==, "top/new");
  g_assert_cmpstr (get_file (details, 2)->path, ==, "top/2");
  shoal_torrent_details_unref (details);
  g_assert_null (shoal_torrent_dup_details (&self->torrent));
  fixture_free (self);
}

/* --- what it costs --- */

static double
measure (Fixture *self, const char *what)
{
  gint64               began_usec = g_get_monotonic_time ();
  ShoalTorrentDetails *details = shoal_torrent_dup_details (&self->torrent);
  double               ms = (double) (g_get_monotonic_time () - began_usec) / 1000;

  g_test_message ("%s: %.2f ms", what, ms);
  if (details != NULL)
    shoal_torrent_details_unref (details);
  return ms;
}

static void
test_many_files (void)
{
  Fixture *self = fixture_new (100000);
  double   first, unchanged, changed;

  shoal_torrent_set_watch (&self->torrent, SHOAL_WATCH_FILES);
  first = measure (self, "100,000 files, the first time");
  unchanged = measure (self, "the same, unchanged");
  gain (self, 5);
  changed = measure (self, "the same, some changed");
  /* Bounds against a mistake, on any machine: a quiet one takes some 20, 0.3 and 2 ms. */
  g_assert_cmpfloat (unchanged, <, MAX (first / 3, 20));
  g_assert_cmpfloat (changed, <, MAX (first, 60));
  fixture_free (self);
}

/* Peers that are about to connect have all that is read of one. */
static void
add_peers (Fixture *self, ShoalPeerContext *context, ShoalTorrentLink *links, guint n)
{
  ShoalBaseAddress to;
  ShoalPeerTerms   terms = { .events = &shoal_torrent_peer_events,
                             .layout = self->torrent.layout,
                             .have = shoal_piece_map_get_have (self->torrent.map) };
  guint            i;

  g_assert_true (shoal_base_address_parse_ip (&to, "127.0.0.1"));
  to.port = 9;
  for (i = 0; i < n; i++)
    {
      terms.owner = &links[i];
      links[i] = (ShoalTorrentLink){ .torrent = &self->torrent, .known = &self->known, .slot = i };
      links[i].peer = shoal_peer_new_outgoing (context, &to, NULL, &terms);
      g_ptr_array_add (self->torrent.links, &links[i]);
    }
}

static void
test_many_peers (void)
{
  Fixture                     *self = fixture_new (4);
  ShoalBasePool               *pool = shoal_base_pool_new ();
  ShoalPeerContext            *context = shoal_peer_context_new (self->env.reactor, pool, "test");
  struct rlimit                limit;
  guint                        n, i;
  g_autofree ShoalTorrentLink *links = NULL;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = MIN (limit.rlim_max, 2100);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  n = (guint) limit.rlim_cur - 100;
  links = g_new0 (ShoalTorrentLink, n);
  add_peers (self, context, links, n);
  shoal_torrent_set_watch (&self->torrent, SHOAL_WATCH_PEERS);
  measure (self, "the first time");
  g_test_message ("of %u peers", n);
  g_assert_cmpfloat (measure (self, "again"), <, 100);
  for (i = 0; i < n; i++)
    shoal_peer_free (links[i].peer);
  shoal_peer_context_free (context);
  g_ptr_array_set_size (self->torrent.links, 0);
  shoal_base_pool_free (pool);
  fixture_free (self);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torrent/details/files", test_files);
  g_test_add_func ("/torrent/details/news", test_news);
  g_test_add_func ("/torrent/details/many-files", test_many_files);
  g_test_add_func ("/torrent/details/many-peers", test_many_peers);
  return g_test_run ();
}
