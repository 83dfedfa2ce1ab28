/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-lsd.h"

#include <string.h>

#include "base/shoal-base-bytes.h"
#include "base/shoal-base-policy.h"
#include "base/shoal-base-random.h"
#include "net/shoal-net-interface.h"
#include "net/shoal-net-multicast.h"

/* BEP 14. The groups reach further than one network; a few routers on the way are enough. */
#define GROUP4 "239.192.152.143:6771"
#define GROUP6 "[ff15::efc0:988f]:6771"
#define HOPS   4

/* How often it is looked whether there are other interfaces, or other addresses on them. */
#define REVIEW_USEC (60 * (gint64) G_USEC_PER_SEC)

/* Announces that are read in such a time. */
#define WINDOW_USEC   (5 * (gint64) G_USEC_PER_SEC)
#define MAX_ANNOUNCES 50

#define COOKIE_BYTES 8

/* An interface on which a family is spoken. */
typedef struct
{
  guint            index;
  ShoalBaseAddress source;
} Outlet;

typedef struct
{
  ShoalNetMulticast *socket; /* owned; NULL: closed, or it cannot be had */
  Outlet             outlets[SHOAL_NET_MULTICAST_MAX_INTERFACES];
  guint              n_outlets;
} Family;

struct _ShoalDiscoverLsd
{
  ShoalNetReactor      *reactor;   /* unowned: outlives us */
  const GPtrArray      *endpoints; /* unowned */
  ShoalDiscoverLsdFunc  func;
  gpointer              owner; /* unowned */
  ShoalDiscoverLsdPlan  plan;
  ShoalDiscoverLsdStats stats;
  ShoalNetTimer         announce;
  ShoalNetTimer         review;
  ShoalNetTask          reap;
  GArray               *interfaces;  /* owned, of ShoalNetInterface: as they were last */
  Family                families[2]; /* IPv4, IPv6 */
  char                  cookie[2 * COOKIE_BYTES + 1];
  gint64                input_usec; /* since when what comes is counted */
  guint                 n_input;

  guint is_open : 1;
  guint is_freed : 1;
};

static const char *const GROUPS[2] = { GROUP4, GROUP6 };

static guint16
family_of (guint place)
{
  return place == 0 ? AF_INET : AF_INET6;
}

/* Whether somebody who connects to @address reaches us: the person may have bound us to others. */
static gboolean
is_listened_at (const ShoalDiscoverLsd *self, const ShoalBaseAddress *address)
{
  guint i;

  for (i = 0; i < self->endpoints->len; i++)
    {
      ShoalNetEndpoint       *endpoint = g_ptr_array_index (self->endpoints, i);
      const ShoalBaseAddress *bind = shoal_net_endpoint_get_bind (endpoint);

      if (shoal_net_endpoint_get_address (endpoint)->family == address->family &&
          (bind == NULL || shoal_base_address_equal_ip (bind, address)))
        return TRUE;
    }
  return FALSE;
}

/* Of the addresses of one interface, the one that means something to most others. */
static gboolean
is_better_source (const ShoalBaseAddress *a, const ShoalBaseAddress *b)
{
  return shoal_base_policy_classify (b) == SHOAL_BASE_POLICY_KIND_LINK_LOCAL &&
         shoal_base_policy_classify (a) != SHOAL_BASE_POLICY_KIND_LINK_LOCAL;
}

static void
add_outlet (Family *family, const ShoalNetInterface *row)
{
  guint i;

  for (i = 0; i < family->n_outlets; i++)
    {
      Outlet *outlet = &family->outlets[i];

      if (outlet->index != row->index)
        continue;
      if (is_better_source (&row->address, &outlet->source))
        outlet->source = row->address;
      return;
    }
  if (family->n_outlets < G_N_ELEMENTS (family->outlets))
    family->outlets[family->n_outlets++] = (Outlet){ row->index, row->address };
}

static void
join_interfaces (Family *family)
{
  guint indices[SHOAL_NET_MULTICAST_MAX_INTERFACES];
  guint i;

  for (i = 0; i < family->n_outlets; i++)
    indices[i] = family->outlets[i].index;
  shoal_net_multicast_set_interfaces (family->socket, indices, family->n_outlets);
}

