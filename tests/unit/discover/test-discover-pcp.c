/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "base/shoal-base-bytes.h"
#include "discover/shoal-discover-pcp.h"

#define SECOND  ((gint64) G_USEC_PER_SEC)
#define PORT    51413
#define OUTSIDE "203.0.113.7"

typedef enum
{
  NEW,  /* PCP */
  OLD,  /* NAT-PMP */
  DEAD, /* answers nothing */
} Kind;

/* A router that answers as a test wants it to, and its clock. */
typedef struct
{
  ShoalDiscoverPcp *pcp;
  Kind              kind;
  gint64            now;
  gint64            booted;
  guint             result;
  guint32           lifetime_s;
  guint             n_packets;
  gint64            asked[256]; /* when packets came */
  guint16           given;      /* external port; 0: what is asked for */
  GHashTable       *mapped;     /* protocol → external port */
} Router;

static Router *
router_new (Kind kind, const char *client_text)
{
  Router          *r = g_new0 (Router, 1);
  ShoalBaseRandom  random;
  ShoalBaseAddress client;

  shoal_base_random_init (&random, 5);
  g_assert_true (shoal_base_address_parse (&client, client_text));
  r->kind = kind;
  r->now = 5000 * SECOND;
  r->booted = 1000 * SECOND;
  r->lifetime_s = 3600;
  r->mapped = g_hash_table_new (NULL, NULL);
  r->pcp = shoal_discover_pcp_new (&client, PORT, &random, r->now);
  return r;
}

static void
router_free (Router *r)
{
  shoal_discover_pcp_free (r->pcp);
  g_hash_table_unref (r->mapped);
  g_free (r);
}

static guint32
get_epoch (const Router *r)
{
  return (guint32) ((r->now - r->booted) / SECOND);
}

static guint16
grant (Router *r, guint protocol, guint16 wish, guint32 lifetime_s)
{
  guint16 port = r->given != 0 ? r->given : wish;

  if (r->result != 0)
    return 0;
  if (lifetime_s == 0)
    g_hash_table_remove (r->mapped, GUINT_TO_POINTER (protocol));
  else
    g_hash_table_insert (r->mapped, GUINT_TO_POINTER (protocol), GUINT_TO_POINTER (port));
  return port;
}

static gsize
answer_new (Router *r, const guint8 *in, gsize len, guint8 *out)
{
  guint32 asked_s = shoal_base_read_be32 (in + 4);

  g_assert_cmpuint (len, ==, 60);
  memcpy (out, in, 60);
  out[1] |= 0x80;
  out[3] = (guint8) r->result;
  shoal_base_write_be32 (out + 4, asked_s == 0 ? 0 : r->lifetime_s);
  shoal_base_write_be32 (out + 8, get_epoch (r));
  memset (out + 12, 0, 12);
  shoal_base_write_be16 (out + 42, grant (r, in[36], shoal_base_read_be16 (in + 42), asked_s));
  memset (out + 44, 0, 10);
  out[54] = out[55] = 0xff;
  memcpy (out + 56, "\xcb\x00\x71\x07", 4);
  return 60;
}

static gsize
answer_old (Router *r, const guint8 *in, gsize len, guint8 *out)
{
  memset (out, 0, 16);
  out[1] = in[1] | 0x80;
  shoal_base_write_be16 (out + 2, in[0] != 0 ? 1 : (guint16) r->result);
  shoal_base_write_be32 (out + 4, get_epoch (r));
  if (in[0] != 0)
    return 8;
  if (in[1] == 0)
    {
      memcpy (out + 8, "\xcb\x00\x71\x07", 4);
      return 12;
    }
  g_assert_cmpuint (len, ==, 12);
  memcpy (out + 8, in + 4, 2);
  shoal_base_write_be16 (
      out + 10,
      grant (r, in[1] == 1 ? 17 : 6, shoal_base_read_be16 (in + 6), shoal_base_read_be32 (in + 8)));
  shoal_base_write_be32 (out + 12, r->lifetime_s);
  return 16;
}

/* Sends all that is due and lets the router answer. */
static void
turn (Router *r)
{
  guint8 in[SHOAL_CODEC_PCP_MAX_SIZE], out[64];
  gsize  len;

  while ((len = shoal_discover_pcp_poll (r->pcp, r->now, in)) > 0)
    {
      g_assert_cmpuint (r->n_packets, <, G_N_ELEMENTS (r->asked));
      r->asked[r->n_packets++] = r->now;
      if (r->kind == NEW)
        shoal_discover_pcp_receive (r->pcp, out, answer_new (r, in, len, out), r->now);
      else if (r->kind == OLD)
        shoal_discover_pcp_receive (r->pcp, out, answer_old (r, in, len, out), r->now);
    }
}

