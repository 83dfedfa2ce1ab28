/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-reactor.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

/* The most descriptors served in one turn, so that GLib's other sources (HTTP, mailboxes) get
 * theirs. The rest stays ready, behind those that were served: epoll hands them out in turn. */
#define MAX_EVENTS 128

/* What the kernel carries for us is the slot and its generation, never a pointer: an event that was
 * fetched before its watch went away is then recognised, whatever became of memory and number. */
typedef struct
{
  ShoalNetWatch *watch; /* unowned: inside its owner; NULL: a free slot */
  guint32        generation;
  guint32        next_free;
} Slot;

#define NO_SLOT G_MAXUINT32

struct _ShoalNetReactor
{
  GMainContext  *context; /* owned */
  GSource       *source;  /* owned */
  ShoalBaseHeap *timers;  /* owned */
  GArray        *slots;   /* owned; of Slot */
  ShoalBaseList  tasks;
  gint64         now_usec; /* of the present turn */
  guint32        first_free;
  int            epoll_fd; /* owned */

  guint in_turn : 1;
};

typedef struct
{
  GSource          base;
  ShoalNetReactor *reactor; /* unowned: destroys this before it goes */
} ReactorSource;

static guint32
to_epoll (guint events)
{
  guint32 mask = 0;

  if (events & SHOAL_NET_READ)
    mask |= EPOLLIN;
  if (events & SHOAL_NET_WRITE)
    mask |= EPOLLOUT;
  /* The kernel reports faults unasked. To one that waits for nothing they come as an edge, so that
   * a broken connection whose owner does not listen cannot keep the engine awake. */
  return mask != 0 ? mask : EPOLLET;
}

static guint
from_epoll (guint32 mask)
{
  guint events = 0;

  if (mask & EPOLLIN)
    events |= SHOAL_NET_READ;
  if (mask & EPOLLOUT)
    events |= SHOAL_NET_WRITE;
  if (mask & (EPOLLERR | EPOLLHUP))
    events |= SHOAL_NET_FAULT;
  return events;
}

static guint32
take_slot (ShoalNetReactor *self, ShoalNetWatch *watch)
{
  guint32 index = self->first_free;
  Slot   *slot;

  if (index == NO_SLOT)
    {
      Slot fresh = { .watch = NULL, .generation = 0, .next_free = NO_SLOT };

      index = self->slots->len;
      g_array_append_val (self->slots, fresh);
    }
  slot = &g_array_index (self->slots, Slot, index);
  self->first_free = slot->next_free;
  slot->watch = watch;
  return index;
}

static void
give_slot (ShoalNetReactor *self, guint32 index)
{
  Slot *slot = &g_array_index (self->slots, Slot, index);

  slot->watch = NULL;
  slot->generation++;
  slot->next_free = self->first_free;
  self->first_free = index;
}

static int
control (ShoalNetReactor *self, int operation, const ShoalNetWatch *watch)
{
  const Slot        *slot = &g_array_index (self->slots, Slot, watch->slot);
  struct epoll_event event = { .events = to_epoll (watch->events),
                               .data.u64 = (guint64) slot->generation << 32 | watch->slot };

  return epoll_ctl (self->epoll_fd, operation, watch->fd, &event);
}

static void
deliver (ShoalNetReactor *self, const struct epoll_event *event)
{
  const Slot    *slot = &g_array_index (self->slots, Slot, (guint32) event->data.u64);
  ShoalNetWatch *watch = slot->watch;
  guint          events;

  if (watch == NULL || slot->generation != (guint32) (event->data.u64 >> 32))
    return;
  events = from_epoll (event->events) & (watch->events | SHOAL_NET_FAULT);
  if (events != 0)
    watch->func (watch->owner, events);
}

static void
run_watches (ShoalNetReactor *self)
{
  struct epoll_event events[MAX_EVENTS];
  int                n = epoll_wait (self->epoll_fd, events, MAX_EVENTS, 0);
  int                i;

  for (i = 0; i < n; i++)
    deliver (self, &events[i]);
}

