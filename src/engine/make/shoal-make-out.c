/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "make/shoal-make-out.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/shoal-codec-metainfo.h"

/* Bytes; no torrent of ours is larger, and what is need not be read. */
#define MAX_TORRENT_SIZE (64 * 1024 * 1024)

void
shoal_make_out_init (ShoalMakeOut *self, const char *path)
{
  struct stat info;
  char       *real;

  *self = (ShoalMakeOut){ 0 };
  if (path == NULL || stat (path, &info) != 0)
    return;
  real = realpath (path, NULL);
  self->place = g_strdup (real);
  self->device = info.st_dev;
  self->inode = info.st_ino;
  free (real);
}

void
shoal_make_out_clear (ShoalMakeOut *self)
{
  g_clear_pointer (&self->place, g_free);
}

static GBytes *
read_file (const char *path, gsize len)
{
  g_autofree guint8 *data = g_malloc (len);
  int                fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  gsize              at = 0;
  gssize             n = 1;

  if (fd < 0)
    return NULL;
  while (at < len && n > 0)
    {
      n = read (fd, data + at, len - at);
      at += n > 0 ? (gsize) n : 0;
    }
  close (fd);
  return at == len ? g_bytes_new_take (g_steal_pointer (&data), len) : NULL;
}

static gboolean
is_torrent_of (const char *path, const struct stat *info, const char *name)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ShoalCodecMetainfo) metainfo = NULL;

  if (info->st_size <= 0 || info->st_size > MAX_TORRENT_SIZE)
    return FALSE;
  bytes = read_file (path, (gsize) info->st_size);
  if (bytes != NULL)
    metainfo = shoal_codec_metainfo_new_from_bytes (bytes, NULL);
  return metainfo != NULL && strcmp (shoal_codec_metainfo_get_name (metainfo), name) == 0;
}

ShoalMakeOutRelation
shoal_make_out_compare (const ShoalMakeOut *self,
                        const char         *place,
                        const struct stat  *info,
                        const char         *name)
{
  if (self->place == NULL || info->st_dev != self->device || info->st_ino != self->inode)
    return SHOAL_MAKE_OUT_APART;
  return strcmp (place, self->place) == 0 && is_torrent_of (place, info, name)
             ? SHOAL_MAKE_OUT_FORMER
             : SHOAL_MAKE_OUT_INPUT;
}
