/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-private.h"

#include <string.h>

ShoalDiscoverDhtNode *
shoal_discover_dht_node_new (const ShoalDiscoverDhtNodeOptions *options,
                             const ShoalDiscoverDhtNodeOps     *ops,
                             gpointer                           owner,
                             gint64                             now_usec)
{
  ShoalDiscoverDhtNode *self = g_new0 (ShoalDiscoverDhtNode, 1);

  self->options = *options;
  self->ops = ops;
  self->owner = owner;
  shoal_discover_dht_secret_init (&self->secret, options->seed, now_usec);
  shoal_base_random_init (&self->random, shoal_discover_dht_secret_draw (&self->secret));
  shoal_discover_dht_id_make (&self->id, NULL, &self->random);
  self->table = shoal_discover_dht_table_new (&self->id);
  self->calls = shoal_discover_dht_calls_new ();
  self->peers = shoal_discover_dht_peers_new ();
  self->memory = shoal_discover_dht_memory_new ();
  self->reader = shoal_codec_bencode_new ();
  self->out = g_byte_array_sized_new (SHOAL_CODEC_KRPC_MAX_PACKET);
  self->hints = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  self->routers = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  shoal_base_list_init (&self->lookups);
  shoal_discover_dht_plan_init (&self->plan, &self->random);
  shoal_discover_dht_upkeep_init (self, now_usec);
  return self;
}

void
shoal_discover_dht_node_free (ShoalDiscoverDhtNode *self)
{
  SHOAL_BASE_LIST_FOREACH (&self->lookups, node)
  shoal_discover_dht_lookup_free (self, SHOAL_BASE_LIST_ENTRY (node, ShoalDiscoverDhtLookup, link));
  if (self->other != NULL && self->other->other == self)
    self->other->other = NULL;
  shoal_discover_dht_plan_clear (&self->plan);
  shoal_discover_dht_table_free (self->table);
  shoal_discover_dht_calls_free (self->calls);
  shoal_discover_dht_peers_free (self->peers);
  shoal_discover_dht_memory_free (self->memory);
  shoal_codec_bencode_free (self->reader);
  g_byte_array_unref (self->out);
  g_array_unref (self->hints);
  g_array_unref (self->routers);
  g_free (self);
}

void
shoal_discover_dht_node_set_other (ShoalDiscoverDhtNode *self, ShoalDiscoverDhtNode *other)
{
  self->other = other;
}

void
shoal_discover_dht_node_send (ShoalDiscoverDhtNode *self, const ShoalBaseAddress *to)
{
  self->stats.n_sent++;
  self->stats.bytes_sent += self->out->len;
  self->ops->send (self->owner, to, self->out->data, self->out->len);
}

gboolean
shoal_discover_dht_node_ask (ShoalDiscoverDhtNode *self,
                             ShoalCodecKrpcQuery  *query,
                             ShoalDiscoverDhtCall *call,
                             gint64                now_usec)
{
  call->transaction = (guint32) shoal_discover_dht_secret_draw (&self->secret);
  call->sent_usec = now_usec;
  if (!shoal_discover_dht_calls_open (self->calls, call))
    return FALSE;
  query->id = self->id;
  query->transaction = call->transaction;
  query->is_read_only = self->options.is_read_only;
  shoal_codec_krpc_write_query (self->out, query);
  self->stats.n_queries++;
  shoal_discover_dht_node_send (self, &call->to);
  shoal_discover_dht_table_on_asked (self->table, &call->to, now_usec);
  return TRUE;
}

static gboolean
may_name (ShoalDiscoverDhtNode   *self,
          const ShoalBaseAddress *address,
          const ShoalBaseAddress *teller,
          guint16                 first_port)
{
  if (address->port >= first_port &&
      shoal_base_policy_allows (
          address, SHOAL_BASE_POLICY_WORD_STRANGER, teller, self->options.allow_local))
    return TRUE;
  self->stats.n_refused_addresses++;
  return FALSE;
}

gboolean
shoal_discover_dht_node_may_name_peer (ShoalDiscoverDhtNode   *self,
                                       const ShoalBaseAddress *address,
                                       const ShoalBaseAddress *teller)
{
  return may_name (self, address, teller, SHOAL_DISCOVER_DHT_FIRST_PEER_PORT);
}

