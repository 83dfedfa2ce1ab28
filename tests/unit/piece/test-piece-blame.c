/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "piece/shoal-piece-blame.h"

#include <string.h>

#include "base/shoal-base-random.h"

#define MAX_BLOCKS 16

/* Senders as a picture: one letter a block, '?' unknown, '-' padding. An upper-case letter is the
 * same sender with bad data. */
typedef struct
{
  ShoalPieceSender senders[MAX_BLOCKS];
  ShoalSha1        digests[MAX_BLOCKS];
  guint            n;
} Blocks;

static Blocks
blocks_from_picture (const char *picture)
{
  Blocks blocks = { 0 };
  guint  i;

  for (i = 0; picture[i] != '\0'; i++)
    {
      char c = picture[i];

      blocks.senders[i] = (ShoalPieceSender) g_ascii_tolower (c);
      if (c == '?')
        blocks.senders[i] = SHOAL_PIECE_SENDER_NONE;
      if (c == '-')
        blocks.senders[i] = SHOAL_PIECE_SENDER_SELF;
      /* Bad data of different senders differs, of the same one it does not. */
      blocks.digests[i].bytes[0] = (guint8) i;
      blocks.digests[i].bytes[1] = g_ascii_isupper (c) ? (guint8) c : 0;
    }
  blocks.n = i;
  return blocks;
}

static char *
take_banned (GArray *banned)
{
  GString *picture = g_string_new (NULL);
  guint    i;

  for (i = 0; i < banned->len; i++)
    g_string_append_c (picture, (char) g_array_index (banned, ShoalPieceSender, i));
  g_array_set_size (banned, 0);
  return g_string_free (picture, FALSE);
}

/* What happens to one piece: '!' fails, '+' passes, ':' fails without digests; then who sent what.
 * Separated by spaces. Then who is banned after each step, separated by commas. */
static const struct
{
  const char *name;
  const char *history;
  const char *banned;
} stories[] = {
  { "sole", "!AAAA", "a" },
  { "sole-without-digests", ":AAAA", "a" },
  { "sole-with-padding", "!AA--", "a" },
  { "not-sole-with-unknown", "!AA??", "" },
  { "liar", "!abCd +abed", ",c" },
  { "liar-himself-helps-again", "!abCd +abcd", ",c" },
  { "two-liars", "!aBCd +aeed", ",bc" },
  { "liar-second-failure", "!abCd !abDd +abed", ",,cd" },
  { "two-versions", "!abCd !abcd", ",c" },
  { "same-version-twice", "!abCd !abCd +aeed", ",,c" },
  { "all-innocent", "!abcd +abcd", "," },
  { "unknown-was-bad", "!ab? +abc", "," },
  { "by-points", ":ABCD :abcd :abcd :abcd", ",,,abcd" },
  { "points-that-may-be-cleared", "!abCd !abCd !abCd !abCd !abCd +abed", ",,,,,c" },
  { "no-points-with-unknown", ":ab? :ab? :ab? :ab? :ab?", ",,,," },
};

static void
test_story (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data), i;
  g_auto (GStrv) steps = g_strsplit (stories[row].history, " ", -1);
  g_auto (GStrv) expected = g_strsplit (stories[row].banned, ",", -1);
  g_autoptr (GArray) banned = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  g_autoptr (ShoalPieceBlame) blame = shoal_piece_blame_new ();

  for (i = 0; steps[i] != NULL; i++)
    {
      Blocks           blocks = blocks_from_picture (steps[i] + 1);
      const ShoalSha1 *digests = steps[i][0] == ':' ? NULL : blocks.digests;
      g_autofree char *who = NULL;

      if (steps[i][0] == '+')
        shoal_piece_blame_on_passed (blame, 5, blocks.senders, digests, blocks.n, banned);
      else
        shoal_piece_blame_on_failed (blame, 5, blocks.senders, digests, blocks.n, banned);
      shoal_piece_blame_check (blame);
      who = take_banned (banned);
      g_assert_cmpstr (who, ==, expected[i] != NULL ? expected[i] : "");
    }
  g_assert_cmpint (
      shoal_piece_blame_wants_digests (blame, 5), ==, shoal_piece_blame_get_n_digests (blame) > 0);
}

static void
fail (ShoalPieceBlame *blame, guint piece, const char *picture, GArray *banned)
{
  Blocks blocks = blocks_from_picture (picture);

  shoal_piece_blame_on_failed (blame, piece, blocks.senders, blocks.digests, blocks.n, banned);
  shoal_piece_blame_check (blame);
}

static void
pass (ShoalPieceBlame *blame, guint piece, const char *picture, GArray *banned)
{
  Blocks blocks = blocks_from_picture (picture);

  shoal_piece_blame_on_passed (blame, piece, blocks.senders, blocks.digests, blocks.n, banned);
  shoal_piece_blame_check (blame);
}

