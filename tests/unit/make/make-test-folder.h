/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

/* Folders of files for tests, below the system's folder for temporary ones. */

static inline char *
new_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("shoal-make-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

/* Writes @len bytes that depend on @name and their place; makes the folders of @name. */
static inline void
write_file (const char *folder, const char *name, gsize len)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *data = g_malloc (MAX (len, 1));
  g_autoptr (GError) error = NULL;
  guint32 state = g_str_hash (name);
  gsize   i;

  for (i = 0; i < len; i++)
    {
      state = state * 1664525 + 1013904223;
      data[i] = (char) (state >> 24);
    }
  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_file_set_contents (path, data, (gssize) len, &error);
  g_assert_no_error (error);
}

static inline void
remove_tree (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      GDir       *dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          remove_tree (child);
        }
      g_clear_pointer (&dir, g_dir_close);
    }
  g_remove (path);
}
