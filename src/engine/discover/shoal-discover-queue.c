/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-private.h"

/* At quit there is little time and nothing to be spread. */
#define FINISH_MAX_HTTP          100
#define FINISH_MAX_HTTP_PER_HOST 25

static ShoalDiscoverRequest *
request_of (ShoalBaseList *node)
{
  return SHOAL_BASE_LIST_ENTRY (node, ShoalDiscoverRequest, link);
}

static guint64
get_moved (const ShoalDiscoverRequest *request)
{
  return request->announce.uploaded + request->announce.downloaded;
}

static ShoalBaseList *
queue_of (const ShoalDiscoverRequest *request)
{
  return &request->announcer->queues[request->target->url->scheme][request->priority];
}

static void
enqueue (ShoalDiscoverRequest *request)
{
  ShoalDiscoverAnnouncer *self = request->announcer;

  shoal_base_list_append (queue_of (request), &request->link);
  self->n_waiting++;
  shoal_net_reactor_defer (self->reactor, &self->dispatch);
}

/* Out of whatever list it waits in. */
static void
dequeue (ShoalDiscoverRequest *request)
{
  shoal_base_list_remove (&request->link);
  request->announcer->n_waiting--;
}

static void
free_request (ShoalDiscoverRequest *request)
{
  shoal_base_list_remove (&request->link);
  request->announcer->n_minor -= request->is_minor;
  shoal_discover_announcer_release (request->announcer, request->target);
  g_clear_pointer (&request->tracker_id, g_bytes_unref);
  g_free (request);
}

static void
fill (ShoalDiscoverRequest *request)
{
  GBytes *tracker_id = NULL;

  if (request->fill == NULL)
    return;
  request->fill (request->owner, &request->announce, &tracker_id);
  request->announce.port =
      shoal_discover_announcer_get_port (request->announcer, request->endpoint);
  g_clear_pointer (&request->tracker_id, g_bytes_unref);
  request->tracker_id = tracker_id != NULL ? g_bytes_ref (tracker_id) : NULL;
}

static gboolean
has_room (const ShoalDiscoverAnnouncer *self, ShoalDiscoverScheme scheme)
{
  guint http = self->is_finishing ? FINISH_MAX_HTTP : self->options.max_http;

  return self->n_under_way[scheme] <
         (scheme == SHOAL_DISCOVER_SCHEME_HTTP ? http : self->options.max_udp);
}

static gboolean
is_host_busy (const ShoalDiscoverRequest *request)
{
  const ShoalDiscoverAnnouncer *self = request->announcer;
  guint max = self->is_finishing ? FINISH_MAX_HTTP_PER_HOST : self->options.max_http_per_host;

  return request->target->url->scheme == SHOAL_DISCOVER_SCHEME_HTTP &&
         request->target->host->n_busy >= max;
}

/* Scrapes of the same tracker that wait ride along. */
static void
join_scrapes (ShoalDiscoverRequest *request)
{
  SHOAL_BASE_LIST_FOREACH (queue_of (request), node)
  {
    ShoalDiscoverRequest *other = request_of (node);

    if (request->n_joined + 1 >= request->target->max_scrape)
      return;
    if (other->target != request->target || other->endpoint != request->endpoint ||
        other->word != request->word)
      continue;
    dequeue (other);
    other->leader = request;
    shoal_base_list_append (&request->joined, &other->link);
    request->n_joined++;
  }
}

static void
set_under_way (ShoalDiscoverRequest *request)
{
  ShoalDiscoverAnnouncer *self = request->announcer;

  request->is_under_way = TRUE;
  shoal_base_list_append (&self->under_way, &request->link);
  self->n_under_way[request->target->url->scheme]++;
  request->target->host->n_busy++;
  self->n_sent++;
}

