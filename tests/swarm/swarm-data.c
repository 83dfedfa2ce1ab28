/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "swarm-data.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/shoal-base-random.h"
#include "codec/shoal-codec-bencode-writer.h"

static void
hash (gconstpointer data, gsize len, ShoalSha1 *out)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
  gsize n = sizeof out->bytes;

  g_checksum_update (sum, data, (gssize) len);
  g_checksum_get_digest (sum, out->bytes, &n);
}

static void
clear_file (gpointer data)
{
  DataFile file = *(DataFile *) data;

  g_free ((gpointer) (guintptr) file.path);
}

static void
take_files (Data *self, const DataSpec *spec)
{
  gsize offset = 0;
  guint i;

  self->files = g_array_new (FALSE, FALSE, sizeof (DataFile));
  g_array_set_clear_func (self->files, clear_file);
  self->offsets = g_new (gsize, spec->n_files);
  for (i = 0; i < spec->n_files; i++)
    {
      DataFile file = spec->files[i];

      file.path = file.path != NULL ? g_build_filename (spec->name, file.path, NULL)
                                    : g_strdup (spec->name);
      self->offsets[i] = offset;
      offset += file.size;
      g_array_append_val (self->files, file);
    }
  self->size = offset;
}

static void
fill (Data *self, guint64 seed)
{
  ShoalBaseRandom random;
  gsize           at;
  guint           i;

  /* Others may run the same test beside us: ports change hands, and their swarm is none of ours. */
  shoal_base_random_init (&random, seed ^ ((guint64) getpid () << 32));
  self->bytes = g_malloc0 (self->size + 8);
  for (at = 0; at < self->size; at += 8)
    {
      guint64 next = shoal_base_random_next (&random);

      memcpy (self->bytes + at, &next, 8);
    }
  for (i = 0; i < self->files->len; i++)
    if (g_array_index (self->files, DataFile, i).is_pad)
      memset (self->bytes + self->offsets[i], 0, g_array_index (self->files, DataFile, i).size);
}

static void
hash_pieces (Data *self)
{
  guint i;

  self->n_pieces = (guint) ((self->size + self->piece_length - 1) / self->piece_length);
  self->hashes = g_new0 (ShoalSha1, self->n_pieces);
  for (i = 0; i < self->n_pieces; i++)
    {
      gsize offset = (gsize) i * self->piece_length;

      hash (self->bytes + offset, MIN (self->piece_length, self->size - offset), &self->hashes[i]);
    }
}

static void
write_file_entry (GByteArray *out, const DataFile *file)
{
  g_auto (GStrv) parts = g_strsplit (file->path, "/", -1);
  guint i;

  shoal_codec_bencode_writer_begin_dict (out);
  if (file->is_pad)
    shoal_codec_bencode_writer_add_pair_string (out, "attr", "p");
  shoal_codec_bencode_writer_add_pair_integer (out, "length", (gint64) file->size);
  shoal_codec_bencode_writer_add_string (out, "path");
  shoal_codec_bencode_writer_begin_list (out);
  for (i = 0; parts[i] != NULL; i++)
    shoal_codec_bencode_writer_add_string (out, parts[i]);
  shoal_codec_bencode_writer_end (out);
  shoal_codec_bencode_writer_end (out);
}

static GByteArray *
make_info (const Data *self, const DataSpec *spec)
{
  GByteArray *out = g_byte_array_new ();
  guint       i;

  shoal_codec_bencode_writer_begin_dict (out);
  if (spec->files[0].path != NULL)
    {
      shoal_codec_bencode_writer_add_string (out, "files");
      shoal_codec_bencode_writer_begin_list (out);
      for (i = 0; i < spec->n_files; i++)
        write_file_entry (out, &spec->files[i]);
      shoal_codec_bencode_writer_end (out);
    }
  else
    shoal_codec_bencode_writer_add_pair_integer (out, "length", (gint64) self->size);
  shoal_codec_bencode_writer_add_pair_string (out, "name", spec->name);
  shoal_codec_bencode_writer_add_pair_integer (out, "piece length", spec->piece_length);
  shoal_codec_bencode_writer_add_pair_bytes (
      out, "pieces", self->hashes, self->n_pieces * sizeof (ShoalSha1));
  if (spec->is_private)
    shoal_codec_bencode_writer_add_pair_integer (out, "private", 1);
  shoal_codec_bencode_writer_end (out);
  return out;
}

static void
make_torrent (Data *self, const DataSpec *spec)
{
  g_autoptr (GByteArray) info = make_info (self, spec);
  GByteArray *out = g_byte_array_new ();

  hash (info->data, info->len, &self->info_hash);
  shoal_codec_bencode_writer_begin_dict (out);
  if (spec->announce != NULL)
    shoal_codec_bencode_writer_add_pair_string (out, "announce", spec->announce);
  shoal_codec_bencode_writer_add_string (out, "info");
  shoal_codec_bencode_writer_add_raw (out, info->data, info->len);
  shoal_codec_bencode_writer_end (out);
  self->torrent = g_byte_array_free_to_bytes (out);
}

Data *
data_new (const DataSpec *spec)
{
  Data *self = g_new0 (Data, 1);

  self->name = g_strdup (spec->name);
  self->piece_length = spec->piece_length;
  take_files (self, spec);
  fill (self, spec->seed);
  hash_pieces (self);
  make_torrent (self, spec);
  return self;
}

