/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-tracker-private.h"

/* Lists as a whole: as they were kept over a restart, and as a person wants them. */

static ShoalDiscoverTracker *
tracker_at (const GPtrArray *trackers, guint index)
{
  return g_ptr_array_index (trackers, index);
}

static gboolean
is_same_tier (const ShoalDiscoverOrigin *a, const ShoalDiscoverOrigin *b)
{
  return a->tier == b->tier && a->is_beside == b->is_beside;
}

static ShoalBasePolicyWord
get_word (const ShoalDiscoverOrigin *origin)
{
  if (origin->by_person)
    return SHOAL_BASE_POLICY_WORD_PERSON;
  return origin->by_stranger ? SHOAL_BASE_POLICY_WORD_STRANGER : SHOAL_BASE_POLICY_WORD_TORRENT;
}

static gboolean
has_target (const GPtrArray *trackers, const ShoalDiscoverTarget *target)
{
  guint i;

  for (i = 0; i < trackers->len; i++)
    if (tracker_at (trackers, i)->target == target)
      return TRUE;
  return FALSE;
}

/* Out of the list, to be put in with @tier; NULL if it is to stay, or has no place. */
static ShoalDiscoverTracker *
take_origin (ShoalDiscoverTrackerList  *self,
             const GPtrArray           *tier,
             const ShoalDiscoverOrigin *origin)
{
  ShoalDiscoverTarget  *target = shoal_discover_announcer_intern (self->announcer, origin->url);
  ShoalDiscoverTracker *tracker;

  if (target == NULL)
    return NULL;
  if (has_target (tier, target) || (!origin->by_person && has_target (self->trackers, target)))
    {
      shoal_discover_announcer_release (self->announcer, target);
      return NULL;
    }
  tracker = shoal_discover_tracker_list_take (self, target);
  if (tracker == NULL)
    return NULL;
  shoal_discover_tracker_forget_waits (tracker);
  tracker->word = (guint8) get_word (origin);
  tracker->is_beside = origin->is_beside;
  return tracker;
}

/* See shoal_discover_tracker_list_add_tier() for how groups and tiers are counted. */
static void
place (ShoalDiscoverTrackerList *self, ShoalDiscoverTracker *tracker)
{
  gboolean is_apart = tracker->is_beside || self->options.announce_all;

  tracker->group = is_apart && !self->options.is_private ? self->n_tiers : 0;
  tracker->tier = tracker->is_beside && self->options.is_private ? 0 : self->n_tiers;
  shoal_discover_tracker_list_insert (self, tracker);
}

static void
restore_tier (ShoalDiscoverTrackerList *self, const ShoalDiscoverOrigin *origins, guint n_origins)
{
  g_autoptr (GPtrArray) tier = g_ptr_array_new ();
  guint i;

  if (!origins->is_beside || !self->options.is_private)
    self->n_tiers++;
  for (i = 0; i < n_origins; i++)
    {
      ShoalDiscoverTracker *tracker = take_origin (self, tier, &origins[i]);

      if (tracker != NULL)
        g_ptr_array_add (tier, tracker);
    }
  shoal_discover_tracker_list_shuffle (self, tier);
  for (i = 0; i < tier->len; i++)
    place (self, tracker_at (tier, i));
}

void
shoal_discover_tracker_list_restore (ShoalDiscoverTrackerList  *self,
                                     const ShoalDiscoverOrigin *origins,
                                     guint                      n_origins)
{
  guint first = 0, i;

  for (i = 1; i <= n_origins; i++)
    if (i == n_origins || !is_same_tier (&origins[i], &origins[first]))
      {
        restore_tier (self, origins + first, i - first);
        first = i;
      }
  shoal_discover_tracker_plan_soon (self);
}

/* A list in the making. */
typedef struct
{
  ShoalDiscoverTrackerList *list;
  GPtrArray                *old;  /* unowned: what the list had, and still has of it */
  GPtrArray                *tier; /* owned, of ShoalDiscoverTracker: the tier that is being read */
  GPtrArray                *new_ones; /* owned: those of it that are not known yet */
} Edit;

