/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-piece-map.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/shoal-app-fact.h"
#include "app/shoal-app-paint.h"
#include "model/shoal-model-cells.h"

#define MAX_LINES   8
#define LINE_HEIGHT 12
#define LINE_GAP    4
#define MIN_WIDTH   120
#define NAT_WIDTH   300

/* A cell for each piece is at least so wide, with a gap beside it; cells for several pieces are
 * narrower and touch each other. */
#define WIDE_CELL   5
#define NARROW_CELL 2

#define REDRAW_MS 250

/* Of so many copies on, one more makes no darker shade. */
#define MAX_SHADES 10

typedef struct
{
  guint n_lines;
  guint n_cells;
  guint n_in_line;
} Layout;

struct _ShoalAppPieceMap
{
  GtkWidget parent_instance;

  ShoalModelDetails *details; /* owned; NULL: none */
  gulong             pieces_handler;
  ShoalModelCell    *cells; /* owned; of layout */
  Layout             layout;
  int                width;               /* that the layout is for */
  int                factor;              /* of the screen, that the textures are for */
  GdkTexture        *textures[MAX_LINES]; /* owned; NULL: to be drawn anew */
  guint              redraw_source;

  guint is_old : 1; /* the cells */
};

G_DEFINE_FINAL_TYPE (ShoalAppPieceMap, shoal_app_piece_map, GTK_TYPE_WIDGET)

static const ShoalTorrentDetails *
get_pieces (ShoalAppPieceMap *self)
{
  return self->details != NULL ? shoal_model_details_get_pieces (self->details) : NULL;
}

static guint
get_n_pieces (ShoalAppPieceMap *self)
{
  const ShoalTorrentDetails *pieces = get_pieces (self);

  return pieces != NULL ? pieces->n_pieces : 0;
}

static Layout
make_layout (guint n_pieces, int width)
{
  guint  n_wide = MAX (width / WIDE_CELL, 1);
  guint  n_narrow = MAX (width / NARROW_CELL, 1);
  Layout layout = { .n_lines = 1, .n_cells = n_pieces };

  layout.n_lines = CLAMP ((n_pieces + n_wide - 1) / n_wide, 1, MAX_LINES);
  layout.n_cells = MIN (n_pieces, layout.n_lines * n_narrow);
  layout.n_in_line = MAX ((layout.n_cells + layout.n_lines - 1) / layout.n_lines, 1);
  return layout;
}

/* The cells of line @line, and how many they are. */
static guint
get_line (const Layout *layout, guint line, guint *first)
{
  *first = MIN (line * layout->n_in_line, layout->n_cells);
  return MIN (layout->n_in_line, layout->n_cells - *first);
}

static void
clear_textures (ShoalAppPieceMap *self)
{
  for (guint i = 0; i < MAX_LINES; i++)
    g_clear_object (&self->textures[i]);
}

static void
drop_cells (ShoalAppPieceMap *self)
{
  clear_textures (self);
  g_clear_pointer (&self->cells, g_free);
  memset (&self->layout, 0, sizeof self->layout);
}

/* TRUE: some line is to be drawn anew. */
static gboolean
replace_cells (ShoalAppPieceMap *self, ShoalModelCell *cells)
{
  gboolean is_changed = FALSE;

  for (guint i = 0; i < self->layout.n_lines; i++)
    {
      guint first;
      guint n = get_line (&self->layout, i, &first);

      if (self->cells != NULL &&
          memcmp (self->cells + first, cells + first, n * sizeof *cells) == 0)
        continue;
      g_clear_object (&self->textures[i]);
      is_changed = TRUE;
    }
  g_free (self->cells);
  self->cells = cells;
  return is_changed;
}

/* Brings the cells in line with the pieces, and the layout with the width. */
static gboolean
renew_cells (ShoalAppPieceMap *self)
{
  const ShoalTorrentDetails *pieces = get_pieces (self);
  Layout                     layout = make_layout (get_n_pieces (self), self->width);
  ShoalModelCell            *cells;

  self->is_old = FALSE;
  if (memcmp (&layout, &self->layout, sizeof layout) != 0)
    {
      drop_cells (self);
      self->layout = layout;
    }
  if (pieces == NULL || layout.n_cells == 0)
    return FALSE;
  cells = g_new0 (ShoalModelCell, layout.n_cells);
  shoal_model_cells_fill (pieces, cells, layout.n_cells);
  return replace_cells (self, cells);
}

