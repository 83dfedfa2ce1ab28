/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-tracker-http.h"

#include <string.h>
#include <sys/socket.h>

#include "codec/shoal-codec-url.h"

/* "left" of a download whose size is not known: 0 would make it a seed. */
#define UNKNOWN_LEFT 16384

/* A reply nests three deep; eight leave room for what somebody adds. */
#define MAX_DEPTH 8

/* Some 10,000 peers as dictionaries. */
#define MAX_TOKENS 100000

#define MAX_TEXT 1024

#define MAX_TRACKER_ID 1024

static const ShoalCodecBencodeLimits limits = {
  .max_size = SHOAL_CODEC_TRACKER_HTTP_MAX_SIZE,
  .max_depth = MAX_DEPTH,
  .max_tokens = MAX_TOKENS,
};

static void
append_bytes (GString *out, const char *key, gconstpointer data, gsize len)
{
  g_string_append_c (out, '&');
  g_string_append (out, key);
  g_string_append_c (out, '=');
  shoal_codec_url_append_escaped (out, data, len);
}

static void
append_number (GString *out, const char *key, guint64 value)
{
  g_string_append_printf (out, "&%s=%" G_GUINT64_FORMAT, key, value);
}

static void
append_address (GString *out, const char *key, const ShoalBaseAddress *address)
{
  char text[SHOAL_BASE_ADDRESS_TEXT_SIZE];

  if (address == NULL)
    return;
  shoal_base_address_format (address, FALSE, text);
  append_bytes (out, key, text, strlen (text));
}

static const char *
event_name (ShoalCodecTrackerEvent event)
{
  static const char *const names[] = { NULL, "completed", "started", "stopped", "paused" };

  return names[event];
}

/* What @url is before its fragment, ready for "key=value" after a '?' or '&'. */
static GString *
begin_query (const char *url)
{
  GString *out = g_string_new_len (url, (gssize) strcspn (url, "#"));
  char     last = out->len > 0 ? out->str[out->len - 1] : '\0';

  if (strchr (out->str, '?') == NULL)
    g_string_append_c (out, '?');
  else if (last != '?' && last != '&')
    g_string_append_c (out, '&');
  return out;
}

static void
append_extras (GString *out, const ShoalCodecTrackerHttpExtras *extras)
{
  gsize         len;
  gconstpointer id;

  append_address (out, "ipv4", extras->ipv4);
  append_address (out, "ipv6", extras->ipv6);
  if (extras->tracker_id == NULL)
    return;
  id = g_bytes_get_data (extras->tracker_id, &len);
  append_bytes (out, "trackerid", id, len);
}

char *
shoal_codec_tracker_http_dup_announce_url (const char                        *url,
                                           const ShoalCodecTrackerAnnounce   *announce,
                                           const ShoalCodecTrackerHttpExtras *extras)
{
  GString    *out = begin_query (url);
  const char *event = event_name (announce->event);
  gint32      want = announce->event == SHOAL_CODEC_TRACKER_EVENT_STOPPED ? 0 : announce->num_want;

  g_string_append (out, "info_hash=");
  shoal_codec_url_append_escaped (out, announce->info_hash.bytes, sizeof announce->info_hash.bytes);
  append_bytes (out, "peer_id", announce->peer_id.bytes, sizeof announce->peer_id.bytes);
  append_number (out, "port", announce->port);
  append_number (out, "uploaded", announce->uploaded);
  append_number (out, "downloaded", announce->downloaded);
  append_number (out,
                 "left",
                 announce->left == SHOAL_CODEC_TRACKER_LEFT_UNKNOWN ? UNKNOWN_LEFT
                                                                    : announce->left);
  if (announce->corrupt > 0)
    append_number (out, "corrupt", announce->corrupt);
  g_string_append_printf (out, "&key=%08X", announce->key);
  if (event != NULL)
    append_bytes (out, "event", event, strlen (event));
  if (want >= 0)
    append_number (out, "numwant", (guint64) want);
  g_string_append (out, "&compact=1&no_peer_id=1");
  if (announce->supports_encryption)
    g_string_append (out, "&supportcrypto=1");
  if (extras != NULL)
    append_extras (out, extras);
  return g_string_free (out, FALSE);
}

