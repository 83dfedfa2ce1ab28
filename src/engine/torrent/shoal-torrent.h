/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-bucket.h"
#include "base/shoal-base-list.h"
#include "base/shoal-base-pool.h"
#include "base/shoal-base-random.h"
#include "codec/shoal-codec-metainfo.h"
#include "disk/shoal-disk-queue.h"
#include "net/shoal-net-endpoint.h"
#include "net/shoal-net-reactor.h"
#include "peer/shoal-peer.h"
#include "store/shoal-store.h"
#include "torrent/shoal-torrent-metadata.h"
#include "types/shoal-types-command.h"
#include "types/shoal-types-event.h"
#include "types/shoal-types-info.h"

G_BEGIN_DECLS

/* The conductor of one torrent: joins its peers, pieces and files. It exists while the torrent is
 * awake: has peers, wants some, is checked, moved or looked at. Trackers are its owner's, who
 * announces asleep as well. Engine context only. STATE.md tells its states. */
typedef struct _ShoalTorrent ShoalTorrent;

/* What all torrents of an engine share; unowned, outlives them. */
typedef struct
{
  ShoalNetReactor     *reactor;
  ShoalBasePool       *pool;
  ShoalPeerContext    *peers;
  ShoalDiskQueue      *disk;
  ShoalStore          *store;
  const char          *state_path; /* of the store, for what is told of it */
  ShoalBaseBucket     *down_bucket;
  ShoalBaseBucket     *up_bucket;
  ShoalBaseRandom     *random;
  ShoalBaseList       *holders;           /* of torrents with blocks in memory; empty at first */
  const ShoalSettings *settings;          /* the session puts another in its place */
  GPtrArray           *endpoints;         /* of ShoalNetEndpoint; may be empty */
  ShoalBaseAddress     external[2];       /* as others see us, IPv4 and IPv6; family 0: not known */
  ShoalTorrentMetadataBudget *metadata;   /* of info dictionaries on their way */
  gint64                      retry_usec; /* between tries of what a problem stopped */
  gint64                      checkpoint_usec; /* between checkpoints */
  gint64                      rest_usec; /* after which who is of no use to anybody may sleep */

  guint has_dht : 1; /* our node, soon to run, is told to peers, and they may tell theirs */
} ShoalTorrentEnv;

/* None is called before the function that caused it returned. None may free the torrent, except
 * on_stopped. */
typedef struct
{
  /* The row differs; @is_urgent: in a way that a person waits for. May come often. */
  void (*on_changed) (gpointer owner, gboolean is_urgent);

  /* Takes @event over. Only while events are watched, but for COMPLETE. */
  void (*on_event) (gpointer owner, ShoalEvent *event);

  /* There is somebody to connect to: shoal_torrent_connect_one(). May come often. */
  void (*on_wants_peers) (gpointer owner);

  /* shoal_torrent_lacks_peers() holds. May come often. */
  void (*on_lacks_peers) (gpointer owner);

  /* It takes part from now on, or no longer: see shoal_torrent_is_joined(). */
  void (*on_joined) (gpointer owner);

  /* The last byte has come, so that nothing is left: trackers are to be told. */
  void (*on_whole) (gpointer owner);

  /* Of a torrent without metainfo: what it is is known. @metainfo is borrowed; once it is durable,
   * shoal_torrent_learn(). Comes once. */
  void (*on_metainfo) (gpointer owner, ShoalCodecMetainfo *metainfo);

  /* shoal_torrent_is_at_rest() holds from now on. */
  void (*on_rest) (gpointer owner);

  /* A peer's node of the DHT may be at @address. */
  void (*on_node) (gpointer owner, const ShoalBaseAddress *address);

  /* The answer to one move, or removal of the files: NULL if it was done. The row is another one.
   */
  void (*on_files_changed) (gpointer owner, const ShoalProblem *problem);

  /* The same of a renaming. */
  void (*on_renamed) (gpointer owner, const ShoalProblem *problem);

  /* After shoal_torrent_stop(): all is on disk. */
  void (*on_stopped) (gpointer owner);
} ShoalTorrentEvents;

typedef struct
{
  const ShoalStoreRow      *row;      /* as it is in the database; copied */
  ShoalStoreTorrent        *loaded;   /* taken over; NULL: just added */
  ShoalCodecMetainfo       *metainfo; /* a reference is taken; NULL: a magnet, which looks for it */
  const ShoalAddOptions    *add;      /* of a torrent just added; NULL otherwise */
  const ShoalPeerId        *peer_id;  /* for peers; trackers are told the same; copied */
  const ShoalTorrentEvents *events;
  gpointer                  owner; /* unowned: outlives the torrent */

  guint was_clean : 1; /* how the run before ended */
  /* As in ShoalAddOptions, which are there only for the first time it is loaded. */
  guint fail_on_storage : 1;
  guint must_be_whole : 1;
  guint no_download : 1;
  guint was_reported : 1; /* that it is complete: no event says so again */
} ShoalTorrentOptions;

