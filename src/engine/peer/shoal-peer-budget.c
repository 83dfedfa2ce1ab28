/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer/shoal-peer-budget.h"

gboolean
shoal_peer_budget_spend (ShoalPeerBudget *self, gint64 now_usec, guint cost)
{
  gint64 back = (now_usec - self->usec) / (G_USEC_PER_SEC / SHOAL_PEER_BUDGET_PER_SEC);

  if (back >= self->spent)
    {
      self->spent = 0;
      self->usec = now_usec;
    }
  else if (back > 0)
    {
      self->spent -= (guint) back;
      self->usec += back * (G_USEC_PER_SEC / SHOAL_PEER_BUDGET_PER_SEC);
    }
  self->spent = MIN (self->spent + cost, SHOAL_PEER_BUDGET_BURST + 1);
  return self->spent <= SHOAL_PEER_BUDGET_BURST;
}
