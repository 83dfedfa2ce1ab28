/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-tracker-serve.h"

#include <string.h>
#include <sys/socket.h>

#include "codec/shoal-codec-bencode-writer.h"

/* Bytes of a value that is looked at; longer ones are of keys nobody knows. */
#define MAX_VALUE 64

#define HASH_LEN 20

/* A key and its value, decoded. */
typedef struct
{
  const char *key; /* unowned: in the query */
  gsize       key_len;
  guint8      value[MAX_VALUE + 1]; /* terminated */
  gsize       value_len;
} Pair;

const char *
shoal_codec_tracker_serve_result_text (ShoalCodecTrackerServeResult result)
{
  switch (result)
    {
    case SHOAL_CODEC_TRACKER_SERVE_OK:
      return "no failure";
    case SHOAL_CODEC_TRACKER_SERVE_TOO_LONG:
      return "the query is too long";
    case SHOAL_CODEC_TRACKER_SERVE_BAD_ESCAPE:
      return "the query has a '%' without two hex digits";
    case SHOAL_CODEC_TRACKER_SERVE_BAD_INFO_HASH:
      return "info_hash must be 20 bytes, percent-encoded";
    case SHOAL_CODEC_TRACKER_SERVE_BAD_PEER_ID:
      return "peer_id must be 20 bytes, percent-encoded";
    case SHOAL_CODEC_TRACKER_SERVE_BAD_PORT:
      return "port must be a number from 1 to 65535";
    case SHOAL_CODEC_TRACKER_SERVE_BAD_NUMBER:
      return "uploaded, downloaded and left must be counts of bytes";
    case SHOAL_CODEC_TRACKER_SERVE_TOO_MANY:
      return "too many info_hash in one scrape";
    }
  return "unknown failure";
}

/* Decodes up to @end into the pair; FALSE at a broken escape. */
static gboolean
decode_value (Pair *pair, const char *text, const char *end)
{
  pair->value_len = 0;
  for (; text < end && pair->value_len < MAX_VALUE; text++)
    {
      int byte = (guchar) *text;

      if (byte == '%')
        {
          int high = end - text > 2 ? g_ascii_xdigit_value (text[1]) : -1;
          int low = high >= 0 ? g_ascii_xdigit_value (text[2]) : -1;

          if (low < 0)
            return FALSE;
          byte = high << 4 | low;
          text += 2;
        }
      pair->value[pair->value_len++] = (guint8) byte;
    }
  pair->value[pair->value_len] = '\0';
  return TRUE;
}

/* The next pair of *query, which is moved on. FALSE at the end or, with *result set, on an error.
 */
static gboolean
next_pair (const char **query, Pair *pair, ShoalCodecTrackerServeResult *result)
{
  const char *text = *query;
  const char *end;
  const char *equals;

  if (*text == '\0')
    return FALSE;
  end = text + strcspn (text, "&");
  equals = memchr (text, '=', (gsize) (end - text));
  pair->key = text;
  pair->key_len = (gsize) ((equals != NULL ? equals : end) - text);
  if (!decode_value (pair, equals != NULL ? equals + 1 : end, end))
    {
      *result = SHOAL_CODEC_TRACKER_SERVE_BAD_ESCAPE;
      return FALSE;
    }
  *query = *end == '&' ? end + 1 : end;
  return TRUE;
}

static gboolean
is_key (const Pair *pair, const char *key)
{
  return pair->key_len == strlen (key) && memcmp (pair->key, key, pair->key_len) == 0;
}

static gboolean
is_one (const Pair *pair)
{
  return pair->value_len == 1 && pair->value[0] == '1';
}

static gboolean
read_number (const Pair *pair, guint64 max, guint64 *out)
{
  return strlen ((const char *) pair->value) == pair->value_len &&
         g_ascii_string_to_unsigned ((const char *) pair->value, 10, 0, max, out, NULL);
}

static ShoalCodecTrackerEvent
read_event (const Pair *pair)
{
  static const char *const names[] = { "", "completed", "started", "stopped", "paused" };
  guint                    i;

  for (i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp ((const char *) pair->value, names[i]) == 0)
      return (ShoalCodecTrackerEvent) i;
  return SHOAL_CODEC_TRACKER_EVENT_NONE;
}

/* Eight hex digits from most clients; anything else is folded into 32 bits (FNV-1a). */
static guint32
read_key (const Pair *pair)
{
  guint64 value;
  guint32 hash = 2166136261u;
  gsize   i;

  if (strlen ((const char *) pair->value) == pair->value_len &&
      g_ascii_string_to_unsigned ((const char *) pair->value, 16, 0, G_MAXUINT32, &value, NULL))
    return (guint32) value;
  for (i = 0; i < pair->value_len; i++)
    hash = (hash ^ pair->value[i]) * 16777619u;
  return hash;
}

