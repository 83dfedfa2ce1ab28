/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "base/shoal-base-address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>

#include "base/shoal-base-bytes.h"

static const guint8 mapped_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

void
shoal_base_address_init_ipv4 (ShoalBaseAddress *self, const guint8 ip[4], guint16 port)
{
  memset (self, 0, sizeof *self);
  self->family = AF_INET;
  self->port = port;
  memcpy (self->ip, ip, 4);
}

void
shoal_base_address_init_ipv6 (ShoalBaseAddress *self, const guint8 ip[16], guint16 port)
{
  if (memcmp (ip, mapped_prefix, sizeof mapped_prefix) == 0)
    {
      shoal_base_address_init_ipv4 (self, ip + 12, port);
      return;
    }
  memset (self, 0, sizeof *self);
  self->family = AF_INET6;
  self->port = port;
  memcpy (self->ip, ip, 16);
}

gboolean
shoal_base_address_init_sockaddr (ShoalBaseAddress *self, const struct sockaddr *sa, socklen_t len)
{
  memset (self, 0, sizeof *self);
  if (sa->sa_family == AF_INET && len >= sizeof (struct sockaddr_in))
    {
      struct sockaddr_in in;

      memcpy (&in, sa, sizeof in);
      shoal_base_address_init_ipv4 (self, (const guint8 *) &in.sin_addr, ntohs (in.sin_port));
      return TRUE;
    }
  if (sa->sa_family == AF_INET6 && len >= sizeof (struct sockaddr_in6))
    {
      struct sockaddr_in6 in6;

      memcpy (&in6, sa, sizeof in6);
      shoal_base_address_init_ipv6 (self, in6.sin6_addr.s6_addr, ntohs (in6.sin6_port));
      if (self->family == AF_INET6)
        self->scope_id = in6.sin6_scope_id;
      return TRUE;
    }
  return FALSE;
}

socklen_t
shoal_base_address_to_sockaddr (const ShoalBaseAddress *self, struct sockaddr_storage *out)
{
  memset (out, 0, sizeof *out);
  if (self->family == AF_INET)
    {
      struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons (self->port) };

      memcpy (&in.sin_addr, self->ip, 4);
      memcpy (out, &in, sizeof in);
      return sizeof in;
    }
  else
    {
      struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
                                  .sin6_port = htons (self->port),
                                  .sin6_scope_id = self->scope_id };

      memcpy (&in6.sin6_addr, self->ip, 16);
      memcpy (out, &in6, sizeof in6);
      return sizeof in6;
    }
}

gboolean
shoal_base_address_parse_ip (ShoalBaseAddress *self, const char *text)
{
  char        bare[INET6_ADDRSTRLEN + 1];
  const char *percent = strchr (text, '%');
  gsize       len = percent != NULL ? (gsize) (percent - text) : strlen (text);
  guint8      ip[16];

  memset (self, 0, sizeof *self);
  if (len >= sizeof bare)
    return FALSE;
  memcpy (bare, text, len);
  bare[len] = '\0';
  if (percent == NULL && inet_pton (AF_INET, bare, ip) == 1)
    shoal_base_address_init_ipv4 (self, ip, 0);
  else if (inet_pton (AF_INET6, bare, ip) == 1)
    shoal_base_address_init_ipv6 (self, ip, 0);
  else
    return FALSE;
  if (percent != NULL)
    {
      guint64 scope = 0;

      if (!g_ascii_string_to_unsigned (percent + 1, 10, 1, G_MAXUINT32, &scope, NULL))
        scope = if_nametoindex (percent + 1);
      if (scope == 0 || self->family != AF_INET6)
        return FALSE;
      self->scope_id = (guint32) scope;
    }
  return TRUE;
}

gboolean
shoal_base_address_split_host_port (const char *text, char **host, guint16 *port)
{
  const char *colon = strrchr (text, ':');
  guint64     value;

  *host = NULL;
  if (colon == NULL || colon == text ||
      !g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &value, NULL))
    return FALSE;
  *port = (guint16) value;
  if (text[0] == '[')
    {
      if (colon[-1] != ']' || colon - text < 3)
        return FALSE;
      *host = g_strndup (text + 1, (gsize) (colon - text) - 2);
      return TRUE;
    }
  if (memchr (text, ':', (gsize) (colon - text)) != NULL)
    return FALSE;
  *host = g_strndup (text, (gsize) (colon - text));
  return TRUE;
}

gboolean
shoal_base_address_parse (ShoalBaseAddress *self, const char *text)
{
  g_autofree char *host = NULL;
  guint16          port;

  memset (self, 0, sizeof *self);
  if (!shoal_base_address_split_host_port (text, &host, &port) ||
      !shoal_base_address_parse_ip (self, host))
    return FALSE;
  self->port = port;
  return TRUE;
}

