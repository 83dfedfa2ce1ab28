/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/add/shoal-app-source.h"

G_BEGIN_DECLS

/* Says that @sources, of ShoalAppSource, all of which are known, are in the list already, and
 * offers to add their trackers where they have some. The caller's. */
AdwToast *shoal_app_known_toast_new (GPtrArray *sources);

G_END_DECLS
