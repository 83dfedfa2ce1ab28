/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-mapping.h"

#include <string.h>
#include <unistd.h>

#include "base/shoal-base-policy.h"
#include "discover/shoal-discover-pcp.h"
#include "discover/shoal-discover-upnp.h"
#include "net/shoal-net-egress.h"
#include "net/shoal-net-interface.h"
#include "net/shoal-net-route.h"

/* How often it is looked whether we are behind another router, or have another address. */
#define REVIEW_USEC (60 * (gint64) G_USEC_PER_SEC)

/* PCP answers at once where there is any: after so long the router is asked by UPnP too. */
#define PATIENCE_USEC (3 * (gint64) G_USEC_PER_SEC)

/* Between renewals of what was granted by UPnP, and until a router that refused is asked again. */
#define UPNP_RENEW_USEC (SHOAL_DISCOVER_UPNP_LEASE_S / 2 * (gint64) G_USEC_PER_SEC)
#define UPNP_AGAIN_USEC (10 * 60 * (gint64) G_USEC_PER_SEC)

/* Datagrams get lost, by radio often, and a router may be starting: after a search that found
 * nobody comes the next, and after each further one twice as much later, up to the above. */
#define UPNP_SOON_USEC (15 * (gint64) G_USEC_PER_SEC)

/* One address family. */
typedef struct
{
  ShoalDiscoverMapping *mapping; /* unowned: contains this */
  ShoalBaseAddress      client;  /* ours, with the port; family 0: nothing is to be mapped */
  ShoalBaseAddress      gateway; /* family 0: there is none */
  ShoalDiscoverPcp     *pcp;     /* owned; NULL: nobody to ask */
  ShoalNetWatch         watch;
  int                   fd; /* owned: connected to the gateway; −1: none */
  gint64                begun_usec;

  guint is_direct : 1; /* the client's address is global, and the family is IPv4 */
} Side;

typedef struct
{
  ShoalDiscoverUpnp      *talk;   /* unowned: gone with its answer; NULL: none is under way */
  ShoalDiscoverUpnpAnswer answer; /* the last; its control is owned */
  gint64                  due_usec;
  guint                   n_vain; /* searches in a row that found nobody */

  guint is_known : 1;  /* there was an answer */
  guint is_mapped : 1; /* what the router was told holds */
} Upnp;

struct _ShoalDiscoverMapping
{
  ShoalNetReactor         *reactor;   /* unowned: outlives us */
  const GPtrArray         *endpoints; /* unowned; not looked at after the end began */
  ShoalDiscoverMappingFunc func;
  gpointer                 owner; /* unowned */
  ShoalNetTimer            timer;
  ShoalNetTimer            deadline;
  ShoalNetTask             done;
  Side                     sides[2]; /* IPv4, IPv6 */
  Upnp                     upnp;
  ShoalMapping             told[2];
  gint64                   review_usec;

  guint is_ending : 1;
  guint is_done : 1;
};

static void advance (ShoalDiscoverMapping *self);

static guint16
family_of (guint place)
{
  return place == 0 ? AF_INET : AF_INET6;
}

/* Anybody far away: where to it does not matter, only from where. */
static ShoalBaseAddress
get_far_address (guint16 family)
{
  static const guint8 FAR4[4] = { 192, 0, 2, 1 };                      /* RFC 5737 */
  static const guint8 FAR6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 }; /* RFC 3849 */
  ShoalBaseAddress    address;

  if (family == AF_INET)
    shoal_base_address_init_ipv4 (&address, FAR4, 9);
  else
    shoal_base_address_init_ipv6 (&address, FAR6, 9);
  return address;
}

static gboolean
may_be_mapped (const ShoalBaseAddress *client)
{
  switch (shoal_base_policy_classify (client))
    {
    case SHOAL_BASE_POLICY_KIND_GLOBAL:
    case SHOAL_BASE_POLICY_KIND_PRIVATE:
    case SHOAL_BASE_POLICY_KIND_CARRIER:
      return TRUE;
    case SHOAL_BASE_POLICY_KIND_LOOPBACK:
    case SHOAL_BASE_POLICY_KIND_LINK_LOCAL:
    case SHOAL_BASE_POLICY_KIND_METADATA:
    case SHOAL_BASE_POLICY_KIND_UNUSABLE:
      return FALSE;
    }
  g_return_val_if_reached (FALSE);
}

