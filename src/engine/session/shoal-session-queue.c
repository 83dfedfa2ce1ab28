/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-queue-private.h"

/* Who waits although he had his try comes behind everybody else. */
#define LATE_KEY ((gint64) 1 << 62)

/* Positions of a database from elsewhere: sums and differences of two do not overflow. */
#define MAX_POSITION (((gint64) 1 << 62) - 1)

/* In parts of the time after which a place is given up: so long things must move until one counts
 * again, and a lull may last meanwhile. Who gives up again and again needs longer each time. */
#define STEADY_PARTS   2
#define LULL_PARTS     4
#define MAX_DOUBLINGS  5
#define FORGIVEN_TIMES 10

static ShoalSessionQueueNode *
from_rank (ShoalBaseHeapNode *place)
{
  return place != NULL ? SHOAL_BASE_LIST_ENTRY (place, ShoalSessionQueueNode, rank) : NULL;
}

ShoalSessionQueue *
shoal_session_queue_new (gint64 stall_usec)
{
  ShoalSessionQueue *self = g_new0 (ShoalSessionQueue, 1);
  guint              kind;

  shoal_base_list_init (&self->line);
  self->stall_usec = stall_usec;
  for (kind = 0; kind < SHOAL_SESSION_QUEUE_N_KINDS; kind++)
    {
      self->limits[kind] = G_MAXUINT;
      self->waiting[kind] = shoal_base_heap_new ();
      self->counted[kind] = shoal_base_heap_new ();
      self->due[kind] = shoal_base_heap_new ();
    }
  return self;
}

void
shoal_session_queue_free (ShoalSessionQueue *self)
{
  guint kind;

  for (kind = 0; kind < SHOAL_SESSION_QUEUE_N_KINDS; kind++)
    {
      shoal_base_heap_free (self->waiting[kind]);
      shoal_base_heap_free (self->counted[kind]);
      shoal_base_heap_free (self->due[kind]);
    }
  g_free (self);
}

void
shoal_session_queue_node_init (ShoalSessionQueueNode *node, gint64 position, gboolean is_late)
{
  *node = (ShoalSessionQueueNode){
    .position = CLAMP (position, -MAX_POSITION, MAX_POSITION),
    .is_late = is_late,
  };
  shoal_base_list_init (&node->order);
}

static void
leave (ShoalSessionQueue *self, ShoalSessionQueueNode *node)
{
  if (node->state == SHOAL_SESSION_QUEUE_WAITING)
    shoal_base_heap_remove (self->waiting[node->kind], &node->rank);
  else if (node->state == SHOAL_SESSION_QUEUE_COUNTED)
    {
      shoal_base_heap_remove (self->counted[node->kind], &node->rank);
      shoal_base_heap_remove (self->due[node->kind], &node->due);
    }
  node->state = SHOAL_SESSION_QUEUE_OUT;
}

void
shoal_session_queue_rank (ShoalSessionQueue *self, ShoalSessionQueueNode *node)
{
  if (node->state == SHOAL_SESSION_QUEUE_WAITING)
    shoal_base_heap_set (
        self->waiting[node->kind], &node->rank, node->position + (node->is_late ? LATE_KEY : 0));
  else if (node->state == SHOAL_SESSION_QUEUE_COUNTED)
    shoal_base_heap_set (self->counted[node->kind], &node->rank, -node->position);
}

static void
enter (ShoalSessionQueue *self, ShoalSessionQueueNode *node, ShoalSessionQueueState state)
{
  leave (self, node);
  node->state = state;
  node->steady_usec = 0;
  shoal_session_queue_rank (self, node);
}

static void
give_place (ShoalSessionQueue *self, ShoalSessionQueueNode *node, gint64 now_usec)
{
  enter (self, node, SHOAL_SESSION_QUEUE_COUNTED);
  node->moved_usec = node->steady_usec = now_usec;
  shoal_base_heap_set (self->due[node->kind], &node->due, now_usec + self->stall_usec);
}

void
shoal_session_queue_set_kind (ShoalSessionQueue     *self,
                              ShoalSessionQueueNode *node,
                              ShoalSessionQueueKind  kind,
                              gint64                 now_usec)
{
  gboolean takes_part =
      node->state == SHOAL_SESSION_QUEUE_COUNTED || node->state == SHOAL_SESSION_QUEUE_BESIDE;

  if (node->kind == kind)
    return;
  leave (self, node);
  node->kind = kind;
  if (kind != SHOAL_SESSION_QUEUE_DOWNLOADS)
    {
      node->is_late = FALSE;
      node->n_lulls = 0;
    }
  if (kind == SHOAL_SESSION_QUEUE_SEEDS)
    enter (self, node, SHOAL_SESSION_QUEUE_BESIDE);
  else if (kind == SHOAL_SESSION_QUEUE_DOWNLOADS)
    {
      if (takes_part || self->limits[kind] == G_MAXUINT)
        give_place (self, node, now_usec);
      else
        enter (self, node, SHOAL_SESSION_QUEUE_WAITING);
    }
}

void
shoal_session_queue_set_limit (ShoalSessionQueue *self, ShoalSessionQueueKind kind, guint limit)
{
  self->limits[kind] = limit != 0 ? limit : G_MAXUINT;
}

