/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-file-row.h"

#include <glib/gi18n.h>

#include "app/shoal-app-number.h"
#include "app/shoal-app-text.h"
#include "model/shoal-model-files.h"

struct _ShoalAppFileRow
{
  GtkBox parent_instance;

  GtkTreeExpander *expander; /* unowned, as all children: the template holds them */
  GtkCheckButton  *check;
  GtkImage        *icon;
  GtkInscription  *name;
  GtkProgressBar  *bar;   /* of a torrent that is there, as below */
  GtkInscription  *state; /* how far it is, and what is wanted of it */
  GtkInscription  *folder;
  GtkInscription  *size;

  ShoalModelFile *file;       /* owned; NULL while recycled */
  char           *shown_name; /* owned; as the tree had it */
  char           *heard;      /* owned; the gist of what the list item is called */
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

static char *
dup_amount (ShoalModelTree *tree, ShoalModelNode node)
{
  guint64          done;
  guint64          total;
  g_autofree char *done_text = NULL;
  g_autofree char *total_text = NULL;
  g_autofree char *percent = NULL;

  shoal_model_tree_get_progress (tree, node, &done, &total);
  done_text = g_format_size (done);
  total_text = g_format_size (total > 0 ? total : shoal_model_tree_get_size (tree, node));
  if (done >= total)
    return g_steal_pointer (&total_text);
  percent = g_strdup_printf ("%d", (int) (shoal_app_number_get_fraction (done, total) * 100.0));
  return shoal_app_text_fill (
      /* Translators: of a file: how many bytes of it are there. */
      _ ("{done} of {total} · {percent} %"),
      (ShoalAppTextPart[]){
          { "done", done_text }, { "total", total_text }, { "percent", percent } },
      3);
}

static const char *
get_priority_words (ShoalModelTree *tree, ShoalModelNode node)
{
  ShoalFilePriority priority;

  if (shoal_model_tree_get_check (tree, node) == SHOAL_MODEL_CHECK_NONE)
    return _ ("not wanted");
  if (!shoal_model_tree_get_priority (tree, node, &priority))
    return _ ("different priorities");
  if (priority == SHOAL_FILE_PRIORITY_NORMAL)
    return NULL;
  return priority == SHOAL_FILE_PRIORITY_HIGH ? _ ("high priority") : _ ("low priority");
}

static char *
dup_state (ShoalModelTree *tree, ShoalModelNode node, const char *amount)
{
  guint    file = shoal_model_tree_get_file (tree, node);
  gboolean is_first = file != G_MAXUINT && file == shoal_model_tree_get_play_first (tree);

  return shoal_app_text_join ((const char *[]){ amount,
                                                get_priority_words (tree, node),
                                                is_first ? _ ("plays first") : NULL },
                              3);
}

static void
show_state (ShoalAppFileRow *self, const char *state)
{
  ShoalModelTree *tree = shoal_model_file_get_tree (self->file);
  guint64         done;
  guint64         total;
  double          fraction;

  shoal_model_tree_get_progress (tree, shoal_model_file_get_node (self->file), &done, &total);
  fraction = total > 0 ? shoal_app_number_get_fraction (done, total) : 0.0;
  if (gtk_progress_bar_get_fraction (self->bar) != fraction)
    gtk_progress_bar_set_fraction (self->bar, fraction);
  if (g_strcmp0 (gtk_inscription_get_text (self->state), state) != 0)
    gtk_inscription_set_text (self->state, state);
}

/* What is wanted is said by the box beside the name, which is passed by on the way from row to row.
 */
static const char *
get_choice_words (ShoalModelTree *tree, ShoalModelNode node)
{
  switch (shoal_model_tree_get_check (tree, node))
    {
    case SHOAL_MODEL_CHECK_ALL:
      return NULL;
    case SHOAL_MODEL_CHECK_SOME:
      return _ ("wanted in part");
    case SHOAL_MODEL_CHECK_NONE:
      break;
    }
  return _ ("not wanted");
}

/* As far as it is worth being spoken: progress by tenths. */
static char *
dup_gist (ShoalModelTree *tree, ShoalModelNode node)
{
  guint64          done;
  guint64          total;
  g_autofree char *tenths = NULL;

  shoal_model_tree_get_progress (tree, node, &done, &total);
  tenths = g_strdup_printf ("%d", (int) (shoal_app_number_get_fraction (done, total) * 10.0));
  return dup_state (tree, node, tenths);
}

/* A screen reader says it whenever it changes: not for each part that comes. */
static void
show_spoken (ShoalAppFileRow *self, const char *name, const char *state, const char *choice)
{
  ShoalModelTree  *tree = shoal_model_file_get_tree (self->file);
  g_autofree char *gist = shoal_model_tree_is_live (tree)
                              ? dup_gist (tree, shoal_model_file_get_node (self->file))
                              : g_strdup (state);
  g_autofree char *heard = g_strjoin (", ", name, gist, choice, NULL);
  g_autofree char *spoken = g_strjoin (", ", name, state, choice, NULL);
  GtkWidget       *item = gtk_widget_get_parent (GTK_WIDGET (self));

  if (item == NULL || g_strcmp0 (heard, self->heard) == 0)
    return;
  gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  g_free (self->heard);
  self->heard = g_steal_pointer (&heard);
}

static void
show_name (ShoalAppFileRow *self, const char *visible)
{
  const char      *name = shoal_model_tree_get_name (shoal_model_file_get_tree (self->file),
                                                shoal_model_file_get_node (self->file));
  gboolean         is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  g_autofree char *line = shoal_app_text_dup_line (visible, is_rtl);

  if (g_strcmp0 (self->shown_name, name) == 0)
    return;
  g_free (self->shown_name);
  self->shown_name = g_strdup (name);
  gtk_inscription_set_text (self->name, line);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), visible);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->check), GTK_ACCESSIBLE_PROPERTY_LABEL, visible, -1);
}

