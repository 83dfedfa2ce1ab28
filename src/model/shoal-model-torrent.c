/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "model/shoal-model-torrent.h"

#include "model/shoal-model-text.h"

/* A switch the person has moved: shown as wished until the engine has taken the command in. */
typedef struct
{
  guint64  serial; /* 0: no wish */
  gboolean value;
} Wish;

struct _ShoalModelTorrent
{
  GObject parent_instance;

  ShoalTorrentInfo *info;        /* owned */
  char             *name_key;    /* owned; NULL until somebody sorts by name */
  char             *folded_name; /* owned; NULL until somebody searches */
  Wish              paused;
  Wish              seed;
  ShoalModelChanges status;
  guint             rank; /* in the queue; 0: not known yet */
  gint64            time_left_sec;
};

G_DEFINE_FINAL_TYPE (ShoalModelTorrent, shoal_model_torrent, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_STATUS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
identity_differs (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b)
{
  return a->size != b->size || a->wanted_bytes != b->wanted_bytes || a->n_files != b->n_files ||
         a->added_time != b->added_time || a->completed_time != b->completed_time ||
         g_strcmp0 (a->name, b->name) != 0 || g_strcmp0 (a->save_path, b->save_path) != 0 ||
         g_strcmp0 (a->data_path, b->data_path) != 0;
}

static gboolean
state_differs (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b)
{
  return a->state != b->state || a->trackers != b->trackers ||
         a->is_sequential != b->is_sequential || a->is_magnet != b->is_magnet ||
         a->uses_dht != b->uses_dht || a->is_asking != b->is_asking ||
         !shoal_problem_equal (a->problem, b->problem) ||
         !shoal_problem_equal (a->tracker_problem, b->tracker_problem);
}

static gboolean
numbers_differ (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b)
{
  return a->down_bps != b->down_bps || a->up_bps != b->up_bps || a->eta_sec != b->eta_sec ||
         a->n_peers != b->n_peers || a->n_seeds != b->n_seeds || a->n_known != b->n_known ||
         a->n_senders != b->n_senders || a->n_takers != b->n_takers ||
         a->copies_1000 != b->copies_1000 || a->downloaded != b->downloaded ||
         a->uploaded != b->uploaded || a->wasted != b->wasted || a->corrupt != b->corrupt ||
         a->stalled_time != b->stalled_time;
}

static gboolean
options_differ (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b)
{
  return a->is_sequential != b->is_sequential || a->play_first != b->play_first ||
         a->encryption != b->encryption || a->has_goals != b->has_goals ||
         a->met_goal != b->met_goal || !shoal_seed_goals_equal (&a->goals, &b->goals) ||
         a->moved_bytes != b->moved_bytes || a->down_limit_bps != b->down_limit_bps ||
         a->up_limit_bps != b->up_limit_bps;
}

static gboolean
filing_differs (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b)
{
  return a->queue_position != b->queue_position || !shoal_words_equal (a->labels, b->labels) ||
         !shoal_words_equal (a->hosts, b->hosts);
}

static ShoalModelChanges
compare_infos (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b)
{
  ShoalModelChanges changes = SHOAL_MODEL_CHANGE_NONE;

  if (identity_differs (a, b))
    changes |= SHOAL_MODEL_CHANGE_IDENTITY;
  if (state_differs (a, b))
    changes |= SHOAL_MODEL_CHANGE_STATE;
  if (a->done_bytes != b->done_bytes || a->checked_bytes != b->checked_bytes)
    changes |= SHOAL_MODEL_CHANGE_PROGRESS;
  if (numbers_differ (a, b))
    changes |= SHOAL_MODEL_CHANGE_NUMBERS;
  if (filing_differs (a, b))
    changes |= SHOAL_MODEL_CHANGE_FILING;
  if (options_differ (a, b))
    changes |= SHOAL_MODEL_CHANGE_OPTIONS;
  return changes;
}

static void
notify_status (ShoalModelTorrent *self, ShoalModelChanges changes)
{
  if (changes == SHOAL_MODEL_CHANGE_NONE)
    return;
  self->status = changes;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
}

static void
set_wish (ShoalModelTorrent *self, Wish *wish, gboolean value, gboolean shown, guint64 serial)
{
  wish->serial = serial;
  wish->value = !!value;
  if (shown != wish->value)
    notify_status (self, SHOAL_MODEL_CHANGE_SWITCHES);
}

static void
end_wish (Wish *wish, guint64 last_serial)
{
  if (wish->serial <= last_serial)
    wish->serial = 0;
}

static void
shoal_model_torrent_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ShoalModelTorrent *self = SHOAL_MODEL_TORRENT (object);

  switch (prop_id)
    {
    case PROP_STATUS:
      g_value_set_uint (value, self->status);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_model_torrent_finalize (GObject *object)
{
  ShoalModelTorrent *self = SHOAL_MODEL_TORRENT (object);

  g_clear_pointer (&self->info, shoal_torrent_info_unref);
  g_clear_pointer (&self->name_key, g_free);
  g_clear_pointer (&self->folded_name, g_free);
  G_OBJECT_CLASS (shoal_model_torrent_parent_class)->finalize (object);
}

static void
shoal_model_torrent_class_init (ShoalModelTorrentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = shoal_model_torrent_get_property;
  object_class->finalize = shoal_model_torrent_finalize;

  properties[PROP_STATUS] = g_param_spec_uint (
      "status", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
shoal_model_torrent_init (ShoalModelTorrent *self)
{
}

static void
settle_time_left (ShoalModelTorrent *self)
{
  gint64 eta_sec = self->info->eta_sec;
  gint64 margin = self->time_left_sec / 6;

  if (eta_sec < 0 || self->time_left_sec < 0 || eta_sec < self->time_left_sec - margin ||
      eta_sec > self->time_left_sec + margin)
    self->time_left_sec = eta_sec;
}

ShoalModelTorrent *
shoal_model_torrent_new (const ShoalTorrentInfo *info)
{
  ShoalModelTorrent *self = g_object_new (SHOAL_TYPE_MODEL_TORRENT, NULL);

  self->info = shoal_torrent_info_ref (info);
  self->time_left_sec = info->eta_sec;
  return self;
}

const ShoalTorrentInfo *
shoal_model_torrent_get_info (ShoalModelTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_TORRENT (self), NULL);
  return self->info;
}

ShoalTorrentId
shoal_model_torrent_get_id (ShoalModelTorrent *self)
{
  return self->info->id;
}

const char *
shoal_model_torrent_get_name_key (ShoalModelTorrent *self)
{
  if (self->name_key == NULL)
    {
      g_autofree char *folded = g_utf8_casefold (self->info->name, -1);

      self->name_key = g_utf8_collate_key_for_filename (folded, -1);
    }
  return self->name_key;
}

const char *
shoal_model_torrent_get_folded_name (ShoalModelTorrent *self)
{
  if (self->folded_name == NULL)
    self->folded_name = shoal_model_text_fold (self->info->name);
  return self->folded_name;
}

void
shoal_model_torrent_prepare (ShoalModelTorrent *self)
{
  shoal_model_torrent_get_name_key (self);
  shoal_model_torrent_get_folded_name (self);
}

gboolean
shoal_model_torrent_get_is_paused (ShoalModelTorrent *self)
{
  return self->paused.serial != 0 ? self->paused.value : self->info->is_paused;
}

gboolean
shoal_model_torrent_get_is_seed (ShoalModelTorrent *self)
{
  return self->seed.serial != 0 ? self->seed.value : self->info->is_seed;
}

void
shoal_model_torrent_wish_paused (ShoalModelTorrent *self, gboolean is_paused, guint64 serial)
{
  g_return_if_fail (SHOAL_IS_MODEL_TORRENT (self));
  set_wish (self, &self->paused, is_paused, shoal_model_torrent_get_is_paused (self), serial);
}

void
shoal_model_torrent_wish_seed (ShoalModelTorrent *self, gboolean is_seed, guint64 serial)
{
  g_return_if_fail (SHOAL_IS_MODEL_TORRENT (self));
  set_wish (self, &self->seed, is_seed, shoal_model_torrent_get_is_seed (self), serial);
}

guint
shoal_model_torrent_get_rank (ShoalModelTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_TORRENT (self), 0);
  return self->rank;
}

gboolean
shoal_model_torrent_set_rank (ShoalModelTorrent *self, guint rank)
{
  guint before = self->rank;

  g_return_val_if_fail (SHOAL_IS_MODEL_TORRENT (self), FALSE);

  self->rank = rank;
  if (before == 0 || before == rank)
    return FALSE;
  notify_status (self, SHOAL_MODEL_CHANGE_FILING);
  return TRUE;
}

gint64
shoal_model_torrent_get_time_left (ShoalModelTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_TORRENT (self), -1);
  return self->time_left_sec;
}

gboolean
shoal_model_torrent_has_wish (ShoalModelTorrent *self)
{
  return self->paused.serial != 0 || self->seed.serial != 0;
}

ShoalModelChanges
shoal_model_torrent_apply (ShoalModelTorrent      *self,
                           const ShoalTorrentInfo *info,
                           guint64                 last_serial)
{
  gboolean          was_paused = shoal_model_torrent_get_is_paused (self);
  gboolean          was_seed = shoal_model_torrent_get_is_seed (self);
  ShoalModelChanges changes = SHOAL_MODEL_CHANGE_NONE;

  g_return_val_if_fail (SHOAL_IS_MODEL_TORRENT (self), SHOAL_MODEL_CHANGE_NONE);

  end_wish (&self->paused, last_serial);
  end_wish (&self->seed, last_serial);
  if (info != NULL && info != self->info)
    {
      ShoalTorrentInfo *old = self->info;

      self->info = shoal_torrent_info_ref (info);
      changes = compare_infos (old, info);
      if (g_strcmp0 (old->name, info->name) != 0)
        {
          g_clear_pointer (&self->name_key, g_free);
          g_clear_pointer (&self->folded_name, g_free);
        }
      shoal_torrent_info_unref (old);
      settle_time_left (self);
    }
  if (was_paused != shoal_model_torrent_get_is_paused (self) ||
      was_seed != shoal_model_torrent_get_is_seed (self))
    changes |= SHOAL_MODEL_CHANGE_SWITCHES;
  notify_status (self, changes);
  return changes;
}
