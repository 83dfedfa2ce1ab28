/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/shoal-base-bytes.h"
#include "store/shoal-store-file.h"
#include "store/shoal-store.h"

/* Whoever has just got the lock writes its id at once; so long a loser waits for that. */
#define PID_TRIES     20
#define PID_WAIT_USEC 5000

/* A file that its last holder removed while we opened it is opened again; it cannot go on. */
#define OPEN_TRIES 100

struct _ShoalStoreLock
{
  char *path; /* owned */
  int   fd;   /* owned */

  guint is_removed_at_end : 1;
};

static guint32
read_pid (int fd)
{
  char    text[16] = "";
  guint64 pid;
  int     i;

  for (i = 0; i < PID_TRIES; i++)
    {
      if (pread (fd, text, sizeof text - 1, 0) > 0)
        {
          pid = g_ascii_strtoull (text, NULL, 10);
          return pid <= G_MAXINT32 ? (guint32) pid : 0;
        }
      g_usleep (PID_WAIT_USEC);
    }
  return 0;
}

static void
fail_locked (int fd, const char *path, guint32 *other_pid, GError **error)
{
  *other_pid = read_pid (fd);
  g_set_error (error,
               SHOAL_STORE_ERROR,
               SHOAL_STORE_ERROR_LOCKED,
               "%s is held by process %u",
               path,
               *other_pid);
}

/* Whether the file that is locked is the one that others would open. */
static gboolean
is_in_place (int fd, const char *path)
{
  struct stat held, named;

  return fstat (fd, &held) == 0 && lstat (path, &named) == 0 && held.st_dev == named.st_dev &&
         held.st_ino == named.st_ino;
}

static gboolean
lock_file (int fd, const char *path, guint32 *other_pid, GError **error)
{
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno == EWOULDBLOCK)
    {
      fail_locked (fd, path, other_pid, error);
      return FALSE;
    }
  if (errno == ENOLCK || errno == ENOSYS || errno == EOPNOTSUPP || errno == EINVAL)
    {
      /* Better to run than not to: SQLite has a lock of its own on the database. */
      g_warning ("%s cannot be locked: %s", path, g_strerror (errno));
      return TRUE;
    }
  shoal_store_file_fail (path, "locking", error);
  return FALSE;
}

/* A descriptor that holds the lock; −1 on failure, or with no error set: try again. */
static int
open_locked (const char *path, guint32 *other_pid, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      shoal_store_file_fail (path, "locking", error);
      return -1;
    }
  if (lock_file (fd, path, other_pid, error) && is_in_place (fd, path))
    return fd;
  close (fd);
  return -1;
}

static void
write_pid (int fd)
{
  g_autofree char *text = g_strdup_printf ("%d\n", (int) getpid ());

  /* For the reader's message only: the lock holds without it. */
  if (ftruncate (fd, 0) != 0 || pwrite (fd, text, strlen (text), 0) < 0)
    g_debug ("the holder of a lock could not be noted: %s", g_strerror (errno));
}

ShoalStoreLock *
shoal_store_lock_take (const char *path, guint32 *other_pid, GError **error)
{
  g_autoptr (GError) failure = NULL;
  ShoalStoreLock *self;
  int             fd = -1, i;

  *other_pid = 0;
  for (i = 0; i < OPEN_TRIES && fd < 0 && failure == NULL; i++)
    fd = open_locked (path, other_pid, &failure);
  if (fd < 0)
    {
      if (failure == NULL)
        g_set_error (&failure,
                     SHOAL_STORE_ERROR,
                     SHOAL_STORE_ERROR_FAILED,
                     "%s vanishes again and again",
                     path);
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  write_pid (fd);
  self = g_new0 (ShoalStoreLock, 1);
  self->path = g_strdup (path);
  self->fd = fd;
  return self;
}

static gboolean
is_private_folder (const char *folder)
{
  struct stat info;

  return lstat (folder, &info) == 0 && S_ISDIR (info.st_mode) && info.st_uid == geteuid () &&
         (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

char *
shoal_store_lock_dup_folder (GError **error)
{
  const char      *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *folder = NULL;

  if (runtime != NULL && g_path_is_absolute (runtime))
    {
      folder = g_build_filename (runtime, "shoal", NULL);
      if ((mkdir (folder, 0700) == 0 || errno == EEXIST) && is_private_folder (folder))
        return g_steal_pointer (&folder);
      g_free (folder);
    }
  /* Not TMPDIR: processes that differ in it have to meet here. */
  folder = g_strdup_printf ("/tmp/shoal-%u", (guint) geteuid ());
  if (mkdir (folder, 0700) != 0 && errno != EEXIST)
    shoal_store_file_fail (folder, "making the folder", error);
  else if (!is_private_folder (folder))
    g_set_error (error,
                 SHOAL_STORE_ERROR,
                 SHOAL_STORE_ERROR_FAILED,
                 "%s is not a folder of this user's alone",
                 folder);
  else
    return g_steal_pointer (&folder);
  return NULL;
}

/* A hybrid torrent is known by its v1 hash, under which clients without v2 write it. */
static char *
dup_data_name (const ShoalInfoHashes *hashes, guint64 device, guint64 inode)
{
  char hex[2 * sizeof (ShoalSwarmKey) + 1];

  shoal_base_hex_encode (
      hashes->has_v1 ? hashes->v1.bytes : hashes->v2.bytes, sizeof (ShoalSwarmKey), hex);
  return g_strdup_printf (
      "%s-%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x.lock", hex, device, inode);
}

ShoalStoreLock *
shoal_store_lock_take_data (const ShoalInfoHashes *hashes,
                            guint64                device,
                            guint64                inode,
                            guint32               *other_pid,
                            GError               **error)
{
  g_autofree char *folder = shoal_store_lock_dup_folder (error);
  g_autofree char *name = dup_data_name (hashes, device, inode);
  g_autofree char *path = NULL;
  ShoalStoreLock  *self;

  *other_pid = 0;
  if (folder == NULL)
    return NULL;
  path = g_build_filename (folder, name, NULL);
  self = shoal_store_lock_take (path, other_pid, error);
  if (self != NULL)
    self->is_removed_at_end = TRUE;
  return self;
}

gboolean
shoal_store_lock_is_of_data (const ShoalStoreLock  *self,
                             const ShoalInfoHashes *hashes,
                             guint64                device,
                             guint64                inode)
{
  g_autofree char *name = dup_data_name (hashes, device, inode);

  return g_str_has_suffix (self->path, name);
}

void
shoal_store_lock_free (ShoalStoreLock *self)
{
  /* While the lock is held: whoever opened the file before sees that it is out of its place. */
  if (self->is_removed_at_end)
    unlink (self->path);
  else if (ftruncate (self->fd, 0) != 0)
    g_debug ("%s: %s", self->path, g_strerror (errno));
  close (self->fd);
  g_free (self->path);
  g_free (self);
}
