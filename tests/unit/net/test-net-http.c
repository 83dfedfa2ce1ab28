/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fake-resolver.h"
#include "http-server.h"
#include "net/shoal-net-endpoint.h"
#include "net/shoal-net-http-pool.h"
#include "net/shoal-net-http-url.h"

/* An address that the policy takes for a global one, inside a namespace of our own. */
#define GLOBAL_ADDRESS "203.0.113.5"

#define PERSON   SHOAL_BASE_POLICY_WORD_PERSON
#define TORRENT  SHOAL_BASE_POLICY_WORD_TORRENT
#define STRANGER SHOAL_BASE_POLICY_WORD_STRANGER

typedef struct
{
  GMainContext    *context;
  ShoalNetReactor *reactor;
  ShoalNetHttp    *http;
  SoupServer      *server;
  FakeResolver    *resolver;
  guint16          port;

  /* The last answer. */
  guint               n_answers;
  guint               status;
  GBytes             *body;
  char               *final_url;
  ShoalBaseAddress    remote;
  int                 error_code;
  char               *message;
  ShoalNetHttpCall  **to_cancel;
  ShoalNetHttp      **to_free;
  ShoalNetHttpRequest request;
} Fixture;

static gboolean in_namespace;

static gboolean
configure_loopback (void)
{
  struct ifreq       request = { .ifr_name = "lo" };
  struct sockaddr_in address = { .sin_family = AF_INET };
  int                fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean           done;

  request.ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK;
  done = ioctl (fd, SIOCSIFFLAGS, &request) == 0;
  strcpy (request.ifr_name, "lo:1");
  inet_pton (AF_INET, GLOBAL_ADDRESS, &address.sin_addr);
  memcpy (&request.ifr_addr, &address, sizeof address);
  done = done && ioctl (fd, SIOCSIFADDR, &request) == 0;
  close (fd);
  return done;
}

/* Nothing that goes wrong here can reach the world. */
static void
enter_namespace (void)
{
  if (unshare (CLONE_NEWNET) == 0 || unshare (CLONE_NEWUSER | CLONE_NEWNET) == 0)
    in_namespace = configure_loopback ();
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->context = g_main_context_new ();
  g_main_context_push_thread_default (fixture->context);
  fixture->reactor = shoal_net_reactor_new (fixture->context);
  fixture->http = shoal_net_http_new (fixture->reactor);
  fixture->resolver = fake_resolver_install ();
  fixture->server = http_server_new (&fixture->port, NULL);
  fixture->request = (ShoalNetHttpRequest){
    .word = PERSON,
    .max_bytes = 100 * 1000,
    .timeout_usec = 20 * G_USEC_PER_SEC,
  };
}

static void
clear_answer (Fixture *fixture)
{
  g_clear_pointer (&fixture->body, g_bytes_unref);
  g_clear_pointer (&fixture->final_url, g_free);
  g_clear_pointer (&fixture->message, g_free);
  fixture->status = 0;
  fixture->error_code = -1;
}

static void
run_ready (Fixture *fixture)
{
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  clear_answer (fixture);
  g_clear_pointer (&fixture->http, shoal_net_http_free);
  run_ready (fixture);
  soup_server_disconnect (fixture->server);
  run_ready (fixture);
  g_object_unref (fixture->server);
  shoal_net_reactor_free (fixture->reactor);
  g_main_context_pop_thread_default (fixture->context);
  g_main_context_unref (fixture->context);
  g_object_unref (fixture->resolver);
}

static void
answer_cb (gpointer owner, const ShoalNetHttpResponse *response, const GError *error)
{
  Fixture *fixture = owner;

  g_assert_true ((response == NULL) == (error != NULL));
  clear_answer (fixture);
  fixture->n_answers++;
  if (response != NULL)
    {
      fixture->status = response->status;
      fixture->body = g_bytes_ref (response->body);
      fixture->final_url = g_strdup (response->final_url);
      fixture->remote = response->remote;
    }
  else
    {
      g_assert_true (error->domain == SHOAL_NET_ERROR);
      fixture->error_code = error->code;
      fixture->message = g_strdup (error->message);
    }
  if (fixture->to_cancel != NULL)
    g_clear_pointer (fixture->to_cancel, shoal_net_http_cancel);
  if (fixture->to_free != NULL)
    g_clear_pointer (fixture->to_free, shoal_net_http_free);
}

