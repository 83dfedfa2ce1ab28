/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "make/shoal-make-torrent.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/shoal-codec-metainfo.h"
#include "make-test-folder.h"

typedef struct
{
  char *folder; /* owned */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = new_folder ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_tree (fixture->folder);
  g_free (fixture->folder);
}

static ShoalCodecMetainfo *
make (const ShoalMakeOptions *options, ShoalMakeSummary *summary, GError **error)
{
  g_autoptr (GBytes) bytes = shoal_make_torrent (options, NULL, summary, error);
  g_autoptr (GError) problem = NULL;
  ShoalCodecMetainfo *metainfo;

  if (bytes == NULL)
    return NULL;
  metainfo = shoal_codec_metainfo_new_from_bytes (bytes, &problem);
  g_assert_no_error (problem);
  g_assert_cmpint (shoal_codec_metainfo_get_flaws (metainfo), ==, 0);
  return metainfo;
}

/* Makes a torrent of @name in the fixture's folder; it must fail with @code and say @message. */
static void
refuse (const Fixture *fixture, const char *name, ShoalMakeError code, const char *message)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  ShoalMakeOptions options = { .path = path };
  g_autoptr (GError) error = NULL;

  g_assert_null (shoal_make_torrent (&options, NULL, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, SHOAL_MAKE_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, message));
}

/* The hashes of the pieces, computed over all files joined. */
static void
check_pieces (const ShoalCodecMetainfo *metainfo, const char *parent)
{
  ShoalCodecLayout *layout = shoal_codec_metainfo_get_layout (metainfo);
  g_autoptr (GString) all = g_string_new (NULL);
  guint i;

  for (i = 0; i < shoal_codec_layout_get_n_files (layout); i++)
    {
      g_autofree char *path =
          g_build_filename (parent, shoal_codec_layout_get_file (layout, i)->path, NULL);
      g_autofree char *data = NULL;
      gsize            len;

      g_assert_true (g_file_get_contents (path, &data, &len, NULL));
      g_string_append_len (all, data, (gssize) len);
    }
  g_assert_cmpuint (all->len, ==, shoal_codec_layout_get_total_size (layout));
  for (i = 0; i < shoal_codec_layout_get_n_pieces (layout); i++)
    {
      g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
      guint8 digest[20];
      gsize  len = sizeof digest;

      g_checksum_update (sum,
                         (const guchar *) all->str +
                             shoal_codec_layout_get_piece_offset (layout, i),
                         shoal_codec_layout_get_piece_size (layout, i));
      g_checksum_get_digest (sum, digest, &len);
      g_assert_cmpmem (shoal_codec_metainfo_get_piece_hash (metainfo, i), 20, digest, 20);
    }
}

static void
test_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "one file.bin", NULL);
  ShoalMakeOptions options = { .path = path };
  ShoalMakeSummary summary;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecMetainfo) metainfo = NULL;

  write_file (fixture->folder, "one file.bin", 100000);
  metainfo = make (&options, &summary, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (shoal_codec_metainfo_get_name (metainfo), ==, "one file.bin");
  g_assert_false (shoal_codec_metainfo_has_folder (metainfo));
  g_assert_cmpstr (shoal_codec_metainfo_get_creator (metainfo), ==, "Shoal " SHOAL_VERSION);
  g_assert_cmpint (shoal_codec_metainfo_get_created (metainfo), ==, 0);
  g_assert_cmpuint (summary.total_bytes, ==, 100000);
  g_assert_cmpuint (summary.n_files, ==, 1);
  g_assert_cmpuint (summary.n_pieces, ==, 7);
  g_assert_cmpuint (summary.piece_length, ==, 16384);
  check_pieces (metainfo, fixture->folder);
}

