/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-announcer.h"

#include "codec/shoal-codec-tracker-http.h"
#include "discover/shoal-discover-private.h"

/* For this long everybody is waited for, and from then on only who has something to lose by it. */
#define PATIENCE_USEC (3 * G_USEC_PER_SEC / 2)

void
shoal_discover_announcer_options_init (ShoalDiscoverAnnouncerOptions *options)
{
  *options = (ShoalDiscoverAnnouncerOptions){
    .max_http = 50,
    .max_http_per_host = 10,
    .max_udp = 256,
    .http_timeout_usec = 30 * G_USEC_PER_SEC,
    .udp_retry_usec = 15 * G_USEC_PER_SEC,
    .udp_timeout_usec = 30 * G_USEC_PER_SEC,
  };
}

static void
free_target (gpointer data)
{
  ShoalDiscoverTarget *target = data;

  target->host->ref_count--;
  shoal_discover_url_free (target->url);
  g_free (target);
}

static void
free_host (gpointer data)
{
  shoal_discover_host_free (data);
}

static gboolean
is_target_unused (gpointer key, gpointer value, gpointer user_data)
{
  return ((ShoalDiscoverTarget *) value)->ref_count == 0;
}

static gboolean
is_host_unused (gpointer key, gpointer value, gpointer user_data)
{
  return ((ShoalDiscoverHost *) value)->ref_count == 0;
}

/* At the end of a turn: inside one, somebody may stand on a host that just lost its last torrent.
 */
static void
purge (gpointer owner)
{
  ShoalDiscoverAnnouncer *self = owner;

  g_hash_table_foreach_remove (self->targets, is_target_unused, NULL);
  g_hash_table_foreach_remove (self->hosts, is_host_unused, NULL);
}

static void
on_finish_timer (gpointer owner, gint64 now_usec)
{
  ShoalDiscoverAnnouncer *self = owner;
  ShoalDiscoverFinishFunc func = self->finish_func;

  self->finish_func = NULL;
  shoal_discover_queue_drop_all (self);
  if (func != NULL)
    func (self->finish_owner);
}

ShoalDiscoverAnnouncer *
shoal_discover_announcer_new (ShoalNetReactor                     *reactor,
                              ShoalNetHttp                        *http,
                              const ShoalDiscoverAnnouncerOptions *options)
{
  ShoalDiscoverAnnouncer *self = g_new0 (ShoalDiscoverAnnouncer, 1);

  self->reactor = reactor;
  self->http = http;
  self->options = *options;
  shoal_base_random_init_secure (&self->random);
  self->names = shoal_discover_names_new (reactor);
  self->targets = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_target);
  self->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_host);
  shoal_net_reactor_task_init (&self->purge, purge, self);
  shoal_net_reactor_timer_init (&self->finish_timer, on_finish_timer, self);
  shoal_discover_queue_init (self);
  return self;
}

void
shoal_discover_announcer_free (ShoalDiscoverAnnouncer *self)
{
  guint i;

  shoal_discover_queue_clear (self);
  shoal_net_reactor_timer_clear (self->reactor, &self->finish_timer);
  shoal_net_reactor_cancel (&self->purge);
  for (i = 0; i < self->n_exits; i++)
    shoal_discover_udp_free (self->exits[i].udp);
  shoal_discover_names_free (self->names);
  g_hash_table_unref (self->targets);
  g_hash_table_unref (self->hosts);
  g_free (self);
}

gboolean
shoal_discover_announcer_add_endpoint (ShoalDiscoverAnnouncer *self, ShoalNetEndpoint *endpoint)
{
  ShoalDiscoverUdpTimes times = { self->options.udp_retry_usec, self->options.udp_timeout_usec };
  ShoalDiscoverExit    *exit;

  if (self->n_exits == SHOAL_DISCOVER_MAX_ENDPOINTS)
    return FALSE;
  exit = &self->exits[self->n_exits++];
  exit->endpoint = endpoint;
  exit->udp = shoal_discover_udp_new (self->reactor, shoal_net_endpoint_get_udp (endpoint), &times);
  exit->port = shoal_net_endpoint_get_port (endpoint);
  exit->family = shoal_net_endpoint_get_address (endpoint)->family;
  return TRUE;
}

void
shoal_discover_announcer_replace_endpoint (ShoalDiscoverAnnouncer *self,
                                           ShoalNetEndpoint       *old,
                                           ShoalNetEndpoint       *endpoint)
{
  guint i;

  for (i = 0; i < self->n_exits; i++)
    {
      ShoalDiscoverExit *exit = &self->exits[i];

      if (exit->endpoint != old)
        continue;
      exit->endpoint = endpoint;
      exit->port = shoal_net_endpoint_get_port (endpoint);
      shoal_discover_udp_set_socket (exit->udp, shoal_net_endpoint_get_udp (endpoint));
    }
}

void
shoal_discover_announcer_set_port (ShoalDiscoverAnnouncer *self,
                                   ShoalNetEndpoint       *endpoint,
                                   guint16                 port)
{
  guint i;

  for (i = 0; i < self->n_exits; i++)
    if (self->exits[i].endpoint == endpoint)
      self->exits[i].port = port;
}

