/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-menu-press.h"

typedef struct
{
  ShoalAppMenuPressFunc func;
  gpointer              user_data;
} Target;

static void
click_pressed_cb (GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

/* Not when the button is pressed: X then says of a pointer in the shadow of the menu that it came
 * there by a grab, and GTK 4.8 takes the first click on an item for one beside the menu. */
static void
click_released_cb (Target *target, int n_press, double x, double y)
{
  target->func (target->user_data, x, y);
}

static void
long_pressed_cb (GtkGesture *gesture, double x, double y, Target *target)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  target->func (target->user_data, x, y);
}

/* Before what lies inside: a button would keep a long press for itself. */
static void
add_gesture (GtkWidget *widget, GtkGesture *gesture)
{
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (gesture), GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (gesture));
}

void
shoal_app_menu_press_add (GtkWidget *widget, ShoalAppMenuPressFunc func, gpointer user_data)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *press = gtk_gesture_long_press_new ();
  Target     *target = g_new (Target, 1);

  *target = (Target){ func, user_data };
  g_object_set_data_full (G_OBJECT (click), "target", target, g_free);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect (click, "pressed", G_CALLBACK (click_pressed_cb), NULL);
  g_signal_connect_swapped (click, "released", G_CALLBACK (click_released_cb), target);
  g_signal_connect (press, "pressed", G_CALLBACK (long_pressed_cb), target);
  add_gesture (widget, click);
  add_gesture (widget, press);
}
