/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <string.h>

#include "peer/shoal-peer-private.h"
#include "peer/shoal-peer.h"

#define COST_NOTHING_NEW 1
#define COST_NO_SUCH     10

/* To replace a bitfield takes work for each piece, here and in the owner. */
#define COST_BITFIELD_AGAIN 100

/* Before the metadata is known any index up to the largest possible is believed for now. */
static gboolean
is_index (const ShoalPeer *self, guint32 piece)
{
  if (self->terms.layout == NULL)
    return piece < SHOAL_WIRE_MESSAGE_MAX_PIECES;
  return piece < shoal_codec_layout_get_n_pieces (self->terms.layout);
}

void
shoal_peer_remote_init (ShoalPeer *self)
{
  if (self->terms.layout != NULL)
    self->remote.bits =
        shoal_base_bitset_new (shoal_codec_layout_get_n_pieces (self->terms.layout));
}

static void
drop_early (ShoalPeerRemote *remote)
{
  g_clear_pointer (&remote->early, g_byte_array_unref);
  remote->early_all = remote->early_whole = remote->early_due = FALSE;
}

void
shoal_peer_remote_clear (ShoalPeer *self)
{
  g_clear_pointer (&self->remote.bits, shoal_base_bitset_free);
  drop_early (&self->remote);
}

static void
want_more (ShoalPeer *self)
{
  self->download.wants_more = TRUE;
  shoal_peer_send_schedule (self);
}

/* Takes @now over. */
static void
replace_bits (ShoalPeer *self, ShoalBaseBitset *now)
{
  g_autoptr (ShoalBaseBitset) before = self->remote.bits;

  self->remote.bits = now;
  self->terms.events->bitfield (self->terms.owner, self, before, now);
  if (shoal_peer_is_ready (self))
    want_more (self);
}

static void
set_early_bit (ShoalPeerRemote *remote, guint32 piece, gboolean value)
{
  guint8 mask = (guint8) (0x80 >> piece % 8);
  guint  size = piece / 8 + 1;

  if (remote->early == NULL)
    remote->early = g_byte_array_new ();
  if (remote->early->len < size)
    {
      guint old = remote->early->len;

      if (!value)
        return;
      g_byte_array_set_size (remote->early, size);
      memset (remote->early->data + old, 0, size - old);
    }
  if (value)
    remote->early->data[piece / 8] |= mask;
  else
    remote->early->data[piece / 8] &= (guint8) ~mask;
}

void
shoal_peer_remote_handle_have (ShoalPeer *self, guint32 piece)
{
  ShoalPeerRemote *remote = &self->remote;

  if (!is_index (self, piece))
    shoal_peer_close (self, SHOAL_PEER_CLOSE_BAD_MESSAGE);
  else if (remote->bits == NULL)
    set_early_bit (remote, piece, TRUE);
  else if (shoal_base_bitset_get (remote->bits, piece))
    shoal_peer_spend (self, COST_NOTHING_NEW);
  else
    {
      self->terms.events->have (self->terms.owner, self, remote->bits, piece);
      if (!shoal_peer_is_ready (self))
        return;
      shoal_base_bitset_set (remote->bits, piece, TRUE);
      want_more (self);
    }
}

void
shoal_peer_remote_handle_lost (ShoalPeer *self, guint32 piece)
{
  ShoalPeerRemote *remote = &self->remote;

  shoal_peer_spend (self, COST_NOTHING_NEW);
  if (!shoal_peer_is_ready (self))
    return;
  if (!is_index (self, piece))
    shoal_peer_close (self, SHOAL_PEER_CLOSE_BAD_MESSAGE);
  else if (remote->bits == NULL)
    set_early_bit (remote, piece, FALSE);
  else if (shoal_base_bitset_get (remote->bits, piece))
    {
      self->terms.events->lost (self->terms.owner, self, remote->bits, piece);
      if (!shoal_peer_is_ready (self))
        return;
      shoal_base_bitset_set (remote->bits, piece, FALSE);
      if (!self->has_fast)
        shoal_peer_download_forget_piece (self, piece);
    }
}

/* FALSE if it was closed for it. */
static gboolean
begin_bits (ShoalPeer *self)
{
  if (self->remote.has_said)
    shoal_peer_spend (self, COST_BITFIELD_AGAIN);
  self->remote.has_said = TRUE;
  drop_early (&self->remote);
  return shoal_peer_is_ready (self);
}

/* The parser let no wrong length through. Spare bits are cleared, not punished: some clients set
 * them. */
void
shoal_peer_remote_handle_bitfield (ShoalPeer *self, const guint8 *data, gsize len)
{
  ShoalPeerRemote *remote = &self->remote;
  ShoalBaseBitset *now;

  if (!begin_bits (self))
    return;
  if (remote->bits == NULL)
    {
      remote->early = g_byte_array_sized_new ((guint) len);
      g_byte_array_append (remote->early, data, (guint) len);
      remote->early_whole = TRUE;
      return;
    }
  now = shoal_base_bitset_new_from_bytes (shoal_base_bitset_get_size (remote->bits), data, len);
  if (now == NULL)
    shoal_peer_close (self, SHOAL_PEER_CLOSE_BAD_MESSAGE);
  else
    replace_bits (self, now);
}

