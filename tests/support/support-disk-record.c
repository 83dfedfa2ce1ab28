/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "support/support-disk-record.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/shoal-base-random.h"

#define PAGE   4096
#define SECTOR 512

/* A file or folder, whatever its names are. */
typedef struct _Node Node;

struct _Node
{
  guint    n_refs;
  gboolean is_folder;
  Node    *parent; /* unowned: folders live as long as the recorder */
  mode_t   mode;

  /* A folder: name → node. image is made and dropped by a cut. */
  GHashTable *now;
  GHashTable *durable;
  GHashTable *image;

  /* A file. */
  GHashTable     *pages;   /* durable: number → PAGE bytes */
  GPtrArray      *pending; /* Page, in the order written */
  guint64         durable_size;
  guint64         size;
  struct timespec durable_mtime;
  struct timespec mtime;
};

typedef struct
{
  guint64 number;
  guint8  data[PAGE];
} Page;

/* One entry of a folder set to a node, or to none; a rename has two. */
typedef struct
{
  guint n_edits;
  struct
  {
    Node *folder;
    char *name;
    Node *node;
  } edits[2];
} Change;

typedef struct
{
  guint   n;
  char   *out;
  guint64 seed;
} Cut;

struct _SupportDiskRecord
{
  ShoalDiskSyscalls        table;
  const ShoalDiskSyscalls *below;
  pthread_mutex_t          lock;
  char                    *path;
  Node                    *root;
  GPtrArray               *folders; /* all that ever were, owned */
  GHashTable              *fds;     /* descriptor → Node */
  GPtrArray               *changes; /* not synced yet, in order */
  GArray                  *cuts;
  guint                    n_changes;
};

static Node *
ref_node (Node *node)
{
  if (node != NULL)
    node->n_refs++;
  return node;
}

static void
unref_node (gpointer data)
{
  Node *node = data;

  if (node == NULL || --node->n_refs > 0)
    return;
  g_clear_pointer (&node->now, g_hash_table_unref);
  g_clear_pointer (&node->durable, g_hash_table_unref);
  g_clear_pointer (&node->pages, g_hash_table_unref);
  g_clear_pointer (&node->pending, g_ptr_array_unref);
  g_free (node);
}

static GHashTable *
new_entries (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_node);
}

static Node *
new_folder (SupportDiskRecord *self, Node *parent)
{
  Node *node = g_new0 (Node, 1);

  node->n_refs = 1;
  node->is_folder = TRUE;
  node->parent = parent;
  node->now = new_entries ();
  node->durable = new_entries ();
  g_ptr_array_add (self->folders, ref_node (node));
  return node;
}

static Node *
new_file (void)
{
  Node *node = g_new0 (Node, 1);

  node->n_refs = 1;
  node->pages = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  node->pending = g_ptr_array_new_with_free_func (g_free);
  return node;
}

static void
free_change (gpointer data)
{
  Change *change = data;
  guint   i;

  for (i = 0; i < change->n_edits; i++)
    {
      unref_node (change->edits[i].folder);
      g_free (change->edits[i].name);
      unref_node (change->edits[i].node);
    }
  g_free (change);
}

static void
set_entry (GHashTable *entries, const char *name, Node *node)
{
  if (node != NULL)
    g_hash_table_replace (entries, g_strdup (name), ref_node (node));
  else
    g_hash_table_remove (entries, name);
}

static void
add_edit (Change *change, Node *folder, const char *name, Node *node)
{
  change->edits[change->n_edits].folder = ref_node (folder);
  change->edits[change->n_edits].name = g_strdup (name);
  change->edits[change->n_edits++].node = ref_node (node);
}

/* The change happens now; it becomes durable later, or never. */
static void
note_change (SupportDiskRecord *self, Change *change)
{
  guint i;

  for (i = 0; i < change->n_edits; i++)
    set_entry (change->edits[i].folder->now, change->edits[i].name, change->edits[i].node);
  g_ptr_array_add (self->changes, change);
}

static void
settle_page (Node *node, Page *page)
{
  g_hash_table_replace (node->pages, &page->number, page);
}

