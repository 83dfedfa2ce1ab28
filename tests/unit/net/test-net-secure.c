/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-stream.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/shoal-base-random.h"
#include "net/shoal-net-endpoint.h"
#include "net/shoal-net-listener.h"
#include "net/shoal-net-mse.h"

/* Streams that are encrypted, from end to end. */

#define BOTH  (SHOAL_NET_METHOD_PLAIN | SHOAL_NET_METHOD_RC4)
#define LARGE (6 * 1024 * 1024 + 321)

/* What the first part of a stream is read in, as a peer does. */
#define GREETING 68

#define BUFFER_SIZE (192 * 1024)

static const ShoalSwarmKey torrent = { "a torrent's 20 bytes" };

typedef enum
{
  MOMENT_NONE,
  MOMENT_BUFFERS,
  MOMENT_BYTES,
  MOMENT_CONNECTED,
  MOMENT_WRITABLE,
} Moment;

typedef struct
{
  GMainContext     *context;
  ShoalNetReactor  *reactor;
  ShoalNetListener *listener;
  ShoalBaseAddress  address;
  int               accepted_fd;
} Fixture;

/* One end, which sends and expects the bytes of pattern(). */
typedef struct
{
  ShoalNetStream     *stream;
  ShoalBaseRandom     random;
  guint8             *buffer;
  gsize               to_send;
  gsize               sent;
  gsize               received;
  gsize               stop_at; /* no room for more */
  guint               n_connected;
  guint               n_closed;
  guint               n_found;
  ShoalNetKeyAnswer   answer;
  ShoalNetCloseReason reason;
  Moment              end_at;

  guint by_free : 1;
  guint ended : 1;
} Side;

static guint8
pattern (gsize position)
{
  return (guint8) (position * 31 + (position >> 8) * 7 + (position >> 16));
}

static gboolean
end_if (Side *self, Moment moment)
{
  g_assert_false (self->ended);
  if (self->end_at != moment)
    return FALSE;
  self->ended = TRUE;
  if (self->by_free)
    g_clear_pointer (&self->stream, shoal_net_stream_free);
  else
    shoal_net_stream_close (self->stream);
  return TRUE;
}

static void
send_more (Side *self)
{
  static guint8 chunk[300001];

  while (self->sent < self->to_send)
    {
      gsize        len = MIN (sizeof chunk, self->to_send - self->sent);
      struct iovec iov[3];
      gsize        taken;

      for (gsize i = 0; i < len; i++)
        chunk[i] = pattern (self->sent + i);
      iov[0] = (struct iovec){ chunk, len / 3 };
      iov[1] = (struct iovec){ chunk + len / 3, 0 };
      iov[2] = (struct iovec){ chunk + len / 3, len - len / 3 };
      taken = shoal_net_stream_send (self->stream, iov, 3);
      g_assert_cmpuint (taken, <=, len);
      for (gsize i = 0; i < len; i++)
        g_assert_cmpuint (chunk[i], ==, pattern (self->sent + i)); /* not encrypted in place */
      self->sent += taken;
      if (taken < len)
        return;
    }
}

static guint
get_buffers (gpointer owner, struct iovec iov[2])
{
  Side *self = owner;
  gsize first = 1 + shoal_base_random_below (&self->random, 70000);

  if (end_if (self, MOMENT_BUFFERS) || (self->stop_at != 0 && self->received == self->stop_at))
    return 0;
  if (self->received < GREETING)
    first = GREETING - self->received;
  if (self->stop_at != 0)
    first = MIN (first, self->stop_at - self->received);
  iov[0] = (struct iovec){ self->buffer, first };
  iov[1] =
      (struct iovec){ self->buffer + first, 1 + shoal_base_random_below (&self->random, 9000) };
  return self->received < GREETING || self->stop_at != 0 ? 1 : 2;
}

static void
on_bytes (gpointer owner, gsize n)
{
  Side *self = owner;

  g_assert_cmpuint (n, >, 0);
  for (gsize i = 0; i < n; i++)
    if (self->buffer[i] != pattern (self->received + i))
      g_error ("byte %" G_GSIZE_FORMAT " is wrong", self->received + i);
  self->received += n;
  end_if (self, MOMENT_BYTES);
}

static void
on_connected (gpointer owner)
{
  Side *self = owner;

  self->n_connected++;
  if (!end_if (self, MOMENT_CONNECTED))
    send_more (self);
}

static void
on_writable (gpointer owner)
{
  Side *self = owner;

  if (!end_if (self, MOMENT_WRITABLE))
    send_more (self);
}

