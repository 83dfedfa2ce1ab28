/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-queue-private.h"

/* Nobody waits longer than this for others: less than it takes a remote to notice. */
#define MAX_WAIT_USEC (G_USEC_PER_SEC / 20)

void
shoal_disk_queue_gather_init (ShoalDiskGather *self, ShoalDiskSource *source)
{
  guint i;

  self->source = source;
  for (i = 0; i < SHOAL_DISK_GATHER_MIN; i++)
    self->arrivals[i] = G_MININT64 / 2;
}

static gboolean
is_empty (const ShoalDiskGather *self)
{
  return shoal_base_list_is_empty (&self->source->normal);
}

/* Waiting pays only if as many come, while one waits, as are needed to gain anything. */
static gboolean
is_busy (const ShoalDiskGather *self, gint64 now_usec)
{
  return now_usec - self->arrivals[self->next_arrival] < MAX_WAIT_USEC;
}

void
shoal_disk_queue_gather_add (ShoalDiskGather *self, ShoalDiskJob *job, gint64 now_usec)
{
  self->arrivals[self->next_arrival] = now_usec;
  self->next_arrival = (self->next_arrival + 1) % SHOAL_DISK_GATHER_MIN;
  if (is_empty (self))
    self->due_usec = is_busy (self, now_usec) ? now_usec + MAX_WAIT_USEC : now_usec;
  shoal_base_list_append (&self->source->normal, &job->link);
}

static gboolean
is_full (const ShoalDiskGather *self)
{
  guint64 bytes = 0;
  guint   n = 0;

  SHOAL_BASE_LIST_FOREACH (&self->source->normal, node)
  {
    bytes += SHOAL_BASE_LIST_ENTRY (node, ShoalDiskJob, link)->write_bytes;
    if (++n >= SHOAL_DISK_GATHER_MAX || bytes >= self->max_bytes)
      return TRUE;
  }
  return FALSE;
}

gboolean
shoal_disk_queue_gather_is_ready (const ShoalDiskGather *self, gint64 now_usec)
{
  return !is_empty (self) && (now_usec >= self->due_usec || is_full (self));
}

gboolean
shoal_disk_queue_gather_wants_sentry (const ShoalDiskGather *self)
{
  return !is_empty (self) && !self->has_sentry;
}

guint
shoal_disk_queue_gather_take (ShoalDiskGather *self,
                              ShoalDiskJob    *jobs[SHOAL_DISK_GATHER_MAX],
                              gint64           now_usec)
{
  guint n = 0;

  while (n < SHOAL_DISK_GATHER_MAX && !is_empty (self))
    {
      jobs[n] = SHOAL_BASE_LIST_ENTRY (self->source->normal.next, ShoalDiskJob, link);
      if (jobs[n]->ops != jobs[0]->ops)
        break;
      shoal_base_list_remove (&jobs[n++]->link);
    }
  self->due_usec = now_usec + MAX_WAIT_USEC; /* of those that are left */
  return n;
}
