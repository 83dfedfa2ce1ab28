/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "base/shoal-base-ids.h"
#include "base/shoal-base-policy.h"
#include "discover/shoal-discover-announcer.h"
#include "types/shoal-types-info.h"

G_BEGIN_DECLS

/* The trackers of one swarm key: tiers (BEP 12), when to announce to whom, and what they said.
 * Small enough to live in the entry of a sleeping torrent: URLs are interned in the announcer, what
 * an address family heard from a tracker is kept only once it was asked, and there is one timer on
 * the reactor's heap. A hybrid torrent has two lists, one a key. Engine context only. */
typedef struct _ShoalDiscoverTrackerList ShoalDiscoverTrackerList;

/* How far the torrent is, asked for when an announce leaves. */
typedef struct
{
  guint64 uploaded;   /* payload bytes since the torrent was started in this run (BEP 3) */
  guint64 downloaded; /* the same; without what failed its hash or came twice */
  guint64 corrupt;    /* the same: what failed its hash */
  guint64 left;       /* bytes that are missing; 0: we are a seed */

  guint is_left_unknown : 1; /* a magnet without metadata */
  guint is_partial_seed : 1; /* left > 0, and nothing more is wanted (BEP 21) */
  guint wants_no_peers : 1;  /* there are enough, or nobody to give to */
} ShoalDiscoverStats;

/* One finished announce; strings are borrowed for the call. */
typedef struct
{
  const char *url;
  const char *message;      /* a tracker's words, or why it failed, in English; NULL: nothing */
  guint       n_peers;      /* as the tracker sent them, before any were ignored */
  guint       interval_sec; /* until it is asked again, after a failure too; 0: it is not */
  int         family;       /* AF_INET or AF_INET6: which of our addresses was announced */

  guint is_error : 1;
} ShoalDiscoverAnnounced;

/* Each may be NULL except get_stats. None is called before the function that caused it returned;
 * each may free the list. */
typedef struct
{
  void (*get_stats) (gpointer owner, ShoalDiscoverStats *out);

  /* Addresses that may be contacted on the tracker's word: policy and port are checked. @teller:
   * the tracker's own address, family 0 if it is hidden by a proxy. */
  void (*on_peers) (gpointer                owner,
                    const ShoalBaseAddress *peers,
                    guint                   n_peers,
                    const ShoalBaseAddress *teller);

  void (*on_announced) (gpointer owner, const ShoalDiscoverAnnounced *announced);

  /* A row, or what shoal_discover_tracker_list_get_state() says, is different now. */
  void (*on_changed) (gpointer owner);

  /* Once a list and tracker: it named @n local addresses it has no right to name (or is itself one:
   * then n is 0 and nothing is sent to it). */
  void (*on_local_ignored) (gpointer owner, const char *url, guint n);

  /* Of a private torrent: from now on another tracker answers. Peers that are known or connected
   * are the former one's, and have to go before those of on_peers come (BEP 27). */
  void (*on_switched) (gpointer owner);
} ShoalDiscoverTrackerEvents;

typedef struct
{
  ShoalSwarmKey info_hash;
  ShoalPeerId   peer_id; /* the same to every tracker, for as long as the list lives */

  guint is_private : 1;   /* one tracker at a time (BEP 27) */
  guint is_complete : 1;  /* added complete: `completed` is never sent */
  guint announce_all : 1; /* every tier at once, the best of each; not for private ones */
} ShoalDiscoverTrackerOptions;

/* Where a tracker of the list comes from, and where in it it stands. */
typedef struct
{
  const char *url;
  const char *host; /* in one spelling: lower case, ASCII, without port; not read by _restore() */
  guint       tier; /* as torrents count them; those beside each other with the same are one */

  guint by_person : 1;
  guint by_stranger : 1;
  guint is_beside : 1; /* its tier is announced to beside the torrent's own; of a private torrent,
                        * before them */
} ShoalDiscoverOrigin;

/* Trackers of one torrent; some carry hundreds, all but a few dead. */
#define SHOAL_DISCOVER_MAX_TRACKERS 200

/* Nothing is announced before shoal_discover_tracker_list_start(). @events and @owner: unowned,
 * live as long as the list. */
ShoalDiscoverTrackerList *
shoal_discover_tracker_list_new (ShoalDiscoverAnnouncer            *announcer,
                                 const ShoalDiscoverTrackerOptions *options,
                                 const ShoalDiscoverTrackerEvents  *events,
                                 gpointer                           owner);

/* Forgets what is under way, except `stopped` messages, which the announcer still delivers. */
void shoal_discover_tracker_list_free (ShoalDiscoverTrackerList *self);

