/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "types/shoal-types-snapshot.h"

#include "types/shoal-types-count.h"

ShoalAnswer *
shoal_answer_new (guint64 serial, ShoalTorrentId id)
{
  ShoalAnswer *self = g_new0 (ShoalAnswer, 1);

  atomic_init (&self->ref_count, 1);
  self->serial = serial;
  self->id = id;
  return self;
}

ShoalAnswer *
shoal_answer_ref (const ShoalAnswer *self)
{
  return shoal_types_ref (self);
}

void
shoal_answer_unref (ShoalAnswer *self)
{
  if (!shoal_types_unref (self))
    return;
  g_clear_pointer (&self->problem, shoal_problem_unref);
  g_clear_pointer (&self->contents, shoal_contents_unref);
  g_clear_pointer (&self->found, g_array_unref);
  g_free (self);
}

ShoalSnapshot *
shoal_snapshot_new (void)
{
  ShoalSnapshot *self = g_new0 (ShoalSnapshot, 1);

  atomic_init (&self->ref_count, 1);
  self->changed = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_torrent_info_unref);
  self->removed = g_array_new (FALSE, FALSE, sizeof (ShoalTorrentId));
  self->details = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_torrent_details_unref);
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_event_unref);
  self->answers = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_answer_unref);
  return self;
}

ShoalSnapshot *
shoal_snapshot_ref (const ShoalSnapshot *self)
{
  return shoal_types_ref (self);
}

void
shoal_snapshot_unref (ShoalSnapshot *self)
{
  if (!shoal_types_unref (self))
    return;
  g_ptr_array_unref (self->changed);
  g_array_unref (self->removed);
  g_ptr_array_unref (self->details);
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->answers);
  g_clear_pointer (&self->problem, shoal_problem_unref);
  g_free (self);
}
