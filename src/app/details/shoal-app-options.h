/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* What can be set of one torrent, or of several at once: then what differs among them is said, and
 * what is changed is set of all. Groups of rows one below the other; who holds it lets it scroll.
 */
#define SHOAL_TYPE_APP_OPTIONS (shoal_app_options_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppOptions, shoal_app_options, SHOAL, APP_OPTIONS, GtkBox)

/* Once, after construction. */
void shoal_app_options_set_session (ShoalAppOptions *self, ShoalAppSession *session);

/* Of ShoalModelTorrent; copied. NULL: none. */
void shoal_app_options_set_torrents (ShoalAppOptions *self, GPtrArray *torrents);

G_END_DECLS
