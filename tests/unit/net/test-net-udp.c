/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-udp.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "net/shoal-net-endpoint.h"

typedef struct
{
  GMainContext    *context;
  ShoalNetReactor *reactor;
  ShoalNetUdp     *a;
  ShoalNetUdp     *b;
} Fixture;

/* Who receives; refuses what @refuse says, frees @doomed when it is called. */
typedef struct
{
  GArray          *datagrams; /* of GBytes */
  ShoalBaseAddress from;
  ShoalBaseAddress unreachable;
  int              error_number;
  ShoalNetUdp    **doomed;

  guint refuse : 1;
} Sink;

static gboolean
sink_on_datagram (gpointer owner, const ShoalBaseAddress *from, const guint8 *data, gsize len)
{
  Sink   *self = owner;
  GBytes *bytes;

  self->from = *from;
  if (self->doomed != NULL)
    g_clear_pointer (self->doomed, shoal_net_udp_free);
  if (self->refuse)
    return FALSE;
  bytes = g_bytes_new (data, len);
  g_array_append_val (self->datagrams, bytes);
  return TRUE;
}

static void
sink_on_unreachable (gpointer owner, const ShoalBaseAddress *to, int error_number)
{
  Sink *self = owner;

  self->unreachable = *to;
  self->error_number = error_number;
}

static const ShoalNetUdpOps sink_ops = { sink_on_datagram, sink_on_unreachable };

static void
clear_bytes (gpointer element)
{
  g_bytes_unref (*(GBytes **) element);
}

static void
sink_init (Sink *self)
{
  *self = (Sink){ .datagrams = g_array_new (FALSE, FALSE, sizeof (GBytes *)) };
  g_array_set_clear_func (self->datagrams, clear_bytes);
}

static void
sink_clear (Sink *self)
{
  g_array_unref (self->datagrams);
}

static ShoalNetUdp *
open_udp (Fixture *fixture, const char *where)
{
  ShoalBaseAddress address;
  int              fd;

  g_assert_true (shoal_base_address_parse_ip (&address, where));
  fd = shoal_net_endpoint_open_socket (&address, SOCK_DGRAM);
  return fd >= 0 ? shoal_net_udp_new (fixture->reactor, fd) : NULL;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *where = data != NULL ? data : "127.0.0.1";

  fixture->context = g_main_context_new ();
  fixture->reactor = shoal_net_reactor_new (fixture->context);
  fixture->a = open_udp (fixture, where);
  fixture->b = open_udp (fixture, where);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->a, shoal_net_udp_free);
  g_clear_pointer (&fixture->b, shoal_net_udp_free);
  shoal_net_reactor_free (fixture->reactor);
  g_main_context_unref (fixture->context);
}

#define RUN_UNTIL(fixture, condition)                                                              \
  while (!(condition))                                                                             \
  g_main_context_iteration ((fixture)->context, TRUE)

static void
run_ready (Fixture *fixture)
{
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
}

/* A few hundred datagrams of different sizes: all arrive, in order, whole (loopback loses none as
 * long as they fit the receiver's buffer). */
static void
test_batches (Fixture *fixture, gconstpointer data)
{
  Sink   sink;
  guint8 bytes[1500];
  guint  i, n = 100, round;

  if (fixture->a == NULL)
    {
      g_test_skip ("no IPv6 here");
      return;
    }
  sink_init (&sink);
  shoal_net_udp_register (fixture->b, SHOAL_NET_UDP_ANY, &sink_ops, &sink);
  memset (bytes, 0xee, sizeof bytes);
  for (round = 0; round < 5; round++)
    {
      for (i = 0; i < n; i++)
        {
          bytes[1] = (guint8) i;
          g_assert_true (shoal_net_udp_send (
              fixture->a, shoal_net_udp_get_local_address (fixture->b), bytes, 2 + i * 13));
        }
      RUN_UNTIL (fixture, sink.datagrams->len == (round + 1) * n);
    }
  for (i = 0; i < sink.datagrams->len; i++)
    {
      gsize         len;
      const guint8 *got = g_bytes_get_data (g_array_index (sink.datagrams, GBytes *, i), &len);

      g_assert_cmpuint (len, ==, 2 + (i % n) * 13);
      g_assert_cmpuint (got[1], ==, i % n);
    }
  g_assert_true (
      shoal_base_address_equal (&sink.from, shoal_net_udp_get_local_address (fixture->a)));
  g_assert_cmpuint (shoal_net_udp_get_stats (fixture->a)->datagrams_out, ==, 5 * n);
  g_assert_cmpuint (shoal_net_udp_get_stats (fixture->b)->datagrams_in, ==, 5 * n);
  g_assert_cmpuint (shoal_net_udp_get_stats (fixture->a)->bytes_out,
                    ==,
                    shoal_net_udp_get_stats (fixture->b)->bytes_in);
  g_assert_cmpuint (shoal_net_udp_get_stats (fixture->b)->dropped_in, ==, 0);
  sink_clear (&sink);
}

