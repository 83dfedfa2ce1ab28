/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct
{
  GMainContext    *context;
  ShoalNetReactor *reactor;
  guint            n_accepted;
  ShoalBaseAddress last;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->context = g_main_context_new ();
  fixture->reactor = shoal_net_reactor_new (fixture->context);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  shoal_net_reactor_free (fixture->reactor);
  g_main_context_unref (fixture->context);
}

#define RUN_UNTIL(fixture, condition)                                                              \
  while (!(condition))                                                                             \
  g_main_context_iteration ((fixture)->context, TRUE)

static void
accept_cb (gpointer owner, int fd, const ShoalBaseAddress *remote)
{
  Fixture *fixture = owner;

  g_assert_cmpint (fcntl (fd, F_GETFL) & O_NONBLOCK, !=, 0);
  g_assert_cmpint (fcntl (fd, F_GETFD) & FD_CLOEXEC, !=, 0);
  fixture->n_accepted++;
  fixture->last = *remote;
  close (fd);
}

static int
connect_to (const char *host, guint16 port)
{
  ShoalBaseAddress        address;
  struct sockaddr_storage sa;
  socklen_t               len;
  int                     fd;

  g_assert_true (shoal_base_address_parse_ip (&address, host));
  address.port = port;
  len = shoal_base_address_to_sockaddr (&address, &sa);
  fd = socket (address.family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &sa, len), ==, 0);
  return fd;
}

static gboolean
has_ipv6 (void)
{
  ShoalBaseAddress any = { .family = AF_INET6 };
  int              fd = shoal_net_endpoint_open_socket (&any, SOCK_STREAM);

  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

static GPtrArray *
open_any (Fixture *fixture, guint16 port)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *endpoints = shoal_net_endpoint_open_all (fixture->reactor, NULL, 0, port, &error);

  g_assert_no_error (error);
  g_assert_nonnull (endpoints);
  return endpoints;
}

/* Both families, both protocols, one number; and both can be reached. */
static void
test_one_number (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) endpoints = open_any (fixture, 0);
  guint16 port = shoal_net_endpoint_get_port (endpoints->pdata[0]);
  guint   i;

  g_assert_cmpuint (port, !=, 0);
  g_assert_cmpuint (endpoints->len, ==, has_ipv6 () ? 2 : 1);
  for (i = 0; i < endpoints->len; i++)
    {
      ShoalNetEndpoint       *endpoint = endpoints->pdata[i];
      const ShoalBaseAddress *address = shoal_net_endpoint_get_address (endpoint);
      int                     fd;

      g_assert_cmpuint (address->family, ==, i == 0 ? AF_INET : AF_INET6);
      g_assert_cmpuint (shoal_net_endpoint_get_port (endpoint), ==, port);
      g_assert_null (shoal_net_endpoint_get_bind (endpoint));
      g_assert_cmpuint (
          shoal_net_udp_get_local_address (shoal_net_endpoint_get_udp (endpoint))->port, ==, port);
      shoal_net_listener_set_func (shoal_net_endpoint_get_listener (endpoint), accept_cb, fixture);
      fd = connect_to (i == 0 ? "127.0.0.1" : "::1", port);
      RUN_UNTIL (fixture, fixture->n_accepted == i + 1);
      g_assert_cmpuint (fixture->last.family, ==, address->family);
      close (fd);
    }
}

/* A port that is taken in any one of the four sockets is taken. */
static void
test_next_port (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *where;
    int         type;
  } busy[] = { { "0.0.0.0", SOCK_STREAM },
               { "0.0.0.0", SOCK_DGRAM },
               { "::", SOCK_STREAM },
               { "::", SOCK_DGRAM } };
  guint i;

  for (i = 0; i < (has_ipv6 () ? 4 : 2); i++)
    {
      g_autoptr (GPtrArray) endpoints = NULL;
      ShoalBaseAddress address;
      guint16          port;
      int              fd;

      g_clear_pointer (&endpoints, g_ptr_array_unref);
      endpoints = open_any (fixture, 0);
      port = MIN (shoal_net_endpoint_get_port (endpoints->pdata[0]), 65000);
      g_clear_pointer (&endpoints, g_ptr_array_unref);
      g_assert_true (shoal_base_address_parse_ip (&address, busy[i].where));
      address.port = port;
      fd = shoal_net_endpoint_open_socket (&address, busy[i].type);
      g_assert_cmpint (fd, >=, 0);
      endpoints = open_any (fixture, port);
      g_assert_cmpuint (shoal_net_endpoint_get_port (endpoints->pdata[0]), >, port);
      g_assert_cmpuint (shoal_net_endpoint_get_port (endpoints->pdata[0]), <=, port + 10);
      close (fd);
    }
}

