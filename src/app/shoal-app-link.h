/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What stands for a torrent in text that a person typed, pasted, dropped or merely copied. */

typedef enum
{
  /* Magnet links, info-hashes and addresses of .torrent files. */
  SHOAL_APP_LINK_TORRENT,
  /* These, and lines that are any address of the web, or of a file: the person says that it is a
   * torrent. */
  SHOAL_APP_LINK_ANY,
} ShoalAppLinkKind;

/* The links in @text, in their order, none twice; of char *, URIs; the caller's. An info-hash has
 * become a magnet link. Inside of sentences they end where words do. */
GPtrArray *shoal_app_link_find (const char *text, ShoalAppLinkKind kind);

/* How to call what @uri stands for, as visible text; the caller's. */
char *shoal_app_link_dup_name (const char *uri);

/* The info-hash in a magnet link, as 40 lower-case digits; the caller's. NULL: there is none. */
char *shoal_app_link_dup_hash (const char *uri);

G_END_DECLS
