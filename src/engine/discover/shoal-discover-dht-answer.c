/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-private.h"

/* What others ask of a DHT node, and what it says. */

/* More peers of IPv4 do not fit a packet. */
#define MAX_PEERS 100

/* Spends of what all others may have together, and sends what is in self->out. */
static void
reply (ShoalDiscoverDhtNode *self, const ShoalBaseAddress *to, gint64 now_usec)
{
  if (!shoal_discover_dht_flood_spend (&self->flood, self->out->len, now_usec))
    {
      self->stats.n_flooding++;
      return;
    }
  self->stats.n_answered++;
  shoal_discover_dht_node_send (self, to);
}

static void
refuse (ShoalDiscoverDhtNode        *self,
        const ShoalBaseAddress      *from,
        const ShoalCodecKrpcMessage *query,
        int                          code,
        const char                  *text,
        gint64                       now_usec)
{
  shoal_codec_krpc_write_error (self->out, &query->transaction, code, text);
  reply (self, from, now_usec);
}

/* Those closest to what is asked for, but none that @from could not reach, or should not. */
static guint
choose_nodes (ShoalDiscoverDhtNode        *self,
              const ShoalBaseAddress      *from,
              const ShoalCodecKrpcMessage *query,
              ShoalCodecKrpcNode           out[SHOAL_DISCOVER_DHT_K])
{
  const ShoalDiscoverDhtContact *closest[2 * SHOAL_DISCOVER_DHT_K];
  guint                          n_closest = shoal_discover_dht_table_find_closest (
      self->table, &query->target, TRUE, closest, G_N_ELEMENTS (closest));
  guint n = 0, i;

  for (i = 0; i < n_closest && n < SHOAL_DISCOVER_DHT_K; i++)
    {
      if (shoal_base_address_equal (&closest[i]->address, from) ||
          !shoal_base_policy_allows (&closest[i]->address,
                                     SHOAL_BASE_POLICY_WORD_STRANGER,
                                     from,
                                     self->options.allow_local))
        continue;
      out[n].id = closest[i]->id;
      out[n++].address = closest[i]->address;
    }
  return n;
}

/* The nodes of both families, as far as they are wanted (BEP 32). */
typedef struct
{
  ShoalCodecKrpcNode nodes4[SHOAL_DISCOVER_DHT_K];
  ShoalCodecKrpcNode nodes6[SHOAL_DISCOVER_DHT_K];
} Nodes;

static void
add_nodes (ShoalDiscoverDhtNode        *self,
           const ShoalBaseAddress      *from,
           const ShoalCodecKrpcMessage *query,
           Nodes                       *nodes,
           ShoalCodecKrpcAnswer        *answer)
{
  gboolean              is_ipv6 = self->options.family == AF_INET6;
  ShoalDiscoverDhtNode *node4 = is_ipv6 ? self->other : self;
  ShoalDiscoverDhtNode *node6 = is_ipv6 ? self : self->other;
  ShoalCodecKrpcWant    want = query->want;

  if (want == SHOAL_CODEC_KRPC_WANT_NONE)
    want = is_ipv6 ? SHOAL_CODEC_KRPC_WANT_IPV6 : SHOAL_CODEC_KRPC_WANT_IPV4;
  answer->has_nodes4 = (want & SHOAL_CODEC_KRPC_WANT_IPV4) && node4 != NULL;
  answer->has_nodes6 = (want & SHOAL_CODEC_KRPC_WANT_IPV6) && node6 != NULL;
  answer->nodes4 = nodes->nodes4;
  answer->nodes6 = nodes->nodes6;
  if (answer->has_nodes4)
    answer->n_nodes4 = choose_nodes (node4, from, query, nodes->nodes4);
  if (answer->has_nodes6)
    answer->n_nodes6 = choose_nodes (node6, from, query, nodes->nodes6);
}

