/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-tracker-udp.h"

#include <string.h>
#include <sys/socket.h>

#include "base/shoal-base-bytes.h"
#include "codec/shoal-codec-url.h"

/* BEP 15. */
#define PROTOCOL_ID        G_GUINT64_CONSTANT (0x41727101980)
#define CONNECT_LEN        16
#define REQUEST_HEAD_LEN   16
#define ANNOUNCE_LEN       98
#define REPLY_HEAD_LEN     8
#define ANNOUNCE_REPLY_LEN 20
#define SCRAPE_ROW_LEN     12
#define HASH_LEN           20
#define MAX_ERROR_TEXT     1024

/* BEP 41. */
#define OPTION_END      0
#define OPTION_NOP      1
#define OPTION_URL_DATA 2
#define MAX_OPTION_LEN  255

/* As in HTTP: 0 would make an unknown size a seed. */
#define UNKNOWN_LEFT 16384

static gsize
write_request_head (guint8 *out, guint64 connection, guint32 action, guint32 transaction)
{
  shoal_base_write_be64 (out, connection);
  shoal_base_write_be32 (out + 8, action);
  shoal_base_write_be32 (out + 12, transaction);
  return REQUEST_HEAD_LEN;
}

static gsize
write_reply_head (guint8 *out, guint32 action, guint32 transaction)
{
  shoal_base_write_be32 (out, action);
  shoal_base_write_be32 (out + 4, transaction);
  return REPLY_HEAD_LEN;
}

gsize
shoal_codec_tracker_udp_write_connect (guint8 *out, guint32 transaction)
{
  return write_request_head (out, PROTOCOL_ID, SHOAL_CODEC_TRACKER_UDP_CONNECT, transaction);
}

static gsize
write_url_data (guint8 *out, const char *url_data)
{
  gsize left = strlen (url_data);
  gsize at = 0;

  if (left > SHOAL_CODEC_TRACKER_UDP_MAX_URL_DATA)
    return 0;
  while (left > 0)
    {
      gsize n = MIN (left, MAX_OPTION_LEN);

      out[at] = OPTION_URL_DATA;
      out[at + 1] = (guint8) n;
      memcpy (out + at + 2, url_data, n);
      url_data += n;
      left -= n;
      at += n + 2;
    }
  return at;
}

gsize
shoal_codec_tracker_udp_write_announce (guint8                          *out,
                                        guint64                          connection,
                                        guint32                          transaction,
                                        const ShoalCodecTrackerAnnounce *announce,
                                        const char                      *url_data)
{
  ShoalCodecTrackerEvent event = announce->event;
  guint64                left = announce->left;
  gint32                 want = announce->num_want;

  if (event == SHOAL_CODEC_TRACKER_EVENT_PAUSED)
    event = SHOAL_CODEC_TRACKER_EVENT_NONE;
  if (event == SHOAL_CODEC_TRACKER_EVENT_STOPPED)
    want = 0;
  if (left == SHOAL_CODEC_TRACKER_LEFT_UNKNOWN)
    left = UNKNOWN_LEFT;
  write_request_head (out, connection, SHOAL_CODEC_TRACKER_UDP_ANNOUNCE, transaction);
  memcpy (out + 16, announce->info_hash.bytes, HASH_LEN);
  memcpy (out + 36, announce->peer_id.bytes, HASH_LEN);
  shoal_base_write_be64 (out + 56, announce->downloaded);
  shoal_base_write_be64 (out + 64, left);
  shoal_base_write_be64 (out + 72, announce->uploaded);
  shoal_base_write_be32 (out + 80, event);
  shoal_base_write_be32 (out + 84, 0);
  shoal_base_write_be32 (out + 88, announce->key);
  shoal_base_write_be32 (out + 92, (guint32) want);
  shoal_base_write_be16 (out + 96, announce->port);
  return ANNOUNCE_LEN + (url_data != NULL ? write_url_data (out + ANNOUNCE_LEN, url_data) : 0);
}

gsize
shoal_codec_tracker_udp_write_scrape (guint8              *out,
                                      guint64              connection,
                                      guint32              transaction,
                                      const ShoalSwarmKey *info_hashes,
                                      guint                n)
{
  gsize at = write_request_head (out, connection, SHOAL_CODEC_TRACKER_UDP_SCRAPE, transaction);
  guint i;

  g_return_val_if_fail (n <= SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE, 0);
  for (i = 0; i < n; i++, at += HASH_LEN)
    memcpy (out + at, info_hashes[i].bytes, HASH_LEN);
  return at;
}

