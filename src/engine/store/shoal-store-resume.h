/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-bitset.h"
#include "codec/shoal-codec-layout.h"
#include "store/shoal-store-row.h"

G_BEGIN_DECLS

/* What a file is like now. */
typedef struct
{
  gint64 size; /* −1: it is not there */
  gint64 mtime_ns;

  guint in_parts : 1; /* its bytes, where there are any, lie in the parts file */
} ShoalStoreFound;

typedef struct
{
  const ShoalCodecLayout *layout;
  const ShoalBaseBitset  *written; /* NULL: none */
  const ShoalBaseBitset  *durable; /* NULL: none */
  const ShoalStoreFile   *files;   /* the rows of the database, in any order */
  guint                   n_files;
  const ShoalStoreFound  *found; /* one for each file of the layout */
  ShoalStoreFound         parts; /* the parts file */

  guint was_clean : 1; /* ShoalStoreOpened.was_clean */
} ShoalStoreResumeInput;

/* Each piece is in exactly one. The sets are the caller's. */
typedef struct
{
  ShoalBaseBitset *trusted; /* had, without reading it */
  ShoalBaseBitset *to_hash; /* claimed, and to be hashed before it is had */
  ShoalBaseBitset *missing; /* never claimed, or bytes of it are not there */
} ShoalStoreResume;

/* Which have-bits hold after a restart. Pure.
 *
 * A piece is trusted if it is both durable and written, and each file it touches is trusted: its
 * size and time are exactly those recorded; or, after an unclean stop and marked open for write,
 * neither is smaller than recorded. A piece that was claimed and is not trusted is hashed, unless a
 * file it touches is absent or too short for it. Sets and rows that do not fit @layout claim
 * nothing. */
ShoalStoreResume shoal_store_resume (const ShoalStoreResumeInput *input);

void shoal_store_resume_clear (ShoalStoreResume *self);

/* Whether the bytes of @piece can be there at all: no file it touches is absent or ends before it.
 * A saved block map of an unfinished piece is of use only then. */
gboolean shoal_store_resume_has_bytes (const ShoalStoreResumeInput *input, guint piece);

G_END_DECLS
