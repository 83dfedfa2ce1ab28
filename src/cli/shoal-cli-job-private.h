/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "cli/shoal-cli-event.h"
#include "cli/shoal-cli-job.h"

G_BEGIN_DECLS

struct _ShoalCliJob
{
  const ShoalCliOptions *options; /* unowned: outlives us */
  char                  *source;  /* owned, as all to info */
  char                  *hash;
  ShoalCliTopic          topic; /* both, for the events */
  ShoalContents         *contents;
  char                  *top_name;
  ShoalApiEngine        *engine; /* NULL: it was never started */
  ShoalCliFault         *fault;  /* NULL: none */
  GPtrArray             *early;  /* of ShoalEvent: what happened before `added` was said */
  ShoalTorrentInfo      *info;   /* NULL: no row yet */
  ShoalCliExit           exit;
  guint                  index;
  guint                  max_peers;
  gint64                 begun_usec;
  gint64                 said_usec;  /* when the last progress event was */
  gint64                 moved_usec; /* when the last byte came */
  guint64                moved_bytes;
  ShoalTotals            totals;  /* of this run */
  ShoalTotals            counted; /* as they were when the shares were last measured */
  gint64                 counted_usec;
  ShoalCliShare          shares[SHOAL_CLI_N_DIRECTIONS];
  guint64                given_bps[SHOAL_CLI_N_DIRECTIONS]; /* what the engine was told */
  const char            *said_state;                        /* static; of the last progress event */
  guint16                taken_port;                        /* was asked for and is busy; 0: none */
  ShoalCliJobFunc        on_ended;
  gpointer               user_data;

  guint is_magnet : 1; /* it came as a link */
  guint is_seeding : 1;
  guint has_any_port : 1; /* the wished ones were all taken */
  guint is_accepted : 1;  /* the engine has it */
  guint is_added : 1;     /* and found out what is there: the event was sent */
  guint is_stopping : 1;
  guint is_ended : 1;
  guint was_complete : 1;
  guint was_damaged : 1; /* it was said that the state was set aside */
};

/* shoal-cli-job-settings.c */

/* The first part of each limit, of @n_jobs equal ones, until they are divided anew. */
void shoal_cli_job_init_shares (ShoalCliJob *self, guint n_jobs);

/* Settings of its engine, as they are now; the caller's. */
ShoalSettings *shoal_cli_job_make_settings (const ShoalCliJob *self);

/* What is wished of the torrent below @save_path; the caller's. NULL: --select names a file that
 * the torrent does not have. */
ShoalAddOptions *shoal_cli_job_make_add_options (const ShoalCliJob *self, const char *save_path);

/* One database for each torrent and download folder: FOLDER/HASH-PLACE.db. The caller's. */
char *shoal_cli_job_dup_state_path (const ShoalCliJob *self, const char *save_path);

/* shoal-cli-job.c */

/* --select names a file that the torrent, of @n_files, does not have; the caller's. */
ShoalCliFault *shoal_cli_job_make_selection_fault (const ShoalCliJob *self, guint n_files);

/* The magnet link selects only files that its torrent, of @n_files, does not have. */
ShoalCliFault *shoal_cli_job_make_link_fault (const ShoalCliJob *self, guint n_files);

/* shoal-cli-job-say.c */

/* @state: static, as shoal_cli_event_name_state() gives it. There must be a row. */
void shoal_cli_job_print_progress (ShoalCliJob *self, const char *state);

/* Says it, or does what it asks for. Where peers can connect is said at once; the rest after
 * `added`. */
void shoal_cli_job_take_event (ShoalCliJob *self, const ShoalEvent *event);

/* What its link is has been learnt in this run, and waits to be said. */
gboolean shoal_cli_job_has_learnt (const ShoalCliJob *self);

/* It is known what is there already: the first event of the torrent, and all that waited for it. */
void shoal_cli_job_say_added (ShoalCliJob *self);

G_END_DECLS
