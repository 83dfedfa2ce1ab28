/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-folder.h"

#include <errno.h>

#include "disk/shoal-disk-path.h"

typedef struct
{
  const ShoalDiskSyscalls *syscalls; /* unowned: the queue's */
  char                    *folder;   /* owned */
  ShoalDiskFolderFunc      func;
  gpointer                 user_data;
  ShoalDiskFolderInfo      info;
  GError                  *error; /* owned */
} Query;

static void
look_at_space (Query *self, const ShoalDiskPathBase *base)
{
  struct statfs fs;
  guint64       unit;

  if (self->syscalls->fstatfs (self->syscalls->data, base->fd, &fs) != 0)
    {
      self->error = shoal_disk_error_new_errno (errno, "look at", self->folder);
      return;
    }
  unit = (guint64) (fs.f_frsize > 0 ? fs.f_frsize : fs.f_bsize);
  self->info.free_bytes = (guint64) fs.f_bavail * unit;
  self->info.total_bytes = (guint64) fs.f_blocks * unit;
}

/* A folder that does not exist will be made in the nearest one above it that does. */
static ShoalDiskStep
look (gpointer data)
{
  Query            *self = data;
  g_autofree char  *folder = g_strdup (self->folder);
  ShoalDiskFolderId id;
  ShoalDiskPathBase base;

  self->info.exists = TRUE;
  while (!shoal_disk_path_open_base (self->syscalls, folder, NULL, &id, &base, &self->error))
    {
      char *above = g_path_get_dirname (folder);

      self->info.exists = FALSE;
      if (!g_error_matches (self->error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_VANISHED) ||
          g_str_equal (above, folder))
        {
          g_free (above);
          return SHOAL_DISK_STEP_DONE;
        }
      g_clear_error (&self->error);
      g_free (folder);
      folder = above;
    }
  if (self->info.exists)
    self->info.id = id;
  look_at_space (self, &base);
  shoal_disk_path_close_base (&base);
  return SHOAL_DISK_STEP_DONE;
}

static void
answer (gpointer data, gboolean is_cancelled)
{
  Query *self = data;

  if (is_cancelled && self->error == NULL)
    self->error = shoal_disk_error_new (SHOAL_DISK_ERROR_CANCELLED, "cancelled", self->folder);
  self->info.folder = self->folder;
  self->info.error = self->error;
  self->func (&self->info, self->user_data);
  g_clear_error (&self->error);
  g_free (self->folder);
  g_free (self);
}

ShoalDiskTicket
shoal_disk_folder_query (ShoalDiskQueue     *queue,
                         const char         *folder,
                         ShoalDiskFolderFunc func,
                         gpointer            user_data)
{
  Query        *self = g_new0 (Query, 1);
  ShoalDiskCall call = {
    .what = "look at a folder",
    .work = look,
    .done = answer,
    .data = self,
    .first = SHOAL_DISK_STEP_IO,
  };

  self->syscalls = shoal_disk_queue_get_syscalls (queue);
  self->folder = g_strdup (folder);
  self->func = func;
  self->user_data = user_data;
  return shoal_disk_queue_submit_call (queue, &call);
}