/* What may change while the row is there. */
static void
show_news (ShoalAppFileRow *self)
{
  ShoalModelTree  *tree = shoal_model_file_get_tree (self->file);
  ShoalModelNode   node = shoal_model_file_get_node (self->file);
  gboolean         is_live = shoal_model_tree_is_live (tree);
  g_autofree char *amount = is_live ? dup_amount (tree, node) : NULL;
  g_autofree char *name = shoal_app_text_dup_visible (shoal_model_tree_get_name (tree, node));
  g_autofree char *state = is_live ? dup_state (tree, node, amount)
                                   : g_format_size (shoal_model_tree_get_size (tree, node));

  show_check (self);
  show_name (self, name);
  if (is_live)
    show_state (self, state);
  else
    gtk_inscription_set_text (self->size, state);
  show_spoken (self, name, state, is_live ? NULL : get_choice_words (tree, node));
}

static gboolean
query_state_tooltip_cb (GtkInscription *inscription,
                        int             x,
                        int             y,
                        gboolean        is_keyboard,
                        GtkTooltip     *tooltip)
{
  gtk_tooltip_set_text (tooltip, gtk_inscription_get_text (inscription));
  return TRUE;
}

static void
show_file (ShoalAppFileRow *self, gboolean with_folder)
{
  ShoalModelTree  *tree = shoal_model_file_get_tree (self->file);
  ShoalModelNode   node = shoal_model_file_get_node (self->file);
  g_autofree char *path = with_folder ? shoal_model_tree_dup_folder (tree, node) : NULL;
  g_autofree char *folder = shoal_app_text_dup_visible (path);
  gboolean         is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  gboolean         is_live = shoal_model_tree_is_live (tree);
  g_autofree char *folder_line = shoal_app_text_dup_line (folder, is_rtl);

  gtk_inscription_set_text (self->folder, folder_line);
  gtk_widget_set_visible (GTK_WIDGET (self->folder), with_folder);
  gtk_widget_set_visible (GTK_WIDGET (self->size), !is_live);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), is_live);
  gtk_widget_set_visible (GTK_WIDGET (self->state), is_live);
  gtk_image_set_from_icon_name (
      self->icon,
      shoal_model_tree_is_folder (tree, node) ? "folder-symbolic" : "text-x-generic-symbolic");
  show_news (self);
}

static void
shoal_app_file_row_dispose (GObject *object)
{
  ShoalAppFileRow *self = SHOAL_APP_FILE_ROW (object);

  g_clear_object (&self->file);
  G_OBJECT_CLASS (shoal_app_file_row_parent_class)->dispose (object);
}

static void
shoal_app_file_row_finalize (GObject *object)
{
  ShoalAppFileRow *self = SHOAL_APP_FILE_ROW (object);

  g_clear_pointer (&self->shown_name, g_free);
  g_clear_pointer (&self->heard, g_free);
  G_OBJECT_CLASS (shoal_app_file_row_parent_class)->finalize (object);
}

static void
shoal_app_file_row_class_init (ShoalAppFileRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_file_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = shoal_app_file_row_finalize;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/add/shoal-app-file-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileRow, bar);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileRow, check);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileRow, expander);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileRow, folder);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileRow, icon);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileRow, name);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileRow, size);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFileRow, state);
  gtk_widget_class_bind_template_callback (widget_class, query_state_tooltip_cb);
  gtk_widget_class_bind_template_callback (widget_class, toggled_cb);
}

static void
shoal_app_file_row_init (ShoalAppFileRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* GTK 4.8 cannot tell a screen reader that there is none. */
  gtk_inscription_set_text (self->state, "");
  gtk_inscription_set_text (self->size, "");
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

  g_clear_object (&self->file);
  gtk_tree_expander_set_list_row (self->expander, row);
  g_clear_pointer (&self->shown_name, g_free);
  g_clear_pointer (&self->heard, g_free);
  if (item == NULL)
    return;
  self->file = row != NULL ? gtk_tree_list_row_get_item (row) : g_object_ref (item);
  show_file (self, row == NULL);
}

ShoalModelFile *
shoal_app_file_row_get_file (ShoalAppFileRow *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_FILE_ROW (self), NULL);
  return self->file;
}

void
shoal_app_file_row_refresh (ShoalAppFileRow *self)
{
  g_return_if_fail (SHOAL_IS_APP_FILE_ROW (self));

  if (self->file != NULL)
    show_news (self);
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
