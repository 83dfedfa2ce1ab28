/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-private.h"

/* How a DHT node gets to know others and keeps knowing them. */

/* Whoever knows so many that live needs no bootstrap nodes. */
#define HEALTHY_NODES SHOAL_DISCOVER_DHT_K

/* Until it is looked at again: while all is well; while it is not, this and then twice, four times
 * … up to the last. */
#define HEALTH_USEC          (5 * 60 * (gint64) G_USEC_PER_SEC)
#define BAD_HEALTH_USEC      (4 * (gint64) G_USEC_PER_SEC)
#define MAX_BAD_HEALTH_SHIFT 6

/* While nobody is known, one that answers is a reason to look at once. */
#define HURRY_USEC ((gint64) G_USEC_PER_SEC)

/* The own place is looked for anew so often, and up to a quarter later. */
#define SELF_USEC (30 * 60 * (gint64) G_USEC_PER_SEC)

/* Between two that are asked whether they are still there. */
#define REFRESH_USEC     (3 * (gint64) G_USEC_PER_SEC)
#define MAX_REFRESH_USEC (60 * (gint64) G_USEC_PER_SEC)

/* Between two pings of hints: the first few go out fast, so that a start is short. */
#define N_FAST_PINGS   16
#define FAST_PING_USEC (G_USEC_PER_SEC / 10)
#define PING_USEC      ((gint64) G_USEC_PER_SEC)

#define EXPIRE_USEC (5 * 60 * (gint64) G_USEC_PER_SEC)

void
shoal_discover_dht_upkeep_init (ShoalDiscoverDhtNode *self, gint64 now_usec)
{
  self->health_usec = self->refresh_usec = self->hint_usec = now_usec;
  self->self_usec = now_usec + SELF_USEC;
  self->expire_usec = now_usec + EXPIRE_USEC;
}

static gboolean
contains (const GArray *addresses, const ShoalBaseAddress *address)
{
  guint i;

  for (i = 0; i < addresses->len; i++)
    if (shoal_base_address_equal (&g_array_index (addresses, ShoalBaseAddress, i), address))
      return TRUE;
  return FALSE;
}

gboolean
shoal_discover_dht_upkeep_is_router (const ShoalDiscoverDhtNode *self,
                                     const ShoalBaseAddress     *address)
{
  return contains (self->routers, address);
}

void
shoal_discover_dht_node_add_router (ShoalDiscoverDhtNode   *self,
                                    const ShoalBaseAddress *address,
                                    gboolean                is_public,
                                    gint64                  now_usec)
{
  ShoalCodecKrpcQuery  query = { .method = SHOAL_CODEC_KRPC_FIND_NODE, .target = self->id };
  ShoalDiscoverDhtCall call = { .to = *address, .purpose = SHOAL_DISCOVER_DHT_CALL_ROUTER };

  if (address->family != self->options.family || address->port == 0 ||
      shoal_discover_dht_calls_has (self->calls, address))
    return;
  if (is_public && !contains (self->routers, address))
    {
      if (self->routers->len == SHOAL_DISCOVER_DHT_MAX_ROUTERS)
        g_array_remove_index (self->routers, 0);
      g_array_append_val (self->routers, *address);
    }
  shoal_discover_dht_node_ask (self, &query, &call, now_usec);
}

void
shoal_discover_dht_node_add_hint (ShoalDiscoverDhtNode *self, const ShoalBaseAddress *address)
{
  if (address->family != self->options.family || address->port == 0 ||
      self->hints->len >= SHOAL_DISCOVER_DHT_MAX_HINTS || contains (self->hints, address) ||
      contains (self->routers, address))
    return;
  g_array_append_val (self->hints, *address);
}

void
shoal_discover_dht_upkeep_on_router (ShoalDiscoverDhtNode        *self,
                                     const ShoalDiscoverDhtCall  *call,
                                     const ShoalCodecKrpcMessage *reply,
                                     gint64                       now_usec)
{
  ShoalCodecKrpcNode nodes[SHOAL_CODEC_KRPC_MAX_NODES];
  guint              n_named =
      shoal_codec_krpc_read_nodes (reply, self->options.family, nodes, G_N_ELEMENTS (nodes));
  guint n = 0, i;

  for (i = 0; i < n_named; i++)
    if (!shoal_sha1_equal (&nodes[i].id, &self->id) &&
        shoal_discover_dht_node_may_name_node (self, &nodes[i].address, &call->to))
      nodes[n++] = nodes[i];
  shoal_discover_dht_lookup_self (self, nodes, n, now_usec);
}

void
shoal_discover_dht_upkeep_on_named (ShoalDiscoverDhtNode        *self,
                                    const ShoalBaseAddress      *teller,
                                    const ShoalCodecKrpcMessage *reply)
{
  ShoalCodecKrpcNode nodes[SHOAL_CODEC_KRPC_MAX_NODES];
  guint n = shoal_codec_krpc_read_nodes (reply, self->options.family, nodes, G_N_ELEMENTS (nodes));
  guint i;

  for (i = 0; i < n; i++)
    if (shoal_discover_dht_table_has_place (self->table, &nodes[i].id, &nodes[i].address) &&
        shoal_discover_dht_node_may_name_node (self, &nodes[i].address, teller))
      shoal_discover_dht_node_add_hint (self, &nodes[i].address);
}

