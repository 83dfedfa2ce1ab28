/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-snapshot.h"

G_BEGIN_DECLS

/* Whether other people can reach this computer, in a few words; static, in the person's language.
 */
const char *shoal_app_reach_get_title (const ShoalTotals *totals);

/* How that is known, and what to do if they cannot; the caller's. */
char *shoal_app_reach_dup_text (const ShoalTotals *totals);

G_END_DECLS
