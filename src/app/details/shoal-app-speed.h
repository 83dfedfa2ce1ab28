/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* The speed graph with what belongs to it: how many minutes it shows, which is remembered, and what
 * its curves are. */
#define SHOAL_TYPE_APP_SPEED (shoal_app_speed_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppSpeed, shoal_app_speed, SHOAL, APP_SPEED, AdwBin)

/* Once. It shows all torrents together until it is given one. The session outlives it. */
void shoal_app_speed_set_session (ShoalAppSpeed *self, ShoalAppSession *session);

/* Value 0: all torrents together. */
void shoal_app_speed_set_torrent (ShoalAppSpeed *self, ShoalTorrentId id);

G_END_DECLS
