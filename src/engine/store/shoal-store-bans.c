/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-pack.h"
#include "store/shoal-store-private.h"

/* Changes to the bans of a torrent that sleeps, of which nobody has them in memory. */

static gboolean
read_bans (ShoalStoreDb *db, ShoalTorrentId id, GArray *bans, GError **error)
{
  ShoalStoreDbCell key = shoal_store_db_integer (id.value);
  sqlite3_stmt    *statement =
      shoal_store_db_query (db, "SELECT packed FROM bans WHERE torrent_id = ?", &key, 1, error);
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) packed = NULL;

  if (statement == NULL)
    return FALSE;
  if (shoal_store_db_next (db, statement, &failure))
    packed = shoal_store_db_dup_bytes (statement, 0);
  sqlite3_reset (statement);
  if (packed != NULL && !shoal_store_unpack_bans (packed, bans))
    g_warning ("bans of torrent %u end in something unreadable", id.value);
  return shoal_store_pass_on (&failure, error);
}

static gboolean
write_bans (ShoalStoreDb *db, ShoalTorrentId id, const GArray *bans, GError **error)
{
  g_autoptr (GBytes) packed =
      shoal_store_pack_bans ((const ShoalStoreBan *) (gconstpointer) bans->data, bans->len);

  return SHOAL_STORE_DB_RUN (db,
                             error,
                             "INSERT OR REPLACE INTO bans VALUES (?, ?)",
                             shoal_store_db_integer (id.value),
                             shoal_store_db_bytes (packed));
}

/* Every one that is there, or all, if @address is of no family. */
static void
drop (GArray *bans, const ShoalBaseAddress *address)
{
  guint i;

  for (i = bans->len; i > 0; i--)
    if (address->family == 0 ||
        shoal_base_address_equal (&g_array_index (bans, ShoalStoreBan, i - 1).address, address))
      g_array_remove_index (bans, i - 1);
}

static gboolean
run_add_ban (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  g_autoptr (GArray) bans = g_array_new (FALSE, TRUE, sizeof (ShoalStoreBan));

  if (!read_bans (db, job->id, bans, error))
    return FALSE;
  drop (bans, &job->value.ban.address);
  if (bans->len < SHOAL_STORE_MAX_BANS)
    g_array_append_val (bans, job->value.ban);
  return write_bans (db, job->id, bans, error);
}

static gboolean
run_drop_bans (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  g_autoptr (GArray) bans = g_array_new (FALSE, TRUE, sizeof (ShoalStoreBan));

  if (!read_bans (db, job->id, bans, error))
    return FALSE;
  drop (bans, &job->value.ban.address);
  return write_bans (db, job->id, bans, error);
}

const ShoalStoreJobKind shoal_store_job_add_ban = { SHOAL_STORE_JOB_NOW,
                                                    run_add_ban,
                                                    shoal_store_job_deliver_done };
const ShoalStoreJobKind shoal_store_job_drop_bans = { SHOAL_STORE_JOB_NOW,
                                                      run_drop_bans,
                                                      shoal_store_job_deliver_done };
