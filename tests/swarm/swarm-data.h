/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "base/shoal-base-ids.h"

G_BEGIN_DECLS

typedef struct
{
  const char *path; /* below the torrent's folder; NULL in a torrent of one file */
  gsize       size;
  gboolean    is_pad; /* BEP 47 */
} DataFile;

typedef struct
{
  const char     *name;
  guint32         piece_length;
  const DataFile *files;
  guint           n_files;
  const char     *announce; /* NULL: no tracker */
  gboolean        is_private;
  guint64         seed; /* of the content */
} DataSpec;

/* A torrent of random bytes, and the bytes. */
typedef struct
{
  char      *name;
  guint32    piece_length;
  guint      n_pieces;
  gsize      size; /* pads included */
  guint8    *bytes;
  GArray    *files; /* of DataFile; path owned: below the download folder */
  gsize     *offsets;
  GBytes    *torrent;
  ShoalSha1  info_hash;
  ShoalSha1 *hashes;
} Data;

Data *data_new (const DataSpec *spec);

void data_free (Data *self);

/* One file of @size bytes. */
Data *data_new_single (const char *name, guint32 piece_length, gsize size);

/* A tree: nested folders, empty files, odd sizes, a file that ends on a border of pieces, and
 * padding. */
Data *data_new_tree (const char *name, guint32 piece_length);

/* Writes the files below @folder. */
void data_write (const Data *self, const char *folder);

/* File @i below @folder is there and has every byte. */
gboolean data_has_file (const Data *self, guint i, const char *folder);

gboolean data_file_exists (const Data *self, guint i, const char *folder);

/* Aborts, naming the file, if one differs. */
void data_assert_whole (const Data *self, const char *folder);

/* Whether the bytes of @piece below @folder are right; those of files that do not exist are passed
 * over if @but_absent. */
gboolean data_has_piece (const Data *self, guint piece, const char *folder, gboolean but_absent);

/* Changes one byte of the content at @offset in the files below @folder. */
void data_damage (const Data *self, gsize offset, const char *folder);

/* File @i is called @path from now on, below the download folder. */
void data_set_path (Data *self, guint i, const char *path);

/* The path of file @i below @folder; the caller's. */
char *data_dup_path (const Data *self, guint i, const char *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Data, data_free)

G_END_DECLS