void
shoal_discover_dht_upkeep_on_vote (ShoalDiscoverDhtNode   *self,
                                   const ShoalBaseAddress *voter,
                                   const ShoalBaseAddress *choice,
                                   gint64                  now_usec)
{
  if (!shoal_discover_dht_votes_add (&self->votes, voter, choice))
    return;
  if (!shoal_discover_dht_id_is_compliant (&self->id, &self->votes.winner))
    {
      shoal_discover_dht_id_make (&self->id, &self->votes.winner, &self->random);
      shoal_discover_dht_table_set_own_id (self->table, &self->id);
      shoal_discover_dht_lookup_self (self, NULL, 0, now_usec);
    }
  self->ops->found_external (self->owner, &self->votes.winner);
}

/* With whoever is left from the last run first, with bootstrap nodes when those do not do. */
static void
review_health (ShoalDiscoverDhtNode *self, gint64 now_usec)
{
  guint n_known = shoal_discover_dht_table_get_size (self->table);
  guint n_sure = shoal_discover_dht_table_count_sure (self->table);

  if (self->is_joined && n_sure >= HEALTHY_NODES)
    {
      self->n_bad_health = 0;
      self->health_usec = now_usec + HEALTH_USEC;
      return;
    }
  self->health_usec =
      now_usec + (BAD_HEALTH_USEC << MIN (self->n_bad_health, MAX_BAD_HEALTH_SHIFT));
  if (n_known > 0)
    shoal_discover_dht_lookup_self (self, NULL, 0, now_usec);
  if (n_known == 0 || (n_sure < HEALTHY_NODES && self->n_bad_health > 0))
    self->ops->wants_routers (self->owner);
  self->n_bad_health++;
}

void
shoal_discover_dht_upkeep_hurry (ShoalDiscoverDhtNode *self, gint64 now_usec)
{
  self->n_bad_health = 0;
  self->health_usec = MIN (self->health_usec, now_usec + HURRY_USEC);
}

static void
ping_hint (ShoalDiscoverDhtNode *self, gint64 now_usec)
{
  ShoalCodecKrpcQuery  query = { .method = SHOAL_CODEC_KRPC_PING };
  ShoalDiscoverDhtCall call = { .purpose = SHOAL_DISCOVER_DHT_CALL_PING };

  call.to = g_array_index (self->hints, ShoalBaseAddress, 0);
  g_array_remove_index (self->hints, 0);
  self->hint_usec = now_usec + (++self->n_pings <= N_FAST_PINGS ? FAST_PING_USEC : PING_USEC);
  if (!shoal_discover_dht_calls_has (self->calls, &call.to))
    shoal_discover_dht_node_ask (self, &query, &call, now_usec);
}

/* One who was not heard of for long is asked for something in its own corner: that shows whether it
 * is there, and brings new nodes for its bucket. */
static void
refresh (ShoalDiscoverDhtNode *self, gint64 now_usec)
{
  ShoalCodecKrpcQuery  query = { .method = SHOAL_CODEC_KRPC_FIND_NODE };
  ShoalDiscoverDhtCall call = { .purpose = SHOAL_DISCOVER_DHT_CALL_PING, .has_id = TRUE };
  guint                n_shared = 0;
  gint64               wake_usec;

  const ShoalDiscoverDhtContact *contact =
      shoal_discover_dht_table_choose_stale (self->table, now_usec, &n_shared, &wake_usec);

  if (contact == NULL)
    {
      self->refresh_usec = CLAMP (wake_usec, now_usec + REFRESH_USEC, now_usec + MAX_REFRESH_USEC);
      return;
    }
  self->refresh_usec = now_usec + REFRESH_USEC;
  call.to = contact->address;
  call.id = contact->id;
  shoal_discover_dht_id_make_near (
      &query.target, &self->id, MIN (n_shared, SHOAL_DISCOVER_DHT_ID_BITS - 1), &self->random);
  shoal_discover_dht_node_ask (self, &query, &call, now_usec);
}

void
shoal_discover_dht_upkeep_advance (ShoalDiscoverDhtNode *self, gint64 now_usec)
{
  if (now_usec >= self->health_usec)
    review_health (self, now_usec);
  if (self->hints->len > 0 && now_usec >= self->hint_usec)
    ping_hint (self, now_usec);
  if (now_usec >= self->refresh_usec)
    refresh (self, now_usec);
  if (now_usec >= self->self_usec)
    {
      self->self_usec =
          now_usec + SELF_USEC + shoal_base_random_below (&self->random, SELF_USEC / 4);
      if (shoal_discover_dht_table_get_size (self->table) > 0)
        shoal_discover_dht_lookup_self (self, NULL, 0, now_usec);
    }
  if (now_usec >= self->expire_usec)
    {
      self->expire_usec = now_usec + EXPIRE_USEC;
      shoal_discover_dht_peers_expire (self->peers, now_usec);
    }
}

gint64
shoal_discover_dht_upkeep_get_deadline (ShoalDiscoverDhtNode *self)
{
  gint64 deadline_usec = MIN (self->health_usec, self->self_usec);

  if (self->hints->len > 0)
    deadline_usec = MIN (deadline_usec, self->hint_usec);
  if (shoal_discover_dht_table_get_size (self->table) > 0)
    deadline_usec = MIN (deadline_usec, self->refresh_usec);
  return deadline_usec;
}
