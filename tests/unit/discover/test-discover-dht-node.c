/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dht-net.h"

#include <string.h>

#define SECOND ((gint64) G_USEC_PER_SEC)

/* One node, and what it has sent. */
typedef struct
{
  ShoalDiscoverDhtNode *node;
  GPtrArray            *sent; /* owned, of GBytes */
  GArray               *to;   /* owned, of ShoalBaseAddress */
  ShoalCodecBencode    *reader;
  GByteArray           *out;
  gint64                now_usec;
  guint                 n_wishes;
  ShoalBaseAddress      external;
} Lab;

static void
send_cb (gpointer owner, const ShoalBaseAddress *to, const guint8 *data, gsize len)
{
  Lab *lab = owner;

  g_ptr_array_add (lab->sent, g_bytes_new (data, len));
  g_array_append_val (lab->to, *to);
}

static void
wants_routers_cb (gpointer owner)
{
  ((Lab *) owner)->n_wishes++;
}

static void
found_external_cb (gpointer owner, const ShoalBaseAddress *ip)
{
  ((Lab *) owner)->external = *ip;
}

static const ShoalDiscoverDhtNodeOps ops = { send_cb, wants_routers_cb, found_external_cb };

static void
lab_open (Lab *lab, const ShoalDiscoverDhtNodeOptions *options)
{
  ShoalDiscoverDhtNodeOptions usual = { .family = AF_INET, .seed = { 1 }, .port = 6881 };

  *lab = (Lab){ .now_usec = 1000 * SECOND };
  lab->sent = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  lab->to = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  lab->reader = shoal_codec_bencode_new ();
  lab->out = g_byte_array_new ();
  lab->node =
      shoal_discover_dht_node_new (options != NULL ? options : &usual, &ops, lab, lab->now_usec);
}

static void
lab_close (Lab *lab)
{
  shoal_discover_dht_node_free (lab->node);
  g_ptr_array_unref (lab->sent);
  g_array_unref (lab->to);
  shoal_codec_bencode_free (lab->reader);
  g_byte_array_unref (lab->out);
}

static void
lab_forget (Lab *lab)
{
  g_ptr_array_set_size (lab->sent, 0);
  g_array_set_size (lab->to, 0);
}

static ShoalBaseAddress
address_of (const char *text)
{
  ShoalBaseAddress address;

  g_assert_true (shoal_base_address_parse (&address, text));
  return address;
}

static gboolean
lab_receive (Lab *lab, const char *from, const void *data, gsize len)
{
  ShoalBaseAddress address = address_of (from);

  return shoal_discover_dht_node_on_packet (lab->node, &address, data, len, lab->now_usec);
}

static void
lab_ask (Lab *lab, const char *from, ShoalCodecKrpcQuery *query)
{
  query->transaction = 0x41424344;
  memset (query->id.bytes, 'q', 20);
  shoal_codec_krpc_write_query (lab->out, query);
  lab_receive (lab, from, lab->out->data, lab->out->len);
}

/* The last packet, which was the only one. */
static ShoalCodecKrpcMessage
lab_read_only_one (Lab *lab)
{
  ShoalCodecKrpcMessage message;
  gsize                 len;
  const guint8         *data;

  g_assert_cmpuint (lab->sent->len, ==, 1);
  data = g_bytes_get_data (g_ptr_array_index (lab->sent, 0), &len);
  g_assert_true (shoal_codec_krpc_parse (lab->reader, data, len, &message));
  return message;
}

/* Answers the query that was sent as number @i, as a node that seems to be at @from. */
static gboolean
lab_answer_with (Lab *lab, guint i, const ShoalBaseAddress *from, ShoalCodecKrpcAnswer answer)
{
  ShoalCodecKrpcMessage query;
  g_autoptr (GBytes) sent = g_bytes_ref (g_ptr_array_index (lab->sent, i));
  gsize         len;
  const guint8 *data = g_bytes_get_data (sent, &len);

  g_assert_true (shoal_codec_krpc_parse (lab->reader, data, len, &query));
  g_assert_cmpint (query.kind, ==, SHOAL_CODEC_KRPC_QUERY);
  answer.transaction = query.transaction;
  shoal_codec_krpc_write_answer (lab->out, &answer);
  return shoal_discover_dht_node_on_packet (
      lab->node, from, lab->out->data, lab->out->len, lab->now_usec);
}

