/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Built once for each kind of processor (meson.build), with its instructions allowed and
 * SHOAL_DISK_DIGEST_FEED as the name: nothing here runs on a processor that was not asked first.
 * Vectors of eight words are half of what AVX-512 has, but need only half of the messages, and the
 * instructions that help most, rotation and ternary logic, exist for them too. */

#include "config.h"

#include "disk/shoal-disk-digest-kernel.h"

#include <string.h>

#define LANES SHOAL_DISK_DIGEST_LANES

typedef guint32 Words __attribute__ ((vector_size (4 * LANES)));
typedef guint8  Bytes __attribute__ ((vector_size (4 * LANES)));

G_STATIC_ASSERT (LANES == 8);

#define ROTATE(x, n) ((x) << (n) | (x) >> (32 - (n)))

/* Of each pair of rows @i and @i + @step: one with the even runs of both, one with the odd ones. */
#define EXCHANGE(rows, i, step, even, odd)                                                         \
  do                                                                                               \
    {                                                                                              \
      Words low_ = (rows)[i], high_ = (rows)[(i) + (step)];                                        \
                                                                                                   \
      (rows)[i] = __builtin_shufflevector (low_, high_, even);                                     \
      (rows)[(i) + (step)] = __builtin_shufflevector (low_, high_, odd);                           \
    }                                                                                              \
  while (0)

#define EVEN_ONES  0, 8, 2, 10, 4, 12, 6, 14
#define ODD_ONES   1, 9, 3, 11, 5, 13, 7, 15
#define EVEN_TWOS  0, 1, 8, 9, 4, 5, 12, 13
#define ODD_TWOS   2, 3, 10, 11, 6, 7, 14, 15
#define EVEN_FOURS 0, 1, 2, 3, 8, 9, 10, 11
#define ODD_FOURS  4, 5, 6, 7, 12, 13, 14, 15

/* Rows of lanes become rows of words. */
static inline void
transpose (Words rows[LANES])
{
  EXCHANGE (rows, 0, 1, EVEN_ONES, ODD_ONES);
  EXCHANGE (rows, 2, 1, EVEN_ONES, ODD_ONES);
  EXCHANGE (rows, 4, 1, EVEN_ONES, ODD_ONES);
  EXCHANGE (rows, 6, 1, EVEN_ONES, ODD_ONES);
  EXCHANGE (rows, 0, 2, EVEN_TWOS, ODD_TWOS);
  EXCHANGE (rows, 1, 2, EVEN_TWOS, ODD_TWOS);
  EXCHANGE (rows, 4, 2, EVEN_TWOS, ODD_TWOS);
  EXCHANGE (rows, 5, 2, EVEN_TWOS, ODD_TWOS);
  EXCHANGE (rows, 0, 4, EVEN_FOURS, ODD_FOURS);
  EXCHANGE (rows, 1, 4, EVEN_FOURS, ODD_FOURS);
  EXCHANGE (rows, 2, 4, EVEN_FOURS, ODD_FOURS);
  EXCHANGE (rows, 3, 4, EVEN_FOURS, ODD_FOURS);
}

/* Eight big-endian words of each lane, from @offset on. */
static inline void
load (Words rows[LANES], const guint8 *const data[LANES], gsize offset)
{
  Bytes bytes;
  guint i;

  for (i = 0; i < LANES; i++)
    {
      memcpy (&bytes, data[i] + offset, sizeof bytes);
      rows[i] = (Words) __builtin_shufflevector (bytes,
                                                 bytes,
                                                 3,
                                                 2,
                                                 1,
                                                 0,
                                                 7,
                                                 6,
                                                 5,
                                                 4,
                                                 11,
                                                 10,
                                                 9,
                                                 8,
                                                 15,
                                                 14,
                                                 13,
                                                 12,
                                                 19,
                                                 18,
                                                 17,
                                                 16,
                                                 23,
                                                 22,
                                                 21,
                                                 20,
                                                 27,
                                                 26,
                                                 25,
                                                 24,
                                                 31,
                                                 30,
                                                 29,
                                                 28);
    }
  transpose (rows);
}

/* One of the 80 steps. Vectors cannot be arguments: how they are passed depends on the processor.
 */
#define STEP(mix, constant)                                                                        \
  do                                                                                               \
    {                                                                                              \
      Words next_;                                                                                 \
                                                                                                   \
      if (t >= 16)                                                                                 \
        {                                                                                          \
          next_ = w[(t + 13) % 16] ^ w[(t + 8) % 16] ^ w[(t + 2) % 16] ^ w[t % 16];                \
          w[t % 16] = ROTATE (next_, 1);                                                           \
        }                                                                                          \
      next_ = ROTATE (a, 5) + (mix) + e + (constant) + w[t % 16];                                  \
      e = d;                                                                                       \
      d = c;                                                                                       \
      c = ROTATE (b, 30);                                                                          \
      b = a;                                                                                       \
      a = next_;                                                                                   \
    }                                                                                              \
  while (0)

static inline void
feed_chunk (Words state[5], const guint8 *const data[LANES], gsize offset)
{
  Words a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  Words w[16];
  guint t;

  load (w, data, offset);
  load (w + 8, data, offset + 32);
#pragma GCC unroll 20
  for (t = 0; t < 20; t++)
    STEP (d ^ (b & (c ^ d)), 0x5a827999);
#pragma GCC unroll 20
  for (; t < 40; t++)
    STEP (b ^ c ^ d, 0x6ed9eba1);
#pragma GCC unroll 20
  for (; t < 60; t++)
    STEP ((b & c) | (d & (b | c)), 0x8f1bbcdc);
#pragma GCC unroll 20
  for (; t < 80; t++)
    STEP (b ^ c ^ d, 0xca62c1d6);
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
}

void
SHOAL_DISK_DIGEST_FEED (ShoalDiskDigestState *state,
                        const guint8 *const   data[LANES],
                        gsize                 n_chunks)
{
  Words words[5];
  gsize i;

  memcpy (words, state->words, sizeof words);
  for (i = 0; i < n_chunks; i++)
    feed_chunk (words, data, i * SHOAL_DISK_DIGEST_CHUNK);
  memcpy (state->words, words, sizeof words);
}
