/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "recording-vfs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <sqlite3.h>

#define SECTOR 512

typedef enum
{
  STEP_CREATE,
  STEP_WRITE,
  STEP_TRUNCATE,
  STEP_SYNC,
  STEP_DELETE,
  STEP_MARK,
} StepKind;

typedef struct
{
  StepKind kind;
  char    *name; /* owned: of the file, without its folder */
  gint64   offset;
  GBytes  *data; /* owned */
  gboolean is_durable;
} Step;

/* The real file lies behind it in memory. */
typedef struct
{
  sqlite3_file base;
  char        *name; /* owned; NULL: not recorded */
} File;

static sqlite3_vfs    *real_vfs;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GPtrArray      *steps;     /* guarded by lock; NULL: not recording */
static gboolean        is_paused; /* guarded by lock */
static atomic_int      failure;
static atomic_uint     n_failures;

static sqlite3_file *
real_of (sqlite3_file *file)
{
  return (sqlite3_file *) ((char *) file + sizeof (File));
}

static void
free_step (gpointer data)
{
  Step *step = data;

  g_free (step->name);
  g_clear_pointer (&step->data, g_bytes_unref);
  g_free (step);
}

static void
record (const char *name, StepKind kind, gint64 offset, GBytes *data, gboolean is_durable)
{
  Step *step;

  pthread_mutex_lock (&lock);
  if (steps != NULL && !is_paused && (name != NULL || kind == STEP_MARK))
    {
      step = g_new0 (Step, 1);
      *step = (Step){ kind, g_strdup (name), offset, data, is_durable };
      g_ptr_array_add (steps, step);
    }
  else if (data != NULL)
    g_bytes_unref (data);
  pthread_mutex_unlock (&lock);
}

static int
fail_if (int a, int b)
{
  int code = atomic_load (&failure);

  if (code == SQLITE_OK || (code != a && code != b))
    return SQLITE_OK;
  atomic_fetch_add (&n_failures, 1);
  return code;
}

static int
file_close (sqlite3_file *file)
{
  int code = real_of (file)->pMethods->xClose (real_of (file));

  g_free (((File *) file)->name);
  return code;
}

static int
file_read (sqlite3_file *file, void *out, int n, sqlite3_int64 offset)
{
  return real_of (file)->pMethods->xRead (real_of (file), out, n, offset);
}

static int
file_write (sqlite3_file *file, const void *data, int n, sqlite3_int64 offset)
{
  sqlite3_int64 size = 0;
  int           code = SQLITE_OK;

  real_of (file)->pMethods->xFileSize (real_of (file), &size);
  if (offset + n > size)
    code = fail_if (SQLITE_FULL, SQLITE_IOERR_WRITE);
  if (code == SQLITE_OK)
    code = real_of (file)->pMethods->xWrite (real_of (file), data, n, offset);
  if (code == SQLITE_OK)
    record (((File *) file)->name, STEP_WRITE, offset, g_bytes_new (data, (gsize) n), FALSE);
  return code;
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  record (((File *) file)->name, STEP_TRUNCATE, size, NULL, FALSE);
  return real_of (file)->pMethods->xTruncate (real_of (file), size);
}

static int
file_sync (sqlite3_file *file, int flags)
{
  int code = fail_if (SQLITE_IOERR_FSYNC, SQLITE_IOERR_FSYNC);

  if (code != SQLITE_OK)
    return code;
  record (((File *) file)->name, STEP_SYNC, 0, NULL, TRUE);
  return real_of (file)->pMethods->xSync (real_of (file), flags);
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return real_of (file)->pMethods->xFileSize (real_of (file), size);
}

static int
file_lock (sqlite3_file *file, int level)
{
  return real_of (file)->pMethods->xLock (real_of (file), level);
}

static int
file_unlock (sqlite3_file *file, int level)
{
  return real_of (file)->pMethods->xUnlock (real_of (file), level);
}

static int
file_check_reserved_lock (sqlite3_file *file, int *is_locked)
{
  return real_of (file)->pMethods->xCheckReservedLock (real_of (file), is_locked);
}

