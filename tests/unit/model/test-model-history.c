/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "model/shoal-model-history.h"

#define START_SEC 40 /* soon after the machine was started */

static const ShoalTorrentId all = { 0 };
static const ShoalTorrentId one = { 1 };

static gint64
at (gint64 sec)
{
  return (START_SEC + sec) * G_USEC_PER_SEC + 500000;
}

static void
tell (ShoalModelHistory *history, ShoalTorrentId id, guint64 down_bps, guint64 up_bps, gint64 sec)
{
  g_autoptr (ShoalSnapshot) snapshot = shoal_snapshot_new ();
  ShoalTorrentInfo *info = shoal_torrent_info_new ();

  info->id = id;
  info->name = g_strdup ("x");
  info->down_bps = down_bps;
  info->up_bps = up_bps;
  g_ptr_array_add (snapshot->changed, info);
  snapshot->totals.down_bps = down_bps;
  snapshot->totals.up_bps = up_bps;
  shoal_model_history_apply (history, snapshot, at (sec));
}

/* The rates down as text, the same ones in a row once: "0*50 7*10". */
static char *
dup_down (ShoalModelHistory *history, ShoalTorrentId id, guint minutes, gint64 sec)
{
  ShoalModelRates rates[SHOAL_MODEL_HISTORY_MAX_SAMPLES];
  guint           n_unknown;
  guint           n = shoal_model_history_read (history, id, minutes, at (sec), rates, &n_unknown);
  guint           run = 0;
  GString        *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      run++;
      if (i + 1 < n && rates[i + 1].down_bps == rates[i].down_bps)
        continue;
      g_string_append_printf (text, "%s%u*%u", text->len > 0 ? " " : "", rates[i].down_bps, run);
      run = 0;
    }
  return g_string_free (text, FALSE);
}

