/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-lsd-plan.h"

static ShoalDiscoverLsdTorrent *
torrent_of (ShoalBaseList *node)
{
  return SHOAL_BASE_LIST_ENTRY (node, ShoalDiscoverLsdTorrent, link);
}

void
shoal_discover_lsd_plan_init (ShoalDiscoverLsdPlan *self)
{
  shoal_base_list_init (&self->eager);
  shoal_base_list_init (&self->calm);
  self->next_usec = 0;
}

gboolean
shoal_discover_lsd_plan_is_empty (const ShoalDiscoverLsdPlan *self)
{
  return shoal_base_list_is_empty (&self->eager) && shoal_base_list_is_empty (&self->calm);
}

void
shoal_discover_lsd_plan_add (ShoalDiscoverLsdPlan    *self,
                             ShoalDiscoverLsdTorrent *torrent,
                             const ShoalSwarmKey     *key,
                             gboolean                 is_eager,
                             gint64                   now_usec)
{
  gboolean is_new = !torrent->is_planned;

  if (!is_new && torrent->is_eager == !!is_eager)
    return;
  if (shoal_discover_lsd_plan_is_empty (self))
    self->next_usec = MAX (self->next_usec, now_usec + SHOAL_DISCOVER_LSD_GATHER_USEC);
  if (is_new)
    shoal_base_list_init (&torrent->link);
  shoal_base_list_remove (&torrent->link);
  torrent->key = *key;
  torrent->is_planned = TRUE;
  torrent->is_eager = is_eager;
  /* Who has got what it wanted was told of already. */
  if (is_new || is_eager)
    {
      torrent->told_usec = 0;
      shoal_base_list_prepend (is_eager ? &self->eager : &self->calm, &torrent->link);
    }
  else
    shoal_base_list_append (&self->calm, &torrent->link);
}

void
shoal_discover_lsd_plan_remove (ShoalDiscoverLsdTorrent *torrent)
{
  if (!torrent->is_planned)
    return;
  torrent->is_planned = FALSE;
  shoal_base_list_remove (&torrent->link);
}

static gint64
get_due_of (const ShoalBaseList *list)
{
  const ShoalDiscoverLsdTorrent *first;

  if (shoal_base_list_is_empty (list))
    return G_MAXINT64;
  first = torrent_of (list->next);
  return first->told_usec == 0 ? 0 : first->told_usec + SHOAL_DISCOVER_LSD_AGAIN_USEC;
}

gint64
shoal_discover_lsd_plan_get_due (const ShoalDiscoverLsdPlan *self)
{
  gint64 due_usec = MIN (get_due_of (&self->eager), get_due_of (&self->calm));

  return due_usec == G_MAXINT64 ? due_usec : MAX (due_usec, self->next_usec);
}

/* Fills @keys from @n on, up to @max. */
static guint
take_from (ShoalBaseList *list, gint64 now_usec, ShoalSwarmKey *keys, guint n, guint max)
{
  while (n < max && get_due_of (list) <= now_usec)
    {
      ShoalDiscoverLsdTorrent *torrent = torrent_of (list->next);

      keys[n++] = torrent->key;
      torrent->told_usec = now_usec;
      shoal_base_list_remove (&torrent->link);
      shoal_base_list_append (list, &torrent->link);
    }
  return n;
}

guint
shoal_discover_lsd_plan_take (ShoalDiscoverLsdPlan *self,
                              gint64                now_usec,
                              ShoalSwarmKey         keys[SHOAL_CODEC_LSD_MAX_WRITTEN])
{
  guint n = 0;

  if (now_usec < self->next_usec)
    return 0;
  n = take_from (
      &self->eager, now_usec, keys, n, SHOAL_CODEC_LSD_MAX_WRITTEN - SHOAL_DISCOVER_LSD_KEPT);
  n = take_from (&self->calm, now_usec, keys, n, SHOAL_CODEC_LSD_MAX_WRITTEN);
  n = take_from (&self->eager, now_usec, keys, n, SHOAL_CODEC_LSD_MAX_WRITTEN);
  if (n > 0)
    self->next_usec = now_usec + SHOAL_DISCOVER_LSD_PAUSE_USEC;
  return n;
}