void
shoal_peer_remote_handle_have_every (ShoalPeer *self, gboolean all)
{
  ShoalPeerRemote *remote = &self->remote;
  ShoalBaseBitset *now;

  if (!begin_bits (self))
    return;
  remote->early_all = remote->bits == NULL && all;
  if (remote->bits == NULL)
    return;
  now = shoal_base_bitset_new (shoal_base_bitset_get_size (remote->bits));
  shoal_base_bitset_set_all (now, all);
  replace_bits (self, now);
}

/* Adds @piece to a list of at most @max, of which the first goes if need be. FALSE if it was there.
 */
static gboolean
remember (guint32 *pieces, guint *n, guint max, guint32 piece)
{
  for (guint i = 0; i < *n; i++)
    if (pieces[i] == piece)
      return FALSE;
  if (*n == max)
    memmove (pieces, pieces + 1, --*n * sizeof *pieces);
  pieces[(*n)++] = piece;
  return TRUE;
}

void
shoal_peer_remote_handle_fast (ShoalPeer *self, guint32 piece)
{
  ShoalPeerRemote *remote = &self->remote;

  if (!is_index (self, piece))
    shoal_peer_spend (self, COST_NO_SUCH);
  else if (remember (remote->fast, &remote->n_fast, SHOAL_PEER_MAX_FAST, piece))
    want_more (self);
  else
    shoal_peer_spend (self, COST_NOTHING_NEW);
}

void
shoal_peer_remote_handle_suggest (ShoalPeer *self, guint32 piece)
{
  ShoalPeerRemote *remote = &self->remote;

  shoal_peer_spend (self, COST_NOTHING_NEW);
  if (!is_index (self, piece))
    shoal_peer_spend (self, COST_NO_SUCH);
  else
    remember (remote->suggested, &remote->n_suggested, SHOAL_PEER_MAX_SUGGESTED, piece);
}

/* Indices that were believed before the number of pieces was known. */
static void
drop_beyond (guint32 *pieces, guint *n, guint n_pieces)
{
  guint kept = 0;

  for (guint i = 0; i < *n; i++)
    if (pieces[i] < n_pieces)
      pieces[kept++] = pieces[i];
  *n = kept;
}

void
shoal_peer_set_layout (ShoalPeer *self, ShoalCodecLayout *layout, const ShoalBaseBitset *have)
{
  ShoalPeerRemote *remote = &self->remote;
  guint            n_pieces = shoal_codec_layout_get_n_pieces (layout);

  g_return_if_fail (self->terms.layout == NULL);
  if (self->state == SHOAL_PEER_STATE_CLOSING)
    return;
  self->terms.layout = shoal_codec_layout_ref (layout);
  self->terms.have = have;
  if (!shoal_peer_is_ready (self))
    return;
  shoal_wire_parser_set_n_pieces (self->parser, n_pieces);
  shoal_peer_remote_init (self);
  drop_beyond (remote->fast, &remote->n_fast, n_pieces);
  drop_beyond (remote->suggested, &remote->n_suggested, n_pieces);
  remote->early_due = TRUE;
  shoal_peer_send_schedule (self);
}

/* NULL if a piece was named that there is not. */
static ShoalBaseBitset *
make_early_bits (const ShoalPeerRemote *remote)
{
  guint              n_pieces = shoal_base_bitset_get_size (remote->bits);
  gsize              n_bytes = (n_pieces + 7) / 8;
  gsize              len = remote->early != NULL ? remote->early->len : 0;
  g_autofree guint8 *bytes = g_malloc0 (n_bytes);
  g_autoptr (ShoalBaseBitset) now = NULL;

  if (len > n_bytes || (remote->early_whole && len != n_bytes))
    return NULL;
  if (len > 0)
    memcpy (bytes, remote->early->data, len);
  now = shoal_base_bitset_new_from_bytes (n_pieces, bytes, n_bytes);
  if (remote->early_all)
    shoal_base_bitset_set_all (now, TRUE);
  shoal_base_bitset_add (now, remote->bits); /* what was told since the layout was known */
  return g_steal_pointer (&now);
}

void
shoal_peer_remote_apply_early (ShoalPeer *self)
{
  ShoalPeerRemote *remote = &self->remote;
  ShoalBaseBitset *now;

  if (!shoal_peer_is_ready (self) || !remote->early_due)
    return;
  now = make_early_bits (remote);
  drop_early (remote);
  if (now == NULL)
    shoal_peer_close (self, SHOAL_PEER_CLOSE_BAD_MESSAGE);
  else
    replace_bits (self, now);
}