static void
settle_file (Node *node, gboolean with_time)
{
  guint i;

  g_ptr_array_set_free_func (node->pending, NULL);
  for (i = 0; i < node->pending->len; i++)
    settle_page (node, g_ptr_array_index (node->pending, i));
  g_ptr_array_set_size (node->pending, 0);
  g_ptr_array_set_free_func (node->pending, g_free);
  node->durable_size = node->size;
  if (with_time)
    node->durable_mtime = node->mtime;
}

static gboolean
touches (const Change *change, const Node *folder, const char *name)
{
  guint i;

  for (i = 0; i < change->n_edits; i++)
    if (change->edits[i].folder == folder &&
        (name == NULL || g_str_equal (change->edits[i].name, name)))
      return TRUE;
  return FALSE;
}

/* Whether @change must be durable because one of @later (marked) builds on it. */
static gboolean
is_needed (const Change *change, const GPtrArray *changes, const gboolean *is_marked, guint from)
{
  guint i, j;

  for (i = from; i < changes->len; i++)
    for (j = 0; is_marked[i] && j < change->n_edits; j++)
      if (touches (g_ptr_array_index (changes, i), change->edits[j].folder, change->edits[j].name))
        return TRUE;
  return FALSE;
}

static void
settle_folder (SupportDiskRecord *self, Node *folder)
{
  GPtrArray           *old = self->changes;
  g_autofree gboolean *is_marked = g_new0 (gboolean, old->len + 1);
  guint                i, j;

  self->changes = g_ptr_array_new_with_free_func (free_change);
  for (i = old->len; i-- > 0;)
    is_marked[i] = touches (g_ptr_array_index (old, i), folder, NULL) ||
                   is_needed (g_ptr_array_index (old, i), old, is_marked, i + 1);
  g_ptr_array_set_free_func (old, NULL);
  for (i = 0; i < old->len; i++)
    {
      Change *change = g_ptr_array_index (old, i);

      if (!is_marked[i])
        {
          g_ptr_array_add (self->changes, change);
          continue;
        }
      for (j = 0; j < change->n_edits; j++)
        set_entry (change->edits[j].folder->durable, change->edits[j].name, change->edits[j].node);
      free_change (change);
    }
  g_ptr_array_unref (old);
}

