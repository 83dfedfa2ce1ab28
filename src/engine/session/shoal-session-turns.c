/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-turns.h"

void
shoal_session_turns_init (ShoalSessionTurns *self)
{
  shoal_base_list_init (&self->waiting);
  self->n_waiting = self->n_active = 0;
}

void
shoal_session_turn_init (ShoalSessionTurn *turn)
{
  shoal_base_list_init (&turn->link);
  turn->next_usec = G_MININT64;
  turn->n_vain = 0;
  turn->state = SHOAL_SESSION_TURN_NONE;
}

gboolean
shoal_session_turns_wants (const ShoalSessionTurns *self,
                           const ShoalSessionTurn  *turn,
                           gint64                   now_usec)
{
  if (turn->state != SHOAL_SESSION_TURN_NONE)
    return TRUE;
  return now_usec >= turn->next_usec && self->n_waiting < SHOAL_SESSION_TURNS_MAX_WAITING;
}

gboolean
shoal_session_turns_offer (ShoalSessionTurns *self, ShoalSessionTurn *turn, gint64 now_usec)
{
  if (!shoal_session_turns_wants (self, turn, now_usec))
    return FALSE;
  if (turn->state != SHOAL_SESSION_TURN_NONE)
    return TRUE;
  turn->state = SHOAL_SESSION_TURN_WAITING;
  shoal_base_list_append (&self->waiting, &turn->link);
  self->n_waiting++;
  return TRUE;
}

ShoalSessionTurn *
shoal_session_turns_take (ShoalSessionTurns *self)
{
  ShoalSessionTurn *turn;

  if (self->n_active >= SHOAL_SESSION_TURNS_MAX_ACTIVE || shoal_base_list_is_empty (&self->waiting))
    return NULL;
  turn = SHOAL_BASE_LIST_ENTRY (self->waiting.next, ShoalSessionTurn, link);
  shoal_base_list_remove (&turn->link);
  self->n_waiting--;
  self->n_active++;
  turn->state = SHOAL_SESSION_TURN_ACTIVE;
  return turn;
}

static gint64
get_vain_usec (guint n_vain)
{
  gint64 usec = SHOAL_SESSION_TURNS_VAIN_USEC;

  for (; n_vain > 1 && usec < SHOAL_SESSION_TURNS_MAX_VAIN_USEC; n_vain--)
    usec *= 2;
  return MIN (usec, SHOAL_SESSION_TURNS_MAX_VAIN_USEC);
}

void
shoal_session_turns_end (ShoalSessionTurns *self,
                         ShoalSessionTurn  *turn,
                         gboolean           was_useful,
                         gint64             now_usec)
{
  g_return_if_fail (turn->state == SHOAL_SESSION_TURN_ACTIVE);

  shoal_session_turns_drop (self, turn);
  turn->n_vain = was_useful ? 0 : turn->n_vain + 1;
  turn->next_usec =
      now_usec + (was_useful ? SHOAL_SESSION_TURNS_AGAIN_USEC : get_vain_usec (turn->n_vain));
}

void
shoal_session_turns_drop (ShoalSessionTurns *self, ShoalSessionTurn *turn)
{
  if (turn->state == SHOAL_SESSION_TURN_WAITING)
    self->n_waiting--;
  else if (turn->state == SHOAL_SESSION_TURN_ACTIVE)
    self->n_active--;
  shoal_base_list_remove (&turn->link);
  turn->state = SHOAL_SESSION_TURN_NONE;
}
