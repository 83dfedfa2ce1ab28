/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-interface.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

static socklen_t
get_size (guint16 family)
{
  return family == AF_INET ? sizeof (struct sockaddr_in) : sizeof (struct sockaddr_in6);
}

/* The ones a mask begins with. */
static guint
count_bits (const ShoalBaseAddress *mask)
{
  guint size = mask->family == AF_INET ? 4 : 16;
  guint n = 0;

  while (n < size * 8 && (mask->ip[n / 8] & 0x80 >> n % 8) != 0)
    n++;
  return n;
}

static guint
get_prefix (const struct sockaddr *mask, guint16 family)
{
  struct sockaddr_storage sa = { 0 };
  ShoalBaseAddress        address;

  if (mask == NULL)
    return family == AF_INET ? 32 : 128;
  memcpy (&sa, mask, get_size (family));
  sa.ss_family = family; /* some leave it out */
  if (family == AF_INET6)
    {
      const struct sockaddr_in6 *sa6 = (const struct sockaddr_in6 *) &sa;

      address.family = AF_INET6;
      memcpy (address.ip, &sa6->sin6_addr, sizeof address.ip);
    }
  else if (!shoal_base_address_init_sockaddr (
               &address, (const struct sockaddr *) &sa, get_size (family)))
    return 32;
  return count_bits (&address);
}

static void
add_row (GArray *rows, const struct ifaddrs *entry)
{
  ShoalNetInterface row = { 0 };
  guint16           family;

  if (entry->ifa_addr == NULL || (entry->ifa_flags & IFF_UP) == 0)
    return;
  family = entry->ifa_addr->sa_family;
  if ((family != AF_INET && family != AF_INET6) ||
      !shoal_base_address_init_sockaddr (&row.address, entry->ifa_addr, get_size (family)))
    return;
  row.index = if_nametoindex (entry->ifa_name);
  row.prefix = get_prefix (entry->ifa_netmask, row.address.family);
  row.is_multicast = (entry->ifa_flags & IFF_MULTICAST) != 0;
  row.is_loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
  if (row.index != 0)
    g_array_append_val (rows, row);
}

GArray *
shoal_net_interface_list (void)
{
  GArray         *rows = g_array_new (FALSE, FALSE, sizeof (ShoalNetInterface));
  struct ifaddrs *first = NULL;
  struct ifaddrs *entry;

  if (getifaddrs (&first) < 0)
    return rows;
  for (entry = first; entry != NULL && rows->len < SHOAL_NET_INTERFACE_MAX; entry = entry->ifa_next)
    add_row (rows, entry);
  freeifaddrs (first);
  return rows;
}

static gboolean
shares_prefix (const ShoalBaseAddress *a, const ShoalBaseAddress *b, guint prefix)
{
  guint whole = prefix / 8;
  guint rest = prefix % 8;

  if (a->family != b->family || memcmp (a->ip, b->ip, whole) != 0)
    return FALSE;
  return rest == 0 || (a->ip[whole] ^ b->ip[whole]) >> (8 - rest) == 0;
}

gboolean
shoal_net_interface_is_on_link (const GArray *interfaces, const ShoalBaseAddress *address)
{
  guint i;

  for (i = 0; i < interfaces->len; i++)
    {
      const ShoalNetInterface *row = &g_array_index (interfaces, ShoalNetInterface, i);

      if (row->prefix > 0 && shares_prefix (&row->address, address, row->prefix))
        return TRUE;
    }
  return FALSE;
}

gboolean
shoal_net_interface_is_own (const GArray *interfaces, const ShoalBaseAddress *address)
{
  guint i;

  for (i = 0; i < interfaces->len; i++)
    if (shoal_base_address_equal_ip (&g_array_index (interfaces, ShoalNetInterface, i).address,
                                     address))
      return TRUE;
  return FALSE;
}

gboolean
shoal_net_interface_find_source (const ShoalBaseAddress *to, ShoalBaseAddress *out)
{
  struct sockaddr_storage sa;
  socklen_t               len = shoal_base_address_to_sockaddr (to, &sa);
  int                     fd = socket (to->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean                found = FALSE;

  if (fd < 0)
    return FALSE;
  if (connect (fd, (const struct sockaddr *) &sa, len) == 0)
    {
      len = sizeof sa;
      found = getsockname (fd, (struct sockaddr *) &sa, &len) == 0 &&
              shoal_base_address_init_sockaddr (out, (const struct sockaddr *) &sa, len);
    }
  close (fd);
  if (found)
    out->port = 0;
  return found;
}
