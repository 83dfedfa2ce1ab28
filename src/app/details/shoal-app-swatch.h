/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A small sample of how something is drawn, beside what it means. For the eye alone. Its property
 * "kind" (string) is one of "here", "coming", "others", "nobody" of the piece map, "down" or "up"
 * of the speed graph. */
#define SHOAL_TYPE_APP_SWATCH (shoal_app_swatch_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppSwatch, shoal_app_swatch, SHOAL, APP_SWATCH, GtkWidget)

G_END_DECLS
