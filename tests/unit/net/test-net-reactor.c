/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-reactor.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct
{
  GMainContext    *context;
  ShoalNetReactor *reactor;
  GString         *log;
} Fixture;

/* One thing that is called, and what it does then. */
typedef struct _Actor Actor;

struct _Actor
{
  Fixture      *fixture;
  char          name;
  ShoalNetWatch watch;
  ShoalNetTimer timer;
  ShoalNetTask  task;
  int           fd;
  int           peer_fd;
  guint         n_calls;
  Actor        *victim;
  void (*act) (Actor *self);
};

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->context = g_main_context_new ();
  fixture->reactor = shoal_net_reactor_new (fixture->context);
  fixture->log = g_string_new (NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  shoal_net_reactor_free (fixture->reactor);
  g_main_context_unref (fixture->context);
  g_string_free (fixture->log, TRUE);
}

static void
note_call (Actor *self)
{
  self->n_calls++;
  g_string_append_c (self->fixture->log, self->name);
  if (self->act != NULL)
    self->act (self);
}

static void
on_timer (gpointer owner, gint64 now_usec)
{
  g_assert_cmpint (now_usec, ==, shoal_net_reactor_get_now (((Actor *) owner)->fixture->reactor));
  note_call (owner);
}

static void
on_task (gpointer owner)
{
  note_call (owner);
}

static void
on_watch (gpointer owner, guint events)
{
  g_assert_cmpuint (events & SHOAL_NET_READ, !=, 0);
  note_call (owner);
}

static void
init_actor (Actor *self, Fixture *fixture, char name)
{
  *self = (Actor){ .fixture = fixture, .name = name, .fd = -1, .peer_fd = -1 };
  shoal_net_reactor_timer_init (&self->timer, on_timer, self);
  shoal_net_reactor_task_init (&self->task, on_task, self);
}

static void
open_pair (Actor *self)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  self->fd = fds[0];
  self->peer_fd = fds[1];
}

static void
make_readable (Actor *self)
{
  g_assert_cmpint (write (self->peer_fd, "x", 1), ==, 1);
}

static void
drain (Actor *self)
{
  char byte;

  g_assert_cmpint (read (self->fd, &byte, 1), ==, 1);
}

static void
close_pair (Actor *self)
{
  shoal_net_reactor_remove (&self->watch);
  if (self->fd >= 0)
    close (self->fd);
  if (self->peer_fd >= 0)
    close (self->peer_fd);
  self->fd = self->peer_fd = -1;
}

static void
run_until (Fixture *fixture, const char *log)
{
  while (g_strcmp0 (fixture->log->str, log) != 0)
    {
      g_assert_cmpuint (fixture->log->len, <, strlen (log));
      g_main_context_iteration (fixture->context, TRUE);
    }
}

/* Everything that is due now, and nothing more. */
static void
run_ready (Fixture *fixture)
{
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
}

static void
test_timer_order (Fixture *fixture, gconstpointer data)
{
  Actor  actors[5];
  gint64 now = shoal_net_reactor_get_now (fixture->reactor);
  gint64 delays[] = { 3000, 1000, 4000, 2000, 5000 };
  guint  i;

  for (i = 0; i < G_N_ELEMENTS (actors); i++)
    {
      init_actor (&actors[i], fixture, (char) ('a' + i));
      shoal_net_reactor_timer_set (fixture->reactor, &actors[i].timer, now + delays[i]);
    }
  shoal_net_reactor_timer_clear (fixture->reactor, &actors[2].timer);
  shoal_net_reactor_timer_set (fixture->reactor, &actors[1].timer, now + 6000);
  run_until (fixture, "daeb");
  g_assert_cmpint (shoal_net_reactor_get_now (fixture->reactor), >=, now + 6000);
  g_assert_false (shoal_net_reactor_timer_is_set (&actors[2].timer));
}

static void
clear_victim_timer (Actor *self)
{
  shoal_net_reactor_timer_clear (self->fixture->reactor, &self->victim->timer);
}

static void
test_timer_cleared_in_callback (Fixture *fixture, gconstpointer data)
{
  Actor  a, b, c;
  gint64 now = shoal_net_reactor_get_now (fixture->reactor);

  init_actor (&a, fixture, 'a');
  init_actor (&b, fixture, 'b');
  init_actor (&c, fixture, 'c');
  a.victim = &b;
  a.act = clear_victim_timer;
  shoal_net_reactor_timer_set (fixture->reactor, &a.timer, now - 3);
  shoal_net_reactor_timer_set (fixture->reactor, &b.timer, now - 2);
  shoal_net_reactor_timer_set (fixture->reactor, &c.timer, now - 1);
  run_ready (fixture);
  g_assert_cmpstr (fixture->log->str, ==, "ac");
}

