/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib.h>

#include "session/shoal-session-turns.h"

#define MINUTE (60 * (gint64) G_USEC_PER_SEC)

typedef struct
{
  ShoalSessionTurns turns;
  ShoalSessionTurn *all; /* owned */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer n)
{
  guint i;

  shoal_session_turns_init (&fixture->turns);
  fixture->all = g_new (ShoalSessionTurn, GPOINTER_TO_UINT (n));
  for (i = 0; i < GPOINTER_TO_UINT (n); i++)
    shoal_session_turn_init (&fixture->all[i]);
}

static void
tear_down (Fixture *fixture, gconstpointer n)
{
  g_free (fixture->all);
}

/* As many as may be active, in the order they came; the next one when one ends. */
static void
test_order (Fixture *fixture, gconstpointer data)
{
  guint n = GPOINTER_TO_UINT (data);
  guint i;

  g_assert_null (shoal_session_turns_take (&fixture->turns));
  for (i = 0; i < n; i++)
    g_assert_true (shoal_session_turns_offer (&fixture->turns, &fixture->all[i], 0));
  g_assert_true (shoal_session_turns_offer (&fixture->turns, &fixture->all[3], 0));
  g_assert_cmpuint (fixture->turns.n_waiting, ==, n);
  for (i = 0; i < SHOAL_SESSION_TURNS_MAX_ACTIVE; i++)
    g_assert_true (shoal_session_turns_take (&fixture->turns) == &fixture->all[i]);
  g_assert_null (shoal_session_turns_take (&fixture->turns));
  /* One that is active gets no second turn, but may be told of more peers. */
  g_assert_true (shoal_session_turns_offer (&fixture->turns, &fixture->all[0], 0));
  g_assert_cmpuint (fixture->turns.n_waiting, ==, n - SHOAL_SESSION_TURNS_MAX_ACTIVE);
  shoal_session_turns_end (&fixture->turns, &fixture->all[5], FALSE, 10);
  g_assert_true (shoal_session_turns_take (&fixture->turns) ==
                 &fixture->all[SHOAL_SESSION_TURNS_MAX_ACTIVE]);
  g_assert_null (shoal_session_turns_take (&fixture->turns));
  /* Who goes leaves room, and is not missed. */
  shoal_session_turns_drop (&fixture->turns, &fixture->all[0]);
  shoal_session_turns_drop (&fixture->turns, &fixture->all[SHOAL_SESSION_TURNS_MAX_ACTIVE + 1]);
  g_assert_true (shoal_session_turns_take (&fixture->turns) ==
                 &fixture->all[SHOAL_SESSION_TURNS_MAX_ACTIVE + 2]);
  for (i = 0; i < n; i++)
    shoal_session_turns_drop (&fixture->turns, &fixture->all[i]);
  g_assert_cmpuint (fixture->turns.n_active, ==, 0);
  g_assert_cmpuint (fixture->turns.n_waiting, ==, 0);
}

/* In vain, each turn is further from the one before; one that was of use puts that right. */
static void
test_back_off (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    gboolean was_useful;
    gint64   wait_usec;
  } rows[] = {
    { FALSE, 30 * MINUTE },  { FALSE, 60 * MINUTE },  { FALSE, 120 * MINUTE },
    { FALSE, 240 * MINUTE }, { FALSE, 480 * MINUTE }, { FALSE, 480 * MINUTE },
    { TRUE, 5 * MINUTE },    { FALSE, 30 * MINUTE },
  };
  ShoalSessionTurn *turn = fixture->all;
  gint64            now_usec = 1000;
  guint             i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_true (shoal_session_turns_wants (&fixture->turns, turn, now_usec));
      g_assert_true (shoal_session_turns_offer (&fixture->turns, turn, now_usec));
      g_assert_true (shoal_session_turns_take (&fixture->turns) == turn);
      g_assert_true (shoal_session_turns_wants (&fixture->turns, turn, now_usec));
      now_usec += 70 * G_USEC_PER_SEC;
      shoal_session_turns_end (&fixture->turns, turn, rows[i].was_useful, now_usec);
      g_assert_false (
          shoal_session_turns_wants (&fixture->turns, turn, now_usec + rows[i].wait_usec - 1));
      g_assert_false (
          shoal_session_turns_offer (&fixture->turns, turn, now_usec + rows[i].wait_usec - 1));
      now_usec += rows[i].wait_usec;
    }
  g_assert_cmpuint (fixture->turns.n_active, ==, 0);
}

/* Thousands that announce at once leave thousands for the next time. */
static void
test_room (Fixture *fixture, gconstpointer data)
{
  guint n = GPOINTER_TO_UINT (data), n_taken = 0, i;

  for (i = 0; i < n; i++)
    n_taken += shoal_session_turns_offer (&fixture->turns, &fixture->all[i], 0);
  g_assert_cmpuint (n_taken, ==, SHOAL_SESSION_TURNS_MAX_WAITING);
  g_assert_false (shoal_session_turns_wants (&fixture->turns, &fixture->all[n - 1], 0));
  g_assert_true (shoal_session_turns_wants (&fixture->turns, &fixture->all[0], 0));
  g_assert_nonnull (shoal_session_turns_take (&fixture->turns));
  g_assert_true (shoal_session_turns_offer (&fixture->turns, &fixture->all[n - 1], 0));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/session/turns/order",
              Fixture,
              GUINT_TO_POINTER (SHOAL_SESSION_TURNS_MAX_ACTIVE + 10),
              set_up,
              test_order,
              tear_down);
  g_test_add (
      "/session/turns/back-off", Fixture, GUINT_TO_POINTER (1), set_up, test_back_off, tear_down);
  g_test_add (
      "/session/turns/room", Fixture, GUINT_TO_POINTER (3000), set_up, test_room, tear_down);
  return g_test_run ();
}