static void
test_options (Fixture *fixture, gconstpointer data)
{
  static const ShoalCodecTracker trackers[] = { { (char *) "http://a/announce", 0 },
                                                { (char *) "udp://b:80", 0 },
                                                { (char *) "https://c/x", 1 } };
  static const char *const       seeds[] = { "http://w/data", NULL };
  g_autofree char               *path = g_build_filename (fixture->folder, "f", NULL);
  ShoalMakeOptions               options = {
                  .path = path,
                  .piece_length = 65536,
                  .trackers = trackers,
                  .n_trackers = 3,
                  .web_seeds = seeds,
                  .comment = "said \xc3\xa9",
                  .source = "SRC",
                  .created = 1700000000,
                  .is_private = 1,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  static const char head[] = "d8:announce17:http://a/announce13:announce-listll17:http://a/"
                             "announce10:udp://b:80el11:https://c/xee"
                             "7:comment7:said \xc3\xa9"
                             "10:created by11:Shoal 0.1.013:creation datei1700000000e"
                             "4:infod6:lengthi5e4:name1:f12:piece lengthi65536e6:pieces20:";
  static const char tail[] = "7:privatei1e6:source3:SRCe8:url-listl13:http://w/dataee";
  const char       *text;
  gsize             len;

  write_file (fixture->folder, "f", 5);
  bytes = shoal_make_torrent (&options, NULL, NULL, &error);
  g_assert_no_error (error);
  text = g_bytes_get_data (bytes, &len);
  g_assert_cmpmem (text, MIN (len, sizeof head - 1), head, sizeof head - 1);
  g_assert_cmpmem (text + len - (sizeof tail - 1), sizeof tail - 1, tail, sizeof tail - 1);
}

static void
make_tree (const char *folder)
{
  write_file (folder, "tree/b.txt", 50000);
  write_file (folder, "tree/a/deep/er/file", 16384);
  write_file (folder, "tree/a.txt", 1);
  write_file (folder, "tree/a/empty", 0);
  write_file (folder, "tree/.hidden", 7);
  write_file (folder, "tree/\xc3\xa4\xe6\x97\xa5", 32768);
  write_file (folder, "tree/Z", 3);
}

static void
test_tree (Fixture *fixture, gconstpointer data)
{
  static const char *const expected[] = {
    "tree/.hidden", "tree/Z",     "tree/a/deep/er/file",      "tree/a/empty",
    "tree/a.txt",   "tree/b.txt", "tree/\xc3\xa4\xe6\x97\xa5"
  };
  g_autofree char *path = g_build_filename (fixture->folder, "tree", NULL);
  g_autofree char *link = g_build_filename (path, "link", NULL);
  g_autofree char *folder_link = g_build_filename (path, "a", "up", NULL);
  g_autofree char *pipe = g_build_filename (path, "pipe", NULL);
  ShoalMakeOptions options = { .path = path };
  ShoalMakeSummary summary;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecMetainfo) metainfo = NULL;
  ShoalCodecLayout *layout;
  guint             i;

  make_tree (fixture->folder);
  write_file (fixture->folder, "tree/.0123456789012345678901234567890123456789.shoal-parts", 9);
  g_assert_cmpint (symlink ("/etc/passwd", link), ==, 0);
  g_assert_cmpint (symlink ("..", folder_link), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  metainfo = make (&options, &summary, &error);
  g_assert_no_error (error);
  layout = shoal_codec_metainfo_get_layout (metainfo);
  g_assert_cmpuint (shoal_codec_layout_get_n_files (layout), ==, G_N_ELEMENTS (expected));
  for (i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpstr (shoal_codec_layout_get_file (layout, i)->path, ==, expected[i]);
  g_assert_cmpuint (summary.n_links, ==, 2);
  g_assert_cmpuint (summary.n_special, ==, 2);
  check_pieces (metainfo, fixture->folder);
}

/* However the folder is named and however many threads hash, the bytes are the same. */
static void
test_same (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "tree", NULL);
  g_autofree char *slashed = g_strconcat (path, "//", NULL);
  g_autofree char *dotted = g_build_filename (path, "a", "..", NULL);
  ShoalMakeOptions rows[] = {
    { .path = path, .n_threads = 1 },
    { .path = path, .n_threads = 1 },
    { .path = path, .n_threads = 7 },
    { .path = path, .n_threads = 10000 },
    { .path = slashed },
    { .path = dotted },
  };
  g_autoptr (GBytes) first = NULL;
  guint i;

  make_tree (fixture->folder);
  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = shoal_make_torrent (&rows[i], NULL, NULL, &error);

      g_assert_no_error (error);
      if (first == NULL)
        first = g_bytes_ref (bytes);
      g_assert_true (g_bytes_equal (bytes, first));
    }
}

