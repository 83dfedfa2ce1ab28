/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/shoal-net-cipher.h"
#include "net/shoal-net-security.h"

G_BEGIN_DECLS

/* The handshake of message stream encryption, one side of it: received bytes in, bytes to send out.
 * No sockets, no time, randomness as an argument. Memory is bounded; all secrets are wiped as soon
 * as they are not needed. One thread.
 *
 *   A → B  public key, 0 – 512 bytes of noise
 *   B → A  the same
 *   A → B  hash of the secret; torrent, masked; encrypted: 8 zeros, offered methods, padding,
 *          first bytes of the stream
 *   B → A  encrypted: 8 zeros, the chosen method, padding
 *
 * A responder also recognises who sends BitTorrent's own handshake instead. */
typedef struct _ShoalNetMse ShoalNetMse;

/* Noise before, and zeros inside the encrypted part. */
#define SHOAL_NET_MSE_MAX_PAD 512

/* First bytes of the stream that an initiator sends along. */
#define SHOAL_NET_MSE_MAX_PAYLOAD 256

/* Unpredictable bytes, and lengths of at most SHOAL_NET_MSE_MAX_PAD. */
typedef struct
{
  guint8  exponent[SHOAL_NET_DH_EXPONENT_SIZE];
  guint8  noise[SHOAL_NET_MSE_MAX_PAD];
  guint16 noise_len;
  guint16 zeros_len;
} ShoalNetMseRandom;

typedef enum
{
  SHOAL_NET_MSE_MORE,
  SHOAL_NET_MSE_LATER, /* the responder does not know yet whether it has the torrent */
  SHOAL_NET_MSE_DONE,
  SHOAL_NET_MSE_BARE, /* no encryption: the rest is the whole stream so far */

  /* It failed; nothing more is to be done with it. */
  SHOAL_NET_MSE_BAD,     /* this is not the protocol, or a public key or length out of range */
  SHOAL_NET_MSE_UNKNOWN, /* no such torrent */
  SHOAL_NET_MSE_DIFFERS, /* no method that both sides want; or no encryption, where it is a must */
} ShoalNetMseResult;

/* SHA1 ("req2", key): how a torrent is named by who may know it only. */
void shoal_net_mse_hash_key (const ShoalSwarmKey *key, ShoalSha1 *out);

/* Fills @out from the kernel. Padding stays well below what is allowed, since other programs have
 * choked on much of it together with early messages. */
void shoal_net_mse_random_fill (ShoalNetMseRandom *out);

/* Offers @methods for the torrent @key. There is output at once. */
ShoalNetMse *shoal_net_mse_new_initiator (const ShoalNetMseRandom *random,
                                          guint8                   methods,
                                          const ShoalSwarmKey     *key);

/* Asks @find (owner), inside shoal_net_mse_advance(), which torrent is meant. */
ShoalNetMse *shoal_net_mse_new_responder (const ShoalNetMseRandom     *random,
                                          const ShoalNetSecurityTerms *terms,
                                          ShoalNetKeyFunc              find,
                                          gpointer                     owner);

void shoal_net_mse_free (ShoalNetMse *self);

/* Where received bytes go, and how many there is room for: never 0 but after LATER, when the remote
 * sends more than it may. */
guint8 *shoal_net_mse_get_space (ShoalNetMse *self, gsize *len);

/* @n bytes were received there. After LATER: 0 asks again. */
ShoalNetMseResult shoal_net_mse_advance (ShoalNetMse *self, gsize n);

/* Whether the remote's public key has come, and was one. */
gboolean shoal_net_mse_is_answered (const ShoalNetMse *self);

/* First bytes of an initiator's stream, to be sent along: returns how many are taken. None as soon
 * as the remote's key has come. */
gsize shoal_net_mse_add_payload (ShoalNetMse *self, const guint8 *data, gsize len);

/* What is to be sent now, in one run; valid until the next call. Also after DONE. */
const guint8 *shoal_net_mse_get_output (ShoalNetMse *self, gsize *len);

void shoal_net_mse_consume_output (ShoalNetMse *self, gsize n);

/* After DONE: how the stream goes on. */
guint8 shoal_net_mse_get_method (const ShoalNetMse *self);

/* After DONE or BARE: what was received beyond the handshake, decrypted. */
const guint8 *shoal_net_mse_get_rest (const ShoalNetMse *self, gsize *len);

/* After DONE: how many of the bytes to come are encrypted still; G_MAXUINT64: all. */
guint64 shoal_net_mse_get_encrypted_left (const ShoalNetMse *self);

/* After DONE: the ciphers, as the next bytes need them; the caller wipes its copies. */
void
shoal_net_mse_get_ciphers (const ShoalNetMse *self, ShoalNetCipher *send, ShoalNetCipher *receive);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalNetMse, shoal_net_mse_free)

G_END_DECLS