static ShoalNetHttpCall *
start (Fixture *fixture, const char *url)
{
  guint             before = fixture->n_answers;
  ShoalNetHttpCall *call;

  fixture->request.url = url;
  call = shoal_net_http_get (fixture->http, &fixture->request, answer_cb, fixture);
  g_assert_nonnull (call);
  g_assert_cmpuint (fixture->n_answers, ==, before);
  return call;
}

static void
wait_for (Fixture *fixture, guint n_answers)
{
  while (fixture->n_answers < n_answers)
    g_main_context_iteration (fixture->context, TRUE);
}

static void
get_url (Fixture *fixture, const char *url)
{
  guint before = fixture->n_answers;

  start (fixture, url);
  wait_for (fixture, before + 1);
  if (fixture->message != NULL)
    g_test_message ("%.80s: %.200s", url, fixture->message);
}

static char *
make_url (Fixture *fixture, const char *host, const char *rest)
{
  return g_strdup_printf ("http://%s:%u%s", host, fixture->port, rest);
}

static void
get_at (Fixture *fixture, const char *host, const char *rest)
{
  g_autofree char *url = make_url (fixture, host, rest);

  get_url (fixture, url);
}

static void
get_here (Fixture *fixture, const char *rest)
{
  get_at (fixture, "127.0.0.1", rest);
}

static void
assert_body (Fixture *fixture, const char *text)
{
  if (fixture->message != NULL)
    g_test_message ("%s", fixture->message);
  g_assert_nonnull (fixture->body);
  g_assert_cmpmem (g_bytes_get_data (fixture->body, NULL),
                   g_bytes_get_size (fixture->body),
                   text,
                   strlen (text));
}

static void
assert_error (Fixture *fixture, int code)
{
  if (fixture->error_code != code)
    g_test_message ("%d: %s", fixture->error_code, fixture->message);
  g_assert_cmpint (fixture->error_code, ==, code);
  g_assert_null (fixture->body);
}

static void
test_plain (Fixture *fixture, gconstpointer data)
{
  get_here (fixture, "/ok");
  g_assert_cmpuint (fixture->status, ==, 200);
  assert_body (fixture, "hello");
  g_assert_cmpuint (fixture->remote.port, ==, fixture->port);
  g_assert_cmpuint (fixture->remote.ip[0], ==, 127);
  get_here (fixture, "/missing");
  g_assert_cmpuint (fixture->status, ==, 404);
  assert_body (fixture, "not here");
  get_here (fixture, "/agent");
  assert_body (fixture, "Shoal/0.1.0");
  get_here (fixture, "");
  assert_body (fixture, "hello");
  get_here (fixture, "/gzip");
  g_assert_cmpuint (g_bytes_get_size (fixture->body), ==, 1000);
}

static void
test_query_stays_encoded (Fixture *fixture, gconstpointer data)
{
  const char      *query = "info_hash=%12%AB%00%2F%3D%26z&peer_id=-SH0100-%FF&a=b+c%20d&x=~!*'()";
  g_autofree char *rest = g_strconcat ("/echo?", query, NULL);

  get_here (fixture, rest);
  assert_body (fixture, query);
}

static void
test_bad_urls (Fixture *fixture, gconstpointer data)
{
  g_autofree char *huge = g_strnfill (10000, 'a');
  g_autofree char *long_url = g_strconcat ("http://127.0.0.1/", huge, NULL);
  const char      *urls[] = { "",
                              "ok",
                              "//127.0.0.1/ok",
                              "ftp://127.0.0.1/ok",
                              "file:///etc/passwd",
                              "http:///ok",
                              "http://",
                              "http://127.0.0.1:0/",
                              "http://127.0.0.1:65536/",
                              "http://127.0.0.1/a b",
                              "http://127.0.0.1/a\r\nX-Evil: 1",
                              "http://b\xc3\xbc"
                                   "cher.test/",
                              "http://b%C3%BCcher.test/",
                              "http://a%20b.test/",
                              "http://a%0d%0ab.test/",
                              "http://[::1/",
                              "javascript:alert(1)",
                              long_url };
  guint            i;

  for (i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      get_url (fixture, urls[i]);
      assert_error (fixture, SHOAL_NET_ERROR_URL);
    }
  g_assert_cmpuint (fake_resolver_get_n_asked (fixture->resolver), ==, 0);
}

