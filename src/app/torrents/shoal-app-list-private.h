/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/torrents/shoal-app-list.h"
#include "app/torrents/shoal-app-pulse.h"

G_BEGIN_DECLS

struct _ShoalAppList
{
  AdwBin parent_instance;

  GtkGridView    *view; /* unowned, as all children: the template holds them */
  GtkPopoverMenu *menu;

  ShoalAppSession   *session;   /* owned */
  GtkSelectionModel *selection; /* owned */
  GtkSorter         *sorter;    /* owned */
  ShoalAppPulse     *pulse;     /* owned */
  ShoalDhtState      dht;       /* as the rows know it */
  GHashTable        *awaited;   /* owned set of id values: to be selected when they arrive */
  guint              sort;      /* ShoalModelOrder */
  guint              select_source;
  guint              refocus_source;
  guint              refocus_position;
  GtkWidget         *menu_item; /* weak; the row whose menu is open; NULL: none */
};

/* The torrents an action is about, of ShoalModelTorrent: the selection; or the row that has the
 * focus, if that is not part of it. The caller's. */
GPtrArray *shoal_app_list_dup_targets (ShoalAppList *self);

void shoal_app_list_install_actions (GtkWidgetClass *widget_class);

/* Brings the actions in line with what they are about; before a menu opens. */
void shoal_app_list_update_actions (ShoalAppList *self);

void shoal_app_list_emit_remove (ShoalAppList *self, GPtrArray *torrents, gboolean with_files);

G_END_DECLS
