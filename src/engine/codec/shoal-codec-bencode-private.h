/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "codec/shoal-codec-bencode.h"

G_BEGIN_DECLS

/* What a token is beside the types of values. */
#define SHOAL_CODEC_BENCODE_TOKEN_END 5

/* A value reaches to where the token after it begins: nothing lies between values. */
typedef struct
{
  guint32 offset; /* of the first byte of the value */
  guint32 next;   /* token after the value, past its content and its end */
  guint8  type;
  guint8  header; /* of a string: bytes before its content */
} ShoalCodecBencodeToken;

struct _ShoalCodecBencode
{
  const guint8           *data;   /* unowned: the caller keeps it while values are used */
  ShoalCodecBencodeToken *tokens; /* owned; one more than n_tokens, where the input ends */
  guint                   n_tokens;
  guint                   capacity;
  gsize                   size; /* of the value that was read */
  ShoalCodecBencodeFlaws  flaws;
};

G_END_DECLS
