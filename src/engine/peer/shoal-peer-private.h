/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-rate.h"
#include "net/shoal-net-stream.h"
#include "peer/shoal-peer-budget.h"
#include "peer/shoal-peer-output.h"
#include "peer/shoal-peer-pipeline.h"
#include "peer/shoal-peer-queue.h"
#include "peer/shoal-peer.h"
#include "wire/shoal-wire-client.h"
#include "wire/shoal-wire-parser.h"

G_BEGIN_DECLS

/* What a peer is made of, for the files of this folder. Each part below belongs to one of them,
 * which is the only one to change it. */

/* Enough for anybody; more are forgotten, the oldest first. */
#define SHOAL_PEER_MAX_FAST      64
#define SHOAL_PEER_MAX_SUGGESTED 16

/* Pieces that we give while choking. */
#define SHOAL_PEER_N_FAST 5

/* shoal-peer-handshake.c */
typedef struct
{
  guint8             bytes[SHOAL_WIRE_HANDSHAKE_SIZE];
  guint              len;
  ShoalWireHandshake remote;
  gint64             began_usec; /* of what is waited for at present */

  guint has_key : 1;
  guint is_whole : 1;
} ShoalPeerGreeting;

/* shoal-peer-remote.c: what the remote has and offers */
typedef struct
{
  ShoalBaseBitset *bits;  /* owned; NULL while the layout is not known */
  GByteArray      *early; /* owned: bits that were told before it was; NULL: none */
  guint32          fast[SHOAL_PEER_MAX_FAST];
  guint32          suggested[SHOAL_PEER_MAX_SUGGESTED];
  guint            n_fast;
  guint            n_suggested;

  guint early_all : 1;   /* have all was told before */
  guint early_whole : 1; /* `early` came as a bitfield: its length is one */
  guint early_due : 1;   /* the layout is there by now: to be applied at the end of the turn */
  guint has_said : 1;    /* a bitfield, have all or have none came */
} ShoalPeerRemote;

/* shoal-peer-download.c */
typedef struct
{
  ShoalPeerQueue    requests;  /* under way */
  ShoalPeerQueue    void_ones; /* cancelled or dropped, may yet be answered */
  ShoalPeerPipeline pipeline;
  ShoalWireRange    receiving; /* the block whose bytes come at present; length 0: none */
  guint8           *block;     /* owned: where they go; NULL: nowhere */
  guint32           filled;
  ShoalBaseRate     rate;
  guint64           wasted;

  guint is_choked : 1; /* the remote chokes us */
  guint is_interested : 1;
  guint wants_more : 1; /* the owner may have something to ask for */
} ShoalPeerDownload;

/* shoal-peer-upload.c */
typedef struct
{
  ShoalPeerQueue asked;
  ShoalPeerQueue taken; /* by the owner, not yet answered */
  ShoalBaseRate  rate;
  guint32        fast[SHOAL_PEER_N_FAST];
  guint          fast_served[SHOAL_PEER_N_FAST]; /* blocks of each asked for while choked */
  guint          n_fast;
  gint64         choked_usec;  /* since when we choke */
  gint64         request_usec; /* the last request; 0: none yet */

  guint is_choked : 1; /* by us */
  guint is_interested : 1;
  guint reads_ahead : 1;
} ShoalPeerUpload;

/* shoal-peer-send.c */
typedef struct
{
  ShoalPeerOutput output;
  guint64         protocol_bytes; /* sent */
  gint64          sent_usec;      /* when something was taken last */
  gint64          waiting_usec;   /* the same, or since when something waits, if that is later */

  guint is_blocked : 1; /* on_writable() will come */
} ShoalPeerSend;

