/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "base/shoal-base-bitset.h"

#include <string.h>

/* Words are kept in the byte order of the wire, so that a bitfield message is a memcpy; a word is
 * turned with GUINT64_FROM_BE before bits are counted from its high end. */
struct _ShoalBaseBitset
{
  guint   n_bits;
  guint   n_set;
  guint   n_words;
  guint64 words[];
};

static guint64
mask_of (guint bit)
{
  return GUINT64_TO_BE (G_GUINT64_CONSTANT (1) << (63 - bit % 64));
}

static void
clear_spare (ShoalBaseBitset *self)
{
  guint used = self->n_bits % 64;

  if (used != 0)
    self->words[self->n_words - 1] &= GUINT64_TO_BE (~G_GUINT64_CONSTANT (0) << (64 - used));
}

static void
recount (ShoalBaseBitset *self)
{
  guint i;

  self->n_set = 0;
  for (i = 0; i < self->n_words; i++)
    self->n_set += (guint) __builtin_popcountll (self->words[i]);
}

ShoalBaseBitset *
shoal_base_bitset_new (guint n_bits)
{
  guint            n_words = n_bits / 64 + (n_bits % 64 != 0);
  ShoalBaseBitset *self = g_malloc0 (sizeof *self + n_words * sizeof (guint64));

  self->n_bits = n_bits;
  self->n_words = n_words;
  return self;
}

ShoalBaseBitset *
shoal_base_bitset_new_from_bytes (guint n_bits, const guint8 *data, gsize len)
{
  ShoalBaseBitset *self;

  if (len != n_bits / 8 + (n_bits % 8 != 0))
    return NULL;
  self = shoal_base_bitset_new (n_bits);
  if (len > 0)
    memcpy (self->words, data, len);
  clear_spare (self);
  recount (self);
  return self;
}

ShoalBaseBitset *
shoal_base_bitset_copy (const ShoalBaseBitset *self)
{
  return g_memdup2 (self, sizeof *self + self->n_words * sizeof (guint64));
}

void
shoal_base_bitset_free (ShoalBaseBitset *self)
{
  g_free (self);
}

guint
shoal_base_bitset_get_size (const ShoalBaseBitset *self)
{
  return self->n_bits;
}

guint
shoal_base_bitset_count (const ShoalBaseBitset *self)
{
  return self->n_set;
}

gboolean
shoal_base_bitset_get (const ShoalBaseBitset *self, guint bit)
{
  g_assert (bit < self->n_bits);
  return (self->words[bit / 64] & mask_of (bit)) != 0;
}

gboolean
shoal_base_bitset_set (ShoalBaseBitset *self, guint bit, gboolean value)
{
  if (shoal_base_bitset_get (self, bit) == !!value)
    return FALSE;
  self->words[bit / 64] ^= mask_of (bit);
  self->n_set += value ? 1 : -1;
  return TRUE;
}

void
shoal_base_bitset_set_all (ShoalBaseBitset *self, gboolean value)
{
  memset (self->words, value ? 0xff : 0, self->n_words * sizeof (guint64));
  clear_spare (self);
  self->n_set = value ? self->n_bits : 0;
}

const guint8 *
shoal_base_bitset_get_bytes (const ShoalBaseBitset *self, gsize *len)
{
  *len = self->n_bits / 8 + (self->n_bits % 8 != 0);
  return (const guint8 *) self->words;
}

/* The first bit at or after @from that is set in the words turned over by @flip. */
static guint
next_bit (const ShoalBaseBitset *self, guint from, guint64 flip)
{
  guint   i;
  guint64 word;

  if (from >= self->n_bits)
    return self->n_bits;
  i = from / 64;
  word = (GUINT64_FROM_BE (self->words[i]) ^ flip) & (~G_GUINT64_CONSTANT (0) >> (from % 64));
  while (word == 0)
    {
      if (++i >= self->n_words)
        return self->n_bits;
      word = GUINT64_FROM_BE (self->words[i]) ^ flip;
    }
  return MIN (i * 64 + (guint) __builtin_clzll (word), self->n_bits);
}

guint
shoal_base_bitset_next_set (const ShoalBaseBitset *self, guint from)
{
  return next_bit (self, from, 0);
}

guint
shoal_base_bitset_next_clear (const ShoalBaseBitset *self, guint from)
{
  return next_bit (self, from, ~G_GUINT64_CONSTANT (0));
}

guint
shoal_base_bitset_next_common (const ShoalBaseBitset *a, const ShoalBaseBitset *b, guint from)
{
  guint   i;
  guint64 word;

  g_assert (a->n_bits == b->n_bits);
  if (from >= a->n_bits)
    return a->n_bits;
  i = from / 64;
  word = GUINT64_FROM_BE (a->words[i] & b->words[i]) & (~G_GUINT64_CONSTANT (0) >> (from % 64));
  while (word == 0)
    {
      if (++i >= a->n_words)
        return a->n_bits;
      word = GUINT64_FROM_BE (a->words[i] & b->words[i]);
    }
  return i * 64 + (guint) __builtin_clzll (word);
}

gboolean
shoal_base_bitset_has_beyond (const ShoalBaseBitset *self, const ShoalBaseBitset *other)
{
  guint i;

  g_assert (self->n_bits == other->n_bits);
  for (i = 0; i < self->n_words; i++)
    if ((self->words[i] & ~other->words[i]) != 0)
      return TRUE;
  return FALSE;
}

void
shoal_base_bitset_add (ShoalBaseBitset *self, const ShoalBaseBitset *other)
{
  guint i;

  g_assert (self->n_bits == other->n_bits);
  for (i = 0; i < self->n_words; i++)
    self->words[i] |= other->words[i];
  recount (self);
}

void
shoal_base_bitset_subtract (ShoalBaseBitset *self, const ShoalBaseBitset *other)
{
  guint i;

  g_assert (self->n_bits == other->n_bits);
  for (i = 0; i < self->n_words; i++)
    self->words[i] &= ~other->words[i];
  recount (self);
}

gboolean
shoal_base_bitset_equal (const ShoalBaseBitset *a, const ShoalBaseBitset *b)
{
  return a->n_bits == b->n_bits && memcmp (a->words, b->words, a->n_words * sizeof (guint64)) == 0;
}
