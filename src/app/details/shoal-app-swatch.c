/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-swatch.h"

#include "app/shoal-app-paint.h"

#define SIZE 12

struct _ShoalAppSwatch
{
  GtkWidget parent_instance;

  char *kind; /* owned */
};

G_DEFINE_FINAL_TYPE (ShoalAppSwatch, shoal_app_swatch, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_KIND,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* One of the rectangles that a sample consists of. */
typedef struct
{
  const char *kind;
  ShoalAppInk ink;
  float       top; /* of SIZE */
  float       height;
} Stroke;

static const Stroke strokes[] = {
  { "here", SHOAL_APP_INK_HERE, 0, SIZE },
  { "coming", SHOAL_APP_INK_OTHERS, 0, SIZE / 2 },
  { "coming", SHOAL_APP_INK_COMING, SIZE / 2, SIZE / 2 },
  { "others", SHOAL_APP_INK_OTHERS, 0, SIZE },
  { "nobody", SHOAL_APP_INK_LINE, SIZE - 2, 2 },
  { "down", SHOAL_APP_INK_DOWN_AREA, 3, SIZE - 3 },
  { "down", SHOAL_APP_INK_DOWN, 3, 2 },
  { "up", SHOAL_APP_INK_UP, SIZE / 2 - 1, 2 },
};

static void
shoal_app_swatch_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ShoalAppSwatch *self = SHOAL_APP_SWATCH (widget);

  for (guint i = 0; i < G_N_ELEMENTS (strokes); i++)
    {
      GdkRGBA colour;

      if (g_strcmp0 (strokes[i].kind, self->kind) != 0)
        continue;
      colour = shoal_app_paint_get (widget, strokes[i].ink);
      gtk_snapshot_append_color (
          snapshot, &colour, &GRAPHENE_RECT_INIT (0, strokes[i].top, SIZE, strokes[i].height));
    }
}

static void
shoal_app_swatch_measure (GtkWidget     *widget,
                          GtkOrientation orientation,
                          int            for_size,
                          int           *minimum,
                          int           *natural,
                          int           *minimum_baseline,
                          int           *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static void
shoal_app_swatch_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_KIND:
      g_value_set_string (value, SHOAL_APP_SWATCH (object)->kind);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_app_swatch_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_KIND:
      SHOAL_APP_SWATCH (object)->kind = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_app_swatch_finalize (GObject *object)
{
  g_free (SHOAL_APP_SWATCH (object)->kind);
  G_OBJECT_CLASS (shoal_app_swatch_parent_class)->finalize (object);
}

static void
shoal_app_swatch_class_init (ShoalAppSwatchClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = shoal_app_swatch_finalize;
  object_class->get_property = shoal_app_swatch_get_property;
  object_class->set_property = shoal_app_swatch_set_property;
  widget_class->measure = shoal_app_swatch_measure;
  widget_class->snapshot = shoal_app_swatch_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);

  properties[PROP_KIND] =
      g_param_spec_string ("kind",
                           NULL,
                           NULL,
                           NULL,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
shoal_app_swatch_init (ShoalAppSwatch *self)
{
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  shoal_app_paint_follow (GTK_WIDGET (self), G_CALLBACK (gtk_widget_queue_draw));
}
