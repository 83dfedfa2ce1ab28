/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/rows/shoal-app-field-row.h"

G_DEFINE_TYPE (ShoalAppFieldRow, shoal_app_field_row, ADW_TYPE_ACTION_ROW)

/* A row of a list that is left backwards would take the focus itself. */
static gboolean
shoal_app_field_row_focus (GtkWidget *widget, GtkDirectionType direction)
{
  GtkWidget *field = adw_action_row_get_activatable_widget (ADW_ACTION_ROW (widget));

  if (field == NULL || gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  return gtk_widget_child_focus (field, direction);
}

static gboolean
shoal_app_field_row_grab_focus (GtkWidget *widget)
{
  GtkWidget *field = adw_action_row_get_activatable_widget (ADW_ACTION_ROW (widget));

  return field != NULL && gtk_widget_grab_focus (field);
}

static void
shoal_app_field_row_class_init (ShoalAppFieldRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->focus = shoal_app_field_row_focus;
  widget_class->grab_focus = shoal_app_field_row_grab_focus;
}

static void
shoal_app_field_row_init (ShoalAppFieldRow *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
}
