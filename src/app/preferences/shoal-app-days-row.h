/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A row on which days of the week are chosen.
 *
 * Property "days" (int): bit 0 for Monday, to bit 6 for Sunday. */
#define SHOAL_TYPE_APP_DAYS_ROW (shoal_app_days_row_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppDaysRow, shoal_app_days_row, SHOAL, APP_DAYS_ROW, AdwActionRow)

G_END_DECLS
