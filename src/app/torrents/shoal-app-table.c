/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-table.h"

#include "app/shoal-app-compat.h"
#include "app/shoal-app-settings.h"
#include "app/torrents/shoal-app-columns-menu.h"
#include "app/torrents/shoal-app-menu.h"
#include "app/torrents/shoal-app-pulse.h"
#include "app/torrents/shoal-app-table-header.h"
#include "app/torrents/shoal-app-table-row.h"

#define TEMPLATE "/io/github/shoalapp/Shoal/torrents/shoal-app-table.ui"

/* How far inside a row its menu opens when a key asks for it. */
#define MENU_INSET 48

/* What "gtk-xft-dpi" is at a text scale of 1.0. */
#define NORMAL_DPI (96 * 1024)

/* How much of its width a key scrolls sideways. */
#define SCROLL_PART 4

struct _ShoalAppTable
{
  AdwBin parent_instance;

  GtkListView         *view; /* unowned, as all children: the template holds them */
  ShoalAppTableHeader *header;

  ShoalAppActions    *actions;    /* owned */
  ShoalAppCollection *collection; /* owned */
  GtkSelectionModel  *selection;  /* owned */
  ShoalAppColumns    *columns;    /* owned */
  ShoalAppMenu       *menu;       /* owned */
  ShoalAppPulse      *pulse;      /* owned */
  gulong              focus_handler;
  guint               refocus_source;
  guint               refocus_position;
  gboolean            refocus_selects;
  gulong              layout_handler; /* of the clock of frames; 0: no place is to be kept */
  double              sort_value; /* how far the table was scrolled before rows changed places */
};

G_DEFINE_FINAL_TYPE (ShoalAppTable, shoal_app_table, ADW_TYPE_BIN)

static ShoalAppTableRow *
get_row_of_item (GtkWidget *item)
{
  GtkWidget *child = item != NULL ? gtk_widget_get_first_child (item) : NULL;

  return SHOAL_IS_APP_TABLE_ROW (child) ? SHOAL_APP_TABLE_ROW (child) : NULL;
}

static ShoalModelTorrents *
get_torrents (ShoalAppTable *self)
{
  return shoal_app_session_get_torrents (shoal_app_collection_get_session (self->collection));
}

static ShoalAppTableRow *
get_focused_row (ShoalAppTable *self)
{
  return get_row_of_item (gtk_widget_get_focus_child (GTK_WIDGET (self->view)));
}

/* NULL if no row has the focus. */
static ShoalModelTorrent *
get_focused_torrent (gpointer table)
{
  ShoalAppTableRow *row = get_focused_row (table);

  return row != NULL ? shoal_app_table_row_get_torrent (row) : NULL;
}

static GtkWidget *
find_item_widget (ShoalAppTable *self, ShoalModelTorrent *torrent)
{
  GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view));

  for (; item != NULL; item = gtk_widget_get_next_sibling (item))
    {
      ShoalAppTableRow *row = get_row_of_item (item);

      if (row != NULL && shoal_app_table_row_get_torrent (row) == torrent)
        return item;
    }
  return NULL;
}

/* Where the row with the focus went, its neighbour gets it, so that the keys go on working; if that
 * torrent is gone for good, the neighbour is selected as well. */
static gboolean
refocus_cb (gpointer user_data)
{
  ShoalAppTable *self = user_data;
  guint          n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  g_autoptr (ShoalModelTorrent) torrent = NULL;
  GtkWidget *item;

  self->refocus_source = 0;
  if (n == 0)
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
items_changed_cb (GListModel    *model,
                  guint          position,
                  guint          removed,
                  guint          added,
                  ShoalAppTable *self)
{
  ShoalModelTorrent *focused = removed > 0 ? get_focused_torrent (self) : NULL;

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
pop_up (ShoalAppTable *self, GtkWidget *item, double x, double y)
{
  ShoalAppTableRow *row = get_row_of_item (item);
  GdkRectangle      at = { (int) x, (int) y, 1, 1 };

  if (row != NULL && shoal_app_table_row_get_torrent (row) != NULL)
    shoal_app_menu_pop_up (
        self->menu, GTK_WIDGET (self->view), item, shoal_app_table_row_get_torrent (row), &at);
}

static void
pop_up_at_pointer (ShoalAppTable *self, double x, double y)
{
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);

  while (picked != NULL && picked != GTK_WIDGET (self->view) && get_row_of_item (picked) == NULL)
    picked = gtk_widget_get_parent (picked);
  if (picked != NULL && picked != GTK_WIDGET (self->view))
    pop_up (self, picked, x, y);
}

static void
right_click_cb (GtkGestureClick *gesture, int n_press, double x, double y, ShoalAppTable *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up_at_pointer (self, x, y);
}

static void
long_press_cb (GtkGestureLongPress *gesture, double x, double y, ShoalAppTable *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up_at_pointer (self, x, y);
}

static GtkAdjustment *
get_sideways (ShoalAppTable *self)
{
  return gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (self->view));
}

