/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-queue.h"

/* Who waits although he had his try comes behind everybody else. */
#define LATE_KEY ((gint64) 1 << 62)

/* Positions of a database from elsewhere: sums and differences of two do not overflow, and there is
 * room behind them. */
#define MAX_POSITION        (((gint64) 1 << 62) - 1)
#define MAX_LISTED_POSITION ((gint64) 1 << 61)

/* Where there is no room between two, those behind are moved on until so much is between them. */
#define MIN_STEP 1024

/* In parts of the time after which a place is given up: so long things must move until one counts
 * again, and a lull may last meanwhile. Who gives up again and again needs longer each time. */
#define STEADY_PARTS   2
#define LULL_PARTS     4
#define MAX_DOUBLINGS  5
#define FORGIVEN_TIMES 10

struct _ShoalSessionQueue
{
  ShoalBaseList  line;
  gint64         stall_usec;
  guint          limits[SHOAL_SESSION_QUEUE_N_KINDS];
  ShoalBaseHeap *waiting[SHOAL_SESSION_QUEUE_N_KINDS]; /* owned, as the next two; the first first */
  ShoalBaseHeap *counted[SHOAL_SESSION_QUEUE_N_KINDS]; /* the last first */
  ShoalBaseHeap *due[SHOAL_SESSION_QUEUE_N_KINDS];
};

static ShoalSessionQueueNode *
to_node (const ShoalBaseList *link)
{
  return SHOAL_BASE_LIST_ENTRY ((gsize) link, ShoalSessionQueueNode, order);
}

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

/* Where it stands among those of its state. */
static void
rank (ShoalSessionQueue *self, ShoalSessionQueueNode *node)
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
  rank (self, node);
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
    ShoalSessionQueueNode *node = to_node (link);

    if (node->state == SHOAL_SESSION_QUEUE_COUNTED)
      give_place (self, node, now_usec);
  }
}

guint
shoal_session_queue_get_n_counted (const ShoalSessionQueue *self, ShoalSessionQueueKind kind)
{
  return shoal_base_heap_get_size (self->counted[kind]);
}

ShoalSessionQueueNode *
shoal_session_queue_get_first (const ShoalSessionQueue *self)
{
  return shoal_base_list_is_empty (&self->line) ? NULL : to_node (self->line.next);
}

ShoalSessionQueueNode *
shoal_session_queue_get_next (const ShoalSessionQueue *self, const ShoalSessionQueueNode *node)
{
  return node->order.next == &self->line ? NULL : to_node (node->order.next);
}

/* Positions. */

static void
set_position (ShoalSessionQueue     *self,
              ShoalSessionQueueNode *node,
              gint64                 position,
              GPtrArray             *moved)
{
  if (node->position == position)
    return;
  node->position = position;
  rank (self, node);
  if (moved == NULL || node->is_moved)
    return;
  node->is_moved = TRUE;
  g_ptr_array_add (moved, node);
}

/* The @n from @link on get positions that are @step apart, the first of them @first. */
static void
number (ShoalSessionQueue *self,
        ShoalBaseList     *link,
        guint              n,
        gint64             first,
        gint64             step,
        GPtrArray         *moved)
{
  for (; n > 0; n--, link = link->next, first += step)
    set_position (self, to_node (link), first, moved);
}

/* From one to the next if @count are to stand between @low and @behind. */
static gint64
get_step (const ShoalSessionQueue *self, gint64 low, guint count, const ShoalBaseList *behind)
{
  if (behind == &self->line)
    return SHOAL_SESSION_QUEUE_GAP;
  return (to_node (behind)->position - low) / ((gint64) count + 1);
}

/* The @n nodes from @link on have just come into the line, where they have no position yet. If
 * those beside them leave no room for it, who stands behind goes on. */
static void
settle_positions (ShoalSessionQueue *self, ShoalBaseList *link, guint n, GPtrArray *moved)
{
  gboolean             is_top = link->prev == &self->line;
  gint64               low = is_top ? 0 : to_node (link->prev)->position;
  const ShoalBaseList *behind = link;
  guint                count = n, i;
  gint64               step;

  for (i = 0; i < n; i++)
    behind = behind->next;
  if (is_top && behind != &self->line)
    low = to_node (behind)->position - SHOAL_SESSION_QUEUE_GAP * ((gint64) n + 1);
  if (get_step (self, low, count, behind) < 1)
    for (; get_step (self, low, count, behind) < MIN_STEP; behind = behind->next)
      count++;
  step = get_step (self, low, count, behind);
  number (self, link, count, low + step, step, moved);
}

static void
forget_moved (const GPtrArray *moved, guint first)
{
  guint i;

  for (i = first; i < moved->len; i++)
    ((ShoalSessionQueueNode *) g_ptr_array_index (moved, i))->is_moved = FALSE;
}

void
shoal_session_queue_append (ShoalSessionQueue *self, ShoalSessionQueueNode *node)
{
  gboolean is_behind;

  g_return_if_fail (!shoal_base_list_is_linked (&node->order));

  node->position = CLAMP (node->position, -MAX_LISTED_POSITION, MAX_LISTED_POSITION);
  is_behind = shoal_base_list_is_empty (&self->line) ||
              to_node (self->line.prev)->position < node->position;
  shoal_base_list_append (&self->line, &node->order);
  if (!is_behind)
    settle_positions (self, &node->order, 1, NULL);
}