/* Takes over what is on the disk already, as durable. */
static Node *
import (SupportDiskRecord *self, Node *parent, const char *path)
{
  struct stat      st;
  Node            *node, *child;
  DIR             *dir;
  struct dirent   *entry;
  g_autofree char *data = NULL;
  gsize            len = 0, offset;

  if (lstat (path, &st) != 0 || (!S_ISDIR (st.st_mode) && !S_ISREG (st.st_mode)))
    return NULL;
  if (S_ISREG (st.st_mode))
    {
      node = new_file ();
      g_assert_true (g_file_get_contents (path, &data, &len, NULL));
      for (offset = 0; offset < len; offset += PAGE)
        {
          Page *page = g_new0 (Page, 1);

          page->number = offset / PAGE;
          memcpy (page->data, data + offset, MIN (PAGE, len - offset));
          settle_page (node, page);
        }
      node->size = node->durable_size = len;
      node->mtime = node->durable_mtime = st.st_mtim;
      node->mode = st.st_mode;
      return node;
    }
  node = new_folder (self, parent);
  dir = opendir (path);
  while (dir != NULL && (entry = readdir (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, entry->d_name, NULL);

      if (g_str_equal (entry->d_name, ".") || g_str_equal (entry->d_name, ".."))
        continue;
      child = import (self, node, below);
      if (child == NULL)
        continue;
      set_entry (node->now, entry->d_name, child);
      set_entry (node->durable, entry->d_name, child);
      unref_node (child);
    }
  if (dir != NULL)
    closedir (dir);
  return node;
}

/* The node of an absolute path, or NULL if it lies elsewhere; borrowed. */
static Node *
walk (SupportDiskRecord *self, const char *path)
{
  g_auto (GStrv) names = NULL;
  Node *node = self->root;
  guint i;

  if (!g_str_has_prefix (path, self->path))
    return NULL;
  names = g_strsplit (path + strlen (self->path), "/", -1);
  for (i = 0; names[i] != NULL && node != NULL; i++)
    if (names[i][0] != '\0')
      node = node->is_folder ? g_hash_table_lookup (node->now, names[i]) : NULL;
  return node;
}

/* The folder that @folder and @name speak of, and the last component; NULL if it is not ours. */
static Node *
find_folder (SupportDiskRecord *self, int folder, const char *name, char **leaf)
{
  g_autofree char *parent = NULL;
  Node            *node;

  if (folder == AT_FDCWD || name[0] == '/')
    {
      parent = g_path_get_dirname (name);
      *leaf = g_path_get_basename (name);
      return walk (self, parent);
    }
  *leaf = g_strdup (name);
  node = g_hash_table_lookup (self->fds, GINT_TO_POINTER (folder));
  return node;
}

static Node *
find_node (SupportDiskRecord *self, int folder, const char *name)
{
  g_autofree char *leaf = NULL;
  Node            *node;

  if (folder == AT_FDCWD)
    return walk (self, name);
  node = find_folder (self, folder, name, &leaf);
  if (node == NULL || g_str_equal (leaf, "."))
    return node;
  return g_str_equal (leaf, "..") ? node->parent : g_hash_table_lookup (node->now, leaf);
}

static void
write_image (SupportDiskRecord *self, Node *node, const char *out, ShoalBaseRandom *random);

/* What is left of the changes of one file, or of all folders: the kernel may have got to it or not,
 * or be in the middle. */
typedef enum
{
  FATE_NONE,
  FATE_ALL,
  FATE_SOME,
  N_FATES,
} Fate;

/* How large the file is found: as synced, as written, or between. */
static guint64
choose_size (const Node *node, Fate fate, ShoalBaseRandom *random)
{
  guint64 low = MIN (node->durable_size, node->size), high = MAX (node->durable_size, node->size);

  if (fate == FATE_ALL)
    return node->size;
  if (fate == FATE_NONE)
    return node->durable_size;
  switch (shoal_base_random_below (random, 3))
    {
    case 0:
      return node->durable_size;
    case 1:
      return node->size;
    default:
      return low + (high > low ? shoal_base_random_next (random) % (high - low) : 0);
    }
}

static void
put_page (int fd, const Page *page, gsize len)
{
  g_assert_cmpint (pwrite (fd, page->data, len, (off_t) (page->number * PAGE)), ==, (gssize) len);
}

static void
put_pending (int fd, const Page *page, Fate fate, ShoalBaseRandom *random)
{
  guint kept = shoal_base_random_below (random, 4);

  if (fate == FATE_ALL || (fate == FATE_SOME && kept > 1))
    put_page (fd, page, PAGE);
  else if (fate == FATE_SOME && kept == 1)
    put_page (fd, page, SECTOR * (1 + shoal_base_random_below (random, PAGE / SECTOR)));
}

static void
write_file (const Node *node, const char *out, ShoalBaseRandom *random)
{
  int             fd = open (out, O_WRONLY | O_CREAT | O_EXCL, node->mode != 0 ? node->mode : 0666);
  Fate            fate = (Fate) shoal_base_random_below (random, N_FATES);
  GHashTableIter  iter;
  gpointer        page;
  guint           i;
  struct timespec times[2];

  g_assert_cmpint (fd, >=, 0);
  g_hash_table_iter_init (&iter, node->pages);
  while (g_hash_table_iter_next (&iter, NULL, &page))
    put_page (fd, page, PAGE);
  for (i = 0; i < node->pending->len; i++)
    put_pending (fd, g_ptr_array_index (node->pending, i), fate, random);
  g_assert_cmpint (ftruncate (fd, (off_t) choose_size (node, fate, random)), ==, 0);
  times[0] = times[1] =
      shoal_base_random_below (random, 2) == 0 ? node->durable_mtime : node->mtime;
  g_assert_cmpint (futimens (fd, times), ==, 0);
  close (fd);
}

static GHashTable *
get_image (Node *folder)
{
  GHashTableIter iter;
  gpointer       name, node;

  if (folder->image != NULL)
    return folder->image;
  folder->image = new_entries ();
  g_hash_table_iter_init (&iter, folder->durable);
  while (g_hash_table_iter_next (&iter, &name, &node))
    set_entry (folder->image, name, node);
  return folder->image;
}

static void
write_image (SupportDiskRecord *self, Node *node, const char *out, ShoalBaseRandom *random)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (get_image (node)),
                                         (GCompareFunc) (void (*) (void)) strcmp);
  GList *at;

  for (at = names; at != NULL; at = at->next)
    {
      g_autofree char *path = g_build_filename (out, at->data, NULL);
      Node            *child = g_hash_table_lookup (node->image, at->data);

      if (!child->is_folder)
        write_file (child, path, random);
      else if (mkdir (path, 0777) == 0)
        write_image (self, child, path, random);
    }
}

