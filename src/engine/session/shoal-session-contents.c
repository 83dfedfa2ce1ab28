/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-contents.h"

#include <string.h>

#include "base/shoal-base-bytes.h"
#include "codec/shoal-codec-names.h"

static void
add_files (ShoalContents *self, const ShoalCodecLayout *layout)
{
  guint i;

  for (i = 0; i < shoal_codec_layout_get_n_files (layout); i++)
    {
      const ShoalCodecFile *file = shoal_codec_layout_get_file (layout, i);
      ShoalFileInfo        *info = g_new0 (ShoalFileInfo, 1);

      info->path = g_strdup (file->path);
      info->size = file->length;
      info->priority = SHOAL_FILE_PRIORITY_NORMAL;
      info->is_pad = (file->flags & SHOAL_CODEC_FILE_PAD) != 0;
      g_ptr_array_add (self->files, info);
    }
}

static void
add_tiers (ShoalContents *self, const ShoalCodecMetainfo *metainfo)
{
  guint                    n, i;
  const ShoalCodecTracker *trackers = shoal_codec_metainfo_get_trackers (metainfo, &n);
  g_autoptr (GStrvBuilder) tier = g_strv_builder_new ();

  for (i = 0; i < n; i++)
    {
      g_strv_builder_add (tier, trackers[i].url);
      if (i + 1 < n && trackers[i + 1].tier == trackers[i].tier)
        continue;
      g_ptr_array_add (self->tiers, g_strv_builder_end (tier));
    }
}

static char **
dup_nodes (const ShoalCodecMetainfo *metainfo)
{
  guint                 n, i;
  const ShoalCodecHost *nodes = shoal_codec_metainfo_get_nodes (metainfo, &n);
  g_autoptr (GStrvBuilder) out = g_strv_builder_new ();

  for (i = 0; i < n; i++)
    {
      gboolean         is_ipv6 = strchr (nodes[i].host, ':') != NULL;
      g_autofree char *text = is_ipv6 ? g_strdup_printf ("[%s]:%u", nodes[i].host, nodes[i].port)
                                      : g_strdup_printf ("%s:%u", nodes[i].host, nodes[i].port);

      g_strv_builder_add (out, text);
    }
  return g_strv_builder_end (out);
}

static char **
dup_strv (const char *const *strings)
{
  g_autoptr (GStrvBuilder) out = g_strv_builder_new ();

  for (; strings != NULL && *strings != NULL; strings++)
    g_strv_builder_add (out, *strings);
  return g_strv_builder_end (out);
}

ShoalContents *
shoal_session_contents_new (const ShoalCodecMetainfo *metainfo)
{
  ShoalContents          *self = shoal_contents_new ();
  const ShoalCodecLayout *layout = shoal_codec_metainfo_get_layout (metainfo);

  self->hashes = *shoal_codec_metainfo_get_hashes (metainfo);
  self->name = g_strdup (shoal_codec_metainfo_get_name (metainfo));
  self->comment = g_strdup (shoal_codec_metainfo_get_comment (metainfo));
  self->creator = g_strdup (shoal_codec_metainfo_get_creator (metainfo));
  self->source = g_strdup (shoal_codec_metainfo_get_source (metainfo));
  self->created_time = shoal_codec_metainfo_get_created (metainfo);
  self->size = shoal_codec_layout_get_data_size (layout);
  self->piece_length = shoal_codec_layout_get_piece_length (layout);
  self->n_pieces = shoal_codec_layout_get_n_pieces (layout);
  self->web_seeds = dup_strv (shoal_codec_metainfo_get_web_seeds (metainfo));
  self->nodes = dup_nodes (metainfo);
  self->is_private = shoal_codec_metainfo_is_private (metainfo);
  self->is_multi_file = shoal_codec_metainfo_has_folder (metainfo);
  self->is_v2_only = shoal_codec_metainfo_is_v2_only (metainfo);
  add_files (self, layout);
  add_tiers (self, metainfo);
  return self;
}

/* Links carry a flat list of trackers: one tier each. */
ShoalContents *
shoal_session_contents_new_from_magnet (const ShoalCodecMagnet *magnet)
{
  ShoalContents *self = shoal_contents_new ();
  g_autoptr (GStrvBuilder) seeds = g_strv_builder_new ();
  guint i;

  self->hashes = magnet->hashes;
  self->name = g_strdup (magnet->name);
  for (i = 0; i < magnet->trackers->len; i++)
    {
      g_autoptr (GStrvBuilder) tier = g_strv_builder_new ();

      g_strv_builder_add (tier, g_array_index (magnet->trackers, ShoalCodecTracker, i).url);
      g_ptr_array_add (self->tiers, g_strv_builder_end (tier));
    }
  for (i = 0; i < magnet->web_seeds->len; i++)
    g_strv_builder_add (seeds, g_ptr_array_index (magnet->web_seeds, i));
  self->web_seeds = g_strv_builder_end (seeds);
  self->is_v2_only = !magnet->hashes.has_v1;
  return self;
}

char *
shoal_session_contents_dup_link_name (const char *said, const ShoalInfoHashes *hashes)
{
  g_autoptr (GString) name = g_string_new (NULL);

  if (said != NULL && shoal_codec_names_append_top (name, (const guint8 *) said, strlen (said)))
    return g_strdup (name->str);
  return shoal_base_hex_dup (hashes->v1.bytes, sizeof hashes->v1.bytes);
}
