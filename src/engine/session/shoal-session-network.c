/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include <unistd.h>

#include "piece/shoal-piece-choker.h"
#include "torrent/shoal-torrent-problem.h"

/* How peers reach us and we them: endpoints, incoming connections, the pace of outgoing ones,
 * slots. */

/* Connections begun a second; a burst of a second's worth may gather. */
#define CONNECTS_PER_SEC 30

/* Upload slots are divided over the torrents anew this often. */
#define SLOTS_USEC (5 * G_USEC_PER_SEC)

/* Incoming connections that have not said which torrent they want. */
#define MAX_INCOMING 200

static void
lookup_cb (gpointer owner, ShoalPeer *peer, const ShoalSwarmKey *swarm_key)
{
  shoal_session_visitors_arrive (owner, peer, swarm_key);
}

static void
closed_cb (gpointer owner, ShoalPeer *peer, ShoalPeerClose reason)
{
  ShoalSession *self = owner;

  shoal_session_visitors_leave (self, peer);
  g_hash_table_remove (self->incoming, peer);
}

static ShoalNetKeyAnswer
find_key_cb (gpointer               owner,
             ShoalPeer             *peer,
             const ShoalSha1       *hash,
             ShoalSwarmKey         *key,
             ShoalNetSecurityTerms *terms)
{
  return shoal_session_visitors_find_key (owner, peer, hash, key, terms);
}

static const ShoalPeerListener listener = { lookup_cb, closed_cb, find_key_cb };

static guint
count_peers (ShoalSession *self)
{
  return shoal_peer_context_get_n_peers (self->peers);
}

static void
accepted_cb (gpointer owner, int fd, const ShoalBaseAddress *remote)
{
  ShoalSession *self = owner;

  if (self->phase != SHOAL_SESSION_PHASE_RUNNING || !self->settings->use_tcp ||
      g_hash_table_size (self->incoming) >= MAX_INCOMING ||
      count_peers (self) >= self->settings->max_peers)
    {
      close (fd);
      return;
    }
  g_hash_table_add (self->incoming, shoal_peer_new_incoming (self->peers, fd, &listener, self));
  shoal_session_stir (self);
}

/* A tracker says how it sees us (BEP 24). One voice is enough while there is no other; a different
 * one counts when it comes twice in a row, since any single tracker may lie or sit in our own
 * network. */
static void
external_cb (gpointer owner, const ShoalBaseAddress *ip, const ShoalBaseAddress *teller)
{
  ShoalSession     *self = owner;
  guint             place = ip->family == AF_INET6;
  ShoalBaseAddress *known = &self->env.external[place];

  if (shoal_base_policy_is_local (ip))
    return;
  if (known->family == 0 || shoal_base_address_equal_ip (&self->external_rival[place], ip))
    *known = *ip;
  self->external_rival[place] = *ip;
}

static void
report_listening (ShoalSession *self, guint16 port)
{
  ShoalEvent *event;

  if (self->settings->port != 0 && port != self->settings->port)
    {
      event = shoal_event_new (SHOAL_EVENT_PORT_TAKEN, (ShoalTorrentId){ 0 });
      event->tcp_port = self->settings->port;
      shoal_session_report (self, event);
    }
  event = shoal_event_new (SHOAL_EVENT_LISTENING, (ShoalTorrentId){ 0 });
  event->tcp_port = event->udp_port = port;
  shoal_session_report (self, event);
}

static GPtrArray *
open_endpoints (ShoalSession *self)
{
  const ShoalSettings *settings = self->settings;
  g_autoptr (GError) error = NULL;
  GPtrArray *opened =
      shoal_net_endpoint_open_all (self->reactor,
                                   (const ShoalBaseAddress *) settings->bind_addresses->data,
                                   settings->bind_addresses->len,
                                   settings->port,
                                   &error);
  ShoalProblem *problem;

  if (opened != NULL)
    return opened;
  problem = shoal_torrent_problem_from_error (error, NULL);
  problem->number = settings->port;
  shoal_session_set_problem (self, problem);
  return NULL;
}