static void
review_interfaces (ShoalDiscoverLsd *self)
{
  guint i;

  g_clear_pointer (&self->interfaces, g_array_unref);
  self->interfaces = shoal_net_interface_list ();
  self->families[0].n_outlets = self->families[1].n_outlets = 0;
  for (i = 0; i < self->interfaces->len; i++)
    {
      const ShoalNetInterface *row = &g_array_index (self->interfaces, ShoalNetInterface, i);

      if (row->is_multicast && !row->is_loopback && is_listened_at (self, &row->address))
        add_outlet (&self->families[row->address.family == AF_INET6], row);
    }
  for (i = 0; i < G_N_ELEMENTS (self->families); i++)
    if (self->families[i].socket != NULL)
      join_interfaces (&self->families[i]);
}

/* Whether @from is so near that multicast may come from there: a network that lets it in from
 * further away would let anybody name anybody. */
static gboolean
is_neighbour (const ShoalDiscoverLsd *self, const ShoalBaseAddress *from)
{
  return shoal_base_policy_is_local (from) ||
         shoal_net_interface_is_on_link (self->interfaces, from);
}

static gboolean
is_too_much (ShoalDiscoverLsd *self)
{
  gint64 now_usec = shoal_net_reactor_get_now (self->reactor);

  if (now_usec - self->input_usec >= WINDOW_USEC)
    {
      self->input_usec = now_usec;
      self->n_input = 0;
    }
  return ++self->n_input > MAX_ANNOUNCES;
}

static void
heard_cb (gpointer owner, const ShoalBaseAddress *from, const guint8 *data, gsize len)
{
  ShoalDiscoverLsd *self = owner;
  ShoalBaseAddress  peer = *from;
  ShoalCodecLsd     announce;
  guint             i;

  if (is_too_much (self))
    self->stats.excess++;
  else if (!is_neighbour (self, from))
    self->stats.refused++;
  else if (!shoal_codec_lsd_parse (&announce, data, len))
    self->stats.broken++;
  else if (strcmp (announce.cookie, self->cookie) == 0)
    self->stats.own++;
  else
    {
      self->stats.received++;
      peer.port = announce.port;
      for (i = 0; i < announce.n_keys && !self->is_freed; i++)
        self->func (self->owner, &announce.keys[i], &peer);
    }
}

static void
open_family (ShoalDiscoverLsd *self, guint place)
{
  Family          *family = &self->families[place];
  ShoalBaseAddress group;
  g_autoptr (GError) error = NULL;

  if (family->socket != NULL ||
      shoal_net_endpoint_find (self->endpoints, family_of (place)) == NULL)
    return;
  if (!shoal_base_address_parse (&group, GROUPS[place]))
    g_assert_not_reached ();
  family->socket = shoal_net_multicast_new (self->reactor, &group, HOPS, heard_cb, self, &error);
  if (family->socket == NULL)
    g_debug ("no local discovery: %s", error->message);
}

static void
open_sockets (ShoalDiscoverLsd *self)
{
  self->is_open = TRUE;
  open_family (self, 0);
  open_family (self, 1);
  review_interfaces (self);
  shoal_net_reactor_timer_set (
      self->reactor, &self->review, shoal_net_reactor_get_now (self->reactor) + REVIEW_USEC);
}

static void
close_sockets (ShoalDiscoverLsd *self)
{
  self->is_open = FALSE;
  g_clear_pointer (&self->families[0].socket, shoal_net_multicast_free);
  g_clear_pointer (&self->families[1].socket, shoal_net_multicast_free);
  shoal_net_reactor_timer_clear (self->reactor, &self->review);
}

static void
review_cb (gpointer owner, gint64 now_usec)
{
  open_sockets (owner); /* a family that was not there may have come */
}