static void
assert_down (ShoalModelHistory *history,
             ShoalTorrentId     id,
             guint              minutes,
             gint64             sec,
             const char        *expected)
{
  g_autofree char *text = dup_down (history, id, minutes, sec);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_a_rate_holds (void)
{
  g_autoptr (ShoalModelHistory) history = shoal_model_history_new (at (0));

  tell (history, one, 7, 0, 100);
  tell (history, one, 9, 0, 110);
  assert_down (history, one, 1, 120, "0*39 7*10 9*11");
  assert_down (history, all, 1, 120, "0*39 7*10 9*11");
  tell (history, one, 0, 0, 130);
  assert_down (history, one, 1, 200, "0*60");
  assert_down (history, one, 5, 200, "0*199 7*10 9*20 0*71");
  assert_down (history, (ShoalTorrentId){ 2 }, 1, 200, "0*60");
}

/* Of several rates in one second the last one counts. */
static void
test_several_in_a_second (void)
{
  g_autoptr (ShoalModelHistory) history = shoal_model_history_new (at (0));

  tell (history, one, 5, 0, 100);
  tell (history, one, 6, 0, 100);
  tell (history, one, 7, 0, 101);
  assert_down (history, one, 1, 102, "0*57 6*1 7*2");
}

static void
test_means_of_ten (void)
{
  g_autoptr (ShoalModelHistory) history = shoal_model_history_new (at (0));
  gint64 begin = 1000 - START_SEC; /* a full ten of the clock */

  tell (history, one, 100, 0, begin);
  tell (history, one, 0, 0, begin + 5);
  tell (history, one, 40, 0, begin + 20);
  assert_down (history, one, 60, begin + 30, "0*356 50*1 0*1 40*2");
}

static void
test_long_silence (void)
{
  g_autoptr (ShoalModelHistory) history = shoal_model_history_new (at (0));

  tell (history, one, 3, 0, 100);
  assert_down (history, one, 60, 100 + 20000, "3*360");
  assert_down (history, one, 5, 100 + 20000, "3*300");
  tell (history, one, 0, 0, 100 + 20001);
  assert_down (history, one, 1, 100 + 40000, "0*60");
}

/* What has moved nothing for an hour is not kept; what has, or does, is. */
static void
test_forgets (void)
{
  g_autoptr (ShoalModelHistory) history = shoal_model_history_new (at (0));

  tell (history, one, 0, 0, 1);
  g_assert_cmpuint (shoal_model_history_get_n_series (history), ==, 0);
  tell (history, one, 5, 0, 2);
  tell (history, one, 0, 0, 10);
  tell (history, (ShoalTorrentId){ 2 }, 0, 5, 10);
  g_assert_cmpuint (shoal_model_history_get_n_series (history), ==, 2);
  tell (history, (ShoalTorrentId){ 3 }, 0, 0, 3500);
  g_assert_cmpuint (shoal_model_history_get_n_series (history), ==, 2);
  tell (history, (ShoalTorrentId){ 3 }, 0, 0, 3800);
  g_assert_cmpuint (shoal_model_history_get_n_series (history), ==, 1);
  shoal_model_history_clear (history, at (3801));
  g_assert_cmpuint (shoal_model_history_get_n_series (history), ==, 0);
}

static void
test_is_bounded (void)
{
  g_autoptr (ShoalModelHistory) history = shoal_model_history_new (at (0));

  tell (history, one, 5, 0, 1);
  tell (history, (ShoalTorrentId){ 2 }, 5, 0, 2);
  tell (history, (ShoalTorrentId){ 2 }, 0, 0, 3);
  for (guint i = 3; i <= SHOAL_MODEL_HISTORY_MAX_SERIES + 1; i++)
    tell (history, (ShoalTorrentId){ i }, 5, 0, 4);
  g_assert_cmpuint (shoal_model_history_get_n_series (history), ==, SHOAL_MODEL_HISTORY_MAX_SERIES);
  assert_down (history, (ShoalTorrentId){ 2 }, 1, 5, "0*60");
  assert_down (history, one, 1, 5, "0*55 5*5");
}

static void
test_large_rates (void)
{
  g_autoptr (ShoalModelHistory) history = shoal_model_history_new (at (0));

  tell (history, one, G_MAXUINT64, 0, 100);
  assert_down (history, one, 1, 100, "0*59 4294967295*1");
  tell (history, one, G_MAXUINT64, 0, 5000);
  assert_down (history, one, 60, 5000, "4294967295*360");
}

static const struct
{
  gint64 sec;
  guint  minutes;
  guint  n;
  guint  n_unknown;
} age_cases[] = {
  { 0, 1, 60, 59 },    { 10, 1, 60, 49 },     { 59, 1, 60, 0 },     { 60, 1, 60, 0 },
  { 10, 5, 300, 289 }, { 100, 60, 360, 349 }, { 3600, 60, 360, 0 },
};

static void
test_says_what_it_does_not_know (void)
{
  g_autoptr (ShoalModelHistory) history = shoal_model_history_new (at (0));

  for (guint i = 0; i < G_N_ELEMENTS (age_cases); i++)
    {
      ShoalModelRates rates[SHOAL_MODEL_HISTORY_MAX_SAMPLES];
      guint           n_unknown;
      guint           n = shoal_model_history_read (
          history, all, age_cases[i].minutes, at (age_cases[i].sec), rates, &n_unknown);

      g_assert_cmpuint (n, ==, age_cases[i].n);
      g_assert_cmpuint (n_unknown, ==, age_cases[i].n_unknown);
    }
}

/* A torrent that is removed moves nothing; when it is brought back, what it moved is there. */
static void
test_removed (void)
{
  g_autoptr (ShoalModelHistory) history = shoal_model_history_new (at (0));
  g_autoptr (ShoalSnapshot) snapshot = shoal_snapshot_new ();

  tell (history, one, 5, 0, 100);
  g_array_append_val (snapshot->removed, one);
  shoal_model_history_apply (history, snapshot, at (110));
  assert_down (history, one, 1, 120, "0*39 5*10 0*11");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/history/a-rate-holds", test_a_rate_holds);
  g_test_add_func ("/model/history/several-in-a-second", test_several_in_a_second);
  g_test_add_func ("/model/history/means-of-ten", test_means_of_ten);
  g_test_add_func ("/model/history/long-silence", test_long_silence);
  g_test_add_func ("/model/history/forgets", test_forgets);
  g_test_add_func ("/model/history/is-bounded", test_is_bounded);
  g_test_add_func ("/model/history/large-rates", test_large_rates);
  g_test_add_func ("/model/history/unknown", test_says_what_it_does_not_know);
  g_test_add_func ("/model/history/removed", test_removed);
  return g_test_run ();
}
