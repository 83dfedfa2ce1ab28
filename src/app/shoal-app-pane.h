/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A part of the window that asks for its least width and no more, whatever its child would like:
 * which parts stand side by side depends on the window, not on what they say at the moment.
 *
 * Property "most-width" (int, −1): the least width is this at most. For what becomes narrower by
 * itself, once the window has. */
#define SHOAL_TYPE_APP_PANE (shoal_app_pane_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppPane, shoal_app_pane, SHOAL, APP_PANE, GtkWidget)

G_END_DECLS
