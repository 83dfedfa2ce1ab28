/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-list.h"
#include "store/shoal-store-db.h"
#include "store/shoal-store.h"

G_BEGIN_DECLS

typedef enum
{
  SHOAL_STORE_JOB_LAZY,  /* may wait for others and be replaced; no answer */
  SHOAL_STORE_JOB_NOW,   /* committed before the answer */
  SHOAL_STORE_JOB_FULL,  /* committed and synced before the answer */
  SHOAL_STORE_JOB_READ,  /* outside of a transaction, after all that came before */
  SHOAL_STORE_JOB_OWN,   /* the worker knows what to do: open, lock, unlock, close */
  SHOAL_STORE_JOB_REPORT /* comes from the worker, answers nothing */
} ShoalStoreJobClass;

typedef struct _ShoalStoreJob ShoalStoreJob;

/* What one call of the public header does; constant. */
typedef struct
{
  ShoalStoreJobClass job_class;
  /* Worker thread. FALSE with @error: nothing of it may stay, the worker sees to that. */
  gboolean (*run) (ShoalStoreDb *db, ShoalStoreJob *job, GError **error);
  /* Engine context; not called if there is nobody to tell. */
  void (*deliver) (ShoalStoreJob *job);
} ShoalStoreJobKind;

/* One call, from the engine to the worker and back. All pointers are owned but those of user_data
 * and what points into texts. Fields of the engine's are not touched by the worker. */
struct _ShoalStoreJob
{
  ShoalBaseList link;  /* the engine's: among those under way */
  ShoalBaseList place; /* the worker's: in its queue */
  union
  {
    ShoalStoreFunc      done;
    ShoalStoreOpenFunc  open;
    ShoalStoreListFunc  list;
    ShoalStoreLoadFunc  load;
    ShoalStoreValueFunc value;
    ShoalStoreLockFunc  lock;
    ShoalStoreFoundFunc found;
  } func;                             /* the engine's */
  gpointer                 user_data; /* the engine's; unowned: forgotten in time */
  const ShoalStoreJobKind *kind;
  ShoalTorrentId           id;

  GStringChunk      *texts; /* NULL until needed */
  const char        *text;
  gint64             number;
  ShoalStoreRow     *row;
  GBytes            *bytes;
  ShoalStoreFile    *files;
  guint              n_files;
  GArray            *partials;
  GArray            *positions; /* of ShoalStorePosition */
  ShoalStoreTracker *trackers;
  guint              n_trackers;
  ShoalWords        *labels;
  union
  {
    ShoalStoreBan     ban;
    ShoalStoreFolder  folder;
    ShoalStoreIntent  intent;
    ShoalStoreOptions options;
    ShoalStoreStats   stats;
  } value;

  GError            *error;
  guint32            other;
  ShoalStoreOpened   opened;
  ShoalStoreListing *listing;
  ShoalStoreTorrent *torrent;
  GArray            *found;
};

ShoalStoreJob *shoal_store_job_new (const ShoalStoreJobKind *kind, ShoalTorrentId id);

void shoal_store_job_free (ShoalStoreJob *job);

/* @text in the job's own memory; NULL stays NULL. */
const char *shoal_store_job_keep_text (ShoalStoreJob *job, const char *text);

extern const ShoalStoreJobKind shoal_store_job_open;
extern const ShoalStoreJobKind shoal_store_job_close;
extern const ShoalStoreJobKind shoal_store_job_lock;
extern const ShoalStoreJobKind shoal_store_job_unlock;
extern const ShoalStoreJobKind shoal_store_job_report;
extern const ShoalStoreJobKind shoal_store_job_search;
extern const ShoalStoreJobKind shoal_store_job_load_all;
extern const ShoalStoreJobKind shoal_store_job_load_torrent;
extern const ShoalStoreJobKind shoal_store_job_load_value;
extern const ShoalStoreJobKind shoal_store_job_add;
extern const ShoalStoreJobKind shoal_store_job_set_metainfo;
extern const ShoalStoreJobKind shoal_store_job_set_removed;
extern const ShoalStoreJobKind shoal_store_job_begin_intent;
extern const ShoalStoreJobKind shoal_store_job_finish_intent;
extern const ShoalStoreJobKind shoal_store_job_drop_intent;
extern const ShoalStoreJobKind shoal_store_job_set_options;
extern const ShoalStoreJobKind shoal_store_job_set_positions;
extern const ShoalStoreJobKind shoal_store_job_set_priorities;
extern const ShoalStoreJobKind shoal_store_job_set_folder;
extern const ShoalStoreJobKind shoal_store_job_set_labels;
extern const ShoalStoreJobKind shoal_store_job_add_ban;
extern const ShoalStoreJobKind shoal_store_job_drop_bans;
extern const ShoalStoreJobKind shoal_store_job_mark_open;
extern const ShoalStoreJobKind shoal_store_job_commit_durable;
extern const ShoalStoreJobKind shoal_store_job_save_written;
extern const ShoalStoreJobKind shoal_store_job_save_stats;
extern const ShoalStoreJobKind shoal_store_job_save_trackers;
extern const ShoalStoreJobKind shoal_store_job_save_peers;
extern const ShoalStoreJobKind shoal_store_job_save_bans;
extern const ShoalStoreJobKind shoal_store_job_save_value;
extern const ShoalStoreJobKind shoal_store_job_flush;

/* Deliver functions, by the type of the answer. */
void shoal_store_job_deliver_done (ShoalStoreJob *job);

void shoal_store_job_deliver_listing (ShoalStoreJob *job);

void shoal_store_job_deliver_torrent (ShoalStoreJob *job);

void shoal_store_job_deliver_value (ShoalStoreJob *job);

/* Copies of rows: the struct with its arrays is new, texts go to @texts. */
ShoalStoreRow *shoal_store_row_copy (const ShoalStoreRow *row, GStringChunk *texts);

void shoal_store_row_free (ShoalStoreRow *row);

ShoalStoreTracker *
shoal_store_trackers_copy (const ShoalStoreTracker *trackers, guint n, GStringChunk *texts);

const char *shoal_store_copy_text (GStringChunk *texts, const char *text);

GArray *shoal_store_partials_new (void);

ShoalStoreListing *shoal_store_listing_new (void);

/* The row of @id, from *place on; both run in the order of ids, so a walk over all costs one pass.
 */
ShoalStoreRow *shoal_store_listing_find (ShoalStoreListing *self, gint64 id, guint *place);

/* At the end of a query: TRUE if nothing failed, else @failure becomes the error. */
gboolean shoal_store_pass_on (GError **failure, GError **error);

/* Of all rows; those of one torrent, inside a transaction. */
gboolean shoal_store_labels_read (ShoalStoreDb *db, ShoalStoreListing *listing, GError **error);

gboolean shoal_store_labels_write (ShoalStoreDb     *db,
                                   ShoalTorrentId    id,
                                   const ShoalWords *labels,
                                   GError          **error);

ShoalStoreTorrent *shoal_store_torrent_new (ShoalTorrentId id);

/* The name under which bans for every torrent are kept among the values. */
#define SHOAL_STORE_BANS_VALUE "bans"

G_END_DECLS