void
shoal_session_queue_insert (ShoalSessionQueue *self, ShoalSessionQueueNode *node, GPtrArray *moved)
{
  ShoalBaseList *after = self->line.prev;
  guint          first = moved->len;

  g_return_if_fail (!shoal_base_list_is_linked (&node->order));

  while (after != &self->line && to_node (after)->position > node->position)
    after = after->prev;
  shoal_base_list_prepend (after, &node->order);
  if (after != &self->line && to_node (after)->position == node->position)
    settle_positions (self, &node->order, 1, moved);
  forget_moved (moved, first);
}

void
shoal_session_queue_remove (ShoalSessionQueue *self, ShoalSessionQueueNode *node)
{
  leave (self, node);
  node->kind = SHOAL_SESSION_QUEUE_NONE;
  shoal_base_list_remove (&node->order);
}

gint64
shoal_session_queue_get_free_position (const ShoalSessionQueue *self, gboolean is_first)
{
  if (shoal_base_list_is_empty (&self->line))
    return SHOAL_SESSION_QUEUE_GAP;
  return is_first ? to_node (self->line.next)->position - SHOAL_SESSION_QUEUE_GAP
                  : to_node (self->line.prev)->position + SHOAL_SESSION_QUEUE_GAP;
}

static void
swap (ShoalSessionQueue     *self,
      ShoalSessionQueueNode *upper,
      ShoalSessionQueueNode *lower,
      GPtrArray             *moved)
{
  gint64 position = upper->position;

  shoal_base_list_remove (&upper->order);
  shoal_base_list_prepend (&lower->order, &upper->order);
  set_position (self, upper, lower->position, moved);
  set_position (self, lower, position, moved);
}

static void
move_up (ShoalSessionQueue *self, ShoalSessionQueueNode **nodes, guint n, GPtrArray *moved)
{
  guint i;

  for (i = 0; i < n; i++)
    {
      ShoalBaseList *prev = nodes[i]->order.prev;

      if (prev != &self->line && !to_node (prev)->is_picked)
        swap (self, to_node (prev), nodes[i], moved);
    }
}

static void
move_down (ShoalSessionQueue *self, ShoalSessionQueueNode **nodes, guint n, GPtrArray *moved)
{
  while (n-- > 0)
    {
      ShoalBaseList *next = nodes[n]->order.next;

      if (next != &self->line && !to_node (next)->is_picked)
        swap (self, nodes[n], to_node (next), moved);
    }
}

/* All of them together before @before, which is a link that stays, or the line itself. */
static void
move_before (ShoalSessionQueue      *self,
             ShoalSessionQueueNode **nodes,
             guint                   n,
             ShoalBaseList          *before,
             GPtrArray              *moved)
{
  guint i;

  for (i = 0; i < n; i++)
    {
      shoal_base_list_remove (&nodes[i]->order);
      shoal_base_list_append (before, &nodes[i]->order);
    }
  settle_positions (self, &nodes[0]->order, n, moved);
}

static int
compare_positions (gconstpointer a, gconstpointer b)
{
  gint64 x = (*(ShoalSessionQueueNode *const *) a)->position;
  gint64 y = (*(ShoalSessionQueueNode *const *) b)->position;

  return x < y ? -1 : x > y;
}

/* Whether all of them stand together, before @before, as it is. */
static gboolean
is_there (ShoalSessionQueueNode *const *nodes, guint n, const ShoalBaseList *before)
{
  guint i;

  for (i = 0; i < n; i++)
    if (nodes[i]->order.next != (i + 1 < n ? &nodes[i + 1]->order : before))
      return FALSE;
  return TRUE;
}

static void
move_sorted (ShoalSessionQueue      *self,
             ShoalSessionQueueNode **nodes,
             guint                   n,
             ShoalQueuePlace         place,
             ShoalBaseList          *before,
             GPtrArray              *moved)
{
  switch (place)
    {
    case SHOAL_QUEUE_UP:
      move_up (self, nodes, n, moved);
      return;
    case SHOAL_QUEUE_DOWN:
      move_down (self, nodes, n, moved);
      return;
    case SHOAL_QUEUE_TOP:
      before = self->line.next;
      break;
    case SHOAL_QUEUE_BOTTOM:
      before = &self->line;
      break;
    case SHOAL_QUEUE_BEFORE:
      break;
    }
  while (before != &self->line && to_node (before)->is_picked)
    before = before->next;
  if (!is_there (nodes, n, before))
    move_before (self, nodes, n, before, moved);
}

void
shoal_session_queue_move (ShoalSessionQueue      *self,
                          ShoalSessionQueueNode **nodes,
                          guint                   n_nodes,
                          ShoalQueuePlace         place,
                          ShoalSessionQueueNode  *before,
                          GPtrArray              *moved)
{
  g_autoptr (GPtrArray) picked = g_ptr_array_new ();
  gboolean is_up = place != SHOAL_QUEUE_DOWN && place != SHOAL_QUEUE_BOTTOM;
  guint    first = moved->len, i;

  for (i = 0; i < n_nodes; i++)
    {
      ShoalSessionQueueNode *node = nodes[i];

      if (node->is_picked || !shoal_base_list_is_linked (&node->order))
        continue;
      node->is_picked = TRUE;
      g_ptr_array_add (picked, node);
      if (is_up && node->is_late)
        {
          node->is_late = FALSE;
          rank (self, node);
        }
    }
  g_ptr_array_sort (picked, compare_positions);
  if (picked->len > 0)
    move_sorted (self,
                 (ShoalSessionQueueNode **) picked->pdata,
                 picked->len,
                 place,
                 before != NULL ? &before->order : &self->line,
                 moved);
  for (i = 0; i < picked->len; i++)
    ((ShoalSessionQueueNode *) g_ptr_array_index (picked, i))->is_picked = FALSE;
  forget_moved (moved, first);
}
