/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-source.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
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
fail (ShoalProblem **problem, const char *source, int error_number)
{
  ShoalProblemCode code = error_number == ENOENT   ? SHOAL_PROBLEM_MISSING
                          : error_number == EACCES ? SHOAL_PROBLEM_PERMISSION
                                                   : SHOAL_PROBLEM_IO;

  *problem = shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_USE, code, source, NULL, error_number, 0);
  return NULL;
}

static GBytes *
refuse (ShoalProblem **problem, ShoalProblemCode code, const char *source, const char *what)
{
  *problem = shoal_problem_new_full (
      SHOAL_PROBLEM_DOMAIN_TORRENT, code, source, what, 0, SHOAL_API_MAX_TORRENT_SIZE);
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
        return fail (problem, source, errno);
      if (n == 0)
        return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
      if (bytes->len + (gsize) n > SHOAL_API_MAX_TORRENT_SIZE)
        return refuse (problem, SHOAL_PROBLEM_TOO_LARGE, source, NULL);
      g_byte_array_append (bytes, chunk, (guint) n);
    }
}

static GBytes *
read_path (const char *path, const char *source, ShoalProblem **problem)
{
  int     fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  GBytes *bytes;

  if (fd < 0)
    return fail (problem, source, errno);
  bytes = read_all (fd, source, problem);
  close (fd);
  return bytes;
}

/* Something like "ftp://", and no path that happens to look so. */
static gboolean
is_strange_address (const char *source)
{
  g_autofree char *scheme = g_uri_parse_scheme (source);

  return scheme != NULL && g_str_has_prefix (source + strlen (scheme), "://") &&
         access (source, F_OK) != 0;
}

static gboolean
has_scheme (const char *source, const char *scheme)
{
  g_autofree char *found = g_uri_parse_scheme (source);

  return found != NULL && g_ascii_strcasecmp (found, scheme) == 0;
}

static GBytes *
fetch (const char *source, const ShoalSettings *settings, ShoalProblem **problem)
{
  g_autoptr (ShoalSettings) defaults = shoal_settings_new ();

  return shoal_api_fetch_torrent (source, settings != NULL ? settings : defaults, problem);
}

GBytes *
shoal_cli_source_read (const char *source, const ShoalSettings *settings, ShoalProblem **problem)
{
  *problem = NULL;
  if (strcmp (source, "-") == 0)
    return read_all (STDIN_FILENO, source, problem);
  if (shoal_cli_source_is_magnet (source))
    return refuse (problem,
                   SHOAL_PROBLEM_UNSUPPORTED,
                   source,
                   _ ("a magnet link does not say what the files are; give the .torrent file"));
  if (has_scheme (source, "file"))
    {
      g_autofree char *path = g_filename_from_uri (source, NULL, NULL);

      return path != NULL ? read_path (path, source, problem) : fail (problem, source, EINVAL);
    }
  if (has_scheme (source, "http") || has_scheme (source, "https"))
    return fetch (source, settings, problem);
  if (is_strange_address (source))
    {
      *problem =
          shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_UNSUPPORTED, source, NULL);
      return NULL;
    }
  return read_path (source, source, problem);
}