/* Touches neither disk nor network yet. */
ShoalTorrent *shoal_torrent_new (const ShoalTorrentEnv *env, const ShoalTorrentOptions *options);

/* After on_stopped, or before shoal_torrent_open(). */
void shoal_torrent_free (ShoalTorrent *self);

/* Opens its files, finds out what of them can be trusted, hashes the rest. @check_all: hashes
 * everything that is there. */
void shoal_torrent_open (ShoalTorrent *self, gboolean check_all);

/* What the torrent is, is known and durable: it goes on as any other. Peers stay. @row, @add: as in
 * ShoalTorrentOptions, with what is known by now. Only of one that has no metainfo. */
void shoal_torrent_learn (ShoalTorrent          *self,
                          const ShoalStoreRow   *row,
                          ShoalCodecMetainfo    *metainfo,
                          const ShoalAddOptions *add);

/* While it asks nothing is fetched, though peers stay; as the row's options said at first. */
void shoal_torrent_set_asking (ShoalTorrent *self, gboolean is_asking);

/* Wants, of the files in @ranges (of ShoalFileRange), those that were skipped (BEP 53). */
void shoal_torrent_want_files (ShoalTorrent *self, const GArray *ranges);

/* Whether its files are known. */
gboolean shoal_torrent_has_metainfo (const ShoalTorrent *self);

/* Whether it may take part. Files are kept open, checked and moved either way. */
void shoal_torrent_set_active (ShoalTorrent *self, gboolean is_active);

/* Whether it takes part: has peers, is announced. */
gboolean shoal_torrent_is_joined (const ShoalTorrent *self);

/* Whether it is on its way to being ready for the first time, and nothing is wrong so far. */
gboolean shoal_torrent_is_opening (const ShoalTorrent *self);

/* Whether it takes part, has all that is wanted, durable, and for env->rest_usec nobody has wanted
 * anything: it could as well be asleep. */
gboolean shoal_torrent_is_at_rest (const ShoalTorrent *self);

/* Closes peers, makes everything durable; then on_stopped. */
void shoal_torrent_stop (ShoalTorrent *self);

/* An incoming connection for this torrent: TRUE if it is taken. */
gboolean shoal_torrent_accept (ShoalTorrent *self, ShoalPeer *peer);

/* Opens at most one further connection; FALSE if it has no use for one or nobody to try. */
gboolean shoal_torrent_connect_one (ShoalTorrent *self);

/* Connected peers, and how many of them want something from us. */
guint shoal_torrent_get_n_peers (const ShoalTorrent *self);

guint shoal_torrent_get_n_interested (const ShoalTorrent *self);

/* When payload came last, or it joined; of one that is complete: when any went. 0: never in this
 * run. */
gint64 shoal_torrent_get_moved_usec (const ShoalTorrent *self);

/* Payload, bytes per second; 0 as soon as it may not, or need not, move any more. */
guint64 shoal_torrent_get_down_bps (ShoalTorrent *self);

guint64 shoal_torrent_get_up_bps (ShoalTorrent *self);

/* How many of the engine's upload slots are its own. */
void shoal_torrent_set_slots (ShoalTorrent *self, guint n_slots);

/* The seed switch. */
void shoal_torrent_set_seed (ShoalTorrent *self, gboolean is_seed);

void shoal_torrent_set_sequential (ShoalTorrent *self, gboolean is_sequential);

/* Bytes per second; 0: no limit. */
void shoal_torrent_set_limits (ShoalTorrent *self, guint64 down_bps, guint64 up_bps);

/* FALSE: there is no such file. */
gboolean
shoal_torrent_set_priorities (ShoalTorrent *self, const GArray *files, ShoalFilePriority priority);

/* Distrusts and hashes everything. */
void shoal_torrent_verify (ShoalTorrent *self);

/* on_files_changed says how it ended. Of one whose files, or folder, were gone when it was opened,
 * what there still is is moved, and then it is opened with what is found at @save_path: a person
 * may have moved it there. FALSE: it is checked, moved or removed already, or cannot be opened
 * otherwise. */
gboolean shoal_torrent_move (ShoalTorrent *self, const char *save_path);

/* Ends such a move: what was moved is put back. FALSE: there is none, or it is done. */
gboolean shoal_torrent_cancel_move (ShoalTorrent *self);

/* What gets another name. */
typedef struct
{
  guint       file;   /* or SHOAL_RENAME_TOP, unless a folder is given */
  const char *folder; /* inside the torrent, as paths of ShoalFileInfo begin with it; or NULL */
  const char *name;
} ShoalTorrentRename;

