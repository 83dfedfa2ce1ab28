/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht.h"

#include "base/shoal-base-policy.h"
#include "discover/shoal-discover-names.h"

/* Where all the world begins. */
static const char *const public_routers[] = {
  "dht.libtorrent.org:25401",
  "router.bittorrent.com:6881",
  "router.utorrent.com:6881",
  "dht.transmissionbt.com:6881",
  NULL,
};

/* Who knows so many needs none that torrents name. */
#define ENOUGH_NODES 64

/* Between two words about changed numbers. */
#define TELL_USEC (2 * (gint64) G_USEC_PER_SEC)

/* The node of one family. */
typedef struct
{
  ShoalDiscoverDht     *dht; /* unowned: contains this */
  int                   family;
  ShoalDiscoverDhtNode *node;     /* owned; NULL: there is no endpoint */
  ShoalNetEndpoint     *endpoint; /* unowned: the session's */
  ShoalNetTimer         timer;
  GBytes               *state;       /* owned until there is a node */
  guint16               mapped_port; /* by which peers reach it; 0: none was told */
} Slot;

struct _ShoalDiscoverDht
{
  ShoalNetReactor              *reactor; /* unowned: outlives us */
  const ShoalDiscoverDhtEvents *events;
  gpointer                      owner;   /* unowned: frees us before it goes */
  char                        **routers; /* owned; NULL: the public ones */
  ShoalDiscoverNames           *names;   /* owned */
  Slot                          slots[2];
  ShoalBaseList                 torrents;
  gint64                        told_usec;
  guint                         n_told;

  guint allow_local : 1;
  guint is_read_only : 1;
  guint was_joined : 1;
};

static gint64
get_now (const ShoalDiscoverDht *self)
{
  return shoal_net_reactor_get_now (self->reactor);
}

static Slot *
get_slot (ShoalDiscoverDht *self, int family)
{
  return &self->slots[family == AF_INET6];
}

guint
shoal_discover_dht_count_nodes (const ShoalDiscoverDht *self)
{
  guint n = 0, i;

  for (i = 0; i < G_N_ELEMENTS (self->slots); i++)
    if (self->slots[i].node != NULL)
      n += shoal_discover_dht_node_count_sure (self->slots[i].node);
  return n;
}

gboolean
shoal_discover_dht_is_joined (const ShoalDiscoverDht *self)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (self->slots); i++)
    if (self->slots[i].node != NULL && !shoal_discover_dht_node_is_joining (self->slots[i].node))
      return TRUE;
  return FALSE;
}

static void
tell (ShoalDiscoverDht *self, gint64 now_usec)
{
  guint    n = shoal_discover_dht_count_nodes (self);
  gboolean is_joined = shoal_discover_dht_is_joined (self);

  if (now_usec < self->told_usec + TELL_USEC ||
      (n == self->n_told && is_joined == self->was_joined))
    return;
  self->told_usec = now_usec;
  self->n_told = n;
  self->was_joined = is_joined != FALSE;
  self->events->changed (self->owner);
}

static void
arm (Slot *slot)
{
  gint64 due_usec = shoal_discover_dht_node_get_deadline (slot->node);

  if (due_usec == G_MAXINT64)
    shoal_net_reactor_timer_clear (slot->dht->reactor, &slot->timer);
  else if (!shoal_net_reactor_timer_is_set (&slot->timer) || slot->timer.node.key != due_usec)
    shoal_net_reactor_timer_set (slot->dht->reactor, &slot->timer, due_usec);
}

static void
on_timer (gpointer owner, gint64 now_usec)
{
  Slot *slot = owner;

  shoal_discover_dht_node_advance (slot->node, now_usec);
  arm (slot);
  tell (slot->dht, now_usec);
}

static gboolean
on_datagram (gpointer owner, const ShoalBaseAddress *from, const guint8 *data, gsize len)
{
  Slot    *slot = owner;
  gboolean was_ours =
      shoal_discover_dht_node_on_packet (slot->node, from, data, len, get_now (slot->dht));

  arm (slot);
  return was_ours;
}

static const ShoalNetUdpOps udp_ops = { on_datagram, NULL };

static void
send_cb (gpointer owner, const ShoalBaseAddress *to, const guint8 *data, gsize len)
{
  Slot *slot = owner;

  shoal_net_udp_send (shoal_net_endpoint_get_udp (slot->endpoint), to, data, len);
}