static guint
choose_peers (ShoalDiscoverDhtNode        *self,
              const ShoalBaseAddress      *from,
              const ShoalCodecKrpcMessage *query,
              ShoalBaseAddress             out[MAX_PEERS])
{
  guint n_picked =
      shoal_discover_dht_peers_pick (self->peers, &query->target, &self->random, out, MAX_PEERS);
  guint n = 0, i;

  for (i = 0; i < n_picked; i++)
    if (shoal_base_policy_allows (
            &out[i], SHOAL_BASE_POLICY_WORD_STRANGER, from, self->options.allow_local))
      out[n++] = out[i];
  return n;
}

static void
answer_query (ShoalDiscoverDhtNode        *self,
              const ShoalBaseAddress      *from,
              const ShoalCodecKrpcMessage *query,
              gint64                       now_usec)
{
  ShoalCodecKrpcAnswer answer = { .transaction = query->transaction,
                                  .id = self->id,
                                  .external = *from };
  Nodes                nodes;
  ShoalBaseAddress     peers[MAX_PEERS];
  guint8               token[SHOAL_DISCOVER_DHT_TOKEN_SIZE];

  if (query->has_target && query->method != SHOAL_CODEC_KRPC_ANNOUNCE_PEER)
    add_nodes (self, from, query, &nodes, &answer);
  if (query->method == SHOAL_CODEC_KRPC_GET_PEERS)
    {
      answer.peers = peers;
      answer.n_peers = choose_peers (self, from, query, peers);
      if (shoal_discover_dht_peers_has_room (self->peers, &query->target, from))
        {
          shoal_discover_dht_secret_make_token (
              &self->secret, from, &query->target, now_usec, token);
          answer.token = (ShoalCodecKrpcBytes){ token, sizeof token };
        }
    }
  shoal_codec_krpc_write_answer (self->out, &answer);
  reply (self, from, now_usec);
}

static void
handle_announce (ShoalDiscoverDhtNode        *self,
                 const ShoalBaseAddress      *from,
                 const ShoalCodecKrpcMessage *query,
                 gint64                       now_usec)
{
  ShoalBaseAddress peer = *from;

  if (!shoal_discover_dht_secret_check_token (
          &self->secret, from, &query->target, now_usec, query->token.data, query->token.len))
    {
      self->stats.n_bad_tokens++;
      refuse (self, from, query, SHOAL_CODEC_KRPC_ERROR_PROTOCOL, "bad token", now_usec);
      return;
    }
  if (!query->implied_port)
    peer.port = query->port;
  if (peer.port < SHOAL_DISCOVER_DHT_FIRST_PEER_PORT)
    {
      refuse (self, from, query, SHOAL_CODEC_KRPC_ERROR_PROTOCOL, "nobody listens there", now_usec);
      return;
    }
  if (!shoal_discover_dht_peers_add (self->peers, &query->target, &peer, now_usec))
    {
      refuse (self, from, query, SHOAL_CODEC_KRPC_ERROR_GENERIC, "no room", now_usec);
      return;
    }
  self->stats.n_stored++;
  answer_query (self, from, query, now_usec);
}

void
shoal_discover_dht_answer (ShoalDiscoverDhtNode        *self,
                           const ShoalBaseAddress      *from,
                           const ShoalCodecKrpcMessage *query,
                           gint64                       now_usec)
{
  if (self->options.is_read_only)
    return;
  if (query->has_id && !query->is_read_only &&
      shoal_discover_dht_table_on_query (self->table, &query->id, from, now_usec) &&
      shoal_discover_dht_node_may_name_node (self, from, from))
    shoal_discover_dht_node_add_hint (self, from);
  if (query->is_incomplete)
    refuse (self,
            from,
            query,
            SHOAL_CODEC_KRPC_ERROR_PROTOCOL,
            "something that this method needs is missing",
            now_usec);
  else if (query->method == SHOAL_CODEC_KRPC_ANNOUNCE_PEER)
    handle_announce (self, from, query, now_usec);
  else if (query->method == SHOAL_CODEC_KRPC_OTHER && !query->has_target)
    refuse (self, from, query, SHOAL_CODEC_KRPC_ERROR_METHOD, "unknown method", now_usec);
  else
    answer_query (self, from, query, now_usec);
}
