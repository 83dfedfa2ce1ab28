/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A secret for keyed hashes: without it nobody can make entries collide or guess an id. */
typedef struct
{
  guint64 words[2];
} ShoalTrackerdKey;

/* From the kernel. */
void shoal_trackerd_key_init (ShoalTrackerdKey *key);

/* SipHash-2-4 (Aumasson and Bernstein) of @len bytes. Any thread. */
guint64 shoal_trackerd_hash (const ShoalTrackerdKey *key, gconstpointer data, gsize len);

G_END_DECLS
