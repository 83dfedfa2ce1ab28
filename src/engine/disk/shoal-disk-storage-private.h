/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdatomic.h>

#include "disk/shoal-disk-claim.h"
#include "disk/shoal-disk-parts.h"
#include "disk/shoal-disk-path.h"
#include "disk/shoal-disk-queue-private.h"
#include "disk/shoal-disk-stamp.h"
#include "disk/shoal-disk-storage.h"

G_BEGIN_DECLS

/* What is known of a file. Set by any job, cleared only in jobs that run alone or sync. */
typedef enum
{
  SHOAL_DISK_FILE_WANTED = 1 << 0,
  SHOAL_DISK_FILE_EXISTS = 1 << 1,   /* it was there: if it is not, that is an error */
  SHOAL_DISK_FILE_IN_PARTS = 1 << 2, /* its bytes go to the parts file */
  SHOAL_DISK_FILE_MARKED = 1 << 3,   /* the parts file says so */
  SHOAL_DISK_FILE_DIRTY = 1 << 4,    /* written since the last sync */
  SHOAL_DISK_FILE_NEW = 1 << 5,      /* created since: the folders above need a sync too */
  SHOAL_DISK_FILE_LOST = 1 << 6,     /* deleted while we had it open: the next sync tells */
  SHOAL_DISK_FILE_CHANGED = 1 << 7,  /* by somebody else; whoever takes it clears it */
  SHOAL_DISK_FILE_OURS = 1 << 8,     /* what is there was written by us, or found right */
  SHOAL_DISK_FILE_FLUSHED = 1 << 9,  /* DIRTY, but synced with its whole file system */
  SHOAL_DISK_FILE_WRITTEN = 1 << 10, /* by us, since the storage was made */
} ShoalDiskFileState;

/* The parts file counts as the file after the last one. */
struct _ShoalDiskStorage
{
  /* Never changes. */
  ShoalDiskQueue   *queue;  /* unowned: outlives us */
  ShoalCodecLayout *layout; /* owned: a reference */
  guint64           id;     /* in the cache */
  guint             n_files;
  char             *parts_path; /* owned */
  gboolean          creates_folder;
  gboolean          looks_only;
  gboolean          preallocates;

  /* Changed by jobs that run alone; the queue's lock lies between them and others. */
  char             *folder; /* owned */
  ShoalDiskFolderId folder_id;
  char            **paths; /* owned: for each file NULL or where it was renamed to */

  /* Any job. */
  atomic_ushort   *states;       /* owned: n_files + 1 of ShoalDiskFileState */
  atomic_int       has_changed;  /* some state may be CHANGED */
  atomic_llong     entered_usec; /* when the folder was last found to be there; 0: not lately */
  ShoalDiskParts  *parts;        /* owned */
  ShoalDiskStamps *stamps;       /* owned */
  ShoalDiskClaims *claims;       /* owned */
  guint8           making;       /* the turn of whoever makes a file */
  atomic_int       flushes;      /* many files are synced with their whole file system */
  atomic_int       flush_fd;     /* owned: of the folder, from before what waits for a sync */

  /* Engine context. */
  ShoalDiskLane lane;
  ShoalBaseList checks; /* the rechecks that are under way */
  gboolean      is_closed;
};

/* The head of every job of a storage. */
typedef struct
{
  ShoalDiskJob      job;
  ShoalDiskStorage *storage; /* unowned: freed by a job that runs after all others */
  GError           *error;   /* owned; set by steps */
  gpointer          user_data;
} ShoalDiskOp;

/* shoal-disk-check.c: ends all rechecks of a storage that closes. */
void shoal_disk_storage_cancel_checks (ShoalDiskStorage *self);

/* Begins an operation; @op was zeroed by its maker, who then frees it in ops->done. */
ShoalDiskTicket shoal_disk_storage_submit (ShoalDiskStorage      *self,
                                           ShoalDiskOp           *op,
                                           const ShoalDiskJobOps *ops,
                                           ShoalDiskOrder         order);

