/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "swarm.h"

/* Limits, measured over ten seconds at engines that are limited in each of the four ways at the
 * same time. More than a limit is wrong on any machine; less is as well, but for one that stands
 * still meanwhile, which gets another ten seconds. */

#define KIB         1024
#define LIMIT       (400 * KIB)
#define WINDOW_USEC (10 * G_USEC_PER_SEC)
#define N_TRIES     3
#define LOWERED_MS  3000

typedef enum
{
  DOWN_ENGINE,
  DOWN_TORRENT,
  UP_ENGINE,
  UP_TORRENT,
  N_WAYS,
} Way;

static const char *const names[N_WAYS] = { "down", "down-torrent", "up", "up-torrent" };

typedef struct
{
  Node   *seed;
  Node   *leech;
  gint64  began_usec;
  guint64 began_bytes;
  double  rate;
} Pair;

static void
start_pair (Pair *self, Swarm *swarm, const Data *data, Way way)
{
  g_autofree char *seed = g_strconcat ("seed-", names[way], NULL);
  g_autofree char *leech = g_strconcat ("leech-", names[way], NULL);
  ShoalAddOptions *options;

  self->seed = node_new (swarm, seed);
  self->leech = node_new (swarm, leech);
  self->seed->has_errors = self->leech->has_errors = FALSE; /* a disk that waits moves nothing */
  self->seed->settings->up_limit_bps = way == UP_ENGINE ? LIMIT : 0;
  self->leech->settings->down_limit_bps = way == DOWN_ENGINE ? LIMIT : 0;
  data_write (data, self->seed->save);
  node_leech (self->seed, data, NULL);
  swarm_until (swarm, node_is_done (self->seed, FIRST));
  if (way == UP_TORRENT)
    shoal_api_engine_set_limits (self->seed->engine, FIRST, 0, LIMIT);
  node_start (self->leech);
  options = node_options (self->leech);
  options->down_limit_bps = way == DOWN_TORRENT ? LIMIT : 0;
  node_add (self->leech, data, options);
  node_connect (self->leech, FIRST, self->seed);
}

/* At the moment a snapshot comes it is as old as the way here. */
static void
take_sample (Pair *self, gint64 *usec, guint64 *bytes)
{
  guint n = self->leech->n_snapshots;

  swarm_until (self->leech->swarm, self->leech->n_snapshots != n);
  *usec = g_get_monotonic_time ();
  *bytes = node_get (self->leech, FIRST)->downloaded;
}

static gboolean
is_right (const Pair *self)
{
  return self->rate >= 0.95 * LIMIT && self->rate <= 1.05 * LIMIT;
}

static gboolean
measure (Pair *pairs)
{
  gboolean is_ok = TRUE;
  gint64   now_usec;
  guint64  bytes;
  guint    i;

  for (i = 0; i < N_WAYS; i++)
    take_sample (&pairs[i], &pairs[i].began_usec, &pairs[i].began_bytes);
  swarm_run (pairs[0].leech->swarm, WINDOW_USEC / 1000);
  for (i = 0; i < N_WAYS; i++)
    {
      take_sample (&pairs[i], &now_usec, &bytes);
      g_assert_false (node_is_done (pairs[i].leech, FIRST));
      pairs[i].rate = (double) (bytes - pairs[i].began_bytes) * G_USEC_PER_SEC /
                      (double) (now_usec - pairs[i].began_usec);
      g_test_message ("%s: %.1f %% of the limit", names[i], 100 * pairs[i].rate / LIMIT);
      is_ok = is_ok && is_right (&pairs[i]);
    }
  return is_ok;
}

static void
test_limits (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("limits", 64 * KIB, (gsize) LIMIT * (13 * N_TRIES + 10));
  Pair  pairs[N_WAYS];
  guint i, n_tries = 1;

  for (i = 0; i < N_WAYS; i++)
    start_pair (&pairs[i], swarm, data, (Way) i);
  for (i = 0; i < N_WAYS; i++)
    swarm_until (swarm, node_done_bytes (pairs[i].leech, FIRST) > 2 * LIMIT);
  while (!measure (pairs))
    g_assert_cmpuint (n_tries++, <, N_TRIES);
}

/* What is under way when a limit is lowered is let through as slowly as what comes later: of it,
 * nothing but a quarter of a second's allowance is there at once. */
static void
lower (guint64 before_bps)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("lowered", 64 * KIB, 200 * 1024 * KIB);
  Node   *seed = swarm_add_slow_seed (swarm, data, 30 * 1024 * KIB);
  Node   *leech = swarm_add_leech (swarm, "leech", data, seed);
  Pair    pair = { .seed = seed, .leech = leech };
  guint64 low = LIMIT / 4;
  guint64 bytes;
  gint64  now_usec;
  double  allowed;

  shoal_api_engine_set_limits (leech->engine, FIRST, before_bps, 0);
  swarm_until (swarm, node_done_bytes (leech, FIRST) > 4096 * KIB);
  shoal_api_engine_set_limits (leech->engine, FIRST, low, 0);
  swarm_until (swarm, node_get (leech, FIRST)->down_limit_bps == low);
  pair.began_usec = g_get_monotonic_time ();
  pair.began_bytes = node_get (leech, FIRST)->downloaded;
  swarm_run (swarm, LOWERED_MS);
  take_sample (&pair, &now_usec, &bytes);
  g_assert_false (node_is_done (leech, FIRST));
  /* The snapshot of the beginning may be as old as the way here: half a second is added. */
  allowed = (double) low * ((double) (now_usec - pair.began_usec) / G_USEC_PER_SEC + 0.5 + 0.25);
  g_test_message ("%" G_GUINT64_FORMAT " bytes came, %.0f may", bytes - pair.began_bytes, allowed);
  g_assert_cmpfloat ((double) (bytes - pair.began_bytes), <=, allowed);
  g_assert_cmpuint (bytes, >, pair.began_bytes);
}

static void
test_lowered (void)
{
  lower (0);
  lower (4096 * KIB);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/limits/ten-seconds", test_limits);
  g_test_add_func ("/swarm/limits/lowered", test_lowered);
  return g_test_run ();
}
