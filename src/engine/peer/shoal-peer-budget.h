/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How much of no use a remote may send. Honest ones do so too (a cancel that crosses its block), in
 * bursts; only without end it is a flood. Zero-initialised: a full budget. */
typedef struct
{
  guint  spent;
  gint64 usec; /* when `spent` was last brought up to date */
} ShoalPeerBudget;

/* An honest burst: all cancels of an end game, twice. */
#define SHOAL_PEER_BUDGET_BURST 1000

#define SHOAL_PEER_BUDGET_PER_SEC 100

/* FALSE when it is used up. */
gboolean shoal_peer_budget_spend (ShoalPeerBudget *self, gint64 now_usec, guint cost);

G_END_DECLS
