/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A GIO module that the tests of the window put into it through GIO_EXTRA_MODULES: it tells AT-SPI
 * where things are. From 4.10 on GTK adds up rectangles, each of which it has measured from inside
 * the padding of the widget around it, so that every padding on the way is lost: a switch lies 17
 * px from where it is said to be, and a click misses it. And of what is on no screen it says what
 * lay in memory. The program knows nothing of this module. */
#define G_LOG_DOMAIN "shoal-bounds"

#include <gtk/gtk.h>

/* In place of GTK's own: from the outer edge of the widget around it. */
static gboolean
get_bounds (GtkAccessible *self, int *x, int *y, int *width, int *height)
{
  GtkWidget      *widget = GTK_WIDGET (self);
  GtkWidget      *around = gtk_widget_get_parent (widget);
  graphene_rect_t bounds;
  graphene_rect_t outer;

  *x = *y = *width = *height = 0;
  if (around == NULL)
    around = widget;
  if (!gtk_widget_get_realized (widget) || !gtk_widget_compute_bounds (widget, around, &bounds) ||
      !gtk_widget_compute_bounds (around, around, &outer))
    return FALSE;
  *x = (int) (bounds.origin.x - outer.origin.x);
  *y = (int) (bounds.origin.y - outer.origin.y);
  *width = (int) bounds.size.width;
  *height = (int) bounds.size.height;
  return TRUE;
}

/* Widgets of GTK that implement the interface anew start from a copy of GtkWidget's, and are
 * initialised after it. */
static void
replace (gpointer check_data, gpointer g_iface)
{
  GTypeInterface *iface = g_iface;

  if (g_strcmp0 (g_type_name (iface->g_type), "GtkAccessible") == 0 &&
      g_strcmp0 (g_type_name (iface->g_instance_type), "GtkWidget") == 0)
    ((GtkAccessibleInterface *) g_iface)->get_bounds = get_bounds;
}

void g_io_module_load (GIOModule *module);

void g_io_module_unload (GIOModule *module);

char **g_io_module_query (void);

void
g_io_module_load (GIOModule *module)
{
  static gboolean is_loaded;

  g_type_module_use (G_TYPE_MODULE (module));
  if (!is_loaded)
    g_type_add_interface_check (NULL, replace);
  is_loaded = TRUE;
}

void
g_io_module_unload (GIOModule *module)
{
}

char **
g_io_module_query (void)
{
  return g_new0 (char *, 1);
}
