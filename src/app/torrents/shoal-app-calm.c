/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-calm.h"

#define EVERY_MS   3000
#define TOUCHED_MS 2000
#define AGAIN_MS   500

#define BUTTONS                                                                                    \
  (GDK_BUTTON1_MASK | GDK_BUTTON2_MASK | GDK_BUTTON3_MASK | GDK_BUTTON4_MASK | GDK_BUTTON5_MASK)

struct _ShoalAppCalm
{
  void (*func) (gpointer user_data);
  gpointer   user_data; /* unowned: it owns us */
  GPtrArray *followed;  /* owned, of GObject, owned: where handlers of ours are connected */
  guint      source;
  guint      n_holds;
  gint64     done_usec;
  gint64     touched_usec;

  guint is_pressed : 1;
};

static gint64
ms_since (gint64 usec)
{
  return (g_get_monotonic_time () - usec) / 1000;
}

static gboolean
is_calm (ShoalAppCalm *self)
{
  return self->n_holds == 0 && !self->is_pressed && ms_since (self->touched_usec) >= TOUCHED_MS;
}

static gboolean
timeout_cb (gpointer user_data)
{
  ShoalAppCalm *self = user_data;

  self->source = 0;
  if (is_calm (self))
    self->func (self->user_data);
  else
    self->source = g_timeout_add (AGAIN_MS, timeout_cb, self);
  return G_SOURCE_REMOVE;
}

ShoalAppCalm *
shoal_app_calm_new (void (*func) (gpointer user_data), gpointer user_data)
{
  ShoalAppCalm *self = g_new0 (ShoalAppCalm, 1);

  self->func = func;
  self->user_data = user_data;
  self->followed = g_ptr_array_new_with_free_func (g_object_unref);
  self->done_usec = self->touched_usec = g_get_monotonic_time () - EVERY_MS * 1000;
  return self;
}

void
shoal_app_calm_free (ShoalAppCalm *self)
{
  for (guint i = 0; i < self->followed->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->followed, i), self);
  g_ptr_array_unref (self->followed);
  g_clear_handle_id (&self->source, g_source_remove);
  g_free (self);
}

void
shoal_app_calm_want (ShoalAppCalm *self)
{
  gint64 passed_ms = ms_since (self->done_usec);

  if (self->source == 0)
    self->source =
        g_timeout_add ((guint) CLAMP (EVERY_MS - passed_ms, 0, EVERY_MS), timeout_cb, self);
}

void
shoal_app_calm_satisfy (ShoalAppCalm *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  self->done_usec = g_get_monotonic_time ();
}

void
shoal_app_calm_touch (ShoalAppCalm *self)
{
  self->touched_usec = g_get_monotonic_time ();
}

void
shoal_app_calm_hold (ShoalAppCalm *self)
{
  self->n_holds++;
}

void
shoal_app_calm_release (ShoalAppCalm *self)
{
  g_return_if_fail (self->n_holds > 0);
  self->n_holds--;
  shoal_app_calm_touch (self);
}

/* A button whose release went elsewhere, as with a drag, is known to be up by what comes next. */
static void
motion_cb (GtkEventController *controller, double x, double y, ShoalAppCalm *self)
{
  self->is_pressed = (gtk_event_controller_get_current_event_state (controller) & BUTTONS) != 0;
  shoal_app_calm_touch (self);
}

static void
leave_cb (GtkEventController *controller, ShoalAppCalm *self)
{
  self->is_pressed = FALSE;
  shoal_app_calm_touch (self);
}

static gboolean
event_cb (GtkEventController *controller, GdkEvent *event, ShoalAppCalm *self)
{
  GdkEventType type = gdk_event_get_event_type (event);

  if (type == GDK_BUTTON_PRESS || type == GDK_TOUCH_BEGIN)
    self->is_pressed = TRUE;
  else if (type == GDK_BUTTON_RELEASE || type == GDK_TOUCH_END || type == GDK_TOUCH_CANCEL)
    leave_cb (controller, self);
  return GDK_EVENT_PROPAGATE;
}

static void
follow_object (ShoalAppCalm *self, gpointer object, const char *signal, GCallback callback)
{
  g_signal_connect (object, signal, callback, self);
  g_ptr_array_add (self->followed, g_object_ref (object));
}

static void
scrolled_cb (GtkAdjustment *adjustment, ShoalAppCalm *self)
{
  shoal_app_calm_touch (self);
}

void
shoal_app_calm_follow (ShoalAppCalm *self, GtkWidget *view)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *all = gtk_event_controller_legacy_new ();

  follow_object (self, motion, "motion", G_CALLBACK (motion_cb));
  follow_object (self, motion, "leave", G_CALLBACK (leave_cb));
  gtk_widget_add_controller (view, motion);
  gtk_event_controller_set_propagation_phase (all, GTK_PHASE_CAPTURE);
  follow_object (self, all, "event", G_CALLBACK (event_cb));
  gtk_widget_add_controller (view, all);
  follow_object (self,
                 gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view)),
                 "value-changed",
                 G_CALLBACK (scrolled_cb));
}