static gboolean
lab_answer (Lab *lab, guint i, const ShoalBaseAddress *from, const ShoalSha1 *id)
{
  return lab_answer_with (lab, i, from, (ShoalCodecKrpcAnswer){ .id = *id });
}

static ShoalDiscoverDhtStats
lab_stats (Lab *lab)
{
  ShoalDiscoverDhtStats stats;

  shoal_discover_dht_node_get_stats (lab->node, &stats);
  return stats;
}

static void
test_answers (void)
{
  Lab                   lab;
  ShoalCodecKrpcMessage message;
  ShoalCodecKrpcQuery   query = { .method = SHOAL_CODEC_KRPC_PING };

  lab_open (&lab, NULL);
  lab_ask (&lab, "5.6.7.8:900", &query);
  message = lab_read_only_one (&lab);
  g_assert_cmpint (message.kind, ==, SHOAL_CODEC_KRPC_REPLY);
  g_assert_cmpmem (message.transaction.data, message.transaction.len, "ABCD", 4);
  g_assert_true (shoal_sha1_equal (&message.id, shoal_discover_dht_node_get_id (lab.node)));
  g_assert_cmpuint (message.external.port, ==, 900);
  g_assert_cmpuint (message.external.ip[0], ==, 5);
  g_assert_null (message.packed4.data);

  lab_forget (&lab);
  query.method = SHOAL_CODEC_KRPC_FIND_NODE;
  lab_ask (&lab, "5.6.7.8:900", &query);
  message = lab_read_only_one (&lab);
  g_assert_nonnull (message.packed4.data);
  g_assert_cmpuint (message.packed4.len, ==, 0);
  g_assert_null (message.packed6.data);

  /* What is not known is refused, unless it names what it looks for. */
#define UNKNOWN "d1:ad2:id20:abcdefghij0123456789%se1:q4:what1:t2:aa1:y1:qe"
  lab_forget (&lab);
  {
    g_autofree char *bare = g_strdup_printf (UNKNOWN, "");
    g_autofree char *aimed = g_strdup_printf (UNKNOWN, "6:target20:abcdefghij0123456789");

    lab_receive (&lab, "5.6.7.8:900", bare, strlen (bare));
    message = lab_read_only_one (&lab);
    g_assert_cmpint (message.error_code, ==, 204);
    lab_forget (&lab);
    lab_receive (&lab, "5.6.7.8:900", aimed, strlen (aimed));
    message = lab_read_only_one (&lab);
    g_assert_nonnull (message.packed4.data);
  }
#undef UNKNOWN
  lab_forget (&lab);
  lab_receive (&lab, "5.6.7.8:900", "d1:ade1:q4:ping1:t2:aa1:y1:qe", 29);
  message = lab_read_only_one (&lab);
  g_assert_cmpint (message.error_code, ==, 203);
  lab_close (&lab);
}

