/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-table-row-private.h"

#define ICON_SIZE 16
#define GAP       6

/* The hundredths beside the bar, in characters; the bar goes where it would be shorter than this.
 */
#define HUNDREDTHS_CHARS 6
#define MIN_BAR          24

/* AT-SPI asks how long a text is, and GTK 4.8 does not look whether there is any. */
static GtkWidget *
add_cell (ShoalAppTableRow *self, ShoalAppColumn column)
{
  gboolean   is_number = shoal_app_column_is_number (column);
  GtkWidget *cell =
      g_object_new (GTK_TYPE_INSCRIPTION,
                    "accessible-role",
                    GTK_ACCESSIBLE_ROLE_GRID_CELL,
                    "text",
                    "",
                    "min-chars",
                    0,
                    "nat-chars",
                    0,
                    "text-overflow",
                    column == SHOAL_APP_COLUMN_NAME ? GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_MIDDLE
                                                    : GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END,
                    "xalign",
                    is_number ? 1.0 : 0.0,
                    "yalign",
                    0.5,
                    NULL);

  if (is_number)
    gtk_widget_add_css_class (cell, "numeric");
  self->cells[column] = GTK_INSCRIPTION (cell);
  return cell;
}

static void
remove_cell (ShoalAppTableRow *self, ShoalAppColumn column)
{
  if (self->cells[column] == NULL)
    return;
  gtk_widget_unparent (GTK_WIDGET (self->cells[column]));
  self->cells[column] = NULL;
}

/* What goes with a cell and is no cell: for the eye alone. */
static void
make_ornaments (ShoalAppTableRow *self)
{
  gboolean has_bar = self->cells[SHOAL_APP_COLUMN_PROGRESS] != NULL;

  if (self->icon == NULL)
    {
      self->icon = g_object_new (GTK_TYPE_IMAGE,
                                 "accessible-role",
                                 GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                 "pixel-size",
                                 ICON_SIZE,
                                 NULL);
      gtk_widget_set_parent (GTK_WIDGET (self->icon), GTK_WIDGET (self));
    }
  if (has_bar == (self->bar != NULL))
    return;
  if (has_bar)
    {
      self->bar = SHOAL_APP_TABLE_BAR (shoal_app_table_bar_new ());
      gtk_widget_set_parent (GTK_WIDGET (self->bar), GTK_WIDGET (self));
    }
  else
    g_clear_pointer ((GtkWidget **) &self->bar, gtk_widget_unparent);
  self->state = -1;
}

/* A screen reader goes from cell to cell as they stand. */
void
shoal_app_table_row_make_cells (ShoalAppTableRow *self)
{
  GtkWidget            *previous = NULL;
  guint                 n;
  const ShoalAppColumn *shown = shoal_app_columns_get_shown (self->columns, &n);

  for (guint i = 0; i < SHOAL_APP_N_COLUMNS; i++)
    if (!shoal_app_columns_is_shown (self->columns, i))
      remove_cell (self, i);
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *cell = GTK_WIDGET (self->cells[shown[i]]);

      if (cell == NULL)
        cell = add_cell (self, shown[i]);
      gtk_widget_insert_after (cell, GTK_WIDGET (self), previous);
      previous = cell;
    }
  make_ornaments (self);
  self->cells_are_old = FALSE;
}

void
shoal_app_table_row_remove_cells (ShoalAppTableRow *self)
{
  for (guint i = 0; i < SHOAL_APP_N_COLUMNS; i++)
    remove_cell (self, i);
  g_clear_pointer ((GtkWidget **) &self->icon, gtk_widget_unparent);
  g_clear_pointer ((GtkWidget **) &self->bar, gtk_widget_unparent);
}

/* In the middle of the row, and no higher than a line: a GtkInscription that has more room puts
 * what it cuts off to the top of it. */
static void
put_child (ShoalAppTableRow *self, gpointer child, int x, int width)
{
  int room = gtk_widget_get_height (GTK_WIDGET (self));
  int height = shoal_app_columns_get_line_height (self->columns);
  int min_width;
  int min_height;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &min_width, NULL, NULL, NULL);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, -1, &min_height, NULL, NULL, NULL);
  width = MAX (width, min_width);
  height = MAX (height, min_height);
  gtk_widget_size_allocate (child, &(GtkAllocation){ x, (room - height) / 2, width, height }, -1);
}

/* @ornament takes so much of the cell, at its start, and the text has the rest. */
static void
put_cell (ShoalAppTableRow    *self,
          ShoalAppColumn       column,
          gpointer             ornament,
          int                  ornament_width,
          ShoalAppColumnPlace *place)
{
  gboolean is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int      x = place->x + SHOAL_APP_COLUMN_PADDING;
  int      width = MAX (place->width - 2 * SHOAL_APP_COLUMN_PADDING, 0);
  int      rest = ornament_width > 0 ? MAX (width - ornament_width - GAP, 0) : width;

  if (ornament != NULL)
    gtk_widget_set_child_visible (ornament, ornament_width > 0);
  if (ornament != NULL && ornament_width > 0)
    put_child (self, ornament, is_rtl ? x + width - ornament_width : x, ornament_width);
  put_child (self, self->cells[column], is_rtl ? x : x + width - rest, rest);
}

/* Where the cell is too narrow for it, there is none. */
static int
get_bar_width (ShoalAppTableRow *self, const ShoalAppColumnPlace *place)
{
  int width = place->width - 2 * SHOAL_APP_COLUMN_PADDING - GAP -
              HUNDREDTHS_CHARS * shoal_app_columns_get_char_width (self->columns);

  return width >= MIN_BAR ? width : 0;
}

void
shoal_app_table_row_put_cells (ShoalAppTableRow *self, int width)
{
  gboolean              is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  ShoalAppColumnPlace   places[SHOAL_APP_N_COLUMNS];
  guint                 n;
  const ShoalAppColumn *shown = shoal_app_columns_get_shown (self->columns, &n);

  shoal_app_columns_place (self->columns, width, is_rtl, places);
  for (guint i = 0; i < n; i++)
    if (shown[i] == SHOAL_APP_COLUMN_NAME)
      put_cell (self, shown[i], self->icon, ICON_SIZE, &places[i]);
    else if (shown[i] == SHOAL_APP_COLUMN_PROGRESS)
      put_cell (self, shown[i], self->bar, get_bar_width (self, &places[i]), &places[i]);
    else
      put_cell (self, shown[i], NULL, 0, &places[i]);
  self->place_is_old = FALSE;
}
