/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* More labels than these are not offered in a menu. */
#define SHOAL_APP_LABEL_MENU_MAX 30

/* Fills @section anew with an item for each label, which is checked if all of @torrents, of
 * ShoalModelTorrent, have it; choosing it gives it to all of them, or takes it away. The actions
 * are those of @widget, called "label.…". */
void shoal_app_label_menu_fill (GMenu           *section,
                                GtkWidget       *widget,
                                ShoalAppSession *session,
                                GPtrArray       *torrents);

G_END_DECLS