/* What of an announce has been seen. */
typedef struct
{
  gboolean has_info_hash;
  gboolean has_peer_id;
  gboolean has_port;
} Seen;

static gboolean
copy_hash (const Pair *pair, guint8 *out)
{
  if (pair->value_len != HASH_LEN)
    return FALSE;
  memcpy (out, pair->value, HASH_LEN);
  return TRUE;
}

static void
read_option (const Pair *pair, ShoalCodecTrackerAnnounce *out)
{
  guint64 number;

  if (is_key (pair, "event"))
    out->event = read_event (pair);
  else if (is_key (pair, "numwant") && read_number (pair, G_MAXINT32, &number))
    out->num_want = (gint32) number;
  else if (is_key (pair, "compact"))
    out->wants_compact = is_one (pair);
  else if (is_key (pair, "no_peer_id"))
    out->wants_no_peer_id = is_one (pair);
  else if (is_key (pair, "supportcrypto") || is_key (pair, "requirecrypto"))
    out->supports_encryption |= is_one (pair);
  else if (is_key (pair, "key"))
    {
      out->has_key = 1;
      out->key = read_key (pair);
    }
}

static ShoalCodecTrackerServeResult
read_pair (const Pair *pair, ShoalCodecTrackerAnnounce *out, Seen *seen)
{
  guint64  number = 0;
  guint64 *count = is_key (pair, "uploaded")     ? &out->uploaded
                   : is_key (pair, "downloaded") ? &out->downloaded
                   : is_key (pair, "left")       ? &out->left
                   : is_key (pair, "corrupt")    ? &out->corrupt
                                                 : NULL;

  if (count != NULL)
    return read_number (pair, G_MAXUINT64, count) ? SHOAL_CODEC_TRACKER_SERVE_OK
                                                  : SHOAL_CODEC_TRACKER_SERVE_BAD_NUMBER;
  if (is_key (pair, "info_hash"))
    seen->has_info_hash = copy_hash (pair, out->info_hash.bytes);
  else if (is_key (pair, "peer_id"))
    seen->has_peer_id = copy_hash (pair, out->peer_id.bytes);
  else if (is_key (pair, "port"))
    {
      seen->has_port = read_number (pair, G_MAXUINT16, &number) && number > 0;
      out->port = (guint16) number;
    }
  else
    read_option (pair, out);
  return SHOAL_CODEC_TRACKER_SERVE_OK;
}

ShoalCodecTrackerServeResult
shoal_codec_tracker_serve_parse_announce (const char *query, ShoalCodecTrackerAnnounce *out)
{
  ShoalCodecTrackerServeResult result = SHOAL_CODEC_TRACKER_SERVE_OK;
  Seen                         seen = { FALSE };
  Pair                         pair;

  memset (out, 0, sizeof *out);
  out->left = SHOAL_CODEC_TRACKER_LEFT_UNKNOWN;
  out->num_want = SHOAL_CODEC_TRACKER_WANT_DEFAULT;
  if (strlen (query) > SHOAL_CODEC_TRACKER_SERVE_MAX_QUERY)
    return SHOAL_CODEC_TRACKER_SERVE_TOO_LONG;
  while (result == SHOAL_CODEC_TRACKER_SERVE_OK && next_pair (&query, &pair, &result))
    result = read_pair (&pair, out, &seen);
  if (result != SHOAL_CODEC_TRACKER_SERVE_OK)
    return result;
  if (!seen.has_info_hash)
    return SHOAL_CODEC_TRACKER_SERVE_BAD_INFO_HASH;
  if (!seen.has_peer_id)
    return SHOAL_CODEC_TRACKER_SERVE_BAD_PEER_ID;
  return seen.has_port ? SHOAL_CODEC_TRACKER_SERVE_OK : SHOAL_CODEC_TRACKER_SERVE_BAD_PORT;
}

ShoalCodecTrackerServeResult
shoal_codec_tracker_serve_parse_scrape (const char *query, ShoalSwarmKey *out, guint max, guint *n)
{
  ShoalCodecTrackerServeResult result = SHOAL_CODEC_TRACKER_SERVE_OK;
  Pair                         pair;

  *n = 0;
  if (strlen (query) > SHOAL_CODEC_TRACKER_SERVE_MAX_QUERY)
    return SHOAL_CODEC_TRACKER_SERVE_TOO_LONG;
  while (next_pair (&query, &pair, &result))
    {
      if (!is_key (&pair, "info_hash"))
        continue;
      if (*n >= max)
        return SHOAL_CODEC_TRACKER_SERVE_TOO_MANY;
      if (!copy_hash (&pair, out[*n].bytes))
        return SHOAL_CODEC_TRACKER_SERVE_BAD_INFO_HASH;
      ++*n;
    }
  return result;
}

static void
write_count (GByteArray *out, const char *key, gint64 count)
{
  if (count >= 0)
    shoal_codec_bencode_writer_add_pair_integer (out, key, count);
}

