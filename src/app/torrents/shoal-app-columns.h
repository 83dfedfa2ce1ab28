/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "app/shoal-app-column.h"

G_BEGIN_DECLS

/* Left and right of what stands in a cell, in pixels. */
#define SHOAL_APP_COLUMN_PADDING 8

/* Which columns the table shows, in which order and how wide: as the person chose, kept in the
 * settings. The name is always among them.
 *
 * Signals: "changed" (ShoalAppColumns *, gpointer): which there are, or their order; "resized" (the
 * same): how wide they are, or how high the rows. */
#define SHOAL_TYPE_APP_COLUMNS (shoal_app_columns_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppColumns, shoal_app_columns, SHOAL, APP_COLUMNS, GObject)

ShoalAppColumns *shoal_app_columns_new (GSettings *settings);

/* Those that are shown, first to last; borrowed until the next change. */
const ShoalAppColumn *shoal_app_columns_get_shown (ShoalAppColumns *self, guint *n_shown);

gboolean shoal_app_columns_is_shown (ShoalAppColumns *self, ShoalAppColumn column);

/* Nothing for the name. */
void shoal_app_columns_set_shown (ShoalAppColumns *self, ShoalAppColumn column, gboolean is_shown);

/* Its place among those that are shown; the number of them if it is not. */
guint shoal_app_columns_get_position (ShoalAppColumns *self, ShoalAppColumn column);

/* @position is clamped. Nothing for a column that is not shown. */
void shoal_app_columns_move (ShoalAppColumns *self, ShoalAppColumn column, guint position);

/* As before anybody has chosen anything. */
void shoal_app_columns_reset (ShoalAppColumns *self);

/* What the font makes of it, in pixels: how wide a character is and how high a line, and how much
 * larger than usual the person wants texts (1.0: as usual). */
typedef struct
{
  double scale;
  int    char_width;
  int    line_height;
} ShoalAppColumnMetrics;

void shoal_app_columns_set_metrics (ShoalAppColumns *self, const ShoalAppColumnMetrics *metrics);

int shoal_app_columns_get_line_height (ShoalAppColumns *self);

int shoal_app_columns_get_char_width (ShoalAppColumns *self);

/* In pixels. 0 is the usual width again. A width is kept in the settings only by
 * shoal_app_columns_save(), when the hand has let go. */
void shoal_app_columns_set_width (ShoalAppColumns *self, ShoalAppColumn column, int width);

int shoal_app_columns_get_width (ShoalAppColumns *self, ShoalAppColumn column);

void shoal_app_columns_save (ShoalAppColumns *self);

/* All that are shown together. */
int shoal_app_columns_get_total_width (ShoalAppColumns *self);

/* Where a column lies in a row. */
typedef struct
{
  int x;
  int width;
} ShoalAppColumnPlace;

/* One for each that is shown; what a row of @width has more than they need goes to the name. From
 * the left, or with @is_rtl from the right. */
void shoal_app_columns_place (ShoalAppColumns     *self,
                              int                  width,
                              gboolean             is_rtl,
                              ShoalAppColumnPlace *places);

G_END_DECLS