static void
test_announce (void)
{
  Lab                   lab;
  ShoalCodecKrpcMessage message;
  ShoalBaseAddress      peers[4];
  guint8                token[16];
  gsize                 token_len;
  ShoalCodecKrpcQuery   query = { .method = SHOAL_CODEC_KRPC_GET_PEERS, .target = { { 9 } } };

  lab_open (&lab, NULL);
  lab_ask (&lab, "5.6.7.8:900", &query);
  message = lab_read_only_one (&lab);
  g_assert_cmpuint (message.token.len, >, 0);
  token_len = message.token.len;
  memcpy (token, message.token.data, token_len);
  g_assert_cmpuint (shoal_codec_krpc_read_peers (&message, AF_INET, peers, 4), ==, 0);

  query.method = SHOAL_CODEC_KRPC_ANNOUNCE_PEER;
  query.token = (ShoalCodecKrpcBytes){ token, token_len };
  query.port = 1234;
  lab_forget (&lab);
  lab_ask (&lab, "6.6.7.8:900", &query); /* not its token */
  message = lab_read_only_one (&lab);
  g_assert_cmpint (message.error_code, ==, 203);
  g_assert_cmpuint (lab_stats (&lab).n_bad_tokens, ==, 1);
  lab_forget (&lab);
  lab_ask (&lab, "5.6.7.8:901", &query);
  message = lab_read_only_one (&lab);
  g_assert_cmpint (message.kind, ==, SHOAL_CODEC_KRPC_REPLY);
  query.port = 1; /* nobody could be told of that */
  lab_forget (&lab);
  lab_ask (&lab, "5.6.7.8:901", &query);
  message = lab_read_only_one (&lab);
  g_assert_cmpint (message.error_code, ==, 203);
  query.implied_port = TRUE;
  lab_ask (&lab, "5.6.7.8:902", &query);
  g_assert_cmpuint (lab_stats (&lab).n_stored, ==, 2);

  lab_forget (&lab);
  query.method = SHOAL_CODEC_KRPC_GET_PEERS;
  lab_ask (&lab, "7.6.7.8:900", &query);
  message = lab_read_only_one (&lab);
  g_assert_cmpuint (shoal_codec_krpc_read_peers (&message, AF_INET, peers, 4), ==, 2);
  g_assert_cmpuint (peers[0].port + peers[1].port, ==, 1234 + 902);
  g_assert_nonnull (message.packed4.data); /* nodes always come along */
  lab_close (&lab);
}

/* Who asks is pinged and let in, unless it says that it answers nobody. */
static void
test_read_only (void)
{
  ShoalDiscoverDhtNodeOptions options = {
    .family = AF_INET, .seed = { 1 }, .port = 6881, .is_read_only = TRUE
  };
  ShoalCodecKrpcQuery   query = { .method = SHOAL_CODEC_KRPC_PING };
  ShoalBaseAddress      router = address_of ("9.9.9.9:9");
  ShoalCodecKrpcMessage message;
  Lab                   lab;

  lab_open (&lab, NULL);
  query.is_read_only = TRUE;
  lab_ask (&lab, "5.6.7.8:900", &query);
  lab_forget (&lab);
  lab.now_usec += SECOND;
  shoal_discover_dht_node_advance (lab.node, lab.now_usec);
  g_assert_cmpuint (lab.sent->len, ==, 0);
  query.is_read_only = FALSE;
  lab_ask (&lab, "6.6.7.8:9000", &query);
  lab_forget (&lab);
  lab.now_usec += SECOND;
  shoal_discover_dht_node_advance (lab.node, lab.now_usec);
  message = lab_read_only_one (&lab);
  g_assert_cmpint (message.method, ==, SHOAL_CODEC_KRPC_PING);
  g_assert_false (message.is_read_only);
  g_assert_true (lab_answer (&lab, 0, &g_array_index (lab.to, ShoalBaseAddress, 0), &query.id));
  g_assert_cmpuint (shoal_discover_dht_node_count_sure (lab.node), ==, 1);
  lab_close (&lab);

  lab_open (&lab, &options);
  lab_ask (&lab, "5.6.7.8:900", &query);
  g_assert_cmpuint (lab.sent->len, ==, 0);
  shoal_discover_dht_node_add_router (lab.node, &router, FALSE, lab.now_usec);
  message = lab_read_only_one (&lab);
  g_assert_true (message.is_read_only);
  lab_forget (&lab);
  shoal_discover_dht_node_set_read_only (lab.node, FALSE);
  lab_ask (&lab, "5.6.7.8:900", &query);
  g_assert_cmpint (lab_read_only_one (&lab).kind, ==, SHOAL_CODEC_KRPC_REPLY);
  lab_forget (&lab);
  shoal_discover_dht_node_set_read_only (lab.node, TRUE);
  lab_ask (&lab, "5.6.7.8:900", &query);
  g_assert_cmpuint (lab.sent->len, ==, 0);
  lab_close (&lab);
}

