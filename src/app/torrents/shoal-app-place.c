/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-place.h"

struct _ShoalAppPlace
{
  GtkWidget          *view;       /* unowned: it outlives us */
  ShoalAppCollection *collection; /* owned */
  GdkFrameClock      *clock;      /* owned; NULL: no place is to be kept */
  gulong              layout_handler;
  double              value; /* how far the view was scrolled before rows changed places */
};

static GtkAdjustment *
get_adjustment (ShoalAppPlace *self)
{
  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));
}

static void
forget (ShoalAppPlace *self)
{
  if (self->clock != NULL)
    g_clear_signal_handler (&self->layout_handler, self->clock);
  g_clear_object (&self->clock);
}

/* Once: rows that the view makes for a first value would not have their heights yet when a second
 * one comes. */
static void
layout_cb (ShoalAppPlace *self)
{
  forget (self);
  if (gtk_widget_get_mapped (self->view))
    gtk_adjustment_set_value (get_adjustment (self), self->value);
}

/* The view can be told when its rows have their heights again, which is before they are drawn. */
static void
sort_cb (ShoalAppPlace *self, gboolean is_after)
{
  if (self->clock != NULL || !gtk_widget_get_mapped (self->view))
    return;
  if (!is_after)
    {
      self->value = gtk_adjustment_get_value (get_adjustment (self));
      return;
    }
  self->clock = g_object_ref (gtk_widget_get_frame_clock (self->view));
  self->layout_handler = g_signal_connect_data (self->clock,
                                                "layout",
                                                G_CALLBACK (layout_cb),
                                                self,
                                                NULL,
                                                G_CONNECT_AFTER | G_CONNECT_SWAPPED);
}

ShoalAppPlace *
shoal_app_place_new (GtkWidget *view, ShoalAppCollection *collection)
{
  ShoalAppPlace *self = g_new0 (ShoalAppPlace, 1);

  self->view = view;
  self->collection = g_object_ref (collection);
  g_signal_connect_swapped (collection, "sort", G_CALLBACK (sort_cb), self);
  g_signal_connect_swapped (view, "unrealize", G_CALLBACK (forget), self);
  return self;
}

void
shoal_app_place_free (ShoalAppPlace *self)
{
  forget (self);
  g_signal_handlers_disconnect_by_data (self->view, self);
  g_signal_handlers_disconnect_by_data (self->collection, self);
  g_object_unref (self->collection);
  g_free (self);
}
