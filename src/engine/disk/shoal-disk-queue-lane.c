/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-queue-private.h"

static gboolean
overlap (const ShoalDiskJob *a, const ShoalDiskJob *b)
{
  return a->length > 0 && b->length > 0 && a->offset < b->offset + b->length &&
         b->offset < a->offset + a->length;
}

static gboolean
conflict (const ShoalDiskJob *a, const ShoalDiskJob *b)
{
  if (a->order == SHOAL_DISK_ORDER_ALONE || b->order == SHOAL_DISK_ORDER_ALONE)
    return TRUE;
  if (a->order == SHOAL_DISK_ORDER_SYNC || b->order == SHOAL_DISK_ORDER_SYNC)
    return a->order != SHOAL_DISK_ORDER_READ && b->order != SHOAL_DISK_ORDER_READ;
  if (a->order == SHOAL_DISK_ORDER_READ && b->order == SHOAL_DISK_ORDER_READ)
    return FALSE;
  return overlap (a, b);
}

void
shoal_disk_queue_lane_init (ShoalDiskLane *lane)
{
  shoal_base_list_init (&lane->jobs);
  lane->device = 0;
  lane->where = NULL;
}

void
shoal_disk_queue_lane_add (ShoalDiskJob *job)
{
  job->n_blockers = 0;
  if (job->lane == NULL)
    return;
  SHOAL_BASE_LIST_FOREACH (&job->lane->jobs, node)
  if (conflict (SHOAL_BASE_LIST_ENTRY (node, ShoalDiskJob, lane_link), job))
    job->n_blockers++;
  shoal_base_list_append (&job->lane->jobs, &job->lane_link);
}

gboolean
shoal_disk_queue_lane_has_conflict (ShoalDiskLane *lane, const ShoalDiskJob *job)
{
  SHOAL_BASE_LIST_FOREACH (&lane->jobs, node)
  if (conflict (SHOAL_BASE_LIST_ENTRY (node, ShoalDiskJob, lane_link), job))
    return TRUE;
  return FALSE;
}

void
shoal_disk_queue_lane_check (ShoalDiskLane *lane)
{
  ShoalBaseList *node, *earlier;
  ShoalDiskJob  *job;
  guint          n_blockers;

  for (node = lane->jobs.next; node != &lane->jobs; node = node->next)
    {
      job = SHOAL_BASE_LIST_ENTRY (node, ShoalDiskJob, lane_link);
      n_blockers = 0;
      for (earlier = lane->jobs.next; earlier != node; earlier = earlier->next)
        n_blockers += conflict (SHOAL_BASE_LIST_ENTRY (earlier, ShoalDiskJob, lane_link), job);
      g_assert (job->lane == lane && job->n_blockers == n_blockers && !job->is_complete);
      g_assert (n_blockers == 0 || (!job->has_begun && !shoal_base_list_is_linked (&job->link)));
    }
}

void
shoal_disk_queue_lane_remove (ShoalDiskJob *job,
                              void (*free_job) (ShoalDiskQueue *queue, ShoalDiskJob *job),
                              ShoalDiskQueue *queue)
{
  ShoalBaseList *node;
  ShoalDiskJob  *later;

  if (job->lane == NULL)
    return;
  for (node = job->lane_link.next; node != &job->lane->jobs; node = node->next)
    {
      later = SHOAL_BASE_LIST_ENTRY (node, ShoalDiskJob, lane_link);
      if (!conflict (job, later))
        continue;
      g_assert (later->n_blockers > 0);
      if (--later->n_blockers == 0)
        free_job (queue, later);
    }
  shoal_base_list_remove (&job->lane_link);
}
