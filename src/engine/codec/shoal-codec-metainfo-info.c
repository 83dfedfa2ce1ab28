/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-metainfo.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "base/shoal-base-bytes.h"
#include "codec/shoal-codec-metainfo-private.h"
#include "codec/shoal-codec-names.h"

#define HASH_LEN 20

/* BEP 52: and a power of two. */
#define MIN_V2_PIECE_LENGTH 16384

/* "source" is a word or an address that makes the hash differ. */
#define MAX_SOURCE 1024

enum
{
  INFO_NAME,
  INFO_NAME_UTF8,
  INFO_PIECE_LENGTH,
  INFO_PIECES,
  INFO_LENGTH,
  INFO_FILES,
  INFO_TREE,
  INFO_META_VERSION,
  INFO_PRIVATE,
  INFO_SOURCE,
  INFO_ATTR,
  N_INFO_KEYS
};

static const char *const info_keys[N_INFO_KEYS] = { "name",      "name.utf-8",   "piece length",
                                                    "pieces",    "length",       "files",
                                                    "file tree", "meta version", "private",
                                                    "source",    "attr" };

typedef struct
{
  ShoalCodecMetainfo    *self; /* unowned */
  ShoalCodecBencodeValue values[N_INFO_KEYS];
  guint32                piece_length;
  gboolean               has_v1;
  gboolean               has_v2;
  GError               **error;
} Reader;

static G_GNUC_PRINTF (3, 4) gboolean
    fail (Reader *reader, ShoalCodecError code, const char *format, ...)
{
  va_list args;

  if (reader->error != NULL)
    {
      va_start (args, format);
      *reader->error = g_error_new_valist (SHOAL_CODEC_ERROR, (int) code, format, args);
      va_end (args);
    }
  return FALSE;
}

static const char *
type_of (const Reader *reader, guint key)
{
  return shoal_codec_bencode_get_type_name (reader->values[key]);
}

/* Before anything else: a version we do not know may mean anything by the other keys. */
static gboolean
read_version (Reader *reader)
{
  gint64 version = 1;

  if (shoal_codec_bencode_get_type (reader->values[INFO_META_VERSION]) !=
          SHOAL_CODEC_BENCODE_NONE &&
      (!shoal_codec_bencode_get_integer (reader->values[INFO_META_VERSION], &version) ||
       version < 1))
    return fail (reader,
                 SHOAL_CODEC_ERROR_MALFORMED,
                 "'meta version' is %s, not 1 or more",
                 type_of (reader, INFO_META_VERSION));
  if (version > 2)
    return fail (reader,
                 SHOAL_CODEC_ERROR_UNSUPPORTED,
                 "a torrent of version %" G_GINT64_FORMAT "; versions 1 and 2 are known",
                 version);
  reader->has_v2 = version == 2;
  reader->has_v1 =
      shoal_codec_bencode_get_type (reader->values[INFO_PIECES]) != SHOAL_CODEC_BENCODE_NONE;
  if (!reader->has_v1 && !reader->has_v2)
    return fail (reader, SHOAL_CODEC_ERROR_MALFORMED, "the info dictionary has no 'pieces'");
  if (reader->has_v2 && (reader->self->flaws & ~SHOAL_CODEC_BENCODE_TRAILING) != 0)
    return fail (reader,
                 SHOAL_CODEC_ERROR_MALFORMED,
                 "a version 2 torrent with unsorted or repeated keys or leading zeros");
  return TRUE;
}

static gboolean
read_piece_length (Reader *reader)
{
  gint64 length;

  if (!shoal_codec_bencode_get_integer (reader->values[INFO_PIECE_LENGTH], &length))
    return fail (reader,
                 SHOAL_CODEC_ERROR_MALFORMED,
                 "'piece length': expected a count of bytes, found %s%s",
                 type_of (reader, INFO_PIECE_LENGTH),
                 shoal_codec_bencode_get_type (reader->values[INFO_PIECE_LENGTH]) ==
                         SHOAL_CODEC_BENCODE_INTEGER
                     ? " beyond 64 bits"
                     : "");
  if (length > SHOAL_CODEC_METAINFO_MAX_PIECE_LENGTH)
    return fail (reader,
                 SHOAL_CODEC_ERROR_TOO_LARGE,
                 "pieces of %" G_GINT64_FORMAT " bytes, more than %u",
                 length,
                 SHOAL_CODEC_METAINFO_MAX_PIECE_LENGTH);
  if (length <= 0)
    return fail (
        reader, SHOAL_CODEC_ERROR_MALFORMED, "pieces of %" G_GINT64_FORMAT " bytes", length);
  if (reader->has_v2 && (length < MIN_V2_PIECE_LENGTH || (length & (length - 1)) != 0))
    return fail (reader,
                 SHOAL_CODEC_ERROR_MALFORMED,
                 "pieces of %" G_GINT64_FORMAT
                 " bytes, where version 2 wants a power of two from %u on",
                 length,
                 MIN_V2_PIECE_LENGTH);
  reader->piece_length = (guint32) length;
  return TRUE;
}

