/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/shoal-api-torrent.h"

gboolean
shoal_cli_source_is_magnet (const char *source)
{
  return g_ascii_strncasecmp (source, "magnet:", 7) == 0;
}

static GBytes *
fail (ShoalProblem **problem, ShoalProblemCode code, const char *source, int error_number)
{
  ShoalProblemDomain domain =
      code == SHOAL_PROBLEM_TOO_LARGE ? SHOAL_PROBLEM_DOMAIN_TORRENT : SHOAL_PROBLEM_DOMAIN_USE;

  *problem = shoal_problem_new_full (domain,
                                     code,
                                     source,
                                     error_number != 0 ? g_strerror (error_number)
                                                       : "larger than a torrent may be",
                                     error_number,
                                     SHOAL_API_MAX_TORRENT_SIZE);
  return NULL;
}

static GBytes *
read_all (int fd, const char *source, ShoalProblem **problem)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 chunk[65536];

  for (;;)
    {
      gssize n = read (fd, chunk, sizeof chunk);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail (problem, SHOAL_PROBLEM_INVALID, source, errno);
      if (n == 0)
        return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
      if (bytes->len + (gsize) n > SHOAL_API_MAX_TORRENT_SIZE)
        return fail (problem, SHOAL_PROBLEM_TOO_LARGE, source, 0);
      g_byte_array_append (bytes, chunk, (guint) n);
    }
}

static GBytes *
read_path (const char *path, const char *source, ShoalProblem **problem)
{
  int     fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  GBytes *bytes;

  if (fd < 0)
    return fail (problem, SHOAL_PROBLEM_INVALID, source, errno);
  bytes = read_all (fd, source, problem);
  close (fd);
  return bytes;
}

GBytes *
shoal_cli_source_read (const char *source, gboolean allow_local, ShoalProblem **problem)
{
  g_autofree char *scheme = g_uri_parse_scheme (source);

  *problem = NULL;
  if (strcmp (source, "-") == 0)
    return read_all (STDIN_FILENO, source, problem);
  if (scheme != NULL && g_ascii_strcasecmp (scheme, "file") == 0)
    {
      g_autofree char *path = g_filename_from_uri (source, NULL, NULL);

      return path != NULL ? read_path (path, source, problem)
                          : fail (problem, SHOAL_PROBLEM_INVALID, source, EINVAL);
    }
  if (scheme != NULL &&
      (g_ascii_strcasecmp (scheme, "http") == 0 || g_ascii_strcasecmp (scheme, "https") == 0))
    return shoal_api_fetch_torrent (source, allow_local, problem);
  return read_path (source, source, problem);
}
