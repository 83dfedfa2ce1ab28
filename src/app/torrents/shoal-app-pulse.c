/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-pulse.h"

#define TICK_MS        250
#define TICKS_PER_TEXT 4
#define AGE_SEC        30

struct _ShoalAppPulse
{
  GHashTable *rows; /* owned set of ShoalAppRow, unowned: the list removes them before they die */
  guint       tick_source;
  guint       age_source;
  guint       n_ticks;
  guint       n_quiet;
  gint64      joining_usec;

  ShoalAppRowLayout layout;
};

static gboolean
tick_cb (gpointer user_data)
{
  ShoalAppPulse *self = user_data;
  gboolean       with_text = ++self->n_ticks % TICKS_PER_TEXT == 0;
  gboolean       is_old = FALSE;
  GHashTableIter iter;
  gpointer       row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    is_old |= shoal_app_row_tick (row, with_text);
  self->n_quiet = is_old ? 0 : self->n_quiet + 1;
  if (self->n_quiet < TICKS_PER_TEXT)
    return G_SOURCE_CONTINUE;
  self->tick_source = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
age_cb (gpointer user_data)
{
  ShoalAppPulse *self = user_data;
  GHashTableIter iter;
  gpointer       row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    shoal_app_row_refresh_text (row);
  return G_SOURCE_CONTINUE;
}

ShoalAppPulse *
shoal_app_pulse_new (void)
{
  ShoalAppPulse *self = g_new0 (ShoalAppPulse, 1);

  self->rows = g_hash_table_new (NULL, NULL);
  self->layout.n_lines = 1;
  self->joining_usec = -1;
  return self;
}

void
shoal_app_pulse_free (ShoalAppPulse *self)
{
  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_clear_handle_id (&self->age_source, g_source_remove);
  g_hash_table_unref (self->rows);
  g_free (self);
}

void
shoal_app_pulse_add (ShoalAppPulse *self, ShoalAppRow *row)
{
  g_hash_table_add (self->rows, row);
  shoal_app_row_set_layout (row, self->layout);
  shoal_app_row_set_joining (row, self->joining_usec);
  if (self->age_source == 0)
    self->age_source = g_timeout_add_seconds (AGE_SEC, age_cb, self);
}

void
shoal_app_pulse_remove (ShoalAppPulse *self, ShoalAppRow *row)
{
  g_hash_table_remove (self->rows, row);
  if (g_hash_table_size (self->rows) == 0)
    g_clear_handle_id (&self->age_source, g_source_remove);
}

void
shoal_app_pulse_wake (ShoalAppPulse *self)
{
  self->n_quiet = 0;
  if (self->tick_source == 0)
    self->tick_source = g_timeout_add (TICK_MS, tick_cb, self);
}

void
shoal_app_pulse_set_layout (ShoalAppPulse *self, ShoalAppRowLayout layout)
{
  GHashTableIter iter;
  gpointer       row;

  self->layout = layout;
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    shoal_app_row_set_layout (row, layout);
}

void
shoal_app_pulse_set_joining (ShoalAppPulse *self, gint64 since_usec)
{
  GHashTableIter iter;
  gpointer       row;

  self->joining_usec = since_usec;
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    shoal_app_row_set_joining (row, since_usec);
}
