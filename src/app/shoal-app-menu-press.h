/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @x, @y: where, in the coordinates of the widget. */
typedef void (*ShoalAppMenuPressFunc) (gpointer user_data, double x, double y);

/* Calls @func when a person asks for a menu of @widget with the pointer: when a right click ends,
 * or at a long press on a touch screen. What lies inside of the widget does not get these.
 * @user_data outlives @widget. */
void shoal_app_menu_press_add (GtkWidget *widget, ShoalAppMenuPressFunc func, gpointer user_data);

G_END_DECLS
