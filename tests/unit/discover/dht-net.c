/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dht-net.h"

#include <string.h>

#define MIN_DELAY_USEC (15 * 1000)
#define MAX_DELAY_USEC (180 * 1000)

#define N_NAMED 8

typedef struct
{
  ShoalBaseHeapNode due;
  ShoalBaseAddress  from;
  ShoalBaseAddress  to;
  gsize             len;
  guint8            data[];
} Packet;

struct _DhtNet
{
  ShoalBaseRandom    random;
  ShoalBaseHeap     *packets;
  ShoalBaseHeap     *hosts_due;
  GPtrArray         *hosts; /* owned, of DhtHost */
  GHashTable        *by_address;
  ShoalCodecBencode *reader;
  GByteArray        *out;
  DhtNetWatchFunc    watch;
  gpointer           watch_owner;
  gint64             now_usec;
  guint64            n_packets;
  guint              loss_permille;
  int                family;
};

DhtNet *
dht_net_new (guint64 seed, int family, guint loss_permille)
{
  DhtNet *self = g_new0 (DhtNet, 1);

  shoal_base_random_init (&self->random, seed);
  self->packets = shoal_base_heap_new ();
  self->hosts_due = shoal_base_heap_new ();
  self->hosts = g_ptr_array_new_with_free_func (g_free);
  self->by_address = g_hash_table_new (shoal_base_address_hash, shoal_base_address_equal_key);
  self->reader = shoal_codec_bencode_new ();
  self->out = g_byte_array_new ();
  self->now_usec = 1000 * G_USEC_PER_SEC;
  self->loss_permille = loss_permille;
  self->family = family;
  return self;
}

void
dht_net_free (DhtNet *self)
{
  ShoalBaseHeapNode *node;
  guint              i;

  for (i = 0; i < self->hosts->len; i++)
    dht_net_kill (dht_net_get (self, i));
  while ((node = shoal_base_heap_peek (self->packets)) != NULL)
    {
      shoal_base_heap_remove (self->packets, node);
      g_free (node);
    }
  shoal_base_heap_free (self->packets);
  shoal_base_heap_free (self->hosts_due);
  g_ptr_array_unref (self->hosts);
  g_hash_table_unref (self->by_address);
  shoal_codec_bencode_free (self->reader);
  g_byte_array_unref (self->out);
  g_free (self);
}

gint64
dht_net_get_now (const DhtNet *self)
{
  return self->now_usec;
}

ShoalBaseRandom *
dht_net_get_random (DhtNet *self)
{
  return &self->random;
}

guint
dht_net_get_size (const DhtNet *self)
{
  return self->hosts->len;
}

guint64
dht_net_get_n_packets (const DhtNet *self)
{
  return self->n_packets;
}

DhtHost *
dht_net_get (DhtNet *self, guint index)
{
  return g_ptr_array_index (self->hosts, index);
}

void
dht_net_watch (DhtNet *self, DhtNetWatchFunc func, gpointer owner)
{
  self->watch = func;
  self->watch_owner = owner;
}

void
dht_net_send (DhtNet                 *self,
              const ShoalBaseAddress *from,
              const ShoalBaseAddress *to,
              const guint8           *data,
              gsize                   len)
{
  Packet *packet;

  self->n_packets++;
  if (self->watch != NULL)
    self->watch (self->watch_owner, g_hash_table_lookup (self->by_address, from), len);
  if (shoal_base_random_below (&self->random, 1000) < self->loss_permille)
    return;
  packet = g_malloc (sizeof *packet + len);
  *packet = (Packet){ .from = *from, .to = *to, .len = len };
  memcpy (packet->data, data, len);
  shoal_base_heap_set (
      self->packets,
      &packet->due,
      self->now_usec + MIN_DELAY_USEC +
          shoal_base_random_below (&self->random, MAX_DELAY_USEC - MIN_DELAY_USEC));
}

static void
send_cb (gpointer owner, const ShoalBaseAddress *to, const guint8 *data, gsize len)
{
  DhtHost *host = owner;

  g_assert_cmpuint (len, <=, SHOAL_CODEC_KRPC_MAX_PACKET);
  dht_net_send (host->net, &host->address, to, data, len);
}

static void
wants_routers_cb (gpointer owner)
{
  DhtHost *host = owner;
  guint    i;

  host->n_router_wishes++;
  for (i = 0; i < 2 && i < host->net->hosts->len; i++)
    if (dht_net_get (host->net, i) != host)
      shoal_discover_dht_node_add_router (
          host->node, &dht_net_get (host->net, i)->address, FALSE, host->net->now_usec);
}

static void
found_external_cb (gpointer owner, const ShoalBaseAddress *ip)
{
  DhtHost *host = owner;

  g_assert_true (shoal_base_address_equal_ip (ip, &host->address));
  host->external = *ip;
}

