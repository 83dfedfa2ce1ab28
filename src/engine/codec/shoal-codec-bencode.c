/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-bencode-private.h"

#include <string.h>

/* Of a string's length: more can only be zeros in front, and the token has a byte for it. */
#define MAX_LENGTH_DIGITS 20

#define FIRST_CAPACITY 64

/* An open container. */
typedef struct
{
  guint32 token;
  guint32 last_key; /* token of the key before; 0: none yet */

  guint is_dict : 1;
  guint wants_value : 1; /* a key was read */
} Frame;

typedef struct
{
  ShoalCodecBencode *document; /* unowned */
  const guint8      *data;
  gsize              len;
  gsize              at;
  guint              max_depth;
  guint              max_tokens;
  guint              depth;
  GError           **error;
  Frame              frames[SHOAL_CODEC_BENCODE_MAX_DEPTH];
} Reader;

ShoalCodecBencode *
shoal_codec_bencode_new (void)
{
  return g_new0 (ShoalCodecBencode, 1);
}

void
shoal_codec_bencode_free (ShoalCodecBencode *self)
{
  g_free (self->tokens);
  g_free (self);
}

/* What lies at the reader's place, for an error. */
static char *
dup_found (const Reader *reader)
{
  if (reader->at >= reader->len)
    return g_strdup ("the end");
  if (g_ascii_isgraph (reader->data[reader->at]))
    return g_strdup_printf ("'%c'", reader->data[reader->at]);
  return g_strdup_printf ("byte 0x%02x", reader->data[reader->at]);
}

static gboolean
fail_expected (Reader *reader, const char *expected)
{
  g_autofree char *found = dup_found (reader);

  g_set_error (reader->error,
               SHOAL_CODEC_ERROR,
               SHOAL_CODEC_ERROR_MALFORMED,
               "offset %" G_GSIZE_FORMAT ": expected %s, found %s",
               reader->at,
               expected,
               found);
  return FALSE;
}

static void
grow_tokens (ShoalCodecBencode *self)
{
  if (self->n_tokens < self->capacity)
    return;
  self->capacity = MAX (FIRST_CAPACITY, self->capacity * 2);
  self->tokens = g_renew (ShoalCodecBencodeToken, self->tokens, self->capacity);
}

static gboolean
add_token (Reader *reader, guint8 type, gsize offset, guint8 header)
{
  ShoalCodecBencode *self = reader->document;

  if (self->n_tokens >= reader->max_tokens)
    {
      g_set_error (reader->error,
                   SHOAL_CODEC_ERROR,
                   SHOAL_CODEC_ERROR_TOO_LARGE,
                   "offset %" G_GSIZE_FORMAT ": more than %u values",
                   offset,
                   reader->max_tokens);
      return FALSE;
    }
  grow_tokens (self);
  self->tokens[self->n_tokens] = (ShoalCodecBencodeToken){
    .offset = (guint32) offset, .next = self->n_tokens + 1, .type = type, .header = header
  };
  self->n_tokens++;
  return TRUE;
}

/* "i", an optional "-", digits, "e"; any number of digits, since nobody may ask for the value. */
static gboolean
read_integer (Reader *reader)
{
  gsize    start = reader->at++;
  gsize    digits;
  gboolean negative = reader->at < reader->len && reader->data[reader->at] == '-';

  if (negative)
    reader->at++;
  digits = reader->at;
  while (reader->at < reader->len && g_ascii_isdigit (reader->data[reader->at]))
    reader->at++;
  if (reader->at == digits)
    return fail_expected (reader, "a digit of an integer");
  if (reader->at >= reader->len || reader->data[reader->at] != 'e')
    return fail_expected (reader, "the 'e' after an integer");
  if (reader->data[digits] == '0' && (negative || reader->at - digits > 1))
    reader->document->flaws |= SHOAL_CODEC_BENCODE_LEADING_ZERO;
  reader->at++;
  return add_token (reader, SHOAL_CODEC_BENCODE_INTEGER, start, 0);
}

static gboolean
fail_length (Reader *reader, gsize start)
{
  g_set_error (reader->error,
               SHOAL_CODEC_ERROR,
               SHOAL_CODEC_ERROR_MALFORMED,
               "offset %" G_GSIZE_FORMAT
               ": a string that reaches beyond the end, at %" G_GSIZE_FORMAT,
               start,
               reader->len);
  return FALSE;
}

static gboolean
read_string (Reader *reader)
{
  gsize   start = reader->at;
  guint64 length = 0;

  while (reader->at < reader->len && g_ascii_isdigit (reader->data[reader->at]) &&
         reader->at - start < MAX_LENGTH_DIGITS && length <= reader->len)
    length = length * 10 + (guint64) g_ascii_digit_value ((char) reader->data[reader->at++]);
  if (length > reader->len)
    return fail_length (reader, start);
  if (reader->at >= reader->len || reader->data[reader->at] != ':')
    return fail_expected (reader, "the ':' after a string's length");
  reader->at++;
  if (length > reader->len - reader->at)
    return fail_length (reader, start);
  if (reader->data[start] == '0' && reader->at - start > 2)
    reader->document->flaws |= SHOAL_CODEC_BENCODE_LEADING_ZERO;
  if (!add_token (reader, SHOAL_CODEC_BENCODE_STRING, start, (guint8) (reader->at - start)))
    return FALSE;
  reader->at += length;
  return TRUE;
}

