/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-metainfo.h"

#include <string.h>

#include "codec/shoal-codec-metainfo-private.h"
#include "codec/shoal-codec-names.h"

/* Of all paths of a torrent: a small v2 tree can say a long folder for very many files. */
#define MAX_PATH_BYTES (128 * 1024 * 1024)

/* How BitComet called padding before BEP 47. */
#define BITCOMET_PAD "_____padding_file_"

enum
{
  FILE_LENGTH,
  FILE_PATH,
  FILE_PATH_UTF8,
  FILE_ATTR,
  FILE_SYMLINK,
  N_FILE_KEYS
};

static const char *const file_keys[N_FILE_KEYS] = { "length",
                                                    "path",
                                                    "path.utf-8",
                                                    "attr",
                                                    "symlink path" };

gboolean
shoal_codec_metainfo_find_keys (ShoalCodecBencodeValue  dict,
                                const char *const      *names,
                                guint                   n_names,
                                ShoalCodecBencodeValue *values,
                                GError                **error)
{
  ShoalCodecBencodeIter  iter;
  ShoalCodecBencodeValue key;
  ShoalCodecBencodeValue value;
  guint                  i;

  memset (values, 0, n_names * sizeof *values);
  shoal_codec_bencode_iter_init (&iter, dict);
  while (iter.is_dict && shoal_codec_bencode_iter_next (&iter, &key, &value))
    for (i = 0; i < n_names; i++)
      if (shoal_codec_bencode_is_string (key, names[i]))
        {
          if (values[i].document != NULL)
            {
              g_set_error (error,
                           SHOAL_CODEC_ERROR,
                           SHOAL_CODEC_ERROR_MALFORMED,
                           "offset %" G_GSIZE_FORMAT ": a second '%s' in one dictionary",
                           shoal_codec_bencode_get_offset (key),
                           names[i]);
              return FALSE;
            }
          values[i] = value;
        }
  return TRUE;
}

void
shoal_codec_metainfo_files_init (ShoalCodecMetainfoFiles *files)
{
  files->paths = g_string_new (NULL);
  files->rows = g_array_new (FALSE, FALSE, sizeof (ShoalCodecMetainfoRow));
  files->total = 0;
  files->unpadded = 0;
}

void
shoal_codec_metainfo_files_clear (ShoalCodecMetainfoFiles *files)
{
  if (files->paths != NULL)
    g_string_free (files->paths, TRUE);
  g_clear_pointer (&files->rows, g_array_unref);
  files->paths = NULL;
}

ShoalCodecFileFlags
shoal_codec_metainfo_read_attr (ShoalCodecBencodeValue attr)
{
  ShoalCodecFileFlags flags = 0;
  gsize               len;
  const guint8       *letters = shoal_codec_bencode_get_string (attr, &len);

  for (; len > 0; letters++, len--)
    {
      if (*letters == 'p')
        flags |= SHOAL_CODEC_FILE_PAD;
      else if (*letters == 'x')
        flags |= SHOAL_CODEC_FILE_EXECUTABLE;
      else if (*letters == 'h')
        flags |= SHOAL_CODEC_FILE_HIDDEN;
      else if (*letters == 'l')
        flags |= SHOAL_CODEC_FILE_SYMLINK | SHOAL_CODEC_FILE_PAD;
    }
  return flags;
}

/* What a length is that is no count of bytes. */
static const char *
describe_length (ShoalCodecBencodeValue length)
{
  gint64 bytes;

  if (shoal_codec_bencode_get_type (length) != SHOAL_CODEC_BENCODE_INTEGER)
    return shoal_codec_bencode_get_type_name (length);
  return shoal_codec_bencode_get_integer (length, &bytes) ? "a negative number"
                                                          : "a number beyond 64 bits";
}

static gboolean
fail_too_large (const ShoalCodecMetainfoFiles *files, const char *what, guint64 max, GError **error)
{
  g_set_error (error,
               SHOAL_CODEC_ERROR,
               SHOAL_CODEC_ERROR_TOO_LARGE,
               "the files up to number %u have more than %" G_GUINT64_FORMAT " bytes%s",
               files->rows->len + 1,
               max,
               what);
  return FALSE;
}

