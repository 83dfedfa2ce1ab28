/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include "store/shoal-store-lock.h"
#include "torrent/shoal-torrent-problem.h"
#include "torrent/shoal-torrent-way.h"

/* How long what a full or vanished disk stopped is left alone before it is tried again. */
#define RETRY_USEC (10 * G_USEC_PER_SEC)

#define CHECKPOINT_USEC (30 * G_USEC_PER_SEC)

/* So long a seed that nobody uses stays awake. */
#define REST_USEC (60 * G_USEC_PER_SEC)

/* Takes back what was hidden and whose time is over: at the start, and at the end of a run. */
static void
purge_hidden (ShoalSession *self)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ShoalSessionEntry *entry = value;

      if (entry->row.removed_at != 0 && !entry->is_removing)
        shoal_session_remove (entry, 0, FALSE);
    }
}

/* What a crash has interrupted goes on. */
static void
resume_intents (ShoalSessionEntry *entry)
{
  guint i;

  for (i = 0; i < entry->row.n_intents; i++)
    {
      ShoalStoreIntentKind kind = entry->row.intents[i].kind;

      if (kind == SHOAL_STORE_INTENT_REMOVE || kind == SHOAL_STORE_INTENT_REMOVE_FILES)
        {
          shoal_session_remove (entry, 0, kind == SHOAL_STORE_INTENT_REMOVE_FILES);
          return;
        }
      if (kind == SHOAL_STORE_INTENT_MOVE)
        entry->move_target = g_strdup (entry->row.intents[i].target);
    }
}

static void
start_all (ShoalSession *self)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      resume_intents (value);
      shoal_session_mark (value, TRUE);
      shoal_session_entry_review (value);
    }
  shoal_session_line_open (self);
}

/* As they stand in the queue, so that each comes to its end. */
static int
compare_positions (gconstpointer a, gconstpointer b)
{
  const ShoalStoreRow *x = *(ShoalStoreRow *const *) a, *y = *(ShoalStoreRow *const *) b;

  if (x->options.queue_position != y->options.queue_position)
    return x->options.queue_position < y->options.queue_position ? -1 : 1;
  return x->id.value < y->id.value ? -1 : x->id.value > y->id.value;
}

static void
listed_cb (gpointer user_data, ShoalStoreListing *listing, const GError *error)
{
  ShoalSession *self = user_data;
  guint         i;

  if (error != NULL)
    {
      shoal_session_set_problem (self, shoal_torrent_problem_from_error (error, self->state_path));
      shoal_session_quit (self);
      return;
    }
  if (self->phase != SHOAL_SESSION_PHASE_LOADING)
    {
      shoal_store_listing_free (listing);
      return;
    }
  g_ptr_array_sort (listing->rows, compare_positions);
  for (i = 0; i < listing->rows->len; i++)
    shoal_session_entry_new (self, g_ptr_array_index (listing->rows, i))->is_held = self->is_held;
  shoal_store_listing_free (listing);
  self->is_listed = TRUE;
  self->phase = SHOAL_SESSION_PHASE_RUNNING;
  purge_hidden (self);
  shoal_session_listen (self);
  shoal_session_lsd_review (self);
  shoal_session_mapping_review (self);
  shoal_session_dht_review (self, FALSE);
  start_all (self);
  shoal_session_run_early (self);
}

static ShoalProblem *
problem_of_state (ShoalSession *self, const GError *error, guint32 number)
{
  ShoalProblem *problem = shoal_torrent_problem_from_error (error, self->state_path);

  problem->number = number;
  return problem;
}

static void
opened_cb (gpointer user_data, const ShoalStoreOpened *opened, guint32 number, const GError *error)
{
  ShoalSession *self = user_data;

  if (error != NULL)
    {
      shoal_session_set_problem (self, problem_of_state (self, error, number));
      shoal_session_quit (self);
      return;
    }
  if (opened->set_aside != NULL)
    shoal_session_set_problem (
        self,
        shoal_problem_new (
            SHOAL_PROBLEM_DOMAIN_STATE, SHOAL_PROBLEM_DAMAGED, opened->set_aside, NULL));
  self->last_id = opened->last_id;
  self->was_clean = opened->was_clean;
  if (self->phase == SHOAL_SESSION_PHASE_LOADING)
    shoal_store_load_all (self->store, listed_cb, self);
}

