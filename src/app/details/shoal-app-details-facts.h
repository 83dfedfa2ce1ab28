/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "model/shoal-model-details.h"
#include "model/shoal-model-torrent.h"

G_BEGIN_DECLS

/* What is to be said of one torrent, a row for each fact. It opens the folder by the action
 * "details.open-folder" of who holds it. */
#define SHOAL_TYPE_APP_DETAILS_FACTS (shoal_app_details_facts_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppDetailsFacts,
                      shoal_app_details_facts,
                      SHOAL,
                      APP_DETAILS_FACTS,
                      GtkBox)

/* Both NULL: none. */
void shoal_app_details_facts_set_torrent (ShoalAppDetailsFacts *self,
                                          ShoalModelTorrent    *torrent,
                                          ShoalModelDetails    *details);

/* Shows what is known now; what has not changed costs a comparison. */
void shoal_app_details_facts_refresh (ShoalAppDetailsFacts *self);

G_END_DECLS
