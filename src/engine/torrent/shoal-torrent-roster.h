/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wire/shoal-wire-pex.h"

G_BEGIN_DECLS

/* Whom a torrent is connected to, as peer exchange tells it (BEP 11): a set of addresses, and a
 * diary of who came and went, of which each reader has read so much. What came and went between two
 * readings is left out. Pure: the caller's clock. One thread. */
typedef struct _ShoalTorrentRoster ShoalTorrentRoster;

/* Added, and the same number dropped, in one reading but the first. */
#define SHOAL_TORRENT_ROSTER_MAX_ROWS 50

/* Added in the first reading. */
#define SHOAL_TORRENT_ROSTER_MAX_FIRST 200

/* The diary's length: who reads so late that more has happened does not hear of the oldest. */
#define SHOAL_TORRENT_ROSTER_MAX_EVENTS 2048

/* While fewer than this are connected in a family, so many that left for no fault of theirs stay in
 * the set until each reader has had the time to hear of them. */
#define SHOAL_TORRENT_ROSTER_FEW         25
#define SHOAL_TORRENT_ROSTER_LINGER_USEC (90 * (gint64) G_USEC_PER_SEC)

/* Whether the reader may be told of @address; the answer is always the same. */
typedef gboolean (*ShoalTorrentRosterFilter) (gpointer owner, const ShoalBaseAddress *address);

/* Who reads, and how far he has read: the rest is zero at first. */
typedef struct
{
  ShoalTorrentRosterFilter filter;
  gpointer                 owner; /* unowned: contains this */
  guint64                  position;

  guint is_begun : 1;
} ShoalTorrentRosterReader;

ShoalTorrentRoster *shoal_torrent_roster_new (void);

void shoal_torrent_roster_free (ShoalTorrentRoster *self);

/* @flags: of ShoalWirePexFlags. Who is there already gets them too. */
void
shoal_torrent_roster_join (ShoalTorrentRoster *self, const ShoalBaseAddress *address, guint8 flags);

/* Nothing happens if it is not there. @may_linger: it left for no fault of its own, and is likely
 * to be there still. */
void shoal_torrent_roster_leave (ShoalTorrentRoster     *self,
                                 const ShoalBaseAddress *address,
                                 gboolean                may_linger,
                                 gint64                  now_usec);

/* Connected and lingering. */
guint shoal_torrent_roster_get_size (const ShoalTorrentRoster *self);

/* What @reader has not read yet, as far as one message may hold it, is appended to @added (of
 * ShoalWirePexRow) and @dropped (of ShoalBaseAddress). Returns whether there was anything. */
gboolean shoal_torrent_roster_read (ShoalTorrentRoster       *self,
                                    ShoalTorrentRosterReader *reader,
                                    gint64                    now_usec,
                                    GArray                   *added,
                                    GArray                   *dropped);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalTorrentRoster, shoal_torrent_roster_free)

G_END_DECLS
