/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "codec/shoal-codec-bencode.h"

G_BEGIN_DECLS

/* The handshake of the extension protocol (BEP 10). Any thread. */

/* The extensions we know. The numbers are also the message ids that we give out. */
typedef enum
{
  SHOAL_WIRE_EXTENSION_HANDSHAKE = 0,
  SHOAL_WIRE_EXTENSION_METADATA = 1,    /* ut_metadata, BEP 9 */
  SHOAL_WIRE_EXTENSION_PEX = 2,         /* ut_pex, BEP 11 */
  SHOAL_WIRE_EXTENSION_DONTHAVE = 3,    /* lt_donthave, BEP 54: four bytes, the piece */
  SHOAL_WIRE_EXTENSION_UPLOAD_ONLY = 4, /* upload_only: one byte, as the key of BEP 21 */
  SHOAL_WIRE_EXTENSION_HOLEPUNCH = 5,   /* ut_holepunch, BEP 55 */
} ShoalWireExtensionId;

#define SHOAL_WIRE_EXTENSION_COUNT 6

/* The longest payload each may have: longer ones end the connection. */
#define SHOAL_WIRE_EXTENSION_MAX_HANDSHAKE (32 * 1024)
#define SHOAL_WIRE_EXTENSION_MAX_METADATA  (17 * 1024)  /* a 16 KiB block and its dictionary */
#define SHOAL_WIRE_EXTENSION_MAX_PEX       (500 * 1024) /* a first message may be long */
#define SHOAL_WIRE_EXTENSION_MAX_HOLEPUNCH 64           /* 24, and what a later BEP may add */

/* Room for `v`, cut there, and a NUL. */
#define SHOAL_WIRE_EXTENSION_CLIENT_SIZE 64

/* What one side says of itself. Zero-initialised is "nothing said". */
typedef struct
{
  guint8  ids[SHOAL_WIRE_EXTENSION_COUNT]; /* how to call it; 0: it takes no such message */
  guint8  withdrawn;                       /* when written: mask of 1 << id, to be named as 0 */
  guint16 port;                            /* `p`: where it listens; 0: not said */
  guint32 reqq;                            /* requests it keeps; 0: not said */
  guint32 metadata_size;                   /* bytes; 0: not said */
  gint32  complete_ago_s;                  /* since it was complete; −1: never, or not said */
  ShoalBaseAddress your_ip;                /* as which it sees the other; port 0 */
  char             client[SHOAL_WIRE_EXTENSION_CLIENT_SIZE]; /* `v`: UTF-8, fit to be shown */

  guint upload_only : 1; /* BEP 21 */
  guint encryption : 1;  /* `e`: it prefers encrypted connections */
} ShoalWireExtension;

/* Nothing said. */
void shoal_wire_extension_init (ShoalWireExtension *self);

/* Reads the payload of a handshake into @self: what it names is replaced, the rest stays, for a
 * later handshake adds to the first one. Keys of the wrong type or out of range count as not named.
 * FALSE, with @self unchanged, if @data is not one bencoded dictionary. @bencode: to work with, its
 * content is lost. */
gboolean shoal_wire_extension_parse (ShoalWireExtension *self,
                                     ShoalCodecBencode  *bencode,
                                     const guint8       *data,
                                     gsize               len);

/* Appends the payload of a handshake to @out: what @self says, and nothing of what it does not. The
 * ids say what is taken; those that are 0 are not mentioned, unless they are withdrawn: without
 * that, a remote goes by what an earlier handshake said. */
void shoal_wire_extension_write (const ShoalWireExtension *self, GByteArray *out);

G_END_DECLS
