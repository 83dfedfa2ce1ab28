/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "fake-changes.h"

#include <string.h>

static guint n_files;
static guint n_names;

/* "KIND ID REST" -> text or number; one for all torrents. */
static GHashTable *
get_table (void)
{
  static GHashTable *table;

  if (table == NULL)
    table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return table;
}

static void
put (char *key, const char *value)
{
  g_hash_table_insert (get_table (), key, g_strdup (value));
}

static const char *
look_up (const char *kind, ShoalTorrentId id, guint number)
{
  g_autofree char *key = g_strdup_printf ("%s %u %u", kind, id.value, number);

  return g_hash_table_lookup (get_table (), key);
}

/* One byte for each file; more of them than can be looked up by name. Lists of files are made on a
 * thread: the lock is for the bytes. */
G_LOCK_DEFINE_STATIC (priorities);

static GByteArray *
get_priorities (ShoalTorrentId id)
{
  static GHashTable *tables;
  GByteArray        *found;

  if (tables == NULL)
    tables = g_hash_table_new (NULL, NULL);
  found = g_hash_table_lookup (tables, GUINT_TO_POINTER (id.value));
  if (found != NULL)
    return found;
  found = g_byte_array_new ();
  g_hash_table_insert (tables, GUINT_TO_POINTER (id.value), found);
  return found;
}

void
fake_changes_set_priority (ShoalTorrentId id, guint file, ShoalFilePriority priority)
{
  static const guint8 normal = SHOAL_FILE_PRIORITY_NORMAL;
  GByteArray         *all;

  G_LOCK (priorities);
  all = get_priorities (id);
  while (all->len <= file)
    g_byte_array_append (all, &normal, 1);
  all->data[file] = (guint8) priority;
  G_UNLOCK (priorities);
  n_files++;
}

ShoalFilePriority
fake_changes_get_priority (ShoalTorrentId id, guint file)
{
  ShoalFilePriority priority = SHOAL_FILE_PRIORITY_NORMAL;
  const GByteArray *all;

  G_LOCK (priorities);
  all = get_priorities (id);
  if (file < all->len)
    priority = (ShoalFilePriority) all->data[file];
  G_UNLOCK (priorities);
  return priority;
}

void
fake_changes_rename (ShoalTorrentId id, guint file, const char *name)
{
  put (g_strdup_printf ("name %u %u", id.value, file), name);
  n_files++;
  n_names++;
}

const char *
fake_changes_get_name (ShoalTorrentId id, guint file)
{
  return n_names > 0 ? look_up ("name", id, file) : NULL;
}

const char *
fake_changes_get_folder_name (ShoalTorrentId id, guint part)
{
  return n_names > 0 ? look_up ("folder", id, part) : NULL;
}

static gboolean
is_called (ShoalTorrentId id, guint part, const char *name)
{
  const char      *now = fake_changes_get_folder_name (id, part);
  g_autofree char *first = g_strdup_printf ("part %u", part);

  return g_str_equal (now != NULL ? now : first, name);
}

void
fake_changes_rename_folder (ShoalTorrentId id, const char *folder, const char *name)
{
  const char *last = strrchr (folder, '/');

  if (last == NULL)
    fake_changes_rename (id, G_MAXUINT, name);
  for (guint i = 0; last != NULL && i < FAKE_N_PARTS; i++)
    if (is_called (id, i, last + 1))
      {
        put (g_strdup_printf ("folder %u %u", id.value, i), name);
        last = NULL;
      }
  n_files++;
  n_names++;
}

void
fake_changes_set_trackers (ShoalTorrentId id, const char *const *words)
{
  g_autofree char *text = g_strjoinv ("\n", (char **) words);

  put (g_strdup_printf ("trackers %u 0", id.value), text);
}

const char *const *
fake_changes_get_trackers (ShoalTorrentId id)
{
  static char **words;
  const char   *text = look_up ("trackers", id, 0);

  g_clear_pointer (&words, g_strfreev);
  words = text != NULL ? g_strsplit (text, "\n", -1) : NULL;
  return (const char *const *) words;
}

void
fake_changes_ban (ShoalTorrentId id, const ShoalBaseAddress *address)
{
  put (g_strdup_printf ("ban %u %u", id.value, shoal_base_address_hash (address)), "");
}

void
fake_changes_unban (ShoalTorrentId id, const ShoalBaseAddress *address)
{
  g_autofree char *key = g_strdup_printf ("ban %u %u", id.value, shoal_base_address_hash (address));

  g_hash_table_remove (get_table (), key);
}

gboolean
fake_changes_is_banned (ShoalTorrentId id, const ShoalBaseAddress *address)
{
  return look_up ("ban", id, shoal_base_address_hash (address)) != NULL;
}

guint
fake_changes_get_n_files (void)
{
  return n_files;
}
