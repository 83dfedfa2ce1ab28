/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-file-tree.h"

#include <glib/gi18n.h>

#include "app/add/shoal-app-file-row.h"
#include "app/shoal-app-compat.h"
#include "app/shoal-app-text.h"
#include "model/shoal-model-files.h"

/* With more files than this there is a search. */
#define SEARCH_MIN 20

/* Of what is not seen so many rows are made, or brought up to date, in one turn. */
#define ROWS_AT_ONCE 8

/* A list makes so many rows however few are seen: at once are made those that may be. */
#define ROWS_MAX   200
#define ROWS_FIRST 24

struct _ShoalAppFileTree
{
  AdwBin parent_instance;

  GtkInscription *summary; /* unowned, as all children: the template holds them */
  GtkSearchEntry *search;
  GtkListView    *view;
  GtkWidget      *none;

  ShoalModelTree *tree;    /* owned; NULL: none */
  GListModel     *folders; /* owned; what is shown without a search: a search leaves it open */
  gulong          changed_handler;
  GHashTable     *rows;     /* owned, of ShoalAppFileRow, unowned: those that show a file */
  GHashTable     *old_rows; /* owned; those of them that are behind */
  guint           refresh_source;

  GtkSliceListModel *part; /* owned; what of the model is shown so far; NULL: all */
  guint              grow_source;
};

G_DEFINE_FINAL_TYPE (ShoalAppFileTree, shoal_app_file_tree, ADW_TYPE_BIN)

