/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gstdio.h>
#include <stdatomic.h>

#include "support/support-session.h"
#include "trackerd/shoal-trackerd-thread.h"

/* What thousands of torrents cost that nobody wants anything of: nothing. */

#define N_TORRENTS 2000

/* For what may take long on a busy machine. */
#define PATIENCE_USEC (60 * (gint64) G_USEC_PER_SEC)

#define until(self, condition)                                                                     \
  for (gint64 give_up_usec = g_get_monotonic_time () + PATIENCE_USEC; !(condition);                \
       support_session_turn (self, 20 * 1000))                                                     \
  g_assert_cmpint (g_get_monotonic_time (), <, give_up_usec)

/* Nothing is due any more once they are listed: the thread sleeps until somebody comes. */
static void
test_wakeups (void)
{
  g_autoptr (SupportSession) self = support_session_new ();

  support_session_fill (self, N_TORRENTS, NULL, 0);
  support_session_start (self);
  until (self, self->n_seeding >= N_TORRENTS);
  g_assert_cmpuint (self->totals.n_torrents, ==, N_TORRENTS);
  g_assert_cmpuint (self->totals.n_awake, ==, 0);
  support_session_run (self, 1500 * 1000); /* what follows from the start comes to its end */
  self->n_wakeups = 0;
  self->n_seeding = 0;
  support_session_run (self, G_USEC_PER_SEC);
  /* The run itself is one; another is left to what GLib may have of its own. */
  g_assert_cmpuint (self->n_wakeups, <=, 2);
  g_assert_cmpuint (self->n_seeding, ==, 0);
  g_assert_cmpuint (self->totals.n_awake, ==, 0);
  g_assert_false (self->has_problem);
  support_session_stop (self);
  g_assert_true (support_session_was_clean (self));
}

typedef struct
{
  ShoalTrackerdThread *thread;
  char                *url;
  atomic_uint          n_started;
  atomic_uint          n_stopped;
  atomic_uint          n_leechers;
} Tracker;

static void
announced_cb (gpointer owner, const ShoalTrackerdAnnounce *announce)
{
  Tracker *self = owner;

  if (announce->request->event == SHOAL_CODEC_TRACKER_EVENT_STARTED)
    atomic_fetch_add (&self->n_started, 1);
  else if (announce->request->event == SHOAL_CODEC_TRACKER_EVENT_STOPPED)
    atomic_fetch_add (&self->n_stopped, 1);
  if (announce->request->left > 0)
    atomic_fetch_add (&self->n_leechers, 1);
}

static void
tracker_start (Tracker *self)
{
  ShoalBaseAddress     local = { .family = AF_INET, .ip = { 127, 0, 0, 1 } };
  ShoalTrackerdOptions options = {
    .binds = &local, .n_binds = 1, .on_announce = announced_cb, .owner = self
  };

  self->thread = shoal_trackerd_thread_new (&options, NULL);
  g_assert_nonnull (self->thread);
  self->url = g_strdup_printf ("udp://127.0.0.1:%u/announce",
                               shoal_trackerd_thread_get_udp_port (self->thread));
}

/* All are announced at the start, as seeds, without one being loaded; at the end all are told, and
 * the state is closed as it should be. */
static void
test_announces (void)
{
  g_autoptr (SupportSession) self = support_session_new ();
  Tracker     tracker = { 0 };
  const char *announce[2] = { NULL, "udp://127.0.0.1:1/announce" };

  tracker_start (&tracker);
  announce[0] = tracker.url;
  support_session_fill (self, N_TORRENTS, announce, 2);
  support_session_start (self);
  until (self, self->n_working >= N_TORRENTS);
  g_assert_cmpuint (atomic_load (&tracker.n_started), ==, N_TORRENTS);
  g_assert_cmpuint (atomic_load (&tracker.n_leechers), ==, 0);
  g_assert_cmpuint (self->totals.n_awake, ==, 0);
  support_session_stop (self);
  g_assert_true (support_session_was_clean (self));
  shoal_trackerd_thread_free (tracker.thread);
  g_assert_cmpuint (atomic_load (&tracker.n_stopped), >, 0);
  g_free (tracker.url);
}

