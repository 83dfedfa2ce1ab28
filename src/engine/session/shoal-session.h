/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/shoal-session-thread.h"

G_BEGIN_DECLS

/* All torrents of one engine: what they share, what each is to do, what survives, and what is
 * published. Engine context only; shoal-session-thread.h is how others reach it. */
typedef struct _ShoalSession ShoalSession;

/* Who hears of it. */
typedef struct
{
  /* Whether a snapshot may be published now: the one before was taken. */
  gboolean (*can_publish) (gpointer owner);

  /* Takes @snapshot over. After one with is_stopped nothing is called any more. */
  void (*publish) (gpointer owner, ShoalSnapshot *snapshot);
} ShoalSessionEvents;

/* Opens the state and goes on where it was; what fails is published. @context is the engine's. */
ShoalSession *shoal_session_new (GMainContext              *context,
                                 const ShoalSessionOptions *options,
                                 const ShoalSessionEvents  *events,
                                 gpointer                   owner);

/* After the snapshot with is_stopped, outside any callback of the session. */
void shoal_session_free (ShoalSession *self);

/* Carries @command out and takes it over; exactly one answer follows in a snapshot. */
void shoal_session_command (ShoalSession *self, ShoalCommand *command);

/* Whether something is stuck beyond the time a stop may take: the process should leave with
 * _exit(). */
gboolean shoal_session_is_stuck (const ShoalSession *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalSession, shoal_session_free)

G_END_DECLS
