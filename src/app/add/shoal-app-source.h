/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/shoal-app-session.h"
#include "model/shoal-model-tree.h"

G_BEGIN_DECLS

/* Something the person gave Shoal to add: read completely when it arrives, then inspected by the
 * engine; the file it came from is not needed after that.
 *
 * Property "state" (guint, read-only): ShoalAppSourceState. Signal "progress" (ShoalAppSource *,
 * gpointer): more of it has come. */
#define SHOAL_TYPE_APP_SOURCE (shoal_app_source_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppSource, shoal_app_source, SHOAL, APP_SOURCE, GObject)

typedef enum
{
  SHOAL_APP_SOURCE_READING,
  SHOAL_APP_SOURCE_READY,    /* contents and tree are there */
  SHOAL_APP_SOURCE_KNOWN,    /* the torrent is in the list already; its contents are there */
  SHOAL_APP_SOURCE_LINK,     /* it led to a magnet link, and is nothing by itself */
  SHOAL_APP_SOURCE_FAILED,   /* the message says why; also when it was to be added */
  SHOAL_APP_SOURCE_ADDING,   /* given to the engine */
  SHOAL_APP_SOURCE_ADDED,    /* that is durable; also if somebody else added it in the meantime */
  SHOAL_APP_SOURCE_LEFT_OUT, /* the person does not want it */
} ShoalAppSourceState;

/* Begins to read. Whatever the state becomes, it becomes so after this returns. */
ShoalAppSource *shoal_app_source_new (ShoalAppSession *session, GFile *file);

/* What torrent @id, called @name, consists of: it was a magnet link, and is to be chosen from. */
ShoalAppSource *
shoal_app_source_new_for_torrent (ShoalAppSession *session, ShoalTorrentId id, const char *name);

/* The torrent in the list that it is, or has become; 0: none. */
ShoalTorrentId shoal_app_source_get_torrent (ShoalAppSource *self);

/* Whether it was in the list before anybody asked about its files. */
gboolean shoal_app_source_is_choice (ShoalAppSource *self);

ShoalAppSourceState shoal_app_source_get_state (ShoalAppSource *self);

/* How to call it: the name of the torrent, or before that of the file; visible text; borrowed. */
const char *shoal_app_source_get_name (ShoalAppSource *self);

/* What there is to say of it in a line: how large it is, how far it has come, or why it cannot be
 * added; the caller's. */
char *shoal_app_source_dup_about (ShoalAppSource *self);

/* How much of it has come so far. */
guint64 shoal_app_source_get_received_bytes (ShoalAppSource *self);

/* Why it cannot be added; borrowed; NULL unless it failed. */
const char *shoal_app_source_get_message (ShoalAppSource *self);

/* Where it led; borrowed; NULL unless it is a link. */
const char *shoal_app_source_get_link (ShoalAppSource *self);

/* These are borrowed, and NULL before it is ready; the tree also if it is known. */
const ShoalContents *shoal_app_source_get_contents (ShoalAppSource *self);

ShoalModelTree *shoal_app_source_get_tree (ShoalAppSource *self);

/* Of one that is known: how many trackers could be added to the torrent in the list. Those of a
 * private torrent never are: each person has an address there. */
guint shoal_app_source_get_n_trackers (ShoalAppSource *self);

/* Adds these, once. */
void shoal_app_source_add_trackers (ShoalAppSource *self);

/* Has the engine add one that is ready. Takes @options over. */
void shoal_app_source_add (ShoalAppSource *self, ShoalAddOptions *options);

/* Whatever is still being done for it is not needed. */
void shoal_app_source_leave_out (ShoalAppSource *self);

G_END_DECLS