/* The last part of the path if it begins with "announce"; NULL otherwise. */
static const char *
find_announce (const char *url)
{
  const char *authority = strstr (url, "://");
  const char *path;
  const char *last;

  if (authority == NULL)
    return NULL;
  path = authority + 3;
  path += strcspn (path, "/?#");
  last = *path == '/' ? g_strrstr_len (path, (gssize) strcspn (path, "?#"), "/") : NULL;
  return last != NULL && g_str_has_prefix (last, "/announce") ? last + 1 : NULL;
}

gboolean
shoal_codec_tracker_http_can_scrape (const char *url)
{
  return find_announce (url) != NULL;
}

char *
shoal_codec_tracker_http_dup_scrape_url (const char          *announce_url,
                                         const ShoalSwarmKey *info_hashes,
                                         guint                n)
{
  const char *announce = find_announce (announce_url);
  g_autoptr (GString) url = NULL;
  GString *out;
  guint    i;

  if (announce == NULL)
    return NULL;
  url = g_string_new_len (announce_url, announce - announce_url);
  g_string_append (url, "scrape");
  g_string_append (url, announce + strlen ("announce"));
  out = begin_query (url->str);
  for (i = 0; i < n; i++)
    {
      g_string_append (out, i == 0 ? "info_hash=" : "&info_hash=");
      shoal_codec_url_append_escaped (out, info_hashes[i].bytes, sizeof info_hashes[i].bytes);
    }
  return g_string_free (out, FALSE);
}

/* Text of @key, or NULL. */
static char *
dup_text (ShoalCodecBencodeValue root, const char *key)
{
  gsize         len;
  const guint8 *data = shoal_codec_bencode_find_string (root, key, &len);

  return data == NULL ? NULL : shoal_codec_url_dup_text (data, len, MAX_TEXT);
}

/* Seconds of @key; 0 if absent or without sense. */
static guint32
find_seconds (ShoalCodecBencodeValue root, const char *key)
{
  gint64 value = 0;

  shoal_codec_bencode_find_integer (root, key, &value);
  return (guint32) CLAMP (value, 0, G_MAXINT32);
}

static ShoalCodecTrackerCounts
read_counts (ShoalCodecBencodeValue dict)
{
  ShoalCodecTrackerCounts counts = { -1, -1, -1 };

  shoal_codec_bencode_find_integer (dict, "complete", &counts.complete);
  shoal_codec_bencode_find_integer (dict, "incomplete", &counts.incomplete);
  shoal_codec_bencode_find_integer (dict, "downloaded", &counts.downloaded);
  counts.complete = MAX (counts.complete, -1);
  counts.incomplete = MAX (counts.incomplete, -1);
  counts.downloaded = MAX (counts.downloaded, -1);
  return counts;
}

/* BEP 31: minutes, as an integer or in digits, or "never". */
static gint32
read_retry (ShoalCodecBencodeValue root)
{
  ShoalCodecBencodeValue value = shoal_codec_bencode_find (root, "retry in");
  gsize                  len;
  const guint8          *text = shoal_codec_bencode_get_string (value, &len);
  gint64                 minutes = 0;

  if (shoal_codec_bencode_is_string (value, "never"))
    return SHOAL_CODEC_TRACKER_RETRY_NEVER;
  if (text != NULL)
    {
      g_autofree char *digits = g_strndup ((const char *) text, MIN (len, 9));

      minutes = g_ascii_strtoll (digits, NULL, 10);
    }
  else
    shoal_codec_bencode_get_integer (value, &minutes);
  return (gint32) CLAMP (minutes, 0, G_MAXINT32 / 60) * 60;
}

