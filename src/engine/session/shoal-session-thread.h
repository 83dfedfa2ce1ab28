/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-command.h"
#include "types/shoal-types-snapshot.h"

G_BEGIN_DECLS

/* The engine thread: runs one ShoalSession on a GMainContext of its own. The functions below belong
 * to the thread that made it. */
typedef struct _ShoalSessionThread ShoalSessionThread;

/* What a test puts in the place of the machine. Zeros: what a person gets. */
typedef struct _ShoalSessionDoubles
{
  const struct _ShoalDiskSyscalls *disk;            /* outlives the session */
  gint64                           retry_usec;      /* between tries of what a full disk stopped */
  gint64                           checkpoint_usec; /* between checkpoints */
  gint64                           rest_usec;  /* so long a seed that nobody uses stays awake */
  gint64                           stall_usec; /* after which a place in the queue is given up */
  gint64                           stop_usec;  /* so long the end may take */
} ShoalSessionDoubles;

typedef struct
{
  const char          *state_path;
  const char          *runtime_dir; /* NULL: $XDG_RUNTIME_DIR/shoal */
  const ShoalSettings *settings;
  gboolean             is_held; /* what the state holds sleeps until it is added with `replaces` */
  const ShoalSessionDoubles *doubles; /* NULL: none; copied */
} ShoalSessionOptions;

/* Takes the snapshot over, on the main context of the thread that made the ShoalSessionThread. No
 * further one comes before this returned. The last has is_stopped. */
typedef void (*ShoalSessionSnapshotFunc) (ShoalSnapshot *snapshot, gpointer user_data);

ShoalSessionThread *shoal_session_thread_start (const ShoalSessionOptions *options,
                                                ShoalSessionSnapshotFunc   func,
                                                gpointer                   user_data);

/* Takes @command over. Its answer comes in a snapshot. */
void shoal_session_thread_send (ShoalSessionThread *self, ShoalCommand *command);

/* Ends the thread and frees it: joins it if the last snapshot came, else sends a quit and waits at
 * most 6 s, or as long as the end may take. No callback after this returns; may be called inside
 * one. */
void shoal_session_thread_stop (ShoalSessionThread *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalSessionThread, shoal_session_thread_stop)

G_END_DECLS
