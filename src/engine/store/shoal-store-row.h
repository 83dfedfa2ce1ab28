/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "base/shoal-base-address.h"
#include "base/shoal-base-ids.h"
#include "types/shoal-types-goals.h"
#include "types/shoal-types-words.h"

G_BEGIN_DECLS

/* What the database knows of a torrent, as values. In what the store answers with, pointers belong
 * to the answer and go with it. In what is given to the store they stay the caller's: it copies.
 * Times ending in _at are seconds since the epoch, 0: never. */

/* In place of a file's index: the file that holds boundary bytes of skipped files. */
#define SHOAL_STORE_PARTS_FILE G_MAXUINT32
/* In place of a file's index: the file or folder that all files of the torrent lie in. */
#define SHOAL_STORE_ROOT (G_MAXUINT32 - 1)
/* In place of a file's index: a folder below that. */
#define SHOAL_STORE_SUBFOLDER (G_MAXUINT32 - 2)

#define SHOAL_STORE_PRIORITY_UNSET (-1)

typedef struct
{
  guint64 down_limit_bps; /* 0: none */
  guint64 up_limit_bps;
  guint32 max_peers;   /* 0: what the engine says */
  guint32 max_uploads; /* 0: what the engine says */

  ShoalSeedGoals goals;            /* its own, if has_goals */
  guint64        goals_from_bytes; /* uploaded, and seconds of seeding, before it was begun anew */
  guint64        goals_from_seconds; /* to count for them */
  gint64         queue_position;
  guint32 encryption; /* as it was given (ShoalEncryption), plus 1; 0: what the engine says */
  guint32 play_first; /* the file that is fetched before all others, plus 1; 0: none */

  guint paused : 1;
  guint seeds : 1; /* goes on uploading once complete */
  guint sequential : 1;
  guint asks : 1; /* nothing is fetched before a person has chosen the files */
  guint has_goals : 1;
  guint met_goal : 1; /* and so does not seed any more */
  guint is_late : 1;  /* it had its turn to download, and nothing came */
  guint no_dht : 1;
  guint no_pex : 1;
  guint no_lsd : 1;
} ShoalStoreOptions;

/* Totals since the torrent was added; the bytes of progress are as of the last save, for a list
 * that is shown before the torrent itself is loaded. */
typedef struct
{
  guint64 payload_down;
  guint64 payload_up;
  guint64 protocol_down;
  guint64 protocol_up;
  guint64 wasted;
  guint64 corrupt;
  guint64 active_seconds;
  guint64 seeding_seconds;
  guint64 taken_seconds; /* seeding_seconds when somebody last took anything */
  gint64  last_active_at;
  gint64  completed_at;
  guint64 have_bytes;
  guint64 wanted_bytes;
  guint64 wanted_have_bytes;
  guint64 left_bytes; /* missing, wanted or not, padding included: what trackers are told */

  /* All that is wanted was there and durable when this was saved, and nothing has touched it since:
   * the store takes it back by itself when a file is marked as open, or the written set or a
   * priority is saved. A torrent that is settled need not be loaded to seed. */
  guint is_settled : 1;
} ShoalStoreStats;

typedef struct
{
  const char *url;
  const char *tracker_id; /* what the tracker wants to be told again (BEP 3), or NULL */
  guint32     tier;

  guint by_person : 1;   /* added by hand, not named by the torrent */
  guint in_tiers : 1;    /* by hand, but among the torrent's own: its tier is one of theirs */
  guint by_stranger : 1; /* named by a magnet link */
} ShoalStoreTracker;

/* What a folder is known by, so that a vanished mount is told from an empty folder; all zero: not
 * known yet. */
typedef struct
{
  guint64 device;
  guint64 inode;
  guint64 fs_id; /* of statfs(); 0: the file system has none */
} ShoalStoreFolder;

typedef enum
{
  SHOAL_STORE_INTENT_REMOVE,       /* the torrent; its data stays */
  SHOAL_STORE_INTENT_REMOVE_FILES, /* the torrent and what it wrote */
  SHOAL_STORE_INTENT_MOVE,         /* all files to the folder target */
  SHOAL_STORE_INTENT_RENAME,       /* of one file, or all in a folder; see target */
} ShoalStoreIntentKind;

