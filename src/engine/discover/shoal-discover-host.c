/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-host.h"

/* The system's resolver keeps to the records' own times; this only saves asking it. */
#define KEEP_USEC (5 * 60 * (gint64) G_USEC_PER_SEC)

/* The machine may have been without network for a moment. */
#define KEEP_ABSENCE_USEC (10 * G_USEC_PER_SEC)

#define RESOLVE_TIMEOUT_USEC (20 * G_USEC_PER_SEC)

/* After so many failures in a row the host counts as silent for a while. */
#define MAX_FAILURES 3
#define SILENT_USEC  (60 * (gint64) G_USEC_PER_SEC)

/* More addresses of one name are not kept. */
#define MAX_ADDRESSES 32

static guint
family_index (int family)
{
  return family == AF_INET6 ? 1 : 0;
}

static void
end_question (ShoalDiscoverHost *self)
{
  if (self->question != NULL)
    shoal_net_resolve_cancel (self->question);
  self->question = NULL;
  shoal_net_reactor_timer_clear (self->reactor, &self->timer);
}

static void
answer_waiters (ShoalDiscoverHost *self)
{
  ShoalBaseList waiters;

  self->known_usec = shoal_net_reactor_get_now (self->reactor) +
                     (self->addresses->len > 0 ? KEEP_USEC : KEEP_ABSENCE_USEC);
  shoal_base_list_init (&waiters);
  shoal_base_list_splice (&waiters, &self->waiters);
  while (!shoal_base_list_is_empty (&waiters))
    {
      ShoalDiscoverHostWaiter *waiter =
          SHOAL_BASE_LIST_ENTRY (waiters.next, ShoalDiscoverHostWaiter, link);

      shoal_base_list_remove (&waiter->link);
      waiter->on_resolved (waiter->owner);
    }
}

static void
on_addresses (gpointer owner, const ShoalBaseAddress *addresses, guint n, const GError *error)
{
  ShoalDiscoverHost *self = owner;

  self->question = NULL;
  end_question (self);
  g_array_set_size (self->addresses, 0);
  g_array_append_vals (self->addresses, addresses, MIN (n, MAX_ADDRESSES));
  answer_waiters (self);
}

static void
on_timeout (gpointer owner, gint64 now_usec)
{
  ShoalDiscoverHost *self = owner;

  end_question (self);
  g_array_set_size (self->addresses, 0);
  answer_waiters (self);
}

ShoalDiscoverHost *
shoal_discover_host_new (ShoalNetReactor *reactor, const ShoalDiscoverUrl *url)
{
  ShoalDiscoverHost *self = g_new0 (ShoalDiscoverHost, 1);
  ShoalBaseAddress   numeric;

  self->reactor = reactor;
  self->name = g_strdup (url->host);
  self->port = url->port;
  self->addresses = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  shoal_base_list_init (&self->waiters);
  shoal_base_list_init (&self->blocked);
  shoal_net_reactor_timer_init (&self->timer, on_timeout, self);
  if (shoal_base_address_parse_ip (&numeric, url->host))
    {
      numeric.port = url->port;
      g_array_append_val (self->addresses, numeric);
      self->known_usec = G_MAXINT64;
    }
  return self;
}

void
shoal_discover_host_free (ShoalDiscoverHost *self)
{
  g_assert (shoal_base_list_is_empty (&self->waiters));
  g_assert (shoal_base_list_is_empty (&self->blocked));
  end_question (self);
  g_array_unref (self->addresses);
  g_free (self->name);
  g_free (self);
}

static gboolean
is_known (const ShoalDiscoverHost *self, gboolean allow_stale)
{
  return self->known_usec > shoal_net_reactor_get_now (self->reactor) ||
         (allow_stale && self->addresses->len > 0);
}

/* The start moves with the failures, so that another address has its turn. */
ShoalDiscoverHostPick
shoal_discover_host_pick (const ShoalDiscoverHost     *self,
                          const ShoalDiscoverHostWish *wish,
                          ShoalBaseAddress            *out)
{
  guint                 n_failures = self->n_failures[family_index (wish->family)];
  guint                 n = self->addresses->len;
  ShoalDiscoverHostPick result = n > 0 ? SHOAL_DISCOVER_HOST_FAMILY : SHOAL_DISCOVER_HOST_ABSENT;
  guint                 i;

  if (!is_known (self, wish->allow_stale))
    return SHOAL_DISCOVER_HOST_UNKNOWN;
  for (i = 0; i < n; i++)
    {
      *out = g_array_index (self->addresses, ShoalBaseAddress, (i + n_failures) % n);
      if (out->family != wish->family)
        continue;
      if (shoal_base_policy_allows (out, wish->word, NULL, wish->allow_local))
        return SHOAL_DISCOVER_HOST_PICKED;
      result = SHOAL_DISCOVER_HOST_LOCAL;
    }
  return result;
}

void
shoal_discover_host_resolve (ShoalDiscoverHost *self, ShoalDiscoverHostWaiter *waiter)
{
  shoal_base_list_append (&self->waiters, &waiter->link);
  if (self->question != NULL)
    return;
  self->question =
      shoal_net_resolve_start (self->reactor, self->name, self->port, 0, on_addresses, self);
  shoal_net_reactor_timer_set (self->reactor,
                               &self->timer,
                               shoal_net_reactor_get_now (self->reactor) + RESOLVE_TIMEOUT_USEC);
}

void
shoal_discover_host_cancel (ShoalDiscoverHost *self, ShoalDiscoverHostWaiter *waiter)
{
  shoal_base_list_remove (&waiter->link);
}

static gboolean
is_silence (ShoalDiscoverFault fault)
{
  return fault == SHOAL_DISCOVER_FAULT_SILENT || fault == SHOAL_DISCOVER_FAULT_NAME;
}

void
shoal_discover_host_note (ShoalDiscoverHost *self, int family, ShoalDiscoverFault fault)
{
  guint index = family_index (family);

  if (fault == SHOAL_DISCOVER_FAULT_STOPPING)
    return;
  if (!is_silence (fault))
    {
      self->n_failures[index] = 0;
      self->silent_usec[index] = 0;
      return;
    }
  self->n_failures[index]++;
  if (self->n_failures[index] >= MAX_FAILURES)
    self->silent_usec[index] = shoal_net_reactor_get_now (self->reactor) + SILENT_USEC;
}

gboolean
shoal_discover_host_is_silent (const ShoalDiscoverHost *self, int family)
{
  return self->silent_usec[family_index (family)] > shoal_net_reactor_get_now (self->reactor);
}
