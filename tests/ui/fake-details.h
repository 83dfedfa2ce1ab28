/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-info.h"

/* What an engine that is none says of a torrent that is watched: made up of its row, each time the
 * same for the same row. SHOAL_FAKE_PIECES: how many pieces it has (one for each MB). */
ShoalTorrentDetails *fake_details_new (const ShoalTorrentInfo *info, ShoalWatch what, guint tick);

/* What its .torrent says. The caller's. */
ShoalContents *fake_details_dup_contents (const ShoalTorrentInfo *info);