/* Goes on to what is due before @until; FALSE: nothing is. */
static gboolean
step (Router *r, gint64 until)
{
  gint64 due = shoal_discover_pcp_get_due (r->pcp);

  if (due > until)
    return FALSE;
  r->now = MAX (r->now, due);
  turn (r);
  return TRUE;
}

static guint
get_mapped (Router *r, guint protocol)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (r->mapped, GUINT_TO_POINTER (protocol)));
}

static void
assert_state (Router *r, ShoalDiscoverPcpState state)
{
  g_assert_cmpint (shoal_discover_pcp_get_state (r->pcp), ==, state);
}

static void
assert_mapped (Router *r, gboolean is_old)
{
  char text[SHOAL_BASE_ADDRESS_TEXT_SIZE];

  assert_state (r, SHOAL_DISCOVER_PCP_MAPPED);
  g_assert_cmpint (shoal_discover_pcp_is_old (r->pcp), ==, is_old);
  g_assert_cmpuint (get_mapped (r, 6), ==, PORT);
  g_assert_cmpuint (get_mapped (r, 17), ==, PORT);
  g_assert_cmpstr (shoal_base_address_format (shoal_discover_pcp_get_external (r->pcp), TRUE, text),
                   ==,
                   OUTSIDE ":51413");
}

/* Mapped, renewed at half of the time, and taken back. */
static void
run_life (Kind kind)
{
  Router *r = router_new (kind, "192.168.1.9:51413");
  gint64  begin = r->now;
  guint   n;

  assert_state (r, SHOAL_DISCOVER_PCP_ASKING);
  turn (r);
  assert_mapped (r, kind == OLD);
  n = r->n_packets;
  g_hash_table_remove_all (r->mapped);
  g_assert_false (step (r, begin + 1800 * SECOND - 1));
  g_assert_true (step (r, begin + 1800 * SECOND));
  g_assert_cmpuint (r->n_packets, >=, n + 2);
  assert_mapped (r, kind == OLD);
  shoal_discover_pcp_end (r->pcp, r->now);
  assert_state (r, SHOAL_DISCOVER_PCP_ASKING);
  turn (r);
  assert_state (r, SHOAL_DISCOVER_PCP_ENDED);
  g_assert_cmpuint (g_hash_table_size (r->mapped), ==, 0);
  g_assert_cmpint (shoal_discover_pcp_get_due (r->pcp), ==, G_MAXINT64);
  router_free (r);
}

static void
test_pcp (void)
{
  run_life (NEW);
}

static void
test_nat_pmp (void)
{
  run_life (OLD);
}

/* What the router gives instead is what counts, and what is asked for when it is renewed. */
static void
test_another_port (void)
{
  Router *r = router_new (NEW, "192.168.1.9:51413");

  r->given = 4000;
  turn (r);
  g_assert_cmpuint (shoal_discover_pcp_get_external (r->pcp)->port, ==, 4000);
  r->given = 0;
  g_assert_true (step (r, G_MAXINT64 - 1));
  g_assert_cmpuint (get_mapped (r, 6), ==, 4000);
  router_free (r);
}

/* Nobody answers: each time twice the wait, then a long pause. */
static void
test_silent (void)
{
  Router *r = router_new (DEAD, "192.168.1.9:51413");
  gint64  begin = r->now;
  gint64  wait = SHOAL_DISCOVER_PCP_WAIT_USEC;
  guint   i;

  turn (r);
  while (step (r, begin + 60 * SECOND))
    continue;
  assert_state (r, SHOAL_DISCOVER_PCP_SILENT);
  g_assert_cmpuint (r->n_packets, ==, 2 * SHOAL_DISCOVER_PCP_TRIES);
  for (i = 2; i < r->n_packets; i += 2)
    {
      g_assert_cmpint (r->asked[i] - r->asked[i - 2], ==, wait);
      wait *= 2;
    }
  g_assert_cmpint (
      shoal_discover_pcp_get_due (r->pcp) - r->now, >=, SHOAL_DISCOVER_PCP_AGAIN_USEC - SECOND);
  r->kind = NEW;
  g_assert_true (step (r, G_MAXINT64 - 1));
  assert_state (r, SHOAL_DISCOVER_PCP_MAPPED);
  router_free (r);
}

