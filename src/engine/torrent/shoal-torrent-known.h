/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "base/shoal-base-ids.h"
#include "base/shoal-base-policy.h"
#include "piece/shoal-piece-types.h"
#include "torrent/shoal-torrent-bans.h"
#include "torrent/shoal-torrent-way.h"

G_BEGIN_DECLS

/* The peers a torrent knows of, connected or not: who may be tried next and when, and who is
 * banned. Holds at most SHOAL_TORRENT_MAX_KNOWN; who failed, then who was only heard of, goes
 * first. Pure: the caller's clock. One thread. */
typedef struct _ShoalTorrentKnowns ShoalTorrentKnowns;

#define SHOAL_TORRENT_MAX_KNOWN 3000

/* So many peers that took part and were dropped are remembered by what they sent. */
#define SHOAL_TORRENT_MAX_GONE 1024

/* Of those that other peers have named, so many are kept that nobody has reached yet: on the word
 * of one host, and in all. */
#define SHOAL_TORRENT_MAX_HEARD_FROM_ONE 50
#define SHOAL_TORRENT_MAX_HEARD          1000

/* The same of those that nodes of the DHT have named: in all. */
#define SHOAL_TORRENT_MAX_HEARD_BY_DHT 1000

/* Ports of one global host (IPv6: one /64) that are kept on the word of strangers, whoever they
 * are, and that nobody has reached yet: more would make us scan it, or flood it, for them. */
#define SHOAL_TORRENT_MAX_HEARD_OF_HOST 2

/* Who named a peer, by rising trust. */
typedef enum
{
  SHOAL_TORRENT_SOURCE_RESUME,
  SHOAL_TORRENT_SOURCE_EXCHANGE, /* a peer named it (BEP 11) */
  SHOAL_TORRENT_SOURCE_DHT,      /* nodes of the DHT did (BEP 5) */
  SHOAL_TORRENT_SOURCE_MAGNET,   /* a link that the person was given */
  SHOAL_TORRENT_SOURCE_TRACKER,
  SHOAL_TORRENT_SOURCE_LOCAL, /* it said so itself on the local network (BEP 14) */
  SHOAL_TORRENT_SOURCE_INCOMING,
  SHOAL_TORRENT_SOURCE_PERSON,
} ShoalTorrentSource;

typedef struct _ShoalTorrentKnown ShoalTorrentKnown;

/* A peer, by the address it listens on (of an incoming one that has not told its port: by the
 * address it came from). Pointers stay valid until the peer is dropped, which never happens while
 * it is linked. */
struct _ShoalTorrentKnown
{
  ShoalBaseAddress   address;
  ShoalPieceSender   sender;  /* names it in the books of the piece folder */
  ShoalPeerId        peer_id; /* what it called itself last */
  ShoalTorrentSource source;
  gint64             next_usec; /* not tried before */
  gint64             seen_time; /* epoch: when it was last connected; 0: never */
  guint32            order;     /* BEP 40: lower first */
  guint32            teller;    /* stands for the host that named it first; 0: no peer did */
  guint              n_failures;
  ShoalTorrentWay    way;          /* how to connect to it */
  ShoalTorrentKnown *next_of_host; /* unowned: the same table's */

  guint is_linked : 1;      /* connected, or connecting */
  guint is_connectable : 1; /* its listening port is known */
  guint is_seed : 1;        /* had everything when it was last seen */
  guint is_self : 1;        /* it is us */
  guint is_forgotten : 1;   /* linked, and goes when that ends */
  guint has_peer_id : 1;    /* it took part once: without this, nothing came from it */
};

/* Who sent something. */
typedef struct
{
  ShoalPieceSender sender;
  ShoalBaseAddress address;
  ShoalPeerId      peer_id;
} ShoalTorrentSender;

/* @own: our addresses as others see them, IPv4 and IPv6, for the order of BEP 40; family 0: not
 * known. Read whenever a peer is added; unowned, outlives this. */
ShoalTorrentKnowns *shoal_torrent_knowns_new (const ShoalBaseAddress own[2]);

void shoal_torrent_knowns_free (ShoalTorrentKnowns *self);

/* Returns the entry of @address, made if need be; NULL if it is banned, useless (port 0), one too
 * many of those that strangers name, or there is no room for it. O(n) in the entries of its host,
 * and in all of them once those are a thousand and a DHT names one, or there are too many. */
