/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "piece/shoal-piece-choker.h"

#include <string.h>

#define SECOND ((gint64) G_USEC_PER_SEC)
#define START  (1000 * SECOND)
#define MIB    (1024 * 1024)

/* --- one round --- */

/* One character a peer: its gift in units of 1000 bytes per second, or '-' if it is not interested,
 * 's' if it is snubbed though it gave 9. Upper row '#': unchoked before. */
static const struct
{
  const char *gives;
  const char *before;
  guint       n_slots;
  const char *sure;  /* '#': unchoked in any case */
  const char *never; /* '#': not in any case */
  guint       n_given;
} rounds[] = {
  { "123456", "......", 4, "...###", "......", 4 },
  { "123456", "######", 4, "...###", "......", 4 },
  { "123456", "......", 1, ".....#", "#####.", 1 },
  { "123456", "......", 0, "......", "######", 0 },
  { "12", "..", 8, "##", "..", 2 },
  { "9-9-11", "......", 3, "#.#...", ".#.#..", 3 },
  { "9s99s1", "......", 4, "#.##..", "......", 4 },
  { "000000", "......", 4, "......", "......", 4 },
  { "ssssss", "......", 2, "......", "......", 2 },
  { "------", "######", 4, "......", "######", 0 },
  { "123456789123456", "...............", 10, "..", "..", 10 },
};

static guint
fill_rows (ShoalPieceChokeRow *rows, const char *gives, const char *before)
{
  guint n = (guint) strlen (gives), i;

  memset (rows, 0, n * sizeof *rows);
  for (i = 0; i < n; i++)
    {
      rows[i].slot = i;
      rows[i].connected_usec = START - 3600 * SECOND;
      rows[i].interested = gives[i] != '-';
      rows[i].snubbed = gives[i] == 's';
      rows[i].down_bps = g_ascii_isdigit (gives[i]) ? 1000u * (gives[i] - '0') : 9000;
      rows[i].unchoked = before[i] == '#';
      rows[i].unchoked_usec = rows[i].unchoked ? START - 600 * SECOND : 0;
    }
  return n;
}

static guint
count_given (const ShoalPieceChokeRow *rows, guint n)
{
  guint n_given = 0, i;

  for (i = 0; i < n; i++)
    n_given += rows[i].unchoke;
  return n_given;
}

static void
test_rounds (void)
{
  guint r, seed, i;

  for (r = 0; r < G_N_ELEMENTS (rounds); r++)
    for (seed = 0; seed < 50; seed++)
      {
        ShoalPieceChokeRow   rows[16];
        ShoalPieceChokeTerms terms = { .n_slots = rounds[r].n_slots, .quota_bytes = MIB };
        ShoalBaseRandom      random;
        guint                n = fill_rows (rows, rounds[r].gives, rounds[r].before);
        g_autoptr (ShoalPieceChoker) choker = NULL;

        shoal_base_random_init (&random, seed);
        choker = shoal_piece_choker_new (&random);
        shoal_piece_choker_run (choker, &terms, rows, n, START);
        g_assert_cmpuint (count_given (rows, n), ==, rounds[r].n_given);
        for (i = 0; rounds[r].sure[i] != '\0'; i++)
          {
            g_assert_true (rounds[r].sure[i] != '#' || rows[i].unchoke);
            g_assert_true (rounds[r].never[i] != '#' || !rows[i].unchoke);
          }
      }
}

/* When it is to be called again; with nobody interested, not before something changes. */
static void
test_next (void)
{
  ShoalPieceChokeRow   rows[2];
  ShoalPieceChokeTerms terms = { .n_slots = 4 };
  ShoalBaseRandom      random;
  g_autoptr (ShoalPieceChoker) choker = NULL;

  shoal_base_random_init (&random, 1);
  choker = shoal_piece_choker_new (&random);
  g_assert_cmpint (shoal_piece_choker_run (choker, &terms, rows, 0, START), ==, G_MAXINT64);
  fill_rows (rows, "--", "..");
  g_assert_cmpint (shoal_piece_choker_run (choker, &terms, rows, 2, START), ==, G_MAXINT64);
  fill_rows (rows, "-1", "..");
  g_assert_cmpint (
      shoal_piece_choker_run (choker, &terms, rows, 2, START + SECOND), ==, START + 10 * SECOND);
  g_assert_cmpint (shoal_piece_choker_run (choker, &terms, rows, 2, START + 10 * SECOND),
                   ==,
                   START + 20 * SECOND);
}