static void
test_wrong_endpoint (void)
{
  Lab              lab;
  ShoalBaseAddress router = address_of ("9.9.9.9:9"), other = address_of ("9.9.9.9:10"),
                   stranger = address_of ("8.9.9.9:9");
  ShoalSha1 id = { { 1 } };

  lab_open (&lab, NULL);
  shoal_discover_dht_node_advance (lab.node, lab.now_usec);
  g_assert_cmpuint (lab.n_wishes, ==, 1);
  shoal_discover_dht_node_add_router (lab.node, &router, FALSE, lab.now_usec);
  g_assert_cmpuint (lab.sent->len, ==, 1);
  g_assert_false (lab_answer (&lab, 0, &other, &id));
  g_assert_false (lab_answer (&lab, 0, &stranger, &id));
  g_assert_cmpuint (lab_stats (&lab).n_wrong_endpoint, ==, 2);
  g_assert_cmpuint (shoal_discover_dht_node_count_sure (lab.node), ==, 0);
  g_assert_true (lab_answer (&lab, 0, &router, &id));
  g_assert_cmpuint (shoal_discover_dht_node_count_sure (lab.node), ==, 1);
  /* Twice is once too often. */
  g_assert_false (lab_answer (&lab, 0, &router, &id));
  g_assert_cmpuint (lab_stats (&lab).n_unasked, ==, 1);
  /* The search for our own place asks it by its id; it calls itself otherwise now. */
  g_assert_cmpuint (lab.sent->len, ==, 2);
  id.bytes[0] = 2;
  g_assert_true (lab_answer (&lab, 1, &router, &id));
  g_assert_cmpuint (lab_stats (&lab).n_wrong_id, ==, 1);
  g_assert_cmpuint (shoal_discover_dht_node_count_sure (lab.node), ==, 0);
  lab_close (&lab);
}

/* A public bootstrap node is asked and left alone. */
static void
test_public_router (void)
{
  Lab              lab;
  ShoalBaseAddress router = address_of ("9.9.9.9:9");
  ShoalSha1        id = { { 1 } };

  lab_open (&lab, NULL);
  shoal_discover_dht_node_add_router (lab.node, &router, TRUE, lab.now_usec);
  g_assert_true (lab_answer (&lab, 0, &router, &id));
  g_assert_cmpuint (shoal_discover_dht_node_count_sure (lab.node), ==, 0);
  lab_close (&lab);
}

static void
test_floods (void)
{
  Lab                 lab;
  ShoalCodecKrpcQuery query = { .method = SHOAL_CODEC_KRPC_GET_PEERS };
  ShoalBaseRandom     random;
  guint8              junk[600];
  guint               i, k;

  lab_open (&lab, NULL);
  for (i = 0; i < 5000; i++)
    lab_ask (&lab, "5.6.7.8:900", &query);
  g_assert_cmpuint (lab.sent->len, ==, 50);
  g_assert_cmpuint (lab_stats (&lab).n_flooding, ==, 4950);
  lab_forget (&lab);
  for (i = 0; i < 20000; i++) /* from everywhere */
    {
      g_autofree char *from = g_strdup_printf ("5.%u.%u.9:900", i / 250, i % 250);

      lab_ask (&lab, from, &query);
    }
  g_assert_cmpuint (lab_stats (&lab).bytes_sent, <=, 90000);
  lab_forget (&lab);
  shoal_base_random_init (&random, 5);
  for (i = 0; i < 20000; i++)
    {
      gsize len = shoal_base_random_below (&random, sizeof junk);

      for (k = 0; k < len; k++)
        junk[k] = (guint8) shoal_base_random_next (&random);
      if (len > 0)
        junk[0] = 'd';
      g_assert_false (lab_receive (&lab, "5.6.7.8:900", junk, len));
    }
  g_assert_cmpuint (lab.sent->len, ==, 0);
  g_assert_cmpuint (lab_stats (&lab).n_junk, ==, 20000);
  /* Thousands who want to be let in: a few are pinged, at their pace. */
  for (i = 0; i < 100; i++)
    {
      lab.now_usec += SECOND / 10;
      shoal_discover_dht_node_advance (lab.node, lab.now_usec);
    }
  g_assert_cmpuint (lab.sent->len, <=, 30);
  lab_close (&lab);
}

