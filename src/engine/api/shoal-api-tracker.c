/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "api/shoal-api-tracker.h"

#include "base/shoal-base-mailbox.h"
#include "torrent/shoal-torrent-problem.h"
#include "trackerd/shoal-trackerd-thread.h"

struct _ShoalApiTracker
{
  ShoalTrackerdThread *thread;  /* owned */
  ShoalBaseMailbox    *mailbox; /* owned: announces, from the tracker's thread to ours */
  ShoalApiTrackerFunc  func;
  gpointer             user_data;
};

static const char *
name_event (ShoalCodecTrackerEvent event)
{
  switch (event)
    {
    case SHOAL_CODEC_TRACKER_EVENT_STARTED:
      return "started";
    case SHOAL_CODEC_TRACKER_EVENT_COMPLETED:
      return "completed";
    case SHOAL_CODEC_TRACKER_EVENT_STOPPED:
      return "stopped";
    case SHOAL_CODEC_TRACKER_EVENT_PAUSED:
      return "paused";
    case SHOAL_CODEC_TRACKER_EVENT_NONE:
      break;
    }
  return "";
}

/* On the tracker's thread. */
static void
announce_cb (gpointer owner, const ShoalTrackerdAnnounce *announce)
{
  ShoalApiTracker         *self = owner;
  ShoalApiTrackerAnnounce *out = g_new0 (ShoalApiTrackerAnnounce, 1);

  out->info_hash = announce->request->info_hash;
  out->address = announce->peer;
  out->event = name_event (announce->request->event);
  out->left = announce->request->left;
  out->n_seeds = announce->n_seeds;
  out->n_peers = announce->n_seeds + announce->n_leechers;
  out->is_udp = announce->is_udp;
  shoal_base_mailbox_post (self->mailbox, out);
}

static void
deliver_cb (gpointer message, gpointer user_data)
{
  ShoalApiTracker                    *self = user_data;
  g_autofree ShoalApiTrackerAnnounce *announce = message;

  self->func (announce, self->user_data);
}

ShoalApiTracker *
shoal_api_tracker_start (const ShoalApiTrackerOptions *options,
                         ShoalApiTrackerFunc           func,
                         gpointer                      user_data,
                         ShoalProblem                **problem)
{
  g_autoptr (GError) error = NULL;
  ShoalApiTracker     *self = g_new0 (ShoalApiTracker, 1);
  ShoalTrackerdOptions trackerd = {
    .port = options->port,
    .udp_port = options->udp_port,
    .interval_sec = options->interval_sec,
    .allowed = options->allowed,
    .n_allowed = options->n_allowed,
    .on_announce = func != NULL ? announce_cb : NULL,
    .owner = self,
  };

  if (options->bind_addresses != NULL)
    {
      trackerd.binds = (const ShoalBaseAddress *) options->bind_addresses->data;
      trackerd.n_binds = options->bind_addresses->len;
    }
  self->func = func;
  self->user_data = user_data;
  self->mailbox =
      shoal_base_mailbox_new (g_main_context_get_thread_default (), deliver_cb, self, g_free);
  self->thread = shoal_trackerd_thread_new (&trackerd, &error);
  if (self->thread != NULL)
    return self;
  *problem = shoal_torrent_problem_from_error (error, NULL);
  (*problem)->number = options->port;
  shoal_api_tracker_stop (self);
  return NULL;
}

guint16
shoal_api_tracker_get_port (const ShoalApiTracker *self)
{
  return shoal_trackerd_thread_get_port (self->thread);
}

guint16
shoal_api_tracker_get_udp_port (const ShoalApiTracker *self)
{
  return shoal_trackerd_thread_get_udp_port (self->thread);
}

void
shoal_api_tracker_stop (ShoalApiTracker *self)
{
  g_clear_pointer (&self->thread, shoal_trackerd_thread_free);
  shoal_base_mailbox_close (self->mailbox);
  shoal_base_mailbox_unref (self->mailbox);
  g_free (self);
}
