/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* 16 KiB: what a request asks for (BEP 3). */
#define SHOAL_BASE_BLOCK_SIZE 16384

/* Blocks for data in flight. A block goes socket → piece → disk worker and comes back; it is taken
 * and given back on the engine context only, so nothing here locks. The alignment lets a worker
 * hash and write whole pages. Freed blocks are kept up to @max_idle, the rest goes to malloc. */
typedef struct _ShoalBasePool ShoalBasePool;

ShoalBasePool *shoal_base_pool_new (guint max_idle);

/* All blocks must have been given back. */
void shoal_base_pool_free (ShoalBasePool *self);

/* A block of SHOAL_BASE_BLOCK_SIZE bytes, content undefined; never NULL. */
guint8 *shoal_base_pool_take (ShoalBasePool *self);

void shoal_base_pool_give (ShoalBasePool *self, guint8 *block);

/* How many blocks are out at this moment. */
guint shoal_base_pool_get_n_taken (const ShoalBasePool *self);

/* How many were ever taken: a clock that all who share the pool have in common. */
guint64 shoal_base_pool_get_n_ever_taken (const ShoalBasePool *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalBasePool, shoal_base_pool_free)

G_END_DECLS