typedef struct
{
  const char         *host;
  const char         *path;
  const char         *teller;
  ShoalBasePolicyWord word;
  gboolean            allow_local;
  gboolean            refused;
} PolicyRow;

static const PolicyRow policy_rows[] = {
  { "127.0.0.1", "/ok", NULL, PERSON, FALSE, FALSE },
  { "127.0.0.1", "/ok", NULL, TORRENT, FALSE, TRUE },
  { "127.0.0.1", "/announce", NULL, TORRENT, FALSE, FALSE },
  { "127.0.0.1", "/x/announce?a=b", NULL, TORRENT, FALSE, FALSE },
  { "127.0.0.1", "/announce/x", NULL, TORRENT, FALSE, TRUE },
  { "127.0.0.1", "/x%2Fannounce", NULL, TORRENT, FALSE, TRUE },
  { "127.0.0.1", "/x?/announce", NULL, TORRENT, FALSE, TRUE },
  { "127.0.0.1", "/announce", NULL, STRANGER, FALSE, TRUE },
  { "127.0.0.1", "/announce", NULL, STRANGER, TRUE, FALSE },
  { "127.0.0.1", "/ok", NULL, STRANGER, TRUE, TRUE },
  { "127.0.0.1", "/announce", "127.0.0.9", STRANGER, FALSE, FALSE },
  { "127.0.0.1", "/announce", "10.0.0.9", STRANGER, FALSE, TRUE },
  { "127.0.0.1", "/announce", "198.51.100.1", STRANGER, FALSE, TRUE },
  { "local.test", "/announce", NULL, STRANGER, FALSE, TRUE },
  { "local.test", "/announce", NULL, TORRENT, FALSE, FALSE },
  { "mapped.test", "/announce", NULL, STRANGER, FALSE, TRUE },
  { "[::1]", "/announce", NULL, STRANGER, FALSE, TRUE },
  { "[::ffff:127.0.0.1]", "/announce", NULL, STRANGER, FALSE, TRUE },
  { "169.254.169.254", "/announce", NULL, PERSON, TRUE, TRUE },
  { "0.0.0.0", "/announce", NULL, PERSON, TRUE, TRUE },
};

static void
test_policy (Fixture *fixture, gconstpointer data)
{
  guint i;

  fake_resolver_set (fixture->resolver, "local.test", "127.0.0.1");
  fake_resolver_set (fixture->resolver, "mapped.test", "::ffff:127.0.0.1");
  fixture->request.local_suffixes = shoal_net_http_tracker_suffixes;
  for (i = 0; i < G_N_ELEMENTS (policy_rows); i++)
    {
      const PolicyRow *row = &policy_rows[i];
      ShoalBaseAddress teller;

      g_test_message ("row %u: %s%s", i, row->host, row->path);
      if (row->teller != NULL)
        g_assert_true (shoal_base_address_parse_ip (&teller, row->teller));
      fixture->request.word = row->word;
      fixture->request.teller = row->teller != NULL ? &teller : NULL;
      fixture->request.allow_local = row->allow_local != FALSE;
      get_at (fixture, row->host, row->path);
      if (row->refused)
        assert_error (fixture, SHOAL_NET_ERROR_REFUSED);
      else
        assert_body (fixture, "hello");
    }
}

/* A connection that the person's word opened is not there for a stranger's. */
static void
test_connection_not_lent (Fixture *fixture, gconstpointer data)
{
  fake_resolver_set (fixture->resolver, "mine.test", "127.0.0.1");
  get_at (fixture, "mine.test", "/ok");
  assert_body (fixture, "hello");
  fixture->request.word = STRANGER;
  get_at (fixture, "mine.test", "/ok");
  assert_error (fixture, SHOAL_NET_ERROR_REFUSED);
}