struct _ShoalPeer
{
  ShoalPeerContext        *context;        /* unowned: outlives us */
  ShoalNetStream          *stream;         /* owned; NULL once closing */
  const ShoalPeerListener *listener;       /* unowned: static; NULL: outgoing */
  gpointer                 listener_owner; /* unowned */
  gpointer                 data;           /* unowned: the owner's */
  ShoalWireParser         *parser;         /* owned; NULL before READY */
  ShoalPeerTerms           terms;          /* its layout is an owned reference */
  guint8                   withdrawn;      /* mask of extensions that were wanted before */
  ShoalBaseAddress         remote_address;
  ShoalBaseAddress         local_address;
  ShoalWireExtension       extension;                      /* the remote's */
  char                     client[SHOAL_WIRE_CLIENT_SIZE]; /* by its peer id */
  ShoalNetTimer            timer;                          /* never later than the next deadline */
  ShoalNetTask             task;                           /* end of the turn */
  ShoalPeerBudget          budget;
  ShoalPeerGreeting        greeting;
  ShoalPeerRemote          remote;
  ShoalPeerDownload        download;
  ShoalPeerUpload          upload;
  ShoalPeerSend            send;
  guint64                  received_bytes;
  gsize                    read_size;      /* what a read may be expected to bring */
  gint64                   connected_usec; /* 0: never */
  gint64                   message_usec;   /* the last whole message or byte of a block */
  ShoalPeerState           state;
  ShoalPeerClose           reason;
  ShoalNetSecurity         security; /* when it closed */
  int                      error_number;
  guint                    depth; /* calls from the reactor that are on the stack */

  guint is_accepted : 1; /* the terms are there */
  guint has_fast : 1;
  guint owner_reads : 1;  /* shoal_peer_set_reading() */
  guint stream_reads : 1; /* what the stream was told */
  guint is_told : 1;      /* closed() was called, or must not be */
  guint is_freed : 1;     /* by its owner; the memory goes when `depth` is 0 */
};

/* shoal-peer.c */

/* Around all that the reactor calls: keeps the memory, tells of the close at the end. After
 * leaving, the peer may be gone. */
void shoal_peer_enter (ShoalPeer *self);

void shoal_peer_leave (ShoalPeer *self);

gint64 shoal_peer_get_now (const ShoalPeer *self);

/* Walks everything and aborts on a contradiction. Not inside an event. */
void shoal_peer_check (const ShoalPeer *self);

/* Something of no use came. Closes a remote that does not stop. */
void shoal_peer_spend (ShoalPeer *self, guint cost);

static inline gboolean
shoal_peer_is_ready (const ShoalPeer *self)
{
  return self->state == SHOAL_PEER_STATE_READY;
}

/* shoal-peer-handshake.c */

void shoal_peer_handshake_begin (ShoalPeer *self);

guint shoal_peer_handshake_get_buffers (ShoalPeer *self, struct iovec *iov);

void shoal_peer_handshake_on_bytes (ShoalPeer *self, gsize n);

/* Whether the owner is to say which torrent an incoming connection belongs to. */
gboolean shoal_peer_handshake_is_looking_up (const ShoalPeer *self);

/* READY if all is there by now. */
void shoal_peer_handshake_finish (ShoalPeer *self);

/* shoal-peer-receive.c */

guint shoal_peer_receive_get_buffers (ShoalPeer *self, struct iovec *iov);

void shoal_peer_receive_on_bytes (ShoalPeer *self, gsize n);

/* Reads or stops reading, as everything together wants it. */
void shoal_peer_receive_update (ShoalPeer *self);

/* shoal-peer-remote.c */

void shoal_peer_remote_init (ShoalPeer *self);

void shoal_peer_remote_clear (ShoalPeer *self);

/* Says what was told before the layout was known. */
void shoal_peer_remote_apply_early (ShoalPeer *self);

void shoal_peer_remote_handle_have (ShoalPeer *self, guint32 piece);

void shoal_peer_remote_handle_lost (ShoalPeer *self, guint32 piece);

void shoal_peer_remote_handle_bitfield (ShoalPeer *self, const guint8 *data, gsize len);

/* Have all, or have none. */
void shoal_peer_remote_handle_have_every (ShoalPeer *self, gboolean all);

