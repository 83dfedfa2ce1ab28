/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-bencode-writer.h"

#include <string.h>

/* Room for "i-9223372036854775808e". */
#define NUMBER_SIZE 24

void
shoal_codec_bencode_writer_add_raw (GByteArray *out, gconstpointer data, gsize len)
{
  if (len > 0)
    g_byte_array_append (out, data, (guint) len);
}

void
shoal_codec_bencode_writer_add_integer (GByteArray *out, gint64 value)
{
  char text[NUMBER_SIZE];
  int  len = g_snprintf (text, sizeof text, "i%" G_GINT64_FORMAT "e", value);

  shoal_codec_bencode_writer_add_raw (out, text, (gsize) len);
}

void
shoal_codec_bencode_writer_add_bytes (GByteArray *out, gconstpointer data, gsize len)
{
  char text[NUMBER_SIZE];
  int  header = g_snprintf (text, sizeof text, "%" G_GSIZE_FORMAT ":", len);

  shoal_codec_bencode_writer_add_raw (out, text, (gsize) header);
  shoal_codec_bencode_writer_add_raw (out, data, len);
}

void
shoal_codec_bencode_writer_add_string (GByteArray *out, const char *text)
{
  shoal_codec_bencode_writer_add_bytes (out, text, strlen (text));
}

void
shoal_codec_bencode_writer_begin_dict (GByteArray *out)
{
  shoal_codec_bencode_writer_add_raw (out, "d", 1);
}

void
shoal_codec_bencode_writer_begin_list (GByteArray *out)
{
  shoal_codec_bencode_writer_add_raw (out, "l", 1);
}

void
shoal_codec_bencode_writer_end (GByteArray *out)
{
  shoal_codec_bencode_writer_add_raw (out, "e", 1);
}

void
shoal_codec_bencode_writer_add_pair_integer (GByteArray *out, const char *key, gint64 value)
{
  shoal_codec_bencode_writer_add_string (out, key);
  shoal_codec_bencode_writer_add_integer (out, value);
}

void
shoal_codec_bencode_writer_add_pair_string (GByteArray *out, const char *key, const char *text)
{
  shoal_codec_bencode_writer_add_string (out, key);
  shoal_codec_bencode_writer_add_string (out, text);
}

void
shoal_codec_bencode_writer_add_pair_bytes (GByteArray   *out,
                                           const char   *key,
                                           gconstpointer data,
                                           gsize         len)
{
  shoal_codec_bencode_writer_add_string (out, key);
  shoal_codec_bencode_writer_add_bytes (out, data, len);
}