void
data_free (Data *self)
{
  g_free (self->name);
  g_free (self->bytes);
  g_free (self->offsets);
  g_free (self->hashes);
  g_array_unref (self->files);
  g_bytes_unref (self->torrent);
  g_free (self);
}

Data *
data_new_single (const char *name, guint32 piece_length, gsize size)
{
  DataFile file = { .size = size };
  DataSpec spec = {
    .name = name,
    .piece_length = piece_length,
    .files = &file,
    .n_files = 1,
    .seed = g_str_hash (name),
  };

  return data_new (&spec);
}

Data *
data_new_tree (const char *name, guint32 piece_length)
{
  const DataFile files[] = {
    { "first", piece_length * 3 },
    { "empty", 0 },
    { "a/odd", piece_length + 12345 },
    { "a/b/tiny", 1 },
    { "a/b/small", 999 },
    { ".pad/7", 7, TRUE },
    { "a/b/c/big", piece_length * 9 + 1 },
    { "none/empty too", 0 },
    { "w\303\266rter", 54321 },
    { ".pad/100", 100, TRUE },
    { "last", piece_length * 2 + 77 },
  };
  DataSpec spec = {
    .name = name,
    .piece_length = piece_length,
    .files = files,
    .n_files = G_N_ELEMENTS (files),
    .seed = g_str_hash (name),
  };

  return data_new (&spec);
}

void
data_set_path (Data *self, guint i, const char *path)
{
  DataFile *file = &g_array_index (self->files, DataFile, i);
  char     *old = (char *) (gintptr) file->path;

  file->path = g_strdup (path);
  g_free (old);
}

char *
data_dup_path (const Data *self, guint i, const char *folder)
{
  return g_build_filename (folder, g_array_index (self->files, DataFile, i).path, NULL);
}

void
data_write (const Data *self, const char *folder)
{
  guint i;

  for (i = 0; i < self->files->len; i++)
    {
      const DataFile  *file = &g_array_index (self->files, DataFile, i);
      g_autofree char *path = data_dup_path (self, i, folder);
      g_autofree char *parent = g_path_get_dirname (path);

      if (file->is_pad)
        continue;
      g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
      g_assert_true (g_file_set_contents (
          path, (const char *) self->bytes + self->offsets[i], (gssize) file->size, NULL));
    }
}

gboolean
data_file_exists (const Data *self, guint i, const char *folder)
{
  g_autofree char *path = data_dup_path (self, i, folder);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

gboolean
data_has_file (const Data *self, guint i, const char *folder)
{
  const DataFile  *file = &g_array_index (self->files, DataFile, i);
  g_autofree char *path = data_dup_path (self, i, folder);
  g_autofree char *found = NULL;
  gsize            len;

  return g_file_get_contents (path, &found, &len, NULL) && len == file->size &&
         memcmp (found, self->bytes + self->offsets[i], len) == 0;
}

void
data_assert_whole (const Data *self, const char *folder)
{
  guint i;

  for (i = 0; i < self->files->len; i++)
    {
      const DataFile *file = &g_array_index (self->files, DataFile, i);

      if (file->is_pad)
        g_assert_false (data_file_exists (self, i, folder));
      else if (!data_has_file (self, i, folder))
        g_error ("%s below %s is not as it should be", file->path, folder);
    }
}

/* The bytes of file @i that lie in @from … @to of the content. */
static gboolean
has_part (const Data *self, guint i, const char *folder, gsize from, gsize to)
{
  g_autofree char   *path = data_dup_path (self, i, folder);
  gsize              len = to - from;
  g_autofree guint8 *found = g_malloc (len + 1);
  int                fd = open (path, O_RDONLY | O_CLOEXEC);
  gssize             n;

  if (fd < 0)
    return FALSE;
  n = pread (fd, found, len, (off_t) (from - self->offsets[i]));
  close (fd);
  return n == (gssize) len && memcmp (found, self->bytes + from, len) == 0;
}

gboolean
data_has_piece (const Data *self, guint piece, const char *folder, gboolean but_absent)
{
  gsize begin = (gsize) piece * self->piece_length;
  gsize end = MIN (begin + self->piece_length, self->size);
  guint i;

  for (i = 0; i < self->files->len; i++)
    {
      const DataFile *file = &g_array_index (self->files, DataFile, i);
      gsize           from = MAX (begin, self->offsets[i]);
      gsize           to = MIN (end, self->offsets[i] + file->size);

      if (from >= to || file->is_pad || (but_absent && !data_file_exists (self, i, folder)))
        continue;
      if (!has_part (self, i, folder, from, to))
        return FALSE;
    }
  return TRUE;
}

void
data_damage (const Data *self, gsize offset, const char *folder)
{
  guint8 byte = self->bytes[offset] ^ 0x55;
  guint  i;

  for (i = 0; i < self->files->len; i++)
    {
      const DataFile  *file = &g_array_index (self->files, DataFile, i);
      g_autofree char *path = data_dup_path (self, i, folder);
      int              fd;

      if (file->is_pad || offset < self->offsets[i] || offset >= self->offsets[i] + file->size)
        continue;
      fd = open (path, O_WRONLY | O_CLOEXEC);
      g_assert_cmpint (fd, >=, 0);
      g_assert_cmpint (pwrite (fd, &byte, 1, (off_t) (offset - self->offsets[i])), ==, 1);
      close (fd);
    }
}