static void
redraw (ShoalAppPieceMap *self)
{
  guint n_lines = self->layout.n_lines;

  if (renew_cells (self))
    gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->layout.n_lines != n_lines)
    gtk_widget_queue_resize (GTK_WIDGET (self));
}

static gboolean
redraw_cb (gpointer user_data)
{
  ShoalAppPieceMap *self = user_data;

  if (self->is_old)
    {
      redraw (self);
      return G_SOURCE_CONTINUE;
    }
  self->redraw_source = 0;
  return G_SOURCE_REMOVE;
}

static void
pieces_cb (ShoalAppPieceMap *self)
{
  self->is_old = TRUE;
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) || self->redraw_source != 0)
    return;
  redraw (self);
  self->redraw_source = g_timeout_add (REDRAW_MS, redraw_cb, self);
}

static void
colours_cb (ShoalAppPieceMap *self)
{
  clear_textures (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The colours of a cell from its bottom to its top. */
typedef struct
{
  guint32 here;
  guint32 coming;
  guint32 line;
  guint32 shades[MAX_SHADES + 1]; /* by copies */
} Palette;

static guint32
get_pixel (ShoalAppPieceMap *self, ShoalAppInk ink, float strength)
{
  GdkRGBA colour = shoal_app_paint_get (GTK_WIDGET (self), ink);

  colour.alpha *= strength;
  return shoal_app_paint_to_pixel (&colour);
}

static void
fill_palette (ShoalAppPieceMap *self, Palette *palette)
{
  palette->here = get_pixel (self, SHOAL_APP_INK_HERE, 1.0f);
  palette->coming = get_pixel (self, SHOAL_APP_INK_COMING, 1.0f);
  palette->line = get_pixel (self, SHOAL_APP_INK_LINE, 1.0f);
  for (guint i = 0; i <= MAX_SHADES; i++)
    palette->shades[i] =
        get_pixel (self, SHOAL_APP_INK_OTHERS, 0.3f + 0.7f * (float) i / (float) MAX_SHADES);
}

typedef struct
{
  guint32 *pixels; /* owned by who draws */
  guint    width;
  guint    height;
} Canvas;

static void
fill_rectangle (const Canvas *canvas, guint x0, guint x1, guint y0, guint y1, guint32 pixel)
{
  for (guint y = y0; y < y1; y++)
    for (guint x = x0; x < x1; x++)
      canvas->pixels[y * canvas->width + x] = pixel;
}

/* As much of the height as is in the share of 255; of something at least a pixel, and not all
 * before all is. */
static guint
get_height (guint height, guint share)
{
  if (share == 0 || share == 255)
    return share == 0 ? 0 : height;
  return CLAMP (height * share / 255, 1, height - 1);
}

static void
draw_cell (const Canvas         *canvas,
           const Palette        *palette,
           const ShoalModelCell *cell,
           guint                 x0,
           guint                 x1)
{
  guint height = canvas->height;
  guint here = get_height (height, cell->have);
  guint coming = MIN (get_height (height, (cell->in_flight + 1) / 2), height - here);
  guint rim = MAX (height / 8, 1);
  guint missing = 255 - cell->have - cell->in_flight;

  /* Where nobody has the most of what is missing, it is empty but for the line. */
  if (cell->nobody * 2 <= missing && missing + cell->in_flight > 0)
    fill_rectangle (
        canvas, x0, x1, 0, height - here, palette->shades[MIN (cell->copies, MAX_SHADES)]);
  else
    fill_rectangle (canvas, x0, x1, height - rim, height, palette->line);
  fill_rectangle (canvas, x0, x1, height - here - coming, height - here, palette->coming);
  fill_rectangle (canvas, x0, x1, height - here, height, palette->here);
}

static void
draw_cells (ShoalAppPieceMap *self, const Canvas *canvas, guint line)
{
  gboolean is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  guint    n_in_line = self->layout.n_in_line;
  guint    gap = canvas->width / n_in_line >= (guint) (WIDE_CELL * self->factor) ? self->factor : 0;
  guint    first;
  guint    n = get_line (&self->layout, line, &first);
  Palette  palette;

  fill_palette (self, &palette);
  for (guint i = 0; i < n; i++)
    {
      guint x0 = (guint) ((guint64) i * canvas->width / n_in_line);
      guint x1 = (guint) ((guint64) (i + 1) * canvas->width / n_in_line) - gap;

      draw_cell (canvas,
                 &palette,
                 &self->cells[first + i],
                 is_rtl ? canvas->width - x1 : x0,
                 is_rtl ? canvas->width - x0 : x1);
    }
}

static GdkTexture *
draw_line (ShoalAppPieceMap *self, guint line)
{
  Canvas canvas = { .width = self->width * self->factor, .height = LINE_HEIGHT * self->factor };
  gsize  size = (gsize) canvas.width * canvas.height * sizeof *canvas.pixels;
  g_autoptr (GBytes) bytes = NULL;

  canvas.pixels = g_malloc0 (size);
  draw_cells (self, &canvas, line);
  bytes = g_bytes_new_take (canvas.pixels, size);
  return gdk_memory_texture_new ((int) canvas.width,
                                 (int) canvas.height,
                                 GDK_MEMORY_DEFAULT,
                                 bytes,
                                 canvas.width * sizeof *canvas.pixels);
}

/* Before anything is known there is an empty strip, so that what is below does not jump. */
static void
draw_nothing (ShoalAppPieceMap *self, GtkSnapshot *snapshot)
{
  GdkRGBA colour = shoal_app_paint_get (GTK_WIDGET (self), SHOAL_APP_INK_LINE);

  gtk_snapshot_append_color (
      snapshot,
      &colour,
      &GRAPHENE_RECT_INIT (0, LINE_HEIGHT - 2, gtk_widget_get_width (GTK_WIDGET (self)), 2));
}

static void
shoal_app_piece_map_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ShoalAppPieceMap *self = SHOAL_APP_PIECE_MAP (widget);
  int               factor = gtk_widget_get_scale_factor (widget);

  if (self->is_old)
    renew_cells (self);
  if (self->cells == NULL || self->width <= 0)
    {
      draw_nothing (self, snapshot);
      return;
    }
  if (self->factor != factor)
    clear_textures (self);
  self->factor = factor;
  for (guint i = 0; i < self->layout.n_lines; i++)
    {
      if (self->textures[i] == NULL)
        self->textures[i] = draw_line (self, i);
      gtk_snapshot_append_texture (
          snapshot,
          self->textures[i],
          &GRAPHENE_RECT_INIT (0, i * (LINE_HEIGHT + LINE_GAP), self->width, LINE_HEIGHT));
    }
}

static void
shoal_app_piece_map_measure (GtkWidget     *widget,
                             GtkOrientation orientation,
                             int            for_size,
                             int           *minimum,
                             int           *natural,
                             int           *minimum_baseline,
                             int           *natural_baseline)
{
  ShoalAppPieceMap *self = SHOAL_APP_PIECE_MAP (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MIN_WIDTH;
      *natural = NAT_WIDTH;
    }
  else
    {
      int    width = for_size > 0 ? for_size : MIN_WIDTH;
      Layout layout = make_layout (get_n_pieces (self), width);

      *minimum = *natural = (int) layout.n_lines * (LINE_HEIGHT + LINE_GAP) - LINE_GAP;
    }
}

static GtkSizeRequestMode
shoal_app_piece_map_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
shoal_app_piece_map_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ShoalAppPieceMap *self = SHOAL_APP_PIECE_MAP (widget);

  if (self->width == width)
    return;
  self->width = width;
  drop_cells (self);
  self->is_old = TRUE;
}

