/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How far a torrent is, for the eye alone: one widget that draws itself, where GtkProgressBar is
 * three that are measured and placed whenever it moves. The trough is its CSS background, what is
 * done has its CSS colour. */
#define SHOAL_TYPE_APP_TABLE_BAR (shoal_app_table_bar_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppTableBar, shoal_app_table_bar, SHOAL, APP_TABLE_BAR, GtkWidget)

GtkWidget *shoal_app_table_bar_new (void);

/* 0.0 to 1.0. */
void shoal_app_table_bar_set_fraction (ShoalAppTableBar *self, double fraction);

G_END_DECLS
