/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-private.h"

#include <string.h>

/* Searches of a DHT node: for its own place, and for the peers of its members. */

/* Nodes of the table that a search begins with; one for the own place may have to find the few that
 * are left from the last run. */
#define MAX_SEEDS      (2 * SHOAL_DISCOVER_DHT_K)
#define MAX_SELF_SEEDS 64

/* Peers that one lookup tells of: in all, of one global host (IPv6: one /64), and on the word of
 * one node. A node can name whom it likes, and each that is told of is connected to. */
#define MAX_TOLD         1000
#define MAX_TOLD_OF_HOST 2
#define MAX_TOLD_BY_ONE  50

/* Below so many the node of the other family is helped by our searches. */
#define FEW_NODES 32

void
shoal_discover_dht_lookup_free (ShoalDiscoverDhtNode *self, ShoalDiscoverDhtLookup *lookup)
{
  if (lookup->member != NULL)
    lookup->member->lookup = NULL;
  shoal_discover_dht_calls_forget (self->calls, lookup);
  shoal_base_list_remove (&lookup->link);
  shoal_discover_dht_search_free (lookup->search);
  g_hash_table_unref (lookup->told);
  g_hash_table_unref (lookup->hosts);
  g_free (lookup);
}

static ShoalDiscoverDhtLookup *
lookup_new (ShoalDiscoverDhtNode *self, ShoalDiscoverDhtLookupKind kind, const ShoalSha1 *target)
{
  ShoalDiscoverDhtLookup        *lookup = g_new0 (ShoalDiscoverDhtLookup, 1);
  const ShoalDiscoverDhtContact *seeds[MAX_SELF_SEEDS];
  guint                          n, i;

  lookup->kind = kind;
  lookup->search = shoal_discover_dht_search_new (target);
  lookup->told =
      g_hash_table_new_full (shoal_base_address_hash, shoal_base_address_equal_key, g_free, NULL);
  lookup->hosts =
      g_hash_table_new_full (shoal_base_address_hash, shoal_base_address_equal_key, g_free, NULL);
  shoal_base_list_append (&self->lookups, &lookup->link);
  n = shoal_discover_dht_table_find_closest (self->table,
                                             target,
                                             FALSE,
                                             seeds,
                                             kind == SHOAL_DISCOVER_DHT_LOOKUP_SELF ? MAX_SELF_SEEDS
                                                                                    : MAX_SEEDS);
  for (i = 0; i < n; i++)
    {
      ShoalCodecKrpcNode node = { seeds[i]->id, seeds[i]->address };

      shoal_discover_dht_search_add (lookup->search, &node, NULL);
    }
  return lookup;
}

/* Which nodes an answer is to name: ours, and those of the other family if it is in need. */
static ShoalCodecKrpcWant
get_want (const ShoalDiscoverDhtNode *self)
{
  if (self->other == NULL || shoal_discover_dht_table_count_sure (self->other->table) >= FEW_NODES)
    return SHOAL_CODEC_KRPC_WANT_NONE;
  return SHOAL_CODEC_KRPC_WANT_IPV4 | SHOAL_CODEC_KRPC_WANT_IPV6;
}

static gboolean
ask (ShoalDiscoverDhtNode   *self,
     ShoalDiscoverDhtLookup *lookup,
     ShoalDiscoverDhtStep   *step,
     gint64                  now_usec)
{
  ShoalCodecKrpcQuery query = {
    .method = lookup->kind == SHOAL_DISCOVER_DHT_LOOKUP_MEMBER ? SHOAL_CODEC_KRPC_GET_PEERS
                                                               : SHOAL_CODEC_KRPC_FIND_NODE,
    .target = *shoal_discover_dht_search_get_target (lookup->search),
    .want = get_want (self),
  };
  ShoalDiscoverDhtCall call = {
    .to = step->node.address,
    .id = step->node.id,
    .has_id = TRUE,
    .purpose = SHOAL_DISCOVER_DHT_CALL_SEARCH,
    .owner = lookup,
    .step = step,
  };

  return shoal_discover_dht_node_ask (self, &query, &call, now_usec);
}

static void
announce (ShoalDiscoverDhtNode *self, ShoalDiscoverDhtLookup *lookup, gint64 now_usec)
{
  ShoalDiscoverDhtStep *steps[2 * SHOAL_DISCOVER_DHT_K];
  guint                 n, i;

  if (self->options.port == 0)
    return;
  n = shoal_discover_dht_search_get_closest (lookup->search, steps, G_N_ELEMENTS (steps));
  for (i = 0; i < n; i++)
    {
      ShoalCodecKrpcQuery query = {
        .method = SHOAL_CODEC_KRPC_ANNOUNCE_PEER,
        .target = *shoal_discover_dht_search_get_target (lookup->search),
        .token = { steps[i]->token, steps[i]->token_len },
        .port = self->options.port,
        .implied_port = !self->is_port_mapped,
      };
      ShoalDiscoverDhtCall call = {
        .to = steps[i]->node.address,
        .id = steps[i]->node.id,
        .has_id = TRUE,
        .purpose = SHOAL_DISCOVER_DHT_CALL_ANNOUNCE,
      };

      shoal_discover_dht_node_ask (self, &query, &call, now_usec);
    }
}

