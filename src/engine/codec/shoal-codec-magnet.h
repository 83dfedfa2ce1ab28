/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "base/shoal-base-ids.h"
#include "codec/shoal-codec-error.h"
#include "codec/shoal-codec-metainfo.h"
#include "codec/shoal-codec-url.h"

G_BEGIN_DECLS

/* Bytes of a magnet link, and how often a parameter counts in it; further ones are ignored. */
#define SHOAL_CODEC_MAGNET_MAX_SIZE    (64 * 1024)
#define SHOAL_CODEC_MAGNET_MAX_REPEATS 100

/* The highest file index a link may select (BEP 53), and a file that no torrent has: it stands for
 * a selection in which nothing has sense, so that it does not become one of all. */
#define SHOAL_CODEC_MAGNET_MAX_INDEX 999999
#define SHOAL_CODEC_MAGNET_NO_INDEX  G_MAXUINT32

/* File indices from 0, both ends included. */
typedef struct
{
  guint32 first;
  guint32 last;
} ShoalCodecMagnetRange;

/* A magnet link (BEP 9, 53). Everything in it is the word of a stranger. */
typedef struct
{
  ShoalInfoHashes hashes;    /* at least one */
  char           *name;      /* owned: "dn" as valid UTF-8, text from outside; or NULL */
  GArray         *trackers;  /* owned, of ShoalCodecTracker: each a tier of its own */
  GArray         *peers;     /* owned, of ShoalCodecHost: "x.pe", each once */
  GPtrArray      *web_seeds; /* owned, of char *: "ws" */
  GArray         *select;    /* owned, of ShoalCodecMagnetRange: "so" ascending, apart; empty: all;
                              * SHOAL_CODEC_MAGNET_NO_INDEX: none */
} ShoalCodecMagnet;

/* Without hashes. */
ShoalCodecMagnet *shoal_codec_magnet_new (void);

/* What a magnet link for @metainfo says: hashes, name, trackers, web seeds. */
ShoalCodecMagnet *shoal_codec_magnet_new_from_metainfo (const ShoalCodecMetainfo *metainfo);

/* Reads "magnet:?…". Info-hashes in hex or base32 (v1) and as multihash (v2); the first of each
 * kind counts. Parameters that are unknown or wrong are ignored, save that no info-hash is left. */
ShoalCodecMagnet *shoal_codec_magnet_parse (const char *text, GError **error);

void shoal_codec_magnet_free (ShoalCodecMagnet *self);

/* The caller owns it. */
char *shoal_codec_magnet_to_uri (const ShoalCodecMagnet *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalCodecMagnet, shoal_codec_magnet_free)

G_END_DECLS
