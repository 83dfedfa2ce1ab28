/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "wire/shoal-wire-extension.h"

#include <string.h>

#include "codec/shoal-codec-bencode-writer.h"

/* The handshake is a dictionary that holds one more, and lists where it must not: whatever is
 * deeper or richer was not written by a client. */
static const ShoalCodecBencodeLimits LIMITS = {
  .max_size = SHOAL_WIRE_EXTENSION_MAX_HANDSHAKE,
  .max_depth = 8,
  .max_tokens = 2000,
};

/* In the order of their bytes, as the dictionary wants them. */
static const struct
{
  const char          *name;
  ShoalWireExtensionId id;
} NAMES[] = {
  { "lt_donthave", SHOAL_WIRE_EXTENSION_DONTHAVE },
  { "upload_only", SHOAL_WIRE_EXTENSION_UPLOAD_ONLY },
  { "ut_holepunch", SHOAL_WIRE_EXTENSION_HOLEPUNCH },
  { "ut_metadata", SHOAL_WIRE_EXTENSION_METADATA },
  { "ut_pex", SHOAL_WIRE_EXTENSION_PEX },
};

void
shoal_wire_extension_init (ShoalWireExtension *self)
{
  memset (self, 0, sizeof *self);
  self->complete_ago_s = -1;
}

/* FALSE unless @key is an integer in @min … @max. */
static gboolean
find_number (ShoalCodecBencodeValue dict, const char *key, gint64 min, gint64 max, gint64 *out)
{
  gint64 value;

  if (!shoal_codec_bencode_find_integer (dict, key, &value) || value < min || value > max)
    return FALSE;
  *out = value;
  return TRUE;
}

static gboolean
can_be_shown (gunichar c)
{
  switch ((int) g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT: /* bidi marks and what has no width */
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return FALSE;
    default:
      return TRUE;
    }
}

/* Copies as many whole characters as fit; what is not UTF-8 or cannot be shown becomes '?'. */
static void
copy_text (const guint8 *data, gsize len, char out[SHOAL_WIRE_EXTENSION_CLIENT_SIZE])
{
  gsize n = 0;

  while (len > 0)
    {
      gunichar c = g_utf8_get_char_validated ((const char *) data, (gssize) len);
      gboolean valid = c != (gunichar) -1 && c != (gunichar) -2 && c != 0;
      gsize    taken = valid ? (gsize) g_unichar_to_utf8 (c, NULL) : 1;
      gsize    size = valid && can_be_shown (c) ? taken : 1;

      if (n + size >= SHOAL_WIRE_EXTENSION_CLIENT_SIZE)
        break;
      if (valid && can_be_shown (c))
        memcpy (out + n, data, size);
      else
        out[n] = '?';
      n += size;
      data += taken;
      len -= taken;
    }
  out[n] = '\0';
}

static void
parse_ids (ShoalWireExtension *self, ShoalCodecBencodeValue ids)
{
  gint64 value;

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    if (find_number (ids, NAMES[i].name, 0, G_MAXUINT8, &value))
      self->ids[NAMES[i].id] = (guint8) value;
}

static void
parse_numbers (ShoalWireExtension *self, ShoalCodecBencodeValue root)
{
  gint64 value;

  if (find_number (root, "p", 1, G_MAXUINT16, &value))
    self->port = (guint16) value;
  if (find_number (root, "reqq", 1, G_MAXUINT32, &value))
    self->reqq = (guint32) value;
  if (find_number (root, "metadata_size", 1, G_MAXUINT32, &value))
    self->metadata_size = (guint32) value;
  if (find_number (root, "complete_ago", -1, G_MAXINT32, &value))
    self->complete_ago_s = (gint32) value;
  if (find_number (root, "upload_only", G_MININT64, G_MAXINT64, &value))
    self->upload_only = value != 0;
  if (find_number (root, "e", G_MININT64, G_MAXINT64, &value))
    self->encryption = value != 0;
}

static void
parse_strings (ShoalWireExtension *self, ShoalCodecBencodeValue root)
{
  gsize         len;
  const guint8 *text = shoal_codec_bencode_find_string (root, "v", &len);
  const guint8 *ip;

  if (text != NULL)
    copy_text (text, len, self->client);
  ip = shoal_codec_bencode_find_string (root, "yourip", &len);
  if (ip != NULL && len == 4)
    shoal_base_address_init_ipv4 (&self->your_ip, ip, 0);
  else if (ip != NULL && len == 16)
    shoal_base_address_init_ipv6 (&self->your_ip, ip, 0);
}

gboolean
shoal_wire_extension_parse (ShoalWireExtension *self,
                            ShoalCodecBencode  *bencode,
                            const guint8       *data,
                            gsize               len)
{
  ShoalCodecBencodeValue root;

  if (!shoal_codec_bencode_parse (bencode, data, len, &LIMITS, NULL))
    return FALSE;
  root = shoal_codec_bencode_get_root (bencode);
  if (shoal_codec_bencode_get_type (root) != SHOAL_CODEC_BENCODE_DICT)
    return FALSE;
  parse_ids (self, shoal_codec_bencode_find (root, "m"));
  parse_numbers (self, root);
  parse_strings (self, root);
  return TRUE;
}

static void
write_ids (const ShoalWireExtension *self, GByteArray *out)
{
  shoal_codec_bencode_writer_add_string (out, "m");
  shoal_codec_bencode_writer_begin_dict (out);
  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    if (self->ids[NAMES[i].id] != 0 || (self->withdrawn & 1u << NAMES[i].id) != 0)
      shoal_codec_bencode_writer_add_pair_integer (out, NAMES[i].name, self->ids[NAMES[i].id]);
  shoal_codec_bencode_writer_end (out);
}

void
shoal_wire_extension_write (const ShoalWireExtension *self, GByteArray *out)
{
  gsize ip_len = self->your_ip.family == AF_INET6 ? 16 : 4;

  shoal_codec_bencode_writer_begin_dict (out);
  if (self->complete_ago_s >= 0)
    shoal_codec_bencode_writer_add_pair_integer (out, "complete_ago", self->complete_ago_s);
  if (self->encryption)
    shoal_codec_bencode_writer_add_pair_integer (out, "e", 1);
  write_ids (self, out);
  if (self->metadata_size != 0)
    shoal_codec_bencode_writer_add_pair_integer (out, "metadata_size", self->metadata_size);
  if (self->port != 0)
    shoal_codec_bencode_writer_add_pair_integer (out, "p", self->port);
  if (self->reqq != 0)
    shoal_codec_bencode_writer_add_pair_integer (out, "reqq", self->reqq);
  shoal_codec_bencode_writer_add_pair_integer (out, "upload_only", self->upload_only ? 1 : 0);
  if (self->client[0] != '\0')
    shoal_codec_bencode_writer_add_pair_string (out, "v", self->client);
  if (self->your_ip.family != 0)
    shoal_codec_bencode_writer_add_pair_bytes (out, "yourip", self->your_ip.ip, ip_len);
  shoal_codec_bencode_writer_end (out);
}