/* Our address as the router sees it, with the port that peers are to reach. */
static gboolean
find_client (const ShoalDiscoverMapping *self, guint16 family, ShoalBaseAddress *out)
{
  ShoalNetEndpoint       *endpoint = shoal_net_endpoint_find (self->endpoints, family);
  ShoalBaseAddress        far_address = get_far_address (family);
  const ShoalBaseAddress *bind;

  if (endpoint == NULL)
    return FALSE;
  bind = shoal_net_endpoint_get_bind (endpoint);
  if (bind != NULL)
    *out = *bind;
  else if (!shoal_net_interface_find_source (&far_address, out))
    return FALSE;
  out->port = shoal_net_endpoint_get_port (endpoint);
  return may_be_mapped (out);
}

static void
close_side (Side *side)
{
  shoal_net_reactor_remove (&side->watch);
  if (side->fd >= 0)
    close (side->fd);
  side->fd = -1;
  g_clear_pointer (&side->pcp, shoal_discover_pcp_free);
}

static void
ready_cb (gpointer owner, guint events)
{
  Side  *side = owner;
  guint8 data[256];
  gssize len;

  /* An error, too, is taken off the socket by that: nobody listens there (ICMP). */
  while ((len = recv (side->fd, data, sizeof data, MSG_DONTWAIT)) >= 0)
    shoal_discover_pcp_receive (
        side->pcp, data, (gsize) len, shoal_net_reactor_get_now (side->mapping->reactor));
  advance (side->mapping);
}

static int
open_to_gateway (const ShoalBaseAddress *client, const ShoalBaseAddress *gateway)
{
  ShoalBaseAddress        from = *client;
  ShoalBaseAddress        to = *gateway;
  struct sockaddr_storage sa;
  socklen_t               len;
  int                     fd;

  from.port = 0;
  to.port = SHOAL_CODEC_PCP_PORT;
  len = shoal_base_address_to_sockaddr (&to, &sa);
  fd = shoal_net_egress_open (client->family, SHOAL_NET_EGRESS_ROUTER, &from);
  if (fd >= 0 && connect (fd, (const struct sockaddr *) &sa, len) < 0)
    {
      close (fd);
      fd = -1;
    }
  return fd;
}

static void
open_side (ShoalDiscoverMapping *self, Side *side)
{
  gint64 now_usec = shoal_net_reactor_get_now (self->reactor);

  side->begun_usec = now_usec;
  side->is_direct = side->client.family == AF_INET &&
                    shoal_base_policy_classify (&side->client) == SHOAL_BASE_POLICY_KIND_GLOBAL;
  if (side->client.family == 0 || side->gateway.family == 0 || side->is_direct)
    return;
  side->fd = open_to_gateway (&side->client, &side->gateway);
  if (side->fd < 0)
    return;
  if (!shoal_net_reactor_add (
          self->reactor, &side->watch, side->fd, SHOAL_NET_READ, ready_cb, side))
    {
      close_side (side);
      return;
    }
  side->pcp = shoal_discover_pcp_new (&side->client, side->client.port, NULL, now_usec);
}

/* Where the network is another one now, all begins anew; the router before is out of reach. */
static void
review_side (ShoalDiscoverMapping *self, guint place)
{
  Side            *side = &self->sides[place];
  ShoalBaseAddress client = { 0 };
  ShoalBaseAddress gateway = { 0 };

  if (!find_client (self, family_of (place), &client))
    client = (ShoalBaseAddress){ 0 };
  if (!shoal_net_route_find_gateway (family_of (place), &gateway))
    gateway = (ShoalBaseAddress){ 0 };
  if (side->begun_usec != 0 && shoal_base_address_equal (&client, &side->client) &&
      shoal_base_address_equal (&gateway, &side->gateway))
    return;
  close_side (side);
  side->client = client;
  side->gateway = gateway;
  open_side (self, side);
  if (place == 0)
    {
      self->upnp.is_known = self->upnp.is_mapped = FALSE;
      self->upnp.n_vain = 0;
      shoal_discover_upnp_control_clear (&self->upnp.answer.control);
      self->upnp.due_usec = side->begun_usec + PATIENCE_USEC;
    }
}

