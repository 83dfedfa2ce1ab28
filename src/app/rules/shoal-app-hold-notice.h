/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/rules/shoal-app-rules.h"

G_BEGIN_DECLS

/* Says above the list that everything rests, and why, for as long as it does; a button goes on in
 * spite of that. */
#define SHOAL_TYPE_APP_HOLD_NOTICE (shoal_app_hold_notice_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppHoldNotice, shoal_app_hold_notice, SHOAL, APP_HOLD_NOTICE, AdwBin)

/* Once. */
void shoal_app_hold_notice_set_rules (ShoalAppHoldNotice *self, ShoalAppRules *rules);

G_END_DECLS
