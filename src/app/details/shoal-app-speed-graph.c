/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-speed-graph.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/shoal-app-number.h"
#include "app/shoal-app-paint.h"
#include "app/shoal-app-text.h"

#define MIN_WIDTH   120
#define NAT_WIDTH   300
#define PLOT_HEIGHT 96
#define TEXT_GAP    2

/* The scale is not stretched to less than this. */
#define LEAST_SCALE 10000

/* A screen reader is told so seldom. */
#define SPEAK_SEC 30

typedef struct
{
  ShoalModelRates rates[SHOAL_MODEL_HISTORY_MAX_SAMPLES];
  guint           n;
  guint           n_unknown;
} Samples;

struct _ShoalAppSpeedGraph
{
  GtkWidget parent_instance;

  ShoalModelHistory *history; /* unowned, as the next: they outlive us */
  ShoalAppBeat      *beat;
  ShoalTorrentId     id;
  guint              minutes;
  Samples            samples;
  gint64             spoken_usec; /* 0: not yet */
};

G_DEFINE_FINAL_TYPE (ShoalAppSpeedGraph, shoal_app_speed_graph, GTK_TYPE_WIDGET)

enum
{
  RENEWED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static ShoalModelRates
get_highest (const Samples *samples)
{
  ShoalModelRates highest = { 0, 0 };

  for (guint i = 0; i < samples->n; i++)
    {
      highest.down_bps = MAX (highest.down_bps, samples->rates[i].down_bps);
      highest.up_bps = MAX (highest.up_bps, samples->rates[i].up_bps);
    }
  return highest;
}

static char *
dup_minutes (guint minutes)
{
  g_autofree char *number = g_strdup_printf ("%u", minutes);
  ShoalAppTextPart part = { "n", number };

  return shoal_app_text_fill (
      ngettext ("in the last minute", "in the last {n} minutes", minutes), &part, 1);
}

static char *
dup_words (ShoalAppSpeedGraph *self)
{
  ShoalModelRates  highest = get_highest (&self->samples);
  ShoalModelRates  now = self->samples.rates[self->samples.n - 1];
  g_autofree char *down = shoal_app_number_format_rate (now.down_bps);
  g_autofree char *up = shoal_app_number_format_rate (now.up_bps);
  g_autofree char *most_down = shoal_app_number_format_rate (highest.down_bps);
  g_autofree char *most_up = shoal_app_number_format_rate (highest.up_bps);
  g_autofree char *span = dup_minutes (self->minutes);
  ShoalAppTextPart parts[] = { { "down", down },
                               { "up", up },
                               { "mostdown", most_down },
                               { "mostup", most_up },
                               { "span", span } };

  if (highest.down_bps == 0 && highest.up_bps == 0)
    return shoal_app_text_fill (_ ("Nothing has moved {span}"), parts, G_N_ELEMENTS (parts));
  /* Translators: {span} is "in the last 5 minutes". */
  return shoal_app_text_fill (_ ("Download {down} now and at most {mostdown}, upload {up} now and "
                                 "at most {mostup} {span}"),
                              parts,
                              G_N_ELEMENTS (parts));
}

static void
speak (ShoalAppSpeedGraph *self, gboolean is_new)
{
  gint64           now_usec = g_get_monotonic_time ();
  g_autofree char *words = NULL;

  if (!is_new && now_usec - self->spoken_usec < SPEAK_SEC * G_USEC_PER_SEC)
    return;
  self->spoken_usec = now_usec;
  words = dup_words (self);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

static gboolean
samples_equal (const Samples *a, const Samples *b)
{
  return a->n == b->n && a->n_unknown == b->n_unknown &&
         memcmp (a->rates, b->rates, a->n * sizeof *a->rates) == 0;
}

static void
renew (ShoalAppSpeedGraph *self, gboolean is_new)
{
  Samples samples;

  if (self->history == NULL)
    return;
  samples.n = shoal_model_history_read (self->history,
                                        self->id,
                                        self->minutes,
                                        g_get_monotonic_time (),
                                        samples.rates,
                                        &samples.n_unknown);
  if (!is_new && samples_equal (&samples, &self->samples))
    return;
  self->samples = samples;
  speak (self, is_new);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[RENEWED], 0);
}

static void
beat_cb (gpointer listener)
{
  renew (listener, FALSE);
}

/* Where the plot lies, and how it is scaled. */
typedef struct
{
  double   width;
  double   height;
  double   top; /* bytes per second */
  gboolean is_rtl;
} Plot;

static double
get_x (const Plot *plot, const Samples *samples, guint i)
{
  double x = plot->width * i / (samples->n - 1);

  return plot->is_rtl ? plot->width - x : x;
}

static double
get_y (const Plot *plot, guint32 bps)
{
  return 1.0 + (plot->height - 2.0) * (1.0 - bps / plot->top);
}

static void
trace (cairo_t *cr, const Plot *plot, const Samples *samples, gboolean is_down)
{
  cairo_new_path (cr);
  for (guint i = samples->n_unknown; i < samples->n; i++)
    cairo_line_to (cr,
                   get_x (plot, samples, i),
                   get_y (plot, is_down ? samples->rates[i].down_bps : samples->rates[i].up_bps));
}

static void
stroke (ShoalAppSpeedGraph *self, cairo_t *cr, ShoalAppInk ink)
{
  GdkRGBA colour = shoal_app_paint_get (GTK_WIDGET (self), ink);

  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_set_line_width (cr, 2.0);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);
}

