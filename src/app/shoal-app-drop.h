/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What was dropped, of GFile: local files, links, or links in text; none: there is no link in the
 * text, and somebody should say so. */
typedef void (*ShoalAppDropFunc) (GFile **files, guint n_files, gpointer user_data);

/* The links in @text, as shoal_app_link_find() finds any: of GFile; the caller's. */
GPtrArray *shoal_app_drop_read_text (const char *text);

/* Lets files, links and text be dropped on @widget; @revealer shows its child while something that
 * can be dropped is above it. Neither is referenced. */
void shoal_app_drop_install (GtkWidget       *widget,
                             GtkRevealer     *revealer,
                             ShoalAppDropFunc func,
                             gpointer         user_data);

G_END_DECLS
