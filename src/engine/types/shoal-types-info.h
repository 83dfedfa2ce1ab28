/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdatomic.h>

#include "base/shoal-base-address.h"
#include "base/shoal-base-ids.h"
#include "types/shoal-types-goals.h"
#include "types/shoal-types-problem.h"
#include "types/shoal-types-words.h"

G_BEGIN_DECLS

/* What a torrent does at this moment, as a partition: exactly one holds. */
typedef enum
{
  SHOAL_TORRENT_STATE_CHECKING,    /* data on disk is being hashed */
  SHOAL_TORRENT_STATE_METADATA,    /* a magnet: what it consists of is asked of n_senders peers */
  SHOAL_TORRENT_STATE_DOWNLOADING, /* wanted data is missing, and it is looked for */
  SHOAL_TORRENT_STATE_SEEDING,     /* all that is wanted is there, and it is given to others */
  SHOAL_TORRENT_STATE_FINISHED,    /* all that is wanted is there, and the seed switch is off */
  SHOAL_TORRENT_STATE_PAUSED,      /* by the person */
  SHOAL_TORRENT_STATE_WAITING,     /* cannot download now: `problem` says why; goes on by itself */
  SHOAL_TORRENT_STATE_STOPPED,     /* a fault that needs the person: `problem` says which */
  SHOAL_TORRENT_STATE_MOVING,      /* its files are on their way to another folder */
  SHOAL_TORRENT_STATE_QUEUED,      /* others that stand before it have all the places there are */
} ShoalTorrentState;

typedef enum
{
  SHOAL_FILE_PRIORITY_SKIP = 0,
  SHOAL_FILE_PRIORITY_LOW = 1,
  SHOAL_FILE_PRIORITY_NORMAL = 2,
  SHOAL_FILE_PRIORITY_HIGH = 3,
} ShoalFilePriority;

/* How the trackers of a torrent stand, all in all. */
typedef enum
{
  SHOAL_TRACKERS_NONE,    /* it has none */
  SHOAL_TRACKERS_TRYING,  /* none has answered yet */
  SHOAL_TRACKERS_WORKING, /* at least one answered last time */
  SHOAL_TRACKERS_FAILING, /* all failed last time */
} ShoalTrackersState;

/* The row of one torrent: immutable, counted, any thread. Sizes in bytes, rates in bytes per
 * second, times in seconds since the epoch (0: not yet). */
typedef struct
{
  atomic_uint     ref_count; /* by shoal_torrent_info_ref() and shoal_torrent_info_unref() only */
  ShoalTorrentId  id;
  ShoalInfoHashes hashes;

  char *name;      /* owned; safe UTF-8, but a stranger's words */
  char *save_path; /* owned; the folder that the data lies in, as the person gave it */
  char *data_path; /* owned; the file, or the torrent's own folder, in it */

  ShoalTorrentState  state;
  ShoalTrackersState trackers;
  ShoalProblem      *problem;         /* owned; NULL: all is well */
  ShoalProblem      *tracker_problem; /* owned; of one that failed last time; NULL: none did */

  ShoalWords *labels; /* owned; NULL: none */
  ShoalWords *hosts;  /* owned; of its trackers, in lower case; NULL: none */

  guint64 size;           /* of all files, pads left out */
  guint64 wanted_bytes;   /* of the files that are not skipped */
  guint64 done_bytes;     /* verified, of the wanted */
  guint64 checked_bytes;  /* while checking: how far; of `size` */
  guint64 resumed_bytes;  /* of the wanted, had at the start without hashing; G_MAXUINT64: not known
                           * yet */
  guint64 moved_bytes;    /* while moving to another file system: how far; of done_bytes */
  guint64 metadata_bytes; /* of what a magnet consists of, that have come and are not verified */
  guint   n_files;        /* 0: not known yet */

  guint64 down_bps;
  guint64 up_bps;
  guint64 downloaded; /* payload, over all runs */
  guint64 uploaded;
  guint64 wasted;  /* received and not needed */
  guint64 corrupt; /* received and wrong */
  gint64  eta_sec; /* −1: unknown */

  guint n_peers;     /* connected */
  guint n_seeds;     /* of them, those that have everything */
  guint n_known;     /* connected or not */
  guint n_senders;   /* of the connected, those that sent us something in the last 10 s */
  guint n_takers;    /* those that took something from us */
  guint n_exchanged; /* new addresses that peers have named, in this run */
  guint n_refused;   /* addresses that peers have named and may not */
  guint
      copies_1000; /* thousandths of full copies among the connected: < 1000: somebody is missing */

  gint64 added_time;
  gint64 completed_time;
  gint64
      stalled_time; /* since when nothing came although something is wanted; 0: something comes */

  gint64 seeding_sec; /* how long it was given to others, over all runs, as of this snapshot */

  guint64        down_limit_bps; /* 0: none */
  guint64        up_limit_bps;
  ShoalSeedGoals goals;          /* that hold for it; its own if has_goals */
  int            encryption;     /* ShoalEncryption; −1: as the settings say */
  gint64         queue_position; /* in the queue of all torrents: lower ones come first, with gaps
                                  * of any size between them; no two are equal */
  guint play_first; /* the file that is fetched before all others, in order; G_MAXUINT: none */

  guint is_paused : 1; /* what the person asked for; `state` says what is */
  guint is_seed : 1;   /* the seed switch */
  guint is_sequential : 1;
  guint is_private : 1;
  guint is_magnet : 1; /* what it consists of is not known yet */
  guint uses_dht : 1;  /* it needs no tracker to be found */
  guint is_asking : 1; /* that is known, and nothing is fetched before files are chosen */
  guint has_goals : 1; /* of its own */
  guint met_goal : 1;  /* the seed switch is off because a goal was reached */
} ShoalTorrentInfo;

