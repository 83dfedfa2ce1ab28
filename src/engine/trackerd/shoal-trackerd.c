/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "trackerd/shoal-trackerd.h"

#include <errno.h>
#include <unistd.h>

#include "codec/shoal-codec-tracker-udp.h"
#include "net/shoal-net-endpoint.h"
#include "net/shoal-net-udp.h"
#include "trackerd/shoal-trackerd-http.h"

/* When any port will do, so often is tried to find one that is free for all sockets. */
#define MAX_PORT_TRIES 20

#define HTTP_TIMEOUT_SEC 10

struct _ShoalTrackerd
{
  ShoalNetReactor      *reactor; /* owned */
  ShoalTrackerdService *service; /* owned */
  ShoalTrackerdHttp    *http;    /* owned */
  GPtrArray            *udp;     /* owned, of UdpSide */
  ShoalNetTimer         tick;
  guint16               port;
  guint16               udp_port;
};

/* One UDP socket, as its callbacks see it. */
typedef struct
{
  ShoalTrackerd *trackerd; /* unowned: owns us */
  ShoalNetUdp   *socket;   /* owned */
} UdpSide;

/* Sockets before anything runs on them. */
typedef struct
{
  GArray                 *tcp; /* owned, of int: closed with it while they are here */
  GArray                 *udp; /* owned, the same */
  const ShoalBaseAddress *binds;
  guint                   n_binds;
  guint16                 tcp_port;
  guint16                 udp_port;
  gboolean                is_lenient; /* a family that the machine does not have is left out */
} Opening;

