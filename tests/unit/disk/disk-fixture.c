/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "disk-fixture.h"

#include <dirent.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/shoal-base-random.h"
#include "disk/shoal-disk-hash.h"

DiskFixtureAnswer disk_answer;
const char       *disk_fixture_lock_folder;

char *
disk_fixture_make_folder (const char *where)
{
  char *folder = g_build_filename (where != NULL ? where : g_get_tmp_dir (), "shoal-XXXXXX", NULL);

  g_assert_nonnull (g_mkdtemp (folder));
  return folder;
}

static void
remove_tree (const char *path)
{
  DIR           *dir = opendir (path);
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, entry->d_name, NULL);
      struct stat      st;

      if (g_str_equal (entry->d_name, ".") || g_str_equal (entry->d_name, ".."))
        continue;
      if (lstat (child, &st) == 0 && S_ISDIR (st.st_mode))
        remove_tree (child);
      else
        unlink (child);
    }
  if (dir != NULL)
    closedir (dir);
  rmdir (path);
}

void
disk_fixture_remove_folder (char *folder)
{
  remove_tree (folder);
  g_free (folder);
}

static void
make_content (DiskFixture *self)
{
  guint64         total = shoal_codec_layout_get_total_size (self->layout);
  guint           n_pieces = shoal_codec_layout_get_n_pieces (self->layout);
  ShoalBaseRandom random;
  guint64         i, value = 0;
  guint           piece, file;

  shoal_base_random_init (&random, 1);
  self->content = g_malloc (total);
  for (i = 0; i < total; i++, value >>= 8)
    {
      if (i % 8 == 0)
        value = shoal_base_random_next (&random);
      self->content[i] = (guint8) value;
    }
  for (file = 0; file < shoal_codec_layout_get_n_files (self->layout); file++)
    {
      const ShoalCodecFile *info = shoal_codec_layout_get_file (self->layout, file);

      if ((info->flags & SHOAL_CODEC_FILE_PAD) != 0)
        memset (self->content + info->offset, 0, info->length);
    }
  self->sha1s = g_malloc ((gsize) n_pieces * 20);
  for (piece = 0; piece < n_pieces; piece++)
    {
      ShoalSha1 digest;

      shoal_disk_hash_compute (self->content +
                                   shoal_codec_layout_get_piece_offset (self->layout, piece),
                               shoal_codec_layout_get_piece_size (self->layout, piece),
                               &digest);
      memcpy (self->sha1s + (gsize) piece * 20, digest.bytes, 20);
    }
}

static char *
dup_lock_folder (GError **error)
{
  return g_strdup (disk_fixture_lock_folder);
}

DiskFixture *
disk_fixture_new (const DiskFixtureFile   *files,
                  guint                    n_files,
                  guint32                  piece_length,
                  const ShoalDiskSyscalls *syscalls,
                  char                    *folder)
{
  DiskFixture               *self = g_new0 (DiskFixture, 1);
  ShoalDiskQueueOptions      options = { .syscalls = syscalls, .n_workers = 4 };
  g_autofree ShoalCodecFile *infos = g_new0 (ShoalCodecFile, n_files);
  guint                      i;

  for (i = 0; i < n_files; i++)
    {
      infos[i].path = files[i].path;
      infos[i].length = files[i].length;
      infos[i].flags = files[i].flags;
    }
  self->layout = shoal_codec_layout_new (infos, n_files, piece_length);
  self->context = options.context = g_main_context_new ();
  options.dup_lock_folder = disk_fixture_lock_folder != NULL ? dup_lock_folder : NULL;
  self->queue = shoal_disk_queue_new (&options);
  self->pool = shoal_base_pool_new ();
  self->folder = folder != NULL ? folder : disk_fixture_make_folder (NULL);
  make_content (self);
  return self;
}

void
disk_fixture_ask (void)
{
  g_clear_error (&disk_answer.error);
  g_free (disk_answer.digests);
  shoal_disk_buffer_give (disk_answer.data);
  g_free (disk_answer.files);
  g_free (disk_answer.failed);
  g_free (disk_answer.conflict);
  memset (&disk_answer, 0, sizeof disk_answer);
}

void
disk_fixture_wait (DiskFixture *self)
{
  while (!disk_answer.is_done)
    g_main_context_iteration (self->context, TRUE);
}

static void
on_closed (gpointer user_data)
{
  disk_answer.is_done = TRUE;
}

void
disk_fixture_close (DiskFixture *self)
{
  disk_fixture_ask ();
  shoal_disk_storage_close (g_steal_pointer (&self->storage), on_closed, NULL);
  disk_fixture_wait (self);
}

