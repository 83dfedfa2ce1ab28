/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-way.h"

#include <glib/gi18n.h>

#include "app/shoal-app-text.h"

static char *
fill_one (const char *pattern, const char *name, const char *value)
{
  ShoalAppTextPart part = { name, value };

  return shoal_app_text_fill (pattern, &part, 1);
}

const char *
shoal_app_way_get_title (ShoalAppWay way)
{
  switch (way)
    {
    case SHOAL_APP_WAY_DHT:
      return _ ("Without a Tracker");
    case SHOAL_APP_WAY_EXCHANGE:
      return _ ("Through Other People");
    case SHOAL_APP_WAY_LOCAL:
      return _ ("On the Local Network");
    }
  return "";
}

static char *
dup_dht_text (const ShoalTotals *totals)
{
  g_autofree char *number = g_strdup_printf ("%u", totals->n_dht_nodes);

  switch (totals->dht)
    {
    case SHOAL_DHT_OFF:
      return g_strdup (_ ("no torrent takes part right now"));
    case SHOAL_DHT_JOINING:
      return g_strdup (_ ("connecting to the network that finds people without a tracker"));
    case SHOAL_DHT_JOINED:
      break;
    }
  return fill_one (ngettext ("asks {n} computer for people",
                             "asks among {n} computers for people",
                             totals->n_dht_nodes),
                   "n",
                   number);
}

static char *
dup_exchange_text (const ShoalTorrentInfo *info)
{
  g_autofree char *number = g_strdup_printf ("%u", info->n_exchanged);

  if (info->n_exchanged == 0 && info->n_peers == 0)
    return g_strdup (_ ("nobody is connected who could name others"));
  if (info->n_exchanged == 0)
    return g_strdup (_ ("those who are connected have named nobody new yet"));
  return fill_one (ngettext ("others have named {n} new person",
                             "others have named {n} new people",
                             info->n_exchanged),
                   "n",
                   number);
}

char *
shoal_app_way_dup_text (ShoalAppWay             way,
                        const ShoalTorrentInfo *info,
                        const ShoalTotals      *totals,
                        const ShoalSettings    *settings)
{
  gboolean is_on[] = {
    [SHOAL_APP_WAY_DHT] = settings->use_dht,
    [SHOAL_APP_WAY_EXCHANGE] = settings->use_pex,
    [SHOAL_APP_WAY_LOCAL] = settings->use_lsd,
  };

  if (info->is_private)
    return g_strdup (_ ("not for private torrents"));
  if (!is_on[way])
    return g_strdup (_ ("off in the preferences"));
  switch (way)
    {
    case SHOAL_APP_WAY_DHT:
      return dup_dht_text (totals);
    case SHOAL_APP_WAY_EXCHANGE:
      return dup_exchange_text (info);
    case SHOAL_APP_WAY_LOCAL:
      break;
    }
  return g_strdup (_ ("says here what it looks for, and listens"));
}