/* A tier as it stands in a torrent or magnet, behind those there are; shuffled here (BEP 12). URLs
 * that are no tracker's, or known already, are left out. @word: who named them. */
void shoal_discover_tracker_list_add_tier (ShoalDiscoverTrackerList *self,
                                           const char *const        *urls,
                                           guint                     n_urls,
                                           ShoalBasePolicyWord       word);

/* A tracker by the person: a tier of its own, announced beside the torrent's own; for a private
 * torrent before them. FALSE if @url is no tracker's; TRUE also if it was there. */
gboolean shoal_discover_tracker_list_add_tracker (ShoalDiscoverTrackerList *self, const char *url);

/* Appends @origins, as shoal_discover_tracker_list_get_origin() gave them. URLs that are no
 * tracker's are left out, as are those that are there, unless a person names them now. */
void shoal_discover_tracker_list_restore (ShoalDiscoverTrackerList  *self,
                                          const ShoalDiscoverOrigin *origins,
                                          guint                      n_origins);

typedef enum
{
  SHOAL_DISCOVER_EDIT_DONE,
  SHOAL_DISCOVER_EDIT_INVALID,  /* one is no tracker's */
  SHOAL_DISCOVER_EDIT_TOO_MANY, /* more than SHOAL_DISCOVER_MAX_TRACKERS */
} ShoalDiscoverEdit;

/* The list that a person wants instead: @urls is NULL-terminated, with an empty one between two
 * tiers. What is known of trackers that stay, and who named them, stays; those that go are told
 * `stopped`. Tiers that only the person has named stand beside the torrent's own, which a private
 * one does not have. Nothing has changed unless DONE is returned; *invalid, of @urls, is what is no
 * tracker's. Not from inside one of the events. */
ShoalDiscoverEdit shoal_discover_tracker_list_edit (ShoalDiscoverTrackerList *self,
                                                    const char *const        *urls,
                                                    const char              **invalid);

/* Begins to announce (`started`); soon if there are many that want to. */
void shoal_discover_tracker_list_start (ShoalDiscoverTrackerList *self);

/* Sends `stopped` to each tracker that knows of us, and announces nothing more until started again.
 * To be followed by _free() or _start() at any time. */
void shoal_discover_tracker_list_stop (ShoalDiscoverTrackerList *self);

/* The last wanted byte came and get_stats() says left 0: sent as `completed`, once a tracker. */
void shoal_discover_tracker_list_complete (ShoalDiscoverTrackerList *self);

/* The person asks: as soon as the tracker's own minimum allows; failed ones at once. */
void shoal_discover_tracker_list_announce_now (ShoalDiscoverTrackerList *self);

/* There are too few peers: the next announce comes as early as the tracker's minimum allows. May be
 * called often. */
void shoal_discover_tracker_list_want_peers (ShoalDiscoverTrackerList *self);

/* Asks how many seeds and leechers there are, without taking part (BEP 48); also while stopped.
 * Joined with those of other torrents at the same tracker. */
void shoal_discover_tracker_list_scrape (ShoalDiscoverTrackerList *self);

/* How they stand, all in all. */
ShoalTrackersState shoal_discover_tracker_list_get_state (const ShoalDiscoverTrackerList *self);

/* What is wrong with the first of those that failed last time; NULL: none did. The caller's. */
ShoalProblem *shoal_discover_tracker_list_dup_problem (const ShoalDiscoverTrackerList *self);

/* The highest counts any of them gave last; −1: none did. */
void shoal_discover_tracker_list_get_counts (const ShoalDiscoverTrackerList *self,
                                             int                            *n_seeds,
                                             int                            *n_leechers);

guint shoal_discover_tracker_list_get_n_trackers (const ShoalDiscoverTrackerList *self);

/* What tracker @index, in the order they are tried, is kept as over a restart. The URL is
 * borrowed. */
void shoal_discover_tracker_list_get_origin (const ShoalDiscoverTrackerList *self,
                                             guint                           index,
                                             ShoalDiscoverOrigin            *out);

/* The row of tracker @index in the order they are tried; the caller frees it with
 * shoal_tracker_info_free(). */
ShoalTrackerInfo *shoal_discover_tracker_list_dup_row (const ShoalDiscoverTrackerList *self,
                                                       guint                           index);

/* When the next announce is due, monotonic; 0: none is planned. */
gint64 shoal_discover_tracker_list_get_next_usec (const ShoalDiscoverTrackerList *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiscoverTrackerList, shoal_discover_tracker_list_free)

G_END_DECLS
