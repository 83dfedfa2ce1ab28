/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An intrusive doubly linked ring: the node lies inside the element, the head is a node of its own.
 * No allocation, removal in O(1) from inside a walk. One thread at a time. */
typedef struct _ShoalBaseList ShoalBaseList;

struct _ShoalBaseList
{
  ShoalBaseList *prev; /* unowned */
  ShoalBaseList *next; /* unowned */
};

static inline void
shoal_base_list_init (ShoalBaseList *node)
{
  node->prev = node->next = node;
}

static inline gboolean
shoal_base_list_is_empty (const ShoalBaseList *head)
{
  return head->next == head;
}

/* Whether @node is in a list; a node starts with shoal_base_list_init(). */
static inline gboolean
shoal_base_list_is_linked (const ShoalBaseList *node)
{
  return node->next != node;
}

static inline void
shoal_base_list_append (ShoalBaseList *head, ShoalBaseList *node)
{
  node->prev = head->prev;
  node->next = head;
  head->prev->next = node;
  head->prev = node;
}

static inline void
shoal_base_list_prepend (ShoalBaseList *head, ShoalBaseList *node)
{
  shoal_base_list_append (head->next, node);
}

/* Unlinks @node if it is linked, and leaves it ready to be linked again. */
static inline void
shoal_base_list_remove (ShoalBaseList *node)
{
  node->prev->next = node->next;
  node->next->prev = node->prev;
  shoal_base_list_init (node);
}

/* Moves all of @from to the end of @to; @from is empty afterwards. */
static inline void
shoal_base_list_splice (ShoalBaseList *to, ShoalBaseList *from)
{
  if (shoal_base_list_is_empty (from))
    return;
  from->next->prev = to->prev;
  from->prev->next = to;
  to->prev->next = from->next;
  to->prev = from->prev;
  shoal_base_list_init (from);
}

/* The element of @Type whose member @field is @node. */
#define SHOAL_BASE_LIST_ENTRY(node, Type, field)                                                   \
  ((Type *) (gpointer) ((guint8 *) (node) -G_STRUCT_OFFSET (Type, field)))

/* Walks the list; the current node may be removed inside the walk. */
#define SHOAL_BASE_LIST_FOREACH(head, node)                                                        \
  for (ShoalBaseList *node = (head)->next, *node##_next = node->next; node != (head);              \
       node = node##_next, node##_next = node->next)

G_END_DECLS
