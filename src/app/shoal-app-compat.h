/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What GTK does otherwise in versions newer than the oldest that Shoal runs on. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @view: a GtkListView or GtkGridView. Tab enters it where the focus was last, from either side,
 * and the next one leaves it. Before GTK 4.12 a view always comes back to where the focus was, and
 * leaving it is up to the widget around it. */
void shoal_app_compat_pass_by_tab (GtkWidget *view);

/* Lets screen readers know what the items of the menu are called, each time that it opens. */
void shoal_app_compat_name_items (GtkPopover *menu);

/* What a menu button that shows an icon is called, and the items of its menu. */
void shoal_app_compat_name_menu_button (GtkMenuButton *button, const char *name);

/* What CSS says is the colour of @widget. */
void shoal_app_compat_get_color (GtkWidget *widget, GdkRGBA *color);

G_END_DECLS
