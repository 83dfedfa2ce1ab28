/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-bitset.h"
#include "base/shoal-base-bucket.h"
#include "codec/shoal-codec-layout.h"
#include "net/shoal-net-security.h"
#include "wire/shoal-wire-extension.h"
#include "wire/shoal-wire-handshake.h"
#include "wire/shoal-wire-message.h"

G_BEGIN_DECLS

/* What the owner of peers, shoal-peer.h and the network have to say to each other. */

typedef struct _ShoalPeer ShoalPeer;

/* STATE.md in this folder says who moves a peer from one to the next. */
typedef enum
{
  SHOAL_PEER_STATE_CONNECTING,
  SHOAL_PEER_STATE_HANDSHAKING,
  SHOAL_PEER_STATE_READY,
  SHOAL_PEER_STATE_CLOSING,
} ShoalPeerState;

/* Why a peer ended. */
typedef enum
{
  SHOAL_PEER_CLOSE_NONE, /* it did not */

  /* For the owner to give. */
  SHOAL_PEER_CLOSE_STOPPED,   /* the torrent or the engine stops */
  SHOAL_PEER_CLOSE_REFUSED,   /* no such torrent here, or no room for one more */
  SHOAL_PEER_CLOSE_SELF,      /* the remote is this engine */
  SHOAL_PEER_CLOSE_DUPLICATE, /* there is another connection with this remote */
  SHOAL_PEER_CLOSE_USELESS,   /* neither side has anything for the other */
  SHOAL_PEER_CLOSE_REPLACED,  /* makes room for a better one */
  SHOAL_PEER_CLOSE_LEFT,      /* who named it may not any more (BEP 27): another tracker is the
                                 torrent's, or it is private */
  SHOAL_PEER_CLOSE_BANNED,

  /* The network's doing. */
  SHOAL_PEER_CLOSE_UNREACHABLE, /* refused, or no way there */
  SHOAL_PEER_CLOSE_CONNECT_TIMEOUT,
  SHOAL_PEER_CLOSE_REMOTE,   /* the remote closed or reset the connection */
  SHOAL_PEER_CLOSE_FAILED,   /* an error on this side: see the error number */
  SHOAL_PEER_CLOSE_INSECURE, /* no encryption, or lack of it, that both sides want */

  /* Deadlines. */
  SHOAL_PEER_CLOSE_HANDSHAKE_TIMEOUT,
  SHOAL_PEER_CLOSE_LOOKUP_TIMEOUT, /* our torrent was not loaded in time */
  SHOAL_PEER_CLOSE_IDLE,           /* no whole message for two minutes */
  SHOAL_PEER_CLOSE_STALLED,        /* took nothing of what it is sent */

  /* The remote's fault. */
  SHOAL_PEER_CLOSE_BAD_HANDSHAKE,  /* speaks another protocol */
  SHOAL_PEER_CLOSE_WRONG_SWARM,    /* answered for another torrent */
  SHOAL_PEER_CLOSE_BAD_FRAME,      /* a length or an id that no message has */
  SHOAL_PEER_CLOSE_BAD_MESSAGE,    /* an index or bitfield that the torrent has not */
  SHOAL_PEER_CLOSE_BAD_METADATA,   /* no message of BEP 9, or one against what it said before */
  SHOAL_PEER_CLOSE_BAD_REQUEST,    /* out of range, or too many, without Fast to refuse them */
  SHOAL_PEER_CLOSE_NOT_NEGOTIATED, /* a message of an extension it had not agreed to */
  SHOAL_PEER_CLOSE_FLOOD,          /* messages of no use without end */
} ShoalPeerClose;

/* What is called about a peer once it belongs to a torrent. On the engine context, never inside a
 * function of shoal-peer.h. In each the peer may be closed or freed; nothing else follows then but
 * closed(), or nothing. Pointers are good until the call returns. All must be set. */
