/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* The info dictionary goes out (BEP 9). It lies in memory anyway; what it costs is sending it. */

/* So often a peer may have the whole of it in a span of time: once, and again for what it lost on
 * the way. */
#define MAX_ROUNDS 3
#define SPAN_USEC  (10 * 60 * G_USEC_PER_SEC)

/* A peer that asks for more than it reads is refused beyond this. */
#define MAX_UNSENT (SHOAL_PEER_MAX_UNSENT / 2)

static gboolean
may_have (ShoalTorrentLink *link, guint n_blocks)
{
  gint64 now_usec = shoal_net_reactor_get_now (link->torrent->env->reactor);

  if (link->dictionary_usec == 0 || now_usec - link->dictionary_usec > SPAN_USEC)
    {
      link->dictionary_usec = now_usec;
      link->n_dictionary = 0;
    }
  if (link->n_dictionary >= MAX_ROUNDS * n_blocks ||
      shoal_peer_get_n_unsent (link->peer) > MAX_UNSENT)
    return FALSE;
  link->n_dictionary++;
  return TRUE;
}

static void
fill_data (ShoalTorrentLink *link, ShoalWireMetadata *answer)
{
  const ShoalTorrent *self = link->torrent;
  gsize               size, begin = (gsize) answer->block * SHOAL_WIRE_METADATA_BLOCK;
  const guint8       *info;

  if (self->metainfo == NULL)
    return;
  info = g_bytes_get_data (shoal_codec_metainfo_get_info (self->metainfo), &size);
  if (begin >= size || !may_have (link, (guint) ((size - 1) / SHOAL_WIRE_METADATA_BLOCK) + 1))
    return;
  answer->kind = SHOAL_WIRE_METADATA_DATA;
  answer->total_size = size;
  answer->data = info + begin;
  answer->len = MIN (size - begin, SHOAL_WIRE_METADATA_BLOCK);
}

void
shoal_torrent_metadata_serve (ShoalTorrentLink *link, guint32 block)
{
  ShoalWireMetadata answer = { .kind = SHOAL_WIRE_METADATA_REJECT, .block = block };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  fill_data (link, &answer);
  shoal_wire_metadata_write (&answer, out);
  shoal_peer_send_extended (link->peer, SHOAL_WIRE_EXTENSION_METADATA, out->data, out->len);
}
