/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "piece/shoal-piece-picker.h"

#include <string.h>

#include "piece-fixture.h"

#define SLOW         1000          /* bytes per second: a piece takes over 20 s */
#define FAST         (1000 * 1000) /* a piece takes less */
#define PIECE_BLOCKS 4

/* --- one pick, as a picture --- */

typedef struct
{
  const char *name;
  const char *availability; /* digits: other peers that have each piece */
  const char *have;         /* '#': ours */
  const char *priority;     /* digits */
  const char *partial;      /* digits: blocks of it that are here (more than 3: asked of slot 9) */
  const char *has;          /* '#': what the asking peer has */
  guint       n;
  const char *expected; /* the pieces of the picked blocks; alternatives are separated by '|' */

  guint64  rate_bps;
  gboolean sequential, snubbed, tight;
} Picture;

static const Picture pictures[] = {
  { "rarest", "4321", "....", "2222", "0000", "####", 4, "dddd", .rate_bps = SLOW },
  { "rarest-it-has", "4321", "....", "2222", "0000", "###.", 4, "cccc" },
  { "ties-by-chance", "2112", "....", "2222", "0000", "####", 4, "bbbb|cccc" },
  { "not-what-we-have", "4321", "...#", "2222", "0000", "####", 4, "cccc" },
  { "not-what-is-skipped", "4321", "....", "2220", "0000", "####", 4, "cccc" },
  { "high-before-rare", "4321", "....", "3222", "0000", "####", 5, "aaaad" },
  { "low-after-common", "4321", "....", "2221", "0000", "####", 5, "ccccb" },
  { "all-priorities", "1111", "....", "0132", "0000", "####", 12, "ccccddddbbbb" },
  { "partial-before-new", "4321", "....", "2222", "1000", "####", 4, "aaad" },
  { "partial-it-has", "4321", "....", "2222", "1000", ".###", 4, "dddd" },
  { "fullest-partial", "4321", "....", "2222", "1200", "####", 5, "bbaaa" },
  { "high-new-before-normal-partial", "4321", "....", "2232", "1000", "####", 7, "ccccaaa" },
  { "skipped-partial-rests", "4321", "....", "0222", "1000", "####", 4, "dddd" },
  { "nothing-it-has", "4321", "....", "2222", "1000", "....", 4, "" },
  { "nothing-we-want", "4321", "####", "2222", "0000", "####", 4, "" },
  { "sequential", "4321", "....", "2222", "0000", "####", 6, "aaaabb", .sequential = TRUE },
  { "sequential-gap", "4321", "#...", "2222", "0000", "#.##", 4, "cccc", .sequential = TRUE },
  { "sequential-high", "4321", "....", "2232", "0000", "####", 5, "cccca", .sequential = TRUE },
  { "sequential-partial", "4321", "....", "2222", "0010", "####", 4, "ccca", .sequential = TRUE },
  { "snubbed-takes-common", "4321", "....", "2222", "0000", "####", 4, "aaaa", .snubbed = TRUE },
  { "snubbed-leaves-busy", "4321", "....", "2222", "0400", "####", 4, "aaaa", .snubbed = TRUE },
  { "slow-shares-busy", "4321", "....", "2222", "0400", "####", 4, "bbbd", .rate_bps = SLOW },
  { "slow-takes-idle-first", "4321", "....", "2222", "0410", "####", 4, "cccb", .rate_bps = SLOW },
  { "tight-any-partial-first", "4321", "....", "2232", "1000", "####", 4, "aaac", .tight = TRUE },
};

static gboolean
is_among (const char *alternatives, const char *picture)
{
  g_auto (GStrv) list = g_strsplit (alternatives, "|", -1);

  return *picture == '\0' ? *alternatives == '\0'
                          : g_strv_contains ((const char *const *) list, picture);
}

/* So that pieces are not picked at random: four are had beyond the picture. */
static char *
lengthen (const char *picture, char filler)
{
  g_autofree char *tail = g_strnfill (4, filler);

  return g_strconcat (picture, tail, NULL);
}

