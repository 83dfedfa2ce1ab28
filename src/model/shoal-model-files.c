/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "model/shoal-model-files.h"

struct _ShoalModelFile
{
  GObject parent_instance;

  ShoalModelTree *tree; /* owned */
  ShoalModelNode  node;
};

G_DEFINE_FINAL_TYPE (ShoalModelFile, shoal_model_file, G_TYPE_OBJECT)

struct _ShoalModelFiles
{
  GObject parent_instance;

  ShoalModelTree       *tree;  /* owned */
  GArray               *found; /* owned, of ShoalModelNode; NULL: a folder */
  const ShoalModelNode *nodes; /* unowned: in found or in the tree */
  guint                 n_nodes;
};

static void shoal_model_files_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ShoalModelFiles,
                               shoal_model_files,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      shoal_model_files_list_init))

static void
shoal_model_file_finalize (GObject *object)
{
  ShoalModelFile *self = SHOAL_MODEL_FILE (object);

  g_clear_object (&self->tree);
  G_OBJECT_CLASS (shoal_model_file_parent_class)->finalize (object);
}

static void
shoal_model_file_class_init (ShoalModelFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = shoal_model_file_finalize;
}

static void
shoal_model_file_init (ShoalModelFile *self)
{
}

static GType
shoal_model_files_get_item_type (GListModel *model)
{
  return SHOAL_TYPE_MODEL_FILE;
}

static guint
shoal_model_files_get_n_items (GListModel *model)
{
  return SHOAL_MODEL_FILES (model)->n_nodes;
}

static gpointer
shoal_model_files_get_item (GListModel *model, guint position)
{
  ShoalModelFiles *self = SHOAL_MODEL_FILES (model);
  ShoalModelFile  *file;

  if (position >= self->n_nodes)
    return NULL;
  file = g_object_new (SHOAL_TYPE_MODEL_FILE, NULL);
  file->tree = g_object_ref (self->tree);
  file->node = self->nodes[position];
  return file;
}

static void
shoal_model_files_list_init (GListModelInterface *iface)
{
  iface->get_item_type = shoal_model_files_get_item_type;
  iface->get_n_items = shoal_model_files_get_n_items;
  iface->get_item = shoal_model_files_get_item;
}

static void
shoal_model_files_finalize (GObject *object)
{
  ShoalModelFiles *self = SHOAL_MODEL_FILES (object);

  g_clear_pointer (&self->found, g_array_unref);
  g_clear_object (&self->tree);
  G_OBJECT_CLASS (shoal_model_files_parent_class)->finalize (object);
}

static void
shoal_model_files_class_init (ShoalModelFilesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = shoal_model_files_finalize;
}

static void
shoal_model_files_init (ShoalModelFiles *self)
{
}

ShoalModelTree *
shoal_model_file_get_tree (ShoalModelFile *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_FILE (self), NULL);
  return self->tree;
}

ShoalModelNode
shoal_model_file_get_node (ShoalModelFile *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_FILE (self), SHOAL_MODEL_NODE_ROOT);
  return self->node;
}

GListModel *
shoal_model_files_new_for_folder (ShoalModelTree *tree, ShoalModelNode node)
{
  ShoalModelFiles *self = g_object_new (SHOAL_TYPE_MODEL_FILES, NULL);

  self->tree = g_object_ref (tree);
  shoal_model_tree_get_children (tree, node, &self->nodes, &self->n_nodes);
  return G_LIST_MODEL (self);
}

GListModel *
shoal_model_files_new_for_search (ShoalModelTree *tree, const char *text)
{
  ShoalModelFiles *self = g_object_new (SHOAL_TYPE_MODEL_FILES, NULL);

  self->tree = g_object_ref (tree);
  self->found = shoal_model_tree_find (tree, text);
  self->nodes = (const ShoalModelNode *) self->found->data;
  self->n_nodes = self->found->len;
  return G_LIST_MODEL (self);
}
