/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-compat.h"

void
shoal_app_compat_pass_by_tab (GtkWidget *view)
{
#if GTK_CHECK_VERSION(4, 12, 0)
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  g_object_set (view, "tab-behavior", GTK_LIST_TAB_ITEM, NULL);
  G_GNUC_END_IGNORE_DEPRECATIONS
#endif
}

static gboolean
is_item (GtkWidget *widget)
{
  GtkAccessibleRole role = gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget));

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (widget), "text") == NULL)
    return FALSE;
  return role == GTK_ACCESSIBLE_ROLE_MENU_ITEM || role == GTK_ACCESSIBLE_ROLE_MENU_ITEM_CHECKBOX ||
         role == GTK_ACCESSIBLE_ROLE_MENU_ITEM_RADIO;
}

/* GTK 4.18 names an item after its label, and says of that label that it is only there for the eye
 * and has no name: no item has one. A name of its own counts only without that relation. */
static void
name_items (GtkWidget *widget)
{
  g_autofree char *text = NULL;

  if (is_item (widget))
    {
      g_object_get (widget, "text", &text, NULL);
      gtk_accessible_reset_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
      gtk_accessible_update_property (
          GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
      return;
    }
  for (widget = gtk_widget_get_first_child (widget); widget != NULL;
       widget = gtk_widget_get_next_sibling (widget))
    name_items (widget);
}

void
shoal_app_compat_name_items (GtkPopover *menu)
{
  g_signal_connect (menu, "map", G_CALLBACK (name_items), NULL);
}

/* The focus lies on the child, whose name newer versions of GTK take from the menu button. */
void
shoal_app_compat_name_menu_button (GtkMenuButton *button, const char *name)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (button));

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (gtk_menu_button_get_popover (button) != NULL)
    shoal_app_compat_name_items (gtk_menu_button_get_popover (button));
}

void
shoal_app_compat_get_color (GtkWidget *widget, GdkRGBA *color)
{
#if GTK_CHECK_VERSION(4, 10, 0)
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  gtk_widget_get_color (widget, color);
  G_GNUC_END_IGNORE_DEPRECATIONS
#else
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), color);
#endif
}
