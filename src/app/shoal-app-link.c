/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-link.h"

#include <string.h>

#include "app/shoal-app-text.h"

/* More than anybody copies or drops by intent. */
#define MAX_LINES  1000
#define MAX_LENGTH (1024 * 1024)

/* An info-hash has 20 bytes. */
#define HASH_BYTES    20
#define HEX_DIGITS    40
#define BASE32_DIGITS 32

#define MAGNET     "magnet:"
#define HASH_START "xt=urn:btih:"

/* What ends a link for sure, and what ends a sentence rather than a link. */
#define ENDS        "<>\"`{}|\\^"
#define PUNCTUATION ".,;:!?'"

static gboolean
has_prefix (const char *text, const char *prefix)
{
  return g_ascii_strncasecmp (text, prefix, strlen (prefix)) == 0;
}

static gboolean
is_hex_hash (const char *text)
{
  return strspn (text, G_CSET_DIGITS "abcdefABCDEF") == HEX_DIGITS;
}

static gboolean
is_base32_hash (const char *text)
{
  return strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ234567") ==
         BASE32_DIGITS;
}

static gboolean
is_hash (const char *line)
{
  gsize len = strlen (line);

  return (len == HEX_DIGITS && is_hex_hash (line)) ||
         (len == BASE32_DIGITS && is_base32_hash (line));
}

static gboolean
is_web (const char *text)
{
  return has_prefix (text, "http://") || has_prefix (text, "https://");
}

/* By the end of its path. */
static gboolean
is_torrent_file (const char *uri)
{
  gsize len = strcspn (uri, "?#");

  return len > 8 && is_web (uri) && g_ascii_strncasecmp (uri + len - 8, ".torrent", 8) == 0;
}

static gboolean
is_full_magnet (const char *uri)
{
  return has_prefix (uri, MAGNET "?") && strstr (uri, "xt=urn:bt") != NULL;
}

/* Whether a link that stands alone in a line is one of @kind. */
static gboolean
is_link (const char *line, ShoalAppLinkKind kind)
{
  if (is_full_magnet (line) || is_torrent_file (line))
    return TRUE;
  return kind == SHOAL_APP_LINK_ANY &&
         (has_prefix (line, MAGNET) || is_web (line) || has_prefix (line, "file:"));
}

/* Some write blanks into a magnet link: what follows them belongs to it if a parameter comes before
 * another link does. */
static gboolean
has_parameter (const char *rest)
{
  for (const char *at = rest; *at != '\0' && !has_prefix (at, "://") && !has_prefix (at, MAGNET);
       at++)
    if (at[0] == '&' && g_ascii_isalpha (at[1]) && g_ascii_isalpha (at[2]) &&
        (at[3] == '=' || at[3] == '.'))
      return TRUE;
  return FALSE;
}

static gsize
get_length (const char *start)
{
  gsize len = 0;

  while (start[len] != '\0' && strchr (ENDS, start[len]) == NULL && (guchar) start[len] > ' ' &&
         start[len] != 0x7f)
    len++;
  if (start[len] == ' ' && has_prefix (start, MAGNET) && has_parameter (start + len))
    len += 1 + get_length (start + len + 1);
  return len;
}

/* A bracket at the end is a part of it only if it was opened in it. */
static gsize
trim_punctuation (const char *start, gsize len)
{
  while (len > 0)
    {
      char last = start[len - 1];

      if ((last == ')' && memchr (start, '(', len) == NULL) ||
          (last == ']' && memchr (start, '[', len) == NULL) || strchr (PUNCTUATION, last) != NULL)
        len--;
      else
        break;
    }
  return len;
}

static void
add_link (GPtrArray *links, const char *start, gsize len)
{
  g_autoptr (GString) link = g_string_new_len (start, (gssize) len);

  g_string_replace (link, " ", "%20", 0);
  if (has_prefix (link->str, MAGNET))
    g_string_replace (link, "&amp;", "&", 0);
  if (!g_ptr_array_find_with_equal_func (links, link->str, g_str_equal, NULL))
    g_ptr_array_add (links, g_strdup (link->str));
}

static void
add_hash (GPtrArray *links, const char *hash)
{
  g_autofree char *uri = g_strconcat (MAGNET "?" HASH_START, hash, NULL);

  add_link (links, uri, strlen (uri));
}

