/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-bencode-private.h"

#include <string.h>

/* Values of a document that was parsed: what they are, where they lie, and how they are found. */

ShoalCodecBencodeValue
shoal_codec_bencode_get_root (const ShoalCodecBencode *self)
{
  return (ShoalCodecBencodeValue){ .document = self->n_tokens > 0 ? self : NULL };
}

static const ShoalCodecBencodeToken *
get_token (ShoalCodecBencodeValue value)
{
  return &value.document->tokens[value.token];
}

ShoalCodecBencodeType
shoal_codec_bencode_get_type (ShoalCodecBencodeValue value)
{
  return value.document == NULL ? SHOAL_CODEC_BENCODE_NONE
                                : (ShoalCodecBencodeType) get_token (value)->type;
}

const char *
shoal_codec_bencode_get_type_name (ShoalCodecBencodeValue value)
{
  static const char *const names[] = {
    "nothing", "an integer", "a string", "a list", "a dictionary"
  };

  return names[shoal_codec_bencode_get_type (value)];
}

gsize
shoal_codec_bencode_get_offset (ShoalCodecBencodeValue value)
{
  return value.document == NULL ? 0 : get_token (value)->offset;
}

/* Where the value ends in the input. */
static gsize
get_end (ShoalCodecBencodeValue value)
{
  return value.document->tokens[get_token (value)->next].offset;
}

const guint8 *
shoal_codec_bencode_get_span (ShoalCodecBencodeValue value, gsize *len)
{
  *len = 0;
  if (value.document == NULL)
    return NULL;
  *len = get_end (value) - get_token (value)->offset;
  return value.document->data + get_token (value)->offset;
}

gboolean
shoal_codec_bencode_get_integer (ShoalCodecBencodeValue value, gint64 *out)
{
  const guint8 *digit;
  gsize         len;
  gint64        number = 0;
  gboolean      negative;

  if (shoal_codec_bencode_get_type (value) != SHOAL_CODEC_BENCODE_INTEGER)
    return FALSE;
  digit = shoal_codec_bencode_get_span (value, &len) + 1;
  negative = *digit == '-';
  if (negative)
    digit++;
  for (; *digit != 'e'; digit++)
    if (__builtin_mul_overflow (number, 10, &number) ||
        __builtin_sub_overflow (number, g_ascii_digit_value ((char) *digit), &number))
      return FALSE;
  if (!negative && number == G_MININT64)
    return FALSE;
  *out = negative ? number : -number;
  return TRUE;
}

const guint8 *
shoal_codec_bencode_get_string (ShoalCodecBencodeValue value, gsize *len)
{
  gsize start;

  *len = 0;
  if (shoal_codec_bencode_get_type (value) != SHOAL_CODEC_BENCODE_STRING)
    return NULL;
  start = get_token (value)->offset + get_token (value)->header;
  *len = get_end (value) - start;
  return value.document->data + start;
}

gboolean
shoal_codec_bencode_is_string (ShoalCodecBencodeValue value, const char *text)
{
  gsize         len;
  const guint8 *data = shoal_codec_bencode_get_string (value, &len);

  return data != NULL && len == strlen (text) && memcmp (data, text, len) == 0;
}

ShoalCodecBencodeValue
shoal_codec_bencode_find (ShoalCodecBencodeValue dict, const char *key)
{
  ShoalCodecBencodeIter  iter;
  ShoalCodecBencodeValue found;
  ShoalCodecBencodeValue value;

  shoal_codec_bencode_iter_init (&iter, dict);
  if (iter.is_dict)
    while (shoal_codec_bencode_iter_next (&iter, &found, &value))
      if (shoal_codec_bencode_is_string (found, key))
        return value;
  return (ShoalCodecBencodeValue){ .document = NULL };
}

ShoalCodecBencodeValue
shoal_codec_bencode_find_typed (ShoalCodecBencodeValue dict,
                                const char            *key,
                                ShoalCodecBencodeType  type)
{
  ShoalCodecBencodeValue value = shoal_codec_bencode_find (dict, key);

  if (shoal_codec_bencode_get_type (value) != type)
    value.document = NULL;
  return value;
}

gboolean
shoal_codec_bencode_find_integer (ShoalCodecBencodeValue dict, const char *key, gint64 *out)
{
  return shoal_codec_bencode_get_integer (shoal_codec_bencode_find (dict, key), out);
}

const guint8 *
shoal_codec_bencode_find_string (ShoalCodecBencodeValue dict, const char *key, gsize *len)
{
  return shoal_codec_bencode_get_string (shoal_codec_bencode_find (dict, key), len);
}

void
shoal_codec_bencode_iter_init (ShoalCodecBencodeIter *iter, ShoalCodecBencodeValue container)
{
  ShoalCodecBencodeType type = shoal_codec_bencode_get_type (container);

  *iter = (ShoalCodecBencodeIter){ .document = container.document };
  if (type != SHOAL_CODEC_BENCODE_LIST && type != SHOAL_CODEC_BENCODE_DICT)
    return;
  iter->token = container.token + 1;
  iter->end = get_token (container)->next - 1;
  iter->is_dict = type == SHOAL_CODEC_BENCODE_DICT;
}

gboolean
shoal_codec_bencode_iter_next (ShoalCodecBencodeIter  *iter,
                               ShoalCodecBencodeValue *key,
                               ShoalCodecBencodeValue *value)
{
  ShoalCodecBencodeValue name = { .document = NULL };

  if (iter->token >= iter->end)
    return FALSE;
  if (iter->is_dict)
    name = (ShoalCodecBencodeValue){ .document = iter->document, .token = iter->token++ };
  if (key != NULL)
    *key = name;
  *value = (ShoalCodecBencodeValue){ .document = iter->document, .token = iter->token };
  iter->token = iter->document->tokens[iter->token].next;
  return TRUE;
}
