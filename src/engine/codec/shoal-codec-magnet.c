/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-magnet.h"

#include <string.h>

#include "base/shoal-base-address.h"
#include "base/shoal-base-bytes.h"

#define SCHEME "magnet:?"
#define BTIH   "urn:btih:"
#define BTMH   "urn:btmh:"

/* Multihash: SHA-256, 32 bytes. */
#define SHA256_TAG "1220"

#define HEX_V1_LEN    40
#define BASE32_V1_LEN 32
#define HEX_V2_LEN    64

/* Bytes of a name that are kept. */
#define MAX_NAME 1024

/* Ranges of a selection that are read. */
#define MAX_RANGES 1000

/* What was found where an info-hash was looked for. */
typedef enum
{
  TOPIC_NONE,
  TOPIC_UNKNOWN,
  TOPIC_BAD,
} Topic;

ShoalCodecMagnet *
shoal_codec_magnet_new (void)
{
  ShoalCodecMagnet *self = g_new0 (ShoalCodecMagnet, 1);

  self->trackers = shoal_codec_tracker_array_new ();
  self->peers = shoal_codec_host_array_new ();
  self->web_seeds = g_ptr_array_new_with_free_func (g_free);
  self->select = g_array_new (FALSE, FALSE, sizeof (ShoalCodecMagnetRange));
  return self;
}

void
shoal_codec_magnet_free (ShoalCodecMagnet *self)
{
  g_free (self->name);
  g_array_unref (self->trackers);
  g_array_unref (self->peers);
  g_ptr_array_unref (self->web_seeds);
  g_array_unref (self->select);
  g_free (self);
}

ShoalCodecMagnet *
shoal_codec_magnet_new_from_metainfo (const ShoalCodecMetainfo *metainfo)
{
  ShoalCodecMagnet        *self = shoal_codec_magnet_new ();
  const char *const       *seed;
  const ShoalCodecTracker *trackers;
  guint                    n_trackers;
  guint                    i;

  self->hashes = *shoal_codec_metainfo_get_hashes (metainfo);
  self->name = g_strdup (shoal_codec_metainfo_get_name (metainfo));
  trackers = shoal_codec_metainfo_get_trackers (metainfo, &n_trackers);
  for (i = 0; i < MIN (n_trackers, SHOAL_CODEC_MAGNET_MAX_REPEATS); i++)
    shoal_codec_tracker_array_add (self->trackers, trackers[i].url, strlen (trackers[i].url), i);
  seed = shoal_codec_metainfo_get_web_seeds (metainfo);
  for (; *seed != NULL && self->web_seeds->len < SHOAL_CODEC_MAGNET_MAX_REPEATS; seed++)
    g_ptr_array_add (self->web_seeds, g_strdup (*seed));
  return self;
}

/* RFC 4648, without padding: 32 digits are 20 bytes. */
static gboolean
decode_base32 (const char *text, guint8 *out)
{
  guint64 bits = 0;
  guint   n_bits = 0;
  guint   i;

  for (i = 0; i < BASE32_V1_LEN; i++)
    {
      char digit = g_ascii_toupper (text[i]);

      if (digit >= 'A' && digit <= 'Z')
        bits = bits << 5 | (guint64) (digit - 'A');
      else if (digit >= '2' && digit <= '7')
        bits = bits << 5 | (guint64) (digit - '2' + 26);
      else
        return FALSE;
      n_bits += 5;
      if (n_bits >= 8)
        {
          n_bits -= 8;
          *out++ = (guint8) (bits >> n_bits);
        }
    }
  return TRUE;
}

static gboolean
read_v1 (const char *text, ShoalInfoHashes *hashes)
{
  ShoalSha1 hash;
  gsize     len = strlen (text);

  if (!(len == HEX_V1_LEN && shoal_base_hex_decode (text, hash.bytes, sizeof hash.bytes)) &&
      !(len == BASE32_V1_LEN && decode_base32 (text, hash.bytes)))
    return FALSE;
  if (!hashes->has_v1)
    hashes->v1 = hash;
  hashes->has_v1 = 1;
  return TRUE;
}

