/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <sqlite3.h>

#include "recording-vfs.h"
#include "store-harness.h"

static const ShoalTorrentId one = { 1 };

static guint64
read_uploaded (Harness *harness)
{
  const ShoalStoreListing *listing = harness_load_all (harness);

  return ((const ShoalStoreRow *) g_ptr_array_index (listing->rows, 0))->stats.payload_up;
}

static void
save_uploaded (Harness *harness, guint64 bytes)
{
  ShoalStoreStats stats = { .payload_up = bytes };

  shoal_store_save_stats (harness->store, one, &stats);
}

/* No room: what somebody waits for fails with that word, what nobody waits for is kept and tried
 * again, and said once; with room again all goes on. */
static void
test_full (void)
{
  Harness *harness = harness_new ();

  g_assert_true (harness_open (harness));
  g_assert_true (harness_add (harness, 1, 100));
  recording_vfs_set_failure (SQLITE_FULL);
  save_uploaded (harness, 7);
  g_assert_false (harness_add (harness, 2, 100000));
  assert_error (harness, FULL);
  g_assert_false (harness_add (harness, 3, 100000));
  assert_error (harness, FULL);
  while (harness->n_troubles == 0)
    g_main_context_iteration (harness->context, TRUE);
  g_assert_cmpuint (harness->n_troubles, ==, 1);
  g_assert_error (harness->trouble, SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_FULL);
  save_uploaded (harness, 8);
  recording_vfs_set_failure (SQLITE_OK);
  /* Without anybody calling. */
  while (harness->n_troubles == 1)
    g_main_context_iteration (harness->context, TRUE);
  g_assert_null (harness->trouble);
  g_assert_cmpuint (read_uploaded (harness), ==, 8);
  g_assert_cmpuint (harness->listing->rows->len, ==, 1);
  g_assert_true (harness_add (harness, 2, 100000));
  harness_free (harness);
}

static void
test_full_at_close (void)
{
  Harness *harness = harness_new ();

  g_assert_true (harness_open (harness));
  g_assert_true (harness_add (harness, 1, 100));
  recording_vfs_set_failure (SQLITE_FULL);
  save_uploaded (harness, 7);
  g_assert_false (harness_close (harness, TRUE));
  recording_vfs_set_failure (SQLITE_OK);
  g_assert_true (harness_open (harness));
  g_assert_false (harness->was_clean);
  g_assert_cmpuint (harness_load_all (harness)->rows->len, ==, 1);
  harness_free (harness);
}

/* A full save that cannot be synced is not answered with success; nothing is committed on top of a
 * log that may have lost pages. */
static void
test_sync (void)
{
  Harness *harness = harness_new ();
  guint    n;

  g_assert_true (harness_open (harness));
  g_assert_true (harness_add (harness, 1, 100));
  recording_vfs_set_failure (SQLITE_IOERR_FSYNC);
  g_assert_false (harness_add (harness, 2, 100));
  assert_error (harness, FAILED);
  n = recording_vfs_get_n_failures ();
  harness_expect (harness);
  shoal_store_mark_open (harness->store, one, &n, 1, harness_done, harness);
  g_assert_false (harness_wait (harness)); /* would not have synced by itself */
  g_assert_cmpuint (recording_vfs_get_n_failures (), >, n);
  recording_vfs_set_failure (SQLITE_OK);
  g_assert_true (harness_add (harness, 2, 100));
  harness_expect (harness);
  shoal_store_mark_open (harness->store, one, &n, 1, harness_done, harness);
  g_assert_true (harness_wait (harness));
  g_assert_true (harness_close (harness, TRUE));
  g_assert_true (harness_open (harness));
  g_assert_cmpuint (harness_load_all (harness)->rows->len, ==, 2);
  harness_free (harness);
}

typedef struct
{
  Harness *harness;
  guint    order;
  guint   *next;
  guint    n_errors;
} Waiter;

static void
on_ordered (gpointer user_data, const GError *error)
{
  Waiter *waiter = user_data;

  g_assert_cmpuint (waiter->order, ==, (*waiter->next)++);
  waiter->n_errors += error != NULL;
}

/* Many at once go into few transactions, are answered in order, and one that is wrong harms no
 * other. */