/* A row may be wider than the view: the menu opens where it is seen. */
static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppTable  *self = SHOAL_APP_TABLE (widget);
  GtkWidget      *item = gtk_widget_get_focus_child (GTK_WIDGET (self->view));
  int             width = gtk_widget_get_width (GTK_WIDGET (self->view));
  gboolean        is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  graphene_rect_t bounds;

  if (item != NULL && gtk_widget_compute_bounds (item, GTK_WIDGET (self->view), &bounds))
    pop_up (self,
            item,
            is_rtl ? width - MENU_INSET : MENU_INSET,
            bounds.origin.y + bounds.size.height / 2);
}

static void
scroll_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppTable *self = SHOAL_APP_TABLE (widget);
  GtkAdjustment *adjustment = get_sideways (self);
  gboolean       is_left = g_str_equal (name, "table.scroll-left");
  gboolean       is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  double         step = gtk_adjustment_get_page_size (adjustment) / SCROLL_PART;

  gtk_adjustment_set_value (
      adjustment, gtk_adjustment_get_value (adjustment) + (is_left == is_rtl ? step : -step));
}

static void
wake_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_pulse_wake (SHOAL_APP_TABLE (widget)->pulse);
}

static void
activate_cb (ShoalAppTable *self, guint position, GtkListView *view)
{
  gtk_selection_model_select_item (self->selection, position, TRUE);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-details", NULL);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppTable *self)
{
  gtk_list_item_set_child (item, shoal_app_table_row_new (self->columns));
}

/* The widget of an item is reached only once it is bound, and its role can be set only until
 * somebody asks for it. */
static void
give_role (GtkWidget *item)
{
  if (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (item)) != GTK_ACCESSIBLE_ROLE_ROW)
    g_object_set (item, "accessible-role", GTK_ACCESSIBLE_ROLE_ROW, NULL);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppTable *self)
{
  ShoalAppTableRow *row = SHOAL_APP_TABLE_ROW (gtk_list_item_get_child (item));

  give_role (gtk_widget_get_parent (GTK_WIDGET (row)));
  shoal_app_pulse_add (self->pulse, SHOAL_APP_PULSED (row));
  shoal_app_table_row_set_torrent (row, gtk_list_item_get_item (item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppTable *self)
{
  ShoalAppTableRow *row = SHOAL_APP_TABLE_ROW (gtk_list_item_get_child (item));

  shoal_app_pulse_remove (self->pulse, SHOAL_APP_PULSED (row));
  shoal_app_table_row_set_torrent (row, NULL);
}

/* The first click sorts as it is wanted most, a further one the other way round. */
static void
sort_by_column_cb (ShoalAppTable *self, guint column)
{
  GSettings *settings =
      shoal_app_session_get_settings (shoal_app_collection_get_session (self->collection));
  const char     *word = shoal_app_column_get_order (column);
  ShoalModelOrder order = shoal_app_collection_get_order (self->collection);
  gboolean        is_again = g_str_equal (shoal_model_order_to_string (order), word);
  gboolean        is_reversed = shoal_app_collection_get_is_reversed (self->collection);

  g_settings_set_boolean (settings, SHOAL_APP_KEY_SORT_REVERSED, is_again && !is_reversed);
  g_settings_set_string (settings, SHOAL_APP_KEY_SORT, word);
}

static void
show_order (ShoalAppTable *self)
{
  ShoalModelOrder order = shoal_app_collection_get_order (self->collection);
  gboolean        is_reversed = shoal_app_collection_get_is_reversed (self->collection);

  shoal_app_table_header_set_order (self->header,
                                    shoal_model_order_to_string (order),
                                    shoal_model_order_is_falling (order) != is_reversed);
}

static void
layout_cb (GdkFrameClock *clock, ShoalAppTable *self)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));

  g_clear_signal_handler (&self->layout_handler, clock);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self->view)))
    return;
  gtk_adjustment_set_value (adjustment, self->sort_value >= 1.0 ? self->sort_value - 1.0 : 1.0);
  gtk_adjustment_set_value (adjustment, self->sort_value);
}

/* The view would follow the row at its top to wherever that goes: it stays where it is instead, and
 * rows change places under it. A GtkListView can be told so when its rows have their heights again,
 * which is before they are drawn. */
