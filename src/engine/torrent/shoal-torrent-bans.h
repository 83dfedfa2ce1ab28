/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "base/shoal-base-ids.h"

G_BEGIN_DECLS

/* Who may not take part in a torrent. A global peer is banned with its host, whatever the port; on
 * this machine and network one host may hold many peers, and each is one by address and port, and
 * by its peer id. Each kind of name is kept SHOAL_TORRENT_MAX_BANS times at most. One thread. */
typedef struct _ShoalTorrentBans ShoalTorrentBans;

#define SHOAL_TORRENT_MAX_BANS 4096

/* As the database keeps it: values stay what they are. */
typedef enum
{
  SHOAL_TORRENT_BAN_BAD_DATA,
  SHOAL_TORRENT_BAN_PERSON,
} ShoalTorrentBanReason;

typedef struct
{
  ShoalBaseAddress      address; /* of a global one the host, its port 0 */
  ShoalPeerId           peer_id; /* of a local one that said it */
  ShoalTorrentBanReason reason;
  gboolean              has_peer_id;
} ShoalTorrentBan;

ShoalTorrentBans *shoal_torrent_bans_new (void);

void shoal_torrent_bans_free (ShoalTorrentBans *self);

/* Until it is dropped. @peer_id may be NULL. */
void shoal_torrent_bans_add (ShoalTorrentBans       *self,
                             const ShoalBaseAddress *address,
                             const ShoalPeerId      *peer_id,
                             ShoalTorrentBanReason   reason);

/* @address may take part again, or, with NULL, everybody. FALSE: nobody was banned by it. */
gboolean shoal_torrent_bans_drop (ShoalTorrentBans *self, const ShoalBaseAddress *address);

/* @peer_id may be NULL: not known yet. */
gboolean shoal_torrent_bans_contain (const ShoalTorrentBans *self,
                                     const ShoalBaseAddress *address,
                                     const ShoalPeerId      *peer_id);

/* All, as GArray of ShoalTorrentBan, in the order they came; borrowed. */
const GArray *shoal_torrent_bans_get (const ShoalTorrentBans *self);

G_END_DECLS