/* FALSE: there is no cell. */
static gboolean
find_cell (ShoalAppPieceMap *self, int x, int y, guint *cell)
{
  gboolean is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  guint    line = (guint) MAX (y, 0) / (LINE_HEIGHT + LINE_GAP);
  guint    column;

  if (self->cells == NULL || line >= self->layout.n_lines || x < 0 || x >= self->width)
    return FALSE;
  column =
      (guint) ((is_rtl ? self->width - 1 - x : x) * (int) self->layout.n_in_line / self->width);
  *cell = line * self->layout.n_in_line + column;
  return *cell < self->layout.n_cells;
}

static gboolean
shoal_app_piece_map_query_tooltip (GtkWidget  *widget,
                                   int         x,
                                   int         y,
                                   gboolean    is_keyboard,
                                   GtkTooltip *tooltip)
{
  ShoalAppPieceMap          *self = SHOAL_APP_PIECE_MAP (widget);
  const ShoalTorrentDetails *pieces = get_pieces (self);
  g_autofree char           *text = NULL;
  guint                      cell;
  guint                      first;
  guint                      n;

  if (is_keyboard || pieces == NULL || !find_cell (self, x, y, &cell))
    return FALSE;
  n = shoal_model_cells_get_range (pieces->n_pieces, self->layout.n_cells, cell, &first);
  text =
      shoal_app_fact_dup_range (pieces, shoal_model_details_get_contents (self->details), first, n);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
shoal_app_piece_map_map (GtkWidget *widget)
{
  ShoalAppPieceMap *self = SHOAL_APP_PIECE_MAP (widget);

  GTK_WIDGET_CLASS (shoal_app_piece_map_parent_class)->map (widget);
  if (self->is_old)
    pieces_cb (self);
}

static void
shoal_app_piece_map_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&SHOAL_APP_PIECE_MAP (widget)->redraw_source, g_source_remove);
  GTK_WIDGET_CLASS (shoal_app_piece_map_parent_class)->unmap (widget);
}

