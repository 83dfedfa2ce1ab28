/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "peer/shoal-peer.h"

G_BEGIN_DECLS

/* One ShoalPeer with an owner that writes down what it is told, and the other end of its connection
 * as a descriptor that the test reads and writes itself. */

#define HARNESS_N_PIECES     10
#define HARNESS_PIECE_LENGTH 65536
#define HARNESS_LAST_PIECE   40000
#define HARNESS_N_BLOCKS     39

typedef struct
{
  GMainContext     *context;
  ShoalNetReactor  *reactor;
  ShoalBasePool    *pool;
  ShoalPeerContext *peers;
  ShoalCodecLayout *layout;
  ShoalBaseBitset  *have;
  ShoalPeerTerms    terms;
  ShoalPeer        *peer; /* NULL once freed */
  int               listener;
  int               remote;  /* the scripted end */
  GByteArray       *inbox;   /* what the remote received and no expectation has taken */
  GString          *log;     /* a line for each event */
  ShoalBaseBitset  *counted; /* what an owner would count as available from this remote */

  /* How the owner behaves. */
  ShoalPeerClose handshake_answer;
  const char    *end_at;     /* event in which it ends the peer */
  guint          ask_most;   /* blocks to ask for in wants_requests(), in order */
  guint          next_block; /* the next of them */
  gsize          serve_most; /* bytes to take at a time in requests(); 0: takes none */

  /* What happened. */
  ShoalPeerClose reason;
  guint          n_closed;
  guint          n_buffers;   /* lent to the peer and not given back */
  guint          n_blocks;    /* received, and right */
  guint          most_wanted; /* the largest number of wants_requests() */
  gsize          most_lent;   /* bytes */
  gsize          lent;

  guint   by_free : 1;        /* end_at frees instead of closing */
  guint   lookup_waits : 1;   /* the listener does not answer */
  guint   counts_itself : 1;  /* the owner changes the bits in have() and lost() */
  guint   keeps_requests : 1; /* answers nothing: the runs are in `runs` */
  GArray *runs;
} Harness;

/* We have all pieces; the remote is not there yet. */
Harness *harness_new (void);

/* Frees the peer if need be; nothing may be left of it. */
void harness_free (Harness *self);

/* Over TCP on loopback, which may deliver a little later: wait for what is expected. */
void harness_connect_incoming (Harness *self);

void harness_connect_outgoing (Harness *self);

/* Runs what is ready to run. */
void harness_turn (Harness *self);

/* Runs until @condition holds; fails the test after some seconds. */
void harness_wait (Harness *self, gboolean (*condition) (Harness *self));

/* Runs until @text stands in the log. */
void harness_wait_log (Harness *self, const char *text);

/* Runs until the peer told that it closed. */
void harness_wait_closed (Harness *self, ShoalPeerClose reason);

/* Calls what the timer would call, @usec from now. */
void harness_advance (Harness *self, gint64 usec);

/* The remote's side. Sending runs the engine while the socket is full. */
void harness_send (Harness *self, const guint8 *data, gsize len);

void harness_send_hex (Harness *self, const char *hex);

void harness_send_handshake (Harness *self, ShoalWireHandshakeFlags flags);

void harness_send_plain (Harness *self, ShoalWireMessageId id);

void harness_send_index (Harness *self, ShoalWireMessageId id, guint32 piece);

void harness_send_range (Harness           *self,
                         ShoalWireMessageId id,
                         guint32            piece,
                         guint32            begin,
                         guint32            length);

/* With the right content. */
void harness_send_piece (Harness *self, guint32 piece, guint32 begin, guint32 length);

/* Its bytes alone. */
void harness_send_content (Harness *self, guint32 piece, guint32 begin, guint32 length);

/* The byte at @position of @piece. */
guint8 harness_content (guint32 piece, guint32 position);

void harness_send_bits (Harness *self, const guint8 *bits, gsize len);

void harness_send_extended (Harness *self, guint8 id, const char *payload);

/* Runs until @n bytes are there; they stay valid until the next call. */
const guint8 *harness_receive (Harness *self, gsize n);

/* The next message; returns its id (−1: keep-alive), *payload what follows the id. */
int harness_receive_message (Harness *self, const guint8 **payload, gsize *len);

void harness_expect_plain (Harness *self, ShoalWireMessageId id);

void harness_expect_index (Harness *self, ShoalWireMessageId id, guint32 piece);

void harness_expect_range (Harness           *self,
                           ShoalWireMessageId id,
                           guint32            piece,
                           guint32            begin,
                           guint32            length);

/* With the right content. */
void harness_expect_piece (Harness *self, guint32 piece, guint32 begin, guint32 length);

/* Reads what comes and drops it, until nothing more does. */
gsize harness_drain (Harness *self);

/* Asserts that nothing is there to be read; certain on a socket pair only. */
void harness_expect_nothing (Harness *self);

/* Connects by a socket pair, which delivers at once; handshakes both ways and takes what the peer
 * says first. @flags: the remote's. */
void harness_make_ready (Harness *self, ShoalWireHandshakeFlags flags);

G_END_DECLS