static void
cut (SupportDiskRecord *self, const char *out, guint64 seed)
{
  ShoalBaseRandom random;
  Fate            fate;
  guint           i, j;

  shoal_base_random_init (&random, seed);
  fate = (Fate) shoal_base_random_below (&random, N_FATES);
  for (i = 0; i < self->changes->len; i++)
    {
      Change *change = g_ptr_array_index (self->changes, i);

      if (fate == FATE_NONE || (fate == FATE_SOME && shoal_base_random_below (&random, 2) == 0))
        continue;
      for (j = 0; j < change->n_edits; j++)
        set_entry (
            get_image (change->edits[j].folder), change->edits[j].name, change->edits[j].node);
    }
  write_image (self, self->root, out, &random);
  for (i = 0; i < self->folders->len; i++)
    g_clear_pointer (&((Node *) g_ptr_array_index (self->folders, i))->image, g_hash_table_unref);
}

/* Called with the lock before each change. */
static void
count_change (SupportDiskRecord *self)
{
  guint i;

  for (i = 0; i < self->cuts->len; i++)
    {
      Cut *planned = &g_array_index (self->cuts, Cut, i);

      if (planned->n == self->n_changes)
        cut (self, planned->out, planned->seed);
    }
  self->n_changes++;
}

static Node *
get_file (SupportDiskRecord *self, int fd)
{
  return g_hash_table_lookup (self->fds, GINT_TO_POINTER (fd));
}

/* The node of what was just opened, which may be new, or have come from elsewhere. */
static Node *
find_opened (SupportDiskRecord *self, int folder, const char *name, int fd, gboolean is_new)
{
  g_autofree char *leaf = NULL;
  Node            *node = find_node (self, folder, name);
  Node            *parent = find_folder (self, folder, name, &leaf);
  Change          *change;
  struct stat      st;

  if (node != NULL || parent == NULL || self->below->fstat (self->below->data, fd, &st) != 0 ||
      !S_ISREG (st.st_mode))
    return ref_node (node);
  g_assert_true (is_new); /* nobody else writes below the root */
  node = new_file ();
  node->mode = st.st_mode;
  node->mtime = node->durable_mtime = st.st_mtim;
  change = g_new0 (Change, 1);
  add_edit (change, parent, leaf, node);
  note_change (self, change);
  return node;
}

static int
record_open_at (gpointer data, int folder, const char *name, int flags, mode_t mode)
{
  SupportDiskRecord *self = data;
  Node              *node;
  int                fd;

  pthread_mutex_lock (&self->lock);
  if ((flags & O_CREAT) != 0 && find_node (self, folder, name) == NULL)
    count_change (self);
  fd = self->below->open_at (self->below->data, folder, name, flags, mode);
  node = fd >= 0 ? find_opened (self, folder, name, fd, (flags & O_CREAT) != 0) : NULL;
  if (node != NULL)
    g_hash_table_replace (self->fds, GINT_TO_POINTER (fd), node);
  pthread_mutex_unlock (&self->lock);
  return fd;
}

static int
record_close (gpointer data, int fd)
{
  SupportDiskRecord *self = data;
  int                result;

  pthread_mutex_lock (&self->lock);
  g_hash_table_remove (self->fds, GINT_TO_POINTER (fd));
  result = self->below->close (self->below->data, fd);
  pthread_mutex_unlock (&self->lock);
  return result;
}

static gssize
record_preadv (gpointer data, int fd, const struct iovec *iov, int n, guint64 offset)
{
  SupportDiskRecord *self = data;

  return self->below->preadv (self->below->data, fd, iov, n, offset);
}