static gboolean
read_v2 (const char *text, ShoalInfoHashes *hashes)
{
  ShoalSha256 hash;

  if (!g_str_has_prefix (text, SHA256_TAG) ||
      !shoal_base_hex_decode (text + strlen (SHA256_TAG), hash.bytes, sizeof hash.bytes))
    return FALSE;
  if (!hashes->has_v2)
    hashes->v2 = hash;
  hashes->has_v2 = 1;
  return TRUE;
}

static void
read_topic (const char *text, ShoalInfoHashes *hashes, Topic *topic)
{
  if (g_ascii_strncasecmp (text, BTIH, strlen (BTIH)) == 0)
    {
      if (!read_v1 (text + strlen (BTIH), hashes))
        *topic = TOPIC_BAD;
    }
  else if (g_ascii_strncasecmp (text, BTMH, strlen (BTMH)) == 0)
    {
      if (!read_v2 (text + strlen (BTMH), hashes))
        *topic = TOPIC_BAD;
    }
  else if (*topic == TOPIC_NONE)
    *topic = TOPIC_UNKNOWN;
}

static void
add_peer (GArray *peers, const char *text)
{
  g_autofree char *host = NULL;
  guint16          port;
  guint            i;

  if (peers->len >= SHOAL_CODEC_MAGNET_MAX_REPEATS ||
      !shoal_base_address_split_host_port (text, &host, &port))
    return;
  for (i = 0; i < peers->len; i++)
    {
      const ShoalCodecHost *other = &g_array_index (peers, ShoalCodecHost, i);

      if (other->port == port && g_ascii_strcasecmp (other->host, host) == 0)
        return;
    }
  shoal_codec_host_array_add (peers, host, strlen (host), port);
}

static void
add_web_seed (GPtrArray *seeds, const char *text, gsize len)
{
  g_autofree char *url = shoal_codec_url_dup_web_seed (text, len);

  if (url != NULL && seeds->len < SHOAL_CODEC_MAGNET_MAX_REPEATS &&
      !g_ptr_array_find_with_equal_func (seeds, url, g_str_equal, NULL))
    g_ptr_array_add (seeds, g_steal_pointer (&url));
}

static int
compare_ranges (gconstpointer a, gconstpointer b)
{
  const ShoalCodecMagnetRange *one = a;
  const ShoalCodecMagnetRange *two = b;

  return one->first < two->first ? -1 : one->first > two->first;
}

/* Sorts, and joins what overlaps or touches. */
static void
join_ranges (GArray *select)
{
  ShoalCodecMagnetRange *ranges = (ShoalCodecMagnetRange *) (gpointer) select->data;
  guint                  n = 0;
  guint                  i;

  g_array_sort (select, compare_ranges);
  for (i = 0; i < select->len; i++)
    {
      if (n > 0 && ranges[i].first <= ranges[n - 1].last + 1)
        ranges[n - 1].last = MAX (ranges[n - 1].last, ranges[i].last);
      else
        ranges[n++] = ranges[i];
    }
  g_array_set_size (select, n);
}

static gboolean
read_index (const char *text, guint32 *out)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 0, SHOAL_CODEC_MAGNET_MAX_INDEX, &value, NULL))
    return FALSE;
  *out = (guint32) value;
  return TRUE;
}

/* "0,2,6-8" (BEP 53); parts without sense are left out, unless nothing is left then. */
static void
read_selection (GArray *select, const char *text)
{
  static const ShoalCodecMagnetRange NOTHING = { SHOAL_CODEC_MAGNET_NO_INDEX,
                                                 SHOAL_CODEC_MAGNET_NO_INDEX };
  g_auto (GStrv) parts = g_strsplit (text, ",", MAX_RANGES);
  guint i;

  if (select->len == 1 &&
      g_array_index (select, ShoalCodecMagnetRange, 0).first == SHOAL_CODEC_MAGNET_NO_INDEX)
    g_array_set_size (select, 0); /* of an earlier "so" */

  for (i = 0; parts[i] != NULL && select->len < MAX_RANGES; i++)
    {
      ShoalCodecMagnetRange range;
      char                 *dash = strchr (parts[i], '-');

      if (dash != NULL)
        *dash = '\0';
      if (read_index (parts[i], &range.first) &&
          read_index (dash != NULL ? dash + 1 : parts[i], &range.last) && range.first <= range.last)
        g_array_append_val (select, range);
    }
  join_ranges (select);
  if (select->len == 0 && *text != '\0')
    g_array_append_val (select, NOTHING);
}

