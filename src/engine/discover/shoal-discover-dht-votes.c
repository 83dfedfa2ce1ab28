/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-votes.h"

#include "base/shoal-base-policy.h"
#include "discover/shoal-discover-dht-id.h"

/* The place of @voter's vote: its last one's, a free one, or the oldest one's. */
static guint
find_place (ShoalDiscoverDhtVotes *self, const ShoalBaseAddress *voter)
{
  guint i;

  for (i = 0; i < self->n_votes; i++)
    if (shoal_discover_dht_id_is_same_network (&self->votes[i].voter, voter))
      return i;
  if (self->n_votes < SHOAL_DISCOVER_DHT_MAX_VOTES)
    return self->n_votes++;
  self->next = (self->next + 1) % SHOAL_DISCOVER_DHT_MAX_VOTES;
  return self->next;
}

static guint
count (const ShoalDiscoverDhtVotes *self, const ShoalBaseAddress *choice)
{
  guint n = 0, i;

  for (i = 0; i < self->n_votes; i++)
    n += shoal_base_address_equal_ip (&self->votes[i].choice, choice);
  return n;
}

gboolean
shoal_discover_dht_votes_add (ShoalDiscoverDhtVotes  *self,
                              const ShoalBaseAddress *voter,
                              const ShoalBaseAddress *choice)
{
  guint place, n;

  if (choice->family != voter->family ||
      shoal_base_policy_classify (choice) != SHOAL_BASE_POLICY_KIND_GLOBAL)
    return FALSE;
  place = find_place (self, voter);
  self->votes[place].voter = *voter;
  self->votes[place].choice = *choice;
  n = count (self, choice);
  if (n < SHOAL_DISCOVER_DHT_MIN_VOTES || n * 2 <= self->n_votes ||
      shoal_base_address_equal_ip (&self->winner, choice))
    return FALSE;
  self->winner = *choice;
  self->winner.port = 0;
  return TRUE;
}
