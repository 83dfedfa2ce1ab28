/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-list.h"

#include "app/shoal-app-compat.h"
#include "app/torrents/shoal-app-list-private.h"
#include "model/shoal-model-order.h"

#define TEMPLATE "/io/github/shoalapp/Shoal/torrents/shoal-app-list.ui"
#define MENU     "/io/github/shoalapp/Shoal/torrents/shoal-app-list-menu.ui"

/* How far inside a row its menu opens when a key asks for it. */
#define MENU_INSET 48

G_DEFINE_FINAL_TYPE (ShoalAppList, shoal_app_list, ADW_TYPE_BIN)

enum
{
  REMOVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static int
compare_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  ShoalAppList *self = user_data;

  return shoal_model_order_compare (self->sort, (gpointer) a, (gpointer) b);
}

static guint
find_position (ShoalAppList *self, ShoalModelTorrent *torrent)
{
  GListModel *model = G_LIST_MODEL (self->selection);
  guint       n = g_list_model_get_n_items (model);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalModelTorrent) item = g_list_model_get_item (model, i);

      if (item == torrent)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

static gboolean
select_awaited_cb (gpointer user_data)
{
  ShoalAppList       *self = user_data;
  ShoalModelTorrents *torrents = shoal_app_session_get_torrents (self->session);
  gboolean            is_first = TRUE;
  GHashTableIter      iter;
  gpointer            key;

  self->select_source = 0;
  g_hash_table_iter_init (&iter, self->awaited);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      ShoalTorrentId     id = { GPOINTER_TO_UINT (key) };
      ShoalModelTorrent *torrent = shoal_model_torrents_lookup (torrents, id);
      guint              position;

      if (torrent == NULL)
        continue;
      g_hash_table_iter_remove (&iter);
      position = find_position (self, torrent);
      gtk_selection_model_select_item (self->selection, position, is_first);
      if (is_first)
        gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
      is_first = FALSE;
    }
  return G_SOURCE_REMOVE;
}

/* Not inside items-changed: the view must have taken the change in before. */
static void
select_awaited_later (ShoalAppList *self)
{
  if (self->select_source == 0 && g_hash_table_size (self->awaited) > 0)
    self->select_source = g_idle_add (select_awaited_cb, self);
}

static ShoalAppRow *
get_row_of_item (GtkWidget *item)
{
  GtkWidget *child = item != NULL ? gtk_widget_get_first_child (item) : NULL;

  return SHOAL_IS_APP_ROW (child) ? SHOAL_APP_ROW (child) : NULL;
}

