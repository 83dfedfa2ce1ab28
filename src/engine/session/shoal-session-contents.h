/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "codec/shoal-codec-magnet.h"
#include "codec/shoal-codec-metainfo.h"
#include "types/shoal-types-info.h"

G_BEGIN_DECLS

/* What a torrent says, in the form that crosses to the window and the command line. Any thread. */
ShoalContents *shoal_session_contents_new (const ShoalCodecMetainfo *metainfo);

/* What a magnet link says: no sizes, no files. */
ShoalContents *shoal_session_contents_new_from_magnet (const ShoalCodecMagnet *magnet);

/* What a link is called until its torrent's own name is known: @said of it, made safe, else its
 * v1 hash. @said may be NULL. The caller's. */
char *shoal_session_contents_dup_link_name (const char *said, const ShoalInfoHashes *hashes);

G_END_DECLS