static void
set_again_in_the_past (Actor *self)
{
  if (self->n_calls < 3)
    shoal_net_reactor_timer_set (self->fixture->reactor, &self->timer, 0);
}

/* A timer that is always late neither blocks the turn nor starves its neighbour. */
static void
test_timer_set_in_the_past (Fixture *fixture, gconstpointer data)
{
  Actor a, b;

  init_actor (&a, fixture, 'a');
  init_actor (&b, fixture, 'b');
  a.act = set_again_in_the_past;
  shoal_net_reactor_timer_set (fixture->reactor, &a.timer, -5);
  shoal_net_reactor_timer_set (fixture->reactor, &b.timer, 10);
  run_until (fixture, "abaa");
}

static void
defer_again_once (Actor *self)
{
  if (self->n_calls < 2)
    shoal_net_reactor_defer (self->fixture->reactor, &self->task);
}

static void
defer_victim (Actor *self)
{
  shoal_net_reactor_defer (self->fixture->reactor, &self->victim->task);
}

static void
test_tasks (Fixture *fixture, gconstpointer data)
{
  Actor a, b, c, t;

  init_actor (&a, fixture, 'a');
  init_actor (&b, fixture, 'b');
  init_actor (&c, fixture, 'c');
  init_actor (&t, fixture, 't');
  a.act = defer_again_once;
  t.act = defer_victim;
  t.victim = &c;
  shoal_net_reactor_defer (fixture->reactor, &a.task);
  shoal_net_reactor_defer (fixture->reactor, &b.task);
  shoal_net_reactor_defer (fixture->reactor, &a.task);
  shoal_net_reactor_timer_set (fixture->reactor, &t.timer, 0);
  g_assert_cmpstr (fixture->log->str, ==, "");
  run_ready (fixture);
  g_assert_cmpstr (fixture->log->str, ==, "tabca");
}

static void
cancel_victim_task (Actor *self)
{
  shoal_net_reactor_cancel (&self->victim->task);
}

static void
test_task_cancelled_by_task (Fixture *fixture, gconstpointer data)
{
  Actor a, b;

  init_actor (&a, fixture, 'a');
  init_actor (&b, fixture, 'b');
  a.act = cancel_victim_task;
  a.victim = &b;
  shoal_net_reactor_defer (fixture->reactor, &a.task);
  shoal_net_reactor_defer (fixture->reactor, &b.task);
  run_ready (fixture);
  g_assert_cmpstr (fixture->log->str, ==, "a");
}

static void
test_task_runs_at_free (void)
{
  Fixture fixture;
  Actor   a;

  set_up (&fixture, NULL);
  init_actor (&a, &fixture, 'a');
  a.act = defer_again_once;
  shoal_net_reactor_defer (fixture.reactor, &a.task);
  shoal_net_reactor_free (fixture.reactor);
  g_assert_cmpstr (fixture.log->str, ==, "aa");
  g_main_context_unref (fixture.context);
  g_string_free (fixture.log, TRUE);
}

static void
close_victim (Actor *self)
{
  drain (self);
  close_pair (self->victim);
}

/* Both are ready in one batch; the first to be served closes the other. */
static void
test_watch_removed_in_callback (Fixture *fixture, gconstpointer data)
{
  Actor a, b;

  init_actor (&a, fixture, 'a');
  init_actor (&b, fixture, 'b');
  open_pair (&a);
  open_pair (&b);
  a.victim = &b;
  b.victim = &a;
  a.act = b.act = close_victim;
  g_assert_true (
      shoal_net_reactor_add (fixture->reactor, &a.watch, a.fd, SHOAL_NET_READ, on_watch, &a));
  g_assert_true (
      shoal_net_reactor_add (fixture->reactor, &b.watch, b.fd, SHOAL_NET_READ, on_watch, &b));
  make_readable (&a);
  make_readable (&b);
  run_ready (fixture);
  g_assert_cmpuint (fixture->log->len, ==, 1);
  close_pair (&a);
  close_pair (&b);
}

/* Closes the victim and gives its descriptor's number, and its memory, to a newcomer that has
 * nothing to read: the event that was fetched for the victim must not reach it. */
