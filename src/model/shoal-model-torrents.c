/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "model/shoal-model-torrents.h"

#include <string.h>

#include "model/shoal-model-ranks.h"

struct _ShoalModelTorrents
{
  GObject parent_instance;

  GPtrArray  *items;        /* owned, of ShoalModelTorrent */
  GHashTable *by_id;        /* owned; id value -> ShoalModelTorrent, unowned: items holds it */
  GHashTable *wishing;      /* owned set of ShoalModelTorrent, owned: those with a wish under way */
  ShoalModelCounts *counts; /* owned */
  ShoalModelChanges changes; /* of this snapshot; not told yet */
  ShoalTotals       totals;
  guint             totals_number;
  gint64            joining_usec;
  guint64           last_serial;

  guint is_loaded : 1;
  guint has_old_ranks : 1;
};

static void shoal_model_torrents_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ShoalModelTorrents,
                               shoal_model_torrents,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      shoal_model_torrents_list_init))

enum
{
  PROP_0,
  PROP_N_ITEMS,
  PROP_IS_LOADED,
  PROP_TOTALS,
  N_PROPS
};

enum
{
  CHANGES,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static void
emit_items_changed (ShoalModelTorrents *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  if (removed != added)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
}

static void
renew_ranks (ShoalModelTorrents *self)
{
  if (!self->has_old_ranks)
    return;
  self->has_old_ranks = FALSE;
  if (shoal_model_ranks_assign (self->items))
    self->changes |= SHOAL_MODEL_CHANGE_FILING;
}

/* One that is there, or is not. */
static void
take_info (ShoalModelTorrents *self, const ShoalTorrentInfo *info, guint64 last_serial)
{
  ShoalModelTorrent      *torrent = shoal_model_torrents_lookup (self, info->id);
  const ShoalTorrentInfo *old = torrent != NULL ? shoal_model_torrent_get_info (torrent) : NULL;

  shoal_model_counts_replace (self->counts, old, info);
  self->has_old_ranks |= old == NULL || old->queue_position != info->queue_position;
  if (torrent != NULL)
    {
      self->changes |= shoal_model_torrent_apply (torrent, info, last_serial);
      return;
    }
  torrent = shoal_model_torrent_new (info);
  g_ptr_array_add (self->items, torrent);
  g_hash_table_insert (self->by_id, GUINT_TO_POINTER (info->id.value), torrent);
}

static void
apply_changed (ShoalModelTorrents *self, const ShoalSnapshot *snapshot)
{
  guint n_before = self->items->len;

  for (guint i = 0; i < snapshot->changed->len; i++)
    take_info (self, g_ptr_array_index (snapshot->changed, i), snapshot->last_serial);
  renew_ranks (self); /* before anybody shows those that are new */
  if (self->items->len > n_before)
    emit_items_changed (self, n_before, 0, self->items->len - n_before);
}

static gboolean
is_gone (ShoalModelTorrents *self, guint position)
{
  ShoalModelTorrent *torrent = g_ptr_array_index (self->items, position);
  ShoalTorrentId     id = shoal_model_torrent_get_id (torrent);

  return !g_hash_table_contains (self->by_id, GUINT_TO_POINTER (id.value));
}

/* From the end, so that the positions before a run stay what they are while it is told. */
static void
drop_gone_runs (ShoalModelTorrents *self)
{
  guint end = self->items->len;

  while (end > 0)
    {
      guint start = end;

      while (start > 0 && is_gone (self, start - 1))
        start--;
      if (start < end)
        {
          g_ptr_array_remove_range (self->items, start, end - start);
          emit_items_changed (self, start, end - start, 0);
        }
      end = start > 0 ? start - 1 : 0;
    }
}

static void
apply_removed (ShoalModelTorrents *self, const ShoalSnapshot *snapshot)
{
  guint n_gone = 0;

  for (guint i = 0; i < snapshot->removed->len; i++)
    {
      ShoalTorrentId     id = g_array_index (snapshot->removed, ShoalTorrentId, i);
      ShoalModelTorrent *torrent = shoal_model_torrents_lookup (self, id);

      if (torrent == NULL)
        continue;
      shoal_model_counts_replace (self->counts, shoal_model_torrent_get_info (torrent), NULL);
      g_hash_table_remove (self->wishing, torrent);
      g_hash_table_remove (self->by_id, GUINT_TO_POINTER (id.value));
      n_gone++;
    }
  if (n_gone == 0)
    return;
  drop_gone_runs (self);
  self->has_old_ranks = TRUE;
  renew_ranks (self);
}

static void
apply_wishes (ShoalModelTorrents *self, guint64 last_serial)
{
  g_autofree gpointer *torrents = NULL;
  guint                n;

  if (g_hash_table_size (self->wishing) == 0)
    return;
  torrents = g_hash_table_get_keys_as_array (self->wishing, &n);
  for (guint i = 0; i < n; i++)
    {
      self->changes |= shoal_model_torrent_apply (torrents[i], NULL, last_serial);
      if (!shoal_model_torrent_has_wish (torrents[i]))
        g_hash_table_remove (self->wishing, torrents[i]);
    }
}

static gboolean
mapping_equal (const ShoalMapping *a, const ShoalMapping *b)
{
  return a->state == b->state && a->method == b->method &&
         shoal_base_address_equal (&a->external, &b->external);
}

static gboolean
reach_equal (const ShoalReach *a, const ShoalReach *b)
{
  return mapping_equal (&a->mappings[0], &b->mappings[0]) &&
         mapping_equal (&a->mappings[1], &b->mappings[1]) &&
         memcmp (a->incoming_times, b->incoming_times, sizeof a->incoming_times) == 0;
}

static gboolean
totals_equal (const ShoalTotals *a, const ShoalTotals *b)
{
  return a->down_bps == b->down_bps && a->up_bps == b->up_bps && a->downloaded == b->downloaded &&
         a->uploaded == b->uploaded && a->n_peers == b->n_peers && a->port == b->port &&
         a->n_torrents == b->n_torrents && a->dht == b->dht && reach_equal (&a->reach, &b->reach);
}

static gint64
get_joining_usec (ShoalDhtState dht)
{
  switch (dht)
    {
    case SHOAL_DHT_OFF:
      return G_MAXINT64;
    case SHOAL_DHT_JOINING:
      return g_get_monotonic_time ();
    case SHOAL_DHT_JOINED:
      return -1;
    }
  g_return_val_if_reached (-1);
}

static void
set_totals (ShoalModelTorrents *self, const ShoalTotals *totals)
{
  if (totals_equal (&self->totals, totals))
    return;
  if (totals->dht != self->totals.dht)
    self->joining_usec = get_joining_usec (totals->dht);
  self->totals = *totals;
  self->totals_number++;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOTALS]);
}