void
shoal_session_listen (ShoalSession *self)
{
  g_autoptr (GPtrArray) opened = open_endpoints (self);
  guint i;

  if (opened == NULL)
    return;
  shoal_discover_announcer_set_external_func (self->announcer, external_cb, self);
  for (i = 0; i < opened->len; i++)
    {
      ShoalNetEndpoint *endpoint = g_ptr_array_index (opened, i);

      shoal_net_listener_set_func (shoal_net_endpoint_get_listener (endpoint), accepted_cb, self);
      shoal_discover_announcer_add_endpoint (self->announcer, endpoint);
      g_ptr_array_add (self->endpoints, endpoint);
    }
  g_ptr_array_set_free_func (opened, NULL);
  report_listening (self, shoal_net_endpoint_get_port (g_ptr_array_index (self->endpoints, 0)));
}

/* Trackers have to hear of the old port that it is over, so this comes before the change. */
static GPtrArray *
leave_trackers (ShoalSession *self)
{
  GPtrArray     *left = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ShoalSessionEntry *entry = value;

      if (!entry->is_announced)
        continue;
      entry->is_announced = FALSE;
      shoal_discover_tracker_list_stop (entry->trackers);
      g_ptr_array_add (left, entry);
    }
  return left;
}

static void
replace_endpoint (ShoalSession *self, ShoalNetEndpoint *endpoint)
{
  guint i;

  for (i = 0; i < self->endpoints->len; i++)
    {
      ShoalNetEndpoint *old = g_ptr_array_index (self->endpoints, i);

      if (!shoal_base_address_equal_ip (shoal_net_endpoint_get_address (old),
                                        shoal_net_endpoint_get_address (endpoint)))
        continue;
      shoal_net_listener_set_func (shoal_net_endpoint_get_listener (endpoint), accepted_cb, self);
      shoal_discover_announcer_replace_endpoint (self->announcer, old, endpoint);
      if (self->dht.dht != NULL && shoal_discover_dht_has_endpoint (self->dht.dht, old))
        shoal_discover_dht_set_endpoint (self->dht.dht, endpoint);
      shoal_net_endpoint_free (old);
      g_ptr_array_index (self->endpoints, i) = endpoint;
      return;
    }
  shoal_net_endpoint_free (endpoint); /* of a family that was not there when we started */
}

/* Whether the port that is in use is the first free one from the wished one on, given that a new
 * one was found at @next. */
static gboolean
is_port_kept (const ShoalSession *self, guint16 port, guint16 next)
{
  return port > self->settings->port && port < next;
}

static void
return_to_trackers (GPtrArray *left)
{
  guint i;

  for (i = 0; i < left->len; i++)
    shoal_session_swarm_review (g_ptr_array_index (left, i));
}

static void
replace_endpoints (ShoalSession *self, GPtrArray *opened)
{
  g_autoptr (GPtrArray) left = leave_trackers (self);
  guint i;

  g_ptr_array_set_free_func (opened, NULL);
  for (i = 0; i < opened->len; i++)
    replace_endpoint (self, g_ptr_array_index (opened, i));
  return_to_trackers (left);
}

static void
change_port (ShoalSession *self, guint16 port)
{
  g_autoptr (GPtrArray) opened = open_endpoints (self);

  if (opened == NULL)
    return;
  if (!is_port_kept (self, port, shoal_net_endpoint_get_port (g_ptr_array_index (opened, 0))))
    replace_endpoints (self, opened);
  report_listening (self, shoal_net_endpoint_get_port (g_ptr_array_index (self->endpoints, 0)));
}

static void
listen_at_last (ShoalSession *self)
{
  g_autoptr (GPtrArray) left = leave_trackers (self);

  shoal_session_listen (self);
  shoal_session_dht_review (self, FALSE);
  return_to_trackers (left);
}

void
shoal_session_review_port (ShoalSession *self)
{
  guint16 port = 0;

  if (self->phase != SHOAL_SESSION_PHASE_RUNNING)
    return;
  if (self->endpoints->len > 0)
    port = shoal_net_endpoint_get_port (g_ptr_array_index (self->endpoints, 0));
  if (self->problem != NULL && self->problem->domain == SHOAL_PROBLEM_DOMAIN_NETWORK)
    shoal_session_set_problem (self, NULL);
  if (port == 0)
    listen_at_last (self);
  else if (self->settings->port != 0 && self->settings->port != port)
    change_port (self, port);
}