enum
{
  OPEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
show_summary (ShoalAppFileTree *self)
{
  guint            n_files = shoal_model_tree_get_n_files (self->tree);
  g_autofree char *some = g_strdup_printf ("%u", shoal_model_tree_get_n_wanted (self->tree));
  g_autofree char *all = g_strdup_printf ("%u", n_files);
  g_autofree char *size = g_format_size (shoal_model_tree_get_wanted_bytes (self->tree));
  ShoalAppTextPart parts[] = { { "some", some }, { "all", all }, { "size", size } };
  g_autofree char *text = shoal_app_text_fill (
      ngettext ("{some} of {all} file, {size}", "{some} of {all} files, {size}", n_files),
      parts,
      G_N_ELEMENTS (parts));

  gtk_inscription_set_text (self->summary, text);
}

static gboolean
is_on_screen (ShoalAppFileTree *self, GtkWidget *row)
{
  graphene_rect_t bounds;

  return gtk_widget_compute_bounds (row, GTK_WIDGET (self->view), &bounds) &&
         bounds.origin.y + bounds.size.height > 0.0f &&
         bounds.origin.y < (float) gtk_widget_get_height (GTK_WIDGET (self->view));
}

static gboolean
refresh_cb (gpointer user_data)
{
  ShoalAppFileTree *self = user_data;
  GHashTableIter    iter;
  gpointer          row;

  g_hash_table_iter_init (&iter, self->old_rows);
  for (guint n = 0; n < ROWS_AT_ONCE && g_hash_table_iter_next (&iter, &row, NULL); n++)
    {
      g_hash_table_iter_remove (&iter);
      shoal_app_file_row_refresh (row);
    }
  if (g_hash_table_size (self->old_rows) > 0)
    return G_SOURCE_CONTINUE;
  self->refresh_source = 0;
  return G_SOURCE_REMOVE;
}

/* A list keeps some 200 rows: what is seen follows at once, the rest some rows at a time. */
static void
changed_cb (ShoalAppFileTree *self)
{
  GHashTableIter iter;
  gpointer       row;

  show_summary (self);
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    if (is_on_screen (self, row))
      shoal_app_file_row_refresh (row);
    else
      g_hash_table_add (self->old_rows, row);
  if (self->refresh_source == 0 && g_hash_table_size (self->old_rows) > 0)
    self->refresh_source = g_idle_add (refresh_cb, self);
}

static GListModel *
create_children_cb (gpointer item, gpointer user_data)
{
  ShoalModelFile *file = item;
  ShoalModelTree *tree = shoal_model_file_get_tree (file);
  ShoalModelNode  node = shoal_model_file_get_node (file);

  return shoal_model_tree_is_folder (tree, node) ? shoal_model_files_new_for_folder (tree, node)
                                                 : NULL;
}

/* The other rows, which nobody sees yet, are made in turns of their own, after the first picture.
 */
static gboolean
grow_cb (gpointer user_data)
{
  ShoalAppFileTree *self = user_data;
  guint             size = gtk_slice_list_model_get_size (self->part);
  gboolean          is_cut = g_list_model_get_n_items (G_LIST_MODEL (self->part)) == size;

  if (is_cut && size + ROWS_AT_ONCE < ROWS_MAX)
    {
      gtk_slice_list_model_set_size (self->part, size + ROWS_AT_ONCE);
      return G_SOURCE_CONTINUE;
    }
  self->grow_source = 0;
  gtk_slice_list_model_set_size (self->part, G_MAXUINT);
  g_clear_object (&self->part);
  return G_SOURCE_REMOVE;
}

static void
stop_growing (ShoalAppFileTree *self)
{
  g_clear_handle_id (&self->grow_source, g_source_remove);
  g_clear_object (&self->part);
}

/* Takes @source over. */
static void
take_model (ShoalAppFileTree *self, GListModel *source)
{
  g_autoptr (GtkSelectionModel) selection = NULL;
  GListModel *model;

  stop_growing (self);
  self->part = gtk_slice_list_model_new (source, 0, ROWS_FIRST);
  self->grow_source = g_idle_add (grow_cb, self);
  model = g_object_ref (G_LIST_MODEL (self->part));
  if (shoal_model_tree_is_live (self->tree))
    selection = GTK_SELECTION_MODEL (gtk_multi_selection_new (model));
  else
    selection = GTK_SELECTION_MODEL (gtk_no_selection_new (model));
  gtk_list_view_set_model (self->view, selection);
}

/* Of a row of the tree, or a hit of a search. */
static ShoalModelNode
get_node (GListModel *model, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (model, position);
  g_autoptr (ShoalModelFile) file = GTK_IS_TREE_LIST_ROW (item)
                                        ? gtk_tree_list_row_get_item (GTK_TREE_LIST_ROW (item))
                                        : g_object_ref (SHOAL_MODEL_FILE (item));

  return shoal_model_file_get_node (file);
}

/* A folder that holds everything is open from the start. */
static void
make_folders (ShoalAppFileTree *self)
{
  GListModel       *top = shoal_model_files_new_for_folder (self->tree, SHOAL_MODEL_NODE_ROOT);
  GtkTreeListModel *model =
      gtk_tree_list_model_new (top, FALSE, FALSE, create_children_cb, NULL, NULL);

  if (g_list_model_get_n_items (top) == 1)
    {
      g_autoptr (GtkTreeListRow) row = gtk_tree_list_model_get_row (model, 0);

      gtk_tree_list_row_set_expanded (row, TRUE);
    }
  self->folders = G_LIST_MODEL (model);
}

static void
show_folders (ShoalAppFileTree *self)
{
  if (self->folders == NULL)
    make_folders (self);
  take_model (self, g_object_ref (self->folders));
}

static void
search_changed_cb (ShoalAppFileTree *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));

  if (self->tree == NULL)
    return;
  if (*text == '\0')
    show_folders (self);
  else
    take_model (self, shoal_model_files_new_for_search (self->tree, text));
}

static void
set_all_wanted (ShoalAppFileTree *self, gboolean is_wanted)
{
  if (self->tree != NULL)
    shoal_model_tree_set_wanted (self->tree, SHOAL_MODEL_NODE_ROOT, is_wanted);
}

static void
all_cb (ShoalAppFileTree *self)
{
  set_all_wanted (self, TRUE);
}

static void
none_cb (ShoalAppFileTree *self)
{
  set_all_wanted (self, FALSE);
}

