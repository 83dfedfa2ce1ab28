/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-view.h"

#include "app/shoal-app-compat.h"
#include "app/shoal-app-menu-press.h"
#include "app/torrents/shoal-app-menu.h"
#include "app/torrents/shoal-app-place.h"
#include "app/torrents/shoal-app-reorder.h"

/* How far inside a row its menu opens when a key asks for it. */
#define MENU_INSET 48

/* What holds the row of an item: GTK 4.8 has taken it from the item when it says that the item
 * goes.
 */
#define ROW_KEY "shoal-app-view-row"

/* More than are on a screen. */
#define MAX_SPARE 100

struct _ShoalAppView
{
  GtkWidget          *view;       /* unowned: it outlives us */
  ShoalAppActions    *actions;    /* owned */
  ShoalAppCollection *collection; /* owned */
  GtkSelectionModel  *selection;  /* owned */
  ShoalAppMenu       *menu;       /* owned */
  ShoalAppPulse      *pulse;      /* owned */
  ShoalAppPlace      *place;      /* owned */
  GPtrArray          *spare;      /* owned, of ShoalAppPulsed, owned: rows that no item has */
  GtkRoot            *root;       /* weak; NULL: none */
  gulong              focus_handler;
  GdkFrameClock      *clock; /* owned; NULL: nothing waits for the layout */
  gulong              layout_handler;
  guint               refocus_source;
  guint               refocus_position;
  GtkAccessibleRole   role;

  guint refocus_selects : 1;
};

/* NULL: it shows none. */
static ShoalAppPulsed *
get_row (GtkWidget *item)
{
  GtkWidget *child = item != NULL ? gtk_widget_get_first_child (item) : NULL;

  return SHOAL_IS_APP_PULSED (child) ? SHOAL_APP_PULSED (child) : NULL;
}

static ShoalModelTorrent *
get_torrent (GtkWidget *item)
{
  ShoalAppPulsed *row = get_row (item);

  return row != NULL ? shoal_app_pulsed_get_torrent (row) : NULL;
}

static GtkWidget *
find_item (ShoalAppView *self, ShoalModelTorrent *torrent)
{
  GtkWidget *item = gtk_widget_get_first_child (self->view);

  while (item != NULL && get_torrent (item) != torrent)
    item = gtk_widget_get_next_sibling (item);
  return item;
}

/* Where the row with the focus went, its neighbour gets it, so that the keys go on working, unless
 * the person goes on writing, into the search that hid it; GTK would look for anything that takes
 * the focus, and find the button of a toast. If that torrent is gone for good, the neighbour is
 * selected as well. */
static gboolean
refocus_cb (gpointer user_data)
{
  ShoalAppView *self = user_data;
  GtkRoot      *root = gtk_widget_get_root (self->view);
  GtkWidget    *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  guint         n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  g_autoptr (ShoalModelTorrent) torrent = NULL;
  GtkWidget *item;

  self->refocus_source = 0;
  if (focus != NULL && GTK_IS_EDITABLE (focus))
    return G_SOURCE_REMOVE;
  if (n == 0)
    {
      gtk_widget_activate_action (self->view, "browser.focus-view", NULL);
      return G_SOURCE_REMOVE;
    }
  self->refocus_position = MIN (self->refocus_position, n - 1);
  torrent = g_list_model_get_item (G_LIST_MODEL (self->selection), self->refocus_position);
  item = find_item (self, torrent);
  if (self->refocus_selects)
    gtk_selection_model_select_item (self->selection, self->refocus_position, TRUE);
  if (item != NULL)
    gtk_widget_grab_focus (item);
  return G_SOURCE_REMOVE;
}

/* Called before the view hears of the change: the focus still is where it was. */
static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, ShoalAppView *self)
{
  ShoalModelTorrents *torrents =
      shoal_app_session_get_torrents (shoal_app_collection_get_session (self->collection));
  ShoalModelTorrent *focused = removed > 0 ? shoal_app_view_get_focused (self->view) : NULL;

  if (focused == NULL ||
      shoal_app_collection_find (self->collection, focused) != GTK_INVALID_LIST_POSITION)
    return;
  self->refocus_position = position;
  self->refocus_selects =
      shoal_model_torrents_lookup (torrents, shoal_model_torrent_get_id (focused)) != focused;
  if (self->refocus_source == 0)
    self->refocus_source = g_idle_add (refocus_cb, self);
}

static gboolean
has_focus (ShoalAppView *self)
{
  GtkRoot   *root = gtk_widget_get_root (self->view);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, self->view);
}

static void
forget_layout (ShoalAppView *self)
{
  if (self->clock != NULL)
    g_clear_signal_handler (&self->layout_handler, self->clock);
  g_clear_object (&self->clock);
}

static void
layout_cb (ShoalAppView *self)
{
  if (gtk_widget_get_height (self->view) == 0)
    return;
  forget_layout (self);
  shoal_app_collection_reveal_selected (self->collection);
}

