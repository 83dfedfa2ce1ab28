/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "make/shoal-make-torrent.h"

#include <string.h>

#include "codec/shoal-codec-bencode-writer.h"
#include "codec/shoal-codec-metainfo.h"
#include "make/shoal-make-hash.h"
#include "make/shoal-make-tree.h"

#define CREATOR "Shoal " SHOAL_VERSION

#define HASH_LEN 20

/* The automatic choice takes the smallest piece that gives no more than this. */
#define MAX_AUTO_PIECES 2000

/* An info dictionary that is being made. */
typedef struct
{
  GByteArray *bytes;  /* owned */
  gsize       pieces; /* where the hashes lie in it */
  gsize       pieces_len;
} Info;

G_DEFINE_QUARK (shoal - make - error - quark, shoal_make_error)

guint32
shoal_make_torrent_choose_piece_length (guint64 total_bytes)
{
  guint32 length = SHOAL_MAKE_MIN_PIECE_LENGTH;

  while (length < SHOAL_MAKE_MAX_AUTO_PIECE_LENGTH &&
         total_bytes > (guint64) length * MAX_AUTO_PIECES)
    length *= 2;
  return length;
}

static gboolean
check_piece_length (guint32 length, GError **error)
{
  if (length == 0 || (length >= SHOAL_MAKE_MIN_PIECE_LENGTH &&
                      length <= SHOAL_MAKE_MAX_PIECE_LENGTH && (length & (length - 1)) == 0))
    return TRUE;
  g_set_error (error,
               SHOAL_MAKE_ERROR,
               SHOAL_MAKE_ERROR_OPTIONS,
               "pieces of %u bytes: expected a power of two from %u to %u",
               length,
               SHOAL_MAKE_MIN_PIECE_LENGTH,
               SHOAL_MAKE_MAX_PIECE_LENGTH);
  return FALSE;
}

static gboolean
check_url (char *clean, const char *url, const char *expected, GError **error)
{
  g_autofree char *text = g_steal_pointer (&clean);

  if (text == NULL)
    g_set_error (
        error, SHOAL_MAKE_ERROR, SHOAL_MAKE_ERROR_OPTIONS, "'%s': expected %s", url, expected);
  return text != NULL;
}

static gboolean
check_text (const char *text, const char *what, GError **error)
{
  if (text == NULL || g_utf8_validate (text, -1, NULL))
    return TRUE;
  g_set_error (error, SHOAL_MAKE_ERROR, SHOAL_MAKE_ERROR_OPTIONS, "the %s is not UTF-8", what);
  return FALSE;
}

static gboolean
check_options (const ShoalMakeOptions *options, GError **error)
{
  const char *const *seed = options->web_seeds;
  guint              i;

  if (!check_piece_length (options->piece_length, error) ||
      !check_text (options->comment, "comment", error) ||
      !check_text (options->source, "source", error))
    return FALSE;
  for (i = 0; i < options->n_trackers; i++)
    {
      const char *url = options->trackers[i].url;

      if (!check_url (shoal_codec_url_dup_tracker (url, strlen (url)),
                      url,
                      "a tracker's http:, https: or udp: URL, the last with a port",
                      error))
        return FALSE;
    }
  for (; seed != NULL && *seed != NULL; seed++)
    if (!check_url (shoal_codec_url_dup_web_seed (*seed, strlen (*seed)),
                    *seed,
                    "a web seed's http: or https: URL",
                    error))
      return FALSE;
  return TRUE;
}

static void
write_path (GByteArray *out, const char *path)
{
  shoal_codec_bencode_writer_add_string (out, "path");
  shoal_codec_bencode_writer_begin_list (out);
  for (;;)
    {
      gsize len = strcspn (path, "/");

      shoal_codec_bencode_writer_add_bytes (out, path, len);
      if (path[len] == '\0')
        break;
      path += len + 1;
    }
  shoal_codec_bencode_writer_end (out);
}