/* The range of torrent bytes that @op is ordered by, before it is submitted. */
void shoal_disk_storage_set_range (ShoalDiskOp *op, guint64 offset, guint64 length);

/* In a done function: the error to tell, also when cancelled; borrowed. */
const GError *shoal_disk_storage_get_error (ShoalDiskOp *op, gboolean is_cancelled);

/* What a step works with: the folder, open and identified. */
typedef struct
{
  ShoalDiskStorage        *storage;  /* unowned */
  const ShoalDiskSyscalls *syscalls; /* unowned */
  ShoalDiskPathBase        base;
  gboolean                 writes_whole; /* what is opened is written from its begin to its end */
} ShoalDiskVisit;

gboolean shoal_disk_storage_enter (ShoalDiskStorage *self, ShoalDiskVisit *visit, GError **error);

void shoal_disk_storage_leave (ShoalDiskVisit *visit);

static inline guint
shoal_disk_storage_get_state (const ShoalDiskStorage *self, guint file)
{
  return atomic_load (&self->states[file]);
}

static inline void
shoal_disk_storage_set_state (ShoalDiskStorage *self, guint file, ShoalDiskFileState state)
{
  atomic_fetch_or (&self->states[file], (guint16) state);
}

static inline void
shoal_disk_storage_clear_state (ShoalDiskStorage *self, guint file, ShoalDiskFileState state)
{
  atomic_fetch_and (&self->states[file], (guint16) ~state);
}

/* Whether bytes of @file are found in the parts file. Until something was written there, what lies
 * in its own place may be right all the same. */
static inline gboolean
shoal_disk_storage_reads_parts (const ShoalDiskStorage *self, guint file)
{
  guint state = shoal_disk_storage_get_state (self, file);

  return (state & SHOAL_DISK_FILE_IN_PARTS) != 0 &&
         (state & (SHOAL_DISK_FILE_MARKED | SHOAL_DISK_FILE_EXISTS)) != SHOAL_DISK_FILE_EXISTS;
}

/* Where @file is, below the folder; also for the parts file. */
const char *shoal_disk_storage_get_path (const ShoalDiskStorage *self, guint file);

/* Neither a pad nor a symlink: something that may be on the disk. */
gboolean shoal_disk_storage_is_real (const ShoalDiskStorage *self, guint file);

/* An error about @file from errno. */
GError *shoal_disk_storage_new_error (const ShoalDiskVisit *visit,
                                      guint                 file,
                                      int                   error_number,
                                      const char           *doing);

/* shoal-disk-storage-claim.c */

/* Whether @file has bytes that another torrent could write differently. */
gboolean shoal_disk_storage_is_claimable (const ShoalDiskStorage *self, guint file);

/* Claims @file, which is what @found tells of, for writing or removing. FALSE: it is another's. */
gboolean shoal_disk_storage_claim (ShoalDiskStorage *self, guint file, const struct stat *found);

/* What is told then. */
GError *shoal_disk_storage_new_claimed (const ShoalDiskVisit *visit, guint file);

/* shoal-disk-storage-open.c */

/* Opens @file, or finds it open. For writing it is claimed, and created unless it existed before:
 * SHOAL_DISK_ERROR_CLAIMED, or _CONFLICT if somebody else has created it since. */
gboolean shoal_disk_storage_open (ShoalDiskVisit     *visit,
                                  guint               file,
                                  gboolean            for_writing,
                                  ShoalDiskCacheLoan *loan,
                                  GError            **error);

void shoal_disk_storage_close_file (ShoalDiskVisit *visit, const ShoalDiskCacheLoan *loan);

/* shoal-disk-storage-io.c */

/* Moves the bytes of the torrent from @offset on between @iov and the files. Reading fills pads
 * with zeros, writing leaves them out. */