/* Addresses that a stranger may not name are neither asked nor told. */
static void
test_policy (void)
{
  static const char *const named[] = { "127.0.0.1:8080",   "10.0.0.1:8080", "169.254.169.254:8080",
                                       "224.0.0.1:8080",   "1.2.3.4:1",     "8.8.4.4:8080",
                                       "192.168.0.1:8080", "8.8.4.5:53" };
  ShoalCodecKrpcNode       nodes[G_N_ELEMENTS (named)];
  ShoalCodecKrpcAnswer     answer = { .id = { { 1 } }, .nodes4 = nodes, .has_nodes4 = TRUE };
  ShoalCodecKrpcMessage    query;
  ShoalBaseAddress         router = address_of ("9.9.9.9:9"), good = address_of ("8.8.4.4:8080");
  Lab                      lab;
  gsize                    len;
  const guint8            *data;
  guint                    i;

  lab_open (&lab, NULL);
  for (i = 0; i < G_N_ELEMENTS (named); i++)
    {
      nodes[i].address = address_of (named[i]);
      memset (nodes[i].id.bytes, (int) i + 1, 20);
    }
  answer.n_nodes4 = G_N_ELEMENTS (named);
  shoal_discover_dht_node_add_router (lab.node, &router, TRUE, lab.now_usec);
  data = g_bytes_get_data (g_ptr_array_index (lab.sent, 0), &len);
  g_assert_true (shoal_codec_krpc_parse (lab.reader, data, len, &query));
  answer.transaction = query.transaction;
  shoal_codec_krpc_write_answer (lab.out, &answer);
  g_assert_true (shoal_discover_dht_node_on_packet (
      lab.node, &router, lab.out->data, lab.out->len, lab.now_usec));
  g_assert_cmpuint (lab.sent->len, ==, 2);
  g_assert_true (shoal_base_address_equal (&g_array_index (lab.to, ShoalBaseAddress, 1), &good));
  g_assert_cmpuint (lab_stats (&lab).n_refused_addresses, ==, 7);
  lab_close (&lab);
}

static void
count_cb (gpointer owner, const ShoalDiscoverDhtFound *found)
{
  *(guint *) owner += found->n_peers;
}

/* Looks a torrent up at the only node there is, which names @peers. Returns how many are told. */
static guint
count_told (const char *node, const ShoalBaseAddress *peers, guint n_peers)
{
  ShoalBaseAddress            address = address_of (node);
  ShoalDiscoverDhtNodeOptions options = { .family = address.family, .seed = { 1 } };
  ShoalCodecKrpcAnswer        answer = { .id = { { 1 } }, .peers = peers, .n_peers = n_peers };
  guint                       n_told = 0, i;
  ShoalDiscoverDhtMember      member = { .key = { { 7 } }, .func = count_cb, .owner = &n_told };
  Lab                         lab;

  lab_open (&lab, &options);
  shoal_discover_dht_node_add_router (lab.node, &address, FALSE, lab.now_usec);
  g_assert_true (lab_answer (&lab, 0, &address, &answer.id));
  g_assert_true (lab_answer (&lab, 1, &address, &answer.id)); /* the search for the own place */
  shoal_discover_dht_node_add_member (lab.node, &member, TRUE, lab.now_usec);
  lab_forget (&lab);
  shoal_discover_dht_node_advance (lab.node, lab.now_usec);
  for (i = 0; i < lab.sent->len; i++) /* of these one is for the torrent */
    g_assert_true (lab_answer_with (&lab, i, &address, answer));
  shoal_discover_dht_node_remove_member (lab.node, &member);
  lab_close (&lab);
  return n_told;
}

/* Who is named is connected to: a node is not to choose the ports of one host, nor very many. */
static void
test_named_peers (void)
{
  ShoalBaseAddress peers[100];
  guint            i;

  for (i = 0; i < G_N_ELEMENTS (peers); i++)
    {
      peers[i] = address_of ("5.5.5.5:1");
      peers[i].port = (guint16) (2000 + i);
    }
  g_assert_cmpuint (count_told ("9.9.9.9:9999", peers, G_N_ELEMENTS (peers)), ==, 2);
  for (i = 0; i < G_N_ELEMENTS (peers); i++)
    peers[i].ip[3] = (guint8) i;
  g_assert_cmpuint (count_told ("9.9.9.9:9999", peers, G_N_ELEMENTS (peers)), ==, 50);
  for (i = 0; i < 40; i++) /* on one's own network there are many behind one address */
    {
      peers[i] = address_of ("192.168.0.1:1");
      peers[i].port = (guint16) (2000 + i);
    }
  g_assert_cmpuint (count_told ("192.168.0.2:9999", peers, 40), ==, 40);
  for (i = 0; i < 40; i++) /* one network of a home */
    {
      peers[i] = address_of ("[2a00:1:2:3::]:2000");
      peers[i].ip[15] = (guint8) i;
    }
  g_assert_cmpuint (count_told ("[2a00:5::1]:9999", peers, 40), ==, 2);
}