static void
note_size_and_time (SupportDiskRecord *self, Node *node, int fd)
{
  struct stat st;

  if (self->below->fstat (self->below->data, fd, &st) != 0)
    return;
  node->size = (guint64) st.st_size;
  node->mtime = st.st_mtim;
}

/* Pages as they are after a write. */
static void
note_pages (SupportDiskRecord *self, Node *node, int fd, guint64 offset, guint64 length)
{
  guint64 number;

  for (number = offset / PAGE; number * PAGE < offset + length; number++)
    {
      Page        *page = g_new0 (Page, 1);
      struct iovec iov = { page->data, PAGE };

      page->number = number;
      self->below->preadv (self->below->data, fd, &iov, 1, number * PAGE);
      g_ptr_array_add (node->pending, page);
    }
  note_size_and_time (self, node, fd);
}

static gssize
record_pwritev (gpointer data, int fd, const struct iovec *iov, int n, guint64 offset)
{
  SupportDiskRecord *self = data;
  Node              *node;
  gssize             result;

  pthread_mutex_lock (&self->lock);
  node = get_file (self, fd);
  if (node != NULL)
    count_change (self);
  result = self->below->pwritev (self->below->data, fd, iov, n, offset);
  if (node != NULL && result > 0)
    note_pages (self, node, fd, offset, (guint64) result);
  pthread_mutex_unlock (&self->lock);
  return result;
}

static int
record_fstat (gpointer data, int fd, struct stat *out)
{
  SupportDiskRecord *self = data;

  return self->below->fstat (self->below->data, fd, out);
}

static int
record_stat_at (gpointer data, int folder, const char *name, struct stat *out)
{
  SupportDiskRecord *self = data;

  return self->below->stat_at (self->below->data, folder, name, out);
}

static int
record_fstatfs (gpointer data, int fd, struct statfs *out)
{
  SupportDiskRecord *self = data;

  return self->below->fstatfs (self->below->data, fd, out);
}

/* The real disk need not be synced: it will not lose its power. */
static int
sync_node (SupportDiskRecord *self, int fd, gboolean with_time)
{
  Node *node;

  pthread_mutex_lock (&self->lock);
  node = get_file (self, fd);
  if (node != NULL)
    {
      count_change (self);
      if (node->is_folder)
        settle_folder (self, node);
      else
        settle_file (node, with_time);
    }
  pthread_mutex_unlock (&self->lock);
  return 0;
}

static int
record_fdatasync (gpointer data, int fd)
{
  return sync_node (data, fd, FALSE);
}

static int
record_fsync (gpointer data, int fd)
{
  return sync_node (data, fd, TRUE);
}

static void
settle_everything (SupportDiskRecord *self)
{
  GHashTableIter iter;
  gpointer       node;
  guint          i, j;

  for (i = 0; i < self->folders->len; i++)
    {
      g_hash_table_iter_init (&iter, ((Node *) g_ptr_array_index (self->folders, i))->now);
      while (g_hash_table_iter_next (&iter, NULL, &node))
        if (!((Node *) node)->is_folder)
          settle_file (node, TRUE);
    }
  for (i = 0; i < self->changes->len; i++)
    {
      const Change *change = g_ptr_array_index (self->changes, i);

      for (j = 0; j < change->n_edits; j++)
        set_entry (change->edits[j].folder->durable, change->edits[j].name, change->edits[j].node);
    }
  g_ptr_array_set_size (self->changes, 0);
}

static int
record_sync_fs (gpointer data, int fd)
{
  SupportDiskRecord *self = data;

  pthread_mutex_lock (&self->lock);
  if (get_file (self, fd) != NULL)
    {
      count_change (self);
      settle_everything (self);
    }
  pthread_mutex_unlock (&self->lock);
  return 0;
}

/* Writing may begin whenever the kernel likes: nothing is promised. */
static int
record_start_writeback (gpointer data, int fd)
{
  return 0;
}

