/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/details/shoal-app-trackers-page.h"
#include "app/shoal-app-popup.h"
#include "app/shoal-app-session.h"
#include "model/shoal-model-parts.h"

G_BEGIN_DECLS

struct _ShoalAppTrackersPage
{
  AdwBin parent_instance;

  GtkInscription *summary; /* unowned, as all children: the template holds them */
  GtkWidget      *add_button;
  GtkListView    *view;

  ShoalAppSession   *session;   /* owned */
  ShoalModelTorrent *torrent;   /* owned; NULL: none */
  ShoalModelDetails *details;   /* owned; NULL: none */
  ShoalModelParts   *trackers;  /* owned */
  GtkSelectionModel *selection; /* owned; of ShoalModelPart, then GtkStringObject: other ways */
  GtkSorter         *sorter;    /* owned */
  ShoalAppPopup     *popup;     /* owned */
  GHashTable        *rows; /* owned set of ShoalAppPartRow, unowned: those that show something */
  char             **removed_from; /* owned; the trackers before one is removed; NULL: none is */
  guint              tick_source;
};

void shoal_app_trackers_page_install_actions (GtkWidgetClass *klass);

/* Brings the actions in line with what is selected; ShoalAppPopupFunc. */
void shoal_app_trackers_page_update_actions (gpointer self);

G_END_DECLS