static ShoalDiscoverEdit
check (ShoalDiscoverTrackerList *self, const char *const *urls, const char **invalid)
{
  guint n_urls = 0, i;

  for (i = 0; urls[i] != NULL; i++)
    {
      ShoalDiscoverTarget *target;

      if (*urls[i] == '\0')
        continue;
      if (++n_urls > SHOAL_DISCOVER_MAX_TRACKERS)
        return SHOAL_DISCOVER_EDIT_TOO_MANY;
      target = shoal_discover_announcer_intern (self->announcer, urls[i]);
      if (target == NULL)
        {
          *invalid = urls[i];
          return SHOAL_DISCOVER_EDIT_INVALID;
        }
      shoal_discover_announcer_release (self->announcer, target);
    }
  return SHOAL_DISCOVER_EDIT_DONE;
}

static ShoalDiscoverTracker *
steal_known (GPtrArray *trackers, const ShoalDiscoverTarget *target)
{
  guint i;

  for (i = 0; i < trackers->len; i++)
    if (tracker_at (trackers, i)->target == target)
      return g_ptr_array_steal_index (trackers, i);
  return NULL;
}

static void
read_url (Edit *edit, const char *url)
{
  ShoalDiscoverTrackerList *self = edit->list;
  ShoalDiscoverTarget      *target = shoal_discover_announcer_intern (self->announcer, url);
  ShoalDiscoverTracker     *tracker;

  tracker = steal_known (edit->old, target);
  if (tracker != NULL)
    g_ptr_array_add (edit->tier, tracker);
  if (tracker != NULL || has_target (edit->tier, target) || has_target (edit->new_ones, target) ||
      has_target (self->trackers, target))
    {
      shoal_discover_announcer_release (self->announcer, target);
      return;
    }
  tracker = shoal_discover_tracker_new (self, target);
  tracker->word = SHOAL_BASE_POLICY_WORD_PERSON;
  g_ptr_array_add (edit->new_ones, tracker);
}

static gboolean
is_of_person (const GPtrArray *tier)
{
  guint i;

  for (i = 0; i < tier->len; i++)
    if (tracker_at (tier, i)->word != SHOAL_BASE_POLICY_WORD_PERSON)
      return FALSE;
  return TRUE;
}

/* Those that are known stay in their order, before the others. */
static void
end_tier (Edit *edit)
{
  gboolean is_beside;
  guint    i;

  shoal_discover_tracker_list_shuffle (edit->list, edit->new_ones);
  g_ptr_array_extend (edit->tier, edit->new_ones, NULL, NULL);
  g_ptr_array_set_size (edit->new_ones, 0);
  is_beside = is_of_person (edit->tier) && !edit->list->options.is_private;
  edit->list->n_tiers += edit->tier->len > 0;
  for (i = 0; i < edit->tier->len; i++)
    {
      tracker_at (edit->tier, i)->is_beside = is_beside;
      place (edit->list, tracker_at (edit->tier, i));
    }
  g_ptr_array_set_size (edit->tier, 0);
}

static void
forget (ShoalDiscoverTrackerList *self, ShoalDiscoverTracker *tracker)
{
  shoal_discover_tracker_stop (tracker);
  shoal_discover_tracker_leave (tracker);
  if (self->current == tracker)
    self->current = NULL;
  if (self->source != tracker)
    return;
  self->source = NULL;
  self->has_lost_source = TRUE;
}

ShoalDiscoverEdit
shoal_discover_tracker_list_edit (ShoalDiscoverTrackerList *self,
                                  const char *const        *urls,
                                  const char              **invalid)
{
  ShoalDiscoverEdit result = check (self, urls, invalid);
  g_autoptr (GPtrArray) old = NULL;
  g_autoptr (GPtrArray) tier = g_ptr_array_new ();
  g_autoptr (GPtrArray) new_ones = g_ptr_array_new ();
  Edit  edit;
  guint i;

  if (result != SHOAL_DISCOVER_EDIT_DONE)
    return result;
  old = g_steal_pointer (&self->trackers);
  self->trackers = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_discover_tracker_free);
  self->n_tiers = 0;
  edit = (Edit){ self, old, tier, new_ones };
  for (i = 0; urls[i] != NULL; i++)
    if (*urls[i] != '\0')
      read_url (&edit, urls[i]);
    else
      end_tier (&edit);
  end_tier (&edit);
  for (i = 0; i < old->len; i++)
    forget (self, tracker_at (old, i));
  shoal_discover_tracker_plan_soon (self);
  return SHOAL_DISCOVER_EDIT_DONE;
}
