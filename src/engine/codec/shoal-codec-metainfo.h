/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "base/shoal-base-ids.h"
#include "codec/shoal-codec-bencode.h"
#include "codec/shoal-codec-layout.h"
#include "codec/shoal-codec-url.h"

G_BEGIN_DECLS

/* Bytes of a .torrent file. 2^21 pieces are 40 MiB of hashes; the rest is for names and, in v2,
 * piece layers. Who reads a file checks this first. */
#define SHOAL_CODEC_METAINFO_MAX_SIZE (64 * 1024 * 1024)

/* Bytes of an info dictionary: what peers may say in metadata_size (BEP 9). */
#define SHOAL_CODEC_METAINFO_MAX_INFO_SIZE (64 * 1024 * 1024)

/* Pieces of a torrent: a have-bitfield of 256 KiB. */
#define SHOAL_CODEC_METAINFO_MAX_PIECES (1u << 21)

/* Bytes of a piece, 512 MiB: more than any program makes, and small enough for an int. */
#define SHOAL_CODEC_METAINFO_MAX_PIECE_LENGTH (1u << 29)

/* Bytes of all files: far above any disk, far below where sums of offsets overflow. */
#define SHOAL_CODEC_METAINFO_MAX_TOTAL ((G_GUINT64_CONSTANT (1) << 48) - 1)

/* What a torrent is: its info dictionary (BEP 3, 47, 52) as found and as read, and what came beside
 * it. Everything in it was checked against limits, and names were made safe (shoal-codec-names.h).
 * Immutable and counted (C11 atomics): any thread may read it. Parsing hashes the dictionary and
 * may take a while, so it is for a worker. */
typedef struct _ShoalCodecMetainfo ShoalCodecMetainfo;

/* What is not in the info dictionary; each may be NULL or 0. Copied. */
typedef struct
{
  const ShoalCodecTracker *trackers; /* unowned, as all here */
  guint                    n_trackers;
  const char *const       *web_seeds; /* ends with NULL */
  const char *const       *http_seeds;
  const ShoalCodecHost    *nodes;
  guint                    n_nodes;
  const char              *comment;
  const char              *creator;
  gint64                   created;
} ShoalCodecMetainfoExtras;

/* Reads a whole .torrent file. @file is kept as long as the metainfo lives, since the info
 * dictionary lies in it. Errors: SHOAL_CODEC_ERROR. */
ShoalCodecMetainfo *shoal_codec_metainfo_new_from_bytes (GBytes *file, GError **error);

/* Reads an info dictionary as peers or the database give it; @extras may be NULL. That the hash is
 * the one wanted is for the caller to compare. */
ShoalCodecMetainfo *shoal_codec_metainfo_new_from_info (GBytes                         *info,
                                                        const ShoalCodecMetainfoExtras *extras,
                                                        GError                        **error);

ShoalCodecMetainfo *shoal_codec_metainfo_ref (ShoalCodecMetainfo *self);

void shoal_codec_metainfo_unref (ShoalCodecMetainfo *self);

/* The info dictionary, byte for byte as found; borrowed. */
GBytes *shoal_codec_metainfo_get_info (const ShoalCodecMetainfo *self);

/* A .torrent file of the info dictionary as found and what came beside it; the caller owns it. v2
 * piece layers are in it only if the metainfo was read from a .torrent file. */
GBytes *shoal_codec_metainfo_to_bytes (const ShoalCodecMetainfo *self);

/* v1 where there is a v1 half, v2 where there is one. */
const ShoalInfoHashes *shoal_codec_metainfo_get_hashes (const ShoalCodecMetainfo *self);

/* One component, safe as a file name: that of the file, or the folder of the files. */
const char *shoal_codec_metainfo_get_name (const ShoalCodecMetainfo *self);

/* Borrowed. Of a hybrid this is the v1 half. */
ShoalCodecLayout *shoal_codec_metainfo_get_layout (const ShoalCodecMetainfo *self);

/* Whether the files lie in a folder of the torrent's name; otherwise there is one file of it. */
gboolean shoal_codec_metainfo_has_folder (const ShoalCodecMetainfo *self);

/* The 20 bytes of SHA-1 that @piece must have; borrowed. Those of the next piece follow at once.
 * NULL if the torrent is v2 only. */
const guint8 *shoal_codec_metainfo_get_piece_hash (const ShoalCodecMetainfo *self, guint piece);

/* No v1 half: it can be shown, but neither downloaded nor seeded yet. */
gboolean shoal_codec_metainfo_is_v2_only (const ShoalCodecMetainfo *self);

gboolean shoal_codec_metainfo_is_private (const ShoalCodecMetainfo *self);

/* In order of tiers, not shuffled (BEP 12); at most SHOAL_CODEC_URL_MAX_TRACKERS. */
const ShoalCodecTracker *shoal_codec_metainfo_get_trackers (const ShoalCodecMetainfo *self,
                                                            guint                    *n_trackers);

/* BEP 19, ends with NULL; for a torrent with a folder each ends in '/'. */
const char *const *shoal_codec_metainfo_get_web_seeds (const ShoalCodecMetainfo *self);

/* BEP 17, ends with NULL. */
const char *const *shoal_codec_metainfo_get_http_seeds (const ShoalCodecMetainfo *self);

#define SHOAL_CODEC_METAINFO_MAX_SEEDS 200

/* DHT nodes to begin with (BEP 5). */
const ShoalCodecHost *shoal_codec_metainfo_get_nodes (const ShoalCodecMetainfo *self,
                                                      guint                    *n_nodes);

#define SHOAL_CODEC_METAINFO_MAX_NODES 100

/* Valid UTF-8, but text from outside: line breaks, control and bidi characters may be in it. NULL
 * if absent; "source" is the one of the info dictionary. */
const char *shoal_codec_metainfo_get_comment (const ShoalCodecMetainfo *self);

const char *shoal_codec_metainfo_get_creator (const ShoalCodecMetainfo *self);

const char *shoal_codec_metainfo_get_source (const ShoalCodecMetainfo *self);

/* Seconds since the epoch; 0 if not said. */
gint64 shoal_codec_metainfo_get_created (const ShoalCodecMetainfo *self);

/* Of the whole input: a v1 torrent may have some. */
ShoalCodecBencodeFlaws shoal_codec_metainfo_get_flaws (const ShoalCodecMetainfo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalCodecMetainfo, shoal_codec_metainfo_unref)

G_END_DECLS