gboolean
shoal_discover_dht_node_may_name_node (ShoalDiscoverDhtNode   *self,
                                       const ShoalBaseAddress *address,
                                       const ShoalBaseAddress *teller)
{
  return may_name (self, address, teller, SHOAL_DISCOVER_DHT_FIRST_NODE_PORT);
}

/* Nodes of the other family that were told along: for the node of that family, if it needs some. */
static void
hand_over (ShoalDiscoverDhtNode        *self,
           const ShoalBaseAddress      *from,
           const ShoalCodecKrpcMessage *reply)
{
  ShoalCodecKrpcNode nodes[SHOAL_CODEC_KRPC_MAX_NODES];
  guint              n, i;

  if (self->other == NULL)
    return;
  n = shoal_codec_krpc_read_nodes (reply, self->other->options.family, nodes, G_N_ELEMENTS (nodes));
  for (i = 0; i < n; i++)
    if (shoal_discover_dht_table_has_place (self->other->table, &nodes[i].id, &nodes[i].address) &&
        shoal_discover_dht_node_may_name_node (self, &nodes[i].address, from))
      shoal_discover_dht_node_add_hint (self->other, &nodes[i].address);
}

static void
handle_failure (ShoalDiscoverDhtNode *self, const ShoalDiscoverDhtCall *call, gint64 now_usec)
{
  shoal_discover_dht_table_on_failure (self->table, &call->to, now_usec);
  if (call->owner != NULL)
    shoal_discover_dht_lookup_on_loss (self, call, TRUE, now_usec);
}

static void
handle_reply (ShoalDiscoverDhtNode        *self,
              const ShoalDiscoverDhtCall  *call,
              const ShoalCodecKrpcMessage *reply,
              gint64                       now_usec)
{
  guint rtt_ms = (guint) ((now_usec - call->sent_usec) / 1000);

  if (call->has_id && !shoal_sha1_equal (&call->id, &reply->id))
    {
      self->stats.n_wrong_id++;
      handle_failure (self, call, now_usec);
      return;
    }
  if (!shoal_discover_dht_upkeep_is_router (self, &call->to))
    shoal_discover_dht_table_on_reply (self->table, &reply->id, &call->to, rtt_ms, now_usec);
  if (reply->external.family != 0)
    shoal_discover_dht_upkeep_on_vote (self, &call->to, &reply->external, now_usec);
  hand_over (self, &call->to, reply);
  if (call->purpose == SHOAL_DISCOVER_DHT_CALL_ROUTER)
    shoal_discover_dht_upkeep_on_router (self, call, reply, now_usec);
  else if (call->purpose == SHOAL_DISCOVER_DHT_CALL_ANNOUNCE)
    self->stats.n_told++;
  else if (call->purpose == SHOAL_DISCOVER_DHT_CALL_PING)
    {
      shoal_discover_dht_upkeep_on_named (self, &call->to, reply);
      if (!self->is_joined)
        shoal_discover_dht_upkeep_hurry (self, now_usec);
    }
  else if (call->owner != NULL)
    shoal_discover_dht_lookup_on_reply (self, call, reply, now_usec);
}

/* FALSE: nobody was asked. */
static gboolean
handle_answer (ShoalDiscoverDhtNode        *self,
               const ShoalBaseAddress      *from,
               const ShoalCodecKrpcMessage *message,
               gint64                       now_usec)
{
  ShoalDiscoverDhtCall call;
  guint32              transaction;

  if (!shoal_codec_krpc_get_transaction (message, &transaction))
    {
      self->stats.n_unasked++;
      return FALSE;
    }
  switch (shoal_discover_dht_calls_take (self->calls, transaction, from, &call))
    {
    case SHOAL_DISCOVER_DHT_CALL_UNKNOWN:
      self->stats.n_unasked++;
      return FALSE;
    case SHOAL_DISCOVER_DHT_CALL_WRONG_ENDPOINT:
      self->stats.n_wrong_endpoint++;
      return FALSE;
    case SHOAL_DISCOVER_DHT_CALL_FOUND:
      break;
    }
  if (message->kind == SHOAL_CODEC_KRPC_REPLY)
    handle_reply (self, &call, message, now_usec);
  else if (call.purpose != SHOAL_DISCOVER_DHT_CALL_ANNOUNCE) /* to refuse that is its right */
    handle_failure (self, &call, now_usec);
  return TRUE;
}