gboolean
shoal_codec_metainfo_files_add (ShoalCodecMetainfoFiles *files,
                                gsize                    path,
                                ShoalCodecBencodeValue   length,
                                ShoalCodecFileFlags      flags,
                                GError                 **error)
{
  ShoalCodecMetainfoRow row = { .path = path, .flags = flags };
  gint64                bytes = 0;

  if ((flags & SHOAL_CODEC_FILE_SYMLINK) == 0 &&
      (!shoal_codec_bencode_get_integer (length, &bytes) || bytes < 0))
    {
      g_set_error (error,
                   SHOAL_CODEC_ERROR,
                   SHOAL_CODEC_ERROR_MALFORMED,
                   "file %u, '%s': expected its length in bytes, found %s",
                   files->rows->len + 1,
                   files->paths->str + path,
                   describe_length (length));
      return FALSE;
    }
  if ((guint64) bytes > SHOAL_CODEC_METAINFO_MAX_TOTAL - files->total)
    return fail_too_large (files, "", SHOAL_CODEC_METAINFO_MAX_TOTAL, error);
  if (files->paths->len > MAX_PATH_BYTES)
    return fail_too_large (files, " of paths", MAX_PATH_BYTES, error);
  row.length = (guint64) bytes;
  files->total += row.length;
  if ((flags & SHOAL_CODEC_FILE_PAD) == 0)
    files->unpadded += row.length;
  g_array_append_val (files->rows, row);
  return TRUE;
}

static gboolean
fail_part (const ShoalCodecMetainfoFiles *files,
           ShoalCodecBencodeValue         part,
           guint                          depth,
           GError                       **error)
{
  if (depth >= SHOAL_CODEC_NAMES_MAX_DEPTH)
    g_set_error (error,
                 SHOAL_CODEC_ERROR,
                 SHOAL_CODEC_ERROR_TOO_LARGE,
                 "offset %" G_GSIZE_FORMAT ": the path of file %u is more than %u folders deep",
                 shoal_codec_bencode_get_offset (part),
                 files->rows->len + 1,
                 SHOAL_CODEC_NAMES_MAX_DEPTH);
  else
    g_set_error (error,
                 SHOAL_CODEC_ERROR,
                 SHOAL_CODEC_ERROR_MALFORMED,
                 "offset %" G_GSIZE_FORMAT ": expected a string in the path of file %u, found %s",
                 shoal_codec_bencode_get_offset (part),
                 files->rows->len + 1,
                 shoal_codec_bencode_get_type_name (part));
  return FALSE;
}

/* Appends '/' and the safe component for each string of the list @parts. */
static gboolean
append_parts (ShoalCodecMetainfoFiles *files, ShoalCodecBencodeValue parts, GError **error)
{
  ShoalCodecBencodeIter  iter;
  ShoalCodecBencodeValue part;
  gboolean               is_usable = TRUE;
  guint                  depth = 0;

  shoal_codec_bencode_iter_init (&iter, parts);
  while (shoal_codec_bencode_iter_next (&iter, NULL, &part))
    {
      gsize         len;
      const guint8 *data = shoal_codec_bencode_get_string (part, &len);

      if (data == NULL || depth++ >= SHOAL_CODEC_NAMES_MAX_DEPTH)
        return fail_part (files, part, depth, error);
      g_string_append_c (files->paths, '/');
      is_usable = shoal_codec_names_append_component (files->paths, data, len);
      if (!is_usable)
        g_string_truncate (files->paths, files->paths->len - 1);
    }
  if (!is_usable)
    g_string_append (files->paths, "/_");
  return TRUE;
}

static gboolean
is_filled_list (ShoalCodecBencodeValue value)
{
  ShoalCodecBencodeIter iter;

  shoal_codec_bencode_iter_init (&iter, value);
  return !iter.is_dict && shoal_codec_bencode_iter_next (&iter, NULL, &value);
}

/* BEP 47 lets pad files and links do without a path; they are never made. */
static gboolean
append_path (ShoalCodecMetainfoFiles      *files,
             const ShoalCodecBencodeValue *values,
             ShoalCodecFileFlags           flags,
             GError                      **error)
{
  if (is_filled_list (values[FILE_PATH_UTF8]))
    return append_parts (files, values[FILE_PATH_UTF8], error);
  if (is_filled_list (values[FILE_PATH]))
    return append_parts (files, values[FILE_PATH], error);
  if ((flags & SHOAL_CODEC_FILE_PAD) == 0)
    {
      g_set_error (error,
                   SHOAL_CODEC_ERROR,
                   SHOAL_CODEC_ERROR_MALFORMED,
                   "file %u has no path: expected a list of names in 'path'",
                   files->rows->len + 1);
      return FALSE;
    }
  g_string_append_printf (files->paths, "/.pad/%u", files->rows->len + 1);
  return TRUE;
}