/* NULL if no row has the focus. */
static ShoalModelTorrent *
get_focused_torrent (ShoalAppList *self)
{
  ShoalAppRow *row = get_row_of_item (gtk_widget_get_focus_child (GTK_WIDGET (self->view)));

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

/* Where the row with the focus went, its neighbour gets it, so that the keys go on working. */
static gboolean
refocus_cb (gpointer user_data)
{
  ShoalAppList *self = user_data;
  guint         n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  g_autoptr (ShoalModelTorrent) torrent = NULL;
  GtkWidget *item;

  self->refocus_source = 0;
  if (n == 0)
    return G_SOURCE_REMOVE;
  self->refocus_position = MIN (self->refocus_position, n - 1);
  torrent = g_list_model_get_item (G_LIST_MODEL (self->selection), self->refocus_position);
  item = find_item_widget (self, torrent);
  gtk_selection_model_select_item (self->selection, self->refocus_position, TRUE);
  if (item != NULL)
    gtk_widget_grab_focus (item);
  return G_SOURCE_REMOVE;
}

/* Called before the view hears of the change: the focus still is where it was. */
static void
note_removed (ShoalAppList *self, guint position)
{
  ShoalModelTorrent  *focused = get_focused_torrent (self);
  ShoalModelTorrents *torrents = shoal_app_session_get_torrents (self->session);

  if (focused == NULL ||
      shoal_model_torrents_lookup (torrents, shoal_model_torrent_get_id (focused)) == focused)
    return;
  self->refocus_position = position;
  if (self->refocus_source == 0)
    self->refocus_source = g_idle_add (refocus_cb, self);
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, ShoalAppList *self)
{
  if (removed > 0)
    note_removed (self, position);
  if (added > 0)
    select_awaited_later (self);
}

GPtrArray *
shoal_app_list_dup_targets (ShoalAppList *self)
{
  GPtrArray         *torrents = g_ptr_array_new_with_free_func (g_object_unref);
  ShoalModelTorrent *focused = get_focused_torrent (self);
  g_autoptr (GtkBitset) selected = NULL;
  GtkBitsetIter iter;
  guint         position;

  if (focused != NULL &&
      !gtk_selection_model_is_selected (self->selection, find_position (self, focused)))
    {
      g_ptr_array_add (torrents, g_object_ref (focused));
      return torrents;
    }
  selected = gtk_selection_model_get_selection (self->selection);
  if (gtk_bitset_iter_init_first (&iter, selected, &position))
    do
      g_ptr_array_add (torrents, g_list_model_get_item (G_LIST_MODEL (self->selection), position));
    while (gtk_bitset_iter_next (&iter, &position));
  return torrents;
}

void
shoal_app_list_emit_remove (ShoalAppList *self, GPtrArray *torrents, gboolean with_files)
{
  g_signal_emit (self, signals[REMOVE], 0, torrents, with_files);
}

/* The row gets back the focus that its menu took. */
static void
menu_closed_cb (ShoalAppList *self)
{
  if (self->menu_item != NULL)
    gtk_widget_grab_focus (self->menu_item);
  g_clear_weak_pointer (&self->menu_item);
}

static void
pop_up (ShoalAppList *self, double x, double y)
{
  GdkRectangle     at = { (int) x, (int) y, 1, 1 };
  graphene_point_t point;

  shoal_app_list_update_actions (self);
  g_set_weak_pointer (&self->menu_item, gtk_widget_get_focus_child (GTK_WIDGET (self->view)));
  if (gtk_widget_compute_point (GTK_WIDGET (self->view),
                                GTK_WIDGET (self),
                                &GRAPHENE_POINT_INIT ((float) x, (float) y),
                                &point))
    {
      at.x = (int) point.x;
      at.y = (int) point.y;
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &at);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/* The row under the pointer becomes the selection, unless it is part of it. */
static void
pop_up_at_pointer (ShoalAppList *self, double x, double y)
{
  GtkWidget   *picked = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);
  ShoalAppRow *row = NULL;
  guint        position;

  for (; picked != NULL && picked != GTK_WIDGET (self->view) && row == NULL;
       picked = gtk_widget_get_parent (picked))
    row = get_row_of_item (picked);
  if (row == NULL || shoal_app_row_get_torrent (row) == NULL)
    return;
  position = find_position (self, shoal_app_row_get_torrent (row));
  if (!gtk_selection_model_is_selected (self->selection, position))
    gtk_selection_model_select_item (self->selection, position, TRUE);
  gtk_widget_grab_focus (gtk_widget_get_parent (GTK_WIDGET (row)));
  pop_up (self, x, y);
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
          bounds.origin.x + (is_rtl ? bounds.size.width - MENU_INSET : MENU_INSET),
          bounds.origin.y + bounds.size.height / 2);
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
  gtk_widget_activate_action (GTK_WIDGET (self), "torrent.open-folder", NULL);
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
  shoal_app_pulse_add (self->pulse, row);
  shoal_app_row_set_torrent (row, gtk_list_item_get_item (item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppList *self)
{
  ShoalAppRow *row = SHOAL_APP_ROW (gtk_list_item_get_child (item));

  shoal_app_pulse_remove (self->pulse, row);
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

static void
shoal_app_list_dispose (GObject *object)
{
  ShoalAppList *self = SHOAL_APP_LIST (object);

  g_clear_handle_id (&self->select_source, g_source_remove);
  g_clear_handle_id (&self->refocus_source, g_source_remove);
  g_clear_weak_pointer (&self->menu_item);
  if (self->view != NULL)
    gtk_grid_view_set_model (self->view, NULL);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  if (self->menu != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->menu));
  self->menu = NULL;
  self->view = NULL;
  g_clear_object (&self->selection);
  g_clear_object (&self->sorter);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (shoal_app_list_parent_class)->dispose (object);
}

static void
shoal_app_list_finalize (GObject *object)
{
  ShoalAppList *self = SHOAL_APP_LIST (object);

  g_clear_pointer (&self->pulse, shoal_app_pulse_free);
  g_clear_pointer (&self->awaited, g_hash_table_unref);
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

  signals[REMOVE] = g_signal_new ("remove",
                                  G_TYPE_FROM_CLASS (klass),
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  2,
                                  G_TYPE_PTR_ARRAY,
                                  G_TYPE_BOOLEAN);

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
  shoal_app_list_install_actions (widget_class);
}

static void
shoal_app_list_init (ShoalAppList *self)
{
  g_autoptr (GtkBuilder) builder = NULL;

  self->awaited = g_hash_table_new (NULL, NULL);
  self->sorter = GTK_SORTER (gtk_custom_sorter_new (compare_cb, self, NULL));
  gtk_widget_init_template (GTK_WIDGET (self));
  self->pulse = shoal_app_pulse_new (GTK_WIDGET (self->view));
  shoal_app_compat_pass_by_tab (GTK_WIDGET (self->view));

  builder = gtk_builder_new_from_resource (MENU);
  self->menu = GTK_POPOVER_MENU (gtk_popover_menu_new_from_model (
      G_MENU_MODEL (gtk_builder_get_object (builder, "torrent_menu"))));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (GTK_WIDGET (self->menu), GTK_ALIGN_START);
  gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self));
  shoal_app_compat_name_items (GTK_POPOVER (self->menu));
  g_signal_connect_swapped (self->menu, "closed", G_CALLBACK (menu_closed_cb), self);
}