static void
run_timers (ShoalNetReactor *self)
{
  ShoalBaseHeapNode *node;

  while ((node = shoal_base_heap_peek (self->timers)) != NULL && node->key <= self->now_usec)
    {
      ShoalNetTimer *timer = SHOAL_BASE_LIST_ENTRY (node, ShoalNetTimer, node);

      shoal_base_heap_remove (self->timers, node);
      timer->func (timer->owner, self->now_usec);
    }
}

static void
run_tasks (ShoalNetReactor *self)
{
  ShoalBaseList due;

  shoal_base_list_init (&due);
  shoal_base_list_splice (&due, &self->tasks);
  while (!shoal_base_list_is_empty (&due))
    {
      ShoalNetTask *task = SHOAL_BASE_LIST_ENTRY (due.next, ShoalNetTask, link);

      shoal_base_list_remove (&task->link);
      task->func (task->owner);
    }
}

static gboolean
has_due (ShoalNetReactor *self, gint64 now_usec)
{
  ShoalBaseHeapNode *first = shoal_base_heap_peek (self->timers);

  return !shoal_base_list_is_empty (&self->tasks) || (first != NULL && first->key <= now_usec);
}

/* Asked before each poll, so that a timer or task that came since needs no call into GLib. */
static gboolean
prepare_turn (GSource *source, int *timeout_msec)
{
  ShoalNetReactor   *self = ((ReactorSource *) source)->reactor;
  ShoalBaseHeapNode *first = shoal_base_heap_peek (self->timers);
  gint64             now_usec = g_source_get_time (source);

  *timeout_msec = -1;
  if (self->in_turn)
    return FALSE;
  if (has_due (self, now_usec))
    return TRUE;
  if (first != NULL)
    *timeout_msec = (int) MIN ((first->key - now_usec + 999) / 1000, G_MAXINT);
  return FALSE;
}

/* GLib looks at the descriptor itself. */
static gboolean
check_turn (GSource *source)
{
  ShoalNetReactor *self = ((ReactorSource *) source)->reactor;

  return !self->in_turn && has_due (self, g_source_get_time (source));
}

static gboolean
dispatch_turn (GSource *source, GSourceFunc callback, gpointer user_data)
{
  ShoalNetReactor *self = ((ReactorSource *) source)->reactor;

  if (self->in_turn)
    return G_SOURCE_CONTINUE;
  self->now_usec = g_get_monotonic_time ();
  self->in_turn = TRUE;
  run_watches (self);
  run_timers (self);
  run_tasks (self);
  self->in_turn = FALSE;
  return G_SOURCE_CONTINUE;
}

ShoalNetReactor *
shoal_net_reactor_new (GMainContext *context)
{
  static GSourceFuncs funcs = { prepare_turn, check_turn, dispatch_turn, NULL, NULL, NULL };
  ShoalNetReactor    *self = g_new0 (ShoalNetReactor, 1);

  /* A splice to a connection that is gone knows no MSG_NOSIGNAL. GLib does this too, with the first
   * GSocket of a process. */
  signal (SIGPIPE, SIG_IGN);
  self->context = g_main_context_ref (context != NULL ? context : g_main_context_default ());
  self->timers = shoal_base_heap_new ();
  self->slots = g_array_new (FALSE, FALSE, sizeof (Slot));
  self->first_free = NO_SLOT;
  shoal_base_list_init (&self->tasks);
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll_fd < 0)
    g_error ("The engine gets no epoll descriptor: %s", g_strerror (errno));
  self->source = g_source_new (&funcs, sizeof (ReactorSource));
  ((ReactorSource *) self->source)->reactor = self;
  g_source_set_static_name (self->source, "shoal-net-reactor");
  /* Else GLib takes the descriptor out of its poll for each turn, and wakes itself twice for that.
   */
  g_source_set_can_recurse (self->source, TRUE);
  g_source_add_unix_fd (self->source, self->epoll_fd, G_IO_IN);
  g_source_attach (self->source, self->context);
  return self;
}

