/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-heap.h"
#include "base/shoal-base-list.h"

G_BEGIN_DECLS

/* The engine's heart: one GSource that owns one epoll descriptor, one heap of timers and the tasks
 * for the end of the turn. A turn is one dispatch of that source: ready descriptors (at most some
 * hundred, so that GLib's other sources run too), then due timers, then tasks. Watches, timers and
 * tasks lie inside their owners; nothing here allocates per event. Inside any callback every watch,
 * timer and task may be set, changed and removed, its own too, and its memory may go at once: what
 * was removed is not called again, even if the kernel has reported it already and the descriptor's
 * number has been given to another. All calls on the thread of the context. */
typedef struct _ShoalNetReactor ShoalNetReactor;

enum
{
  SHOAL_NET_READ = 1 << 0,
  SHOAL_NET_WRITE = 1 << 1,
  SHOAL_NET_FAULT = 1 << 2, /* reported unasked: error or hang-up */
};

/* @events: what is ready, of what was asked for, and SHOAL_NET_FAULT. */
typedef void (*ShoalNetWatchFunc) (gpointer owner, guint events);

/* A descriptor under watch; zero-initialised by the owner, otherwise private. */
typedef struct
{
  ShoalNetReactor  *reactor; /* unowned: outlives its watches; NULL: not watched */
  ShoalNetWatchFunc func;
  gpointer          owner; /* unowned: contains this */
  int               fd;    /* unowned: the owner closes it, after the removal */
  guint             events;
  guint32           slot;
} ShoalNetWatch;

/* @now_usec: the turn's. */
typedef void (*ShoalNetTimerFunc) (gpointer owner, gint64 now_usec);

typedef struct
{
  ShoalBaseHeapNode node;
  ShoalNetTimerFunc func;
  gpointer          owner; /* unowned: contains this */
} ShoalNetTimer;

typedef void (*ShoalNetTaskFunc) (gpointer owner);

typedef struct
{
  ShoalBaseList    link;
  ShoalNetTaskFunc func;
  gpointer         owner; /* unowned: contains this */
} ShoalNetTask;

/* @context: NULL is the default context. */
ShoalNetReactor *shoal_net_reactor_new (GMainContext *context);

/* Not inside a turn. Runs the tasks that wait (they free things), forgets watches and timers. */
void shoal_net_reactor_free (ShoalNetReactor *self);

GMainContext *shoal_net_reactor_get_context (ShoalNetReactor *self);

/* Monotonic time: inside a turn the moment of its start, read once; outside, the clock. */
gint64 shoal_net_reactor_get_now (const ShoalNetReactor *self);

/* Watches @fd level-triggered until shoal_net_reactor_remove(), which must come before close().
 * @events may be 0: then only SHOAL_NET_FAULT comes, once. FALSE with errno if the kernel refuses.
 */
gboolean shoal_net_reactor_add (ShoalNetReactor  *self,
                                ShoalNetWatch    *watch,
                                int               fd,
                                guint             events,
                                ShoalNetWatchFunc func,
                                gpointer          owner);

/* No system call if nothing changes. */
void shoal_net_reactor_modify (ShoalNetWatch *watch, guint events);

/* Nothing happens if it is not watched. */
void shoal_net_reactor_remove (ShoalNetWatch *watch);

void shoal_net_reactor_timer_init (ShoalNetTimer *timer, ShoalNetTimerFunc func, gpointer owner);

/* Calls @timer once at or soon after @deadline_usec (monotonic); moves it if it was set. A deadline
 * that has passed is due in the next turn, never in the present one. */
void
shoal_net_reactor_timer_set (ShoalNetReactor *self, ShoalNetTimer *timer, gint64 deadline_usec);

/* Nothing happens if it is not set. */
void shoal_net_reactor_timer_clear (ShoalNetReactor *self, ShoalNetTimer *timer);

static inline gboolean
shoal_net_reactor_timer_is_set (const ShoalNetTimer *timer)
{
  return timer->node.place != 0;
}

void shoal_net_reactor_task_init (ShoalNetTask *task, ShoalNetTaskFunc func, gpointer owner);

/* Runs @task once at the end of the present turn, in the order of deferring; outside a turn, and
 * from inside a task, at the end of the next one, which follows at once. Nothing happens if it
 * waits already. */
void shoal_net_reactor_defer (ShoalNetReactor *self, ShoalNetTask *task);

/* Nothing happens if it does not wait. */
void shoal_net_reactor_cancel (ShoalNetTask *task);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalNetReactor, shoal_net_reactor_free)

G_END_DECLS