static void
add_router (Slot *slot, const ShoalBaseAddress *address)
{
  ShoalDiscoverDht   *self = slot->dht;
  gboolean            is_public = self->routers == NULL;
  ShoalBasePolicyWord word =
      is_public ? SHOAL_BASE_POLICY_WORD_STRANGER : SHOAL_BASE_POLICY_WORD_PERSON;

  if (shoal_base_policy_allows (address, word, NULL, self->allow_local))
    shoal_discover_dht_node_add_router (slot->node, address, is_public, get_now (self));
}

static void
routers_cb (gpointer                owner,
            const ShoalBaseAddress *addresses,
            guint                   n,
            const ShoalBaseAddress *teller)
{
  Slot *slot = owner;
  guint i;

  for (i = 0; i < n; i++)
    add_router (slot, &addresses[i]);
  arm (slot);
}

static void
wants_routers_cb (gpointer owner)
{
  Slot              *slot = owner;
  ShoalDiscoverDht  *self = slot->dht;
  const char *const *routers =
      self->routers != NULL ? (const char *const *) self->routers : public_routers;
  guint i;

  shoal_discover_names_forget (self->names, slot);
  for (i = 0; routers[i] != NULL; i++)
    {
      g_autofree char           *host = NULL;
      ShoalDiscoverNamesQuestion question = { .family = slot->family };
      ShoalBaseAddress           address;

      if (!shoal_base_address_split_host_port (routers[i], &host, &question.port))
        continue;
      if (shoal_base_address_parse_ip (&address, host))
        {
          address.port = question.port;
          add_router (slot, &address);
          continue;
        }
      question.host = host;
      shoal_discover_names_ask (self->names, &question, routers_cb, slot);
    }
}

static void
found_external_cb (gpointer owner, const ShoalBaseAddress *ip)
{
  ShoalDiscoverDht *self = ((Slot *) owner)->dht;

  self->events->found_external (self->owner, ip);
}

static const ShoalDiscoverDhtNodeOps node_ops = { send_cb, wants_routers_cb, found_external_cb };

/* g_strdupv() would take no constant ones. */
static char **
dup_texts (const char *const *texts)
{
  GPtrArray *copy = g_ptr_array_new ();

  for (; *texts != NULL; texts++)
    g_ptr_array_add (copy, g_strdup (*texts));
  g_ptr_array_add (copy, NULL);
  return (char **) g_ptr_array_free (copy, FALSE);
}

ShoalDiscoverDht *
shoal_discover_dht_new (ShoalNetReactor               *reactor,
                        const ShoalDiscoverDhtOptions *options,
                        const ShoalDiscoverDhtEvents  *events,
                        gpointer                       owner)
{
  ShoalDiscoverDht *self = g_new0 (ShoalDiscoverDht, 1);
  guint             i;

  self->reactor = reactor;
  self->events = events;
  self->owner = owner;
  self->allow_local = options->allow_local;
  self->is_read_only = options->is_read_only;
  if (options->routers != NULL && options->routers[0] != NULL)
    self->routers = dup_texts (options->routers);
  self->names = shoal_discover_names_new (reactor);
  shoal_base_list_init (&self->torrents);
  for (i = 0; i < G_N_ELEMENTS (self->slots); i++)
    {
      self->slots[i].dht = self;
      self->slots[i].family = i == 0 ? AF_INET : AF_INET6;
      shoal_net_reactor_timer_init (&self->slots[i].timer, on_timer, &self->slots[i]);
    }
  return self;
}

void
shoal_discover_dht_free (ShoalDiscoverDht *self)
{
  guint i;

  SHOAL_BASE_LIST_FOREACH (&self->torrents, node)
  shoal_discover_dht_remove (self, SHOAL_BASE_LIST_ENTRY (node, ShoalDiscoverDhtTorrent, link));
  shoal_discover_names_free (self->names);
  for (i = 0; i < G_N_ELEMENTS (self->slots); i++)
    {
      Slot *slot = &self->slots[i];

      if (slot->endpoint != NULL)
        shoal_net_udp_register (
            shoal_net_endpoint_get_udp (slot->endpoint), SHOAL_NET_UDP_DHT, NULL, NULL);
      shoal_net_reactor_timer_clear (self->reactor, &slot->timer);
      g_clear_pointer (&slot->node, shoal_discover_dht_node_free);
      g_clear_pointer (&slot->state, g_bytes_unref);
    }
  g_strfreev (self->routers);
  g_free (self);
}

