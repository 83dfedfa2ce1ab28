/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "model/shoal-model-tree-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (ShoalModelTree, shoal_model_tree, G_TYPE_OBJECT)

enum
{
  CHANGED,
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static guint32
add_node (ShoalModelTree *self, guint32 parent, const char *name)
{
  g_autofree char   *fold = g_utf8_casefold (name, -1);
  ShoalModelTreeNode node = { .name = name, .parent = parent, .file = SHOAL_MODEL_NO_FILE };

  node.fold = g_string_chunk_insert (self->strings, fold);
  g_array_append_val (self->nodes, node);
  if (self->nodes->len > 1)
    shoal_model_tree_get_node (self, parent)->n_children++;
  return self->nodes->len - 1;
}

/* The node of the folder whose path is the first @len bytes of @path. */
static guint32
need_folder (ShoalModelTree *self, GHashTable *folders, const char *path, gsize len)
{
  g_autofree char *key = g_strndup (path, len);
  const char      *slash = strrchr (key, '/');
  const char      *name;
  guint32          parent = SHOAL_MODEL_NODE_ROOT;
  gpointer         found;

  if (g_hash_table_lookup_extended (folders, key, NULL, &found))
    return GPOINTER_TO_UINT (found);
  if (slash != NULL)
    parent = need_folder (self, folders, key, slash - key);
  name = g_string_chunk_insert (self->strings, slash != NULL ? slash + 1 : key);
  found = GUINT_TO_POINTER (add_node (self, parent, name));
  g_hash_table_insert (folders, g_steal_pointer (&key), found);
  return GPOINTER_TO_UINT (found);
}

static void
fill_file (ShoalModelTree *self, guint32 index, guint32 file)
{
  ShoalModelTreeNode  *node = shoal_model_tree_get_node (self, index);
  const ShoalFileInfo *info = g_ptr_array_index (self->files, file);

  node->file = file;
  node->n_files = 1;
  node->size = info->size;
  node->had_bytes = info->done_bytes;
  shoal_model_tree_node_set_priority (node,
                                      self->is_live ? info->priority : SHOAL_FILE_PRIORITY_NORMAL);
}

static void
add_files (ShoalModelTree *self)
{
  g_autoptr (GHashTable) folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *last_path = "";
  gsize       last_len = 0;
  guint32     folder = SHOAL_MODEL_NODE_ROOT;

  for (guint i = 0; i < self->files->len; i++)
    {
      const ShoalFileInfo *file = g_ptr_array_index (self->files, i);
      const char          *slash = strrchr (file->path, '/');
      gsize                len = slash != NULL ? slash - file->path : 0;
      guint32              index;

      if (file->is_pad)
        continue;
      if (len != last_len || memcmp (file->path, last_path, len) != 0)
        folder = len > 0 ? need_folder (self, folders, file->path, len) : SHOAL_MODEL_NODE_ROOT;
      last_path = file->path;
      last_len = len;
      index = add_node (self, folder, slash != NULL ? slash + 1 : file->path);
      fill_file (self, index, i);
    }
}

static void
sum_up (ShoalModelTree *self)
{
  for (guint32 i = self->nodes->len; --i > SHOAL_MODEL_NODE_ROOT;)
    {
      const ShoalModelTreeNode *node = shoal_model_tree_get_node (self, i);
      ShoalModelTreeNode       *parent = shoal_model_tree_get_node (self, node->parent);

      parent->n_files += node->n_files;
      parent->size += node->size;
      shoal_model_tree_counts_add (&parent->counts, &node->counts, 1);
    }
}

/* Runs of digits compare by value: "part 9" before "part 10". */
static int
compare_natural (const char *a, const char *b)
{
  while (*a != '\0' && *b != '\0')
    {
      if (g_ascii_isdigit (*a) && g_ascii_isdigit (*b))
        {
          gsize n_a, n_b;
          int   result;

          a += strspn (a, "0");
          b += strspn (b, "0");
          n_a = strspn (a, "0123456789");
          n_b = strspn (b, "0123456789");
          if (n_a != n_b)
            return n_a < n_b ? -1 : 1;
          result = memcmp (a, b, n_a);
          if (result != 0)
            return result;
          a += n_a;
          b += n_b;
          continue;
        }
      if (*a != *b)
        return (guint8) *a < (guint8) *b ? -1 : 1;
      a++;
      b++;
    }
  return (*a != '\0') - (*b != '\0');
}

static int
compare_nodes (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const ShoalModelTree     *self = user_data;
  const ShoalModelTreeNode *node_a = shoal_model_tree_get_node (self, *(const guint32 *) a);
  const ShoalModelTreeNode *node_b = shoal_model_tree_get_node (self, *(const guint32 *) b);
  int                       result;

  if ((node_a->file == SHOAL_MODEL_NO_FILE) != (node_b->file == SHOAL_MODEL_NO_FILE))
    return node_a->file == SHOAL_MODEL_NO_FILE ? -1 : 1;
  result = compare_natural (node_a->fold, node_b->fold);
  return result != 0 ? result : strcmp (node_a->name, node_b->name);
}

static void
put_in_order (ShoalModelTree *self)
{
  guint32             n = self->nodes->len;
  guint32             next = 0;
  g_autofree guint32 *filled = g_new0 (guint32, n);

  self->order = g_new (guint32, n);
  for (guint32 i = 0; i < n; i++)
    {
      shoal_model_tree_get_node (self, i)->first_child = next;
      next += shoal_model_tree_get_node (self, i)->n_children;
    }
  for (guint32 i = 1; i < n; i++)
    {
      guint32 parent = shoal_model_tree_get_node (self, i)->parent;

      self->order[shoal_model_tree_get_node (self, parent)->first_child + filled[parent]++] = i;
    }
  for (guint32 i = 0; i < n; i++)
    if (shoal_model_tree_get_node (self, i)->n_children > 1)
      g_qsort_with_data (self->order + shoal_model_tree_get_node (self, i)->first_child,
                         shoal_model_tree_get_node (self, i)->n_children,
                         sizeof (guint32),
                         compare_nodes,
                         self);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_pointer (task, shoal_model_tree_new (task_data), g_object_unref);
}

static void
load_files_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_pointer (task, shoal_model_tree_new_for_files (task_data), g_object_unref);
}

