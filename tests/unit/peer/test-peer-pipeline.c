/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/shoal-base-pool.h"
#include "base/shoal-base-rate.h"
#include "peer/shoal-peer-pipeline.h"

#define START (1000 * G_USEC_PER_SEC)

/* A remote that sends blocks at @bps with a delay of @rtt_usec, kept busy as the pipeline says, for
 * @seconds. Returns how many bytes came in the last second. */
static guint64
simulate (ShoalPeerPipeline *pipeline, guint64 bps, gint64 rtt_usec, guint seconds)
{
  ShoalBaseRate rate = { 0 };
  gint64        per_block = (gint64) ((guint64) SHOAL_BASE_BLOCK_SIZE * G_USEC_PER_SEC / bps);
  gint64        end = START + (gint64) seconds * G_USEC_PER_SEC;
  gint64        line_free = START;
  guint64       last_second = 0;
  g_autoptr (GArray) arrivals = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint  head = 0;
  gint64 now = START;

  shoal_peer_pipeline_on_owed (pipeline, now);
  while (now < end)
    {
      while (arrivals->len - head < shoal_peer_pipeline_get_target (pipeline))
        {
          gint64 arrival;

          line_free = MAX (line_free, now + rtt_usec / 2) + per_block;
          arrival = line_free + rtt_usec / 2;
          g_array_append_val (arrivals, arrival);
        }
      now = g_array_index (arrivals, gint64, head++);
      shoal_base_rate_add (&rate, now, SHOAL_BASE_BLOCK_SIZE);
      shoal_peer_pipeline_on_block (
          pipeline, now, SHOAL_BASE_BLOCK_SIZE, shoal_base_rate_get_bps (&rate, now));
      if (now >= end - G_USEC_PER_SEC && now < end)
        last_second += SHOAL_BASE_BLOCK_SIZE;
    }
  return last_second;
}

