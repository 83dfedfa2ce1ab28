/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-pipe.h"
#include "peer/shoal-peer-context.h"
#include "peer/shoal-peer-types.h"

G_BEGIN_DECLS

/* One remote: its connection, what was said by both sides, and what each owes the other (BEP 3, 6,
 * 10, 21, 54). It chooses no pieces, touches no disk and knows no torrent. Engine context only. A
 * function called on a closing peer does nothing. */

/* From the connection to the handshake of the remote. */
#define SHOAL_PEER_CONNECT_USEC   (15 * G_USEC_PER_SEC)
#define SHOAL_PEER_HANDSHAKE_USEC (10 * G_USEC_PER_SEC)

/* For a torrent to be loaded that an incoming connection asked for. */
#define SHOAL_PEER_LOOKUP_USEC (10 * G_USEC_PER_SEC)

/* Without a whole message from the remote, or without its taking a byte of what waits for it. */
#define SHOAL_PEER_IDLE_USEC      (120 * G_USEC_PER_SEC)
#define SHOAL_PEER_KEEPALIVE_USEC (100 * G_USEC_PER_SEC)

/* Requests of the remote that are kept; said to it as `reqq`. */
#define SHOAL_PEER_MAX_REMOTE_REQUESTS 2000

/* The longest run that shoal_peer_take_requests() makes of adjacent requests. */
#define SHOAL_PEER_MAX_RUN (1024 * 1024)

/* Connects to @to, from @bind if not NULL. Every outcome comes by an event. */
ShoalPeer *shoal_peer_new_outgoing (ShoalPeerContext       *context,
                                    const ShoalBaseAddress *to,
                                    const ShoalBaseAddress *bind,
                                    const ShoalPeerTerms   *terms);

/* Takes @fd over, connected and non-blocking. @listener (static) is asked which torrent it is for.
 */
ShoalPeer *shoal_peer_new_incoming (ShoalPeerContext        *context,
                                    int                      fd,
                                    const ShoalPeerListener *listener,
                                    gpointer                 owner);

/* The answer to lookup(): the handshake goes on with @terms, and their events take the listener's
 * place. Nothing happens if the peer is closing by now. */
void shoal_peer_accept (ShoalPeer *self, const ShoalPeerTerms *terms);

/* find_key() had answered LATER: it is called again at the end of the turn. Nothing happens
 * otherwise. */
void shoal_peer_find_key_again (ShoalPeer *self);

/* Ends the connection at once; closed() follows in this turn, or in the next one if there is none.
 * Only the first reason counts. */
void shoal_peer_close (ShoalPeer *self, ShoalPeerClose reason);

/* Closes if need be, without closed(). Safe inside every event. */
void shoal_peer_free (ShoalPeer *self);

/* The remote broke the protocol, as opposed to bad luck or our own wish: a reason not to come back
 * to it soon. */
gboolean shoal_peer_close_is_fault (ShoalPeerClose reason);

/* "the remote closed the connection": for logs. */
const char *shoal_peer_close_describe (ShoalPeerClose reason);

/* Anything the owner wants to find again. At first NULL. */
void shoal_peer_set_data (ShoalPeer *self, gpointer data);

gpointer shoal_peer_get_data (const ShoalPeer *self);

ShoalPeerState shoal_peer_get_state (const ShoalPeer *self);

ShoalPeerClose shoal_peer_get_close_reason (const ShoalPeer *self);

/* errno of the failure, or 0. */
int shoal_peer_get_error_number (const ShoalPeer *self);

gboolean shoal_peer_is_outgoing (const ShoalPeer *self);

const ShoalBaseAddress *shoal_peer_get_remote_address (const ShoalPeer *self);

/* Family 0 before the connection is there. */
const ShoalBaseAddress *shoal_peer_get_local_address (const ShoalPeer *self);

/* How far encryption came; stays after the close. */
ShoalNetSecurity shoal_peer_get_security (const ShoalPeer *self);

/* Whether what is said is encrypted, and not only hidden in the beginning. */
gboolean shoal_peer_is_encrypted (const ShoalPeer *self);

/* Whether the remote has said a word of the peer protocol. */
gboolean shoal_peer_has_heard (const ShoalPeer *self);

/* What the remote sent first; of an incoming one only the key counts from lookup() to handshake(),
 * and nothing before. */
const ShoalWireHandshake *shoal_peer_get_handshake (const ShoalPeer *self);

/* Both sides know BEP 6. */
gboolean shoal_peer_has_fast (const ShoalPeer *self);

/* What the remote said in BEP 10; nothing said at first. */
const ShoalWireExtension *shoal_peer_get_extension (const ShoalPeer *self);

/* Which program it is, by `v` or its peer id; UTF-8; "" before the handshake. */
const char *shoal_peer_get_client (const ShoalPeer *self);

/* What the remote has; NULL while the layout is not known. Changed only as the events say. */
const ShoalBaseBitset *shoal_peer_get_bits (const ShoalPeer *self);

gboolean shoal_peer_is_choking_us (const ShoalPeer *self);

gboolean shoal_peer_is_interested (const ShoalPeer *self);

gboolean shoal_peer_is_choked_by_us (const ShoalPeer *self);