static void
set_is_loaded (ShoalModelTorrents *self, gboolean is_loaded)
{
  if (self->is_loaded == is_loaded)
    return;
  self->is_loaded = is_loaded;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_LOADED]);
}

static GType
shoal_model_torrents_get_item_type (GListModel *model)
{
  return SHOAL_TYPE_MODEL_TORRENT;
}

static guint
shoal_model_torrents_get_n_items (GListModel *model)
{
  return SHOAL_MODEL_TORRENTS (model)->items->len;
}

static gpointer
shoal_model_torrents_get_item (GListModel *model, guint position)
{
  ShoalModelTorrents *self = SHOAL_MODEL_TORRENTS (model);

  if (position >= self->items->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->items, position));
}

static void
shoal_model_torrents_list_init (GListModelInterface *iface)
{
  iface->get_item_type = shoal_model_torrents_get_item_type;
  iface->get_n_items = shoal_model_torrents_get_n_items;
  iface->get_item = shoal_model_torrents_get_item;
}

static void
shoal_model_torrents_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ShoalModelTorrents *self = SHOAL_MODEL_TORRENTS (object);

  switch (prop_id)
    {
    case PROP_N_ITEMS:
      g_value_set_uint (value, self->items->len);
      break;
    case PROP_IS_LOADED:
      g_value_set_boolean (value, self->is_loaded);
      break;
    case PROP_TOTALS:
      g_value_set_uint (value, self->totals_number);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_model_torrents_finalize (GObject *object)
{
  ShoalModelTorrents *self = SHOAL_MODEL_TORRENTS (object);

  g_clear_pointer (&self->wishing, g_hash_table_unref);
  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_object (&self->counts);
  G_OBJECT_CLASS (shoal_model_torrents_parent_class)->finalize (object);
}

static void
shoal_model_torrents_class_init (ShoalModelTorrentsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = shoal_model_torrents_get_property;
  object_class->finalize = shoal_model_torrents_finalize;

  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_IS_LOADED] = g_param_spec_boolean ("is-loaded", NULL, NULL, FALSE, flags);
  properties[PROP_TOTALS] = g_param_spec_uint ("totals", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGES] = g_signal_new ("changes",
                                   G_TYPE_FROM_CLASS (klass),
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_UINT);
}