/* Where rows have no heights yet, or the view none, there is no place to scroll to: GTK would go to
 * one that does not exist, and stay there. */
static void
reveal_after_layout (ShoalAppView *self)
{
  if (self->clock != NULL)
    return;
  self->clock = g_object_ref (gtk_widget_get_frame_clock (self->view));
  self->layout_handler = g_signal_connect_data (self->clock,
                                                "layout",
                                                G_CALLBACK (layout_cb),
                                                self,
                                                NULL,
                                                G_CONNECT_AFTER | G_CONNECT_SWAPPED);
}

/* The keys go on from there, now or when the view gets the focus. A view without a model has no
 * rows. */
static void
reveal_cb (ShoalAppView *self, guint position)
{
  g_autoptr (ShoalModelTorrent) torrent =
      g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  GtkWidget *item;

  if (self->clock != NULL || gtk_widget_get_first_child (self->view) == NULL)
    return;
  gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", position);
  item = find_item (self, torrent);
  if (item != NULL && has_focus (self))
    gtk_widget_grab_focus (item);
  else if (item != NULL)
    gtk_widget_set_focus_child (self->view, item);
}

static void
pop_up (ShoalAppView *self, GtkWidget *item, double x, double y)
{
  ShoalModelTorrent *torrent = get_torrent (item);

  if (torrent != NULL)
    shoal_app_menu_pop_up (
        self->menu, self->view, item, torrent, &(GdkRectangle){ (int) x, (int) y, 1, 1 });
}

static GtkWidget *
pick_item (GtkWidget *view, double x, double y, ShoalModelTorrent **torrent)
{
  GtkWidget *picked = gtk_widget_pick (view, x, y, GTK_PICK_DEFAULT);

  while (picked != NULL && picked != view && get_row (picked) == NULL)
    picked = gtk_widget_get_parent (picked);
  if (picked == NULL || picked == view)
    return NULL;
  *torrent = get_torrent (picked);
  return *torrent != NULL ? picked : NULL;
}

static void
pop_up_at_pointer (gpointer user_data, double x, double y)
{
  ShoalAppView      *self = user_data;
  ShoalModelTorrent *torrent = NULL;
  GtkWidget         *item = pick_item (self->view, x, y, &torrent);

  if (item != NULL)
    pop_up (self, item, x, y);
}

/* Sideways there is no row to go to or to select: a grid of one column would take it for up and
 * down. As one shortcut with many keys this takes ms of each key, since GTK 4.8 asks the last of
 * them 2^n times. */
