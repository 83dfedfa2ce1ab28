/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Torrents that other programs made, read by us, and ours, read by them. */

#include "config.h"

#include "base/shoal-base-bytes.h"
#include "codec/shoal-codec-metainfo.h"
#include "make-test-folder.h"
#include "make/shoal-make-torrent.h"

#define PIECE_LENGTH 32768

typedef struct
{
  char *folder; /* owned */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = new_folder ();
  write_file (fixture->folder, "single.bin", 200000);
  write_file (fixture->folder, "tree/a/deep/er/file", 65536);
  write_file (fixture->folder, "tree/a/empty", 0);
  write_file (fixture->folder, "tree/b.txt", 50000);
  write_file (fixture->folder, "tree/border", PIECE_LENGTH * 2 - 50000);
  write_file (fixture->folder, "tree/c d/e", 1);
  write_file (fixture->folder, "tree/z/\xc3\xa4\xe6\x97\xa5.bin", 70000);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_tree (fixture->folder);
  g_free (fixture->folder);
}

/* Runs @argv, which must succeed; returns its output, or NULL (and skips) if there is no program.
 */
static char *
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_find_program_in_path (argv[0]);
  g_autofree char *out = NULL;
  g_autofree char *errors = NULL;
  int              status;

  if (program == NULL)
    {
      g_test_skip (argv[0]);
      return NULL;
    }
  g_spawn_sync (
      NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &errors, &status, &error);
  g_assert_no_error (error);
  if (status != 0 && strstr (errors, "No module named 'libtorrent'") != NULL)
    {
      g_test_skip ("libtorrent's Python module");
      return NULL;
    }
  g_test_message ("%s: %s%s", argv[0], out, errors);
  g_assert_cmpint (status, ==, 0);
  return g_steal_pointer (&out);
}

static ShoalCodecMetainfo *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *data;
  gsize len;
  g_autoptr (GBytes) bytes = NULL;
  ShoalCodecMetainfo *metainfo;

  g_file_get_contents (path, &data, &len, &error);
  g_assert_no_error (error);
  bytes = g_bytes_new_take (data, len);
  metainfo = shoal_codec_metainfo_new_from_bytes (bytes, &error);
  g_assert_no_error (error);
  return metainfo;
}

/* Our torrent of @name in the fixture's folder, also written to @out. */
static ShoalCodecMetainfo *
make_ours (const Fixture *fixture, const char *name, const char *out)
{
  static const ShoalCodecTracker tracker = { (char *) "http://tracker.example/announce", 0 };
  g_autofree char               *path = g_build_filename (fixture->folder, name, NULL);
  ShoalMakeOptions               options = {
                  .path = path, .piece_length = PIECE_LENGTH, .trackers = &tracker, .n_trackers = 1
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = shoal_make_torrent (&options, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (
      out, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL));
  return load (out);
}

/* The files that hold data, in order: transmission-create leaves empty ones out. */
static GPtrArray *
list_data_files (const ShoalCodecLayout *layout)
{
  GPtrArray *list = g_ptr_array_new ();
  guint      i;

  for (i = 0; i < shoal_codec_layout_get_n_files (layout); i++)
    {
      const ShoalCodecFile *file = shoal_codec_layout_get_file (layout, i);

      if (file->length > 0 && (file->flags & SHOAL_CODEC_FILE_PAD) == 0)
        g_ptr_array_add (list, (gpointer) (gsize) file);
    }
  return list;
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(const ShoalCodecFile *const *) a)->path,
                 (*(const ShoalCodecFile *const *) b)->path);
}

static void
compare_hashes (const ShoalCodecMetainfo *theirs, const ShoalCodecMetainfo *ours)
{
  guint n = shoal_codec_layout_get_n_pieces (shoal_codec_metainfo_get_layout (ours));
  guint i;

  g_assert_cmpuint (
      shoal_codec_layout_get_n_pieces (shoal_codec_metainfo_get_layout (theirs)), ==, n);
  for (i = 0; i < n; i++)
    g_assert_cmpmem (shoal_codec_metainfo_get_piece_hash (theirs, i),
                     20,
                     shoal_codec_metainfo_get_piece_hash (ours, i),
                     20);
}

