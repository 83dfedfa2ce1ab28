/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"

G_BEGIN_DECLS

/* Which address others see us at, as those tell who answer us (BEP 42). One of them may lie: what
 * counts is what most of the last voters say, each network having one vote. A value,
 * zero-initialised. One thread. */

#define SHOAL_DISCOVER_DHT_MAX_VOTES 16

/* Votes for the same address without which nothing is decided. */
#define SHOAL_DISCOVER_DHT_MIN_VOTES 4

typedef struct
{
  struct
  {
    ShoalBaseAddress voter;
    ShoalBaseAddress choice;
  } votes[SHOAL_DISCOVER_DHT_MAX_VOTES];
  guint            n_votes;
  guint            next;   /* whose place the next vote takes once all are taken */
  ShoalBaseAddress winner; /* family 0: not decided */
} ShoalDiscoverDhtVotes;

/* @voter says that we are at @choice. TRUE: the winner is another from now on. Local choices do not
 * count, nor those of another family than the voter's. */
gboolean shoal_discover_dht_votes_add (ShoalDiscoverDhtVotes  *self,
                                       const ShoalBaseAddress *voter,
                                       const ShoalBaseAddress *choice);

G_END_DECLS
