/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-metadata-private.h"

/* Places, of which a fetch has few, and room, of which all fetches of an engine have some together.
 *
 * Who sends rubbish slowly, or all but the end of it, looks like somebody honest. So nobody has a
 * place for as long as he likes: it is for a time, and then for the one who was served least; what
 * an attempt has got it keeps meanwhile. Where there is no more room, somebody always loses what he
 * has to somebody who is nearer to the end, so that there is an end, and with it a verdict. */

/* A place is for so long, if others wait for one; and for no longer than this without a block. */
#define SLICE_USEC (15 * G_USEC_PER_SEC)
#define QUIET_USEC (5 * G_USEC_PER_SEC)

/* The places of one kind. */
typedef struct
{
  guint                        n;
  guint                        n_large;
  ShoalTorrentMetadataAttempt *over;       /* unowned: who has had one for longest; NULL: nobody */
  ShoalTorrentMetadataAttempt *over_large; /* unowned: the same of the large ones */
} Places;

static gboolean
is_large (const ShoalTorrentMetadataAttempt *attempt)
{
  return attempt->size > SHOAL_TORRENT_METADATA_COMMON_SIZE;
}

static gboolean
is_alone (const ShoalTorrentMetadataAttempt *attempt)
{
  return attempt->only != SHOAL_PIECE_SENDER_NONE;
}

