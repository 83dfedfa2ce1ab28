/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-queue-private.h"

/* The order of the line: positions that leave room between them, and what moves within it. */

/* Of those listed there is room behind, whatever a database from elsewhere says. */
#define MAX_LISTED_POSITION ((gint64) 1 << 61)

/* Where there is no room between two, those behind are moved on until so much is between them. */
#define MIN_STEP 1024

static void
set_position (ShoalSessionQueue     *self,
              ShoalSessionQueueNode *node,
              gint64                 position,
              GPtrArray             *moved)
{
  if (node->position == position)
    return;
  node->position = position;
  shoal_session_queue_rank (self, node);
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
    set_position (self, shoal_session_queue_to_node (link), first, moved);
}

/* From one to the next if @count are to stand between @low and @behind. */
static gint64
get_step (const ShoalSessionQueue *self, gint64 low, guint count, const ShoalBaseList *behind)
{
  if (behind == &self->line)
    return SHOAL_SESSION_QUEUE_GAP;
  return (shoal_session_queue_to_node (behind)->position - low) / ((gint64) count + 1);
}

/* The @n nodes from @link on have just come into the line, where they have no position yet. If
 * those beside them leave no room for it, who stands behind goes on. */
static void
settle_positions (ShoalSessionQueue *self, ShoalBaseList *link, guint n, GPtrArray *moved)
{
  gboolean             is_top = link->prev == &self->line;
  gint64               low = is_top ? 0 : shoal_session_queue_to_node (link->prev)->position;
  const ShoalBaseList *behind = link;
  guint                count = n, i;
  gint64               step;

  for (i = 0; i < n; i++)
    behind = behind->next;
  if (is_top && behind != &self->line)
    low =
        shoal_session_queue_to_node (behind)->position - SHOAL_SESSION_QUEUE_GAP * ((gint64) n + 1);
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
              shoal_session_queue_to_node (self->line.prev)->position < node->position;
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

  while (after != &self->line && shoal_session_queue_to_node (after)->position > node->position)
    after = after->prev;
  shoal_base_list_prepend (after, &node->order);
  if (after != &self->line && shoal_session_queue_to_node (after)->position == node->position)
    settle_positions (self, &node->order, 1, moved);
  forget_moved (moved, first);
}

gint64
shoal_session_queue_get_free_position (const ShoalSessionQueue *self, gboolean is_first)
{
  if (shoal_base_list_is_empty (&self->line))
    return SHOAL_SESSION_QUEUE_GAP;
  return is_first
             ? shoal_session_queue_to_node (self->line.next)->position - SHOAL_SESSION_QUEUE_GAP
             : shoal_session_queue_to_node (self->line.prev)->position + SHOAL_SESSION_QUEUE_GAP;
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

      if (prev != &self->line && !shoal_session_queue_to_node (prev)->is_picked)
        swap (self, shoal_session_queue_to_node (prev), nodes[i], moved);
    }
}

static void
move_down (ShoalSessionQueue *self, ShoalSessionQueueNode **nodes, guint n, GPtrArray *moved)
{
  while (n-- > 0)
    {
      ShoalBaseList *next = nodes[n]->order.next;

      if (next != &self->line && !shoal_session_queue_to_node (next)->is_picked)
        swap (self, nodes[n], shoal_session_queue_to_node (next), moved);
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
  while (before != &self->line && shoal_session_queue_to_node (before)->is_picked)
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
          shoal_session_queue_rank (self, node);
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

ShoalSessionQueueNode *
shoal_session_queue_get_first (const ShoalSessionQueue *self)
{
  return shoal_base_list_is_empty (&self->line) ? NULL
                                                : shoal_session_queue_to_node (self->line.next);
}

ShoalSessionQueueNode *
shoal_session_queue_get_next (const ShoalSessionQueue *self, const ShoalSessionQueueNode *node)
{
  return node->order.next == &self->line ? NULL : shoal_session_queue_to_node (node->order.next);
}
