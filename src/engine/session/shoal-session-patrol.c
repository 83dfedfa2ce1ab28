/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* A look at what lies on disk of torrents that sleep, without loading them: whether the folder is
 * there, and in it what the torrent is called. A worker does it at the start, in small steps, when
 * nothing else is to be done. One whose folder is gone waits, asleep, and is looked at again; one
 * that is gone from its folder is woken to find out. All else is found out when somebody needs it.
 */

#define STEP_ITEMS 64

typedef enum
{
  UNKNOWN,
  PRESENT,
  GONE,        /* from its folder */
  FOLDER_GONE, /* with its folder */
} Verdict;

typedef struct
{
  ShoalTorrentId id;
  const char    *folder; /* in texts, as the next; each folder once */
  const char    *name;
  Verdict        verdict;
} Item;

typedef struct
{
  ShoalSession            *session;
  const ShoalDiskSyscalls *syscalls; /* unowned: outlives the session */
  GStringChunk            *texts;    /* owned */
  GArray                  *items;    /* owned, by folder */
  guint                    next;     /* the worker's, as the rest */
  const char              *folder;   /* that was looked at last */
  gboolean                 is_folder_gone;
} Patrol;

static gboolean
is_gone (const Patrol *self, const char *path)
{
  struct stat st;

  return self->syscalls->stat_at (self->syscalls->data, AT_FDCWD, path, &st) != 0 &&
         (errno == ENOENT || errno == ENOTDIR);
}

static Verdict
judge (Patrol *self, const Item *item)
{
  g_autofree char *inside = g_build_filename (item->folder, ".", NULL); /* through a symlink */
  g_autofree char *top = g_build_filename (item->folder, item->name, NULL);

  if (self->folder != item->folder)
    {
      self->folder = item->folder;
      self->is_folder_gone = is_gone (self, inside);
    }
  if (self->is_folder_gone)
    return FOLDER_GONE;
  return is_gone (self, top) ? GONE : PRESENT;
}

static ShoalDiskStep
look (gpointer data)
{
  Patrol *self = data;
  guint   end = MIN (self->next + STEP_ITEMS, self->items->len);

  for (; self->next < end; self->next++)
    {
      Item *item = &g_array_index (self->items, Item, self->next);

      item->verdict = judge (self, item);
    }
  return end < self->items->len ? SHOAL_DISK_STEP_IO : SHOAL_DISK_STEP_DONE;
}

static void
set_missing (ShoalSessionEntry *entry, gboolean is_missing)
{
  if (entry->is_missing == is_missing)
    return;
  entry->is_missing = is_missing;
  g_clear_pointer (&entry->problem, shoal_problem_unref);
  if (is_missing)
    entry->problem = shoal_problem_new (
        SHOAL_PROBLEM_DOMAIN_STORAGE, SHOAL_PROBLEM_VANISHED, entry->row.save_path, NULL);
  shoal_session_mark (entry, TRUE);
}

static gboolean
is_of_concern (const ShoalSessionEntry *entry)
{
  return entry->torrent == NULL && shoal_session_entry_is_settled (entry) &&
         entry->row.stats.wanted_bytes > 0 && shoal_session_entry_wants_active (entry) &&
         (entry->problem == NULL || entry->is_missing);
}

static void
apply (ShoalSessionEntry *entry, Verdict verdict)
{
  if (!is_of_concern (entry))
    return;
  set_missing (entry, verdict == FOLDER_GONE);
  entry->wants_look = verdict == GONE;
  if (entry->is_missing)
    shoal_base_list_append (&entry->session->to_look, &entry->looking);
  shoal_session_entry_review (entry);
}

static void
done (gpointer data, gboolean is_cancelled)
{
  Patrol       *patrol = data;
  ShoalSession *self = patrol->session;
  guint         i;

  self->is_patrolling = FALSE;
  for (i = 0; i < patrol->items->len && !is_cancelled; i++)
    {
      const Item        *item = &g_array_index (patrol->items, Item, i);
      ShoalSessionEntry *entry = shoal_session_find (self, item->id);

      if (entry != NULL && !shoal_base_list_is_linked (&entry->looking))
        apply (entry, item->verdict);
    }
  if (!shoal_base_list_is_empty (&self->to_look) && self->phase == SHOAL_SESSION_PHASE_RUNNING)
    shoal_net_reactor_timer_set (self->reactor,
                                 &self->patrol,
                                 shoal_net_reactor_get_now (self->reactor) + self->env.retry_usec);
  g_string_chunk_free (patrol->texts);
  g_array_unref (patrol->items);
  g_free (patrol);
}

static int
compare_folders (gconstpointer a, gconstpointer b)
{
  const char *x = ((const Item *) a)->folder, *y = ((const Item *) b)->folder;

  return x < y ? -1 : x > y; /* each is there once */
}

static void
take_items (ShoalSession *self, Patrol *patrol)
{
  while (!shoal_base_list_is_empty (&self->to_look))
    {
      ShoalSessionEntry *entry =
          SHOAL_BASE_LIST_ENTRY (self->to_look.next, ShoalSessionEntry, looking);
      const ShoalStoreRow *row = &entry->row;
      Item                 item = { .id = entry->id };

      shoal_base_list_remove (&entry->looking);
      if (!is_of_concern (entry))
        continue;
      item.folder = g_string_chunk_insert_const (patrol->texts, row->save_path);
      item.name = g_string_chunk_insert (patrol->texts,
                                         row->root_name != NULL ? row->root_name : row->name);
      g_array_append_val (patrol->items, item);
    }
  g_array_sort (patrol->items, compare_folders);
}

static void
patrol_cb (gpointer owner, gint64 now_usec)
{
  ShoalSession *self = owner;
  Patrol       *patrol;
  ShoalDiskCall call = {
    .what = "look whether torrents are there",
    .work = look,
    .done = done,
    .first = SHOAL_DISK_STEP_IO,
    .is_bulk = TRUE,
  };

  if (self->phase != SHOAL_SESSION_PHASE_RUNNING || self->is_patrolling)
    return;
  patrol = g_new0 (Patrol, 1);
  patrol->session = self;
  patrol->syscalls = shoal_disk_queue_get_syscalls (self->disk);
  patrol->texts = g_string_chunk_new (4096);
  patrol->items = g_array_new (FALSE, FALSE, sizeof (Item));
  take_items (self, patrol);
  call.data = patrol;
  self->is_patrolling = TRUE;
  shoal_disk_queue_submit_call (self->disk, &call);
  shoal_session_stir (self);
}

void
shoal_session_patrol_want (ShoalSessionEntry *entry)
{
  ShoalSession *self = entry->session;

  if (shoal_base_list_is_linked (&entry->looking) || !is_of_concern (entry))
    return;
  shoal_base_list_append (&self->to_look, &entry->looking);
  if (!shoal_net_reactor_timer_is_set (&self->patrol) && !self->is_patrolling)
    shoal_net_reactor_timer_set (
        self->reactor, &self->patrol, shoal_net_reactor_get_now (self->reactor));
}

void
shoal_session_patrol_init (ShoalSession *self)
{
  shoal_base_list_init (&self->to_look);
  shoal_net_reactor_timer_init (&self->patrol, patrol_cb, self);
}