static void
on_closed (gpointer owner, ShoalNetCloseReason reason, int error_number)
{
  Side *self = owner;

  g_assert_false (self->ended);
  g_assert_false (shoal_net_stream_is_connected (self->stream));
  self->n_closed++;
  self->reason = reason;
}

static const ShoalNetStreamOps side_ops = {
  get_buffers, on_bytes, on_connected, on_writable, on_closed,
};

static ShoalNetKeyAnswer
find (gpointer owner, const ShoalSha1 *hash, ShoalSwarmKey *key, ShoalNetSecurityTerms *terms)
{
  Side     *self = owner;
  ShoalSha1 ours;

  self->n_found++;
  shoal_net_mse_hash_key (&torrent, &ours);
  if (!shoal_sha1_equal (&ours, hash))
    return SHOAL_NET_KEY_UNKNOWN;
  *key = torrent;
  return self->answer;
}

static Side *
side_new (gsize to_send)
{
  Side *self = g_new0 (Side, 1);

  self->buffer = g_malloc (BUFFER_SIZE);
  self->to_send = to_send;
  self->answer = SHOAL_NET_KEY_FOUND;
  shoal_base_random_init (&self->random, 7);
  return self;
}

static void
side_free (Side *self)
{
  g_clear_pointer (&self->stream, shoal_net_stream_free);
  g_free (self->buffer);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Side, side_free)

static void
accept_cb (gpointer owner, int fd, const ShoalBaseAddress *remote)
{
  Fixture *fixture = owner;

  g_assert_cmpint (fixture->accepted_fd, ==, -1);
  fixture->accepted_fd = fd;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  ShoalBaseAddress        loopback;
  struct sockaddr_storage sa = { 0 };
  socklen_t               len = sizeof sa;
  int                     fd;

  fixture->context = g_main_context_new ();
  fixture->reactor = shoal_net_reactor_new (fixture->context);
  fixture->accepted_fd = -1;
  g_assert_true (shoal_base_address_parse_ip (&loopback, "127.0.0.1"));
  fd = shoal_net_endpoint_open_socket (&loopback, SOCK_STREAM);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &sa, &len), ==, 0);
  g_assert_true (
      shoal_base_address_init_sockaddr (&fixture->address, (struct sockaddr *) &sa, len));
  fixture->listener = shoal_net_listener_new (fixture->reactor, fd, accept_cb, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  shoal_net_listener_free (fixture->listener);
  if (fixture->accepted_fd >= 0)
    close (fixture->accepted_fd);
  shoal_net_reactor_free (fixture->reactor);
  g_main_context_unref (fixture->context);
}

#define RUN_UNTIL(fixture, condition)                                                              \
  while (!(condition))                                                                             \
  g_main_context_iteration ((fixture)->context, TRUE)

/* @methods 0: without encryption. */
static void
start_outgoing (Fixture *fixture, Side *side, guint8 methods, const ShoalSwarmKey *key)
{
  side->stream =
      shoal_net_stream_new_outgoing (fixture->reactor, &fixture->address, NULL, &side_ops, side);
  if (methods != 0)
    shoal_net_stream_offer_encryption (side->stream, methods, key);
}

static int
take_accepted (Fixture *fixture)
{
  int fd;

  RUN_UNTIL (fixture, fixture->accepted_fd >= 0);
  fd = fixture->accepted_fd;
  fixture->accepted_fd = -1;
  return fd;
}

static void
start_accepted (Fixture *fixture, Side *side, const ShoalNetSecurityTerms *terms)
{
  side->stream =
      shoal_net_stream_new_accepted (fixture->reactor, take_accepted (fixture), &side_ops, side);
  shoal_net_stream_accept_encryption (side->stream, terms, find);
}

static const ShoalNetSecurityTerms any_terms = {
  .methods = BOTH,
  .prefers_rc4 = TRUE,
  .accepts_bare = TRUE,
};

