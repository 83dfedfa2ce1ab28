/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-gio.h"

/* A name with more addresses than this means no good. */
#define MAX_ADDRESSES 64

GSocketAddress *
shoal_net_gio_to_socket_address (const ShoalBaseAddress *address)
{
  struct sockaddr_storage sa;
  socklen_t               len = shoal_base_address_to_sockaddr (address, &sa);

  return g_socket_address_new_from_native (&sa, len);
}

gboolean
shoal_net_gio_from_socket_address (ShoalBaseAddress *out, GSocketAddress *address)
{
  struct sockaddr_storage sa = { 0 };
  gssize                  len;

  out->family = 0;
  if (address == NULL || !G_IS_INET_SOCKET_ADDRESS (address))
    return FALSE;
  len = g_socket_address_get_native_size (address);
  if (len < 0 || (gsize) len > sizeof sa ||
      !g_socket_address_to_native (address, &sa, sizeof sa, NULL))
    return FALSE;
  return shoal_base_address_init_sockaddr (out, (const struct sockaddr *) &sa, (socklen_t) len);
}

static gboolean
init_from_inet (ShoalBaseAddress *out, GInetAddress *inet, guint16 port)
{
  const guint8 *bytes = g_inet_address_to_bytes (inet);

  if (g_inet_address_get_native_size (inet) == 4)
    shoal_base_address_init_ipv4 (out, bytes, port);
  else if (g_inet_address_get_native_size (inet) == 16)
    shoal_base_address_init_ipv6 (out, bytes, port);
  else
    return FALSE;
  return TRUE;
}

static gboolean
contains (const GArray *array, const ShoalBaseAddress *address)
{
  guint i;

  for (i = 0; i < array->len; i++)
    if (shoal_base_address_equal (&g_array_index (array, ShoalBaseAddress, i), address))
      return TRUE;
  return FALSE;
}

GArray *
shoal_net_gio_from_list (GList *addresses, guint16 port, int family)
{
  GArray *array = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  GList  *link;

  for (link = addresses; link != NULL && array->len < MAX_ADDRESSES; link = link->next)
    {
      ShoalBaseAddress address;

      if (init_from_inet (&address, link->data, port) &&
          (family == 0 || address.family == family) && !contains (array, &address))
        g_array_append_val (array, address);
    }
  return array;
}

GResolverNameLookupFlags
shoal_net_gio_get_lookup_flags (int family)
{
  if (family == AF_INET)
    return G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY;
  if (family == AF_INET6)
    return G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY;
  return G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT;
}
