/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include <sys/socket.h>

#include "net/shoal-net-endpoint.h"
#include "net/shoal-net-listener.h"
#include "net/shoal-net-mse.h"
#include "net/shoal-net-stream.h"
#include "torrent/shoal-torrent-way.h"

/* Those who name a torrent while one is being added, and encrypt. Of a session there is only what
 * they have to do with. */

static const ShoalSwarmKey torrent = { "a torrent's 20 bytes" };

typedef struct
{
  GMainContext     *context;
  ShoalSession      session;
  ShoalSessionEntry entry;
  ShoalNetListener *listener;
  ShoalBaseAddress  address;
  ShoalPeer        *visitor;
  ShoalPeerClose    reason; /* how the visitor ended */
  ShoalNetStream   *client;
  guint             n_closed;
} Fixture;

static void
lookup_cb (gpointer owner, ShoalPeer *peer, const ShoalSwarmKey *key)
{
  Fixture *self = owner;

  g_assert_true (shoal_sha1_equal (key, &torrent));
  shoal_session_visitors_arrive (&self->session, peer, key);
}

static void
visitor_closed_cb (gpointer owner, ShoalPeer *peer, ShoalPeerClose reason)
{
  Fixture *self = owner;

  self->reason = reason;
  shoal_session_visitors_leave (&self->session, peer);
  g_clear_pointer (&self->visitor, shoal_peer_free);
}

static ShoalNetKeyAnswer
find_key_cb (gpointer               owner,
             ShoalPeer             *peer,
             const ShoalSha1       *hash,
             ShoalSwarmKey         *key,
             ShoalNetSecurityTerms *terms)
{
  Fixture *self = owner;

  return shoal_session_visitors_find_key (&self->session, peer, hash, key, terms);
}

static const ShoalPeerListener LISTENER = { lookup_cb, visitor_closed_cb, find_key_cb };

static void
accept_cb (gpointer owner, int fd, const ShoalBaseAddress *remote)
{
  Fixture *self = owner;

  g_assert_null (self->visitor);
  self->visitor = shoal_peer_new_incoming (self->session.peers, fd, &LISTENER, self);
}

static guint
get_buffers (gpointer owner, struct iovec iov[2])
{
  static guint8 nowhere[100];

  iov[0] = (struct iovec){ nowhere, sizeof nowhere };
  return 1;
}

static void
on_bytes (gpointer owner, gsize n)
{
}

/* The handshake of BitTorrent goes along with that of the encryption. */
static void
on_connected (gpointer owner)
{
  Fixture           *self = owner;
  ShoalWireHandshake ours = { .swarm_key = torrent };
  guint8             bytes[SHOAL_WIRE_HANDSHAKE_SIZE];
  struct iovec       iov = { bytes, sizeof bytes };

  shoal_wire_handshake_write (&ours, bytes);
  g_assert_cmpuint (shoal_net_stream_send (self->client, &iov, 1), ==, sizeof bytes);
}

static void
on_writable (gpointer owner)
{
}

static void
on_closed (gpointer owner, ShoalNetCloseReason reason, int error_number)
{
  ((Fixture *) owner)->n_closed++;
}

static const ShoalNetStreamOps CLIENT_OPS = {
  get_buffers, on_bytes, on_connected, on_writable, on_closed,
};

