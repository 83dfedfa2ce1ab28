/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-file-row.h"

#include <glib/gi18n.h>

#include "app/shoal-app-text.h"
#include "model/shoal-model-files.h"

struct _ShoalAppFileRow
{
  GtkBox parent_instance;

  GtkTreeExpander *expander; /* unowned, as all children: the template holds them */
  GtkCheckButton  *check;
  GtkImage        *icon;
  GtkInscription  *name;
  GtkInscription  *folder;
  GtkInscription  *size;

  ShoalModelFile *file; /* owned; NULL while recycled */
  gulong          changed_handler;
};

G_DEFINE_FINAL_TYPE (ShoalAppFileRow, shoal_app_file_row, GTK_TYPE_BOX)

static void
toggled_cb (ShoalAppFileRow *self)
{
  if (self->file != NULL)
    shoal_model_tree_set_wanted (shoal_model_file_get_tree (self->file),
                                 shoal_model_file_get_node (self->file),
                                 gtk_check_button_get_active (self->check));
}

static void
show_check (ShoalAppFileRow *self)
{
  ShoalModelCheck check = shoal_model_tree_get_check (shoal_model_file_get_tree (self->file),
                                                      shoal_model_file_get_node (self->file));

  g_signal_handlers_block_by_func (self->check, toggled_cb, self);
  gtk_check_button_set_active (self->check, check == SHOAL_MODEL_CHECK_ALL);
  gtk_check_button_set_inconsistent (self->check, check == SHOAL_MODEL_CHECK_SOME);
  g_signal_handlers_unblock_by_func (self->check, toggled_cb, self);
}

static void
show_file (ShoalAppFileRow *self, gboolean with_folder)
{
  ShoalModelTree  *tree = shoal_model_file_get_tree (self->file);
  ShoalModelNode   node = shoal_model_file_get_node (self->file);
  g_autofree char *name = shoal_app_text_dup_visible (shoal_model_tree_get_name (tree, node));
  g_autofree char *size = g_format_size (shoal_model_tree_get_size (tree, node));
  g_autofree char *path = with_folder ? shoal_model_tree_dup_folder (tree, node) : NULL;
  g_autofree char *folder = shoal_app_text_dup_visible (path);
  g_autofree char *spoken = g_strconcat (name, ", ", size, NULL);
  gboolean         is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  g_autofree char *name_line = shoal_app_text_dup_line (name, is_rtl);
  g_autofree char *folder_line = shoal_app_text_dup_line (folder, is_rtl);
  GtkWidget       *item = gtk_widget_get_parent (GTK_WIDGET (self));

  gtk_inscription_set_text (self->name, name_line);
  gtk_inscription_set_text (self->size, size);
  gtk_inscription_set_text (self->folder, folder_line);
  gtk_widget_set_visible (GTK_WIDGET (self->folder), with_folder);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), name);
  gtk_image_set_from_icon_name (
      self->icon,
      shoal_model_tree_is_folder (tree, node) ? "folder-symbolic" : "text-x-generic-symbolic");
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->check), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (item != NULL)
    gtk_accessible_update_property (
        GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  show_check (self);
}

static void
shoal_app_file_row_dispose (GObject *object)
{
  ShoalAppFileRow *self = SHOAL_APP_FILE_ROW (object);

  if (self->file != NULL)
    g_clear_signal_handler (&self->changed_handler, shoal_model_file_get_tree (self->file));
  g_clear_object (&self->file);
  G_OBJECT_CLASS (shoal_app_file_row_parent_class)->dispose (object);
}

static void
shoal_app_file_row_class_init (ShoalAppFileRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_file_row_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/add/shoal-app-file-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileRow, check);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileRow, expander);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileRow, folder);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileRow, icon);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileRow, name);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileRow, size);
  gtk_widget_class_bind_template_callback (widget_class, toggled_cb);
}

static void
shoal_app_file_row_init (ShoalAppFileRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
shoal_app_file_row_new (void)
{
  return g_object_new (SHOAL_TYPE_APP_FILE_ROW, NULL);
}

void
shoal_app_file_row_set_item (ShoalAppFileRow *self, gpointer item)
{
  GtkTreeListRow *row = GTK_IS_TREE_LIST_ROW (item) ? item : NULL;

  g_return_if_fail (SHOAL_IS_APP_FILE_ROW (self));

  if (self->file != NULL)
    g_clear_signal_handler (&self->changed_handler, shoal_model_file_get_tree (self->file));
  g_clear_object (&self->file);
  gtk_tree_expander_set_list_row (self->expander, row);
  if (item == NULL)
    return;
  self->file = row != NULL ? gtk_tree_list_row_get_item (row) : g_object_ref (item);
  self->changed_handler = g_signal_connect_swapped (
      shoal_model_file_get_tree (self->file), "changed", G_CALLBACK (show_check), self);
  show_file (self, row == NULL);
}

void
shoal_app_file_row_toggle (ShoalAppFileRow *self)
{
  g_return_if_fail (SHOAL_IS_APP_FILE_ROW (self));

  gtk_check_button_set_active (self->check, !gtk_check_button_get_active (self->check));
}

void
shoal_app_file_row_set_is_expanded (ShoalAppFileRow *self, gboolean is_expanded)
{
  GtkTreeListRow *row;

  g_return_if_fail (SHOAL_IS_APP_FILE_ROW (self));

  row = gtk_tree_expander_get_list_row (self->expander);
  if (row != NULL)
    gtk_tree_list_row_set_expanded (row, is_expanded);
}
