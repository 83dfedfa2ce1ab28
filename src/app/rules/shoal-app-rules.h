/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "types/shoal-types-settings.h"

G_BEGIN_DECLS

/* What the person has laid down about when Shoal may do what: it keeps the alternative limits on or
 * off by their timetable, in the setting of that name, and says whether everything rests because of
 * the connection or the battery. UI context only.
 *
 * Signal "hold" (ShoalAppRules *, gpointer): shoal_app_rules_get_hold() is different. */
#define SHOAL_TYPE_APP_RULES (shoal_app_rules_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppRules, shoal_app_rules, SHOAL, APP_RULES, GObject)

ShoalAppRules *shoal_app_rules_new (GSettings *settings);

ShoalHold shoal_app_rules_get_hold (ShoalAppRules *self);

/* The person wants to go on all the same: what holds now does not hold any more until it has been
 * over once. */
void shoal_app_rules_go_on (ShoalAppRules *self);

G_END_DECLS
