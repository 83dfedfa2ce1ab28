/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-private.h"

/* What a person calls torrents together. */

static void
hand_over (ShoalStoreRow *row, GPtrArray *labels)
{
  if (row != NULL && labels->len > 0)
    {
      g_ptr_array_add (labels, NULL);
      row->labels = shoal_words_new ((const char *const *) labels->pdata);
    }
  g_ptr_array_set_size (labels, 0);
}

/* The database may come from another machine: what is no text is left out. */
gboolean
shoal_store_labels_read (ShoalStoreDb *db, ShoalStoreListing *listing, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *statement = shoal_store_db_query (
      db, "SELECT torrent_id, label FROM labels ORDER BY torrent_id", NULL, 0, error);
  ShoalStoreRow *row = NULL;
  guint          place = 0;

  if (statement == NULL)
    return FALSE;
  while (shoal_store_db_next (db, statement, &failure))
    {
      ShoalStoreRow *next =
          shoal_store_listing_find (listing, sqlite3_column_int64 (statement, 0), &place);
      const char *label = shoal_store_db_get_text (statement, 1);

      if (next != row)
        hand_over (row, labels);
      row = next;
      if (row != NULL && label != NULL && g_utf8_validate (label, -1, NULL))
        g_ptr_array_add (labels, g_strdup (label));
    }
  hand_over (row, labels);
  return shoal_store_pass_on (&failure, error);
}

gboolean
shoal_store_labels_write (ShoalStoreDb     *db,
                          ShoalTorrentId    id,
                          const ShoalWords *labels,
                          GError          **error)
{
  guint i;

  for (i = 0; labels != NULL && i < labels->n; i++)
    if (!SHOAL_STORE_DB_RUN (db,
                             error,
                             "INSERT INTO labels VALUES (?, ?)",
                             shoal_store_db_integer (id.value),
                             shoal_store_db_text (labels->items[i])))
      return FALSE;
  return TRUE;
}

static gboolean
run_set_labels (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  return SHOAL_STORE_DB_RUN (db,
                             error,
                             "DELETE FROM labels WHERE torrent_id = ?",
                             shoal_store_db_integer (job->id.value)) &&
         shoal_store_labels_write (db, job->id, job->labels, error);
}

const ShoalStoreJobKind shoal_store_job_set_labels = { SHOAL_STORE_JOB_NOW,
                                                       run_set_labels,
                                                       shoal_store_job_deliver_done };
