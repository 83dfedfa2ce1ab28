/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "peer/shoal-peer-budget.h"

#define START (1000 * G_USEC_PER_SEC)

static void
test_burst (void)
{
  ShoalPeerBudget budget = { 0 };

  for (guint i = 0; i < SHOAL_PEER_BUDGET_BURST; i++)
    g_assert_true (shoal_peer_budget_spend (&budget, START, 1));
  g_assert_false (shoal_peer_budget_spend (&budget, START, 1));
}

/* What comes back in a second can be spent in a second, for ever; a little more cannot. */
static void
test_steady (void)
{
  static const struct
  {
    guint    per_sec;
    gboolean lasts;
  } ROWS[] = {
    { SHOAL_PEER_BUDGET_PER_SEC / 2, TRUE },
    { SHOAL_PEER_BUDGET_PER_SEC, TRUE },
    { SHOAL_PEER_BUDGET_PER_SEC + 10, FALSE },
    { SHOAL_PEER_BUDGET_PER_SEC * 20, FALSE },
  };

  for (guint row = 0; row < G_N_ELEMENTS (ROWS); row++)
    {
      ShoalPeerBudget budget = { 0 };
      gboolean        lasts = TRUE;
      guint           n = 600 * ROWS[row].per_sec;

      for (guint i = 0; i < n && lasts; i++)
        lasts = shoal_peer_budget_spend (
            &budget, START + (gint64) i * G_USEC_PER_SEC / ROWS[row].per_sec, 1);
      g_assert_cmpint (lasts, ==, ROWS[row].lasts);
    }
}

static void
test_recovers (void)
{
  ShoalPeerBudget budget = { 0 };

  g_assert_false (shoal_peer_budget_spend (&budget, START, G_MAXINT));
  g_assert_true (shoal_peer_budget_spend (&budget, START + 11 * G_USEC_PER_SEC, 50));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer/budget/burst", test_burst);
  g_test_add_func ("/peer/budget/steady", test_steady);
  g_test_add_func ("/peer/budget/recovers", test_recovers);
  return g_test_run ();
}
