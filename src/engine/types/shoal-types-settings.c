/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "types/shoal-types-settings.h"

#include "types/shoal-types-count.h"

ShoalSettings *
shoal_settings_new (void)
{
  ShoalSettings *self = g_new0 (ShoalSettings, 1);

  atomic_init (&self->ref_count, 1);
  self->port = 51413;
  self->bind_addresses = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  self->dht_nodes = g_ptr_array_new_with_free_func (g_free);
  self->max_peers = 500;
  self->max_peers_per_torrent = 80;
  self->max_slots_per_torrent = 8;
  self->memory_budget_bytes = 20 * 1024 * 1024;
  self->encryption = SHOAL_ENCRYPTION_ALLOW;
  self->max_downloading = 5;
  self->goals = SHOAL_SEED_GOALS_NONE;
  self->use_dht = self->use_pex = self->use_lsd = TRUE;
  self->use_utp = self->use_tcp = self->use_port_mapping = TRUE;
  return self;
}

ShoalSettings *
shoal_settings_copy (const ShoalSettings *self)
{
  ShoalSettings *copy = g_memdup2 (self, sizeof *self);
  guint          i;

  atomic_init (&copy->ref_count, 1);
  copy->bind_addresses = g_array_copy (self->bind_addresses);
  copy->dht_nodes = g_ptr_array_new_with_free_func (g_free);
  for (i = 0; i < self->dht_nodes->len; i++)
    g_ptr_array_add (copy->dht_nodes, g_strdup (g_ptr_array_index (self->dht_nodes, i)));
  return copy;
}

ShoalSettings *
shoal_settings_ref (const ShoalSettings *self)
{
  return shoal_types_ref (self);
}

void
shoal_settings_unref (ShoalSettings *self)
{
  if (!shoal_types_unref (self))
    return;
  g_array_unref (self->bind_addresses);
  g_ptr_array_unref (self->dht_nodes);
  g_free (self);
}