void
shoal_session_set_public_port (ShoalSession *self, guint16 family, guint16 port)
{
  guint i;

  for (i = 0; self->phase == SHOAL_SESSION_PHASE_RUNNING && i < self->endpoints->len; i++)
    {
      ShoalNetEndpoint *endpoint = g_ptr_array_index (self->endpoints, i);
      guint16           wanted = port != 0 ? port : shoal_net_endpoint_get_port (endpoint);
      g_autoptr (GPtrArray) left = NULL;

      if (shoal_net_endpoint_get_address (endpoint)->family != family ||
          shoal_net_endpoint_get_public_port (endpoint) == wanted)
        continue;
      left = leave_trackers (self);
      shoal_net_endpoint_set_public_port (endpoint, wanted);
      shoal_discover_announcer_set_port (self->announcer, endpoint, wanted);
      return_to_trackers (left);
    }
}

/* Torrents take turns; one that has nobody to try leaves the list until it says that it has. */
static void
connect_some (ShoalSession *self)
{
  while (self->n_connect_tokens > 0 && !shoal_base_list_is_empty (&self->connecting) &&
         count_peers (self) < self->settings->max_peers)
    {
      ShoalSessionEntry *entry =
          SHOAL_BASE_LIST_ENTRY (self->connecting.next, ShoalSessionEntry, connecting);

      shoal_base_list_remove (&entry->connecting);
      if (entry->torrent == NULL || !shoal_torrent_connect_one (entry->torrent))
        continue;
      self->n_connect_tokens--;
      shoal_base_list_append (&self->connecting, &entry->connecting);
    }
}

/* Once for all who became known in this turn. Who finds no token is left to the tick. */
static void
connect_now (gpointer owner)
{
  ShoalSession *self = owner;

  if (self->phase == SHOAL_SESSION_PHASE_RUNNING)
    connect_some (self);
}

void
shoal_session_connect_soon (ShoalSession *self)
{
  if (self->n_connect_tokens > 0)
    shoal_net_reactor_defer (self->reactor, &self->connect_now);
}

static GPtrArray *
list_awake (ShoalSession *self)
{
  GPtrArray *awake = g_ptr_array_new ();

  SHOAL_BASE_LIST_FOREACH (&self->awake, node)
  g_ptr_array_add (awake, SHOAL_BASE_LIST_ENTRY (node, ShoalSessionEntry, awake)->torrent);
  return awake;
}

static void
divide_slots (ShoalSession *self)
{
  g_autoptr (GPtrArray) awake = list_awake (self);
  guint             limit = self->settings->max_slots_per_torrent;
  guint             total = self->settings->max_slots;
  g_autofree guint *wanted = g_new0 (guint, awake->len + 1);
  g_autofree guint *given = g_new0 (guint, awake->len + 1);
  guint             i;

  for (i = 0; i < awake->len; i++)
    {
      guint interested = shoal_torrent_get_n_interested (g_ptr_array_index (awake, i));

      wanted[i] = total == 0 ? limit : MIN (MAX (interested, 1), limit);
    }
  if (total == 0)
    total = G_MAXUINT;
  shoal_piece_choker_distribute (wanted, given, awake->len, total, self->slots_turn++);
  for (i = 0; i < awake->len; i++)
    shoal_torrent_set_slots (g_ptr_array_index (awake, i), given[i]);
}

static void
gather_tokens (ShoalSession *self, gint64 now_usec)
{
  gint64 elapsed_usec = MIN (now_usec - self->tokens_usec, G_USEC_PER_SEC);
  guint  n = (guint) (elapsed_usec * CONNECTS_PER_SEC / G_USEC_PER_SEC);

  if (n == 0)
    return; /* the time is not lost: it counts at the next call */
  self->tokens_usec = now_usec;
  self->n_connect_tokens = MIN (self->n_connect_tokens + n, CONNECTS_PER_SEC);
}

void
shoal_session_network_tick (ShoalSession *self, gint64 now_usec)
{
  gather_tokens (self, now_usec);
  connect_some (self);
  if (now_usec - self->slots_usec >= SLOTS_USEC)
    {
      self->slots_usec = now_usec;
      divide_slots (self);
    }
}

void
shoal_session_network_clear (ShoalSession *self)
{
  shoal_net_reactor_cancel (&self->connect_now);
  g_hash_table_remove_all (self->incoming);
  g_ptr_array_set_size (self->strangers, 0);
  shoal_session_names_clear (self);
}

void
shoal_session_network_init (ShoalSession *self)
{
  self->strangers = g_ptr_array_new ();
  self->incoming = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) shoal_peer_free, NULL);
  shoal_session_names_init (self);
  shoal_base_list_init (&self->connecting);
  shoal_net_reactor_task_init (&self->connect_now, connect_now, self);
  self->n_connect_tokens = CONNECTS_PER_SEC;
}
