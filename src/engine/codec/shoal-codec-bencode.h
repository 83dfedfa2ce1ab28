/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "codec/shoal-codec-error.h"

G_BEGIN_DECLS

/* Bencoding (BEP 3) from outside, read without recursion into an array of tokens over the input,
 * which is borrowed and not copied: values are handles into that array, strings point into the
 * input. One parser may be used again for the next input, and then allocates nothing unless that
 * is larger. One thread at a time; a document that is only read may be read by any. */
typedef struct _ShoalCodecBencode ShoalCodecBencode;

/* Bounds checked while reading; each must be set. */
typedef struct
{
  gsize max_size;   /* bytes of input, below 4 GiB */
  guint max_depth;  /* containers within containers, ≤ SHOAL_CODEC_BENCODE_MAX_DEPTH */
  guint max_tokens; /* each value, key and end of a container is one */
} ShoalCodecBencodeLimits;

#define SHOAL_CODEC_BENCODE_MAX_DEPTH 128

/* What the format forbids and old software writes all the same: noted, not refused. */
typedef enum
{
  SHOAL_CODEC_BENCODE_UNSORTED = 1 << 0,      /* the keys of a dictionary */
  SHOAL_CODEC_BENCODE_LEADING_ZERO = 1 << 1,  /* in a length or an integer, and "-0" */
  SHOAL_CODEC_BENCODE_DUPLICATE_KEY = 1 << 2, /* next to each other; others hide in UNSORTED */
  SHOAL_CODEC_BENCODE_TRAILING = 1 << 3,      /* bytes after the value */
} ShoalCodecBencodeFlaws;

typedef enum
{
  SHOAL_CODEC_BENCODE_NONE,
  SHOAL_CODEC_BENCODE_INTEGER,
  SHOAL_CODEC_BENCODE_STRING,
  SHOAL_CODEC_BENCODE_LIST,
  SHOAL_CODEC_BENCODE_DICT,
} ShoalCodecBencodeType;

/* A value inside a document, good until that is parsed anew or freed. Zeroed it is "none", which
 * every function takes and finds nothing in, so lookups chain without checks between. */
typedef struct
{
  const ShoalCodecBencode *document; /* unowned */
  guint32                  token;
} ShoalCodecBencodeValue;

/* Walks a list or a dictionary in the order of the input. */
typedef struct
{
  const ShoalCodecBencode *document; /* unowned */
  guint32                  token;
  guint32                  end;

  guint is_dict : 1;
} ShoalCodecBencodeIter;

ShoalCodecBencode *shoal_codec_bencode_new (void);

void shoal_codec_bencode_free (ShoalCodecBencode *self);

/* Reads one value; what follows it is left alone (SHOAL_CODEC_BENCODE_TRAILING). @data must live
 * and stay the same while values of the document are used. On failure the document is empty. */
gboolean shoal_codec_bencode_parse (ShoalCodecBencode             *self,
                                    const guint8                  *data,
                                    gsize                          len,
                                    const ShoalCodecBencodeLimits *limits,
                                    GError                       **error);

ShoalCodecBencodeFlaws shoal_codec_bencode_get_flaws (const ShoalCodecBencode *self);

/* Bytes of input that the value took: what was appended to it begins here (BEP 9). */
gsize shoal_codec_bencode_get_size (const ShoalCodecBencode *self);

ShoalCodecBencodeValue shoal_codec_bencode_get_root (const ShoalCodecBencode *self);

ShoalCodecBencodeType shoal_codec_bencode_get_type (ShoalCodecBencodeValue value);

/* "an integer", "a dictionary", "nothing": for messages. */
const char *shoal_codec_bencode_get_type_name (ShoalCodecBencodeValue value);

/* Where @value begins in the input. */
gsize shoal_codec_bencode_get_offset (ShoalCodecBencodeValue value);

/* The bytes of @value as they were found, type letters and lengths included; NULL for none. */
const guint8 *shoal_codec_bencode_get_span (ShoalCodecBencodeValue value, gsize *len);

/* FALSE, and *out untouched, unless @value is an integer that fits. */
gboolean shoal_codec_bencode_get_integer (ShoalCodecBencodeValue value, gint64 *out);

/* The bytes of a string, not terminated; NULL, and *len 0, if @value is none. */
const guint8 *shoal_codec_bencode_get_string (ShoalCodecBencodeValue value, gsize *len);

/* Whether @value is a string of exactly these bytes. */
gboolean shoal_codec_bencode_is_string (ShoalCodecBencodeValue value, const char *text);

/* The value of @key in a dictionary, the first of several; none if there is none. O(keys). */
ShoalCodecBencodeValue shoal_codec_bencode_find (ShoalCodecBencodeValue dict, const char *key);

/* The same; none if the value is of another type. */
ShoalCodecBencodeValue shoal_codec_bencode_find_typed (ShoalCodecBencodeValue dict,
                                                       const char            *key,
                                                       ShoalCodecBencodeType  type);

/* shoal_codec_bencode_find() and get_integer() or get_string() in one. */
gboolean
shoal_codec_bencode_find_integer (ShoalCodecBencodeValue dict, const char *key, gint64 *out);

const guint8 *
shoal_codec_bencode_find_string (ShoalCodecBencodeValue dict, const char *key, gsize *len);

/* @container: a list or dictionary; anything else is walked as if empty. */
void shoal_codec_bencode_iter_init (ShoalCodecBencodeIter *iter, ShoalCodecBencodeValue container);

/* FALSE at the end. @key (may be NULL) is a string in a dictionary and none in a list. */
gboolean shoal_codec_bencode_iter_next (ShoalCodecBencodeIter  *iter,
                                        ShoalCodecBencodeValue *key,
                                        ShoalCodecBencodeValue *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalCodecBencode, shoal_codec_bencode_free)

G_END_DECLS
