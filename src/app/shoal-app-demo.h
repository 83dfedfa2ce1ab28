/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* `shoal --demo`: a private swarm on this machine's loopback, in a temporary folder: sample data, a
 * torrent, a tracker and two seeds; the window downloads it. UI thread. */
typedef struct _ShoalAppDemo ShoalAppDemo;

/* Makes the temporary folder and lets this process keep its state there: to be called before
 * anything asks for the state folder. NULL, said on standard error, if that cannot be done. */
ShoalAppDemo *shoal_app_demo_new (void);

/* Makes the data, starts the swarm and adds the torrent to @session, in the background. Once. */
void shoal_app_demo_start (ShoalAppDemo *self, ShoalAppSession *session);

/* Compares what was downloaded with the source, says on standard output what was verified and how
 * fast, and leaves nothing behind. Blocks; after the engine of the window has ended. TRUE: all was
 * right. */
gboolean shoal_app_demo_finish (ShoalAppDemo *self);

G_END_DECLS
