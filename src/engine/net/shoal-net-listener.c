/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-listener.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* Connections taken in one turn. */
#define ACCEPT_BUDGET 64

/* How long a process that is out of descriptors or memory leaves newcomers to the kernel. */
#define BACK_OFF_USEC (500 * 1000)

struct _ShoalNetListener
{
  ShoalNetReactor     *reactor; /* unowned: outlives us */
  ShoalNetListenerFunc func;    /* NULL: connections wait in the kernel */
  gpointer             owner;   /* unowned: frees us */
  ShoalNetWatch        watch;
  ShoalNetTimer        back_off;
  ShoalNetTask         reap;
  guint64              n_dropped;
  int                  fd;       /* owned; −1: closed */
  int                  spare_fd; /* owned; given up to accept and drop one when there is no other */
};

static void
update_interest (ShoalNetListener *self)
{
  gboolean accepts = self->func != NULL && !shoal_net_reactor_timer_is_set (&self->back_off);

  shoal_net_reactor_modify (&self->watch, accepts ? SHOAL_NET_READ : 0);
}

static void
open_spare (ShoalNetListener *self)
{
  self->spare_fd = eventfd (0, EFD_CLOEXEC);
}

/* The remote hears at once that it is not wanted, instead of waiting in our queue. */
static void
drop_one (ShoalNetListener *self)
{
  int fd;

  if (self->spare_fd < 0)
    return;
  close (self->spare_fd);
  fd = accept4 (self->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0)
    {
      close (fd);
      self->n_dropped++;
    }
  open_spare (self);
}

static void
back_off (ShoalNetListener *self)
{
  gint64 now_usec = shoal_net_reactor_get_now (self->reactor);

  shoal_net_reactor_timer_set (self->reactor, &self->back_off, now_usec + BACK_OFF_USEC);
  update_interest (self);
}

static void
on_back_off_over (gpointer owner, gint64 now_usec)
{
  ShoalNetListener *self = owner;

  if (self->spare_fd < 0)
    open_spare (self);
  update_interest (self);
}

/* Returns whether to go on. Errors that are not named here belong to a connection that broke while
 * it waited (accept(2)). */
static gboolean
handle_accept_error (ShoalNetListener *self, int error_number)
{
  if (error_number == EAGAIN)
    return FALSE;
  if (error_number == EMFILE || error_number == ENFILE)
    drop_one (self);
  else if (error_number != ENOBUFS && error_number != ENOMEM && error_number != EBADF &&
           error_number != EINVAL && error_number != EPERM)
    return TRUE;
  back_off (self);
  return FALSE;
}

static void
on_event (gpointer owner, guint events)
{
  ShoalNetListener *self = owner;
  guint             i;

  for (i = 0; i < ACCEPT_BUDGET && self->fd >= 0 && self->func != NULL; i++)
    {
      struct sockaddr_storage sa = { 0 };
      socklen_t               len = sizeof sa;
      ShoalBaseAddress        remote;
      int fd = accept4 (self->fd, (struct sockaddr *) &sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

      if (fd < 0 && !handle_accept_error (self, errno))
        return;
      if (fd < 0)
        continue;
      if (shoal_base_address_init_sockaddr (&remote, (const struct sockaddr *) &sa, len))
        self->func (self->owner, fd, &remote);
      else
        close (fd);
    }
}

static void
on_reap (gpointer owner)
{
  g_free (owner);
}

ShoalNetListener *
shoal_net_listener_new (ShoalNetReactor *reactor, int fd, ShoalNetListenerFunc func, gpointer owner)
{
  ShoalNetListener *self = g_new0 (ShoalNetListener, 1);

  self->reactor = reactor;
  self->fd = fd;
  self->func = func;
  self->owner = owner;
  shoal_net_reactor_timer_init (&self->back_off, on_back_off_over, self);
  shoal_net_reactor_task_init (&self->reap, on_reap, self);
  open_spare (self);
  if (!shoal_net_reactor_add (reactor, &self->watch, fd, 0, on_event, self))
    g_warning ("A listening socket cannot be watched: %s", g_strerror (errno));
  else
    update_interest (self);
  return self;
}

void
shoal_net_listener_free (ShoalNetListener *self)
{
  shoal_net_reactor_timer_clear (self->reactor, &self->back_off);
  shoal_net_reactor_remove (&self->watch);
  close (self->fd);
  self->fd = -1;
  if (self->spare_fd >= 0)
    close (self->spare_fd);
  shoal_net_reactor_defer (self->reactor, &self->reap);
}

void
shoal_net_listener_set_func (ShoalNetListener *self, ShoalNetListenerFunc func, gpointer owner)
{
  self->func = func;
  self->owner = owner;
  update_interest (self);
}

guint64
shoal_net_listener_get_n_dropped (const ShoalNetListener *self)
{
  return self->n_dropped;
}
