/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* Blocks go out: what a peer asked for is read in runs of adjacent blocks and sent. */

/* Bytes taken from a peer's requests at a time; what it is sent meanwhile covers the time of a
 * read. */
#define MAX_TAKE (1024 * 1024)

typedef struct
{
  ShoalTorrent  *torrent;
  ShoalPieceSlot slot;
  guint64        serial;
  ShoalWireRange run;
} ReadJob;

/* The link that asked, if it is still the one. */
static ShoalTorrentLink *
find_link (const ReadJob *job)
{
  ShoalTorrentLink *link = g_ptr_array_index (job->torrent->slots, job->slot);

  return link != NULL && link->serial == job->serial ? link : NULL;
}

static gboolean
is_had (ShoalTorrent *self, guint piece)
{
  return shoal_piece_map_get_state (self->map, piece) == SHOAL_PIECE_HAD;
}

/* Where a file was cut or changed, hashing will tell what is left of it. */
static void
fail_read (ShoalTorrent *self, guint piece, const GError *error)
{
  shoal_torrent_notice_changes (self, TRUE);
  if (!is_had (self, piece))
    return;
  shoal_torrent_doubt_piece (self, piece);
  shoal_torrent_fail_storage (self, error);
}

static void
send_run (ShoalTorrentLink *link, const ShoalWireRange *run, guint8 *data)
{
  shoal_peer_send_pieces (link->peer, run, data, shoal_disk_buffer_give);
  link->taken_usec = shoal_net_reactor_get_now (link->torrent->env->reactor);
}

static gboolean
send_piped_run (ShoalTorrentLink *link, const ShoalWireRange *run, const ShoalDiskRange *range)
{
  ShoalBasePipe *pipe = NULL;

  if (shoal_peer_takes_pipes (link->peer))
    pipe = shoal_disk_storage_splice_cached (link->torrent->storage, range);
  if (pipe == NULL)
    return FALSE;
  shoal_peer_send_piped (link->peer, run, pipe);
  link->taken_usec = shoal_net_reactor_get_now (link->torrent->env->reactor);
  return TRUE;
}

/* FALSE: it has to be read from the disk. */
static gboolean
send_cached_run (ShoalTorrentLink *link, const ShoalWireRange *run, const ShoalDiskRange *range)
{
  guint8 *data;

  if (send_piped_run (link, run, range))
    return TRUE;
  data = shoal_disk_storage_read_cached (link->torrent->storage, range);
  if (data != NULL)
    send_run (link, run, data);
  return data != NULL;
}

static void
read_cb (const ShoalDiskRange *range, guint8 *data, const GError *error, gpointer user_data)
{
  ReadJob          *job = user_data;
  ShoalTorrent     *self = job->torrent;
  ShoalTorrentLink *link;

  shoal_torrent_notice_changes (self, FALSE); /* what the read found out is not to be sent */
  link = find_link (job);
  if (link == NULL || !is_had (self, job->run.piece))
    g_clear_pointer (&data, shoal_disk_buffer_give);
  if (link != NULL && data == NULL)
    shoal_peer_refuse_pieces (link->peer, &job->run);
  else if (link != NULL)
    send_run (link, &job->run, data);
  if (error != NULL && !self->is_stopping)
    fail_read (self, job->run.piece, error);
  g_free (job);
  shoal_torrent_settle (self);
}

static void
read_run (ShoalTorrentLink *link, const ShoalWireRange *run)
{
  ShoalTorrent  *self = link->torrent;
  ShoalDiskRange range = { run->piece, run->begin, run->length };
  ReadJob       *job;

  if (!is_had (self, run->piece))
    {
      shoal_peer_refuse_pieces (link->peer, run);
      return;
    }
  if (send_cached_run (link, run, &range))
    {
      shoal_peer_set_reads_ahead (link->peer, FALSE);
      return;
    }
  shoal_peer_set_reads_ahead (link->peer, TRUE);
  job = g_new0 (ReadJob, 1);
  *job = (ReadJob){ self, link->slot, link->serial, *run };
  self->n_pending++;
  shoal_disk_storage_read (self->storage, &range, read_cb, job);
}

void
shoal_torrent_serve (ShoalTorrentLink *link)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (ShoalWireRange));
  guint i;

  shoal_peer_take_requests (link->peer, MAX_TAKE, runs);
  for (i = 0; i < runs->len; i++)
    read_run (link, &g_array_index (runs, ShoalWireRange, i));
}

void
shoal_torrent_count_up (ShoalTorrentLink *link, gint64 now_usec)
{
  ShoalPeerStats stats;

  shoal_peer_get_stats (link->peer, &stats);
  if (stats.payload_up == link->counted_up)
    return;
  shoal_base_rate_add (&link->torrent->counts.up, now_usec, stats.payload_up - link->counted_up);
  link->counted_up = stats.payload_up;
  link->taken_usec = now_usec;
  link->torrent->counts.given_usec = now_usec;
}