/* BEP 32: nodes of the other family, where there is a node of it. */
static void
test_families (void)
{
  ShoalDiscoverDhtNodeOptions options = { .family = AF_INET6, .seed = { 2 }, .port = 6881 };
  ShoalCodecKrpcQuery         query = { .method = SHOAL_CODEC_KRPC_FIND_NODE,
                                        .want = SHOAL_CODEC_KRPC_WANT_IPV4 | SHOAL_CODEC_KRPC_WANT_IPV6 };
  ShoalBaseAddress            address6 = address_of ("[2001:470::1]:7");
  ShoalSha1                   id = { { 5 } };
  ShoalCodecKrpcNode          nodes[4];
  ShoalCodecKrpcMessage       message;
  Lab                         lab4, lab6;

  lab_open (&lab4, NULL);
  lab_open (&lab6, &options);
  lab_ask (&lab4, "5.6.7.8:900", &query);
  message = lab_read_only_one (&lab4);
  g_assert_null (message.packed6.data);
  shoal_discover_dht_node_set_other (lab4.node, lab6.node);
  shoal_discover_dht_node_set_other (lab6.node, lab4.node);
  shoal_discover_dht_node_add_router (lab6.node, &address6, FALSE, lab6.now_usec);
  g_assert_true (lab_answer (&lab6, 0, &address6, &id));
  lab_forget (&lab4);
  lab_ask (&lab4, "5.6.7.8:900", &query);
  message = lab_read_only_one (&lab4);
  g_assert_nonnull (message.packed4.data);
  g_assert_cmpuint (shoal_codec_krpc_read_nodes (&message, AF_INET6, nodes, 4), ==, 1);
  g_assert_true (shoal_base_address_equal (&nodes[0].address, &address6));
  lab_close (&lab6);
  lab_forget (&lab4);
  lab_ask (&lab4, "5.6.7.8:900", &query); /* it is gone */
  message = lab_read_only_one (&lab4);
  g_assert_null (message.packed6.data);
  lab_close (&lab4);
}

static void
grow (DhtNet *net, guint n)
{
  guint i;

  for (i = 0; i < n; i++)
    {
      dht_net_add (net, DHT_HOST_HONEST);
      dht_net_run (net, SECOND / 5);
    }
  dht_net_run (net, 60 * SECOND);
}

/* Whoever was there before comes back by whom it knew, without asking a bootstrap node. */
static void
test_restart (gconstpointer data)
{
  g_autoptr (DhtNet) net = dht_net_new (11, GPOINTER_TO_INT (data), 10);
  g_autoptr (GBytes) state = NULL;
  g_autoptr (GBytes) cut = NULL;
  DhtHost  *host, *back;
  ShoalSha1 id;

  grow (net, 100);
  host = dht_net_get (net, 50);
  id = *shoal_discover_dht_node_get_id (host->node);
  g_assert_cmpuint (host->external.family, ==, GPOINTER_TO_INT (data));
  state = shoal_discover_dht_node_dup_state (host->node);
  g_assert_nonnull (state);
  dht_net_kill (dht_net_get (net, 0));
  dht_net_kill (dht_net_get (net, 1));
  dht_net_kill (host);
  dht_net_run (net, 10 * SECOND);

  back = dht_net_add (net, DHT_HOST_HONEST);
  shoal_discover_dht_node_restore (back->node, state);
  g_assert_true (shoal_sha1_equal (shoal_discover_dht_node_get_id (back->node), &id));
  dht_net_touch (back);
  dht_net_run (net, 8 * SECOND);
  g_assert_false (shoal_discover_dht_node_is_joining (back->node));
  g_assert_cmpuint (shoal_discover_dht_node_count_sure (back->node), >=, 8);
  g_assert_cmpuint (back->n_router_wishes, ==, 0);
  /* It is elsewhere, which it hears from others: the id is another then. */
  dht_net_run (net, 60 * SECOND);
  g_assert_true (shoal_discover_dht_id_is_compliant (shoal_discover_dht_node_get_id (back->node),
                                                     &back->address));
  /* Whatever else is in its place does no harm. */
  cut = g_bytes_new_from_bytes (state, 0, g_bytes_get_size (state) / 2);
  back = dht_net_add (net, DHT_HOST_HONEST);
  shoal_discover_dht_node_restore (back->node, cut);
  dht_net_run (net, SECOND);
}