/* A name that means something else the second time is asked and judged anew. */
static void
test_rebinding (Fixture *fixture, gconstpointer data)
{
  fake_resolver_set (fixture->resolver, "rebind.test", "127.0.0.1");
  get_at (fixture, "rebind.test", "/close");
  assert_body (fixture, "hello");
  g_assert_cmpuint (fake_resolver_get_n_asked (fixture->resolver), ==, 1);
  fake_resolver_set (fixture->resolver, "rebind.test", "169.254.169.254");
  get_at (fixture, "rebind.test", "/close");
  assert_error (fixture, SHOAL_NET_ERROR_REFUSED);
  g_assert_nonnull (strstr (fixture->message, "169.254.169.254"));
  fake_resolver_set (fixture->resolver, "rebind.test", "169.254.169.254 127.0.0.1");
  get_at (fixture, "rebind.test", "/close");
  assert_body (fixture, "hello");
  g_assert_cmpuint (fake_resolver_get_n_asked (fixture->resolver), ==, 3);
}

static void
test_mixed_addresses (Fixture *fixture, gconstpointer data)
{
  if (!in_namespace)
    {
      g_test_skip ("no network namespace here");
      return;
    }
  fake_resolver_set (fixture->resolver, "mixed.test", "127.0.0.1 ::1 " GLOBAL_ADDRESS);
  fixture->request.word = STRANGER;
  get_at (fixture, "mixed.test", "/ok");
  assert_body (fixture, "hello");
  g_assert_cmpuint (fixture->remote.ip[0], ==, 203);
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  get_at (fixture, "nobody.test", "/ok");
  assert_error (fixture, SHOAL_NET_ERROR_NAME);
  get_at (fixture, "2130706433", "/ok"); /* 127.0.0.1 to some, a name to nobody */
  assert_error (fixture, SHOAL_NET_ERROR_NAME);
}

static void
test_family (Fixture *fixture, gconstpointer data)
{
  ShoalBaseAddress six = { .family = AF_INET6 };
  int              fd = shoal_net_endpoint_open_socket (&six, SOCK_STREAM);

  fake_resolver_set (fixture->resolver, "both.test", "::1 127.0.0.1");
  fake_resolver_set (fixture->resolver, "four.test", "127.0.0.1");
  fixture->request.family = AF_INET;
  get_at (fixture, "both.test", "/ok");
  g_assert_cmpuint (fixture->remote.family, ==, AF_INET);
  get_at (fixture, "[::1]", "/ok");
  assert_error (fixture, SHOAL_NET_ERROR_FAMILY);
  fixture->request.family = AF_INET6;
  get_at (fixture, "four.test", "/ok");
  assert_error (fixture, SHOAL_NET_ERROR_FAMILY);
  get_at (fixture, "nobody.test", "/ok");
  assert_error (fixture, SHOAL_NET_ERROR_NAME);
  if (fd < 0)
    return;
  close (fd);
  get_at (fixture, "both.test", "/ok");
  assert_body (fixture, "hello");
  g_assert_cmpuint (fixture->remote.family, ==, AF_INET6);
  get_at (fixture, "[::1]", "/ok");
  assert_body (fixture, "hello");
}

static void
test_bind (Fixture *fixture, gconstpointer data)
{
  ShoalBaseAddress bind;

  fake_resolver_set (fixture->resolver, "both.test", "::1 127.0.0.1");
  g_assert_true (shoal_base_address_parse_ip (&bind, "127.0.0.7"));
  bind.port = 1; /* not used: nothing could connect from it */
  fixture->request.bind = &bind;
  get_at (fixture, "both.test", "/whoami");
  assert_body (fixture, "127.0.0.7");
  fixture->request.family = AF_INET6;
  get_at (fixture, "both.test", "/whoami");
  assert_error (fixture, SHOAL_NET_ERROR_ADDRESS);
  fixture->request.bind = NULL;
  fixture->request.family = AF_INET;
  get_at (fixture, "both.test", "/whoami");
  assert_body (fixture, "127.0.0.1");
}

