/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/add/shoal-app-notice.h"
#include "app/add/shoal-app-source.h"

G_BEGIN_DECLS

/* The watched folder: torrent files that somebody puts there are added, by themselves or after the
 * person was asked, as the settings say. A file is touched only when its torrent is in the state
 * for good. One that is still being written is waited for; one that is no torrent is said once.
 *
 * Signal "found" (ShoalAppWatch *, ShoalAppSource *source, gpointer): somebody is to be asked about
 * this one, which is ready. Signal "toast" (ShoalAppWatch *, AdwToast *toast, gpointer): to be
 * shown. */
#define SHOAL_TYPE_APP_WATCH (shoal_app_watch_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppWatch, shoal_app_watch, SHOAL, APP_WATCH, GObject)

/* Looks for the first time when the engine has read its state. @notice says what is wrong with
 * files when somebody wants to know; referenced. */
ShoalAppWatch *shoal_app_watch_new (ShoalAppSession *session, ShoalAppNotice *notice);

G_END_DECLS