gboolean
shoal_codec_tracker_udp_parse_head (const guint8               *data,
                                    gsize                       len,
                                    ShoalCodecTrackerUdpAction *action,
                                    guint32                    *transaction)
{
  if (len < REPLY_HEAD_LEN || shoal_base_read_be32 (data) > SHOAL_CODEC_TRACKER_UDP_ERROR)
    return FALSE;
  *action = (ShoalCodecTrackerUdpAction) shoal_base_read_be32 (data);
  *transaction = shoal_base_read_be32 (data + 4);
  return TRUE;
}

static gboolean
is_action (const guint8 *data, gsize len, gsize min_len, ShoalCodecTrackerUdpAction action)
{
  return len >= min_len && shoal_base_read_be32 (data) == action;
}

gboolean
shoal_codec_tracker_udp_parse_connect (const guint8 *data, gsize len, guint64 *connection)
{
  if (!is_action (data, len, CONNECT_LEN, SHOAL_CODEC_TRACKER_UDP_CONNECT))
    return FALSE;
  *connection = shoal_base_read_be64 (data + 8);
  return TRUE;
}

ShoalCodecTrackerReply *
shoal_codec_tracker_udp_parse_announce (const guint8 *data, gsize len, int family)
{
  ShoalCodecTrackerReply *reply;

  if (!is_action (data, len, ANNOUNCE_REPLY_LEN, SHOAL_CODEC_TRACKER_UDP_ANNOUNCE))
    return NULL;
  reply = shoal_codec_tracker_reply_new ();
  reply->interval_s = MIN (shoal_base_read_be32 (data + 8), G_MAXINT32);
  reply->counts.incomplete = shoal_base_read_be32 (data + 12);
  reply->counts.complete = shoal_base_read_be32 (data + 16);
  shoal_codec_tracker_add_compact (
      reply->peers, family, data + ANNOUNCE_REPLY_LEN, len - ANNOUNCE_REPLY_LEN);
  return reply;
}

gboolean
shoal_codec_tracker_udp_parse_scrape (const guint8            *data,
                                      gsize                    len,
                                      ShoalCodecTrackerCounts *out,
                                      guint                    max,
                                      guint                   *n)
{
  guint i;

  *n = 0;
  if (!is_action (data, len, REPLY_HEAD_LEN, SHOAL_CODEC_TRACKER_UDP_SCRAPE))
    return FALSE;
  *n = (guint) MIN (max, (len - REPLY_HEAD_LEN) / SCRAPE_ROW_LEN);
  for (i = 0; i < *n; i++)
    {
      const guint8 *row = data + REPLY_HEAD_LEN + i * SCRAPE_ROW_LEN;

      out[i].complete = shoal_base_read_be32 (row);
      out[i].downloaded = shoal_base_read_be32 (row + 4);
      out[i].incomplete = shoal_base_read_be32 (row + 8);
    }
  return TRUE;
}

char *
shoal_codec_tracker_udp_dup_error (const guint8 *data, gsize len)
{
  if (!is_action (data, len, REPLY_HEAD_LEN, SHOAL_CODEC_TRACKER_UDP_ERROR))
    return NULL;
  len -= REPLY_HEAD_LEN;
  while (len > 0 && data[REPLY_HEAD_LEN + len - 1] == '\0')
    len--;
  return shoal_codec_url_dup_text (data + REPLY_HEAD_LEN, len, MAX_ERROR_TEXT);
}

/* BEP 41; stops at the end, an option that is cut off, or more than there is room for. */
static void
read_options (const guint8 *data, gsize len, ShoalCodecTrackerUdpRequest *out)
{
  gsize at = 0;

  while (at < len && data[at] != OPTION_END)
    {
      guint8 option = data[at++];
      gsize  size;

      if (option == OPTION_NOP)
        continue;
      if (at >= len || data[at] > len - at - 1)
        break;
      size = data[at++];
      if (option == OPTION_URL_DATA)
        {
          if (size > SHOAL_CODEC_TRACKER_UDP_MAX_URL_DATA - out->url_data_len)
            break;
          memcpy (out->url_data + out->url_data_len, data + at, size);
          out->url_data_len += size;
        }
      at += size;
    }
  out->url_data[out->url_data_len] = '\0';
}

static gboolean
read_announce (const guint8 *data, gsize len, ShoalCodecTrackerUdpRequest *out)
{
  ShoalCodecTrackerAnnounce *announce = &out->announce;
  guint32                    event;

  if (len < ANNOUNCE_LEN)
    return FALSE;
  event = shoal_base_read_be32 (data + 80);
  memcpy (announce->info_hash.bytes, data + 16, HASH_LEN);
  memcpy (announce->peer_id.bytes, data + 36, HASH_LEN);
  announce->downloaded = shoal_base_read_be64 (data + 56);
  announce->left = shoal_base_read_be64 (data + 64);
  announce->uploaded = shoal_base_read_be64 (data + 72);
  announce->event = event <= SHOAL_CODEC_TRACKER_EVENT_STOPPED ? (ShoalCodecTrackerEvent) event
                                                               : SHOAL_CODEC_TRACKER_EVENT_NONE;
  out->ip = shoal_base_read_be32 (data + 84);
  announce->key = shoal_base_read_be32 (data + 88);
  announce->num_want = (gint32) shoal_base_read_be32 (data + 92);
  announce->port = shoal_base_read_be16 (data + 96);
  announce->corrupt = 0;
  announce->supports_encryption = 0;
  announce->wants_compact = 1;
  announce->wants_no_peer_id = 1;
  announce->has_key = 1;
  read_options (data + ANNOUNCE_LEN, len - ANNOUNCE_LEN, out);
  return TRUE;
}

