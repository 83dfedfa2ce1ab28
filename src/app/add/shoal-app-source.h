/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/shoal-app-session.h"
#include "model/shoal-model-tree.h"

G_BEGIN_DECLS

/* Something the person gave Shoal to add: read completely when it arrives, then inspected by the
 * engine; the file it came from is not needed after that.
 *
 * Property "state" (guint, read-only): ShoalAppSourceState. */
#define SHOAL_TYPE_APP_SOURCE (shoal_app_source_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppSource, shoal_app_source, SHOAL, APP_SOURCE, GObject)

typedef enum
{
  SHOAL_APP_SOURCE_READING,
  SHOAL_APP_SOURCE_READY,  /* contents and tree are there */
  SHOAL_APP_SOURCE_KNOWN,  /* the torrent is in the list already */
  SHOAL_APP_SOURCE_FAILED, /* the message says why */
} ShoalAppSourceState;

/* Begins to read. Whatever the state becomes, it becomes so after this returns. */
ShoalAppSource *shoal_app_source_new (ShoalAppSession *session, GFile *file);

/* What torrent @id, called @name, consists of: it was a magnet link, and is to be chosen from. */
ShoalAppSource *
shoal_app_source_new_for_torrent (ShoalAppSession *session, ShoalTorrentId id, const char *name);

/* Of that one; 0: it is not in the list yet. */
ShoalTorrentId shoal_app_source_get_torrent (ShoalAppSource *self);

ShoalAppSourceState shoal_app_source_get_state (ShoalAppSource *self);

/* How to call it: the name of the torrent, or before that of the file; visible text; borrowed. */
const char *shoal_app_source_get_name (ShoalAppSource *self);

/* Why it cannot be added; borrowed; NULL unless it failed. */
const char *shoal_app_source_get_message (ShoalAppSource *self);

/* These are borrowed, and NULL before it is ready. */
GBytes *shoal_app_source_get_bytes (ShoalAppSource *self);

const ShoalContents *shoal_app_source_get_contents (ShoalAppSource *self);

ShoalModelTree *shoal_app_source_get_tree (ShoalAppSource *self);

G_END_DECLS
