/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-heap.h"
#include "base/shoal-base-list.h"
#include "types/shoal-types-command.h"

G_BEGIN_DECLS

/* Which torrents may take part at once. All that are listed stand in one line; of those that
 * download, and of those that seed, so many have a place, the first in the line. Who has one and
 * moves nothing gives it up after a while, and goes on beside those who have one; when things have
 * moved again for some time, it counts again, and the last one has to wait. A seed begins beside:
 * only who is taken from needs a place. Positions are sparse numbers, so that one that goes
 * elsewhere leaves those of the others alone. Pure: the caller's clock. One thread. */

/* From one position to the next at the end, and at the top. */
#define SHOAL_SESSION_QUEUE_GAP ((gint64) 1 << 32)

typedef enum
{
  SHOAL_SESSION_QUEUE_NONE, /* wants no place, and needs none */
  SHOAL_SESSION_QUEUE_DOWNLOADS,
  SHOAL_SESSION_QUEUE_SEEDS,
  SHOAL_SESSION_QUEUE_N_KINDS,
} ShoalSessionQueueKind;

typedef enum
{
  SHOAL_SESSION_QUEUE_OUT,     /* of kind NONE */
  SHOAL_SESSION_QUEUE_WAITING, /* for a place */
  SHOAL_SESSION_QUEUE_COUNTED, /* has one */
  SHOAL_SESSION_QUEUE_BESIDE,  /* takes part, and has none: it moves nothing */
} ShoalSessionQueueState;

/* Lies inside the torrent's entry. */
typedef struct
{
  gint64            position;    /* lower ones come first; no two are equal in the line */
  ShoalBaseList     order;       /* in the line, by position */
  ShoalBaseHeapNode rank;        /* among those of its kind that wait, or that have a place */
  ShoalBaseHeapNode due;         /* while it has one: when it is to be asked what it has moved */
  gint64            moved_usec;  /* when it moved something last, as far as was told */
  gint64            steady_usec; /* since when it has its place; beside: since when things move */

  guint kind : 2;    /* ShoalSessionQueueKind */
  guint state : 2;   /* ShoalSessionQueueState */
  guint n_lulls : 8; /* how often it has given its place up */
  guint is_late : 1; /* of a download: it has had its try in vain, and waits behind all others */
  guint is_picked : 1;
  guint is_moved : 1;
} ShoalSessionQueueNode;

typedef struct _ShoalSessionQueue ShoalSessionQueue;

/* @stall_usec: after which one that moves nothing gives its place up. */
ShoalSessionQueue *shoal_session_queue_new (gint64 stall_usec);

/* Nodes still inside are forgotten; they are still there. */
void shoal_session_queue_free (ShoalSessionQueue *self);

/* Out of the line; @is_late: as it was when it was last seen. */
void shoal_session_queue_node_init (ShoalSessionQueueNode *node, gint64 position, gboolean is_late);

/* Whether it may take part. */
static inline gboolean
shoal_session_queue_lets (const ShoalSessionQueueNode *node)
{
  return node->state != SHOAL_SESSION_QUEUE_WAITING;
}

/* To the end of the line, with the position it has if that is possible. */
void shoal_session_queue_append (ShoalSessionQueue *self, ShoalSessionQueueNode *node);

/* Into the line, at its position, or behind who has it. Costs as many steps as stand behind it.
 * Those whose positions are others then are added to @moved. */
void
shoal_session_queue_insert (ShoalSessionQueue *self, ShoalSessionQueueNode *node, GPtrArray *moved);

/* Out of the line; its place, if it has one, is free. Nothing happens if it is out. */
void shoal_session_queue_remove (ShoalSessionQueue *self, ShoalSessionQueueNode *node);

/* A position at the top, or at the end. */
gint64 shoal_session_queue_get_free_position (const ShoalSessionQueue *self, gboolean is_first);

/* Moves @nodes, which stay in the order they have, out of the line or in it, whatever that of the
 * array is; @before is for SHOAL_QUEUE_BEFORE, NULL: the end. Those whose positions are others then
 * are added to @moved, each once. Who is moved up is late no more. */
void shoal_session_queue_move (ShoalSessionQueue      *self,
                               ShoalSessionQueueNode **nodes,
                               guint                   n_nodes,
                               ShoalQueuePlace         place,
                               ShoalSessionQueueNode  *before,
                               GPtrArray              *moved);

/* Places there are for @kind; 0: for all. shoal_session_queue_step() is to be called after this and
 * the three below. */
void
shoal_session_queue_set_limit (ShoalSessionQueue *self, ShoalSessionQueueKind kind, guint limit);

/* What @node, which is in the line or wants nothing, is from now on. Who takes part goes on with
 * it; who has not waits. */
void shoal_session_queue_set_kind (ShoalSessionQueue     *self,
                                   ShoalSessionQueueNode *node,
                                   ShoalSessionQueueKind  kind,
                                   gint64                 now_usec);

/* It has moved something at @moved_usec. May come often: nothing is done but for one beside. TRUE:
 * it counts again. */
gboolean shoal_session_queue_on_moved (ShoalSessionQueue     *self,
                                       ShoalSessionQueueNode *node,
                                       gint64                 moved_usec,
                                       gint64                 now_usec);

/* The answer of one that shoal_session_queue_peek_due() named: when it moved something last. */
void shoal_session_queue_on_due (ShoalSessionQueue     *self,
                                 ShoalSessionQueueNode *node,
                                 gint64                 moved_usec,
                                 gint64                 now_usec);

/* One change towards what the line demands; the node that may take part now, or has to wait. NULL:
 * nothing is left to be done. */
ShoalSessionQueueNode *shoal_session_queue_step (ShoalSessionQueue *self, gint64 now_usec);

/* When somebody is to be asked what he has moved; G_MAXINT64: never, since nobody waits. */
gint64 shoal_session_queue_get_due (ShoalSessionQueue *self);

/* Who is to be asked now; NULL: nobody. */
ShoalSessionQueueNode *shoal_session_queue_peek_due (ShoalSessionQueue *self, gint64 now_usec);

/* All stood still for another reason: who has a place keeps it as if he had just got it. Walks the
 * line. */
void shoal_session_queue_forgive (ShoalSessionQueue *self, gint64 now_usec);

/* How many have a place. */
guint shoal_session_queue_get_n_counted (const ShoalSessionQueue *self, ShoalSessionQueueKind kind);

/* The first in the line; NULL: there is none. */
ShoalSessionQueueNode *shoal_session_queue_get_first (const ShoalSessionQueue *self);

/* Who stands behind @node; NULL: it is the last. */
ShoalSessionQueueNode *shoal_session_queue_get_next (const ShoalSessionQueue     *self,
                                                     const ShoalSessionQueueNode *node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalSessionQueue, shoal_session_queue_free)

G_END_DECLS
