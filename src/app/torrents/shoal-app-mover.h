/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* Moves the files of torrents to a folder that the person chooses. One question at a time. */
typedef struct _ShoalAppMover ShoalAppMover;

/* The chooser is shown over the window of @widget, which outlives this. */
ShoalAppMover *shoal_app_mover_new (GtkWidget *widget, ShoalAppSession *session);

/* Takes the chooser back, if it is open. */
void shoal_app_mover_free (ShoalAppMover *self);

/* @torrents: of ShoalModelTorrent, copied. Those that lie in the folder already stay as they are;
 * what cannot be moved is told by the session. */
void shoal_app_mover_ask (ShoalAppMover *self, GPtrArray *torrents);

G_END_DECLS
