/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* Peers are told of pieces as these come. A message costs a system call and a packet, however short
 * it is: with a thousand peers that would be dearer than the pieces themselves. So who takes blocks
 * from us hears of each piece at once, the others of many together a little later. */

#define TOGETHER_USEC (G_USEC_PER_SEC / 4)

/* The more there are, the later: at most 500 messages a second, as long as that is not too late. */
#define TOGETHER_USEC_PER_LINK (2 * G_USEC_PER_SEC / 1000)
#define TOGETHER_MAX_USEC      (2 * G_USEC_PER_SEC)

#define MAX_AT_ONCE 64

static gboolean
is_eager (const ShoalTorrentLink *link)
{
  return shoal_peer_is_interested (link->peer) && !shoal_peer_is_choked_by_us (link->peer);
}

/* A piece may have been lost since. */
static void
tell (ShoalTorrentLink *link)
{
  ShoalTorrent *self = link->torrent;
  guint32       pieces[MAX_AT_ONCE];
  guint         n = 0, i;

  for (i = link->n_told; i < self->gained->len; i++)
    {
      guint32 piece = g_array_index (self->gained, guint32, i);

      if (n == MAX_AT_ONCE)
        {
          shoal_peer_send_haves (link->peer, pieces, n);
          n = 0;
        }
      if (shoal_piece_map_get_state (self->map, piece) == SHOAL_PIECE_HAD)
        pieces[n++] = piece;
    }
  shoal_peer_send_haves (link->peer, pieces, n);
  link->n_told = self->gained->len;
}

static void
tell_all (ShoalTorrent *self)
{
  guint i;

  shoal_net_reactor_timer_clear (self->env->reactor, &self->telling);
  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink *link = g_ptr_array_index (self->links, i);

      if (link->slot != SHOAL_PIECE_SLOT_NONE)
        tell (link);
      link->n_told = 0;
    }
  g_array_set_size (self->gained, 0);
}

static void
telling_cb (gpointer owner, gint64 now_usec)
{
  tell_all (owner);
}

void
shoal_torrent_haves_init (ShoalTorrent *self)
{
  self->gained = g_array_new (FALSE, FALSE, sizeof (guint32));
  shoal_net_reactor_timer_init (&self->telling, telling_cb, self);
}

void
shoal_torrent_haves_clear (ShoalTorrent *self)
{
  shoal_net_reactor_timer_clear (self->env->reactor, &self->telling);
  g_clear_pointer (&self->gained, g_array_unref);
}

void
shoal_torrent_haves_begin (ShoalTorrentLink *link)
{
  link->n_told = link->torrent->gained->len;
}

static void
tell_later (ShoalTorrent *self)
{
  gint64 pause_usec =
      CLAMP (TOGETHER_USEC_PER_LINK * (gint64) self->links->len, TOGETHER_USEC, TOGETHER_MAX_USEC);

  if (!shoal_net_reactor_timer_is_set (&self->telling))
    shoal_net_reactor_timer_set (self->env->reactor,
                                 &self->telling,
                                 shoal_net_reactor_get_now (self->env->reactor) + pause_usec);
}

void
shoal_torrent_announce_piece (ShoalTorrent *self, guint piece)
{
  gboolean is_anybody_left = FALSE;
  guint32  number = piece;
  guint    i;

  g_array_append_val (self->gained, number);
  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink *link = g_ptr_array_index (self->links, i);

      if (link->slot == SHOAL_PIECE_SLOT_NONE)
        continue;
      if (is_eager (link))
        tell (link);
      else
        is_anybody_left = TRUE;
      if (link->interest_hint == piece)
        shoal_torrent_update_interest (link);
    }
  if (!is_anybody_left || shoal_torrent_is_finished (self))
    tell_all (self);
  else
    tell_later (self);
}
