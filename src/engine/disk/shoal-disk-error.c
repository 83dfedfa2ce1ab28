/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-error.h"

#include <errno.h>

typedef struct
{
  char *path; /* owned; may be NULL */
  int   error_number;
} ShoalDiskErrorPrivate;

static void
shoal_disk_error_private_init (ShoalDiskErrorPrivate *self)
{
}

static void
shoal_disk_error_private_copy (const ShoalDiskErrorPrivate *from, ShoalDiskErrorPrivate *to)
{
  to->path = g_strdup (from->path);
  to->error_number = from->error_number;
}

static void
shoal_disk_error_private_clear (ShoalDiskErrorPrivate *self)
{
  g_clear_pointer (&self->path, g_free);
}

/* GLib's macro casts const away. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
G_DEFINE_EXTENDED_ERROR (ShoalDiskError, shoal_disk_error)
#pragma GCC diagnostic pop

int
shoal_disk_error_get_errno (const GError *error)
{
  ShoalDiskErrorPrivate *private = shoal_disk_error_get_private (error);

  return private != NULL ? private->error_number : 0;
}

const char *
shoal_disk_error_get_path (const GError *error)
{
  ShoalDiskErrorPrivate *private = shoal_disk_error_get_private (error);

  return private != NULL ? private->path : NULL;
}

/* What a person can do about it decides, not what the kernel calls it: ENOTCONN and ESTALE are how
 * a network or FUSE mount says that its other end is gone. */
static const struct
{
  int            error_number;
  ShoalDiskError code;
} classes[] = {
  { ENOSPC, SHOAL_DISK_ERROR_FULL },
  { EDQUOT, SHOAL_DISK_ERROR_FULL },
  { EFBIG, SHOAL_DISK_ERROR_FULL },
  { EROFS, SHOAL_DISK_ERROR_READ_ONLY },
  { EACCES, SHOAL_DISK_ERROR_PERMISSION },
  { EPERM, SHOAL_DISK_ERROR_PERMISSION },
  { ENODEV, SHOAL_DISK_ERROR_VANISHED },
  { ENXIO, SHOAL_DISK_ERROR_VANISHED },
  { ESTALE, SHOAL_DISK_ERROR_VANISHED },
  { ENOTCONN, SHOAL_DISK_ERROR_VANISHED },
  { ESHUTDOWN, SHOAL_DISK_ERROR_VANISHED },
  { ENOENT, SHOAL_DISK_ERROR_MISSING },
  { EIO, SHOAL_DISK_ERROR_IO },
  { EREMOTEIO, SHOAL_DISK_ERROR_IO },
  { ETIMEDOUT, SHOAL_DISK_ERROR_IO },
  { ENOMEDIUM, SHOAL_DISK_ERROR_VANISHED },
  { ELOOP, SHOAL_DISK_ERROR_UNSAFE },
  { ENOTDIR, SHOAL_DISK_ERROR_UNSAFE },
  { EISDIR, SHOAL_DISK_ERROR_UNSAFE },
  { EMEDIUMTYPE, SHOAL_DISK_ERROR_UNSAFE },
  { EEXIST, SHOAL_DISK_ERROR_CONFLICT },
  { ENOTEMPTY, SHOAL_DISK_ERROR_CONFLICT },
  { ENAMETOOLONG, SHOAL_DISK_ERROR_NAME },
  { EILSEQ, SHOAL_DISK_ERROR_NAME },
  { ECANCELED, SHOAL_DISK_ERROR_CANCELLED },
};

ShoalDiskError
shoal_disk_error_classify (int error_number)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (classes); i++)
    if (classes[i].error_number == error_number)
      return classes[i].code;
  return SHOAL_DISK_ERROR_FAILED;
}

static GError *
new_with_private (ShoalDiskError code, int error_number, const char *path, char *message)
{
  GError *error = g_error_new_literal (SHOAL_DISK_ERROR, (int) code, message);
  ShoalDiskErrorPrivate *private = shoal_disk_error_get_private (error);

  private->error_number = error_number;
  private->path = g_strdup (path);
  g_free (message);
  return error;
}

GError *
shoal_disk_error_new_errno (int error_number, const char *doing, const char *path)
{
  char *message = g_strdup_printf (
      "cannot %s %s: %s", doing, path != NULL ? path : "?", g_strerror (error_number));

  return new_with_private (shoal_disk_error_classify (error_number), error_number, path, message);
}

GError *
shoal_disk_error_new (ShoalDiskError code, const char *what, const char *path)
{
  char *message = path != NULL ? g_strdup_printf ("%s: %s", path, what) : g_strdup (what);

  return new_with_private (code, 0, path, message);
}