static void
review (ShoalDiscoverMapping *self, gint64 now_usec)
{
  if (now_usec < self->review_usec)
    return;
  self->review_usec = now_usec + REVIEW_USEC;
  review_side (self, 0);
  review_side (self, 1);
}

static gboolean
has_pcp (const ShoalDiscoverMapping *self, ShoalDiscoverPcpState state)
{
  const Side *side = &self->sides[0];

  return side->pcp != NULL && shoal_discover_pcp_get_state (side->pcp) == state;
}

/* After the last answer, until it is talked again. */
static gint64
get_pause (Upnp *upnp)
{
  if (upnp->answer.outcome == SHOAL_DISCOVER_UPNP_NOBODY)
    {
      gint64 pause_usec = UPNP_SOON_USEC << MIN (upnp->n_vain, 10);

      upnp->n_vain++;
      return MIN (pause_usec, UPNP_AGAIN_USEC);
    }
  upnp->n_vain = 0;
  return upnp->is_mapped ? UPNP_RENEW_USEC : UPNP_AGAIN_USEC;
}

static void
answered_cb (gpointer owner, const ShoalDiscoverUpnpAnswer *answer)
{
  ShoalDiscoverMapping    *self = owner;
  Upnp                    *upnp = &self->upnp;
  ShoalDiscoverUpnpControl control = upnp->answer.control;
  gint64                   now_usec = shoal_net_reactor_get_now (self->reactor);

  upnp->talk = NULL;
  upnp->is_known = TRUE;
  upnp->is_mapped = answer->outcome == SHOAL_DISCOVER_UPNP_MAPPED;
  upnp->answer = *answer;
  upnp->answer.control = control;
  /* Who did not do as he was told may not be there any more: he is searched for the next time. */
  if (upnp->is_mapped)
    shoal_discover_upnp_control_copy (&upnp->answer.control, &answer->control);
  else
    shoal_discover_upnp_control_clear (&upnp->answer.control);
  upnp->due_usec = now_usec + get_pause (upnp);
  advance (self);
}

static void
talk (ShoalDiscoverMapping *self, gboolean is_removal)
{
  Upnp                *upnp = &self->upnp;
  ShoalDiscoverUpnpAsk ask = {
    .local = self->sides[0].client,
    .gateway = self->sides[0].gateway,
    .external_port = upnp->is_mapped ? upnp->answer.external_port : self->sides[0].client.port,
    .control = upnp->answer.control,
    .is_removal = is_removal,
  };

  upnp->talk = shoal_discover_upnp_start (&ask, answered_cb, self);
}

/* The router is asked by UPnP if PCP has led to nothing so far; and for as long as it once said
 * yes.
 */
static gboolean
wants_upnp (const ShoalDiscoverMapping *self)
{
  const Side *side = &self->sides[0];

  return !self->is_ending && self->upnp.talk == NULL && side->client.family != 0 &&
         !side->is_direct && (self->upnp.is_mapped || !has_pcp (self, SHOAL_DISCOVER_PCP_MAPPED));
}

static void
advance_upnp (ShoalDiscoverMapping *self, gint64 now_usec)
{
  gboolean is_hopeless = !self->upnp.is_known && (self->sides[0].pcp == NULL ||
                                                  has_pcp (self, SHOAL_DISCOVER_PCP_REFUSED) ||
                                                  has_pcp (self, SHOAL_DISCOVER_PCP_SILENT));

  if (wants_upnp (self) && (is_hopeless || now_usec >= self->upnp.due_usec))
    talk (self, FALSE);
}

