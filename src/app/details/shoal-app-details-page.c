/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-details-page.h"

G_DEFINE_INTERFACE (ShoalAppDetailsPage, shoal_app_details_page, GTK_TYPE_WIDGET)

static void
shoal_app_details_page_default_init (ShoalAppDetailsPageInterface *iface)
{
}

void
shoal_app_details_page_set_session (ShoalAppDetailsPage *self, ShoalAppSession *session)
{
  g_return_if_fail (SHOAL_IS_APP_DETAILS_PAGE (self));
  SHOAL_APP_DETAILS_PAGE_GET_IFACE (self)->set_session (self, session);
}

void
shoal_app_details_page_set_torrent (ShoalAppDetailsPage *self,
                                    ShoalModelTorrent   *torrent,
                                    ShoalModelDetails   *details)
{
  g_return_if_fail (SHOAL_IS_APP_DETAILS_PAGE (self));
  g_return_if_fail ((torrent == NULL) == (details == NULL));
  SHOAL_APP_DETAILS_PAGE_GET_IFACE (self)->set_torrent (self, torrent, details);
}