const char *
shoal_base_address_format (const ShoalBaseAddress *self,
                           gboolean                with_port,
                           char                    out[SHOAL_BASE_ADDRESS_TEXT_SIZE])
{
  char ip[INET6_ADDRSTRLEN] = "";
  char scope[12] = "";

  if (self->family == 0)
    g_strlcpy (ip, "?", sizeof ip);
  else
    inet_ntop (self->family, self->ip, ip, sizeof ip);
  if (self->scope_id != 0)
    g_snprintf (scope, sizeof scope, "%%%u", self->scope_id);
  if (!with_port)
    g_snprintf (out, SHOAL_BASE_ADDRESS_TEXT_SIZE, "%s%s", ip, scope);
  else if (self->family == AF_INET6)
    g_snprintf (out, SHOAL_BASE_ADDRESS_TEXT_SIZE, "[%s%s]:%u", ip, scope, self->port);
  else
    g_snprintf (out, SHOAL_BASE_ADDRESS_TEXT_SIZE, "%s:%u", ip, self->port);
  return out;
}

gboolean
shoal_base_address_equal_ip (const ShoalBaseAddress *a, const ShoalBaseAddress *b)
{
  return a->family == b->family && a->scope_id == b->scope_id &&
         memcmp (a->ip, b->ip, sizeof a->ip) == 0;
}

gboolean
shoal_base_address_equal (const ShoalBaseAddress *a, const ShoalBaseAddress *b)
{
  return a->port == b->port && shoal_base_address_equal_ip (a, b);
}

ShoalBaseAddress
shoal_base_address_get_host (const ShoalBaseAddress *self)
{
  ShoalBaseAddress host = *self;

  host.port = 0;
  host.scope_id = 0;
  if (host.family == AF_INET6)
    memset (host.ip + 8, 0, 8);
  return host;
}

/* FNV-1a over the bytes that shoal_base_address_equal() compares. */
guint
shoal_base_address_hash (gconstpointer key)
{
  const ShoalBaseAddress *self = key;
  guint                   hash = 2166136261u ^ self->port ^ (guint) self->family << 16;
  guint                   i;

  for (i = 0; i < sizeof self->ip; i++)
    hash = (hash ^ self->ip[i]) * 16777619u;
  return hash;
}

gboolean
shoal_base_address_equal_key (gconstpointer a, gconstpointer b)
{
  return shoal_base_address_equal (a, b);
}

gsize
shoal_base_address_write_compact (const ShoalBaseAddress *self, guint8 out[18])
{
  gsize len = self->family == AF_INET ? 4 : 16;

  memcpy (out, self->ip, len);
  shoal_base_write_be16 (out + len, self->port);
  return len + 2;
}

/* CRC-32C (Castagnoli), bit by bit: a few bytes, once a peer. */
static guint32
crc32c (const guint8 *data, gsize len)
{
  guint32 crc = 0xffffffff;
  gsize   i;
  guint   bit;

  for (i = 0; i < len; i++)
    {
      crc ^= data[i];
      for (bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (0x82f63b78 & -(crc & 1));
    }
  return ~crc;
}

/* Masks @ip: bytes below @keep stay, the others lose every second bit. */
static void
mask_ip (guint8 *ip, gsize len, gsize keep)
{
  gsize i;

  for (i = keep; i < len; i++)
    ip[i] &= 0x55;
}

/* How much of the address BEP 40 keeps: more, the nearer the two are. */
static gsize
kept_bytes (const ShoalBaseAddress *a, const ShoalBaseAddress *b)
{
  if (a->family == AF_INET)
    return memcmp (a->ip, b->ip, 3) == 0 ? 4 : memcmp (a->ip, b->ip, 2) == 0 ? 3 : 2;
  return memcmp (a->ip, b->ip, 7) == 0 ? 8 : memcmp (a->ip, b->ip, 6) == 0 ? 7 : 6;
}

guint32
shoal_base_address_priority (const ShoalBaseAddress *a, const ShoalBaseAddress *b)
{
  guint8 one[16], two[16], joined[32];
  gsize  len = a->family == AF_INET ? 4 : 16;
  gsize  keep;

  if (a->family != b->family)
    return 0;
  if (shoal_base_address_equal_ip (a, b))
    {
      shoal_base_write_be16 (joined, MIN (a->port, b->port));
      shoal_base_write_be16 (joined + 2, MAX (a->port, b->port));
      return crc32c (joined, 4);
    }
  keep = kept_bytes (a, b);
  memcpy (one, a->ip, len);
  memcpy (two, b->ip, len);
  mask_ip (one, len, keep);
  mask_ip (two, len, keep);
  if (memcmp (one, two, len) <= 0)
    {
      memcpy (joined, one, len);
      memcpy (joined + len, two, len);
    }
  else
    {
      memcpy (joined, two, len);
      memcpy (joined + len, one, len);
    }
  return crc32c (joined, 2 * len);
}