/* @text with '%xx' decoded and, for a name, '+' as a blank. A broken escape stands for itself. */
static GString *
decode (const char *text, gsize len, gboolean plus_is_blank)
{
  GString *out = g_string_sized_new (len);
  gsize    i;

  for (i = 0; i < len; i++)
    {
      int high = text[i] == '%' && len - i > 2 ? g_ascii_xdigit_value (text[i + 1]) : -1;
      int low = high >= 0 ? g_ascii_xdigit_value (text[i + 2]) : -1;

      if (low >= 0)
        i += 2;
      if (low >= 0)
        g_string_append_c (out, (char) (high << 4 | low));
      else
        g_string_append_c (out, plus_is_blank && text[i] == '+' ? ' ' : text[i]);
    }
  return out;
}

/* Whether the key is @name, or @name with a number ("tr.2"). */
static gboolean
is_key (const char *key, gsize len, const char *name)
{
  gsize name_len = strlen (name);

  if (len < name_len || g_ascii_strncasecmp (key, name, name_len) != 0)
    return FALSE;
  if (len == name_len)
    return TRUE;
  return key[name_len] == '.' && len > name_len + 1 && g_ascii_isdigit (key[name_len + 1]);
}

static void
read_parameter (ShoalCodecMagnet *self, const char *text, gsize len, Topic *topic)
{
  const char *equals = memchr (text, '=', len);
  gsize       key_len;
  gboolean    is_name;
  g_autoptr (GString) value = NULL;

  if (equals == NULL)
    return;
  key_len = (gsize) (equals - text);
  is_name = is_key (text, key_len, "dn");
  value = decode (equals + 1, len - key_len - 1, is_name);
  if (is_name && self->name == NULL && value->len > 0)
    self->name = shoal_codec_url_dup_text (value->str, value->len, MAX_NAME);
  else if (is_key (text, key_len, "xt"))
    read_topic (value->str, &self->hashes, topic);
  else if (is_key (text, key_len, "tr") && self->trackers->len < SHOAL_CODEC_MAGNET_MAX_REPEATS)
    shoal_codec_tracker_array_add (self->trackers, value->str, value->len, self->trackers->len);
  else if (is_key (text, key_len, "x.pe"))
    add_peer (self->peers, value->str);
  else if (is_key (text, key_len, "ws"))
    add_web_seed (self->web_seeds, value->str, value->len);
  else if (is_key (text, key_len, "so"))
    read_selection (self->select, value->str);
}

static gboolean
check_hashes (const ShoalCodecMagnet *self, Topic topic, GError **error)
{
  if (self->hashes.has_v1 || self->hashes.has_v2)
    return TRUE;
  if (topic == TOPIC_UNKNOWN)
    g_set_error_literal (error,
                         SHOAL_CODEC_ERROR,
                         SHOAL_CODEC_ERROR_UNSUPPORTED,
                         "the magnet link is for another network: expected xt=" BTIH " or " BTMH);
  else if (topic == TOPIC_BAD)
    g_set_error_literal (error,
                         SHOAL_CODEC_ERROR,
                         SHOAL_CODEC_ERROR_MALFORMED,
                         "the magnet link has a damaged info-hash: expected 40 hex or 32 base32 "
                         "digits after " BTIH ", or 68 hex digits after " BTMH);
  else
    g_set_error_literal (error,
                         SHOAL_CODEC_ERROR,
                         SHOAL_CODEC_ERROR_MALFORMED,
                         "the magnet link has no info-hash: expected xt=" BTIH " or " BTMH);
  return FALSE;
}

