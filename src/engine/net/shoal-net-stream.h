/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/uio.h>

#include "base/shoal-base-address.h"
#include "base/shoal-base-bucket.h"
#include "net/shoal-net-reactor.h"
#include "net/shoal-net-security.h"

G_BEGIN_DECLS

/* A byte stream to one remote: TCP today, encrypted or not; uTP will come beneath this header. The
 * owner says where received bytes go and hands in what to send; the stream keeps no bytes itself,
 * but for what is encrypted and the kernel has not taken (at most 64 KiB), and the end of a
 * handshake that the owner does not read. Engine context only. */
typedef struct _ShoalNetStream ShoalNetStream;

/* The most vectors that an owner may name for one read. */
#define SHOAL_NET_STREAM_MAX_BUFFERS 40

typedef enum
{
  SHOAL_NET_CLOSE_EOF,         /* the remote ended its side */
  SHOAL_NET_CLOSE_RESET,       /* the remote, or something on the way, broke the connection */
  SHOAL_NET_CLOSE_REFUSED,     /* nobody listens there */
  SHOAL_NET_CLOSE_UNREACHABLE, /* no way there, or none from the address to bind */
  SHOAL_NET_CLOSE_TIMEOUT,     /* the kernel gave up; connect timeouts are the owner's */
  SHOAL_NET_CLOSE_INSECURE,    /* no encryption, or lack of it, that both sides want */
  SHOAL_NET_CLOSE_FAILED,      /* anything else: see the error number (EMFILE …) */
} ShoalNetCloseReason;

/* Called by the reactor, never before the function that caused it returns. Each may close and free
 * the stream; after either returns, none is called again. */
typedef struct
{
  /* Where the next bytes go: fills vectors in the order of filling, returns how many.
   * Buffers stay valid until on_bytes() or the next get_buffers(). 0: no room; reading stops as by
   * shoal_net_stream_set_reading(). Only a hint of what comes: perhaps nothing does. */
  guint (*get_buffers) (gpointer owner, struct iovec iov[SHOAL_NET_STREAM_MAX_BUFFERS]);

  /* @n > 0 bytes lie in the vectors of the last get_buffers(). */
  void (*on_bytes) (gpointer owner, gsize n);

  /* Outgoing only, once: bytes may be sent. */
  void (*on_connected) (gpointer owner);

  /* There is room again after a send that took less than it was given; once, however many such
   * sends there were. */
  void (*on_writable) (gpointer owner);

  /* The connection is gone, its descriptor closed; once, and the last call. The owner frees the
   * stream, now or later. @error_number: errno or 0. */
  void (*on_closed) (gpointer owner, ShoalNetCloseReason reason, int error_number);
} ShoalNetStreamOps;

/* Starts connecting to @to, from @bind's address if not NULL (its port too, if not 0). Every
 * failure, also an immediate one, comes by on_closed(). @ops outlives the stream. */
ShoalNetStream *shoal_net_stream_new_outgoing (ShoalNetReactor         *reactor,
                                               const ShoalBaseAddress  *to,
                                               const ShoalBaseAddress  *bind,
                                               const ShoalNetStreamOps *ops,
                                               gpointer                 owner);

/* Takes @fd over: connected, non-blocking (as a listener gives it). */
ShoalNetStream *shoal_net_stream_new_accepted (ShoalNetReactor         *reactor,
                                               int                      fd,
                                               const ShoalNetStreamOps *ops,
                                               gpointer                 owner);

/* Right after new_outgoing: the stream begins with the handshake of encryption, for one of @methods
 * (not 0), under @key. The owner is told that it is connected as soon as the connection is there;
 * the first 256 bytes that it sends go with the handshake. */
void
shoal_net_stream_offer_encryption (ShoalNetStream *self, guint8 methods, const ShoalSwarmKey *key);

/* Right after new_accepted: the remote may begin with that handshake. @find is called with the
 * owner of the stream, and must not close it. Until it is known what @terms make of the remote, the
 * owner gets no bytes; sending waits. */
void shoal_net_stream_accept_encryption (ShoalNetStream              *self,
                                         const ShoalNetSecurityTerms *terms,
                                         ShoalNetKeyFunc              find);

/* @find had answered LATER: it is called again at the end of the turn. Nothing happens otherwise.
 */
void shoal_net_stream_find_key_again (ShoalNetStream *self);

/* How far encryption came; stays after the close. */
ShoalNetSecurity shoal_net_stream_get_security (const ShoalNetStream *self);

/* Closes if needed. Safe inside every callback: the memory goes at the end of the turn. */
void shoal_net_stream_free (ShoalNetStream *self);

/* Gives the stream to another owner (an accepted one whose torrent is known now). */
void
shoal_net_stream_set_owner (ShoalNetStream *self, const ShoalNetStreamOps *ops, gpointer owner);

/* Closes at once. What was taken for sending still leaves, unless it is encrypted and the kernel
 * was full, or received bytes lie unread in the kernel: then the remote sees a reset. No callback
 * afterwards. */
void shoal_net_stream_close (ShoalNetStream *self);

/* From new_accepted or on_connected() until the close. */
gboolean shoal_net_stream_is_connected (const ShoalNetStream *self);

/* Sends from @iov as much as limits and kernel take now, in one system call, and returns how many
 * bytes that were. Fewer than given, 0 too: on_writable() follows. If the connection is found
 * broken or is not there yet, returns 0; on_closed() or on_connected() follows. Nothing is kept:
 * the rest is given again. At most the first 64 vectors are looked at. */
gsize shoal_net_stream_send (ShoalNetStream *self, const struct iovec *iov, guint n_iov);

/* The same, but more is sent in the same turn: the kernel keeps the last packet back until it is
 * full. */
gsize shoal_net_stream_send_before (ShoalNetStream *self, const struct iovec *iov, guint n_iov);

/* Whether bytes go out as they are given: once TRUE, it stays so. */
gboolean shoal_net_stream_is_bare (const ShoalNetStream *self);

/* As shoal_net_stream_send(), or with @more as shoal_net_stream_send_before(), with the next @n
 * bytes in @pipe (its end to read from), which has them. For a stream that is bare. */
gsize shoal_net_stream_splice (ShoalNetStream *self, int pipe, gsize n, gboolean more);

/* FALSE stops reading (back-pressure): the kernel's window fills and the remote has to wait. At
 * first TRUE. May be called before the connection is there. */
void shoal_net_stream_set_reading (ShoalNetStream *self, gboolean reading);

/* The leaves this stream asks for its allowance; NULL: no limit. They must outlive the stream's
 * close, or be replaced before they go. */
void
shoal_net_stream_set_buckets (ShoalNetStream *self, ShoalBaseBucket *down, ShoalBaseBucket *up);

/* Whether it waits for a bucket at this moment, and not for the remote. @direction: SHOAL_NET_READ
 * or SHOAL_NET_WRITE. */
gboolean shoal_net_stream_is_limited (const ShoalNetStream *self, guint direction);

const ShoalBaseAddress *shoal_net_stream_get_remote_address (const ShoalNetStream *self);

/* Family 0 before the connection is there. */
const ShoalBaseAddress *shoal_net_stream_get_local_address (const ShoalNetStream *self);

guint64 shoal_net_stream_get_bytes_in (const ShoalNetStream *self);

guint64 shoal_net_stream_get_bytes_out (const ShoalNetStream *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalNetStream, shoal_net_stream_free)

G_END_DECLS
