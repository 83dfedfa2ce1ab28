/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-resolve.h"

#include "fake-resolver.h"

typedef struct
{
  GMainContext     *context;
  ShoalNetReactor  *reactor;
  FakeResolver     *resolver;
  ShoalBaseAddress  addresses[8];
  guint             n;
  guint             n_answers;
  int               error_code;
  ShoalNetResolve **to_cancel;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->context = g_main_context_new ();
  g_main_context_push_thread_default (fixture->context);
  fixture->reactor = shoal_net_reactor_new (fixture->context);
  fixture->resolver = fake_resolver_install ();
  fixture->error_code = -1;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  shoal_net_reactor_free (fixture->reactor);
  g_main_context_pop_thread_default (fixture->context);
  g_main_context_unref (fixture->context);
  g_object_unref (fixture->resolver);
}

static void
resolve_cb (gpointer owner, const ShoalBaseAddress *addresses, guint n, const GError *error)
{
  Fixture *fixture = owner;
  guint    i;

  g_assert_true ((n > 0) == (error == NULL));
  fixture->n_answers++;
  fixture->n = n;
  for (i = 0; i < n && i < G_N_ELEMENTS (fixture->addresses); i++)
    fixture->addresses[i] = addresses[i];
  fixture->error_code = error != NULL ? error->code : -1;
  if (error != NULL)
    g_assert_true (error->domain == SHOAL_NET_ERROR);
  if (fixture->to_cancel != NULL)
    g_clear_pointer (fixture->to_cancel, shoal_net_resolve_cancel);
}

static void
ask (Fixture *fixture, const char *host, int family)
{
  guint before = fixture->n_answers;

  shoal_net_resolve_start (fixture->reactor, host, 6881, family, resolve_cb, fixture);
  g_assert_cmpuint (fixture->n_answers, ==, before);
  while (fixture->n_answers == before)
    g_main_context_iteration (fixture->context, TRUE);
}

static void
assert_address (Fixture *fixture, guint index, const char *text)
{
  ShoalBaseAddress expected;

  g_assert_cmpuint (index, <, fixture->n);
  g_assert_true (shoal_base_address_parse (&expected, text));
  g_assert_true (shoal_base_address_equal (&fixture->addresses[index], &expected));
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  fake_resolver_set (fixture->resolver, "peer.test", "192.0.2.1 2001:db8::1 192.0.2.1 192.0.2.2");
  ask (fixture, "peer.test", 0);
  g_assert_cmpuint (fixture->n, ==, 3);
  assert_address (fixture, 0, "192.0.2.1:6881");
  assert_address (fixture, 1, "[2001:db8::1]:6881");
  assert_address (fixture, 2, "192.0.2.2:6881");
  ask (fixture, "peer.test", AF_INET6);
  g_assert_cmpuint (fixture->n, ==, 1);
  assert_address (fixture, 0, "[2001:db8::1]:6881");
  ask (fixture, "peer.test", AF_INET);
  g_assert_cmpuint (fixture->n, ==, 2);
  fake_resolver_set (fixture->resolver, "four.test", "192.0.2.1");
  ask (fixture, "four.test", AF_INET6);
  g_assert_cmpint (fixture->error_code, ==, SHOAL_NET_ERROR_NAME);
  ask (fixture, "nobody.test", 0);
  g_assert_cmpint (fixture->error_code, ==, SHOAL_NET_ERROR_NAME);
}

static void
test_literals (Fixture *fixture, gconstpointer data)
{
  ask (fixture, "192.0.2.9", 0);
  assert_address (fixture, 0, "192.0.2.9:6881");
  ask (fixture, "2001:db8::9", AF_INET6);
  assert_address (fixture, 0, "[2001:db8::9]:6881");
  ask (fixture, "2001:db8::9", AF_INET);
  g_assert_cmpint (fixture->error_code, ==, SHOAL_NET_ERROR_NAME);
  g_assert_cmpuint (fake_resolver_get_n_asked (fixture->resolver), ==, 0);
}

static void
test_bad_hosts (Fixture *fixture, gconstpointer data)
{
  g_autofree char *long_host = g_strnfill (254, 'a');
  const char      *hosts[] = { "",
                               "a b.test",
                               "b\xc3\xbc"
                                    "cher.test",
                               "x\n.test",
                               "\x7f",
                               NULL };
  guint            i;

  for (i = 0; hosts[i] != NULL; i++)
    {
      ask (fixture, hosts[i], 0);
      g_assert_cmpint (fixture->error_code, ==, SHOAL_NET_ERROR_URL);
    }
  ask (fixture, long_host, 0);
  g_assert_cmpint (fixture->error_code, ==, SHOAL_NET_ERROR_URL);
  g_assert_true (shoal_net_resolve_is_host (long_host + 1));
  g_assert_cmpuint (fake_resolver_get_n_asked (fixture->resolver), ==, 0);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  ShoalNetResolve *resolve;

  fake_resolver_set (fixture->resolver, "silent.test", NULL);
  fake_resolver_set (fixture->resolver, "peer.test", "192.0.2.1");
  resolve = shoal_net_resolve_start (fixture->reactor, "silent.test", 1, 0, resolve_cb, fixture);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  shoal_net_resolve_cancel (resolve);
  resolve = shoal_net_resolve_start (fixture->reactor, "192.0.2.1", 1, 0, resolve_cb, fixture);
  shoal_net_resolve_cancel (resolve);
  resolve = shoal_net_resolve_start (fixture->reactor, "silent.test", 1, 0, resolve_cb, fixture);
  fixture->to_cancel = &resolve;
  ask (fixture, "peer.test", 0);
  g_assert_null (resolve);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_cmpuint (fixture->n_answers, ==, 1);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/net/resolve/names", test_names);
  ADD ("/net/resolve/literals", test_literals);
  ADD ("/net/resolve/bad-hosts", test_bad_hosts);
  ADD ("/net/resolve/cancel", test_cancel);
  return g_test_run ();
}
