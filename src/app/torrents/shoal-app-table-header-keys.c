/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-compat.h"
#include "app/torrents/shoal-app-columns-menu.h"
#include "app/torrents/shoal-app-table-header-private.h"
#include "app/torrents/shoal-app-table-title.h"

/* By how much a key changes a width, in characters. */
#define KEY_CHARS 2

static void
show_title (ShoalAppTableHeader *self, ShoalAppColumn column)
{
  ShoalAppColumnPlace at = shoal_app_table_header_get_place (self, column);

  if (shoal_app_table_header_is_rtl (self))
    at.x = (int) gtk_adjustment_get_upper (self->adjustment) - at.x - at.width;
  gtk_adjustment_clamp_page (self->adjustment, at.x, at.x + at.width);
}

gboolean
shoal_app_table_header_focus_title (ShoalAppTableHeader *self, ShoalAppColumn column)
{
  if (self->titles[column] == NULL || !gtk_widget_grab_focus (self->titles[column]))
    return FALSE;
  self->focus_column = column;
  show_title (self, column);
  return TRUE;
}

/* FALSE: none. */
static gboolean
get_focused (ShoalAppTableHeader *self, ShoalAppColumn *column)
{
  GtkWidget *title = gtk_widget_get_focus_child (GTK_WIDGET (self));

  if (!SHOAL_IS_APP_TABLE_TITLE (title))
    return FALSE;
  *column = shoal_app_table_title_get_column (SHOAL_APP_TABLE_TITLE (title));
  return TRUE;
}

/* @by: so many titles on, counted from where the language begins. */
static void
focus_on (ShoalAppTableHeader *self, ShoalAppColumn column, int by)
{
  guint                 n;
  const ShoalAppColumn *shown = shoal_app_columns_get_shown (self->columns, &n);
  int                   to = (int) shoal_app_columns_get_position (self->columns, column) + by;

  if (to >= 0 && to < (int) n)
    shoal_app_table_header_focus_title (self, shown[to]);
  else
    gtk_widget_error_bell (GTK_WIDGET (self));
}

static void
move_on (ShoalAppTableHeader *self, ShoalAppColumn column, int by)
{
  int to = (int) shoal_app_columns_get_position (self->columns, column) + by;

  shoal_app_columns_move (self->columns, column, (guint) MAX (to, 0));
  shoal_app_table_header_focus_title (self, column);
}

static void
widen (ShoalAppTableHeader *self, ShoalAppColumn column, int by)
{
  int step = KEY_CHARS * shoal_app_columns_get_char_width (self->columns);
  int width = shoal_app_columns_get_width (self->columns, column) + by * step;

  shoal_app_columns_set_width (self->columns, column, MAX (width, 1));
  shoal_app_columns_save (self->columns);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  keycode,
        GdkModifierType        modifiers,
        ShoalAppTableHeader   *self)
{
  GdkModifierType held = modifiers & gtk_accelerator_get_default_mod_mask ();
  gboolean        is_left = key == GDK_KEY_Left || key == GDK_KEY_KP_Left;
  gboolean        is_right = key == GDK_KEY_Right || key == GDK_KEY_KP_Right;
  int             by = is_left == shoal_app_table_header_is_rtl (self) ? 1 : -1;
  ShoalAppColumn  column;

  if (!get_focused (self, &column))
    return GDK_EVENT_PROPAGATE;
  if ((key == GDK_KEY_Menu && held == 0) || (key == GDK_KEY_F10 && held == GDK_SHIFT_MASK))
    shoal_app_table_header_pop_up (self, column);
  else if (!is_left && !is_right)
    return GDK_EVENT_PROPAGATE;
  else if (held == 0)
    focus_on (self, column, by);
  else if (held == GDK_CONTROL_MASK)
    move_on (self, column, by);
  else if (held == GDK_SHIFT_MASK)
    widen (self, column, by);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

void
shoal_app_table_header_add_keys (ShoalAppTableHeader *self)
{
  GtkEventController *key = gtk_event_controller_key_new ();

  g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_event_controller_set_propagation_phase (key, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
}

static void
move_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppTableHeader *self = SHOAL_APP_TABLE_HEADER (widget);
  gboolean             is_left = g_str_equal (name, "header.move-left");

  move_on (self, self->menu_column, is_left == shoal_app_table_header_is_rtl (self) ? 1 : -1);
}

static void
usual_width_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppTableHeader *self = SHOAL_APP_TABLE_HEADER (widget);

  shoal_app_table_header_set_usual_width (self, self->menu_column);
}

static void
hide_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppTableHeader *self = SHOAL_APP_TABLE_HEADER (widget);

  shoal_app_columns_set_shown (self->columns, self->menu_column, FALSE);
}

static void
reset_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_columns_reset (SHOAL_APP_TABLE_HEADER (widget)->columns);
}

void
shoal_app_table_header_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "header.move-left", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "header.move-right", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "header.usual-width", NULL, usual_width_action);
  gtk_widget_class_install_action (widget_class, "header.hide", NULL, hide_action);
  gtk_widget_class_install_action (widget_class, "header.reset", NULL, reset_action);
}

/* Keys go on where they were. */
static void
menu_closed_cb (ShoalAppTableHeader *self)
{
  if (self->menu_focus != NULL)
    gtk_widget_grab_focus (self->menu_focus);
  g_clear_weak_pointer (&self->menu_focus);
}

static void
make_menu (ShoalAppTableHeader *self)
{
  g_autoptr (GMenuModel) model = shoal_app_columns_menu_new_for_header ();

  self->menu = GTK_POPOVER_MENU (gtk_popover_menu_new_from_model (model));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->menu), GTK_POS_BOTTOM);
  gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self));
  shoal_app_compat_name_items (GTK_POPOVER (self->menu));
  g_signal_connect_swapped (self->menu, "closed", G_CALLBACK (menu_closed_cb), self);
}

/* Under the title: the pointer is there, and the keys come from there. */
void
shoal_app_table_header_pop_up (ShoalAppTableHeader *self, ShoalAppColumn column)
{
  GtkWidget      *widget = GTK_WIDGET (self);
  guint           position;
  guint           n;
  graphene_rect_t bounds;

  g_return_if_fail (SHOAL_IS_APP_TABLE_HEADER (self));

  if (self->menu == NULL)
    make_menu (self);
  self->menu_column = column;
  g_set_weak_pointer (&self->menu_focus, gtk_root_get_focus (gtk_widget_get_root (widget)));
  position = shoal_app_columns_get_position (self->columns, column);
  shoal_app_columns_get_shown (self->columns, &n);
  gtk_widget_action_set_enabled (widget,
                                 shoal_app_table_header_is_rtl (self) ? "header.move-right"
                                                                      : "header.move-left",
                                 position > 0);
  gtk_widget_action_set_enabled (widget,
                                 shoal_app_table_header_is_rtl (self) ? "header.move-left"
                                                                      : "header.move-right",
                                 position + 1 < n);
  gtk_widget_action_set_enabled (widget, "header.hide", column != SHOAL_APP_COLUMN_NAME);
  if (self->titles[column] != NULL &&
      gtk_widget_compute_bounds (self->titles[column], widget, &bounds))
    gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                                 &(GdkRectangle){ (int) bounds.origin.x,
                                                  (int) bounds.origin.y,
                                                  (int) bounds.size.width,
                                                  (int) bounds.size.height });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}
