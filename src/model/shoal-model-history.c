/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "model/shoal-model-history.h"

#include <string.h>

#define N_FINE    300 /* seconds */
#define N_COARSE  360 /* tens of seconds */
#define STEP      10
#define KEEP_SEC  (N_COARSE * STEP)
#define CLEAN_SEC 60

G_STATIC_ASSERT (N_FINE <= SHOAL_MODEL_HISTORY_MAX_SAMPLES);
G_STATIC_ASSERT (N_COARSE <= SHOAL_MODEL_HISTORY_MAX_SAMPLES);

/* Second s lies at s % N_FINE, ten seconds s / STEP at s / STEP % N_COARSE. */
typedef struct
{
  gint64          next_sec;  /* the first that is not written down */
  gint64          moved_sec; /* the last one with a rate that is not 0 */
  ShoalModelRates now;       /* holds from next_sec on */
  guint64         down_sum;  /* of the seconds of the ten that is not full yet */
  guint64         up_sum;
  ShoalModelRates fine[N_FINE];
  ShoalModelRates coarse[N_COARSE];
} Series;

struct _ShoalModelHistory
{
  GHashTable *series; /* owned; id value -> Series, owned */
  Series     *all;    /* owned */
  gint64      start_sec;
  gint64      clean_sec; /* when it is to be looked for series that are over */
};

static gint64
get_sec (gint64 now_usec)
{
  return now_usec / G_USEC_PER_SEC;
}

static gboolean
is_moving (ShoalModelRates rates)
{
  return rates.down_bps != 0 || rates.up_bps != 0;
}

static Series *
series_new (gint64 sec)
{
  Series *series = g_new0 (Series, 1);

  series->next_sec = sec;
  series->moved_sec = sec;
  return series;
}

/* A second that begins a ten ends the one before it. */
static void
write_second (Series *series)
{
  gint64 sec = series->next_sec++;

  series->fine[sec % N_FINE] = series->now;
  series->down_sum += series->now.down_bps;
  series->up_sum += series->now.up_bps;
  if ((sec + 1) % STEP != 0)
    return;
  series->coarse[sec / STEP % N_COARSE].down_bps = (guint32) (series->down_sum / STEP);
  series->coarse[sec / STEP % N_COARSE].up_bps = (guint32) (series->up_sum / STEP);
  series->down_sum = series->up_sum = 0;
}

/* Everything that is kept has the rate of now, and a part of it is not even kept. */
static void
jump (Series *series, gint64 sec)
{
  for (guint i = 0; i < N_FINE; i++)
    series->fine[i] = series->now;
  for (guint i = 0; i < N_COARSE; i++)
    series->coarse[i] = series->now;
  series->next_sec = sec;
  series->down_sum = series->now.down_bps * (guint64) (sec % STEP);
  series->up_sum = series->now.up_bps * (guint64) (sec % STEP);
}

/* Writes down all seconds before @sec. */
static void
catch_up (Series *series, gint64 sec)
{
  if (sec <= series->next_sec)
    return;
  if (is_moving (series->now))
    series->moved_sec = sec - 1;
  if (sec - series->next_sec > KEEP_SEC)
    jump (series, sec);
  while (series->next_sec < sec)
    write_second (series);
}

static void
set_rates (Series *series, guint64 down_bps, guint64 up_bps, gint64 sec)
{
  catch_up (series, sec);
  series->now.down_bps = (guint32) MIN (down_bps, G_MAXUINT32);
  series->now.up_bps = (guint32) MIN (up_bps, G_MAXUINT32);
}

static gboolean
is_over (gpointer id, gpointer value, gpointer user_data)
{
  const Series *series = value;
  gint64        sec = *(gint64 *) user_data;

  return !is_moving (series->now) && sec - series->moved_sec > KEEP_SEC;
}

static void
clean (ShoalModelHistory *self, gint64 sec)
{
  if (sec < self->clean_sec)
    return;
  self->clean_sec = sec + CLEAN_SEC;
  g_hash_table_foreach_remove (self->series, is_over, &sec);
}

static void
drop_stillest (ShoalModelHistory *self)
{
  GHashTableIter iter;
  gpointer       id;
  gpointer       value;
  gpointer       found = NULL;
  gint64         oldest = G_MAXINT64;

  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, &id, &value))
    {
      const Series *series = value;
      gint64        moved = is_moving (series->now) ? G_MAXINT64 - 1 : series->moved_sec;

      if (moved >= oldest)
        continue;
      oldest = moved;
      found = id;
    }
  g_hash_table_remove (self->series, found);
}

