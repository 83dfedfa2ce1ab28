/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-bitset.h"
#include "base/shoal-base-ids.h"
#include "base/shoal-base-pipe.h"
#include "codec/shoal-codec-layout.h"
#include "disk/shoal-disk-buffer.h"
#include "disk/shoal-disk-error.h"
#include "disk/shoal-disk-folder.h"
#include "disk/shoal-disk-queue.h"

G_BEGIN_DECLS

/* One torrent's files below one folder: data in, verified and written; data out. Functions are for
 * the engine context and only submit: each answer is one call of the function given, on the engine
 * context, later, exactly once, also when cancelled. What a result points to lives for that call,
 * unless said otherwise. A callback may close the storage.
 *
 * The folder is opened for each job, following symlinks, and must be the one known by its id; below
 * it no symlink is followed. Pad files do not exist. Bytes of files that are not wanted, and not
 * there or somebody else's, lie in ".<info-hash>.shoal-parts" in the folder (shoal-disk-parts.h).
 * A file that is there is the torrent's own once something was written to it, or found right in it
 * (shoal_disk_storage_own()). Checking lies in
 * shoal-disk-check.h, moving, renaming, removing and selecting in shoal-disk-change.h. */
typedef struct _ShoalDiskStorage ShoalDiskStorage;

typedef struct
{
  ShoalDiskQueue        *queue;     /* must outlive the storage */
  ShoalCodecLayout      *layout;    /* a reference is taken */
  const char            *folder;    /* absolute; copied */
  ShoalDiskFolderId      folder_id; /* zero: the first one found there, which prepare tells */
  ShoalInfoHashes        hashes;    /* for the name of the parts file */
  const char *const     *paths;     /* NULL, or for each file NULL or where it was renamed to */
  const ShoalBaseBitset *wanted;    /* a bit for each file; NULL: all; copied */
  const ShoalBaseBitset
      *ours; /* files that an earlier run has written or found right; NULL: none */

  guint creates_folder : 1; /* if it is not there and its id is not known */
  guint looks_only : 1;     /* prepare changes nothing; nothing may be written */
  guint preallocates : 1;   /* reserves room for wanted files where the file system can */
} ShoalDiskStorageOptions;

/* Touches no file. */
ShoalDiskStorage *shoal_disk_storage_new (const ShoalDiskStorageOptions *options);

/* Cancels all work, closes the files, calls @on_closed (may be NULL) after all other answers, and
 * frees the storage; the caller has no more to do with it. Unsynced data stays unsynced: make a
 * checkpoint first. */
void shoal_disk_storage_close (ShoalDiskStorage *self,
                               void (*on_closed) (gpointer user_data),
                               gpointer user_data);

/* A file as it is on the disk. */
typedef struct
{
  guint   file;
  guint64 size;
  gint64  mtime_nsec; /* since 1970 */

  guint exists : 1; /* a regular file; otherwise size and time are 0 */

  /* After looking at it: its bytes, where there are any, lie in the parts file. So it is too while
   * a file of its own is there but not yet filled from the parts file. */
  guint is_in_parts : 1;
} ShoalDiskFileStat;

typedef struct
{
  ShoalDiskFolderId        folder_id;
  const ShoalDiskFileStat *files; /* one for each file of the layout, in order */
  guint                    n_files;
  ShoalDiskFileStat        parts; /* the parts file; its number is n_files */
  guint64                  free_bytes;
  const GError            *error;

  guint has_parts : 1; /* the parts file is there and ours */
} ShoalDiskStatResult;

typedef void (*ShoalDiskStatFunc) (const ShoalDiskStatResult *result, gpointer user_data);

/* To be called first, before anything is read or written: opens the folder, reads the parts file,
 * looks at all files, creates the wanted empty ones, reserves room if so asked. Of a storage that
 * looks only, what the parts file has of wanted files is read there. */
ShoalDiskTicket
shoal_disk_storage_prepare (ShoalDiskStorage *self, ShoalDiskStatFunc func, gpointer user_data);

/* Looks at the folder and all files and changes nothing (so that a missing file that was there is
 * no error any more: see shoal_disk_storage_write_piece()). */
