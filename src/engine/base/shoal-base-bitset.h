/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A fixed number of bits in wire order (BEP 3: bit 0 is the high bit of byte 0), with their count
 * kept. Spare bits at the end are always zero. Reads of an unchanging set are safe on any thread.
 */
typedef struct _ShoalBaseBitset ShoalBaseBitset;

/* All bits clear. */
ShoalBaseBitset *shoal_base_bitset_new (guint n_bits);

/* Takes over (n_bits + 7) / 8 bytes from @data; spare bits are cleared. NULL if @len is another. */
ShoalBaseBitset *shoal_base_bitset_new_from_bytes (guint n_bits, const guint8 *data, gsize len);

ShoalBaseBitset *shoal_base_bitset_copy (const ShoalBaseBitset *self);

void shoal_base_bitset_free (ShoalBaseBitset *self);

guint shoal_base_bitset_get_size (const ShoalBaseBitset *self);

/* How many bits are set, in O(1). */
guint shoal_base_bitset_count (const ShoalBaseBitset *self);

gboolean shoal_base_bitset_get (const ShoalBaseBitset *self, guint bit);

/* Sets bit @bit to @value; says whether that changed it. */
gboolean shoal_base_bitset_set (ShoalBaseBitset *self, guint bit, gboolean value);

void shoal_base_bitset_set_all (ShoalBaseBitset *self, gboolean value);

static inline gboolean
shoal_base_bitset_is_full (const ShoalBaseBitset *self)
{
  return shoal_base_bitset_count (self) == shoal_base_bitset_get_size (self);
}

static inline gboolean
shoal_base_bitset_is_empty (const ShoalBaseBitset *self)
{
  return shoal_base_bitset_count (self) == 0;
}

/* The bytes in wire order; borrowed; *len is (n_bits + 7) / 8. */
const guint8 *shoal_base_bitset_get_bytes (const ShoalBaseBitset *self, gsize *len);

/* The first set (or clear) bit at or after @from; the size of the set if there is none. */
guint shoal_base_bitset_next_set (const ShoalBaseBitset *self, guint from);

guint shoal_base_bitset_next_clear (const ShoalBaseBitset *self, guint from);

/* The first bit at or after @from that is set in both, which are of one size; the size if there is
 * none. By words. */
guint
shoal_base_bitset_next_common (const ShoalBaseBitset *a, const ShoalBaseBitset *b, guint from);

/* Whether @self has a bit that @other, of the same size, has not. */
gboolean shoal_base_bitset_has_beyond (const ShoalBaseBitset *self, const ShoalBaseBitset *other);

/* @self becomes the union with (or loses all bits of) @other, of the same size. */
void shoal_base_bitset_add (ShoalBaseBitset *self, const ShoalBaseBitset *other);

void shoal_base_bitset_subtract (ShoalBaseBitset *self, const ShoalBaseBitset *other);

gboolean shoal_base_bitset_equal (const ShoalBaseBitset *a, const ShoalBaseBitset *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalBaseBitset, shoal_base_bitset_free)

G_END_DECLS
