/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-udp.h"

#include <string.h>

#include "base/shoal-base-list.h"
#include "base/shoal-base-random.h"

/* BEP 15 allows a minute from when the id came; the question is on its way for a part of it. */
#define CONNECTION_USEC (50 * G_USEC_PER_SEC)

#define URGENT_RETRY_USEC (3 * G_USEC_PER_SEC / 2)

/* Doubling ends here: BEP 15 has n ≤ 8. */
#define MAX_DOUBLINGS 8

typedef struct _Server Server;

/* A packet that was sent and may be answered. Lies inside a server (connect) or a call. */
typedef struct
{
  guint32                    transaction;
  ShoalCodecTrackerUdpAction action;
  Server                    *server; /* unowned: whom it was sent to */
  ShoalDiscoverUdpCall      *call;   /* unowned: contains this; NULL: a connect */
  gboolean                   is_open;
} Pending;

struct _ShoalDiscoverUdp
{
  ShoalNetReactor      *reactor; /* unowned: outlives us */
  ShoalNetUdp          *socket;  /* unowned: outlives us */
  ShoalDiscoverUdpTimes times;
  GHashTable           *servers; /* owned: ShoalBaseAddress inside → owned Server */
  GHashTable           *pending; /* owned: transaction inside → unowned Pending */
};

/* A tracker, by address. */
struct _Server
{
  ShoalBaseAddress  address;
  ShoalDiscoverUdp *udp; /* unowned: owns us */
  guint64           connection;
  gint64            connected_usec; /* when the id came; 0: there is none */
  Pending           pending;        /* the connect */
  ShoalBaseList     calls;          /* owned, of ShoalDiscoverUdpCall */
  ShoalNetTimer     timer;          /* the next connect, or the end when nobody asks any more */
  gint64            next_usec;      /* of the next connect */
  guint             n_sent;         /* connects, without an answer */
};

struct _ShoalDiscoverUdpCall
{
  ShoalBaseList            link;
  Server                  *server; /* unowned: owns us */
  ShoalDiscoverUdpQuestion question;
  ShoalSwarmKey           *info_hashes; /* owned: those of the question */
  ShoalDiscoverUdpFunc     func;
  gpointer                 owner; /* unowned: cancels us before it goes */
  Pending                  pending;
  ShoalNetTimer            timer;
  gint64                   start_usec;
  gint64                   deadline_usec;
  gint64                   sent_usec; /* when the question went out last; 0: it waits for an id */
  guint                    n_sent;
  ShoalDiscoverUdpOutcome  verdict; /* if there is one, and the timer is to deliver it */
  GBytes                  *packet;  /* owned; with the verdict */

  guint has_verdict : 1;
  guint has_progress : 1;    /* the tracker is there: the time was extended */
  guint has_reconnected : 1; /* after an error that may have meant the id */
};

static void
open_pending (ShoalDiscoverUdp *self, Pending *pending)
{
  if (pending->is_open)
    return;
  do
    shoal_base_random_secure (&pending->transaction, sizeof pending->transaction);
  while (g_hash_table_contains (self->pending, &pending->transaction));
  g_hash_table_insert (self->pending, &pending->transaction, pending);
  pending->is_open = TRUE;
}

static void
close_pending (ShoalDiscoverUdp *self, Pending *pending)
{
  if (pending->is_open)
    g_hash_table_remove (self->pending, &pending->transaction);
  pending->is_open = FALSE;
}

static gint64
get_now (const Server *server)
{
  return shoal_net_reactor_get_now (server->udp->reactor);
}

static gint64
retry_delay (const ShoalDiscoverUdp *self, guint n_sent, gboolean is_urgent)
{
  if (is_urgent)
    return MIN (URGENT_RETRY_USEC, self->times.retry_usec);
  return self->times.retry_usec << MIN (n_sent - 1, MAX_DOUBLINGS);
}

static gboolean
is_waiting (const ShoalDiscoverUdpCall *call)
{
  return call->sent_usec == 0 && !call->has_verdict;
}

/* Whether anybody waits for a connection id; *is_urgent: whether one of them has little time. */
static gboolean
has_waiting (Server *server, gboolean *is_urgent)
{
  gboolean found = FALSE;

  *is_urgent = FALSE;
  SHOAL_BASE_LIST_FOREACH (&server->calls, node)
  {
    const ShoalDiscoverUdpCall *call = SHOAL_BASE_LIST_ENTRY (node, ShoalDiscoverUdpCall, link);

    if (!is_waiting (call))
      continue;
    found = TRUE;
    *is_urgent |= call->question.is_urgent;
  }
  return found;
}