static void
sort_cb (ShoalAppTable *self, gboolean is_after)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self->view));

  if (!is_after && self->layout_handler == 0)
    self->sort_value =
        gtk_adjustment_get_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view)));
  if (!is_after)
    return;
  show_order (self);
  if (self->layout_handler == 0 && clock != NULL && gtk_widget_get_mapped (GTK_WIDGET (self->view)))
    self->layout_handler =
        g_signal_connect_object (clock, "layout", G_CALLBACK (layout_cb), self, G_CONNECT_AFTER);
}

static void
reveal_cb (ShoalAppTable *self, guint position)
{
  if (gtk_list_view_get_model (self->view) != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
}

/* What is selected is what the person looks for. */
static void
show_rows (ShoalAppTable *self)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (self->selection);

  gtk_list_view_set_model (self->view, self->selection);
  if (!gtk_bitset_is_empty (selected))
    reveal_cb (self, gtk_bitset_get_minimum (selected));
}

/* How wide texts are, which is how wide columns are. */
static void
measure_font (ShoalAppTable *self)
{
  PangoContext         *context = gtk_widget_get_pango_context (GTK_WIDGET (self->view));
  PangoFontMetrics     *font = pango_context_get_metrics (context, NULL, NULL);
  int                   dpi = -1;
  ShoalAppColumnMetrics metrics;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-xft-dpi", &dpi, NULL);
  metrics.scale = dpi > 0 ? (double) dpi / NORMAL_DPI : 1.0;
  metrics.char_width =
      PANGO_PIXELS_CEIL (MAX (pango_font_metrics_get_approximate_char_width (font),
                              pango_font_metrics_get_approximate_digit_width (font)));
  metrics.line_height = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (font));
  pango_font_metrics_unref (font);
  shoal_app_columns_set_metrics (self->columns, &metrics);
}

static void
shoal_app_table_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  ShoalAppTable *self = SHOAL_APP_TABLE (widget);

  GTK_WIDGET_CLASS (shoal_app_table_parent_class)->css_changed (widget, change);
  if (self->columns != NULL)
    measure_font (self);
}

/* Tab enters header and rows once each, and leaves them once; the arrows go on inside. */
static gboolean
shoal_app_table_focus (GtkWidget *widget, GtkDirectionType direction)
{
  ShoalAppTable *self = SHOAL_APP_TABLE (widget);
  gboolean       is_forward = direction == GTK_DIR_TAB_FORWARD;
  GtkWidget     *first = is_forward ? GTK_WIDGET (self->header) : GTK_WIDGET (self->view);
  GtkWidget     *second = is_forward ? GTK_WIDGET (self->view) : GTK_WIDGET (self->header);

  if (!is_forward && direction != GTK_DIR_TAB_BACKWARD)
    return GTK_WIDGET_CLASS (shoal_app_table_parent_class)->focus (widget, direction);
  if (gtk_widget_get_focus_child (second) != NULL)
    return FALSE;
  if (gtk_widget_get_focus_child (first) == NULL && gtk_widget_child_focus (first, direction))
    return TRUE;
  return gtk_widget_child_focus (second, direction);
}

/* What is looked for is a row, not a title. */
static gboolean
shoal_app_table_grab_focus (GtkWidget *widget)
{
  return gtk_widget_child_focus (GTK_WIDGET (SHOAL_APP_TABLE (widget)->view), GTK_DIR_TAB_FORWARD);
}

static void
focus_widget_cb (ShoalAppTable *self)
{
  ShoalAppTableRow *row = get_focused_row (self);

  if (row != NULL)
    shoal_app_table_row_renew_spoken (row);
}

static void
shoal_app_table_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (shoal_app_table_parent_class)->root (widget);
  SHOAL_APP_TABLE (widget)->focus_handler = g_signal_connect_swapped (
      gtk_widget_get_root (widget), "notify::focus-widget", G_CALLBACK (focus_widget_cb), widget);
}

static void
shoal_app_table_unroot (GtkWidget *widget)
{
  g_clear_signal_handler (&SHOAL_APP_TABLE (widget)->focus_handler, gtk_widget_get_root (widget));
  GTK_WIDGET_CLASS (shoal_app_table_parent_class)->unroot (widget);
}

static void
shoal_app_table_map (GtkWidget *widget)
{
  ShoalAppTable *self = SHOAL_APP_TABLE (widget);

  GTK_WIDGET_CLASS (shoal_app_table_parent_class)->map (widget);
  if (self->actions == NULL)
    return;
  shoal_app_actions_set_view (self->actions, widget, get_focused_torrent);
  if (gtk_list_view_get_model (self->view) == NULL)
    show_rows (self);
}

/* Where another page of the stack is shown, nobody looks at the rows until this one is asked for
 * again, and each would cost something with each change. */