static void
test_trust_and_parole (void)
{
  guint i;
  g_autoptr (GArray) banned = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  g_autoptr (ShoalPieceBlame) blame = shoal_piece_blame_new ();

  g_assert_cmpint (shoal_piece_blame_get_trust (blame, 'a'), ==, 0);
  for (i = 0; i < 20; i++)
    pass (blame, i, "aab", banned);
  g_assert_cmpint (shoal_piece_blame_get_trust (blame, 'a'), ==, 8);
  g_assert_false (shoal_piece_blame_is_on_parole (blame, 'a'));

  fail (blame, 30, "abC", banned);
  g_assert_cmpint (shoal_piece_blame_get_trust (blame, 'a'), ==, 6);
  g_assert_cmpint (shoal_piece_blame_get_trust (blame, 'c'), ==, -2);
  g_assert_true (shoal_piece_blame_is_on_parole (blame, 'a'));
  g_assert_true (shoal_piece_blame_is_on_parole (blame, 'b'));
  g_assert_true (shoal_piece_blame_wants_digests (blame, 30));
  g_assert_false (shoal_piece_blame_wants_digests (blame, 31));
  /* A piece that it sent alone ends parole; one it had a part in does not. */
  pass (blame, 31, "aaa", banned);
  pass (blame, 32, "bd", banned);
  g_assert_false (shoal_piece_blame_is_on_parole (blame, 'a'));
  g_assert_true (shoal_piece_blame_is_on_parole (blame, 'b'));
  /* So does the comparison, which gives back the points too. */
  g_assert_cmpuint (banned->len, ==, 0);
  pass (blame, 30, "abd", banned);
  g_assert_cmpuint (banned->len, ==, 1);
  g_assert_cmpuint (g_array_index (banned, ShoalPieceSender, 0), ==, 'c');
  g_assert_false (shoal_piece_blame_is_on_parole (blame, 'b'));
  g_assert_cmpint (shoal_piece_blame_get_trust (blame, 'b'), ==, 8);
  g_assert_cmpint (shoal_piece_blame_get_trust (blame, 'c'), ==, 0);
  g_assert_cmpuint (shoal_piece_blame_get_n_digests (blame), ==, 0);
}

/* A liar that spoils many pieces at once takes nobody with it. */
static void
test_many_pieces (void)
{
  guint i;
  g_autoptr (GArray) banned = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  g_autoptr (ShoalPieceBlame) blame = shoal_piece_blame_new ();

  for (i = 0; i < 50; i++)
    fail (blame, i, "abcX", banned);
  g_assert_cmpuint (banned->len, ==, 0);
  for (i = 0; i < 50; i++)
    pass (blame, i, "abcd", banned);
  g_assert_cmpuint (banned->len, ==, 1);
  g_assert_cmpuint (g_array_index (banned, ShoalPieceSender, 0), ==, 'x');
  g_assert_cmpint (shoal_piece_blame_get_trust (blame, 'a'), ==, 8);
}

/* However much fails, memory is bounded; who can no longer be cleared is judged by points. */
static void
test_bounded (void)
{
  enum
  {
    N_BLOCKS = 1000
  };
  g_autofree ShoalPieceSender *senders = g_new (ShoalPieceSender, N_BLOCKS);
  g_autofree ShoalSha1        *digests = g_new0 (ShoalSha1, N_BLOCKS);
  guint                        piece, i;
  g_autoptr (GArray) banned = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  g_autoptr (ShoalPieceBlame) blame = shoal_piece_blame_new ();

  for (piece = 0; piece < 100; piece++)
    {
      for (i = 0; i < N_BLOCKS; i++)
        senders[i] = i < 10 ? 1 + i : 100 + (guint64) piece * 100 + i % 100;
      shoal_piece_blame_on_failed (blame, piece, senders, digests, N_BLOCKS, banned);
      g_assert_cmpuint (shoal_piece_blame_get_n_digests (blame), <=, SHOAL_PIECE_MAX_DIGESTS);
    }
  shoal_piece_blame_check (blame);
  g_assert_false (shoal_piece_blame_wants_digests (blame, 0));
  g_assert_true (shoal_piece_blame_wants_digests (blame, 99));
}

/* Fails and passes at random keep the books straight, and only liars are banned. */
static void
test_random (void)
{
  guint seed, step, i;

  for (seed = 0; seed < 20; seed++)
    {
      ShoalBaseRandom random;
      gboolean        is_banned[26] = { FALSE };
      g_autoptr (GArray) banned = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
      g_autoptr (ShoalPieceBlame) blame = shoal_piece_blame_new ();

      shoal_base_random_init (&random, seed);
      for (step = 0; step < 2000; step++)
        {
          char     picture[9] = { 0 };
          gboolean is_bad = FALSE;

          /* 'a' and 'b' lie now and then until they are banned; who is banned sends no more. */
          for (i = 0; i < 8; i++)
            {
              guint who = shoal_base_random_below (&random, 10);

              while (is_banned[who])
                who = shoal_base_random_below (&random, 10);
              picture[i] = (char) ('a' + who);
              if (who < 2 && shoal_base_random_below (&random, 8) == 0)
                {
                  picture[i] = g_ascii_toupper (picture[i]);
                  is_bad = TRUE;
                }
            }
          if (is_bad)
            fail (blame, shoal_base_random_below (&random, 20), picture, banned);
          else
            pass (blame, shoal_base_random_below (&random, 20), picture, banned);
          for (i = 0; i < banned->len; i++)
            {
              guint who = (guint) (g_array_index (banned, ShoalPieceSender, i) - 'a');

              g_assert_cmpuint (who, <, 2);
              is_banned[who] = TRUE;
            }
          g_array_set_size (banned, 0);
        }
      g_assert_true (is_banned[0] && is_banned[1]);
    }
}

int
main (int argc, char **argv)
{
  guint i;

  g_test_init (&argc, &argv, NULL);
  for (i = 0; i < G_N_ELEMENTS (stories); i++)
    {
      g_autofree char *path = g_strconcat ("/piece/blame/story/", stories[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_story);
    }
  g_test_add_func ("/piece/blame/trust-and-parole", test_trust_and_parole);
  g_test_add_func ("/piece/blame/many-pieces", test_many_pieces);
  g_test_add_func ("/piece/blame/bounded", test_bounded);
  g_test_add_func ("/piece/blame/random", test_random);
  return g_test_run ();
}