static void
remember (ShoalDiscoverDhtNode *self, ShoalDiscoverDhtLookup *lookup)
{
  ShoalDiscoverDhtStep *steps[SHOAL_DISCOVER_DHT_MEMORY_NODES];
  ShoalCodecKrpcNode    nodes[SHOAL_DISCOVER_DHT_MEMORY_NODES];
  guint n = shoal_discover_dht_search_get_closest (lookup->search, steps, G_N_ELEMENTS (steps));
  guint i;

  for (i = 0; i < n; i++)
    nodes[i] = steps[i]->node;
  if (n > 0)
    shoal_discover_dht_memory_keep (self->memory, lookup->member, nodes, n);
}

/* Where the last lookup ended this one need not search: it begins there. Not while peers are
 * lacking: on the long way there may be some. */
static void
recall (ShoalDiscoverDhtNode *self, ShoalDiscoverDhtLookup *lookup)
{
  ShoalCodecKrpcNode nodes[SHOAL_DISCOVER_DHT_MEMORY_NODES];
  guint              n, i;

  if (lookup->member->item.is_lacking)
    return;
  n = shoal_discover_dht_memory_recall (self->memory, lookup->member, nodes);
  for (i = 0; i < n; i++)
    shoal_discover_dht_search_add (lookup->search, &nodes[i], NULL);
}

/* Frees it. */
static void
finish (ShoalDiscoverDhtNode *self, ShoalDiscoverDhtLookup *lookup, gint64 now_usec)
{
  guint n_answered = shoal_discover_dht_search_get_n_answered (lookup->search);

  if (lookup->kind == SHOAL_DISCOVER_DHT_LOOKUP_MEMBER)
    {
      self->stats.n_lookups++;
      self->stats.n_lookup_queries += shoal_discover_dht_search_get_n_asked (lookup->search);
      announce (self, lookup, now_usec);
      remember (self, lookup);
      shoal_discover_dht_plan_end (&self->plan,
                                   &lookup->member->item,
                                   shoal_discover_dht_search_get_n_asked (lookup->search),
                                   n_answered,
                                   now_usec);
    }
  else if (n_answered > 0)
    self->is_joined = TRUE;
  shoal_discover_dht_lookup_free (self, lookup);
}

/* Asks whoever is next; ends it if nobody is left. */
static void
pursue (ShoalDiscoverDhtNode *self, ShoalDiscoverDhtLookup *lookup, gint64 now_usec)
{
  ShoalDiscoverDhtStep *step;

  while ((step = shoal_discover_dht_search_next (lookup->search)) != NULL)
    if (!ask (self, lookup, step, now_usec))
      shoal_discover_dht_search_on_failure (lookup->search, step);
  if (shoal_discover_dht_search_is_done (lookup->search))
    finish (self, lookup, now_usec);
}

static ShoalDiscoverDhtLookup *
find_self (ShoalDiscoverDhtNode *self)
{
  SHOAL_BASE_LIST_FOREACH (&self->lookups, node)
  {
    ShoalDiscoverDhtLookup *lookup = SHOAL_BASE_LIST_ENTRY (node, ShoalDiscoverDhtLookup, link);

    if (lookup->kind == SHOAL_DISCOVER_DHT_LOOKUP_SELF &&
        shoal_sha1_equal (shoal_discover_dht_search_get_target (lookup->search), &self->id))
      return lookup;
  }
  return NULL;
}

void
shoal_discover_dht_lookup_self (ShoalDiscoverDhtNode     *self,
                                const ShoalCodecKrpcNode *nodes,
                                guint                     n_nodes,
                                gint64                    now_usec)
{
  ShoalDiscoverDhtLookup *lookup = find_self (self);
  guint                   i;

  if (lookup == NULL)
    lookup = lookup_new (self, SHOAL_DISCOVER_DHT_LOOKUP_SELF, &self->id);
  for (i = 0; i < n_nodes; i++)
    shoal_discover_dht_search_add (lookup->search, &nodes[i], NULL);
  pursue (self, lookup, now_usec);
}

/* FALSE: it was told before, or enough of its host were. */
static gboolean
note_told (ShoalDiscoverDhtLookup *lookup, const ShoalBaseAddress *peer)
{
  ShoalBaseAddress host = shoal_base_address_get_host (peer);
  guint            n;

  if (g_hash_table_contains (lookup->told, peer))
    return FALSE;
  if (!shoal_base_policy_is_local (peer))
    {
      n = GPOINTER_TO_UINT (g_hash_table_lookup (lookup->hosts, &host));
      if (n >= MAX_TOLD_OF_HOST)
        return FALSE;
      g_hash_table_insert (lookup->hosts, g_memdup2 (&host, sizeof host), GUINT_TO_POINTER (n + 1));
    }
  g_hash_table_add (lookup->told, g_memdup2 (peer, sizeof *peer));
  return TRUE;
}