static gint64
get_steady_usec (const ShoalSessionQueue *self, const ShoalSessionQueueNode *node)
{
  guint doublings = node->n_lulls > 0 ? MIN (node->n_lulls - 1, MAX_DOUBLINGS) : 0;

  return self->stall_usec / STEADY_PARTS << doublings;
}

gboolean
shoal_session_queue_on_moved (ShoalSessionQueue     *self,
                              ShoalSessionQueueNode *node,
                              gint64                 moved_usec,
                              gint64                 now_usec)
{
  if (node->state != SHOAL_SESSION_QUEUE_BESIDE || moved_usec <= node->moved_usec)
    return FALSE;
  if (node->steady_usec == 0 || moved_usec - node->moved_usec > self->stall_usec / LULL_PARTS)
    node->steady_usec = moved_usec;
  node->moved_usec = moved_usec;
  if (moved_usec - node->steady_usec < get_steady_usec (self, node))
    return FALSE;
  node->is_late = FALSE;
  give_place (self, node, now_usec);
  return TRUE;
}

void
shoal_session_queue_on_due (ShoalSessionQueue     *self,
                            ShoalSessionQueueNode *node,
                            gint64                 moved_usec,
                            gint64                 now_usec)
{
  if (node->state != SHOAL_SESSION_QUEUE_COUNTED)
    return;
  node->moved_usec = MAX (node->moved_usec, MIN (moved_usec, now_usec));
  if (now_usec - node->moved_usec < self->stall_usec)
    {
      shoal_base_heap_set (self->due[node->kind], &node->due, node->moved_usec + self->stall_usec);
      return;
    }
  if (now_usec - node->steady_usec > FORGIVEN_TIMES * self->stall_usec)
    node->n_lulls = 0;
  node->n_lulls = MIN (node->n_lulls + 1, MAX_DOUBLINGS + 1);
  node->is_late = node->kind == SHOAL_SESSION_QUEUE_DOWNLOADS;
  enter (self, node, SHOAL_SESSION_QUEUE_BESIDE);
}

static ShoalSessionQueueNode *
step_kind (ShoalSessionQueue *self, ShoalSessionQueueKind kind, gint64 now_usec)
{
  ShoalSessionQueueNode *first = from_rank (shoal_base_heap_peek (self->waiting[kind]));
  ShoalSessionQueueNode *last = from_rank (shoal_base_heap_peek (self->counted[kind]));
  guint                  n = shoal_base_heap_get_size (self->counted[kind]);

  if (n > self->limits[kind] || (n == self->limits[kind] && first != NULL && !first->is_late &&
                                 first->position < last->position))
    {
      enter (self, last, SHOAL_SESSION_QUEUE_WAITING);
      return last;
    }
  if (first == NULL || n == self->limits[kind])
    return NULL;
  give_place (self, first, now_usec);
  return first;
}

ShoalSessionQueueNode *
shoal_session_queue_step (ShoalSessionQueue *self, gint64 now_usec)
{
  ShoalSessionQueueNode *node = step_kind (self, SHOAL_SESSION_QUEUE_DOWNLOADS, now_usec);

  return node != NULL ? node : step_kind (self, SHOAL_SESSION_QUEUE_SEEDS, now_usec);
}

/* The next of @kind that is to be asked, if that is of use to anybody. */
static ShoalBaseHeapNode *
get_next_due (ShoalSessionQueue *self, guint kind)
{
  if (shoal_base_heap_get_size (self->waiting[kind]) == 0)
    return NULL;
  return shoal_base_heap_peek (self->due[kind]);
}

gint64
shoal_session_queue_get_due (ShoalSessionQueue *self)
{
  gint64 due_usec = G_MAXINT64;
  guint  kind;

  for (kind = 0; kind < SHOAL_SESSION_QUEUE_N_KINDS; kind++)
    {
      const ShoalBaseHeapNode *next = get_next_due (self, kind);

      if (next != NULL)
        due_usec = MIN (due_usec, next->key);
    }
  return due_usec;
}

ShoalSessionQueueNode *
shoal_session_queue_peek_due (ShoalSessionQueue *self, gint64 now_usec)
{
  guint kind;

  for (kind = 0; kind < SHOAL_SESSION_QUEUE_N_KINDS; kind++)
    {
      ShoalBaseHeapNode *next = get_next_due (self, kind);

      if (next != NULL && next->key <= now_usec)
        return SHOAL_BASE_LIST_ENTRY (next, ShoalSessionQueueNode, due);
    }
  return NULL;
}

void
shoal_session_queue_forgive (ShoalSessionQueue *self, gint64 now_usec)
{
  SHOAL_BASE_LIST_FOREACH (&self->line, link)
  {
    ShoalSessionQueueNode *node = shoal_session_queue_to_node (link);

    if (node->state == SHOAL_SESSION_QUEUE_COUNTED)
      give_place (self, node, now_usec);
  }
}

guint
shoal_session_queue_get_n_counted (const ShoalSessionQueue *self, ShoalSessionQueueKind kind)
{
  return shoal_base_heap_get_size (self->counted[kind]);
}

void
shoal_session_queue_remove (ShoalSessionQueue *self, ShoalSessionQueueNode *node)
{
  leave (self, node);
  node->kind = SHOAL_SESSION_QUEUE_NONE;
  shoal_base_list_remove (&node->order);
}