static void
draw_curves (ShoalAppSpeedGraph *self, cairo_t *cr, const Plot *plot)
{
  const Samples *samples = &self->samples;
  GdkRGBA        area = shoal_app_paint_get (GTK_WIDGET (self), SHOAL_APP_INK_DOWN_AREA);

  if (samples->n_unknown + 1 >= samples->n)
    return;
  trace (cr, plot, samples, TRUE);
  cairo_line_to (cr, get_x (plot, samples, samples->n - 1), plot->height);
  cairo_line_to (cr, get_x (plot, samples, samples->n_unknown), plot->height);
  cairo_close_path (cr);
  gdk_cairo_set_source_rgba (cr, &area);
  cairo_fill (cr);
  trace (cr, plot, samples, TRUE);
  stroke (self, cr, SHOAL_APP_INK_DOWN);
  trace (cr, plot, samples, FALSE);
  stroke (self, cr, SHOAL_APP_INK_UP);
}

/* At the top, in the middle, and at the bottom. */
static void
draw_lines (ShoalAppSpeedGraph *self, GtkSnapshot *snapshot, const Plot *plot)
{
  GdkRGBA colour = shoal_app_paint_get (GTK_WIDGET (self), SHOAL_APP_INK_LINE);

  for (int i = 0; i < 3; i++)
    gtk_snapshot_append_color (
        snapshot,
        &colour,
        &GRAPHENE_RECT_INIT (
            0, (float) ((int) (plot->height - 1) * i / 2), (float) plot->width, 1));
}

static PangoLayout *
make_text (ShoalAppSpeedGraph *self, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);

  pango_layout_set_width (layout, MAX (gtk_widget_get_width (GTK_WIDGET (self)), 1) * PANGO_SCALE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  return layout;
}

/* @is_start: where lines of text begin. */
static void
draw_text (ShoalAppSpeedGraph *self,
           GtkSnapshot        *snapshot,
           const char         *text,
           double              y,
           gboolean            is_start)
{
  g_autoptr (PangoLayout) layout = make_text (self, text);
  gboolean       is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  GdkRGBA        colour = shoal_app_paint_get (GTK_WIDGET (self), SHOAL_APP_INK_TEXT);
  PangoAlignment align = is_start != is_rtl ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT;

  /* Sides are meant, whichever way the text is written. */
  pango_layout_set_auto_dir (layout, FALSE);
  pango_layout_set_alignment (layout, align);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, (float) y));
  gtk_snapshot_append_layout (snapshot, layout, &colour);
  gtk_snapshot_restore (snapshot);
}

static int
get_text_height (ShoalAppSpeedGraph *self)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), "0");
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

static void
draw_texts (ShoalAppSpeedGraph *self, GtkSnapshot *snapshot, const Plot *plot)
{
  g_autofree char *top = shoal_app_number_format_rate ((guint64) plot->top);
  g_autofree char *middle = shoal_app_number_format_rate ((guint64) (plot->top / 2));
  g_autofree char *span = shoal_app_number_format_span (self->minutes * 60);
  g_autofree char *ago = NULL;
  ShoalAppTextPart part = { "time", span };

  /* Translators: at the left end of a graph, whose right end is now. */
  ago = shoal_app_text_fill (_ ("{time} ago"), &part, 1);
  draw_text (self, snapshot, top, TEXT_GAP, TRUE);
  draw_text (self, snapshot, middle, plot->height / 2 + TEXT_GAP, TRUE);
  draw_text (self, snapshot, ago, plot->height + TEXT_GAP, TRUE);
  draw_text (self, snapshot, _ ("now"), plot->height + TEXT_GAP, FALSE);
}

