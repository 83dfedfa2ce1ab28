/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* Identities that must not be mixed up, as values. */

typedef struct
{
  guint8 bytes[20];
} ShoalSha1;

typedef struct
{
  guint8 bytes[32];
} ShoalSha256;

/* What a torrent is known by: v1 (BEP 3), v2 (BEP 52), or both (hybrid). */
typedef struct
{
  ShoalSha1   v1;
  ShoalSha256 v2;

  guint has_v1 : 1;
  guint has_v2 : 1;
} ShoalInfoHashes;

/* What handshakes, trackers and the DHT know: v1, or v2 cut to 20 bytes. */
typedef ShoalSha1 ShoalSwarmKey;

/* A torrent of this engine. 0 is none; a value is never used again. */
typedef struct
{
  guint32 value;
} ShoalTorrentId;

typedef struct
{
  guint8 bytes[20];
} ShoalPeerId;

static inline gboolean
shoal_sha1_equal (const ShoalSha1 *a, const ShoalSha1 *b)
{
  return memcmp (a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* Hash digests are uniform already: their first bytes do for a GHashTable. */
static inline guint
shoal_sha1_hash (gconstpointer key)
{
  guint32 value;

  memcpy (&value, key, sizeof value);
  return value;
}

/* The same as shoal_sha1_equal() for a GHashTable. */
static inline gboolean
shoal_sha1_equal_key (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (ShoalSha1)) == 0;
}

G_END_DECLS
