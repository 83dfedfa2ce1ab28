/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-menu-press.h"
#include "app/torrents/shoal-app-table-header-private.h"

/* How far from the end of a column the pointer may be to take hold of it. */
#define GRIP 5

static int
get_place_of_pointer (ShoalAppTableHeader *self, double x)
{
  if (shoal_app_table_header_is_rtl (self))
    x = gtk_widget_get_width (GTK_WIDGET (self)) - x;
  return (int) x + shoal_app_table_header_get_scrolled (self);
}

/* FALSE: none lies there. */
static gboolean
find_column (ShoalAppTableHeader *self, int x, ShoalAppColumn *column)
{
  ShoalAppColumnPlace   places[SHOAL_APP_N_COLUMNS];
  guint                 n = shoal_app_table_header_place (self, places);
  const ShoalAppColumn *shown = shoal_app_columns_get_shown (self->columns, &n);

  for (guint i = 0; i < n; i++)
    if (x >= places[i].x && x < places[i].x + places[i].width)
      {
        *column = shown[i];
        return TRUE;
      }
  return FALSE;
}

/* The column whose end is at @x; FALSE: none. */
static gboolean
find_end (ShoalAppTableHeader *self, int x, ShoalAppColumn *column)
{
  ShoalAppColumnPlace   places[SHOAL_APP_N_COLUMNS];
  guint                 n = shoal_app_table_header_place (self, places);
  const ShoalAppColumn *shown = shoal_app_columns_get_shown (self->columns, &n);

  for (guint i = n; i-- > 0;)
    if (ABS (x - places[i].x - places[i].width) <= GRIP)
      {
        *column = shown[i];
        return TRUE;
      }
  return FALSE;
}

/* The column that moves goes after those whose middle its nearer edge has passed. */
static guint
find_target (ShoalAppTableHeader *self)
{
  ShoalAppColumnPlace places[SHOAL_APP_N_COLUMNS];
  guint               n = shoal_app_table_header_place (self, places);
  guint               from = shoal_app_columns_get_position (self->columns, self->hand_column);
  guint               target = 0;

  for (guint i = 0; i < n; i++)
    {
      int edge = i < from ? self->hand_x : self->hand_x + self->hand_width;

      if (i != from && edge > places[i].x + places[i].width / 2)
        target++;
    }
  return target;
}

/* Whatever a hand has begun ends as if it had not. */
static void
let_go (ShoalAppTableHeader *self)
{
  if (self->hand == SHOAL_APP_HAND_MOVES && self->titles[self->hand_column] != NULL)
    gtk_widget_remove_css_class (self->titles[self->hand_column], "moving");
  self->hand = SHOAL_APP_HAND_FREE;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, ShoalAppTableHeader *self)
{
  int at = get_place_of_pointer (self, x);

  if (find_end (self, at, &self->hand_column))
    {
      self->hand = SHOAL_APP_HAND_RESIZES;
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    }
  else if (find_column (self, at, &self->hand_column))
    self->hand = SHOAL_APP_HAND_PRESSED;
  else
    return;
  self->hand_start = self->hand_x = shoal_app_table_header_get_place (self, self->hand_column).x;
  self->hand_width = shoal_app_table_header_get_place (self, self->hand_column).width;
}

static void
begin_move (ShoalAppTableHeader *self, GtkGesture *gesture)
{
  self->hand = SHOAL_APP_HAND_MOVES;
  gtk_widget_add_css_class (self->titles[self->hand_column], "moving");
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, ShoalAppTableHeader *self)
{
  int by = (int) (shoal_app_table_header_is_rtl (self) ? -dx : dx);

  if (self->hand == SHOAL_APP_HAND_RESIZES)
    shoal_app_columns_set_width (self->columns, self->hand_column, MAX (self->hand_width + by, 1));
  if (self->hand == SHOAL_APP_HAND_PRESSED &&
      gtk_drag_check_threshold (GTK_WIDGET (self), 0, 0, (int) dx, 0))
    begin_move (self, GTK_GESTURE (gesture));
  if (self->hand != SHOAL_APP_HAND_MOVES)
    return;
  self->hand_x = CLAMP (
      self->hand_start + by, 0, shoal_app_table_header_get_row_width (self) - self->hand_width);
  self->hand_target = find_target (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, ShoalAppTableHeader *self)
{
  ShoalAppHand   hand = self->hand;
  ShoalAppColumn column = self->hand_column;
  guint          target = self->hand_target;

  let_go (self);
  if (hand == SHOAL_APP_HAND_MOVES)
    shoal_app_columns_move (self->columns, column, target);
  else if (hand == SHOAL_APP_HAND_RESIZES)
    shoal_app_columns_save (self->columns);
}

static void
drag_cancel_cb (GtkGesture *gesture, GdkEventSequence *sequence, ShoalAppTableHeader *self)
{
  let_go (self);
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, ShoalAppTableHeader *self)
{
  ShoalAppColumn column;

  if (n_press == 2 && find_end (self, get_place_of_pointer (self, x), &column))
    shoal_app_table_header_set_usual_width (self, column);
}

static void
menu_pressed_cb (gpointer user_data, double x, double y)
{
  ShoalAppTableHeader *self = user_data;
  ShoalAppColumn       column = SHOAL_APP_COLUMN_NAME;

  find_column (self, get_place_of_pointer (self, x), &column);
  shoal_app_table_header_pop_up (self, column);
}

static void
motion_cb (GtkEventControllerMotion *controller, double x, double y, ShoalAppTableHeader *self)
{
  ShoalAppColumn column;
  gboolean       is_at_end = find_end (self, get_place_of_pointer (self, x), &column);

  if (self->hand == SHOAL_APP_HAND_FREE)
    gtk_widget_set_cursor_from_name (GTK_WIDGET (self), is_at_end ? "col-resize" : NULL);
}

static void
add_controller (ShoalAppTableHeader *self, GtkEventController *controller)
{
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

/* The second press of a double click is the beginning of a drag as well. */
static void
add_drag (ShoalAppTableHeader *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  g_signal_connect (drag, "cancel", G_CALLBACK (drag_cancel_cb), self);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  add_controller (self, GTK_EVENT_CONTROLLER (drag));
  add_controller (self, GTK_EVENT_CONTROLLER (click));
  gtk_gesture_group (drag, click);
}

void
shoal_app_table_header_add_hand (ShoalAppTableHeader *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();

  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  add_controller (self, motion);
  shoal_app_menu_press_add (GTK_WIDGET (self), menu_pressed_cb, self);
  add_drag (self);
}