static void
shoal_app_speed_graph_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ShoalAppSpeedGraph *self = SHOAL_APP_SPEED_GRAPH (widget);
  ShoalModelRates     highest = get_highest (&self->samples);
  Plot                plot = {
                   .width = gtk_widget_get_width (widget),
                   .height = gtk_widget_get_height (widget) - get_text_height (self) - TEXT_GAP,
                   .top = shoal_app_number_get_scale (MAX (highest.down_bps, highest.up_bps), LEAST_SCALE),
                   .is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL,
  };
  cairo_t *cr;

  if (self->samples.n < 2)
    return;
  draw_lines (self, snapshot, &plot);
  cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) plot.width, (float) plot.height));
  draw_curves (self, cr, &plot);
  cairo_destroy (cr);
  draw_texts (self, snapshot, &plot);
}

static void
shoal_app_speed_graph_measure (GtkWidget     *widget,
                               GtkOrientation orientation,
                               int            for_size,
                               int           *minimum,
                               int           *natural,
                               int           *minimum_baseline,
                               int           *natural_baseline)
{
  ShoalAppSpeedGraph *self = SHOAL_APP_SPEED_GRAPH (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MIN_WIDTH;
      *natural = NAT_WIDTH;
    }
  else /* two texts lie one above the other in the plot */
    *minimum = *natural =
        MAX (PLOT_HEIGHT, 4 * get_text_height (self)) + get_text_height (self) + TEXT_GAP;
}

static void
shoal_app_speed_graph_map (GtkWidget *widget)
{
  ShoalAppSpeedGraph *self = SHOAL_APP_SPEED_GRAPH (widget);

  GTK_WIDGET_CLASS (shoal_app_speed_graph_parent_class)->map (widget);
  renew (self, TRUE);
  shoal_app_beat_join (self->beat, beat_cb, self);
}

static void
shoal_app_speed_graph_unmap (GtkWidget *widget)
{
  shoal_app_beat_leave (SHOAL_APP_SPEED_GRAPH (widget)->beat, widget);
  GTK_WIDGET_CLASS (shoal_app_speed_graph_parent_class)->unmap (widget);
}

static void
shoal_app_speed_graph_class_init (ShoalAppSpeedGraphClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->map = shoal_app_speed_graph_map;
  widget_class->measure = shoal_app_speed_graph_measure;
  widget_class->snapshot = shoal_app_speed_graph_snapshot;
  widget_class->unmap = shoal_app_speed_graph_unmap;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);

  signals[RENEWED] = g_signal_new (
      "renewed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
name (ShoalAppSpeedGraph *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->id.value != 0 ? _ ("Speed") : _ ("Speed of All Torrents"),
                                  -1);
}

static void
shoal_app_speed_graph_init (ShoalAppSpeedGraph *self)
{
  self->minutes = 5;
  gtk_widget_add_css_class (GTK_WIDGET (self), "caption");
  name (self);
  shoal_app_paint_follow (GTK_WIDGET (self), G_CALLBACK (gtk_widget_queue_draw));
}

void
shoal_app_speed_graph_set_session (ShoalAppSpeedGraph *self, ShoalAppSession *session)
{
  g_return_if_fail (SHOAL_IS_APP_SPEED_GRAPH (self));
  g_return_if_fail (!gtk_widget_get_mapped (GTK_WIDGET (self)));

  self->history = shoal_app_session_get_history (session);
  self->beat = shoal_app_session_get_beat (session);
}

void
shoal_app_speed_graph_set_torrent (ShoalAppSpeedGraph *self, ShoalTorrentId id)
{
  g_return_if_fail (SHOAL_IS_APP_SPEED_GRAPH (self));

  if (self->id.value == id.value)
    return;
  self->id = id;
  name (self);
  renew (self, TRUE);
}

void
shoal_app_speed_graph_set_minutes (ShoalAppSpeedGraph *self, guint minutes)
{
  g_return_if_fail (SHOAL_IS_APP_SPEED_GRAPH (self));

  if (self->minutes == minutes)
    return;
  self->minutes = minutes;
  renew (self, TRUE);
}

ShoalModelRates
shoal_app_speed_graph_get_now (ShoalAppSpeedGraph *self)
{
  const ShoalModelRates none = { 0, 0 };

  g_return_val_if_fail (SHOAL_IS_APP_SPEED_GRAPH (self), none);
  return self->samples.n > 0 ? self->samples.rates[self->samples.n - 1] : none;
}