void
shoal_discover_announcer_set_external_func (ShoalDiscoverAnnouncer   *self,
                                            ShoalDiscoverExternalFunc func,
                                            gpointer                  owner)
{
  self->external_func = func;
  self->external_owner = owner;
}

void
shoal_discover_announcer_finish (ShoalDiscoverAnnouncer *self,
                                 gint64                  timeout_usec,
                                 ShoalDiscoverFinishFunc func,
                                 gpointer                owner)
{
  gint64 now_usec = shoal_net_reactor_get_now (self->reactor);

  g_return_if_fail (!self->is_finishing);
  self->is_finishing = TRUE;
  self->finish_func = func;
  self->finish_owner = owner;
  shoal_discover_queue_prepare_finish (self);
  self->patience_usec = now_usec + PATIENCE_USEC;
  if (shoal_discover_queue_is_empty (self, FALSE))
    timeout_usec = 0;
  self->finish_usec = now_usec + timeout_usec;
  shoal_net_reactor_timer_set (self->reactor, &self->finish_timer, self->finish_usec);
}

void
shoal_discover_announcer_get_stats (const ShoalDiscoverAnnouncer *self,
                                    ShoalDiscoverAnnouncerStats  *out)
{
  *out = (ShoalDiscoverAnnouncerStats){
    .n_waiting = self->n_waiting,
    .n_http = self->n_under_way[SHOAL_DISCOVER_SCHEME_HTTP],
    .n_udp = self->n_under_way[SHOAL_DISCOVER_SCHEME_UDP],
    .n_sent = self->n_sent,
    .n_failed = self->n_failed,
  };
}

ShoalNetReactor *
shoal_discover_announcer_get_reactor (ShoalDiscoverAnnouncer *self)
{
  return self->reactor;
}

ShoalBaseRandom *
shoal_discover_announcer_get_random (ShoalDiscoverAnnouncer *self)
{
  return &self->random;
}

ShoalDiscoverNames *
shoal_discover_announcer_get_names (ShoalDiscoverAnnouncer *self)
{
  return self->names;
}

gboolean
shoal_discover_announcer_get_allow_local (const ShoalDiscoverAnnouncer *self)
{
  return self->options.allow_local;
}

void
shoal_discover_announcer_set_supports_encryption (ShoalDiscoverAnnouncer *self, gboolean supports)
{
  self->supports_encryption = !!supports;
}

gboolean
shoal_discover_announcer_supports_encryption (const ShoalDiscoverAnnouncer *self)
{
  return self->supports_encryption;
}

guint
shoal_discover_announcer_get_n_endpoints (const ShoalDiscoverAnnouncer *self)
{
  return self->n_exits;
}

int
shoal_discover_announcer_get_family (const ShoalDiscoverAnnouncer *self, guint endpoint)
{
  return self->exits[endpoint].family;
}

guint16
shoal_discover_announcer_get_port (const ShoalDiscoverAnnouncer *self, guint endpoint)
{
  return self->exits[endpoint].port;
}

static ShoalDiscoverHost *
ensure_host (ShoalDiscoverAnnouncer *self, const ShoalDiscoverUrl *url)
{
  ShoalDiscoverHost *host = g_hash_table_lookup (self->hosts, url->origin);

  if (host == NULL)
    {
      host = shoal_discover_host_new (self->reactor, url);
      g_hash_table_insert (self->hosts, g_strdup (url->origin), host);
    }
  host->ref_count++;
  return host;
}

ShoalDiscoverTarget *
shoal_discover_announcer_intern (ShoalDiscoverAnnouncer *self, const char *text)
{
  g_autoptr (ShoalDiscoverUrl) url = shoal_discover_url_new (text);
  ShoalDiscoverTarget *target;

  if (url == NULL)
    return NULL;
  target = g_hash_table_lookup (self->targets, url->text);
  if (target == NULL)
    {
      target = g_new0 (ShoalDiscoverTarget, 1);
      target->host = ensure_host (self, url);
      target->max_scrape = url->scheme == SHOAL_DISCOVER_SCHEME_UDP
                               ? SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE
                               : SHOAL_CODEC_TRACKER_HTTP_MAX_SCRAPE;
      target->url = g_steal_pointer (&url);
      g_hash_table_insert (self->targets, target->url->text, target);
    }
  target->ref_count++;
  return target;
}

void
shoal_discover_announcer_release (ShoalDiscoverAnnouncer *self, ShoalDiscoverTarget *target)
{
  target->ref_count--;
  if (target->ref_count == 0)
    shoal_net_reactor_defer (self->reactor, &self->purge);
}

void
shoal_discover_announcer_tell_external (ShoalDiscoverAnnouncer *self,
                                        const ShoalBaseAddress *ip,
                                        const ShoalBaseAddress *teller)
{
  if (self->external_func != NULL)
    self->external_func (self->external_owner, ip, teller);
}
