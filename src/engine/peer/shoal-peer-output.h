/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/uio.h>

#include "base/shoal-base-pipe.h"
#include "wire/shoal-wire-message.h"

G_BEGIN_DECLS

/* Bytes of blocks on loan from the owner of a peer, given back when nothing needs them. */
typedef struct _ShoalPeerBuffer ShoalPeerBuffer;

/* One reference is the caller's. */
ShoalPeerBuffer *shoal_peer_buffer_new (guint8 *data, GDestroyNotify free_func);

/* The same of the bytes in @pipe, which is given back in the end: they are to be added and sent
 * from the first to the last, each once. */
ShoalPeerBuffer *shoal_peer_buffer_new_pipe (ShoalBasePipe *pipe);

void shoal_peer_buffer_unref (ShoalPeerBuffer *self);

/* What waits for being sent, in order: messages, which are copied, and blocks, which are not. A
 * value, zero-initialised. */
typedef struct
{
  guint8 *control; /* owned: bytes of messages in one run, from `control_head` on */
  gsize   control_head;
  gsize   control_len;
  gsize   control_size;
  GArray *segments;    /* owned: what comes in which order; NULL: nothing yet */
  guint   head;        /* of the first segment */
  gsize   payload_len; /* bytes of blocks */
} ShoalPeerOutput;

/* Drops everything. */
void shoal_peer_output_clear (ShoalPeerOutput *self);

/* Bytes of messages that wait, heads of blocks included. */
gsize shoal_peer_output_get_control (const ShoalPeerOutput *self);

/* Bytes of blocks that wait. */
gsize shoal_peer_output_get_payload (const ShoalPeerOutput *self);

gboolean shoal_peer_output_is_empty (const ShoalPeerOutput *self);

/* Where up to @max bytes of messages may be written, behind all that waits; then how many were. */
guint8 *shoal_peer_output_begin (ShoalPeerOutput *self, gsize max);

void shoal_peer_output_end (ShoalPeerOutput *self, gsize n);

/* A piece message with range->length bytes from @offset of @buffer on, which is referenced. */
void shoal_peer_output_add_piece (ShoalPeerOutput      *self,
                                  const ShoalWireRange *range,
                                  ShoalPeerBuffer      *buffer,
                                  gsize                 offset);

/* The pipe from which the first *total bytes come; NULL: they come from memory. */
ShoalBasePipe *shoal_peer_output_get_pipe (const ShoalPeerOutput *self, gsize *total);

/* Fills up to @max vectors from the front, with what comes before a pipe; *total is how many bytes
 * they have. */
guint shoal_peer_output_get_vectors (const ShoalPeerOutput *self,
                                     struct iovec          *iov,
                                     guint                  max,
                                     gsize                 *total);

/* Walks everything and aborts on a contradiction. */
void shoal_peer_output_check (const ShoalPeerOutput *self);

/* The first @n bytes are sent; returns how many of them were bytes of blocks. */
gsize shoal_peer_output_consume (ShoalPeerOutput *self, gsize n);

G_END_DECLS