static void
write_files (GByteArray *out, const ShoalMakeTree *tree)
{
  guint i;

  shoal_codec_bencode_writer_add_string (out, "files");
  shoal_codec_bencode_writer_begin_list (out);
  for (i = 0; i < tree->files->len; i++)
    {
      const ShoalMakeTreeFile *file = &g_array_index (tree->files, ShoalMakeTreeFile, i);

      shoal_codec_bencode_writer_begin_dict (out);
      shoal_codec_bencode_writer_add_pair_integer (out, "length", (gint64) file->length);
      write_path (out, file->path);
      shoal_codec_bencode_writer_end (out);
    }
  shoal_codec_bencode_writer_end (out);
}

/* The info dictionary, the hashes still zero. */
static void
write_info (Info *info, const ShoalMakeTree *tree, const ShoalMakeOptions *options, guint32 length)
{
  GByteArray        *out = info->bytes;
  g_autofree guint8 *hashes = NULL;

  info->pieces_len = (gsize) ((tree->total_bytes + length - 1) / length) * HASH_LEN;
  hashes = g_malloc0 (info->pieces_len);
  shoal_codec_bencode_writer_begin_dict (out);
  if (tree->is_folder)
    write_files (out, tree);
  else
    shoal_codec_bencode_writer_add_pair_integer (out, "length", (gint64) tree->total_bytes);
  shoal_codec_bencode_writer_add_pair_string (out, "name", tree->name);
  shoal_codec_bencode_writer_add_pair_integer (out, "piece length", length);
  shoal_codec_bencode_writer_add_pair_bytes (out, "pieces", hashes, info->pieces_len);
  info->pieces = out->len - info->pieces_len;
  if (options->is_private)
    shoal_codec_bencode_writer_add_pair_integer (out, "private", 1);
  if (options->source != NULL)
    shoal_codec_bencode_writer_add_pair_string (out, "source", options->source);
  shoal_codec_bencode_writer_end (out);
}

static gboolean
check_size (const ShoalMakeTree *tree, guint32 piece_length, GError **error)
{
  guint64 n_pieces = (tree->total_bytes + piece_length - 1) / piece_length;

  if (tree->total_bytes == 0)
    {
      g_set_error (error,
                   SHOAL_MAKE_ERROR,
                   SHOAL_MAKE_ERROR_EMPTY,
                   "'%s': there are no bytes in it to share",
                   tree->name);
      return FALSE;
    }
  if (tree->total_bytes <= SHOAL_CODEC_METAINFO_MAX_TOTAL &&
      n_pieces <= SHOAL_CODEC_METAINFO_MAX_PIECES)
    return TRUE;
  g_set_error (error,
               SHOAL_MAKE_ERROR,
               SHOAL_MAKE_ERROR_TOO_LARGE,
               "'%s': %" G_GUINT64_FORMAT " pieces of %u bytes, more than %u",
               tree->name,
               n_pieces,
               piece_length,
               SHOAL_CODEC_METAINFO_MAX_PIECES);
  return FALSE;
}

static gboolean
fail_name (const char *path, const char *what, GError **error)
{
  g_set_error (
      error, SHOAL_MAKE_ERROR, SHOAL_MAKE_ERROR_NAME, "'%s': %s: rename it first", path, what);
  return FALSE;
}

/* Whether a reader makes of each file what it is: not of one whose name clashes with another. */
static gboolean
check_paths (const ShoalMakeTree *tree, const ShoalCodecLayout *layout, GError **error)
{
  gsize prefix_len = strlen (tree->name) + 1;
  guint i;

  for (i = 0; tree->is_folder && i < tree->files->len; i++)
    {
      const char           *path = g_array_index (tree->files, ShoalMakeTreeFile, i).path;
      const ShoalCodecFile *file = shoal_codec_layout_get_file (layout, i);

      if (strcmp (file->path + prefix_len, path) != 0)
        return fail_name (path,
                          "the name differs from another one only in upper and lower case or in "
                          "how characters are composed, so others could not store both",
                          error);
      if (file->flags != 0)
        return fail_name (path, "others would take it for padding and not store it", error);
    }
  return TRUE;
}