/* Makes partial pieces by asking slot 9, which has nothing else. */
static void
make_partial (Torrent *t, guint piece, guint n)
{
  g_autoptr (ShoalBaseBitset) only =
      shoal_base_bitset_new (shoal_codec_layout_get_n_pieces (t->layout));
  ShoalPieceRequester who = { .slot = 9, .has = only };
  ShoalPieceBlock     blocks[PIECE_BLOCKS];
  guint               n_asked = n > PIECE_BLOCKS - 1 ? n - 3 : n, i;

  shoal_base_bitset_set (only, piece, TRUE);
  g_assert_cmpuint (shoal_piece_picker_pick (t->picker, &who, n_asked, blocks), ==, n_asked);
  if (n == n_asked)
    for (i = 0; i < n; i++)
      torrent_deliver (t, 9, blocks[i]);
}

static void
test_picture (gconstpointer data)
{
  const Picture   *p = data;
  Torrent          t;
  guint            seed, i, n;
  ShoalPieceBlock  blocks[32];
  g_autofree char *has_picture = lengthen (p->has, '#');
  g_autofree char *have_picture = lengthen (p->have, '#');

  for (seed = 0; seed < 20; seed++)
    {
      g_autoptr (ShoalBaseBitset) has = NULL;
      g_autoptr (ShoalBaseBitset) nothing = NULL;
      g_autofree char    *nothing_picture = g_strnfill (strlen (has_picture), '.');
      g_autofree char    *picked = NULL;
      ShoalPieceRequester who = { .slot = 2, .rate_bps = p->rate_bps, .snubbed = p->snubbed };

      torrent_init (&t, (guint) strlen (has_picture), PIECE_BLOCKS, seed);
      torrent_set_availability (&t, p->availability);
      nothing = torrent_add_peer (&t, 9, nothing_picture);
      has = torrent_add_peer (&t, 2, has_picture);
      shoal_piece_availability_remove (t.availability, has);
      torrent_set_have (&t, have_picture);
      for (i = 0; p->partial[i] != '\0'; i++)
        if (p->partial[i] != '0')
          make_partial (&t, i, p->partial[i] - '0');
      torrent_set_priorities (&t, p->priority);
      shoal_piece_picker_set_sequential (t.picker, p->sequential);
      shoal_piece_picker_set_tight (t.picker, p->tight);
      who.has = has;
      n = shoal_piece_picker_pick (t.picker, &who, p->n, blocks);
      picked = picture_of (blocks, n);
      if (!is_among (p->expected, picked))
        g_error ("%s: picked \"%s\" instead of \"%s\"", p->name, picked, p->expected);
      torrent_clear (&t);
    }
}

/* --- more than one pick --- */

static guint
pick (Torrent *t, ShoalPieceRequester who, guint n, ShoalPieceBlock *out)
{
  guint n_picked = shoal_piece_picker_pick (t->picker, &who, n, out);

  torrent_check (t);
  return n_picked;
}

#define assert_picks(t, who, n, expected)                                                          \
  G_STMT_START                                                                                     \
  {                                                                                                \
    ShoalPieceBlock  blocks_[64];                                                                  \
    guint            n_ = pick ((t), (who), (n), blocks_);                                         \
    g_autofree char *picture_ = picture_of (blocks_, n_);                                          \
    g_assert_cmpstr (picture_, ==, (expected));                                                    \
  }                                                                                                \
  G_STMT_END

static const ShoalPieceRequester fast_0 = { .slot = 0, .rate_bps = FAST };
static const ShoalPieceRequester slow_1 = { .slot = 1, .rate_bps = SLOW };

/* Two peers, @fast in slot 0 and @slow in slot 1, with the pieces of the pictures. */
typedef struct
{
  Torrent             t;
  ShoalBaseBitset    *bits[2];
  ShoalPieceRequester fast, slow;
} Pair;

static void
pair_init (Pair *pair, const char *fast_has, const char *slow_has)
{
  torrent_init (&pair->t, (guint) strlen (fast_has), PIECE_BLOCKS, 1);
  shoal_piece_picker_set_sequential (pair->t.picker, TRUE);
  pair->fast = fast_0;
  pair->slow = slow_1;
  pair->fast.has = pair->bits[0] = torrent_add_peer (&pair->t, 0, fast_has);
  pair->slow.has = pair->bits[1] = torrent_add_peer (&pair->t, 1, slow_has);
}