static void
trouble_cb (gpointer user_data, const GError *error)
{
  ShoalSession *self = user_data;

  shoal_session_set_problem (
      self, error != NULL ? shoal_torrent_problem_from_error (error, self->state_path) : NULL);
}

static void
apply_limits (ShoalSession *self)
{
  gint64 now_usec = shoal_net_reactor_get_now (self->reactor);

  shoal_base_bucket_set_limit (self->down_bucket, self->settings->down_limit_bps, now_usec);
  shoal_base_bucket_set_limit (self->up_bucket, self->settings->up_limit_bps, now_usec);
  shoal_session_limits_changed (self);
}

void
shoal_session_apply_encryption (ShoalSession *self)
{
  ShoalNetSecurityTerms incoming;

  shoal_torrent_way_get_incoming (self->settings->encryption, &incoming);
  shoal_discover_announcer_set_supports_encryption (self->announcer, incoming.methods != 0);
  /* Where torrents differ, the one that is wanted decides, once it is named. */
  if (self->n_encrypting > 0)
    shoal_torrent_way_get_incoming (SHOAL_ENCRYPTION_ALLOW, &incoming);
  shoal_peer_context_set_security (self->peers, &incoming);
}

static void
make_parts (ShoalSession *self, const ShoalSessionDoubles *doubles)
{
  ShoalDiscoverAnnouncerOptions announcer_options;
  ShoalDiskQueueOptions         disk_options = {
            .context = self->context,
            .syscalls = doubles->disk,
            .write_budget_bytes = self->settings->memory_budget_bytes,
            .dup_lock_folder = shoal_store_lock_dup_folder,
  };

  shoal_base_random_init_secure (&self->random);
  self->reactor = shoal_net_reactor_new (self->context);
  self->pool = shoal_base_pool_new ();
  self->peers = shoal_peer_context_new (self->reactor, self->pool, "Shoal " SHOAL_VERSION);
  self->disk = shoal_disk_queue_new (&disk_options);
  self->store = shoal_store_new (self->context, trouble_cb, self);
  self->http = shoal_net_http_new (self->reactor);
  shoal_discover_announcer_options_init (&announcer_options);
  announcer_options.allow_local = self->settings->allow_local;
  self->announcer = shoal_discover_announcer_new (self->reactor, self->http, &announcer_options);
  self->down_bucket = shoal_base_bucket_new (NULL);
  self->up_bucket = shoal_base_bucket_new (NULL);
  self->endpoints = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_net_endpoint_free);
  shoal_base_list_init (&self->holders);
  self->env = (ShoalTorrentEnv){
    .reactor = self->reactor,
    .pool = self->pool,
    .peers = self->peers,
    .disk = self->disk,
    .store = self->store,
    .state_path = self->state_path,
    .down_bucket = self->down_bucket,
    .up_bucket = self->up_bucket,
    .random = &self->random,
    .holders = &self->holders,
    .settings = self->settings,
    .endpoints = self->endpoints,
    .metadata = &self->metadata,
    .retry_usec = doubles->retry_usec != 0 ? doubles->retry_usec : RETRY_USEC,
    .checkpoint_usec = doubles->checkpoint_usec != 0 ? doubles->checkpoint_usec : CHECKPOINT_USEC,
    .rest_usec = doubles->rest_usec != 0 ? doubles->rest_usec : REST_USEC,
  };
}

