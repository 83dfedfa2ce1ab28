/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* A page of the details of one torrent. To add one: a widget that implements this interface, and a
 * line for it in the table of shoal-app-details.c, which says what it is called and what of the
 * torrent it needs to be watched. */
#define SHOAL_TYPE_APP_DETAILS_PAGE (shoal_app_details_page_get_type ())
G_DECLARE_INTERFACE (ShoalAppDetailsPage,
                     shoal_app_details_page,
                     SHOAL,
                     APP_DETAILS_PAGE,
                     GtkWidget)

struct _ShoalAppDetailsPageInterface
{
  GTypeInterface parent_interface;

  /* Once, before any torrent. The session outlives the page. */
  void (*set_session) (ShoalAppDetailsPage *self, ShoalAppSession *session);

  /* What it is to show from now on; both are NULL, or neither, and @details is that of @torrent and
   * new with it. A page gets a torrent when it is to be seen, and keeps it while it is hidden until
   * another one is selected; then it gets NULL. Parts of @details that the page has not asked for,
   * or that have not come yet, are NULL. */
  void (*set_torrent) (ShoalAppDetailsPage *self,
                       ShoalModelTorrent   *torrent,
                       ShoalModelDetails   *details);
};

void shoal_app_details_page_set_session (ShoalAppDetailsPage *self, ShoalAppSession *session);

void shoal_app_details_page_set_torrent (ShoalAppDetailsPage *self,
                                         ShoalModelTorrent   *torrent,
                                         ShoalModelDetails   *details);

G_END_DECLS