/* Between rounds: who has a slot keeps it, free ones are filled, and too many are taken away. */
static void
test_between_rounds (void)
{
  ShoalPieceChokeRow   rows[6];
  ShoalPieceChokeTerms terms = { .n_slots = 3 };
  ShoalBaseRandom      random;
  guint                seeding;

  for (seeding = 0; seeding < 2; seeding++)
    {
      g_autoptr (ShoalPieceChoker) choker = NULL;

      terms.n_slots = 3;
      terms.seeding = seeding;
      shoal_base_random_init (&random, 1);
      choker = shoal_piece_choker_new (&random);
      fill_rows (rows, "111---", "......");
      shoal_piece_choker_run (choker, &terms, rows, 6, START);
      g_assert_cmpuint (count_given (rows, 6), ==, 3);
      fill_rows (rows, "011999", "###...");
      shoal_piece_choker_run (choker, &terms, rows, 6, START + SECOND);
      g_assert_true (rows[0].unchoke && rows[1].unchoke && rows[2].unchoke);
      g_assert_cmpuint (count_given (rows, 6), ==, 3);
      fill_rows (rows, "0-1999", "###...");
      shoal_piece_choker_run (choker, &terms, rows, 6, START + 2 * SECOND);
      g_assert_true (rows[0].unchoke && !rows[1].unchoke && rows[2].unchoke);
      g_assert_cmpuint (count_given (rows, 6), ==, 3);
      terms.n_slots = 1;
      fill_rows (rows, "0-1999", "#.##..");
      shoal_piece_choker_run (choker, &terms, rows, 6, START + 3 * SECOND);
      g_assert_cmpuint (count_given (rows, 6), ==, 1);
    }
}

/* --- a swarm with a clock --- */

#define MAX_PEERS 24

typedef struct
{
  ShoalBaseRandom      random;
  ShoalPieceChoker    *choker;
  ShoalPieceChokeTerms terms;
  ShoalPieceChokeRow   rows[MAX_PEERS];
  guint64              taken[MAX_PEERS];      /* of us, in all */
  gint64               first_usec[MAX_PEERS]; /* when its first turn began; 0: never */
  guint64              takes_bps[MAX_PEERS];  /* it cannot take more */
  guint                n;
  guint64              up_bps; /* our limit */
  gint64               now_usec;
  gint64               next_usec;
} Swarm;

static void
swarm_init (Swarm *s, guint n, guint n_slots, gboolean seeding)
{
  guint i;

  memset (s, 0, sizeof *s);
  shoal_base_random_init (&s->random, 11);
  s->choker = shoal_piece_choker_new (&s->random);
  s->terms.n_slots = n_slots;
  s->terms.quota_bytes = SHOAL_PIECE_TURN_PIECES * MIB;
  s->terms.seeding = seeding;
  s->n = n;
  s->now_usec = s->next_usec = START;
  for (i = 0; i < n; i++)
    {
      s->rows[i].slot = i;
      s->rows[i].interested = TRUE;
      s->rows[i].connected_usec = START;
      s->takes_bps[i] = G_MAXUINT32;
    }
}

static void
swarm_choke (Swarm *s)
{
  guint i;

  s->next_usec = shoal_piece_choker_run (s->choker, &s->terms, s->rows, s->n, s->now_usec);
  g_assert_cmpuint (count_given (s->rows, s->n), <=, s->terms.n_slots);
  for (i = 0; i < s->n; i++)
    {
      ShoalPieceChokeRow *row = &s->rows[i];

      if (row->unchoke && !row->unchoked)
        {
          row->unchoked_usec = s->now_usec;
          row->turn_bytes = 0;
          if (s->first_usec[i] == 0)
            s->first_usec[i] = s->now_usec;
        }
      row->unchoked = row->unchoke;
    }
}

