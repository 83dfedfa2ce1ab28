/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer-harness.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/shoal-base-bytes.h"
#include "peer/shoal-peer-private.h"

#define PATIENCE_USEC (10 * G_USEC_PER_SEC)

guint8
harness_content (guint32 piece, guint32 position)
{
  return (guint8) (piece * 37 + position * 11 + (position >> 8));
}

static void
fill_content (guint8 *out, const ShoalWireRange *range)
{
  for (guint32 i = 0; i < range->length; i++)
    out[i] = harness_content (range->piece, range->begin + i);
}

/* Writes down an event; TRUE if the owner ended the peer in it. */
G_GNUC_PRINTF (3, 4)
static gboolean
note (Harness *self, const char *event, const char *format, ...)
{
  va_list args;

  g_assert_nonnull (self->peer);
  g_assert_cmpuint (self->n_closed, ==, 0);
  va_start (args, format);
  g_string_append (self->log, event);
  g_string_append_vprintf (self->log, format, args);
  g_string_append_c (self->log, '\n');
  va_end (args);
  if (self->end_at == NULL || strcmp (self->end_at, event) != 0)
    return FALSE;
  self->end_at = NULL;
  if (self->by_free)
    g_clear_pointer (&self->peer, shoal_peer_free);
  else
    shoal_peer_close (self->peer, SHOAL_PEER_CLOSE_USELESS);
  return TRUE;
}

static ShoalPeerClose
on_handshake (gpointer owner, ShoalPeer *peer, const ShoalWireHandshake *remote)
{
  Harness *self = owner;

  note (self, "handshake", " %s", shoal_peer_get_client (peer));
  g_assert_cmpmem (remote->swarm_key.bytes, 20, self->terms.swarm_key.bytes, 20);
  return self->handshake_answer;
}

static void
on_ready (gpointer owner, ShoalPeer *peer)
{
  note (owner, "ready", "%s", "");
}

static void
on_extension (gpointer owner, ShoalPeer *peer)
{
  const ShoalWireExtension *extension = shoal_peer_get_extension (peer);

  note (owner,
        "extension",
        " port %u reqq %u upload_only %u",
        extension->port,
        extension->reqq,
        extension->upload_only);
}

static void
on_extended (gpointer             owner,
             ShoalPeer           *peer,
             ShoalWireExtensionId id,
             const guint8        *data,
             gsize                len)
{
  note (owner, "extended", " %d %.*s", (int) id, (int) len, (const char *) data);
}

static void
on_bitfield (gpointer               owner,
             ShoalPeer             *peer,
             const ShoalBaseBitset *before,
             const ShoalBaseBitset *now)
{
  Harness *self = owner;

  g_assert_true (shoal_base_bitset_equal (before, self->counted));
  shoal_base_bitset_subtract (self->counted, before);
  shoal_base_bitset_add (self->counted, now);
  g_assert_true (shoal_peer_get_bits (peer) == now);
  note (self,
        "bitfield",
        " %u now %u",
        shoal_base_bitset_count (before),
        shoal_base_bitset_count (now));
}

static void
on_have (gpointer owner, ShoalPeer *peer, ShoalBaseBitset *bits, guint32 piece)
{
  Harness *self = owner;

  g_assert_false (shoal_base_bitset_get (bits, piece));
  g_assert_true (shoal_base_bitset_set (self->counted, piece, TRUE));
  if (self->counts_itself)
    shoal_base_bitset_set (bits, piece, TRUE);
  note (self, "have", " %u", piece);
}

static void
on_lost (gpointer owner, ShoalPeer *peer, ShoalBaseBitset *bits, guint32 piece)
{
  Harness *self = owner;

  g_assert_true (shoal_base_bitset_get (bits, piece));
  g_assert_true (shoal_base_bitset_set (self->counted, piece, FALSE));
  if (self->counts_itself)
    shoal_base_bitset_set (bits, piece, FALSE);
  note (self, "lost", " %u", piece);
}

static void
on_choke (gpointer owner, ShoalPeer *peer, gboolean choked)
{
  note (owner, "choke", " %d", choked);
}

static void
on_interest (gpointer owner, ShoalPeer *peer, gboolean interested)
{
  note (owner, "interest", " %d", interested);
}