typedef struct
{
  DhtNet        *net;
  const DhtHost *host;
  guint64        n_packets;
  guint64        n_bytes;
  gint64         second;
  guint          n_in_second;
  guint          most;
} Meter;

static void
meter_cb (gpointer owner, const DhtHost *from, gsize len)
{
  Meter *meter = owner;
  gint64 second = dht_net_get_now (meter->net) / SECOND;

  if (from != meter->host)
    return;
  meter->n_packets++;
  meter->n_bytes += len;
  if (second != meter->second)
    meter->n_in_second = 0;
  meter->second = second;
  meter->most = MAX (meter->most, ++meter->n_in_second);
}

static void
ignore_cb (gpointer owner, const ShoalDiscoverDhtFound *found)
{
}

#define N_MEMBERS 10000

static void
draw_key (DhtNet *net, ShoalSwarmKey *key)
{
  guint i;

  for (i = 0; i < sizeof key->bytes; i++)
    key->bytes[i] = (guint8) shoal_base_random_below (dht_net_get_random (net), 256);
}

static gint64
find_longest_ago (DhtNet *net, const ShoalDiscoverDhtMember *members)
{
  gint64 first_usec = G_MAXINT64;
  guint  i;

  for (i = 0; i < N_MEMBERS; i++)
    first_usec = MIN (first_usec, members[i].item.begun_usec);
  return dht_net_get_now (net) - first_usec;
}

/* Ten thousand torrents at once: each has its turn before others forget it, and what leaves the
 * host stays bounded. */
static void
test_storm (void)
{
  g_autoptr (DhtNet) net = dht_net_new (12, AF_INET, 10);
  g_autofree ShoalDiscoverDhtMember *members = g_new0 (ShoalDiscoverDhtMember, N_MEMBERS);
  Meter                              meter = { .net = net };
  ShoalDiscoverDhtStats              stats;
  DhtHost                           *host;
  guint                              i;

  grow (net, 150);
  host = dht_net_get (net, 70);
  meter.host = host;
  for (i = 0; i < N_MEMBERS; i++)
    {
      draw_key (net, &members[i].key);
      members[i].func = ignore_cb;
      shoal_discover_dht_node_add_member (host->node, &members[i], i < 10, dht_net_get_now (net));
    }
  dht_net_touch (host);
  dht_net_watch (net, meter_cb, &meter);
  dht_net_run (net, 40 * 60 * SECOND);
  dht_net_watch (net, NULL, NULL);
  shoal_discover_dht_node_get_stats (host->node, &stats);
  g_test_message ("%u torrents, 40 minutes: %" G_GUINT64_FORMAT
                  " lookups of %.1f queries, the last "
                  "of each at most %.0f min ago; %.1f packets and %.0f bytes a second, at most %u "
                  "packets in one",
                  N_MEMBERS,
                  stats.n_lookups,
                  (double) stats.n_lookup_queries / (double) stats.n_lookups,
                  (double) find_longest_ago (net, members) / (60 * SECOND),
                  (double) meter.n_packets / 2400,
                  (double) meter.n_bytes / 2400,
                  meter.most);
  g_assert_cmpint (find_longest_ago (net, members), <=, 30 * 60 * SECOND);
  g_assert_cmpuint (
      stats.n_lookup_queries, <=, (2400 + 30) * SHOAL_DISCOVER_DHT_PLAN_QUERIES_PER_SEC);
  g_assert_cmpuint (meter.n_packets, <=, 2400 * 130);
  g_assert_cmpuint (meter.most, <=, 400);
  for (i = 0; i < N_MEMBERS; i++)
    shoal_discover_dht_node_remove_member (host->node, &members[i]);
}