static void
test_redirects (Fixture *fixture, gconstpointer data)
{
  g_autofree char *last = make_url (fixture, "127.0.0.1", "/hops?0");

  get_here (fixture, "/hops?5");
  assert_body (fixture, "hello");
  g_assert_cmpstr (fixture->final_url, ==, last);
  get_here (fixture, "/hops?6");
  assert_error (fixture, SHOAL_NET_ERROR_REDIRECT);
  get_here (fixture, "/loop");
  assert_error (fixture, SHOAL_NET_ERROR_REDIRECT);
  get_here (fixture, "/nowhere");
  g_assert_cmpuint (fixture->status, ==, 302);
  get_here (fixture, "/to?ftp%3A%2F%2F127.0.0.1%2F");
  assert_error (fixture, SHOAL_NET_ERROR_REDIRECT);
  get_here (fixture, "/to?file%3A%2F%2F%2Fetc%2Fpasswd");
  assert_error (fixture, SHOAL_NET_ERROR_REDIRECT);
  get_here (fixture, "/to?%2F%2Fb%25C3%25BCcher.test%2F");
  assert_error (fixture, SHOAL_NET_ERROR_REDIRECT);
  get_here (fixture, "/to?echo%3Fx%3D%2541%25zz");
  assert_error (fixture, SHOAL_NET_ERROR_REDIRECT);
  get_here (fixture, "/to?echo%3Fx%3D%252F");
  assert_body (fixture, "x=%2F");
}

static void
test_redirect_to_magnet (Fixture *fixture, gconstpointer data)
{
  const char *to = "/to?magnet%3A%3Fxt%3Durn%3Abtih%3A1234%26dn%3Da%2520b";

  get_here (fixture, to);
  assert_error (fixture, SHOAL_NET_ERROR_REDIRECT);
  fixture->request.takes_magnet = TRUE;
  get_here (fixture, to);
  g_assert_cmpuint (fixture->status, ==, 302);
  g_assert_cmpstr (fixture->final_url, ==, "magnet:?xt=urn:btih:1234&dn=a%20b");
  g_assert_cmpuint (g_bytes_get_size (fixture->body), ==, 0);
  get_here (fixture, "/hops?2");
  assert_body (fixture, "hello");
}

/* Who redirects is a stranger with an address: its own kind it may name, another not, even if the
 * person named the first URL. */
static void
test_redirect_policy (Fixture *fixture, gconstpointer data)
{
  get_here (fixture, "/to?http%3A%2F%2F10.0.0.1%2Fannounce");
  assert_error (fixture, SHOAL_NET_ERROR_REFUSED);
  get_here (fixture, "/to?http%3A%2F%2F169.254.169.254%2Fannounce");
  assert_error (fixture, SHOAL_NET_ERROR_REFUSED);
  fixture->request.allow_local = TRUE;
  get_here (fixture, "/to?http%3A%2F%2F169.254.169.254%2Fannounce");
  assert_error (fixture, SHOAL_NET_ERROR_REFUSED);
  fixture->request.allow_local = FALSE;
  fixture->request.local_suffixes = shoal_net_http_tracker_suffixes;
  get_here (fixture, "/to?%2Fannounce");
  assert_body (fixture, "hello");
  get_here (fixture, "/to?%2Fok");
  assert_error (fixture, SHOAL_NET_ERROR_REFUSED);
}

static void
test_redirect_from_global_to_local (Fixture *fixture, gconstpointer data)
{
  g_autofree char *to = make_url (fixture, "127.0.0.1", "/announce");
  g_autofree char *escaped = g_uri_escape_string (to, NULL, FALSE);
  g_autofree char *rest = g_strconcat ("/to?", escaped, NULL);
  guint            word;

  if (!in_namespace)
    {
      g_test_skip ("no network namespace here");
      return;
    }
  for (word = PERSON; word <= STRANGER; word++)
    {
      fixture->request.word = word;
      get_at (fixture, GLOBAL_ADDRESS, rest);
      assert_error (fixture, SHOAL_NET_ERROR_REFUSED);
    }
  fixture->request.allow_local = TRUE;
  get_at (fixture, GLOBAL_ADDRESS, rest);
  assert_body (fixture, "hello");
}

static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  get_here (fixture, "/bomb");
  assert_error (fixture, SHOAL_NET_ERROR_TOO_LARGE);
  get_here (fixture, "/endless");
  assert_error (fixture, SHOAL_NET_ERROR_TOO_LARGE);
  get_here (fixture, "/long");
  assert_error (fixture, SHOAL_NET_ERROR_TOO_LARGE);
  fixture->request.max_bytes = 999;
  get_here (fixture, "/gzip");
  assert_error (fixture, SHOAL_NET_ERROR_TOO_LARGE);
  fixture->request.max_bytes = 1000;
  get_here (fixture, "/gzip");
  g_assert_cmpuint (g_bytes_get_size (fixture->body), ==, 1000);
  fixture->request.max_bytes = 5;
  get_here (fixture, "/ok");
  assert_body (fixture, "hello");
  fixture->request.max_bytes = 4;
  get_here (fixture, "/ok");
  assert_error (fixture, SHOAL_NET_ERROR_TOO_LARGE);
}