void
shoal_net_reactor_free (ShoalNetReactor *self)
{
  guint i;

  g_return_if_fail (!self->in_turn);
  while (!shoal_base_list_is_empty (&self->tasks))
    run_tasks (self);
  for (i = 0; i < self->slots->len; i++)
    {
      ShoalNetWatch *watch = g_array_index (self->slots, Slot, i).watch;

      if (watch != NULL)
        watch->reactor = NULL;
    }
  g_source_destroy (self->source);
  g_source_unref (self->source);
  close (self->epoll_fd);
  shoal_base_heap_free (self->timers);
  g_array_unref (self->slots);
  g_main_context_unref (self->context);
  g_free (self);
}

GMainContext *
shoal_net_reactor_get_context (ShoalNetReactor *self)
{
  return self->context;
}

gint64
shoal_net_reactor_get_now (const ShoalNetReactor *self)
{
  return self->in_turn ? self->now_usec : g_get_monotonic_time ();
}

gboolean
shoal_net_reactor_add (ShoalNetReactor  *self,
                       ShoalNetWatch    *watch,
                       int               fd,
                       guint             events,
                       ShoalNetWatchFunc func,
                       gpointer          owner)
{
  g_return_val_if_fail (watch->reactor == NULL, FALSE);
  g_return_val_if_fail (fd >= 0, FALSE);

  watch->func = func;
  watch->owner = owner;
  watch->fd = fd;
  watch->events = events & (SHOAL_NET_READ | SHOAL_NET_WRITE);
  watch->slot = take_slot (self, watch);
  if (control (self, EPOLL_CTL_ADD, watch) < 0)
    {
      int error_number = errno;

      give_slot (self, watch->slot);
      errno = error_number;
      return FALSE;
    }
  watch->reactor = self;
  return TRUE;
}

void
shoal_net_reactor_modify (ShoalNetWatch *watch, guint events)
{
  g_return_if_fail (watch->reactor != NULL);

  events &= SHOAL_NET_READ | SHOAL_NET_WRITE;
  if (events == watch->events)
    return;
  watch->events = events;
  if (control (watch->reactor, EPOLL_CTL_MOD, watch) < 0)
    g_critical ("epoll lost descriptor %d: %s", watch->fd, g_strerror (errno));
}

void
shoal_net_reactor_remove (ShoalNetWatch *watch)
{
  ShoalNetReactor *self = watch->reactor;

  if (self == NULL)
    return;
  if (control (self, EPOLL_CTL_DEL, watch) < 0)
    g_critical ("epoll lost descriptor %d: %s", watch->fd, g_strerror (errno));
  give_slot (self, watch->slot);
  watch->reactor = NULL;
}

void
shoal_net_reactor_timer_init (ShoalNetTimer *timer, ShoalNetTimerFunc func, gpointer owner)
{
  timer->node.key = 0;
  timer->node.place = 0;
  timer->func = func;
  timer->owner = owner;
}

void
shoal_net_reactor_timer_set (ShoalNetReactor *self, ShoalNetTimer *timer, gint64 deadline_usec)
{
  /* Past the present turn, or a timer that sets itself again would never let it end. */
  if (self->in_turn && deadline_usec <= self->now_usec)
    deadline_usec = self->now_usec + 1;
  shoal_base_heap_set (self->timers, &timer->node, deadline_usec);
}

void
shoal_net_reactor_timer_clear (ShoalNetReactor *self, ShoalNetTimer *timer)
{
  shoal_base_heap_remove (self->timers, &timer->node);
}

void
shoal_net_reactor_task_init (ShoalNetTask *task, ShoalNetTaskFunc func, gpointer owner)
{
  shoal_base_list_init (&task->link);
  task->func = func;
  task->owner = owner;
}

void
shoal_net_reactor_defer (ShoalNetReactor *self, ShoalNetTask *task)
{
  if (shoal_base_list_is_linked (&task->link))
    return;
  shoal_base_list_append (&self->tasks, &task->link);
}

void
shoal_net_reactor_cancel (ShoalNetTask *task)
{
  shoal_base_list_remove (&task->link);
}
