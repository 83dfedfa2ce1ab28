/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-bitset.h"
#include "store/shoal-store-row.h"

G_BEGIN_DECLS

/* What survives a restart: one SQLite database and the thread that has it. All functions are called
 * on the engine context, never block, and copy what they are given. Answers come on that context,
 * never before the function has returned, in the order of the calls as far as they are of one
 * urgency:
 *
 *   full    on the disk when the answer comes, also after a power cut (synchronous=FULL)
 *   now     survives the process when the answer comes
 *   lazy    survives the process within 2 s of the call; a newer save of the same thing replaces a
 *           waiting one; no answer
 *
 * Effects are in the order of the calls: lazy saves that wait are committed before, or together
 * with, whatever is called after them and is not lazy. */
typedef struct _ShoalStore ShoalStore;

#define SHOAL_STORE_ERROR (shoal_store_error_quark ())

GQuark shoal_store_error_quark (void);

typedef enum
{
  SHOAL_STORE_ERROR_FAILED,    /* SQLite or the kernel said so: see the message */
  SHOAL_STORE_ERROR_FULL,      /* no room on the disk */
  SHOAL_STORE_ERROR_LOCKED,    /* another process has it */
  SHOAL_STORE_ERROR_NEWER,     /* made by a newer Shoal: left as it is */
  SHOAL_STORE_ERROR_FOREIGN,   /* a database, but not of Shoal: left as it is */
  SHOAL_STORE_ERROR_DAMAGED,   /* what was asked for cannot be read */
  SHOAL_STORE_ERROR_EXISTS,    /* a torrent with one of these info-hashes is there */
  SHOAL_STORE_ERROR_NOT_FOUND, /* no such torrent */
  SHOAL_STORE_ERROR_INVALID,   /* what was given cannot be kept */
  SHOAL_STORE_ERROR_CLOSED,    /* the store is not open */
} ShoalStoreError;

typedef void (*ShoalStoreFunc) (gpointer user_data, const GError *error);

typedef struct
{
  const char    *set_aside; /* NULL, or where a damaged database was moved: a new one was made */
  ShoalTorrentId last_id;   /* the largest that was ever given: the next torrent gets one more */

  guint is_new : 1;
  guint was_clean : 1; /* the last owner got to its end: shoal_store_close() with is_clean */
} ShoalStoreOpened;

/* @opened: NULL on failure. @number: the process that has the database (LOCKED; 0: unknown), or the
 * version of the database (NEWER). */
typedef void (*ShoalStoreOpenFunc) (gpointer                user_data,
                                    const ShoalStoreOpened *opened,
                                    guint32                 number,
                                    const GError           *error);

/* @listing, @torrent, @bytes: taken over by the function called; NULL on failure. */
typedef void (*ShoalStoreListFunc) (gpointer           user_data,
                                    ShoalStoreListing *listing,
                                    const GError      *error);

typedef void (*ShoalStoreLoadFunc) (gpointer           user_data,
                                    ShoalStoreTorrent *torrent,
                                    const GError      *error);

typedef void (*ShoalStoreValueFunc) (gpointer user_data, GBytes *bytes, const GError *error);

/* @ids: of ShoalTorrentId, rising, taken over by the function called; NULL, without an error, if
 * another search took the place of this one. */
typedef void (*ShoalStoreFoundFunc) (gpointer user_data, GArray *ids, const GError *error);

/* @other_pid: who writes this data (LOCKED), else 0. */
typedef void (*ShoalStoreLockFunc) (gpointer user_data, guint32 other_pid, const GError *error);

/* Starts the worker. @context: where calls come from and answers go to. @on_trouble: lazy saves
 * fail and are tried again (once for each new reason), or, with NULL, have worked again. */
ShoalStore *shoal_store_new (GMainContext *context, ShoalStoreFunc on_trouble, gpointer user_data);

/* Waits for the worker, which ends soon after shoal_store_close(); see shoal_store_wait(). Answers
 * still under way are not delivered. */
void shoal_store_free (ShoalStore *self);

/* No answer with this @user_data is delivered any more; the work itself goes on. */
void shoal_store_forget (ShoalStore *self, gpointer user_data);

/* Opens or makes the database at @path, and its folder (0700; the file 0600). Holds "@path.lock" to
 * the end of the process or shoal_store_close(). First of all calls, once. */
void
shoal_store_open (ShoalStore *self, const char *path, ShoalStoreOpenFunc func, gpointer user_data);

/* Everything about all torrents that is small. */
void shoal_store_load_all (ShoalStore *self, ShoalStoreListFunc func, gpointer user_data);