static int
record_rename_at (gpointer    data,
                  int         from_folder,
                  const char *from,
                  int         to_folder,
                  const char *to,
                  guint       flags)
{
  SupportDiskRecord *self = data;
  g_autofree char   *from_leaf = NULL;
  g_autofree char   *to_leaf = NULL;
  Node              *source, *target, *node;
  Change            *change;
  int                result;

  pthread_mutex_lock (&self->lock);
  source = find_folder (self, from_folder, from, &from_leaf);
  target = find_folder (self, to_folder, to, &to_leaf);
  node = source != NULL ? g_hash_table_lookup (source->now, from_leaf) : NULL;
  if (node != NULL)
    count_change (self);
  result = self->below->rename_at (self->below->data, from_folder, from, to_folder, to, flags);
  if (result == 0 && node != NULL && target != NULL)
    {
      change = g_new0 (Change, 1);
      add_edit (change, source, from_leaf, NULL);
      add_edit (change, target, to_leaf, node);
      if (node->is_folder)
        node->parent = target;
      note_change (self, change);
    }
  pthread_mutex_unlock (&self->lock);
  return result;
}

static int
record_link_at (gpointer data, int from_folder, const char *from, int to_folder, const char *to)
{
  SupportDiskRecord *self = data;
  g_autofree char   *leaf = NULL;
  Node              *node, *target;
  Change            *change;
  int                result;

  pthread_mutex_lock (&self->lock);
  node = find_node (self, from_folder, from);
  target = find_folder (self, to_folder, to, &leaf);
  if (node != NULL)
    count_change (self);
  result = self->below->link_at (self->below->data, from_folder, from, to_folder, to);
  if (result == 0 && node != NULL && target != NULL)
    {
      change = g_new0 (Change, 1);
      add_edit (change, target, leaf, node);
      note_change (self, change);
    }
  pthread_mutex_unlock (&self->lock);
  return result;
}

static int
record_unlink_at (gpointer data, int folder, const char *name, int flags)
{
  SupportDiskRecord *self = data;
  g_autofree char   *leaf = NULL;
  Node              *parent;
  Change            *change;
  int                result;

  pthread_mutex_lock (&self->lock);
  parent = find_folder (self, folder, name, &leaf);
  if (parent != NULL && g_hash_table_contains (parent->now, leaf))
    count_change (self);
  result = self->below->unlink_at (self->below->data, folder, name, flags);
  if (result == 0 && parent != NULL)
    {
      change = g_new0 (Change, 1);
      add_edit (change, parent, leaf, NULL);
      note_change (self, change);
    }
  pthread_mutex_unlock (&self->lock);
  return result;
}

static int
record_mkdir_at (gpointer data, int folder, const char *name, mode_t mode)
{
  SupportDiskRecord *self = data;
  g_autofree char   *leaf = NULL;
  Node              *parent, *node;
  Change            *change;
  int                result;

  pthread_mutex_lock (&self->lock);
  parent = find_folder (self, folder, name, &leaf);
  if (parent != NULL)
    count_change (self);
  result = self->below->mkdir_at (self->below->data, folder, name, mode);
  if (result == 0 && parent != NULL)
    {
      node = new_folder (self, parent);
      change = g_new0 (Change, 1);
      add_edit (change, parent, leaf, node);
      note_change (self, change);
      unref_node (node);
    }
  pthread_mutex_unlock (&self->lock);
  return result;
}

/* Changes of size and time alone: whatever was there may be found. */
static int
record_fallocate (gpointer data, int fd, int mode, guint64 offset, guint64 length)
{
  SupportDiskRecord *self = data;
  Node              *node;
  int                result;

  pthread_mutex_lock (&self->lock);
  node = get_file (self, fd);
  result = self->below->fallocate (self->below->data, fd, mode, offset, length);
  if (node != NULL)
    note_size_and_time (self, node, fd);
  pthread_mutex_unlock (&self->lock);
  return result;
}

static int
record_ftruncate (gpointer data, int fd, guint64 length)
{
  SupportDiskRecord *self = data;
  Node              *node;
  guint64            old;
  int                result;

  pthread_mutex_lock (&self->lock);
  node = get_file (self, fd);
  if (node != NULL)
    count_change (self);
  old = node != NULL ? node->size : 0;
  result = self->below->ftruncate (self->below->data, fd, length);
  if (node != NULL && result == 0 && length < old)
    note_pages (self, node, fd, length, old - length);
  else if (node != NULL)
    note_size_and_time (self, node, fd);
  pthread_mutex_unlock (&self->lock);
  return result;
}

