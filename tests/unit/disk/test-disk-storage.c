/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "disk/shoal-disk-storage.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk-fixture.h"
#include "support/support-disk-fault.h"

#define KIB 1024

/* Files that end on piece borders, within pieces, share one, are empty; a pad; an executable. */
static const DiskFixtureFile mixed[] = {
  { "t/first", 64 * KIB, 0 },
  { "t/empty", 0, 0 },
  { "t/a/b/second", 100000, SHOAL_CODEC_FILE_EXECUTABLE },
  { "t/.pad/31072", 31072, SHOAL_CODEC_FILE_PAD },
  { "t/small 1", 1, 0 },
  { "t/small 2", 2, 0 },
  { "t/a/third", 300001, 0 },
  { "t/a/e/empty too", 0, 0 },
};

static void
test_whole (void)
{
  DiskFixture     *f = disk_fixture_new (mixed, G_N_ELEMENTS (mixed), 32 * KIB, NULL, NULL);
  guint            i;
  struct stat      st;
  g_autofree char *letters = NULL;
  g_autofree char *path = g_build_filename (f->folder, "t/a/b/second", NULL);

  disk_fixture_open (f, NULL);
  disk_assert_ok ();
  g_assert_true (disk_fixture_exists (f, "t/empty"));
  g_assert_true (disk_fixture_exists (f, "t/a/e/empty too"));
  g_assert_false (disk_fixture_exists (f, "t/first"));
  disk_fixture_write_all (f);
  for (i = 0; i < G_N_ELEMENTS (mixed); i++)
    if (mixed[i].flags != SHOAL_CODEC_FILE_PAD)
      g_assert_true (disk_fixture_file_is_right (f, NULL, i));
  g_assert_false (disk_fixture_exists (f, "t/.pad"));
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & S_IXUSR, !=, 0);
  letters = disk_fixture_check (f);
  g_assert_null (strpbrk (letters, "WMU."));
  for (i = 0; i < shoal_codec_layout_get_n_pieces (f->layout); i++)
    {
      guint32 size = shoal_codec_layout_get_piece_size (f->layout, i);

      g_assert_true (disk_fixture_read (f, i, 0, size));
      g_assert_true (disk_fixture_read (f, i, size - 1, 1));
      g_assert_true (disk_fixture_verify (f, i));
    }
  disk_fixture_free (f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk/storage/whole", test_whole);
  return g_test_run ();
}
