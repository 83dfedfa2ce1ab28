/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What was dropped, of GFile: local files, links, or lines of text that are links. */
typedef void (*ShoalAppDropFunc) (GFile **files, guint n_files, gpointer user_data);

/* The links in lines of @text, and info-hashes that stand alone in one: of GFile; the caller's. */
GPtrArray *shoal_app_drop_read_text (const char *text);

/* Lets files, links and text be dropped on @widget; @revealer shows its child while something that
 * can be dropped is above it. Neither is referenced. */
void shoal_app_drop_install (GtkWidget       *widget,
                             GtkRevealer     *revealer,
                             ShoalAppDropFunc func,
                             gpointer         user_data);

G_END_DECLS
