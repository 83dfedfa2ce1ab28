/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-metainfo.h"

#include <string.h>

#include "codec/shoal-codec-bencode-writer.h"
#include "codec/shoal-codec-metainfo-private.h"

/* Bytes of text a person might read. */
#define MAX_COMMENT (64 * 1024)
#define MAX_CREATOR 1024

/* Adds @url to @seeds (whose last is not NULL yet) unless it is wrong, there already or one too
 * many. */
static void
add_seed (GPtrArray *seeds, const char *url, gsize len, gboolean with_slash)
{
  g_autofree char *clean = shoal_codec_url_dup_web_seed (url, len);

  if (clean == NULL || seeds->len >= SHOAL_CODEC_METAINFO_MAX_SEEDS)
    return;
  if (with_slash && !g_str_has_suffix (clean, "/"))
    {
      g_autofree char *bare = g_steal_pointer (&clean);

      clean = g_strconcat (bare, "/", NULL);
    }
  if (!g_ptr_array_find_with_equal_func (seeds, clean, g_str_equal, NULL))
    g_ptr_array_add (seeds, g_steal_pointer (&clean));
}

/* @value: a string, or a list of strings. */
static void
read_seeds (GPtrArray *seeds, ShoalCodecBencodeValue value, gboolean with_slash)
{
  ShoalCodecBencodeIter  iter;
  ShoalCodecBencodeValue entry;
  gsize                  len;
  const guint8          *data = shoal_codec_bencode_get_string (value, &len);

  if (data != NULL)
    add_seed (seeds, (const char *) data, len, with_slash);
  shoal_codec_bencode_iter_init (&iter, value);
  while (!iter.is_dict && seeds->len < SHOAL_CODEC_METAINFO_MAX_SEEDS &&
         shoal_codec_bencode_iter_next (&iter, NULL, &entry))
    {
      data = shoal_codec_bencode_get_string (entry, &len);
      if (data != NULL)
        add_seed (seeds, (const char *) data, len, with_slash);
    }
}

static gboolean
read_tier (GArray *trackers, ShoalCodecBencodeValue list, guint tier)
{
  ShoalCodecBencodeIter  iter;
  ShoalCodecBencodeValue url;
  gboolean               is_used = FALSE;

  shoal_codec_bencode_iter_init (&iter, list);
  while (!iter.is_dict && trackers->len < SHOAL_CODEC_URL_MAX_TRACKERS &&
         shoal_codec_bencode_iter_next (&iter, NULL, &url))
    {
      gsize         len;
      const guint8 *data = shoal_codec_bencode_get_string (url, &len);

      if (data != NULL && shoal_codec_tracker_array_add (trackers, (const char *) data, len, tier))
        is_used = TRUE;
    }
  return is_used;
}

/* BEP 12: the list wins; "announce" counts only if nothing in the list can be used. */
static void
read_trackers (GArray *trackers, ShoalCodecBencodeValue root)
{
  ShoalCodecBencodeIter  iter;
  ShoalCodecBencodeValue list = shoal_codec_bencode_find (root, "announce-list");
  ShoalCodecBencodeValue tier;
  gsize                  len;
  const guint8          *url;
  guint                  n = 0;

  shoal_codec_bencode_iter_init (&iter, list);
  while (!iter.is_dict && trackers->len < SHOAL_CODEC_URL_MAX_TRACKERS &&
         shoal_codec_bencode_iter_next (&iter, NULL, &tier))
    if (read_tier (trackers, tier, n))
      n++;
  if (trackers->len > 0)
    return;
  url = shoal_codec_bencode_find_string (root, "announce", &len);
  if (url != NULL)
    shoal_codec_tracker_array_add (trackers, (const char *) url, len, 0);
}

/* BEP 5: a list of [host, port]. */
static void
read_nodes (GArray *nodes, ShoalCodecBencodeValue list)
{
  ShoalCodecBencodeIter  rows;
  ShoalCodecBencodeValue row;

  shoal_codec_bencode_iter_init (&rows, list);
  while (!rows.is_dict && nodes->len < SHOAL_CODEC_METAINFO_MAX_NODES &&
         shoal_codec_bencode_iter_next (&rows, NULL, &row))
    {
      ShoalCodecBencodeIter  iter;
      ShoalCodecBencodeValue host;
      ShoalCodecBencodeValue port;
      gsize                  len;
      gint64                 number;

      shoal_codec_bencode_iter_init (&iter, row);
      if (!iter.is_dict && shoal_codec_bencode_iter_next (&iter, NULL, &host) &&
          shoal_codec_bencode_iter_next (&iter, NULL, &port) &&
          shoal_codec_bencode_get_string (host, &len) != NULL &&
          shoal_codec_bencode_get_integer (port, &number))
        shoal_codec_host_array_add (
            nodes, (const char *) shoal_codec_bencode_get_string (host, &len), len, number);
    }
}

static char *
dup_text (ShoalCodecBencodeValue root, const char *key, const char *utf8_key, gsize max_len)
{
  gsize         len;
  const guint8 *data = shoal_codec_bencode_find_string (root, utf8_key, &len);

  if (len == 0)
    data = shoal_codec_bencode_find_string (root, key, &len);
  return len == 0 ? NULL : shoal_codec_url_dup_text (data, len, max_len);
}

