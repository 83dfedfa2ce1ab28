/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* All that a remote sends, from its first byte on, to an incoming peer with an owner that asks for
 * blocks, serves them and chokes. The first byte is a set of options:
 *   bit 0  a right handshake comes before the input        bit 3  the layout comes late
 *   bit 1  … with Fast                                     bit 4  all in one portion
 *   bit 2  … with the extension protocol                   bit 5  unchoke at once */

#include "fuzz-target.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer/shoal-peer.h"

#define N_PIECES     10
#define PIECE_LENGTH 32768
#define MAX_BYTES    (64 * 1024)

typedef struct
{
  ShoalNetReactor  *reactor;
  ShoalBasePool    *pool;
  ShoalPeerContext *peers;
  ShoalCodecLayout *layout;
  ShoalBaseBitset  *have;
  ShoalPeerTerms    terms;
  guint32           next; /* block to ask for */
  gboolean          ready;
  gboolean          closed;
} World;

static ShoalPeerClose
on_handshake (gpointer owner, ShoalPeer *peer, const ShoalWireHandshake *remote)
{
  return SHOAL_PEER_CLOSE_NONE;
}

static void
on_ready (gpointer owner, ShoalPeer *peer)
{
  World *world = owner;

  world->ready = TRUE;
  shoal_peer_set_interested (peer, TRUE);
}

static void
on_extension (gpointer owner, ShoalPeer *peer)
{
  g_assert_true (g_utf8_validate (shoal_peer_get_client (peer), -1, NULL));
}

static void
on_extended (gpointer             owner,
             ShoalPeer           *peer,
             ShoalWireExtensionId id,
             const guint8        *data,
             gsize                len)
{
  shoal_peer_send_extended (peer, id, data, MIN (len, 100));
}

static void
on_bitfield (gpointer               owner,
             ShoalPeer             *peer,
             const ShoalBaseBitset *before,
             const ShoalBaseBitset *now)
{
  g_assert_cmpuint (shoal_base_bitset_get_size (now), ==, N_PIECES);
}

static void
on_bit (gpointer owner, ShoalPeer *peer, ShoalBaseBitset *bits, guint32 piece)
{
  g_assert_cmpuint (piece, <, N_PIECES);
}

static void
on_interest (gpointer owner, ShoalPeer *peer, gboolean interested)
{
  shoal_peer_set_choking (peer, !interested);
}

static void
on_flag (gpointer owner, ShoalPeer *peer, gboolean flag)
{
}

static void
on_wants_requests (gpointer owner, ShoalPeer *peer, guint n)
{
  World *world = owner;

  for (; n > 0 && world->next < 1000; n--)
    {
      guint32        block = world->next++;
      ShoalWireRange range = { block / 2 % N_PIECES,
                               block % 2 * SHOAL_BASE_BLOCK_SIZE,
                               SHOAL_BASE_BLOCK_SIZE };

      shoal_peer_request (peer, &range);
      if (block % 5 == 4)
        shoal_peer_cancel (peer, &range);
    }
}

static void
on_block (gpointer owner, ShoalPeer *peer, const ShoalWireRange *range, guint8 *block)
{
  World *world = owner;

  g_assert_cmpuint (range->length, ==, SHOAL_BASE_BLOCK_SIZE);
  shoal_base_pool_give (world->pool, block);
}

static void
on_range (gpointer owner, ShoalPeer *peer, const ShoalWireRange *range)
{
  g_assert_cmpuint (range->piece, <, N_PIECES);
}

static void
on_dropped (gpointer owner, ShoalPeer *peer)
{
}

static void
on_requests (gpointer owner, ShoalPeer *peer)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (ShoalWireRange));

  shoal_peer_take_requests (peer, 40000, runs);
  for (guint i = 0; i < runs->len; i++)
    {
      const ShoalWireRange *run = &g_array_index (runs, ShoalWireRange, i);

      g_assert_cmpuint (run->piece, <, N_PIECES);
      g_assert_cmpuint ((guint64) run->begin + run->length, <=, PIECE_LENGTH);
      shoal_peer_send_pieces (peer, run, g_malloc0 (run->length), g_free);
    }
}

static void
on_port (gpointer owner, ShoalPeer *peer, guint16 port)
{
  shoal_peer_send_port (peer, port);
}

static void
on_closed (gpointer owner, ShoalPeer *peer, ShoalPeerClose reason)
{
  World *world = owner;

  g_assert_false (world->closed);
  g_assert_cmpint (reason, !=, SHOAL_PEER_CLOSE_NONE);
  world->closed = TRUE;
}