static Series *
lookup (ShoalModelHistory *self, ShoalTorrentId id)
{
  if (id.value == 0)
    return self->all;
  return g_hash_table_lookup (self->series, GUINT_TO_POINTER (id.value));
}

/* A torrent gets a series when it moves something for the first time. */
static void
take_info (ShoalModelHistory *self, const ShoalTorrentInfo *info, gint64 sec)
{
  Series *series = lookup (self, info->id);

  if (series == NULL)
    {
      if (info->down_bps == 0 && info->up_bps == 0)
        return;
      if (g_hash_table_size (self->series) >= SHOAL_MODEL_HISTORY_MAX_SERIES)
        drop_stillest (self);
      series = series_new (sec);
      g_hash_table_insert (self->series, GUINT_TO_POINTER (info->id.value), series);
    }
  set_rates (series, info->down_bps, info->up_bps, sec);
}

ShoalModelHistory *
shoal_model_history_new (gint64 now_usec)
{
  ShoalModelHistory *self = g_new0 (ShoalModelHistory, 1);

  self->series = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  shoal_model_history_clear (self, now_usec);
  return self;
}

void
shoal_model_history_free (ShoalModelHistory *self)
{
  g_hash_table_unref (self->series);
  g_free (self->all);
  g_free (self);
}

void
shoal_model_history_clear (ShoalModelHistory *self, gint64 now_usec)
{
  g_return_if_fail (self != NULL);

  g_hash_table_remove_all (self->series);
  g_free (self->all);
  self->start_sec = get_sec (now_usec);
  self->clean_sec = self->start_sec + CLEAN_SEC;
  self->all = series_new (self->start_sec);
}

void
shoal_model_history_apply (ShoalModelHistory *self, const ShoalSnapshot *snapshot, gint64 now_usec)
{
  gint64 sec = get_sec (now_usec);

  g_return_if_fail (self != NULL);

  clean (self, sec);
  for (guint i = 0; i < snapshot->changed->len; i++)
    take_info (self, g_ptr_array_index (snapshot->changed, i), sec);
  for (guint i = 0; i < snapshot->removed->len; i++)
    {
      ShoalTorrentId id = g_array_index (snapshot->removed, ShoalTorrentId, i);
      Series        *series = lookup (self, id);

      /* Perhaps it is brought back. */
      if (series != NULL)
        set_rates (series, 0, 0, sec);
    }
  set_rates (self->all, snapshot->totals.down_bps, snapshot->totals.up_bps, sec);
}

/* The one of now is not full: it is what holds now. */
static void
read_fine (const Series *series, ShoalModelRates *rates, guint n)
{
  for (guint i = 0; i + 1 < n; i++)
    rates[i] = series->fine[(series->next_sec + N_FINE - (n - 1) + i) % N_FINE];
  rates[n - 1] = series->now;
}

static void
read_coarse (const Series *series, ShoalModelRates *rates, guint n)
{
  gint64 ten = series->next_sec / STEP;

  for (guint i = 0; i + 1 < n; i++)
    rates[i] = series->coarse[(ten + N_COARSE - (n - 1) + i) % N_COARSE];
  rates[n - 1] = series->now;
}

guint
shoal_model_history_read (ShoalModelHistory *self,
                          ShoalTorrentId     id,
                          guint              minutes,
                          gint64             now_usec,
                          ShoalModelRates   *rates,
                          guint             *n_unknown)
{
  gint64   sec = get_sec (now_usec);
  gboolean is_fine = minutes * 60 <= N_FINE;
  guint    n = CLAMP (is_fine ? minutes * 60 : minutes * 60 / STEP, 2, N_COARSE);
  gint64   age;
  Series  *series;

  g_return_val_if_fail (self != NULL, 0);

  age = (sec - self->start_sec) / (is_fine ? 1 : STEP);
  series = lookup (self, id);
  memset (rates, 0, n * sizeof *rates);
  *n_unknown = age + 1 < (gint64) n ? n - 1 - (guint) age : 0;
  if (series == NULL)
    return n;
  catch_up (series, sec);
  if (is_fine)
    read_fine (series, rates, n);
  else
    read_coarse (series, rates, n);
  return n;
}

guint
shoal_model_history_get_n_series (ShoalModelHistory *self)
{
  return g_hash_table_size (self->series);
}