static void
send_side (Side *side, gint64 now_usec)
{
  guint8 out[SHOAL_CODEC_PCP_MAX_SIZE];
  gsize  len;

  while (side->pcp != NULL && (len = shoal_discover_pcp_poll (side->pcp, now_usec, out)) > 0)
    send (side->fd, out, len, MSG_DONTWAIT | MSG_NOSIGNAL); /* lost like any other datagram */
}

static gint64
get_due (const ShoalDiscoverMapping *self)
{
  gint64 due_usec = self->is_ending ? G_MAXINT64 : self->review_usec;
  guint  i;

  for (i = 0; i < G_N_ELEMENTS (self->sides); i++)
    if (self->sides[i].pcp != NULL)
      due_usec = MIN (due_usec, shoal_discover_pcp_get_due (self->sides[i].pcp));
  if (wants_upnp (self))
    due_usec = MIN (due_usec, self->upnp.due_usec);
  return due_usec;
}

static ShoalMappingState
get_failure (const ShoalDiscoverMapping *self, guint place)
{
  const Side           *side = &self->sides[place];
  const Upnp           *upnp = &self->upnp;
  gboolean              has_upnp = place == 0;
  ShoalDiscoverPcpState state =
      side->pcp != NULL ? shoal_discover_pcp_get_state (side->pcp) : SHOAL_DISCOVER_PCP_SILENT;

  if (has_upnp && !upnp->is_known)
    return SHOAL_MAPPING_SEARCHING;
  if (state == SHOAL_DISCOVER_PCP_REFUSED ||
      (has_upnp && upnp->answer.outcome == SHOAL_DISCOVER_UPNP_REFUSED))
    return SHOAL_MAPPING_REFUSED;
  return state == SHOAL_DISCOVER_PCP_ASKING ? SHOAL_MAPPING_SEARCHING : SHOAL_MAPPING_NONE;
}

static void
fill (const ShoalDiscoverMapping *self, guint place, ShoalMapping *out)
{
  const Side *side = &self->sides[place];

  *out = (ShoalMapping){ .state = SHOAL_MAPPING_OFF };
  if (self->is_ending || side->client.family == 0)
    return;
  if (side->is_direct)
    {
      out->state = SHOAL_MAPPING_DIRECT;
      out->external = side->client;
    }
  else if (side->pcp != NULL &&
           shoal_discover_pcp_get_state (side->pcp) == SHOAL_DISCOVER_PCP_MAPPED)
    {
      out->state = SHOAL_MAPPING_DONE;
      out->method =
          shoal_discover_pcp_is_old (side->pcp) ? SHOAL_MAPPING_BY_NAT_PMP : SHOAL_MAPPING_BY_PCP;
      out->external = *shoal_discover_pcp_get_external (side->pcp);
    }
  else if (place == 0 && self->upnp.is_mapped)
    {
      out->state = SHOAL_MAPPING_DONE;
      out->method = SHOAL_MAPPING_BY_UPNP;
      out->external = self->upnp.answer.external;
    }
  else
    out->state = get_failure (self, place);
  out->is_nested = shoal_base_policy_is_local (&out->external);
}

void
shoal_discover_mapping_get (const ShoalDiscoverMapping *self, ShoalMapping out[2])
{
  fill (self, 0, &out[0]);
  fill (self, 1, &out[1]);
}

static gboolean
is_same (const ShoalMapping *a, const ShoalMapping *b)
{
  return a->state == b->state && a->method == b->method &&
         shoal_base_address_equal (&a->external, &b->external);
}

static void
tell (ShoalDiscoverMapping *self)
{
  ShoalMapping now[2];

  shoal_discover_mapping_get (self, now);
  if (self->is_ending || (is_same (&now[0], &self->told[0]) && is_same (&now[1], &self->told[1])))
    return;
  memcpy (self->told, now, sizeof now);
  self->func (self->owner);
}

static gboolean
is_taken_back (const ShoalDiscoverMapping *self)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (self->sides); i++)
    if (self->sides[i].pcp != NULL &&
        shoal_discover_pcp_get_state (self->sides[i].pcp) != SHOAL_DISCOVER_PCP_ENDED)
      return FALSE;
  return self->upnp.talk == NULL && !self->upnp.is_mapped;
}