/* What would let SQLite go round us (memory maps, atomic writes) is not there. */
static int
file_control (sqlite3_file *file, int op, void *argument)
{
  if (op == SQLITE_FCNTL_MMAP_SIZE || op == SQLITE_FCNTL_BEGIN_ATOMIC_WRITE)
    return SQLITE_NOTFOUND;
  return real_of (file)->pMethods->xFileControl (real_of (file), op, argument);
}

static int
file_sector_size (sqlite3_file *file)
{
  return real_of (file)->pMethods->xSectorSize (real_of (file));
}

static int
file_device_characteristics (sqlite3_file *file)
{
  return real_of (file)->pMethods->xDeviceCharacteristics (real_of (file)) &
         ~(SQLITE_IOCAP_ATOMIC | SQLITE_IOCAP_BATCH_ATOMIC | SQLITE_IOCAP_SEQUENTIAL |
           SQLITE_IOCAP_SAFE_APPEND);
}

static const sqlite3_io_methods methods = {
  .iVersion = 1, /* no shared memory: the store works without */
  .xClose = file_close,
  .xRead = file_read,
  .xWrite = file_write,
  .xTruncate = file_truncate,
  .xSync = file_sync,
  .xFileSize = file_size,
  .xLock = file_lock,
  .xUnlock = file_unlock,
  .xCheckReservedLock = file_check_reserved_lock,
  .xFileControl = file_control,
  .xSectorSize = file_sector_size,
  .xDeviceCharacteristics = file_device_characteristics,
};

static int
vfs_open (sqlite3_vfs *vfs, const char *path, sqlite3_file *out, int flags, int *out_flags)
{
  const int recorded = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL;
  File     *file = (File *) out;
  gboolean  exists = path != NULL && g_file_test (path, G_FILE_TEST_EXISTS);
  int       code = real_vfs->xOpen (real_vfs, path, real_of (out), flags, out_flags);

  memset (file, 0, sizeof *file);
  if (code != SQLITE_OK)
    return code;
  file->base.pMethods = &methods;
  if (path != NULL && (flags & recorded) != 0)
    file->name = g_path_get_basename (path);
  /* The store makes the database file itself, and syncs its folder. */
  if (!exists || (flags & SQLITE_OPEN_MAIN_DB) != 0)
    record (file->name, STEP_CREATE, 0, NULL, (flags & SQLITE_OPEN_MAIN_DB) != 0);
  return SQLITE_OK;
}

static int
vfs_delete (sqlite3_vfs *vfs, const char *path, int sync_folder)
{
  g_autofree char *name = g_path_get_basename (path);

  record (name, STEP_DELETE, 0, NULL, sync_folder != 0);
  return real_vfs->xDelete (real_vfs, path, sync_folder);
}

void
recording_vfs_install (void)
{
  static sqlite3_vfs vfs;

  real_vfs = sqlite3_vfs_find (NULL);
  vfs = *real_vfs;
  vfs.zName = "recording";
  vfs.szOsFile = (int) sizeof (File) + real_vfs->szOsFile;
  vfs.xOpen = vfs_open;
  vfs.xDelete = vfs_delete;
  vfs.pNext = NULL;
  g_assert_cmpint (sqlite3_vfs_register (&vfs, 1), ==, SQLITE_OK);
}

void
recording_vfs_start (void)
{
  recording_vfs_stop ();
  pthread_mutex_lock (&lock);
  steps = g_ptr_array_new_with_free_func (free_step);
  pthread_mutex_unlock (&lock);
}

void
recording_vfs_stop (void)
{
  pthread_mutex_lock (&lock);
  g_clear_pointer (&steps, g_ptr_array_unref);
  pthread_mutex_unlock (&lock);
}

void
recording_vfs_pause (gboolean pause)
{
  pthread_mutex_lock (&lock);
  is_paused = pause;
  pthread_mutex_unlock (&lock);
}

guint
recording_vfs_get_n_steps (void)
{
  guint n;

  pthread_mutex_lock (&lock);
  n = steps != NULL ? steps->len : 0;
  pthread_mutex_unlock (&lock);
  return n;
}

guint
recording_vfs_mark (void)
{
  record (NULL, STEP_MARK, 0, NULL, TRUE);
  return recording_vfs_get_n_steps () - 1;
}

/* One file on the disk that loses power. */
typedef struct
{
  GByteArray *content; /* owned */
  gboolean    exists;
} Image;

static void
free_image (gpointer data)
{
  Image *image = data;

  g_byte_array_unref (image->content);
  g_free (image);
}