/* One second: our limit is shared evenly by those who have a slot. */
static void
swarm_second (Swarm *s)
{
  guint n_unchoked, i;

  if (s->now_usec >= s->next_usec)
    swarm_choke (s);
  n_unchoked = count_given (s->rows, s->n);
  for (i = 0; i < s->n; i++)
    if (s->rows[i].unchoked)
      {
        guint64 bytes = MIN (s->up_bps / n_unchoked, s->takes_bps[i]);

        s->rows[i].turn_bytes += bytes;
        s->rows[i].given_bytes += bytes;
        s->taken[i] += bytes;
      }
  s->now_usec += SECOND;
}

/* Of 12 leechers 6 give and 6 do not; 4 slots. Who does not give gets no more than the optimistic
 * share, ±20 %. */
static void
test_tit_for_tat (void)
{
  Swarm   s;
  guint64 all = 0, idle = 0;
  guint   i, t;

  swarm_init (&s, 12, 4, FALSE);
  s.up_bps = 400000;
  for (i = 0; i < 6; i++)
    s.rows[i].down_bps = 20000 + 5000 * i;
  for (t = 0; t < 3600; t++)
    swarm_second (&s);
  for (i = 0; i < 12; i++)
    {
      all += s.taken[i];
      idle += i < 6 ? 0 : s.taken[i];
      g_assert_cmpint (s.first_usec[i], !=, 0);
    }
  g_assert_cmpuint (idle, <=, all / 4 * 12 / 10);
  for (i = 3; i < 6; i++)
    g_assert_cmpuint (s.taken[i], >, s.taken[6] * 3);
  shoal_piece_choker_free (s.choker);
}

/* Those who give only when they are given to: who starts with nobody finds its partners. */
static void
test_reciprocity (void)
{
  Swarm   s;
  guint64 all = 0, idle = 0;
  guint   i, t;

  swarm_init (&s, 12, 4, FALSE);
  s.up_bps = 400000;
  for (t = 0; t < 3600; t++)
    {
      for (i = 0; i < 6; i++)
        s.rows[i].down_bps =
            s.rows[i].unchoked && s.now_usec - s.rows[i].unchoked_usec > 2 * SECOND ? 50000 : 0;
      swarm_second (&s);
    }
  for (i = 0; i < 12; i++)
    {
      all += s.taken[i];
      idle += i < 6 ? 0 : s.taken[i];
    }
  g_assert_cmpuint (idle, <=, all / 4 * 12 / 10);
  shoal_piece_choker_free (s.choker);
}

/* 20 leechers, 8 slots: each gets a turn within 3 quota rounds, whether the quota is used in less
 * than the shortest turn or in more, and nobody gets more than another by more than some turns. */
static void
test_seed_fairness (void)
{
  static const struct
  {
    guint64 up_bps;
    gint64  turn_sec; /* rounded up to choke rounds */
  } rows[] = { { 8 * MIB, 60 }, { 8 * MIB / 6, 120 }, { 8 * MIB / 10, 200 } };
  guint r, i, t;

  for (r = 0; r < G_N_ELEMENTS (rows); r++)
    {
      Swarm   s;
      guint64 least = G_MAXUINT64, most = 0;

      swarm_init (&s, 20, 8, TRUE);
      s.up_bps = rows[r].up_bps;
      for (t = 0; t < 3 * rows[r].turn_sec; t++)
        swarm_second (&s);
      for (i = 0; i < 20; i++)
        g_assert_cmpint (s.first_usec[i], !=, 0);
      for (t = 0; t < 40 * rows[r].turn_sec; t++)
        swarm_second (&s);
      for (i = 0; i < 20; i++)
        {
          least = MIN (least, s.taken[i]);
          most = MAX (most, s.taken[i]);
        }
      g_assert_cmpuint (most - least, <=, 2 * rows[r].turn_sec * s.up_bps / 8);
      shoal_piece_choker_free (s.choker);
    }
}

