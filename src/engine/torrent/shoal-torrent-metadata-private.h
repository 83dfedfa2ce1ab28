/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "torrent/shoal-torrent-metadata.h"

G_BEGIN_DECLS

/* What the two files of the fetch share: attempts, and what is remembered of those that failed. */

/* So many sizes are tried at a time, and so many single peers beside them. */
#define SHOAL_TORRENT_METADATA_MAX_SHARED 3
#define SHOAL_TORRENT_METADATA_MAX_ALONE  3

typedef struct
{
  guint8          *data;    /* owned; NULL: not here */
  ShoalPieceSender sender;  /* of the data */
  guint            n_asked; /* of how many it is asked now */
} ShoalTorrentMetadataBlock;

/* One try to put together a dictionary of one size. */
typedef struct
{
  guint                      id;
  guint32                    size;
  guint                      n_blocks;
  guint                      n_had;
  ShoalPieceSender           only; /* whose alone it is; SHOAL_PIECE_SENDER_NONE: shared */
  gint64                     began_usec;
  gint64                     moved_usec; /* when the last block came */
  ShoalTorrentMetadataBlock *blocks;     /* owned */

  guint is_taken : 1; /* it is whole and being judged */
} ShoalTorrentMetadataAttempt;

/* shoal-torrent-metadata-attempt.c */

ShoalTorrentMetadataAttempt *
shoal_torrent_metadata_attempt_new (guint id, guint32 size, ShoalPieceSender only, gint64 now_usec);

/* Gives its bytes back to @budget. */
void shoal_torrent_metadata_attempt_free (ShoalTorrentMetadataAttempt *self,
                                          ShoalTorrentMetadataBudget  *budget);

/* Bytes of @block. */
gsize shoal_torrent_metadata_attempt_get_len (const ShoalTorrentMetadataAttempt *self, guint block);

/* Slower than anything that deserves its place while others wait for one. */
gboolean shoal_torrent_metadata_attempt_is_slow (const ShoalTorrentMetadataAttempt *self,
                                                 gint64                             now_usec);

/* All its bytes, in order; the caller's. */
GBytes *shoal_torrent_metadata_attempt_join (const ShoalTorrentMetadataAttempt *self);

/* Who sent a block of it, each once: of ShoalPieceSender; the caller's. */
GArray *shoal_torrent_metadata_attempt_dup_senders (const ShoalTorrentMetadataAttempt *self);

/* What was sent into attempts that failed, as hashes. */
typedef struct _ShoalTorrentMetadataEvidence ShoalTorrentMetadataEvidence;

ShoalTorrentMetadataEvidence *shoal_torrent_metadata_evidence_new (void);

void shoal_torrent_metadata_evidence_free (ShoalTorrentMetadataEvidence *self);

/* Remembers the blocks of @attempt, as long as there is room. */
void shoal_torrent_metadata_evidence_add (ShoalTorrentMetadataEvidence      *self,
                                          const ShoalTorrentMetadataAttempt *attempt);

/* Adds to @liars who sent what is not in @truth. */
void shoal_torrent_metadata_evidence_compare (ShoalTorrentMetadataEvidence *self,
                                              GBytes                       *truth,
                                              GArray                       *liars);

/* Adds @sender to @senders unless it is there. */
void shoal_torrent_metadata_note_sender (GArray *senders, ShoalPieceSender sender);

G_END_DECLS