/* A tracker that says nothing holds nobody up: neither the start nor the end. */
static void
test_silent_tracker (void)
{
  g_autoptr (SupportSession) self = support_session_new ();
  const char *announce = "udp://127.0.0.1:1/announce";

  support_session_fill (self, N_TORRENTS, &announce, 1);
  support_session_start (self);
  until (self, self->n_seeding >= N_TORRENTS);
  support_session_run (self, 300 * 1000);
  support_session_stop (self);
  g_assert_true (support_session_was_clean (self));
}

static guint
count_answers (const SupportSession *self, gboolean with_problem)
{
  guint n = 0, i;

  for (i = 0; i < self->answers->len; i++)
    n += (((const ShoalAnswer *) g_ptr_array_index (self->answers, i))->problem != NULL) ==
         with_problem;
  return n;
}

static void
tell (SupportSession *self, ShoalCommandKind kind, guint32 id, gboolean flag)
{
  static guint64 serial;
  ShoalCommand  *command = shoal_command_new (kind, (ShoalTorrentId){ id });

  command->flag = flag;
  command->serial = ++serial;
  shoal_session_command (self->session, command);
}

/* What can be done without the rest of a torrent wakes nobody. */
static void
test_commands (void)
{
  g_autoptr (SupportSession) self = support_session_new ();
  guint id;

  support_session_fill (self, 100, NULL, 0);
  support_session_start (self);
  until (self, self->n_seeding >= 100);
  for (id = 1; id <= 50; id++)
    tell (self, SHOAL_COMMAND_SET_PAUSED, id, TRUE);
  for (id = 1; id <= 10; id++)
    tell (self, SHOAL_COMMAND_REMOVE, id, FALSE);
  for (id = 11; id <= 20; id++)
    tell (self, SHOAL_COMMAND_HIDE, id, TRUE);
  for (id = 21; id <= 30; id++)
    tell (self, SHOAL_COMMAND_SET_PAUSED, id, FALSE);
  for (id = 41; id <= 50; id++)
    tell (self, SHOAL_COMMAND_ANNOUNCE, id, FALSE); /* not while it is paused */
  until (self, self->answers->len == 90);
  g_assert_cmpuint (count_answers (self, TRUE), ==, 10);
  support_session_run (self, 300 * 1000);
  g_assert_cmpuint (self->totals.n_torrents, ==, 80);
  g_assert_cmpuint (self->totals.n_awake, ==, 0);
  support_session_stop (self);
  g_assert_true (support_session_was_clean (self));
}

/* One that is gone from its folder is found out without anybody asking for it; the others are left
 * alone. */
static void
test_gone (void)
{
  g_autoptr (SupportSession) self = support_session_new ();
  g_autofree char *path = g_build_filename (self->files, "seed00003", NULL);

  support_session_fill (self, 300, NULL, 0);
  g_assert_cmpint (g_unlink (path), ==, 0);
  support_session_start (self);
  until (self, self->n_seeding >= 300);
  until (self, self->totals.n_awake == 1);
  g_assert_cmpuint (self->n_missing, ==, 0);
  support_session_run (self, 300 * 1000);
  g_assert_cmpuint (self->totals.n_awake, ==, 1);
  support_session_stop (self);
  g_assert_true (support_session_was_clean (self));
}

/* The disk with all of them is not there: they wait, asleep, and go on when it is back. */
static void
test_folder_gone (void)
{
  g_autoptr (SupportSession) self = support_session_new ();
  g_autofree char *away = g_build_filename (self->folder, "away", NULL);

  self->doubles.retry_usec = 100 * 1000;
  support_session_fill (self, N_TORRENTS, NULL, 0);
  g_assert_cmpint (g_rename (self->files, away), ==, 0);
  support_session_start (self);
  until (self, self->n_missing >= N_TORRENTS);
  g_assert_cmpuint (self->totals.n_awake, ==, 0);
  support_session_run (self, 300 * 1000);
  self->n_seeding = 0;
  g_assert_cmpint (g_rename (away, self->files), ==, 0);
  until (self, self->n_seeding >= N_TORRENTS);
  g_assert_cmpuint (self->totals.n_awake, ==, 0);
  support_session_stop (self);
  g_assert_true (support_session_was_clean (self));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/idle/wakeups", test_wakeups);
  g_test_add_func ("/session/idle/announces", test_announces);
  g_test_add_func ("/session/idle/silent-tracker", test_silent_tracker);
  g_test_add_func ("/session/idle/commands", test_commands);
  g_test_add_func ("/session/idle/gone", test_gone);
  g_test_add_func ("/session/idle/folder-gone", test_folder_gone);
  return g_test_run ();
}