static void
on_wants_requests (gpointer owner, ShoalPeer *peer, guint n)
{
  Harness *self = owner;

  self->most_wanted = MAX (self->most_wanted, n);
  if (note (self, "wants_requests", " %u", n))
    return;
  for (guint i = 0; i < n && self->next_block < self->ask_most; i++)
    {
      guint          per_piece = HARNESS_PIECE_LENGTH / SHOAL_BASE_BLOCK_SIZE;
      guint          block = self->next_block++ % HARNESS_N_BLOCKS;
      ShoalWireRange range = { .piece = block / per_piece,
                               .begin = block % per_piece * SHOAL_BASE_BLOCK_SIZE };

      range.length =
          shoal_codec_layout_get_block_size (self->layout, range.piece, block % per_piece);
      shoal_peer_request (peer, &range);
    }
}

static void
on_block (gpointer owner, ShoalPeer *peer, const ShoalWireRange *range, guint8 *block)
{
  Harness *self = owner;

  for (guint32 i = 0; i < range->length; i++)
    g_assert_cmpuint (block[i], ==, harness_content (range->piece, range->begin + i));
  shoal_base_pool_give (self->pool, block);
  self->n_blocks++;
  note (self, "block", " %u+%u+%u", range->piece, range->begin, range->length);
}

static void
on_rejected (gpointer owner, ShoalPeer *peer, const ShoalWireRange *range)
{
  note (owner, "rejected", " %u+%u+%u", range->piece, range->begin, range->length);
}

static void
on_dropped (gpointer owner, ShoalPeer *peer)
{
  note (owner, "dropped", "%s", "");
}

static void
on_snubbed (gpointer owner, ShoalPeer *peer, gboolean snubbed)
{
  note (owner, "snubbed", " %d", snubbed);
}

typedef struct
{
  Harness *harness;
  gsize    len;
  guint8   data[];
} Lent;

static void
free_lent (gpointer data)
{
  Lent *lent = (Lent *) (gpointer) ((guint8 *) data - G_STRUCT_OFFSET (Lent, data));

  lent->harness->n_buffers--;
  lent->harness->lent -= lent->len;
  memset (lent->data, 0xee, lent->len);
  g_free (lent);
}

static void
serve_run (Harness *self, ShoalPeer *peer, const ShoalWireRange *run)
{
  Lent *lent = g_malloc (sizeof (Lent) + run->length);

  lent->harness = self;
  lent->len = run->length;
  fill_content (lent->data, run);
  self->n_buffers++;
  self->lent += run->length;
  self->most_lent = MAX (self->most_lent, self->lent);
  shoal_peer_send_pieces (peer, run, lent->data, free_lent);
}

static void
on_requests (gpointer owner, ShoalPeer *peer)
{
  Harness *self = owner;
  guint    first = self->runs->len;

  if (note (self, "requests", "%s", "") || self->serve_most == 0)
    return;
  shoal_peer_take_requests (peer, self->serve_most, self->runs);
  if (self->keeps_requests)
    return;
  for (guint i = first; i < self->runs->len; i++)
    serve_run (self, peer, &g_array_index (self->runs, ShoalWireRange, i));
  g_array_set_size (self->runs, first);
}

static void
on_port (gpointer owner, ShoalPeer *peer, guint16 port)
{
  note (owner, "port", " %u", port);
}

static void
on_closed (gpointer owner, ShoalPeer *peer, ShoalPeerClose reason)
{
  Harness *self = owner;

  g_assert_true (shoal_peer_get_state (peer) == SHOAL_PEER_STATE_CLOSING);
  g_assert_cmpint (shoal_peer_get_close_reason (peer), ==, reason);
  note (self, "closed", " %s", shoal_peer_close_describe (reason));
  self->reason = reason;
  self->n_closed++;
}

static const ShoalPeerEvents EVENTS = {
  .handshake = on_handshake,
  .ready = on_ready,
  .extension = on_extension,
  .extended = on_extended,
  .bitfield = on_bitfield,
  .have = on_have,
  .lost = on_lost,
  .choke = on_choke,
  .interest = on_interest,
  .wants_requests = on_wants_requests,
  .block = on_block,
  .rejected = on_rejected,
  .dropped = on_dropped,
  .snubbed = on_snubbed,
  .requests = on_requests,
  .port = on_port,
  .closed = on_closed,
};

static void
on_lookup (gpointer owner, ShoalPeer *peer, const ShoalSwarmKey *swarm_key)
{
  Harness *self = owner;

  if (note (self, "lookup", "%s", "") || self->lookup_waits)
    return;
  if (shoal_sha1_equal (swarm_key, &self->terms.swarm_key))
    shoal_peer_accept (peer, &self->terms);
  else
    shoal_peer_close (peer, SHOAL_PEER_CLOSE_REFUSED);
}