static void
test_timeout (Fixture *fixture, gconstpointer data)
{
  fixture->request.timeout_usec = 100 * 1000;
  get_here (fixture, "/slow");
  assert_error (fixture, SHOAL_NET_ERROR_TIMEOUT);
  fake_resolver_set (fixture->resolver, "silent.test", NULL);
  get_at (fixture, "silent.test", "/ok");
  assert_error (fixture, SHOAL_NET_ERROR_TIMEOUT);
  fixture->request.max_bytes = G_MAXSSIZE;
  get_here (fixture, "/endless");
  assert_error (fixture, SHOAL_NET_ERROR_TIMEOUT);
}

static void
test_broken_servers (Fixture *fixture, gconstpointer data)
{
  get_here (fixture, "/short");
  assert_error (fixture, SHOAL_NET_ERROR_CONNECT);
  get_here (fixture, "/garbage");
  g_assert_cmpint (fixture->error_code, >=, 0);
  get_url (fixture, "http://127.0.0.1:1/ok");
  assert_error (fixture, SHOAL_NET_ERROR_CONNECT);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autofree char  *slow = make_url (fixture, "127.0.0.1", "/slow");
  g_autofree char  *endless = make_url (fixture, "127.0.0.1", "/endless");
  ShoalNetHttpCall *call;
  guint             i;

  shoal_net_http_cancel (start (fixture, slow));
  shoal_net_http_cancel (start (fixture, "no url"));
  call = start (fixture, slow);
  run_ready (fixture);
  shoal_net_http_cancel (call);
  fixture->request.max_bytes = G_MAXSSIZE;
  call = start (fixture, endless);
  for (i = 0; i < 500; i++)
    g_main_context_iteration (fixture->context, FALSE);
  shoal_net_http_cancel (call);
  fixture->request.max_bytes = 1000;
  call = start (fixture, slow);
  fixture->to_cancel = &call;
  get_here (fixture, "/ok");
  g_assert_null (call);
  run_ready (fixture);
  g_assert_cmpuint (fixture->n_answers, ==, 1);
}

/* Fills *port. */
static int
open_listener (guint16 *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t          len = sizeof address;
  int                fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, len), ==, 0);
  g_assert_cmpint (listen (fd, 1), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &len), ==, 0);
  *port = ntohs (address.sin_port);
  return fd;
}

static gboolean
is_open (int fd)
{
  char   data[4096];
  gssize n;

  while ((n = recv (fd, data, sizeof data, MSG_DONTWAIT)) > 0)
    ;
  return n < 0 && errno == EAGAIN;
}

/* The answer is there before the question was sent, so that libsoup finds it at once. */
static void
cancel_answered (Fixture *fixture, int listener, const char *answer, guint n_turns)
{
  g_autofree char  *url = make_url (fixture, "me:secret@127.0.0.1", "/");
  ShoalNetHttpCall *call = start (fixture, url);
  guint             before = fixture->n_answers;
  int               fd;
  guint             i;

  while ((fd = accept (listener, NULL, NULL)) < 0)
    g_main_context_iteration (fixture->context, FALSE);
  g_assert_cmpint (write (fd, answer, strlen (answer)), ==, strlen (answer));
  for (i = 0; i < n_turns && fixture->n_answers == before; i++)
    g_main_context_iteration (fixture->context, FALSE);
  if (fixture->n_answers == before)
    shoal_net_http_cancel (call);
  run_ready (fixture);
  g_assert_false (is_open (fd));
  close (fd);
}

/* At each moment of a call, whatever libsoup is about to say then. */
static void
test_cancel_answered (Fixture *fixture, gconstpointer data)
{
  const char *answers[] = {
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
    "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 9\r\n\r\nabc",
  };
  int   listener = open_listener (&fixture->port);
  guint i, n_turns;

  for (i = 0; i < G_N_ELEMENTS (answers); i++)
    for (n_turns = 0; n_turns < 12; n_turns++)
      cancel_answered (fixture, listener, answers[i], n_turns);
  close (listener);
}