ShoalDiskTicket
shoal_disk_storage_stat (ShoalDiskStorage *self, ShoalDiskStatFunc func, gpointer user_data);

/* What the data of a piece must hash to. */
typedef struct
{
  ShoalSha1 sha1; /* BEP 3 */

  guint has_sha1 : 1;
} ShoalDiskExpected;

typedef struct
{
  guint piece;

  /* As given to shoal_disk_storage_write_piece() or _write_blocks(): array and blocks are the
   * caller's again. NULL after shoal_disk_storage_verify_piece(). */
  guint8 **blocks;
  guint    n_blocks;

  /* SHA-1 of each block of the piece, for finding who sent bad ones; NULL unless the hash was wrong
   * or they were asked for. */
  const ShoalSha1 *digests;

  /* What could not be read or written. Of a write with a right hash nothing may be claimed then. */
  const GError *error;

  guint is_right : 1; /* the hash was computed, and is what was expected */
} ShoalDiskPieceResult;

typedef void (*ShoalDiskPieceFunc) (const ShoalDiskPieceResult *result, gpointer user_data);

typedef struct
{
  guint             piece;
  guint8          **blocks; /* all of the piece, in order, of SHOAL_BASE_BLOCK_SIZE but the last */
  guint             n_blocks;
  ShoalDiskExpected expected;

  guint wants_digests : 1; /* also when the hash is right */
} ShoalDiskPieceWrite;

/* Hashes a whole piece and writes it if that is right. The blocks must stay as they are until
 * @func, which gets them back. The piece is had when is_right and no error. A file that was there
 * once and is not any more fails with SHOAL_DISK_ERROR_MISSING and is not made anew until
 * shoal_disk_storage_stat() has told the caller, who then knows which pieces are gone. */
ShoalDiskAdmission shoal_disk_storage_write_piece (ShoalDiskStorage          *self,
                                                   const ShoalDiskPieceWrite *write,
                                                   ShoalDiskPieceFunc         func,
                                                   gpointer                   user_data);

typedef struct
{
  guint        piece;
  const guint *indices; /* of the blocks inside the piece, ascending; copied */
  guint8     **blocks;  /* as many */
  guint        n_blocks;
} ShoalDiskBlocksWrite;

/* Writes blocks of an unfinished piece to their place, unverified, to free memory; nothing may be
 * claimed of them until shoal_disk_storage_verify_piece(). is_right means nothing here. */
ShoalDiskAdmission shoal_disk_storage_write_blocks (ShoalDiskStorage           *self,
                                                    const ShoalDiskBlocksWrite *write,
                                                    ShoalDiskPieceFunc          func,
                                                    gpointer                    user_data);

typedef struct
{
  guint             piece;
  ShoalDiskExpected expected;

  guint wants_digests : 1; /* also when the hash is right */
  guint from_device : 1;   /* after a failed sync: not what the kernel still remembers */
} ShoalDiskPieceVerify;

/* Reads a piece back and hashes it. */
ShoalDiskTicket shoal_disk_storage_verify_piece (ShoalDiskStorage           *self,
                                                 const ShoalDiskPieceVerify *verify,
                                                 ShoalDiskPieceFunc          func,
                                                 gpointer                    user_data);

/* Adjacent blocks of one piece, read together. */
typedef struct
{
  guint   piece;
  guint32 begin;  /* in the piece */
  guint32 length; /* 1 … SHOAL_DISK_STORAGE_READ_MAX, inside the piece */
} ShoalDiskRange;

#define SHOAL_DISK_STORAGE_READ_MAX SHOAL_DISK_BUFFER_MAX_SIZE

/* @data: the bytes, to be given back by shoal_disk_buffer_give(); NULL with @error. */
typedef void (*ShoalDiskReadFunc) (const ShoalDiskRange *range,
                                   guint8               *data,
                                   const GError         *error,
                                   gpointer              user_data);

/* Reads without verifying; bytes of pad files are zeros. @range is copied. */
ShoalDiskTicket shoal_disk_storage_read (ShoalDiskStorage     *self,
                                         const ShoalDiskRange *range,
                                         ShoalDiskReadFunc     func,
                                         gpointer              user_data);