static const ShoalPeerListener LISTENER = { .lookup = on_lookup, .closed = on_closed };

Harness *
harness_new (void)
{
  Harness       *self = g_new0 (Harness, 1);
  ShoalCodecFile file = {
    .path = "data",
    .length = (HARNESS_N_PIECES - 1) * HARNESS_PIECE_LENGTH + HARNESS_LAST_PIECE,
  };

  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  self->reactor = shoal_net_reactor_new (self->context);
  self->pool = shoal_base_pool_new ();
  self->peers = shoal_peer_context_new (self->reactor, self->pool, "Shoal 0.1.0");
  self->layout = shoal_codec_layout_new (&file, 1, HARNESS_PIECE_LENGTH);
  self->have = shoal_base_bitset_new (HARNESS_N_PIECES);
  shoal_base_bitset_set_all (self->have, TRUE);
  self->counted = shoal_base_bitset_new (HARNESS_N_PIECES);
  self->inbox = g_byte_array_new ();
  self->log = g_string_new (NULL);
  self->runs = g_array_new (FALSE, FALSE, sizeof (ShoalWireRange));
  self->terms.events = &EVENTS;
  self->terms.owner = self;
  memset (self->terms.swarm_key.bytes, 0xaa, 20);
  shoal_wire_handshake_make_peer_id (&self->terms.peer_id);
  self->terms.layout = self->layout;
  self->terms.have = self->have;
  self->terms.listen_port = 6881;
  self->serve_most = G_MAXSIZE;
  self->ask_most = G_MAXUINT;
  self->listener = self->remote = -1;
  return self;
}

void
harness_free (Harness *self)
{
  g_clear_pointer (&self->peer, shoal_peer_free);
  harness_turn (self);
  g_assert_cmpuint (shoal_peer_context_get_n_peers (self->peers), ==, 0);
  g_assert_cmpuint (shoal_base_pool_get_n_taken (self->pool), ==, 0);
  g_assert_cmpuint (self->n_buffers, ==, 0);
  shoal_peer_context_free (self->peers);
  shoal_net_reactor_free (self->reactor);
  shoal_base_pool_free (self->pool);
  shoal_codec_layout_unref (self->layout);
  shoal_base_bitset_free (self->have);
  shoal_base_bitset_free (self->counted);
  g_byte_array_unref (self->inbox);
  g_string_free (self->log, TRUE);
  g_array_unref (self->runs);
  if (self->listener >= 0)
    close (self->listener);
  if (self->remote >= 0)
    close (self->remote);
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
listen_on_loopback (Harness *self, ShoalBaseAddress *address)
{
  const guint8            ip[4] = { 127, 0, 0, 1 };
  struct sockaddr_storage sa;
  socklen_t               len;

  shoal_base_address_init_ipv4 (address, ip, 0);
  len = shoal_base_address_to_sockaddr (address, &sa);
  self->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (self->listener, >=, 0);
  g_assert_cmpint (bind (self->listener, (struct sockaddr *) &sa, len), ==, 0);
  g_assert_cmpint (listen (self->listener, 4), ==, 0);
  g_assert_cmpint (getsockname (self->listener, (struct sockaddr *) &sa, &len), ==, 0);
  g_assert_true (shoal_base_address_init_sockaddr (address, (struct sockaddr *) &sa, len));
}

static void
accept_remote (Harness *self)
{
  int on = 1;

  self->remote = accept4 (self->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  g_assert_cmpint (self->remote, >=, 0);
  g_assert_cmpint (setsockopt (self->remote, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), ==, 0);
}

void
harness_connect_outgoing (Harness *self)
{
  ShoalBaseAddress address;

  listen_on_loopback (self, &address);
  self->peer = shoal_peer_new_outgoing (self->peers, &address, NULL, &self->terms);
  accept_remote (self);
}

void
harness_connect_incoming (Harness *self)
{
  ShoalBaseAddress        address;
  struct sockaddr_storage sa;
  socklen_t               len;
  int                     fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  listen_on_loopback (self, &address);
  len = shoal_base_address_to_sockaddr (&address, &sa);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &sa, len), ==, 0);
  accept_remote (self);
  g_assert_cmpint (fcntl (fd, F_SETFL, O_NONBLOCK), ==, 0);
  self->peer = shoal_peer_new_incoming (self->peers, fd, &LISTENER, self);
}

void
harness_turn (Harness *self)
{
  for (guint i = 0; i < 1000 && g_main_context_iteration (self->context, FALSE); i++)
    if (self->peer != NULL)
      shoal_peer_check (self->peer);
}

