/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-http-url.h"

#include <libsoup/soup.h>
#include <string.h>

#include "net/shoal-net-resolve.h"

/* Longer ones are refused by servers too. */
#define MAX_URL_LENGTH 8192

static gboolean
is_plain (const char *text)
{
  gsize i;

  for (i = 0; text[i] != '\0'; i++)
    if (!g_ascii_isgraph (text[i]) || i >= MAX_URL_LENGTH)
      return FALSE;
  return TRUE;
}

/* GUri turns a percent-encoded name into the ASCII form of an international one: look at the text
 * itself. An IPv6 address in brackets may have a scope after "%25". */
static gboolean
has_encoded_host (const char *text)
{
  const char *start = strstr (text, "//");
  gsize       len, i;

  if (start == NULL)
    return FALSE;
  start += 2;
  len = strcspn (start, "/?#");
  for (i = len; i > 0 && start[i - 1] != '@'; i--)
    if (start[i - 1] == '%' && start[len - 1] != ']' && memchr (start, '[', len) == NULL)
      return TRUE;
  return FALSE;
}

char *
shoal_net_http_url_dup_public (const char *text)
{
  const char *start = strstr (text, "//");
  const char *at = NULL;
  gsize       len, i;

  if (start == NULL)
    return g_strdup (text);
  start += 2;
  len = strcspn (start, "/?#");
  for (i = 0; i < len; i++)
    if (start[i] == '@')
      at = start + i;
  if (at == NULL)
    return g_strdup (text);
  return g_strdup_printf ("%.*s%s", (int) (start - text), text, at + 1);
}

static gboolean
is_fetchable (GUri *url)
{
  const char *scheme = g_uri_get_scheme (url);
  const char *host = g_uri_get_host (url);

  return (strcmp (scheme, "http") == 0 || strcmp (scheme, "https") == 0) && host != NULL &&
         shoal_net_resolve_is_host (host) && g_uri_get_port (url) > 0;
}

static GUri *
parse (GUri *base, const char *text, int code, GError **error)
{
  g_autoptr (GUri) url = NULL;

  if (is_plain (text) && !has_encoded_host (text))
    url = g_uri_parse_relative (base, text, SOUP_HTTP_URI_FLAGS, NULL);
  if (url == NULL || !is_fetchable (url))
    {
      g_autofree char *public = shoal_net_http_url_dup_public (text);

      g_set_error (error, SHOAL_NET_ERROR, code, "not a URL to fetch: \"%.200s\"", public);
      return NULL;
    }
  return g_steal_pointer (&url);
}

GUri *
shoal_net_http_url_parse (const char *text, GError **error)
{
  return parse (NULL, text, SHOAL_NET_ERROR_URL, error);
}

GUri *
shoal_net_http_url_follow (GUri *base, const char *location, GError **error)
{
  g_autoptr (GUri) url = parse (base, location, SHOAL_NET_ERROR_REDIRECT, error);

  if (url == NULL)
    return NULL;
  if (strcmp (g_uri_get_scheme (base), "https") == 0 &&
      strcmp (g_uri_get_scheme (url), "http") == 0 &&
      (g_uri_get_user (base) != NULL || g_uri_get_user (url) != NULL))
    {
      g_set_error_literal (error,
                           SHOAL_NET_ERROR,
                           SHOAL_NET_ERROR_REDIRECT,
                           "a redirect from https to http would show a password");
      return NULL;
    }
  return g_steal_pointer (&url);
}

gboolean
shoal_net_http_url_has_suffix (GUri *url, const char *const *suffixes)
{
  guint i;

  for (i = 0; suffixes[i] != NULL; i++)
    if (g_str_has_suffix (g_uri_get_path (url), suffixes[i]))
      return TRUE;
  return FALSE;
}