static const ShoalDiscoverDhtNodeOps ops = { send_cb, wants_routers_cb, found_external_cb };

void
dht_net_touch (DhtHost *host)
{
  gint64 due_usec = shoal_discover_dht_node_get_deadline (host->node);

  shoal_base_heap_set (host->net->hosts_due, &host->due, due_usec);
}

static ShoalBaseAddress
make_address (DhtNet *self, guint i)
{
  const guint8 ip4[4] = {
    (guint8) (20 + i % 60), (guint8) (i / 60 % 250), (guint8) (i * 7 % 250), (guint8) (1 + i % 250)
  };
  guint8           ip6[16] = { 0x20, 0x01, 0x04, 0x70 };
  ShoalBaseAddress address;

  ip6[4] = (guint8) (i >> 8);
  ip6[5] = (guint8) i;
  ip6[15] = 1;
  if (self->family == AF_INET6)
    shoal_base_address_init_ipv6 (&address, ip6, 6881);
  else
    shoal_base_address_init_ipv4 (&address, ip4, 6881);
  return address;
}

/* Liars ask as well, so that others get to know them. */
static void
knock (DhtHost *host)
{
  ShoalCodecKrpcQuery query = { .method = SHOAL_CODEC_KRPC_PING, .id = host->id };
  guint               i;

  for (i = 0; i < 4; i++)
    {
      DhtHost *to = dht_net_get (
          host->net, shoal_base_random_below (&host->net->random, host->net->hosts->len));

      shoal_codec_krpc_write_query (host->net->out, &query);
      dht_net_send (
          host->net, &host->address, &to->address, host->net->out->data, host->net->out->len);
    }
}

DhtHost *
dht_net_add (DhtNet *self, DhtHostKind kind)
{
  DhtHost                    *host = g_new0 (DhtHost, 1);
  ShoalDiscoverDhtNodeOptions options = { .family = self->family };
  guint                       i;

  host->net = self;
  host->kind = kind;
  host->index = self->hosts->len;
  host->address = make_address (self, host->index);
  host->is_alive = TRUE;
  options.port = host->address.port;
  for (i = 0; i < sizeof options.seed; i++)
    options.seed[i] = (guint8) shoal_base_random_below (&self->random, 256);
  g_ptr_array_add (self->hosts, host);
  g_assert_true (g_hash_table_insert (self->by_address, &host->address, host));
  if (kind <= DHT_HOST_LOOSE)
    {
      host->node = shoal_discover_dht_node_new (&options, &ops, host, self->now_usec);
      dht_net_touch (host);
      return host;
    }
  shoal_discover_dht_id_make (&host->id, &host->address, &self->random);
  shoal_base_heap_set (self->hosts_due, &host->due, self->now_usec);
  return host;
}

DhtHost *
dht_net_choose (DhtNet *self)
{
  for (;;)
    {
      DhtHost *host = dht_net_get (self, shoal_base_random_below (&self->random, self->hosts->len));

      if (host->node != NULL)
        return host;
    }
}

void
dht_net_kill (DhtHost *host)
{
  host->is_alive = FALSE;
  shoal_base_heap_remove (host->net->hosts_due, &host->due);
  g_clear_pointer (&host->node, shoal_discover_dht_node_free);
}

/* What a sybil calls itself when @target is looked for. */
static ShoalSha1
make_close (const ShoalSha1 *target, guint index)
{
  ShoalSha1 id = *target;

  id.bytes[17] ^= (guint8) (index >> 8);
  id.bytes[18] ^= (guint8) index;
  id.bytes[19] ^= 1;
  return id;
}

/* Somewhere close to @target, at an address that nobody has, by BEP 42. */
static void
invent (DhtNet *self, const ShoalSha1 *target, ShoalCodecKrpcNode *out)
{
  guint8 ip[4] = { 99, 0, 0, 0 };
  guint  i;

  for (i = 1; i < 4; i++)
    ip[i] = (guint8) shoal_base_random_below (&self->random, 256);
  shoal_base_address_init_ipv4 (&out->address, ip, 6881);
  shoal_discover_dht_id_make (&out->id, &out->address, &self->random);
  if (shoal_base_random_below (&self->random, 2) == 0)
    shoal_discover_dht_id_make_near (&out->id, target, 40, &self->random);
}

static void
fill_nodes (DhtHost *host, const ShoalSha1 *target, ShoalCodecKrpcNode nodes[N_NAMED])
{
  DhtNet *net = host->net;
  guint   n = 0;

  while (n < N_NAMED)
    {
      DhtHost *other = dht_net_get (net, shoal_base_random_below (&net->random, net->hosts->len));

      if (host->kind == DHT_HOST_INVENTOR)
        invent (net, target, &nodes[n++]);
      else if (host->kind != DHT_HOST_SYBIL || other->kind == DHT_HOST_SYBIL)
        {
          nodes[n].id =
              other->kind == DHT_HOST_SYBIL ? make_close (target, other->index) : other->id;
          nodes[n++].address = other->address;
        }
    }
}

