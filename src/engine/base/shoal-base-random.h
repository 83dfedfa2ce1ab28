/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes nobody can guess, from the kernel: keys, tokens, transaction ids. Any thread. */
void shoal_base_random_secure (gpointer out, gsize len);

/* A quick generator for choices that need only be fair (which piece, which peer). Seeded, so that a
 * test can replay it. A value; one thread at a time. xoshiro256**, Blackman and Vigna. */
typedef struct
{
  guint64 state[4];
} ShoalBaseRandom;

void shoal_base_random_init (ShoalBaseRandom *self, guint64 seed);

/* Seeded from the kernel. */
void shoal_base_random_init_secure (ShoalBaseRandom *self);

guint64 shoal_base_random_next (ShoalBaseRandom *self);

/* A number in 0 … @n − 1; @n must not be 0. */
guint32 shoal_base_random_below (ShoalBaseRandom *self, guint32 n);

G_END_DECLS