/* One that waits for this host may go to the front of its queue. */
static void
unblock_one (ShoalDiscoverHost *host)
{
  ShoalDiscoverRequest *next;

  if (shoal_base_list_is_empty (&host->blocked))
    return;
  next = request_of (host->blocked.next);
  shoal_base_list_remove (&next->link);
  shoal_base_list_prepend (queue_of (next), &next->link);
  shoal_net_reactor_defer (next->announcer->reactor, &next->announcer->dispatch);
}

static void
unset_under_way (ShoalDiscoverRequest *request)
{
  ShoalDiscoverAnnouncer *self = request->announcer;

  request->is_under_way = FALSE;
  shoal_base_list_remove (&request->link);
  self->n_under_way[request->target->url->scheme]--;
  request->target->host->n_busy--;
  unblock_one (request->target->host);
  shoal_net_reactor_defer (self->reactor, &self->dispatch);
}

static void
part_joined (ShoalDiscoverRequest *request)
{
  SHOAL_BASE_LIST_FOREACH (&request->joined, node)
  {
    shoal_base_list_remove (node);
    request_of (node)->leader = NULL;
    enqueue (request_of (node));
  }
  request->n_joined = 0;
}

/* Out of wherever it is, without a word to its owner. */
static void
take_out (ShoalDiscoverRequest *request)
{
  if (request->is_under_way)
    {
      shoal_discover_exchange_stop (request);
      unset_under_way (request);
      part_joined (request);
    }
  else if (request->is_gathered)
    shoal_base_list_remove (&request->link);
  else if (request->leader != NULL)
    {
      shoal_base_list_remove (&request->link);
      request->leader->n_joined--;
      request->leader = NULL;
    }
  else
    {
      dequeue (request);
      if (!is_host_busy (request))
        unblock_one (request->target->host);
    }
}

void
shoal_discover_queue_return (ShoalDiscoverRequest *request)
{
  take_out (request);
  enqueue (request);
}

void
shoal_discover_queue_complete (ShoalDiscoverRequest *request, const ShoalDiscoverResult *result)
{
  ShoalDiscoverAnnouncer *self = request->announcer;
  ShoalDiscoverResultFunc func = request->func;
  gpointer                owner = request->owner;

  if (request->is_under_way)
    shoal_discover_host_note (request->target->host,
                              shoal_discover_announcer_get_family (self, request->endpoint),
                              result->fault);
  if (result->fault != SHOAL_DISCOVER_FAULT_NONE)
    self->n_failed++;
  else if (request->then_stopped)
    {
      request->then_stopped = FALSE;
      request->announce.event = SHOAL_CODEC_TRACKER_EVENT_STOPPED;
      request->announce.num_want = 0;
      shoal_discover_queue_return (request);
      return;
    }
  take_out (request);
  free_request (request);
  if (func != NULL)
    func (owner, result);
}

void
shoal_discover_queue_gather (ShoalDiscoverRequest *request, ShoalBaseList *out)
{
  int family = shoal_discover_announcer_get_family (request->announcer, request->endpoint);

  shoal_discover_host_note (request->target->host, family, SHOAL_DISCOVER_FAULT_NONE);
  unset_under_way (request);
  shoal_base_list_append (out, &request->link);
  shoal_base_list_splice (out, &request->joined);
  request->n_joined = 0;
  SHOAL_BASE_LIST_FOREACH (out, node)
  {
    request_of (node)->leader = NULL;
    request_of (node)->is_gathered = TRUE;
  }
}

static gboolean
is_hopeless (const ShoalDiscoverRequest *request)
{
  int family = shoal_discover_announcer_get_family (request->announcer, request->endpoint);

  return !request->is_manual && shoal_discover_host_is_silent (request->target->host, family);
}

static void
complete_with (ShoalDiscoverRequest *request, ShoalDiscoverFault fault, const char *message)
{
  ShoalDiscoverResult result = { .fault = fault, .message = message };

  shoal_discover_queue_complete (request, &result);
}

