/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Colours for what is drawn and not styled, each from the style sheet. */
typedef enum
{
  SHOAL_APP_INK_TEXT,
  SHOAL_APP_INK_HERE,   /* what is on the disk */
  SHOAL_APP_INK_COMING, /* what is on its way */
  SHOAL_APP_INK_OTHERS, /* what others have, at its strongest */
  SHOAL_APP_INK_LINE,   /* frames, scales, and what nobody has */
  SHOAL_APP_INK_DOWN,
  SHOAL_APP_INK_DOWN_AREA,
  SHOAL_APP_INK_UP,
} ShoalAppInk;

/* As @widget is to draw now: light or dark, and stronger with high contrast. */
GdkRGBA shoal_app_paint_get (GtkWidget *widget, ShoalAppInk ink);

/* Calls @func with @widget when colours may have changed, as long as it lives. */
void shoal_app_paint_follow (GtkWidget *widget, GCallback func);

/* Premultiplied, as GDK_MEMORY_DEFAULT has it on this machine. */
guint32 shoal_app_paint_to_pixel (const GdkRGBA *colour);

G_END_DECLS
