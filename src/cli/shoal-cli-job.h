/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "api/shoal-api-engine.h"
#include "cli/shoal-cli-fault.h"
#include "cli/shoal-cli-options.h"
#include "cli/shoal-cli-share.h"

G_BEGIN_DECLS

/* One torrent of `get` or `seed`: an engine of its own, and what is said of it. */
typedef struct _ShoalCliJob ShoalCliJob;

/* Called once, when the engine has ended, from the main loop. */
typedef void (*ShoalCliJobFunc) (ShoalCliJob *job, gpointer user_data);

typedef struct
{
  const ShoalCliOptions *options; /* unowned: outlives the job */
  const char            *source;  /* how the person called it */
  GBytes                *torrent; /* a reference is taken; NULL: @source is a magnet link */
  const ShoalContents   *contents;
  const char            *save_path;  /* absolute */
  const char            *top_name;   /* NULL: as the torrent says */
  gboolean               is_seeding; /* the data should be there: `seed` */
  guint                  index;      /* which of the jobs it is: each has a port of its own */
  guint                  n_jobs;     /* that share the limits at first in equal parts */
  guint                  max_peers;  /* connections that there is room for */
  ShoalCliJobFunc        on_ended;
  gpointer               user_data;
} ShoalCliJobOptions;

/* Starts at once. */
ShoalCliJob *shoal_cli_job_new (const ShoalCliJobOptions *options);

void shoal_cli_job_free (ShoalCliJob *self);

/* A clean end with status @exit, which does not count if the job ends already; on_ended follows. */
void shoal_cli_job_stop (ShoalCliJob *self, ShoalCliExit exit);

/* It was stopped, has failed or is done. */
gboolean shoal_cli_job_is_stopping (const ShoalCliJob *self);

/* It has: on_ended is called, or was. */
gboolean shoal_cli_job_is_ended (const ShoalCliJob *self);

typedef enum
{
  SHOAL_CLI_DIRECTION_DOWN,
  SHOAL_CLI_DIRECTION_UP,
  SHOAL_CLI_N_DIRECTIONS,
} ShoalCliDirection;

/* Its part of --down or --up. Borrowed; whoever divides the limit changes it, and then calls
 * shoal_cli_job_apply_shares(). */
ShoalCliShare *shoal_cli_job_get_share (ShoalCliJob *self, ShoalCliDirection direction);

/* Tells both shares what was used since the last call, and what could be. */
void shoal_cli_job_measure (ShoalCliJob *self, gint64 now_usec);

/* Tells the engine what its shares are now. */
void shoal_cli_job_apply_shares (ShoalCliJob *self);

/* What the job ends with; SHOAL_CLI_EXIT_DONE until it knows better. */
ShoalCliExit shoal_cli_job_get_exit (const ShoalCliJob *self);

/* Why it failed; NULL: it did not. Borrowed. */
const ShoalCliFault *shoal_cli_job_get_fault (const ShoalCliJob *self);

/* The row as it is now; NULL before there is one. Borrowed. */
const ShoalTorrentInfo *shoal_cli_job_get_info (const ShoalCliJob *self);

/* Several times a second: progress events, the deadline of --timeout. After the end it lets go of
 * what the engine had open. */
void shoal_cli_job_tick (ShoalCliJob *self);

/* Info-hash of @contents in hex, as events name it; the caller owns it. */
char *shoal_cli_job_dup_hash (const ShoalContents *contents);

G_END_DECLS
