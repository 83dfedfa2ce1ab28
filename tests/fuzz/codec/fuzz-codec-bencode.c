/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-target.h"

#include <glib.h>

#include "codec/shoal-codec-bencode-writer.h"
#include "codec/shoal-codec-bencode.h"

/* Writes @value again from what the accessors say; FALSE where an integer does not fit. */
static gboolean
write_again (GByteArray *out, ShoalCodecBencodeValue value)
{
  ShoalCodecBencodeIter  iter;
  ShoalCodecBencodeValue key;
  ShoalCodecBencodeValue child;
  gsize                  len;
  const guint8          *data = shoal_codec_bencode_get_string (value, &len);
  gint64                 number;

  if (data != NULL)
    {
      shoal_codec_bencode_writer_add_bytes (out, data, len);
      return TRUE;
    }
  if (shoal_codec_bencode_get_type (value) == SHOAL_CODEC_BENCODE_INTEGER)
    {
      if (!shoal_codec_bencode_get_integer (value, &number))
        return FALSE;
      shoal_codec_bencode_writer_add_integer (out, number);
      return TRUE;
    }
  shoal_codec_bencode_iter_init (&iter, value);
  if (iter.is_dict)
    shoal_codec_bencode_writer_begin_dict (out);
  else
    shoal_codec_bencode_writer_begin_list (out);
  while (shoal_codec_bencode_iter_next (&iter, &key, &child))
    {
      if (iter.is_dict && !write_again (out, key))
        return FALSE;
      if (!write_again (out, child))
        return FALSE;
    }
  shoal_codec_bencode_writer_end (out);
  return TRUE;
}

/* Without flaws there is one way to write a value: the one that was read. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const ShoalCodecBencodeLimits limits = { .max_size = 1 << 20,
                                                  .max_depth = 100,
                                                  .max_tokens = 100000 };
  g_autoptr (ShoalCodecBencode) document = shoal_codec_bencode_new ();
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  if (!shoal_codec_bencode_parse (document, data, size, &limits, &error))
    {
      g_assert_true (error->domain == SHOAL_CODEC_ERROR);
      return 0;
    }
  g_assert_cmpuint (shoal_codec_bencode_get_size (document), <=, size);
  if (write_again (out, shoal_codec_bencode_get_root (document)) &&
      (shoal_codec_bencode_get_flaws (document) & SHOAL_CODEC_BENCODE_LEADING_ZERO) == 0)
    g_assert_cmpmem (out->data, out->len, data, shoal_codec_bencode_get_size (document));
  return 0;
}
