/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* What several torrents are together, and what can be done to all of them: by the actions
 * "details.…" of who holds it, who is asked by "details.review" to look which of them make sense.
 */
#define SHOAL_TYPE_APP_DETAILS_MANY (shoal_app_details_many_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppDetailsMany, shoal_app_details_many, SHOAL, APP_DETAILS_MANY, AdwBin)

/* Once, after construction. */
void shoal_app_details_many_set_session (ShoalAppDetailsMany *self, ShoalAppSession *session);

/* Of ShoalModelTorrent, referenced and not changed any more; NULL: nothing is shown. */
void shoal_app_details_many_set_torrents (ShoalAppDetailsMany *self, GPtrArray *torrents);

G_END_DECLS