#define NOBODY SHOAL_NET_UDP_N_CLASSES

static const struct
{
  guint8 bytes[6];
  gsize  len;
  guint  kind;
} classes[] = {
  { { 'd', '1', ':' }, 3, SHOAL_NET_UDP_DHT },
  { { 'd' }, 1, SHOAL_NET_UDP_DHT },
  { { 'e', '1', ':' }, 3, NOBODY },
  { { 0x01, 0 }, 2, SHOAL_NET_UDP_UTP },
  { { 0x11, 0 }, 2, SHOAL_NET_UDP_UTP },
  { { 0x41, 2, 3, 4, 5 }, 5, SHOAL_NET_UDP_UTP },
  { { 0x51, 2, 3, 4, 5 }, 5, NOBODY },
  { { 0x42, 2, 3, 4, 5 }, 5, NOBODY },
  { { 0, 0, 0, 0, 1 }, 5, SHOAL_NET_UDP_TRACKER },
  { { 0, 0, 0, 3 }, 4, SHOAL_NET_UDP_TRACKER },
  { { 0, 0, 0, 4 }, 4, NOBODY },
  { { 0, 0, 1, 3 }, 4, NOBODY },
  { { 0, 0, 0 }, 3, NOBODY },
  { { 0 }, 0, NOBODY },
};

static void
test_classes (Fixture *fixture, gconstpointer data)
{
  Sink  sinks[SHOAL_NET_UDP_N_CLASSES];
  guint i, k, n_nobody = 0;

  for (k = 0; k < SHOAL_NET_UDP_ANY; k++)
    {
      sink_init (&sinks[k]);
      shoal_net_udp_register (fixture->b, k, &sink_ops, &sinks[k]);
    }
  for (i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      g_assert_true (shoal_net_udp_send (fixture->a,
                                         shoal_net_udp_get_local_address (fixture->b),
                                         classes[i].bytes,
                                         classes[i].len));
      n_nobody += classes[i].kind == NOBODY;
    }
  RUN_UNTIL (fixture, shoal_net_udp_get_stats (fixture->b)->datagrams_in == G_N_ELEMENTS (classes));
  for (i = 0; i < G_N_ELEMENTS (classes); i++)
    if (classes[i].kind != NOBODY)
      {
        GArray *got = sinks[classes[i].kind].datagrams;

        g_assert_cmpuint (got->len, >, 0);
        g_assert_cmpmem (g_bytes_get_data (g_array_index (got, GBytes *, 0), NULL),
                         g_bytes_get_size (g_array_index (got, GBytes *, 0)),
                         classes[i].bytes,
                         classes[i].len);
        g_array_remove_index (got, 0);
      }
  for (k = 0; k < SHOAL_NET_UDP_ANY; k++)
    {
      g_assert_cmpuint (sinks[k].datagrams->len, ==, 0);
      sink_clear (&sinks[k]);
    }
  g_assert_cmpuint (shoal_net_udp_get_stats (fixture->b)->dropped_in, ==, n_nobody);
}

/* What its class does not expect goes to SHOAL_NET_UDP_ANY, or is counted. */
static void
test_refused_by_class (Fixture *fixture, gconstpointer data)
{
  const guint8 reply[8] = { 0, 0, 0, 1 };
  Sink         tracker, any;

  sink_init (&tracker);
  sink_init (&any);
  tracker.refuse = TRUE;
  shoal_net_udp_register (fixture->b, SHOAL_NET_UDP_TRACKER, &sink_ops, &tracker);
  shoal_net_udp_send (
      fixture->a, shoal_net_udp_get_local_address (fixture->b), reply, sizeof reply);
  RUN_UNTIL (fixture, shoal_net_udp_get_stats (fixture->b)->dropped_in == 1);
  shoal_net_udp_register (fixture->b, SHOAL_NET_UDP_ANY, &sink_ops, &any);
  shoal_net_udp_send (
      fixture->a, shoal_net_udp_get_local_address (fixture->b), reply, sizeof reply);
  RUN_UNTIL (fixture, any.datagrams->len == 1);
  shoal_net_udp_register (fixture->b, SHOAL_NET_UDP_ANY, NULL, NULL);
  shoal_net_udp_send (
      fixture->a, shoal_net_udp_get_local_address (fixture->b), reply, sizeof reply);
  RUN_UNTIL (fixture, shoal_net_udp_get_stats (fixture->b)->dropped_in == 2);
  sink_clear (&tracker);
  sink_clear (&any);
}

