/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-ids.h"
#include "codec/shoal-codec-metainfo.h"
#include "piece/shoal-piece-types.h"
#include "wire/shoal-wire-metadata.h"

G_BEGIN_DECLS

/* The info dictionary of a magnet on its way from several peers at once (BEP 9): who claims which
 * size, what to ask of whom next, and who sent what. Nothing but the hash of the whole can be
 * verified, so everything said on the way may be a lie:
 *
 * - Claims are in conflict: those of one size work on one attempt together, a few attempts go on
 *   side by side, and where more sizes are claimed they take turns.
 * - Content is wrong: whoever took part in an attempt that failed works alone from then on, so
 *   that the next failure has a name. Who sent wrong blocks into the shared one is found out when
 *   the right ones are known.
 *
 * Pure: no peers, no hashing of the whole, the caller's clock. One thread. */
typedef struct _ShoalTorrentMetadata ShoalTorrentMetadata;

/* All bytes of an attempt. */
typedef struct _ShoalTorrentMetadataWhole ShoalTorrentMetadataWhole;

/* Bytes that all fetches of an engine hold, counted by them together. All 0 at first. */
typedef struct
{
  ShoalTorrentMetadata *fetches; /* unowned: the first; each is in it until it is freed */
  gsize                 used_bytes;
} ShoalTorrentMetadataBudget;

/* What peers are believed: a dictionary for 1.6 million pieces. What is larger comes by .torrent
 * file only. */
#define SHOAL_TORRENT_METADATA_MAX_SIZE (32 * 1024 * 1024)

/* Above this, dictionaries larger than SHOAL_TORRENT_METADATA_COMMON_SIZE have room only where
 * others lose it; ordinary ones, which are smaller, go on up to twice as much. */
#define SHOAL_TORRENT_METADATA_BUDGET      (64 * 1024 * 1024)
#define SHOAL_TORRENT_METADATA_COMMON_SIZE (1024 * 1024)

/* Requests that one peer is asked at a time; without an answer for so long it is thought deaf. */
#define SHOAL_TORRENT_METADATA_MAX_ASKED    2
#define SHOAL_TORRENT_METADATA_TIMEOUT_USEC (20 * G_USEC_PER_SEC)

/* After that it is left alone for so long; after a refusal longer: it may not have the dictionary
 * itself yet. */
#define SHOAL_TORRENT_METADATA_DEAF_USEC   (30 * G_USEC_PER_SEC)
#define SHOAL_TORRENT_METADATA_REFUSE_USEC (60 * G_USEC_PER_SEC)

/* What a claim or a block is worth. */
typedef enum
{
  SHOAL_TORRENT_METADATA_TAKEN,
  SHOAL_TORRENT_METADATA_IGNORED, /* not asked for, or too late: of no use, no fault either */
  SHOAL_TORRENT_METADATA_REFUSED, /* more than any dictionary may have: counted, not believed */
  SHOAL_TORRENT_METADATA_FAULT,   /* not what was promised: whoever says this is no source */
  SHOAL_TORRENT_METADATA_WHOLE,   /* taken, and nothing is missing: take_whole() */
} ShoalTorrentMetadataResult;

typedef struct
{
  guint   n_sources; /* peers that said they have it, and are not left alone for now */
  guint   n_refused; /* sizes that were not believed, so far */
  guint   n_ignored; /* blocks that nobody had asked for, so far */
  guint   n_failed;  /* attempts that turned out wrong, so far */
  guint64 had_bytes; /* of the attempt that has got furthest */
  guint64 size;      /* of that; 0: there is none */
} ShoalTorrentMetadataStats;

/* @budget: unowned, outlives this. */
ShoalTorrentMetadata *shoal_torrent_metadata_new (ShoalTorrentMetadataBudget *budget);

void shoal_torrent_metadata_free (ShoalTorrentMetadata *self);

/* Who makes a claim. */
typedef struct
{
  ShoalPieceSlot   slot;
  ShoalPieceSender sender; /* as the caller knows it */
  guint32          host;   /* the same for all that may be one machine */
} ShoalTorrentMetadataPeer;

/* @peer says that the dictionary has @size bytes. The same claim may come again; another one from
 * the same slot is a FAULT. */
ShoalTorrentMetadataResult shoal_torrent_metadata_claim (ShoalTorrentMetadata           *self,
                                                         const ShoalTorrentMetadataPeer *peer,
                                                         guint64                         size);

/* It is asked for no more than one block at a time. Nothing happens if it claimed nothing. */
void shoal_torrent_metadata_ask_singly (ShoalTorrentMetadata *self, ShoalPieceSlot slot);

/* It is gone; what it was asked for is free again. Nothing happens if it claimed nothing. */
void shoal_torrent_metadata_remove (ShoalTorrentMetadata *self, ShoalPieceSlot slot);

/* What to ask of @slot next; FALSE: nothing for now. TRUE counts as asked. */
gboolean shoal_torrent_metadata_next (ShoalTorrentMetadata *self,
                                      ShoalPieceSlot        slot,
                                      gint64                now_usec,
                                      guint32              *block);

/* @message: DATA. After WHOLE, take_whole() before anything else. */
ShoalTorrentMetadataResult shoal_torrent_metadata_on_data (ShoalTorrentMetadata    *self,
                                                           ShoalPieceSlot           slot,
                                                           const ShoalWireMetadata *message,
                                                           gint64                   now_usec);

void
shoal_torrent_metadata_on_reject (ShoalTorrentMetadata *self, ShoalPieceSlot slot, gint64 now_usec);

/* Gives up what was not answered in time. Once a second while there are sources. */
void shoal_torrent_metadata_tick (ShoalTorrentMetadata *self, gint64 now_usec);

/* The attempt that is whole, for the caller, who has it verified and calls judge(). */
ShoalTorrentMetadataWhole *shoal_torrent_metadata_take_whole (ShoalTorrentMetadata *self);

/* Hashes it, which takes a while: for a worker. The bytes in one, the caller's, if they are what is
 * @wanted, else NULL. */
GBytes *shoal_torrent_metadata_whole_verify (ShoalTorrentMetadataWhole *self,
                                             const ShoalSha1           *wanted);

void shoal_torrent_metadata_whole_free (ShoalTorrentMetadataWhole *self);

/* @whole was verified, and found right or not. Returns who is now known to have lied, of
 * ShoalPieceSender; the caller's. The sources of an attempt that failed stay, but for the liars,
 * which are removed. */
GArray *shoal_torrent_metadata_judge (ShoalTorrentMetadata            *self,
                                      const ShoalTorrentMetadataWhole *whole,
                                      gboolean                         is_right);

void shoal_torrent_metadata_get_stats (const ShoalTorrentMetadata *self,
                                       ShoalTorrentMetadataStats  *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalTorrentMetadata, shoal_torrent_metadata_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalTorrentMetadataWhole, shoal_torrent_metadata_whole_free)

G_END_DECLS