ShoalSession *
shoal_session_new (GMainContext              *context,
                   const ShoalSessionOptions *options,
                   const ShoalSessionEvents  *events,
                   gpointer                   owner)
{
  const ShoalSessionDoubles none = { 0 };
  ShoalSession             *self = g_new0 (ShoalSession, 1);

  self->context = context;
  self->events = events;
  self->owner = owner;
  self->settings = shoal_settings_ref (options->settings);
  self->is_held = options->is_held;
  self->state_path = g_strdup (options->state_path);
  make_parts (self, options->doubles != NULL ? options->doubles : &none);
  self->words = shoal_session_words_new ();
  self->entries =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) shoal_session_entry_free);
  self->by_key = g_hash_table_new (shoal_sha1_hash, shoal_sha1_equal_key);
  self->by_hash = g_hash_table_new (shoal_sha1_hash, shoal_sha1_equal_key);
  self->early = g_ptr_array_new ();
  shoal_base_list_init (&self->awake);
  shoal_base_list_init (&self->limited);
  shoal_base_list_init (&self->queue);
  shoal_session_turns_init (&self->turns);
  shoal_session_tick_init (self);
  shoal_session_dht_init (self);
  shoal_session_patrol_init (self);
  shoal_session_network_init (self);
  shoal_session_mapping_init (self);
  shoal_session_publish_init (self);
  shoal_session_quit_init (self, options->doubles != NULL ? options->doubles->stop_usec : 0);
  shoal_session_line_init (self, options->doubles != NULL ? options->doubles->stall_usec : 0);
  apply_limits (self);
  shoal_session_apply_encryption (self);
  shoal_store_open (self->store, self->state_path, opened_cb, self);
  return self;
}

void
shoal_session_free (ShoalSession *self)
{
  g_hash_table_unref (self->entries);
  shoal_session_words_free (self->words);
  shoal_session_queue_free (self->line);
  shoal_session_dht_clear (self);
  shoal_session_network_clear (self);
  g_hash_table_unref (self->incoming);
  g_hash_table_unref (self->questions);
  g_ptr_array_unref (self->strangers);
  g_hash_table_unref (self->by_key);
  g_hash_table_unref (self->by_hash);
  g_clear_pointer (&self->lsd, shoal_discover_lsd_free);
  shoal_session_mapping_clear (self);
  shoal_discover_announcer_free (self->announcer);
  shoal_net_http_free (self->http);
  g_ptr_array_unref (self->endpoints);
  shoal_store_free (self->store);
  shoal_disk_queue_free (self->disk);
  shoal_net_reactor_free (self->reactor);
  shoal_peer_context_free (self->peers);
  shoal_base_pool_free (self->pool);
  shoal_base_bucket_free (self->down_bucket);
  shoal_base_bucket_free (self->up_bucket);
  g_ptr_array_unref (self->early);
  shoal_snapshot_unref (self->next);
  g_clear_pointer (&self->problem, shoal_problem_unref);
  shoal_settings_unref (self->settings);
  g_free (self->state_path);
  g_free (self);
}

gboolean
shoal_session_is_stuck (const ShoalSession *self)
{
  return self->is_stuck;
}

/* Whether the DHT is entered in the same way. */
static gboolean
has_same_nodes (const ShoalSettings *a, const ShoalSettings *b)
{
  guint i;

  if (a->dht_nodes->len != b->dht_nodes->len || a->allow_local != b->allow_local)
    return FALSE;
  for (i = 0; i < a->dht_nodes->len; i++)
    if (!g_str_equal (g_ptr_array_index (a->dht_nodes, i), g_ptr_array_index (b->dht_nodes, i)))
      return FALSE;
  return TRUE;
}

void
shoal_session_apply_settings (ShoalSession *self, ShoalSettings *settings)
{
  g_autoptr (ShoalSettings) before = self->settings;

  self->settings = settings;
  self->env.settings = settings;
  self->slots_usec = 0;
  apply_limits (self);
  shoal_session_apply_encryption (self);
  SHOAL_BASE_LIST_FOREACH (&self->awake, node)
  shoal_session_entry_wants_peers (SHOAL_BASE_LIST_ENTRY (node, ShoalSessionEntry, awake));
  shoal_session_line_apply_settings (self, before);
  shoal_session_seeding_apply_settings (self, before);
  if (settings->port != before->port)
    shoal_session_review_port (self);
  shoal_session_lsd_review (self);
  shoal_session_mapping_review (self);
  shoal_session_dht_review (self, !has_same_nodes (before, settings));
}