/* A peer as a dictionary; its "ip" may be a name. */
static void
add_peer (ShoalCodecTrackerReply *reply, ShoalCodecBencodeValue peer)
{
  char             text[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  ShoalBaseAddress address;
  gsize            len;
  gint64           port = 0;
  const guint8    *ip = shoal_codec_bencode_find_string (peer, "ip", &len);

  shoal_codec_bencode_find_integer (peer, "port", &port);
  if (ip == NULL || port < 1 || port > G_MAXUINT16 || memchr (ip, '\0', len) != NULL)
    return;
  g_strlcpy (text, "", sizeof text);
  if (len < sizeof text)
    {
      memcpy (text, ip, len);
      text[len] = '\0';
    }
  if (shoal_base_address_parse_ip (&address, text))
    {
      address.port = (guint16) port;
      if (reply->peers->len < SHOAL_CODEC_TRACKER_MAX_PEERS)
        g_array_append_val (reply->peers, address);
    }
  else if (reply->hosts->len < SHOAL_CODEC_TRACKER_MAX_HOSTS)
    shoal_codec_host_array_add (reply->hosts, (const char *) ip, len, port);
}

static void
read_peers (ShoalCodecTrackerReply *reply, ShoalCodecBencodeValue root)
{
  ShoalCodecBencodeValue peers = shoal_codec_bencode_find (root, "peers");
  ShoalCodecBencodeIter  iter;
  ShoalCodecBencodeValue peer;
  gsize                  len;
  const guint8          *data = shoal_codec_bencode_get_string (peers, &len);

  shoal_codec_tracker_add_compact (reply->peers, AF_INET, data, len);
  shoal_codec_bencode_iter_init (&iter, peers);
  while (!iter.is_dict && shoal_codec_bencode_iter_next (&iter, NULL, &peer))
    add_peer (reply, peer);
  data = shoal_codec_bencode_find_string (root, "peers6", &len);
  shoal_codec_tracker_add_compact (reply->peers, AF_INET6, data, len);
}

/* BEP 24: 4 or 16 bytes. */
static void
read_external (ShoalBaseAddress *external, ShoalCodecBencodeValue root)
{
  gsize         len;
  const guint8 *ip = shoal_codec_bencode_find_string (root, "external ip", &len);

  if (len == 4)
    shoal_base_address_init_ipv4 (external, ip, 0);
  else if (len == 16)
    shoal_base_address_init_ipv6 (external, ip, 0);
}

static void
read_success (ShoalCodecTrackerReply *reply, ShoalCodecBencodeValue root)
{
  gsize         len;
  const guint8 *id = shoal_codec_bencode_find_string (root, "tracker id", &len);

  reply->warning = dup_text (root, "warning message");
  reply->interval_s = find_seconds (root, "interval");
  reply->min_interval_s = find_seconds (root, "min interval");
  reply->counts = read_counts (root);
  if (len > 0 && len <= MAX_TRACKER_ID)
    reply->tracker_id = g_bytes_new (id, len);
  read_external (&reply->external, root);
  read_peers (reply, root);
}

/* Some servers answer everything with a page: a dictionary alone makes no tracker. */
static gboolean
is_reply (ShoalCodecBencodeValue root)
{
  static const char *const keys[] = { "peers", "peers6", "interval", "complete" };
  guint                    i;

  for (i = 0; i < G_N_ELEMENTS (keys); i++)
    if (shoal_codec_bencode_find (root, keys[i]).document != NULL)
      return TRUE;
  return FALSE;
}

/* Parses a dictionary; what follows it is ignored. */
static gboolean
parse_dict (ShoalCodecBencode *document, const guint8 *data, gsize len, GError **error)
{
  ShoalCodecBencodeValue root;

  if (!shoal_codec_bencode_parse (document, data, len, &limits, error))
    {
      g_prefix_error_literal (error, "not a tracker's answer: ");
      return FALSE;
    }
  root = shoal_codec_bencode_get_root (document);
  if (shoal_codec_bencode_get_type (root) == SHOAL_CODEC_BENCODE_DICT)
    return TRUE;
  g_set_error (error,
               SHOAL_CODEC_ERROR,
               SHOAL_CODEC_ERROR_MALFORMED,
               "not a tracker's answer: expected a dictionary, found %s",
               shoal_codec_bencode_get_type_name (root));
  return FALSE;
}

ShoalCodecTrackerReply *
shoal_codec_tracker_http_parse_reply (const guint8 *data, gsize len, GError **error)
{
  g_autoptr (ShoalCodecBencode) document = shoal_codec_bencode_new ();
  g_autoptr (ShoalCodecTrackerReply) reply = NULL;
  ShoalCodecBencodeValue root;

  if (!parse_dict (document, data, len, error))
    return NULL;
  root = shoal_codec_bencode_get_root (document);
  reply = shoal_codec_tracker_reply_new ();
  reply->failure = dup_text (root, "failure reason");
  if (reply->failure != NULL)
    reply->retry_in_s = read_retry (root);
  else if (is_reply (root))
    read_success (reply, root);
  else
    {
      g_set_error_literal (error,
                           SHOAL_CODEC_ERROR,
                           SHOAL_CODEC_ERROR_MALFORMED,
                           "not a tracker's answer: no peers, interval or failure reason in it");
      return NULL;
    }
  return g_steal_pointer (&reply);
}

static GArray *
read_rows (ShoalCodecBencodeValue files, guint max_rows)
{
  GArray                *rows = g_array_new (FALSE, FALSE, sizeof (ShoalCodecTrackerScrapeRow));
  ShoalCodecBencodeIter  iter;
  ShoalCodecBencodeValue key;
  ShoalCodecBencodeValue value;

  shoal_codec_bencode_iter_init (&iter, files);
  while (rows->len < max_rows && shoal_codec_bencode_iter_next (&iter, &key, &value))
    {
      ShoalCodecTrackerScrapeRow row;
      gsize                      len;
      const guint8              *hash = shoal_codec_bencode_get_string (key, &len);

      if (len != sizeof row.info_hash.bytes)
        continue;
      memcpy (row.info_hash.bytes, hash, len);
      row.counts = read_counts (value);
      g_array_append_val (rows, row);
    }
  return rows;
}

GArray *
shoal_codec_tracker_http_parse_scrape (const guint8 *data,
                                       gsize         len,
                                       guint         max_rows,
                                       char        **failure,
                                       GError      **error)
{
  g_autoptr (ShoalCodecBencode) document = shoal_codec_bencode_new ();
  ShoalCodecBencodeValue root;
  ShoalCodecBencodeValue files;
  g_autofree char       *words = NULL;

  if (failure != NULL)
    *failure = NULL;
  if (!parse_dict (document, data, len, error))
    return NULL;
  root = shoal_codec_bencode_get_root (document);
  files = shoal_codec_bencode_find (root, "files");
  if (shoal_codec_bencode_get_type (files) == SHOAL_CODEC_BENCODE_DICT)
    return read_rows (files, max_rows);
  words = dup_text (root, "failure reason");
  if (words != NULL)
    g_set_error_literal (
        error, SHOAL_CODEC_ERROR, SHOAL_CODEC_ERROR_UNSUPPORTED, "the tracker refused the scrape");
  else
    g_set_error (error,
                 SHOAL_CODEC_ERROR,
                 SHOAL_CODEC_ERROR_MALFORMED,
                 "not a scrape's answer: expected a dictionary 'files', found %s",
                 shoal_codec_bencode_get_type_name (files));
  if (failure != NULL)
    *failure = g_steal_pointer (&words);
  return NULL;
}