/* on_renamed says how it ended. FALSE: it cannot be done, sets *problem, which was NULL. */
gboolean
shoal_torrent_rename (ShoalTorrent *self, const ShoalTorrentRename *what, ShoalProblem **problem);

/* As with a move. @kept: a set of paths, absolute and canonical: files that stay all the same; not
 * changed any more. */
gboolean shoal_torrent_remove_files (ShoalTorrent *self, GHashTable *kept);

/* It is to be removed: a check or a move comes to an end soon, with everything put back, and no
 * other begins. FALSE: it is not after all, and what was not checked is. */
void shoal_torrent_set_removing (ShoalTorrent *self, gboolean is_removing);

/* What the folder of its files is; zero if it was not seen yet. Borrowed. */
const ShoalStoreFolder *shoal_torrent_get_folder (const ShoalTorrent *self);

/* What it knows of its row: where it lies, what its top is called, and what is still to be done
 * with the files. Borrowed until the next call. */
const ShoalStoreRow *shoal_torrent_get_row (const ShoalTorrent *self);

/* Fetches @file before all others, in order, and wants it; G_MAXUINT: none. FALSE: there is no such
 * file. It ends by itself: see get. */
gboolean shoal_torrent_play_first (ShoalTorrent *self, guint file);

/* G_MAXUINT: none, or not any more. */
guint shoal_torrent_get_play_first (const ShoalTorrent *self);

/* How it is encrypted from now on (ShoalEncryption); −1: as the settings say. Who is connected
 * otherwise than it must be is closed. */
void shoal_torrent_set_encryption (ShoalTorrent *self, int encryption);

/* What is wrong; NULL: nothing. Borrowed. */
const ShoalProblem *shoal_torrent_get_problem (const ShoalTorrent *self);

/* Tries again at once what a problem keeps waiting. @accepts_gone: a person says that files that
 * are gone are fetched again, unless they were put back. */
void shoal_torrent_retry (ShoalTorrent *self, gboolean accepts_gone);

/* On the person's word. */
void shoal_torrent_add_peer (ShoalTorrent *self, const ShoalBaseAddress *address);

/* Closes whatever leads to @address, a peer's as it was published, and has nothing more to do with
 * its host, or, on the local network, with it; the database has that within 2 s. */
void shoal_torrent_ban_peer (ShoalTorrent *self, const ShoalBaseAddress *address);

/* @address, as shoal_torrent_dup_details() gives it, may take part again; NULL: all who are banned.
 */
void shoal_torrent_unban_peer (ShoalTorrent *self, const ShoalBaseAddress *address);

gboolean shoal_torrent_has_banned (const ShoalTorrent *self, const ShoalBaseAddress *address);

/* On the word of a magnet link. */
void shoal_torrent_add_linked_peer (ShoalTorrent *self, const ShoalBaseAddress *address);

/* On a tracker's word. */
void shoal_torrent_found_peers (ShoalTorrent *self, const ShoalBaseAddress *peers, guint n_peers);

/* On the word of @peer itself, which is on the local network (BEP 14). */
void shoal_torrent_found_local_peer (ShoalTorrent *self, const ShoalBaseAddress *peer);

/* On the word of nodes of the DHT. */
void
shoal_torrent_found_dht_peers (ShoalTorrent *self, const ShoalBaseAddress *peers, guint n_peers);

/* Leaves all peers but whom the person named, and forgets them. */
void shoal_torrent_leave_peers (ShoalTorrent *self);

/* Whether it downloads and knows so few peers that trackers should be asked early. */
gboolean shoal_torrent_lacks_peers (const ShoalTorrent *self);

/* Lets wait no longer who waits for the torrent's own limits; some 20 times a second while there
 * are any. */
void shoal_torrent_tick_buckets (ShoalTorrent *self, gint64 now_usec);

/* What shoal_torrent_dup_details() is to contain, and whether there are events. */
void shoal_torrent_set_watch (ShoalTorrent *self, ShoalWatch watch);

/* All that is wanted is there (and durable, when @and_durable). */
gboolean shoal_torrent_is_complete (const ShoalTorrent *self, gboolean and_durable);

/* It checks, moves or opens: must not be put to sleep. */
gboolean shoal_torrent_is_busy (const ShoalTorrent *self);

/* Fills all of @info but id, hashes, added time, trackers and the flags that the session keeps. */
void shoal_torrent_fill_info (ShoalTorrent *self, ShoalTorrentInfo *info);

/* What is watched, but for trackers; the caller owns it. NULL if nothing is. */
ShoalTorrentDetails *shoal_torrent_dup_details (ShoalTorrent *self);

/* Totals, as the database keeps them. */
void shoal_torrent_get_stats (ShoalTorrent *self, ShoalStoreStats *stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalTorrent, shoal_torrent_free)

G_END_DECLS
