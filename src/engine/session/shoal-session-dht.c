/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include <string.h>

/* The DHT of the engine: joined while the settings allow it, there is a port and a torrent takes
 * part; whom we know there survives a restart. */

/* Until what a crash would lose is saved. */
#define SAVE_USEC (10 * 60 * (gint64) G_USEC_PER_SEC)

/* Nodes of one torrent that are looked at, and of all torrents, and of peers, that wait until the
 * DHT is joined. */
#define MAX_NODES 8
#define MAX_NAMED 32
#define MAX_HINTS 32

static const char *const state_names[2] = { "dht.ipv4", "dht.ipv6" };

static const int families[2] = { AF_INET, AF_INET6 };

static void
found_external_cb (gpointer owner, const ShoalBaseAddress *ip)
{
  ShoalSession *self = owner;

  self->env.external[ip->family == AF_INET6] = *ip;
}

static void
changed_cb (gpointer owner)
{
  shoal_session_touch (owner);
}

static const ShoalDiscoverDhtEvents events = { found_external_cb, changed_cb };

/* Keeps what the nodes know, at least in memory. */
static void
keep_states (ShoalSession *self)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (families); i++)
    {
      GBytes *state = shoal_discover_dht_dup_state (self->dht.dht, families[i]);

      if (state == NULL) /* what was known before may still be of use */
        continue;
      g_clear_pointer (&self->dht.states[i], g_bytes_unref);
      self->dht.states[i] = state;
      shoal_store_save_value (self->store, state_names[i], state);
    }
}

static void
add_endpoints (ShoalSession *self)
{
  gboolean has_family[2] = { FALSE, FALSE };
  guint    i;

  for (i = 0; i < self->endpoints->len; i++)
    {
      ShoalNetEndpoint *endpoint = g_ptr_array_index (self->endpoints, i);
      guint             place = shoal_net_endpoint_get_address (endpoint)->family == AF_INET6;

      if (!has_family[place])
        shoal_discover_dht_set_endpoint (self->dht.dht, endpoint);
      has_family[place] = TRUE;
    }
}

void
shoal_session_dht_review_port (ShoalSession *self, int family)
{
  const ShoalMapping *mapping = &self->reach.mappings[family == AF_INET6];
  gboolean            is_open = mapping->state == SHOAL_MAPPING_DONE;

  if (self->dht.dht != NULL)
    shoal_discover_dht_set_port (self->dht.dht, family, is_open ? mapping->external.port : 0);
}

static void
review_entries (ShoalSession *self)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    shoal_session_dht_review_entry (value);
}

static void
take_named (ShoalSession *self)
{
  g_autoptr (GArray) named = g_steal_pointer (&self->dht.named);
  guint i;

  for (i = 0; named != NULL && i < named->len; i++)
    {
      const ShoalCodecHost *node = &g_array_index (named, ShoalCodecHost, i);

      shoal_discover_dht_add_named (self->dht.dht, node->host, node->port);
    }
}

static void
take_hints (ShoalSession *self)
{
  g_autoptr (GArray) hints = g_steal_pointer (&self->dht.hints);
  guint i;

  for (i = 0; hints != NULL && i < hints->len; i++)
    shoal_discover_dht_add_hint (self->dht.dht, &g_array_index (hints, ShoalBaseAddress, i));
}

static void
join (ShoalSession *self)
{
  g_autoptr (GPtrArray) routers = g_ptr_array_new ();
  ShoalDiscoverDhtOptions options = { .allow_local = self->settings->allow_local,
                                      .is_read_only = self->settings->is_metered };
  guint                   i;

  for (i = 0; i < self->settings->dht_nodes->len; i++)
    g_ptr_array_add (routers, g_ptr_array_index (self->settings->dht_nodes, i));
  g_ptr_array_add (routers, NULL);
  options.routers = (const char *const *) routers->pdata;
  self->dht.dht = shoal_discover_dht_new (self->reactor, &options, &events, self);
  for (i = 0; i < G_N_ELEMENTS (families); i++)
    if (self->dht.states[i] != NULL)
      shoal_discover_dht_restore (self->dht.dht, families[i], self->dht.states[i]);
  add_endpoints (self);
  for (i = 0; i < G_N_ELEMENTS (families); i++)
    shoal_session_dht_review_port (self, families[i]);
  shoal_net_reactor_timer_set (
      self->reactor, &self->dht.saver, shoal_net_reactor_get_now (self->reactor) + SAVE_USEC);
  review_entries (self);
  take_named (self);
  take_hints (self);
  shoal_session_touch (self);
}