/* Runs one iteration, waiting for the engine's sources or a moment. */
static void
run_once (Harness *self, gint64 give_up_usec)
{
  if (g_get_monotonic_time () > give_up_usec)
    g_error ("nothing happened; log:\n%s", self->log->str);
  if (!g_main_context_iteration (self->context, FALSE))
    g_usleep (200);
}

void
harness_wait (Harness *self, gboolean (*condition) (Harness *self))
{
  gint64 give_up = g_get_monotonic_time () + PATIENCE_USEC;

  while (!condition (self))
    run_once (self, give_up);
}

void
harness_wait_log (Harness *self, const char *text)
{
  gint64 give_up = g_get_monotonic_time () + PATIENCE_USEC;

  while (strstr (self->log->str, text) == NULL)
    run_once (self, give_up);
}

static gboolean
is_closed (Harness *self)
{
  return self->n_closed > 0;
}

void
harness_wait_closed (Harness *self, ShoalPeerClose reason)
{
  harness_wait (self, is_closed);
  g_assert_cmpstr (
      shoal_peer_close_describe (self->reason), ==, shoal_peer_close_describe (reason));
}

void
harness_advance (Harness *self, gint64 usec)
{
  shoal_peer_deadline_on_timer (self->peer, g_get_monotonic_time () + usec);
  harness_turn (self);
}

void
harness_send (Harness *self, const guint8 *data, gsize len)
{
  gint64 give_up = g_get_monotonic_time () + PATIENCE_USEC;

  while (len > 0)
    {
      gssize n = send (self->remote, data, len, MSG_NOSIGNAL);

      if (n < 0 && errno == EAGAIN)
        {
          run_once (self, give_up);
          continue;
        }
      if (n < 0) /* closed by the peer: what was tested has happened */
        return;
      data += n;
      len -= (gsize) n;
    }
}

void
harness_send_hex (Harness *self, const char *hex)
{
  gsize              len = strlen (hex) / 2;
  g_autofree guint8 *data = g_malloc (len + 1);

  g_assert_true (shoal_base_hex_decode (hex, data, len));
  harness_send (self, data, len);
}

void
harness_send_handshake (Harness *self, ShoalWireHandshakeFlags flags)
{
  ShoalWireHandshake handshake = { .flags = flags,
                                   .swarm_key = self->terms.swarm_key,
                                   .peer_id = { "-TR4060-abcdefghijk" } };
  guint8             data[SHOAL_WIRE_HANDSHAKE_SIZE];

  shoal_wire_handshake_write (&handshake, data);
  harness_send (self, data, sizeof data);
}

void
harness_send_plain (Harness *self, ShoalWireMessageId id)
{
  guint8 data[SHOAL_WIRE_MESSAGE_PLAIN_SIZE];

  harness_send (self, data, shoal_wire_message_write_plain (data, id));
}

void
harness_send_index (Harness *self, ShoalWireMessageId id, guint32 piece)
{
  guint8 data[SHOAL_WIRE_MESSAGE_INDEX_SIZE];

  harness_send (self, data, shoal_wire_message_write_index (data, id, piece));
}

void
harness_send_range (Harness           *self,
                    ShoalWireMessageId id,
                    guint32            piece,
                    guint32            begin,
                    guint32            length)
{
  ShoalWireRange range = { piece, begin, length };
  guint8         data[SHOAL_WIRE_MESSAGE_RANGE_SIZE];

  harness_send (self, data, shoal_wire_message_write_range (data, id, &range));
}

void
harness_send_content (Harness *self, guint32 piece, guint32 begin, guint32 length)
{
  ShoalWireRange     range = { piece, begin, length };
  g_autofree guint8 *data = g_malloc (length + 1);

  fill_content (data, &range);
  harness_send (self, data, length);
}

void
harness_send_piece (Harness *self, guint32 piece, guint32 begin, guint32 length)
{
  ShoalWireRange range = { piece, begin, length };
  guint8         head[SHOAL_WIRE_MESSAGE_PIECE_HEAD];

  harness_send (self, head, shoal_wire_message_write_piece_head (head, &range));
  harness_send_content (self, piece, begin, length);
}

void
harness_send_bits (Harness *self, const guint8 *bits, gsize len)
{
  guint8 head[SHOAL_WIRE_MESSAGE_BITFIELD_HEAD];

  harness_send (self, head, shoal_wire_message_write_bitfield_head (head, len));
  harness_send (self, bits, len);
}

