/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-list.h"

#include "app/shoal-app-compat.h"
#include "app/torrents/shoal-app-menu.h"
#include "app/torrents/shoal-app-pulse.h"
#include "app/torrents/shoal-app-reorder.h"

#define TEMPLATE "/io/github/shoalapp/Shoal/torrents/shoal-app-list.ui"

/* How far inside a row its menu opens when a key asks for it. */
#define MENU_INSET 48

/* In a window that is narrower, the word beside the switch gives way; and most sentences are as
 * long as such a line. */
#define NARROW_WIDTH 500

/* What "gtk-xft-dpi" is at a text scale of 1.0. */
#define NORMAL_DPI (96 * 1024)

#define MAX_LINES 3

struct _ShoalAppList
{
  AdwBin parent_instance;

  GtkGridView *view; /* unowned: the template holds it */

  ShoalAppActions    *actions;    /* owned */
  ShoalAppCollection *collection; /* owned */
  GtkSelectionModel  *selection;  /* owned */
  ShoalAppMenu       *menu;       /* owned */
  ShoalAppPulse      *pulse;      /* owned */
  ShoalDhtState       dht;        /* as the rows know it */
  ShoalAppRowLayout   layout;
  ShoalAppRowLayout   told_layout; /* what the rows were told last */
  guint               layout_source;
  guint               refocus_source;
  guint               refocus_position;
  gboolean            refocus_selects;
  double              sort_value; /* how far the list was scrolled before rows changed places */
};

G_DEFINE_FINAL_TYPE (ShoalAppList, shoal_app_list, ADW_TYPE_BIN)

static ShoalAppRow *
get_row_of_item (GtkWidget *item)
{
  GtkWidget *child = item != NULL ? gtk_widget_get_first_child (item) : NULL;

  return SHOAL_IS_APP_ROW (child) ? SHOAL_APP_ROW (child) : NULL;
}

static ShoalModelTorrents *
get_torrents (ShoalAppList *self)
{
  return shoal_app_session_get_torrents (shoal_app_collection_get_session (self->collection));
}

/* NULL if no row has the focus. */
static ShoalModelTorrent *
get_focused_torrent (gpointer list)
{
  ShoalAppList *self = list;
  ShoalAppRow  *row = get_row_of_item (gtk_widget_get_focus_child (GTK_WIDGET (self->view)));

  return row != NULL ? shoal_app_row_get_torrent (row) : NULL;
}

static GtkWidget *
find_item_widget (ShoalAppList *self, ShoalModelTorrent *torrent)
{
  GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view));

  for (; item != NULL; item = gtk_widget_get_next_sibling (item))
    {
      ShoalAppRow *row = get_row_of_item (item);

      if (row != NULL && shoal_app_row_get_torrent (row) == torrent)
        return item;
    }
  return NULL;
}

/* Where the row with the focus went, its neighbour gets it, so that the keys go on working, unless
 * the focus is elsewhere by now; if that torrent is gone for good, the neighbour is selected as
 * well. */
static gboolean
refocus_cb (gpointer user_data)
{
  ShoalAppList *self = user_data;
  GtkWidget    *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  guint         n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  g_autoptr (ShoalModelTorrent) torrent = NULL;
  GtkWidget *item;

  self->refocus_source = 0;
  if (n == 0 || (focus != NULL && !gtk_widget_is_ancestor (focus, GTK_WIDGET (self))))
    return G_SOURCE_REMOVE;
  self->refocus_position = MIN (self->refocus_position, n - 1);
  torrent = g_list_model_get_item (G_LIST_MODEL (self->selection), self->refocus_position);
  item = find_item_widget (self, torrent);
  if (self->refocus_selects)
    gtk_selection_model_select_item (self->selection, self->refocus_position, TRUE);
  if (item != NULL)
    gtk_widget_grab_focus (item);
  return G_SOURCE_REMOVE;
}

/* Called before the view hears of the change: the focus still is where it was. */
static void
note_removed (ShoalAppList *self, guint position)
{
  ShoalModelTorrent *focused = get_focused_torrent (self);

  if (focused == NULL ||
      shoal_app_collection_find (self->collection, focused) != GTK_INVALID_LIST_POSITION)
    return;
  self->refocus_position = position;
  self->refocus_selects = shoal_model_torrents_lookup (
                              get_torrents (self), shoal_model_torrent_get_id (focused)) != focused;
  if (self->refocus_source == 0)
    self->refocus_source = g_idle_add (refocus_cb, self);
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, ShoalAppList *self)
{
  if (removed > 0)
    note_removed (self, position);
}

static void
pop_up (ShoalAppList *self, GtkWidget *item, double x, double y)
{
  ShoalAppRow *row = get_row_of_item (item);
  GdkRectangle at = { (int) x, (int) y, 1, 1 };

  if (row != NULL && shoal_app_row_get_torrent (row) != NULL)
    shoal_app_menu_pop_up (
        self->menu, GTK_WIDGET (self->view), item, shoal_app_row_get_torrent (row), &at);
}