static const ShoalPeerEvents EVENTS = {
  .handshake = on_handshake,
  .ready = on_ready,
  .extension = on_extension,
  .extended = on_extended,
  .bitfield = on_bitfield,
  .have = on_bit,
  .lost = on_bit,
  .choke = on_flag,
  .interest = on_interest,
  .wants_requests = on_wants_requests,
  .block = on_block,
  .rejected = on_range,
  .dropped = on_dropped,
  .snubbed = on_flag,
  .requests = on_requests,
  .port = on_port,
  .closed = on_closed,
};

static void
on_lookup (gpointer owner, ShoalPeer *peer, const ShoalSwarmKey *swarm_key)
{
  World *world = owner;

  if (shoal_sha1_equal (swarm_key, &world->terms.swarm_key))
    shoal_peer_accept (peer, &world->terms);
  else
    shoal_peer_close (peer, SHOAL_PEER_CLOSE_REFUSED);
}

static const ShoalPeerListener LISTENER = { .lookup = on_lookup, .closed = on_closed };

/* Made once; a target is called in one process for ever. */
static World *
get_world (void)
{
  static World  *world;
  ShoalCodecFile file = { .path = "data", .length = N_PIECES * PIECE_LENGTH };

  if (world != NULL)
    return world;
  world = g_new0 (World, 1);
  world->reactor = shoal_net_reactor_new (NULL);
  world->pool = shoal_base_pool_new ();
  world->peers = shoal_peer_context_new (world->reactor, world->pool, "Shoal");
  world->layout = shoal_codec_layout_new (&file, 1, PIECE_LENGTH);
  world->have = shoal_base_bitset_new (N_PIECES);
  for (guint piece = 0; piece < N_PIECES; piece += 2)
    shoal_base_bitset_set (world->have, piece, TRUE);
  world->terms.events = &EVENTS;
  world->terms.owner = world;
  memset (world->terms.swarm_key.bytes, 'k', 20);
  memset (world->terms.peer_id.bytes, 'p', 20);
  world->terms.extensions = 1 << SHOAL_WIRE_EXTENSION_PEX;
  return world;
}

static void
run_all (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* What the peer says is read and dropped, so that it goes on. */
static void
drain (int fd)
{
  guint8 data[65536];

  run_all ();
  while (recv (fd, data, sizeof data, MSG_DONTWAIT) > 0)
    run_all ();
}

static void
send_all (World *world, int fd, const guint8 *data, gsize len)
{
  while (len > 0 && !world->closed)
    {
      gssize n = send (fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);

      drain (fd);
      if (n <= 0)
        return;
      data += n;
      len -= (gsize) n;
    }
}

static void
send_handshake (World *world, int fd, guint8 options)
{
  ShoalWireHandshake handshake = { .swarm_key = world->terms.swarm_key };
  guint8             data[SHOAL_WIRE_HANDSHAKE_SIZE];

  handshake.flags = (options & 2 ? SHOAL_WIRE_HANDSHAKE_FAST : 0) |
                    (options & 4 ? SHOAL_WIRE_HANDSHAKE_EXTENSION : 0);
  shoal_wire_handshake_write (&handshake, data);
  send_all (world, fd, data, sizeof data);
}

static void
play (World *world, ShoalPeer *peer, int fd, const guint8 *data, gsize len, guint8 options)
{
  gsize half = options & 16 ? len : len / 2;

  if (options & 1)
    send_handshake (world, fd, options);
  if (options & 32)
    shoal_peer_set_choking (peer, FALSE);
  send_all (world, fd, data, half);
  if (options & 8 && world->ready && !world->closed)
    shoal_peer_set_layout (peer, world->layout, world->have);
  send_all (world, fd, data + half, len - half);
  drain (fd);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  World     *world = get_world ();
  ShoalPeer *peer;
  int        fds[2];

  if (size < 1 || size > MAX_BYTES)
    return 0;
  world->terms.layout = data[0] & 8 ? NULL : world->layout;
  world->terms.have = data[0] & 8 ? NULL : world->have;
  world->next = 0;
  world->closed = world->ready = FALSE;
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), ==, 0);
  peer = shoal_peer_new_incoming (world->peers, fds[0], &LISTENER, world);
  play (world, peer, fds[1], data + 1, size - 1, data[0]);
  shoal_peer_free (peer);
  close (fds[1]);
  run_all ();
  g_assert_cmpuint (shoal_peer_context_get_n_peers (world->peers), ==, 0);
  g_assert_cmpuint (shoal_base_pool_get_n_taken (world->pool), ==, 0);
  return 0;
}
