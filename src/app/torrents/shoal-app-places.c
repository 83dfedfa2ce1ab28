/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-places.h"

#include <string.h>

struct _ShoalAppPlaces
{
  GHashTable *paths; /* owned set of char *, unowned: who added them has them */
  GHashTable *above; /* owned set of char *, owned: all folders around those */
};

/* Cuts the last part off; FALSE: there is nothing above. */
static gboolean
go_up (char *path)
{
  char *slash = strrchr (path, '/');

  if (slash == NULL)
    return FALSE;
  *slash = '\0';
  return TRUE;
}

ShoalAppPlaces *
shoal_app_places_new (void)
{
  ShoalAppPlaces *self = g_new0 (ShoalAppPlaces, 1);

  self->paths = g_hash_table_new (g_str_hash, g_str_equal);
  self->above = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
shoal_app_places_free (ShoalAppPlaces *self)
{
  g_hash_table_unref (self->paths);
  g_hash_table_unref (self->above);
  g_free (self);
}

void
shoal_app_places_add (ShoalAppPlaces *self, const char *path)
{
  g_autofree char *folder = g_strdup (path);

  g_hash_table_add (self->paths, (gpointer) path);
  while (go_up (folder) && !g_hash_table_contains (self->above, folder))
    g_hash_table_add (self->above, g_strdup (folder));
}

gboolean
shoal_app_places_overlap (ShoalAppPlaces *self, const char *path)
{
  g_autofree char *folder = g_strdup (path);

  if (g_hash_table_contains (self->above, path))
    return TRUE;
  do
    if (g_hash_table_contains (self->paths, folder))
      return TRUE;
  while (go_up (folder));
  return FALSE;
}