static void
pair_clear (Pair *pair)
{
  torrent_clear (&pair->t);
  shoal_base_bitset_free (pair->bits[0]);
  shoal_base_bitset_free (pair->bits[1]);
}

/* A peer that gets a piece in 20 s has it to itself while there is a choice. */
static void
test_affinity (void)
{
  Pair pair;

  pair_init (&pair, "###", "###");
  assert_picks (&pair.t, pair.fast, 1, "a");
  assert_picks (&pair.t, pair.slow, 1, "b");
  assert_picks (&pair.t, pair.fast, 1, "a");
  assert_picks (&pair.t, pair.slow, 1, "b");
  /* At last there is nothing else for the slow one but the fast one's piece. */
  assert_picks (&pair.t, pair.slow, 7, "bbcccca");
  g_assert_cmpuint (shoal_piece_ledger_forget_requests (pair.t.ledger, 1), ==, 9);
  assert_picks (&pair.t, pair.slow, 2, "bb");
  assert_picks (&pair.t, pair.fast, 2, "aa");
  pair_clear (&pair);
}

/* It no longer counts when the owner is slow by now, is gone, or memory is tight. */
static void
test_affinity_ends (void)
{
  Pair pair;

  pair_init (&pair, "##", "##");
  assert_picks (&pair.t, pair.fast, 1, "a");
  pair.fast.rate_bps = SLOW;
  assert_picks (&pair.t, pair.fast, 1, "a");
  assert_picks (&pair.t, pair.slow, 1, "a");
  pair_clear (&pair);

  pair_init (&pair, "##", "##");
  assert_picks (&pair.t, pair.fast, 1, "a");
  shoal_piece_ledger_remove_slot (pair.t.ledger, 0);
  assert_picks (&pair.t, pair.slow, 1, "a");
  pair_clear (&pair);

  pair_init (&pair, "##", "##");
  pair.fast.rate_bps = PIECE_BLOCKS * SHOAL_BASE_BLOCK_SIZE;
  assert_picks (&pair.t, pair.fast, 1, "a");
  shoal_piece_picker_set_tight (pair.t.picker, TRUE);
  assert_picks (&pair.t, pair.slow, 1, "a");
  pair_clear (&pair);
}

/* But a peer that has the whole piece in a moment keeps it even then, and new ones too. */
static void
test_affinity_when_tight (void)
{
  const guint64 size = PIECE_BLOCKS * SHOAL_BASE_BLOCK_SIZE;
  Pair          pair;

  pair_init (&pair, "###", "###");
  shoal_piece_picker_set_tight (pair.t.picker, TRUE);
  pair.fast.rate_bps = 4 * size;
  assert_picks (&pair.t, pair.fast, 1, "a");
  assert_picks (&pair.t, pair.slow, 1, "b");
  assert_picks (&pair.t, pair.fast, 1, "a");
  pair.fast.rate_bps = 4 * size - 1;
  assert_picks (&pair.t, pair.fast, 1, "a");
  assert_picks (&pair.t, pair.slow, 4, "abbb");
  pair_clear (&pair);
}

/* A piece that nobody works on goes to one who can take all of the rest. */
static void
test_orphan (void)
{
  Pair pair;

  pair_init (&pair, "##", "##");
  assert_picks (&pair.t, pair.slow, 1, "a");
  shoal_piece_ledger_forget_requests (pair.t.ledger, 1);
  assert_picks (&pair.t, pair.fast, 1, "a");
  assert_picks (&pair.t, pair.slow, 1, "b");
  pair_clear (&pair);
}

/* More unfinished pieces than 1.5 for each peer: they come before new ones of any priority,
 * but for those that somebody fetches in a moment. */
static void
test_crowded (void)
{
  Pair                     pair;
  guint                    i;
  ShoalPieceBlock          block;
  static const char *const only[] = { "#.....", ".#....", "..#...", "...#.." };

  pair_init (&pair, "######", "######");
  pair.fast.rate_bps = PIECE_BLOCKS * SHOAL_BASE_BLOCK_SIZE;
  for (i = 0; i < 4; i++)
    {
      g_autoptr (ShoalBaseBitset) bits = bits_from_picture (only[i]);
      ShoalPieceRequester who = pair.fast;

      who.has = bits;
      g_assert_cmpuint (pick (&pair.t, who, 1, &block), ==, 1);
      g_assert_cmpuint (block.piece, ==, i);
    }
  torrent_set_priorities (&pair.t, "222223");
  assert_picks (&pair.t, pair.slow, 14, "aaabbbcccdddff");
  pair_clear (&pair);
}

