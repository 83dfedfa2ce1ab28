/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "codec/shoal-codec-bencode.h"

G_BEGIN_DECLS

/* Messages of peer exchange (ut_pex, BEP 11): whom a peer is connected to since the last one, and
 * whom no longer. Any thread. */

/* What is said of a peer that was added. */
typedef enum
{
  SHOAL_WIRE_PEX_ENCRYPTION = 1 << 0, /* prefers encrypted connections */
  SHOAL_WIRE_PEX_SEED = 1 << 1,       /* wants nothing */
  SHOAL_WIRE_PEX_UTP = 1 << 2,
  SHOAL_WIRE_PEX_HOLEPUNCH = 1 << 3, /* knows BEP 55 */
  SHOAL_WIRE_PEX_REACHABLE = 1 << 4, /* somebody has connected to it */
} ShoalWirePexFlags;

typedef struct
{
  ShoalBaseAddress address;
  guint8           flags; /* of ShoalWirePexFlags, no other bits */
} ShoalWirePexRow;

/* Rows of one family inside the message. */
typedef struct
{
  const guint8 *added;   /* unowned: in the input */
  const guint8 *flags;   /* unowned: the same; NULL: none */
  const guint8 *dropped; /* unowned: the same */
  guint         n_added;
  guint         n_dropped;
} ShoalWirePexFamily;

/* A message that was read; good while its input and the bencode document are. */
typedef struct
{
  ShoalWirePexFamily families[2]; /* IPv4, IPv6 */
} ShoalWirePex;

/* FALSE if @data is not one bencoded dictionary. Whatever in it is of the wrong type counts as
 * absent; a row that is cut is left out, flags that are not as many as the rows are none. How many
 * rows there may be is the caller's to judge. @bencode: to work with, its content is lost. */
gboolean shoal_wire_pex_parse (ShoalWirePex      *self,
                               ShoalCodecBencode *bencode,
                               const guint8      *data,
                               gsize              len);

/* IPv4 and IPv6 together. */
guint shoal_wire_pex_get_n_added (const ShoalWirePex *self);

guint shoal_wire_pex_get_n_dropped (const ShoalWirePex *self);

/* Row @index, IPv4 first. The address may be of any kind, and its port 0. */
void shoal_wire_pex_get_added (const ShoalWirePex *self, guint index, ShoalWirePexRow *out);

void shoal_wire_pex_get_dropped (const ShoalWirePex *self, guint index, ShoalBaseAddress *out);

/* Appends a message to @out. */
void shoal_wire_pex_write (const ShoalWirePexRow  *added,
                           guint                   n_added,
                           const ShoalBaseAddress *dropped,
                           guint                   n_dropped,
                           GByteArray             *out);

G_END_DECLS
