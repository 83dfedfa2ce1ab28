/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-pulse.h"

#define TICK_MS     250
#define QUIET_TICKS 4
#define AGE_SEC     30

/* Rows that nobody sees wait until the list has lain still for a moment; then so many catch up at a
 * time, which is a small part of a frame. */
#define STILL_MS      250
#define CATCH_UP_MS   30
#define CATCH_UP_ROWS 6

struct _ShoalAppPulse
{
  GHashTable *rows; /* owned set of ShoalAppPulsed, unowned: who holds them removes them in time */
  GtkWidget  *view; /* owned */
  ShoalAppBeat  *beat;  /* unowned: outlives us */
  GdkFrameClock *clock; /* owned; NULL: the view is not realized */
  gulong         layout_handler;
  guint          tick_source;
  guint          age_source;
  guint          catch_up_source;
  guint          n_quiet;
  gint64         joining_usec;

  ShoalAppRowLayout layout;
};

/* TRUE: something is still to be shown. */
static gboolean
tick_rows (ShoalAppPulse *self, gboolean with_text)
{
  gboolean       is_old = FALSE;
  GHashTableIter iter;
  gpointer       row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    is_old |= shoal_app_pulsed_tick (row, with_text);
  return is_old;
}

static void
beat_cb (gpointer listener)
{
  tick_rows (listener, TRUE);
}

static gboolean
tick_cb (gpointer user_data)
{
  ShoalAppPulse *self = user_data;

  self->n_quiet = tick_rows (self, FALSE) ? 0 : self->n_quiet + 1;
  if (self->n_quiet < QUIET_TICKS)
    return G_SOURCE_CONTINUE;
  shoal_app_beat_leave (self->beat, self);
  self->tick_source = 0;
  return G_SOURCE_REMOVE;
}

/* All the words of the rows become those of this moment, so others have to follow. */
static gboolean
age_cb (gpointer user_data)
{
  ShoalAppPulse *self = user_data;
  GHashTableIter iter;
  gpointer       row;

  shoal_app_beat_strike (self->beat);
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    shoal_app_pulsed_refresh_text (row);
  return G_SOURCE_CONTINUE;
}

static gboolean
catch_up_cb (gpointer user_data)
{
  ShoalAppPulse *self = user_data;
  guint          n = 0;
  GHashTableIter iter;
  gpointer       row;

  self->catch_up_source = 0;
  g_hash_table_iter_init (&iter, self->rows);
  while (n < CATCH_UP_ROWS && g_hash_table_iter_next (&iter, &row, NULL))
    n += shoal_app_pulsed_catch_up (row);
  if (n == CATCH_UP_ROWS)
    self->catch_up_source =
        g_timeout_add_full (G_PRIORITY_LOW, CATCH_UP_MS, catch_up_cb, self, NULL);
  return G_SOURCE_REMOVE;
}

static void
catch_up_later (ShoalAppPulse *self)
{
  g_clear_handle_id (&self->catch_up_source, g_source_remove);
  self->catch_up_source = g_timeout_add_full (G_PRIORITY_LOW, STILL_MS, catch_up_cb, self, NULL);
}

static gboolean
is_on_screen (ShoalAppPulse *self, GtkWidget *item)
{
  graphene_rect_t bounds;

  return gtk_widget_get_mapped (self->view) &&
         gtk_widget_compute_bounds (item, self->view, &bounds) &&
         bounds.origin.y + bounds.size.height > 0 &&
         bounds.origin.y < (float) gtk_widget_get_height (self->view);
}

/* Rows have got their places, and nothing is drawn yet: those that are seen can still show what
 * they have to show in the same frame. */
static void
layout_cb (ShoalAppPulse *self)
{
  GtkWidget *item = gtk_widget_get_first_child (self->view);
  gboolean   is_moving = FALSE;

  for (; item != NULL; item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *child = gtk_widget_get_first_child (item);

      if (SHOAL_IS_APP_PULSED (child))
        is_moving |=
            shoal_app_pulsed_set_seen (SHOAL_APP_PULSED (child), is_on_screen (self, item));
    }
  if (is_moving)
    catch_up_later (self);
}