gboolean
shoal_discover_dht_node_on_packet (ShoalDiscoverDhtNode   *self,
                                   const ShoalBaseAddress *from,
                                   const guint8           *data,
                                   gsize                   len,
                                   gint64                  now_usec)
{
  ShoalCodecKrpcMessage message;

  self->stats.n_received++;
  if (!shoal_codec_krpc_parse (self->reader, data, len, &message) || from->port == 0)
    {
      self->stats.n_junk++;
      return FALSE;
    }
  if (message.kind != SHOAL_CODEC_KRPC_QUERY)
    return handle_answer (self, from, &message, now_usec);
  if (!shoal_discover_dht_flood_admit (&self->flood, from, now_usec))
    self->stats.n_flooding++;
  else
    shoal_discover_dht_answer (self, from, &message, now_usec);
  return TRUE;
}

static void
expire_calls (ShoalDiscoverDhtNode *self, gint64 now_usec)
{
  ShoalDiscoverDhtCall call;

  while (shoal_discover_dht_calls_expire (self->calls, now_usec, &call))
    if (!call.is_late)
      handle_failure (self, &call, now_usec);
    else if (call.owner != NULL)
      shoal_discover_dht_lookup_on_loss (self, &call, FALSE, now_usec);
}

void
shoal_discover_dht_node_advance (ShoalDiscoverDhtNode *self, gint64 now_usec)
{
  expire_calls (self, now_usec);
  shoal_discover_dht_upkeep_advance (self, now_usec);
  if (self->is_joined)
    shoal_discover_dht_lookup_begin_due (self, now_usec);
}

gint64
shoal_discover_dht_node_get_deadline (ShoalDiscoverDhtNode *self)
{
  gint64 deadline_usec = shoal_discover_dht_calls_get_deadline (self->calls);

  deadline_usec = MIN (deadline_usec, shoal_discover_dht_upkeep_get_deadline (self));
  if (self->is_joined)
    deadline_usec = MIN (deadline_usec, shoal_discover_dht_plan_get_deadline (&self->plan));
  return deadline_usec;
}

void
shoal_discover_dht_node_set_port (ShoalDiscoverDhtNode *self, guint16 port, gboolean is_mapped)
{
  self->options.port = port;
  self->is_port_mapped = is_mapped != FALSE;
}

void
shoal_discover_dht_node_set_read_only (ShoalDiscoverDhtNode *self, gboolean is_read_only)
{
  self->options.is_read_only = is_read_only != FALSE;
}

void
shoal_discover_dht_node_add_member (ShoalDiscoverDhtNode   *self,
                                    ShoalDiscoverDhtMember *member,
                                    gboolean                is_lacking,
                                    gint64                  now_usec)
{
  shoal_discover_dht_plan_add (&self->plan, &member->item, is_lacking, now_usec);
}

void
shoal_discover_dht_node_remove_member (ShoalDiscoverDhtNode *self, ShoalDiscoverDhtMember *member)
{
  if (member->lookup != NULL)
    shoal_discover_dht_lookup_free (self, member->lookup);
  shoal_discover_dht_memory_forget (self->memory, member);
  shoal_discover_dht_plan_remove (&self->plan, &member->item);
}

void
shoal_discover_dht_node_set_lacking (ShoalDiscoverDhtNode   *self,
                                     ShoalDiscoverDhtMember *member,
                                     gboolean                is_lacking,
                                     gint64                  now_usec)
{
  shoal_discover_dht_plan_set_lacking (&self->plan, &member->item, is_lacking, now_usec);
}

const ShoalSha1 *
shoal_discover_dht_node_get_id (const ShoalDiscoverDhtNode *self)
{
  return &self->id;
}

guint
shoal_discover_dht_node_count_sure (const ShoalDiscoverDhtNode *self)
{
  return shoal_discover_dht_table_count_sure (self->table);
}

ShoalDiscoverDhtTable *
shoal_discover_dht_node_get_table (ShoalDiscoverDhtNode *self)
{
  return self->table;
}

gboolean
shoal_discover_dht_node_is_joining (const ShoalDiscoverDhtNode *self)
{
  return !self->is_joined;
}

void
shoal_discover_dht_node_get_stats (const ShoalDiscoverDhtNode *self, ShoalDiscoverDhtStats *out)
{
  *out = self->stats;
}
