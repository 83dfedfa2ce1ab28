/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-url.h"

#include <string.h>

#include "base/shoal-base-address.h"

/* Of a DNS name in text. */
#define MAX_HOST_LEN 253

static const char hex_digits[] = "0123456789ABCDEF";

static void
clear_host (gpointer element)
{
  g_free (((ShoalCodecHost *) element)->host);
}

static void
clear_tracker (gpointer element)
{
  g_free (((ShoalCodecTracker *) element)->url);
}

GArray *
shoal_codec_host_array_new (void)
{
  GArray *hosts = g_array_new (FALSE, FALSE, sizeof (ShoalCodecHost));

  g_array_set_clear_func (hosts, clear_host);
  return hosts;
}

GArray *
shoal_codec_tracker_array_new (void)
{
  GArray *trackers = g_array_new (FALSE, FALSE, sizeof (ShoalCodecTracker));

  g_array_set_clear_func (trackers, clear_tracker);
  return trackers;
}

/* Letters, digits, '-', '_' and '.', with something between dots. */
static gboolean
is_host_name (const char *host)
{
  const char *at;

  if (host[0] == '\0' || host[0] == '.' || strstr (host, "..") != NULL)
    return FALSE;
  for (at = host; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("-_.", *at) == NULL)
      return FALSE;
  return TRUE;
}

gboolean
shoal_codec_host_array_add (GArray *hosts, const char *host, gsize host_len, gint64 port)
{
  char             text[MAX_HOST_LEN + 1];
  ShoalBaseAddress address;
  ShoalCodecHost   entry;

  if (host_len == 0 || host_len > MAX_HOST_LEN || memchr (host, '\0', host_len) != NULL ||
      port < 1 || port > G_MAXUINT16)
    return FALSE;
  memcpy (text, host, host_len);
  text[host_len] = '\0';
  if (!is_host_name (text) && !shoal_base_address_parse_ip (&address, text))
    return FALSE;
  entry.host = g_strdup (text);
  entry.port = (guint16) port;
  g_array_append_val (hosts, entry);
  return TRUE;
}

gboolean
shoal_codec_tracker_array_add (GArray *trackers, const char *url, gsize len, guint tier)
{
  g_autofree char  *clean = shoal_codec_url_dup_tracker (url, len);
  ShoalCodecTracker entry;
  guint             i;

  if (clean == NULL || trackers->len >= SHOAL_CODEC_URL_MAX_TRACKERS)
    return FALSE;
  for (i = 0; i < trackers->len; i++)
    if (strcmp (g_array_index (trackers, ShoalCodecTracker, i).url, clean) == 0)
      return FALSE;
  entry.url = g_steal_pointer (&clean);
  entry.tier = tier;
  g_array_append_val (trackers, entry);
  return TRUE;
}

static void
append_percent (GString *out, guint8 byte)
{
  g_string_append_c (out, '%');
  g_string_append_c (out, hex_digits[byte >> 4]);
  g_string_append_c (out, hex_digits[byte & 15]);
}

void
shoal_codec_url_append_escaped (GString *out, gconstpointer data, gsize len)
{
  const guint8 *bytes = data;
  gsize         i;

  for (i = 0; i < len; i++)
    if (g_ascii_isalnum (bytes[i]) || (bytes[i] != '\0' && strchr ("-._~", bytes[i]) != NULL))
      g_string_append_c (out, (char) bytes[i]);
    else
      append_percent (out, bytes[i]);
}

/* Whether byte @i may stay as it is: neither forbidden, nor a '%' without two digits. */
static gboolean
is_url_byte (const char *url, gsize len, gsize i)
{
  if (url[i] == '%')
    return len - i > 2 && g_ascii_isxdigit (url[i + 1]) && g_ascii_isxdigit (url[i + 2]);
  return g_ascii_isgraph (url[i]) && strchr ("\"<>\\^`{|}", url[i]) == NULL;
}

/* @url without blanks around it, what may not stand in a URL percent-encoded; NULL if too long. */
static GString *
tidy_url (const char *url, gsize len)
{
  GString *out;
  gsize    i;

  while (len > 0 && g_ascii_isspace (url[len - 1]))
    len--;
  while (len > 0 && g_ascii_isspace (url[0]))
    url++, len--;
  if (len == 0 || len > SHOAL_CODEC_URL_MAX || memchr (url, '\0', len) != NULL)
    return NULL;
  out = g_string_sized_new (len);
  for (i = 0; i < len; i++)
    if (is_url_byte (url, len, i))
      g_string_append_c (out, url[i]);
    else
      append_percent (out, (guint8) url[i]);
  return out;
}

static gboolean
is_url_host (const char *host)
{
  ShoalBaseAddress address;

  return is_host_name (host) || shoal_base_address_parse_ip (&address, host);
}

/* @schemes ends with NULL; *scheme is the one @url has. */
static gboolean
split_url (const char *url, const char *const *schemes, const char **scheme, int *port)
{
  g_autofree char *found = NULL;
  g_autofree char *host = NULL;

  if (!g_uri_split (url, G_URI_FLAGS_ENCODED, &found, NULL, &host, port, NULL, NULL, NULL, NULL) ||
      found == NULL || host == NULL || !is_url_host (host) || *port == 0)
    return FALSE;
  for (; *schemes != NULL; schemes++)
    if (g_ascii_strcasecmp (found, *schemes) == 0)
      {
        *scheme = *schemes;
        return TRUE;
      }
  return FALSE;
}

static char *
dup_checked (const char *url, gsize len, const char *const *schemes)
{
  g_autoptr (GString) tidy = tidy_url (url, len);
  const char *scheme = NULL;
  int         port = -1;

  if (tidy == NULL || tidy->len > SHOAL_CODEC_URL_MAX ||
      !split_url (tidy->str, schemes, &scheme, &port) || (strcmp (scheme, "udp") == 0 && port < 0))
    return NULL;
  memcpy (tidy->str, scheme, strlen (scheme));
  return g_string_free (g_steal_pointer (&tidy), FALSE);
}

char *
shoal_codec_url_dup_tracker (const char *url, gsize len)
{
  static const char *const schemes[] = { "http", "https", "udp", NULL };

  return dup_checked (url, len, schemes);
}

char *
shoal_codec_url_dup_web_seed (const char *url, gsize len)
{
  static const char *const schemes[] = { "http", "https", NULL };

  return dup_checked (url, len, schemes);
}

char *
shoal_codec_url_dup_text (gconstpointer data, gsize len, gsize max_len)
{
  char *text;
  gsize end;

  if (len == 0)
    return g_strdup ("");
  text = g_utf8_make_valid (data, (gssize) MIN (len, max_len));
  end = strlen (text);
  if (end > max_len)
    {
      end = max_len;
      while (end > 0 && ((guchar) text[end] & 0xc0) == 0x80)
        end--;
      text[end] = '\0';
    }
  return text;
}
