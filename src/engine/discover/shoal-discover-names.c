/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-names.h"

#include "base/shoal-base-list.h"
#include "net/shoal-net-resolve.h"

#define MAX_OPEN 8

/* The resolver has no timeout of its own. */
#define TIMEOUT_USEC (20 * G_USEC_PER_SEC)

struct _ShoalDiscoverNames
{
  ShoalNetReactor *reactor; /* unowned: outlives us */
  ShoalBaseList    waiting; /* owned, of Entry */
  ShoalBaseList    open;    /* owned, of Entry */
  guint            n_waiting;
  guint            n_open;
};

typedef struct
{
  ShoalBaseList          link;
  ShoalDiscoverNames    *names; /* unowned: owns us */
  char                  *host;  /* owned */
  guint16                port;
  int                    family;
  ShoalBaseAddress       teller;
  ShoalDiscoverNamesFunc func;
  gpointer               owner;    /* unowned: makes us forget it before it goes */
  ShoalNetResolve       *question; /* owned while it is open */
  ShoalNetTimer          timer;
} Entry;

static void
free_entry (Entry *entry)
{
  ShoalDiscoverNames *self = entry->names;

  if (entry->question != NULL)
    {
      shoal_net_resolve_cancel (entry->question);
      self->n_open--;
    }
  else
    self->n_waiting--;
  shoal_net_reactor_timer_clear (self->reactor, &entry->timer);
  shoal_base_list_remove (&entry->link);
  g_free (entry->host);
  g_free (entry);
}

static void on_timeout (gpointer owner, gint64 now_usec);

static void open_next (ShoalDiscoverNames *self);

static void
on_addresses (gpointer owner, const ShoalBaseAddress *addresses, guint n, const GError *error)
{
  Entry                 *entry = owner;
  ShoalDiscoverNames    *self = entry->names;
  ShoalDiscoverNamesFunc func = entry->func;
  gpointer               asker = entry->owner;
  ShoalBaseAddress       teller = entry->teller;

  entry->question = NULL; /* gone, and free_entry() would count it as waiting */
  self->n_open--;
  self->n_waiting++;
  free_entry (entry);
  open_next (self);
  if (n > 0)
    func (asker, addresses, n, &teller);
}

static void
open_next (ShoalDiscoverNames *self)
{
  while (self->n_open < MAX_OPEN && !shoal_base_list_is_empty (&self->waiting))
    {
      Entry *entry = SHOAL_BASE_LIST_ENTRY (self->waiting.next, Entry, link);

      shoal_base_list_remove (&entry->link);
      shoal_base_list_append (&self->open, &entry->link);
      self->n_waiting--;
      self->n_open++;
      entry->question = shoal_net_resolve_start (
          self->reactor, entry->host, entry->port, entry->family, on_addresses, entry);
      shoal_net_reactor_timer_set (
          self->reactor, &entry->timer, shoal_net_reactor_get_now (self->reactor) + TIMEOUT_USEC);
    }
}

static void
on_timeout (gpointer owner, gint64 now_usec)
{
  Entry              *entry = owner;
  ShoalDiscoverNames *self = entry->names;

  free_entry (entry);
  open_next (self);
}

ShoalDiscoverNames *
shoal_discover_names_new (ShoalNetReactor *reactor)
{
  ShoalDiscoverNames *self = g_new0 (ShoalDiscoverNames, 1);

  self->reactor = reactor;
  shoal_base_list_init (&self->waiting);
  shoal_base_list_init (&self->open);
  return self;
}

static void
forget_in (ShoalBaseList *list, gpointer owner)
{
  SHOAL_BASE_LIST_FOREACH (list, node)
  {
    Entry *entry = SHOAL_BASE_LIST_ENTRY (node, Entry, link);

    if (owner == NULL || entry->owner == owner)
      free_entry (entry);
  }
}

void
shoal_discover_names_free (ShoalDiscoverNames *self)
{
  forget_in (&self->waiting, NULL);
  forget_in (&self->open, NULL);
  g_free (self);
}

void
shoal_discover_names_ask (ShoalDiscoverNames               *self,
                          const ShoalDiscoverNamesQuestion *question,
                          ShoalDiscoverNamesFunc            func,
                          gpointer                          owner)
{
  Entry *entry;

  if (self->n_waiting >= SHOAL_DISCOVER_NAMES_MAX_WAITING ||
      !shoal_net_resolve_is_host (question->host))
    return;
  entry = g_new0 (Entry, 1);
  entry->names = self;
  entry->host = g_strdup (question->host);
  entry->port = question->port;
  entry->family = question->family;
  entry->teller = question->teller;
  entry->func = func;
  entry->owner = owner;
  shoal_net_reactor_timer_init (&entry->timer, on_timeout, entry);
  shoal_base_list_append (&self->waiting, &entry->link);
  self->n_waiting++;
  open_next (self);
}

void
shoal_discover_names_forget (ShoalDiscoverNames *self, gpointer owner)
{
  forget_in (&self->waiting, owner);
  forget_in (&self->open, owner);
  open_next (self);
}