/* Gone for a while: the grant holds as long as it was given for, and is then lost. */
static void
test_gone (void)
{
  Router *r = router_new (NEW, "192.168.1.9:51413");
  gint64  begin = r->now;

  turn (r);
  r->kind = DEAD;
  while (step (r, begin + 3400 * SECOND))
    assert_state (r, SHOAL_DISCOVER_PCP_MAPPED);
  while (step (r, begin + 3700 * SECOND))
    continue;
  assert_state (r, SHOAL_DISCOVER_PCP_SILENT);
  router_free (r);
}

static void
test_refused (void)
{
  Router *r = router_new (NEW, "192.168.1.9:51413");
  gint64  begin = r->now;

  r->result = SHOAL_CODEC_PCP_NOT_AUTHORIZED;
  r->lifetime_s = 300;
  turn (r);
  assert_state (r, SHOAL_DISCOVER_PCP_REFUSED);
  g_assert_cmpuint (r->n_packets, ==, 2);
  g_assert_false (step (r, begin + 299 * SECOND));
  r->result = 0;
  g_assert_true (step (r, begin + 300 * SECOND));
  assert_state (r, SHOAL_DISCOVER_PCP_MAPPED);
  router_free (r);
}

/* The router was started anew and has forgotten: its clock tells, with the first answer. */
static void
test_forgotten (void)
{
  Router *r = router_new (NEW, "192.168.1.9:51413");
  gint64  begin = r->now;

  turn (r);
  r->booted = begin + 100 * SECOND;
  g_hash_table_remove_all (r->mapped);
  r->now = begin + 1800 * SECOND;
  turn (r);
  assert_mapped (r, FALSE);
  router_free (r);
}

/* What nobody asked for, and what is not for us, changes nothing. */
static void
test_strangers (void)
{
  Router *r = router_new (DEAD, "192.168.1.9:51413");
  guint8  in[SHOAL_CODEC_PCP_MAX_SIZE], out[64], wrong[64];
  gsize   len = shoal_discover_pcp_poll (r->pcp, r->now, in);

  len = answer_new (r, in, len, out);
  memcpy (wrong, out, len);
  wrong[30] ^= 1; /* the nonce */
  shoal_discover_pcp_receive (r->pcp, wrong, len, r->now);
  memcpy (wrong, out, len);
  wrong[41] ^= 1; /* our port */
  shoal_discover_pcp_receive (r->pcp, wrong, len, r->now);
  shoal_discover_pcp_receive (r->pcp, in, 60, r->now); /* a request */
  shoal_discover_pcp_receive (r->pcp, out, 40, r->now);
  shoal_discover_pcp_receive (r->pcp, out, 0, r->now);
  assert_state (r, SHOAL_DISCOVER_PCP_ASKING);
  shoal_discover_pcp_receive (r->pcp, out, len, r->now);
  assert_state (r, SHOAL_DISCOVER_PCP_MAPPED);
  router_free (r);
}

/* At the end what was asked for and not answered is taken back too, and nobody waits for long. */
static void
test_end_unanswered (void)
{
  Router *r = router_new (DEAD, "192.168.1.9:51413");
  gint64  begin = r->now;
  guint   n;

  turn (r);
  n = r->n_packets;
  shoal_discover_pcp_end (r->pcp, r->now);
  turn (r);
  g_assert_cmpuint (r->n_packets, ==, n + 2);
  while (step (r, begin + 60 * SECOND))
    continue;
  assert_state (r, SHOAL_DISCOVER_PCP_ENDED);
  g_assert_cmpint (r->now - begin, <=, 4 * SECOND);
  router_free (r);
}

/* IPv6 has no NAT-PMP. */
static void
test_ipv6 (void)
{
  Router *r = router_new (OLD, "[2001:db8::9]:51413");

  turn (r);
  g_assert_false (shoal_discover_pcp_is_old (r->pcp));
  assert_state (r, SHOAL_DISCOVER_PCP_ASKING);
  r->kind = NEW;
  g_assert_true (step (r, G_MAXINT64 - 1));
  assert_state (r, SHOAL_DISCOVER_PCP_MAPPED);
  router_free (r);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discover/pcp/pcp", test_pcp);
  g_test_add_func ("/discover/pcp/nat-pmp", test_nat_pmp);
  g_test_add_func ("/discover/pcp/another-port", test_another_port);
  g_test_add_func ("/discover/pcp/silent", test_silent);
  g_test_add_func ("/discover/pcp/gone", test_gone);
  g_test_add_func ("/discover/pcp/refused", test_refused);
  g_test_add_func ("/discover/pcp/forgotten", test_forgotten);
  g_test_add_func ("/discover/pcp/strangers", test_strangers);
  g_test_add_func ("/discover/pcp/end-unanswered", test_end_unanswered);
  g_test_add_func ("/discover/pcp/ipv6", test_ipv6);
  return g_test_run ();
}