static void
leave (ShoalSession *self)
{
  keep_states (self);
  shoal_net_reactor_timer_clear (self->reactor, &self->dht.saver);
  g_clear_pointer (&self->dht.dht, shoal_discover_dht_free);
  shoal_session_touch (self);
}

/* Nobody takes part any more: others need not be told that we are there. */
static void
save_cb (gpointer owner, gint64 now_usec)
{
  ShoalSession *self = owner;

  if (!shoal_discover_dht_has_torrents (self->dht.dht))
    {
      self->dht.is_wanted = FALSE;
      leave (self);
      return;
    }
  keep_states (self);
  shoal_net_reactor_timer_set (self->reactor, &self->dht.saver, now_usec + SAVE_USEC);
}

static void
take_state (ShoalSession *self, guint place, GBytes *bytes)
{
  self->dht.states[place] = bytes;
  if (--self->dht.n_loading > 0)
    return;
  self->dht.is_read = TRUE;
  shoal_session_dht_review (self, FALSE);
}

/* What cannot be read is missed, no more: the table fills again. */
static void
loaded4_cb (gpointer user_data, GBytes *bytes, const GError *error)
{
  take_state (user_data, 0, bytes);
}

static void
loaded6_cb (gpointer user_data, GBytes *bytes, const GError *error)
{
  take_state (user_data, 1, bytes);
}

static void
load (ShoalSession *self)
{
  if (self->dht.n_loading > 0)
    return;
  self->dht.n_loading = G_N_ELEMENTS (families);
  shoal_store_load_value (self->store, state_names[0], loaded4_cb, self);
  shoal_store_load_value (self->store, state_names[1], loaded6_cb, self);
}

/* A torrent that runs is about to take part: its peers are told before the state of the last run
 * is read, since nothing tells them later. */
void
shoal_session_dht_review (ShoalSession *self, gboolean anew)
{
  gboolean may = self->settings->use_dht && self->endpoints->len > 0 &&
                 self->settings->hold == SHOAL_HOLD_NONE &&
                 self->phase == SHOAL_SESSION_PHASE_RUNNING;
  gboolean wants = may && self->dht.is_wanted;

  self->env.has_dht = may != FALSE;
  if (self->dht.dht != NULL && (!wants || anew))
    leave (self);
  if (self->dht.dht != NULL)
    shoal_discover_dht_set_read_only (self->dht.dht, self->settings->is_metered);
  if (self->dht.dht != NULL || !wants)
    return;
  if (self->dht.is_read)
    join (self);
  else
    load (self);
}

static void
report_local (ShoalSessionEntry *entry, const ShoalDiscoverDhtFound *found)
{
  ShoalEvent *event = shoal_event_new (SHOAL_EVENT_LOCAL_IGNORED, entry->id);
  char        text[SHOAL_BASE_ADDRESS_TEXT_SIZE];

  shoal_base_address_format (found->teller, TRUE, text);
  event->subject = g_strdup_printf ("DHT node %s", text);
  event->number = found->n_local;
  entry->said_local = TRUE;
  shoal_session_report (entry->session, event);
}

static void
found_cb (gpointer owner, const ShoalDiscoverDhtFound *found)
{
  ShoalSessionEntry *entry = owner;

  if (found->n_local > 0 && !entry->said_local)
    report_local (entry, found);
  if (found->n_peers == 0)
    return;
  if (entry->torrent != NULL && !entry->is_stopping)
    {
      shoal_torrent_found_dht_peers (entry->torrent, found->peers, found->n_peers);
      shoal_session_dht_review_entry (entry);
    }
  else if (entry->is_dozing)
    shoal_session_swarm_keep_peers (entry, found->peers, found->n_peers);
}

