/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "types/shoal-types-event.h"

#include "types/shoal-types-count.h"

ShoalEvent *
shoal_event_new (ShoalEventKind kind, ShoalTorrentId id)
{
  ShoalEvent *self = g_new0 (ShoalEvent, 1);

  atomic_init (&self->ref_count, 1);
  self->kind = kind;
  self->id = id;
  self->time_usec = g_get_real_time ();
  return self;
}

ShoalEvent *
shoal_event_ref (const ShoalEvent *self)
{
  return shoal_types_ref (self);
}

void
shoal_event_unref (ShoalEvent *self)
{
  if (!shoal_types_unref (self))
    return;
  g_free (self->subject);
  g_free (self->text);
  g_clear_pointer (&self->peers, g_array_unref);
  g_free (self);
}