/* Whether somebody could be asked for @attempt, or at least waits for answers. */
static gboolean
has_awake (const ShoalTorrentMetadataAttempt *attempt, gboolean is_free, gint64 now_usec)
{
  const GPtrArray *sources = attempt->fetch->sources;
  guint            i;

  for (i = 0; i < sources->len; i++)
    {
      ShoalTorrentMetadataSource *source = g_ptr_array_index (sources, i);

      if (now_usec >= source->rests_until_usec &&
          shoal_torrent_metadata_works_for (source, attempt) &&
          (!is_free || shoal_torrent_metadata_find_free_ask (source) != NULL))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_over (const ShoalTorrentMetadataAttempt *attempt, gint64 now_usec)
{
  gint64 placed_usec = now_usec - attempt->placed_usec;
  gint64 quiet_usec = MIN (placed_usec, now_usec - attempt->moved_usec);

  return !attempt->is_taken && (placed_usec >= SLICE_USEC || quiet_usec >= QUIET_USEC ||
                                !has_awake (attempt, FALSE, now_usec));
}

static ShoalTorrentMetadataAttempt *
get_older (ShoalTorrentMetadataAttempt *a, ShoalTorrentMetadataAttempt *b)
{
  return a != NULL && a->placed_usec <= b->placed_usec ? a : b;
}

static Places
count_places (const ShoalTorrentMetadata *self, gboolean alone, gint64 now_usec)
{
  Places places = { 0 };
  guint  i;

  for (i = 0; i < self->attempts->len; i++)
    {
      ShoalTorrentMetadataAttempt *attempt = g_ptr_array_index (self->attempts, i);

      if (attempt->placed_usec == 0 || is_alone (attempt) != alone)
        continue;
      places.n++;
      places.n_large += is_large (attempt);
      if (!is_over (attempt, now_usec))
        continue;
      places.over = get_older (places.over, attempt);
      if (is_large (attempt))
        places.over_large = get_older (places.over_large, attempt);
    }
  return places;
}

static gboolean
fits (const ShoalTorrentMetadataAttempt *attempt)
{
  gsize limit = SHOAL_TORRENT_METADATA_BUDGET;

  if (!is_large (attempt))
    limit *= 2;
  return attempt->fetch->budget->used_bytes + SHOAL_WIRE_METADATA_BLOCK <= limit;
}

static guint
get_n_missing (const ShoalTorrentMetadataAttempt *attempt)
{
  return attempt->n_blocks - attempt->n_had;
}

/* Who waits, who is further from the end, and who has had his time when somebody wants less. */
static gboolean
yields_to (const ShoalTorrentMetadataAttempt *victim,
           const ShoalTorrentMetadataAttempt *attempt,
           gint64                             now_usec)
{
  if (victim == attempt || victim->is_taken || victim->n_had == 0)
    return FALSE;
  if (victim->placed_usec == 0 || get_n_missing (victim) > get_n_missing (attempt))
    return TRUE;
  if (get_n_missing (victim) == get_n_missing (attempt))
    return victim > attempt; /* somebody must be the one */
  return now_usec - victim->placed_usec >= SLICE_USEC && victim->size > attempt->size;
}

static gboolean
is_better_victim (const ShoalTorrentMetadataAttempt *victim,
                  const ShoalTorrentMetadataAttempt *than)
{
  if (than == NULL || (victim->placed_usec == 0) != (than->placed_usec == 0))
    return than == NULL || victim->placed_usec == 0;
  return get_n_missing (victim) > get_n_missing (than);
}

/* Of any fetch. */
static ShoalTorrentMetadataAttempt *
find_victim (const ShoalTorrentMetadataAttempt *attempt, gint64 now_usec)
{
  ShoalTorrentMetadataAttempt *best = NULL;
  const ShoalTorrentMetadata  *fetch;
  guint                        i;

  for (fetch = attempt->fetch->budget->fetches; fetch != NULL; fetch = fetch->next)
    for (i = 0; i < fetch->attempts->len; i++)
      {
        ShoalTorrentMetadataAttempt *victim = g_ptr_array_index (fetch->attempts, i);

        if (yields_to (victim, attempt, now_usec) && is_better_victim (victim, best))
          best = victim;
      }
  return best;
}

static gboolean
can_have_room (const ShoalTorrentMetadataAttempt *attempt, gint64 now_usec)
{
  return fits (attempt) || find_victim (attempt, now_usec) != NULL;
}

gboolean
shoal_torrent_metadata_place_make_room (ShoalTorrentMetadataAttempt *attempt, gint64 now_usec)
{
  while (!fits (attempt))
    {
      ShoalTorrentMetadataAttempt *victim = find_victim (attempt, now_usec);

      if (victim == NULL)
        return FALSE;
      shoal_torrent_metadata_forget_asks (victim->fetch, victim);
      shoal_torrent_metadata_attempt_empty (victim);
      shoal_torrent_metadata_place_leave (victim, now_usec);
    }
  return TRUE;
}

/* Who was served less; of new ones, whose size is said by more hosts, then who wants less. */
static gboolean
is_before (const ShoalTorrentMetadataAttempt *a, const ShoalTorrentMetadataAttempt *b)
{
  if (a->served_usec != b->served_usec)
    return a->served_usec < b->served_usec;
  if (a->n_hosts != b->n_hosts)
    return a->n_hosts > b->n_hosts;
  return a->size != b->size ? a->size < b->size : a->id < b->id;
}

static guint
get_max (gboolean alone)
{
  return alone ? SHOAL_TORRENT_METADATA_MAX_ALONE : SHOAL_TORRENT_METADATA_MAX_SHARED;
}

/* @leaver: who has to leave for it; NULL: nobody. */
static gboolean
find_place (const Places                      *places,
            const ShoalTorrentMetadataAttempt *attempt,
            ShoalTorrentMetadataAttempt      **leaver)
{
  guint max = get_max (is_alone (attempt));

  *leaver = NULL;
  if (is_large (attempt) && places->n_large >= max - 1)
    *leaver = places->over_large;
  else if (places->n >= max)
    *leaver = places->over;
  else
    return TRUE;
  return *leaver != NULL;
}

/* Whether somebody waits who would come first, and could use a place. */
static gboolean
is_behind_others (const ShoalTorrentMetadataAttempt *attempt, const Places *places, gint64 now_usec)
{
  const GPtrArray             *attempts = attempt->fetch->attempts;
  ShoalTorrentMetadataAttempt *leaver;
  guint                        i;

  for (i = 0; i < attempts->len; i++)
    {
      const ShoalTorrentMetadataAttempt *other = g_ptr_array_index (attempts, i);

      if (other->placed_usec == 0 && !other->is_taken && is_alone (other) == is_alone (attempt) &&
          is_before (other, attempt) && find_place (places, other, &leaver) &&
          has_awake (other, TRUE, now_usec) && can_have_room (other, now_usec))
        return TRUE;
    }
  return FALSE;
}

void
shoal_torrent_metadata_place_enter (ShoalTorrentMetadataAttempt *attempt)
{
  attempt->served_usec = attempt->fetch->floor_usec + SLICE_USEC;
}

gboolean
shoal_torrent_metadata_place_take (ShoalTorrentMetadataAttempt *attempt, gint64 now_usec)
{
  ShoalTorrentMetadata        *self = attempt->fetch;
  Places                       places = count_places (self, is_alone (attempt), now_usec);
  ShoalTorrentMetadataAttempt *leaver;

  if (!find_place (&places, attempt, &leaver) || is_behind_others (attempt, &places, now_usec) ||
      !can_have_room (attempt, now_usec))
    return FALSE;
  if (leaver != NULL)
    shoal_torrent_metadata_place_leave (leaver, now_usec);
  attempt->placed_usec = now_usec;
  self->floor_usec = MAX (self->floor_usec, attempt->served_usec);
  return TRUE;
}

/* Who is as well off as others then comes after them, also if it was short. */
void
shoal_torrent_metadata_place_leave (ShoalTorrentMetadataAttempt *attempt, gint64 now_usec)
{
  guint64 served_usec;

  if (attempt->placed_usec == 0)
    return;
  served_usec = (guint64) MAX (now_usec - attempt->placed_usec, SLICE_USEC);
  attempt->served_usec = MAX (attempt->served_usec, attempt->fetch->floor_usec) +
                         served_usec / MAX (attempt->n_hosts, 1) + 1;
  attempt->placed_usec = 0;
}
