/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-asker.h"

#define KEY "shoal-app-asker"

struct _ShoalAppAsker
{
  GWeakRef object;
};

static void
clear (gpointer data)
{
  ShoalAppAsker *self = data;

  g_weak_ref_clear (&self->object);
}

ShoalAppAsker *
shoal_app_asker_acquire (GObject *object)
{
  ShoalAppAsker *self = g_object_get_data (object, KEY);

  if (self == NULL)
    {
      self = g_rc_box_new0 (ShoalAppAsker);
      g_weak_ref_init (&self->object, object);
      g_object_set_data_full (object, KEY, self, (GDestroyNotify) shoal_app_asker_release);
    }
  return g_rc_box_acquire (self);
}

void
shoal_app_asker_release (ShoalAppAsker *self)
{
  g_rc_box_release_full (self, clear);
}

GObject *
shoal_app_asker_ref_object (ShoalAppAsker *self)
{
  return g_weak_ref_get (&self->object);
}
