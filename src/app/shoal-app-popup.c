/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-popup.h"

#include "app/shoal-app-compat.h"
#include "app/shoal-app-menu-press.h"

/* How far inside a row its menu opens when a key asks for it. */
#define INSET 48

struct _ShoalAppPopup
{
  GtkWidget        *owner; /* unowned: owns us */
  GtkWidget        *view;  /* unowned: a child of the owner */
  GtkWidget        *menu;  /* unowned: a child of the owner, taken out by us */
  GtkWidget        *item;  /* weak; the row whose menu is open; NULL: none */
  ShoalAppPopupFunc func;
  gpointer          user_data;
};

/* The row gets back the focus that its menu took. */
static void
closed_cb (ShoalAppPopup *self)
{
  if (self->item != NULL)
    gtk_widget_grab_focus (self->item);
  g_clear_weak_pointer (&self->item);
}

static void
pop_up (ShoalAppPopup *self, double x, double y)
{
  GdkRectangle     at = { (int) x, (int) y, 1, 1 };
  graphene_point_t point;

  self->func (self->user_data);
  g_set_weak_pointer (&self->item, gtk_widget_get_focus_child (self->view));
  if (gtk_widget_compute_point (
          self->view, self->owner, &GRAPHENE_POINT_INIT ((float) x, (float) y), &point))
    {
      at.x = (int) point.x;
      at.y = (int) point.y;
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &at);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
select_item (GtkWidget *item)
{
  if ((gtk_widget_get_state_flags (item) & GTK_STATE_FLAG_SELECTED) == 0)
    gtk_widget_activate_action (item, "listitem.select", "(bb)", FALSE, FALSE);
  gtk_widget_grab_focus (item);
}

static void
pop_up_at_pointer (gpointer user_data, double x, double y)
{
  ShoalAppPopup *self = user_data;
  GtkWidget     *item = gtk_widget_pick (self->view, x, y, GTK_PICK_DEFAULT);

  while (item != NULL && item != self->view && gtk_widget_get_parent (item) != self->view)
    item = gtk_widget_get_parent (item);
  if (item == NULL || item == self->view)
    return;
  select_item (item);
  pop_up (self, x, y);
}

static gboolean
key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  ShoalAppPopup  *self = user_data;
  GtkWidget      *item = gtk_widget_get_focus_child (self->view);
  graphene_rect_t bounds;
  gboolean        is_rtl;

  if (item == NULL || !gtk_widget_compute_bounds (item, self->view, &bounds))
    return FALSE;
  is_rtl = gtk_widget_get_direction (self->view) == GTK_TEXT_DIR_RTL;
  select_item (item);
  pop_up (self,
          bounds.origin.x + (is_rtl ? bounds.size.width - INSET : INSET),
          bounds.origin.y + bounds.size.height / 2);
  return TRUE;
}

static void
add_key (ShoalAppPopup *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10"),
                        gtk_callback_action_new (key_cb, self, NULL)));
  gtk_widget_add_controller (self->view, controller);
}

ShoalAppPopup *
shoal_app_popup_new (GtkWidget        *owner,
                     GtkWidget        *view,
                     const char       *resource,
                     ShoalAppPopupFunc func,
                     gpointer          user_data)
{
  ShoalAppPopup *self = g_new0 (ShoalAppPopup, 1);
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (resource);

  self->owner = owner;
  self->view = view;
  self->func = func;
  self->user_data = user_data;
  self->menu =
      gtk_popover_menu_new_from_model (G_MENU_MODEL (gtk_builder_get_object (builder, "menu")));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, owner);
  shoal_app_compat_name_items (GTK_POPOVER (self->menu));
  g_signal_connect_swapped (self->menu, "closed", G_CALLBACK (closed_cb), self);
  shoal_app_menu_press_add (view, pop_up_at_pointer, self);
  add_key (self);
  return self;
}

void
shoal_app_popup_free (ShoalAppPopup *self)
{
  g_signal_handlers_disconnect_by_data (self->menu, self);
  gtk_widget_unparent (self->menu);
  g_clear_weak_pointer (&self->item);
  g_free (self);
}

gboolean
shoal_app_popup_is_open (ShoalAppPopup *self)
{
  return gtk_widget_get_visible (self->menu);
}

GtkWidget *
shoal_app_popup_get_focused_child (GtkWidget *view)
{
  GtkWidget *item = gtk_widget_get_focus_child (view);

  return item != NULL ? gtk_widget_get_first_child (item) : NULL;
}
