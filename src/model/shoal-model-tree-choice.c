/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is wanted of the files, and how much. */
#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "model/shoal-model-tree-private.h"

#include <string.h>

/* How many names are compared at a time: those of a torrent with more files than these are known
 * some snapshots later. */
#define PATHS_AT_ONCE 8192

void
shoal_model_tree_node_set_priority (ShoalModelTreeNode *node, ShoalFilePriority priority)
{
  gboolean is_wanted = priority != SHOAL_FILE_PRIORITY_SKIP;

  node->priority = priority;
  node->counts.n_wanted = is_wanted;
  node->counts.n_low = priority == SHOAL_FILE_PRIORITY_LOW;
  node->counts.n_high = priority == SHOAL_FILE_PRIORITY_HIGH;
  node->counts.wanted_bytes = is_wanted ? node->size : 0;
  node->counts.done_bytes = is_wanted ? node->had_bytes : 0;
}

void
shoal_model_tree_counts_add (ShoalModelTreeCounts       *self,
                             const ShoalModelTreeCounts *other,
                             int                         sign)
{
  self->n_wanted += (guint32) sign * other->n_wanted;
  self->n_low += (guint32) sign * other->n_low;
  self->n_high += (guint32) sign * other->n_high;
  self->wanted_bytes += (guint64) (gint64) sign * other->wanted_bytes;
  self->done_bytes += (guint64) (gint64) sign * other->done_bytes;
}

static ShoalFilePriority
get_chosen (const ShoalModelTreeNode *node, ShoalModelChoice choice)
{
  if (choice != SHOAL_MODEL_CHOICE_WANT)
    return (ShoalFilePriority) choice;
  return node->priority == SHOAL_FILE_PRIORITY_SKIP ? SHOAL_FILE_PRIORITY_NORMAL : node->priority;
}

/* Sets the files below, and the folders' counters from the leaves up; the files that have changed
 * go to @changed. */
static void
choose_below (ShoalModelTree *self, guint32 index, ShoalModelChoice choice, GArray *changed)
{
  ShoalModelTreeNode  *node = shoal_model_tree_get_node (self, index);
  ShoalModelTreeCounts counts = { 0 };

  if (node->file != SHOAL_MODEL_NO_FILE)
    {
      ShoalFilePriority priority = get_chosen (node, choice);
      guint             file = node->file;

      if (priority == node->priority)
        return;
      shoal_model_tree_node_set_priority (node, priority);
      g_array_append_val (changed, file);
      return;
    }
  for (guint32 i = 0; i < node->n_children; i++)
    {
      guint32 child = self->order[node->first_child + i];

      choose_below (self, child, choice, changed);
      shoal_model_tree_counts_add (&counts, &shoal_model_tree_get_node (self, child)->counts, 1);
    }
  node->counts = counts;
}

/* The folders that @index is in count what has become of it since it had @before. */
static void
tell_parents (ShoalModelTree *self, guint32 index, const ShoalModelTreeCounts *before)
{
  const ShoalModelTreeNode *node = shoal_model_tree_get_node (self, index);

  while (index != SHOAL_MODEL_NODE_ROOT)
    {
      ShoalModelTreeNode *parent;

      index = shoal_model_tree_get_node (self, index)->parent;
      parent = shoal_model_tree_get_node (self, index);
      shoal_model_tree_counts_add (&parent->counts, &node->counts, 1);
      shoal_model_tree_counts_add (&parent->counts, before, -1);
    }
}

void
shoal_model_tree_choose (ShoalModelTree       *self,
                         const ShoalModelNode *nodes,
                         guint                 n_nodes,
                         ShoalModelChoice      choice)
{
  g_autoptr (GArray) changed = g_array_new (FALSE, FALSE, sizeof (guint));

  g_return_if_fail (SHOAL_IS_MODEL_TREE (self));

  for (guint i = 0; i < n_nodes; i++)
    {
      ShoalModelTreeCounts before;

      g_return_if_fail (nodes[i] < self->nodes->len);
      before = shoal_model_tree_get_node (self, nodes[i])->counts;
      choose_below (self, nodes[i], choice, changed);
      tell_parents (self, nodes[i], &before);
    }
  if (changed->len == 0)
    return;
  self->is_chosen = TRUE;
  shoal_model_tree_tell_changed (self);
  shoal_model_tree_tell_chosen (self,
                                changed,
                                choice == SHOAL_MODEL_CHOICE_WANT ? SHOAL_FILE_PRIORITY_NORMAL
                                                                  : (ShoalFilePriority) choice);
}

void
shoal_model_tree_set_wanted (ShoalModelTree *self, ShoalModelNode node, gboolean is_wanted)
{
  shoal_model_tree_choose (
      self, &node, 1, is_wanted ? SHOAL_MODEL_CHOICE_WANT : SHOAL_MODEL_CHOICE_SKIP);
}

gboolean
shoal_model_tree_get_priority (ShoalModelTree    *self,
                               ShoalModelNode     node,
                               ShoalFilePriority *priority)
{
  const ShoalModelTreeNode *it;
  guint32                   n_normal;

  g_return_val_if_fail (node < self->nodes->len, FALSE);

  it = shoal_model_tree_get_node (self, node);
  n_normal = it->counts.n_wanted - it->counts.n_low - it->counts.n_high;
  *priority = SHOAL_FILE_PRIORITY_SKIP;
  if (it->counts.n_low > 0)
    *priority = SHOAL_FILE_PRIORITY_LOW;
  if (n_normal > 0)
    *priority = SHOAL_FILE_PRIORITY_NORMAL;
  if (it->counts.n_high > 0)
    *priority = SHOAL_FILE_PRIORITY_HIGH;
  return (it->counts.n_low > 0) + (n_normal > 0) + (it->counts.n_high > 0) <= 1;
}

