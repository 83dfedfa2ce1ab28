/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdatomic.h>

#include "base/shoal-base-address.h"
#include "types/shoal-types-goals.h"

G_BEGIN_DECLS

typedef enum
{
  SHOAL_ENCRYPTION_OFF,
  SHOAL_ENCRYPTION_ALLOW,
  SHOAL_ENCRYPTION_PREFER,
  SHOAL_ENCRYPTION_REQUIRE,
} ShoalEncryption;

/* Why everything rests for now, although nobody paused it. */
typedef enum
{
  SHOAL_HOLD_NONE,
  SHOAL_HOLD_METERED, /* the connection costs by what goes over it */
  SHOAL_HOLD_POWER,   /* the battery is being saved */
} ShoalHold;

/* How the engine behaves, as one immutable value: filled by its maker after shoal_settings_new(),
 * then only read. A change is a new ShoalSettings sent by command. The defaults are those of the
 * command line (cli's --help) and of the window's schema; a test compares them. */
typedef struct
{
  atomic_uint ref_count; /* by shoal_settings_ref() and shoal_settings_unref() only */

  guint16 port;           /* TCP and UDP; 0: any free one. 51413, or the next free ones */
  GArray *bind_addresses; /* owned, of ShoalBaseAddress; empty: all. Port ignored */

  GPtrArray *dht_nodes; /* owned, of char *: "host:port" of nodes to enter the DHT by; empty: the
                         * public ones */

  guint64 down_limit_bps; /* 0: none */
  guint64 up_limit_bps;
  guint   max_peers; /* connections overall */
  guint   max_peers_per_torrent;
  guint   max_slots; /* unchoked peers overall; 0: as many as the torrents have */
  guint   max_slots_per_torrent;

  gsize memory_budget_bytes; /* blocks in flight: received, not yet on disk */

  ShoalEncryption encryption;

  guint max_downloading; /* torrents at once, without those at which nothing comes; 0: no limit */
  guint max_seeding; /* the same of those that are complete, without those that nobody takes from */
  ShoalSeedGoals goals; /* of torrents that have none of their own */
  ShoalHold      hold;

  guint allow_local : 1; /* strangers may name local addresses */
  guint use_dht : 1;
  guint use_pex : 1;
  guint use_lsd : 1;
  guint use_utp : 1;
  guint use_tcp : 1;
  guint use_port_mapping : 1;
  guint is_metered : 1; /* traffic is paid for: our node of the DHT serves nobody (BEP 43) */
} ShoalSettings;

ShoalSettings *shoal_settings_new (void);

/* A new one with the same content, to be changed before it is published. */
ShoalSettings *shoal_settings_copy (const ShoalSettings *self);

ShoalSettings *shoal_settings_ref (const ShoalSettings *self);

void shoal_settings_unref (ShoalSettings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalSettings, shoal_settings_unref)

G_END_DECLS
