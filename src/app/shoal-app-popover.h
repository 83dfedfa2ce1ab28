/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* From now on a popover that is closed hears no events, whichever of the program it is. GTK 4.8
 * goes on to tell it where the pointer is, in each frame in which the window is laid out; it then
 * has the pointer, and the next press on the window reaches nobody. Called once. */
void shoal_app_popover_watch_all (void);

G_END_DECLS