/* Inside of a sentence nothing but torrents counts: it may hold any number of other addresses. */
static void
find_in_sentence (GPtrArray *links, const char *line)
{
  for (const char *at = line; *at != '\0'; at++)
    {
      gsize            len;
      g_autofree char *link = NULL;

      if ((at > line && g_ascii_isalnum (at[-1])) || (!has_prefix (at, MAGNET "?") && !is_web (at)))
        continue;
      len = trim_punctuation (at, get_length (at));
      link = g_strndup (at, len);
      if (is_link (link, SHOAL_APP_LINK_TORRENT))
        add_link (links, link, len);
      at += MAX (len, 1) - 1;
    }
}

static void
find_in_line (GPtrArray *links, const char *line, ShoalAppLinkKind kind)
{
  gsize len = get_length (line);

  if (is_hash (line))
    add_hash (links, line);
  else if (line[len] == '\0' && is_link (line, kind))
    add_link (links, line, len);
  else
    find_in_sentence (links, line);
}

GPtrArray *
shoal_app_link_find (const char *text, ShoalAppLinkKind kind)
{
  GPtrArray       *links = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *start = g_strndup (text, MAX_LENGTH);
  g_auto (GStrv) lines = g_strsplit (start, "\n", MAX_LINES + 1);

  for (guint i = 0; lines[i] != NULL && i < MAX_LINES; i++)
    find_in_line (links, g_strstrip (lines[i]), kind);
  return links;
}

/* The decoded value of the parameter @key ("dn="); NULL: there is none. */
static char *
dup_parameter (const char *uri, const char *key)
{
  g_auto (GStrv) parts = g_strsplit_set (uri, "?&", -1);
  const char      *value = NULL;
  g_autofree char *plain = NULL;

  for (guint i = 1; parts[0] != NULL && parts[i] != NULL && value == NULL; i++)
    if (has_prefix (parts[i], key))
      value = parts[i] + strlen (key);
  if (value == NULL)
    return NULL;
  plain = g_strdelimit (g_strdup (value), "+", ' ');
  return g_uri_unescape_string (plain, NULL);
}

/* The last part of a path, with the host where it comes from. */
static char *
dup_file_name (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_PARSE_RELAXED, NULL);
  g_autofree char *base = NULL;

  if (parsed == NULL)
    return g_strdup (uri);
  base = g_path_get_basename (g_uri_get_path (parsed));
  if (g_uri_get_host (parsed) == NULL || *g_uri_get_host (parsed) == '\0')
    return g_steal_pointer (&base);
  return g_strdup_printf ("%s (%s)", base, g_uri_get_host (parsed));
}

char *
shoal_app_link_dup_name (const char *uri)
{
  g_autofree char *name = NULL;

  if (!has_prefix (uri, MAGNET))
    name = dup_file_name (uri);
  else if ((name = dup_parameter (uri, "dn=")) == NULL || *name == '\0')
    {
      g_free (name);
      name = shoal_app_link_dup_hash (uri);
    }
  return shoal_app_text_dup_visible (name != NULL ? name : uri);
}

static char *
decode_base32 (const char *digits)
{
  GString *hex = g_string_sized_new (HEX_DIGITS);
  guint    bits = 0, n_bits = 0;

  for (guint i = 0; i < BASE32_DIGITS; i++)
    {
      char c = g_ascii_toupper (digits[i]);

      bits = bits << 5 | (guint) (c >= 'A' ? c - 'A' : c - '2' + 26);
      n_bits += 5;
      for (; n_bits >= 4; n_bits -= 4)
        g_string_append_c (hex, "0123456789abcdef"[bits >> (n_bits - 4) & 15]);
      bits &= 15;
    }
  return g_string_free (hex, FALSE);
}

char *
shoal_app_link_dup_hash (const char *uri)
{
  const char *at = has_prefix (uri, MAGNET) ? strstr (uri, HASH_START) : NULL;

  if (at == NULL)
    return NULL;
  at += strlen (HASH_START);
  if (is_hex_hash (at))
    return g_ascii_strdown (at, HEX_DIGITS);
  return is_base32_hash (at) ? decode_base32 (at) : NULL;
}
