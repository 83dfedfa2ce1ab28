/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-goals.h"

G_BEGIN_DECLS

/* When seeding ends, in words: "at a ratio of 2.00, after 3 days, when nobody takes anything for 2
 * hours". The caller's. */
char *shoal_app_goals_dup_text (const ShoalSeedGoals *goals);

G_END_DECLS