static gboolean
read_file (ShoalCodecMetainfoFiles *files,
           ShoalCodecBencodeValue   file,
           const char              *name,
           GError                 **error)
{
  ShoalCodecBencodeValue values[N_FILE_KEYS];
  ShoalCodecFileFlags    flags;
  gsize                  path = files->paths->len;

  if (shoal_codec_bencode_get_type (file) != SHOAL_CODEC_BENCODE_DICT)
    {
      g_set_error (error,
                   SHOAL_CODEC_ERROR,
                   SHOAL_CODEC_ERROR_MALFORMED,
                   "offset %" G_GSIZE_FORMAT ": file %u is %s, not a dictionary",
                   shoal_codec_bencode_get_offset (file),
                   files->rows->len + 1,
                   shoal_codec_bencode_get_type_name (file));
      return FALSE;
    }
  if (!shoal_codec_metainfo_find_keys (file, file_keys, N_FILE_KEYS, values, error))
    return FALSE;
  flags = shoal_codec_metainfo_read_attr (values[FILE_ATTR]);
  g_string_append (files->paths, name);
  if (!append_path (files, values, flags, error))
    return FALSE;
  if (strstr (files->paths->str + path + strlen (name), BITCOMET_PAD) != NULL)
    flags |= SHOAL_CODEC_FILE_PAD;
  g_string_append_c (files->paths, '\0');
  return shoal_codec_metainfo_files_add (files, path, values[FILE_LENGTH], flags, error);
}

gboolean
shoal_codec_metainfo_files_read_list (ShoalCodecMetainfoFiles *files,
                                      ShoalCodecBencodeValue   list,
                                      const char              *name,
                                      GError                 **error)
{
  ShoalCodecBencodeIter  iter;
  ShoalCodecBencodeValue file;

  if (shoal_codec_bencode_get_type (list) != SHOAL_CODEC_BENCODE_LIST)
    {
      g_set_error (error,
                   SHOAL_CODEC_ERROR,
                   SHOAL_CODEC_ERROR_MALFORMED,
                   "offset %" G_GSIZE_FORMAT ": 'files' is %s, not a list",
                   shoal_codec_bencode_get_offset (list),
                   shoal_codec_bencode_get_type_name (list));
      return FALSE;
    }
  shoal_codec_bencode_iter_init (&iter, list);
  while (shoal_codec_bencode_iter_next (&iter, NULL, &file))
    if (!read_file (files, file, name, error))
      return FALSE;
  return TRUE;
}

gboolean
shoal_codec_metainfo_files_resolve (ShoalCodecMetainfoFiles *files, GError **error)
{
  g_autoptr (ShoalCodecNames) names = shoal_codec_names_new ();
  g_autoptr (GString) path = g_string_new (NULL);
  guint i;

  for (i = 0; i < files->rows->len; i++)
    {
      const ShoalCodecMetainfoRow *row = &g_array_index (files->rows, ShoalCodecMetainfoRow, i);

      if ((row->flags & SHOAL_CODEC_FILE_PAD) == 0)
        shoal_codec_names_add_folders (names, files->paths->str + row->path);
    }
  for (i = 0; i < files->rows->len; i++)
    {
      ShoalCodecMetainfoRow *row = &g_array_index (files->rows, ShoalCodecMetainfoRow, i);
      ShoalCodecNamesResult  result;

      if ((row->flags & SHOAL_CODEC_FILE_PAD) != 0)
        continue;
      g_string_assign (path, files->paths->str + row->path);
      result = shoal_codec_names_add_file (names, path);
      if (result == SHOAL_CODEC_NAMES_REFUSED)
        {
          g_set_error (error,
                       SHOAL_CODEC_ERROR,
                       SHOAL_CODEC_ERROR_UNSAFE,
                       "more than %u files have the name of another one, the last is file %u, '%s'",
                       SHOAL_CODEC_NAMES_MAX_CLASHES,
                       i + 1,
                       files->paths->str + row->path);
          return FALSE;
        }
      if (result == SHOAL_CODEC_NAMES_KEPT)
        continue;
      row->path = files->paths->len;
      g_string_append_len (files->paths, path->str, (gssize) path->len + 1);
    }
  return TRUE;
}

ShoalCodecLayout *
shoal_codec_metainfo_files_to_layout (const ShoalCodecMetainfoFiles *files,
                                      guint32                        piece_length,
                                      gboolean                       aligned)
{
  g_autofree ShoalCodecFile *list = g_new0 (ShoalCodecFile, files->rows->len);
  guint                      i;

  for (i = 0; i < files->rows->len; i++)
    {
      const ShoalCodecMetainfoRow *row = &g_array_index (files->rows, ShoalCodecMetainfoRow, i);

      list[i].path = files->paths->str + row->path;
      list[i].length = row->length;
      list[i].flags = row->flags;
    }
  return aligned ? shoal_codec_layout_new_aligned (list, files->rows->len, piece_length)
                 : shoal_codec_layout_new (list, files->rows->len, piece_length);
}
