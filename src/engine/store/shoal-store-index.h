/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-ids.h"
#include "store/shoal-store-db.h"
#include "store/shoal-store-names.h"

G_BEGIN_DECLS

/* The names of files in the database: made when a torrent, or what it consists of, comes in, and
 * searched. Worker thread. */

/* Inside a transaction: makes the names of @id from what is there of it, or, if that would take
 * long, notes that they are to be made. TRUE also if what is there makes no sense. */
gboolean shoal_store_index_renew (ShoalStoreDb *db, ShoalTorrentId id, GError **error);

/* Whether names are to be made still. */
gboolean shoal_store_index_is_due (ShoalStoreDb *db);

/* Inside a transaction: makes the next ones. */
gboolean shoal_store_index_advance (ShoalStoreDb *db, GError **error);

/* A search on its way through the database. */
typedef struct
{
  ShoalStoreQuery *query;   /* owned */
  GArray          *found;   /* owned, of ShoalTorrentId, rising */
  gint64           last_id; /* up to which was searched */
} ShoalStoreSearch;

ShoalStoreSearch *shoal_store_search_new (const char *text);

void shoal_store_search_free (ShoalStoreSearch *self);

typedef enum
{
  SHOAL_STORE_SEARCH_GOES_ON,
  SHOAL_STORE_SEARCH_DONE,
  SHOAL_STORE_SEARCH_FAILED,
} ShoalStoreSearchResult;

/* Goes on until the end, or, after a while, until @is_hurried says that something else waits. */
ShoalStoreSearchResult shoal_store_search_advance (ShoalStoreSearch *self,
                                                   ShoalStoreDb     *db,
                                                   gboolean (*is_hurried) (gpointer user_data),
                                                   gpointer user_data,
                                                   GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalStoreSearch, shoal_store_search_free)

G_END_DECLS
