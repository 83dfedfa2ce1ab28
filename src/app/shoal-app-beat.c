/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-beat.h"

struct _ShoalAppBeat
{
  GHashTable *funcs;   /* owned; listener, unowned -> ShoalAppBeatFunc */
  GHashTable *waiting; /* owned set of listeners: this beat has still to call them */
  guint       source;

  gboolean is_striking;
};

ShoalAppBeat *
shoal_app_beat_new (void)
{
  ShoalAppBeat *self = g_new0 (ShoalAppBeat, 1);

  self->funcs = g_hash_table_new (NULL, NULL);
  self->waiting = g_hash_table_new (NULL, NULL);
  return self;
}

void
shoal_app_beat_free (ShoalAppBeat *self)
{
  g_warn_if_fail (g_hash_table_size (self->funcs) == 0);
  g_warn_if_fail (!self->is_striking);
  g_clear_handle_id (&self->source, g_source_remove);
  g_hash_table_unref (self->waiting);
  g_hash_table_unref (self->funcs);
  g_free (self);
}

static void
wait_all (ShoalAppBeat *self)
{
  GHashTableIter iter;
  gpointer       listener;

  g_hash_table_iter_init (&iter, self->funcs);
  while (g_hash_table_iter_next (&iter, &listener, NULL))
    g_hash_table_add (self->waiting, listener);
}

/* One after the other, as any of them may change who waits. */
static gboolean
take_waiting (ShoalAppBeat *self, gpointer *listener)
{
  GHashTableIter iter;

  g_hash_table_iter_init (&iter, self->waiting);
  if (!g_hash_table_iter_next (&iter, listener, NULL))
    return FALSE;
  g_hash_table_iter_remove (&iter);
  return TRUE;
}

static gboolean
beat_cb (gpointer user_data)
{
  shoal_app_beat_strike (user_data);
  return G_SOURCE_CONTINUE;
}

void
shoal_app_beat_join (ShoalAppBeat *self, ShoalAppBeatFunc func, gpointer listener)
{
  g_hash_table_insert (self->funcs, listener, func);
  if (self->source == 0)
    self->source = g_timeout_add_seconds (1, beat_cb, self);
}

void
shoal_app_beat_leave (ShoalAppBeat *self, gpointer listener)
{
  g_hash_table_remove (self->funcs, listener);
  g_hash_table_remove (self->waiting, listener);
  if (g_hash_table_size (self->funcs) == 0)
    g_clear_handle_id (&self->source, g_source_remove);
}

void
shoal_app_beat_strike (ShoalAppBeat *self)
{
  gpointer listener;

  if (self->is_striking)
    return;
  self->is_striking = TRUE;
  wait_all (self);
  while (take_waiting (self, &listener))
    ((ShoalAppBeatFunc) g_hash_table_lookup (self->funcs, listener)) (listener);
  self->is_striking = FALSE;
}