static gboolean
read_scrape (const guint8 *data, gsize len, ShoalCodecTrackerUdpRequest *out)
{
  out->info_hashes = data + REQUEST_HEAD_LEN;
  out->n_hashes =
      (guint) MIN ((len - REQUEST_HEAD_LEN) / HASH_LEN, SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE);
  return out->n_hashes > 0;
}

gboolean
shoal_codec_tracker_udp_parse_request (const guint8                *data,
                                       gsize                        len,
                                       ShoalCodecTrackerUdpRequest *out)
{
  guint32 action;

  if (len < REQUEST_HEAD_LEN)
    return FALSE;
  action = shoal_base_read_be32 (data + 8);
  out->connection = shoal_base_read_be64 (data);
  out->transaction = shoal_base_read_be32 (data + 12);
  out->ip = 0;
  out->n_hashes = 0;
  out->info_hashes = NULL;
  out->url_data_len = 0;
  out->url_data[0] = '\0';
  if (action >= SHOAL_CODEC_TRACKER_UDP_ERROR)
    return FALSE;
  out->action = (ShoalCodecTrackerUdpAction) action;
  if (action == SHOAL_CODEC_TRACKER_UDP_CONNECT)
    return out->connection == PROTOCOL_ID;
  if (action == SHOAL_CODEC_TRACKER_UDP_ANNOUNCE)
    return read_announce (data, len, out);
  return read_scrape (data, len, out);
}

gsize
shoal_codec_tracker_udp_write_connect_reply (guint8 *out, guint32 transaction, guint64 connection)
{
  write_reply_head (out, SHOAL_CODEC_TRACKER_UDP_CONNECT, transaction);
  shoal_base_write_be64 (out + 8, connection);
  return CONNECT_LEN;
}

gsize
shoal_codec_tracker_udp_write_announce_reply (guint8                                  *out,
                                              guint32                                  transaction,
                                              const ShoalCodecTrackerUdpAnnounceReply *reply)
{
  gsize stride = reply->family == AF_INET ? 6 : 18;
  gsize room = (SHOAL_CODEC_TRACKER_UDP_FRAME - ANNOUNCE_REPLY_LEN) / stride;
  gsize n = MIN (reply->peers_len / stride, room);

  write_reply_head (out, SHOAL_CODEC_TRACKER_UDP_ANNOUNCE, transaction);
  shoal_base_write_be32 (out + 8, reply->interval_s);
  shoal_base_write_be32 (out + 12, reply->leechers);
  shoal_base_write_be32 (out + 16, reply->seeders);
  if (n > 0)
    memcpy (out + ANNOUNCE_REPLY_LEN, reply->peers, n * stride);
  return ANNOUNCE_REPLY_LEN + n * stride;
}

static guint32
clamp_count (gint64 count)
{
  return (guint32) CLAMP (count, 0, (gint64) G_MAXUINT32);
}

gsize
shoal_codec_tracker_udp_write_scrape_reply (guint8                        *out,
                                            guint32                        transaction,
                                            const ShoalCodecTrackerCounts *counts,
                                            guint                          n)
{
  gsize at = write_reply_head (out, SHOAL_CODEC_TRACKER_UDP_SCRAPE, transaction);
  guint i;

  g_return_val_if_fail (n <= SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE, 0);
  for (i = 0; i < n; i++, at += SCRAPE_ROW_LEN)
    {
      shoal_base_write_be32 (out + at, clamp_count (counts[i].complete));
      shoal_base_write_be32 (out + at + 4, clamp_count (counts[i].downloaded));
      shoal_base_write_be32 (out + at + 8, clamp_count (counts[i].incomplete));
    }
  return at;
}

gsize
shoal_codec_tracker_udp_write_error (guint8 *out, guint32 transaction, const char *text)
{
  gsize at = write_reply_head (out, SHOAL_CODEC_TRACKER_UDP_ERROR, transaction);
  gsize len = MIN (strlen (text), MAX_ERROR_TEXT);

  memcpy (out + at, text, len);
  return at + len;
}
