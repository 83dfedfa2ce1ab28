/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "wire/shoal-wire-metadata.h"

#include "codec/shoal-codec-bencode-writer.h"
#include "wire/shoal-wire-extension.h"

/* Three numbers; whatever is deeper or richer was not written by a client. */
static const ShoalCodecBencodeLimits LIMITS = {
  .max_size = SHOAL_WIRE_EXTENSION_MAX_METADATA,
  .max_depth = 4,
  .max_tokens = 100,
};

/* The numbers of msg_type, in the order of the kinds. */
#define N_KINDS 3

static gboolean
read_data (ShoalWireMetadata     *self,
           ShoalCodecBencodeValue root,
           gsize                  head,
           const guint8          *data,
           gsize                  len)
{
  gint64 total;

  self->data = data + head;
  self->len = len - head;
  if (shoal_codec_bencode_find_integer (root, "total_size", &total) && total > 0)
    self->total_size = (guint64) total;
  return self->len > 0 && self->len <= SHOAL_WIRE_METADATA_BLOCK;
}

void
shoal_wire_metadata_parse (ShoalWireMetadata *self,
                           ShoalCodecBencode *bencode,
                           const guint8      *data,
                           gsize              len)
{
  ShoalCodecBencodeValue root;
  gint64                 kind, block;

  *self = (ShoalWireMetadata){ .kind = SHOAL_WIRE_METADATA_BAD };
  if (!shoal_codec_bencode_parse (bencode, data, len, &LIMITS, NULL))
    return;
  root = shoal_codec_bencode_get_root (bencode);
  if (!shoal_codec_bencode_find_integer (root, "msg_type", &kind))
    return;
  if (kind < 0 || kind >= N_KINDS)
    {
      self->kind = SHOAL_WIRE_METADATA_UNKNOWN;
      return;
    }
  if (!shoal_codec_bencode_find_integer (root, "piece", &block) || block < 0 || block > G_MAXINT32)
    return;
  self->block = (guint32) block;
  if (kind == SHOAL_WIRE_METADATA_DATA &&
      !read_data (self, root, shoal_codec_bencode_get_size (bencode), data, len))
    return;
  self->kind = (ShoalWireMetadataKind) kind;
}

void
shoal_wire_metadata_write (const ShoalWireMetadata *self, GByteArray *out)
{
  g_return_if_fail (self->kind < N_KINDS);
  shoal_codec_bencode_writer_begin_dict (out);
  shoal_codec_bencode_writer_add_pair_integer (out, "msg_type", self->kind);
  shoal_codec_bencode_writer_add_pair_integer (out, "piece", self->block);
  if (self->kind == SHOAL_WIRE_METADATA_DATA)
    shoal_codec_bencode_writer_add_pair_integer (out, "total_size", (gint64) self->total_size);
  shoal_codec_bencode_writer_end (out);
  if (self->kind == SHOAL_WIRE_METADATA_DATA)
    g_byte_array_append (out, self->data, (guint) self->len);
}