static gboolean
on_datagram (gpointer owner, const ShoalBaseAddress *from, const guint8 *data, gsize len)
{
  UdpSide *side = owner;
  guint8   out[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  gint64   now_usec = shoal_net_reactor_get_now (side->trackerd->reactor);
  gsize    n =
      shoal_trackerd_service_answer_udp (side->trackerd->service, from, data, len, now_usec, out);

  if (n > 0)
    shoal_net_udp_send (side->socket, from, out, n);
  return TRUE;
}

static const ShoalNetUdpOps udp_ops = { .on_datagram = on_datagram };

static void
free_udp_side (gpointer data)
{
  UdpSide *side = data;

  shoal_net_udp_free (side->socket);
  g_free (side);
}

static void
on_tick (gpointer owner, gint64 now_usec)
{
  ShoalTrackerd *self = owner;

  shoal_trackerd_service_tick (self->service, now_usec);
  shoal_net_reactor_timer_set (self->reactor, &self->tick, now_usec + G_USEC_PER_SEC);
}

static void
close_socket (gpointer element)
{
  close (*(int *) element);
}

static GArray *
new_socket_array (void)
{
  GArray *array = g_array_new (FALSE, FALSE, sizeof (int));

  g_array_set_clear_func (array, close_socket);
  return array;
}

static void
set_bind_error (GError **error, const ShoalBaseAddress *address, int type, int error_number)
{
  char text[SHOAL_BASE_ADDRESS_TEXT_SIZE];

  g_set_error (error,
               SHOAL_NET_ERROR,
               shoal_net_error_from_bind (error_number),
               "%s %s: %s",
               type == SOCK_STREAM ? "TCP" : "UDP",
               shoal_base_address_format (address, TRUE, text),
               g_strerror (error_number));
}

static gboolean
get_bound_port (int fd, guint16 *port)
{
  struct sockaddr_storage native;
  socklen_t               len = sizeof native;
  ShoalBaseAddress        address;

  if (getsockname (fd, (struct sockaddr *) &native, &len) != 0 ||
      !shoal_base_address_init_sockaddr (&address, (const struct sockaddr *) &native, len))
    return FALSE;
  *port = address.port;
  return TRUE;
}

/* Opens one socket for each address; *port 0 becomes what the first one got. */
static gboolean
open_type (const Opening *opening, int type, guint16 *port, GError **error)
{
  GArray *fds = type == SOCK_STREAM ? opening->tcp : opening->udp;
  int     error_number = EADDRNOTAVAIL;
  guint   i;

  for (i = 0; i < opening->n_binds; i++)
    {
      ShoalBaseAddress address = opening->binds[i];
      int              fd;

      address.port = *port;
      fd = shoal_net_endpoint_open_socket (&address, type);
      error_number = fd < 0 ? errno : 0;
      if (fd >= 0)
        g_array_append_val (fds, fd);
      else if (!opening->is_lenient ||
               (error_number != EAFNOSUPPORT && error_number != EADDRNOTAVAIL))
        {
          set_bind_error (error, &address, type, error_number);
          return FALSE;
        }
      if (fd >= 0 && *port == 0 && !get_bound_port (fd, port))
        return FALSE;
    }
  if (fds->len == 0)
    set_bind_error (error, &opening->binds[0], type, error_number);
  return fds->len > 0;
}

static gboolean
open_once (Opening *opening, const ShoalTrackerdOptions *options, GError **error)
{
  opening->tcp_port = options->port;
  if (!open_type (opening, SOCK_STREAM, &opening->tcp_port, error))
    return FALSE;
  opening->udp_port = options->udp_port > 0 ? options->udp_port : opening->tcp_port;
  return open_type (opening, SOCK_DGRAM, &opening->udp_port, error);
}

/* A free TCP port may be taken for UDP or the other family: where the choice is ours, try others.
 */
static gboolean
open_sockets (Opening *opening, const ShoalTrackerdOptions *options, GError **error)
{
  guint tries = options->port == 0 ? MAX_PORT_TRIES : 1;

  for (;;)
    {
      g_autoptr (GError) failure = NULL;

      if (open_once (opening, options, &failure))
        return TRUE;
      g_array_set_size (opening->tcp, 0);
      g_array_set_size (opening->udp, 0);
      if (--tries == 0 || !g_error_matches (failure, SHOAL_NET_ERROR, SHOAL_NET_ERROR_PORT_BUSY))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }
}

static void
add_udp (ShoalTrackerd *self, int fd)
{
  UdpSide *side = g_new0 (UdpSide, 1);

  side->trackerd = self;
  side->socket = shoal_net_udp_new (self->reactor, fd);
  shoal_net_udp_register (side->socket, SHOAL_NET_UDP_ANY, &udp_ops, side);
  g_ptr_array_add (self->udp, side);
}

static ShoalTrackerd *
build (GMainContext *context, const ShoalTrackerdOptions *options, Opening *opening)
{
  ShoalTrackerd *self = g_new0 (ShoalTrackerd, 1);
  guint          timeout_sec = options->timeout_sec > 0 ? options->timeout_sec : HTTP_TIMEOUT_SEC;
  guint          i;

  self->reactor = shoal_net_reactor_new (context);
  self->service = shoal_trackerd_service_new (options);
  self->http =
      shoal_trackerd_http_new (self->reactor, self->service, timeout_sec * (gint64) G_USEC_PER_SEC);
  self->udp = g_ptr_array_new_with_free_func (free_udp_side);
  for (i = 0; i < opening->tcp->len; i++)
    shoal_trackerd_http_listen (self->http, g_array_index (opening->tcp, int, i));
  for (i = 0; i < opening->udp->len; i++)
    add_udp (self, g_array_index (opening->udp, int, i));
  self->port = opening->tcp_port;
  self->udp_port = opening->udp_port;
  shoal_net_reactor_timer_init (&self->tick, on_tick, self);
  shoal_net_reactor_timer_set (
      self->reactor, &self->tick, shoal_net_reactor_get_now (self->reactor) + G_USEC_PER_SEC);
  return self;
}

ShoalTrackerd *
shoal_trackerd_new (GMainContext *context, const ShoalTrackerdOptions *options, GError **error)
{
  ShoalBaseAddress all[2] = { { .family = AF_INET }, { .family = AF_INET6 } };
  Opening          opening = {
             .tcp = new_socket_array (),
             .udp = new_socket_array (),
             .binds = options->n_binds > 0 ? options->binds : all,
             .n_binds = options->n_binds > 0 ? options->n_binds : G_N_ELEMENTS (all),
             .is_lenient = options->n_binds == 0,
  };
  ShoalTrackerd *self = NULL;

  if (open_sockets (&opening, options, error))
    {
      self = build (context, options, &opening);
      g_array_set_clear_func (opening.tcp, NULL); /* they have owners now */
      g_array_set_clear_func (opening.udp, NULL);
    }
  g_array_unref (opening.tcp);
  g_array_unref (opening.udp);
  return self;
}

void
shoal_trackerd_free (ShoalTrackerd *self)
{
  shoal_trackerd_http_free (self->http);
  g_ptr_array_unref (self->udp);
  shoal_net_reactor_timer_clear (self->reactor, &self->tick);
  shoal_net_reactor_free (self->reactor);
  shoal_trackerd_service_free (self->service);
  g_free (self);
}

guint16
shoal_trackerd_get_port (const ShoalTrackerd *self)
{
  return self->port;
}

guint16
shoal_trackerd_get_udp_port (const ShoalTrackerd *self)
{
  return self->udp_port;
}

void
shoal_trackerd_get_stats (const ShoalTrackerd *self, ShoalTrackerdStats *out)
{
  shoal_trackerd_service_get_stats (self->service, out);
  out->n_connections = shoal_trackerd_http_get_n_connections (self->http);
}

GArray *
shoal_trackerd_dup_swarms (const ShoalTrackerd *self, guint max)
{
  return shoal_trackerd_table_dup_rows (shoal_trackerd_service_get_table (self->service), max);
}
