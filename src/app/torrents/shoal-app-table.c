/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-table.h"

#include "app/shoal-app-settings.h"
#include "app/torrents/shoal-app-columns-menu.h"
#include "app/torrents/shoal-app-table-header.h"
#include "app/torrents/shoal-app-table-row.h"
#include "app/torrents/shoal-app-view.h"

#define TEMPLATE "/io/github/shoalapp/Shoal/torrents/shoal-app-table.ui"

/* What "gtk-xft-dpi" is at a text scale of 1.0. */
#define NORMAL_DPI (96 * 1024)

/* How much of its width a key scrolls sideways. */
#define SCROLL_PART 4

struct _ShoalAppTable
{
  AdwBin parent_instance;

  GtkGridView         *view; /* unowned, as all children: the template holds them */
  ShoalAppTableHeader *header;

  ShoalAppActions    *actions;    /* owned */
  ShoalAppCollection *collection; /* owned */
  ShoalAppColumns    *columns;    /* owned */
  ShoalAppView       *handle;     /* owned */
};

G_DEFINE_FINAL_TYPE (ShoalAppTable, shoal_app_table, ADW_TYPE_BIN)

static GtkAdjustment *
get_sideways (ShoalAppTable *self)
{
  return gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (self->view));
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_view_open_menu (SHOAL_APP_TABLE (widget)->handle);
}

static void
scroll_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppTable *self = SHOAL_APP_TABLE (widget);
  GtkAdjustment *adjustment = get_sideways (self);
  gboolean       is_left = g_str_equal (name, "table.scroll-left");
  double         step = gtk_adjustment_get_page_size (adjustment) / SCROLL_PART;

  gtk_adjustment_set_value (adjustment,
                            gtk_adjustment_get_value (adjustment) + (is_left ? -step : step));
}

static void
wake_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_pulse_wake (shoal_app_view_get_pulse (SHOAL_APP_TABLE (widget)->handle));
}

static void
activate_cb (ShoalAppTable *self, guint position, GtkGridView *view)
{
  shoal_app_view_activate (self->handle, position);
}

static GtkWidget *
make_row (gpointer columns)
{
  return shoal_app_table_row_new (columns);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppTable *self)
{
  shoal_app_view_set_up (self->handle, item, make_row, self->columns);
}

static void
teardown_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppTable *self)
{
  if (self->handle != NULL)
    shoal_app_view_tear_down (self->handle, item);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppTable *self)
{
  shoal_app_view_bind (self->handle, item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppTable *self)
{
  shoal_app_view_unbind (self->handle, item);
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
shoal_app_table_map (GtkWidget *widget)
{
  ShoalAppTable *self = SHOAL_APP_TABLE (widget);

  GTK_WIDGET_CLASS (shoal_app_table_parent_class)->map (widget);
  if (self->handle == NULL)
    return;
  shoal_app_actions_set_view (self->actions, GTK_WIDGET (self->view), shoal_app_view_get_focused);
  shoal_app_view_take_rows (self->handle);
}

static void
shoal_app_table_unmap (GtkWidget *widget)
{
  ShoalAppTable *self = SHOAL_APP_TABLE (widget);

  GTK_WIDGET_CLASS (shoal_app_table_parent_class)->unmap (widget);
  if (self->handle != NULL && !gtk_widget_get_child_visible (widget))
    shoal_app_view_leave_rows (self->handle);
}

static void
shoal_app_table_dispose (GObject *object)
{
  ShoalAppTable *self = SHOAL_APP_TABLE (object);

  if (self->handle != NULL)
    shoal_app_view_leave_rows (self->handle);
  g_clear_pointer (&self->handle, shoal_app_view_free);
  self->view = NULL;
  g_clear_object (&self->collection);
  g_clear_object (&self->actions);
  g_clear_object (&self->columns);
  G_OBJECT_CLASS (shoal_app_table_parent_class)->dispose (object);
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
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, sort_by_column_cb);
  gtk_widget_class_bind_template_callback (widget_class, teardown_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
}

static void
shoal_app_table_class_init (ShoalAppTableClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = shoal_app_table_dispose;
  widget_class->css_changed = shoal_app_table_css_changed;
  widget_class->focus = shoal_app_table_focus;
  widget_class->grab_focus = shoal_app_table_grab_focus;
  widget_class->map = shoal_app_table_map;
  widget_class->unmap = shoal_app_table_unmap;
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
  self->handle = shoal_app_view_new (
      GTK_WIDGET (self), GTK_WIDGET (self->view), actions, GTK_ACCESSIBLE_ROLE_ROW);
  shoal_app_table_header_set_columns (self->header, self->columns, get_sideways (self));
  measure_font (self);
  g_signal_connect_object (
      self->collection, "sort", G_CALLBACK (show_order), self, G_CONNECT_SWAPPED);
  show_order (self);
}

void
shoal_app_table_choose_columns (ShoalAppTable *self)
{
  GtkAdjustment        *sideways = get_sideways (self);
  guint                 n;
  const ShoalAppColumn *shown;
  gboolean              is_rtl;

  g_return_if_fail (SHOAL_IS_APP_TABLE (self));

  shown = shoal_app_columns_get_shown (self->columns, &n);
  is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  gtk_adjustment_set_value (sideways, is_rtl ? gtk_adjustment_get_upper (sideways) : 0);
  shoal_app_table_header_pop_up (self->header, shown[0]);
}