static void
test_free_in_callback (Fixture *fixture, gconstpointer data)
{
  g_autofree char *slow = make_url (fixture, "127.0.0.1", "/slow");

  start (fixture, slow);
  start (fixture, "no url at all");
  fixture->to_free = &fixture->http;
  wait_for (fixture, 1);
  g_assert_null (fixture->http);
  run_ready (fixture);
  g_assert_cmpuint (fixture->n_answers, ==, 1);
}

/* More at once than libsoup would allow by itself. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = make_url (fixture, "127.0.0.1", "/ok");
  guint            i;

  for (i = 0; i < 120; i++)
    start (fixture, url);
  wait_for (fixture, 120);
  assert_body (fixture, "hello");
}

static GTlsCertificate *
load_certificate (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "unit/net/good-test.pem", NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return certificate;
}

static void
get_https (Fixture *fixture, const char *host, guint16 port, const char *rest)
{
  g_autofree char *url = g_strdup_printf ("https://%s:%u%s", host, port, rest);

  get_url (fixture, url);
}

/* A certificate counts only from a known authority, and only for the name that was asked for. */
static void
test_certificates (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (SoupServer) server = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "unit/net/good-test.pem", NULL);
  g_autofree char *down = make_url (fixture, "127.0.0.1", "/ok");
  g_autofree char *escaped = g_uri_escape_string (down, NULL, FALSE);
  g_autofree char *rest = g_strconcat ("/to?", escaped, NULL);
  guint16          port;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("no TLS here (glib-networking)");
      return;
    }
  certificate = load_certificate ();
  server = http_server_new (&port, certificate);
  fake_resolver_set (fixture->resolver, "good.test", "127.0.0.1");
  fake_resolver_set (fixture->resolver, "other.test", "127.0.0.1");
  get_https (fixture, "good.test", port, "/ok");
  assert_error (fixture, SHOAL_NET_ERROR_CERTIFICATE);
  database = g_tls_file_database_new (path, NULL);
  g_assert_nonnull (database);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
  get_https (fixture, "other.test", port, "/ok");
  assert_error (fixture, SHOAL_NET_ERROR_CERTIFICATE);
  get_https (fixture, "good.test", port, "/close");
  g_clear_pointer (&fixture->http, shoal_net_http_free);
  fixture->http = shoal_net_http_new (fixture->reactor);
  get_https (fixture, "good.test", port, "/ok");
  assert_body (fixture, "hello");
  get_https (fixture, "good.test", port, rest);
  assert_body (fixture, "hello");
  get_https (fixture, "me:secret@good.test", port, rest);
  assert_error (fixture, SHOAL_NET_ERROR_REDIRECT);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), NULL);
  soup_server_disconnect (server);
}

static const struct
{
  const char *base;
  const char *location;
  const char *result; /* NULL: refused */
} follow_rows[] = {
  { "http://a.test/x/y?q", "z", "http://a.test/x/z" },
  { "http://a.test/x/y", "/z%2F?%2B", "http://a.test/z%2F?%2B" },
  { "http://a.test/", "//b.test:81/c", "http://b.test:81/c" },
  { "http://a.test/", "https://b.test/", "https://b.test/" },
  { "https://a.test/", "http://b.test/", "http://b.test/" },
  { "https://u:p@a.test/", "http://b.test/", NULL },
  { "https://u:p@a.test/", "http://a.test/", NULL },
  { "https://u:p@a.test/", "/b", "https://u:p@a.test/b" },
  { "https://a.test/", "http://u:p@b.test/", NULL },
  { "https://u:p@a.test/", "https://b.test/", "https://b.test/" },
  { "http://a.test/", "", "http://a.test/" },
  { "http://a.test/", "ftp://b.test/", NULL },
  { "http://a.test/", "http://b .test/", NULL },
  { "http://a.test/", "http://b.test/\x01", NULL },
};

