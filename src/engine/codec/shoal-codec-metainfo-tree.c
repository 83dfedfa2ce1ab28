/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-metainfo.h"

#include <string.h>

#include "codec/shoal-codec-metainfo-private.h"
#include "codec/shoal-codec-names.h"

#define ROOT_LEN 32

enum
{
  LEAF_LENGTH,
  LEAF_ROOT,
  LEAF_ATTR,
  N_LEAF_KEYS
};

static const char *const leaf_keys[N_LEAF_KEYS] = { "length", "pieces root", "attr" };

/* A folder that is being walked. */
typedef struct
{
  ShoalCodecBencodeIter iter;
  gsize                 prefix_len; /* of the path so far */
} Level;

typedef struct
{
  ShoalCodecMetainfoFiles *files;  /* unowned */
  GString                 *prefix; /* owned: the folder, without '/' at the end */
  guint                    depth;
  Level                    levels[SHOAL_CODEC_NAMES_MAX_DEPTH];
} Walk;

static gboolean
fail_at (ShoalCodecBencodeValue value, const char *what, GError **error)
{
  g_set_error (error,
               SHOAL_CODEC_ERROR,
               SHOAL_CODEC_ERROR_MALFORMED,
               "offset %" G_GSIZE_FORMAT ": %s",
               shoal_codec_bencode_get_offset (value),
               what);
  return FALSE;
}

/* A file that is not empty has a hash; one of zeros would match what is not there. */
static gboolean
has_root (ShoalCodecBencodeValue root)
{
  gsize         len;
  const guint8 *data = shoal_codec_bencode_get_string (root, &len);

  return len == ROOT_LEN && (data[0] != 0 || memcmp (data, data + 1, ROOT_LEN - 1) != 0);
}

/* The properties of a file, if @entry (the value of a name) is one: none if it is a folder. A
 * symbolic link has no length. */
static ShoalCodecBencodeValue
find_leaf (ShoalCodecBencodeValue entry)
{
  ShoalCodecBencodeValue leaf =
      shoal_codec_bencode_find_typed (entry, "", SHOAL_CODEC_BENCODE_DICT);
  ShoalCodecBencodeValue length = shoal_codec_bencode_find (leaf, "length");
  ShoalCodecBencodeValue attr = shoal_codec_bencode_find (leaf, "attr");

  if (length.document == NULL &&
      (shoal_codec_metainfo_read_attr (attr) & SHOAL_CODEC_FILE_SYMLINK) == 0)
    leaf.document = NULL;
  return leaf;
}

static gboolean
has_one_key (ShoalCodecBencodeValue dict)
{
  ShoalCodecBencodeIter  iter;
  ShoalCodecBencodeValue value;

  shoal_codec_bencode_iter_init (&iter, dict);
  return shoal_codec_bencode_iter_next (&iter, NULL, &value) &&
         !shoal_codec_bencode_iter_next (&iter, NULL, &value);
}

static gboolean
read_leaf (Walk *walk, ShoalCodecBencodeValue entry, ShoalCodecBencodeValue leaf, GError **error)
{
  ShoalCodecMetainfoFiles *files = walk->files;
  ShoalCodecBencodeValue   values[N_LEAF_KEYS];
  ShoalCodecFileFlags      flags;
  gsize                    path = files->paths->len;

  if (!has_one_key (entry))
    return fail_at (entry, "a file has other files below it", error);
  if (!shoal_codec_metainfo_find_keys (leaf, leaf_keys, N_LEAF_KEYS, values, error))
    return FALSE;
  flags = shoal_codec_metainfo_read_attr (values[LEAF_ATTR]);
  if ((flags & SHOAL_CODEC_FILE_SYMLINK) == 0)
    flags &= ~SHOAL_CODEC_FILE_PAD;
  g_string_append_len (files->paths, walk->prefix->str, (gssize) walk->prefix->len + 1);
  if (!shoal_codec_metainfo_files_add (files, path, values[LEAF_LENGTH], flags, error))
    return FALSE;
  if (g_array_index (files->rows, ShoalCodecMetainfoRow, files->rows->len - 1).length > 0 &&
      !has_root (values[LEAF_ROOT]))
    return fail_at (leaf, "a file that is not empty has no 32 bytes of 'pieces root'", error);
  return TRUE;
}

static gboolean
enter_folder (Walk *walk, ShoalCodecBencodeValue folder, GError **error)
{
  Level *level;

  if (walk->depth >= SHOAL_CODEC_NAMES_MAX_DEPTH)
    {
      g_set_error (error,
                   SHOAL_CODEC_ERROR,
                   SHOAL_CODEC_ERROR_TOO_LARGE,
                   "offset %" G_GSIZE_FORMAT ": more than %u folders deep",
                   shoal_codec_bencode_get_offset (folder),
                   SHOAL_CODEC_NAMES_MAX_DEPTH);
      return FALSE;
    }
  level = &walk->levels[walk->depth++];
  shoal_codec_bencode_iter_init (&level->iter, folder);
  level->prefix_len = walk->prefix->len;
  return TRUE;
}

