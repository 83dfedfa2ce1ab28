/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-compat.h"
#include "app/shoal-app-settings.h"
#include "app/shoal-app-window-private.h"

static GSettings *
get_settings (ShoalAppWindow *self)
{
  return shoal_app_session_get_settings (self->session);
}

gboolean
shoal_app_window_is_on_details (ShoalAppWindow *self)
{
  return adw_leaflet_get_folded (self->leaflet) &&
         adw_leaflet_get_visible_child (self->leaflet) == self->details_pane;
}

static gboolean
has_focus_in (ShoalAppWindow *self, GtkWidget *widget)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  return focus != NULL && gtk_widget_is_ancestor (focus, widget);
}

/* Where there is room they are beside the list, if the person wants that; where there is none they
 * are a page that is there to be opened. */
static void
show_details_pane (ShoalAppWindow *self)
{
  gboolean is_wanted = g_settings_get_boolean (get_settings (self), SHOAL_APP_KEY_SHOW_DETAILS);

  gtk_widget_set_visible (self->details_pane, is_wanted || self->is_details_open);
  g_simple_action_set_state (self->details_action,
                             g_variant_new_boolean (is_wanted || self->is_details_open));
}

static void
details_action_cb (GSimpleAction *action, GVariant *value, ShoalAppWindow *self)
{
  if (!g_variant_get_boolean (value) && has_focus_in (self, self->details_pane))
    shoal_app_browser_focus_view (self->browser);
  self->is_details_open = FALSE;
  g_settings_set_boolean (
      get_settings (self), SHOAL_APP_KEY_SHOW_DETAILS, g_variant_get_boolean (value));
  show_details_pane (self);
}

static void
selected_cb (ShoalAppWindow *self)
{
  g_autoptr (GPtrArray) torrents = shoal_app_collection_ref_selected (self->collection);

  shoal_app_details_set_torrents (self->details, torrents);
  shoal_app_window_queue_layout (self);
}

static void
open_details_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppWindow *self = SHOAL_APP_WINDOW (widget);

  self->is_details_open = TRUE;
  show_details_pane (self);
  adw_leaflet_set_visible_child (self->leaflet, self->details_pane);
  shoal_app_details_focus_first (self->details);
  shoal_app_window_queue_layout (self);
}

/* Out of the details, whether they are a page of their own or stand beside the list. */
static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppWindow *self = SHOAL_APP_WINDOW (widget);
  gboolean        was_inside = has_focus_in (self, self->details_pane);

  if (!was_inside && !shoal_app_window_is_on_details (self))
    return;
  self->is_details_open = FALSE;
  adw_leaflet_set_visible_child (self->leaflet, self->list_pane);
  if (!has_focus_in (self, self->list_pane))
    shoal_app_browser_focus_view (self->browser);
  show_details_pane (self);
  shoal_app_window_queue_layout (self);
}

static void
find_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppWindow *self = SHOAL_APP_WINDOW (widget);

  if (shoal_app_window_is_on_details (self))
    back_action (widget, name, parameter);
  shoal_app_browser_find (self->browser);
}

static void
clear_filter_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_browser_clear (SHOAL_APP_WINDOW (widget)->browser);
}

/* The page that is shown when there is room for one only is where the focus was when there was room
 * for both. */
static void
focus_widget_cb (ShoalAppWindow *self)
{
  if (adw_leaflet_get_folded (self->leaflet))
    return;
  if (has_focus_in (self, self->details_pane))
    adw_leaflet_set_visible_child (self->leaflet, self->details_pane);
  else if (has_focus_in (self, self->list_pane))
    adw_leaflet_set_visible_child (self->leaflet, self->list_pane);
}

/* By swiping, one gets back as well. */
static void
visible_child_cb (ShoalAppWindow *self)
{
  if (adw_leaflet_get_folded (self->leaflet) &&
      adw_leaflet_get_visible_child (self->leaflet) == self->list_pane)
    self->is_details_open = FALSE;
  shoal_app_window_queue_layout (self);
}

/* A flap that unfolds shows itself. */
static void
flap_folded_cb (ShoalAppWindow *self)
{
  gboolean is_folded = adw_flap_get_folded (self->flap);

  if (!is_folded)
    adw_flap_set_reveal_flap (
        self->flap, g_settings_get_boolean (get_settings (self), SHOAL_APP_KEY_SHOW_FILTERS));
  self->was_flap_folded = is_folded;
  shoal_app_window_queue_layout (self);
}

/* Remembered is what the person does to filters that stand beside the list. */
static void
reveal_flap_cb (ShoalAppWindow *self)
{
  gboolean is_shown = adw_flap_get_reveal_flap (self->flap);

  if (!self->was_flap_folded && !adw_flap_get_folded (self->flap))
    g_settings_set_boolean (get_settings (self), SHOAL_APP_KEY_SHOW_FILTERS, is_shown);
  shoal_app_browser_set_says_filter (self->browser, !is_shown);
  if (is_shown && adw_flap_get_folded (self->flap))
    gtk_widget_child_focus (GTK_WIDGET (self->filters), GTK_DIR_TAB_FORWARD);
  else if (!is_shown && has_focus_in (self, GTK_WIDGET (self->filters)))
    shoal_app_browser_focus_view (self->browser);
}

