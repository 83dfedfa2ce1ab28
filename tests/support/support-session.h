/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/shoal-session.h"

G_BEGIN_DECLS

/* A session on a main context of the test's own, which counts how often it wakes up, over a state
 * with any number of torrents that are complete and settled. Their files are there, but empty: who
 * looks at them closely finds that out. */
typedef struct
{
  GMainContext       *context; /* owned, as all to the session */
  char               *folder;
  char               *state;
  char               *files; /* the folder of all torrents; the file of torrent 7 is seed00007 */
  ShoalSettings      *settings;
  ShoalSessionDoubles doubles;
  gboolean            has_nothing; /* of their data: they are to be fetched, and nobody has them */
  gboolean            has_own_hosts; /* each torrent a tracker of its own */
  ShoalSession       *session;       /* NULL: it does not run */
  GPtrArray          *answers;       /* of ShoalAnswer */
  ShoalTotals         totals;        /* of the last snapshot */
  guint64             n_seeding;     /* rows that said so */
  guint64             n_downloading;
  guint64             n_queued;
  guint64             n_held; /* rows that all rests keeps from taking part */
  guint64             n_met;  /* rows that reached a goal */
  guint64             n_rows; /* of any kind */
  ShoalTorrentId      last_downloading;
  guint64             n_working; /* rows whose trackers work */
  guint64             n_missing; /* rows whose problem is that their folder is gone */
  guint               n_wakeups; /* of the context, since the caller last set it */
  gboolean            is_loaded;
  gboolean            is_stopped;
  gboolean            has_problem;
} SupportSession;

SupportSession *support_session_new (void);

/* Not while it runs. Removes the state. */
void support_session_free (SupportSession *self);

/* Makes the state: torrents 1 … @n, with trackers @announce[0 … n_announce), each a tier. With
 * has_own_hosts the first is asked under another address of this machine by each. */
void
support_session_fill (SupportSession *self, guint n, const char *const *announce, guint n_announce);

void support_session_start (SupportSession *self);

/* Runs the context until something happens, at most for @usec. */
void support_session_turn (SupportSession *self, gint64 usec);

void support_session_run (SupportSession *self, gint64 usec);

/* Quits and waits for the end; returns how long that took. */
gint64 support_session_stop (SupportSession *self);

/* Whether the last run ended well. Not while it runs. */
gboolean support_session_was_clean (SupportSession *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SupportSession, support_session_free)

G_END_DECLS