/* A string of all peers of @family, packed; left out if @is_optional and there are none. */
static void
write_compact (GByteArray                        *out,
               const char                        *key,
               const ShoalCodecTrackerServeReply *reply,
               int                                family)
{
  char  header[16];
  gsize size = family == AF_INET ? 6 : 18;
  guint n = 0;
  guint i;

  for (i = 0; i < reply->n_peers; i++)
    n += reply->peers[i].address.family == family;
  if (n == 0 && family == AF_INET6)
    return;
  shoal_codec_bencode_writer_add_string (out, key);
  g_snprintf (header, sizeof header, "%" G_GSIZE_FORMAT ":", n * size);
  shoal_codec_bencode_writer_add_raw (out, header, strlen (header));
  for (i = 0; i < reply->n_peers; i++)
    if (reply->peers[i].address.family == family)
      {
        guint8 packed[18];

        shoal_base_address_write_compact (&reply->peers[i].address, packed);
        shoal_codec_bencode_writer_add_raw (out, packed, size);
      }
}

static void
write_dicts (GByteArray *out, const ShoalCodecTrackerServeReply *reply)
{
  char  text[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  guint i;

  shoal_codec_bencode_writer_add_string (out, "peers");
  shoal_codec_bencode_writer_begin_list (out);
  for (i = 0; i < reply->n_peers; i++)
    {
      const ShoalCodecTrackerPeer *peer = &reply->peers[i];

      shoal_codec_bencode_writer_begin_dict (out);
      shoal_codec_bencode_writer_add_pair_string (
          out, "ip", shoal_base_address_format (&peer->address, FALSE, text));
      if (!reply->no_peer_id)
        shoal_codec_bencode_writer_add_pair_bytes (out, "peer id", peer->peer_id.bytes, HASH_LEN);
      shoal_codec_bencode_writer_add_pair_integer (out, "port", peer->address.port);
      shoal_codec_bencode_writer_end (out);
    }
  shoal_codec_bencode_writer_end (out);
}

void
shoal_codec_tracker_serve_write_reply (GByteArray *out, const ShoalCodecTrackerServeReply *reply)
{
  shoal_codec_bencode_writer_begin_dict (out);
  write_count (out, "complete", reply->counts.complete);
  write_count (out, "downloaded", reply->counts.downloaded);
  if (reply->external != NULL && reply->external->family != 0)
    shoal_codec_bencode_writer_add_pair_bytes (
        out, "external ip", reply->external->ip, reply->external->family == AF_INET ? 4 : 16);
  write_count (out, "incomplete", reply->counts.incomplete);
  shoal_codec_bencode_writer_add_pair_integer (out, "interval", reply->interval_s);
  if (reply->min_interval_s > 0)
    shoal_codec_bencode_writer_add_pair_integer (out, "min interval", reply->min_interval_s);
  if (reply->compact)
    {
      write_compact (out, "peers", reply, AF_INET);
      write_compact (out, "peers6", reply, AF_INET6);
    }
  else
    write_dicts (out, reply);
  if (reply->warning != NULL)
    shoal_codec_bencode_writer_add_pair_string (out, "warning message", reply->warning);
  shoal_codec_bencode_writer_end (out);
}

void
shoal_codec_tracker_serve_write_scrape (GByteArray                       *out,
                                        const ShoalCodecTrackerScrapeRow *rows,
                                        guint                             n_rows)
{
  guint i;

  shoal_codec_bencode_writer_begin_dict (out);
  shoal_codec_bencode_writer_add_string (out, "files");
  shoal_codec_bencode_writer_begin_dict (out);
  for (i = 0; i < n_rows; i++)
    {
      shoal_codec_bencode_writer_add_bytes (out, rows[i].info_hash.bytes, HASH_LEN);
      shoal_codec_bencode_writer_begin_dict (out);
      write_count (out, "complete", rows[i].counts.complete);
      write_count (out, "downloaded", rows[i].counts.downloaded);
      write_count (out, "incomplete", rows[i].counts.incomplete);
      shoal_codec_bencode_writer_end (out);
    }
  shoal_codec_bencode_writer_end (out);
  shoal_codec_bencode_writer_end (out);
}

void
shoal_codec_tracker_serve_write_failure (GByteArray *out, const char *text, gint32 retry_in_s)
{
  shoal_codec_bencode_writer_begin_dict (out);
  shoal_codec_bencode_writer_add_pair_string (out, "failure reason", text);
  if (retry_in_s == SHOAL_CODEC_TRACKER_RETRY_NEVER)
    shoal_codec_bencode_writer_add_pair_string (out, "retry in", "never");
  else if (retry_in_s > 0)
    shoal_codec_bencode_writer_add_pair_integer (out, "retry in", (retry_in_s + 59) / 60);
  shoal_codec_bencode_writer_end (out);
}