/* The same files in some order, and if they lie at the same places, the same hashes. */
static void
compare (const ShoalCodecMetainfo *theirs, const ShoalCodecMetainfo *ours)
{
  ShoalCodecLayout *a = shoal_codec_metainfo_get_layout (theirs);
  ShoalCodecLayout *b = shoal_codec_metainfo_get_layout (ours);
  g_autoptr (GPtrArray) their_files = list_data_files (a);
  g_autoptr (GPtrArray) our_files = list_data_files (b);
  gboolean is_same_place = !shoal_codec_metainfo_is_v2_only (theirs);
  guint    i;

  g_assert_cmpstr (
      shoal_codec_metainfo_get_name (theirs), ==, shoal_codec_metainfo_get_name (ours));
  g_assert_cmpint (
      shoal_codec_metainfo_has_folder (theirs), ==, shoal_codec_metainfo_has_folder (ours));
  g_assert_cmpuint (
      shoal_codec_layout_get_piece_length (a), ==, shoal_codec_layout_get_piece_length (b));
  g_assert_cmpuint (shoal_codec_layout_get_data_size (a), ==, shoal_codec_layout_get_data_size (b));
  g_ptr_array_sort (their_files, compare_paths);
  g_ptr_array_sort (our_files, compare_paths);
  g_assert_cmpuint (their_files->len, ==, our_files->len);
  for (i = 0; i < our_files->len; i++)
    {
      const ShoalCodecFile *one = g_ptr_array_index (their_files, i);
      const ShoalCodecFile *two = g_ptr_array_index (our_files, i);

      g_assert_cmpstr (one->path, ==, two->path);
      g_assert_cmpuint (one->length, ==, two->length);
      is_same_place &= one->offset == two->offset;
    }
  g_test_message ("the files lie at %s places", is_same_place ? "the same" : "other");
  if (is_same_place)
    compare_hashes (theirs, ours);
}

static gboolean
is_same_info (const ShoalCodecMetainfo *a, const ShoalCodecMetainfo *b)
{
  return g_bytes_equal (shoal_codec_metainfo_get_info (a), shoal_codec_metainfo_get_info (b));
}

static void
test_mktorrent (Fixture *fixture, gconstpointer data)
{
  const char       *name = data;
  g_autofree char  *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char  *theirs_path = g_build_filename (fixture->folder, "theirs.torrent", NULL);
  g_autofree char  *ours_path = g_build_filename (fixture->folder, "ours.torrent", NULL);
  const char *const argv[] = { "mktorrent", "-a", "http://tracker.example/announce",
                               "-l",        "15", "-o",
                               theirs_path, path, NULL };
  g_autofree char  *out = run (argv);
  g_autoptr (ShoalCodecMetainfo) theirs = NULL;
  g_autoptr (ShoalCodecMetainfo) ours = NULL;

  if (out == NULL)
    return;
  theirs = load (theirs_path);
  ours = make_ours (fixture, name, ours_path);
  compare (theirs, ours);
  g_assert_true (is_same_info (theirs, ours));
  g_assert_cmpint (shoal_codec_metainfo_get_created (theirs), >, 1600000000);
}

static void
test_transmission (Fixture *fixture, gconstpointer data)
{
  const char       *name = data;
  g_autofree char  *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char  *theirs_path = g_build_filename (fixture->folder, "theirs.torrent", NULL);
  g_autofree char  *ours_path = g_build_filename (fixture->folder, "ours.torrent", NULL);
  const char *const make_argv[] = { "transmission-create",
                                    "-t",
                                    "http://tracker.example/announce",
                                    "-s",
                                    "32",
                                    "-o",
                                    theirs_path,
                                    path,
                                    NULL };
  const char *const show_argv[] = { "transmission-show", ours_path, NULL };
  g_autofree char  *out = run (make_argv);
  g_autofree char  *shown = NULL;
  g_autofree char  *hash = NULL;
  g_autoptr (ShoalCodecMetainfo) theirs = NULL;
  g_autoptr (ShoalCodecMetainfo) ours = NULL;

  if (out == NULL)
    return;
  theirs = load (theirs_path);
  ours = make_ours (fixture, name, ours_path);
  compare (theirs, ours);
  shown = run (show_argv);
  if (shown == NULL)
    return;
  hash = shoal_base_hex_dup (shoal_codec_metainfo_get_hashes (ours)->v1.bytes, 20);
  g_assert_nonnull (strstr (shown, hash));
}

