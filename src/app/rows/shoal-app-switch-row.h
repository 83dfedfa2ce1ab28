/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A row with a switch, which libadwaita has from 1.4 on. The keys stop at the row, not at the
 * switch in it; it says to a screen reader whether it is on.
 *
 * Property "active" (gboolean, FALSE).
 * Signal "changed" (ShoalAppSwitchRow *, gboolean is_on): by the person's hand only. */
#define SHOAL_TYPE_APP_SWITCH_ROW (shoal_app_switch_row_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppSwitchRow, shoal_app_switch_row, SHOAL, APP_SWITCH_ROW, AdwActionRow)

/* Shows a value of what is selected, which may differ. @hint: of the subtitle; NULL: none. */
void shoal_app_switch_row_show (ShoalAppSwitchRow *self,
                                gboolean           is_on,
                                gboolean           is_mixed,
                                const char        *hint);

void shoal_app_switch_row_set_is_on (ShoalAppSwitchRow *self, gboolean is_on);

gboolean shoal_app_switch_row_get_is_on (ShoalAppSwitchRow *self);

G_END_DECLS
