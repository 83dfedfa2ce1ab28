/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "app/add/shoal-app-watch-memory.h"

G_BEGIN_DECLS

/* What becomes of a .torrent that was added. */
typedef enum
{
  SHOAL_APP_WATCH_LEAVE,
  SHOAL_APP_WATCH_RENAME, /* to NAME.added */
  SHOAL_APP_WATCH_TRASH,
} ShoalAppWatchAfter;

/* A file that is dealt with. */
typedef struct
{
  ShoalAppWatchFile *file; /* owned */
  ShoalAppWatchAfter after;
} ShoalAppWatchSettled;

/* One errand of a worker in the watched folder: what is dealt with is moved away and remembered,
 * then the folder is read. */
typedef struct
{
  char                *folder;      /* owned */
  char                *memory_path; /* owned */
  ShoalAppWatchMemory *memory;      /* owned; loaded by the first errand */
  GPtrArray           *settled;     /* owned, of ShoalAppWatchSettled, owned */
  guint                max_fresh;   /* so many files at most are brought back */

  /* Filled by the worker. */
  GPtrArray *fresh;    /* owned, of ShoalAppWatchFile, owned: not in the memory */
  char      *trouble;  /* owned; a file that could not be moved away; NULL: none */
  GError    *error;    /* owned; why the folder cannot be read; NULL: it was */
  gboolean   has_more; /* than max_fresh */
  gboolean   is_fuse;  /* nobody tells when something changes there */

  gboolean is_loaded; /* the memory */
} ShoalAppWatchJob;

/* Blocks; any thread. */
void shoal_app_watch_job_run (ShoalAppWatchJob *self);

/* @memory goes over to it. */
ShoalAppWatchJob *
shoal_app_watch_job_new (const char *folder, const char *memory_path, ShoalAppWatchMemory *memory);

void shoal_app_watch_job_free (ShoalAppWatchJob *self);

/* Takes @file over. */
ShoalAppWatchSettled *shoal_app_watch_settled_new (ShoalAppWatchFile *file,
                                                   ShoalAppWatchAfter after);

void shoal_app_watch_settled_free (ShoalAppWatchSettled *self);

/* Whether a file called @name is one to look into. */
gboolean shoal_app_watch_job_is_torrent (const char *name);

G_END_DECLS