static void
hash_info (Reader *reader)
{
  ShoalInfoHashes *hashes = &reader->self->hashes;
  gsize            len;
  gconstpointer    data = g_bytes_get_data (reader->self->info, &len);

  hashes->has_v1 = reader->has_v1 ? 1 : 0;
  hashes->has_v2 = reader->has_v2 ? 1 : 0;
  if (reader->has_v1)
    gnutls_hash_fast (GNUTLS_DIG_SHA1, data, len, hashes->v1.bytes);
  if (reader->has_v2)
    gnutls_hash_fast (GNUTLS_DIG_SHA256, data, len, hashes->v2.bytes);
}

/* A name of which nothing is left becomes the info-hash: others may be called the same. */
static gboolean
read_name (Reader *reader)
{
  g_autoptr (GString) name = g_string_new (NULL);
  const ShoalInfoHashes *hashes = &reader->self->hashes;
  gsize                  len;
  const guint8          *data;

  data = shoal_codec_bencode_get_string (reader->values[INFO_NAME_UTF8], &len);
  if (len == 0)
    data = shoal_codec_bencode_get_string (reader->values[INFO_NAME], &len);
  if (len == 0)
    return fail (reader,
                 SHOAL_CODEC_ERROR_MALFORMED,
                 "the torrent has no name: expected a string, found %s",
                 data != NULL ? "an empty one" : type_of (reader, INFO_NAME));
  if (shoal_codec_names_append_top (name, data, len))
    reader->self->name = g_string_free (g_steal_pointer (&name), FALSE);
  else
    reader->self->name =
        shoal_base_hex_dup (reader->has_v1 ? hashes->v1.bytes : hashes->v2.bytes, HASH_LEN);
  return TRUE;
}

static gboolean
read_v1_files (Reader *reader, ShoalCodecMetainfoFiles *files)
{
  ShoalCodecFileFlags flags;

  if (shoal_codec_bencode_get_type (reader->values[INFO_FILES]) != SHOAL_CODEC_BENCODE_NONE)
    {
      reader->self->has_folder = 1;
      return shoal_codec_metainfo_files_read_list (
          files, reader->values[INFO_FILES], reader->self->name, reader->error);
    }
  if (shoal_codec_bencode_get_type (reader->values[INFO_LENGTH]) == SHOAL_CODEC_BENCODE_NONE)
    return fail (reader,
                 SHOAL_CODEC_ERROR_MALFORMED,
                 "the info dictionary has neither 'length' nor 'files'");
  flags = shoal_codec_metainfo_read_attr (reader->values[INFO_ATTR]);
  flags &= SHOAL_CODEC_FILE_EXECUTABLE | SHOAL_CODEC_FILE_HIDDEN;
  g_string_append_len (files->paths, reader->self->name, (gssize) strlen (reader->self->name) + 1);
  return shoal_codec_metainfo_files_add (
      files, 0, reader->values[INFO_LENGTH], flags, reader->error);
}

static gboolean
check_size (Reader *reader, const ShoalCodecMetainfoFiles *files)
{
  guint64 n_pieces = (files->total + reader->piece_length - 1) / reader->piece_length;

  if (files->rows->len == 0)
    return fail (reader, SHOAL_CODEC_ERROR_MALFORMED, "the torrent has no files");
  if (files->unpadded == 0)
    return fail (reader, SHOAL_CODEC_ERROR_MALFORMED, "all files of the torrent are empty");
  if (n_pieces > SHOAL_CODEC_METAINFO_MAX_PIECES)
    return fail (reader,
                 SHOAL_CODEC_ERROR_TOO_LARGE,
                 "%" G_GUINT64_FORMAT " pieces, more than %u",
                 n_pieces,
                 SHOAL_CODEC_METAINFO_MAX_PIECES);
  return TRUE;
}

