/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-table-title.h"

#include <glib/gi18n.h>

struct _ShoalAppTableTitle
{
  GtkButton parent_instance;

  GtkWidget     *arrow; /* unowned: a child of the child */
  ShoalAppColumn column;
};

G_DEFINE_FINAL_TYPE (ShoalAppTableTitle, shoal_app_table_title, GTK_TYPE_BUTTON)

static void
shoal_app_table_title_class_init (ShoalAppTableTitleClass *klass)
{
}

static void
shoal_app_table_title_init (ShoalAppTableTitle *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "flat");
  gtk_widget_set_focus_on_click (GTK_WIDGET (self), FALSE);
}

/* The word of a column of numbers stands above them, at the end. */
GtkWidget *
shoal_app_table_title_new (ShoalAppColumn column)
{
  ShoalAppTableTitle *self = g_object_new (SHOAL_TYPE_APP_TABLE_TITLE, NULL);
  gboolean            is_number = shoal_app_column_is_number (column);
  GtkWidget          *label = gtk_label_new (shoal_app_column_get_title (column));
  GtkWidget          *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);

  self->column = column;
  self->arrow = gtk_image_new ();
  gtk_widget_set_visible (self->arrow, FALSE);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_halign (box, is_number ? GTK_ALIGN_END : GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), is_number ? self->arrow : label);
  gtk_box_append (GTK_BOX (box), is_number ? label : self->arrow);
  gtk_button_set_child (GTK_BUTTON (self), box);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), shoal_app_column_get_meaning (column));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  shoal_app_column_get_title (column),
                                  -1);
  return GTK_WIDGET (self);
}

ShoalAppColumn
shoal_app_table_title_get_column (ShoalAppTableTitle *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_TABLE_TITLE (self), SHOAL_APP_COLUMN_NAME);
  return self->column;
}

/* GTK 4.8 knows no heads of columns, so each is a button to a screen reader, and how it sorts is
 * part of its name. */
static char *
dup_spoken (ShoalAppTableTitle *self, GtkAccessibleSort sort)
{
  const char *title = shoal_app_column_get_title (self->column);

  if (sort == GTK_ACCESSIBLE_SORT_NONE)
    return g_strdup (title);
  return g_strjoin (", ",
                    title,
                    sort == GTK_ACCESSIBLE_SORT_ASCENDING ? _ ("ascending") : _ ("descending"),
                    NULL);
}

void
shoal_app_table_title_set_sort (ShoalAppTableTitle *self, GtkAccessibleSort sort)
{
  g_autofree char *spoken = NULL;

  g_return_if_fail (SHOAL_IS_APP_TABLE_TITLE (self));

  gtk_widget_set_visible (self->arrow, sort != GTK_ACCESSIBLE_SORT_NONE);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->arrow),
                                sort == GTK_ACCESSIBLE_SORT_DESCENDING ? "pan-down-symbolic"
                                                                       : "pan-up-symbolic");
  spoken = dup_spoken (self, sort);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}
