/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-target.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/shoal-cli-fault.h"

/* Links that lead to links: as many as the kernel follows. */
#define MAX_LINKS 40

static int
get_errno (const GError *error)
{
  static const struct
  {
    GFileError from;
    int        to;
  } rows[] = {
    { G_FILE_ERROR_NOENT, ENOENT },   { G_FILE_ERROR_ACCES, EACCES },
    { G_FILE_ERROR_PERM, EPERM },     { G_FILE_ERROR_ROFS, EROFS },
    { G_FILE_ERROR_NOSPC, ENOSPC },   { G_FILE_ERROR_ISDIR, EISDIR },
    { G_FILE_ERROR_NOTDIR, ENOTDIR }, { G_FILE_ERROR_EXIST, EEXIST },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_error_matches (error, G_FILE_ERROR, (int) rows[i].from))
      return rows[i].to;
  return EIO;
}

static gboolean
is_same_file (const char *path, const struct stat *info)
{
  struct stat other;

  return stat (path, &other) == 0 && other.st_dev == info->st_dev && other.st_ino == info->st_ino;
}

/* Where the links at @path lead, whether something is there or not. */
static char *
dup_place (const char *path)
{
  char *place = g_strdup (path);
  guint i;

  for (i = 0; i < MAX_LINKS; i++)
    {
      g_autofree char *target = g_file_read_link (place, NULL);
      g_autofree char *folder = g_path_get_dirname (place);

      if (target == NULL)
        break;
      g_free (place);
      place = g_path_is_absolute (target) ? g_steal_pointer (&target)
                                          : g_build_filename (folder, target, NULL);
    }
  return place;
}

/* Whether it has to be written into what is there: a pipe or a device, or a file that has no name
 * any more and is only reached through a descriptor. */
static gboolean
is_stream (const char *path, const char *place)
{
  struct stat info;

  return stat (path, &info) == 0 && (!S_ISREG (info.st_mode) || !is_same_file (place, &info));
}

ShoalProblem *
shoal_cli_target_check (const char *path)
{
  g_autofree char *place = dup_place (path);
  g_autofree char *folder = g_path_get_dirname (place);
  struct stat      info;

  if (stat (path, &info) != 0)
    info.st_mode = 0;
  if (S_ISDIR (info.st_mode))
    return shoal_cli_fault_problem_from_errno (path, EISDIR);
  if (S_ISBLK (info.st_mode) || S_ISSOCK (info.st_mode))
    return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_STORAGE,
                              SHOAL_PROBLEM_INVALID,
                              path,
                              S_ISBLK (info.st_mode) ? _ ("it is a disk") : _ ("it is a socket"));
  if (is_stream (path, place))
    return access (path, W_OK) == 0 ? NULL : shoal_cli_fault_problem_from_errno (path, errno);
  return access (folder, W_OK) == 0 ? NULL : shoal_cli_fault_problem_from_errno (folder, errno);
}

/* 0, or an errno. */
static int
write_stream (const char *path, GBytes *bytes)
{
  gsize       len;
  const char *data = g_bytes_get_data (bytes, &len);
  int         fd = open (path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
  int         error_number = fd < 0 ? errno : 0;

  while (error_number == 0 && len > 0)
    {
      gssize n = write (fd, data, len);

      if (n < 0 && errno != EINTR)
        error_number = errno;
      data += MAX (n, 0);
      len -= (gsize) MAX (n, 0);
    }
  if (fd >= 0 && close (fd) != 0 && error_number == 0)
    error_number = errno;
  return error_number;
}

ShoalProblem *
shoal_cli_target_write (const char *path, GBytes *bytes)
{
  g_autofree char *place = dup_place (path);
  g_autoptr (GError) error = NULL;
  int         error_number = 0;
  gsize       len;
  const char *data = g_bytes_get_data (bytes, &len);

  if (is_stream (path, place))
    error_number = write_stream (path, bytes);
  else if (!g_file_set_contents_full (
               place, data, (gssize) len, G_FILE_SET_CONTENTS_CONSISTENT, 0644, &error))
    error_number = get_errno (error);
  return error_number == 0 ? NULL : shoal_cli_fault_problem_from_errno (path, error_number);
}

gboolean
shoal_cli_target_is_stdout (const char *path)
{
  struct stat info;

  return fstat (STDOUT_FILENO, &info) == 0 && !S_ISREG (info.st_mode) && is_same_file (path, &info);
}