static void
check_transfer (Fixture *fixture, guint8 methods, gboolean prefers_rc4, ShoalNetSecurity expected)
{
  g_autoptr (Side) out = side_new (LARGE);
  g_autoptr (Side) in = side_new (LARGE / 2);
  ShoalNetSecurityTerms terms = any_terms;

  terms.prefers_rc4 = !!prefers_rc4;
  start_outgoing (fixture, out, methods, &torrent);
  start_accepted (fixture, in, &terms);
  send_more (in); /* long before it is known what becomes of the stream */
  RUN_UNTIL (fixture, in->received == LARGE && out->received == LARGE / 2);
  g_assert_cmpuint (out->n_connected, ==, 1);
  g_assert_cmpint (shoal_net_stream_get_security (out->stream), ==, expected);
  g_assert_cmpint (shoal_net_stream_get_security (in->stream), ==, expected);
  g_assert_cmpuint (in->n_found, ==, 1);
  g_assert_cmpuint (shoal_net_stream_get_bytes_out (out->stream), >, LARGE);
  g_assert_cmpuint (shoal_net_stream_get_bytes_out (out->stream), <, LARGE + 2000);
  g_assert_cmpuint (
      shoal_net_stream_get_bytes_in (in->stream), ==, shoal_net_stream_get_bytes_out (out->stream));
  shoal_net_stream_close (out->stream);
  RUN_UNTIL (fixture, in->n_closed == 1);
  g_assert_cmpint (in->reason, ==, SHOAL_NET_CLOSE_EOF);
  g_assert_cmpint (shoal_net_stream_get_security (in->stream), ==, expected);
}

static void
test_transfer (Fixture *fixture, gconstpointer data)
{
  check_transfer (fixture, BOTH, TRUE, SHOAL_NET_SECURITY_RC4);
  check_transfer (fixture, BOTH, FALSE, SHOAL_NET_SECURITY_HIDDEN);
  check_transfer (fixture, SHOAL_NET_METHOD_RC4, FALSE, SHOAL_NET_SECURITY_RC4);
  check_transfer (fixture, SHOAL_NET_METHOD_PLAIN, TRUE, SHOAL_NET_SECURITY_HIDDEN);
}

static void
send_bare_greeting (int fd, const char *more)
{
  g_assert_cmpint (send (fd, "\023BitTorrent protocol", 20, 0), ==, 20);
  g_assert_cmpint (send (fd, more, strlen (more), 0), ==, (gssize) strlen (more));
}

static guint
get_text_buffers (gpointer owner, struct iovec iov[2])
{
  Side *self = owner;

  iov[0] = (struct iovec){ self->buffer + self->received, 7 };
  iov[1] = (struct iovec){ self->buffer + self->received + 7, 5 };
  return 2;
}

static void
on_text (gpointer owner, gsize n)
{
  Side *self = owner;

  self->received += n;
}

/* A remote without encryption is recognised, and none of its bytes is lost. */
static void
test_bare (Fixture *fixture, gconstpointer data)
{
  static const ShoalNetStreamOps text_ops = {
    get_text_buffers, on_text, NULL, on_writable, on_closed,
  };
  g_autoptr (Side) in = side_new (0);
  struct sockaddr_storage sa;
  socklen_t               len = shoal_base_address_to_sockaddr (&fixture->address, &sa);
  int                     fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (connect (fd, (struct sockaddr *) &sa, len), ==, 0);
  in->stream =
      shoal_net_stream_new_accepted (fixture->reactor, take_accepted (fixture), &text_ops, in);
  shoal_net_stream_accept_encryption (in->stream, &any_terms, find);
  send_bare_greeting (fd, "and on it goes");
  RUN_UNTIL (fixture, in->received == 34);
  g_assert_cmpmem (in->buffer, 34, "\023BitTorrent protocoland on it goes", 34);
  g_assert_cmpint (shoal_net_stream_get_security (in->stream), ==, SHOAL_NET_SECURITY_NONE);
  g_assert_cmpint (send (fd, "!", 1, 0), ==, 1);
  RUN_UNTIL (fixture, in->received == 35);
  close (fd);
  RUN_UNTIL (fixture, in->n_closed == 1);
}

static void
test_bare_refused (Fixture *fixture, gconstpointer data)
{
  ShoalNetSecurityTerms terms = { .methods = SHOAL_NET_METHOD_RC4 };
  g_autoptr (Side) in = side_new (0);
  struct sockaddr_storage sa;
  socklen_t               len = shoal_base_address_to_sockaddr (&fixture->address, &sa);
  int                     fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (connect (fd, (struct sockaddr *) &sa, len), ==, 0);
  start_accepted (fixture, in, &terms);
  send_bare_greeting (fd, "");
  RUN_UNTIL (fixture, in->n_closed == 1);
  g_assert_cmpint (in->reason, ==, SHOAL_NET_CLOSE_INSECURE);
  g_assert_cmpuint (in->received, ==, 0);
  close (fd);
}

