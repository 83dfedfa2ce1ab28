/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* Takes torrents out of the list. Without their files it is done at once and can be undone while
 * its toast is there; with their files it is asked first.
 *
 * Properties: "can-undo" (gboolean, read-only). Signal "show" (ShoalAppRemoval *, guint id,
 * gpointer): a torrent that is back is to be selected and shown. */
#define SHOAL_TYPE_APP_REMOVAL (shoal_app_removal_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppRemoval, shoal_app_removal, SHOAL, APP_REMOVAL, GObject)

/* @toasts lies in a window that owns the removal; neither is referenced. */
ShoalAppRemoval *shoal_app_removal_new (AdwToastOverlay *toasts, ShoalAppSession *session);

/* @torrents: of ShoalModelTorrent. */
void shoal_app_removal_take (ShoalAppRemoval *self, GPtrArray *torrents, gboolean with_files);

/* The engine hid one since its goal of seeding is reached: the same toast, for it too. */
void shoal_app_removal_note_left (ShoalAppRemoval *self, ShoalTorrentId id, const char *name);

/* Brings back everything that can still be brought back. */
void shoal_app_removal_undo (ShoalAppRemoval *self);

gboolean shoal_app_removal_get_can_undo (ShoalAppRemoval *self);

G_END_DECLS
