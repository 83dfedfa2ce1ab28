/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-options-page.h"

#include "app/details/shoal-app-details-page.h"
#include "app/details/shoal-app-options.h"

#define MARGIN    12
#define MAX_WIDTH 600

struct _ShoalAppOptionsPage
{
  AdwBin parent_instance;

  ShoalAppOptions *options; /* unowned: a child */
};

static void shoal_app_options_page_iface_init (ShoalAppDetailsPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ShoalAppOptionsPage,
                               shoal_app_options_page,
                               ADW_TYPE_BIN,
                               G_IMPLEMENT_INTERFACE (SHOAL_TYPE_APP_DETAILS_PAGE,
                                                      shoal_app_options_page_iface_init))

static void
set_session (ShoalAppDetailsPage *page, ShoalAppSession *session)
{
  shoal_app_options_set_session (SHOAL_APP_OPTIONS_PAGE (page)->options, session);
}

static void
set_torrent (ShoalAppDetailsPage *page, ShoalModelTorrent *torrent, ShoalModelDetails *details)
{
  g_autoptr (GPtrArray) torrents = g_ptr_array_new ();

  if (torrent != NULL)
    g_ptr_array_add (torrents, torrent);
  shoal_app_options_set_torrents (SHOAL_APP_OPTIONS_PAGE (page)->options,
                                  torrent != NULL ? torrents : NULL);
}

static void
shoal_app_options_page_iface_init (ShoalAppDetailsPageInterface *iface)
{
  iface->set_session = set_session;
  iface->set_torrent = set_torrent;
}

static void
shoal_app_options_page_class_init (ShoalAppOptionsPageClass *klass)
{
}

static void
shoal_app_options_page_init (ShoalAppOptionsPage *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *options = g_object_new (SHOAL_TYPE_APP_OPTIONS,
                                     "margin-top",
                                     MARGIN,
                                     "margin-bottom",
                                     MARGIN,
                                     "margin-start",
                                     MARGIN,
                                     "margin-end",
                                     MARGIN,
                                     NULL);

  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), MAX_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), options);
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  adw_bin_set_child (ADW_BIN (self), scrolled);
  self->options = SHOAL_APP_OPTIONS (options);
}