void shoal_store_load_torrent (ShoalStore        *self,
                               ShoalTorrentId     id,
                               ShoalStoreLoadFunc func,
                               gpointer           user_data);

/* @bytes is NULL without an error if there is no such value. */
void shoal_store_load_value (ShoalStore         *self,
                             const char         *name,
                             ShoalStoreValueFunc func,
                             gpointer            user_data);

/* What add is given: @row with its id, trackers and times (intents are ignored), @metainfo as
 * row.metainfo_kind says, and the files that have a priority of their own (only file and priority
 * are read). */
typedef struct
{
  const ShoalStoreRow  *row;
  GBytes               *metainfo; /* or NULL */
  const ShoalStoreFile *files;
  guint                 n_files;
} ShoalStoreAddition;

/* Full. EXISTS: nothing was added. */
void shoal_store_add (ShoalStore               *self,
                      const ShoalStoreAddition *addition,
                      ShoalStoreFunc            func,
                      gpointer                  user_data);

/* Full. A magnet has got its info dictionary: id, hashes, name, total_size, is_private and
 * metainfo_kind are read from @row. */
void shoal_store_set_metainfo (ShoalStore          *self,
                               const ShoalStoreRow *row,
                               GBytes              *metainfo,
                               ShoalStoreFunc       func,
                               gpointer             user_data);

/* Full. @removed_at 0: it is back. */
void shoal_store_set_removed (ShoalStore    *self,
                              ShoalTorrentId id,
                              gint64         removed_at,
                              ShoalStoreFunc func,
                              gpointer       user_data);

/* Full. What is about to be done to the files. One intent of a kind and file is kept a torrent. */
void shoal_store_begin_intent (ShoalStore             *self,
                               ShoalTorrentId          id,
                               const ShoalStoreIntent *intent,
                               ShoalStoreFunc          func,
                               gpointer                user_data);

/* Full. It is done: in one commit the intent goes and its effect stays. REMOVE, REMOVE_FILES: the
 * torrent is gone. MOVE: save_path and folder are the target's, as given here. RENAME: the
 * file's renamed_path or root_name is the target; of folders see shoal_store_finish_rename(). */
void shoal_store_finish_intent (ShoalStore             *self,
                                ShoalTorrentId          id,
                                const ShoalStoreIntent *intent,
                                ShoalStoreFunc          func,
                                gpointer                user_data);

/* The same of the RENAME of a folder: @files are those whose renamed_path is another one by that
 * (only file and renamed_path are read). */
void shoal_store_finish_rename (ShoalStore             *self,
                                ShoalTorrentId          id,
                                const ShoalStoreIntent *intent,
                                const GArray           *files,
                                ShoalStoreFunc          func,
                                gpointer                user_data);

/* Full. It was undone: only the intent goes. */
void shoal_store_drop_intent (ShoalStore             *self,
                              ShoalTorrentId          id,
                              const ShoalStoreIntent *intent,
                              ShoalStoreFunc          func,
                              gpointer                user_data);

/* Now. */
void shoal_store_set_options (ShoalStore              *self,
                              ShoalTorrentId           id,
                              const ShoalStoreOptions *options,
                              ShoalStoreFunc           func,
                              gpointer                 user_data);

/* Where a torrent stands in the queue. */
typedef struct
{
  ShoalTorrentId id;
  gint64         position;
} ShoalStorePosition;

/* Now. All of them in one commit; who is not there is left out. */
void shoal_store_set_positions (ShoalStore               *self,
                                const ShoalStorePosition *positions,
                                guint                     n_positions,
                                ShoalStoreFunc            func,
                                gpointer                  user_data);

/* Rows for shoal_store_set_priorities() that give each of @files (guint) the same @priority. */
GArray *shoal_store_priorities_new (const GArray *files, int priority);

/* Now. In place of those there are; @labels may be NULL. */
void shoal_store_set_labels (ShoalStore       *self,
                             ShoalTorrentId    id,
                             const ShoalWords *labels,
                             ShoalStoreFunc    func,
                             gpointer          user_data);

/* Now. To the bans that were saved; in place of one of the same address. */
void shoal_store_add_ban (ShoalStore          *self,
                          ShoalTorrentId       id,
                          const ShoalStoreBan *ban,
                          ShoalStoreFunc       func,
                          gpointer             user_data);

/* Now. Of the bans that were saved the one of @address goes; NULL: all go. */
void shoal_store_drop_bans (ShoalStore             *self,
                            ShoalTorrentId          id,
                            const ShoalBaseAddress *address,
                            ShoalStoreFunc          func,
                            gpointer                user_data);