static gboolean
open_container (Reader *reader, gboolean is_dict)
{
  guint8 type = is_dict ? SHOAL_CODEC_BENCODE_DICT : SHOAL_CODEC_BENCODE_LIST;

  if (reader->depth >= reader->max_depth)
    {
      g_set_error (reader->error,
                   SHOAL_CODEC_ERROR,
                   SHOAL_CODEC_ERROR_TOO_LARGE,
                   "offset %" G_GSIZE_FORMAT ": containers nested more than %u deep",
                   reader->at,
                   reader->max_depth);
      return FALSE;
    }
  reader->frames[reader->depth++] =
      (Frame){ .token = reader->document->n_tokens, .is_dict = is_dict ? 1 : 0 };
  return add_token (reader, type, reader->at++, 0);
}

static gboolean
close_container (Reader *reader)
{
  ShoalCodecBencode *self = reader->document;
  const Frame       *frame = &reader->frames[reader->depth - 1];

  if (frame->wants_value)
    return fail_expected (reader, "the value of a key");
  if (!add_token (reader, SHOAL_CODEC_BENCODE_TOKEN_END, reader->at++, 0))
    return FALSE;
  self->tokens[frame->token].next = self->n_tokens;
  reader->depth--;
  return TRUE;
}

/* Notes whether key @token follows the one before it. The end of @token is where the reader is. */
static void
check_order (const Reader *reader, guint32 token, guint32 before)
{
  const ShoalCodecBencodeToken *a = &reader->document->tokens[before];
  const ShoalCodecBencodeToken *b = &reader->document->tokens[token];
  gsize                         a_start = a->offset + a->header;
  gsize                         b_start = b->offset + b->header;
  gsize                         a_len = reader->document->tokens[before + 1].offset - a_start;
  gsize                         b_len = reader->at - b_start;
  int order = memcmp (reader->data + a_start, reader->data + b_start, MIN (a_len, b_len));

  if (order == 0 && a_len == b_len)
    reader->document->flaws |= SHOAL_CODEC_BENCODE_DUPLICATE_KEY;
  else if (order > 0 || (order == 0 && a_len > b_len))
    reader->document->flaws |= SHOAL_CODEC_BENCODE_UNSORTED;
}

static gboolean
read_key (Reader *reader, Frame *frame)
{
  guint32 token = reader->document->n_tokens;

  if (reader->at >= reader->len || !g_ascii_isdigit (reader->data[reader->at]))
    return fail_expected (reader, "a key or the 'e' after a dictionary");
  if (!read_string (reader))
    return FALSE;
  if (frame->last_key != 0)
    check_order (reader, token, frame->last_key);
  frame->last_key = token;
  frame->wants_value = 1;
  return TRUE;
}

static gboolean
read_value (Reader *reader)
{
  guint8 byte = reader->at < reader->len ? reader->data[reader->at] : 0;

  if (reader->depth > 0)
    reader->frames[reader->depth - 1].wants_value = 0;
  if (byte == 'i')
    return read_integer (reader);
  if (byte == 'l' || byte == 'd')
    return open_container (reader, byte == 'd');
  if (g_ascii_isdigit (byte))
    return read_string (reader);
  return fail_expected (reader, "a value");
}

/* One token: a key, a value, or the beginning or end of a container. */
static gboolean
read_token (Reader *reader)
{
  Frame *frame = reader->depth > 0 ? &reader->frames[reader->depth - 1] : NULL;

  if (frame != NULL && reader->at < reader->len && reader->data[reader->at] == 'e')
    return close_container (reader);
  if (frame != NULL && frame->is_dict && !frame->wants_value)
    return read_key (reader, frame);
  return read_value (reader);
}

static gboolean
read_document (Reader *reader)
{
  do
    if (!read_token (reader))
      return FALSE;
  while (reader->depth > 0);
  return TRUE;
}

static gboolean
fail_size (gsize len, gsize max_size, GError **error)
{
  g_set_error (error,
               SHOAL_CODEC_ERROR,
               SHOAL_CODEC_ERROR_TOO_LARGE,
               "%" G_GSIZE_FORMAT " bytes, more than %" G_GSIZE_FORMAT,
               len,
               max_size);
  return FALSE;
}

gboolean
shoal_codec_bencode_parse (ShoalCodecBencode             *self,
                           const guint8                  *data,
                           gsize                          len,
                           const ShoalCodecBencodeLimits *limits,
                           GError                       **error)
{
  Reader reader;

  self->data = data;
  self->n_tokens = 0;
  self->size = 0;
  self->flaws = 0;
  if (len > MIN (limits->max_size, G_MAXUINT32 - 1))
    return fail_size (len, limits->max_size, error);
  reader.document = self;
  reader.data = data;
  reader.len = len;
  reader.at = 0;
  reader.max_depth = MIN (limits->max_depth, SHOAL_CODEC_BENCODE_MAX_DEPTH);
  reader.max_tokens = limits->max_tokens;
  reader.depth = 0;
  reader.error = error;
  if (!read_document (&reader))
    {
      self->n_tokens = 0;
      return FALSE;
    }
  grow_tokens (self);
  self->tokens[self->n_tokens] = (ShoalCodecBencodeToken){ .offset = (guint32) reader.at,
                                                           .type = SHOAL_CODEC_BENCODE_TOKEN_END };
  self->size = reader.at;
  if (reader.at < len)
    self->flaws |= SHOAL_CODEC_BENCODE_TRAILING;
  return TRUE;
}

ShoalCodecBencodeFlaws
shoal_codec_bencode_get_flaws (const ShoalCodecBencode *self)
{
  return self->flaws;
}

gsize
shoal_codec_bencode_get_size (const ShoalCodecBencode *self)
{
  return self->size;
}