void
disk_fixture_own_all (DiskFixture *self)
{
  ShoalBaseBitset *all = shoal_base_bitset_new (shoal_codec_layout_get_n_files (self->layout));

  shoal_base_bitset_set_all (all, TRUE);
  shoal_disk_storage_own (self->storage, all);
  shoal_base_bitset_free (all);
}

void
disk_fixture_free (DiskFixture *self)
{
  if (self->storage != NULL)
    disk_fixture_close (self);
  g_assert_true (shoal_disk_queue_stop (self->queue, 5 * G_USEC_PER_SEC, NULL));
  shoal_disk_queue_free (self->queue);
  g_assert_cmpuint (shoal_base_pool_get_n_taken (self->pool), ==, 0);
  shoal_base_pool_free (self->pool);
  shoal_codec_layout_unref (self->layout);
  g_main_context_unref (self->context);
  g_free (self->content);
  g_free (self->sha1s);
  disk_fixture_remove_folder (self->folder);
  disk_fixture_ask ();
  g_free (self);
}

void
disk_fixture_on_stat (const ShoalDiskStatResult *result, gpointer fixture)
{
  disk_answer.error = result->error != NULL ? g_error_copy (result->error) : NULL;
  disk_answer.folder_id = result->folder_id;
  disk_answer.n_files = result->n_files;
  disk_answer.files = g_memdup2 (result->files, result->n_files * sizeof *result->files);
  disk_answer.has_parts = result->has_parts;
  disk_answer.is_done = TRUE;
}

void
disk_fixture_open_with (DiskFixture *self, ShoalDiskStorageOptions *options)
{
  if (self->storage != NULL)
    disk_fixture_close (self);
  options->queue = self->queue;
  options->layout = self->layout;
  if (options->folder == NULL)
    options->folder = self->folder;
  options->hashes.has_v1 = TRUE;
  memset (options->hashes.v1.bytes, 0xab, 20);
  self->storage = shoal_disk_storage_new (options);
  disk_fixture_ask ();
  shoal_disk_storage_prepare (self->storage, disk_fixture_on_stat, self);
  disk_fixture_wait (self);
}

void
disk_fixture_open (DiskFixture *self, const char *wanted)
{
  ShoalDiskStorageOptions options = { 0 };
  guint                   i, n = shoal_codec_layout_get_n_files (self->layout);
  ShoalBaseBitset        *bits = shoal_base_bitset_new (n);

  for (i = 0; i < n; i++)
    shoal_base_bitset_set (bits, i, wanted == NULL || wanted[i] == '1');
  options.wanted = bits;
  disk_fixture_open_with (self, &options);
  shoal_base_bitset_free (bits);
}

guint8 **
disk_fixture_take_blocks (DiskFixture *self, guint piece)
{
  guint         n = shoal_codec_layout_get_n_blocks (self->layout, piece);
  const guint8 *from = self->content + shoal_codec_layout_get_piece_offset (self->layout, piece);
  guint8      **blocks = g_new (guint8 *, n);
  guint         i;

  for (i = 0; i < n; i++)
    {
      blocks[i] = shoal_base_pool_take (self->pool);
      memcpy (blocks[i],
              from + (gsize) i * SHOAL_BASE_BLOCK_SIZE,
              shoal_codec_layout_get_block_size (self->layout, piece, i));
    }
  return blocks;
}

void
disk_fixture_on_piece (const ShoalDiskPieceResult *result, gpointer fixture)
{
  DiskFixture *self = fixture;
  guint        i, n = shoal_codec_layout_get_n_blocks (self->layout, result->piece);

  for (i = 0; i < result->n_blocks; i++)
    shoal_base_pool_give (self->pool, result->blocks[i]);
  g_free (result->blocks);
  g_clear_error (&disk_answer.error);
  g_free (disk_answer.digests);
  disk_answer.error = result->error != NULL ? g_error_copy (result->error) : NULL;
  disk_answer.digests =
      result->digests != NULL ? g_memdup2 (result->digests, n * sizeof (ShoalSha1)) : NULL;
  disk_answer.is_right = result->is_right;
  disk_answer.is_done = TRUE;
}

ShoalDiskExpected
disk_fixture_get_expected (DiskFixture *self, guint piece)
{
  ShoalDiskExpected expected = { .has_sha1 = TRUE };

  memcpy (expected.sha1.bytes, self->sha1s + (gsize) piece * 20, 20);
  return expected;
}

gboolean
disk_fixture_write (DiskFixture *self, guint piece)
{
  ShoalDiskPieceWrite write = {
    .piece = piece,
    .blocks = disk_fixture_take_blocks (self, piece),
    .n_blocks = shoal_codec_layout_get_n_blocks (self->layout, piece),
    .expected = disk_fixture_get_expected (self, piece),
  };

  disk_fixture_ask ();
  shoal_disk_storage_write_piece (self->storage, &write, disk_fixture_on_piece, self);
  g_assert_false (disk_answer.is_done);
  disk_fixture_wait (self);
  return disk_answer.is_right && disk_answer.error == NULL;
}

