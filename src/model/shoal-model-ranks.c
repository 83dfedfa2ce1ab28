/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "model/shoal-model-ranks.h"

/* What is compared lies side by side, not in 10,000 objects. */
typedef struct
{
  gint64             position;
  ShoalModelTorrent *torrent; /* unowned: of the caller's array */
} Place;

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Place *first = a;
  const Place *second = b;

  return (first->position > second->position) - (first->position < second->position);
}

static GArray *
make_places (const GPtrArray *torrents)
{
  GArray  *places = g_array_sized_new (FALSE, FALSE, sizeof (Place), torrents->len);
  gboolean is_sorted = TRUE;

  for (guint i = 0; i < torrents->len; i++)
    {
      Place place = { .torrent = g_ptr_array_index (torrents, i) };

      place.position = shoal_model_torrent_get_info (place.torrent)->queue_position;
      is_sorted &= i == 0 || g_array_index (places, Place, i - 1).position <= place.position;
      g_array_append_val (places, place);
    }
  if (!is_sorted)
    g_array_sort (places, compare_places);
  return places;
}

gboolean
shoal_model_ranks_assign (const GPtrArray *torrents)
{
  g_autoptr (GArray) places = make_places (torrents);
  gboolean is_changed = FALSE;

  for (guint i = 0; i < places->len; i++)
    is_changed |= shoal_model_torrent_set_rank (g_array_index (places, Place, i).torrent, i + 1);
  return is_changed;
}
