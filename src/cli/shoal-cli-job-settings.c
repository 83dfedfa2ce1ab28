/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-job-private.h"

#include <stdlib.h>
#include <string.h>

/* What the engine of a job is told: settings, with its part of the limits, what is wished of the
 * torrent, and where its state lies. */

ShoalSettings *
shoal_cli_job_make_settings (const ShoalCliJob *self)
{
  ShoalSettings *settings = shoal_settings_copy (self->options->settings);

  settings->max_peers = MIN (settings->max_peers, self->max_peers);
  if (self->has_any_port)
    settings->port = 0;
  else if (settings->port != 0)
    settings->port = (guint16) MIN (settings->port + self->index, G_MAXUINT16);
  settings->down_limit_bps = self->shares[SHOAL_CLI_DIRECTION_DOWN].bps;
  settings->up_limit_bps = self->shares[SHOAL_CLI_DIRECTION_UP].bps;
  return settings;
}

/* All files, or those of --select: what an earlier call selected does not count. NULL: there are
 * not so many. */
static guint8 *
make_priorities (const ShoalCliJob *self)
{
  guint   n = self->contents->files->len;
  guint8 *priorities;

  if (self->options->select != NULL)
    return shoal_cli_options_parse_select (self->options->select, n);
  priorities = g_malloc (n);
  memset (priorities, SHOAL_FILE_PRIORITY_NORMAL, n);
  return priorities;
}

static GStrv
dup_strv (const GPtrArray *strings)
{
  GStrv copy = g_new0 (char *, strings->len + 1);
  guint i;

  for (i = 0; i < strings->len; i++)
    copy[i] = g_strdup (g_ptr_array_index (strings, i));
  return copy;
}

ShoalAddOptions *
shoal_cli_job_make_add_options (const ShoalCliJob *self, const char *save_path)
{
  const ShoalCliOptions *options = self->options;
  guint8                *priorities = self->is_magnet ? NULL : make_priorities (self);
  ShoalAddOptions       *add;

  if (priorities == NULL && !self->is_magnet)
    return NULL;
  add = shoal_add_options_new (save_path);
  add->priorities = priorities;
  add->n_priorities = self->contents->files->len;
  if (self->is_magnet && options->select != NULL)
    add->select = shoal_cli_options_parse_ranges (options->select);
  add->peers = dup_strv (options->peers);
  add->trackers = dup_strv (options->trackers);
  add->top_name = g_strdup (self->top_name);
  add->is_seed = self->is_seeding || options->seeds;
  add->seed_ratio = options->ratio;
  add->is_sequential = options->is_sequential;
  add->no_trackers = options->no_trackers;
  add->check_first = options->recheck;
  add->must_be_whole = self->is_seeding && !options->is_partial;
  add->no_download = self->is_seeding;
  add->fail_on_storage = TRUE;
  add->replaces = TRUE;
  return add;
}

char *
shoal_cli_job_dup_state_path (const ShoalCliJob *self, const char *save_path)
{
  g_autofree char *folder =
      self->options->state != NULL
          ? g_strdup (self->options->state)
          : g_build_filename (g_get_user_state_dir (), SHOAL_STATE_NAME, "cli", NULL);
  g_autofree char *real = realpath (save_path, NULL);
  g_autofree char *place = g_strconcat (
      real != NULL ? real : save_path, "/", self->top_name != NULL ? self->top_name : "", NULL);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA1, place, -1);
  g_autofree char *name = g_strdup_printf ("%s-%.16s.db", self->hash, digest);

  return g_build_filename (folder, name, NULL);
}

/* A first share, until the limits are divided anew. */
static guint64
get_part (guint64 limit_bps, guint n_jobs)
{
  return limit_bps > 0 ? MAX (limit_bps / n_jobs, 1) : 0;
}

void
shoal_cli_job_init_shares (ShoalCliJob *self, guint n_jobs)
{
  const ShoalSettings *settings = self->options->settings;
  guint                i;

  self->shares[SHOAL_CLI_DIRECTION_DOWN].bps = get_part (settings->down_limit_bps, n_jobs);
  self->shares[SHOAL_CLI_DIRECTION_UP].bps = get_part (settings->up_limit_bps, n_jobs);
  for (i = 0; i < SHOAL_CLI_N_DIRECTIONS; i++)
    self->given_bps[i] = self->shares[i].bps;
  self->counted_usec = self->begun_usec;
}

ShoalCliShare *
shoal_cli_job_get_share (ShoalCliJob *self, ShoalCliDirection direction)
{
  return &self->shares[direction];
}

void
shoal_cli_job_measure (ShoalCliJob *self, gint64 now_usec)
{
  const ShoalTorrentInfo *info = self->info;
  ShoalCliShare          *down = &self->shares[SHOAL_CLI_DIRECTION_DOWN];
  ShoalCliShare          *up = &self->shares[SHOAL_CLI_DIRECTION_UP];
  gint64                  span_usec = now_usec - self->counted_usec;
  gboolean                is_connected = info != NULL && info->n_peers > 0 && !self->is_stopping;

  shoal_cli_share_count (down, self->totals.downloaded - self->counted.downloaded, span_usec);
  shoal_cli_share_count (up, self->totals.uploaded - self->counted.uploaded, span_usec);
  down->can_use = is_connected && info->state == SHOAL_TORRENT_STATE_DOWNLOADING;
  up->can_use = is_connected;
  self->counted = self->totals;
  self->counted_usec = now_usec;
}

void
shoal_cli_job_apply_shares (ShoalCliJob *self)
{
  g_autoptr (ShoalSettings) settings = NULL;
  gboolean is_new = FALSE;
  guint    i;

  for (i = 0; i < SHOAL_CLI_N_DIRECTIONS; i++)
    {
      is_new = is_new || self->given_bps[i] != self->shares[i].bps;
      self->given_bps[i] = self->shares[i].bps;
    }
  if (!is_new || self->is_stopping)
    return;
  settings = shoal_cli_job_make_settings (self);
  shoal_api_engine_set_settings (self->engine, settings);
}
