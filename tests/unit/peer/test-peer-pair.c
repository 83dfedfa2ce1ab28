/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "base/shoal-base-random.h"
#include "peer/shoal-peer-private.h"
#include "peer/shoal-peer.h"

/* Two peers of ours, each with what the other lacks, under owners that choke, cancel, refuse, delay
 * and stop reading at random: in the end both have everything, and the books agree. */

#define N_PIECES         40
#define PIECE_LENGTH     65536
#define BLOCKS_PER_PIECE (PIECE_LENGTH / SHOAL_BASE_BLOCK_SIZE)
#define N_BLOCKS         (N_PIECES * BLOCKS_PER_PIECE)

typedef enum
{
  BLOCK_MISSING,
  BLOCK_ASKED,
  BLOCK_HAD,
} BlockState;

typedef struct _Pair Pair;

typedef struct
{
  Pair            *pair;
  ShoalPeer       *peer;
  ShoalBaseBitset *have;
  BlockState       blocks[N_BLOCKS];
  GArray          *runs; /* taken and not yet answered */
  guint            n_had;
  guint            n_rejected;
  guint            n_dropped;
  guint            n_again; /* blocks that came although they were had */
} Side;

struct _Pair
{
  GMainContext     *context;
  ShoalNetReactor  *reactor;
  ShoalBasePool    *pool;
  ShoalPeerContext *peers;
  ShoalCodecLayout *layout;
  ShoalBaseRandom   random;
  Side              sides[2];
};

static guint8
content (guint32 piece, guint32 position)
{
  return (guint8) (piece * 37 + position * 11 + (position >> 8));
}

static guint
get_block (const ShoalWireRange *range)
{
  return range->piece * BLOCKS_PER_PIECE + range->begin / SHOAL_BASE_BLOCK_SIZE;
}

static ShoalPeerClose
on_handshake (gpointer owner, ShoalPeer *peer, const ShoalWireHandshake *remote)
{
  return SHOAL_PEER_CLOSE_NONE;
}

static void
on_ready (gpointer owner, ShoalPeer *peer)
{
  shoal_peer_set_interested (peer, TRUE);
}

static void
on_extension (gpointer owner, ShoalPeer *peer)
{
  g_assert_cmpuint (shoal_peer_get_extension (peer)->reqq, ==, SHOAL_PEER_MAX_REMOTE_REQUESTS);
  g_assert_cmpstr (shoal_peer_get_client (peer), ==, "Shoal test");
}

static void
on_extended (gpointer             owner,
             ShoalPeer           *peer,
             ShoalWireExtensionId id,
             const guint8        *data,
             gsize                len)
{
  g_assert_not_reached ();
}

static void
on_bitfield (gpointer               owner,
             ShoalPeer             *peer,
             const ShoalBaseBitset *before,
             const ShoalBaseBitset *now)
{
}

static void
on_have (gpointer owner, ShoalPeer *peer, ShoalBaseBitset *bits, guint32 piece)
{
}

static void
on_lost (gpointer owner, ShoalPeer *peer, ShoalBaseBitset *bits, guint32 piece)
{
  g_assert_not_reached ();
}

static void
on_flag (gpointer owner, ShoalPeer *peer, gboolean flag)
{
}

static void
on_wants_requests (gpointer owner, ShoalPeer *peer, guint n)
{
  Side                  *self = owner;
  const ShoalBaseBitset *has = shoal_peer_get_bits (peer);
  guint                  start = shoal_base_random_below (&self->pair->random, N_BLOCKS);
  guint32                fast[64];
  guint                  n_fast;

  memcpy (fast, shoal_peer_get_allowed_fast (peer, &n_fast), sizeof fast);
  for (guint i = 0; i < N_BLOCKS && n > 0; i++)
    {
      guint          block = (start + i) % N_BLOCKS;
      ShoalWireRange range = { block / BLOCKS_PER_PIECE,
                               block % BLOCKS_PER_PIECE * SHOAL_BASE_BLOCK_SIZE,
                               SHOAL_BASE_BLOCK_SIZE };
      gboolean       allowed = !shoal_peer_is_choking_us (peer);

      for (guint k = 0; k < n_fast; k++)
        allowed |= fast[k] == range.piece;
      if (self->blocks[block] != BLOCK_MISSING || !allowed ||
          !shoal_base_bitset_get (has, range.piece))
        continue;
      self->blocks[block] = BLOCK_ASKED;
      shoal_peer_request (peer, &range);
      n--;
    }
}

static void
on_block (gpointer owner, ShoalPeer *peer, const ShoalWireRange *range, guint8 *block)
{
  Side *self = owner;
  guint number = get_block (range);

  for (guint32 i = 0; i < range->length; i += 97)
    g_assert_cmpuint (block[i], ==, content (range->piece, range->begin + i));
  shoal_base_pool_give (self->pair->pool, block);
  if (self->blocks[number] == BLOCK_HAD)
    self->n_again++;
  else
    self->n_had++;
  self->blocks[number] = BLOCK_HAD;
  for (guint i = 0; i < BLOCKS_PER_PIECE; i++)
    if (self->blocks[range->piece * BLOCKS_PER_PIECE + i] != BLOCK_HAD)
      return;
  if (shoal_base_bitset_set (self->have, range->piece, TRUE))
    shoal_peer_send_have (peer, range->piece);
}

