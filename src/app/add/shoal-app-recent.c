/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-recent.h"

#include <string.h>

/* Without a slash at the end, by which the same folder would be there twice. */
static char *
dup_plain (const char *folder)
{
  gsize len = strlen (folder);

  while (len > 1 && folder[len - 1] == '/')
    len--;
  return g_strndup (folder, len);
}

/* Takes @folder over. */
static void
append (GPtrArray *folders, char *folder)
{
  if (g_path_is_absolute (folder) && folders->len < SHOAL_APP_RECENT_MAX &&
      !g_ptr_array_find_with_equal_func (folders, folder, g_str_equal, NULL))
    g_ptr_array_add (folders, folder);
  else
    g_free (folder);
}

static char **
end (GPtrArray *folders)
{
  g_ptr_array_add (folders, NULL);
  return (char **) g_ptr_array_free (folders, FALSE);
}

char **
shoal_app_recent_add (const char *const *folders, const char *folder)
{
  GPtrArray *result = g_ptr_array_new ();

  append (result, dup_plain (folder));
  for (guint i = 0; folders[i] != NULL; i++)
    append (result, dup_plain (folders[i]));
  return end (result);
}

char **
shoal_app_recent_remove (const char *const *folders, const char *const *gone)
{
  GPtrArray *result = g_ptr_array_new ();

  for (guint i = 0; folders[i] != NULL; i++)
    if (!g_strv_contains (gone, folders[i]))
      append (result, g_strdup (folders[i]));
  return end (result);
}

char **
shoal_app_recent_offer (const char *const *folders, const char *standard)
{
  g_autofree char *plain = dup_plain (standard);
  GPtrArray       *result = g_ptr_array_new ();

  for (guint i = 0; folders[i] != NULL && result->len < SHOAL_APP_RECENT_MAX_SHOWN; i++)
    if (!g_str_equal (folders[i], plain))
      append (result, g_strdup (folders[i]));
  return end (result);
}

gboolean
shoal_app_recent_is_gone (const char *folder)
{
  g_autofree char *parent = g_path_get_dirname (folder);

  return !g_file_test (folder, G_FILE_TEST_IS_DIR) && g_file_test (parent, G_FILE_TEST_IS_DIR);
}