/* What the swarm is known by: of a hybrid torrent its v1 hash, as everywhere here. */
static ShoalSwarmKey
get_key (const ShoalSessionEntry *entry)
{
  ShoalSwarmKey key;

  if (entry->row.hashes.has_v1)
    return entry->row.hashes.v1;
  memcpy (key.bytes, entry->row.hashes.v2.bytes, sizeof key.bytes);
  return key;
}

/* BEP 27: of a private torrent nobody hears but its trackers. */
gboolean
shoal_session_dht_may_have (const ShoalSessionEntry *entry)
{
  return entry->session->settings->use_dht && !entry->row.is_private && !entry->row.options.no_dht;
}

void
shoal_session_dht_review_entry (ShoalSessionEntry *entry)
{
  ShoalSession     *self = entry->session;
  ShoalDiscoverDht *dht = self->dht.dht;
  gboolean          wants = entry->is_announced && shoal_session_dht_may_have (entry);

  if (dht == NULL && wants && !self->dht.is_wanted)
    {
      self->dht.is_wanted = TRUE;
      shoal_session_dht_review (self, FALSE); /* which comes back here, once it is joined */
    }
  if (dht == NULL)
    return;
  if (!wants)
    {
      shoal_discover_dht_remove (dht, &entry->dht);
      return;
    }
  if (!entry->dht.is_in)
    {
      ShoalSwarmKey key = get_key (entry);

      shoal_discover_dht_add (dht, &entry->dht, &key, found_cb, entry);
    }
  shoal_discover_dht_set_lacking (
      dht, &entry->dht, entry->torrent != NULL && shoal_torrent_lacks_peers (entry->torrent));
}

void
shoal_session_dht_hint (ShoalSession *self, const ShoalBaseAddress *address)
{
  if (self->dht.dht != NULL)
    {
      shoal_discover_dht_add_hint (self->dht.dht, address);
      return;
    }
  if (self->dht.hints == NULL)
    self->dht.hints = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  if (self->dht.hints->len < MAX_HINTS)
    g_array_append_val (self->dht.hints, *address);
}

void
shoal_session_dht_take_nodes (ShoalSessionEntry *entry, const ShoalCodecMetainfo *metainfo)
{
  ShoalSession         *self = entry->session;
  guint                 n = 0, i;
  const ShoalCodecHost *nodes = shoal_codec_metainfo_get_nodes (metainfo, &n);

  if (n == 0 || !self->settings->use_dht || entry->row.options.no_dht ||
      shoal_codec_metainfo_is_private (metainfo))
    return;
  if (self->dht.named == NULL)
    self->dht.named = shoal_codec_host_array_new ();
  for (i = 0; i < MIN (n, MAX_NODES) && self->dht.named->len < MAX_NAMED; i++)
    shoal_codec_host_array_add (
        self->dht.named, nodes[i].host, strlen (nodes[i].host), nodes[i].port);
  if (self->dht.dht != NULL)
    take_named (self);
}

void
shoal_session_dht_fill_totals (const ShoalSession *self, ShoalTotals *totals)
{
  if (self->dht.dht == NULL)
    return;
  totals->n_dht_nodes = shoal_discover_dht_count_nodes (self->dht.dht);
  totals->dht = shoal_discover_dht_is_joined (self->dht.dht) ? SHOAL_DHT_JOINED : SHOAL_DHT_JOINING;
}

void
shoal_session_dht_save (ShoalSession *self)
{
  if (self->dht.dht != NULL)
    keep_states (self);
}

void
shoal_session_dht_init (ShoalSession *self)
{
  shoal_net_reactor_timer_init (&self->dht.saver, save_cb, self);
}

void
shoal_session_dht_clear (ShoalSession *self)
{
  guint i;

  shoal_net_reactor_timer_clear (self->reactor, &self->dht.saver);
  g_clear_pointer (&self->dht.dht, shoal_discover_dht_free);
  g_clear_pointer (&self->dht.named, g_array_unref);
  g_clear_pointer (&self->dht.hints, g_array_unref);
  for (i = 0; i < G_N_ELEMENTS (self->dht.states); i++)
    g_clear_pointer (&self->dht.states[i], g_bytes_unref);
}