static gint64
record_seek (gpointer data, int fd, guint64 offset, int whence)
{
  SupportDiskRecord *self = data;

  return self->below->seek (self->below->data, fd, offset, whence);
}

static int
record_set_times (gpointer data, int fd, const struct timespec times[2])
{
  SupportDiskRecord *self = data;
  Node              *node;
  int                result;

  pthread_mutex_lock (&self->lock);
  node = get_file (self, fd);
  result = self->below->set_times (self->below->data, fd, times);
  if (node != NULL)
    note_size_and_time (self, node, fd);
  pthread_mutex_unlock (&self->lock);
  return result;
}

static int
record_advise (gpointer data, int fd, guint64 offset, guint64 length, int advice)
{
  SupportDiskRecord *self = data;

  return self->below->advise (self->below->data, fd, offset, length, advice);
}

static int
record_lock_byte (gpointer data, int fd, guint64 offset, int type)
{
  SupportDiskRecord *self = data;

  return self->below->lock_byte (self->below->data, fd, offset, type);
}

static const ShoalDiskSyscalls record_syscalls = {
  .open_at = record_open_at,
  .close = record_close,
  .preadv = record_preadv,
  .pwritev = record_pwritev,
  .fstat = record_fstat,
  .stat_at = record_stat_at,
  .fstatfs = record_fstatfs,
  .fdatasync = record_fdatasync,
  .fsync = record_fsync,
  .sync_fs = record_sync_fs,
  .start_writeback = record_start_writeback,
  .rename_at = record_rename_at,
  .link_at = record_link_at,
  .unlink_at = record_unlink_at,
  .mkdir_at = record_mkdir_at,
  .fallocate = record_fallocate,
  .ftruncate = record_ftruncate,
  .seek = record_seek,
  .set_times = record_set_times,
  .advise = record_advise,
  .lock_byte = record_lock_byte,
};

SupportDiskRecord *
support_disk_record_new (const char *root, const ShoalDiskSyscalls *below)
{
  SupportDiskRecord *self = g_new0 (SupportDiskRecord, 1);

  self->below = below != NULL ? below : shoal_disk_syscalls_get_real ();
  self->table = record_syscalls;
  self->table.data = self;
  pthread_mutex_init (&self->lock, NULL);
  self->path = g_strdup (root);
  self->folders = g_ptr_array_new_with_free_func (unref_node);
  self->fds = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, unref_node);
  self->changes = g_ptr_array_new_with_free_func (free_change);
  self->cuts = g_array_new (FALSE, FALSE, sizeof (Cut));
  self->root = import (self, NULL, root);
  g_assert_nonnull (self->root);
  return self;
}

void
support_disk_record_free (SupportDiskRecord *self)
{
  guint i;

  g_ptr_array_unref (self->changes);
  g_hash_table_unref (self->fds);
  for (i = 0; i < self->folders->len; i++)
    {
      Node *folder = g_ptr_array_index (self->folders, i);

      g_hash_table_remove_all (folder->now);
      g_hash_table_remove_all (folder->durable);
    }
  unref_node (self->root);
  g_ptr_array_unref (self->folders);
  for (i = 0; i < self->cuts->len; i++)
    g_free (g_array_index (self->cuts, Cut, i).out);
  g_array_unref (self->cuts);
  g_free (self->path);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

const ShoalDiskSyscalls *
support_disk_record_get_syscalls (SupportDiskRecord *self)
{
  return &self->table;
}

guint
support_disk_record_get_n_changes (SupportDiskRecord *self)
{
  guint n;

  pthread_mutex_lock (&self->lock);
  n = self->n_changes;
  pthread_mutex_unlock (&self->lock);
  return n;
}

void
support_disk_record_cut (SupportDiskRecord *self, const char *out, guint64 seed)
{
  pthread_mutex_lock (&self->lock);
  cut (self, out, seed);
  pthread_mutex_unlock (&self->lock);
}

void
support_disk_record_cut_at (SupportDiskRecord *self, guint n, const char *out, guint64 seed)
{
  Cut planned = { n, g_strdup (out), seed };

  pthread_mutex_lock (&self->lock);
  g_array_append_val (self->cuts, planned);
  pthread_mutex_unlock (&self->lock);
}