/* Something begun with files, to be finished or undone at the next start. */
typedef struct
{
  ShoalStoreIntentKind kind;
  guint32              file; /* of RENAME, or SHOAL_STORE_ROOT, or SHOAL_STORE_SUBFOLDER; else 0 */
  const char          *target; /* of MOVE: the folder. Of RENAME: the path below save_path from then
                                * on. Else NULL; bytes of a path */
  ShoalStoreFolder folder;     /* of MOVE: what target is; zero: not known yet */
  const char      *source;     /* of SHOAL_STORE_SUBFOLDER: its path below save_path; else NULL */
} ShoalStoreIntent;

typedef enum
{
  SHOAL_STORE_METAINFO_NONE,  /* a magnet that has not got its info dictionary */
  SHOAL_STORE_METAINFO_INFO,  /* the info dictionary, as peers sent it */
  SHOAL_STORE_METAINFO_WHOLE, /* a .torrent file */
} ShoalStoreMetainfoKind;

/* One torrent in the list: small, so that all of them can be there at once. */
typedef struct
{
  ShoalTorrentId         id;
  ShoalStoreMetainfoKind metainfo_kind;
  ShoalInfoHashes        hashes;
  const char            *name;
  const char            *source;     /* where it came from: file name or URI; may be NULL */
  const char            *save_path;  /* bytes, as the person or the portal gave it */
  const char            *root_name;  /* NULL: as the torrent calls its file or folder */
  ShoalStoreFolder       folder;     /* what save_path was when it was last seen */
  guint64                total_size; /* 0: not known yet */
  gint64                 added_at;
  gint64                 removed_at; /* 0, or when it was removed and can still be had back */
  ShoalStoreOptions      options;
  ShoalStoreStats        stats;
  ShoalStoreTracker     *trackers; /* by tier, then in the order they are tried */
  guint                  n_trackers;
  ShoalStoreIntent      *intents;
  guint                  n_intents;
  ShoalWords            *labels; /* owned; NULL: none */

  guint is_private : 1;
  guint has_tiers : 1; /* `trackers` are all there are; else only those added by hand */
} ShoalStoreRow;

/* A file that is not as a file is by default. */
typedef struct
{
  guint32     file;         /* index, or SHOAL_STORE_PARTS_FILE */
  int         priority;     /* as it was given (ShoalFilePriority), or SHOAL_STORE_PRIORITY_UNSET */
  const char *renamed_path; /* NULL: as in the torrent; bytes, below save_path */
  gint64      size;         /* when last made durable; −1: never was */
  gint64      mtime_ns;

  guint open_for_write : 1; /* written to since, or about to be */
} ShoalStoreFile;

/* Which blocks of an unfinished piece are on disk, not verified: bit 0 is the high bit of the first
 * byte. */
typedef struct
{
  guint32 piece;
  GBytes *blocks;
} ShoalStorePartial;

typedef struct
{
  ShoalBaseAddress address;
  gint64           seen_at; /* when it was last connected; 32 bits are kept */
  guint8           source;  /* kept as given */
  guint8           flags;   /* kept as given */
  guint8           n_failures;
} ShoalStorePeer;

typedef struct
{
  ShoalBaseAddress address; /* port 0: the whole host */
  gint64           until;   /* G_MAXINT64: for good */
  guint8           reason;  /* kept as given */
} ShoalStoreBan;

/* All torrents, in the order of their ids. */
typedef struct
{
  GPtrArray    *rows;         /* of const ShoalStoreRow * */
  GArray       *bans;         /* of ShoalStoreBan: those that hold for every torrent */
  GStringChunk *texts;        /* private: what the pointers point to */
  guint         n_unreadable; /* rows that make no sense, left out and left alone */
} ShoalStoreListing;

/* The rest of one torrent. Arrays are never NULL, in the order of file, piece. */
typedef struct
{
  ShoalTorrentId         id;
  ShoalStoreMetainfoKind metainfo_kind;
  GBytes                *metainfo; /* NULL for NONE */
  GBytes                *written;  /* wire order; NULL: nothing saved. Check the length */
  GBytes                *durable;
  GArray                *files;    /* of ShoalStoreFile */
  GArray                *partials; /* of ShoalStorePartial */
  GArray                *peers;    /* of ShoalStorePeer */
  GArray                *bans;     /* of ShoalStoreBan */
  GStringChunk          *texts;    /* private */

  guint lost_bits : 1; /* they were there and cannot be read: hash what is on disk */
} ShoalStoreTorrent;

void shoal_store_listing_free (ShoalStoreListing *self);

void shoal_store_torrent_free (ShoalStoreTorrent *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalStoreListing, shoal_store_listing_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalStoreTorrent, shoal_store_torrent_free)

G_END_DECLS