static void
forget (Side *self, const ShoalWireRange *range)
{
  if (self->blocks[get_block (range)] == BLOCK_ASKED)
    self->blocks[get_block (range)] = BLOCK_MISSING;
}

static void
on_rejected (gpointer owner, ShoalPeer *peer, const ShoalWireRange *range)
{
  Side *self = owner;

  self->n_rejected++;
  forget (self, range);
}

static void
on_dropped (gpointer owner, ShoalPeer *peer)
{
  Side *self = owner;

  self->n_dropped++;
}

static void
on_requests (gpointer owner, ShoalPeer *peer)
{
  Side *self = owner;

  shoal_peer_take_requests (
      peer, 1 + shoal_base_random_below (&self->pair->random, 300000), self->runs);
}

static void
on_port (gpointer owner, ShoalPeer *peer, guint16 port)
{
}

static void
on_closed (gpointer owner, ShoalPeer *peer, ShoalPeerClose reason)
{
  g_error ("closed: %s", shoal_peer_close_describe (reason));
}

static const ShoalPeerEvents EVENTS = {
  .handshake = on_handshake,
  .ready = on_ready,
  .extension = on_extension,
  .extended = on_extended,
  .bitfield = on_bitfield,
  .have = on_have,
  .lost = on_lost,
  .choke = on_flag,
  .interest = on_flag,
  .wants_requests = on_wants_requests,
  .block = on_block,
  .rejected = on_rejected,
  .dropped = on_dropped,
  .snubbed = on_flag,
  .requests = on_requests,
  .port = on_port,
  .closed = on_closed,
};

static void
make_terms (Side *self, ShoalPeerTerms *terms)
{
  memset (terms, 0, sizeof *terms);
  terms->events = &EVENTS;
  terms->owner = self;
  memset (terms->swarm_key.bytes, 0x11, 20);
  shoal_wire_handshake_make_peer_id (&terms->peer_id);
  terms->layout = self->pair->layout;
  terms->have = self->have;
}

static void
on_lookup (gpointer owner, ShoalPeer *peer, const ShoalSwarmKey *swarm_key)
{
  ShoalPeerTerms terms;

  make_terms (owner, &terms);
  shoal_peer_accept (peer, &terms);
}

static const ShoalPeerListener LISTENER = { .lookup = on_lookup, .closed = on_closed };

static void
answer_run (Side *self)
{
  guint          place = shoal_base_random_below (&self->pair->random, self->runs->len);
  ShoalWireRange run = g_array_index (self->runs, ShoalWireRange, place);
  guint8        *data;

  g_array_remove_index_fast (self->runs, place);
  if (shoal_base_random_below (&self->pair->random, 20) == 0)
    {
      shoal_peer_refuse_pieces (self->peer, &run);
      return;
    }
  data = g_malloc (run.length);
  for (guint32 i = 0; i < run.length; i++)
    data[i] = content (run.piece, run.begin + i);
  shoal_peer_send_pieces (self->peer, &run, data, g_free);
}

static void
cancel_one (Side *self)
{
  ShoalWireRange range;

  if (!shoal_peer_get_request (
          self->peer, shoal_base_random_below (&self->pair->random, 20), &range))
    return;
  shoal_peer_cancel (self->peer, &range);
  /* One that is being received cannot be cancelled: it is asked for twice then, which is fine. */
  forget (self, &range);
}

static void
act (Side *self, gboolean wild)
{
  ShoalBaseRandom *random = &self->pair->random;

  if (self->runs->len > 0 && (!wild || shoal_base_random_below (random, 2) == 0))
    answer_run (self);
  if (!wild)
    {
      shoal_peer_set_reading (self->peer, TRUE);
      shoal_peer_set_choking (self->peer, FALSE);
      shoal_peer_kick (self->peer);
      return;
    }
  if (shoal_base_random_below (random, 20) == 0)
    shoal_peer_set_choking (self->peer, shoal_base_random_below (random, 2));
  if (shoal_base_random_below (random, 10) == 0)
    cancel_one (self);
  if (shoal_base_random_below (random, 30) == 0)
    shoal_peer_set_reading (self->peer, shoal_base_random_below (random, 2));
  if (shoal_base_random_below (random, 30) == 0)
    shoal_peer_kick (self->peer);
}

