/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "disk/shoal-disk-digest.h"

G_BEGIN_DECLS

/* SHA-1 (FIPS 180-4) takes chunks of so many bytes. */
#define SHOAL_DISK_DIGEST_CHUNK 64

/* The five words of the state, each of all lanes. */
typedef struct
{
  guint32 words[5][SHOAL_DISK_DIGEST_LANES];
} ShoalDiskDigestState;

/* Goes on by @n_chunks chunks of each lane's data. */
typedef void (*ShoalDiskDigestKernel) (ShoalDiskDigestState *state,
                                       const guint8 *const   data[SHOAL_DISK_DIGEST_LANES],
                                       gsize                 n_chunks);

/* The same source for two kinds of processors, and only to be called on these. */
void shoal_disk_digest_feed_avx2 (ShoalDiskDigestState *state,
                                  const guint8 *const   data[SHOAL_DISK_DIGEST_LANES],
                                  gsize                 n_chunks);
void shoal_disk_digest_feed_avx512 (ShoalDiskDigestState *state,
                                    const guint8 *const   data[SHOAL_DISK_DIGEST_LANES],
                                    gsize                 n_chunks);

/* NULL: this processor has none of them. */
ShoalDiskDigestKernel shoal_disk_digest_find_avx2 (void);
ShoalDiskDigestKernel shoal_disk_digest_find_avx512 (void);

/* From now on there are no lanes; for tests of what is done without. */
void shoal_disk_digest_disable (void);

/* Always in lanes, however few there are. */
void shoal_disk_digest_compute_abreast (ShoalDiskDigestKernel kernel,
                                        ShoalDiskDigest      *digests,
                                        guint                 n_digests);

G_END_DECLS
