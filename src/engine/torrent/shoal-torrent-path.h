/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "codec/shoal-codec-metainfo.h"

G_BEGIN_DECLS

/* Where @file lies below the folder; @root_name: what the top is called there, NULL: as in the
 * torrent. The caller's. */
char *shoal_torrent_path_make (ShoalCodecMetainfo *metainfo, const char *root_name, guint file);

G_END_DECLS
