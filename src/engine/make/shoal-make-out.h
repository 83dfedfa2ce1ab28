/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* The file that a torrent will be written to, as it is before: it may lie among what is hashed. */
typedef struct
{
  char *place; /* owned: where it is, without links; NULL if there is nothing yet */
  dev_t device;
  ino_t inode;
} ShoalMakeOut;

typedef enum
{
  SHOAL_MAKE_OUT_APART,
  SHOAL_MAKE_OUT_FORMER, /* what an earlier run wrote there: a torrent of the same name */
  SHOAL_MAKE_OUT_INPUT,  /* data, which would be lost */
} ShoalMakeOutRelation;

/* @path may be NULL: written elsewhere. */
void shoal_make_out_init (ShoalMakeOut *self, const char *path);

void shoal_make_out_clear (ShoalMakeOut *self);

/* What the regular file @place (without links), of which @info tells, has to do with it. @name: of
 * the torrent that is made. Blocks. */
ShoalMakeOutRelation shoal_make_out_compare (const ShoalMakeOut *self,
                                             const char         *place,
                                             const struct stat  *info,
                                             const char         *name);

G_END_DECLS
