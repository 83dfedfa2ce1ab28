/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-paint.h"

/* The colour of the style sheet, and how much of it is laid on. */
static const struct
{
  const char *name; /* NULL: that of the widget's text */
  float       alpha;
  float       strong_alpha; /* with high contrast */
} inks[] = {
  [SHOAL_APP_INK_TEXT] = { NULL, 0.6f, 1.0f },
  [SHOAL_APP_INK_HERE] = { "accent_bg_color", 1.0f, 1.0f },
  [SHOAL_APP_INK_COMING] = { "accent_bg_color", 0.6f, 0.7f },
  [SHOAL_APP_INK_OTHERS] = { NULL, 0.4f, 0.5f },
  [SHOAL_APP_INK_LINE] = { NULL, 0.3f, 0.7f },
  [SHOAL_APP_INK_DOWN] = { "accent_color", 1.0f, 1.0f },
  [SHOAL_APP_INK_DOWN_AREA] = { "accent_bg_color", 0.3f, 0.5f },
  [SHOAL_APP_INK_UP] = { "success_color", 1.0f, 1.0f },
};

GdkRGBA
shoal_app_paint_get (GtkWidget *widget, ShoalAppInk ink)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  gboolean is_strong = adw_style_manager_get_high_contrast (adw_style_manager_get_default ());
  GdkRGBA  colour;

  if (inks[ink].name == NULL || !gtk_style_context_lookup_color (context, inks[ink].name, &colour))
    gtk_style_context_get_color (context, &colour);
  colour.alpha *= is_strong ? inks[ink].strong_alpha : inks[ink].alpha;
  return colour;
}

void
shoal_app_paint_follow (GtkWidget *widget, GCallback func)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  g_signal_connect_object (manager, "notify::dark", func, widget, G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", func, widget, G_CONNECT_SWAPPED);
}

static guint32
to_byte (float share)
{
  return (guint32) (CLAMP (share, 0.0f, 1.0f) * 255.0f + 0.5f);
}

guint32
shoal_app_paint_to_pixel (const GdkRGBA *colour)
{
  guint32 a = to_byte (colour->alpha);
  guint32 r = to_byte (colour->red * colour->alpha);
  guint32 g = to_byte (colour->green * colour->alpha);
  guint32 b = to_byte (colour->blue * colour->alpha);

  return a << 24 | r << 16 | g << 8 | b;
}