static void
shoal_app_table_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (shoal_app_table_parent_class)->unmap (widget);
  if (!gtk_widget_get_child_visible (widget))
    gtk_list_view_set_model (SHOAL_APP_TABLE (widget)->view, NULL);
}

static void
shoal_app_table_unrealize (GtkWidget *widget)
{
  g_clear_signal_handler (&SHOAL_APP_TABLE (widget)->layout_handler,
                          gtk_widget_get_frame_clock (widget));
  GTK_WIDGET_CLASS (shoal_app_table_parent_class)->unrealize (widget);
}

static void
shoal_app_table_dispose (GObject *object)
{
  ShoalAppTable *self = SHOAL_APP_TABLE (object);

  g_clear_handle_id (&self->refocus_source, g_source_remove);
  if (self->view != NULL)
    gtk_list_view_set_model (self->view, NULL);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_pointer (&self->menu, shoal_app_menu_free);
  self->view = NULL;
  g_clear_object (&self->selection);
  g_clear_object (&self->collection);
  g_clear_object (&self->actions);
  g_clear_object (&self->columns);
  G_OBJECT_CLASS (shoal_app_table_parent_class)->dispose (object);
}

static void
shoal_app_table_finalize (GObject *object)
{
  ShoalAppTable *self = SHOAL_APP_TABLE (object);

  g_clear_pointer (&self->pulse, shoal_app_pulse_free);
  G_OBJECT_CLASS (shoal_app_table_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (SHOAL_TYPE_APP_TABLE_HEADER);
  gtk_widget_class_set_template_from_resource (widget_class, TEMPLATE);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppTable, header);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppTable, view);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, long_press_cb);
  gtk_widget_class_bind_template_callback (widget_class, right_click_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, sort_by_column_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
}

static void
shoal_app_table_class_init (ShoalAppTableClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = shoal_app_table_dispose;
  object_class->finalize = shoal_app_table_finalize;
  widget_class->css_changed = shoal_app_table_css_changed;
  widget_class->focus = shoal_app_table_focus;
  widget_class->grab_focus = shoal_app_table_grab_focus;
  widget_class->map = shoal_app_table_map;
  widget_class->root = shoal_app_table_root;
  widget_class->unmap = shoal_app_table_unmap;
  widget_class->unrealize = shoal_app_table_unrealize;
  widget_class->unroot = shoal_app_table_unroot;
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "table.menu", NULL, menu_action);
  gtk_widget_class_install_action (widget_class, "table.scroll-left", NULL, scroll_action);
  gtk_widget_class_install_action (widget_class, "table.scroll-right", NULL, scroll_action);
  gtk_widget_class_install_action (widget_class, "table.wake", NULL, wake_action);
}

static void
shoal_app_table_init (ShoalAppTable *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->pulse = shoal_app_pulse_new (GTK_WIDGET (self->view));
  shoal_app_compat_pass_by_tab (GTK_WIDGET (self->view));
  shoal_app_actions_add_keys (GTK_WIDGET (self->view));
}

static void
follow_collection (ShoalAppTable *self)
{
  self->selection = g_object_ref (shoal_app_collection_get_selection (self->collection));
  g_signal_connect (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect_object (
      self->collection, "reveal", G_CALLBACK (reveal_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->collection, "sort", G_CALLBACK (sort_cb), self, G_CONNECT_SWAPPED);
  shoal_app_calm_follow (shoal_app_collection_get_calm (self->collection), GTK_WIDGET (self->view));
  show_order (self);
}

void
shoal_app_table_set_actions (ShoalAppTable *self, ShoalAppActions *actions)
{
  ShoalAppSession *session;
  GActionGroup    *column_actions;

  g_return_if_fail (SHOAL_IS_APP_TABLE (self));
  g_return_if_fail (self->actions == NULL);

  self->actions = g_object_ref (actions);
  self->collection = g_object_ref (shoal_app_actions_get_collection (actions));
  session = shoal_app_collection_get_session (self->collection);
  self->columns = shoal_app_columns_new (shoal_app_session_get_settings (session));
  column_actions = shoal_app_columns_menu_new_actions (self->columns);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "column", column_actions);
  g_object_unref (column_actions);
  self->menu = shoal_app_menu_new (GTK_WIDGET (self), actions);
  shoal_app_table_header_set_columns (self->header, self->columns, get_sideways (self));
  measure_font (self);
  follow_collection (self);
}

void
shoal_app_table_choose_columns (ShoalAppTable *self)
{
  guint                 n;
  const ShoalAppColumn *shown;

  g_return_if_fail (SHOAL_IS_APP_TABLE (self));

  shown = shoal_app_columns_get_shown (self->columns, &n);
  gtk_adjustment_set_value (get_sideways (self), 0);
  shoal_app_table_header_pop_up (self->header, shown[0]);
}