static void
listen_here (Fixture *self)
{
  ShoalBaseAddress        loopback;
  struct sockaddr_storage sa = { 0 };
  socklen_t               len = sizeof sa;
  int                     fd;

  g_assert_true (shoal_base_address_parse_ip (&loopback, "127.0.0.1"));
  fd = shoal_net_endpoint_open_socket (&loopback, SOCK_STREAM);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &sa, &len), ==, 0);
  g_assert_true (shoal_base_address_init_sockaddr (&self->address, (struct sockaddr *) &sa, len));
  self->listener = shoal_net_listener_new (self->session.reactor, fd, accept_cb, self);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  ShoalSession         *session = &self->session;
  ShoalNetSecurityTerms terms;

  self->context = g_main_context_new ();
  session->phase = SHOAL_SESSION_PHASE_RUNNING;
  session->reactor = shoal_net_reactor_new (self->context);
  session->pool = shoal_base_pool_new ();
  session->peers = shoal_peer_context_new (session->reactor, session->pool, "test");
  session->by_key = g_hash_table_new (shoal_sha1_hash, shoal_sha1_equal_key);
  session->by_hash = g_hash_table_new (shoal_sha1_hash, shoal_sha1_equal_key);
  session->strangers = g_ptr_array_new ();
  session->settings = shoal_settings_new ();
  session->settings->encryption = SHOAL_ENCRYPTION_REQUIRE;
  shoal_torrent_way_get_incoming (SHOAL_ENCRYPTION_REQUIRE, &terms);
  shoal_peer_context_set_security (session->peers, &terms);
  listen_here (self);
  self->client =
      shoal_net_stream_new_outgoing (session->reactor, &self->address, NULL, &CLIENT_OPS, self);
  shoal_net_stream_offer_encryption (self->client, SHOAL_NET_METHOD_RC4, &torrent);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  ShoalSession *session = &self->session;

  g_clear_pointer (&self->visitor, shoal_peer_free);
  shoal_net_stream_free (self->client);
  shoal_net_listener_free (self->listener);
  shoal_net_reactor_free (session->reactor);
  shoal_peer_context_free (session->peers);
  shoal_base_pool_free (session->pool);
  g_hash_table_unref (session->by_key);
  g_hash_table_unref (session->by_hash);
  g_queue_clear (&session->adding);
  g_ptr_array_unref (session->strangers);
  shoal_settings_unref (session->settings);
  g_main_context_unref (self->context);
}

#define RUN_UNTIL(self, condition)                                                                 \
  while (!(condition))                                                                             \
  g_main_context_iteration ((self)->context, TRUE)

/* More wait already than may: who is let in, is refused. */
#define MANY 1000

/* The torrent is there, and takes visitors. */
static void
add_entry (Fixture *self)
{
  ShoalSessionEntry *entry = &self->entry;

  entry->session = &self->session;
  entry->row.options.seeds = TRUE;
  entry->row.hashes.v1 = torrent;
  shoal_net_mse_hash_key (&torrent, &entry->key_hash);
  g_hash_table_insert (self->session.by_key, &entry->row.hashes.v1, entry);
  g_hash_table_insert (self->session.by_hash, &entry->key_hash, entry);
}

static void
test_unknown (Fixture *self, gconstpointer data)
{
  RUN_UNTIL (self, self->n_closed > 0 && self->reason != SHOAL_PEER_CLOSE_NONE);
  g_assert_cmpint (self->reason, ==, SHOAL_PEER_CLOSE_INSECURE);
  g_assert_cmpint (shoal_net_stream_get_security (self->client), ==, SHOAL_NET_SECURITY_ANSWERED);
}

static void
test_known (Fixture *self, gconstpointer data)
{
  add_entry (self);
  self->session.n_visitors = MANY;
  RUN_UNTIL (self, self->n_closed > 0 && self->reason != SHOAL_PEER_CLOSE_NONE);
  g_assert_cmpint (self->reason, ==, SHOAL_PEER_CLOSE_REFUSED);
}

/* As long as it takes nobody, nobody hears that it is there. */
static void
assert_not_told (Fixture *self)
{
  test_unknown (self, NULL);
  g_assert_cmpuint (self->session.strangers->len, ==, 0);
}

static void
test_held (Fixture *self, gconstpointer data)
{
  add_entry (self);
  self->entry.is_held = TRUE;
  assert_not_told (self);
}

static void
test_hidden (Fixture *self, gconstpointer data)
{
  add_entry (self);
  self->entry.row.removed_at = 1;
  assert_not_told (self);
}

static void
test_paused (Fixture *self, gconstpointer data)
{
  add_entry (self);
  self->entry.row.options.paused = TRUE;
  assert_not_told (self);
}

