/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "wire/shoal-wire-pex.h"

#include <string.h>

#include "base/shoal-base-bytes.h"
#include "codec/shoal-codec-bencode-writer.h"
#include "wire/shoal-wire-extension.h"

#define ALL_FLAGS                                                                                  \
  (SHOAL_WIRE_PEX_ENCRYPTION | SHOAL_WIRE_PEX_SEED | SHOAL_WIRE_PEX_UTP |                          \
   SHOAL_WIRE_PEX_HOLEPUNCH | SHOAL_WIRE_PEX_REACHABLE)

/* A dictionary of six strings; some programs put more into it, none puts much. */
static const ShoalCodecBencodeLimits LIMITS = {
  .max_size = SHOAL_WIRE_EXTENSION_MAX_PEX,
  .max_depth = 8,
  .max_tokens = 200,
};

static const struct
{
  const char *added;
  const char *flags;
  const char *dropped;
  gsize       row; /* bytes of one */
} KEYS[2] = {
  { "added", "added.f", "dropped", 6 },
  { "added6", "added6.f", "dropped6", 18 },
};

static void
parse_family (ShoalWirePexFamily *self, ShoalCodecBencodeValue root, guint family)
{
  gsize len, n_flags;

  self->added = shoal_codec_bencode_find_string (root, KEYS[family].added, &len);
  self->n_added = (guint) (len / KEYS[family].row);
  self->dropped = shoal_codec_bencode_find_string (root, KEYS[family].dropped, &len);
  self->n_dropped = (guint) (len / KEYS[family].row);
  self->flags = shoal_codec_bencode_find_string (root, KEYS[family].flags, &n_flags);
  if (n_flags != self->n_added)
    self->flags = NULL;
}

gboolean
shoal_wire_pex_parse (ShoalWirePex *self, ShoalCodecBencode *bencode, const guint8 *data, gsize len)
{
  ShoalCodecBencodeValue root;

  memset (self, 0, sizeof *self);
  if (!shoal_codec_bencode_parse (bencode, data, len, &LIMITS, NULL))
    return FALSE;
  root = shoal_codec_bencode_get_root (bencode);
  if (shoal_codec_bencode_get_type (root) != SHOAL_CODEC_BENCODE_DICT)
    return FALSE;
  parse_family (&self->families[0], root, 0);
  parse_family (&self->families[1], root, 1);
  return TRUE;
}

guint
shoal_wire_pex_get_n_added (const ShoalWirePex *self)
{
  return self->families[0].n_added + self->families[1].n_added;
}

guint
shoal_wire_pex_get_n_dropped (const ShoalWirePex *self)
{
  return self->families[0].n_dropped + self->families[1].n_dropped;
}

static void
read_row (const guint8 *rows, guint family, guint index, ShoalBaseAddress *out)
{
  const guint8 *row = rows + index * KEYS[family].row;

  if (family == 0)
    shoal_base_address_init_ipv4 (out, row, shoal_base_read_be16 (row + 4));
  else
    shoal_base_address_init_ipv6 (out, row, shoal_base_read_be16 (row + 16));
}

void
shoal_wire_pex_get_added (const ShoalWirePex *self, guint index, ShoalWirePexRow *out)
{
  guint                     family = index >= self->families[0].n_added;
  const ShoalWirePexFamily *rows = &self->families[family];

  if (family == 1)
    index -= self->families[0].n_added;
  read_row (rows->added, family, index, &out->address);
  out->flags = rows->flags != NULL ? rows->flags[index] & ALL_FLAGS : 0;
}

void
shoal_wire_pex_get_dropped (const ShoalWirePex *self, guint index, ShoalBaseAddress *out)
{
  guint family = index >= self->families[0].n_dropped;

  if (family == 1)
    index -= self->families[0].n_dropped;
  read_row (self->families[family].dropped, family, index, out);
}

static guint16
family_of (guint family)
{
  return family == 0 ? AF_INET : AF_INET6;
}

static void
add_compact (GByteArray *to, const ShoalBaseAddress *address)
{
  guint8 compact[18];
  gsize  len = shoal_base_address_write_compact (address, compact);

  g_byte_array_append (to, compact, (guint) len);
}

/* A key that has nothing to say is left out. */
static void
write_pair (GByteArray *out, const char *key, const GByteArray *value)
{
  if (value->len > 0)
    shoal_codec_bencode_writer_add_pair_bytes (out, key, value->data, value->len);
}

static void
write_added (const ShoalWirePexRow *rows, guint n, guint family, GByteArray *out)
{
  g_autoptr (GByteArray) addresses = g_byte_array_new ();
  g_autoptr (GByteArray) flags = g_byte_array_new ();
  guint i;

  for (i = 0; i < n; i++)
    {
      if (rows[i].address.family != family_of (family))
        continue;
      add_compact (addresses, &rows[i].address);
      g_byte_array_append (flags, &rows[i].flags, 1);
    }
  write_pair (out, KEYS[family].added, addresses);
  write_pair (out, KEYS[family].flags, flags);
}

static void
write_dropped (const ShoalBaseAddress *rows, guint n, guint family, GByteArray *out)
{
  g_autoptr (GByteArray) addresses = g_byte_array_new ();
  guint i;

  for (i = 0; i < n; i++)
    if (rows[i].family == family_of (family))
      add_compact (addresses, &rows[i]);
  write_pair (out, KEYS[family].dropped, addresses);
}

void
shoal_wire_pex_write (const ShoalWirePexRow  *added,
                      guint                   n_added,
                      const ShoalBaseAddress *dropped,
                      guint                   n_dropped,
                      GByteArray             *out)
{
  shoal_codec_bencode_writer_begin_dict (out);
  write_added (added, n_added, 0, out);
  write_added (added, n_added, 1, out);
  write_dropped (dropped, n_dropped, 0, out);
  write_dropped (dropped, n_dropped, 1, out);
  shoal_codec_bencode_writer_end (out);
}