static void
set_size (GByteArray *content, gsize size)
{
  gsize before = content->len;

  g_byte_array_set_size (content, (guint) size);
  if (size > before)
    memset (content->data + before, 0, size - before);
}

static void
apply_write (Image *image, const Step *step, RecordingVfsLoss loss, ShoalBaseRandom *random)
{
  gsize         len, done, part, offset = (gsize) step->offset;
  const guint8 *data = g_bytes_get_data (step->data, &len);

  for (done = 0; done < len; done += part)
    {
      part = MIN (SECTOR - (offset + done) % SECTOR, len - done);
      if (loss == RECORDING_VFS_KEEP_SECTORS && shoal_base_random_below (random, 2) == 0)
        continue;
      if (image->content->len < offset + done + part)
        set_size (image->content, offset + done + part);
      memcpy (image->content->data + offset + done, data + done, part);
    }
}

static void
apply (Image *image, const Step *step, RecordingVfsLoss loss, ShoalBaseRandom *random)
{
  switch (step->kind)
    {
    case STEP_CREATE:
      image->exists = TRUE;
      break;
    case STEP_WRITE:
      apply_write (image, step, loss, random);
      break;
    case STEP_TRUNCATE:
      set_size (image->content, (gsize) step->offset);
      break;
    case STEP_DELETE:
      image->exists = FALSE;
      set_size (image->content, 0);
      break;
    case STEP_SYNC:
    case STEP_MARK:
      break;
    }
}

/* File → the last sync of it before the cut, as the step after it. */
static GHashTable *
find_syncs (guint n_steps)
{
  GHashTable *syncs = g_hash_table_new (g_str_hash, g_str_equal);
  guint       i;

  for (i = 0; i < n_steps; i++)
    {
      const Step *step = g_ptr_array_index (steps, i);

      if (step->kind == STEP_SYNC)
        g_hash_table_insert (syncs, step->name, GUINT_TO_POINTER (i + 1));
    }
  return syncs;
}

static gboolean
is_kept (RecordingVfsLoss loss, ShoalBaseRandom *random)
{
  switch (loss)
    {
    case RECORDING_VFS_KEEP_NONE:
      return FALSE;
    case RECORDING_VFS_KEEP_ALL:
    case RECORDING_VFS_KEEP_SECTORS:
      return TRUE;
    case RECORDING_VFS_KEEP_STEPS:
      return shoal_base_random_below (random, 2) == 0;
    }
  return FALSE;
}

static Image *
image_of (GHashTable *images, const char *name)
{
  Image *image = g_hash_table_lookup (images, name);

  if (image != NULL)
    return image;
  image = g_new0 (Image, 1);
  image->content = g_byte_array_new ();
  g_hash_table_insert (images, g_strdup (name), image);
  return image;
}

void
recording_vfs_replay (guint            n_steps,
                      RecordingVfsLoss loss,
                      ShoalBaseRandom *random,
                      const char      *folder)
{
  g_autoptr (GHashTable) images =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_image);
  g_autoptr (GHashTable) syncs = find_syncs (n_steps);
  GHashTableIter iter;
  gpointer       name, value;
  guint          i;

  g_assert_cmpuint (n_steps, <=, steps->len);
  for (i = 0; i < n_steps; i++)
    {
      const Step *step = g_ptr_array_index (steps, i);

      if (step->kind == STEP_MARK)
        continue;
      if (step->is_durable || i < GPOINTER_TO_UINT (g_hash_table_lookup (syncs, step->name)))
        apply (image_of (images, step->name), step, RECORDING_VFS_KEEP_ALL, random);
      else if (is_kept (loss, random))
        apply (image_of (images, step->name), step, loss, random);
    }
  g_hash_table_iter_init (&iter, images);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      Image           *image = value;

      if (image->exists)
        g_assert_true (g_file_set_contents_full (path,
                                                 (const char *) image->content->data,
                                                 (gssize) image->content->len,
                                                 G_FILE_SET_CONTENTS_NONE,
                                                 0600,
                                                 NULL));
    }
}

void
recording_vfs_set_failure (int code)
{
  atomic_store (&failure, code);
}

guint
recording_vfs_get_n_failures (void)
{
  return atomic_load (&n_failures);
}