/* Whatever the distance, the line is full in the end and the queue within its bounds. */
static void
test_fills_line (void)
{
  static const struct
  {
    guint64 bps;
    gint64  rtt_ms;
  } ROWS[] = {
    { 25000000, 100 }, { 25000000, 1 },  { 1000000, 300 },  { 100000, 50 },
    { 20000, 500 },    { 5000000, 200 }, { 60000000, 100 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      ShoalPeerPipeline pipeline;
      guint64           got;

      shoal_peer_pipeline_init (&pipeline);
      shoal_peer_pipeline_set_limit (&pipeline, 500);
      got = simulate (&pipeline, ROWS[i].bps, ROWS[i].rtt_ms * 1000, 20);
      g_assert_cmpuint (got + 2 * SHOAL_BASE_BLOCK_SIZE, >=, ROWS[i].bps / 10 * 9);
      g_assert_cmpuint (shoal_peer_pipeline_get_target (&pipeline), >=, 2);
      g_assert_cmpuint (shoal_peer_pipeline_get_target (&pipeline), <=, 500);
    }
}

/* A slow remote is not left with minutes of requests: three seconds' worth. */
static void
test_slow_remote (void)
{
  ShoalPeerPipeline pipeline;

  shoal_peer_pipeline_init (&pipeline);
  simulate (&pipeline, 50000, 50000, 30);
  g_assert_cmpuint (shoal_peer_pipeline_get_target (&pipeline), <=, 14);
  g_assert_cmpuint (shoal_peer_pipeline_get_target (&pipeline), >=, 5);
}

static void
test_limits (void)
{
  static const guint LIMITS[] = { 1, 2, 50, 250, 500, 501, 2000, G_MAXUINT };

  for (guint i = 0; i < G_N_ELEMENTS (LIMITS); i++)
    {
      ShoalPeerPipeline pipeline;
      guint             most = MIN (LIMITS[i], SHOAL_PEER_PIPELINE_MAX);

      shoal_peer_pipeline_init (&pipeline);
      shoal_peer_pipeline_set_limit (&pipeline, LIMITS[i]);
      g_assert_cmpuint (shoal_peer_pipeline_get_target (&pipeline), <=, most);
      for (guint k = 0; k < 2000; k++)
        {
          shoal_peer_pipeline_on_block (&pipeline, START + k * 100, SHOAL_BASE_BLOCK_SIZE, 0);
          g_assert_cmpuint (shoal_peer_pipeline_get_target (&pipeline), <=, most);
        }
      g_assert_cmpuint (shoal_peer_pipeline_get_target (&pipeline), ==, most);
    }
}

/* What came of late, long before an average over seconds says so. */
static void
test_bps (void)
{
  const guint64     per_second = 100 * SHOAL_BASE_BLOCK_SIZE;
  ShoalPeerPipeline pipeline;
  gint64            now = START;

  shoal_peer_pipeline_init (&pipeline);
  g_assert_cmpuint (shoal_peer_pipeline_get_bps (&pipeline, now), ==, 0);
  for (guint i = 0; i <= 25; i++)
    shoal_peer_pipeline_on_block (
        &pipeline, START + i * G_USEC_PER_SEC / 100, SHOAL_BASE_BLOCK_SIZE, 0);
  now = START + G_USEC_PER_SEC / 4;
  g_assert_cmpuint (shoal_peer_pipeline_get_bps (&pipeline, now), ==, per_second);
  /* A burst is no rate: the same in a moment. */
  g_assert_cmpuint (shoal_peer_pipeline_get_bps (&pipeline, START + 1), ==, per_second);
  for (guint i = 26; i <= 100; i++)
    shoal_peer_pipeline_on_block (
        &pipeline, START + i * G_USEC_PER_SEC / 100, SHOAL_BASE_BLOCK_SIZE, 0);
  /* The second is over: what it had counts until the next one is, and no longer. */
  now = START + G_USEC_PER_SEC;
  g_assert_cmpuint (shoal_peer_pipeline_get_bps (&pipeline, now + 1), ==, per_second);
  g_assert_cmpuint (shoal_peer_pipeline_get_bps (&pipeline, now + 2 * G_USEC_PER_SEC), ==, 0);
}

static void
test_slow_start_grows (void)
{
  ShoalPeerPipeline pipeline;
  guint             before;

  shoal_peer_pipeline_init (&pipeline);
  before = shoal_peer_pipeline_get_target (&pipeline);
  for (guint i = 0; i < 10; i++)
    shoal_peer_pipeline_on_block (&pipeline, START + i, SHOAL_BASE_BLOCK_SIZE, 0);
  g_assert_cmpuint (shoal_peer_pipeline_get_target (&pipeline), ==, before + 10);
}

static void
test_snub (void)
{
  ShoalPeerPipeline pipeline;
  gint64            now = START;

  shoal_peer_pipeline_init (&pipeline);
  g_assert_cmpint (shoal_peer_pipeline_get_snub_deadline (&pipeline), ==, G_MAXINT64);
  shoal_peer_pipeline_on_owed (&pipeline, now);
  g_assert_cmpint (
      shoal_peer_pipeline_get_snub_deadline (&pipeline), ==, now + 20 * G_USEC_PER_SEC);
  g_assert_cmpint (
      shoal_peer_pipeline_get_reply_deadline (&pipeline), ==, now + 60 * G_USEC_PER_SEC);
  /* A block moves both, a refusal or part of a block only the latter. */
  now += 5 * G_USEC_PER_SEC;
  shoal_peer_pipeline_on_block (&pipeline, now, SHOAL_BASE_BLOCK_SIZE, 0);
  shoal_peer_pipeline_on_reply (&pipeline, now + G_USEC_PER_SEC);
  g_assert_cmpint (
      shoal_peer_pipeline_get_snub_deadline (&pipeline), ==, now + 20 * G_USEC_PER_SEC);
  g_assert_cmpint (
      shoal_peer_pipeline_get_reply_deadline (&pipeline), ==, now + 61 * G_USEC_PER_SEC);
  pipeline.snubbed = TRUE;
  g_assert_cmpuint (shoal_peer_pipeline_get_target (&pipeline), ==, 1);
  g_assert_cmpint (shoal_peer_pipeline_get_snub_deadline (&pipeline), ==, G_MAXINT64);
  shoal_peer_pipeline_on_block (&pipeline, now, SHOAL_BASE_BLOCK_SIZE, 0);
  g_assert_false (pipeline.snubbed);
  /* Time in which we did not read does not count. */
  now += 15 * G_USEC_PER_SEC;
  shoal_peer_pipeline_excuse (&pipeline, now);
  g_assert_cmpint (
      shoal_peer_pipeline_get_snub_deadline (&pipeline), ==, now + 20 * G_USEC_PER_SEC);
  shoal_peer_pipeline_on_settled (&pipeline);
  shoal_peer_pipeline_excuse (&pipeline, now);
  g_assert_cmpint (shoal_peer_pipeline_get_snub_deadline (&pipeline), ==, G_MAXINT64);
  g_assert_cmpint (shoal_peer_pipeline_get_reply_deadline (&pipeline), ==, G_MAXINT64);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer/pipeline/fills-line", test_fills_line);
  g_test_add_func ("/peer/pipeline/slow-remote", test_slow_remote);
  g_test_add_func ("/peer/pipeline/limits", test_limits);
  g_test_add_func ("/peer/pipeline/bps", test_bps);
  g_test_add_func ("/peer/pipeline/slow-start-grows", test_slow_start_grows);
  g_test_add_func ("/peer/pipeline/snub", test_snub);
  return g_test_run ();
}
