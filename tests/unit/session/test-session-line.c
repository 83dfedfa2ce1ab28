/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "support/support-session.h"

/* What a queue of thousands costs. */

#define N_TORRENTS 10000

/* For what may take long on a busy machine. */
#define PATIENCE_USEC (60 * (gint64) G_USEC_PER_SEC)

#define until(self, condition)                                                                     \
  for (gint64 give_up_usec = g_get_monotonic_time () + PATIENCE_USEC; !(condition);                \
       support_session_turn (self, 20 * 1000))                                                     \
  g_assert_cmpint (g_get_monotonic_time (), <, give_up_usec)

static void
enqueue (SupportSession *self, guint64 serial, guint32 first, guint n, ShoalQueuePlace place)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_ENQUEUE, (ShoalTorrentId){ 0 });
  guint32       id;

  command->ids = g_array_new (FALSE, FALSE, sizeof (ShoalTorrentId));
  for (id = first; id < first + n; id++)
    {
      ShoalTorrentId one = { id };

      g_array_append_val (command->ids, one);
    }
  command->serial = serial;
  command->number = place;
  shoal_session_command (self->session, command);
}

/* All but a few wait, asleep, and nothing is to be done for them. */
static void
test_many_wait (void)
{
  g_autoptr (SupportSession) self = support_session_new ();
  guint64 n_rows;

  self->has_nothing = TRUE;
  self->settings->max_downloading = 5;
  support_session_fill (self, N_TORRENTS, NULL, 0);
  support_session_start (self);
  until (self, self->n_queued >= N_TORRENTS - 5 && self->n_downloading >= 5);
  g_assert_cmpuint (self->n_queued, <=, N_TORRENTS);
  until (self, self->totals.n_awake == 5);
  support_session_run (self, 1500 * 1000);
  self->n_queued = self->n_rows = 0;
  support_session_run (self, G_USEC_PER_SEC);
  g_assert_cmpuint (self->n_rows, <=, 10);

  /* One that is moved concerns two, however many stand between. */
  n_rows = self->n_rows;
  enqueue (self, 1, N_TORRENTS, 1, SHOAL_QUEUE_TOP);
  until (self, self->answers->len == 1);
  until (self, self->n_queued >= 1); /* who had the last place */
  support_session_run (self, 300 * 1000);
  g_assert_cmpuint (self->n_rows - n_rows, <, 100);
  g_assert_cmpuint (self->totals.n_awake, ==, 5);

  /* Half of them at once. */
  enqueue (self, 2, 1, N_TORRENTS / 2, SHOAL_QUEUE_BOTTOM);
  until (self, self->answers->len == 2);
  until (self, self->totals.n_awake == 5);
  g_assert_false (self->has_problem);
  support_session_stop (self);
  g_assert_true (support_session_was_clean (self));

  /* As they were left: the one at the top is one of the five. */
  self->n_queued = self->n_downloading = 0;
  support_session_start (self);
  until (self, self->n_queued >= N_TORRENTS - 5 && self->n_downloading >= 5);
  g_assert_cmpuint (self->last_downloading.value, >, N_TORRENTS / 2);
  support_session_stop (self);
}

static void
set_hold (SupportSession *self, ShoalHold hold)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_SETTINGS, (ShoalTorrentId){ 0 });

  command->settings = shoal_settings_copy (self->settings);
  command->settings->hold = hold;
  shoal_session_command (self->session, command);
}

/* Seeds that sleep rest, and come back without one being loaded. */
static void
test_hold (void)
{
  g_autoptr (SupportSession) self = support_session_new ();

  support_session_fill (self, 2000, NULL, 0);
  support_session_start (self);
  until (self, self->n_seeding >= 2000);
  set_hold (self, SHOAL_HOLD_METERED);
  until (self, self->n_held >= 2000);
  support_session_run (self, 300 * 1000);
  self->n_seeding = 0;
  set_hold (self, SHOAL_HOLD_NONE);
  until (self, self->n_seeding >= 2000);
  g_assert_cmpuint (self->totals.n_awake, ==, 0);
  support_session_stop (self);
  g_assert_true (support_session_was_clean (self));

  /* From the start on. */
  self->n_held = 0;
  self->settings->hold = SHOAL_HOLD_POWER;
  support_session_start (self);
  until (self, self->n_held >= 2000);
  g_assert_cmpuint (self->n_seeding, ==, 0);
  g_assert_cmpuint (self->totals.n_awake, ==, 0);
  support_session_stop (self);
}

/* Goals of the settings reach thousands that sleep: they stop, and none of them is loaded. */
static void
test_goals (void)
{
  g_autoptr (SupportSession) self = support_session_new ();
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_SETTINGS, (ShoalTorrentId){ 0 });

  support_session_fill (self, 2000, NULL, 0);
  support_session_start (self);
  until (self, self->n_seeding >= 2000);
  command->settings = shoal_settings_copy (self->settings);
  command->settings->goals.ratio_1000 = 0;
  shoal_session_command (self->session, command);
  until (self, self->n_met >= 2000);
  g_assert_cmpuint (self->totals.n_awake, ==, 0);
  g_assert_cmpuint (self->totals.n_torrents, ==, 2000);
  support_session_stop (self);
  g_assert_true (support_session_was_clean (self));
  self->n_met = self->n_seeding = 0;
  support_session_start (self);
  until (self, self->n_met >= 2000);
  g_assert_cmpuint (self->n_seeding, ==, 0);
  support_session_stop (self);

  self->settings->goals.action = SHOAL_GOAL_ACTION_REMOVE; /* not of those that have stopped */
  self->settings->goals.ratio_1000 = 0;
  self->n_met = 0;
  support_session_start (self);
  until (self, self->n_met >= 2000);
  support_session_run (self, 300 * 1000);
  g_assert_cmpuint (self->totals.n_torrents, ==, 2000);
  support_session_stop (self);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/line/many-wait", test_many_wait);
  g_test_add_func ("/session/line/hold", test_hold);
  g_test_add_func ("/session/line/goals", test_goals);
  return g_test_run ();
}
