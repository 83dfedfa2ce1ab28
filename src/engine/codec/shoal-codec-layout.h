/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "base/shoal-base-pool.h"

G_BEGIN_DECLS

/* The geometry of a torrent: how pieces and blocks lie over files. Immutable and counted (C11
 * atomics), so any thread may read it. Everything that needs the size of a piece or block asks
 * here: in v2 the last piece of each file is short, so no caller may compute one. */
typedef struct _ShoalCodecLayout ShoalCodecLayout;

typedef enum
{
  SHOAL_CODEC_FILE_PAD = 1 << 0, /* BEP 47: never written or requested, served as zeros */
  SHOAL_CODEC_FILE_EXECUTABLE = 1 << 1,
  SHOAL_CODEC_FILE_HIDDEN = 1 << 2,
  SHOAL_CODEC_FILE_SYMLINK = 1 << 3, /* BEP 47: listed with length 0 and PAD, and never created */
} ShoalCodecFileFlags;

/* One file, in the order of the torrent. */
typedef struct
{
  const char *path;           /* owned by the layout: UTF-8, relative, '/' between safe components;
                               * begins with the torrent's name when there are several files */
  guint64             offset; /* of its first byte in the torrent */
  guint64             length;
  ShoalCodecFileFlags flags;
} ShoalCodecFile;

/* A run of bytes inside one file: what a byte range of the torrent becomes on disk. */
typedef struct
{
  guint   file;        /* index into the files */
  guint64 file_offset; /* bytes from the start of that file */
  guint64 length;      /* never 0 */
} ShoalCodecSpan;

/* @files: names are copied, offsets are computed here. v1 geometry: pieces run over file borders.
 * Sizes must have been checked: the total is ≤ 2^63 − 1 and > 0, piece_length > 0. */
ShoalCodecLayout *
shoal_codec_layout_new (const ShoalCodecFile *files, guint n_files, guint32 piece_length);

/* The same with v2 geometry (BEP 52): each file that is not empty begins a piece, and its last
 * piece ends with it. The gaps hold no bytes: the map leaves them out. */
ShoalCodecLayout *
shoal_codec_layout_new_aligned (const ShoalCodecFile *files, guint n_files, guint32 piece_length);

ShoalCodecLayout *shoal_codec_layout_ref (ShoalCodecLayout *self);

void shoal_codec_layout_unref (ShoalCodecLayout *self);

/* Where the last byte ends, pad files and gaps included. */
guint64 shoal_codec_layout_get_total_size (const ShoalCodecLayout *self);

/* Bytes without pad files: what a person is told. */
guint64 shoal_codec_layout_get_data_size (const ShoalCodecLayout *self);

guint32 shoal_codec_layout_get_piece_length (const ShoalCodecLayout *self);

guint shoal_codec_layout_get_n_pieces (const ShoalCodecLayout *self);

/* Bytes of piece @piece; the last one may be short. */
guint32 shoal_codec_layout_get_piece_size (const ShoalCodecLayout *self, guint piece);

/* Of the first byte of @piece in the torrent. */
guint64 shoal_codec_layout_get_piece_offset (const ShoalCodecLayout *self, guint piece);

guint shoal_codec_layout_get_n_blocks (const ShoalCodecLayout *self, guint piece);

/* Bytes of block @block of @piece: SHOAL_BASE_BLOCK_SIZE, or less at the end of a piece. */
guint32 shoal_codec_layout_get_block_size (const ShoalCodecLayout *self, guint piece, guint block);

guint shoal_codec_layout_get_n_files (const ShoalCodecLayout *self);

/* Borrowed. */
const ShoalCodecFile *shoal_codec_layout_get_file (const ShoalCodecLayout *self, guint file);

/* The pieces that hold bytes of @file: *first … *last, inclusive. FALSE for an empty file. */
gboolean shoal_codec_layout_get_file_pieces (const ShoalCodecLayout *self,
                                             guint                   file,
                                             guint                  *first,
                                             guint                  *last);

/* The first file whose bytes reach beyond @offset of the torrent, in O(log n_files); empty files
 * are never it. @offset must be less than the total size. */
guint shoal_codec_layout_find_file (const ShoalCodecLayout *self, guint64 offset);

/* Appends to @spans (of ShoalCodecSpan) where bytes @offset … @offset + @length − 1 of the torrent
 * lie, in order, pad files included. The range must lie inside the torrent. */
void shoal_codec_layout_map (const ShoalCodecLayout *self,
                             guint64                 offset,
                             guint64                 length,
                             GArray                 *spans);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalCodecLayout, shoal_codec_layout_unref)

G_END_DECLS
