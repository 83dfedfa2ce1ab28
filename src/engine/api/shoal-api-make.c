/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "api/shoal-api-torrent.h"

#include <stdatomic.h>
#include <string.h>

#include "codec/shoal-codec-magnet.h"
#include "make/shoal-make-torrent.h"
#include "session/shoal-session-contents.h"
#include "torrent/shoal-torrent-problem.h"

ShoalContents *
shoal_api_read_magnet (const char *uri, ShoalProblem **problem)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecMagnet) magnet = shoal_codec_magnet_parse (uri, &error);

  if (magnet != NULL)
    return shoal_session_contents_new_from_magnet (magnet);
  *problem = shoal_torrent_problem_from_error (error, uri);
  return NULL;
}

char *
shoal_api_dup_magnet (GBytes *torrent)
{
  g_autoptr (ShoalCodecMetainfo) metainfo = shoal_codec_metainfo_new_from_bytes (torrent, NULL);
  g_autoptr (ShoalCodecMagnet) magnet = NULL;

  if (metainfo == NULL)
    return NULL;
  magnet = shoal_codec_magnet_new_from_metainfo (metainfo);
  return shoal_codec_magnet_to_uri (magnet);
}

char *
shoal_api_dup_tracker (const char *url)
{
  return shoal_codec_url_dup_tracker (url, strlen (url));
}

gboolean
shoal_api_is_web_seed (const char *url)
{
  g_autofree char *clean = shoal_codec_url_dup_web_seed (url, strlen (url));

  return clean != NULL;
}

/* What shoal_make_torrent() calls, and how it is ended from there. */
typedef struct
{
  ShoalApiProgressFunc func;
  gpointer             user_data;
  atomic_bool          cancelled;
} Watch;

static void
progress_cb (guint64 done_bytes, guint64 total_bytes, gpointer user_data)
{
  Watch *watch = user_data;

  if (watch->func != NULL && !watch->func (done_bytes, total_bytes, watch->user_data))
    atomic_store (&watch->cancelled, TRUE);
}

/* FALSE, and *problem, at the first URL that is no tracker's. */
static gboolean
add_tiers (GArray *trackers, const char *const *tiers, ShoalProblem **problem)
{
  guint tier, i;

  for (tier = 0; tiers != NULL && tiers[tier] != NULL; tier++)
    {
      g_auto (GStrv) urls = g_strsplit (tiers[tier], ",", -1);

      for (i = 0; urls[i] != NULL; i++)
        if (!shoal_codec_tracker_array_add (trackers, urls[i], strlen (urls[i]), tier))
          {
            *problem = shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE,
                                          SHOAL_PROBLEM_INVALID,
                                          urls[i],
                                          "not the address of a tracker, or named twice");
            return FALSE;
          }
    }
  return TRUE;
}

static ShoalProblem *
problem_of (const GError *error, const ShoalApiMakeOptions *options)
{
  const char *path = options->path;

  switch ((ShoalMakeError) error->code)
    {
    case SHOAL_MAKE_ERROR_CANCELLED:
      return NULL;
    case SHOAL_MAKE_ERROR_READ:
      return shoal_problem_new (
          SHOAL_PROBLEM_DOMAIN_STORAGE, SHOAL_PROBLEM_IO, path, error->message);
    case SHOAL_MAKE_ERROR_CHANGED:
      return shoal_problem_new (
          SHOAL_PROBLEM_DOMAIN_STORAGE, SHOAL_PROBLEM_CHANGED, path, error->message);
    case SHOAL_MAKE_ERROR_OUT:
      return shoal_problem_new (
          SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_CONFLICT, options->out, error->message);
    case SHOAL_MAKE_ERROR_OPTIONS:
    case SHOAL_MAKE_ERROR_EMPTY:
    case SHOAL_MAKE_ERROR_NAME:
    case SHOAL_MAKE_ERROR_TOO_LARGE:
      break;
    }
  return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_INVALID, path, error->message);
}

GBytes *
shoal_api_make_torrent (const ShoalApiMakeOptions *options,
                        ShoalApiProgressFunc       progress,
                        gpointer                   user_data,
                        guint                     *n_left_out,
                        ShoalProblem             **problem)
{
  ShoalMakeSummary summary = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) trackers = shoal_codec_tracker_array_new ();
  Watch            watch = { .func = progress, .user_data = user_data };
  ShoalMakeWatch   make_watch = { progress_cb, &watch, &watch.cancelled };
  ShoalMakeOptions make = {
    .path = options->path,
    .out = options->out,
    .piece_length = options->piece_size,
    .web_seeds = options->web_seeds,
    .comment = options->comment,
    .source = options->source,
    .created = options->no_date ? 0 : g_get_real_time () / G_USEC_PER_SEC,
    .is_private = options->is_private,
  };
  GBytes *torrent;

  *problem = NULL;
  if (!add_tiers (trackers, options->tiers, problem))
    return NULL;
  make.trackers = (const ShoalCodecTracker *) trackers->data;
  make.n_trackers = trackers->len;
  torrent = shoal_make_torrent (&make, &make_watch, &summary, &error);
  if (torrent == NULL)
    *problem = problem_of (error, options);
  if (n_left_out != NULL)
    *n_left_out = summary.n_links + summary.n_special;
  return torrent;
}