void
disk_fixture_write_all (DiskFixture *self)
{
  guint piece;

  for (piece = 0; piece < shoal_codec_layout_get_n_pieces (self->layout); piece++)
    {
      disk_fixture_write (self, piece);
      disk_assert_ok ();
      g_assert_true (disk_answer.is_right);
    }
}

static void
on_read (const ShoalDiskRange *range, guint8 *data, const GError *error, gpointer fixture)
{
  disk_answer.data = data;
  disk_answer.error = error != NULL ? g_error_copy (error) : NULL;
  disk_answer.is_done = TRUE;
}

gboolean
disk_fixture_read (DiskFixture *self, guint piece, guint32 begin, guint32 length)
{
  ShoalDiskRange range = { piece, begin, length };
  guint64        offset = shoal_codec_layout_get_piece_offset (self->layout, piece) + begin;

  disk_fixture_ask ();
  shoal_disk_storage_read (self->storage, &range, on_read, self);
  disk_fixture_wait (self);
  return disk_answer.data != NULL && memcmp (disk_answer.data, self->content + offset, length) == 0;
}

gboolean
disk_fixture_verify (DiskFixture *self, guint piece)
{
  ShoalDiskPieceVerify verify = { .piece = piece,
                                  .expected = disk_fixture_get_expected (self, piece) };

  disk_fixture_ask ();
  shoal_disk_storage_verify_piece (self->storage, &verify, disk_fixture_on_piece, self);
  disk_fixture_wait (self);
  return disk_answer.is_right;
}

static void
on_pieces (const ShoalDiskCheckItem *items, guint n_items, gpointer letters)
{
  guint i;

  for (i = 0; i < n_items; i++)
    {
      g_assert_cmpint (((char *) letters)[items[i].piece], ==, '.');
      ((char *) letters)[items[i].piece] = "RWMU"[items[i].verdict];
    }
}

static void
on_checked (const GError *error, gpointer letters)
{
  disk_answer.error = error != NULL ? g_error_copy (error) : NULL;
  disk_answer.is_done = TRUE;
}

char *
disk_fixture_check (DiskFixture *self)
{
  guint                 n = shoal_codec_layout_get_n_pieces (self->layout);
  char                 *letters = g_strnfill (n, '.');
  ShoalDiskCheckOptions options = {
    .sha1s = self->sha1s, .on_pieces = on_pieces, .on_done = on_checked, .user_data = letters
  };

  disk_fixture_ask ();
  shoal_disk_check_start (self->storage, &options);
  g_assert_false (disk_answer.is_done);
  disk_fixture_wait (self);
  return letters;
}

void
disk_fixture_on_sync (const ShoalDiskSyncResult *result, gpointer fixture)
{
  disk_answer.error = result->error != NULL ? g_error_copy (result->error) : NULL;
  disk_answer.n_files = result->n_files;
  disk_answer.files = g_memdup2 (result->files, result->n_files * sizeof *result->files);
  disk_answer.n_failed = result->n_failed;
  disk_answer.failed = g_memdup2 (result->failed, result->n_failed * sizeof *result->failed);
  disk_answer.is_done = TRUE;
}

void
disk_fixture_sync (DiskFixture *self)
{
  disk_fixture_ask ();
  shoal_disk_storage_sync (self->storage, FALSE, disk_fixture_on_sync, self);
  disk_fixture_wait (self);
}

void
disk_fixture_on_change (const ShoalDiskChangeResult *result, gpointer fixture)
{
  disk_answer.error = result->error != NULL ? g_error_copy (result->error) : NULL;
  disk_answer.folder_id = result->folder_id;
  disk_answer.bytes = result->bytes;
  disk_answer.n_left = result->n_left;
  disk_answer.conflict = g_strdup (result->conflict);
  disk_answer.is_done = TRUE;
}

gboolean
disk_fixture_file_is_right (DiskFixture *self, const char *folder, guint file)
{
  const ShoalCodecFile *info = shoal_codec_layout_get_file (self->layout, file);
  g_autofree char      *path =
      g_build_filename (folder != NULL ? folder : self->folder, info->path, NULL);
  g_autofree char *data = NULL;
  gsize            len;

  return g_file_get_contents (path, &data, &len, NULL) && len == info->length &&
         memcmp (data, self->content + info->offset, len) == 0;
}

gboolean
disk_fixture_exists (DiskFixture *self, const char *path)
{
  g_autofree char *full = g_build_filename (self->folder, path, NULL);
  struct stat      st;

  return lstat (full, &st) == 0;
}