/* Torrents with a file whose path contains every word of @text, whatever their case and order. It
 * sees what was called before it and gives way to what is called after it, which may be answered
 * first. */
void shoal_store_search (ShoalStore         *self,
                         const char         *text,
                         ShoalStoreFoundFunc func,
                         gpointer            user_data);

/* Now. Only file and priority of @files are read. */
void shoal_store_set_priorities (ShoalStore           *self,
                                 ShoalTorrentId        id,
                                 const ShoalStoreFile *files,
                                 guint                 n_files,
                                 ShoalStoreFunc        func,
                                 gpointer              user_data);

/* Now. It has become known what the folder at save_path is. */
void shoal_store_set_folder (ShoalStore             *self,
                             ShoalTorrentId          id,
                             const ShoalStoreFolder *folder,
                             ShoalStoreFunc          func,
                             gpointer                user_data);

/* Now. To be answered before the first write to any of @files after a checkpoint. */
void shoal_store_mark_open (ShoalStore    *self,
                            ShoalTorrentId id,
                            const guint32 *files,
                            guint          n_files,
                            ShoalStoreFunc func,
                            gpointer       user_data);

/* What a checkpoint has made durable. @files: every file it synced, with size and mtime_ns as of
 * that sync; open_for_write only if the file was marked open again since the checkpoint began.
 * @partials: all there are; those saved before go. */
typedef struct
{
  const ShoalBaseBitset   *durable; /* exactly the set that was copied before syncing */
  const ShoalStoreFile    *files;
  guint                    n_files;
  const ShoalStorePartial *partials;
  guint                    n_partials;
} ShoalStoreCheckpoint;

/* Full. Replaces the durable set: after the sync of these files and their folders has succeeded,
 * never before. Save the written set first: a piece that is not in it is not trusted. */
void shoal_store_commit_durable (ShoalStore                 *self,
                                 ShoalTorrentId              id,
                                 const ShoalStoreCheckpoint *checkpoint,
                                 ShoalStoreFunc              func,
                                 gpointer                    user_data);

/* Lazy. Replaces the written set; a piece that was taken back (failed sync, failed recheck) is
 * taken back by saving the set without it. */
void shoal_store_save_written (ShoalStore *self, ShoalTorrentId id, const ShoalBaseBitset *written);

/* Lazy. */
void shoal_store_save_stats (ShoalStore *self, ShoalTorrentId id, const ShoalStoreStats *stats);

/* Lazy. All of them, in order; those saved before go. The torrent's row has has_tiers from then on.
 */
void shoal_store_save_trackers (ShoalStore              *self,
                                ShoalTorrentId           id,
                                const ShoalStoreTracker *trackers,
                                guint                    n_trackers);

/* Lazy. All of them; those saved before go. At most SHOAL_STORE_MAX_PEERS are kept. */
void shoal_store_save_peers (ShoalStore           *self,
                             ShoalTorrentId        id,
                             const ShoalStorePeer *peers,
                             guint                 n_peers);

/* Peers worth retrying: two full rounds of connections. */
#define SHOAL_STORE_MAX_PEERS 200

/* Lazy. All of them; those saved before go. @id 0: those that hold for every torrent. */
void shoal_store_save_bans (ShoalStore          *self,
                            ShoalTorrentId       id,
                            const ShoalStoreBan *bans,
                            guint                n_bans);

/* Lazy. Anything that belongs to the engine as a whole (DHT nodes). NULL removes it. */
void shoal_store_save_value (ShoalStore *self, const char *name, GBytes *bytes);

/* Takes the lock on (torrent, folder) that everybody who writes its data must hold, and keeps it
 * until unlock, remove or close. Of @row, id, hashes and folder are read; the folder is told by its
 * device and inode. */
void shoal_store_lock_data (ShoalStore          *self,
                            const ShoalStoreRow *row,
                            ShoalStoreLockFunc   func,
                            gpointer             user_data);

void shoal_store_unlock_data (ShoalStore *self, ShoalTorrentId id);

/* Full. Everything called before is on the disk, or the answer says why not. */
void shoal_store_flush (ShoalStore *self, ShoalStoreFunc func, gpointer user_data);

/* Commits what waits, notes whether every torrent got to its end (@is_clean), closes the database
 * and lets go of all locks. The last call; the worker ends after the answer. */
void
shoal_store_close (ShoalStore *self, gboolean is_clean, ShoalStoreFunc func, gpointer user_data);

/* Blocks until the worker has ended, at most @timeout_usec; says whether it has. For the end of the
 * process only. */
gboolean shoal_store_wait (ShoalStore *self, gint64 timeout_usec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalStore, shoal_store_free)

G_END_DECLS
