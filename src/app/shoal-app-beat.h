/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers that change all the time are shown once a second, and everywhere in the same moment: what
 * is read in a row and beside it must not differ. Who shows such numbers joins as long as it is on
 * the screen and has, or may have, something new; while nobody does, nothing runs.
 *
 * A listener that is called may do all that is said here but free the beat. The order in which they
 * are called is not to be relied on. */
typedef struct _ShoalAppBeat ShoalAppBeat;

typedef void (*ShoalAppBeatFunc) (gpointer listener);

ShoalAppBeat *shoal_app_beat_new (void);

/* Nobody may be left in it. */
void shoal_app_beat_free (ShoalAppBeat *self);

/* @listener, not referenced, is called from the next beat on, which the one that calls listeners
 * now is not: who joins shows this moment's numbers itself. Nothing changes if it is in already. */
void shoal_app_beat_join (ShoalAppBeat *self, ShoalAppBeatFunc func, gpointer listener);

/* @listener is not called again, nor in a beat under way. Does nothing if it is not in. */
void shoal_app_beat_leave (ShoalAppBeat *self, gpointer listener);

/* A beat at once, for news that is not to wait. Within a beat it does nothing: those who were
 * called in it show this moment, and the others will. */
void shoal_app_beat_strike (ShoalAppBeat *self);

G_END_DECLS
