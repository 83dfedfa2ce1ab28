/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-resolve.h"

#include <gio/gio.h>
#include <string.h>

#include "net/shoal-net-gio.h"

/* RFC 1035 in its text form. */
#define MAX_HOST_LENGTH 253

struct _ShoalNetResolve
{
  ShoalNetReactor    *reactor; /* unowned: not touched after the end */
  ShoalNetResolveFunc func;
  gpointer            owner;       /* unowned: cancels us before it goes */
  ShoalNetTask        task;        /* an answer that needed no resolver */
  GCancellable       *cancellable; /* owned */
  GError             *error;       /* owned; of the task */
  ShoalBaseAddress    literal;     /* of the task */
  guint16             port;
  int                 family;

  guint ended : 1;
};

gboolean
shoal_net_resolve_is_host (const char *host)
{
  gsize i;

  for (i = 0; host[i] != '\0'; i++)
    if (!g_ascii_isgraph (host[i]) || i >= MAX_HOST_LENGTH)
      return FALSE;
  return i > 0;
}

static void
free_resolve (ShoalNetResolve *self)
{
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  g_free (self);
}

static GError *
make_name_error (GArray *addresses, const GError *cause)
{
  if (cause != NULL)
    return g_error_new_literal (SHOAL_NET_ERROR, SHOAL_NET_ERROR_NAME, cause->message);
  if (addresses->len == 0)
    return g_error_new_literal (
        SHOAL_NET_ERROR, SHOAL_NET_ERROR_NAME, "the name has no address of the wanted kind");
  return NULL;
}

static void
resolved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ShoalNetResolve *self = user_data;
  g_autoptr (GError) cause = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) addresses = NULL;
  GList *list = g_resolver_lookup_by_name_with_flags_finish (G_RESOLVER (source), result, &cause);

  addresses = shoal_net_gio_from_list (list, self->port, self->family);
  g_resolver_free_addresses (list);
  error = make_name_error (addresses, cause);
  if (!self->ended)
    self->func (self->owner,
                error == NULL ? (const ShoalBaseAddress *) addresses->data : NULL,
                error == NULL ? addresses->len : 0,
                error);
  free_resolve (self);
}

static void
on_task (gpointer owner)
{
  ShoalNetResolve *self = owner;

  self->func (self->owner,
              self->error == NULL ? &self->literal : NULL,
              self->error == NULL ? 1 : 0,
              self->error);
  free_resolve (self);
}

static void
answer_literal (ShoalNetResolve *self)
{
  self->literal.port = self->port;
  if (self->family != 0 && self->literal.family != self->family)
    g_set_error_literal (
        &self->error, SHOAL_NET_ERROR, SHOAL_NET_ERROR_NAME, "the address is of the other family");
  shoal_net_reactor_defer (self->reactor, &self->task);
}

ShoalNetResolve *
shoal_net_resolve_start (ShoalNetReactor    *reactor,
                         const char         *host,
                         guint16             port,
                         int                 family,
                         ShoalNetResolveFunc func,
                         gpointer            owner)
{
  ShoalNetResolve *self = g_new0 (ShoalNetResolve, 1);

  self->reactor = reactor;
  self->func = func;
  self->owner = owner;
  self->port = port;
  self->family = family;
  shoal_net_reactor_task_init (&self->task, on_task, self);
  if (!shoal_net_resolve_is_host (host))
    {
      g_set_error (
          &self->error, SHOAL_NET_ERROR, SHOAL_NET_ERROR_URL, "not a host name: \"%s\"", host);
      shoal_net_reactor_defer (reactor, &self->task);
    }
  else if (shoal_base_address_parse_ip (&self->literal, host))
    answer_literal (self);
  else
    {
      g_autoptr (GResolver) resolver = g_resolver_get_default ();

      self->cancellable = g_cancellable_new ();
      g_resolver_lookup_by_name_with_flags_async (resolver,
                                                  host,
                                                  shoal_net_gio_get_lookup_flags (family),
                                                  self->cancellable,
                                                  resolved_cb,
                                                  self);
    }
  return self;
}

void
shoal_net_resolve_cancel (ShoalNetResolve *self)
{
  g_autoptr (GCancellable) cancellable = NULL;

  if (self->cancellable == NULL)
    {
      shoal_net_reactor_cancel (&self->task);
      free_resolve (self);
      return;
    }
  self->ended = TRUE;
  cancellable = g_object_ref (self->cancellable);
  g_cancellable_cancel (cancellable);
}
