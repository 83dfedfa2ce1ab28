/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-goals.h"

G_BEGIN_DECLS

/* When a seed has been given to others for long enough. Pure. */

/* What of a seed counts for its goals. */
typedef struct
{
  guint64 uploaded;
  guint64 basis;   /* what its share ratio is of: its size, or what came, if that was more */
  guint64 seconds; /* of seeding */
  guint64 idle_seconds;
} ShoalSessionGoalFacts;

/* In how many seconds of seeding a goal is reached, if nobody takes anything until then; 0: one is
 * already; G_MAXUINT64: by itself none is. */
guint64 shoal_session_goals_get_wait (const ShoalSeedGoals        *goals,
                                      const ShoalSessionGoalFacts *facts);

G_END_DECLS