static void
open_item (ShoalAppFileTree *self, guint position)
{
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (self->view));
  g_autoptr (GObject) item = g_list_model_get_item (model, position);
  ShoalModelNode node = get_node (model, position);

  if (!shoal_model_tree_is_folder (self->tree, node))
    g_signal_emit (self, signals[OPEN], 0, (guint) node);
  else if (GTK_IS_TREE_LIST_ROW (item))
    gtk_tree_list_row_set_expanded (GTK_TREE_LIST_ROW (item),
                                    !gtk_tree_list_row_get_expanded (GTK_TREE_LIST_ROW (item)));
}

/* In a dialog Enter in the list is Enter in the dialog. */
static void
activate_cb (ShoalAppFileTree *self, guint position, GtkListView *view)
{
  if (shoal_model_tree_is_live (self->tree))
    open_item (self, position);
  else
    gtk_widget_activate_default (GTK_WIDGET (self));
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppFileTree *self)
{
  gtk_list_item_set_child (item, shoal_app_file_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppFileTree *self)
{
  GtkWidget *row = gtk_list_item_get_child (item);

  shoal_app_file_row_set_item (SHOAL_APP_FILE_ROW (row), gtk_list_item_get_item (item));
  g_hash_table_add (self->rows, row);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppFileTree *self)
{
  GtkWidget *row = gtk_list_item_get_child (item);

  g_hash_table_remove (self->rows, row);
  g_hash_table_remove (self->old_rows, row);
  shoal_app_file_row_set_item (SHOAL_APP_FILE_ROW (row), NULL);
}

static ShoalAppFileRow *
get_focused_row (ShoalAppFileTree *self)
{
  GtkWidget *item = gtk_widget_get_focus_child (GTK_WIDGET (self->view));
  GtkWidget *child = item != NULL ? gtk_widget_get_first_child (item) : NULL;

  return SHOAL_IS_APP_FILE_ROW (child) ? SHOAL_APP_FILE_ROW (child) : NULL;
}

/* Several become what the first of them is not. */
static void
toggle_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppFileTree *self = SHOAL_APP_FILE_TREE (widget);
  g_autoptr (GArray) nodes = shoal_app_file_tree_dup_nodes (self);
  ShoalModelCheck check;

  if (nodes->len == 0)
    return;
  check = shoal_model_tree_get_check (self->tree, g_array_index (nodes, ShoalModelNode, 0));
  shoal_model_tree_choose (self->tree,
                           (const ShoalModelNode *) (gconstpointer) nodes->data,
                           nodes->len,
                           check == SHOAL_MODEL_CHECK_ALL ? SHOAL_MODEL_CHOICE_SKIP
                                                          : SHOAL_MODEL_CHOICE_WANT);
}

static void
expand_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppFileRow *row = get_focused_row (SHOAL_APP_FILE_TREE (widget));
  gboolean         is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  if (row != NULL)
    shoal_app_file_row_set_is_expanded (row, g_variant_get_boolean (parameter) != is_rtl);
}

/* As in the list of torrents: Tab goes through, the arrows go along. */
static gboolean
shoal_app_file_tree_focus (GtkWidget *widget, GtkDirectionType direction)
{
  ShoalAppFileTree *self = SHOAL_APP_FILE_TREE (widget);
  gboolean          is_tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;

  if (direction == GTK_DIR_TAB_FORWARD &&
      gtk_widget_get_focus_child (GTK_WIDGET (self->view)) != NULL)
    return FALSE;
  if (is_tab && gtk_widget_get_focus_child (GTK_WIDGET (self->view)) != NULL)
    return gtk_widget_grab_focus (gtk_widget_get_visible (GTK_WIDGET (self->search))
                                      ? GTK_WIDGET (self->search)
                                      : self->none);
  return GTK_WIDGET_CLASS (shoal_app_file_tree_parent_class)->focus (widget, direction);
}

static void
shoal_app_file_tree_dispose (GObject *object)
{
  ShoalAppFileTree *self = SHOAL_APP_FILE_TREE (object);

  if (self->view != NULL)
    gtk_list_view_set_model (self->view, NULL);
  self->view = NULL;
  g_clear_handle_id (&self->refresh_source, g_source_remove);
  stop_growing (self);
  if (self->tree != NULL)
    g_clear_signal_handler (&self->changed_handler, self->tree);
  g_clear_object (&self->folders);
  g_clear_object (&self->tree);
  G_OBJECT_CLASS (shoal_app_file_tree_parent_class)->dispose (object);
}

