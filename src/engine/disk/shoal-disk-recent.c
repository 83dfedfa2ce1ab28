/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-recent.h"

#include <errno.h>
#include <string.h>

/* Files of a folder mostly come one after the other, and the way to it costs more than they do. */
#define RECENT_USEC (10 * 1000)

struct _ShoalDiskRecent
{
  const ShoalDiskSyscalls *syscalls; /* unowned: the queue's */
  char                    *path;     /* owned; NULL: nothing is kept */
  gsize                    len;
  gint64                   since_usec;
  int                      fd; /* owned; -1: what @path names is missing */
};

ShoalDiskRecent *
shoal_disk_recent_new (const ShoalDiskSyscalls *syscalls)
{
  ShoalDiskRecent *self = g_new0 (ShoalDiskRecent, 1);

  self->syscalls = syscalls;
  self->fd = -1;
  return self;
}

void
shoal_disk_recent_free (ShoalDiskRecent *self)
{
  shoal_disk_recent_forget (self);
  g_free (self);
}

void
shoal_disk_recent_forget (ShoalDiskRecent *self)
{
  int saved = errno;

  if (self->fd >= 0)
    self->syscalls->close (self->syscalls->data, self->fd);
  self->fd = -1;
  g_clear_pointer (&self->path, g_free);
  errno = saved;
}

/* Of what is missing everything below is missing too; in what is there, only what lies right in it
 * is found without a further step, which might be a link. */
static gboolean
is_about (const ShoalDiskRecent *self, const char *relative)
{
  const char *rest = relative + self->len;

  if (strncmp (relative, self->path, self->len) != 0)
    return FALSE;
  if (self->len == 0)
    return strchr (rest, '/') == NULL;
  return *rest == '/' && (self->fd < 0 || strchr (rest + 1, '/') == NULL);
}

gboolean
shoal_disk_recent_find (ShoalDiskRecent *self, const char *relative, gint64 now_usec, int *fd)
{
  *fd = self->fd;
  return self->path != NULL && now_usec - self->since_usec < RECENT_USEC &&
         is_about (self, relative);
}

void
shoal_disk_recent_keep (ShoalDiskRecent *self, const char *path, gsize len, int fd, gint64 now_usec)
{
  shoal_disk_recent_forget (self);
  self->path = g_strndup (path, len);
  self->len = len;
  self->fd = fd;
  self->since_usec = now_usec;
}