void
harness_send_extended (Harness *self, guint8 id, const char *payload)
{
  guint8 head[SHOAL_WIRE_MESSAGE_EXTENDED_HEAD];
  gsize  len = strlen (payload);

  harness_send (self, head, shoal_wire_message_write_extended_head (head, id, len));
  harness_send (self, (const guint8 *) payload, len);
}

/* Reads once what is there; FALSE if nothing was. */
static gboolean
read_some (Harness *self)
{
  guint8 data[65536];
  gssize n = recv (self->remote, data, sizeof data, 0);

  if (n <= 0)
    return FALSE;
  g_byte_array_append (self->inbox, data, (guint) n);
  return TRUE;
}

const guint8 *
harness_receive (Harness *self, gsize n)
{
  static guint8 taken[1024 * 1024];
  gint64        give_up = g_get_monotonic_time () + PATIENCE_USEC;

  g_assert_cmpuint (n, <=, sizeof taken);
  while (self->inbox->len < n)
    if (!read_some (self))
      run_once (self, give_up);
  if (n > 0)
    {
      memcpy (taken, self->inbox->data, n);
      g_byte_array_remove_range (self->inbox, 0, (guint) n);
    }
  return taken;
}

int
harness_receive_message (Harness *self, const guint8 **payload, gsize *len)
{
  guint32       length = shoal_base_read_be32 (harness_receive (self, 4));
  const guint8 *message;

  *len = 0;
  if (length == 0)
    return -1;
  message = harness_receive (self, length);
  *payload = message + 1;
  *len = length - 1;
  return message[0];
}

void
harness_expect_plain (Harness *self, ShoalWireMessageId id)
{
  const guint8 *payload;
  gsize         len;

  g_assert_cmpint (harness_receive_message (self, &payload, &len), ==, (int) id);
  g_assert_cmpuint (len, ==, 0);
}

void
harness_expect_index (Harness *self, ShoalWireMessageId id, guint32 piece)
{
  const guint8 *payload;
  gsize         len;

  g_assert_cmpint (harness_receive_message (self, &payload, &len), ==, (int) id);
  g_assert_cmpuint (len, ==, 4);
  g_assert_cmpuint (shoal_base_read_be32 (payload), ==, piece);
}

void
harness_expect_range (Harness           *self,
                      ShoalWireMessageId id,
                      guint32            piece,
                      guint32            begin,
                      guint32            length)
{
  const guint8 *payload;
  gsize         len;

  g_assert_cmpint (harness_receive_message (self, &payload, &len), ==, (int) id);
  g_assert_cmpuint (len, ==, 12);
  g_assert_cmpuint (shoal_base_read_be32 (payload), ==, piece);
  g_assert_cmpuint (shoal_base_read_be32 (payload + 4), ==, begin);
  g_assert_cmpuint (shoal_base_read_be32 (payload + 8), ==, length);
}

void
harness_expect_piece (Harness *self, guint32 piece, guint32 begin, guint32 length)
{
  const guint8 *payload;
  gsize         len;

  g_assert_cmpint (harness_receive_message (self, &payload, &len), ==, SHOAL_WIRE_MESSAGE_PIECE);
  g_assert_cmpuint (len, ==, 8 + length);
  g_assert_cmpuint (shoal_base_read_be32 (payload), ==, piece);
  g_assert_cmpuint (shoal_base_read_be32 (payload + 4), ==, begin);
  for (guint32 i = 0; i < length; i++)
    g_assert_cmpuint (payload[8 + i], ==, harness_content (piece, begin + i));
}

gsize
harness_drain (Harness *self)
{
  gsize total = 0;

  /* A socket pair delivers within the call that sends: when no turn brings more, there is no more.
   */
  do
    {
      total += self->inbox->len;
      g_byte_array_set_size (self->inbox, 0);
      harness_turn (self);
    }
  while (read_some (self));
  return total;
}

void
harness_expect_nothing (Harness *self)
{
  harness_turn (self);
  read_some (self);
  g_assert_cmpuint (self->inbox->len, ==, 0);
}

void
harness_make_ready (Harness *self, ShoalWireHandshakeFlags flags)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), ==, 0);
  self->remote = fds[0];
  self->peer = shoal_peer_new_incoming (self->peers, fds[1], &LISTENER, self);
  harness_send_handshake (self, flags);
  harness_receive (self, SHOAL_WIRE_HANDSHAKE_SIZE);
  harness_wait_log (self, "ready");
  harness_drain (self);
  g_string_truncate (self->log, 0);
}
