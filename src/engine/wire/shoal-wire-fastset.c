/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "wire/shoal-wire-fastset.h"

#include <string.h>

#include <gnutls/crypto.h>

#include "base/shoal-base-bytes.h"

#define WORDS_PER_DIGEST 5

/* The chain of hashes may meet few new pieces for long; whoever gets fewer is not hurt. */
#define MAX_ROUNDS 64

static gboolean
is_listed (const guint32 *pieces, guint n, guint32 piece)
{
  for (guint i = 0; i < n; i++)
    if (pieces[i] == piece)
      return TRUE;
  return FALSE;
}

/* The network part of @address, then the key: what the chain starts from. */
static gsize
write_seed (const ShoalBaseAddress *address, const ShoalSwarmKey *swarm_key, guint8 seed[36])
{
  gsize len = address->family == AF_INET6 ? 16 : 4;
  gsize network = address->family == AF_INET6 ? 8 : 3;

  memset (seed, 0, len);
  memcpy (seed, address->ip, network);
  memcpy (seed + len, swarm_key->bytes, sizeof swarm_key->bytes);
  return len + sizeof swarm_key->bytes;
}

guint
shoal_wire_fastset_make (const ShoalBaseAddress *address,
                         const ShoalSwarmKey    *swarm_key,
                         guint                   n_pieces,
                         guint                   n,
                         guint32                *out)
{
  guint8 seed[36];
  guint8 digest[20];
  gsize  len = write_seed (address, swarm_key, seed);
  guint  found = 0;

  if (n >= n_pieces)
    {
      for (; found < n_pieces; found++)
        out[found] = found;
      return found;
    }
  for (guint round = 0; round < MAX_ROUNDS && found < n; round++)
    {
      if (gnutls_hash_fast (GNUTLS_DIG_SHA1, seed, len, digest) < 0)
        return 0;
      for (guint i = 0; i < WORDS_PER_DIGEST && found < n; i++)
        {
          guint32 piece = shoal_base_read_be32 (digest + 4 * i) % n_pieces;

          if (!is_listed (out, found, piece))
            out[found++] = piece;
        }
      memcpy (seed, digest, sizeof digest);
      len = sizeof digest;
    }
  return found;
}
