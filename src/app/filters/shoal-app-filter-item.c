/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/filters/shoal-app-filter-item.h"

#include <glib/gi18n.h>

#include "app/shoal-app-text.h"
#include "app/shoal-app-tracker.h"

struct _ShoalAppFilterItem
{
  GObject parent_instance;

  ShoalAppFilterKind kind;
  ShoalModelGroup    group;
  char              *word; /* owned; NULL: it is a group */
  guint              count;
  guint              state;

  guint is_chosen : 1;
  guint is_first : 1;
};

G_DEFINE_FINAL_TYPE (ShoalAppFilterItem, shoal_app_filter_item, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_STATE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const char *const group_words[] = {
  [SHOAL_MODEL_GROUP_ALL] = N_ ("All"),
  [SHOAL_MODEL_GROUP_DOWNLOADING] = N_ ("Downloading"),
  [SHOAL_MODEL_GROUP_SEEDING] = N_ ("Seeding"),
  [SHOAL_MODEL_GROUP_COMPLETE] = N_ ("Complete"),
  [SHOAL_MODEL_GROUP_PAUSED] = N_ ("Paused"),
  [SHOAL_MODEL_GROUP_WAITING] = N_ ("Waiting"),
  [SHOAL_MODEL_GROUP_CHECKING] = N_ ("Checking"),
  [SHOAL_MODEL_GROUP_ATTENTION] = N_ ("Needs Attention"),
};

static void
notify_state (ShoalAppFilterItem *self)
{
  self->state++;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
shoal_app_filter_item_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_uint (value, SHOAL_APP_FILTER_ITEM (object)->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_app_filter_item_finalize (GObject *object)
{
  g_clear_pointer (&SHOAL_APP_FILTER_ITEM (object)->word, g_free);
  G_OBJECT_CLASS (shoal_app_filter_item_parent_class)->finalize (object);
}

static void
shoal_app_filter_item_class_init (ShoalAppFilterItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = shoal_app_filter_item_get_property;
  object_class->finalize = shoal_app_filter_item_finalize;

  properties[PROP_STATE] = g_param_spec_uint (
      "state", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
shoal_app_filter_item_init (ShoalAppFilterItem *self)
{
}

ShoalAppFilterItem *
shoal_app_filter_item_new_group (ShoalModelGroup group)
{
  ShoalAppFilterItem *self = g_object_new (SHOAL_TYPE_APP_FILTER_ITEM, NULL);

  self->kind = SHOAL_APP_FILTER_GROUP;
  self->group = group;
  return self;
}

ShoalAppFilterItem *
shoal_app_filter_item_new_word (ShoalAppFilterKind kind, const char *word)
{
  ShoalAppFilterItem *self = g_object_new (SHOAL_TYPE_APP_FILTER_ITEM, NULL);

  self->kind = kind;
  self->word = g_strdup (word);
  return self;
}

ShoalAppFilterKind
shoal_app_filter_item_get_kind (ShoalAppFilterItem *self)
{
  return self->kind;
}

ShoalModelGroup
shoal_app_filter_item_get_group (ShoalAppFilterItem *self)
{
  return self->group;
}

const char *
shoal_app_filter_item_get_word (ShoalAppFilterItem *self)
{
  return self->word;
}

char *
shoal_app_filter_item_dup_title (ShoalAppFilterItem *self)
{
  if (self->kind == SHOAL_APP_FILTER_GROUP)
    return g_strdup (shoal_app_filter_item_get_group_word (self->group));
  if (self->kind == SHOAL_APP_FILTER_HOST)
    return shoal_app_tracker_dup_host (self->word);
  return shoal_app_text_dup_visible (self->word);
}

guint
shoal_app_filter_item_get_count (ShoalAppFilterItem *self)
{
  return self->count;
}

gboolean
shoal_app_filter_item_get_is_chosen (ShoalAppFilterItem *self)
{
  return self->is_chosen;
}

gboolean
shoal_app_filter_item_get_is_first (ShoalAppFilterItem *self)
{
  return self->is_first;
}

void
shoal_app_filter_item_set_count (ShoalAppFilterItem *self, guint count)
{
  if (self->count == count)
    return;
  self->count = count;
  notify_state (self);
}

void
shoal_app_filter_item_set_is_chosen (ShoalAppFilterItem *self, gboolean is_chosen)
{
  if (self->is_chosen == !!is_chosen)
    return;
  self->is_chosen = !!is_chosen;
  notify_state (self);
}

void
shoal_app_filter_item_set_is_first (ShoalAppFilterItem *self, gboolean is_first)
{
  if (self->is_first == !!is_first)
    return;
  self->is_first = !!is_first;
  notify_state (self);
}

const char *
shoal_app_filter_item_get_group_word (ShoalModelGroup group)
{
  g_return_val_if_fail (group < SHOAL_MODEL_N_GROUPS, NULL);
  return _ (group_words[group]);
}
