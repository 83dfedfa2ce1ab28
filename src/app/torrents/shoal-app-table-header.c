/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-table-header.h"

#include <glib/gi18n.h>

#include "app/torrents/shoal-app-table-header-private.h"
#include "app/torrents/shoal-app-table-title.h"

G_DEFINE_FINAL_TYPE (ShoalAppTableHeader, shoal_app_table_header, GTK_TYPE_WIDGET)

enum
{
  SORT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

gboolean
shoal_app_table_header_is_rtl (ShoalAppTableHeader *self)
{
  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
}

int
shoal_app_table_header_get_row_width (ShoalAppTableHeader *self)
{
  return MAX ((int) gtk_adjustment_get_upper (self->adjustment),
              shoal_app_columns_get_total_width (self->columns));
}

int
shoal_app_table_header_get_scrolled (ShoalAppTableHeader *self)
{
  double value = gtk_adjustment_get_value (self->adjustment);

  if (!shoal_app_table_header_is_rtl (self))
    return (int) value;
  return (int) (gtk_adjustment_get_upper (self->adjustment) -
                gtk_adjustment_get_page_size (self->adjustment) - value);
}

int
shoal_app_table_header_mirror (ShoalAppTableHeader *self, int x, int width)
{
  x -= shoal_app_table_header_get_scrolled (self);
  if (!shoal_app_table_header_is_rtl (self))
    return x;
  return gtk_widget_get_width (GTK_WIDGET (self)) - x - width;
}

guint
shoal_app_table_header_place (ShoalAppTableHeader *self, ShoalAppColumnPlace *places)
{
  guint n;

  shoal_app_columns_get_shown (self->columns, &n);
  shoal_app_columns_place (
      self->columns, shoal_app_table_header_get_row_width (self), FALSE, places);
  return n;
}

ShoalAppColumnPlace
shoal_app_table_header_get_place (ShoalAppTableHeader *self, ShoalAppColumn column)
{
  ShoalAppColumnPlace places[SHOAL_APP_N_COLUMNS];

  shoal_app_table_header_place (self, places);
  return places[shoal_app_columns_get_position (self->columns, column)];
}

void
shoal_app_table_header_set_usual_width (ShoalAppTableHeader *self, ShoalAppColumn column)
{
  shoal_app_columns_set_width (self->columns, column, 0);
  shoal_app_columns_save (self->columns);
}

static void
put_title (ShoalAppTableHeader *self, ShoalAppColumn column, int x, int width)
{
  GtkWidget *title = self->titles[column];
  int        height = gtk_widget_get_height (GTK_WIDGET (self));
  int        minimum;

  gtk_widget_measure (title, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  width = MAX (width, minimum);
  gtk_widget_size_allocate (
      title,
      &(GtkAllocation){ shoal_app_table_header_mirror (self, x, width), 0, width, height },
      -1);
}

/* While a title is moved, the others make room where it would go. */
static void
shoal_app_table_header_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ShoalAppTableHeader  *self = SHOAL_APP_TABLE_HEADER (widget);
  ShoalAppColumnPlace   places[SHOAL_APP_N_COLUMNS];
  guint                 n_before = 0;
  int                   x = 0;
  guint                 n;
  const ShoalAppColumn *shown;

  if (self->columns == NULL)
    return;
  shoal_app_table_header_place (self, places);
  shown = shoal_app_columns_get_shown (self->columns, &n);
  for (guint i = 0; i < n; i++)
    {
      if (self->hand == SHOAL_APP_HAND_MOVES && shown[i] == self->hand_column)
        continue;
      if (self->hand == SHOAL_APP_HAND_MOVES && n_before++ == self->hand_target)
        x += self->hand_width;
      put_title (self, shown[i], x, places[i].width);
      x += places[i].width;
    }
  if (self->hand == SHOAL_APP_HAND_MOVES)
    put_title (self, self->hand_column, self->hand_x, self->hand_width);
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
shoal_app_table_header_measure (GtkWidget     *widget,
                                GtkOrientation orientation,
                                int            for_size,
                                int           *minimum,
                                int           *natural,
                                int           *minimum_baseline,
                                int           *natural_baseline)
{
  ShoalAppTableHeader *self = SHOAL_APP_TABLE_HEADER (widget);

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  for (guint i = 0; i < SHOAL_APP_N_COLUMNS; i++)
    {
      int height = 0;

      if (self->titles[i] != NULL)
        gtk_widget_measure (
            self->titles[i], GTK_ORIENTATION_VERTICAL, -1, &height, NULL, NULL, NULL);
      *minimum = *natural = MAX (*minimum, height);
    }
}

/* The title that is moved lies above the others. */
static void
shoal_app_table_header_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ShoalAppTableHeader *self = SHOAL_APP_TABLE_HEADER (widget);
  GtkWidget *moving = self->hand == SHOAL_APP_HAND_MOVES ? self->titles[self->hand_column] : NULL;

  for (guint i = 0; i < SHOAL_APP_N_COLUMNS; i++)
    if (self->titles[i] != NULL && self->titles[i] != moving)
      gtk_widget_snapshot_child (widget, self->titles[i], snapshot);
  if (moving != NULL)
    gtk_widget_snapshot_child (widget, moving, snapshot);
}

static void
clicked_cb (ShoalAppTableHeader *self, ShoalAppTableTitle *title)
{
  g_signal_emit (self, signals[SORT], 0, shoal_app_table_title_get_column (title));
}

static void
show_arrows (ShoalAppTableHeader *self)
{
  for (guint i = 0; i < SHOAL_APP_N_COLUMNS; i++)
    if (self->titles[i] != NULL)
      {
        gboolean          is_sorted = g_strcmp0 (shoal_app_column_get_order (i), self->order) == 0;
        GtkAccessibleSort sort =
            self->is_falling ? GTK_ACCESSIBLE_SORT_DESCENDING : GTK_ACCESSIBLE_SORT_ASCENDING;

        shoal_app_table_title_set_sort (SHOAL_APP_TABLE_TITLE (self->titles[i]),
                                        is_sorted ? sort : GTK_ACCESSIBLE_SORT_NONE);
      }
}

static GtkWidget *
make_title (ShoalAppTableHeader *self, ShoalAppColumn column)
{
  GtkWidget *title = shoal_app_table_title_new (column);

  g_signal_connect_swapped (title, "clicked", G_CALLBACK (clicked_cb), self);
  self->titles[column] = title;
  return title;
}

/* Titles stand in the order of the columns, for the keys and for a screen reader. */
static void
columns_changed_cb (ShoalAppTableHeader *self)
{
  GtkWidget            *previous = NULL;
  guint                 n;
  const ShoalAppColumn *shown = shoal_app_columns_get_shown (self->columns, &n);

  for (guint i = 0; i < SHOAL_APP_N_COLUMNS; i++)
    if (!shoal_app_columns_is_shown (self->columns, i))
      g_clear_pointer (&self->titles[i], gtk_widget_unparent);
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *title = self->titles[shown[i]];

      if (title == NULL)
        title = make_title (self, shown[i]);
      gtk_widget_insert_after (title, GTK_WIDGET (self), previous);
      previous = title;
    }
  show_arrows (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* Tab comes back to where it was, and the next one leaves. */
static gboolean
shoal_app_table_header_focus (GtkWidget *widget, GtkDirectionType direction)
{
  ShoalAppTableHeader *self = SHOAL_APP_TABLE_HEADER (widget);

  if (gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  return shoal_app_table_header_focus_title (self, self->focus_column) ||
         shoal_app_table_header_focus_title (self, SHOAL_APP_COLUMN_NAME);
}

static gboolean
shoal_app_table_header_grab_focus (GtkWidget *widget)
{
  return shoal_app_table_header_focus (widget, GTK_DIR_TAB_FORWARD);
}

static void
shoal_app_table_header_dispose (GObject *object)
{
  ShoalAppTableHeader *self = SHOAL_APP_TABLE_HEADER (object);

  if (self->columns != NULL)
    g_signal_handlers_disconnect_by_data (self->columns, self);
  if (self->adjustment != NULL)
    g_signal_handlers_disconnect_by_data (self->adjustment, self);
  for (guint i = 0; i < SHOAL_APP_N_COLUMNS; i++)
    g_clear_pointer (&self->titles[i], gtk_widget_unparent);
  g_clear_weak_pointer (&self->menu_focus);
  g_clear_pointer ((GtkWidget **) &self->menu, gtk_widget_unparent);
  g_clear_object (&self->columns);
  g_clear_object (&self->adjustment);
  G_OBJECT_CLASS (shoal_app_table_header_parent_class)->dispose (object);
}

static void
shoal_app_table_header_finalize (GObject *object)
{
  g_free (SHOAL_APP_TABLE_HEADER (object)->order);
  G_OBJECT_CLASS (shoal_app_table_header_parent_class)->finalize (object);
}

static void
shoal_app_table_header_class_init (ShoalAppTableHeaderClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = shoal_app_table_header_dispose;
  object_class->finalize = shoal_app_table_header_finalize;
  widget_class->focus = shoal_app_table_header_focus;
  widget_class->grab_focus = shoal_app_table_header_grab_focus;
  widget_class->measure = shoal_app_table_header_measure;
  widget_class->size_allocate = shoal_app_table_header_size_allocate;
  widget_class->snapshot = shoal_app_table_header_snapshot;
  signals[SORT] = g_signal_new ("sort",
                                G_TYPE_FROM_CLASS (klass),
                                G_SIGNAL_RUN_LAST,
                                0,
                                NULL,
                                NULL,
                                NULL,
                                G_TYPE_NONE,
                                1,
                                G_TYPE_UINT);
  shoal_app_table_header_install_actions (widget_class);
  gtk_widget_class_set_css_name (widget_class, "tableheader");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ROW);
}

static void
shoal_app_table_header_init (ShoalAppTableHeader *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Columns"), -1);
  shoal_app_table_header_add_hand (self);
  shoal_app_table_header_add_keys (self);
}

/* The table below changes the adjustment while the window is laid out, after our turn: an
 * allocation that is asked for then comes a frame too late, and GTK warns. Only the titles have to
 * move. */
static void
scrolled_cb (ShoalAppTableHeader *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  int        width = gtk_widget_get_width (widget);

  if (width == 0)
    return; /* the first allocation comes */
  shoal_app_table_header_size_allocate (widget, width, gtk_widget_get_height (widget), -1);
  gtk_widget_queue_draw (widget);
}

void
shoal_app_table_header_set_columns (ShoalAppTableHeader *self,
                                    ShoalAppColumns     *columns,
                                    GtkAdjustment       *adjustment)
{
  g_return_if_fail (SHOAL_IS_APP_TABLE_HEADER (self));
  g_return_if_fail (self->columns == NULL);

  self->columns = g_object_ref (columns);
  self->adjustment = g_object_ref (adjustment);
  g_signal_connect_swapped (columns, "changed", G_CALLBACK (columns_changed_cb), self);
  g_signal_connect_swapped (columns, "resized", G_CALLBACK (gtk_widget_queue_allocate), self);
  g_signal_connect_swapped (adjustment, "changed", G_CALLBACK (scrolled_cb), self);
  g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self);
  columns_changed_cb (self);
}

void
shoal_app_table_header_set_order (ShoalAppTableHeader *self, const char *order, gboolean is_falling)
{
  g_return_if_fail (SHOAL_IS_APP_TABLE_HEADER (self));

  g_free (self->order);
  self->order = g_strdup (order);
  self->is_falling = !!is_falling;
  show_arrows (self);
}
