/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer/shoal-peer-context.h"

/* One read: with what is left of a block before it, a quarter of what a peer may bring in a turn.
 */
#define SCRATCH_SIZE (64 * 1024)

struct _ShoalPeerContext
{
  ShoalNetReactor   *reactor; /* unowned: outlives us */
  ShoalBasePool     *pool;    /* unowned: outlives us */
  ShoalCodecBencode *bencode; /* owned */
  char              *client;  /* owned */
  guint8            *scratch; /* owned */
  ShoalPeerLanding   landing; /* its blocks are the pool's */
  guint              n_peers;

  ShoalNetSecurityTerms security; /* of incoming ones */
};

ShoalPeerContext *
shoal_peer_context_new (ShoalNetReactor *reactor, ShoalBasePool *pool, const char *client)
{
  ShoalPeerContext *self = g_new0 (ShoalPeerContext, 1);

  self->reactor = reactor;
  self->pool = pool;
  self->bencode = shoal_codec_bencode_new ();
  self->client = g_strdup (client);
  self->scratch = g_malloc (SCRATCH_SIZE);
  self->security.accepts_bare = TRUE;
  return self;
}

void
shoal_peer_context_free (ShoalPeerContext *self)
{
  g_warn_if_fail (self->n_peers == 0);
  shoal_peer_landing_clear (&self->landing, self->pool);
  shoal_codec_bencode_free (self->bencode);
  g_free (self->client);
  g_free (self->scratch);
  g_free (self);
}

ShoalNetReactor *
shoal_peer_context_get_reactor (ShoalPeerContext *self)
{
  return self->reactor;
}

ShoalBasePool *
shoal_peer_context_get_pool (ShoalPeerContext *self)
{
  return self->pool;
}

const char *
shoal_peer_context_get_client (const ShoalPeerContext *self)
{
  return self->client;
}

guint8 *
shoal_peer_context_get_scratch (ShoalPeerContext *self, gsize *size)
{
  *size = SCRATCH_SIZE;
  return self->scratch;
}

ShoalPeerLanding *
shoal_peer_context_get_landing (ShoalPeerContext *self)
{
  return &self->landing;
}

ShoalCodecBencode *
shoal_peer_context_get_bencode (ShoalPeerContext *self)
{
  return self->bencode;
}

void
shoal_peer_context_set_security (ShoalPeerContext *self, const ShoalNetSecurityTerms *incoming)
{
  self->security = *incoming;
}

const ShoalNetSecurityTerms *
shoal_peer_context_get_security (const ShoalPeerContext *self)
{
  return &self->security;
}

guint
shoal_peer_context_get_n_peers (const ShoalPeerContext *self)
{
  return self->n_peers;
}

void
shoal_peer_context_count_peer (ShoalPeerContext *self, int change)
{
  self->n_peers += (guint) change;
  if (self->n_peers == 0)
    shoal_peer_landing_clear (&self->landing, self->pool);
}