/* Another page has taken the place of the view: what nobody sees is not kept up to date. */
static void
view_unmap_cb (ShoalAppPulse *self)
{
  GHashTableIter iter;
  gpointer       row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    shoal_app_pulsed_set_seen (row, FALSE);
}

static void
view_map_cb (ShoalAppPulse *self)
{
  if (self->clock != NULL)
    gdk_frame_clock_request_phase (self->clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
}

static void
view_unrealize_cb (ShoalAppPulse *self)
{
  if (self->clock != NULL)
    g_clear_signal_handler (&self->layout_handler, self->clock);
  g_clear_object (&self->clock);
}

static void
view_realize_cb (ShoalAppPulse *self)
{
  self->clock = g_object_ref (gtk_widget_get_frame_clock (self->view));
  self->layout_handler = g_signal_connect_data (self->clock,
                                                "layout",
                                                G_CALLBACK (layout_cb),
                                                self,
                                                NULL,
                                                G_CONNECT_AFTER | G_CONNECT_SWAPPED);
}

ShoalAppPulse *
shoal_app_pulse_new (GtkWidget *view, ShoalAppBeat *beat)
{
  ShoalAppPulse *self = g_new0 (ShoalAppPulse, 1);

  self->rows = g_hash_table_new (NULL, NULL);
  self->layout = SHOAL_APP_ROW_USUAL_LAYOUT;
  self->joining_usec = -1;
  self->view = g_object_ref (view);
  self->beat = beat;
  g_signal_connect_swapped (view, "realize", G_CALLBACK (view_realize_cb), self);
  g_signal_connect_swapped (view, "unrealize", G_CALLBACK (view_unrealize_cb), self);
  g_signal_connect_swapped (view, "map", G_CALLBACK (view_map_cb), self);
  g_signal_connect_swapped (view, "unmap", G_CALLBACK (view_unmap_cb), self);
  return self;
}

void
shoal_app_pulse_free (ShoalAppPulse *self)
{
  g_signal_handlers_disconnect_by_data (self->view, self);
  view_unrealize_cb (self);
  g_object_unref (self->view);
  shoal_app_beat_leave (self->beat, self);
  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_clear_handle_id (&self->age_source, g_source_remove);
  g_clear_handle_id (&self->catch_up_source, g_source_remove);
  g_hash_table_unref (self->rows);
  g_free (self);
}

/* Rows of the table have one line, and say less. */
static void
equip (ShoalAppPulse *self, ShoalAppPulsed *row)
{
  if (!SHOAL_IS_APP_ROW (row))
    return;
  shoal_app_row_set_layout (SHOAL_APP_ROW (row), self->layout);
  shoal_app_row_set_joining (SHOAL_APP_ROW (row), self->joining_usec);
}

void
shoal_app_pulse_add (ShoalAppPulse *self, ShoalAppPulsed *row)
{
  g_hash_table_add (self->rows, row);
  equip (self, row);
  if (self->age_source == 0)
    self->age_source = g_timeout_add_seconds (AGE_SEC, age_cb, self);
}

void
shoal_app_pulse_remove (ShoalAppPulse *self, ShoalAppPulsed *row)
{
  g_hash_table_remove (self->rows, row);
  if (g_hash_table_size (self->rows) == 0)
    g_clear_handle_id (&self->age_source, g_source_remove);
}

void
shoal_app_pulse_wake (ShoalAppPulse *self)
{
  self->n_quiet = 0;
  if (self->catch_up_source == 0)
    catch_up_later (self);
  shoal_app_beat_join (self->beat, beat_cb, self);
  if (self->tick_source == 0)
    self->tick_source = g_timeout_add (TICK_MS, tick_cb, self);
}

void
shoal_app_pulse_set_layout (ShoalAppPulse *self, ShoalAppRowLayout layout)
{
  GHashTableIter iter;
  gpointer       row;

  self->layout = layout;
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    equip (self, row);
}

void
shoal_app_pulse_set_joining (ShoalAppPulse *self, gint64 since_usec)
{
  GHashTableIter iter;
  gpointer       row;

  self->joining_usec = since_usec;
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    equip (self, row);
}