/* What the initiator learns of a remote that does not want it. */
static void
check_refused (Fixture                     *fixture,
               guint8                       methods,
               const ShoalNetSecurityTerms *terms,
               const ShoalSwarmKey         *key)
{
  g_autoptr (Side) out = side_new (1000);
  g_autoptr (Side) in = side_new (0);

  start_outgoing (fixture, out, methods, key);
  start_accepted (fixture, in, terms);
  RUN_UNTIL (fixture, in->n_closed == 1 && out->n_closed == 1);
  g_assert_cmpint (in->reason, ==, SHOAL_NET_CLOSE_INSECURE);
  g_assert_cmpint (out->reason, <=, SHOAL_NET_CLOSE_RESET);
  g_assert_cmpint (shoal_net_stream_get_security (out->stream),
                   ==,
                   terms->methods != 0 ? SHOAL_NET_SECURITY_ANSWERED : SHOAL_NET_SECURITY_ASKED);
  g_assert_cmpuint (in->received + out->received, ==, 0);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  const ShoalNetSecurityTerms rc4_only = { .methods = SHOAL_NET_METHOD_RC4 };
  const ShoalNetSecurityTerms none = { .accepts_bare = TRUE };
  const ShoalSwarmKey         other = { "another one 20 bytes" };

  check_refused (fixture, SHOAL_NET_METHOD_PLAIN, &rc4_only, &torrent);
  check_refused (fixture, SHOAL_NET_METHOD_RC4, &any_terms, &other);
  check_refused (fixture, SHOAL_NET_METHOD_RC4, &none, &torrent);
}

/* As a peer, which reads its greeting, waits for its torrent, and goes on. */
static void
test_rest_waits (Fixture *fixture, gconstpointer data)
{
  static const guint8 methods[] = { SHOAL_NET_METHOD_PLAIN, SHOAL_NET_METHOD_RC4 };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autoptr (Side) out = side_new (100000);
      g_autoptr (Side) in = side_new (0);

      in->stop_at = 50;
      start_outgoing (fixture, out, methods[i], &torrent);
      start_accepted (fixture, in, &any_terms);
      RUN_UNTIL (fixture, in->received == 50 && out->n_connected == 1);
      while (g_main_context_iteration (fixture->context, FALSE))
        ;
      g_assert_cmpuint (in->received, ==, 50);
      in->stop_at = 60;
      shoal_net_stream_set_reading (in->stream, TRUE);
      g_assert_cmpuint (in->received, ==, 50); /* never inside the call */
      RUN_UNTIL (fixture, in->received == 60);
      in->stop_at = 0;
      while (g_main_context_iteration (fixture->context, FALSE))
        ;
      g_assert_cmpuint (in->received, ==, 60);
      shoal_net_stream_set_reading (in->stream, TRUE);
      RUN_UNTIL (fixture, in->received == 100000);
    }
}

static void
test_later (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Side) out = side_new (5000);
  g_autoptr (Side) in = side_new (5000);

  in->answer = SHOAL_NET_KEY_LATER;
  start_outgoing (fixture, out, BOTH, &torrent);
  start_accepted (fixture, in, &any_terms);
  send_more (in);
  RUN_UNTIL (fixture, in->n_found == 1);
  shoal_net_stream_find_key_again (in->stream);
  g_assert_cmpuint (in->n_found, ==, 1);
  RUN_UNTIL (fixture, in->n_found == 2);
  g_assert_cmpint (shoal_net_stream_get_security (in->stream), ==, SHOAL_NET_SECURITY_ANSWERED);
  in->answer = SHOAL_NET_KEY_FOUND;
  shoal_net_stream_find_key_again (in->stream);
  RUN_UNTIL (fixture, in->received == 5000 && out->received == 5000);
  shoal_net_stream_find_key_again (in->stream);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_cmpuint (in->n_found, ==, 3);
}

static void
test_later_never (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Side) out = side_new (5000);
  g_autoptr (Side) in = side_new (0);

  in->answer = SHOAL_NET_KEY_LATER;
  start_outgoing (fixture, out, BOTH, &torrent);
  start_accepted (fixture, in, &any_terms);
  RUN_UNTIL (fixture, in->n_found == 1);
  in->answer = SHOAL_NET_KEY_UNKNOWN;
  shoal_net_stream_find_key_again (in->stream);
  RUN_UNTIL (fixture, in->n_closed == 1 && out->n_closed == 1);
  g_assert_cmpint (in->reason, ==, SHOAL_NET_CLOSE_INSECURE);
}