void
shoal_codec_metainfo_read_extras (ShoalCodecMetainfo *self, ShoalCodecBencodeValue root)
{
  gint64 created = 0;

  read_trackers (self->trackers, root);
  read_seeds (self->web_seeds, shoal_codec_bencode_find (root, "url-list"), self->has_folder);
  read_seeds (self->http_seeds, shoal_codec_bencode_find (root, "httpseeds"), FALSE);
  read_nodes (self->nodes, shoal_codec_bencode_find (root, "nodes"));
  self->comment = dup_text (root, "comment", "comment.utf-8", MAX_COMMENT);
  self->creator = dup_text (root, "created by", "created by.utf-8", MAX_CREATOR);
  shoal_codec_bencode_find_integer (root, "creation date", &created);
  self->created = MAX (created, 0);
}

static void
copy_seeds (GPtrArray *seeds, const char *const *urls, gboolean with_slash)
{
  for (; urls != NULL && *urls != NULL; urls++)
    add_seed (seeds, *urls, strlen (*urls), with_slash);
}

void
shoal_codec_metainfo_copy_extras (ShoalCodecMetainfo *self, const ShoalCodecMetainfoExtras *extras)
{
  guint i;

  for (i = 0; i < extras->n_trackers; i++)
    shoal_codec_tracker_array_add (self->trackers,
                                   extras->trackers[i].url,
                                   strlen (extras->trackers[i].url),
                                   extras->trackers[i].tier);
  for (i = 0; i < MIN (extras->n_nodes, SHOAL_CODEC_METAINFO_MAX_NODES); i++)
    shoal_codec_host_array_add (
        self->nodes, extras->nodes[i].host, strlen (extras->nodes[i].host), extras->nodes[i].port);
  copy_seeds (self->web_seeds, extras->web_seeds, self->has_folder);
  copy_seeds (self->http_seeds, extras->http_seeds, FALSE);
  self->comment = g_strdup (extras->comment);
  self->creator = g_strdup (extras->creator);
  self->created = extras->created;
}

static void
write_tiers (GByteArray *out, const GArray *trackers)
{
  guint i;

  shoal_codec_bencode_writer_add_string (out, "announce-list");
  shoal_codec_bencode_writer_begin_list (out);
  for (i = 0; i < trackers->len; i++)
    {
      const ShoalCodecTracker *tracker = &g_array_index (trackers, ShoalCodecTracker, i);

      if (i == 0 || tracker[-1].tier != tracker->tier)
        {
          if (i > 0)
            shoal_codec_bencode_writer_end (out);
          shoal_codec_bencode_writer_begin_list (out);
        }
      shoal_codec_bencode_writer_add_string (out, tracker->url);
    }
  shoal_codec_bencode_writer_end (out);
  shoal_codec_bencode_writer_end (out);
}

static void
write_seeds (GByteArray *out, const char *key, const GPtrArray *seeds)
{
  guint i;

  if (seeds->len <= 1)
    return;
  shoal_codec_bencode_writer_add_string (out, key);
  shoal_codec_bencode_writer_begin_list (out);
  for (i = 0; i + 1 < seeds->len; i++)
    shoal_codec_bencode_writer_add_string (out, g_ptr_array_index (seeds, i));
  shoal_codec_bencode_writer_end (out);
}

static void
write_nodes (GByteArray *out, const GArray *nodes)
{
  guint i;

  if (nodes->len == 0)
    return;
  shoal_codec_bencode_writer_add_string (out, "nodes");
  shoal_codec_bencode_writer_begin_list (out);
  for (i = 0; i < nodes->len; i++)
    {
      const ShoalCodecHost *node = &g_array_index (nodes, ShoalCodecHost, i);

      shoal_codec_bencode_writer_begin_list (out);
      shoal_codec_bencode_writer_add_string (out, node->host);
      shoal_codec_bencode_writer_add_integer (out, node->port);
      shoal_codec_bencode_writer_end (out);
    }
  shoal_codec_bencode_writer_end (out);
}

static void
write_raw (GByteArray *out, const char *key, GBytes *value)
{
  gsize         len;
  gconstpointer data;

  if (value == NULL)
    return;
  data = g_bytes_get_data (value, &len);
  shoal_codec_bencode_writer_add_string (out, key);
  shoal_codec_bencode_writer_add_raw (out, data, len);
}

GBytes *
shoal_codec_metainfo_to_bytes (const ShoalCodecMetainfo *self)
{
  GByteArray *out = g_byte_array_new ();

  shoal_codec_bencode_writer_begin_dict (out);
  if (self->trackers->len > 0)
    shoal_codec_bencode_writer_add_pair_string (
        out, "announce", g_array_index (self->trackers, ShoalCodecTracker, 0).url);
  if (self->trackers->len > 1)
    write_tiers (out, self->trackers);
  if (self->comment != NULL)
    shoal_codec_bencode_writer_add_pair_string (out, "comment", self->comment);
  if (self->creator != NULL)
    shoal_codec_bencode_writer_add_pair_string (out, "created by", self->creator);
  if (self->created > 0)
    shoal_codec_bencode_writer_add_pair_integer (out, "creation date", self->created);
  write_seeds (out, "httpseeds", self->http_seeds);
  write_raw (out, "info", self->info);
  write_nodes (out, self->nodes);
  write_raw (out, "piece layers", self->piece_layers);
  write_seeds (out, "url-list", self->web_seeds);
  shoal_codec_bencode_writer_end (out);
  return g_byte_array_free_to_bytes (out);
}
