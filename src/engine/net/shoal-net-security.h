/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-ids.h"

G_BEGIN_DECLS

/* Message stream encryption, as far as who uses a stream has to do with it. It makes a connection
 * look like noise to who does not know the torrent; who does can read it. */

/* How a stream goes on after the handshake of the encryption; the bits of the protocol. */
enum
{
  SHOAL_NET_METHOD_PLAIN = 1 << 0,
  SHOAL_NET_METHOD_RC4 = 1 << 1,
};

/* How far it came with one stream. */
typedef enum
{
  SHOAL_NET_SECURITY_NONE,     /* never asked for, or the remote did not want it */
  SHOAL_NET_SECURITY_ASKED,    /* under way; the remote has not answered */
  SHOAL_NET_SECURITY_ANSWERED, /* under way; the remote has sent a public key */
  SHOAL_NET_SECURITY_HIDDEN,   /* the handshake was encrypted, what follows is not */
  SHOAL_NET_SECURITY_RC4,
} ShoalNetSecurity;

typedef enum
{
  SHOAL_NET_KEY_UNKNOWN,
  SHOAL_NET_KEY_FOUND,
  SHOAL_NET_KEY_LATER, /* perhaps; it is asked again when there is more to know */
} ShoalNetKeyAnswer;

/* What an incoming stream may be. */
typedef struct
{
  guint8 methods; /* that are agreed to; 0: no encryption at all */

  guint prefers_rc4 : 1;  /* where the remote offers both */
  guint accepts_bare : 1; /* a stream that is not encrypted at all */
} ShoalNetSecurityTerms;

/* Which torrent it is whose shoal_net_mse_hash_key() is @hash: sets *key if it is found. *terms are
 * those of the stream, and may be set to those of that torrent. */
typedef ShoalNetKeyAnswer (*ShoalNetKeyFunc) (gpointer               owner,
                                              const ShoalSha1       *hash,
                                              ShoalSwarmKey         *key,
                                              ShoalNetSecurityTerms *terms);

G_END_DECLS