/* Of @peers, which @found->teller has named: keeps those that it may name and that were not told
 * before. */
static void
sift_peers (ShoalDiscoverDhtNode   *self,
            ShoalDiscoverDhtLookup *lookup,
            ShoalBaseAddress       *peers,
            guint                   n_peers,
            ShoalDiscoverDhtFound  *found)
{
  guint i;

  found->peers = peers;
  for (i = 0; i < n_peers && g_hash_table_size (lookup->told) < MAX_TOLD &&
              found->n_peers < MAX_TOLD_BY_ONE;
       i++)
    if (!shoal_discover_dht_node_may_name_peer (self, &peers[i], found->teller))
      found->n_local += shoal_base_policy_is_local (&peers[i]);
    else if (note_told (lookup, &peers[i]))
      peers[found->n_peers++] = peers[i];
}

static void
tell (const ShoalDiscoverDhtMember *member, const ShoalDiscoverDhtFound *found)
{
  if (found->n_peers > 0 || found->n_local > 0)
    member->func (member->owner, found);
}

/* What was announced to ourselves counts as well: in a small network we may be the only ones who
 * know. */
static void
begin (ShoalDiscoverDhtNode *self, ShoalDiscoverDhtMember *member, gint64 now_usec)
{
  ShoalDiscoverDhtLookup *lookup =
      lookup_new (self, SHOAL_DISCOVER_DHT_LOOKUP_MEMBER, &member->key);
  ShoalBaseAddress      peers[SHOAL_CODEC_KRPC_MAX_PEERS];
  ShoalDiscoverDhtFound found = { .peers = peers, .teller = &peers[0] };
  guint                 i;

  lookup->member = member;
  member->lookup = lookup;
  found.n_peers = shoal_discover_dht_peers_pick (
      self->peers, &member->key, &self->random, peers, G_N_ELEMENTS (peers));
  for (i = 0; i < found.n_peers; i++)
    note_told (lookup, &peers[i]);
  recall (self, lookup);
  pursue (self, lookup, now_usec);
  tell (member, &found);
}

void
shoal_discover_dht_lookup_begin_due (ShoalDiscoverDhtNode *self, gint64 now_usec)
{
  ShoalDiscoverDhtPlanItem *item;

  while ((item = shoal_discover_dht_plan_take (&self->plan, now_usec)) != NULL)
    begin (self,
           (ShoalDiscoverDhtMember *) (gpointer) ((guint8 *) item -
                                                  G_STRUCT_OFFSET (ShoalDiscoverDhtMember, item)),
           now_usec);
}

static void
add_named (ShoalDiscoverDhtNode        *self,
           ShoalDiscoverDhtLookup      *lookup,
           ShoalDiscoverDhtStep        *step,
           const ShoalCodecKrpcMessage *reply)
{
  ShoalCodecKrpcNode nodes[SHOAL_CODEC_KRPC_MAX_NODES];
  guint n = shoal_codec_krpc_read_nodes (reply, self->options.family, nodes, G_N_ELEMENTS (nodes));
  guint i;

  for (i = 0; i < n; i++)
    if (!shoal_sha1_equal (&nodes[i].id, &self->id) &&
        shoal_discover_dht_node_may_name_node (self, &nodes[i].address, &step->node.address))
      shoal_discover_dht_search_add (lookup->search, &nodes[i], step);
}

void
shoal_discover_dht_lookup_on_reply (ShoalDiscoverDhtNode        *self,
                                    const ShoalDiscoverDhtCall  *call,
                                    const ShoalCodecKrpcMessage *reply,
                                    gint64                       now_usec)
{
  ShoalDiscoverDhtLookup *lookup = call->owner;
  ShoalDiscoverDhtMember *member = lookup->member;
  ShoalBaseAddress        peers[SHOAL_CODEC_KRPC_MAX_PEERS];
  ShoalDiscoverDhtFound   found = { .teller = &call->to };

  shoal_discover_dht_search_on_answer (lookup->search, call->step, &reply->token);
  add_named (self, lookup, call->step, reply);
  if (member != NULL)
    {
      guint n =
          shoal_codec_krpc_read_peers (reply, self->options.family, peers, G_N_ELEMENTS (peers));

      sift_peers (self, lookup, peers, n, &found);
    }
  pursue (self, lookup, now_usec);
  if (member != NULL)
    tell (member, &found);
}

void
shoal_discover_dht_lookup_on_loss (ShoalDiscoverDhtNode       *self,
                                   const ShoalDiscoverDhtCall *call,
                                   gboolean                    is_final,
                                   gint64                      now_usec)
{
  ShoalDiscoverDhtLookup *lookup = call->owner;

  if (is_final)
    shoal_discover_dht_search_on_failure (lookup->search, call->step);
  else
    shoal_discover_dht_search_on_late (lookup->search, call->step);
  pursue (self, lookup, now_usec);
}
