/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "torrent/shoal-torrent-metadata.h"

G_BEGIN_DECLS

/* What the files of the fetch share: sources, attempts, and what is remembered of those that
 * failed. */

/* So many sizes are tried at a time, and so many single peers beside them; of each, one place is
 * not for those above SHOAL_TORRENT_METADATA_COMMON_SIZE. */
#define SHOAL_TORRENT_METADATA_MAX_SHARED 3
#define SHOAL_TORRENT_METADATA_MAX_ALONE  3

typedef struct
{
  guint8          *data;    /* owned; NULL: not here, or with a worker */
  ShoalPieceSender sender;  /* of the data; SHOAL_PIECE_SENDER_NONE: it has not come */
  guint            n_asked; /* of how many it is asked now */
} ShoalTorrentMetadataBlock;

/* One try to put together a dictionary of one size. */
typedef struct
{
  ShoalTorrentMetadata      *fetch; /* unowned: contains it */
  guint                      id;
  guint32                    size;
  guint                      n_blocks;
  guint                      n_had;
  guint                      n_sources;   /* that work for it */
  guint                      n_hosts;     /* of these; several peers of one host count as one */
  ShoalPieceSender           only;        /* whose alone it is; SHOAL_PIECE_SENDER_NONE: shared */
  gint64                     moved_usec;  /* when the last block came, or it began */
  gint64                     placed_usec; /* when it got its place; 0: it waits */
  guint64                    served_usec; /* in a place so far, shared among its hosts */
  gsize                      held_bytes;  /* as the budget counts it */
  ShoalTorrentMetadataBlock *blocks;      /* owned; NULL: nothing was ever asked for */

  guint is_taken : 1; /* it is whole and being judged */
} ShoalTorrentMetadataAttempt;

typedef struct
{
  guint   attempt; /* 0: none */
  guint32 block;
  gint64  asked_usec;
} ShoalTorrentMetadataAsk;

typedef struct
{
  ShoalPieceSlot          slot;
  ShoalPieceSender        sender;
  guint32                 host;
  guint32                 size;
  gint64                  rests_until_usec;
  ShoalTorrentMetadataAsk asked[SHOAL_TORRENT_METADATA_MAX_ASKED];

  guint is_single : 1;  /* one block at a time */
  guint is_suspect : 1; /* took part in what failed: works alone */
} ShoalTorrentMetadataSource;

typedef struct _ShoalTorrentMetadataEvidence ShoalTorrentMetadataEvidence;

struct _ShoalTorrentMetadata
{
  ShoalTorrentMetadataBudget   *budget;   /* unowned: outlives us */
  ShoalTorrentMetadata         *next;     /* unowned: the next of the budget's */
  GPtrArray                    *sources;  /* owned, of ShoalTorrentMetadataSource */
  GPtrArray                    *attempts; /* owned, of ShoalTorrentMetadataAttempt */
  GArray                       *suspects; /* owned, of ShoalPieceSender, here or gone */
  ShoalTorrentMetadataEvidence *evidence; /* owned */
  guint                         last_attempt;
  guint64                       floor_usec; /* what the last to get a place had been served */
  guint                         n_refused;
  guint                         n_ignored;
  guint                         n_failed;
};

/* shoal-torrent-metadata.c */

gboolean shoal_torrent_metadata_works_for (const ShoalTorrentMetadataSource  *source,
                                           const ShoalTorrentMetadataAttempt *attempt);

/* NULL: as much is asked of it as may be. */
ShoalTorrentMetadataAsk *shoal_torrent_metadata_find_free_ask (ShoalTorrentMetadataSource *source);

/* What was asked for @attempt is not waited for any more. */
void shoal_torrent_metadata_forget_asks (ShoalTorrentMetadata              *self,
                                         const ShoalTorrentMetadataAttempt *attempt);

/* shoal-torrent-metadata-place.c: who works, and who waits. */

/* A new one comes after all who wait already. */
void shoal_torrent_metadata_place_enter (ShoalTorrentMetadataAttempt *attempt);

/* Gives @attempt, which has none, a place, if one is free or can be made free. */
gboolean shoal_torrent_metadata_place_take (ShoalTorrentMetadataAttempt *attempt, gint64 now_usec);

/* Nothing happens if it has none. Its bytes stay. */
void shoal_torrent_metadata_place_leave (ShoalTorrentMetadataAttempt *attempt, gint64 now_usec);

/* Whether @attempt may have one block more; others lose theirs for it. */
gboolean shoal_torrent_metadata_place_make_room (ShoalTorrentMetadataAttempt *attempt,
                                                 gint64                       now_usec);

/* shoal-torrent-metadata-attempt.c */

ShoalTorrentMetadataAttempt *shoal_torrent_metadata_attempt_new (ShoalTorrentMetadata *fetch,
                                                                 guint32               size,
                                                                 ShoalPieceSender      only,
                                                                 gint64                now_usec);

/* Gives its bytes back to the budget. */
void shoal_torrent_metadata_attempt_free (ShoalTorrentMetadataAttempt *self);

/* Makes its blocks, if they are not there. */
void shoal_torrent_metadata_attempt_prepare (ShoalTorrentMetadataAttempt *self);

/* All it had is lost. */
void shoal_torrent_metadata_attempt_empty (ShoalTorrentMetadataAttempt *self);

/* Bytes of @block. */
gsize shoal_torrent_metadata_attempt_get_len (const ShoalTorrentMetadataAttempt *self, guint block);

/* Whether nothing is missing afterwards. @data: copied. */
gboolean shoal_torrent_metadata_attempt_take_block (ShoalTorrentMetadataAttempt *self,
                                                    guint                        block,
                                                    ShoalPieceSender             sender,
                                                    const guint8                *data,
                                                    gint64                       now_usec);

/* Who sent a block of it, each once: of ShoalPieceSender; the caller's. */
GArray *shoal_torrent_metadata_attempt_dup_senders (const ShoalTorrentMetadataAttempt *self);

/* Adds @sender to @senders unless it is there. */
void shoal_torrent_metadata_note_sender (GArray *senders, ShoalPieceSender sender);

/* shoal-torrent-metadata-whole.c */

/* Takes the data of @attempt, which is whole, over. */
ShoalTorrentMetadataWhole *shoal_torrent_metadata_whole_new (ShoalTorrentMetadataAttempt *attempt);

guint shoal_torrent_metadata_whole_get_attempt (const ShoalTorrentMetadataWhole *self);

/* What was sent into attempts that failed, as hashes. */
ShoalTorrentMetadataEvidence *shoal_torrent_metadata_evidence_new (void);

void shoal_torrent_metadata_evidence_free (ShoalTorrentMetadataEvidence *self);

/* Remembers the blocks of @attempt, of which @whole was made, as long as there is room. */
void shoal_torrent_metadata_evidence_add (ShoalTorrentMetadataEvidence      *self,
                                          const ShoalTorrentMetadataAttempt *attempt,
                                          const ShoalTorrentMetadataWhole   *whole);

/* Adds to @liars who sent what is not in @truth. */
void shoal_torrent_metadata_evidence_compare (const ShoalTorrentMetadataEvidence *self,
                                              const ShoalTorrentMetadataWhole    *truth,
                                              GArray                             *liars);

G_END_DECLS