static void
totals_cb (ShoalAppList *self)
{
  ShoalModelTorrents *torrents = shoal_app_session_get_torrents (self->session);
  ShoalDhtState       dht = shoal_model_torrents_get_totals (torrents)->dht;

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

void
shoal_app_list_set_session (ShoalAppList *self, ShoalAppSession *session)
{
  GtkSortListModel *sorted;

  g_return_if_fail (SHOAL_IS_APP_LIST (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  sorted = gtk_sort_list_model_new (
      G_LIST_MODEL (g_object_ref (shoal_app_session_get_torrents (session))),
      g_object_ref (self->sorter));
  self->selection = GTK_SELECTION_MODEL (gtk_multi_selection_new (G_LIST_MODEL (sorted)));
  g_signal_connect (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self);
  gtk_grid_view_set_model (self->view, self->selection);
  shoal_app_pulse_set_joining (self->pulse, G_MAXINT64);
  g_signal_connect_object (shoal_app_session_get_torrents (session),
                           "notify::totals",
                           G_CALLBACK (totals_cb),
                           self,
                           G_CONNECT_SWAPPED);
  totals_cb (self);
}

void
shoal_app_list_show_torrent (ShoalAppList *self, ShoalTorrentId id)
{
  g_return_if_fail (SHOAL_IS_APP_LIST (self));

  g_hash_table_add (self->awaited, GUINT_TO_POINTER (id.value));
  select_awaited_later (self);
}

void
shoal_app_list_set_sort (ShoalAppList *self, const char *word)
{
  g_return_if_fail (SHOAL_IS_APP_LIST (self));

  self->sort = shoal_model_order_from_string (word);
  gtk_sorter_changed (self->sorter, GTK_SORTER_CHANGE_DIFFERENT);
}

void
shoal_app_list_set_layout (ShoalAppList *self, ShoalAppRowLayout layout)
{
  g_return_if_fail (SHOAL_IS_APP_LIST (self));

  shoal_app_pulse_set_layout (self->pulse, layout);
}