static void
shoal_app_file_tree_finalize (GObject *object)
{
  ShoalAppFileTree *self = SHOAL_APP_FILE_TREE (object);

  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_clear_pointer (&self->old_rows, g_hash_table_unref);
  G_OBJECT_CLASS (shoal_app_file_tree_parent_class)->finalize (object);
}

static void
shoal_app_file_tree_class_init (ShoalAppFileTreeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[OPEN] = g_signal_new ("open",
                                G_TYPE_FROM_CLASS (klass),
                                G_SIGNAL_RUN_LAST,
                                0,
                                NULL,
                                NULL,
                                NULL,
                                G_TYPE_NONE,
                                1,
                                G_TYPE_UINT);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_file_tree_dispose;
  G_OBJECT_CLASS (klass)->finalize = shoal_app_file_tree_finalize;
  widget_class->focus = shoal_app_file_tree_focus;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/add/shoal-app-file-tree.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileTree, none);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileTree, search);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileTree, summary);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileTree, view);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, all_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, none_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_install_action (widget_class, "file.toggle", NULL, toggle_action);
  gtk_widget_class_install_action (widget_class, "file.expand", "b", expand_action);
}

static void
shoal_app_file_tree_init (ShoalAppFileTree *self)
{
  self->rows = g_hash_table_new (NULL, NULL);
  self->old_rows = g_hash_table_new (NULL, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_inscription_set_text (self->summary, "");
  shoal_app_compat_pass_by_tab (GTK_WIDGET (self->view));
}

void
shoal_app_file_tree_set_tree (ShoalAppFileTree *self, ShoalModelTree *tree)
{
  g_return_if_fail (SHOAL_IS_APP_FILE_TREE (self));

  if (self->tree == tree)
    return;
  if (self->tree != NULL)
    g_clear_signal_handler (&self->changed_handler, self->tree);
  gtk_list_view_set_model (self->view, NULL);
  stop_growing (self);
  g_clear_object (&self->folders);
  g_set_object (&self->tree, tree);
  if (tree == NULL)
    return;
  self->changed_handler = g_signal_connect_swapped (tree, "changed", G_CALLBACK (changed_cb), self);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  gtk_widget_set_visible (GTK_WIDGET (self->search),
                          shoal_model_tree_get_n_files (tree) > SEARCH_MIN);
  show_folders (self);
  show_summary (self);
}

GtkWidget *
shoal_app_file_tree_get_view (ShoalAppFileTree *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_FILE_TREE (self), NULL);
  return GTK_WIDGET (self->view);
}

static void
append_selected (GtkSelectionModel *selection, GArray *nodes)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (selection);
  GtkBitsetIter iter;
  guint         position;

  if (!gtk_bitset_iter_init_first (&iter, selected, &position))
    return;
  do
    {
      ShoalModelNode node = get_node (G_LIST_MODEL (selection), position);

      g_array_append_val (nodes, node);
    }
  while (gtk_bitset_iter_next (&iter, &position));
}

GArray *
shoal_app_file_tree_dup_nodes (ShoalAppFileTree *self)
{
  GArray            *nodes = g_array_new (FALSE, FALSE, sizeof (ShoalModelNode));
  ShoalAppFileRow   *row = get_focused_row (self);
  GtkSelectionModel *selection = gtk_list_view_get_model (self->view);

  g_return_val_if_fail (SHOAL_IS_APP_FILE_TREE (self), nodes);

  if (selection != NULL)
    append_selected (selection, nodes);
  if (row != NULL && shoal_app_file_row_get_file (row) != NULL)
    {
      ShoalModelNode node = shoal_model_file_get_node (shoal_app_file_row_get_file (row));

      for (guint i = 0; i < nodes->len; i++)
        if (g_array_index (nodes, ShoalModelNode, i) == node)
          return nodes;
      g_array_set_size (nodes, 0);
      g_array_append_val (nodes, node);
    }
  return nodes;
}