/* What libtorrent says of a torrent against what we read in it. */
static void
compare_shown (const char *shown, const ShoalCodecMetainfo *metainfo)
{
  g_auto (GStrv) lines = g_strsplit (shown, "\n", -1);
  const ShoalInfoHashes *hashes = shoal_codec_metainfo_get_hashes (metainfo);
  ShoalCodecLayout      *layout = shoal_codec_metainfo_get_layout (metainfo);
  g_autofree char *v1 = hashes->has_v1 ? shoal_base_hex_dup (hashes->v1.bytes, 20) : g_strdup ("-");
  g_autofree char *v2 = hashes->has_v2 ? shoal_base_hex_dup (hashes->v2.bytes, 32) : g_strdup ("-");
  g_autofree char *pieces = g_strdup_printf ("%u", shoal_codec_layout_get_n_pieces (layout));
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  guint i;

  g_assert_cmpstr (lines[0], ==, v1);
  g_assert_cmpstr (lines[1], ==, v2);
  g_assert_cmpstr (lines[2], ==, shoal_codec_metainfo_get_name (metainfo));
  g_assert_cmpstr (lines[3], ==, pieces);
  /* In a v2 torrent libtorrent shows the gaps as pad files, which are not in it. */
  for (i = 4; lines[i] != NULL && lines[i][0] != '\0'; i++)
    if (!shoal_codec_metainfo_is_v2_only (metainfo) || strstr (lines[i], "/.pad/") == NULL)
      g_ptr_array_add (files, g_strdup (lines[i]));
  g_assert_cmpuint (files->len, ==, shoal_codec_layout_get_n_files (layout));
  for (i = 0; i < files->len; i++)
    {
      const ShoalCodecFile *file = shoal_codec_layout_get_file (layout, i);
      g_autofree char      *line =
          g_strdup_printf ("%" G_GUINT64_FORMAT " %s", file->length, file->path);

      g_assert_cmpstr (g_ptr_array_index (files, i), ==, line);
    }
}

static void
check_libtorrent (Fixture *fixture, const char *name, const char *kind)
{
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "unit", "make", "make-interop.py", NULL);
  g_autofree char  *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char  *theirs_path = g_build_filename (fixture->folder, "theirs.torrent", NULL);
  g_autofree char  *ours_path = g_build_filename (fixture->folder, "ours.torrent", NULL);
  const char *const make_argv[] = { "/usr/bin/python3",         script,      "make", path, kind,
                                    G_STRINGIFY (PIECE_LENGTH), theirs_path, NULL };
  const char *const show_argv[] = { "/usr/bin/python3", script, "show", ours_path, NULL };
  g_autofree char  *made = run (make_argv);
  g_autofree char  *shown = NULL;
  g_autoptr (ShoalCodecMetainfo) theirs = NULL;
  g_autoptr (ShoalCodecMetainfo) ours = NULL;

  if (made == NULL)
    return;
  theirs = load (theirs_path);
  compare_shown (made, theirs);
  ours = make_ours (fixture, name, ours_path);
  compare (theirs, ours);
  if (strcmp (kind, "v1") == 0 && strcmp (name, "single.bin") == 0)
    g_assert_true (is_same_info (theirs, ours));
  shown = run (show_argv);
  compare_shown (shown, ours);
}

static void
test_libtorrent (Fixture *fixture, gconstpointer data)
{
  check_libtorrent (fixture, "single.bin", data);
  check_libtorrent (fixture, "tree", data);
}

#define ADD(name, data, func)                                                                      \
  g_test_add ("/make/interop/" name, Fixture, data, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("mktorrent-file", "single.bin", test_mktorrent);
  ADD ("mktorrent-tree", "tree", test_mktorrent);
  ADD ("transmission-file", "single.bin", test_transmission);
  ADD ("transmission-tree", "tree", test_transmission);
  ADD ("libtorrent-v1", "v1", test_libtorrent);
  ADD ("libtorrent-v2", "v2", test_libtorrent);
  ADD ("libtorrent-hybrid", "hybrid", test_libtorrent);
  return g_test_run ();
}
