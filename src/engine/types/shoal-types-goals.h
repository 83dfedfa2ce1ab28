/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SHOAL_GOAL_ACTION_STOP,   /* the seed switch goes off */
  SHOAL_GOAL_ACTION_REMOVE, /* the torrent leaves the list; its files stay */
} ShoalGoalAction;

/* When a torrent has been given to others for long enough; the first that is reached counts. */
typedef struct
{
  int ratio_1000;               /* uploaded by size, or by what was downloaded, if that was more; in
                                 * thousandths; −1: never by this */
  guint           minutes;      /* of seeding; 0: never by this */
  guint           idle_minutes; /* since anybody took anything of it; 0: never by this */
  ShoalGoalAction action;
} ShoalSeedGoals;

#define SHOAL_SEED_GOALS_NONE ((ShoalSeedGoals){ .ratio_1000 = -1 })

static inline gboolean
shoal_seed_goals_equal (const ShoalSeedGoals *a, const ShoalSeedGoals *b)
{
  return a->ratio_1000 == b->ratio_1000 && a->minutes == b->minutes &&
         a->idle_minutes == b->idle_minutes && a->action == b->action;
}

G_END_DECLS
