/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-endpoint.h"

#include <errno.h>
#include <unistd.h>

/* Ports tried after the wished one: two other clients may be there already. */
#define MORE_PORTS 10

/* How often a free port is asked for that turns out to be taken in the other protocol or family. */
#define FREE_PORT_TRIES 20

/* Newcomers that wait in the kernel while the engine is busy. */
#define BACKLOG 128

struct _ShoalNetEndpoint
{
  ShoalBaseAddress  address;
  ShoalBaseAddress  bind;        /* family 0: all addresses */
  ShoalNetListener *listener;    /* owned */
  ShoalNetUdp      *udp;         /* owned */
  guint16           public_port; /* 0: the address's */
};

/* Where to open, and the sockets of one attempt. */
typedef struct
{
  ShoalBaseAddress address;
  int              tcp_fd;
  int              udp_fd;

  guint may_lack : 1; /* nobody asked for this address by name: its family may be missing */
} Place;

static void
set_options (int fd, const ShoalBaseAddress *address, int type)
{
  int on = 1;

  if (address->family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  /* For UDP it would let another program share, and take, our datagrams. */
  if (type == SOCK_STREAM)
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

int
shoal_net_endpoint_open_socket (const ShoalBaseAddress *address, int type)
{
  struct sockaddr_storage sa;
  socklen_t               len = shoal_base_address_to_sockaddr (address, &sa);
  int                     fd = socket (address->family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return -1;
  set_options (fd, address, type);
  if (bind (fd, (const struct sockaddr *) &sa, len) < 0 ||
      (type == SOCK_STREAM && listen (fd, BACKLOG) < 0))
    {
      int error_number = errno;

      close (fd);
      errno = error_number;
      return -1;
    }
  return fd;
}

static guint16
get_bound_port (int fd)
{
  struct sockaddr_storage sa = { 0 };
  socklen_t               len = sizeof sa;
  ShoalBaseAddress        address;

  if (getsockname (fd, (struct sockaddr *) &sa, &len) < 0 ||
      !shoal_base_address_init_sockaddr (&address, (const struct sockaddr *) &sa, len))
    return 0;
  return address.port;
}

static void
close_place (Place *place)
{
  if (place->tcp_fd >= 0)
    close (place->tcp_fd);
  if (place->udp_fd >= 0)
    close (place->udp_fd);
  place->tcp_fd = place->udp_fd = -1;
}

/* Returns 0 or errno. With *port 0 any free port is taken, and told there. */
static int
open_place (Place *place, guint16 *port)
{
  place->address.port = *port;
  place->tcp_fd = shoal_net_endpoint_open_socket (&place->address, SOCK_STREAM);
  if (place->tcp_fd < 0)
    return errno;
  place->address.port = get_bound_port (place->tcp_fd);
  place->udp_fd = shoal_net_endpoint_open_socket (&place->address, SOCK_DGRAM);
  if (place->udp_fd < 0)
    {
      int error_number = errno;

      close_place (place);
      return error_number;
    }
  *port = place->address.port;
  return 0;
}

static gboolean
is_lacking (const Place *place, int error_number)
{
  return place->may_lack && (error_number == EAFNOSUPPORT || error_number == EADDRNOTAVAIL ||
                             error_number == EPROTONOSUPPORT);
}

/* Opens all places with one port number. Returns 0 or errno, with the place that failed in *failed
 * and nothing open. */
static int
open_places (GArray *places, guint16 port, const Place **failed)
{
  int   lacking = 0;
  guint n_open = 0;
  guint i, k;

  for (i = 0; i < places->len; i++)
    {
      Place *place = &g_array_index (places, Place, i);
      int    error_number = open_place (place, &port);

      if (error_number == 0)
        n_open++;
      else if (is_lacking (place, error_number))
        lacking = error_number;
      else
        {
          for (k = 0; k < i; k++)
            close_place (&g_array_index (places, Place, k));
          *failed = place;
          return error_number;
        }
    }
  *failed = &g_array_index (places, Place, 0);
  return n_open > 0 ? 0 : lacking;
}

static int
open_first_free (GArray *places, guint16 port, const Place **failed)
{
  guint n_tries = port != 0 ? MORE_PORTS + 1 : FREE_PORT_TRIES;
  int   error_number = EADDRINUSE;
  guint i;

  for (i = 0; i < n_tries && port + (port != 0 ? i : 0) <= G_MAXUINT16; i++)
    {
      error_number = open_places (places, (guint16) (port != 0 ? port + i : 0), failed);
      if (error_number != EADDRINUSE)
        break;
    }
  return error_number;
}

static void
set_error (GError **error, const Place *failed, guint16 port, int error_number)
{
  char          text[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  ShoalNetError code = shoal_net_error_from_bind (error_number);

  shoal_base_address_format (&failed->address, FALSE, text);
  if (code == SHOAL_NET_ERROR_PORT_BUSY && port != 0)
    g_set_error (error,
                 SHOAL_NET_ERROR,
                 code,
                 "ports %u to %u are taken at %s",
                 port,
                 MIN (port + MORE_PORTS, G_MAXUINT16),
                 text);
  else
    g_set_error (error,
                 SHOAL_NET_ERROR,
                 code,
                 "cannot listen at %s, port %u: %s",
                 text,
                 port,
                 g_strerror (error_number));
}

static GArray *
make_places (const ShoalBaseAddress *binds, guint n_binds)
{
  GArray *places = g_array_new (FALSE, TRUE, sizeof (Place));
  guint   i;

  for (i = 0; i < n_binds; i++)
    {
      Place place = { .address = binds[i], .tcp_fd = -1, .udp_fd = -1 };

      g_array_append_val (places, place);
    }
  if (n_binds == 0)
    {
      Place four = { .address.family = AF_INET, .tcp_fd = -1, .udp_fd = -1, .may_lack = TRUE };
      Place six = { .address.family = AF_INET6, .tcp_fd = -1, .udp_fd = -1, .may_lack = TRUE };

      g_array_append_val (places, four);
      g_array_append_val (places, six);
    }
  return places;
}

static ShoalNetEndpoint *
new_endpoint (ShoalNetReactor *reactor, const Place *place)
{
  ShoalNetEndpoint *self = g_new0 (ShoalNetEndpoint, 1);

  self->address = place->address;
  if (!place->may_lack)
    {
      self->bind = place->address;
      self->bind.port = 0;
    }
  self->listener = shoal_net_listener_new (reactor, place->tcp_fd, NULL, NULL);
  self->udp = shoal_net_udp_new (reactor, place->udp_fd);
  return self;
}

GPtrArray *
shoal_net_endpoint_open_all (ShoalNetReactor        *reactor,
                             const ShoalBaseAddress *binds,
                             guint                   n_binds,
                             guint16                 port,
                             GError                **error)
{
  g_autoptr (GArray) places = make_places (binds, n_binds);
  const Place *failed = NULL;
  int          error_number = open_first_free (places, port, &failed);
  GPtrArray   *endpoints;
  guint        i;

  if (error_number != 0)
    {
      set_error (error, failed, port, error_number);
      return NULL;
    }
  endpoints = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_net_endpoint_free);
  for (i = 0; i < places->len; i++)
    if (g_array_index (places, Place, i).tcp_fd >= 0)
      g_ptr_array_add (endpoints, new_endpoint (reactor, &g_array_index (places, Place, i)));
  return endpoints;
}

void
shoal_net_endpoint_free (ShoalNetEndpoint *self)
{
  shoal_net_listener_free (self->listener);
  shoal_net_udp_free (self->udp);
  g_free (self);
}

ShoalNetEndpoint *
shoal_net_endpoint_find (const GPtrArray *endpoints, guint16 family)
{
  guint i;

  for (i = 0; i < endpoints->len; i++)
    {
      ShoalNetEndpoint *endpoint = g_ptr_array_index (endpoints, i);

      if (endpoint->address.family == family)
        return endpoint;
    }
  return NULL;
}

const ShoalBaseAddress *
shoal_net_endpoint_get_address (const ShoalNetEndpoint *self)
{
  return &self->address;
}

const ShoalBaseAddress *
shoal_net_endpoint_get_bind (const ShoalNetEndpoint *self)
{
  return self->bind.family != 0 ? &self->bind : NULL;
}

guint16
shoal_net_endpoint_get_port (const ShoalNetEndpoint *self)
{
  return self->address.port;
}

guint16
shoal_net_endpoint_get_public_port (const ShoalNetEndpoint *self)
{
  return self->public_port != 0 ? self->public_port : self->address.port;
}

void
shoal_net_endpoint_set_public_port (ShoalNetEndpoint *self, guint16 port)
{
  self->public_port = port;
}

ShoalNetListener *
shoal_net_endpoint_get_listener (ShoalNetEndpoint *self)
{
  return self->listener;
}

ShoalNetUdp *
shoal_net_endpoint_get_udp (ShoalNetEndpoint *self)
{
  return self->udp;
}
