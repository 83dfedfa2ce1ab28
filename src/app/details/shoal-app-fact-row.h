/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A row that says one thing: its title, what that is, and below it what it is for this torrent.
 * Neither is markup. Its property "copied" (string) says what is told when it was copied; only a
 * row that has it has a button for that. */
#define SHOAL_TYPE_APP_FACT_ROW (shoal_app_fact_row_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppFactRow, shoal_app_fact_row, SHOAL, APP_FACT_ROW, AdwActionRow)

/* @text NULL: the row is not shown. A stranger's words are made visible by the caller. */
void shoal_app_fact_row_set_text (ShoalAppFactRow *self, const char *text);

/* What is copied, if not the text; NULL: nothing can be. */
void shoal_app_fact_row_set_source (ShoalAppFactRow *self, const char *source);

G_END_DECLS
