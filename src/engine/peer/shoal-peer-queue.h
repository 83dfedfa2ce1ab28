/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wire/shoal-wire-message.h"

G_BEGIN_DECLS

/* Requests in the order they were made, of one side. A value, zero-initialised; the caller bounds
 * its length. Answers mostly come in order, so the search begins at the front. */
typedef struct
{
  ShoalWireRange *ranges; /* owned */
  guint           head;   /* of the first entry */
  guint           len;
  guint           size;
  guint64         bytes; /* sum of all lengths */
} ShoalPeerQueue;

#define SHOAL_PEER_QUEUE_NONE G_MAXUINT

/* Empty, without memory. */
void shoal_peer_queue_clear (ShoalPeerQueue *self);

void shoal_peer_queue_push (ShoalPeerQueue *self, const ShoalWireRange *range);

/* @place < len, 0 the oldest; borrowed until the next change. */
const ShoalWireRange *shoal_peer_queue_get (const ShoalPeerQueue *self, guint place);

/* The place of the first entry that is @range; SHOAL_PEER_QUEUE_NONE if there is none. O(len). */
guint shoal_peer_queue_find (const ShoalPeerQueue *self, const ShoalWireRange *range);

/* The same by its start alone, among the first @max entries. */
guint
shoal_peer_queue_find_start (const ShoalPeerQueue *self, guint32 piece, guint32 begin, guint max);

/* O(1) at the front, else O(len). */
void shoal_peer_queue_remove (ShoalPeerQueue *self, guint place);

/* Walks everything and aborts on a contradiction. */
void shoal_peer_queue_check (const ShoalPeerQueue *self);

G_END_DECLS