static void
filter_chosen_cb (ShoalAppWindow *self)
{
  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
}

static void
view_cb (ShoalAppWindow *self)
{
  g_autofree char *name = g_settings_get_string (get_settings (self), SHOAL_APP_KEY_VIEW);

  shoal_app_browser_set_view (self->browser, name);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.columns", g_str_equal (name, "table"));
}

static void
sort_cb (ShoalAppWindow *self)
{
  g_autofree char *word = g_settings_get_string (get_settings (self), SHOAL_APP_KEY_SORT);

  shoal_app_collection_set_order (
      self->collection,
      shoal_model_order_from_string (word),
      g_settings_get_boolean (get_settings (self), SHOAL_APP_KEY_SORT_REVERSED));
}

static void
add_settings_actions (ShoalAppWindow *self)
{
  static const struct
  {
    const char *key;
    void (*func) (ShoalAppWindow *self);
  } keys[] = { { SHOAL_APP_KEY_SORT, sort_cb },
               { SHOAL_APP_KEY_SORT_REVERSED, sort_cb },
               { SHOAL_APP_KEY_VIEW, view_cb } };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GAction) action = g_settings_create_action (get_settings (self), keys[i].key);
      g_autofree char *detail = g_strconcat ("changed::", keys[i].key, NULL);

      g_action_map_add_action (G_ACTION_MAP (self), action);
      g_signal_connect_object (
          get_settings (self), detail, G_CALLBACK (keys[i].func), self, G_CONNECT_SWAPPED);
      keys[i].func (self);
    }
}

static void
add_actions (ShoalAppWindow *self)
{
  g_autoptr (GPropertyAction) filters =
      g_property_action_new ("filters", self->flap, "reveal-flap");
  g_autoptr (GPropertyAction) search =
      g_property_action_new ("search", self->browser, "is-searching");

  self->details_action =
      g_simple_action_new_stateful ("details", NULL, g_variant_new_boolean (TRUE));
  g_signal_connect_object (
      self->details_action, "change-state", G_CALLBACK (details_action_cb), self, 0);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (filters));
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (search));
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (self->details_action));
  add_settings_actions (self);
}

static void
columns_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_browser_choose_columns (SHOAL_APP_WINDOW (widget)->browser);
}

void
shoal_app_window_install_panes (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, filter_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, flap_folded_cb);
  gtk_widget_class_bind_template_callback (widget_class, reveal_flap_cb);
  gtk_widget_class_bind_template_callback (widget_class, visible_child_cb);
  gtk_widget_class_install_action (widget_class, "win.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "win.clear-filter", NULL, clear_filter_action);
  gtk_widget_class_install_action (widget_class, "win.columns", NULL, columns_action);
  gtk_widget_class_install_action (widget_class, "win.find", NULL, find_action);
  gtk_widget_class_install_action (widget_class, "win.open-details", NULL, open_details_action);
  /* A binding, not a key of the application: what has another use for it gets it first. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "win.back", NULL);
}

void
shoal_app_window_start_panes (ShoalAppWindow *self)
{
  add_actions (self);
  shoal_app_filters_set_collection (self->filters, self->collection);
  shoal_app_browser_set_actions (self->browser, self->actions);
  shoal_app_details_set_collection (self->details, self->collection);
  g_signal_connect_object (
      self->collection, "selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::focus-widget", G_CALLBACK (focus_widget_cb), NULL);
  show_details_pane (self);
  adw_flap_set_reveal_flap (
      self->flap, g_settings_get_boolean (get_settings (self), SHOAL_APP_KEY_SHOW_FILTERS));
}

/* A menu button makes a new popover for each model that it is given. */
static void
set_menu (GtkMenuButton *button, GMenuModel *menu)
{
  if (gtk_menu_button_get_menu_model (button) == menu)
    return;
  gtk_menu_button_set_menu_model (button, menu);
  shoal_app_compat_name_items (gtk_menu_button_get_popover (button));
}

void
shoal_app_window_show_panes (ShoalAppWindow *self)
{
  gboolean is_list = g_strcmp0 (gtk_stack_get_visible_child_name (self->pages), "panes") == 0;
  gboolean is_details = is_list && shoal_app_window_is_on_details (self);

  gtk_widget_set_visible (GTK_WIDGET (self->back_button), is_details);
  gtk_widget_set_visible (GTK_WIDGET (self->title), !self->is_narrow || is_details);
  gtk_widget_set_visible (GTK_WIDGET (self->add_button), !is_details);
  gtk_widget_set_visible (self->filters_button, is_list && !is_details);
  gtk_widget_set_visible (self->search_button, is_list && !is_details);
  gtk_widget_set_visible (self->view_button, is_list && !is_details && !self->is_narrow);
  set_menu (GTK_MENU_BUTTON (self->menu_button),
            is_list && self->is_narrow ? self->narrow_menu : self->primary_menu);
}
