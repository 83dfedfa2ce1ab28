/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-pulsed.h"

G_DEFINE_INTERFACE (ShoalAppPulsed, shoal_app_pulsed, GTK_TYPE_WIDGET)

static void
shoal_app_pulsed_default_init (ShoalAppPulsedInterface *iface)
{
}

void
shoal_app_pulsed_set_torrent (ShoalAppPulsed *self, ShoalModelTorrent *torrent)
{
  SHOAL_APP_PULSED_GET_IFACE (self)->set_torrent (self, torrent);
}

ShoalModelTorrent *
shoal_app_pulsed_get_torrent (ShoalAppPulsed *self)
{
  return SHOAL_APP_PULSED_GET_IFACE (self)->get_torrent (self);
}

void
shoal_app_pulsed_renew_spoken (ShoalAppPulsed *self)
{
  SHOAL_APP_PULSED_GET_IFACE (self)->renew_spoken (self);
}

gboolean
shoal_app_pulsed_set_seen (ShoalAppPulsed *self, gboolean is_seen)
{
  return SHOAL_APP_PULSED_GET_IFACE (self)->set_seen (self, is_seen);
}

gboolean
shoal_app_pulsed_catch_up (ShoalAppPulsed *self)
{
  return SHOAL_APP_PULSED_GET_IFACE (self)->catch_up (self);
}

gboolean
shoal_app_pulsed_tick (ShoalAppPulsed *self, gboolean with_text)
{
  return SHOAL_APP_PULSED_GET_IFACE (self)->tick (self, with_text);
}

void
shoal_app_pulsed_refresh_text (ShoalAppPulsed *self)
{
  SHOAL_APP_PULSED_GET_IFACE (self)->refresh_text (self);
}
