/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* The rates of the last minutes: down as an area, up as a line. Drawn once a second while it is on
 * the screen and something has moved.
 *
 * Signal "renewed" (ShoalAppSpeedGraph *, gpointer): it shows something else than before. */
#define SHOAL_TYPE_APP_SPEED_GRAPH (shoal_app_speed_graph_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppSpeedGraph, shoal_app_speed_graph, SHOAL, APP_SPEED_GRAPH, GtkWidget)

/* Once. The session outlives the graph. */
void shoal_app_speed_graph_set_session (ShoalAppSpeedGraph *self, ShoalAppSession *session);

/* Value 0: all torrents together. */
void shoal_app_speed_graph_set_torrent (ShoalAppSpeedGraph *self, ShoalTorrentId id);

void shoal_app_speed_graph_set_minutes (ShoalAppSpeedGraph *self, guint minutes);

/* The last of the rates it shows. */
ShoalModelRates shoal_app_speed_graph_get_now (ShoalAppSpeedGraph *self);

G_END_DECLS