/* The path itself may be a link; the torrent has its name. */
static void
test_linked (Fixture *fixture, gconstpointer data)
{
  g_autofree char *link = g_build_filename (fixture->folder, "other name", NULL);
  ShoalMakeOptions options = { .path = link };
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecMetainfo) metainfo = NULL;

  make_tree (fixture->folder);
  g_assert_cmpint (symlink ("tree", link), ==, 0);
  metainfo = make (&options, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (shoal_codec_metainfo_get_name (metainfo), ==, "other name");
  g_assert_cmpuint (
      shoal_codec_layout_get_n_files (shoal_codec_metainfo_get_layout (metainfo)), ==, 7);
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *a;
    const char *b;
    const char *message;
  } rows[] = {
    { "0/x/latin\xe9", NULL, "'x/latin\xef\xbf\xbd': the name is not UTF-8" },
    { "1/\xff/x", NULL, "'\xef\xbf\xbd': the name is not UTF-8" },
    { "2/a\\b", NULL, "'a\\b': the name has characters" },
    { "3/a\nb", NULL, "the name has characters" },
    { "4/a\xe2\x80\xae"
      "b",
      NULL,
      "the name has characters" },
    { "5/Readme",
      "5/README",
      "'Readme': the name differs from another one only in upper and lower case" },
    { "6/\xc3\xa4", "6/a\xcc\x88", "the name differs from another one" },
    { "7/A", "7/a/x", "'A': the name differs" },
    { "x/_____padding_file_0", "x/real", "take it for padding" },
    { "8\t/x", NULL, "the name has characters" },
    { "9.shoal-parts/x", NULL, "are for unfinished downloads" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *top = g_strndup (rows[i].a, strcspn (rows[i].a, "/"));

      write_file (fixture->folder, rows[i].a, 5);
      if (rows[i].b != NULL)
        write_file (fixture->folder, rows[i].b, 5);
      refuse (fixture, top, SHOAL_MAKE_ERROR_NAME, rows[i].message);
    }
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *empty = g_build_filename (fixture->folder, "folder", NULL);
  g_autofree char *pipe = g_build_filename (fixture->folder, "pipe", NULL);
  ShoalMakeOptions root = { .path = "/" };
  g_autoptr (GError) error = NULL;

  refuse (fixture, "missing", SHOAL_MAKE_ERROR_READ, "missing");
  g_assert_cmpint (g_mkdir (empty, 0700), ==, 0);
  refuse (fixture, "folder", SHOAL_MAKE_ERROR_EMPTY, "no bytes");
  write_file (fixture->folder, "nothing", 0);
  refuse (fixture, "nothing", SHOAL_MAKE_ERROR_EMPTY, "no bytes");
  write_file (fixture->folder, "nothings/a/b", 0);
  refuse (fixture, "nothings", SHOAL_MAKE_ERROR_EMPTY, "no bytes");
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  refuse (fixture, "pipe", SHOAL_MAKE_ERROR_EMPTY, "pipe");
  g_assert_null (shoal_make_torrent (&root, NULL, NULL, &error));
  g_assert_error (error, SHOAL_MAKE_ERROR, SHOAL_MAKE_ERROR_NAME);
}

static void
test_bad_options (Fixture *fixture, gconstpointer data)
{
  static const ShoalCodecTracker bad_tracker = { (char *) "ftp://a/", 0 };
  static const char *const       bad_seed[] = { "udp://a:80", NULL };
  g_autofree char               *path = g_build_filename (fixture->folder, "f", NULL);
  ShoalMakeOptions               rows[] = {
                  { .path = path, .piece_length = 1 },
                  { .path = path, .piece_length = 8192 },
                  { .path = path, .piece_length = 16385 },
                  { .path = path, .piece_length = 3 * 16384 },
                  { .path = path, .piece_length = 512u << 20 },
                  { .path = path, .trackers = &bad_tracker, .n_trackers = 1 },
                  { .path = path, .web_seeds = bad_seed },
                  { .path = path, .comment = "\xff" },
                  { .path = path, .source = "\xff" },
  };
  guint i;

  write_file (fixture->folder, "f", 5);
  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (shoal_make_torrent (&rows[i], NULL, NULL, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, SHOAL_MAKE_ERROR, SHOAL_MAKE_ERROR_OPTIONS);
    }
}