static void
shoal_model_torrents_init (ShoalModelTorrents *self)
{
  self->joining_usec = get_joining_usec (self->totals.dht);
  self->counts = shoal_model_counts_new ();
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new (NULL, NULL);
  self->wishing = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}

ShoalModelTorrents *
shoal_model_torrents_new (void)
{
  return g_object_new (SHOAL_TYPE_MODEL_TORRENTS, NULL);
}

static void
tell_changes (ShoalModelTorrents *self)
{
  ShoalModelChanges changes = self->changes;

  self->changes = SHOAL_MODEL_CHANGE_NONE;
  if (changes != SHOAL_MODEL_CHANGE_NONE)
    g_signal_emit (self, signals[CHANGES], 0, (guint) changes);
}

void
shoal_model_torrents_apply (ShoalModelTorrents *self, const ShoalSnapshot *snapshot)
{
  g_return_if_fail (SHOAL_IS_MODEL_TORRENTS (self));
  g_return_if_fail (snapshot != NULL);

  self->last_serial = snapshot->last_serial;
  apply_changed (self, snapshot);
  apply_removed (self, snapshot);
  apply_wishes (self, snapshot->last_serial);
  shoal_model_counts_tell (self->counts);
  tell_changes (self);
  set_totals (self, &snapshot->totals);
  if (snapshot->is_loaded)
    set_is_loaded (self, TRUE);
}

ShoalModelTorrent *
shoal_model_torrents_lookup (ShoalModelTorrents *self, ShoalTorrentId id)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_TORRENTS (self), NULL);
  return g_hash_table_lookup (self->by_id, GUINT_TO_POINTER (id.value));
}

ShoalModelCounts *
shoal_model_torrents_get_counts (ShoalModelTorrents *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_TORRENTS (self), NULL);
  return self->counts;
}

const ShoalTotals *
shoal_model_torrents_get_totals (ShoalModelTorrents *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_TORRENTS (self), NULL);
  return &self->totals;
}

gint64
shoal_model_torrents_get_joining_usec (ShoalModelTorrents *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_TORRENTS (self), -1);
  return self->joining_usec;
}

gboolean
shoal_model_torrents_get_is_loaded (ShoalModelTorrents *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_TORRENTS (self), FALSE);
  return self->is_loaded;
}

guint64
shoal_model_torrents_get_last_serial (ShoalModelTorrents *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_TORRENTS (self), 0);
  return self->last_serial;
}

void
shoal_model_torrents_wish_paused (ShoalModelTorrents *self,
                                  ShoalModelTorrent  *torrent,
                                  gboolean            is_paused,
                                  guint64             serial)
{
  g_return_if_fail (SHOAL_IS_MODEL_TORRENTS (self));
  shoal_model_torrent_wish_paused (torrent, is_paused, serial);
  g_hash_table_add (self->wishing, g_object_ref (torrent));
}

void
shoal_model_torrents_wish_seed (ShoalModelTorrents *self,
                                ShoalModelTorrent  *torrent,
                                gboolean            is_seed,
                                guint64             serial)
{
  g_return_if_fail (SHOAL_IS_MODEL_TORRENTS (self));
  shoal_model_torrent_wish_seed (torrent, is_seed, serial);
  g_hash_table_add (self->wishing, g_object_ref (torrent));
}

void
shoal_model_torrents_clear (ShoalModelTorrents *self)
{
  ShoalTotals none = { 0 };
  guint       n_before = self->items->len;

  g_return_if_fail (SHOAL_IS_MODEL_TORRENTS (self));

  self->last_serial = 0;
  g_hash_table_remove_all (self->wishing);
  g_hash_table_remove_all (self->by_id);
  g_ptr_array_set_size (self->items, 0);
  shoal_model_counts_clear (self->counts);
  if (n_before > 0)
    emit_items_changed (self, 0, n_before, 0);
  shoal_model_counts_tell (self->counts);
  set_totals (self, &none);
  set_is_loaded (self, FALSE);
}