#define N_REMEMBERED 200

/* Who is looked for, and whether he was found. */
typedef struct
{
  ShoalDiscoverDhtMember announced;
  ShoalDiscoverDhtMember wanted;
  ShoalBaseAddress       address;
  gboolean               is_found;
} Remembered;

static void
remembered_cb (gpointer owner, const ShoalDiscoverDhtFound *found)
{
  Remembered *one = owner;
  guint       i;

  for (i = 0; i < found->n_peers; i++)
    one->is_found |= shoal_base_address_equal (&found->peers[i], &one->address);
}

/* One node in a hundred goes each minute, and another comes. */
static void
run_hour_with_churn (DhtNet *net, DhtHost *host)
{
  guint i;

  for (i = 0; i < 3 * 60; i++)
    {
      DhtHost *goer = dht_net_choose (net);

      if (goer != host && goer->index >= 2)
        {
          dht_net_kill (goer);
          dht_net_add (net, DHT_HOST_HONEST);
        }
      dht_net_run (net, 20 * SECOND);
    }
}

/* A lookup that begins where the last one ended costs less, and its torrent is found all the same,
 * although others have come and gone. */
static void
test_remembered (void)
{
  g_autoptr (DhtNet) net = dht_net_new (14, AF_INET, 10);
  g_autofree Remembered *ones = g_new0 (Remembered, N_REMEMBERED);
  ShoalDiscoverDhtStats  stats;
  DhtHost               *host, *seeker;
  guint                  n_found = 0, i;

  grow (net, 300);
  host = dht_net_get (net, 70);
  for (i = 0; i < N_REMEMBERED; i++)
    {
      draw_key (net, &ones[i].announced.key);
      ones[i].announced.func = ignore_cb;
      ones[i].wanted = (ShoalDiscoverDhtMember){ .key = ones[i].announced.key,
                                                 .func = remembered_cb,
                                                 .owner = &ones[i] };
      ones[i].address = host->address;
      shoal_discover_dht_node_add_member (
          host->node, &ones[i].announced, FALSE, dht_net_get_now (net));
    }
  dht_net_touch (host);
  run_hour_with_churn (net, host);
  shoal_discover_dht_node_get_stats (host->node, &stats);
  while ((seeker = dht_net_choose (net)) == host)
    ;
  for (i = 0; i < N_REMEMBERED; i++)
    shoal_discover_dht_node_add_member (seeker->node, &ones[i].wanted, TRUE, dht_net_get_now (net));
  dht_net_touch (seeker);
  dht_net_run (net, 120 * SECOND);
  for (i = 0; i < N_REMEMBERED; i++)
    {
      n_found += ones[i].is_found != FALSE;
      shoal_discover_dht_node_remove_member (host->node, &ones[i].announced);
      shoal_discover_dht_node_remove_member (seeker->node, &ones[i].wanted);
    }
  g_test_message ("%u of %u found; %.1f queries a lookup",
                  n_found,
                  N_REMEMBERED,
                  (double) stats.n_lookup_queries / (double) stats.n_lookups);
  g_assert_cmpuint (n_found * 100, >=, N_REMEMBERED * 99);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discover/dht-node/answers", test_answers);
  g_test_add_func ("/discover/dht-node/announce", test_announce);
  g_test_add_func ("/discover/dht-node/read-only", test_read_only);
  g_test_add_func ("/discover/dht-node/wrong-endpoint", test_wrong_endpoint);
  g_test_add_func ("/discover/dht-node/public-router", test_public_router);
  g_test_add_func ("/discover/dht-node/floods", test_floods);
  g_test_add_func ("/discover/dht-node/policy", test_policy);
  g_test_add_func ("/discover/dht-node/named-peers", test_named_peers);
  g_test_add_func ("/discover/dht-node/families", test_families);
  g_test_add_data_func ("/discover/dht-node/restart-ipv4", GINT_TO_POINTER (AF_INET), test_restart);
  g_test_add_data_func (
      "/discover/dht-node/restart-ipv6", GINT_TO_POINTER (AF_INET6), test_restart);
  g_test_add_func ("/discover/dht-node/storm", test_storm);
  g_test_add_func ("/discover/dht-node/remembered", test_remembered);
  return g_test_run ();
}