/* All zero; the caller fills it before it shows it to anyone. */
ShoalTorrentInfo *shoal_torrent_info_new (void);

ShoalTorrentInfo *shoal_torrent_info_ref (const ShoalTorrentInfo *self);

void shoal_torrent_info_unref (ShoalTorrentInfo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalTorrentInfo, shoal_torrent_info_unref)

/* Parts of a torrent that are published only while somebody watches it. */
typedef enum
{
  SHOAL_WATCH_NONE = 0,
  SHOAL_WATCH_FILES = 1 << 0,
  SHOAL_WATCH_PEERS = 1 << 1,
  SHOAL_WATCH_PIECES = 1 << 2,
  SHOAL_WATCH_TRACKERS = 1 << 3,
  SHOAL_WATCH_EVENTS = 1 << 4, /* ShoalEvent of the torrent */
} ShoalWatch;

/* Not changed any more once somebody else can see it: lists that follow each other share those
 * that are the same in both. g_new0() makes one. */
typedef struct
{
  atomic_uint n_shares;   /* holders besides the first; by shoal_file_info_share() and
                           * shoal_file_info_free() only */
  char             *path; /* owned; below the download folder, as it is called there */
  guint64           size;
  guint64           done_bytes;
  ShoalFilePriority priority;
  gboolean          is_pad;
} ShoalFileInfo;

/* The files of one torrent at one moment. Immutable, counted. */
typedef struct
{
  atomic_uint ref_count; /* by shoal_file_list_ref() and shoal_file_list_unref() only */
  GPtrArray  *items;     /* owned, of ShoalFileInfo, in the torrent's order, pads included */
} ShoalFileList;

/* Takes @items over, with its free function. */
ShoalFileList *shoal_file_list_new (GPtrArray *items);

ShoalFileList *shoal_file_list_ref (const ShoalFileList *self);

void shoal_file_list_unref (ShoalFileList *self);

/* Who named a peer; of several the one that is believed most. */
typedef enum
{
  SHOAL_PEER_SOURCE_RESUME, /* known from an earlier run */
  SHOAL_PEER_SOURCE_EXCHANGE,
  SHOAL_PEER_SOURCE_DHT,
  SHOAL_PEER_SOURCE_MAGNET, /* named by the link */
  SHOAL_PEER_SOURCE_TRACKER,
  SHOAL_PEER_SOURCE_LOCAL, /* local discovery */
  SHOAL_PEER_SOURCE_INCOMING,
  SHOAL_PEER_SOURCE_PERSON,
} ShoalPeerSource;

typedef struct
{
  ShoalBaseAddress address;
  ShoalPeerSource  source;
  char            *client; /* owned; a stranger's words */
  guint64          down_bps;
  guint64          up_bps;
  guint64          downloaded;
  guint64          uploaded;
  guint            done_1000;      /* 1000: it has everything, and only then */
  gint64           connected_time; /* epoch */
  guint            n_asked;        /* blocks that we wait for */
  guint            n_asks;         /* that it waits for */

  guint is_incoming : 1;
  guint is_encrypted : 1; /* all that is said */
  guint is_hidden : 1;    /* only how it begins is encrypted */
  guint is_utp : 1;
  guint is_local : 1;       /* on this network or machine */
  guint is_upload_only : 1; /* it wants nothing: has everything, or said so */
  guint is_suspected : 1;   /* of having sent wrong data */
  guint we_choke : 1;
  guint we_want : 1;
  guint they_choke : 1;
  guint they_want : 1;
  guint is_snubbed : 1;
} ShoalPeerInfo;

