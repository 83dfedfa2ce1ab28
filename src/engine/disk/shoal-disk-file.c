/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-file.h"

#include <errno.h>
#include <fcntl.h>

#include "base/shoal-base-random.h"
#include "disk/shoal-disk-path.h"

/* Read in pieces of this size, since what a file says of its size may change. */
#define READ_SIZE (256 * 1024)

/* 0, or -1 with errno; EOVERFLOW: too large. */
static int
read_all (const ShoalDiskSyscalls *syscalls, int fd, gsize max_bytes, GByteArray *out)
{
  gsize        old;
  gssize       n;
  struct iovec iov;

  do
    {
      old = out->len;
      g_byte_array_set_size (out, (guint) (old + MIN (READ_SIZE, max_bytes - old + 1)));
      iov = (struct iovec){ out->data + old, out->len - old };
      do
        n = syscalls->preadv (syscalls->data, fd, &iov, 1, old);
      while (n < 0 && errno == EINTR);
      g_byte_array_set_size (out, (guint) (old + (gsize) MAX (n, 0)));
      if (out->len > max_bytes)
        {
          errno = EOVERFLOW;
          return -1;
        }
    }
  while (n > 0);
  return n < 0 ? -1 : 0;
}

static GError *
new_load_error (int error_number, const char *path)
{
  if (error_number == EOVERFLOW)
    return shoal_disk_error_new (SHOAL_DISK_ERROR_TOO_LARGE, "the file is too large", path);
  return shoal_disk_error_new_errno (error_number, "read", path);
}

GBytes *
shoal_disk_file_load (const ShoalDiskSyscalls *syscalls,
                      const char              *path,
                      gsize                    max_bytes,
                      GError                 **error)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  struct stat st = { 0 };
  int         fd, result = -1;

  g_return_val_if_fail (max_bytes < G_MAXUINT - READ_SIZE, NULL);

  fd = syscalls->open_at (
      syscalls->data, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  if (fd >= 0)
    {
      if (syscalls->fstat (syscalls->data, fd, &st) == 0 && !S_ISREG (st.st_mode))
        errno = S_ISDIR (st.st_mode) ? EISDIR : EMEDIUMTYPE;
      else if (st.st_size > 0 && (guint64) st.st_size > max_bytes)
        errno = EOVERFLOW;
      else
        result = read_all (syscalls, fd, max_bytes, out);
      shoal_disk_syscalls_close (syscalls, fd);
    }
  if (result == 0)
    return g_byte_array_free_to_bytes (g_steal_pointer (&out));
  g_propagate_error (error, new_load_error (errno, path));
  return NULL;
}

static int
write_all (const ShoalDiskSyscalls *syscalls, int fd, GBytes *bytes)
{
  gsize              len;
  const guint8      *data = g_bytes_get_data (bytes, &len);
  g_autofree guint8 *copy = g_memdup2 (data, len); /* iovec knows no const */

  if (shoal_disk_syscalls_write_all (syscalls, fd, 0, copy, len) != 0)
    return -1;
  return syscalls->fdatasync (syscalls->data, fd);
}

static int
put_in_place (const ShoalDiskPathBase *base, const char *temp, const char *name, gboolean overwrite)
{
  const ShoalDiskSyscalls *syscalls = base->syscalls;
  int                      result;

  result = overwrite ? syscalls->rename_at (syscalls->data, base->fd, temp, base->fd, name, 0)
                     : shoal_disk_path_rename (base, temp, base, name);
  return result == 0 ? shoal_disk_path_sync_folder (base, NULL) : -1;
}

static int
save_below (const ShoalDiskPathBase *base, const char *name, GBytes *bytes, gboolean overwrite)
{
  const ShoalDiskSyscalls *syscalls = base->syscalls;
  guint64                  number;
  g_autofree char         *temp = NULL;
  int                      fd, saved, result;

  shoal_base_random_secure (&number, sizeof number);
  temp = g_strdup_printf (".shoal-%016" G_GINT64_MODIFIER "x", number);
  fd = shoal_disk_path_open_file (
      base, temp, SHOAL_DISK_PATH_WRITE | SHOAL_DISK_PATH_CREATE | SHOAL_DISK_PATH_NEW, NULL);
  if (fd < 0)
    return -1;
  result = write_all (syscalls, fd, bytes);
  shoal_disk_syscalls_close (syscalls, fd);
  if (result == 0)
    result = put_in_place (base, temp, name, overwrite);
  if (result != 0)
    {
      saved = errno;
      shoal_disk_path_unlink (base, temp, 0);
      errno = saved;
    }
  return result;
}

gboolean
shoal_disk_file_save (const ShoalDiskSyscalls *syscalls,
                      const char              *path,
                      GBytes                  *bytes,
                      gboolean                 overwrite,
                      GError                 **error)
{
  g_autofree char  *folder = g_path_get_dirname (path);
  g_autofree char  *name = g_path_get_basename (path);
  ShoalDiskFolderId id;
  ShoalDiskPathBase base;
  int               result;

  if (!shoal_disk_path_open_base (syscalls, folder, NULL, &id, &base, error))
    return FALSE;
  result = save_below (&base, name, bytes, overwrite);
  shoal_disk_path_close_base (&base);
  if (result != 0)
    g_propagate_error (error, shoal_disk_error_new_errno (errno, "write", path));
  return result == 0;
}

typedef struct
{
  const ShoalDiskSyscalls *syscalls; /* unowned: the queue's */
  char                    *path;     /* owned */
  gsize                    max_bytes;
  ShoalDiskFileFunc        func;
  gpointer                 user_data;
  GBytes                  *bytes; /* owned */
  GError                  *error; /* owned */
} Load;

static ShoalDiskStep
load (gpointer data)
{
  Load *self = data;

  self->bytes = shoal_disk_file_load (self->syscalls, self->path, self->max_bytes, &self->error);
  return SHOAL_DISK_STEP_DONE;
}

static void
answer_load (gpointer data, gboolean is_cancelled)
{
  Load *self = data;

  if (is_cancelled && self->error == NULL)
    self->error = shoal_disk_error_new (SHOAL_DISK_ERROR_CANCELLED, "cancelled", self->path);
  self->func (self->bytes, self->error, self->user_data);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_error (&self->error);
  g_free (self->path);
  g_free (self);
}

ShoalDiskTicket
shoal_disk_file_load_async (ShoalDiskQueue   *queue,
                            const char       *path,
                            gsize             max_bytes,
                            ShoalDiskFileFunc func,
                            gpointer          user_data)
{
  Load         *self = g_new0 (Load, 1);
  ShoalDiskCall call = { .what = "read a file",
                         .work = load,
                         .done = answer_load,
                         .data = self,
                         .first = SHOAL_DISK_STEP_IO };

  self->syscalls = shoal_disk_queue_get_syscalls (queue);
  self->path = g_strdup (path);
  self->max_bytes = max_bytes;
  self->func = func;
  self->user_data = user_data;
  return shoal_disk_queue_submit_call (queue, &call);
}
