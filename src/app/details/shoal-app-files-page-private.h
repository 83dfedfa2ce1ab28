/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/add/shoal-app-file-tree.h"
#include "app/details/shoal-app-files-page.h"
#include "app/shoal-app-popup.h"
#include "app/shoal-app-session.h"

G_BEGIN_DECLS

struct _ShoalAppFilesPage
{
  AdwBin parent_instance;

  GtkStack         *modes; /* unowned, as all children: the template holds them */
  ShoalAppFileTree *view;

  ShoalAppSession   *session; /* owned */
  ShoalModelTorrent *torrent; /* owned; NULL: none */
  ShoalModelDetails *details; /* owned; NULL: none */
  ShoalModelTree    *tree;    /* owned; NULL: not known yet */
  ShoalAppPopup     *popup;   /* owned */
  GCancellable      *loading; /* owned; NULL: nothing is being read */
  guint              tick_source;
  guint64            wish_serial; /* of the last choice that was sent */

  guint is_old : 1; /* what is shown of the files */
};

void shoal_app_files_page_install_actions (GtkWidgetClass *klass);

/* Brings the actions in line with what is selected; ShoalAppPopupFunc. */
void shoal_app_files_page_update_actions (gpointer self);

/* Opens the file, if all of it is there. */
void shoal_app_files_page_open (ShoalAppFilesPage *self, ShoalModelNode node);

G_END_DECLS