/* The same at once, as far as that waits for nothing: the file is open, the bytes are in the page
 * cache, nothing that is under way concerns them, and a worker found the folder there a moment ago.
 * NULL: use shoal_disk_storage_read(), which also says what is wrong, if something is. */
guint8 *shoal_disk_storage_read_cached (ShoalDiskStorage *self, const ShoalDiskRange *range);

/* The same without a copy: the bytes in a pipe, to be given back by shoal_base_pipe_give(). NULL
 * also while anything of the torrent is written, or if they are too many pages for a pipe, or no
 * pipe is left: try shoal_disk_storage_read_cached(). */
ShoalBasePipe *shoal_disk_storage_splice_cached (ShoalDiskStorage     *self,
                                                 const ShoalDiskRange *range);

typedef struct
{
  const ShoalDiskFileStat *files; /* what was synced, with size and time after that; the parts file
                                   * has the number of files of the layout */
  guint n_files;

  /* Files whose sync failed, or that were deleted under us: every piece written to them since the
   * last good checkpoint must be distrusted. Bytes in the parts file count as those of the file
   * they belong to. */
  const guint  *failed;
  guint         n_failed;
  const GError *error; /* the first failure */
} ShoalDiskSyncResult;

typedef void (*ShoalDiskSyncFunc) (const ShoalDiskSyncResult *result, gpointer user_data);

/* A checkpoint: syncs all files written, and folders in which something was created or renamed,
 * since the last one. What was answered before this call is durable if nothing failed.
 * @looks_at_all: also looks whether files that were not written are there, and as we left them. */
ShoalDiskTicket shoal_disk_storage_sync (ShoalDiskStorage *self,
                                         gboolean          looks_at_all,
                                         ShoalDiskSyncFunc func,
                                         gpointer          user_data);

/* The next checkpoint syncs and names @file (the number of files: the parts file) too, written or
 * not: for bytes of an earlier run or another program. A file that is not there is left out. */
void shoal_disk_storage_sync_also (ShoalDiskStorage *self, guint file);

/* Pieces in these files (a bit for each; copied) were found right: what is there is the torrent's.
 * From now on their bytes go to them, wanted or not, unless the parts file has some already. */
void shoal_disk_storage_own (ShoalDiskStorage *self, const ShoalBaseBitset *files);

/* Whether what lies in the place of @file is known as the torrent's own. */
gboolean shoal_disk_storage_is_ours (ShoalDiskStorage *self, guint file);

/* Before shoal_disk_storage_prepare(), while nothing is under way: any folder of the same file
 * system will do, such as one that was made anew or brought back from a copy. */
void shoal_disk_storage_accept_folder (ShoalDiskStorage *self);

/* The same: the files are in, or will be in, @folder, of which nothing is known yet. */
void shoal_disk_storage_go_to (ShoalDiskStorage *self, const char *folder);

/* Claims files against other torrents, of this process or another: those in @begun (a bit for each
 * file, as in @whole; both copied) for this one alone, those in @whole together with others that
 * have all of it. What is another's already is left to it. A write claims its file by itself; if
 * another has it, and it has other bytes there, SHOAL_DISK_ERROR_CLAIMED is the answer. A claim
 * ends with the storage. */
void shoal_disk_storage_hold (ShoalDiskStorage      *self,
                              const ShoalBaseBitset *begun,
                              const ShoalBaseBitset *whole);

/* Lets go of all that was claimed: nothing of it is wanted any more. */
void shoal_disk_storage_release (ShoalDiskStorage *self);

/* What others do to our files is noticed by their size and time, before each write of ours, at
 * reads, checkpoints and looks. Sets in @changed (a bit for each file) those that somebody else has
 * changed, or cut, or put in the place of ours, since the last call or
 * shoal_disk_storage_prepare(); FALSE: none. Nothing of them may be claimed until it was hashed.
 * Bytes in the parts file count as those of the file they belong to. */
gboolean shoal_disk_storage_take_changed (ShoalDiskStorage *self, ShoalBaseBitset *changed);

/* Whether taking may bring something. */
gboolean shoal_disk_storage_has_changed (ShoalDiskStorage *self);

G_END_DECLS