void
shoal_discover_dht_restore (ShoalDiscoverDht *self, int family, GBytes *state)
{
  Slot *slot = get_slot (self, family);

  g_clear_pointer (&slot->state, g_bytes_unref);
  slot->state = g_bytes_ref (state);
}

GBytes *
shoal_discover_dht_dup_state (ShoalDiscoverDht *self, int family)
{
  Slot *slot = get_slot (self, family);

  return slot->node != NULL ? shoal_discover_dht_node_dup_state (slot->node) : NULL;
}

static void
add_member (Slot *slot, ShoalDiscoverDhtTorrent *torrent)
{
  shoal_discover_dht_node_add_member (slot->node,
                                      &torrent->members[slot->family == AF_INET6],
                                      torrent->is_lacking,
                                      get_now (slot->dht));
}

static void
make_node (Slot *slot)
{
  ShoalDiscoverDht *self = slot->dht;
  Slot             *other = get_slot (self, slot->family == AF_INET6 ? AF_INET : AF_INET6);
  ShoalDiscoverDhtNodeOptions options = { .family = slot->family,
                                          .allow_local = self->allow_local,
                                          .is_read_only = self->is_read_only };

  shoal_base_random_secure (options.seed, sizeof options.seed);
  slot->node = shoal_discover_dht_node_new (&options, &node_ops, slot, get_now (self));
  if (slot->state != NULL)
    shoal_discover_dht_node_restore (slot->node, slot->state);
  g_clear_pointer (&slot->state, g_bytes_unref);
  if (other->node != NULL)
    {
      shoal_discover_dht_node_set_other (slot->node, other->node);
      shoal_discover_dht_node_set_other (other->node, slot->node);
    }
  SHOAL_BASE_LIST_FOREACH (&self->torrents, node)
  add_member (slot, SHOAL_BASE_LIST_ENTRY (node, ShoalDiscoverDhtTorrent, link));
}

void
shoal_discover_dht_set_endpoint (ShoalDiscoverDht *self, ShoalNetEndpoint *endpoint)
{
  Slot *slot = get_slot (self, shoal_net_endpoint_get_address (endpoint)->family);

  if (slot->endpoint != NULL)
    shoal_net_udp_register (
        shoal_net_endpoint_get_udp (slot->endpoint), SHOAL_NET_UDP_DHT, NULL, NULL);
  slot->endpoint = endpoint;
  slot->mapped_port = 0;
  if (slot->node == NULL)
    make_node (slot);
  shoal_discover_dht_node_set_port (slot->node, shoal_net_endpoint_get_port (endpoint), FALSE);
  shoal_net_udp_register (shoal_net_endpoint_get_udp (endpoint), SHOAL_NET_UDP_DHT, &udp_ops, slot);
  arm (slot);
}

gboolean
shoal_discover_dht_has_endpoint (const ShoalDiscoverDht *self, const ShoalNetEndpoint *endpoint)
{
  return self->slots[0].endpoint == endpoint || self->slots[1].endpoint == endpoint;
}

/* Others would go to a wrong port until the next turn of each. */
static void
announce_anew (Slot *slot)
{
  SHOAL_BASE_LIST_FOREACH (&slot->dht->torrents, node)
  {
    ShoalDiscoverDhtTorrent *torrent = SHOAL_BASE_LIST_ENTRY (node, ShoalDiscoverDhtTorrent, link);

    shoal_discover_dht_node_remove_member (slot->node, &torrent->members[slot->family == AF_INET6]);
    add_member (slot, torrent);
  }
  arm (slot);
}

void
shoal_discover_dht_set_port (ShoalDiscoverDht *self, int family, guint16 port)
{
  Slot *slot = get_slot (self, family);

  if (slot->node == NULL || slot->mapped_port == port)
    return;
  slot->mapped_port = port;
  if (port == 0)
    {
      shoal_discover_dht_node_set_port (
          slot->node, shoal_net_endpoint_get_port (slot->endpoint), FALSE);
      return;
    }
  shoal_discover_dht_node_set_port (slot->node, port, TRUE);
  announce_anew (slot);
}