static void
send_connect (Server *server, gboolean is_urgent)
{
  ShoalDiscoverUdp *self = server->udp;
  guint8            packet[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  gsize             len;

  open_pending (self, &server->pending);
  len = shoal_codec_tracker_udp_write_connect (packet, server->pending.transaction);
  shoal_net_udp_send (self->socket, &server->address, packet, len);
  server->n_sent++;
  server->next_usec = get_now (server) + retry_delay (self, server->n_sent, is_urgent);
  shoal_net_reactor_timer_set (self->reactor, &server->timer, server->next_usec);
}

static gboolean
has_connection (const Server *server)
{
  return server->connected_usec != 0 && get_now (server) - server->connected_usec < CONNECTION_USEC;
}

static void
arm_call (ShoalDiscoverUdpCall *call, gint64 retry_usec)
{
  shoal_net_reactor_timer_set (
      call->server->udp->reactor, &call->timer, MIN (retry_usec, call->deadline_usec));
}

static void
send_question (ShoalDiscoverUdpCall *call)
{
  Server                         *server = call->server;
  ShoalDiscoverUdp               *self = server->udp;
  const ShoalDiscoverUdpQuestion *question = &call->question;
  guint8                          packet[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  guint32                         transaction;
  gsize                           len;

  open_pending (self, &call->pending);
  transaction = call->pending.transaction;
  if (question->action == SHOAL_CODEC_TRACKER_UDP_ANNOUNCE)
    len = shoal_codec_tracker_udp_write_announce (
        packet, server->connection, transaction, &question->announce, question->url_data);
  else
    len = shoal_codec_tracker_udp_write_scrape (
        packet, server->connection, transaction, question->info_hashes, question->n_hashes);
  shoal_net_udp_send (self->socket, &server->address, packet, len);
  call->n_sent++;
  call->sent_usec = get_now (server);
  arm_call (call, call->sent_usec + retry_delay (self, call->n_sent, question->is_urgent));
}

/* Sends the question if there is a connection id, else sees to it that one comes. */
static void
pursue (ShoalDiscoverUdpCall *call)
{
  Server *server = call->server;

  if (has_connection (server))
    {
      send_question (call);
      return;
    }
  call->sent_usec = 0;
  arm_call (call, G_MAXINT64);
  if (!server->pending.is_open)
    server->n_sent = 0;
  else if (!call->question.is_urgent || server->next_usec <= get_now (server) + URGENT_RETRY_USEC)
    return;
  send_connect (server, call->question.is_urgent);
}

static void
remove_server (Server *server)
{
  g_hash_table_remove (server->udp->servers, &server->address);
}

static void
free_server (gpointer data)
{
  Server *server = data;

  close_pending (server->udp, &server->pending);
  shoal_net_reactor_timer_clear (server->udp->reactor, &server->timer);
  g_free (server);
}

/* Nobody asks any more: the connection id is kept for as long as it is good. */
static void
rest_server (Server *server)
{
  if (!shoal_base_list_is_empty (&server->calls))
    return;
  close_pending (server->udp, &server->pending);
  if (has_connection (server))
    shoal_net_reactor_timer_set (
        server->udp->reactor, &server->timer, server->connected_usec + CONNECTION_USEC);
  else
    remove_server (server);
}

static void
on_server_timer (gpointer owner, gint64 now_usec)
{
  Server  *server = owner;
  gboolean is_urgent;

  if (server->pending.is_open && has_waiting (server, &is_urgent))
    {
      send_connect (server, is_urgent);
      return;
    }
  close_pending (server->udp, &server->pending);
  rest_server (server);
}

static void
free_call (ShoalDiscoverUdpCall *call)
{
  ShoalDiscoverUdp *self = call->server->udp;

  close_pending (self, &call->pending);
  shoal_net_reactor_timer_clear (self->reactor, &call->timer);
  shoal_base_list_remove (&call->link);
  g_clear_pointer (&call->packet, g_bytes_unref);
  g_free (call->info_hashes);
  g_free (call);
}

void
shoal_discover_udp_cancel (ShoalDiscoverUdpCall *call)
{
  Server *server = call->server;

  free_call (call);
  rest_server (server);
}

/* Last thing a handler does: @func may free everything. */
static void
finish_call (ShoalDiscoverUdpCall   *call,
             ShoalDiscoverUdpOutcome outcome,
             const guint8           *data,
             gsize                   len)
{
  ShoalDiscoverUdpFunc func = call->func;
  gpointer             owner = call->owner;
  GBytes              *packet = g_steal_pointer (&call->packet); /* @data may lie in it */

  shoal_discover_udp_cancel (call);
  func (owner, outcome, data, len);
  g_clear_pointer (&packet, g_bytes_unref);
}

static void
on_call_timer (gpointer owner, gint64 now_usec)
{
  ShoalDiscoverUdpCall *call = owner;
  const guint8         *data = NULL;
  gsize                 len = 0;

  if (call->has_verdict)
    {
      if (call->packet != NULL)
        data = g_bytes_get_data (call->packet, &len);
      finish_call (call, call->verdict, data, len);
      return;
    }
  if (now_usec >= call->deadline_usec)
    {
      finish_call (call, SHOAL_DISCOVER_UDP_TIMEOUT, NULL, 0);
      return;
    }
  /* A tracker that was restarted is silent to ids from before. */
  if (call->server->connected_usec < call->start_usec)
    call->server->connected_usec = 0;
  pursue (call);
}

/* All that wait for a connection id get @outcome, each by its own timer, since any may end us. */
static void
fail_waiting (Server *server, ShoalDiscoverUdpOutcome outcome, GBytes *packet)
{
  SHOAL_BASE_LIST_FOREACH (&server->calls, node)
  {
    ShoalDiscoverUdpCall *call = SHOAL_BASE_LIST_ENTRY (node, ShoalDiscoverUdpCall, link);

    if (!is_waiting (call))
      continue;
    call->has_verdict = TRUE;
    call->verdict = outcome;
    call->packet = packet != NULL ? g_bytes_ref (packet) : NULL;
    shoal_net_reactor_timer_set (server->udp->reactor, &call->timer, get_now (server));
  }
}

static void
handle_connection (Server *server, const guint8 *data, gsize len)
{
  if (!shoal_codec_tracker_udp_parse_connect (data, len, &server->connection))
    return;
  close_pending (server->udp, &server->pending);
  server->connected_usec = get_now (server);
  shoal_net_reactor_timer_clear (server->udp->reactor, &server->timer);
  SHOAL_BASE_LIST_FOREACH (&server->calls, node)
  {
    ShoalDiscoverUdpCall *call = SHOAL_BASE_LIST_ENTRY (node, ShoalDiscoverUdpCall, link);

    if (!is_waiting (call))
      continue;
    if (!call->has_progress)
      call->deadline_usec = server->connected_usec + server->udp->times.timeout_usec;
    call->has_progress = TRUE;
    send_question (call);
  }
}

static void
handle_error (Pending *pending, const guint8 *data, gsize len)
{
  ShoalDiscoverUdpCall *call = pending->call;
  Server               *server = pending->server;

  if (call == NULL)
    {
      g_autoptr (GBytes) packet = g_bytes_new (data, len);

      close_pending (server->udp, pending);
      fail_waiting (server, SHOAL_DISCOVER_UDP_REFUSED, packet);
      return;
    }
  /* With an id from an earlier question, the error may mean the id. */
  if (!call->has_reconnected && server->connected_usec < call->start_usec)
    {
      call->has_reconnected = TRUE;
      server->connected_usec = 0;
      pursue (call);
      return;
    }
  finish_call (call, SHOAL_DISCOVER_UDP_REFUSED, data, len);
}

static gboolean
on_datagram (gpointer owner, const ShoalBaseAddress *from, const guint8 *data, gsize len)
{
  ShoalDiscoverUdp          *self = owner;
  ShoalCodecTrackerUdpAction action;
  guint32                    transaction;
  Pending                   *pending;

  if (!shoal_codec_tracker_udp_parse_head (data, len, &action, &transaction))
    return FALSE;
  pending = g_hash_table_lookup (self->pending, &transaction);
  if (pending == NULL || !shoal_base_address_equal (from, &pending->server->address))
    return FALSE;
  if (action == SHOAL_CODEC_TRACKER_UDP_ERROR)
    handle_error (pending, data, len);
  else if (action != pending->action)
    return FALSE;
  else if (pending->call != NULL)
    finish_call (pending->call, SHOAL_DISCOVER_UDP_ANSWERED, data, len);
  else
    handle_connection (pending->server, data, len);
  return TRUE;
}

/* Anyone could forge it, so it counts only for a tracker that has not shown itself. */
static void
on_unreachable (gpointer owner, const ShoalBaseAddress *to, int error_number)
{
  ShoalDiscoverUdp *self = owner;
  Server           *server = g_hash_table_lookup (self->servers, to);

  if (server != NULL && server->connected_usec == 0)
    fail_waiting (server, SHOAL_DISCOVER_UDP_UNREACHABLE, NULL);
}

static const ShoalNetUdpOps udp_ops = { on_datagram, on_unreachable };

ShoalDiscoverUdp *
shoal_discover_udp_new (ShoalNetReactor             *reactor,
                        ShoalNetUdp                 *socket,
                        const ShoalDiscoverUdpTimes *times)
{
  ShoalDiscoverUdp *self = g_new0 (ShoalDiscoverUdp, 1);

  self->reactor = reactor;
  self->socket = socket;
  self->times = *times;
  self->servers = g_hash_table_new_full (
      shoal_base_address_hash, shoal_base_address_equal_key, NULL, free_server);
  self->pending = g_hash_table_new (g_int_hash, g_int_equal);
  shoal_net_udp_register (socket, SHOAL_NET_UDP_TRACKER, &udp_ops, self);
  return self;
}

void
shoal_discover_udp_free (ShoalDiscoverUdp *self)
{
  GHashTableIter iter;
  gpointer       value;

  shoal_net_udp_register (self->socket, SHOAL_NET_UDP_TRACKER, NULL, NULL);
  g_hash_table_iter_init (&iter, self->servers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SHOAL_BASE_LIST_FOREACH (&((Server *) value)->calls, node)
      free_call (SHOAL_BASE_LIST_ENTRY (node, ShoalDiscoverUdpCall, link));
    }
  g_hash_table_unref (self->servers);
  g_hash_table_unref (self->pending);
  g_free (self);
}

static void
ask_anew (Server *server)
{
  close_pending (server->udp, &server->pending);
  server->connected_usec = 0;
  SHOAL_BASE_LIST_FOREACH (&server->calls, node)
  {
    ShoalDiscoverUdpCall *call = SHOAL_BASE_LIST_ENTRY (node, ShoalDiscoverUdpCall, link);

    if (call->has_verdict)
      continue;
    close_pending (server->udp, &call->pending);
    pursue (call);
  }
  rest_server (server);
}

void
shoal_discover_udp_set_socket (ShoalDiscoverUdp *self, ShoalNetUdp *socket)
{
  g_autoptr (GList) servers = g_hash_table_get_values (self->servers);
  GList *link;

  shoal_net_udp_register (self->socket, SHOAL_NET_UDP_TRACKER, NULL, NULL);
  self->socket = socket;
  shoal_net_udp_register (socket, SHOAL_NET_UDP_TRACKER, &udp_ops, self);
  for (link = servers; link != NULL; link = link->next)
    ask_anew (link->data);
}

static Server *
ensure_server (ShoalDiscoverUdp *self, const ShoalBaseAddress *address)
{
  Server *server = g_hash_table_lookup (self->servers, address);

  if (server != NULL)
    return server;
  server = g_new0 (Server, 1);
  server->address = *address;
  server->udp = self;
  server->pending.server = server;
  server->pending.action = SHOAL_CODEC_TRACKER_UDP_CONNECT;
  shoal_base_list_init (&server->calls);
  shoal_net_reactor_timer_init (&server->timer, on_server_timer, server);
  g_hash_table_insert (self->servers, &server->address, server);
  return server;
}

ShoalDiscoverUdpCall *
shoal_discover_udp_ask (ShoalDiscoverUdp               *self,
                        const ShoalBaseAddress         *to,
                        const ShoalDiscoverUdpQuestion *question,
                        ShoalDiscoverUdpFunc            func,
                        gpointer                        owner)
{
  ShoalDiscoverUdpCall *call = g_new0 (ShoalDiscoverUdpCall, 1);

  g_return_val_if_fail (question->n_hashes <= SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE, NULL);
  call->server = ensure_server (self, to);
  call->question = *question;
  call->info_hashes =
      g_memdup2 (question->info_hashes, question->n_hashes * sizeof (ShoalSwarmKey));
  call->question.info_hashes = call->info_hashes;
  call->func = func;
  call->owner = owner;
  call->pending.server = call->server;
  call->pending.call = call;
  call->pending.action = question->action;
  call->start_usec = shoal_net_reactor_get_now (self->reactor);
  call->deadline_usec = call->start_usec + self->times.timeout_usec;
  shoal_net_reactor_timer_init (&call->timer, on_call_timer, call);
  shoal_base_list_append (&call->server->calls, &call->link);
  pursue (call);
  return call;
}
