/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "model/shoal-model-details.h"

#include <string.h>

enum
{
  PROP_0,
  PROP_FILES,
  PROP_PEERS,
  PROP_TRACKERS,
  PROP_PIECES,
  PROP_CONTENTS,
  N_PROPS
};

struct _ShoalModelDetails
{
  GObject parent_instance;

  ShoalTorrentId       id;
  GPtrArray           *files;    /* owned; NULL: not known yet, as all below */
  GPtrArray           *peers;    /* owned */
  GPtrArray           *trackers; /* owned */
  ShoalTorrentDetails *pieces;   /* owned */
  ShoalContents       *contents; /* owned */
  guint                n_bans;
  guint                numbers[N_PROPS];
};

G_DEFINE_FINAL_TYPE (ShoalModelDetails, shoal_model_details, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
tell (ShoalModelDetails *self, guint prop_id)
{
  self->numbers[prop_id]++;
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

static gboolean
file_equal (gconstpointer one, gconstpointer other)
{
  const ShoalFileInfo *a = one;
  const ShoalFileInfo *b = other;

  return a->done_bytes == b->done_bytes && a->priority == b->priority && a->size == b->size &&
         g_str_equal (a->path, b->path);
}

static gboolean
peer_numbers_equal (const ShoalPeerInfo *a, const ShoalPeerInfo *b)
{
  return a->down_bps == b->down_bps && a->up_bps == b->up_bps && a->downloaded == b->downloaded &&
         a->uploaded == b->uploaded && a->done_1000 == b->done_1000;
}

static gboolean
peer_flags_equal (const ShoalPeerInfo *a, const ShoalPeerInfo *b)
{
  return a->is_incoming == b->is_incoming && a->is_encrypted == b->is_encrypted &&
         a->is_utp == b->is_utp && a->we_choke == b->we_choke && a->we_want == b->we_want &&
         a->they_choke == b->they_choke && a->they_want == b->they_want &&
         a->is_snubbed == b->is_snubbed;
}

static gboolean
peer_equal (gconstpointer one, gconstpointer other)
{
  const ShoalPeerInfo *a = one;
  const ShoalPeerInfo *b = other;

  return shoal_base_address_equal (&a->address, &b->address) && a->source == b->source &&
         peer_numbers_equal (a, b) && peer_flags_equal (a, b) &&
         g_strcmp0 (a->client, b->client) == 0;
}

static gboolean
tracker_equal (gconstpointer one, gconstpointer other)
{
  const ShoalTrackerInfo *a = one;
  const ShoalTrackerInfo *b = other;

  return a->tier == b->tier && a->status == b->status && a->fault == b->fault &&
         a->http_status == b->http_status && a->n_peers == b->n_peers && a->n_seeds == b->n_seeds &&
         a->n_leechers == b->n_leechers && a->last_time == b->last_time &&
         a->next_time == b->next_time && g_strcmp0 (a->url, b->url) == 0 &&
         g_strcmp0 (a->message, b->message) == 0;
}

static gboolean
arrays_equal (const GPtrArray *a, const GPtrArray *b, GEqualFunc equal)
{
  if (a == NULL || a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len && a != b; i++)
    if (g_ptr_array_index (a, i) != g_ptr_array_index (b, i) &&
        !equal (g_ptr_array_index (a, i), g_ptr_array_index (b, i)))
      return FALSE;
  return TRUE;
}

/* @news NULL: the snapshot does not speak of this part. */
static void
take_array (ShoalModelDetails *self,
            GPtrArray        **place,
            GPtrArray         *news,
            GEqualFunc         equal,
            guint              prop_id)
{
  if (news == NULL || arrays_equal (*place, news, equal))
    return;
  g_clear_pointer (place, g_ptr_array_unref);
  *place = g_ptr_array_ref (news);
  tell (self, prop_id);
}

static gboolean
pieces_equal (const ShoalTorrentDetails *a, const ShoalTorrentDetails *b)
{
  gsize n_bytes = ((gsize) b->n_pieces + 7) / 8;

  return a != NULL && a->n_pieces == b->n_pieces && a->piece_length == b->piece_length &&
         memcmp (a->have, b->have, n_bytes) == 0 &&
         memcmp (a->in_flight, b->in_flight, n_bytes) == 0 &&
         memcmp (a->availability, b->availability, b->n_pieces) == 0;
}

static void
take_pieces (ShoalModelDetails *self, const ShoalTorrentDetails *news)
{
  if (news->have == NULL || news->in_flight == NULL || news->availability == NULL ||
      pieces_equal (self->pieces, news))
    return;
  g_clear_pointer (&self->pieces, shoal_torrent_details_unref);
  self->pieces = shoal_torrent_details_ref (news);
  tell (self, PROP_PIECES);
}

static void
take_details (ShoalModelDetails *self, const ShoalTorrentDetails *news)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (news->bans != NULL)
    self->n_bans = news->bans->len;
  take_array (self, &self->files, news->files, file_equal, PROP_FILES);
  take_array (self, &self->peers, news->peers, peer_equal, PROP_PEERS);
  take_array (self, &self->trackers, news->trackers, tracker_equal, PROP_TRACKERS);
  take_pieces (self, news);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
shoal_model_details_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ShoalModelDetails *self = SHOAL_MODEL_DETAILS (object);

  if (prop_id > PROP_0 && prop_id < N_PROPS)
    g_value_set_uint (value, self->numbers[prop_id]);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
shoal_model_details_finalize (GObject *object)
{
  ShoalModelDetails *self = SHOAL_MODEL_DETAILS (object);

  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->peers, g_ptr_array_unref);
  g_clear_pointer (&self->trackers, g_ptr_array_unref);
  g_clear_pointer (&self->pieces, shoal_torrent_details_unref);
  g_clear_pointer (&self->contents, shoal_contents_unref);
  G_OBJECT_CLASS (shoal_model_details_parent_class)->finalize (object);
}

static void
shoal_model_details_class_init (ShoalModelDetailsClass *klass)
{
  static const char *const names[N_PROPS] = { [PROP_FILES] = "files",
                                              [PROP_PEERS] = "peers",
                                              [PROP_TRACKERS] = "trackers",
                                              [PROP_PIECES] = "pieces",
                                              [PROP_CONTENTS] = "contents" };
  GObjectClass            *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = shoal_model_details_get_property;
  object_class->finalize = shoal_model_details_finalize;

  for (guint i = PROP_0 + 1; i < N_PROPS; i++)
    properties[i] = g_param_spec_uint (
        names[i], NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
shoal_model_details_init (ShoalModelDetails *self)
{
}

ShoalModelDetails *
shoal_model_details_new (ShoalTorrentId id)
{
  ShoalModelDetails *self = g_object_new (SHOAL_TYPE_MODEL_DETAILS, NULL);

  self->id = id;
  return self;
}

ShoalTorrentId
shoal_model_details_get_id (ShoalModelDetails *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_DETAILS (self), (ShoalTorrentId){ 0 });
  return self->id;
}

void
shoal_model_details_apply (ShoalModelDetails *self, const ShoalSnapshot *snapshot)
{
  g_return_if_fail (SHOAL_IS_MODEL_DETAILS (self));
  g_return_if_fail (snapshot != NULL);

  for (guint i = 0; i < snapshot->details->len; i++)
    {
      const ShoalTorrentDetails *details = g_ptr_array_index (snapshot->details, i);

      if (details->id.value == self->id.value)
        take_details (self, details);
    }
}

GPtrArray *
shoal_model_details_get_files (ShoalModelDetails *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_DETAILS (self), NULL);
  return self->files;
}

GPtrArray *
shoal_model_details_get_peers (ShoalModelDetails *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_DETAILS (self), NULL);
  return self->peers;
}

guint
shoal_model_details_get_n_bans (ShoalModelDetails *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_DETAILS (self), 0);
  return self->n_bans;
}

GPtrArray *
shoal_model_details_get_trackers (ShoalModelDetails *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_DETAILS (self), NULL);
  return self->trackers;
}

const ShoalTorrentDetails *
shoal_model_details_get_pieces (ShoalModelDetails *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_DETAILS (self), NULL);
  return self->pieces;
}

const ShoalContents *
shoal_model_details_get_contents (ShoalModelDetails *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_DETAILS (self), NULL);
  return self->contents;
}

void
shoal_model_details_set_contents (ShoalModelDetails *self, const ShoalContents *contents)
{
  g_return_if_fail (SHOAL_IS_MODEL_DETAILS (self));
  g_return_if_fail (contents != NULL);

  if (self->contents == contents)
    return;
  g_clear_pointer (&self->contents, shoal_contents_unref);
  self->contents = shoal_contents_ref (contents);
  tell (self, PROP_CONTENTS);
}
