/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-ids.h"

G_BEGIN_DECLS

/* SHA-1 of data that comes in parts. One thread at a time. */
typedef struct _ShoalDiskHash ShoalDiskHash;

ShoalDiskHash *shoal_disk_hash_new (void);

void shoal_disk_hash_free (ShoalDiskHash *self);

void shoal_disk_hash_feed (ShoalDiskHash *self, const guint8 *data, gsize len);

/* The digest of what was fed since the last time; the next feed begins anew. */
void shoal_disk_hash_take (ShoalDiskHash *self, ShoalSha1 *out);

/* All at once. */
void shoal_disk_hash_compute (const guint8 *data, gsize len, ShoalSha1 *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiskHash, shoal_disk_hash_free)

G_END_DECLS
