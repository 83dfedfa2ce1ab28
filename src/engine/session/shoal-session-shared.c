/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include <string.h>

#include "torrent/shoal-torrent-path.h"

/* Before the files of a torrent are deleted: which of them hold data of another torrent in the list
 * too, the same data under another announcer say. One that is awake has claimed them; most seeds
 * sleep, and of these the database tells. */

typedef struct
{
  ShoalSession      *session;
  ShoalTorrentId     id;     /* of the torrent that is removed */
  GArray            *others; /* owned, of ShoalTorrentId: those that may share something */
  guint              next;
  GHashTable        *paths;  /* owned, of char *: what the others have */
  char              *folder; /* owned, as the next two: of the one that is being looked at */
  char              *root_name;
  ShoalStoreTorrent *loaded;
  gboolean           is_unsure; /* one of them cannot be read */
} Search;

static void look_at_next (Search *self); /* each answer starts the next */

static void
free_search (Search *self)
{
  g_array_unref (self->others);
  g_hash_table_unref (self->paths);
  g_free (self->folder);
  g_free (self->root_name);
  g_free (self);
}

/* At the end of the run nothing is decided: the next one goes on with the removal. */
static void
end (Search *self)
{
  ShoalSessionEntry *entry = shoal_session_find (self->session, self->id);

  if (entry != NULL)
    entry->is_searching = FALSE;
  if (entry != NULL && self->session->phase == SHOAL_SESSION_PHASE_RUNNING)
    {
      entry->kept = g_hash_table_ref (self->paths);
      if (self->is_unsure)
        {
          g_message ("the files of «%s» stay: another torrent that has files there cannot be read",
                     entry->row.name);
          entry->is_deleting = FALSE;
        }
      shoal_session_entry_review (entry);
    }
  free_search (self);
}

/* What it has written to, or found something right in. */
static gboolean
has_data (const ShoalStoreFile *row)
{
  return row->size >= 0 || row->open_for_write;
}

static void
add_paths (Search *self, ShoalCodecMetainfo *metainfo)
{
  guint n = shoal_codec_layout_get_n_files (shoal_codec_metainfo_get_layout (metainfo));
  guint i;

  for (i = 0; i < self->loaded->files->len; i++)
    {
      const ShoalStoreFile *row = &g_array_index (self->loaded->files, ShoalStoreFile, i);
      g_autofree char      *path = NULL;

      if (row->file >= n || !has_data (row))
        continue;
      path = row->renamed_path != NULL
                 ? g_strdup (row->renamed_path)
                 : shoal_torrent_path_make (metainfo, self->root_name, row->file);
      g_hash_table_add (self->paths, g_canonicalize_filename (path, self->folder));
    }
}

static ShoalDiskStep
parse_work (gpointer data)
{
  Search *self = data;
  g_autoptr (ShoalCodecMetainfo) metainfo = NULL;

  if (self->loaded->metainfo_kind == SHOAL_STORE_METAINFO_WHOLE)
    metainfo = shoal_codec_metainfo_new_from_bytes (self->loaded->metainfo, NULL);
  else
    metainfo = shoal_codec_metainfo_new_from_info (self->loaded->metainfo, NULL, NULL);
  if (metainfo != NULL)
    add_paths (self, metainfo);
  else
    self->is_unsure = TRUE;
  return SHOAL_DISK_STEP_DONE;
}

static void
parse_done (gpointer data, gboolean is_cancelled)
{
  Search *self = data;

  self->is_unsure |= is_cancelled;
  g_clear_pointer (&self->loaded, shoal_store_torrent_free);
  look_at_next (self);
}

static void
loaded_cb (gpointer user_data, ShoalStoreTorrent *loaded, const GError *error)
{
  Search       *self = user_data;
  ShoalDiskCall call = {
    .what = "look which files torrents share",
    .work = parse_work,
    .done = parse_done,
    .data = self,
    .first = SHOAL_DISK_STEP_COMPUTE,
  };

  if (error == NULL && loaded->metainfo != NULL &&
      self->session->phase == SHOAL_SESSION_PHASE_RUNNING)
    {
      self->loaded = loaded;
      shoal_disk_queue_submit_call (self->session->disk, &call);
      return;
    }
  /* One that was forgotten meanwhile has nothing, and neither has a magnet so far. */
  if (error != NULL || loaded->metainfo_kind != SHOAL_STORE_METAINFO_NONE)
    self->is_unsure |=
        shoal_session_find (self->session,
                            g_array_index (self->others, ShoalTorrentId, self->next - 1)) != NULL;
  g_clear_pointer (&loaded, shoal_store_torrent_free);
  look_at_next (self);
}

static gboolean
is_same_folder (const ShoalStoreFolder *a, const ShoalStoreFolder *b)
{
  return a->inode != 0 && a->device == b->device && a->inode == b->inode;
}

/* One folder may be known by two names, through a link. */
static const char *
get_folder (const ShoalStoreRow *ours, const ShoalStoreRow *other)
{
  return is_same_folder (&ours->folder, &other->folder) ? ours->save_path : other->save_path;
}

static void
look_at_next (Search *self)
{
  ShoalSessionEntry *entry = shoal_session_find (self->session, self->id);
  ShoalSessionEntry *other = NULL;

  while (other == NULL && self->next < self->others->len)
    other = shoal_session_find (self->session,
                                g_array_index (self->others, ShoalTorrentId, self->next++));
  if (other == NULL || entry == NULL || self->session->phase != SHOAL_SESSION_PHASE_RUNNING)
    {
      end (self);
      return;
    }
  g_free (self->folder);
  g_free (self->root_name);
  self->folder = g_strdup (get_folder (&entry->row, &other->row));
  self->root_name = g_strdup (other->row.root_name);
  shoal_store_load_torrent (self->session->store, other->id, loaded_cb, self);
}

/* Whether one is the other, or lies in it. */
static gboolean
contains (const char *outer, const char *inner)
{
  gsize len = strlen (outer);

  return strncmp (outer, inner, len) == 0 && (inner[len] == '\0' || inner[len] == '/');
}

static char *
dup_data_path (const ShoalStoreRow *row, const char *folder)
{
  return g_canonicalize_filename (row->root_name != NULL ? row->root_name : row->name, folder);
}

/* What leaves the list too has no say; what can still be brought back has. */
static gboolean
may_share (const ShoalSessionEntry *entry, const ShoalSessionEntry *other)
{
  g_autofree char *ours = NULL;
  g_autofree char *theirs = NULL;

  if (entry == other || other->is_removing)
    return FALSE;
  ours = dup_data_path (&entry->row, entry->row.save_path);
  theirs = dup_data_path (&other->row, get_folder (&entry->row, &other->row));
  return contains (ours, theirs) || contains (theirs, ours);
}

gboolean
shoal_session_find_shared (ShoalSessionEntry *entry)
{
  ShoalSession  *self = entry->session;
  Search        *search;
  GHashTableIter iter;
  gpointer       value;

  if (entry->is_searching || entry->kept != NULL)
    return entry->is_searching;
  search = g_new0 (Search, 1);
  search->session = self;
  search->id = entry->id;
  search->others = g_array_new (FALSE, FALSE, sizeof (ShoalTorrentId));
  search->paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (may_share (entry, value))
      g_array_append_val (search->others, ((ShoalSessionEntry *) value)->id);
  if (search->others->len == 0)
    {
      entry->kept = g_hash_table_ref (search->paths);
      free_search (search);
      return FALSE;
    }
  entry->is_searching = TRUE;
  look_at_next (search);
  return TRUE;
}