typedef enum
{
  SHOAL_TRACKER_STATUS_NEW,     /* not asked yet */
  SHOAL_TRACKER_STATUS_WORKING, /* being asked */
  SHOAL_TRACKER_STATUS_OK,
  SHOAL_TRACKER_STATUS_ERROR,
} ShoalTrackerStatus;

typedef struct
{
  char              *url;     /* owned */
  char              *message; /* owned; what it said or why it failed; NULL: nothing */
  guint              tier;
  ShoalTrackerStatus status;
  ShoalProblemCode   fault;       /* of an error; of a refusal the message says why */
  guint              http_status; /* of SHOAL_PROBLEM_TRACKER_STATUS, else 0 */
  guint              n_peers;     /* in its last answer */
  int                n_seeds;     /* −1: it did not say */
  int                n_leechers;  /* −1: it did not say */
  gint64             last_time;
  gint64             next_time;
} ShoalTrackerInfo;

/* Who is shut out of a torrent. */
typedef struct
{
  ShoalBaseAddress address; /* port 0: the whole host, of IPv6 its /64; a local one has its port */

  guint by_person : 1; /* else it sent what was wrong */
} ShoalBanInfo;

/* The watched parts of one torrent; a part that is not watched is NULL. Immutable, counted. */
typedef struct
{
  atomic_uint ref_count; /* by shoal_torrent_details_ref() and shoal_torrent_details_unref() only */
  ShoalTorrentId id;
  ShoalFileList *file_list; /* owned; the one before it, as long as no file differs */
  GPtrArray     *files;     /* unowned: of file_list; owned where there is none; of ShoalFileInfo.
                             * One that is the same as in the list before has not changed */
  GPtrArray *peers;         /* owned, of ShoalPeerInfo */
  GPtrArray *trackers;      /* owned, of ShoalTrackerInfo */
  GArray    *bans;          /* owned, of ShoalBanInfo; watched with the peers */

  guint   n_pieces;
  guint32 piece_length;
  guint8 *have;         /* owned; n_pieces bits in wire order; NULL: not watched */
  guint8 *in_flight;    /* owned; the same: begun, not verified */
  guint8 *availability; /* owned; n_pieces numbers, 255 is «255 or more» */
} ShoalTorrentDetails;

ShoalTorrentDetails *shoal_torrent_details_new (ShoalTorrentId id);

ShoalTorrentDetails *shoal_torrent_details_ref (const ShoalTorrentDetails *self);

void shoal_torrent_details_unref (ShoalTorrentDetails *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalTorrentDetails, shoal_torrent_details_unref)

/* One holder more, or less; the last one frees it. */
ShoalFileInfo *shoal_file_info_share (const ShoalFileInfo *self);

void shoal_file_info_free (ShoalFileInfo *self);

void shoal_peer_info_free (ShoalPeerInfo *self);

void shoal_tracker_info_free (ShoalTrackerInfo *self);

/* What a .torrent says, before or without adding it: for the add dialog, `show` and `verify`.
 * Immutable, counted. */
typedef struct
{
  atomic_uint     ref_count; /* by shoal_contents_ref() and shoal_contents_unref() only */
  ShoalInfoHashes hashes;
  char           *name; /* owned, as all below; NULL where the torrent says nothing */
  char           *comment;
  char           *creator;
  char           *source;
  gint64          created_time;
  guint64         size; /* pads left out */
  guint32         piece_length;
  guint           n_pieces;
  GPtrArray      *files;     /* of ShoalFileInfo, in the torrent's order, pads included */
  GPtrArray      *tiers;     /* of GStrv: tracker URLs */
  char          **web_seeds; /* url-list */
  char          **nodes;     /* "host:port" */
  ShoalTorrentId  known_as;  /* the torrent that is there already; 0: none */

  guint is_private : 1;
  guint is_multi_file : 1;
  guint is_v2_only : 1; /* can be shown, not fetched */
} ShoalContents;

ShoalContents *shoal_contents_new (void);

ShoalContents *shoal_contents_ref (const ShoalContents *self);

void shoal_contents_unref (ShoalContents *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalContents, shoal_contents_unref)

G_END_DECLS