/* Who takes nothing, or next to nothing, does not keep a slot for ever while others wait. */
static void
test_seed_slow (void)
{
  Swarm s;
  guint i, t;

  swarm_init (&s, 12, 4, TRUE);
  s.up_bps = 4 * MIB;
  for (i = 0; i < 4; i++)
    s.takes_bps[i] = i < 2 ? 0 : 1000;
  for (t = 0; t < 1800; t++)
    swarm_second (&s);
  for (i = 0; i < 12; i++)
    g_assert_cmpint (s.first_usec[i], !=, 0);
  shoal_piece_choker_free (s.choker);
}

/* The optimistic slot moves on every 30 s, and to a new peer three times as likely. */
static void
test_optimistic (void)
{
  guint n_new = 0, n_old = 0, seed, i;

  for (seed = 0; seed < 3000; seed++)
    {
      ShoalPieceChokeRow   rows[6];
      ShoalPieceChokeTerms terms = { .n_slots = 2 };
      ShoalBaseRandom      random;
      gint64               now_usec;
      g_autoptr (ShoalPieceChoker) choker = NULL;
      guint first = 0, n_changes = 0;

      shoal_base_random_init (&random, seed);
      choker = shoal_piece_choker_new (&random);
      fill_rows (rows, "900000", "......");
      rows[5].connected_usec = START - 10 * SECOND;
      shoal_piece_choker_run (choker, &terms, rows, 6, START);
      g_assert_true (rows[0].unchoke);
      g_assert_false (shoal_piece_choker_is_optimistic (choker, 0));
      for (i = 1; i < 6; i++)
        {
          g_assert_cmpint (shoal_piece_choker_is_optimistic (choker, i), ==, rows[i].unchoke);
          if (rows[i].unchoke)
            first = i;
        }
      n_new += first == 5;
      n_old += first == 1;
      for (now_usec = START + 10 * SECOND; now_usec <= START + 30 * SECOND; now_usec += 10 * SECOND)
        {
          for (i = 0; i < 6; i++)
            rows[i].unchoked = rows[i].unchoke;
          g_assert_true (rows[first].unchoke);
          shoal_piece_choker_run (choker, &terms, rows, 6, now_usec);
          n_changes += !rows[first].unchoke;
        }
      g_assert_cmpuint (n_changes, ==, 1);
    }
  g_assert_cmpfloat ((double) n_new / n_old, >, 2.5);
  g_assert_cmpfloat ((double) n_new / n_old, <, 3.6);
}

/* An optimistic peer that gives earns a slot of its own, and the optimistic one goes on. */
static void
test_promotion (void)
{
  ShoalPieceChokeRow   rows[4];
  ShoalPieceChokeTerms terms = { .n_slots = 2 };
  ShoalBaseRandom      random;
  guint                winner, i;
  g_autoptr (ShoalPieceChoker) choker = NULL;

  shoal_base_random_init (&random, 1);
  choker = shoal_piece_choker_new (&random);
  fill_rows (rows, "1000", "....");
  shoal_piece_choker_run (choker, &terms, rows, 4, START);
  for (winner = 1; !rows[winner].unchoke; winner++)
    ;
  for (i = 0; i < 4; i++)
    rows[i].unchoked = rows[i].unchoke;
  rows[winner].down_bps = 5000;
  shoal_piece_choker_run (choker, &terms, rows, 4, START + 10 * SECOND);
  g_assert_true (rows[winner].unchoke);
  g_assert_false (shoal_piece_choker_is_optimistic (choker, winner));
  g_assert_cmpuint (count_given (rows, 4), ==, 2);
}

/* Whatever comes: never more than the slots, never fewer than could be used, only the interested,
 * and between rounds nobody loses a slot without need. */
