/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-route.h"

#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/shoal-base-bytes.h"
#include "base/shoal-base-policy.h"

/* Of the table that is looked at: default routes of hosts come early. */
#define MAX_TABLE (64 * 1024)

/* /proc/net/route: interface, destination, gateway, flags, …, metric, mask. */
enum
{
  COLUMN4_DESTINATION = 1,
  COLUMN4_GATEWAY = 2,
  COLUMN4_FLAGS = 3,
  COLUMN4_METRIC = 6,
  COLUMN4_MASK = 7,
  N_COLUMNS4 = 8,
};

/* /proc/net/ipv6_route: destination, its prefix, source, its prefix, next hop, metric, …, flags,
 * interface. */
enum
{
  COLUMN6_DESTINATION = 0,
  COLUMN6_PREFIX = 1,
  COLUMN6_GATEWAY = 4,
  COLUMN6_METRIC = 5,
  COLUMN6_FLAGS = 8,
  COLUMN6_INTERFACE = 9,
  N_COLUMNS6 = 10,
};

static guint
split_columns (const char *line, char **columns, guint max, char ***owned)
{
  char **words = g_strsplit_set (line, " \t", -1);
  guint  n = 0, i;

  for (i = 0; words[i] != NULL && n < max; i++)
    if (words[i][0] != '\0')
      columns[n++] = words[i];
  *owned = words;
  return n;
}

static gboolean
is_up_gateway (const char *flags)
{
  gulong value = strtoul (flags, NULL, 16);

  return (value & (RTF_UP | RTF_GATEWAY)) == (RTF_UP | RTF_GATEWAY);
}

/* The kernel prints the address as a number of this machine. */
static void
read_hex4 (const char *text, ShoalBaseAddress *out)
{
  guint32 raw = (guint32) strtoul (text, NULL, 16);
  guint8  ip[4];

  memcpy (ip, &raw, sizeof ip);
  shoal_base_address_init_ipv4 (out, ip, 0);
}

gboolean
shoal_net_route_parse_ipv4 (const char *text, ShoalBaseAddress *out)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gulong   best = G_MAXULONG;
  gboolean found = FALSE;
  guint    i;

  for (i = 0; lines[i] != NULL; i++)
    {
      char *columns[N_COLUMNS4];
      g_auto (GStrv) owned = NULL;
      guint n = split_columns (lines[i], columns, N_COLUMNS4, &owned);

      if (n < N_COLUMNS4 || strcmp (columns[COLUMN4_DESTINATION], "00000000") != 0 ||
          strcmp (columns[COLUMN4_MASK], "00000000") != 0 ||
          !is_up_gateway (columns[COLUMN4_FLAGS]) ||
          (found && strtoul (columns[COLUMN4_METRIC], NULL, 10) >= best))
        continue;
      best = strtoul (columns[COLUMN4_METRIC], NULL, 10);
      read_hex4 (columns[COLUMN4_GATEWAY], out);
      found = TRUE;
    }
  return found;
}

static gboolean
read_gateway6 (char *const            columns[N_COLUMNS6],
               ShoalNetRouteIndexFunc get_index,
               ShoalBaseAddress      *out)
{
  guint8 ip[16];

  if (!shoal_base_hex_decode (columns[COLUMN6_GATEWAY], ip, sizeof ip))
    return FALSE;
  shoal_base_address_init_ipv6 (out, ip, 0);
  if (shoal_base_policy_classify (out) == SHOAL_BASE_POLICY_KIND_LINK_LOCAL)
    out->scope_id = get_index (columns[COLUMN6_INTERFACE]);
  return TRUE;
}

static gboolean
is_default6 (char *const columns[N_COLUMNS6])
{
  return strspn (columns[COLUMN6_DESTINATION], "0") == 32 &&
         strcmp (columns[COLUMN6_PREFIX], "00") == 0 && is_up_gateway (columns[COLUMN6_FLAGS]);
}

gboolean
shoal_net_route_parse_ipv6 (const char            *text,
                            ShoalNetRouteIndexFunc get_index,
                            ShoalBaseAddress      *out)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gulong   best = G_MAXULONG;
  gboolean found = FALSE;
  guint    i;

  for (i = 0; lines[i] != NULL; i++)
    {
      char *columns[N_COLUMNS6];
      g_auto (GStrv) owned = NULL;
      guint  n = split_columns (lines[i], columns, N_COLUMNS6, &owned);
      gulong metric = n == N_COLUMNS6 ? strtoul (columns[COLUMN6_METRIC], NULL, 16) : 0;

      if (n < N_COLUMNS6 || !is_default6 (columns) || (found && metric >= best) ||
          !read_gateway6 (columns, get_index, out))
        continue;
      best = metric;
      found = TRUE;
    }
  return found;
}

static char *
read_table (const char *path)
{
  int    fd = open (path, O_RDONLY | O_CLOEXEC);
  char  *text;
  gsize  len = 0;
  gssize n;

  if (fd < 0)
    return NULL;
  text = g_malloc (MAX_TABLE + 1);
  while (len < MAX_TABLE && (n = read (fd, text + len, MAX_TABLE - len)) > 0)
    len += (gsize) n;
  close (fd);
  text[len] = '\0';
  return text;
}

static guint32
get_index_cb (const char *interface)
{
  return if_nametoindex (interface);
}

gboolean
shoal_net_route_find_gateway (guint16 family, ShoalBaseAddress *out)
{
  g_autofree char *text =
      read_table (family == AF_INET ? "/proc/net/route" : "/proc/net/ipv6_route");

  if (text == NULL)
    return FALSE;
  return family == AF_INET ? shoal_net_route_parse_ipv4 (text, out)
                           : shoal_net_route_parse_ipv6 (text, get_index_cb, out);
}