/* Every call may end the stream. */
static void
check_end (Fixture *fixture, Moment moment, gboolean by_free, gboolean outgoing)
{
  g_autoptr (Side) out = side_new (LARGE);
  g_autoptr (Side) in = side_new (LARGE);
  Side *ending = outgoing ? out : in;
  Side *other = outgoing ? in : out;

  ending->end_at = moment;
  ending->by_free = !!by_free;
  start_outgoing (fixture, out, SHOAL_NET_METHOD_RC4, &torrent);
  start_accepted (fixture, in, &any_terms);
  send_more (in);
  RUN_UNTIL (fixture, ending->ended && other->n_closed == 1);
}

static void
test_end (Fixture *fixture, gconstpointer data)
{
  for (Moment moment = MOMENT_BUFFERS; moment <= MOMENT_WRITABLE; moment++)
    for (guint i = 0; i < 4; i++)
      if (moment != MOMENT_CONNECTED || (i & 1))
        check_end (fixture, moment, (i & 2) != 0, (i & 1) != 0);
}

/* At any byte of the handshake the remote may go, or we. */
static void
test_cut (Fixture *fixture, gconstpointer data)
{
  ShoalNetMseRandom random = { .exponent = { 1, 2, 3 }, .noise_len = 20 };

  for (gsize cut = 1; cut < 116; cut += 5)
    {
      g_autoptr (Side) in = side_new (0);
      g_autoptr (ShoalNetMse) mse = shoal_net_mse_new_initiator (&random, BOTH, &torrent);
      struct sockaddr_storage sa;
      socklen_t               len = shoal_base_address_to_sockaddr (&fixture->address, &sa);
      int                     fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      gsize                   out_len;

      g_assert_cmpint (connect (fd, (struct sockaddr *) &sa, len), ==, 0);
      start_accepted (fixture, in, &any_terms);
      g_assert_cmpint (
          send (fd, shoal_net_mse_get_output (mse, &out_len), cut, 0), ==, (gssize) cut);
      while (g_main_context_iteration (fixture->context, FALSE))
        ;
      if (cut % 2)
        g_clear_pointer (&in->stream, shoal_net_stream_free);
      close (fd);
      if (cut % 2 == 0)
        {
          RUN_UNTIL (fixture, in->n_closed == 1);
          g_assert_cmpint (in->reason, <=, SHOAL_NET_CLOSE_RESET);
        }
    }
}

/* The limits hold for what is encrypted too. */
static void
test_limited (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Side) out = side_new (200000);
  g_autoptr (Side) in = side_new (100000);
  ShoalBaseBucket *root = shoal_base_bucket_new (NULL);
  ShoalBaseBucket *up = shoal_base_bucket_new (root), *down = shoal_base_bucket_new (root);
  gint64           start = g_get_monotonic_time (), now;
  guint64          bytes;

  shoal_base_bucket_set_limit (root, 1000 * 1000, start);
  start_outgoing (fixture, out, BOTH, &torrent);
  shoal_net_stream_set_buckets (out->stream, NULL, up);
  start_accepted (fixture, in, &any_terms);
  shoal_net_stream_set_buckets (in->stream, down, NULL);
  send_more (in);
  while (in->received < 200000 || out->received < 100000)
    {
      now = g_get_monotonic_time ();
      shoal_base_bucket_tick (root, now);
      shoal_base_bucket_tick (up, now);
      shoal_base_bucket_tick (down, now);
      if (!g_main_context_iteration (fixture->context, FALSE))
        g_usleep (500);
    }
  now = g_get_monotonic_time ();
  bytes = shoal_net_stream_get_bytes_out (out->stream) + shoal_net_stream_get_bytes_in (in->stream);
  /* A bucket may begin with the tokens of a quarter of a second. */
  g_assert_cmpuint (bytes, <=, (guint64) (now - start) + 250 * 1000 + 10000);
  shoal_net_stream_set_buckets (out->stream, NULL, NULL);
  shoal_net_stream_set_buckets (in->stream, NULL, NULL);
  shoal_base_bucket_free (up);
  shoal_base_bucket_free (down);
  shoal_base_bucket_free (root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/net/secure/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("transfer", test_transfer);
  ADD ("bare", test_bare);
  ADD ("bare-refused", test_bare_refused);
  ADD ("refused", test_refused);
  ADD ("rest-waits", test_rest_waits);
  ADD ("later", test_later);
  ADD ("later-never", test_later_never);
  ADD ("end", test_end);
  ADD ("cut", test_cut);
  ADD ("limited", test_limited);
  return g_test_run ();
}