static void
test_too_long (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8      *bytes = g_malloc0 (SHOAL_NET_UDP_MAX_DATAGRAM + 1);
  const ShoalBaseAddress *to = shoal_net_udp_get_local_address (fixture->b);
  ShoalBaseAddress        six;
  Sink                    sink;
  struct sockaddr_storage sa;
  socklen_t               len = shoal_base_address_to_sockaddr (to, &sa);
  int                     fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  sink_init (&sink);
  shoal_net_udp_register (fixture->b, SHOAL_NET_UDP_ANY, &sink_ops, &sink);
  g_assert_false (shoal_net_udp_send (fixture->a, to, bytes, SHOAL_NET_UDP_MAX_DATAGRAM + 1));
  g_assert_true (shoal_base_address_parse (&six, "[::1]:9"));
  g_assert_false (shoal_net_udp_send (fixture->a, &six, bytes, 10));
  g_assert_cmpuint (shoal_net_udp_get_stats (fixture->a)->dropped_out, ==, 2);
  g_assert_true (shoal_net_udp_send (fixture->a, to, bytes, SHOAL_NET_UDP_MAX_DATAGRAM));
  RUN_UNTIL (fixture, sink.datagrams->len == 1);
  g_assert_cmpuint (g_bytes_get_size (g_array_index (sink.datagrams, GBytes *, 0)),
                    ==,
                    SHOAL_NET_UDP_MAX_DATAGRAM);
  g_assert_cmpint (
      sendto (fd, bytes, SHOAL_NET_UDP_MAX_DATAGRAM + 1, 0, (struct sockaddr *) &sa, len), >, 0);
  RUN_UNTIL (fixture, shoal_net_udp_get_stats (fixture->b)->dropped_in == 1);
  g_assert_cmpuint (sink.datagrams->len, ==, 1);
  close (fd);
  sink_clear (&sink);
}

/* A closed port answers by ICMP: told to all who registered, and the datagrams to others go on. */
static void
test_unreachable (Fixture *fixture, gconstpointer data)
{
  ShoalBaseAddress dead = *shoal_net_udp_get_local_address (fixture->b);
  ShoalNetUdp     *live = open_udp (fixture, "127.0.0.1");
  const guint8     bytes[] = "e: nobody's";
  Sink             sink, other;
  guint            i;

  sink_init (&sink);
  sink_init (&other);
  g_clear_pointer (&fixture->b, shoal_net_udp_free);
  shoal_net_udp_register (fixture->a, SHOAL_NET_UDP_TRACKER, &sink_ops, &sink);
  shoal_net_udp_register (live, SHOAL_NET_UDP_ANY, &sink_ops, &other);
  for (i = 0; i < 20; i++)
    {
      shoal_net_udp_send (fixture->a, &dead, bytes, sizeof bytes);
      shoal_net_udp_send (fixture->a, shoal_net_udp_get_local_address (live), bytes, sizeof bytes);
      shoal_net_udp_flush (fixture->a);
    }
  RUN_UNTIL (fixture, sink.error_number != 0 && other.datagrams->len == 20);
  g_assert_cmpint (sink.error_number, ==, ECONNREFUSED);
  g_assert_true (shoal_base_address_equal (&sink.unreachable, &dead));
  shoal_net_udp_free (live);
  sink_clear (&sink);
  sink_clear (&other);
}

/* 255.255.255.255 is refused by the kernel itself: counted and told, the next one leaves. */
static void
test_refused_by_kernel (Fixture *fixture, gconstpointer data)
{
  const guint8     bytes[] = "e: nobody's";
  ShoalBaseAddress broadcast;
  Sink             sink, other;

  sink_init (&sink);
  sink_init (&other);
  shoal_net_udp_register (fixture->a, SHOAL_NET_UDP_DHT, &sink_ops, &sink);
  shoal_net_udp_register (fixture->b, SHOAL_NET_UDP_ANY, &sink_ops, &other);
  g_assert_true (shoal_base_address_parse (&broadcast, "255.255.255.255:9"));
  g_assert_true (shoal_net_udp_send (fixture->a, &broadcast, bytes, sizeof bytes));
  g_assert_true (shoal_net_udp_send (
      fixture->a, shoal_net_udp_get_local_address (fixture->b), bytes, sizeof bytes));
  RUN_UNTIL (fixture, other.datagrams->len == 1);
  g_assert_cmpint (sink.error_number, !=, 0);
  g_assert_true (shoal_base_address_equal (&sink.unreachable, &broadcast));
  g_assert_cmpuint (shoal_net_udp_get_stats (fixture->a)->dropped_out, ==, 1);
  sink_clear (&sink);
  sink_clear (&other);
}