static void
lie (DhtHost *host, const ShoalBaseAddress *from, const ShoalCodecKrpcMessage *query)
{
  ShoalBaseAddress     peers[20];
  ShoalCodecKrpcNode   nodes[N_NAMED];
  guint8               token[4] = { 'l', 'i', 'a', 'r' };
  ShoalCodecKrpcAnswer answer = { .transaction = query->transaction,
                                  .id = host->id,
                                  .nodes4 = nodes,
                                  .n_nodes4 = N_NAMED,
                                  .token = { token, sizeof token },
                                  .external = host->address, /* that too */
                                  .has_nodes4 = query->has_target };
  guint                i;

  if (host->kind == DHT_HOST_CHANGER)
    shoal_discover_dht_id_make (&answer.id, NULL, &host->net->random);
  if (host->kind == DHT_HOST_SYBIL && query->has_target)
    answer.id = make_close (&query->target, host->index);
  if (query->has_target)
    fill_nodes (host, &query->target, nodes);
  if (query->method == SHOAL_CODEC_KRPC_GET_PEERS && host->kind != DHT_HOST_HOLE)
    {
      for (i = 0; i < G_N_ELEMENTS (peers); i++)
        {
          ShoalCodecKrpcNode made_up;

          invent (host->net, &query->target, &made_up);
          peers[i] = made_up.address;
        }
      answer.peers = peers;
      answer.n_peers = G_N_ELEMENTS (peers);
    }
  shoal_codec_krpc_write_answer (host->net->out, &answer);
  dht_net_send (host->net, &host->address, from, host->net->out->data, host->net->out->len);
}

static void
deliver_to_liar (DhtHost *host, const Packet *packet)
{
  ShoalCodecKrpcMessage message;

  if (shoal_codec_krpc_parse (host->net->reader, packet->data, packet->len, &message) &&
      message.kind == SHOAL_CODEC_KRPC_QUERY)
    lie (host, &packet->from, &message);
}

/* Who is of an older kind does not hear how others see it, so that it keeps its id. */
static gsize
hide_external (Packet *packet)
{
  static const char begin[] = "d2:ip6:";
  const gsize       taken = sizeof begin - 1 - 1 + 6;

  if (packet->len < sizeof begin + 6 || memcmp (packet->data, begin, sizeof begin - 1) != 0)
    return 0;
  packet->data[taken] = 'd';
  return taken;
}

static void
deliver (DhtNet *self, Packet *packet)
{
  DhtHost *host = g_hash_table_lookup (self->by_address, &packet->to);
  gsize    hidden = 0;

  if (host == NULL || !host->is_alive)
    return;
  if (host->node == NULL)
    {
      deliver_to_liar (host, packet);
      return;
    }
  if (host->kind == DHT_HOST_LOOSE)
    hidden = hide_external (packet);
  shoal_discover_dht_node_on_packet (
      host->node, &packet->from, packet->data + hidden, packet->len - hidden, self->now_usec);
  dht_net_touch (host);
}

static gint64
get_key (ShoalBaseHeap *heap)
{
  ShoalBaseHeapNode *node = shoal_base_heap_peek (heap);

  return node != NULL ? node->key : G_MAXINT64;
}

static void
run_host (DhtNet *self)
{
  DhtHost *host = (DhtHost *) (gpointer) ((guint8 *) shoal_base_heap_peek (self->hosts_due) -
                                          G_STRUCT_OFFSET (DhtHost, due));

  if (host->node == NULL)
    {
      knock (host);
      shoal_base_heap_set (
          self->hosts_due, &host->due, self->now_usec + 5 * (gint64) G_USEC_PER_SEC);
      return;
    }
  shoal_discover_dht_node_advance (host->node, self->now_usec);
  /* What was due is not due again: time would stand still. */
  g_assert_cmpint (shoal_discover_dht_node_get_deadline (host->node), >, self->now_usec);
  dht_net_touch (host);
}

void
dht_net_run (DhtNet *self, gint64 duration_usec)
{
  gint64 end_usec = self->now_usec + duration_usec;

  for (;;)
    {
      gint64  packet_usec = get_key (self->packets), host_usec = get_key (self->hosts_due);
      Packet *packet;

      if (MIN (packet_usec, host_usec) > end_usec)
        break;
      self->now_usec = MAX (self->now_usec, MIN (packet_usec, host_usec));
      if (host_usec <= packet_usec)
        {
          run_host (self);
          continue;
        }
      packet = (Packet *) (gpointer) shoal_base_heap_peek (self->packets);
      shoal_base_heap_remove (self->packets, &packet->due);
      deliver (self, packet);
      g_free (packet);
    }
  self->now_usec = end_usec;
}
