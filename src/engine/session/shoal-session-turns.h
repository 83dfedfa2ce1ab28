/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-list.h"

G_BEGIN_DECLS

/* Which sleeping torrents are woken to connect to peers that a tracker has named. Whoever wants
 * their data mostly comes by himself; where nobody can reach us, going there is the only way to
 * give anything. So each gets a turn now and then, a few at a time, and rarely where it was in
 * vain: ten thousand announces must not wake ten thousand torrents. Pure: the caller's clock. One
 * thread.
 */

/* Awake at once because it is their turn. */
#define SHOAL_SESSION_TURNS_MAX_ACTIVE 40

/* That wait for one; further ones wait for the next announce. */
#define SHOAL_SESSION_TURNS_MAX_WAITING 1000

/* From the end of a turn until the torrent may wait for the next one: after one that was of use to
 * somebody; after one in vain, twice as long after the second in a row, and so on. */
#define SHOAL_SESSION_TURNS_AGAIN_USEC    (5 * 60 * (gint64) G_USEC_PER_SEC)
#define SHOAL_SESSION_TURNS_VAIN_USEC     (30 * 60 * (gint64) G_USEC_PER_SEC)
#define SHOAL_SESSION_TURNS_MAX_VAIN_USEC (8 * 60 * 60 * (gint64) G_USEC_PER_SEC)

typedef enum
{
  SHOAL_SESSION_TURN_NONE,
  SHOAL_SESSION_TURN_WAITING,
  SHOAL_SESSION_TURN_ACTIVE, /* taken, until shoal_session_turns_end() */
} ShoalSessionTurnState;

/* Lies inside the torrent's entry. */
typedef struct
{
  ShoalBaseList         link;
  gint64                next_usec; /* not offered before */
  guint                 n_vain;    /* in a row */
  ShoalSessionTurnState state;
} ShoalSessionTurn;

typedef struct
{
  ShoalBaseList waiting;
  guint         n_waiting;
  guint         n_active;
} ShoalSessionTurns;

void shoal_session_turns_init (ShoalSessionTurns *self);

void shoal_session_turn_init (ShoalSessionTurn *turn);

/* Whether peers for it are of any use now: whether an offer would be taken, or it waits already. */
gboolean shoal_session_turns_wants (const ShoalSessionTurns *self,
                                    const ShoalSessionTurn  *turn,
                                    gint64                   now_usec);

/* There is somebody to connect to. TRUE: it waits for its turn now, or has it. */
gboolean
shoal_session_turns_offer (ShoalSessionTurns *self, ShoalSessionTurn *turn, gint64 now_usec);

/* The next one that is to be woken, which is active from now on; NULL: nobody waits, or too many
 * are active. */
ShoalSessionTurn *shoal_session_turns_take (ShoalSessionTurns *self);

/* Ends an active turn. @was_useful: somebody wanted something. */
void shoal_session_turns_end (ShoalSessionTurns *self,
                              ShoalSessionTurn  *turn,
                              gboolean           was_useful,
                              gint64             now_usec);

/* It neither waits nor is active any more, and nothing is to be learned from it. */
void shoal_session_turns_drop (ShoalSessionTurns *self, ShoalSessionTurn *turn);

G_END_DECLS
