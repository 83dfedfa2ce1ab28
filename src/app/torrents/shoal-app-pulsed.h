/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "model/shoal-model-torrent.h"

G_BEGIN_DECLS

/* A row that shows a torrent and is recycled, as ShoalAppPulse drives it: of the list, or of the
 * table. */
#define SHOAL_TYPE_APP_PULSED (shoal_app_pulsed_get_type ())
G_DECLARE_INTERFACE (ShoalAppPulsed, shoal_app_pulsed, SHOAL, APP_PULSED, GtkWidget)

struct _ShoalAppPulsedInterface
{
  GTypeInterface parent_iface;

  void (*set_torrent) (ShoalAppPulsed *self, ShoalModelTorrent *torrent);
  ShoalModelTorrent *(*get_torrent) (ShoalAppPulsed *self);
  void (*renew_spoken) (ShoalAppPulsed *self);
  gboolean (*set_seen) (ShoalAppPulsed *self, gboolean is_seen);
  gboolean (*catch_up) (ShoalAppPulsed *self);
  gboolean (*tick) (ShoalAppPulsed *self, gboolean with_text);
  void (*refresh_text) (ShoalAppPulsed *self);
};

/* NULL: none any more. */
void shoal_app_pulsed_set_torrent (ShoalAppPulsed *self, ShoalModelTorrent *torrent);

/* Borrowed; NULL while recycled. */
ShoalModelTorrent *shoal_app_pulsed_get_torrent (ShoalAppPulsed *self);

/* The name that is spoken says how fast it goes at this moment; else it says how fast it went when
 * the state or the tenths that are done changed. For the row that gets the focus. */
void shoal_app_pulsed_renew_spoken (ShoalAppPulsed *self);

/* Whether the person sees the row, that is: whether it lies on the screen. What changes in a row
 * that nobody sees is shown when it is seen, or catches up; only its height, its name and those of
 * its controls are always right. A row that gets another torrent is not seen until this is said
 * again. FALSE: it was so already. */
gboolean shoal_app_pulsed_set_seen (ShoalAppPulsed *self, gboolean is_seen);

/* Shows everything, seen or not, if a torrent or a state is not shown yet. FALSE: it was. */
gboolean shoal_app_pulsed_catch_up (ShoalAppPulsed *self);

/* Shows what has changed since: bars, and with @with_text the words. A change of state does not
 * wait for this. TRUE: something is still to be shown, in a row that is seen. */
gboolean shoal_app_pulsed_tick (ShoalAppPulsed *self, gboolean with_text);

/* The same, whether anything changed or not: for words that age by themselves. */
void shoal_app_pulsed_refresh_text (ShoalAppPulsed *self);

G_END_DECLS
