/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/shoal-session-queue.h"

G_BEGIN_DECLS

/* What the two files of the queue share: who has a place, and in which order all stand. */

struct _ShoalSessionQueue
{
  ShoalBaseList  line;
  gint64         stall_usec;
  guint          limits[SHOAL_SESSION_QUEUE_N_KINDS];
  ShoalBaseHeap *waiting[SHOAL_SESSION_QUEUE_N_KINDS]; /* owned, as the next two; the first first */
  ShoalBaseHeap *counted[SHOAL_SESSION_QUEUE_N_KINDS]; /* the last first */
  ShoalBaseHeap *due[SHOAL_SESSION_QUEUE_N_KINDS];
};

static inline ShoalSessionQueueNode *
shoal_session_queue_to_node (const ShoalBaseList *link)
{
  return SHOAL_BASE_LIST_ENTRY ((gsize) link, ShoalSessionQueueNode, order);
}

/* After its state or its position changed: where it stands among those of its state. */
void shoal_session_queue_rank (ShoalSessionQueue *self, ShoalSessionQueueNode *node);

G_END_DECLS