static void
shoal_app_piece_map_dispose (GObject *object)
{
  ShoalAppPieceMap *self = SHOAL_APP_PIECE_MAP (object);

  g_clear_handle_id (&self->redraw_source, g_source_remove);
  shoal_app_piece_map_set_details (self, NULL);
  G_OBJECT_CLASS (shoal_app_piece_map_parent_class)->dispose (object);
}

static void
shoal_app_piece_map_finalize (GObject *object)
{
  drop_cells (SHOAL_APP_PIECE_MAP (object));
  G_OBJECT_CLASS (shoal_app_piece_map_parent_class)->finalize (object);
}

static void
shoal_app_piece_map_class_init (ShoalAppPieceMapClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = shoal_app_piece_map_dispose;
  object_class->finalize = shoal_app_piece_map_finalize;
  widget_class->get_request_mode = shoal_app_piece_map_get_request_mode;
  widget_class->map = shoal_app_piece_map_map;
  widget_class->measure = shoal_app_piece_map_measure;
  widget_class->query_tooltip = shoal_app_piece_map_query_tooltip;
  widget_class->size_allocate = shoal_app_piece_map_size_allocate;
  widget_class->snapshot = shoal_app_piece_map_snapshot;
  widget_class->unmap = shoal_app_piece_map_unmap;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
shoal_app_piece_map_init (ShoalAppPieceMap *self)
{
  self->factor = 1;
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Pieces"), -1);
  shoal_app_paint_follow (GTK_WIDGET (self), G_CALLBACK (colours_cb));
}

void
shoal_app_piece_map_set_details (ShoalAppPieceMap *self, ShoalModelDetails *details)
{
  g_return_if_fail (SHOAL_IS_APP_PIECE_MAP (self));

  if (self->details == details)
    return;
  if (self->details != NULL)
    g_clear_signal_handler (&self->pieces_handler, self->details);
  g_set_object (&self->details, details);
  drop_cells (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  if (details == NULL)
    return;
  self->pieces_handler =
      g_signal_connect_swapped (details, "notify::pieces", G_CALLBACK (pieces_cb), self);
  pieces_cb (self);
}