static void
replace_victim (Actor *self)
{
  Fixture *fixture = self->fixture;
  Actor   *victim = self->victim;
  int      old_fd = victim->fd;

  drain (self);
  if (victim->name == 'n')
    return;
  close_pair (victim);
  init_actor (victim, fixture, 'n');
  open_pair (victim);
  if (victim->fd != old_fd)
    {
      g_assert_cmpint (dup3 (victim->fd, old_fd, O_CLOEXEC), ==, old_fd);
      close (victim->fd);
      victim->fd = old_fd;
    }
  g_assert_true (shoal_net_reactor_add (
      fixture->reactor, &victim->watch, victim->fd, SHOAL_NET_READ, on_watch, victim));
}

static void
test_watch_fd_reused (Fixture *fixture, gconstpointer data)
{
  Actor  a, b;
  Actor *newcomer;

  init_actor (&a, fixture, 'a');
  init_actor (&b, fixture, 'b');
  open_pair (&a);
  open_pair (&b);
  a.victim = &b;
  b.victim = &a;
  a.act = b.act = replace_victim;
  g_assert_true (
      shoal_net_reactor_add (fixture->reactor, &a.watch, a.fd, SHOAL_NET_READ, on_watch, &a));
  g_assert_true (
      shoal_net_reactor_add (fixture->reactor, &b.watch, b.fd, SHOAL_NET_READ, on_watch, &b));
  make_readable (&a);
  make_readable (&b);
  run_ready (fixture);
  g_assert_cmpuint (fixture->log->len, ==, 1);
  newcomer = a.name == 'n' ? &a : &b;
  make_readable (newcomer);
  newcomer->act = drain;
  run_ready (fixture);
  g_assert_cmpuint (fixture->log->len, ==, 2);
  g_assert_cmpuint (newcomer->n_calls, ==, 1);
  close_pair (&a);
  close_pair (&b);
}

static void
remove_and_add_again (Actor *self)
{
  drain (self);
  shoal_net_reactor_remove (&self->watch);
  g_assert_true (shoal_net_reactor_add (
      self->fixture->reactor, &self->watch, self->fd, SHOAL_NET_READ, on_watch, self));
}

static void
test_watch_added_again (Fixture *fixture, gconstpointer data)
{
  Actor a;

  init_actor (&a, fixture, 'a');
  open_pair (&a);
  a.act = remove_and_add_again;
  g_assert_true (
      shoal_net_reactor_add (fixture->reactor, &a.watch, a.fd, SHOAL_NET_READ, on_watch, &a));
  make_readable (&a);
  make_readable (&a);
  run_ready (fixture);
  g_assert_cmpstr (fixture->log->str, ==, "aa");
  close_pair (&a);
}

static void
free_self (Actor *self)
{
  close_pair (self);
  g_free (self);
}

static void
test_watch_freed_in_callback (Fixture *fixture, gconstpointer data)
{
  Actor *a = g_new (Actor, 1);

  init_actor (a, fixture, 'a');
  open_pair (a);
  a->act = free_self;
  g_assert_true (
      shoal_net_reactor_add (fixture->reactor, &a->watch, a->fd, SHOAL_NET_READ, on_watch, a));
  make_readable (a);
  run_ready (fixture);
  g_assert_cmpstr (fixture->log->str, ==, "a");
}

static void
stop_watching_victim (Actor *self)
{
  drain (self);
  shoal_net_reactor_modify (&self->victim->watch, 0);
}

static void
test_watch_modified_in_callback (Fixture *fixture, gconstpointer data)
{
  Actor  a, b;
  Actor *stopped;

  init_actor (&a, fixture, 'a');
  init_actor (&b, fixture, 'b');
  open_pair (&a);
  open_pair (&b);
  a.victim = &b;
  b.victim = &a;
  a.act = b.act = stop_watching_victim;
  g_assert_true (
      shoal_net_reactor_add (fixture->reactor, &a.watch, a.fd, SHOAL_NET_READ, on_watch, &a));
  g_assert_true (
      shoal_net_reactor_add (fixture->reactor, &b.watch, b.fd, SHOAL_NET_READ, on_watch, &b));
  make_readable (&a);
  make_readable (&b);
  run_ready (fixture);
  g_assert_cmpuint (fixture->log->len, ==, 1);
  stopped = a.n_calls == 0 ? &a : &b;
  stopped->act = drain;
  shoal_net_reactor_modify (&stopped->watch, SHOAL_NET_READ);
  run_ready (fixture);
  g_assert_cmpuint (fixture->log->len, ==, 2);
  close_pair (&a);
  close_pair (&b);
}

static void
count_faults (gpointer owner, guint events)
{
  Actor *self = owner;

  g_assert_cmpuint (events, ==, SHOAL_NET_FAULT);
  note_call (self);
}

