/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-popover.h"

/* What GTK itself connected: the popover, which hands events on to its widgets. */
#define MATCH_OWN (G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_DATA)

static guint event_signal;

/* One that was made anew meanwhile is heard. */
static void
hear_again (GtkWidget *popover, GdkSurface *surface)
{
  if (gtk_native_get_surface (GTK_NATIVE (popover)) == surface)
    g_signal_handlers_unblock_matched (surface, MATCH_OWN, event_signal, 0, NULL, NULL, popover);
  g_signal_handlers_disconnect_by_func (popover, hear_again, surface);
}

/* If it is not, the surface must still say that the pointer left the program. */
static gboolean
is_pointer_over_parent (GdkSurface *surface)
{
  GdkSeat    *seat = gdk_display_get_default_seat (gdk_surface_get_display (surface));
  GdkDevice  *pointer = seat != NULL ? gdk_seat_get_pointer (seat) : NULL; /* NULL: only touch */
  GdkSurface *parent = gdk_popup_get_parent (GDK_POPUP (surface));
  double      x;
  double      y;

  return pointer != NULL && gdk_surface_get_device_position (parent, pointer, &x, &y, NULL);
}

static gboolean
closed_cb (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer user_data)
{
  GtkWidget  *popover = g_value_get_object (&values[0]);
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (popover));

  if (surface == NULL || !is_pointer_over_parent (surface))
    return TRUE;
  if (g_signal_handlers_block_matched (
          surface, MATCH_OWN | G_SIGNAL_MATCH_UNBLOCKED, event_signal, 0, NULL, NULL, popover) > 0)
    g_signal_connect_object (popover, "map", G_CALLBACK (hear_again), surface, 0);
  return TRUE;
}

void
shoal_app_popover_watch_all (void)
{
  g_type_class_ref (GTK_TYPE_POPOVER);
  event_signal = g_signal_lookup ("event", GDK_TYPE_SURFACE);
  g_signal_add_emission_hook (
      g_signal_lookup ("closed", GTK_TYPE_POPOVER), 0, closed_cb, NULL, NULL);
}