ShoalTorrentKnown *shoal_torrent_knowns_add (ShoalTorrentKnowns     *self,
                                             const ShoalBaseAddress *address,
                                             ShoalTorrentSource      source);

/* How many more @teller may name that nobody else has named. O(n). */
guint shoal_torrent_knowns_get_room (ShoalTorrentKnowns *self, const ShoalBaseAddress *teller);

/* As shoal_torrent_knowns_add(), on the word of the peer @teller. */
ShoalTorrentKnown *shoal_torrent_knowns_hear (ShoalTorrentKnowns     *self,
                                              const ShoalBaseAddress *address,
                                              const ShoalBaseAddress *teller);

ShoalTorrentKnown *shoal_torrent_knowns_find (ShoalTorrentKnowns     *self,
                                              const ShoalBaseAddress *address);

/* Who @sender is, or was: one that came to us and left without telling where it listens is dropped,
 * and may have left bad blocks behind. Borrowed until the next call. NULL: it never took part, or
 * has been gone for too long. */
const ShoalTorrentSender *shoal_torrent_knowns_find_sender (ShoalTorrentKnowns *self,
                                                            ShoalPieceSender    sender);

/* It said who it is and takes part. @now: epoch seconds. */
void
shoal_torrent_known_on_ready (ShoalTorrentKnown *known, const ShoalPeerId *peer_id, gint64 now);

/* An incoming peer told where it listens: returns the entry to use from now on, which is another if
 * that address was known; NULL if it is linked already or banned. */
ShoalTorrentKnown *
shoal_torrent_knowns_set_port (ShoalTorrentKnowns *self, ShoalTorrentKnown *known, guint16 port);

/* The best one to connect to now, NULL if there is none. @skip_seeds: we have everything. Sets
 * *wake_usec to when the next one may be tried (G_MAXINT64: none) if it returns NULL. */
ShoalTorrentKnown *shoal_torrent_knowns_choose (ShoalTorrentKnowns *self,
                                                gboolean            skip_seeds,
                                                gint64              now_usec,
                                                gint64             *wake_usec);

/* The connection ended: @worked: it got as far as the handshake. Sets when it may be tried again.
 */
void shoal_torrent_knowns_on_closed (ShoalTorrentKnowns *self,
                                     ShoalTorrentKnown  *known,
                                     gboolean            worked,
                                     gint64              now_usec);

/* It ended before it was a connection, and another way to make one is left: that is no failure yet,
 * and it may be tried at once. */
void shoal_torrent_knowns_fall_back (ShoalTorrentKnowns *self,
                                     ShoalTorrentKnown  *known,
                                     gint64              now_usec);

/* Forgets those of @sources, a mask of 1 << ShoalTorrentSource; those that are linked when that
 * ends. */
void shoal_torrent_knowns_forget (ShoalTorrentKnowns *self, guint sources);

/* Bans the peer, see shoal_torrent_bans_add(). Drops all of it that is not linked; links
 * are the caller's to close. */
void shoal_torrent_knowns_ban (ShoalTorrentKnowns     *self,
                               const ShoalBaseAddress *address,
                               const ShoalPeerId      *peer_id,
                               ShoalTorrentBanReason   reason);

/* See shoal_torrent_bans_drop(). */
gboolean shoal_torrent_knowns_unban (ShoalTorrentKnowns *self, const ShoalBaseAddress *address);

/* @peer_id may be NULL: not known yet. */
gboolean shoal_torrent_knowns_is_banned (ShoalTorrentKnowns     *self,
                                         const ShoalBaseAddress *address,
                                         const ShoalPeerId      *peer_id);

guint shoal_torrent_knowns_get_size (const ShoalTorrentKnowns *self);

/* Whether the person named one that may be of use to a seed. */
gboolean shoal_torrent_knowns_has_wished (const ShoalTorrentKnowns *self);

/* Entry @index of shoal_torrent_knowns_get_size(), in no order. */
ShoalTorrentKnown *shoal_torrent_knowns_get (ShoalTorrentKnowns *self, guint index);

/* Who is banned, as GArray of ShoalTorrentBan; borrowed. */
const GArray *shoal_torrent_knowns_get_bans (const ShoalTorrentKnowns *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalTorrentKnowns, shoal_torrent_knowns_free)

G_END_DECLS