static void
shoal_model_tree_finalize (GObject *object)
{
  ShoalModelTree *self = SHOAL_MODEL_TREE (object);

  g_clear_pointer (&self->order, g_free);
  g_clear_pointer (&self->nodes, g_array_unref);
  g_clear_pointer (&self->strings, g_string_chunk_free);
  g_clear_pointer (&self->node_of_file, g_free);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->latest, g_ptr_array_unref);
  G_OBJECT_CLASS (shoal_model_tree_parent_class)->finalize (object);
}

static void
shoal_model_tree_class_init (ShoalModelTreeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = shoal_model_tree_finalize;

  signals[CHANGED] = g_signal_new (
      "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHOSEN] = g_signal_new ("chosen",
                                  G_TYPE_FROM_CLASS (klass),
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  2,
                                  G_TYPE_ARRAY,
                                  G_TYPE_UINT);
}

static void
shoal_model_tree_init (ShoalModelTree *self)
{
  self->play_first = G_MAXUINT;
  self->strings = g_string_chunk_new (64 * 1024);
  self->nodes = g_array_new (FALSE, FALSE, sizeof (ShoalModelTreeNode));
}

static void
index_files (ShoalModelTree *self)
{
  self->node_of_file = g_new0 (guint32, self->files->len);
  for (guint32 i = 0; i < self->nodes->len; i++)
    if (shoal_model_tree_get_node (self, i)->file != SHOAL_MODEL_NO_FILE)
      self->node_of_file[shoal_model_tree_get_node (self, i)->file] = i;
}

static ShoalModelTree *
make (GPtrArray *files, gboolean is_live)
{
  ShoalModelTree *self = g_object_new (SHOAL_TYPE_MODEL_TREE, NULL);

  self->files = g_ptr_array_ref (files);
  self->latest = g_ptr_array_ref (files);
  self->is_live = is_live;
  add_node (self, SHOAL_MODEL_NODE_ROOT, "");
  add_files (self);
  sum_up (self);
  put_in_order (self);
  index_files (self);
  return self;
}

ShoalModelTree *
shoal_model_tree_new (const ShoalContents *contents)
{
  return make (contents->files, FALSE);
}

ShoalModelTree *
shoal_model_tree_new_for_files (GPtrArray *files)
{
  return make (files, TRUE);
}

void
shoal_model_tree_load_async (const ShoalContents *contents,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, shoal_model_tree_load_async);
  g_task_set_task_data (task, shoal_contents_ref (contents), (GDestroyNotify) shoal_contents_unref);
  g_task_run_in_thread (task, load_in_thread);
}