gboolean shoal_disk_storage_read_iov (ShoalDiskVisit     *visit,
                                      guint64             offset,
                                      const struct iovec *iov,
                                      guint               n_iov,
                                      GError            **error);

gboolean shoal_disk_storage_write_iov (ShoalDiskVisit     *visit,
                                       guint64             offset,
                                       const struct iovec *iov,
                                       guint               n_iov,
                                       GError            **error);

/* Whether all bytes of the range are a hole that the file system knows of: they are zeros. */
gboolean shoal_disk_storage_is_hole (ShoalDiskVisit *visit, guint64 offset, guint64 length);

/* shoal-disk-storage-piece.c */

/* What the kernel remembers of a failed write looks like data that was written: the next read of
 * these bytes comes from the device. */
void shoal_disk_storage_forget_pages (ShoalDiskVisit *visit, guint64 offset, guint64 length);

/* shoal-disk-storage-stamp.c */

/* Before anything is written to @file, open as @fd, and when all of it was written. Between the two
 * lies a turn of the file: both, or neither, and no second file between. errno stays. */
void shoal_disk_storage_begin_write (ShoalDiskVisit *visit, guint file, int fd);

void shoal_disk_storage_end_write (ShoalDiskVisit *visit, guint file, int fd);

/* Looks whether somebody else changed @file, unless it is being written. */
void shoal_disk_storage_look (ShoalDiskVisit *visit, guint file, int fd);

/* The same with what was found of it; waits for its turn. */
void shoal_disk_storage_compare (ShoalDiskStorage *self, guint file, const struct stat *found);

/* Takes what was found of it for how we left it. */
void shoal_disk_storage_accept (ShoalDiskStorage *self, guint file, const struct stat *found);

void shoal_disk_storage_forget_stamp (ShoalDiskStorage *self, guint file);

/* @file is another one now, or may be. */
void shoal_disk_storage_set_changed (ShoalDiskStorage *self, guint file);

/* shoal-disk-storage-flush.c */

/* In place of a descriptor: nothing waits for a sync. */
#define SHOAL_DISK_STORAGE_NOT_WRITTEN -1

/* Where the files lie from now on. Alone. */
void shoal_disk_storage_set_file_system (ShoalDiskStorage *self, const struct statfs *fs);

/* They will lie elsewhere, or the folder is gone, or the storage ends. Alone. */
void shoal_disk_storage_leave_file_system (ShoalDiskStorage *self);

/* Before anything is written. */
void shoal_disk_storage_note_writing (ShoalDiskVisit *visit);

/* Syncs all files that wait for it at once, where these are many and that can be done: they are
 * FLUSHED then, until they are written to. FALSE: it was not done, or something went wrong, which
 * syncing each of them will tell. One at a time. */
gboolean shoal_disk_storage_flush (ShoalDiskVisit *visit);

/* At the end of a sync that holds writes up. */
void shoal_disk_storage_end_sync (ShoalDiskStorage *self);

/* shoal-disk-storage-sync.c */

/* Syncs every folder from the base down to @path, unless it is in @synced already (a set of char *,
 * owned; the base is ""). One that is gone is known to the one above it. */
gboolean shoal_disk_storage_sync_folders (ShoalDiskVisit *visit,
                                          const char     *path,
                                          GHashTable     *synced,
                                          GError        **error);

/* shoal-disk-storage-wanted.c; alone. */

/* Decides whether bytes of @file go to the parts file, after looking whether it is there. */
void shoal_disk_storage_choose_place (ShoalDiskStorage *self, guint file);

/* What the parts file has of wanted files goes to these, durably. @n_changes: grows by one for each
 * file that changed. */
gboolean shoal_disk_storage_export (ShoalDiskVisit *visit, guint *n_changes, GError **error);

/* Creates wanted empty files, and reserves room. */
gboolean shoal_disk_storage_create_wanted (ShoalDiskVisit *visit, guint *n_changes, GError **error);

G_END_DECLS