static void
start (ShoalDiscoverRequest *request)
{
  if (is_hopeless (request))
    {
      complete_with (request, SHOAL_DISCOVER_FAULT_SILENT, "it did not answer a moment ago");
      return;
    }
  dequeue (request);
  set_under_way (request);
  if (request->priority == SHOAL_DISCOVER_PRIORITY_SCRAPE)
    join_scrapes (request);
  else if (request->priority == SHOAL_DISCOVER_PRIORITY_ANNOUNCE)
    fill (request);
  if (!is_host_busy (request))
    unblock_one (request->target->host);
  shoal_discover_exchange_start (request);
}

static ShoalDiscoverRequest *
first_of_scheme (ShoalDiscoverAnnouncer *self, guint scheme)
{
  guint priority;

  for (priority = 0; priority < SHOAL_DISCOVER_N_PRIORITIES; priority++)
    if (!shoal_base_list_is_empty (&self->queues[scheme][priority]))
      return request_of (self->queues[scheme][priority].next);
  return NULL;
}

static void
hasten_finish (ShoalDiscoverAnnouncer *self)
{
  if (shoal_discover_queue_is_empty (self, FALSE))
    shoal_net_reactor_timer_set (self->reactor, &self->finish_timer, 0);
  else if (shoal_discover_queue_is_empty (self, TRUE))
    shoal_net_reactor_timer_set (
        self->reactor, &self->finish_timer, MIN (self->patience_usec, self->finish_usec));
}

static void
dispatch (gpointer owner)
{
  ShoalDiscoverAnnouncer *self = owner;
  ShoalDiscoverRequest   *request;
  guint                   scheme;

  for (scheme = 0; scheme < SHOAL_DISCOVER_N_SCHEMES; scheme++)
    while (has_room (self, scheme) && (request = first_of_scheme (self, scheme)) != NULL)
      {
        if (!is_host_busy (request))
          {
            start (request);
            continue;
          }
        shoal_base_list_remove (&request->link);
        shoal_base_list_append (&request->target->host->blocked, &request->link);
      }
  if (self->is_finishing && self->finish_func != NULL)
    hasten_finish (self);
}

ShoalDiscoverRequest *
shoal_discover_announcer_submit (ShoalDiscoverAnnouncer *self, const ShoalDiscoverOrder *order)
{
  ShoalDiscoverRequest *request = g_new0 (ShoalDiscoverRequest, 1);

  request->announcer = self;
  request->target = order->target;
  request->target->ref_count++;
  request->endpoint = order->endpoint;
  request->word = order->word;
  request->priority = order->priority;
  request->fill = order->fill;
  request->func = order->func;
  request->owner = order->owner;
  request->is_manual = order->is_manual;
  shoal_base_list_init (&request->link);
  shoal_base_list_init (&request->joined);
  shoal_base_list_init (&request->waiter.link);
  if (order->info_hash != NULL)
    request->announce.info_hash = *order->info_hash;
  if (order->priority == SHOAL_DISCOVER_PRIORITY_STOPPED)
    {
      fill (request);
      request->then_stopped = request->announce.event != SHOAL_CODEC_TRACKER_EVENT_STOPPED;
      request->is_minor = order->is_doubtful || get_moved (request) == 0;
      self->n_minor += request->is_minor;
    }
  enqueue (request);
  return request;
}

void
shoal_discover_announcer_withdraw (ShoalDiscoverRequest *request)
{
  take_out (request);
  free_request (request);
}

void
shoal_discover_announcer_detach (ShoalDiscoverRequest *request)
{
  request->func = NULL;
  request->owner = NULL;
  request->fill = NULL;
}

static void
unblock_all (ShoalDiscoverAnnouncer *self)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->hosts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    SHOAL_BASE_LIST_FOREACH (&((ShoalDiscoverHost *) value)->blocked, node)
    {
      shoal_base_list_remove (node);
      shoal_base_list_append (queue_of (request_of (node)), node);
    }
}

