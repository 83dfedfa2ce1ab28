/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdatomic.h>

#include "codec/shoal-codec-metainfo.h"

G_BEGIN_DECLS

/* Shared by the files that read, keep and write metainfo. */

struct _ShoalCodecMetainfo
{
  atomic_uint            n_refs;
  GBytes                *info;         /* owned */
  GBytes                *piece_layers; /* owned: the v2 value as found, or NULL */
  ShoalInfoHashes        hashes;
  char                  *name;       /* owned */
  ShoalCodecLayout      *layout;     /* owned */
  const guint8          *pieces;     /* unowned: inside info; NULL if v2 only */
  char                  *source;     /* owned, or NULL */
  char                  *comment;    /* owned, or NULL */
  char                  *creator;    /* owned, or NULL */
  GArray                *trackers;   /* owned, of ShoalCodecTracker */
  GPtrArray             *web_seeds;  /* owned, of char *, the last is NULL */
  GPtrArray             *http_seeds; /* owned, the same */
  GArray                *nodes;      /* owned, of ShoalCodecHost */
  gint64                 created;
  ShoalCodecBencodeFlaws flaws;

  guint has_folder : 1;
  guint is_private : 1;
};

/* The files of a torrent while they are read. Paths grow in one buffer, so they are known by where
 * they begin there. */
typedef struct
{
  GString *paths;    /* owned: each ends with NUL */
  GArray  *rows;     /* owned, of ShoalCodecMetainfoRow */
  guint64  total;    /* bytes of all */
  guint64  unpadded; /* bytes without pad files */
} ShoalCodecMetainfoFiles;

typedef struct
{
  gsize               path;
  guint64             length;
  ShoalCodecFileFlags flags;
} ShoalCodecMetainfoRow;

/* Keys of one dictionary, looked up in one pass: @names is the table, the values are in the same
 * order. FALSE if a key of the table is there twice, since readers would disagree on it. */
gboolean shoal_codec_metainfo_find_keys (ShoalCodecBencodeValue  dict,
                                         const char *const      *names,
                                         guint                   n_names,
                                         ShoalCodecBencodeValue *values,
                                         GError                **error);

void shoal_codec_metainfo_files_init (ShoalCodecMetainfoFiles *files);

void shoal_codec_metainfo_files_clear (ShoalCodecMetainfoFiles *files);

/* BEP 47: unknown letters mean nothing. */
ShoalCodecFileFlags shoal_codec_metainfo_read_attr (ShoalCodecBencodeValue attr);

/* Notes a file whose path (with its NUL) was appended at @path. @length is what the torrent says;
 * it is refused if it is no integer, negative, or too much with those before. */
gboolean shoal_codec_metainfo_files_add (ShoalCodecMetainfoFiles *files,
                                         gsize                    path,
                                         ShoalCodecBencodeValue   length,
                                         ShoalCodecFileFlags      flags,
                                         GError                 **error);

/* Reads the v1 list "files", below the folder @name. */
gboolean shoal_codec_metainfo_files_read_list (ShoalCodecMetainfoFiles *files,
                                               ShoalCodecBencodeValue   list,
                                               const char              *name,
                                               GError                 **error);

/* Reads the v2 "file tree" (BEP 52), below the folder @name unless it is a single file: then
 * *has_folder is FALSE. */
gboolean shoal_codec_metainfo_files_read_tree (ShoalCodecMetainfoFiles *files,
                                               ShoalCodecBencodeValue   tree,
                                               const char              *name,
                                               gboolean                *has_folder,
                                               GError                 **error);

/* Whether the halves of a hybrid speak of the same files (BEP 52). */
gboolean shoal_codec_metainfo_files_agree (const ShoalCodecMetainfoFiles *v1,
                                           const ShoalCodecMetainfoFiles *v2,
                                           guint32                        piece_length,
                                           GError                       **error);

/* Renames what clashes. */
gboolean shoal_codec_metainfo_files_resolve (ShoalCodecMetainfoFiles *files, GError **error);

ShoalCodecLayout *shoal_codec_metainfo_files_to_layout (const ShoalCodecMetainfoFiles *files,
                                                        guint32                        piece_length,
                                                        gboolean                       aligned);

/* Fills what the info dictionary decides; self->info is set. */
gboolean shoal_codec_metainfo_read_info (ShoalCodecMetainfo    *self,
                                         ShoalCodecBencodeValue info,
                                         GError               **error);

/* Fills what stands beside it in a .torrent file. What is wrong there is left out. */
void shoal_codec_metainfo_read_extras (ShoalCodecMetainfo *self, ShoalCodecBencodeValue root);

void shoal_codec_metainfo_copy_extras (ShoalCodecMetainfo             *self,
                                       const ShoalCodecMetainfoExtras *extras);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ShoalCodecMetainfoFiles, shoal_codec_metainfo_files_clear)

G_END_DECLS
