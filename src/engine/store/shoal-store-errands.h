/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/shoal-store-index.h"
#include "store/shoal-store-private.h"

G_BEGIN_DECLS

/* What the worker does between its jobs, and leaves whenever one comes: it searches, and makes the
 * names that are searched in where that was not done at once, so that what an older Shoal has left
 * is made in the background. Worker thread. */
typedef struct
{
  ShoalStoreJob    *search;     /* owned; NULL: nobody searches */
  ShoalStoreSearch *way;        /* owned; how far it is */
  gint64            index_usec; /* when names are to be made; 0: there are none to make */

  gboolean (*is_hurried) (gpointer owner); /* a job waits */
  void (*answer) (gpointer owner, ShoalStoreJob *job);
  gpointer owner; /* unowned: contains this */
} ShoalStoreErrands;

/* The database has been opened. */
void shoal_store_errands_start (ShoalStoreErrands *self);

/* Names may be missing since @job, which has just been done. */
void shoal_store_errands_note (ShoalStoreErrands *self, const ShoalStoreJob *job);

/* Takes @job over; an older one is answered without a result. @db may be NULL. */
void shoal_store_errands_search (ShoalStoreErrands *self, ShoalStoreDb *db, ShoalStoreJob *job);

/* Does a part of what is to be done now. */
void shoal_store_errands_advance (ShoalStoreErrands *self, ShoalStoreDb *db);

/* The database is closed. */
void shoal_store_errands_stop (ShoalStoreErrands *self);

void shoal_store_set_closed (GError **error);

G_END_DECLS
