/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows @path in the file manager, marked; if there is no such file yet, the folder @fallback. What
 * fails is told by the action "win.toast" (s) of @widget. */
void shoal_app_launch_show_path (GtkWidget *widget, const char *path, const char *fallback);

/* Opens the file @path with the program that the desktop has for it. What fails is told in the same
 * way. */
void shoal_app_launch_open_path (GtkWidget *widget, const char *path);

G_END_DECLS