void shoal_peer_remote_handle_fast (ShoalPeer *self, guint32 piece);

void shoal_peer_remote_handle_suggest (ShoalPeer *self, guint32 piece);

/* shoal-peer-download.c */

void shoal_peer_download_init (ShoalPeer *self);

/* Gives back what was received in part; the requests stay readable. */
void shoal_peer_download_stop (ShoalPeer *self);

void shoal_peer_download_clear (ShoalPeer *self);

/* Asks the owner for requests if there is room and reason. */
void shoal_peer_download_fill (ShoalPeer *self);

void shoal_peer_download_handle_choke (ShoalPeer *self, gboolean choked);

void shoal_peer_download_handle_reject (ShoalPeer *self, const ShoalWireRange *range);

void shoal_peer_download_handle_piece (ShoalPeer *self, const ShoalWireRange *range);

/* The next @n bytes of the block: at @data, or NULL where they were received in place already. */
void shoal_peer_download_handle_payload (ShoalPeer *self, const guint8 *data, guint32 n);

/* Without Fast: the remote lost @piece, what was asked of it will not come. */
void shoal_peer_download_forget_piece (ShoalPeer *self, guint32 piece);

/* Looks at what is owed at @now_usec. */
void shoal_peer_download_check (ShoalPeer *self, gint64 now_usec);

/* shoal-peer-upload.c */

void shoal_peer_upload_clear (ShoalPeer *self);

/* Says which pieces may be had while choked. */
void shoal_peer_upload_offer_fast (ShoalPeer *self);

void shoal_peer_upload_handle_interest (ShoalPeer *self, gboolean interested);

void shoal_peer_upload_handle_request (ShoalPeer *self, const ShoalWireRange *range);

void shoal_peer_upload_handle_cancel (ShoalPeer *self, const ShoalWireRange *range);

/* Tells the owner of requests if there is room for their answers. */
void shoal_peer_upload_announce (ShoalPeer *self);

/* shoal-peer-extension.c */

void shoal_peer_extension_send_handshake (ShoalPeer *self);

void shoal_peer_extension_handle (ShoalPeer *self, const ShoalWireMessage *message);

/* shoal-peer-send.c: the messages are sent at the end of the turn. */

/* What we have, once, before all else. */
void shoal_peer_send_bitfield (ShoalPeer *self);

void shoal_peer_send_plain (ShoalPeer *self, ShoalWireMessageId id);

void shoal_peer_send_index (ShoalPeer *self, ShoalWireMessageId id, guint32 piece);

void shoal_peer_send_range (ShoalPeer *self, ShoalWireMessageId id, const ShoalWireRange *range);

void shoal_peer_send_keep_alive (ShoalPeer *self);

/* A block of @buffer, which is referenced. */
void shoal_peer_send_block (ShoalPeer            *self,
                            const ShoalWireRange *range,
                            ShoalPeerBuffer      *buffer,
                            gsize                 offset);

void shoal_peer_send_extended_raw (ShoalPeer *self, guint8 id, const guint8 *data, gsize len);

/* Room for @max bytes of any kind, to be followed by the other one with the true number. */
guint8 *shoal_peer_send_begin (ShoalPeer *self, gsize max);

void shoal_peer_send_end (ShoalPeer *self, gsize n);

/* The end of the turn will have something to do. */
void shoal_peer_send_schedule (ShoalPeer *self);

/* Hands the stream what it takes. */
void shoal_peer_send_flush (ShoalPeer *self);

/* shoal-peer-deadline.c */

void shoal_peer_deadline_on_timer (gpointer owner, gint64 now_usec);

/* To be called when something begins to be waited for. */
void shoal_peer_deadline_arm (ShoalPeer *self);

/* The timer will come in time. */
gboolean shoal_peer_deadline_is_armed (const ShoalPeer *self);

/* Time in which nothing could come does not count. */
void shoal_peer_deadline_excuse (ShoalPeer *self, gint64 now_usec);

G_END_DECLS
