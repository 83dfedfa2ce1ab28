/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/shoal-app-beat.h"
#include "app/torrents/shoal-app-pulsed.h"
#include "app/torrents/shoal-app-row.h"

G_BEGIN_DECLS

/* The one clock of all rows: bars move at most 4 times a second, words with the beat, and nothing
 * runs while nothing changes. Words that age (since when nothing arrived) are renewed twice a
 * minute.
 *
 * It also says which rows are seen. GTK keeps some 30 of them around those on the screen (of the
 * table some 200), and each jump gives all of them other torrents: what only the eye needs is shown
 * at once in those on the screen, and the others catch up a few at a time when the list lies still.
 */
typedef struct _ShoalAppPulse ShoalAppPulse;

/* @view: the list whose items have the rows as their children. @beat outlives the pulse. */
ShoalAppPulse *shoal_app_pulse_new (GtkWidget *view, ShoalAppBeat *beat);

void shoal_app_pulse_free (ShoalAppPulse *self);

/* @row shows a torrent from now on, or until it is removed. Not referenced. */
void shoal_app_pulse_add (ShoalAppPulse *self, ShoalAppPulsed *row);

void shoal_app_pulse_remove (ShoalAppPulse *self, ShoalAppPulsed *row);

/* A row has something to show. */
void shoal_app_pulse_wake (ShoalAppPulse *self);

/* For the rows of the list, those there are and those that will be. */
void shoal_app_pulse_set_layout (ShoalAppPulse *self, ShoalAppRowLayout layout);

/* The same; see shoal_app_row_set_joining(). */
void shoal_app_pulse_set_joining (ShoalAppPulse *self, gint64 since_usec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalAppPulse, shoal_app_pulse_free)

G_END_DECLS
