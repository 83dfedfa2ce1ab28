/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-url.h"

#include <string.h>

#include "base/shoal-base-address.h"
#include "codec/shoal-codec-tracker-http.h"
#include "codec/shoal-codec-url.h"

/* Path and query: what follows the authority. */
static const char *
find_url_data (const char *text)
{
  const char *authority = strstr (text, "://");

  g_assert (authority != NULL);
  return authority + 3 + strcspn (authority + 3, "/?#");
}

static gboolean
has_announce_arguments (const char *url_data)
{
  static const char *const names[] = { "info_hash=", "peer_id=", "event=", "uploaded=", "left=" };
  const char              *query = strchr (url_data, '?');
  guint                    i;

  for (i = 0; query != NULL && i < G_N_ELEMENTS (names); i++)
    {
      const char *found = query;

      while ((found = strstr (found + 1, names[i])) != NULL)
        if (found[-1] == '?' || found[-1] == '&')
          return TRUE;
    }
  return FALSE;
}

/* Names that are not of ASCII have come as their form in it. */
static char *
dup_name (const char *host)
{
  char             text[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  ShoalBaseAddress address;
  gsize            len = strlen (host);

  if (shoal_base_address_parse_ip (&address, host))
    return g_strdup (shoal_base_address_format (&address, FALSE, text));
  while (len > 1 && host[len - 1] == '.')
    len--;
  return g_ascii_strdown (host, (gssize) len);
}

static gboolean
read_authority (ShoalDiscoverUrl *self)
{
  g_autofree char *scheme = NULL;
  int              port = -1;

  if (!g_uri_split_network (self->text, G_URI_FLAGS_NONE, &scheme, &self->host, &port, NULL) ||
      self->host == NULL || *self->host == '\0')
    return FALSE;
  if (g_ascii_strcasecmp (scheme, "udp") == 0)
    self->scheme = SHOAL_DISCOVER_SCHEME_UDP;
  else if (port <= 0)
    port = g_ascii_strcasecmp (scheme, "https") == 0 ? 443 : 80;
  self->port = port > 0 && port <= G_MAXUINT16 ? (guint16) port : 0;
  self->origin = g_strdup_printf ("%s://%s:%u", scheme, self->host, self->port);
  return self->port != 0;
}

ShoalDiscoverUrl *
shoal_discover_url_new (const char *text)
{
  g_autoptr (ShoalDiscoverUrl) self = g_new0 (ShoalDiscoverUrl, 1);

  self->text = shoal_codec_url_dup_tracker (text, strlen (text));
  if (self->text == NULL || !read_authority (self))
    return NULL;
  self->name = dup_name (self->host);
  self->url_data = find_url_data (self->text);
  if (has_announce_arguments (self->url_data))
    return NULL;
  self->can_scrape =
      self->scheme == SHOAL_DISCOVER_SCHEME_UDP || shoal_codec_tracker_http_can_scrape (self->text);
  return g_steal_pointer (&self);
}

void
shoal_discover_url_free (ShoalDiscoverUrl *self)
{
  g_free (self->text);
  g_free (self->host);
  g_free (self->name);
  g_free (self->origin);
  g_free (self);
}