/* What readers make of it: the limits and names hold before hours of hashing. */
static ShoalCodecMetainfo *
read_back (const Info *info, const ShoalMakeOptions *options, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (info->bytes->data, info->bytes->len);
  g_autoptr (GError) problem = NULL;
  ShoalCodecMetainfoExtras extras = {
    .trackers = options->trackers,
    .n_trackers = options->n_trackers,
    .web_seeds = options->web_seeds,
    .comment = options->comment,
    .creator = CREATOR,
    .created = options->created,
  };
  ShoalCodecMetainfo *metainfo = shoal_codec_metainfo_new_from_info (bytes, &extras, &problem);

  if (metainfo == NULL)
    g_set_error (error,
                 SHOAL_MAKE_ERROR,
                 g_error_matches (problem, SHOAL_CODEC_ERROR, SHOAL_CODEC_ERROR_TOO_LARGE)
                     ? SHOAL_MAKE_ERROR_TOO_LARGE
                     : SHOAL_MAKE_ERROR_NAME,
                 "others could not read the torrent: %s",
                 problem->message);
  return metainfo;
}

static void
fill_summary (ShoalMakeSummary    *summary,
              const ShoalMakeTree *tree,
              const Info          *info,
              guint32              length)
{
  if (summary == NULL)
    return;
  summary->total_bytes = tree->total_bytes;
  summary->n_files = tree->files->len;
  summary->piece_length = length;
  summary->n_pieces = (guint) (info->pieces_len / HASH_LEN);
  summary->n_links = tree->n_links;
  summary->n_special = tree->n_special;
}

static gboolean
hash_tree (Info                     *info,
           const ShoalMakeTree      *tree,
           const ShoalCodecMetainfo *metainfo,
           const ShoalMakeHashWork  *how,
           GError                  **error)
{
  ShoalMakeHashWork     work = *how;
  const ShoalMakeWatch *watch = how->watch;

  work.tree = tree;
  work.layout = shoal_codec_metainfo_get_layout (metainfo);
  work.out = info->bytes->data + info->pieces;
  if (!check_paths (tree, work.layout, error) || !shoal_make_hash_pieces (&work, error) ||
      !shoal_make_tree_check (tree, error))
    return FALSE;
  if (watch != NULL && watch->func != NULL)
    watch->func (tree->total_bytes, tree->total_bytes, watch->user_data);
  return TRUE;
}

static GBytes *
make_bytes (const ShoalMakeTree    *tree,
            const ShoalMakeOptions *options,
            const ShoalMakeWatch   *watch,
            ShoalMakeSummary       *summary,
            GError                **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (ShoalCodecMetainfo) empty = NULL;
  g_autoptr (ShoalCodecMetainfo) hashed = NULL;
  Info              info = { .bytes = bytes };
  ShoalMakeHashWork how = { .watch = watch, .n_threads = options->n_threads };
  guint32           length = options->piece_length;

  if (length == 0)
    length = shoal_make_torrent_choose_piece_length (tree->total_bytes);
  if (!check_size (tree, length, error))
    return NULL;
  write_info (&info, tree, options, length);
  empty = read_back (&info, options, error);
  if (empty == NULL || !hash_tree (&info, tree, empty, &how, error))
    return NULL;
  hashed = read_back (&info, options, error);
  if (hashed == NULL)
    return NULL;
  fill_summary (summary, tree, &info, length);
  return shoal_codec_metainfo_to_bytes (hashed);
}

GBytes *
shoal_make_torrent (const ShoalMakeOptions *options,
                    const ShoalMakeWatch   *watch,
                    ShoalMakeSummary       *summary,
                    GError                **error)
{
  g_autoptr (ShoalMakeTree) tree = NULL;

  if (!check_options (options, error))
    return NULL;
  tree = shoal_make_tree_new (
      options->path, options->out, watch != NULL ? watch->cancelled : NULL, error);
  return tree == NULL ? NULL : make_bytes (tree, options, watch, summary, error);
}