static gboolean
read_pieces (Reader *reader, const ShoalCodecMetainfoFiles *files)
{
  gsize         len;
  const guint8 *data = shoal_codec_bencode_get_string (reader->values[INFO_PIECES], &len);
  guint64       n_pieces = (files->total + reader->piece_length - 1) / reader->piece_length;

  if (data == NULL)
    return fail (reader,
                 SHOAL_CODEC_ERROR_MALFORMED,
                 "'pieces' is %s, not a string",
                 type_of (reader, INFO_PIECES));
  if (len != n_pieces * HASH_LEN)
    return fail (reader,
                 SHOAL_CODEC_ERROR_MALFORMED,
                 "%" G_GSIZE_FORMAT " bytes of piece hashes, where %" G_GUINT64_FORMAT
                 " pieces have %" G_GUINT64_FORMAT,
                 len,
                 n_pieces,
                 n_pieces * HASH_LEN);
  reader->self->pieces = data;
  return TRUE;
}

static gboolean
read_v1 (Reader *reader, ShoalCodecMetainfoFiles *files)
{
  return read_v1_files (reader, files) && check_size (reader, files) && read_pieces (reader, files);
}

/* The v2 half; of a hybrid it is only compared. */
static gboolean
read_v2 (Reader *reader, ShoalCodecMetainfoFiles *files, const ShoalCodecMetainfoFiles *v1)
{
  gboolean has_folder;

  if (!shoal_codec_metainfo_files_read_tree (
          files, reader->values[INFO_TREE], reader->self->name, &has_folder, reader->error) ||
      !check_size (reader, files))
    return FALSE;
  if (reader->has_v1)
    return shoal_codec_metainfo_files_agree (v1, files, reader->piece_length, reader->error);
  reader->self->has_folder = has_folder ? 1 : 0;
  if (!has_folder)
    {
      g_free (reader->self->name);
      reader->self->name = g_strdup (files->paths->str);
    }
  return TRUE;
}

static gboolean
read_files (Reader *reader)
{
  g_auto (ShoalCodecMetainfoFiles) v1 = { NULL };
  g_auto (ShoalCodecMetainfoFiles) v2 = { NULL };
  ShoalCodecMetainfoFiles *used = reader->has_v1 ? &v1 : &v2;

  shoal_codec_metainfo_files_init (&v1);
  shoal_codec_metainfo_files_init (&v2);
  if (reader->has_v1 && !read_v1 (reader, &v1))
    return FALSE;
  if (reader->has_v2 && !read_v2 (reader, &v2, &v1))
    return FALSE;
  if (!shoal_codec_metainfo_files_resolve (used, reader->error))
    return FALSE;
  reader->self->layout =
      shoal_codec_metainfo_files_to_layout (used, reader->piece_length, !reader->has_v1);
  return TRUE;
}

static void
read_rest (Reader *reader)
{
  gint64        is_private = 0;
  gsize         len;
  const guint8 *source = shoal_codec_bencode_get_string (reader->values[INFO_SOURCE], &len);

  shoal_codec_bencode_get_integer (reader->values[INFO_PRIVATE], &is_private);
  reader->self->is_private = is_private != 0;
  if (len > 0)
    reader->self->source = shoal_codec_url_dup_text (source, len, MAX_SOURCE);
}

gboolean
shoal_codec_metainfo_read_info (ShoalCodecMetainfo    *self,
                                ShoalCodecBencodeValue info,
                                GError               **error)
{
  Reader reader = { .self = self, .error = error };

  if (shoal_codec_bencode_get_type (info) != SHOAL_CODEC_BENCODE_DICT)
    return fail (&reader,
                 SHOAL_CODEC_ERROR_MALFORMED,
                 "expected an info dictionary at offset %" G_GSIZE_FORMAT ", found %s",
                 shoal_codec_bencode_get_offset (info),
                 shoal_codec_bencode_get_type_name (info));
  if (!shoal_codec_metainfo_find_keys (info, info_keys, N_INFO_KEYS, reader.values, error) ||
      !read_version (&reader) || !read_piece_length (&reader))
    return FALSE;
  hash_info (&reader);
  if (!read_name (&reader) || !read_files (&reader))
    return FALSE;
  read_rest (&reader);
  return TRUE;
}
