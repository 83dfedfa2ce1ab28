/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* Asks, over the window of @widget, for another name of what all of the torrent lies in, on the
 * disk and in the list; what is wrong with one is said there. */
void shoal_app_rename_ask (GtkWidget *widget, ShoalAppSession *session, ShoalModelTorrent *torrent);

/* Whether it can be asked: a link has no files yet, and those that are moving stay as they are. */
gboolean shoal_app_rename_is_possible (ShoalModelTorrent *torrent);

G_END_DECLS
