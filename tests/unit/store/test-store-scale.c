/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store-harness.h"

/* 10,000 torrents are in the list at once: half a second is the promise, and this test is not to
 * fail on a busy machine, so it prints what it saw and refuses only what is far off. */
#define N_TORRENTS       10000
#define MAX_LOAD_USEC    (5 * G_USEC_PER_SEC)
#define N_TRACKERS       4
#define N_METAINFO_BYTES 2000

static void
on_done (gpointer user_data, const GError *error)
{
  g_assert_no_error (error);
  ++*(guint *) user_data;
}

static void
add_all (Harness *harness)
{
  static const char *const urls[N_TRACKERS] = { "udp://a.example:1",
                                                "udp://b.example:1",
                                                "https://c.example/announce",
                                                "https://d.example/announce?key=0123456789" };
  ShoalStoreTracker        trackers[N_TRACKERS] = { 0 };
  g_autoptr (GBytes) metainfo = g_bytes_new_take (g_malloc0 (N_METAINFO_BYTES), N_METAINFO_BYTES);
  g_autoptr (ShoalBaseBitset) bits = harness_bits (1500, 0, 1400);
  ShoalStoreCheckpoint checkpoint = { .durable = bits };
  guint                n_done = 0, i;

  for (i = 0; i < N_TRACKERS; i++)
    trackers[i].url = urls[i];
  for (i = 1; i <= N_TORRENTS; i++)
    {
      ShoalStoreRow      row = harness_row (i);
      ShoalStoreAddition addition = { .row = &row, .metainfo = metainfo };

      row.trackers = trackers;
      row.n_trackers = N_TRACKERS;
      shoal_store_add (harness->store, &addition, on_done, &n_done);
      shoal_store_save_written (harness->store, row.id, bits);
      shoal_store_commit_durable (harness->store, row.id, &checkpoint, on_done, &n_done);
    }
  while (n_done < 2 * N_TORRENTS)
    g_main_context_iteration (harness->context, TRUE);
}

static void
test_list (void)
{
  Harness *harness = harness_new ();
  gint64   start_usec, open_usec, load_usec;

  g_assert_true (harness_open (harness));
  start_usec = g_get_monotonic_time ();
  add_all (harness);
  g_test_message ("added in %" G_GINT64_FORMAT " ms",
                  (g_get_monotonic_time () - start_usec) / 1000);
  g_assert_true (harness_close (harness, TRUE));

  start_usec = g_get_monotonic_time ();
  g_assert_true (harness_open (harness));
  open_usec = g_get_monotonic_time () - start_usec;
  g_assert_cmpuint (harness_load_all (harness)->rows->len, ==, N_TORRENTS);
  load_usec = g_get_monotonic_time () - start_usec;
  g_test_message ("%d torrents: opened in %" G_GINT64_FORMAT " ms, listed after %" G_GINT64_FORMAT
                  " ms",
                  N_TORRENTS,
                  open_usec / 1000,
                  load_usec / 1000);
  g_assert_cmpint (load_usec, <, MAX_LOAD_USEC);
  g_assert_cmpuint (
      ((const ShoalStoreRow *) g_ptr_array_index (harness->listing->rows, 9999))->n_trackers,
      ==,
      N_TRACKERS);
  g_assert_nonnull (harness_load (harness, 5000));
  harness_free (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/scale/list", test_list);
  return g_test_run ();
}
