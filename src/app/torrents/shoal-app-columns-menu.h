/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/torrents/shoal-app-columns.h"

G_BEGIN_DECLS

/* One action for each column but the name, called by its key: whether it is shown. Menus expect
 * them in the group "column". The caller's. */
GActionGroup *shoal_app_columns_menu_new_actions (ShoalAppColumns *columns);

/* Check marks for all of them. The caller's. */
GMenuModel *shoal_app_columns_menu_new (void);

/* The menu of a title: what can be done with the column, and the other. It expects the actions
 * "header.…" of ShoalAppTableHeader. The caller's. */
GMenuModel *shoal_app_columns_menu_new_for_header (void);

G_END_DECLS
