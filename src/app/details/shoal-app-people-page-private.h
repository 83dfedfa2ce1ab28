/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/details/shoal-app-people-page.h"
#include "app/shoal-app-person.h"
#include "app/shoal-app-popup.h"
#include "app/shoal-app-session.h"
#include "model/shoal-model-parts.h"

G_BEGIN_DECLS

struct _ShoalAppPeoplePage
{
  AdwBin parent_instance;

  GtkInscription *summary; /* unowned, as all children: the template holds them */
  GtkMenuButton  *bans_button;
  GtkWidget      *sort_button;
  GtkWidget      *add_button;
  GtkStack       *modes;
  AdwStatusPage  *nobody;
  GtkListView    *view;

  ShoalAppSession    *session;   /* owned */
  ShoalModelTorrent  *torrent;   /* owned; NULL: none */
  ShoalModelDetails  *details;   /* owned; NULL: none */
  ShoalModelParts    *people;    /* owned */
  GtkSelectionModel  *selection; /* owned; of ShoalModelPart, sorted */
  GtkSorter          *sorter;    /* owned */
  ShoalAppPopup      *popup;     /* owned */
  GHashTable         *rows; /* owned set of ShoalAppPartRow, unowned: those that show somebody */
  char               *sort; /* owned; the word for the order */
  ShoalAppPersonOrder order;
  guint               tick_source;
  guint               n_ticks;
  gint64              pointer_usec; /* when the pointer moved over the list last */
  gint64              shown_usec;   /* since when this torrent is shown */

  guint is_old : 1; /* what is shown of the people */
};

void shoal_app_people_page_install_actions (GtkWidgetClass *klass);

/* Brings the actions in line with who is selected; ShoalAppPopupFunc. */
void shoal_app_people_page_update_actions (gpointer self);

G_END_DECLS