void
shoal_discover_dht_set_read_only (ShoalDiscoverDht *self, gboolean is_read_only)
{
  guint i;

  self->is_read_only = is_read_only != FALSE;
  for (i = 0; i < G_N_ELEMENTS (self->slots); i++)
    if (self->slots[i].node != NULL)
      shoal_discover_dht_node_set_read_only (self->slots[i].node, is_read_only);
}

void
shoal_discover_dht_add_hint (ShoalDiscoverDht *self, const ShoalBaseAddress *address)
{
  Slot *slot = get_slot (self, address->family);

  if (slot->node == NULL ||
      !shoal_base_policy_allows (
          address, SHOAL_BASE_POLICY_WORD_STRANGER, address, self->allow_local))
    return;
  shoal_discover_dht_node_add_hint (slot->node, address);
  arm (slot);
}

static void
named_cb (gpointer                owner,
          const ShoalBaseAddress *addresses,
          guint                   n,
          const ShoalBaseAddress *teller)
{
  ShoalDiscoverDht *self = owner;
  guint             i;

  for (i = 0; i < n; i++)
    if (shoal_base_policy_allows (
            &addresses[i], SHOAL_BASE_POLICY_WORD_STRANGER, NULL, self->allow_local))
      shoal_discover_dht_add_hint (self, &addresses[i]);
}

void
shoal_discover_dht_add_named (ShoalDiscoverDht *self, const char *host, guint16 port)
{
  ShoalDiscoverNamesQuestion question = { .host = host, .port = port };
  ShoalBaseAddress           address;

  if (shoal_discover_dht_count_nodes (self) >= ENOUGH_NODES)
    return;
  if (shoal_base_address_parse_ip (&address, host))
    {
      address.port = port;
      named_cb (self, &address, 1, NULL);
    }
  else
    shoal_discover_names_ask (self->names, &question, named_cb, self);
}

void
shoal_discover_dht_add (ShoalDiscoverDht         *self,
                        ShoalDiscoverDhtTorrent  *torrent,
                        const ShoalSwarmKey      *key,
                        ShoalDiscoverDhtFoundFunc func,
                        gpointer                  owner)
{
  guint i;

  g_return_if_fail (!torrent->is_in);
  torrent->is_in = TRUE;
  shoal_base_list_init (&torrent->link);
  shoal_base_list_append (&self->torrents, &torrent->link);
  for (i = 0; i < G_N_ELEMENTS (self->slots); i++)
    {
      torrent->members[i] = (ShoalDiscoverDhtMember){ .key = *key, .func = func, .owner = owner };
      if (self->slots[i].node == NULL)
        continue;
      add_member (&self->slots[i], torrent);
      arm (&self->slots[i]);
    }
}

void
shoal_discover_dht_remove (ShoalDiscoverDht *self, ShoalDiscoverDhtTorrent *torrent)
{
  guint i;

  if (!torrent->is_in)
    return;
  torrent->is_in = torrent->is_lacking = FALSE;
  shoal_base_list_remove (&torrent->link);
  for (i = 0; i < G_N_ELEMENTS (self->slots); i++)
    if (self->slots[i].node != NULL)
      shoal_discover_dht_node_remove_member (self->slots[i].node, &torrent->members[i]);
}

void
shoal_discover_dht_set_lacking (ShoalDiscoverDht        *self,
                                ShoalDiscoverDhtTorrent *torrent,
                                gboolean                 is_lacking)
{
  guint i;

  if (!torrent->is_in || torrent->is_lacking == (is_lacking != FALSE))
    return;
  torrent->is_lacking = is_lacking != FALSE;
  for (i = 0; i < G_N_ELEMENTS (self->slots); i++)
    {
      Slot *slot = &self->slots[i];

      if (slot->node == NULL)
        continue;
      shoal_discover_dht_node_set_lacking (
          slot->node, &torrent->members[i], torrent->is_lacking, get_now (self));
      arm (slot);
    }
}

gboolean
shoal_discover_dht_has_torrents (const ShoalDiscoverDht *self)
{
  return !shoal_base_list_is_empty (&self->torrents);
}

void
shoal_discover_dht_get_stats (const ShoalDiscoverDht *self, int family, ShoalDiscoverDhtStats *out)
{
  const Slot *slot = &self->slots[family == AF_INET6];

  *out = (ShoalDiscoverDhtStats){ 0 };
  if (slot->node != NULL)
    shoal_discover_dht_node_get_stats (slot->node, out);
}