/* A suspect gets pieces that nobody else adds to, and adds to no piece of others. */
static void
test_parole (void)
{
  Pair pair;

  pair_init (&pair, "###", "###");
  assert_picks (&pair.t, pair.fast, 1, "a");
  pair.slow.on_parole = TRUE;
  assert_picks (&pair.t, pair.slow, 1, "b");
  assert_picks (&pair.t, pair.fast, 8, "aaacccc");
  assert_picks (&pair.t, pair.slow, 1, "b");
  /* Only when the other one would be idle, so that a slow suspect cannot hold up the end. */
  shoal_piece_ledger_forget_requests (pair.t.ledger, 0);
  torrent_set_priorities (&pair.t, "020");
  assert_picks (&pair.t, pair.fast, 8, "bb");
  pair_clear (&pair);
}

/* A piece of a suspect is not kept for it after its parole, and not lost with it. */
static void
test_parole_ends (void)
{
  Pair pair;

  pair_init (&pair, "##", "##");
  pair.slow.on_parole = TRUE;
  assert_picks (&pair.t, pair.slow, 1, "a");
  assert_picks (&pair.t, pair.fast, 8, "bbbb");
  pair.slow.on_parole = FALSE;
  assert_picks (&pair.t, pair.slow, 1, "a");
  assert_picks (&pair.t, pair.fast, 8, "aa");
  pair_clear (&pair);

  pair_init (&pair, "##", "##");
  pair.slow.on_parole = TRUE;
  assert_picks (&pair.t, pair.slow, 1, "a");
  shoal_piece_ledger_remove_slot (pair.t.ledger, 1);
  assert_picks (&pair.t, pair.fast, 8, "aaaabbbb");
  pair_clear (&pair);
}

/* A suspect that is alone with a piece begun by others may finish it: nobody else will. */
static void
test_parole_last_resort (void)
{
  Pair pair;

  pair_init (&pair, "#", "#");
  assert_picks (&pair.t, pair.fast, 2, "aa");
  pair.slow.on_parole = TRUE;
  assert_picks (&pair.t, pair.slow, 4, "");
  shoal_piece_ledger_remove_slot (pair.t.ledger, 0);
  assert_picks (&pair.t, pair.slow, 4, "aaaa");
  pair_clear (&pair);
}

/* BEP 6: while it chokes us, only its allowed-fast pieces. */
static void
test_allowed_fast (void)
{
  const guint32 allowed[] = { 3, 1, 0, 2 };
  Pair          pair;

  pair_init (&pair, "####.", "#####");
  torrent_set_have (&pair.t, "#....");
  torrent_set_priorities (&pair.t, "220.2");
  pair.fast.choked = TRUE;
  assert_picks (&pair.t, pair.fast, 8, "");
  pair.fast.allowed_fast = allowed;
  pair.fast.n_allowed_fast = G_N_ELEMENTS (allowed);
  assert_picks (&pair.t, pair.fast, 6, "ddddbb");
  assert_picks (&pair.t, pair.slow, 8, "eeeebb");
  assert_picks (&pair.t, pair.fast, 6, "");
  pair_clear (&pair);
}

static void
test_deadlines (void)
{
  Pair pair;

  pair_init (&pair, "#####", "#####");
  torrent_set_priorities (&pair.t, "32220");
  g_assert_true (shoal_piece_picker_set_deadline (pair.t.picker, 3, 2000));
  g_assert_true (shoal_piece_picker_set_deadline (pair.t.picker, 2, 1000));
  g_assert_true (shoal_piece_picker_set_deadline (pair.t.picker, 4, 500));
  assert_picks (&pair.t, pair.fast, 6, "ccccdd");
  /* The rest of a piece with a deadline is kept for nobody. */
  assert_picks (&pair.t, pair.slow, 1, "d");
  g_assert_true (shoal_piece_picker_set_deadline (pair.t.picker, 3, 0));
  g_assert_true (shoal_piece_picker_set_deadline (pair.t.picker, 1, 3000));
  assert_picks (&pair.t, pair.slow, 1, "b");
  shoal_piece_picker_clear_deadlines (pair.t.picker);
  assert_picks (&pair.t, pair.fast, 4, "aaaa");
  pair_clear (&pair);
}