typedef struct
{
  /* The remote's handshake is there: who it is. Anything but NONE closes the peer so. */
  ShoalPeerClose (*handshake) (gpointer owner, ShoalPeer *peer, const ShoalWireHandshake *remote);

  /* Messages flow. What we have was said; the remote has nothing until it says so. */
  void (*ready) (gpointer owner, ShoalPeer *peer);

  /* The remote's extension handshake came, the first or a later one, or it changed what it said
   * there by a message: see shoal_peer_get_extension(). */
  void (*extension) (gpointer owner, ShoalPeer *peer);

  /* A message of an extension that the terms asked for and that is not handled here. */
  void (*extended) (gpointer             owner,
                    ShoalPeer           *peer,
                    ShoalWireExtensionId id,
                    const guint8        *data,
                    gsize                len);

  /* What the remote has, all at once: @before no longer counts, @now counts instead. @now becomes
   * shoal_peer_get_bits() and stays it. */
  void (*bitfield) (gpointer               owner,
                    ShoalPeer             *peer,
                    const ShoalBaseBitset *before,
                    const ShoalBaseBitset *now);

  /* The remote got @piece, which it had not. @bits is what it has, still without it: the owner may
   * set the bit while counting it; otherwise it is set after the call. */
  void (*have) (gpointer owner, ShoalPeer *peer, ShoalBaseBitset *bits, guint32 piece);

  /* The same when it lost @piece (BEP 54). */
  void (*lost) (gpointer owner, ShoalPeer *peer, ShoalBaseBitset *bits, guint32 piece);

  /* The remote chokes us, or no longer. Without Fast dropped() follows if anything was asked. */
  void (*choke) (gpointer owner, ShoalPeer *peer, gboolean choked);

  void (*interest) (gpointer owner, ShoalPeer *peer, gboolean interested);

  /* There is room for @n more requests; at most once a turn. To be answered, now or not at all, by
   * shoal_peer_request(). If there was nothing to ask for, shoal_peer_kick() when there is. */
  void (*wants_requests) (gpointer owner, ShoalPeer *peer, guint n);

  /* A block that was asked for is here. @block, of the context's pool, is the owner's from now on.
   * It may be one that was cancelled or dropped before. */
  void (*block) (gpointer owner, ShoalPeer *peer, const ShoalWireRange *range, guint8 *block);

  /* One request will not be answered. */
  void (*rejected) (gpointer owner, ShoalPeer *peer, const ShoalWireRange *range);

  /* No request that is under way will be answered. */
  void (*dropped) (gpointer owner, ShoalPeer *peer);

  /* The remote owes blocks and sends none; or sends again. */
  void (*snubbed) (gpointer owner, ShoalPeer *peer, gboolean snubbed);

  /* There are requests and room for answers: shoal_peer_take_requests(). */
  void (*requests) (gpointer owner, ShoalPeer *peer);

  /* The remote's DHT node listens at @port of its address (BEP 5). */
  void (*port) (gpointer owner, ShoalPeer *peer, guint16 port);

  /* Over, once. What it has and what was asked of it can still be read; the owner frees it. */
  void (*closed) (gpointer owner, ShoalPeer *peer, ShoalPeerClose reason);
} ShoalPeerEvents;

/* Who is asked about an incoming connection before it belongs to a torrent. */
typedef struct
{
  /* The remote wants @swarm_key: shoal_peer_accept() or shoal_peer_close(), now or within
   * SHOAL_PEER_LOOKUP_USEC. Nothing more is read meanwhile. */
  void (*lookup) (gpointer owner, ShoalPeer *peer, const ShoalSwarmKey *swarm_key);

  /* Over before it was accepted; as in ShoalPeerEvents. */
  void (*closed) (gpointer owner, ShoalPeer *peer, ShoalPeerClose reason);

  /* Before lookup(), if it encrypts: which torrent's key has @hash, and how is that encrypted? Must
   * not close the peer. After LATER shoal_peer_find_key_again(). NULL: encryption is not
   * understood. */
  ShoalNetKeyAnswer (*find_key) (gpointer               owner,
                                 ShoalPeer             *peer,
                                 const ShoalSha1       *hash,
                                 ShoalSwarmKey         *key,
                                 ShoalNetSecurityTerms *terms);
} ShoalPeerListener;

/* What a torrent tells a new peer. Copied; the layout is referenced. Layout and have come together:
 * both now, or both with shoal_peer_set_layout(). */
typedef struct
{
  const ShoalPeerEvents *events; /* unowned: static */
  gpointer               owner;  /* unowned: outlives the peer */
  ShoalSwarmKey          swarm_key;
  ShoalPeerId            peer_id; /* ours in this connection */
  ShoalCodecLayout      *layout;  /* NULL: not known yet */
  const ShoalBaseBitset *have;    /* unowned: what we have, now and later; outlives the peer */
  ShoalBaseBucket       *down;    /* unowned: outlive the peer; NULL: no limit */
  ShoalBaseBucket       *up;      /* unowned */
  guint32                metadata_size; /* bytes; 0: not told */
  guint16                listen_port;   /* 0: not told */
  guint8                 methods;       /* of encryption, offered to an outgoing one; 0: none */
  guint8                 extensions;    /* mask of 1 << METADATA, PEX, HOLEPUNCH: those that are
                                         * wanted; the others are handled here. HOLEPUNCH is
                                         * understood, and not offered */

  guint upload_only : 1;        /* BEP 21: we want nothing */
  guint has_dht : 1;            /* we run a DHT node: BEP 5 */
  guint prefers_encryption : 1; /* it is told so (BEP 10) */
} ShoalPeerTerms;

typedef struct
{
  guint64 payload_down; /* bytes of blocks that were asked for */
  guint64 payload_up;   /* bytes of blocks sent */
  guint64 protocol_down;
  guint64 protocol_up;
  guint64 wasted; /* bytes of blocks that nobody asked for */
  guint64 down_bps;
  guint64 recent_down_bps; /* of the last second, or less: more than the average when it grows */
  guint64 up_bps;
  guint   n_requests;        /* asked of the remote and not answered */
  guint   n_requests_wanted; /* how many should be under way */
  guint   n_requests_remote; /* asked of us and not answered */
  gint64  connected_usec;    /* monotonic; 0: never */
  gint64  last_block_usec;   /* when a block was complete; 0: never */
  gint64  last_request_usec; /* when we were asked for one; 0: never */
  gint64  last_message_usec;
} ShoalPeerStats;

G_END_DECLS
