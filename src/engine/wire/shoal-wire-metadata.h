/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "codec/shoal-codec-bencode.h"

G_BEGIN_DECLS

/* Messages of ut_metadata (BEP 9): a dictionary, and after it the bytes of a block. Any thread. */

/* The info dictionary is asked for in blocks of this size; only the last one is shorter. */
#define SHOAL_WIRE_METADATA_BLOCK (16 * 1024)

typedef enum
{
  SHOAL_WIRE_METADATA_REQUEST,
  SHOAL_WIRE_METADATA_DATA,
  SHOAL_WIRE_METADATA_REJECT,
  SHOAL_WIRE_METADATA_UNKNOWN, /* a kind of message that came later: to be ignored */
  SHOAL_WIRE_METADATA_BAD,     /* no message at all */
} ShoalWireMetadataKind;

typedef struct
{
  ShoalWireMetadataKind kind;
  guint32               block;
  guint64               total_size; /* of DATA: bytes of the whole dictionary; 0: not said */
  const guint8         *data;       /* of DATA: in the input, at most SHOAL_WIRE_METADATA_BLOCK */
  gsize                 len;
} ShoalWireMetadata;

/* Reads the payload of a message; @bencode: to work with, its content is lost. Of REQUEST, DATA and
 * REJECT all fields are set and in range; of the others only the kind. */
void shoal_wire_metadata_parse (ShoalWireMetadata *self,
                                ShoalCodecBencode *bencode,
                                const guint8      *data,
                                gsize              len);

/* Appends the payload of a message to @out. Of REQUEST, DATA or REJECT only. */
void shoal_wire_metadata_write (const ShoalWireMetadata *self, GByteArray *out);

G_END_DECLS