gboolean shoal_peer_are_we_interested (const ShoalPeer *self);

gboolean shoal_peer_is_snubbed (const ShoalPeer *self);

/* The remote wants nothing: it said so (BEP 21) or has everything. */
gboolean shoal_peer_is_upload_only (const ShoalPeer *self);

/* Pieces that the remote gives us even while choking, and ones that it suggests, the oldest first.
 * Indices are in range. Borrowed. */
const guint32 *shoal_peer_get_allowed_fast (const ShoalPeer *self, guint *n);

const guint32 *shoal_peer_get_suggested (const ShoalPeer *self, guint *n);

void shoal_peer_get_stats (ShoalPeer *self, ShoalPeerStats *out);

/* The metadata came: what was said about pieces before it counts now, and bitfield() tells. A
 * remote that named pieces beyond it is closed. @have as in the terms. */
void shoal_peer_set_layout (ShoalPeer *self, ShoalCodecLayout *layout, const ShoalBaseBitset *have);

/* FALSE: nothing is read (the disk lags); deadlines that need answers wait meanwhile. */
void shoal_peer_set_reading (ShoalPeer *self, gboolean reading);

/* NULL: no limit. */
void shoal_peer_set_buckets (ShoalPeer *self, ShoalBaseBucket *down, ShoalBaseBucket *up);

/* To choke refuses what the remote has asked for, except its allowed-fast pieces. */
void shoal_peer_set_choking (ShoalPeer *self, gboolean choking);

void shoal_peer_set_interested (ShoalPeer *self, gboolean interested);

/* BEP 21: whether we want anything; told to a remote that understands it. */
void shoal_peer_set_upload_only (ShoalPeer *self, gboolean upload_only);

/* We can give the info dictionary from now on: the remote is told. As in the terms. */
void shoal_peer_set_metadata_size (ShoalPeer *self, guint32 size);

void shoal_peer_send_have (ShoalPeer *self, guint32 piece);

/* The same for @n at once. */
void shoal_peer_send_haves (ShoalPeer *self, const guint32 *pieces, guint n);

/* Whether the extension @id, one of those that the terms may ask for, is wanted from now on; told
 * to a remote that knows BEP 10. */
void shoal_peer_set_extension (ShoalPeer *self, ShoalWireExtensionId id, gboolean is_wanted);

/* The port of our DHT node, to a remote that has one. */
void shoal_peer_send_port (ShoalPeer *self, guint16 port);

/* FALSE if the remote takes no such message. @data is copied. */
gboolean
shoal_peer_send_extended (ShoalPeer *self, ShoalWireExtensionId id, const guint8 *data, gsize len);

/* Bytes of messages, blocks left out, that wait to be sent: of SHOAL_PEER_MAX_UNSENT the remote has
 * stopped reading, and is closed. */
gsize shoal_peer_get_n_unsent (const ShoalPeer *self);

#define SHOAL_PEER_MAX_UNSENT (1024 * 1024)

/* Asks for a block of at most SHOAL_BASE_BLOCK_SIZE bytes. It is sent at the end of the turn. */
void shoal_peer_request (ShoalPeer *self, const ShoalWireRange *range);

/* The request is no longer under way; the block may come all the same. Nothing happens if it was
 * not asked for, or is being received. */
void shoal_peer_cancel (ShoalPeer *self, const ShoalWireRange *range);

/* There may be something to ask for now: wants_requests() follows if there is room. */
void shoal_peer_kick (ShoalPeer *self);

/* What was asked of the remote and is not answered, the oldest first; FALSE at the end. */
gboolean shoal_peer_get_request (const ShoalPeer *self, guint place, ShoalWireRange *out);

/* Takes requests of the remote, up to @max_bytes and to what the send buffer has room for, and
 * appends them to @runs (of ShoalWireRange): adjacent ones as one. Each run is to be answered by
 * one or more calls of the next two functions, now or later. */
void shoal_peer_take_requests (ShoalPeer *self, gsize max_bytes, GArray *runs);

/* Answers what was taken and lies inside @run with @data, run->length bytes; what was cancelled or
 * refused meanwhile is passed over. @free_func (data) is called once when nothing of it waits for
 * sending any more, perhaps before this returns; it must not call back. */
void shoal_peer_send_pieces (ShoalPeer            *self,
                             const ShoalWireRange *run,
                             guint8               *data,
                             GDestroyNotify        free_func);

/* Whether what the remote asks for has to wait for a disk, so that more of it is to be taken at a
 * time; FALSE at first. */
void shoal_peer_set_reads_ahead (ShoalPeer *self, gboolean reads_ahead);

/* Whether shoal_peer_send_piped() saves a copy: once TRUE, it stays so as long as the peer is
 * ready.
 */
gboolean shoal_peer_takes_pipes (const ShoalPeer *self);

/* As shoal_peer_send_pieces(), with the run->length bytes in @pipe, which is given back. */
void shoal_peer_send_piped (ShoalPeer *self, const ShoalWireRange *run, ShoalBasePipe *pipe);

/* What was taken and lies inside @run cannot be served. */
void shoal_peer_refuse_pieces (ShoalPeer *self, const ShoalWireRange *run);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalPeer, shoal_peer_free)

G_END_DECLS