/* Any request, under way or waiting, of a priority beyond @priority; NULL if there is none. */
static ShoalDiscoverRequest *
find_beyond (ShoalDiscoverAnnouncer *self, int priority)
{
  guint scheme;
  int   p;

  SHOAL_BASE_LIST_FOREACH (&self->under_way, node)
  if ((int) request_of (node)->priority > priority)
    return request_of (node);
  for (scheme = 0; scheme < SHOAL_DISCOVER_N_SCHEMES; scheme++)
    for (p = priority + 1; p < SHOAL_DISCOVER_N_PRIORITIES; p++)
      if (!shoal_base_list_is_empty (&self->queues[scheme][p]))
        return request_of (self->queues[scheme][p].next);
  return NULL;
}

static void
drop_beyond (ShoalDiscoverAnnouncer *self, int priority)
{
  ShoalDiscoverRequest *request;

  unblock_all (self);
  while ((request = find_beyond (self, priority)) != NULL)
    complete_with (request, SHOAL_DISCOVER_FAULT_STOPPING, NULL);
}

/* The major ones first. */
static int
compare_moved (gconstpointer a, gconstpointer b)
{
  const ShoalDiscoverRequest *x = *(ShoalDiscoverRequest *const *) a;
  const ShoalDiscoverRequest *y = *(ShoalDiscoverRequest *const *) b;
  guint64                     x_moved = get_moved (x);
  guint64                     y_moved = get_moved (y);

  if (x->is_minor != y->is_minor)
    return x->is_minor ? 1 : -1;
  return x_moved > y_moved ? -1 : x_moved < y_moved;
}

static void
sort_queue (ShoalBaseList *queue)
{
  g_autoptr (GPtrArray) requests = g_ptr_array_new ();
  guint i;

  SHOAL_BASE_LIST_FOREACH (queue, node)
  g_ptr_array_add (requests, request_of (node));
  g_ptr_array_sort (requests, compare_moved);
  shoal_base_list_init (queue);
  for (i = 0; i < requests->len; i++)
    {
      ShoalDiscoverRequest *request = g_ptr_array_index (requests, i);

      shoal_base_list_init (&request->link);
      shoal_base_list_append (queue, &request->link);
    }
}

void
shoal_discover_queue_prepare_finish (ShoalDiscoverAnnouncer *self)
{
  guint scheme;

  drop_beyond (self, SHOAL_DISCOVER_PRIORITY_STOPPED);
  for (scheme = 0; scheme < SHOAL_DISCOVER_N_SCHEMES; scheme++)
    sort_queue (&self->queues[scheme][SHOAL_DISCOVER_PRIORITY_STOPPED]);
  shoal_net_reactor_defer (self->reactor, &self->dispatch);
}

void
shoal_discover_queue_drop_all (ShoalDiscoverAnnouncer *self)
{
  drop_beyond (self, -1);
}

gboolean
shoal_discover_queue_is_empty (const ShoalDiscoverAnnouncer *self, gboolean major)
{
  guint n = self->n_waiting + self->n_under_way[SHOAL_DISCOVER_SCHEME_HTTP] +
            self->n_under_way[SHOAL_DISCOVER_SCHEME_UDP];

  return n <= (major ? self->n_minor : 0);
}

void
shoal_discover_queue_init (ShoalDiscoverAnnouncer *self)
{
  guint scheme, priority;

  for (scheme = 0; scheme < SHOAL_DISCOVER_N_SCHEMES; scheme++)
    for (priority = 0; priority < SHOAL_DISCOVER_N_PRIORITIES; priority++)
      shoal_base_list_init (&self->queues[scheme][priority]);
  shoal_base_list_init (&self->under_way);
  shoal_net_reactor_task_init (&self->dispatch, dispatch, self);
}

void
shoal_discover_queue_clear (ShoalDiscoverAnnouncer *self)
{
  ShoalDiscoverRequest *request;

  unblock_all (self);
  while ((request = find_beyond (self, -1)) != NULL)
    shoal_discover_announcer_withdraw (request);
  shoal_net_reactor_cancel (&self->dispatch);
}