/* 100 components below the name are made, 101 are not. */
static void
test_deep (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) name = g_string_new ("deep");
  g_autofree char *path = g_build_filename (fixture->folder, "deep", NULL);
  ShoalMakeOptions options = { .path = path };
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecMetainfo) metainfo = NULL;
  guint i;

  for (i = 0; i < 99; i++)
    g_string_append (name, "/d");
  g_string_append (name, "/f");
  write_file (fixture->folder, name->str, 5);
  metainfo = make (&options, NULL, &error);
  g_assert_no_error (error);
  g_string_insert (name, 4, "/d");
  write_file (fixture->folder, name->str, 5);
  refuse (fixture, "deep", SHOAL_MAKE_ERROR_TOO_LARGE, "nested more than 100 deep");
}

typedef struct
{
  const char  *path; /* unowned: what is changed while it is read */
  const char  *how;
  atomic_bool *cancelled; /* unowned */
  guint64      done;
  guint64      total;
  guint        n;
} Watched;

/* On the calling thread: sure to be called early only if that is the one that hashes. */
static void
on_progress (guint64 done, guint64 total, gpointer data)
{
  Watched *watched = data;

  g_assert_cmpuint (done, >=, watched->done);
  watched->done = done;
  watched->total = total;
  if (watched->n++ > 0)
    return;
  if (watched->cancelled != NULL)
    atomic_store (watched->cancelled, TRUE);
  if (g_strcmp0 (watched->how, "cut") == 0)
    g_assert_cmpint (truncate (watched->path, 1000), ==, 0);
  else if (g_strcmp0 (watched->how, "grow") == 0)
    g_assert_cmpint (truncate (watched->path, 100 << 20), ==, 0);
  else if (g_strcmp0 (watched->how, "remove") == 0)
    g_assert_cmpint (g_unlink (watched->path), ==, 0);
  else if (g_strcmp0 (watched->how, "replace") == 0)
    g_assert_true (g_file_set_contents (watched->path, "other", 5, NULL));
}

static void
test_progress (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "f", NULL);
  Watched          watched = { .path = path };
  ShoalMakeWatch   watch = { .func = on_progress, .user_data = &watched };
  ShoalMakeOptions options = { .path = path, .n_threads = 1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  write_file (fixture->folder, "f", 3 << 20);
  bytes = shoal_make_torrent (&options, &watch, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (watched.n, >=, 2);
  g_assert_cmpuint (watched.done, ==, 3 << 20);
  g_assert_cmpuint (watched.total, ==, 3 << 20);
}

static void
test_changed (Fixture *fixture, gconstpointer data)
{
  static const char *const hows[] = { "cut", "grow", "remove", "replace" };
  g_autofree char         *path = g_build_filename (fixture->folder, "tree", NULL);
  g_autofree char         *file = g_build_filename (path, "f", NULL);
  guint                    i;

  for (i = 0; i < G_N_ELEMENTS (hows); i++)
    {
      Watched          watched = { .path = file, .how = hows[i] };
      ShoalMakeWatch   watch = { .func = on_progress, .user_data = &watched };
      ShoalMakeOptions options = { .path = path, .n_threads = 1 };
      g_autoptr (GError) error = NULL;

      write_file (fixture->folder, "tree/a", 300000);
      write_file (fixture->folder, "tree/f", 3 << 20);
      g_assert_null (shoal_make_torrent (&options, &watch, NULL, &error));
      g_test_message ("%s: %s", hows[i], error->message);
      g_assert_error (error, SHOAL_MAKE_ERROR, SHOAL_MAKE_ERROR_CHANGED);
      g_assert_nonnull (strstr (error->message, "'f'"));
    }
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "tree", NULL);
  atomic_bool      cancelled = FALSE;
  Watched          watched = { .cancelled = &cancelled };
  ShoalMakeWatch   watch = { .func = on_progress, .user_data = &watched, .cancelled = &cancelled };
  ShoalMakeOptions options = { .path = path, .n_threads = 1 };
  g_autoptr (GError) error = NULL;

  write_file (fixture->folder, "tree/f", 20 << 20);
  g_assert_null (shoal_make_torrent (&options, &watch, NULL, &error));
  g_assert_error (error, SHOAL_MAKE_ERROR, SHOAL_MAKE_ERROR_CANCELLED);
  g_clear_error (&error);
  /* It is set: the next one does not even walk. */
  g_assert_null (shoal_make_torrent (&options, &watch, NULL, &error));
  g_assert_error (error, SHOAL_MAKE_ERROR, SHOAL_MAKE_ERROR_CANCELLED);
  g_assert_cmpuint (watched.n, ==, 1);
}

