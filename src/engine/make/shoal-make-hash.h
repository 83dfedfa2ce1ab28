/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "codec/shoal-codec-layout.h"
#include "make/shoal-make-torrent.h"
#include "make/shoal-make-tree.h"

G_BEGIN_DECLS

/* What is hashed, and how. All pointers are unowned. */
typedef struct
{
  const ShoalMakeTree    *tree;
  const ShoalCodecLayout *layout;    /* of the files of @tree, in the same order */
  const ShoalMakeWatch   *watch;     /* may be NULL */
  guint                   n_threads; /* the calling one and others; 0: as many as processors */
  guint8                 *out;       /* 20 bytes a piece */
} ShoalMakeHashWork;

/* Hashes all pieces with SHA-1. Errors: SHOAL_MAKE_ERROR; @out is undefined then. */
gboolean shoal_make_hash_pieces (const ShoalMakeHashWork *work, GError **error);

G_END_DECLS