static void
test_batch (void)
{
  Harness     *harness = harness_new ();
  guint        next = 0, i, before;
  Waiter       waiters[200];
  const guint8 wrong = 100;

  g_assert_true (harness_open (harness));
  recording_vfs_start ();
  before = recording_vfs_get_n_steps ();
  for (i = 0; i < G_N_ELEMENTS (waiters); i++)
    {
      ShoalStoreRow row = harness_row (i == wrong ? 1 : i + 1);
      g_autoptr (GBytes) metainfo = g_bytes_new_static ("x", 1);
      ShoalStoreAddition addition = { .row = &row, .metainfo = metainfo };

      waiters[i] = (Waiter){ harness, i, &next };
      shoal_store_add (harness->store, &addition, on_ordered, &waiters[i]);
      g_assert_cmpuint (next, ==, 0); /* never before the call has returned */
    }
  while (next < G_N_ELEMENTS (waiters))
    g_main_context_iteration (harness->context, TRUE);
  for (i = 0; i < G_N_ELEMENTS (waiters); i++)
    g_assert_cmpuint (waiters[i].n_errors, ==, i == wrong);
  g_assert_cmpuint (recording_vfs_get_n_steps () - before, >, 0);
  g_test_message ("%u adds in %u writes and syncs", next, recording_vfs_get_n_steps () - before);
  recording_vfs_stop ();
  g_assert_cmpuint (harness_load_all (harness)->rows->len, ==, G_N_ELEMENTS (waiters) - 1);
  harness_free (harness);
}

/* Lazy saves are in the file within 2 s, without anybody calling; the last one counts. */
static void
test_lazy (void)
{
  Harness *harness = harness_new ();
  gint64   start_usec;
  guint    before, i;

  g_assert_true (harness_open (harness));
  g_assert_true (harness_add (harness, 1, 100));
  recording_vfs_start ();
  before = recording_vfs_mark ();
  start_usec = g_get_monotonic_time ();
  for (i = 1; i <= 1000; i++)
    save_uploaded (harness, i);
  while (recording_vfs_get_n_steps () == before + 1)
    {
      g_usleep (1000);
      g_assert_cmpint (g_get_monotonic_time () - start_usec, <, 2 * G_USEC_PER_SEC);
    }
  g_assert_cmpint (g_get_monotonic_time () - start_usec, >, G_USEC_PER_SEC / 2);
  g_assert_cmpuint (read_uploaded (harness), ==, 1000);
  g_assert_cmpuint (recording_vfs_get_n_steps () - before, <, 20);
  recording_vfs_stop ();

  /* What is asked for afterwards sees them; what goes for good takes them along. */
  save_uploaded (harness, 5);
  g_assert_cmpuint (read_uploaded (harness), ==, 5);
  save_uploaded (harness, 6);
  g_assert_true (harness_close (harness, TRUE));
  g_assert_true (harness_open (harness));
  g_assert_cmpuint (read_uploaded (harness), ==, 6);
  save_uploaded (harness, 7);
  shoal_store_save_stats (harness->store, (ShoalTorrentId){ 99 }, &(ShoalStoreStats){ 0 });
  harness_expect (harness);
  shoal_store_flush (harness->store, harness_done, harness);
  g_assert_true (harness_wait (harness));
  g_assert_cmpuint (harness->n_troubles, ==, 0);
  harness_free (harness);
}

static void
on_never (gpointer user_data, const GError *error)
{
  g_assert_not_reached ();
}

static void
on_free (gpointer user_data, const GError *error)
{
  Harness *harness = user_data;

  harness->has_answer = TRUE;
  g_clear_pointer (&harness->store, shoal_store_free);
}

static void
test_forget (void)
{
  Harness *harness = harness_new ();
  int      nobody;

  g_assert_true (harness_open (harness));
  shoal_store_set_removed (harness->store, one, 5, on_never, &nobody);
  shoal_store_flush (harness->store, on_never, &nobody);
  shoal_store_forget (harness->store, &nobody);
  harness_expect (harness);
  shoal_store_flush (harness->store, harness_done, harness);
  g_assert_true (harness_wait (harness));

  /* After close everything is refused, still not before the call returns. */
  harness_expect (harness);
  shoal_store_close (harness->store, TRUE, NULL, NULL);
  shoal_store_flush (harness->store, harness_done, harness);
  g_assert_false (harness->has_answer);
  g_assert_false (harness_wait (harness));
  assert_error (harness, CLOSED);
  g_clear_pointer (&harness->store, shoal_store_free);

  /* An answer may free the store; others that are under way are dropped. */
  g_assert_true (harness_open (harness));
  harness_expect (harness);
  shoal_store_flush (harness->store, on_free, harness);
  shoal_store_flush (harness->store, on_never, NULL);
  harness_wait (harness);
  g_assert_null (harness->store);
  while (g_main_context_iteration (harness->context, FALSE))
    ;
  harness_free (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  recording_vfs_install ();
  g_test_add_func ("/store/trouble/full", test_full);
  g_test_add_func ("/store/trouble/full-at-close", test_full_at_close);
  g_test_add_func ("/store/trouble/sync", test_sync);
  g_test_add_func ("/store/trouble/batch", test_batch);
  g_test_add_func ("/store/trouble/lazy", test_lazy);
  g_test_add_func ("/store/trouble/forget", test_forget);
  return g_test_run ();
}