static void
test_random (void)
{
  guint seed, step, i;

  for (seed = 0; seed < 20; seed++)
    {
      Swarm  s;
      gint64 round_usec = START;

      swarm_init (&s, MAX_PEERS, 5, FALSE);
      shoal_base_random_init (&s.random, seed);
      for (step = 0; step < 500; step++)
        {
          guint    n_interested = 0, n_before = 0, n_slots = s.terms.n_slots;
          gboolean is_round, has_switched = FALSE;

          i = shoal_base_random_below (&s.random, MAX_PEERS);
          s.rows[i].interested = shoal_base_random_below (&s.random, 2);
          s.rows[i].snubbed = shoal_base_random_below (&s.random, 2);
          s.rows[i].down_bps = shoal_base_random_below (&s.random, 3) * 1000;
          s.rows[i].turn_bytes += shoal_base_random_below (&s.random, 3) * 20 * MIB;
          if (step % 20 == 0)
            s.terms.n_slots = shoal_base_random_below (&s.random, 10);
          if (step % 100 == 0)
            s.terms.seeding = !s.terms.seeding, has_switched = TRUE;
          s.now_usec += shoal_base_random_below (&s.random, 5 * SECOND);
          is_round = s.now_usec >= round_usec || has_switched;
          for (i = 0; i < MAX_PEERS; i++)
            {
              n_interested += s.rows[i].interested;
              n_before += s.rows[i].interested && s.rows[i].unchoked;
            }
          n_slots = s.terms.n_slots;
          for (i = 0; i < MAX_PEERS; i++)
            s.rows[i].turn_bytes = s.rows[i].unchoked ? s.rows[i].turn_bytes : 0;
          {
            ShoalPieceChokeRow before[MAX_PEERS];

            memcpy (before, s.rows, sizeof before);
            swarm_choke (&s);
            g_assert_cmpuint (count_given (s.rows, MAX_PEERS), ==, MIN (n_slots, n_interested));
            for (i = 0; i < MAX_PEERS; i++)
              {
                g_assert_true (s.rows[i].interested || !s.rows[i].unchoke);
                if (!is_round && before[i].unchoked && before[i].interested && n_before <= n_slots)
                  g_assert_true (s.rows[i].unchoke);
              }
          }
          if (s.next_usec != G_MAXINT64)
            round_usec = s.next_usec;
          else if (is_round)
            round_usec = s.now_usec + SHOAL_PIECE_CHOKE_ROUND_USEC;
        }
      shoal_piece_choker_free (s.choker);
    }
}

/* --- slots of all torrents --- */

static const struct
{
  guint       total;
  guint       turn;
  const char *wanted;
  const char *given;
} shares[] = {
  { 8, 0, "8", "8" },
  { 20, 0, "888", "776" },
  { 20, 1, "888", "677" },
  { 20, 0, "188", "188" },
  { 20, 0, "1808", "1808" },
  { 4, 0, "8888888", "1111000" },
  { 4, 4, "8888888", "1000111" },
  { 0, 0, "88", "00" },
  { 100, 3, "888", "888" },
  { 9, 2, "3035", "3033" },
  { 9, 3, "5035", "3033" },
  { 5, 0, "0000", "0000" },
};

static void
test_distribute (void)
{
  guint r, i;

  for (r = 0; r < G_N_ELEMENTS (shares); r++)
    {
      guint            n = (guint) strlen (shares[r].wanted);
      guint            wanted[16], given[16];
      g_autofree char *picture = g_strnfill (n, ' ');

      for (i = 0; i < n; i++)
        wanted[i] = shares[r].wanted[i] - '0';
      shoal_piece_choker_distribute (wanted, given, n, shares[r].total, shares[r].turn);
      for (i = 0; i < n; i++)
        picture[i] = (char) ('0' + given[i]);
      g_assert_cmpstr (picture, ==, shares[r].given);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/piece/choker/rounds", test_rounds);
  g_test_add_func ("/piece/choker/next", test_next);
  g_test_add_func ("/piece/choker/between-rounds", test_between_rounds);
  g_test_add_func ("/piece/choker/tit-for-tat", test_tit_for_tat);
  g_test_add_func ("/piece/choker/reciprocity", test_reciprocity);
  g_test_add_func ("/piece/choker/seed-fairness", test_seed_fairness);
  g_test_add_func ("/piece/choker/seed-slow", test_seed_slow);
  g_test_add_func ("/piece/choker/optimistic", test_optimistic);
  g_test_add_func ("/piece/choker/promotion", test_promotion);
  g_test_add_func ("/piece/choker/random", test_random);
  g_test_add_func ("/piece/choker/distribute", test_distribute);
  return g_test_run ();
}
