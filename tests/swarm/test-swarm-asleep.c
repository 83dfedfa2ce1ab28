/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "api/shoal-api-tracker.h"
#include "swarm.h"

/* Torrents that are not loaded: what they are to others all the same. */

#define KIB 1024

/* A tracker on loopback, and what it was told. */
typedef struct
{
  ShoalApiTracker *tracker; /* owned */
  char            *url;     /* owned */
  guint            n_started;
  guint            n_stopped;
  guint            n_seeds; /* of the last torrent that announced */
} Tracker;

static void
announced_cb (const ShoalApiTrackerAnnounce *announce, gpointer user_data)
{
  Tracker *self = user_data;

  self->n_started += g_str_equal (announce->event, "started");
  self->n_stopped += g_str_equal (announce->event, "stopped");
  self->n_seeds = announce->n_seeds;
}

static Tracker *
tracker_new (void)
{
  Tracker         *self = g_new0 (Tracker, 1);
  ShoalBaseAddress local;
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  ShoalApiTrackerOptions options = { .bind_addresses = addresses, .interval_sec = 60 };

  g_assert_true (shoal_base_address_parse_ip (&local, "127.0.0.1"));
  g_array_append_val (addresses, local);
  self->tracker = shoal_api_tracker_start (&options, announced_cb, self, NULL);
  g_assert_nonnull (self->tracker);
  self->url =
      g_strdup_printf ("http://127.0.0.1:%u/announce", shoal_api_tracker_get_port (self->tracker));
  return self;
}

static void
tracker_free (Tracker *self)
{
  shoal_api_tracker_stop (self->tracker);
  g_free (self->url);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Tracker, tracker_free)

/* A tracker that was added by hand is there after a restart, and after the one that follows. */
static void
test_tracker_kept (void)
{
  g_autoptr (Tracker) tracker = tracker_new ();
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("kept", 32 * KIB, 100 * KIB);
  Node                   *seed = swarm_add_seed (swarm, "seed", data);
  const ShoalTrackerInfo *row;
  guint                   round;

  g_assert_cmpuint (node_get (seed, FIRST)->trackers, ==, SHOAL_TRACKERS_NONE);
  shoal_api_engine_add_tracker (seed->engine, FIRST, tracker->url);
  swarm_until (swarm, node_get (seed, FIRST)->trackers == SHOAL_TRACKERS_WORKING);
  for (round = 1; round <= 2; round++)
    {
      g_assert_cmpuint (tracker->n_started, ==, round);
      node_stop (seed);
      swarm_until (swarm, tracker->n_stopped == round);
      node_start (seed);
      swarm_until (swarm, node_get (seed, FIRST) != NULL);
      swarm_until (swarm, node_get (seed, FIRST)->trackers == SHOAL_TRACKERS_WORKING);
    }
  shoal_api_engine_watch (seed->engine, FIRST, SHOAL_WATCH_TRACKERS);
  swarm_until (swarm, node_get_details (seed, FIRST) != NULL);
  g_assert_cmpuint (node_get_details (seed, FIRST)->trackers->len, ==, 1);
  row = g_ptr_array_index (node_get_details (seed, FIRST)->trackers, 0);
  g_assert_cmpstr (row->url, ==, tracker->url);
  g_assert_cmpint (row->status, ==, SHOAL_TRACKER_STATUS_OK);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/asleep/tracker-kept", test_tracker_kept);
  return g_test_run ();
}