void
shoal_model_tree_load_files_async (GPtrArray          *files,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, shoal_model_tree_load_files_async);
  g_task_set_task_data (task, g_ptr_array_ref (files), (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (task, load_files_in_thread);
}

ShoalModelTree *
shoal_model_tree_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

guint
shoal_model_tree_get_n_files (ShoalModelTree *self)
{
  return shoal_model_tree_get_node (self, SHOAL_MODEL_NODE_ROOT)->n_files;
}

guint64
shoal_model_tree_get_wanted_bytes (ShoalModelTree *self)
{
  return shoal_model_tree_get_node (self, SHOAL_MODEL_NODE_ROOT)->counts.wanted_bytes;
}

guint
shoal_model_tree_get_n_wanted (ShoalModelTree *self)
{
  return shoal_model_tree_get_node (self, SHOAL_MODEL_NODE_ROOT)->counts.n_wanted;
}

void
shoal_model_tree_get_children (ShoalModelTree        *self,
                               ShoalModelNode         node,
                               const ShoalModelNode **nodes,
                               guint                 *n_nodes)
{
  g_return_if_fail (node < self->nodes->len);
  *nodes = self->order + shoal_model_tree_get_node (self, node)->first_child;
  *n_nodes = shoal_model_tree_get_node (self, node)->n_children;
}

const char *
shoal_model_tree_get_name (ShoalModelTree *self, ShoalModelNode node)
{
  g_return_val_if_fail (node < self->nodes->len, NULL);
  return shoal_model_tree_get_node (self, node)->name;
}

char *
shoal_model_tree_dup_folder (ShoalModelTree *self, ShoalModelNode node)
{
  const ShoalModelTreeNode *parent =
      shoal_model_tree_get_node (self, shoal_model_tree_get_node (self, node)->parent);
  g_autofree char *above = NULL;

  if (parent == shoal_model_tree_get_node (self, SHOAL_MODEL_NODE_ROOT))
    return g_strdup ("");
  above = shoal_model_tree_dup_folder (self, shoal_model_tree_get_node (self, node)->parent);
  return *above != '\0' ? g_strconcat (above, "/", parent->name, NULL) : g_strdup (parent->name);
}

guint64
shoal_model_tree_get_size (ShoalModelTree *self, ShoalModelNode node)
{
  return shoal_model_tree_get_node (self, node)->size;
}

gboolean
shoal_model_tree_is_folder (ShoalModelTree *self, ShoalModelNode node)
{
  return shoal_model_tree_get_node (self, node)->file == SHOAL_MODEL_NO_FILE;
}

gboolean
shoal_model_tree_is_live (ShoalModelTree *self)
{
  return self->is_live;
}

guint
shoal_model_tree_get_file (ShoalModelTree *self, ShoalModelNode node)
{
  guint32 file = shoal_model_tree_get_node (self, node)->file;

  return file == SHOAL_MODEL_NO_FILE ? G_MAXUINT : file;
}

char *
shoal_model_tree_dup_path (ShoalModelTree *self, ShoalModelNode node)
{
  g_autofree char *folder = shoal_model_tree_dup_folder (self, node);
  const char      *name = shoal_model_tree_get_name (self, node);

  return *folder != '\0' ? g_strconcat (folder, "/", name, NULL) : g_strdup (name);
}

void
shoal_model_tree_get_progress (ShoalModelTree *self,
                               ShoalModelNode  node,
                               guint64        *done,
                               guint64        *total)
{
  const ShoalModelTreeNode *it = shoal_model_tree_get_node (self, node);
  gboolean                  is_file = it->file != SHOAL_MODEL_NO_FILE;

  *done = is_file ? it->had_bytes : it->counts.done_bytes;
  *total = is_file ? it->size : it->counts.wanted_bytes;
}

ShoalModelCheck
shoal_model_tree_get_check (ShoalModelTree *self, ShoalModelNode node)
{
  const ShoalModelTreeNode *it = shoal_model_tree_get_node (self, node);

  if (it->counts.n_wanted == 0)
    return SHOAL_MODEL_CHECK_NONE;
  return it->counts.n_wanted == it->n_files ? SHOAL_MODEL_CHECK_ALL : SHOAL_MODEL_CHECK_SOME;
}

static void
find_below (ShoalModelTree *self, guint32 index, const char *fold, GArray *found)
{
  const ShoalModelTreeNode *node = shoal_model_tree_get_node (self, index);

  if (node->file != SHOAL_MODEL_NO_FILE && strstr (node->fold, fold) != NULL)
    g_array_append_val (found, index);
  for (guint32 i = 0; i < node->n_children; i++)
    find_below (self, self->order[node->first_child + i], fold, found);
}

GArray *
shoal_model_tree_find (ShoalModelTree *self, const char *text)
{
  GArray          *found = g_array_new (FALSE, FALSE, sizeof (ShoalModelNode));
  g_autofree char *fold = g_utf8_casefold (text, -1);

  find_below (self, SHOAL_MODEL_NODE_ROOT, fold, found);
  return found;
}

void
shoal_model_tree_tell_changed (ShoalModelTree *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

void
shoal_model_tree_tell_chosen (ShoalModelTree *self, GArray *files, ShoalFilePriority priority)
{
  g_signal_emit (self, signals[CHOSEN], 0, files, (guint) priority);
}