/* A broken connection that nobody reads from must not keep the loop awake. */
static void
test_fault_comes_once (Fixture *fixture, gconstpointer data)
{
  Actor a;
  guint i;

  init_actor (&a, fixture, 'a');
  open_pair (&a);
  g_assert_true (shoal_net_reactor_add (fixture->reactor, &a.watch, a.fd, 0, count_faults, &a));
  run_ready (fixture);
  close (a.peer_fd);
  a.peer_fd = -1;
  for (i = 0; i < 10; i++)
    run_ready (fixture);
  g_assert_cmpstr (fixture->log->str, ==, "a");
  close_pair (&a);
}

static void
test_idle_watch (Fixture *fixture, gconstpointer data)
{
  Actor a;

  init_actor (&a, fixture, 'a');
  open_pair (&a);
  g_assert_true (
      shoal_net_reactor_add (fixture->reactor, &a.watch, a.fd, SHOAL_NET_READ, on_watch, &a));
  run_ready (fixture);
  g_assert_cmpstr (fixture->log->str, ==, "");
  close_pair (&a);
}

static void
test_add_refused (Fixture *fixture, gconstpointer data)
{
  Actor a;
  int   fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);

  init_actor (&a, fixture, 'a');
  g_assert_cmpint (fd, >=, 0);
  close (fd);
  g_assert_false (
      shoal_net_reactor_add (fixture->reactor, &a.watch, fd, SHOAL_NET_READ, on_watch, &a));
  g_assert_cmpint (errno, ==, EBADF);
  shoal_net_reactor_remove (&a.watch);
}

#define MANY 300

static gboolean
note_other_source (gpointer user_data)
{
  g_string_append_c (user_data, '|');
  return G_SOURCE_REMOVE;
}

/* More ready descriptors than one turn serves: all are served, another source in between. */
static void
test_many_ready (Fixture *fixture, gconstpointer data)
{
  g_autofree Actor *actors = g_new (Actor, MANY);
  g_autoptr (GSource) other = g_idle_source_new ();
  const char *bar;
  guint       i;

  for (i = 0; i < MANY; i++)
    {
      init_actor (&actors[i], fixture, '.');
      actors[i].fd = eventfd (1, EFD_CLOEXEC | EFD_NONBLOCK);
      actors[i].act = close_pair;
      g_assert_true (shoal_net_reactor_add (
          fixture->reactor, &actors[i].watch, actors[i].fd, SHOAL_NET_READ, on_watch, &actors[i]));
    }
  g_source_set_priority (other, G_PRIORITY_DEFAULT);
  g_source_set_callback (other, note_other_source, fixture->log, NULL);
  g_source_attach (other, fixture->context);
  run_ready (fixture);
  g_assert_cmpuint (fixture->log->len, ==, MANY + 1);
  bar = strchr (fixture->log->str, '|');
  g_assert_nonnull (bar);
  g_assert_cmpint (bar - fixture->log->str, <, MANY);
}

static void
test_clock_outside_turn (Fixture *fixture, gconstpointer data)
{
  gint64 before = g_get_monotonic_time ();
  gint64 now;

  run_ready (fixture);
  now = shoal_net_reactor_get_now (fixture->reactor);
  g_assert_cmpint (now, >=, before);
  g_assert_cmpint (now, <=, g_get_monotonic_time ());
  g_assert_true (shoal_net_reactor_get_context (fixture->reactor) == fixture->context);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/net/reactor/timer-order", test_timer_order);
  ADD ("/net/reactor/timer-cleared-in-callback", test_timer_cleared_in_callback);
  ADD ("/net/reactor/timer-set-in-the-past", test_timer_set_in_the_past);
  ADD ("/net/reactor/tasks", test_tasks);
  ADD ("/net/reactor/task-cancelled-by-task", test_task_cancelled_by_task);
  g_test_add_func ("/net/reactor/task-runs-at-free", test_task_runs_at_free);
  ADD ("/net/reactor/watch-removed-in-callback", test_watch_removed_in_callback);
  ADD ("/net/reactor/watch-fd-reused", test_watch_fd_reused);
  ADD ("/net/reactor/watch-added-again", test_watch_added_again);
  ADD ("/net/reactor/watch-freed-in-callback", test_watch_freed_in_callback);
  ADD ("/net/reactor/watch-modified-in-callback", test_watch_modified_in_callback);
  ADD ("/net/reactor/fault-comes-once", test_fault_comes_once);
  ADD ("/net/reactor/idle-watch", test_idle_watch);
  ADD ("/net/reactor/add-refused", test_add_refused);
  ADD ("/net/reactor/many-ready", test_many_ready);
  ADD ("/net/reactor/clock-outside-turn", test_clock_outside_turn);
  return g_test_run ();
}