/* Sets the prefix to the path of @key, which may be a folder that leaves no name. */
static void
set_prefix (Walk *walk, ShoalCodecBencodeValue key, gboolean is_file)
{
  gsize         len;
  const guint8 *data = shoal_codec_bencode_get_string (key, &len);
  gsize         prefix_len = walk->levels[walk->depth - 1].prefix_len;

  g_string_truncate (walk->prefix, prefix_len);
  if (prefix_len > 0)
    g_string_append_c (walk->prefix, '/');
  if (prefix_len > 0 ? shoal_codec_names_append_component (walk->prefix, data, len)
                     : shoal_codec_names_append_top (walk->prefix, data, len))
    return;
  if (is_file)
    g_string_append_c (walk->prefix, '_');
  else
    g_string_truncate (walk->prefix, prefix_len);
}

static gboolean
read_entry (Walk *walk, ShoalCodecBencodeValue key, ShoalCodecBencodeValue value, GError **error)
{
  ShoalCodecBencodeValue leaf;

  if (shoal_codec_bencode_get_type (value) != SHOAL_CODEC_BENCODE_DICT)
    return fail_at (value, "expected a dictionary in 'file tree'", error);
  leaf = find_leaf (value);
  if (shoal_codec_bencode_is_string (key, ""))
    return leaf.document == NULL || fail_at (value, "a file without a name", error);
  set_prefix (walk, key, leaf.document != NULL);
  if (leaf.document != NULL)
    return read_leaf (walk, value, leaf, error);
  return enter_folder (walk, value, error);
}

static gboolean
walk_tree (Walk *walk, ShoalCodecBencodeValue tree, GError **error)
{
  ShoalCodecBencodeValue key;
  ShoalCodecBencodeValue value;

  if (!enter_folder (walk, tree, error))
    return FALSE;
  while (walk->depth > 0)
    if (!shoal_codec_bencode_iter_next (&walk->levels[walk->depth - 1].iter, &key, &value))
      walk->depth--;
    else if (!read_entry (walk, key, value, error))
      return FALSE;
  return TRUE;
}

/* Whether the tree is one file at its root. */
static gboolean
is_single_file (ShoalCodecBencodeValue tree)
{
  ShoalCodecBencodeIter  iter;
  ShoalCodecBencodeValue key;
  ShoalCodecBencodeValue value;

  shoal_codec_bencode_iter_init (&iter, tree);
  return has_one_key (tree) && shoal_codec_bencode_iter_next (&iter, &key, &value) &&
         find_leaf (value).document != NULL;
}

gboolean
shoal_codec_metainfo_files_read_tree (ShoalCodecMetainfoFiles *files,
                                      ShoalCodecBencodeValue   tree,
                                      const char              *name,
                                      gboolean                *has_folder,
                                      GError                 **error)
{
  g_autoptr (GString) prefix = NULL;
  Walk walk = { .files = files };

  if (shoal_codec_bencode_get_type (tree) != SHOAL_CODEC_BENCODE_DICT)
    {
      g_set_error (error,
                   SHOAL_CODEC_ERROR,
                   SHOAL_CODEC_ERROR_MALFORMED,
                   "'file tree': expected a dictionary, found %s",
                   shoal_codec_bencode_get_type_name (tree));
      return FALSE;
    }
  if (find_leaf (tree).document != NULL)
    return fail_at (tree, "the root of 'file tree' is a file", error);
  *has_folder = !is_single_file (tree);
  prefix = g_string_new (*has_folder ? name : NULL);
  walk.prefix = prefix;
  return walk_tree (&walk, tree, error);
}

/* The next row from *i on that is not padding. */
static const ShoalCodecMetainfoRow *
next_file (const ShoalCodecMetainfoFiles *files, guint *i, guint64 *offset)
{
  while (*i < files->rows->len)
    {
      const ShoalCodecMetainfoRow *row = &g_array_index (files->rows, ShoalCodecMetainfoRow, *i);

      ++*i;
      if ((row->flags & (SHOAL_CODEC_FILE_PAD | SHOAL_CODEC_FILE_SYMLINK)) != SHOAL_CODEC_FILE_PAD)
        return row;
      *offset += row->length;
    }
  return NULL;
}

gboolean
shoal_codec_metainfo_files_agree (const ShoalCodecMetainfoFiles *v1,
                                  const ShoalCodecMetainfoFiles *v2,
                                  guint32                        piece_length,
                                  GError                       **error)
{
  guint   i = 0;
  guint   k = 0;
  guint64 offset = 0;
  guint64 ignored = 0;

  for (;;)
    {
      const ShoalCodecMetainfoRow *a = next_file (v1, &i, &offset);
      const ShoalCodecMetainfoRow *b = next_file (v2, &k, &ignored);

      if (a == NULL && b == NULL)
        return TRUE;
      if (a == NULL || b == NULL || a->length != b->length ||
          strcmp (v1->paths->str + a->path, v2->paths->str + b->path) != 0)
        {
          g_set_error (error,
                       SHOAL_CODEC_ERROR,
                       SHOAL_CODEC_ERROR_MALFORMED,
                       "the halves of a hybrid torrent differ: v1 has '%s', v2 has '%s'",
                       a != NULL ? v1->paths->str + a->path : "no more files",
                       b != NULL ? v2->paths->str + b->path : "no more files");
          return FALSE;
        }
      if (a->length > 0 && offset % piece_length != 0)
        {
          g_set_error (error,
                       SHOAL_CODEC_ERROR,
                       SHOAL_CODEC_ERROR_MALFORMED,
                       "'%s' of a hybrid torrent does not begin a piece",
                       v1->paths->str + a->path);
          return FALSE;
        }
      offset += a->length;
    }
}
