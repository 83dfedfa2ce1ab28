/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/uio.h>

#include "net/shoal-net-mse.h"

G_BEGIN_DECLS

/* What lies between the bytes of a stream and its owner while it is, or becomes, encrypted: first
 * the handshake, then what it has left over, then the ciphers. It moves no bytes itself. There is
 * one only while there is something for it to do. One thread. */
typedef struct _ShoalNetFilter ShoalNetFilter;

/* Takes @mse over. */
ShoalNetFilter *shoal_net_filter_new (ShoalNetMse *mse);

void shoal_net_filter_free (ShoalNetFilter *self);

/* Whether the handshake is under way. */
gboolean shoal_net_filter_is_negotiating (const ShoalNetFilter *self);

/* Nothing is left to be done: bytes pass as they are in both directions. */
gboolean shoal_net_filter_is_idle (const ShoalNetFilter *self);

ShoalNetSecurity shoal_net_filter_get_security (const ShoalNetFilter *self);

/* Receiving: the first while it negotiates, the others afterwards. */

/* Where received bytes go; 0: more came than may. */
guint8 *shoal_net_filter_get_space (ShoalNetFilter *self, gsize *len);

/* @n bytes are there. After DONE and BARE it negotiates no longer, and there may be a rest. */
ShoalNetMseResult shoal_net_filter_advance (ShoalNetFilter *self, gsize n);

/* Whether bytes of the stream came with the handshake that the owner has not got. */
gboolean shoal_net_filter_has_rest (const ShoalNetFilter *self);

/* Copies from them into the @n_iov vectors; returns how many. */
gsize shoal_net_filter_take_rest (ShoalNetFilter *self, const struct iovec *iov, guint n_iov);

/* The first @n bytes of @iov, just received, in place. */
void shoal_net_filter_decrypt (ShoalNetFilter *self, const struct iovec *iov, gsize n);

/* Sending. */

/* First bytes of the stream, while it negotiates: returns how many go with the handshake. */
gsize shoal_net_filter_add_payload (ShoalNetFilter *self, const struct iovec *iov, guint n_iov);

/* What is to be sent before anything else; of the handshake, or encrypted. Valid until the next
 * call. */
const guint8 *shoal_net_filter_get_output (ShoalNetFilter *self, gsize *len);

/* The first @n bytes of it are sent. */
void shoal_net_filter_consume_output (ShoalNetFilter *self, gsize n);

/* Whether what is sent after the handshake is to be encrypted. */
gboolean shoal_net_filter_encrypts (const ShoalNetFilter *self);

/* Encrypts bytes of @iov, all of which has at least @n, into the output, which must be empty.
 * Advances @iov past them; returns how many: at most @n and @room. */
gsize shoal_net_filter_encrypt (ShoalNetFilter *self, struct iovec **iov, gsize n, gsize room);

/* Keeps no memory for output that is not there. */
void shoal_net_filter_trim (ShoalNetFilter *self);

G_END_DECLS