/* A receiver that takes nothing from the kernel: more is sent than any queue holds. */
static void
test_flood (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8      *bytes = g_malloc0 (SHOAL_NET_UDP_MAX_DATAGRAM);
  const ShoalNetUdpStats *stats = shoal_net_udp_get_stats (fixture->a);
  guint                   i, n = 2000, n_taken = 0;

  for (i = 0; i < n; i++)
    n_taken += shoal_net_udp_send (fixture->a,
                                   shoal_net_udp_get_local_address (fixture->b),
                                   bytes,
                                   SHOAL_NET_UDP_MAX_DATAGRAM)
                   ? 1
                   : 0;
  run_ready (fixture);
  RUN_UNTIL (fixture, stats->datagrams_out + stats->dropped_out >= n);
  g_assert_cmpuint (stats->datagrams_out + stats->dropped_out, ==, n);
  g_assert_cmpuint (stats->datagrams_out, <=, n_taken);
}

static void
test_freed_in_callback (Fixture *fixture, gconstpointer data)
{
  const guint8 bytes[] = "d: of the DHT";
  Sink         sink;
  guint        i;

  sink_init (&sink);
  sink.doomed = &fixture->b;
  shoal_net_udp_register (fixture->b, SHOAL_NET_UDP_DHT, &sink_ops, &sink);
  shoal_net_udp_register (fixture->b, SHOAL_NET_UDP_ANY, &sink_ops, &sink);
  sink.refuse = TRUE;
  for (i = 0; i < 10; i++)
    shoal_net_udp_send (
        fixture->a, shoal_net_udp_get_local_address (fixture->b), bytes, sizeof bytes);
  RUN_UNTIL (fixture, fixture->b == NULL);
  run_ready (fixture);
  g_assert_cmpuint (sink.datagrams->len, ==, 0);
  sink_clear (&sink);
}

static void
test_freed_with_queue (Fixture *fixture, gconstpointer data)
{
  shoal_net_udp_send (
      fixture->a, shoal_net_udp_get_local_address (fixture->b), (const guint8 *) "x", 1);
  g_clear_pointer (&fixture->a, shoal_net_udp_free);
  run_ready (fixture);
  g_assert_cmpuint (shoal_net_udp_get_stats (fixture->b)->datagrams_in, ==, 0);
}

typedef struct
{
  ShoalNetUdp *udp;
} Echo;

static gboolean
echo_on_datagram (gpointer owner, const ShoalBaseAddress *from, const guint8 *data, gsize len)
{
  return shoal_net_udp_send (((Echo *) owner)->udp, from, data, len);
}

static const ShoalNetUdpOps echo_ops = { echo_on_datagram, NULL };

/* Who asked at one of several addresses takes an answer from there only. */
static void
test_answered_from_where_asked (Fixture *fixture, gconstpointer data)
{
  static const char *const asked[] = { "127.0.0.1", "127.0.0.2", "127.0.1.3" };
  const guint8             bytes[] = "d: of the DHT";
  Echo                     echo = { fixture->a };
  Sink                     sink;
  guint                    i;

  sink_init (&sink);
  shoal_net_udp_register (fixture->a, SHOAL_NET_UDP_DHT, &echo_ops, &echo);
  shoal_net_udp_register (fixture->b, SHOAL_NET_UDP_DHT, &sink_ops, &sink);
  for (i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      ShoalBaseAddress to;

      g_assert_true (shoal_base_address_parse_ip (&to, asked[i]));
      to.port = shoal_net_udp_get_local_address (fixture->a)->port;
      shoal_net_udp_send (fixture->b, &to, bytes, sizeof bytes);
      RUN_UNTIL (fixture, sink.datagrams->len == i + 1);
      g_assert_true (shoal_base_address_equal (&sink.from, &to));
    }
  sink_clear (&sink);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/net/udp/batches", test_batches);
  g_test_add ("/net/udp/batches-ipv6", Fixture, "::1", set_up, test_batches, tear_down);
  ADD ("/net/udp/classes", test_classes);
  ADD ("/net/udp/refused-by-class", test_refused_by_class);
  ADD ("/net/udp/too-long", test_too_long);
  ADD ("/net/udp/unreachable", test_unreachable);
  ADD ("/net/udp/refused-by-kernel", test_refused_by_kernel);
  ADD ("/net/udp/flood", test_flood);
  g_test_add ("/net/udp/answered-from-where-asked",
              Fixture,
              "0.0.0.0",
              set_up,
              test_answered_from_where_asked,
              tear_down);
  ADD ("/net/udp/freed-in-callback", test_freed_in_callback);
  ADD ("/net/udp/freed-with-queue", test_freed_with_queue);
  return g_test_run ();
}
