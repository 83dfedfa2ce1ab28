/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/uio.h>

#include <nettle/arcfour.h>

#include "base/shoal-base-ids.h"
#include "net/shoal-net-dh.h"

G_BEGIN_DECLS

/* One direction of an encrypted stream: RC4 without its first 1024 bytes. It hides what is spoken
 * from who merely listens, and promises no more than that. A value; wiped by its owner. */
typedef struct
{
  struct arcfour_ctx state;
} ShoalNetCipher;

/* Which direction; each side sends with its own and receives with the other. */
typedef enum
{
  SHOAL_NET_CIPHER_INITIATOR,
  SHOAL_NET_CIPHER_RESPONDER,
} ShoalNetCipherSender;

/* What the side @sender sends under @secret for the torrent @key. */
void shoal_net_cipher_init (ShoalNetCipher      *self,
                            ShoalNetCipherSender sender,
                            const guint8         secret[SHOAL_NET_DH_SIZE],
                            const ShoalSwarmKey *key);

/* Encrypts or decrypts @n bytes from @in to @out, which may be the same place. */
static inline void
shoal_net_cipher_apply (ShoalNetCipher *self, guint8 *out, const guint8 *in, gsize n)
{
  arcfour_crypt (&self->state, n, out, in);
}

/* The first @n bytes of @iov, in place. */
void shoal_net_cipher_apply_vectors (ShoalNetCipher *self, const struct iovec *iov, gsize n);

G_END_DECLS
