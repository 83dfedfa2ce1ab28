/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "model/shoal-model-parts.h"

struct _ShoalModelPart
{
  GObject parent_instance;

  GPtrArray    *values; /* owned; what `value` lies in */
  gconstpointer value;  /* unowned: in values */
  guint         index;
  gboolean      is_old; /* while others are taken in: not seen among them yet */
};

G_DEFINE_FINAL_TYPE (ShoalModelPart, shoal_model_part, G_TYPE_OBJECT)

struct _ShoalModelParts
{
  GObject parent_instance;

  GPtrArray  *items;  /* owned, of ShoalModelPart, owned */
  GHashTable *by_key; /* owned; value of a part -> that part; both unowned: items hold them */
};

static void shoal_model_parts_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ShoalModelParts,
                               shoal_model_parts,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      shoal_model_parts_list_init))

static guint
hash_peer (gconstpointer key)
{
  return shoal_base_address_hash (&((const ShoalPeerInfo *) key)->address);
}

static gboolean
peers_are_same (gconstpointer a, gconstpointer b)
{
  return shoal_base_address_equal (&((const ShoalPeerInfo *) a)->address,
                                   &((const ShoalPeerInfo *) b)->address);
}

static guint
hash_tracker (gconstpointer key)
{
  const ShoalTrackerInfo *info = key;

  return g_str_hash (info->url) + info->tier;
}

static gboolean
trackers_are_same (gconstpointer a, gconstpointer b)
{
  const ShoalTrackerInfo *one = a;
  const ShoalTrackerInfo *other = b;

  return one->tier == other->tier && g_str_equal (one->url, other->url);
}

static void
shoal_model_part_finalize (GObject *object)
{
  ShoalModelPart *self = SHOAL_MODEL_PART (object);

  g_clear_pointer (&self->values, g_ptr_array_unref);
  G_OBJECT_CLASS (shoal_model_part_parent_class)->finalize (object);
}

static void
shoal_model_part_class_init (ShoalModelPartClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = shoal_model_part_finalize;
}

static void
shoal_model_part_init (ShoalModelPart *self)
{
}

gconstpointer
shoal_model_part_get_value (ShoalModelPart *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_PART (self), NULL);
  return self->value;
}

guint
shoal_model_part_get_index (ShoalModelPart *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_PART (self), 0);
  return self->index;
}

static GType
shoal_model_parts_get_item_type (GListModel *model)
{
  return SHOAL_TYPE_MODEL_PART;
}

static guint
shoal_model_parts_get_n_items (GListModel *model)
{
  return SHOAL_MODEL_PARTS (model)->items->len;
}

static gpointer
shoal_model_parts_get_item (GListModel *model, guint position)
{
  ShoalModelParts *self = SHOAL_MODEL_PARTS (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position))
                                     : NULL;
}

static void
shoal_model_parts_list_init (GListModelInterface *iface)
{
  iface->get_item_type = shoal_model_parts_get_item_type;
  iface->get_n_items = shoal_model_parts_get_n_items;
  iface->get_item = shoal_model_parts_get_item;
}

static void
shoal_model_parts_finalize (GObject *object)
{
  ShoalModelParts *self = SHOAL_MODEL_PARTS (object);

  g_clear_pointer (&self->by_key, g_hash_table_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  G_OBJECT_CLASS (shoal_model_parts_parent_class)->finalize (object);
}

static void
shoal_model_parts_class_init (ShoalModelPartsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = shoal_model_parts_finalize;
}

static void
shoal_model_parts_init (ShoalModelParts *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

ShoalModelParts *
shoal_model_parts_new_for_peers (void)
{
  ShoalModelParts *self = g_object_new (SHOAL_TYPE_MODEL_PARTS, NULL);

  self->by_key = g_hash_table_new (hash_peer, peers_are_same);
  return self;
}

ShoalModelParts *
shoal_model_parts_new_for_trackers (void)
{
  ShoalModelParts *self = g_object_new (SHOAL_TYPE_MODEL_PARTS, NULL);

  self->by_key = g_hash_table_new (hash_tracker, trackers_are_same);
  return self;
}

/* The key lies in the values, so it changes with them. */
static void
set_value (ShoalModelParts *self, ShoalModelPart *part, GPtrArray *values, guint index)
{
  g_autoptr (GPtrArray) before G_GNUC_UNUSED = part->values;

  part->values = g_ptr_array_ref (values);
  part->value = g_ptr_array_index (values, index);
  part->index = index;
  part->is_old = FALSE;
  g_hash_table_replace (self->by_key, (gpointer) part->value, part);
}

/* What is there is brought up to date, the rest is new; TRUE: something has another place. */
static gboolean
take_values (ShoalModelParts *self, GPtrArray *values, GPtrArray *added)
{
  gboolean has_moved = FALSE;

  for (guint i = 0; values != NULL && i < values->len; i++)
    {
      ShoalModelPart *part = g_hash_table_lookup (self->by_key, g_ptr_array_index (values, i));

      if (part == NULL)
        {
          part = g_object_new (SHOAL_TYPE_MODEL_PART, NULL);
          g_ptr_array_add (added, part);
        }
      else if (!part->is_old)
        continue; /* told of twice */
      else
        has_moved |= part->index != i;
      set_value (self, part, values, i);
    }
  return has_moved;
}

static gboolean
is_old (const ShoalModelParts *self, guint position)
{
  return ((const ShoalModelPart *) g_ptr_array_index (self->items, position))->is_old;
}

/* In one items-changed for each run, from the end. */
static gboolean
remove_old (ShoalModelParts *self)
{
  gboolean has_removed = FALSE;

  for (guint end = self->items->len; end > 0; end--)
    {
      guint begin = end;

      while (begin > 0 && is_old (self, begin - 1))
        begin--;
      if (begin == end)
        continue;
      for (guint i = begin; i < end; i++)
        g_hash_table_remove (self->by_key,
                             ((const ShoalModelPart *) g_ptr_array_index (self->items, i))->value);
      g_ptr_array_remove_range (self->items, begin, end - begin);
      g_list_model_items_changed (G_LIST_MODEL (self), begin, end - begin, 0);
      has_removed = TRUE;
      end = begin + 1;
    }
  return has_removed;
}

gboolean
shoal_model_parts_apply (ShoalModelParts *self, GPtrArray *values)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new ();
  guint    n_before;
  gboolean is_other;

  g_return_val_if_fail (SHOAL_IS_MODEL_PARTS (self), FALSE);

  for (guint i = 0; i < self->items->len; i++)
    ((ShoalModelPart *) g_ptr_array_index (self->items, i))->is_old = TRUE;
  is_other = take_values (self, values, added);
  is_other |= remove_old (self);
  n_before = self->items->len;
  for (guint i = 0; i < added->len; i++)
    g_ptr_array_add (self->items, g_ptr_array_index (added, i));
  if (added->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, added->len);
  return is_other || added->len > 0;
}