static void
announce_family (ShoalDiscoverLsd *self, guint place, ShoalCodecLsd *announce)
{
  Family           *family = &self->families[place];
  ShoalNetEndpoint *endpoint = shoal_net_endpoint_find (self->endpoints, family_of (place));
  guint8            out[SHOAL_CODEC_LSD_MAX_SIZE];
  gsize             len;
  guint             i;

  if (family->socket == NULL || endpoint == NULL)
    return;
  announce->port = shoal_net_endpoint_get_port (endpoint);
  len = shoal_codec_lsd_write (announce, GROUPS[place], out);
  for (i = 0; i < family->n_outlets; i++)
    if (shoal_net_multicast_send (
            family->socket, family->outlets[i].index, &family->outlets[i].source, out, len))
      self->stats.sent++;
}

static void
set_timer (ShoalDiscoverLsd *self)
{
  gint64 due_usec = shoal_discover_lsd_plan_get_due (&self->plan);

  if (due_usec == G_MAXINT64)
    shoal_net_reactor_timer_clear (self->reactor, &self->announce);
  else
    shoal_net_reactor_timer_set (self->reactor, &self->announce, due_usec);
}

static void
announce_cb (gpointer owner, gint64 now_usec)
{
  ShoalDiscoverLsd *self = owner;
  ShoalCodecLsd     announce = { 0 };

  announce.n_keys = shoal_discover_lsd_plan_take (&self->plan, now_usec, announce.keys);
  memcpy (announce.cookie, self->cookie, sizeof self->cookie);
  if (announce.n_keys > 0)
    {
      review_interfaces (self);
      announce_family (self, 0, &announce);
      announce_family (self, 1, &announce);
    }
  set_timer (self);
}

static void
reap_cb (gpointer owner)
{
  g_free (owner);
}

ShoalDiscoverLsd *
shoal_discover_lsd_new (ShoalNetReactor     *reactor,
                        const GPtrArray     *endpoints,
                        ShoalDiscoverLsdFunc func,
                        gpointer             owner)
{
  ShoalDiscoverLsd *self = g_new0 (ShoalDiscoverLsd, 1);
  guint8            cookie[COOKIE_BYTES];

  self->reactor = reactor;
  self->endpoints = endpoints;
  self->func = func;
  self->owner = owner;
  shoal_base_random_secure (cookie, sizeof cookie);
  shoal_base_hex_encode (cookie, sizeof cookie, self->cookie);
  shoal_discover_lsd_plan_init (&self->plan);
  shoal_net_reactor_timer_init (&self->announce, announce_cb, self);
  shoal_net_reactor_timer_init (&self->review, review_cb, self);
  shoal_net_reactor_task_init (&self->reap, reap_cb, self);
  return self;
}

static void
forget_all (ShoalBaseList *list)
{
  while (!shoal_base_list_is_empty (list))
    shoal_discover_lsd_plan_remove (
        SHOAL_BASE_LIST_ENTRY (list->next, ShoalDiscoverLsdTorrent, link));
}

void
shoal_discover_lsd_free (ShoalDiscoverLsd *self)
{
  self->is_freed = TRUE;
  forget_all (&self->plan.eager);
  forget_all (&self->plan.calm);
  close_sockets (self);
  shoal_net_reactor_timer_clear (self->reactor, &self->announce);
  g_clear_pointer (&self->interfaces, g_array_unref);
  shoal_net_reactor_defer (self->reactor, &self->reap);
}

void
shoal_discover_lsd_add (ShoalDiscoverLsd        *self,
                        ShoalDiscoverLsdTorrent *torrent,
                        const ShoalSwarmKey     *key,
                        gboolean                 is_eager)
{
  shoal_discover_lsd_plan_add (
      &self->plan, torrent, key, is_eager, shoal_net_reactor_get_now (self->reactor));
  if (!self->is_open)
    open_sockets (self);
  set_timer (self);
}

void
shoal_discover_lsd_remove (ShoalDiscoverLsd *self, ShoalDiscoverLsdTorrent *torrent)
{
  shoal_discover_lsd_plan_remove (torrent);
  if (shoal_discover_lsd_plan_is_empty (&self->plan) && self->is_open)
    close_sockets (self);
  set_timer (self);
}

const ShoalDiscoverLsdStats *
shoal_discover_lsd_get_stats (const ShoalDiscoverLsd *self)
{
  return &self->stats;
}