static void
connect_pair (Pair *pair)
{
  const guint8            ip[4] = { 127, 0, 0, 1 };
  ShoalBaseAddress        address;
  struct sockaddr_storage sa;
  socklen_t               len;
  int                     listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ShoalPeerTerms          terms;
  int                     fd;

  shoal_base_address_init_ipv4 (&address, ip, 0);
  len = shoal_base_address_to_sockaddr (&address, &sa);
  g_assert_cmpint (bind (listener, (struct sockaddr *) &sa, len), ==, 0);
  g_assert_cmpint (listen (listener, 1), ==, 0);
  g_assert_cmpint (getsockname (listener, (struct sockaddr *) &sa, &len), ==, 0);
  g_assert_true (shoal_base_address_init_sockaddr (&address, (struct sockaddr *) &sa, len));
  make_terms (&pair->sides[0], &terms);
  pair->sides[0].peer = shoal_peer_new_outgoing (pair->peers, &address, NULL, &terms);
  fd = accept4 (listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  pair->sides[1].peer = shoal_peer_new_incoming (pair->peers, fd, &LISTENER, &pair->sides[1]);
  close (listener);
}

static void
init_pair (Pair *pair, guint64 seed)
{
  ShoalCodecFile file = { .path = "data", .length = N_PIECES * PIECE_LENGTH };

  memset (pair, 0, sizeof *pair);
  shoal_base_random_init (&pair->random, seed);
  pair->context = g_main_context_new ();
  pair->reactor = shoal_net_reactor_new (pair->context);
  pair->pool = shoal_base_pool_new ();
  pair->peers = shoal_peer_context_new (pair->reactor, pair->pool, "Shoal test");
  pair->layout = shoal_codec_layout_new (&file, 1, PIECE_LENGTH);
  for (guint i = 0; i < 2; i++)
    {
      Side *side = &pair->sides[i];

      side->pair = pair;
      side->runs = g_array_new (FALSE, FALSE, sizeof (ShoalWireRange));
      side->have = shoal_base_bitset_new (N_PIECES);
      for (guint piece = i; piece < N_PIECES; piece += 2)
        {
          shoal_base_bitset_set (side->have, piece, TRUE);
          for (guint k = 0; k < BLOCKS_PER_PIECE; k++)
            side->blocks[piece * BLOCKS_PER_PIECE + k] = BLOCK_HAD;
          side->n_had += BLOCKS_PER_PIECE;
        }
    }
  connect_pair (pair);
}

static void
clear_pair (Pair *pair)
{
  for (guint i = 0; i < 2; i++)
    {
      shoal_peer_free (pair->sides[i].peer);
      shoal_base_bitset_free (pair->sides[i].have);
      g_array_unref (pair->sides[i].runs);
    }
  g_assert_cmpuint (shoal_peer_context_get_n_peers (pair->peers), ==, 0);
  g_assert_cmpuint (shoal_base_pool_get_n_taken (pair->pool), ==, 0);
  shoal_peer_context_free (pair->peers);
  shoal_net_reactor_free (pair->reactor);
  shoal_base_pool_free (pair->pool);
  shoal_codec_layout_unref (pair->layout);
  g_main_context_unref (pair->context);
}

static gboolean
is_settled (Pair *pair)
{
  for (guint i = 0; i < 2; i++)
    {
      ShoalPeerStats stats;

      shoal_peer_get_stats (pair->sides[i].peer, &stats);
      if (pair->sides[i].n_had < N_BLOCKS || stats.n_requests > 0 || stats.n_requests_remote > 0)
        return FALSE;
    }
  return TRUE;
}

static void
run_pair (Pair *pair, guint n_wild)
{
  gint64 give_up = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  for (guint turn = 0; turn < n_wild + 2 || !is_settled (pair); turn++)
    {
      act (&pair->sides[turn % 2], turn < n_wild);
      for (guint i = 0; i < 3; i++)
        {
          g_main_context_iteration (pair->context, FALSE);
          shoal_peer_check (pair->sides[0].peer);
          shoal_peer_check (pair->sides[1].peer);
        }
      g_assert_cmpint (g_get_monotonic_time (), <, give_up);
    }
  while (g_main_context_iteration (pair->context, FALSE))
    ;
}

static void
test_everything (void)
{
  guint n_rejected = 0;

  for (guint64 seed = 1; seed <= 12; seed++)
    {
      Pair           pair;
      ShoalPeerStats stats[2];

      init_pair (&pair, seed);
      run_pair (&pair, 100 * (guint) seed);
      for (guint i = 0; i < 2; i++)
        shoal_peer_get_stats (pair.sides[i].peer, &stats[i]);
      for (guint i = 0; i < 2; i++)
        {
          g_assert_true (shoal_base_bitset_is_full (pair.sides[i].have));
          g_assert_true (shoal_base_bitset_is_full (shoal_peer_get_bits (pair.sides[i].peer)));
          g_assert_cmpuint (pair.sides[i].n_dropped, ==, 0);
          n_rejected += pair.sides[i].n_rejected;
          g_assert_cmpuint (stats[i].wasted, ==, 0);
          g_assert_cmpuint (stats[i].payload_up, ==, stats[1 - i].payload_down);
          g_assert_cmpuint (stats[i].protocol_up, ==, stats[1 - i].protocol_down);
          g_assert_cmpuint (stats[i].payload_down,
                            ==,
                            (N_BLOCKS / 2 + pair.sides[i].n_again) * SHOAL_BASE_BLOCK_SIZE);
        }
      clear_pair (&pair);
    }
  g_assert_cmpuint (n_rejected, >, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer/pair/everything", test_everything);
  return g_test_run ();
}