/* One that was under way when the end began is waited for: what it maps is taken back as well. */
static void
advance_end (ShoalDiscoverMapping *self)
{
  if (self->upnp.talk == NULL && self->upnp.is_mapped)
    talk (self, TRUE);
  if (is_taken_back (self) && !self->is_done)
    {
      self->is_done = TRUE;
      shoal_net_reactor_defer (self->reactor, &self->done);
    }
}

/* The last thing of every call from outside: we may be freed in it. */
static void
advance (ShoalDiscoverMapping *self)
{
  gint64 now_usec = shoal_net_reactor_get_now (self->reactor);
  gint64 due_usec;

  if (!self->is_ending)
    review (self, now_usec);
  advance_upnp (self, now_usec);
  send_side (&self->sides[0], now_usec);
  send_side (&self->sides[1], now_usec);
  if (self->is_ending)
    advance_end (self);
  due_usec = get_due (self);
  if (due_usec == G_MAXINT64)
    shoal_net_reactor_timer_clear (self->reactor, &self->timer);
  else
    shoal_net_reactor_timer_set (self->reactor, &self->timer, due_usec);
  tell (self);
}

static void
timer_cb (gpointer owner, gint64 now_usec)
{
  advance (owner);
}

static void
deadline_cb (gpointer owner, gint64 now_usec)
{
  ShoalDiscoverMapping *self = owner;

  if (self->is_done)
    return;
  self->is_done = TRUE;
  shoal_net_reactor_defer (self->reactor, &self->done);
}

static void
done_cb (gpointer owner)
{
  ShoalDiscoverMapping *self = owner;

  shoal_net_reactor_timer_clear (self->reactor, &self->deadline);
  self->func (self->owner);
}

ShoalDiscoverMapping *
shoal_discover_mapping_new (ShoalNetReactor         *reactor,
                            const GPtrArray         *endpoints,
                            ShoalDiscoverMappingFunc func,
                            gpointer                 owner)
{
  ShoalDiscoverMapping *self = g_new0 (ShoalDiscoverMapping, 1);
  guint                 i;

  self->reactor = reactor;
  self->endpoints = endpoints;
  self->func = func;
  self->owner = owner;
  for (i = 0; i < G_N_ELEMENTS (self->sides); i++)
    {
      self->sides[i].mapping = self;
      self->sides[i].fd = -1;
    }
  shoal_net_reactor_timer_init (&self->timer, timer_cb, self);
  shoal_net_reactor_timer_init (&self->deadline, deadline_cb, self);
  shoal_net_reactor_task_init (&self->done, done_cb, self);
  shoal_net_reactor_timer_set (reactor, &self->timer, shoal_net_reactor_get_now (reactor));
  return self;
}

void
shoal_discover_mapping_free (ShoalDiscoverMapping *self)
{
  close_side (&self->sides[0]);
  close_side (&self->sides[1]);
  if (self->upnp.talk != NULL)
    shoal_discover_upnp_cancel (self->upnp.talk);
  shoal_discover_upnp_control_clear (&self->upnp.answer.control);
  shoal_net_reactor_timer_clear (self->reactor, &self->timer);
  shoal_net_reactor_timer_clear (self->reactor, &self->deadline);
  shoal_net_reactor_cancel (&self->done);
  g_free (self);
}

void
shoal_discover_mapping_finish (ShoalDiscoverMapping    *self,
                               gint64                   timeout_usec,
                               ShoalDiscoverMappingFunc done,
                               gpointer                 owner)
{
  gint64 now_usec = shoal_net_reactor_get_now (self->reactor);
  guint  i;

  self->is_ending = TRUE;
  self->func = done;
  self->owner = owner;
  for (i = 0; i < G_N_ELEMENTS (self->sides); i++)
    if (self->sides[i].pcp != NULL)
      shoal_discover_pcp_end (self->sides[i].pcp, now_usec);
  shoal_net_reactor_timer_set (self->reactor, &self->deadline, now_usec + timeout_usec);
  advance (self);
}
