/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/shoal-net-allowance.h"
#include "net/shoal-net-filter.h"
#include "net/shoal-net-stream.h"

G_BEGIN_DECLS

/* What a stream is made of, for shoal-net-stream*.c. */

typedef enum
{
  SHOAL_NET_STREAM_CONNECTING,
  SHOAL_NET_STREAM_OPEN,
  SHOAL_NET_STREAM_FAILED, /* found broken inside a call of the owner: on_closed() follows by the
                            * task */
  SHOAL_NET_STREAM_CLOSED,
} ShoalNetStreamState;

struct _ShoalNetStream
{
  ShoalNetReactor         *reactor;   /* unowned: outlives us */
  const ShoalNetStreamOps *ops;       /* unowned: static */
  gpointer                 owner;     /* unowned: frees us */
  ShoalNetFilter          *filter;    /* owned; NULL: bytes pass as they are */
  const ShoalNetStreamOps *front_ops; /* unowned: the owner's, while the handshake has its place */
  gpointer                 front_owner; /* unowned: the same */
  ShoalNetWatch            watch;
  ShoalNetTask             task; /* what must not happen inside the owner's or a bucket's call */
  ShoalNetTask             reap;
  ShoalNetAllowance        down;
  ShoalNetAllowance        up;
  ShoalBaseAddress         remote;
  ShoalBaseAddress         local;
  guint64                  bytes_in;
  guint64                  bytes_out;
  guint64                  span_bytes; /* bytes_out when the present span began */
  gint64                   span_usec;  /* since when sending is measured */
  ShoalNetStreamState      state;
  ShoalNetSecurity         security;
  ShoalNetKeyFunc          find;         /* of an incoming one */
  int                      fd;           /* owned; −1: closed */
  int                      error_number; /* of FAILED */

  guint reading : 1;
  guint blocked : 1;    /* the kernel takes no more */
  guint owed : 1;       /* on_writable(), since a send took less than it was given */
  guint front_owed : 1; /* the same to the owner behind the handshake */
  guint held_back : 1;  /* the kernel waits for more to fill a packet */
  guint fast : 1;       /* the kernel may hold more unsent bytes */
  guint asks_again : 1; /* for the torrent of an incoming one */
};

/* shoal-net-stream.c */

/* Found broken inside a call of the owner. */
void shoal_net_stream_fail_later (ShoalNetStream *self, int error_number);

void shoal_net_stream_update_interest (ShoalNetStream *self);

/* shoal-net-stream-send.c */

/* There is a socket. */
void shoal_net_stream_begin_sending (ShoalNetStream *self);

/* Cuts @iov to @max bytes; returns how many that leaves. */
gsize shoal_net_stream_limit_vectors (struct iovec *iov, guint *n_iov, gsize max);

/* Past the filter; otherwise as shoal_net_stream_send(). */
gsize shoal_net_stream_send_bare (ShoalNetStream *self, const struct iovec *iov, guint n_iov);

/* One system call; no allowance. −1 with errno. */
gssize shoal_net_stream_send_vectors (ShoalNetStream *self, struct iovec *iov, guint n_iov);

/* The kernel is full: its event tells when it is not. */
void shoal_net_stream_note_full (ShoalNetStream *self);

/* shoal-net-stream-secure.c; all but the last only while there is a filter. */

gsize shoal_net_stream_secure_send (ShoalNetStream *self, const struct iovec *iov, guint n_iov);

/* Bytes came, and lie in @iov: decrypts them. */
void shoal_net_stream_secure_receive (ShoalNetStream *self, const struct iovec *iov, gsize n);

/* The kernel has room. FALSE: it is full again. */
gboolean shoal_net_stream_secure_flush (ShoalNetStream *self);

/* At the end of the turn: what may go on now. */
void shoal_net_stream_secure_run (ShoalNetStream *self);

static inline gboolean
shoal_net_stream_secure_has_rest (const ShoalNetStream *self)
{
  return self->filter != NULL && shoal_net_filter_has_rest (self->filter);
}

G_END_DECLS
