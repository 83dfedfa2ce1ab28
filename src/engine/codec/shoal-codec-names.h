/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names from a torrent made safe to be paths below a folder, on any file system Linux mounts. What
 * becomes of a component:
 *   '/' and '\', control characters (C0, DEL, C1), NUL, each bad UTF-8 sequence → '_'
 *   bidi controls, zero-width and invisible characters                         → removed
 *   U+200C, U+200D (Persian and emoji need them) → removed, unless between visible characters
 *   longer than 255 bytes → cut to 250 between characters, an extension of up to 10 bytes kept
 *   empty, "." or ".."    → left out as a folder, "_" as a file
 * Of a whole path: the same as one before it when case, composition and joiners are folded, or a
 * file where another path has a folder → ".1", ".2", … before the extension. */

/* Bytes of one component: NAME_MAX. */
#define SHOAL_CODEC_NAMES_MAX_COMPONENT 255

/* Components of a path: deeper trees exist only to harm. */
#define SHOAL_CODEC_NAMES_MAX_DEPTH 100

/* Renames for clashes in one torrent, before it is refused as unsafe. */
#define SHOAL_CODEC_NAMES_MAX_CLASHES 500

/* Appends @data made safe to @out, without regard to clashes. FALSE, and nothing appended, if
 * nothing usable was left of it or it was "." or "..". */
gboolean shoal_codec_names_append_component (GString *out, const guint8 *data, gsize len);

/* The same for the first component, which lies in the download folder itself: one that ends like
 * the engine's own ".….shoal-parts" gets "_" for its last letter. */
gboolean shoal_codec_names_append_top (GString *out, const guint8 *data, gsize len);

/* Finds clashes. Used in two passes over the paths of a torrent: first the folders of all, then the
 * files in order. */
typedef struct _ShoalCodecNames ShoalCodecNames;

ShoalCodecNames *shoal_codec_names_new (void);

void shoal_codec_names_free (ShoalCodecNames *self);

/* Notes all folders of @path (components made safe, '/' between, the last one is a file). */
void shoal_codec_names_add_folders (ShoalCodecNames *self, const char *path);

typedef enum
{
  SHOAL_CODEC_NAMES_KEPT,
  SHOAL_CODEC_NAMES_RENAMED,
  SHOAL_CODEC_NAMES_REFUSED, /* beyond SHOAL_CODEC_NAMES_MAX_CLASHES */
} ShoalCodecNamesResult;

/* Notes the file @path, whose folders were added; changes its last component if it clashes. */
ShoalCodecNamesResult shoal_codec_names_add_file (ShoalCodecNames *self, GString *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalCodecNames, shoal_codec_names_free)

G_END_DECLS
