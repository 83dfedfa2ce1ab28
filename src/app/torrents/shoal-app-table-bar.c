/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-table-bar.h"

#include "app/shoal-app-compat.h"

struct _ShoalAppTableBar
{
  GtkWidget parent_instance;

  double fraction;
};

G_DEFINE_FINAL_TYPE (ShoalAppTableBar, shoal_app_table_bar, GTK_TYPE_WIDGET)

static void
shoal_app_table_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ShoalAppTableBar *self = SHOAL_APP_TABLE_BAR (widget);
  float             width = (float) gtk_widget_get_width (widget);
  float             height = (float) gtk_widget_get_height (widget);
  float             done = width * (float) self->fraction;
  gboolean          is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GskRoundedRect    outline;
  GdkRGBA           color;

  if (done <= 0.0f)
    return;
  shoal_app_compat_get_color (widget, &color);
  gsk_rounded_rect_init_from_rect (
      &outline, &GRAPHENE_RECT_INIT (0.0f, 0.0f, width, height), height / 2.0f);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (
      snapshot, &color, &GRAPHENE_RECT_INIT (is_rtl ? width - done : 0.0f, 0.0f, done, height));
  gtk_snapshot_pop (snapshot);
}

static void
shoal_app_table_bar_class_init (ShoalAppTableBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = shoal_app_table_bar_snapshot;
  gtk_widget_class_set_css_name (widget_class, "tablebar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
shoal_app_table_bar_init (ShoalAppTableBar *self)
{
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

GtkWidget *
shoal_app_table_bar_new (void)
{
  return g_object_new (SHOAL_TYPE_APP_TABLE_BAR, NULL);
}

void
shoal_app_table_bar_set_fraction (ShoalAppTableBar *self, double fraction)
{
  g_return_if_fail (SHOAL_IS_APP_TABLE_BAR (self));

  if (self->fraction == fraction)
    return;
  self->fraction = fraction;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
