/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/details/shoal-app-details-many.h"
#include "app/details/shoal-app-details.h"
#include "app/details/shoal-app-speed.h"

G_BEGIN_DECLS

struct _ShoalAppDetails
{
  AdwBin parent_instance;

  GtkStack            *modes; /* unowned, as all children: the template holds them */
  GtkInscription      *name;
  GtkButton           *press_button;
  GtkMenuButton       *menu_button;
  AdwViewStack        *pages;
  AdwViewSwitcherBar  *switcher;
  ShoalAppDetailsMany *many;
  ShoalAppSpeed       *speed; /* of all torrents */

  ShoalAppSession   *session;  /* owned */
  GPtrArray         *torrents; /* owned, of ShoalModelTorrent: what is selected */
  ShoalModelDetails *details;  /* owned; of the one torrent; NULL: it is not one */
  gulong             status_handler;
  guint              watch_source;
  int                press; /* ShoalAppPress; −1: not shown yet */

  guint has_asked : 1; /* what the .torrent says */
};

void shoal_app_details_install_actions (GtkWidgetClass *widget_class);

/* Brings the actions in line with what is selected. */
void shoal_app_details_update_actions (ShoalAppDetails *self);

G_END_DECLS
