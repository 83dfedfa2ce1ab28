/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "swarm-tracker.h"

static void
announced_cb (const ShoalApiTrackerAnnounce *announce, gpointer user_data)
{
  Tracker *self = user_data;

  if (g_str_equal (announce->event, "started"))
    {
      self->n_started++;
      self->started_port = announce->address.port;
    }
  else if (g_str_equal (announce->event, "stopped"))
    {
      self->n_stopped++;
      self->stopped_port = announce->address.port;
    }
  self->n_completed += g_str_equal (announce->event, "completed");
  self->n_leechers += announce->left > 0;
  self->n_seeds = announce->n_seeds;
  self->n_peers = announce->n_peers;
}

Tracker *
tracker_new (guint interval_sec)
{
  Tracker         *self = g_new0 (Tracker, 1);
  ShoalBaseAddress local;
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  ShoalApiTrackerOptions options = { .bind_addresses = addresses, .interval_sec = interval_sec };

  g_assert_true (shoal_base_address_parse_ip (&local, "127.0.0.1"));
  g_array_append_val (addresses, local);
  self->tracker = shoal_api_tracker_start (&options, announced_cb, self, NULL);
  g_assert_nonnull (self->tracker);
  self->url =
      g_strdup_printf ("http://127.0.0.1:%u/announce", shoal_api_tracker_get_port (self->tracker));
  self->udp_url =
      g_strdup_printf ("udp://127.0.0.1:%u", shoal_api_tracker_get_udp_port (self->tracker));
  return self;
}

void
tracker_free (Tracker *self)
{
  shoal_api_tracker_stop (self->tracker);
  g_free (self->url);
  g_free (self->udp_url);
  g_free (self);
}
