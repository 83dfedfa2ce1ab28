/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-pane.h"

struct _ShoalAppPane
{
  GtkWidget parent_instance;

  GtkWidget *child;      /* unowned: a child is held by its parent; NULL: none */
  int        most_width; /* −1: as its child says */
};

static void shoal_app_pane_buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ShoalAppPane,
                               shoal_app_pane,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE,
                                                      shoal_app_pane_buildable_init))

static GtkBuildableIface *parent_buildable;

enum
{
  PROP_0,
  PROP_MOST_WIDTH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
shoal_app_pane_add_child (GtkBuildable *buildable,
                          GtkBuilder   *builder,
                          GObject      *child,
                          const char   *type)
{
  ShoalAppPane *self = SHOAL_APP_PANE (buildable);

  if (!GTK_IS_WIDGET (child))
    {
      parent_buildable->add_child (buildable, builder, child, type);
      return;
    }
  self->child = GTK_WIDGET (child);
  gtk_widget_set_parent (self->child, GTK_WIDGET (self));
}

static void
shoal_app_pane_buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = shoal_app_pane_add_child;
}

static GtkSizeRequestMode
shoal_app_pane_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
shoal_app_pane_measure (GtkWidget     *widget,
                        GtkOrientation orientation,
                        int            for_size,
                        int           *minimum,
                        int           *natural,
                        int           *minimum_baseline,
                        int           *natural_baseline)
{
  ShoalAppPane *self = SHOAL_APP_PANE (widget);
  int           least = 0;

  if (self->child != NULL)
    gtk_widget_measure (self->child, orientation, for_size, &least, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL && self->most_width >= 0)
    least = MIN (least, self->most_width);
  *minimum = least;
  if (orientation == GTK_ORIENTATION_HORIZONTAL || self->child == NULL)
    *natural = least;
  *minimum_baseline = *natural_baseline = -1;
}

static void
shoal_app_pane_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ShoalAppPane *self = SHOAL_APP_PANE (widget);
  int           least;

  if (self->child == NULL || !gtk_widget_should_layout (self->child))
    return;
  gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  gtk_widget_allocate (self->child, MAX (width, least), height, baseline, NULL);
}

static void
shoal_app_pane_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_MOST_WIDTH:
      g_value_set_int (value, SHOAL_APP_PANE (object)->most_width);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_app_pane_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_MOST_WIDTH:
      SHOAL_APP_PANE (object)->most_width = g_value_get_int (value);
      gtk_widget_queue_resize (GTK_WIDGET (object));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_app_pane_dispose (GObject *object)
{
  ShoalAppPane *self = SHOAL_APP_PANE (object);

  g_clear_pointer (&self->child, gtk_widget_unparent);
  G_OBJECT_CLASS (shoal_app_pane_parent_class)->dispose (object);
}

static void
shoal_app_pane_class_init (ShoalAppPaneClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = shoal_app_pane_dispose;
  object_class->get_property = shoal_app_pane_get_property;
  object_class->set_property = shoal_app_pane_set_property;
  widget_class->get_request_mode = shoal_app_pane_get_request_mode;
  widget_class->measure = shoal_app_pane_measure;
  widget_class->size_allocate = shoal_app_pane_size_allocate;

  properties[PROP_MOST_WIDTH] = g_param_spec_int (
      "most-width", NULL, NULL, -1, G_MAXINT, -1, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
shoal_app_pane_init (ShoalAppPane *self)
{
  self->most_width = -1;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}
