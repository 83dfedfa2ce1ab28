/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-share.h"

/* Of an equal part, what is left to a torrent that uses nothing, and to one that cannot. From the
 * larger one a block comes soon enough to show that more is wanted. */
#define FLOOR_OF_EQUAL 8
#define IDLE_OF_EQUAL  64

void
shoal_cli_share_count (ShoalCliShare *self, guint64 bytes, gint64 span_usec)
{
  guint64 bps;

  if (span_usec <= 0)
    return;
  /* Blocks come whole: a slow torrent moves one in this second and none in the next. */
  bps = (guint64) ((double) bytes * G_USEC_PER_SEC / (double) span_usec);
  self->used_bps = self->used_bps / 2 + bps / 2;
}

/* What @self should have; G_MAXUINT64: as much as there is. One that has just met somebody is given
 * the chance to show what it can use. */
static guint64
get_demand (const ShoalCliShare *self, guint64 equal)
{
  guint64 demand;

  if (!self->can_use)
    return MAX (equal / IDLE_OF_EQUAL, 1);
  if (!self->could_use || self->used_bps >= self->bps / 4 * 3)
    return G_MAXUINT64;
  demand = MAX (self->used_bps / 4 * 5, self->bps / 4 * 3);
  return MAX (demand, MAX (equal / FLOOR_OF_EQUAL, 1));
}

/* Serves in full those that want no more than an equal part of the rest. TRUE if there were any. */
static gboolean
serve_modest (GPtrArray *shares, guint64 *demands, guint64 *rest, guint *n_open)
{
  guint64  equal = *rest / *n_open;
  gboolean was_any = FALSE;
  guint    i;

  for (i = 0; i < shares->len; i++)
    {
      ShoalCliShare *share = g_ptr_array_index (shares, i);

      if (demands[i] == 0 || demands[i] > equal)
        continue;
      share->bps = demands[i];
      *rest -= demands[i];
      demands[i] = 0;
      (*n_open)--;
      was_any = TRUE;
    }
  return was_any;
}

/* Those that want more share the rest; without any, those that are at work can grow by it, and
 * without these all. */
static gboolean
has_part (const ShoalCliShare *self, guint64 demand, guint n_open, guint n_able)
{
  if (n_open > 0)
    return demand != 0;
  return n_able == 0 || self->can_use;
}

static void
divide_rest (GPtrArray *shares, const guint64 *demands, guint64 rest, guint n_open)
{
  guint n_able = 0;
  guint n_parts;
  guint i;

  for (i = 0; i < shares->len; i++)
    n_able += ((const ShoalCliShare *) g_ptr_array_index (shares, i))->can_use;
  n_parts = n_open > 0 ? n_open : n_able > 0 ? n_able : shares->len;
  for (i = 0; i < shares->len; i++)
    {
      ShoalCliShare *share = g_ptr_array_index (shares, i);

      if (demands[i] != 0)
        share->bps = 0;
      if (has_part (share, demands[i], n_open, n_able))
        share->bps += rest / n_parts;
      share->bps = MAX (share->bps, 1); /* 0 would be no limit */
      share->could_use = share->can_use;
    }
}

void
shoal_cli_share_divide (GPtrArray *shares, guint64 limit_bps)
{
  g_autofree guint64 *demands = g_new (guint64, shares->len);
  guint64             equal = limit_bps / shares->len;
  guint64             rest = limit_bps;
  guint               n_open = shares->len;
  guint               i;

  for (i = 0; i < shares->len && limit_bps > 0; i++)
    demands[i] = get_demand (g_ptr_array_index (shares, i), equal);
  while (limit_bps > 0 && n_open > 0 && serve_modest (shares, demands, &rest, &n_open))
    ;
  if (limit_bps > 0)
    divide_rest (shares, demands, rest, n_open);
}