/* What a peer refused is not asked of it again at once, but of others. */
static void
test_reject (void)
{
  Pair            pair;
  ShoalPieceBlock block;

  pair_init (&pair, "##", "##");
  g_assert_cmpuint (pick (&pair.t, pair.slow, 1, &block), ==, 1);
  g_assert_true (shoal_piece_ledger_on_reject (pair.t.ledger, 1, block));
  g_assert_false (shoal_piece_ledger_on_reject (pair.t.ledger, 1, block));
  assert_picks (&pair.t, pair.slow, 5, "bbbb");
  assert_picks (&pair.t, pair.fast, 1, "a");
  /* It may be asked again when all is forgiven, and a choke and unchoke later. */
  g_assert_true (shoal_piece_ledger_cancel (pair.t.ledger, 0, block));
  shoal_piece_ledger_forgive (pair.t.ledger);
  assert_picks (&pair.t, pair.slow, 1, "a");
  g_assert_true (shoal_piece_ledger_on_reject (pair.t.ledger, 1, block));
  assert_picks (&pair.t, pair.fast, 1, "a");
  shoal_piece_ledger_forget_requests (pair.t.ledger, 1);
  shoal_piece_ledger_remove_slot (pair.t.ledger, 0);
  assert_picks (&pair.t, pair.slow, 8, "aaaabbbb");
  pair_clear (&pair);
}

/* The first pieces are taken at random: over many seeds all come. */
static void
test_random_first (void)
{
  guint n_first[8] = { 0 }, seed, i;

  for (seed = 0; seed < 400; seed++)
    {
      Torrent             t;
      ShoalPieceBlock     block;
      ShoalPieceRequester who = { .slot = 0 };
      g_autoptr (ShoalBaseBitset) has = NULL;

      torrent_init (&t, 8, PIECE_BLOCKS, seed);
      torrent_set_availability (&t, "11999999");
      torrent_set_have (&t, "###.....");
      who.has = has = torrent_add_peer (&t, 0, "########");
      g_assert_cmpuint (pick (&t, who, 1, &block), ==, 1);
      n_first[block.piece]++;
      torrent_clear (&t);
    }
  for (i = 0; i < 3; i++)
    g_assert_cmpuint (n_first[i], ==, 0);
  for (i = 3; i < 8; i++)
    g_assert_cmpuint (n_first[i], >, 40);
}

/* --- end game --- */

/* An idle peer is asked for one block that another one owes, from the end of the slowest queue. */
static void
test_end_game (void)
{
  Pair              pair;
  ShoalPieceBlock   owed[4], more[8];
  ShoalPieceArrival arrival;

  pair_init (&pair, "#", "#");
  g_assert_false (shoal_piece_picker_is_end_game (pair.t.picker));
  g_assert_cmpuint (pick (&pair.t, pair.slow, 4, owed), ==, 4);
  g_assert_true (shoal_piece_picker_is_end_game (pair.t.picker));
  g_assert_cmpuint (pick (&pair.t, pair.fast, 8, more), ==, 1);
  g_assert_cmpuint (more[0].block, ==, 3);
  /* Not idle any more. */
  g_assert_cmpuint (pick (&pair.t, pair.fast, 8, more + 1), ==, 0);
  arrival = torrent_deliver (&pair.t, 0, more[0]);
  g_assert_cmpint (arrival.outcome, ==, SHOAL_PIECE_BLOCK_ACCEPTED);
  g_assert_cmpuint (arrival.n_cancel, ==, 1);
  g_assert_cmpuint (arrival.cancel[0], ==, 1);
  /* The other copy comes all the same. */
  arrival = torrent_deliver (&pair.t, 1, more[0]);
  g_assert_cmpint (arrival.outcome, ==, SHOAL_PIECE_BLOCK_DUPLICATE);
  g_assert_cmpuint (pick (&pair.t, pair.fast, 8, more), ==, 1);
  g_assert_cmpuint (more[0].block, ==, 2);
  arrival = torrent_deliver (&pair.t, 1, more[0]);
  g_assert_cmpuint (arrival.cancel[0], ==, 0);
  torrent_check (&pair.t);
  pair_clear (&pair);
}

