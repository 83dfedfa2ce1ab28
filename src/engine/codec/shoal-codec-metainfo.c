/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-metainfo.h"

#include <string.h>

#include "codec/shoal-codec-metainfo-private.h"

/* For some 400,000 files; a token takes 12 bytes while parsing. */
#define MAX_TOKENS 3000000

/* The file, info and a v2 tree as deep as names may be, with the dictionaries around it. */
#define MAX_DEPTH 110

static const ShoalCodecBencodeLimits limits = {
  .max_size = SHOAL_CODEC_METAINFO_MAX_SIZE,
  .max_depth = MAX_DEPTH,
  .max_tokens = MAX_TOKENS,
};

static ShoalCodecMetainfo *
new_empty (void)
{
  ShoalCodecMetainfo *self = g_new0 (ShoalCodecMetainfo, 1);

  atomic_init (&self->n_refs, 1);
  self->trackers = shoal_codec_tracker_array_new ();
  self->nodes = shoal_codec_host_array_new ();
  self->web_seeds = g_ptr_array_new_with_free_func (g_free);
  self->http_seeds = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static void
end_lists (ShoalCodecMetainfo *self)
{
  g_ptr_array_add (self->web_seeds, NULL);
  g_ptr_array_add (self->http_seeds, NULL);
}

/* A saved web page is what people most often take for a torrent. */
static void
explain_first_byte (const guint8 *data, gsize len, GError **error)
{
  if (len == 0)
    g_set_error_literal (
        error, SHOAL_CODEC_ERROR, SHOAL_CODEC_ERROR_MALFORMED, "the file is empty");
  else
    g_set_error (error,
                 SHOAL_CODEC_ERROR,
                 SHOAL_CODEC_ERROR_MALFORMED,
                 "this is no torrent: expected 'd' at offset 0, found %s",
                 data[0] == '<' ? "'<', as in a web page" : "something else");
}

static GBytes *
slice (GBytes *bytes, ShoalCodecBencodeValue value)
{
  gsize len;

  if (shoal_codec_bencode_get_span (value, &len) == NULL)
    return NULL;
  return g_bytes_new_from_bytes (bytes, shoal_codec_bencode_get_offset (value), len);
}

static gboolean
read_file (ShoalCodecMetainfo *self, ShoalCodecBencode *document, GBytes *file, GError **error)
{
  static const char *const keys[] = { "info", "piece layers" };
  ShoalCodecBencodeValue   root = shoal_codec_bencode_get_root (document);
  ShoalCodecBencodeValue   values[G_N_ELEMENTS (keys)];

  if (!shoal_codec_metainfo_find_keys (root, keys, G_N_ELEMENTS (keys), values, error))
    return FALSE;
  if (shoal_codec_bencode_get_type (values[0]) != SHOAL_CODEC_BENCODE_DICT)
    {
      g_set_error (error,
                   SHOAL_CODEC_ERROR,
                   SHOAL_CODEC_ERROR_MALFORMED,
                   "this is no torrent: expected a dictionary 'info' in the file, found %s",
                   shoal_codec_bencode_get_type_name (values[0]));
      return FALSE;
    }
  self->info = slice (file, values[0]);
  self->piece_layers = slice (file, values[1]);
  if (!shoal_codec_metainfo_read_info (self, values[0], error))
    return FALSE;
  shoal_codec_metainfo_read_extras (self, root);
  end_lists (self);
  return TRUE;
}

ShoalCodecMetainfo *
shoal_codec_metainfo_new_from_bytes (GBytes *file, GError **error)
{
  g_autoptr (ShoalCodecBencode) document = shoal_codec_bencode_new ();
  g_autoptr (ShoalCodecMetainfo) self = new_empty ();
  gsize         len;
  const guint8 *data = g_bytes_get_data (file, &len);

  if (len == 0 || data[0] != 'd')
    {
      explain_first_byte (data, len, error);
      return NULL;
    }
  if (!shoal_codec_bencode_parse (document, data, len, &limits, error))
    return NULL;
  self->flaws = shoal_codec_bencode_get_flaws (document);
  return read_file (self, document, file, error) ? g_steal_pointer (&self) : NULL;
}

ShoalCodecMetainfo *
shoal_codec_metainfo_new_from_info (GBytes                         *info,
                                    const ShoalCodecMetainfoExtras *extras,
                                    GError                        **error)
{
  g_autoptr (ShoalCodecBencode) document = shoal_codec_bencode_new ();
  g_autoptr (ShoalCodecMetainfo) self = new_empty ();
  gsize         len;
  const guint8 *data = g_bytes_get_data (info, &len);

  if (!shoal_codec_bencode_parse (document, data, len, &limits, error))
    return NULL;
  self->flaws = shoal_codec_bencode_get_flaws (document);
  if ((self->flaws & SHOAL_CODEC_BENCODE_TRAILING) != 0)
    {
      g_set_error (error,
                   SHOAL_CODEC_ERROR,
                   SHOAL_CODEC_ERROR_MALFORMED,
                   "%" G_GSIZE_FORMAT " bytes after the info dictionary",
                   len - shoal_codec_bencode_get_size (document));
      return NULL;
    }
  self->info = g_bytes_ref (info);
  if (!shoal_codec_metainfo_read_info (self, shoal_codec_bencode_get_root (document), error))
    return NULL;
  if (extras != NULL)
    shoal_codec_metainfo_copy_extras (self, extras);
  end_lists (self);
  return g_steal_pointer (&self);
}

ShoalCodecMetainfo *
shoal_codec_metainfo_ref (ShoalCodecMetainfo *self)
{
  atomic_fetch_add_explicit (&self->n_refs, 1, memory_order_relaxed);
  return self;
}

void
shoal_codec_metainfo_unref (ShoalCodecMetainfo *self)
{
  if (atomic_fetch_sub_explicit (&self->n_refs, 1, memory_order_acq_rel) != 1)
    return;
  g_clear_pointer (&self->info, g_bytes_unref);
  g_clear_pointer (&self->piece_layers, g_bytes_unref);
  g_clear_pointer (&self->layout, shoal_codec_layout_unref);
  g_array_unref (self->trackers);
  g_array_unref (self->nodes);
  g_ptr_array_unref (self->web_seeds);
  g_ptr_array_unref (self->http_seeds);
  g_free (self->name);
  g_free (self->source);
  g_free (self->comment);
  g_free (self->creator);
  g_free (self);
}

GBytes *
shoal_codec_metainfo_get_info (const ShoalCodecMetainfo *self)
{
  return self->info;
}

const ShoalInfoHashes *
shoal_codec_metainfo_get_hashes (const ShoalCodecMetainfo *self)
{
  return &self->hashes;
}

const char *
shoal_codec_metainfo_get_name (const ShoalCodecMetainfo *self)
{
  return self->name;
}

ShoalCodecLayout *
shoal_codec_metainfo_get_layout (const ShoalCodecMetainfo *self)
{
  return self->layout;
}

gboolean
shoal_codec_metainfo_has_folder (const ShoalCodecMetainfo *self)
{
  return self->has_folder;
}

const guint8 *
shoal_codec_metainfo_get_piece_hash (const ShoalCodecMetainfo *self, guint piece)
{
  g_return_val_if_fail (piece < shoal_codec_layout_get_n_pieces (self->layout), NULL);
  return self->pieces == NULL ? NULL : self->pieces + piece * sizeof (ShoalSha1);
}

gboolean
shoal_codec_metainfo_is_v2_only (const ShoalCodecMetainfo *self)
{
  return !self->hashes.has_v1;
}

gboolean
shoal_codec_metainfo_is_private (const ShoalCodecMetainfo *self)
{
  return self->is_private;
}

const ShoalCodecTracker *
shoal_codec_metainfo_get_trackers (const ShoalCodecMetainfo *self, guint *n_trackers)
{
  *n_trackers = self->trackers->len;
  return (const ShoalCodecTracker *) (gconstpointer) self->trackers->data;
}

const char *const *
shoal_codec_metainfo_get_web_seeds (const ShoalCodecMetainfo *self)
{
  return (const char *const *) self->web_seeds->pdata;
}

const char *const *
shoal_codec_metainfo_get_http_seeds (const ShoalCodecMetainfo *self)
{
  return (const char *const *) self->http_seeds->pdata;
}

const ShoalCodecHost *
shoal_codec_metainfo_get_nodes (const ShoalCodecMetainfo *self, guint *n_nodes)
{
  *n_nodes = self->nodes->len;
  return (const ShoalCodecHost *) (gconstpointer) self->nodes->data;
}

const char *
shoal_codec_metainfo_get_comment (const ShoalCodecMetainfo *self)
{
  return self->comment;
}

const char *
shoal_codec_metainfo_get_creator (const ShoalCodecMetainfo *self)
{
  return self->creator;
}

const char *
shoal_codec_metainfo_get_source (const ShoalCodecMetainfo *self)
{
  return self->source;
}

gint64
shoal_codec_metainfo_get_created (const ShoalCodecMetainfo *self)
{
  return self->created;
}

ShoalCodecBencodeFlaws
shoal_codec_metainfo_get_flaws (const ShoalCodecMetainfo *self)
{
  return self->flaws;
}
