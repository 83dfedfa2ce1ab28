/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "base/shoal-base-random.h"

#include <errno.h>
#include <sys/random.h>

void
shoal_base_random_secure (gpointer out, gsize len)
{
  guint8 *next = out;

  while (len > 0)
    {
      ssize_t got = getrandom (next, len, 0);

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        g_error ("getrandom: %s", g_strerror (errno));
      next += got;
      len -= (gsize) got;
    }
}

/* splitmix64 spreads any seed, 0 included, over the whole state. */
static guint64
spread (guint64 *seed)
{
  guint64 z = *seed += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

void
shoal_base_random_init (ShoalBaseRandom *self, guint64 seed)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (self->state); i++)
    self->state[i] = spread (&seed);
}

void
shoal_base_random_init_secure (ShoalBaseRandom *self)
{
  guint64 seed;

  shoal_base_random_secure (&seed, sizeof seed);
  shoal_base_random_init (self, seed);
}

static guint64
rotate (guint64 value, guint by)
{
  return value << by | value >> (64 - by);
}

guint64
shoal_base_random_next (ShoalBaseRandom *self)
{
  guint64 *s = self->state;
  guint64  result = rotate (s[1] * 5, 7) * 9;
  guint64  t = s[1] << 17;

  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate (s[3], 45);
  return result;
}

guint32
shoal_base_random_below (ShoalBaseRandom *self, guint32 n)
{
  g_assert (n > 0);
  return (guint32) ((shoal_base_random_next (self) >> 32) * n >> 32);
}