static void
test_all_busy (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ShoalBaseAddress loopback;
  int              fds[11];
  guint            i, base = 0;

  g_assert_true (shoal_base_address_parse_ip (&loopback, "127.0.0.9"));
  while (base == 0)
    {
      guint16 start = (guint16) g_test_rand_int_range (20000, 60000);

      for (i = 0; i < G_N_ELEMENTS (fds); i++)
        {
          loopback.port = (guint16) (start + i);
          fds[i] = shoal_net_endpoint_open_socket (&loopback, SOCK_DGRAM);
          if (fds[i] < 0)
            break;
        }
      if (i == G_N_ELEMENTS (fds))
        base = start;
      while (base == 0 && i > 0)
        close (fds[--i]);
    }
  g_assert_null (
      shoal_net_endpoint_open_all (fixture->reactor, &loopback, 1, (guint16) base, &error));
  g_assert_error (error, SHOAL_NET_ERROR, SHOAL_NET_ERROR_PORT_BUSY);
  g_assert_nonnull (strstr (error->message, "127.0.0.9"));
  for (i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
}

static void
test_bound (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) endpoints = NULL;
  ShoalBaseAddress binds[2];

  g_assert_true (shoal_base_address_parse_ip (&binds[0], "127.0.0.5"));
  g_assert_true (shoal_base_address_parse_ip (&binds[1], "127.0.0.6"));
  endpoints = shoal_net_endpoint_open_all (fixture->reactor, binds, 2, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (endpoints->len, ==, 2);
  g_assert_true (
      shoal_base_address_equal (shoal_net_endpoint_get_bind (endpoints->pdata[1]), &binds[1]));
  g_assert_cmpuint (shoal_net_endpoint_get_port (endpoints->pdata[0]),
                    ==,
                    shoal_net_endpoint_get_port (endpoints->pdata[1]));
}

static void
test_foreign_address (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ShoalBaseAddress binds[2];

  g_assert_true (shoal_base_address_parse_ip (&binds[0], "127.0.0.1"));
  g_assert_true (shoal_base_address_parse_ip (&binds[1], "198.51.100.7"));
  g_assert_null (shoal_net_endpoint_open_all (fixture->reactor, binds, 2, 0, &error));
  g_assert_error (error, SHOAL_NET_ERROR, SHOAL_NET_ERROR_ADDRESS);
  g_assert_nonnull (strstr (error->message, "198.51.100.7"));
}

/* Out of descriptors: the newcomer is dropped, the listener lives and takes the next one. */
static void
test_no_descriptors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) endpoints = open_any (fixture, 0);
  ShoalNetListener *listener = shoal_net_endpoint_get_listener (endpoints->pdata[0]);
  guint16           port = shoal_net_endpoint_get_port (endpoints->pdata[0]);
  struct rlimit     before, none;
  char              byte;
  int               refused, taken, top;

  shoal_net_listener_set_func (listener, accept_cb, fixture);
  refused = connect_to ("127.0.0.1", port);
  top = dup (refused);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  none = before;
  none.rlim_cur = (rlim_t) top;
  close (top);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  RUN_UNTIL (fixture, shoal_net_listener_get_n_dropped (listener) == 1);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
  g_assert_cmpint (read (refused, &byte, 1), ==, 0);
  g_assert_cmpuint (fixture->n_accepted, ==, 0);
  taken = connect_to ("127.0.0.1", port);
  RUN_UNTIL (fixture, fixture->n_accepted == 1);
  close (refused);
  close (taken);
}

/* From here on socket (AF_INET6, …) fails in this process as it does without IPv6. */
static gboolean
take_ipv6_away (void)
{
  struct sock_filter filter[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, __NR_socket, 0, 3),
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, args[0])),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 0, 1),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = { .len = G_N_ELEMENTS (filter), .filter = filter };

  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void
test_no_ipv6 (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) endpoints = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GError) error = NULL;
  ShoalBaseAddress six;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
      return;
    }
  if (!take_ipv6_away ())
    return;
  endpoints = open_any (fixture, 0);
  g_assert_cmpuint (endpoints->len, ==, 1);
  g_assert_cmpuint (shoal_net_endpoint_get_address (endpoints->pdata[0])->family, ==, AF_INET);
  g_assert_true (shoal_base_address_parse_ip (&six, "::1"));
  none = shoal_net_endpoint_open_all (fixture->reactor, &six, 1, 0, &error);
  g_assert_null (none);
  g_assert_error (error, SHOAL_NET_ERROR, SHOAL_NET_ERROR_ADDRESS);
}

typedef struct
{
  GPtrArray *endpoints;
  guint      n_calls;
} Suicide;

static void
free_all_cb (gpointer owner, int fd, const ShoalBaseAddress *remote)
{
  Suicide *self = owner;

  close (fd);
  self->n_calls++;
  g_clear_pointer (&self->endpoints, g_ptr_array_unref);
}

static void
test_freed_in_callback (Fixture *fixture, gconstpointer data)
{
  Suicide self = { open_any (fixture, 0), 0 };
  guint16 port = shoal_net_endpoint_get_port (self.endpoints->pdata[0]);
  int     fds[3];
  guint   i;

  for (i = 0; i < G_N_ELEMENTS (fds); i++)
    fds[i] = connect_to ("127.0.0.1", port);
  shoal_net_listener_set_func (
      shoal_net_endpoint_get_listener (self.endpoints->pdata[0]), free_all_cb, &self);
  RUN_UNTIL (fixture, self.endpoints == NULL);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_cmpuint (self.n_calls, ==, 1);
  for (i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/net/endpoint/one-number", test_one_number);
  ADD ("/net/endpoint/next-port", test_next_port);
  ADD ("/net/endpoint/all-busy", test_all_busy);
  ADD ("/net/endpoint/bound", test_bound);
  ADD ("/net/endpoint/foreign-address", test_foreign_address);
  ADD ("/net/endpoint/no-descriptors", test_no_descriptors);
  ADD ("/net/endpoint/no-ipv6", test_no_ipv6);
  ADD ("/net/endpoint/freed-in-callback", test_freed_in_callback);
  return g_test_run ();
}