static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state)
{
  GdkModifierType held = state & gtk_accelerator_get_default_mod_mask ();

  if (held == 0 || (held & ~(GDK_SHIFT_MASK | GDK_CONTROL_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  return keyval == GDK_KEY_Left || keyval == GDK_KEY_Right || keyval == GDK_KEY_KP_Left ||
         keyval == GDK_KEY_KP_Right;
}

static void
ignore_sideways (GtkWidget *view)
{
  GtkEventController *controller = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "key-pressed", G_CALLBACK (key_pressed_cb), NULL);
  gtk_widget_add_controller (view, controller);
}

static void
focus_widget_cb (ShoalAppView *self)
{
  ShoalAppPulsed *row = get_row (gtk_widget_get_focus_child (self->view));

  if (row != NULL)
    shoal_app_pulsed_renew_spoken (row);
}

static void
root_cb (ShoalAppView *self)
{
  GtkRoot *root = gtk_widget_get_root (self->view);

  if (self->root != NULL)
    g_clear_signal_handler (&self->focus_handler, self->root);
  self->focus_handler = 0;
  g_set_weak_pointer (&self->root, root);
  if (root != NULL)
    self->focus_handler =
        g_signal_connect_swapped (root, "notify::focus-widget", G_CALLBACK (focus_widget_cb), self);
}

static gboolean
has_rows (ShoalAppView *self)
{
  g_autoptr (GtkSelectionModel) model = NULL;

  g_object_get (self->view, "model", &model, NULL);
  return model != NULL;
}

ShoalAppView *
shoal_app_view_new (GtkWidget        *owner,
                    GtkWidget        *view,
                    ShoalAppActions  *actions,
                    GtkAccessibleRole role)
{
  ShoalAppView *self = g_new0 (ShoalAppView, 1);

  self->view = view;
  self->role = role;
  self->actions = g_object_ref (actions);
  self->collection = g_object_ref (shoal_app_actions_get_collection (actions));
  self->selection = g_object_ref (shoal_app_collection_get_selection (self->collection));
  self->menu = shoal_app_menu_new (owner, actions);
  self->pulse = shoal_app_pulse_new (
      view, shoal_app_session_get_beat (shoal_app_collection_get_session (self->collection)));
  self->place = shoal_app_place_new (view, self->collection);
  self->spare = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect_swapped (self->collection, "reveal", G_CALLBACK (reveal_cb), self);
  g_signal_connect_swapped (view, "notify::root", G_CALLBACK (root_cb), self);
  g_signal_connect_swapped (view, "unrealize", G_CALLBACK (forget_layout), self);
  root_cb (self);
  shoal_app_menu_press_add (view, pop_up_at_pointer, self);
  ignore_sideways (view);
  shoal_app_compat_pass_by_tab (view);
  shoal_app_actions_add_keys (view);
  shoal_app_reorder_install (view, self->collection, pick_item);
  shoal_app_calm_follow (shoal_app_collection_get_calm (self->collection), view);
  return self;
}

void
shoal_app_view_free (ShoalAppView *self)
{
  g_signal_handlers_disconnect_by_data (self->view, self);
  g_signal_handlers_disconnect_by_data (self->selection, self);
  g_signal_handlers_disconnect_by_data (self->collection, self);
  if (self->root != NULL)
    g_clear_signal_handler (&self->focus_handler, self->root);
  g_clear_weak_pointer (&self->root);
  forget_layout (self);
  g_clear_handle_id (&self->refocus_source, g_source_remove);
  shoal_app_menu_free (self->menu);
  shoal_app_pulse_free (self->pulse);
  shoal_app_place_free (self->place);
  g_ptr_array_unref (self->spare);
  g_object_unref (self->selection);
  g_object_unref (self->collection);
  g_object_unref (self->actions);
  g_free (self);
}

void
shoal_app_view_take_rows (ShoalAppView *self)
{
  if (has_rows (self))
    return;
  g_object_set (self->view, "model", self->selection, NULL);
  reveal_after_layout (self);
}

void
shoal_app_view_leave_rows (ShoalAppView *self)
{
  forget_layout (self);
  g_object_set (self->view, "model", NULL, NULL);
}

ShoalAppPulse *
shoal_app_view_get_pulse (ShoalAppView *self)
{
  return self->pulse;
}

/* The widget of an item is reached only once it is bound, and its role can be set only until
 * somebody asks for it. */
static void
give_role (ShoalAppView *self, GtkWidget *item)
{
  if (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (item)) != self->role)
    g_object_set (item, "accessible-role", self->role, NULL);
}

void
shoal_app_view_set_up (ShoalAppView *self, GtkListItem *item, ShoalAppRowFunc make, gpointer data)
{
  GtkWidget *row;

  if (self->spare->len > 0)
    row = g_ptr_array_steal_index_fast (self->spare, self->spare->len - 1);
  else
    row = g_object_ref_sink (make (data));
  gtk_list_item_set_child (item, row);
  g_object_set_data_full (G_OBJECT (item), ROW_KEY, row, g_object_unref);
}

void
shoal_app_view_tear_down (ShoalAppView *self, GtkListItem *item)
{
  g_autoptr (GtkWidget) row = g_object_steal_data (G_OBJECT (item), ROW_KEY);

  gtk_list_item_set_child (item, NULL);
  if (self->spare->len < MAX_SPARE)
    g_ptr_array_add (self->spare, g_steal_pointer (&row));
}

void
shoal_app_view_bind (ShoalAppView *self, GtkListItem *item)
{
  ShoalAppPulsed *row = SHOAL_APP_PULSED (gtk_list_item_get_child (item));

  give_role (self, gtk_widget_get_parent (GTK_WIDGET (row)));
  shoal_app_pulse_add (self->pulse, row);
  shoal_app_pulsed_set_torrent (row, gtk_list_item_get_item (item));
}

void
shoal_app_view_unbind (ShoalAppView *self, GtkListItem *item)
{
  ShoalAppPulsed *row = SHOAL_APP_PULSED (gtk_list_item_get_child (item));

  shoal_app_pulse_remove (self->pulse, row);
  shoal_app_pulsed_set_torrent (row, NULL);
}

ShoalModelTorrent *
shoal_app_view_get_focused (gpointer view)
{
  return get_torrent (gtk_widget_get_focus_child (view));
}

/* A row of the table may be wider than the view. */
void
shoal_app_view_open_menu (ShoalAppView *self)
{
  GtkWidget      *item = gtk_widget_get_focus_child (self->view);
  gboolean        is_rtl = gtk_widget_get_direction (self->view) == GTK_TEXT_DIR_RTL;
  graphene_rect_t bounds;

  if (item != NULL && gtk_widget_compute_bounds (item, self->view, &bounds))
    pop_up (self,
            item,
            is_rtl ? gtk_widget_get_width (self->view) - MENU_INSET : MENU_INSET,
            bounds.origin.y + bounds.size.height / 2);
}

void
shoal_app_view_activate (ShoalAppView *self, guint position)
{
  if (!gtk_selection_model_is_selected (self->selection, position))
    gtk_selection_model_select_item (self->selection, position, TRUE);
  gtk_widget_activate_action (self->view, "win.open-details", NULL);
}
