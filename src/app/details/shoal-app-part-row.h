/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The row of a person, a tracker, or another way to find people: a title with something beside it,
 * and up to three lines of facts. Recycled. */
#define SHOAL_TYPE_APP_PART_ROW (shoal_app_part_row_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppPartRow, shoal_app_part_row, SHOAL, APP_PART_ROW, GtkBox)

GtkWidget *shoal_app_part_row_new (void);

#define SHOAL_APP_PART_ROW_LINES 3

typedef struct
{
  const char *title;
  const char *aside;                           /* NULL: nothing */
  const char *lines[SHOAL_APP_PART_ROW_LINES]; /* NULL: not there */
} ShoalAppPartTexts;

/* Text, not markup, fit to be shown. What is the same is left alone. */
void shoal_app_part_row_set_texts (ShoalAppPartRow *self, const ShoalAppPartTexts *texts);

/* What the row shows; for its page. */
gpointer shoal_app_part_row_get_item (ShoalAppPartRow *self);

/* References it; NULL: nothing any more. */
void shoal_app_part_row_set_item (ShoalAppPartRow *self, gpointer item);

G_END_DECLS