static GtkWidget *
pick_item (GtkWidget *view, double x, double y, ShoalModelTorrent **torrent)
{
  GtkWidget *picked = gtk_widget_pick (view, x, y, GTK_PICK_DEFAULT);

  while (picked != NULL && picked != view && get_row_of_item (picked) == NULL)
    picked = gtk_widget_get_parent (picked);
  if (picked == NULL || picked == view)
    return NULL;
  *torrent = shoal_app_row_get_torrent (get_row_of_item (picked));
  return *torrent != NULL ? picked : NULL;
}

static void
pop_up_at_pointer (ShoalAppList *self, double x, double y)
{
  ShoalModelTorrent *torrent = NULL;
  GtkWidget         *item = pick_item (GTK_WIDGET (self->view), x, y, &torrent);

  if (item != NULL)
    pop_up (self, item, x, y);
}

static void
right_click_cb (GtkGestureClick *gesture, int n_press, double x, double y, ShoalAppList *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up_at_pointer (self, x, y);
}

static void
long_press_cb (GtkGestureLongPress *gesture, double x, double y, ShoalAppList *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up_at_pointer (self, x, y);
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppList   *self = SHOAL_APP_LIST (widget);
  GtkWidget      *item = gtk_widget_get_focus_child (GTK_WIDGET (self->view));
  graphene_rect_t bounds;
  gboolean        is_rtl;

  if (item == NULL || !gtk_widget_compute_bounds (item, GTK_WIDGET (self->view), &bounds))
    return;
  is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  pop_up (self,
          item,
          bounds.origin.x + (is_rtl ? bounds.size.width - MENU_INSET : MENU_INSET),
          bounds.origin.y + bounds.size.height / 2);
}

static void
wake_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_pulse_wake (SHOAL_APP_LIST (widget)->pulse);
}

/* Sideways there is nothing to go to: a grid of one column would take it for up and down. */
static void
stay_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
}

