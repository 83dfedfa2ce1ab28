/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-pool.h"
#include "disk/shoal-disk-change.h"
#include "disk/shoal-disk-check.h"
#include "disk/shoal-disk-storage.h"

/* A torrent with known content, a folder for it, and a queue, on a context of their own. Functions
 * wait for the answer. */
typedef struct
{
  const char         *path;
  guint64             length;
  ShoalCodecFileFlags flags;
} DiskFixtureFile;

typedef struct
{
  GMainContext     *context;
  ShoalDiskQueue   *queue;
  ShoalBasePool    *pool;
  ShoalCodecLayout *layout;
  guint8           *content; /* of the whole torrent; pads are zeros */
  guint8           *sha1s;
  char             *folder;
  ShoalDiskStorage *storage;
} DiskFixture;

/* The last answer, of whatever kind; cleared by the next question. */
typedef struct
{
  gboolean           is_right;
  GError            *error;
  ShoalSha1         *digests;
  guint8            *data;
  ShoalDiskFolderId  folder_id;
  ShoalDiskFileStat *files;
  guint              n_files;
  guint             *failed;
  guint              n_failed;
  char              *conflict;
  guint64            bytes;
  guint              n_left;
  gboolean           has_parts;
  gboolean           is_done;
} DiskFixtureAnswer;

extern DiskFixtureAnswer disk_answer;

/* Where fixtures made from now on have their locks in common; NULL, as at first: they have none. */
extern const char *disk_fixture_lock_folder;

/* A new empty folder below @where (NULL: the folder for temporary files); the caller's. */
char *disk_fixture_make_folder (const char *where);

/* Removes @folder with all in it, and frees the name. */
void disk_fixture_remove_folder (char *folder);

/* @folder: taken over; NULL: a new one. */
DiskFixture *disk_fixture_new (const DiskFixtureFile   *files,
                               guint                    n_files,
                               guint32                  piece_length,
                               const ShoalDiskSyscalls *syscalls,
                               char                    *folder);

void disk_fixture_free (DiskFixture *self);

/* Opens the storage anew and prepares it. @wanted: '1' or '0' for each file; NULL: all. */
void disk_fixture_open (DiskFixture *self, const char *wanted);

void disk_fixture_open_with (DiskFixture *self, ShoalDiskStorageOptions *options);

void disk_fixture_close (DiskFixture *self);

/* As if each file had been found right. */
void disk_fixture_own_all (DiskFixture *self);

/* Lets the context run until disk_answer.is_done. */
void disk_fixture_wait (DiskFixture *self);

/* Forgets the last answer, before asking. */
void disk_fixture_ask (void);

void disk_fixture_on_piece (const ShoalDiskPieceResult *result, gpointer fixture);

void disk_fixture_on_change (const ShoalDiskChangeResult *result, gpointer fixture);

void disk_fixture_on_stat (const ShoalDiskStatResult *result, gpointer fixture);

void disk_fixture_on_sync (const ShoalDiskSyncResult *result, gpointer fixture);

/* Blocks with the content of @piece, from the pool; the array is to be freed by the answer. */
guint8 **disk_fixture_take_blocks (DiskFixture *self, guint piece);

ShoalDiskExpected disk_fixture_get_expected (DiskFixture *self, guint piece);

/* Whether the write was right and without error. */
gboolean disk_fixture_write (DiskFixture *self, guint piece);

void disk_fixture_write_all (DiskFixture *self);

/* Reads the range and says whether it came and is as it should be. */
gboolean disk_fixture_read (DiskFixture *self, guint piece, guint32 begin, guint32 length);

gboolean disk_fixture_verify (DiskFixture *self, guint piece);

/* The verdicts of a recheck: a letter for each piece, 'R'ight, 'W'rong, 'M'issing, 'U'nreadable,
 * '.' not told; the caller's. */
char *disk_fixture_check (DiskFixture *self);

void disk_fixture_sync (DiskFixture *self);

/* Whether the file on disk has the content it should, all of it. */
gboolean disk_fixture_file_is_right (DiskFixture *self, const char *folder, guint file);

gboolean disk_fixture_exists (DiskFixture *self, const char *path);

#define disk_assert_ok() g_assert_no_error (disk_answer.error)

#define disk_assert_error(code) g_assert_error (disk_answer.error, SHOAL_DISK_ERROR, (code))
