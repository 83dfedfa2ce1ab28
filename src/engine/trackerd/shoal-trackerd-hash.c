/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "trackerd/shoal-trackerd-hash.h"

#include <string.h>

#include "base/shoal-base-random.h"

void
shoal_trackerd_key_init (ShoalTrackerdKey *key)
{
  shoal_base_random_secure (key, sizeof *key);
}

static inline guint64
rotate (guint64 value, guint by)
{
  return value << by | value >> (64 - by);
}

static inline void
mix (guint64 v[4], guint rounds)
{
  while (rounds-- > 0)
    {
      v[0] += v[1];
      v[1] = rotate (v[1], 13) ^ v[0];
      v[0] = rotate (v[0], 32);
      v[2] += v[3];
      v[3] = rotate (v[3], 16) ^ v[2];
      v[0] += v[3];
      v[3] = rotate (v[3], 21) ^ v[0];
      v[2] += v[1];
      v[1] = rotate (v[1], 17) ^ v[2];
      v[2] = rotate (v[2], 32);
    }
}

static inline void
absorb (guint64 v[4], guint64 word)
{
  v[3] ^= word;
  mix (v, 2);
  v[0] ^= word;
}

guint64
shoal_trackerd_hash (const ShoalTrackerdKey *key, gconstpointer data, gsize len)
{
  guint64       v[4] = { key->words[0] ^ G_GUINT64_CONSTANT (0x736f6d6570736575),
                         key->words[1] ^ G_GUINT64_CONSTANT (0x646f72616e646f6d),
                         key->words[0] ^ G_GUINT64_CONSTANT (0x6c7967656e657261),
                         key->words[1] ^ G_GUINT64_CONSTANT (0x7465646279746573) };
  const guint8 *next = data;
  gsize         left = len;
  guint64       word;

  for (; left >= 8; left -= 8, next += 8)
    {
      memcpy (&word, next, 8);
      absorb (v, GUINT64_FROM_LE (word));
    }
  word = 0;
  memcpy (&word, next, left);
  absorb (v, GUINT64_FROM_LE (word) | (guint64) (len & 0xff) << 56);
  v[2] ^= 0xff;
  mix (v, 4);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}
