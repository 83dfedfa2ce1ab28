/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-path.h"

#include <string.h>

char *
shoal_torrent_path_make (ShoalCodecMetainfo *metainfo, const char *root_name, guint file)
{
  const ShoalCodecLayout *layout = shoal_codec_metainfo_get_layout (metainfo);
  const char             *path = shoal_codec_layout_get_file (layout, file)->path;

  if (root_name == NULL)
    return g_strdup (path);
  if (!shoal_codec_metainfo_has_folder (metainfo))
    return g_strdup (root_name);
  return g_strconcat (root_name, strchr (path, '/'), NULL);
}