guint8 *
shoal_model_tree_dup_priorities (ShoalModelTree *self, guint *n_priorities)
{
  const ShoalModelTreeNode *root = shoal_model_tree_get_node (self, SHOAL_MODEL_NODE_ROOT);
  guint8                   *priorities;

  *n_priorities = 0;
  if (root->counts.n_wanted == root->n_files && root->counts.n_low + root->counts.n_high == 0)
    return NULL;
  *n_priorities = self->files->len;
  priorities = g_malloc (*n_priorities);
  memset (priorities, SHOAL_FILE_PRIORITY_NORMAL, *n_priorities);
  for (guint32 i = 0; i < self->nodes->len; i++)
    {
      const ShoalModelTreeNode *node = shoal_model_tree_get_node (self, i);

      if (node->file != SHOAL_MODEL_NO_FILE)
        priorities[node->file] = node->priority;
    }
  return priorities;
}

/* TRUE: something is other than it was. */
static gboolean
take_numbers (ShoalModelTree *self, guint32 index, const ShoalFileInfo *info, gboolean is_wished)
{
  ShoalModelTreeNode  *node = shoal_model_tree_get_node (self, index);
  ShoalModelTreeCounts before = node->counts;
  ShoalFilePriority    priority = is_wished ? node->priority : info->priority;

  if (node->had_bytes == info->done_bytes && node->priority == priority)
    return FALSE;
  node->had_bytes = info->done_bytes;
  shoal_model_tree_node_set_priority (node, priority);
  tell_parents (self, index, &before);
  return TRUE;
}

static gboolean
take_name (ShoalModelTree *self, guint32 index, const char *name, gsize len)
{
  ShoalModelTreeNode *node = shoal_model_tree_get_node (self, index);
  g_autofree char    *fold = NULL;

  if (strncmp (node->name, name, len) == 0 && node->name[len] == '\0')
    return FALSE;
  node->name = g_string_chunk_insert_len (self->strings, name, (gssize) len);
  fold = g_utf8_casefold (node->name, -1);
  node->fold = g_string_chunk_insert (self->strings, fold);
  return TRUE;
}

/* Compares the names of a file and its folders. FALSE: it lies elsewhere in the tree. */
static gboolean
take_path (ShoalModelTree *self, guint32 index, const char *path, gboolean *is_other)
{
  gsize end = strlen (path);

  while (index != SHOAL_MODEL_NODE_ROOT)
    {
      gsize begin = end;

      while (begin > 0 && path[begin - 1] != '/')
        begin--;
      if (end == 0 || begin == end)
        return FALSE;
      *is_other |= take_name (self, index, path + begin, end - begin);
      index = shoal_model_tree_get_node (self, index)->parent;
      end = begin > 0 ? begin - 1 : 0;
    }
  return end == 0;
}

static gboolean
take_paths (ShoalModelTree *self, GPtrArray *files, gboolean *is_other)
{
  for (guint n = MIN (files->len, PATHS_AT_ONCE); n > 0; n--)
    {
      guint                i = self->next_path % files->len;
      const ShoalFileInfo *info = g_ptr_array_index (files, i);

      self->next_path = i + 1;
      if (self->node_of_file[i] != SHOAL_MODEL_NODE_ROOT &&
          !take_path (self, self->node_of_file[i], info->path, is_other))
        return FALSE;
    }
  return TRUE;
}

gboolean
shoal_model_tree_update (ShoalModelTree *self, GPtrArray *files, guint64 last_serial)
{
  gboolean is_wished = last_serial < self->wish_serial;
  gboolean is_other = FALSE;

  g_return_val_if_fail (SHOAL_IS_MODEL_TREE (self), FALSE);

  if (files->len != self->files->len || !take_paths (self, files, &is_other))
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    {
      const ShoalFileInfo *info = g_ptr_array_index (files, i);

      /* Lists that follow each other share what is the same in both. */
      if ((self->is_chosen || info != g_ptr_array_index (self->latest, i)) &&
          self->node_of_file[i] != SHOAL_MODEL_NODE_ROOT)
        is_other |= take_numbers (self, self->node_of_file[i], info, is_wished);
    }
  self->is_chosen = self->is_chosen && is_wished;
  g_ptr_array_ref (files);
  g_ptr_array_unref (self->latest);
  self->latest = files;
  if (is_other)
    shoal_model_tree_tell_changed (self);
  return TRUE;
}

void
shoal_model_tree_wish (ShoalModelTree *self, guint64 serial)
{
  g_return_if_fail (SHOAL_IS_MODEL_TREE (self));
  self->wish_serial = serial;
}

void
shoal_model_tree_set_play_first (ShoalModelTree *self, guint file)
{
  g_return_if_fail (SHOAL_IS_MODEL_TREE (self));

  if (self->play_first == file)
    return;
  self->play_first = file;
  shoal_model_tree_tell_changed (self);
}

guint
shoal_model_tree_get_play_first (ShoalModelTree *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_TREE (self), G_MAXUINT);
  return self->play_first;
}