static void
test_piece_length (void)
{
  static const struct
  {
    guint64 total;
    guint32 length;
  } rows[] = {
    { 1, 16384 },
    { 2000u * 16384, 16384 },
    { 2000u * 16384 + 1, 32768 },
    { G_GUINT64_CONSTANT (1) << 30, 1 << 20 },
    { G_GUINT64_CONSTANT (4) << 30, 4 << 20 },
    { G_GUINT64_CONSTANT (2000) << 24, 16 << 20 },
    { G_GUINT64_CONSTANT (1) << 40, 16 << 20 },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (shoal_make_torrent_choose_piece_length (rows[i].total), ==, rows[i].length);
}

/* Makes a torrent of the fixture's "tree", to be written to @out there; NULL if that is refused. */
static GBytes *
make_tree_at (const Fixture *fixture, const char *out, GError **error)
{
  g_autofree char *path = g_build_filename (fixture->folder, "tree", NULL);
  g_autofree char *place = g_build_filename (fixture->folder, out, NULL);
  ShoalMakeOptions options = { .path = path, .out = place };

  return shoal_make_torrent (&options, NULL, NULL, error);
}

/* What an earlier run left is left out; nothing else is. */
static void
test_out (Fixture *fixture, gconstpointer data)
{
  g_autofree char         *former = g_build_filename (fixture->folder, "tree/sub/x.torrent", NULL);
  g_autofree char         *link = g_build_filename (fixture->folder, "link", NULL);
  g_autofree char         *hard = g_build_filename (fixture->folder, "hard", NULL);
  g_autofree char         *target = g_build_filename (fixture->folder, "tree/a", NULL);
  static const char *const inputs[] = { "tree/a", "link", "hard", "tree/sub/b" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  guint i;

  write_file (fixture->folder, "tree/a", 20000);
  write_file (fixture->folder, "tree/sub/b", 100);
  first = make_tree_at (fixture, "tree/sub/x.torrent", &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (
      former, g_bytes_get_data (first, NULL), (gssize) g_bytes_get_size (first), NULL));
  second = make_tree_at (fixture, "tree/sub/x.torrent", &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (first, second));
  g_clear_pointer (&second, g_bytes_unref);
  second = make_tree_at (fixture, "elsewhere", &error);
  g_assert_no_error (error);
  g_assert_false (g_bytes_equal (first, second));

  g_assert_cmpint (symlink (target, link), ==, 0);
  g_assert_cmpint (linkat (AT_FDCWD, target, AT_FDCWD, hard, 0), ==, 0);
  for (i = 0; i < G_N_ELEMENTS (inputs); i++)
    {
      g_assert_null (make_tree_at (fixture, inputs[i], &error));
      g_assert_error (error, SHOAL_MAKE_ERROR, SHOAL_MAKE_ERROR_OUT);
      g_clear_error (&error);
    }
}

#define ADD(name, func) g_test_add ("/make/torrent/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("file", test_file);
  ADD ("options", test_options);
  ADD ("tree", test_tree);
  ADD ("same", test_same);
  ADD ("linked", test_linked);
  ADD ("names", test_names);
  ADD ("refused", test_refused);
  ADD ("bad-options", test_bad_options);
  ADD ("deep", test_deep);
  ADD ("progress", test_progress);
  ADD ("changed", test_changed);
  ADD ("cancelled", test_cancelled);
  ADD ("out", test_out);
  g_test_add_func ("/make/torrent/piece-length", test_piece_length);
  return g_test_run ();
}
