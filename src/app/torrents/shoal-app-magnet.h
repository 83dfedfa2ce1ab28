/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* Puts the magnet links of @torrents, of ShoalModelTorrent, into the clipboard of @widget, one a
 * line, and says so by the action "win.toast" (s): as soon as the engine has named their trackers.
 */
void shoal_app_magnet_copy (GtkWidget *widget, ShoalAppSession *session, GPtrArray *torrents);

G_END_DECLS