/* Not while something is free that others could be asked for, nor for whoever is snubbed. */
static void
test_end_game_strict (void)
{
  Pair            pair;
  ShoalPieceBlock blocks[8];

  pair_init (&pair, "#.", "##");
  g_assert_cmpuint (pick (&pair.t, pair.slow, 5, blocks), ==, 5);
  g_assert_cmpuint (pick (&pair.t, pair.fast, 5, blocks), ==, 0);
  g_assert_cmpuint (pick (&pair.t, pair.slow, 5, blocks), ==, 3);
  pair.fast.snubbed = TRUE;
  g_assert_cmpuint (pick (&pair.t, pair.fast, 5, blocks), ==, 0);
  pair.fast.snubbed = FALSE;
  torrent_set_priorities (&pair.t, "02");
  g_assert_cmpuint (pick (&pair.t, pair.fast, 5, blocks), ==, 0);
  torrent_set_priorities (&pair.t, "22");
  g_assert_cmpuint (pick (&pair.t, pair.fast, 5, blocks), ==, 1);
  pair_clear (&pair);
}

/* A block is never owed by more than SHOAL_PIECE_MAX_ASKED, and spread before it is doubled. */
static void
test_end_game_spread (void)
{
  Torrent             t;
  ShoalPieceRequester who = { .rate_bps = SLOW };
  ShoalPieceBlock     blocks[PIECE_BLOCKS], block;
  guint               n_asked[PIECE_BLOCKS] = { 0 };
  g_autoptr (ShoalBaseBitset) all = bits_from_picture ("#");
  guint n_more = 0, slot, i;

  torrent_init (&t, 1, PIECE_BLOCKS, 1);
  for (slot = 0; slot < 60; slot++)
    shoal_piece_ledger_add_slot (t.ledger, slot, 1 + slot);
  who.has = all;
  g_assert_cmpuint (pick (&t, who, PIECE_BLOCKS, blocks), ==, PIECE_BLOCKS);
  for (who.slot = 1; who.slot < 60; who.slot++)
    {
      if (pick (&t, who, 5, &block) == 0)
        continue;
      n_asked[block.block]++;
      n_more++;
      if (who.slot == PIECE_BLOCKS)
        for (i = 0; i < PIECE_BLOCKS; i++)
          g_assert_cmpuint (n_asked[i], ==, 1);
    }
  g_assert_cmpuint (n_more, ==, PIECE_BLOCKS * (SHOAL_PIECE_MAX_ASKED - 1));
  torrent_clear (&t);
}

int
main (int argc, char **argv)
{
  guint i;

  g_test_init (&argc, &argv, NULL);
  for (i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autofree char *path = g_strconcat ("/piece/picker/picture/", pictures[i].name, NULL);

      g_test_add_data_func (path, &pictures[i], test_picture);
    }
  g_test_add_func ("/piece/picker/affinity", test_affinity);
  g_test_add_func ("/piece/picker/affinity-ends", test_affinity_ends);
  g_test_add_func ("/piece/picker/affinity-when-tight", test_affinity_when_tight);
  g_test_add_func ("/piece/picker/orphan", test_orphan);
  g_test_add_func ("/piece/picker/crowded", test_crowded);
  g_test_add_func ("/piece/picker/parole", test_parole);
  g_test_add_func ("/piece/picker/parole-ends", test_parole_ends);
  g_test_add_func ("/piece/picker/parole-last-resort", test_parole_last_resort);
  g_test_add_func ("/piece/picker/allowed-fast", test_allowed_fast);
  g_test_add_func ("/piece/picker/deadlines", test_deadlines);
  g_test_add_func ("/piece/picker/reject", test_reject);
  g_test_add_func ("/piece/picker/random-first", test_random_first);
  g_test_add_func ("/piece/picker/end-game", test_end_game);
  g_test_add_func ("/piece/picker/end-game-strict", test_end_game_strict);
  g_test_add_func ("/piece/picker/end-game-spread", test_end_game_spread);
  return g_test_run ();
}
