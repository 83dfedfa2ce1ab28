/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* 16 KiB: what a request asks for (BEP 3). */
#define SHOAL_BASE_BLOCK_SIZE 16384

/* Blocks for data in flight. A block goes socket → piece → disk worker and comes back; it is taken
 * and given back on the engine context only, so nothing here locks. What came back last is lent
 * first. What has come back is kept until shoal_base_pool_trim(). */
typedef struct _ShoalBasePool ShoalBasePool;

ShoalBasePool *shoal_base_pool_new (void);

/* All blocks must have been given back. */
void shoal_base_pool_free (ShoalBasePool *self);

/* A block of SHOAL_BASE_BLOCK_SIZE bytes, in cache lines of its own, content undefined; never NULL.
 */
guint8 *shoal_base_pool_take (ShoalBasePool *self);

void shoal_base_pool_give (ShoalBasePool *self, guint8 *block);

/* To be called again and again while there is work, and some times after it: gives back to malloc,
 * little by little, what was not needed since the last time; at once all of it if nothing is out.
 */
void shoal_base_pool_trim (ShoalBasePool *self);

/* How many blocks are out at this moment. */
guint shoal_base_pool_get_n_taken (const ShoalBasePool *self);

/* How many were ever taken: a clock that all who share the pool have in common. */
guint64 shoal_base_pool_get_n_ever_taken (const ShoalBasePool *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalBasePool, shoal_base_pool_free)

G_END_DECLS