ShoalCodecMagnet *
shoal_codec_magnet_parse (const char *text, GError **error)
{
  g_autoptr (ShoalCodecMagnet) self = shoal_codec_magnet_new ();
  Topic topic = TOPIC_NONE;
  gsize len;

  while (g_ascii_isspace (*text))
    text++;
  len = strlen (text);
  while (len > 0 && g_ascii_isspace (text[len - 1]))
    len--;
  if (len > SHOAL_CODEC_MAGNET_MAX_SIZE)
    {
      g_set_error (error,
                   SHOAL_CODEC_ERROR,
                   SHOAL_CODEC_ERROR_TOO_LARGE,
                   "a magnet link of %" G_GSIZE_FORMAT " bytes, more than %u",
                   len,
                   SHOAL_CODEC_MAGNET_MAX_SIZE);
      return NULL;
    }
  if (g_ascii_strncasecmp (text, SCHEME, strlen (SCHEME)) != 0)
    {
      g_set_error_literal (error,
                           SHOAL_CODEC_ERROR,
                           SHOAL_CODEC_ERROR_MALFORMED,
                           "not a magnet link: expected it to begin with '" SCHEME "'");
      return NULL;
    }
  for (text += strlen (SCHEME), len -= strlen (SCHEME); len > 0;)
    {
      const char *end = memchr (text, '&', len);
      gsize       part = end != NULL ? (gsize) (end - text) : len;
      /* Links copied from the source of a page have "&amp;" between parameters. */
      gsize skip = part > 4 && strncmp (text, "amp;", 4) == 0 ? 4 : 0;

      read_parameter (self, text + skip, part - skip, &topic);
      len -= MIN (len, part + 1);
      text += part + 1;
    }
  return check_hashes (self, topic, error) ? g_steal_pointer (&self) : NULL;
}

static void
append_parameter (GString *out, const char *key, const char *value)
{
  g_string_append (out, key);
  shoal_codec_url_append_escaped (out, value, strlen (value));
}

static void
append_hashes (GString *out, const ShoalInfoHashes *hashes)
{
  char hex[2 * sizeof (ShoalSha256) + 1];

  if (hashes->has_v1)
    {
      shoal_base_hex_encode (hashes->v1.bytes, sizeof hashes->v1.bytes, hex);
      g_string_append_printf (out, "xt=" BTIH "%s", hex);
    }
  if (hashes->has_v2)
    {
      shoal_base_hex_encode (hashes->v2.bytes, sizeof hashes->v2.bytes, hex);
      g_string_append_printf (out, "%sxt=" BTMH SHA256_TAG "%s", hashes->has_v1 ? "&" : "", hex);
    }
}

static void
append_peers (GString *out, const GArray *peers)
{
  guint i;

  for (i = 0; i < peers->len; i++)
    {
      const ShoalCodecHost *peer = &g_array_index (peers, ShoalCodecHost, i);
      g_autofree char      *text = g_strdup_printf (
          strchr (peer->host, ':') != NULL ? "[%s]:%u" : "%s:%u", peer->host, peer->port);

      append_parameter (out, "&x.pe=", text);
    }
}

static void
append_selection (GString *out, const GArray *select)
{
  guint i;

  for (i = 0; i < select->len; i++)
    {
      const ShoalCodecMagnetRange *range = &g_array_index (select, ShoalCodecMagnetRange, i);

      g_string_append_printf (out, "%s%u", i == 0 ? "&so=" : ",", range->first);
      if (range->last > range->first)
        g_string_append_printf (out, "-%u", range->last);
    }
}

char *
shoal_codec_magnet_to_uri (const ShoalCodecMagnet *self)
{
  GString *out = g_string_new (SCHEME);
  guint    i;

  append_hashes (out, &self->hashes);
  if (self->name != NULL)
    append_parameter (out, "&dn=", self->name);
  for (i = 0; i < self->trackers->len; i++)
    append_parameter (out, "&tr=", g_array_index (self->trackers, ShoalCodecTracker, i).url);
  for (i = 0; i < self->web_seeds->len; i++)
    append_parameter (out, "&ws=", g_ptr_array_index (self->web_seeds, i));
  append_peers (out, self->peers);
  append_selection (out, self->select);
  return g_string_free (out, FALSE);
}
