/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "api/shoal-api-torrent.h"

#include <stdlib.h>
#include <string.h>

#include "session/shoal-session-contents.h"
#include "torrent/shoal-torrent-problem.h"

ShoalContents *
shoal_api_read_torrent (GBytes *torrent, const char *subject, ShoalProblem **problem)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecMetainfo) metainfo = shoal_codec_metainfo_new_from_bytes (torrent, &error);

  if (metainfo != NULL)
    return shoal_session_contents_new (metainfo);
  if (problem != NULL)
    *problem = shoal_torrent_problem_from_error (error, subject);
  return NULL;
}

char *
shoal_api_dup_link_name (const ShoalContents *contents)
{
  return shoal_session_contents_dup_link_name (contents->name, &contents->hashes);
}

/* Where @path leads: what the person names may be a link. */
static char *
dup_place (const char *path)
{
  char *real = realpath (path, NULL);
  char *place = real != NULL ? g_strdup (real) : g_canonicalize_filename (path, NULL);

  free (real);
  return place;
}

void
shoal_api_find_data (const ShoalContents *contents,
                     const char          *path,
                     char               **save_path,
                     char               **top_name)
{
  g_autofree char *place = dup_place (path);
  g_autofree char *inside = g_build_filename (place, contents->name, NULL);
  gboolean         is_folder = g_file_test (place, G_FILE_TEST_IS_DIR);
  g_autofree char *base = g_path_get_basename (place);

  /* The folder that holds it: by the name in the torrent. A folder of that very name may be meant
   * itself. */
  if (is_folder && g_file_test (inside, G_FILE_TEST_EXISTS) &&
      (!contents->is_multi_file || strcmp (base, contents->name) != 0 ||
       g_file_test (inside, G_FILE_TEST_IS_DIR)))
    {
      g_free (place);
      place = dup_place (inside);
    }
  else if (is_folder && !contents->is_multi_file)
    {
      *save_path = g_steal_pointer (&place);
      *top_name = g_strdup (contents->name);
      return;
    }
  *save_path = g_path_get_dirname (place);
  *top_name = g_path_get_basename (place);
}