static void
activate_cb (ShoalAppList *self, guint position, GtkGridView *view)
{
  gtk_selection_model_select_item (self->selection, position, TRUE);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-details", NULL);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppList *self)
{
  gtk_list_item_set_child (item, shoal_app_row_new ());
}

/* The view is a grid only to GTK. The widget of an item is reached only once it is bound, and its
 * role can be set only until somebody asks for it. */
static void
give_role (GtkWidget *item)
{
  if (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (item)) != GTK_ACCESSIBLE_ROLE_LIST_ITEM)
    g_object_set (item, "accessible-role", GTK_ACCESSIBLE_ROLE_LIST_ITEM, NULL);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppList *self)
{
  ShoalAppRow *row = SHOAL_APP_ROW (gtk_list_item_get_child (item));

  give_role (gtk_widget_get_parent (GTK_WIDGET (row)));
  shoal_app_pulse_add (self->pulse, SHOAL_APP_PULSED (row));
  shoal_app_row_set_torrent (row, gtk_list_item_get_item (item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppList *self)
{
  ShoalAppRow *row = SHOAL_APP_ROW (gtk_list_item_get_child (item));

  shoal_app_pulse_remove (self->pulse, SHOAL_APP_PULSED (row));
  shoal_app_row_set_torrent (row, NULL);
}

/* Tab enters the list once and leaves it once; the arrows go from row to row. */
static gboolean
shoal_app_list_focus (GtkWidget *widget, GtkDirectionType direction)
{
  gboolean is_tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;

  if (is_tab && gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  return GTK_WIDGET_CLASS (shoal_app_list_parent_class)->focus (widget, direction);
}

/* Large text fills a line sooner. */
static guint
count_lines (GtkWidget *widget, int width)
{
  int dpi = -1;

  g_object_get (gtk_widget_get_settings (widget), "gtk-xft-dpi", &dpi, NULL);
  if (dpi <= 0)
    dpi = NORMAL_DPI;
  return CLAMP ((NARROW_WIDTH * dpi / NORMAL_DPI + width - 1) / MAX (width, 1), 1, MAX_LINES);
}

static gboolean
layout_cb (gpointer user_data)
{
  ShoalAppList *self = user_data;

  self->layout_source = 0;
  self->told_layout = self->layout;
  shoal_app_pulse_set_layout (self->pulse, self->layout);
  return G_SOURCE_REMOVE;
}

/* There are no breakpoints in libadwaita 1.2. The rows change after the allocation, not in it. */
static void
shoal_app_list_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ShoalAppList *self = SHOAL_APP_LIST (widget);

  GTK_WIDGET_CLASS (shoal_app_list_parent_class)->size_allocate (widget, width, height, baseline);
  self->layout.is_narrow =
      gtk_widget_get_width (GTK_WIDGET (gtk_widget_get_root (widget))) < NARROW_WIDTH;
  self->layout.n_lines = count_lines (widget, width);
  if (self->layout_source == 0 && (self->layout.is_narrow != self->told_layout.is_narrow ||
                                   self->layout.n_lines != self->told_layout.n_lines))
    self->layout_source = g_idle_add (layout_cb, self);
}

static void
shoal_app_list_map (GtkWidget *widget)
{
  ShoalAppList *self = SHOAL_APP_LIST (widget);

  GTK_WIDGET_CLASS (shoal_app_list_parent_class)->map (widget);
  if (self->actions != NULL)
    shoal_app_actions_set_view (self->actions, widget, get_focused_torrent);
}

static void
shoal_app_list_dispose (GObject *object)
{
  ShoalAppList *self = SHOAL_APP_LIST (object);

  g_clear_handle_id (&self->layout_source, g_source_remove);
  g_clear_handle_id (&self->refocus_source, g_source_remove);
  if (self->view != NULL)
    gtk_grid_view_set_model (self->view, NULL);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_pointer (&self->menu, shoal_app_menu_free);
  self->view = NULL;
  g_clear_object (&self->selection);
  g_clear_object (&self->collection);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (shoal_app_list_parent_class)->dispose (object);
}

static void
shoal_app_list_finalize (GObject *object)
{
  ShoalAppList *self = SHOAL_APP_LIST (object);

  g_clear_pointer (&self->pulse, shoal_app_pulse_free);
  G_OBJECT_CLASS (shoal_app_list_parent_class)->finalize (object);
}

static void
shoal_app_list_class_init (ShoalAppListClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = shoal_app_list_dispose;
  object_class->finalize = shoal_app_list_finalize;
  widget_class->focus = shoal_app_list_focus;
  widget_class->map = shoal_app_list_map;
  widget_class->size_allocate = shoal_app_list_size_allocate;

  gtk_widget_class_set_template_from_resource (widget_class, TEMPLATE);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppList, view);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, long_press_cb);
  gtk_widget_class_bind_template_callback (widget_class, right_click_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_install_action (widget_class, "torrent.menu", NULL, menu_action);
  gtk_widget_class_install_action (widget_class, "torrent.stay", NULL, stay_action);
  gtk_widget_class_install_action (widget_class, "torrent.wake", NULL, wake_action);
}

static void
shoal_app_list_init (ShoalAppList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->told_layout.n_lines = 1;
  self->pulse = shoal_app_pulse_new (GTK_WIDGET (self->view));
  shoal_app_compat_pass_by_tab (GTK_WIDGET (self->view));
  shoal_app_actions_add_keys (GTK_WIDGET (self->view));
}

static void
totals_cb (ShoalAppList *self)
{
  ShoalDhtState dht = shoal_model_torrents_get_totals (get_torrents (self))->dht;

  if (dht == self->dht)
    return;
  self->dht = dht;
  switch (dht)
    {
    case SHOAL_DHT_OFF:
      shoal_app_pulse_set_joining (self->pulse, G_MAXINT64);
      break;
    case SHOAL_DHT_JOINING:
      shoal_app_pulse_set_joining (self->pulse, g_get_monotonic_time ());
      break;
    case SHOAL_DHT_JOINED:
      shoal_app_pulse_set_joining (self->pulse, -1);
      break;
    }
}

static void
reveal_cb (ShoalAppList *self, guint position)
{
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
}

/* The view would follow the row at its top to wherever that goes: it stays where it is instead, and
 * rows change places under it. */
static void
sort_cb (ShoalAppList *self, gboolean is_after)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));

  if (!is_after)
    {
      self->sort_value = gtk_adjustment_get_value (adjustment);
      return;
    }
  gtk_adjustment_set_value (adjustment, self->sort_value >= 1.0 ? self->sort_value - 1.0 : 1.0);
  gtk_adjustment_set_value (adjustment, self->sort_value);
}

static void
follow_collection (ShoalAppList *self)
{
  self->selection = g_object_ref (shoal_app_collection_get_selection (self->collection));
  g_signal_connect (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect_object (
      self->collection, "reveal", G_CALLBACK (reveal_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->collection, "sort", G_CALLBACK (sort_cb), self, G_CONNECT_SWAPPED);
  gtk_grid_view_set_model (self->view, self->selection);
  shoal_app_reorder_install (GTK_WIDGET (self->view), self->collection, pick_item);
  shoal_app_calm_follow (shoal_app_collection_get_calm (self->collection), GTK_WIDGET (self->view));
}

void
shoal_app_list_set_actions (ShoalAppList *self, ShoalAppActions *actions)
{
  g_return_if_fail (SHOAL_IS_APP_LIST (self));
  g_return_if_fail (self->actions == NULL);

  self->actions = g_object_ref (actions);
  self->collection = g_object_ref (shoal_app_actions_get_collection (actions));
  self->menu = shoal_app_menu_new (GTK_WIDGET (self), actions);
  follow_collection (self);
  shoal_app_pulse_set_joining (self->pulse, G_MAXINT64);
  g_signal_connect_object (
      get_torrents (self), "notify::totals", G_CALLBACK (totals_cb), self, G_CONNECT_SWAPPED);
  totals_cb (self);
}