static void
test_public (void)
{
  static const char *const texts[][2] = {
    { "http://host/a@b?c@d", "http://host/a@b?c@d" },
    { "http://me:secret@host:80/a@b", "http://host:80/a@b" },
    { "https://me@host", "https://host" },
    { "https://a@b:c@host?x", "https://host?x" },
    { "no address @ all", "no address @ all" },
    { "//", "//" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *public = shoal_net_http_url_dup_public (texts[i][0]);

      g_assert_cmpstr (public, ==, texts[i][1]);
    }
}

static void
test_follow (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (follow_rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GUri) base = shoal_net_http_url_parse (follow_rows[i].base, &error);
      g_autoptr (GUri) url = NULL;
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      url = shoal_net_http_url_follow (base, follow_rows[i].location, &error);
      if (follow_rows[i].result == NULL)
        {
          g_assert_null (url);
          g_assert_error (error, SHOAL_NET_ERROR, SHOAL_NET_ERROR_REDIRECT);
          continue;
        }
      g_assert_no_error (error);
      text = g_uri_to_string (url);
      g_assert_cmpstr (text, ==, follow_rows[i].result);
    }
}

static void
test_pool (void)
{
  g_autoptr (ShoalNetHttpPool) pool = shoal_net_http_pool_new ();
  ShoalNetHttpRules rules = { .word = TORRENT, .local_path = TRUE };
  ShoalNetHttpRules other = rules;
  g_autoptr (GUri) url = shoal_net_http_url_parse ("http://a.test/x", NULL);
  g_autoptr (GUri) same = shoal_net_http_url_parse ("http://A.test:80/y?z", NULL);
  g_autoptr (GObject) first = G_OBJECT (shoal_net_http_pool_take (pool, url, &rules));
  g_autoptr (GObject) second = G_OBJECT (shoal_net_http_pool_take (pool, same, &rules));
  g_autoptr (GObject) third = NULL;
  guint i;

  other.word = STRANGER;
  third = G_OBJECT (shoal_net_http_pool_take (pool, url, &other));
  g_assert_true (first != third);
  g_assert_true (shoal_net_http_pool_get_size (pool) <= 3);
  (void) second;
  for (i = 0; i < 100; i++)
    {
      g_autofree char *text = g_strdup_printf ("http://a.test:%u/", 1000 + i);
      g_autoptr (GUri) many = shoal_net_http_url_parse (text, NULL);

      g_object_unref (shoal_net_http_pool_take (pool, many, &rules));
      g_object_unref (shoal_net_http_pool_take (pool, url, &rules));
    }
  g_assert_cmpuint (shoal_net_http_pool_get_size (pool), <=, 32);
  g_clear_object (&second);
  second = G_OBJECT (shoal_net_http_pool_take (pool, url, &rules));
  g_assert_true (first == second);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  /* Linked, not loaded later by GIO: gcc 12's leak checker crashes on the thread-local data of
   * libraries that come after the first threads. */
  g_assert_nonnull (gnutls_check_version (NULL));
  enter_namespace ();
  g_test_init (&argc, &argv, NULL);
  ADD ("/net/http/plain", test_plain);
  ADD ("/net/http/query-stays-encoded", test_query_stays_encoded);
  ADD ("/net/http/bad-urls", test_bad_urls);
  ADD ("/net/http/policy", test_policy);
  ADD ("/net/http/connection-not-lent", test_connection_not_lent);
  ADD ("/net/http/rebinding", test_rebinding);
  ADD ("/net/http/mixed-addresses", test_mixed_addresses);
  ADD ("/net/http/names", test_names);
  ADD ("/net/http/family", test_family);
  ADD ("/net/http/bind", test_bind);
  ADD ("/net/http/redirects", test_redirects);
  ADD ("/net/http/redirect-to-magnet", test_redirect_to_magnet);
  ADD ("/net/http/redirect-policy", test_redirect_policy);
  ADD ("/net/http/redirect-from-global-to-local", test_redirect_from_global_to_local);
  ADD ("/net/http/too-large", test_too_large);
  ADD ("/net/http/timeout", test_timeout);
  ADD ("/net/http/broken-servers", test_broken_servers);
  ADD ("/net/http/cancel", test_cancel);
  ADD ("/net/http/cancel-answered", test_cancel_answered);
  ADD ("/net/http/free-in-callback", test_free_in_callback);
  ADD ("/net/http/many", test_many);
  ADD ("/net/http/certificates", test_certificates);
  g_test_add_func ("/net/http/follow", test_follow);
  g_test_add_func ("/net/http/public", test_public);
  g_test_add_func ("/net/http/pool", test_pool);
  return g_test_run ();
}