/* It waits for its turn. */
static void
test_queued (Fixture *self, gconstpointer data)
{
  add_entry (self);
  self->entry.line.state = SHOAL_SESSION_QUEUE_WAITING;
  assert_not_told (self);
}

static void
test_all_rest (Fixture *self, gconstpointer data)
{
  add_entry (self);
  self->session.settings->hold = SHOAL_HOLD_METERED;
  assert_not_told (self);
}

static void
test_not_seeding (Fixture *self, gconstpointer data)
{
  add_entry (self);
  self->entry.row.options.seeds = FALSE;
  self->entry.row.stats.is_settled = TRUE;
  assert_not_told (self);
}

static void
test_in_trouble (Fixture *self, gconstpointer data)
{
  g_autoptr (ShoalProblem) problem =
      shoal_problem_new (SHOAL_PROBLEM_DOMAIN_STORAGE, SHOAL_PROBLEM_MISSING, NULL, NULL);

  add_entry (self);
  self->entry.problem = problem;
  assert_not_told (self);
}

static void
test_stopping (Fixture *self, gconstpointer data)
{
  add_entry (self);
  self->session.phase = SHOAL_SESSION_PHASE_STOPPING;
  assert_not_told (self);
}

/* What is parsed does not matter. */
static void
set_n_adding (Fixture *self, guint n)
{
  g_queue_clear (&self->session.adding);
  while (self->session.adding.length < n)
    g_queue_push_tail (&self->session.adding, self);
}

/* It waits for what is being added, is asked for again, and waits once more for the other. */
static void
test_waits (Fixture *self, gconstpointer data)
{
  set_n_adding (self, 2);
  RUN_UNTIL (self, self->session.strangers->len == 1);
  g_assert_cmpint (shoal_peer_get_security (self->visitor), ==, SHOAL_NET_SECURITY_ANSWERED);
  set_n_adding (self, 1);
  shoal_session_visitors_ask_again (&self->session);
  g_assert_cmpuint (self->session.strangers->len, ==, 0);
  RUN_UNTIL (self, self->session.strangers->len == 1);
  add_entry (self);
  set_n_adding (self, 0);
  self->session.n_visitors = MANY;
  shoal_session_visitors_ask_again (&self->session);
  RUN_UNTIL (self, self->reason != SHOAL_PEER_CLOSE_NONE);
  g_assert_cmpint (self->reason, ==, SHOAL_PEER_CLOSE_REFUSED);
  g_assert_cmpuint (self->session.strangers->len, ==, 0);
}

static void
test_waits_in_vain (Fixture *self, gconstpointer data)
{
  set_n_adding (self, 1);
  RUN_UNTIL (self, self->session.strangers->len == 1);
  set_n_adding (self, 0);
  shoal_session_visitors_ask_again (&self->session);
  RUN_UNTIL (self, self->reason != SHOAL_PEER_CLOSE_NONE);
  g_assert_cmpint (self->reason, ==, SHOAL_PEER_CLOSE_INSECURE);
}

/* Who goes while waiting is forgotten. */
static void
test_leaves (Fixture *self, gconstpointer data)
{
  set_n_adding (self, 1);
  RUN_UNTIL (self, self->session.strangers->len == 1);
  shoal_net_stream_close (self->client);
  RUN_UNTIL (self, self->reason != SHOAL_PEER_CLOSE_NONE);
  g_assert_cmpint (self->reason, ==, SHOAL_PEER_CLOSE_REMOTE);
  g_assert_cmpuint (self->session.strangers->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func)                                                                            \
  g_test_add ("/session/visitors/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("unknown", test_unknown);
  ADD ("known", test_known);
  ADD ("held", test_held);
  ADD ("hidden", test_hidden);
  ADD ("paused", test_paused);
  ADD ("queued", test_queued);
  ADD ("all-rest", test_all_rest);
  ADD ("not-seeding", test_not_seeding);
  ADD ("in-trouble", test_in_trouble);
  ADD ("stopping", test_stopping);
  ADD ("waits", test_waits);
  ADD ("waits-in-vain", test_waits_in_vain);
  ADD ("leaves", test_leaves);
  return g_test_run ();
}
