/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-target.h"

#include <glib.h>
#include <string.h>

#include "codec/shoal-codec-magnet.h"
#include "codec/shoal-codec-metainfo.h"
#include "codec/shoal-codec-names.h"

/* Every component may be given to the file system. */
static void
check_path (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  guint i;

  g_assert_true (g_utf8_validate (path, -1, NULL));
  g_assert_cmpuint (g_strv_length (parts), <=, SHOAL_CODEC_NAMES_MAX_DEPTH + 1);
  for (i = 0; parts[i] != NULL; i++)
    {
      g_assert_cmpuint (strlen (parts[i]), >, 0);
      g_assert_cmpuint (strlen (parts[i]), <=, SHOAL_CODEC_NAMES_MAX_COMPONENT);
      g_assert_cmpstr (parts[i], !=, ".");
      g_assert_cmpstr (parts[i], !=, "..");
    }
}

static void
check_files (const ShoalCodecLayout *layout)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint64 end = 0;
  guint   i;

  for (i = 0; i < shoal_codec_layout_get_n_files (layout); i++)
    {
      const ShoalCodecFile *file = shoal_codec_layout_get_file (layout, i);

      check_path (file->path);
      g_assert_cmpuint (file->offset, >=, end);
      end = file->offset + file->length;
      if ((file->flags & SHOAL_CODEC_FILE_PAD) == 0)
        g_assert_true (g_hash_table_add (seen, g_utf8_casefold (file->path, -1)));
    }
  g_assert_cmpuint (end, ==, shoal_codec_layout_get_total_size (layout));
  g_assert_cmpuint (end, >, 0);
}

/* A few pieces, mapped: their bytes are those of the spans. */
static void
check_pieces (const ShoalCodecMetainfo *metainfo)
{
  ShoalCodecLayout *layout = shoal_codec_metainfo_get_layout (metainfo);
  guint             n = shoal_codec_layout_get_n_pieces (layout);
  guint             piece;

  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n, <=, SHOAL_CODEC_METAINFO_MAX_PIECES);
  for (piece = 0; piece < n; piece += 1 + n / 8)
    {
      g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (ShoalCodecSpan));
      guint64 sum = 0;
      guint   i;

      shoal_codec_layout_map (layout,
                              shoal_codec_layout_get_piece_offset (layout, piece),
                              shoal_codec_layout_get_piece_size (layout, piece),
                              spans);
      for (i = 0; i < spans->len; i++)
        sum += g_array_index (spans, ShoalCodecSpan, i).length;
      g_assert_cmpuint (sum, ==, shoal_codec_layout_get_piece_size (layout, piece));
      g_assert_cmpint (shoal_codec_metainfo_get_piece_hash (metainfo, piece) == NULL,
                       ==,
                       shoal_codec_metainfo_is_v2_only (metainfo));
    }
}

/* Written and read again it is the same torrent. */
static void
check_again (const ShoalCodecMetainfo *metainfo)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = shoal_codec_metainfo_to_bytes (metainfo);
  g_autoptr (ShoalCodecMetainfo) again = NULL;
  g_autoptr (ShoalCodecMagnet) magnet = shoal_codec_magnet_new_from_metainfo (metainfo);
  g_autofree char *uri = shoal_codec_magnet_to_uri (magnet);

  g_assert_nonnull (uri);
  again = shoal_codec_metainfo_new_from_bytes (bytes, &error);
  if (g_bytes_get_size (bytes) > SHOAL_CODEC_METAINFO_MAX_SIZE)
    return;
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (shoal_codec_metainfo_get_info (again),
                                shoal_codec_metainfo_get_info (metainfo)));
  g_assert_cmpstr (
      shoal_codec_metainfo_get_name (again), ==, shoal_codec_metainfo_get_name (metainfo));
  g_assert_cmpstr (
      shoal_codec_metainfo_get_comment (again), ==, shoal_codec_metainfo_get_comment (metainfo));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecMetainfo) metainfo = shoal_codec_metainfo_new_from_bytes (bytes, &error);
  g_autoptr (ShoalCodecMetainfo) bare = shoal_codec_metainfo_new_from_info (bytes, NULL, NULL);

  if (bare != NULL)
    check_path (shoal_codec_metainfo_get_name (bare));
  if (metainfo == NULL)
    {
      g_assert_true (error->domain == SHOAL_CODEC_ERROR);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  check_path (shoal_codec_metainfo_get_name (metainfo));
  check_files (shoal_codec_metainfo_get_layout (metainfo));
  check_pieces (metainfo);
  check_again (metainfo);
  return 0;
}
