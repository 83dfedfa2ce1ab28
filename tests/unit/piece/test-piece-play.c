/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "piece/shoal-piece-play.h"

#include <string.h>

#include "piece-swarm.h"

/* A file that is played while it comes. */

#define KB           1000
#define MB           (1000 * 1000)
#define SECOND       ((gint64) G_USEC_PER_SEC)
#define PIECE_BLOCKS 4

/* --- the order --- */

typedef struct
{
  guint       n_pieces, n_blocks, first, n;
  const char *expected; /* runs */
} Order;

static const Order orders[] = {
  { 8, 4, 0, 0, "" },
  { 8, 4, 3, 1, "3-3" },
  { 8, 4, 3, 2, "3-3 4-4" },
  { 8, 4, 2, 5, "2-2 6-6 3-5" },
  { 1000, 4, 0, 1000, "0-0 984-999 1-983" }, /* a share of it, as long as that is small */
  { 20000, 16, 100, 9000, "100-100 9092-9099 101-9091" }, /* and never more than 2 MiB */
  { 100, 1024, 0, 100, "0-0 99-99 1-98" },
};

static void
test_order (void)
{
  guint i, k;

  for (i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autoptr (GString) found = g_string_new (NULL);
      ShoalPiecePlay play;
      Torrent        t;

      torrent_init (&t, orders[i].n_pieces, orders[i].n_blocks, 1);
      shoal_piece_play_init (&play, t.layout, orders[i].first, orders[i].n);
      for (k = 0; k < play.n_runs; k++)
        g_string_append_printf (
            found, "%s%u-%u", k > 0 ? " " : "", play.runs[k].first, play.runs[k].last);
      g_assert_cmpstr (found->str, ==, orders[i].expected);
      torrent_clear (&t);
    }
}

/* --- one pick, as a picture --- */

typedef struct
{
  const char *name;
  const char *have;     /* '#': ours */
  const char *priority; /* digits */
  const char *partial;  /* digits: blocks of it that are here */
  const char *has;      /* '#': what the asking peer has */
  const char *played;   /* '#' */
  guint       n;
  const char *expected; /* the pieces of the picked blocks */

  gboolean snubbed, on_parole, sequential, tight;
} Picture;

static const Picture pictures[] = {
  { "in-order",
    "........",
    "22222222",
    "00000000",
    "########",
    "..####..",
    16,
    "ccccffffddddeeee" },
  { "before-high", "........", "33222233", "00000000", "########", "..##....", 8, "ccccdddd" },
  { "low-itself", "........", "22112222", "00000000", "########", "..##....", 8, "ccccdddd" },
  { "then-the-rest",
    "....####",
    "22220000",
    "00000000",
    "########",
    "..##....",
    12,
    "ccccddddaaaa",
    .sequential = TRUE },
  { "rest-by-priority",
    "....####",
    "23220000",
    "00000000",
    "########",
    "...#....",
    9,
    "ddddbbbba",
    .sequential = TRUE },
  { "what-it-has", "........", "22222222", "00000000", "####.###", "..####..", 8, "ccccffff" },
  { "not-what-we-have", "..#.....", "22222222", "00000000", "########", "..####..", 8, "ffffdddd" },
  { "not-what-is-skipped",
    "........",
    "22202222",
    "00000000",
    "########",
    "..####..",
    12,
    "ccccffffeeee" },
  { "joins", "........", "22222222", "00020000", "########", "..####..", 11, "ccccffffdde" },
  { "before-other-partial",
    "........",
    "22222222",
    "20000000",
    "########",
    "..##....",
    8,
    "ccccdddd" },
  { "tight-partial-before-new",
    "........",
    "22222222",
    "20020000",
    "########",
    "..####..",
    8,
    "ddaacccc",
    .tight = TRUE },
  { "snubbed-does-not",
    "....####",
    "22220000",
    "00000000",
    "########",
    "..#.....",
    4,
    "aaaa",
    .snubbed = TRUE,
    .sequential = TRUE },
  { "parole-does-not",
    "....####",
    "22220000",
    "00000000",
    "########",
    "..#.....",
    4,
    "aaaa",
    .on_parole = TRUE,
    .sequential = TRUE },
};

/* By slot 9, which has nothing else; nothing is played yet. */
static void
make_partial (Torrent *t, guint piece, guint n)
{
  g_autoptr (ShoalBaseBitset) only =
      shoal_base_bitset_new (shoal_codec_layout_get_n_pieces (t->layout));
  ShoalPieceRequester who = { .slot = 9, .has = only };
  ShoalPieceBlock     blocks[PIECE_BLOCKS];
  guint               i;

  shoal_base_bitset_set (only, piece, TRUE);
  g_assert_cmpuint (shoal_piece_picker_pick (t->picker, &who, n, blocks), ==, n);
  for (i = 0; i < n; i++)
    torrent_deliver (t, 9, blocks[i]);
}

static void
test_picture (gconstpointer data)
{
  const Picture *p = data;
  guint          n_played = 0, first = 0, seed, i, n;

  for (i = 0; p->played[i] != '\0'; i++)
    if (p->played[i] == '#' && n_played++ == 0)
      first = i;
  for (seed = 0; seed < 10; seed++)
    {
      g_autoptr (ShoalBaseBitset) has = NULL;
      g_autoptr (ShoalBaseBitset) nothing = NULL;
      g_autofree char    *picked = NULL;
      ShoalPieceBlock     blocks[32];
      Torrent             t;
      ShoalPieceRequester who = { .slot = 2, .snubbed = p->snubbed, .on_parole = p->on_parole };

      torrent_init (&t, (guint) strlen (p->has), PIECE_BLOCKS, seed);
      nothing = torrent_add_peer (&t, 9, "........");
      who.has = has = torrent_add_peer (&t, 2, p->has);
      torrent_set_have (&t, p->have);
      for (i = 0; p->partial[i] != '\0'; i++)
        if (p->partial[i] != '0')
          make_partial (&t, i, p->partial[i] - '0');
      torrent_set_priorities (&t, p->priority);
      shoal_piece_picker_set_sequential (t.picker, p->sequential);
      shoal_piece_picker_set_tight (t.picker, p->tight);
      shoal_piece_picker_set_played (t.picker, first, n_played);
      n = shoal_piece_picker_pick (t.picker, &who, p->n, blocks);
      picked = picture_of (blocks, n);
      if (!g_str_equal (picked, p->expected))
        g_error ("%s: picked \"%s\" instead of \"%s\"", p->name, picked, p->expected);
      torrent_clear (&t);
    }
}

/* --- several peers --- */

static guint
pick (Torrent *t, ShoalPieceSlot slot, const ShoalBaseBitset *has, guint64 rate_bps, guint n)
{
  ShoalPieceRequester who = { .slot = slot, .has = has, .rate_bps = rate_bps };
  ShoalPieceBlock     blocks[64];
  guint               n_picked = shoal_piece_picker_pick (t->picker, &who, n, blocks);

  torrent_check (t);
  return n_picked;
}

static guint
count_asked (const Torrent *t, ShoalPieceSlot slot, guint piece)
{
  guint                  n_asked, n = 0, i;
  const ShoalPieceBlock *asked = shoal_piece_ledger_get_requests (t->ledger, slot, &n_asked);

  for (i = 0; i < n_asked; i++)
    n += asked[i].piece == piece;
  return n;
}

/* Nobody has a piece of it to himself; what a slow peer owes at the front is asked of one quicker,
 * and of no third. */
static void
test_late (void)
{
  g_autoptr (ShoalBaseBitset) slow = NULL;
  g_autoptr (ShoalBaseBitset) fast = NULL;
  g_autoptr (ShoalBaseBitset) third = NULL;
  Torrent t;

  torrent_init (&t, 8, PIECE_BLOCKS, 1);
  slow = torrent_add_peer (&t, 0, "########");
  fast = torrent_add_peer (&t, 1, "########");
  third = torrent_add_peer (&t, 2, "########");
  shoal_piece_picker_set_played (t.picker, 0, 8);
  g_assert_cmpuint (pick (&t, 0, slow, 4 * KB, 12), ==, 12); /* 0, 7, 1 */
  g_assert_cmpuint (count_asked (&t, 0, 1), ==, 4);
  g_assert_cmpuint (pick (&t, 1, fast, 4 * MB, 12), ==, 12);
  g_assert_cmpuint (count_asked (&t, 1, 0), ==, 4);
  g_assert_cmpuint (count_asked (&t, 1, 7), ==, 4);
  g_assert_cmpuint (count_asked (&t, 1, 1), ==, 0); /* so many at once */
  g_assert_cmpuint (count_asked (&t, 1, 2), ==, 4);
  g_assert_cmpuint (pick (&t, 2, third, 8 * MB, 4), ==, 4);
  g_assert_cmpuint (count_asked (&t, 2, 0), ==, 0);
  g_assert_cmpuint (count_asked (&t, 2, 7), ==, 0);
  g_assert_cmpuint (count_asked (&t, 2, 1), ==, 4);
  g_assert_cmpuint (pick (&t, 2, third, 8 * MB, 4), ==, 4);
  g_assert_cmpuint (count_asked (&t, 2, 3), ==, 4);
  torrent_clear (&t);
}

/* Peers of one speed do not ask twice. */
static void
test_alike (void)
{
  g_autoptr (ShoalBaseBitset) a = NULL;
  g_autoptr (ShoalBaseBitset) b = NULL;
  Torrent t;

  torrent_init (&t, 8, PIECE_BLOCKS, 1);
  a = torrent_add_peer (&t, 0, "########");
  b = torrent_add_peer (&t, 1, "########");
  shoal_piece_picker_set_played (t.picker, 0, 8);
  pick (&t, 0, a, MB, 10);
  pick (&t, 1, b, MB, 10);
  g_assert_cmpuint (count_asked (&t, 1, 0), ==, 0);
  g_assert_cmpuint (count_asked (&t, 1, 7), ==, 0);
  g_assert_cmpuint (count_asked (&t, 1, 1), ==, 2);
  g_assert_cmpuint (count_asked (&t, 1, 2), ==, 4);
  torrent_clear (&t);
}

/* --- a whole swarm --- */

#define N_PIECES 600
#define FIRST    200
#define N_PLAYED 300

/* Bytes from the beginning of the file on that are there without a gap. */
static guint64
get_front (const Swarm *s)
{
  guint piece = FIRST;

  while (piece < FIRST + N_PLAYED && shoal_piece_map_get_state (s->t.map, piece) == SHOAL_PIECE_HAD)
    piece++;
  return (piece - FIRST) * (guint64) shoal_codec_layout_get_piece_length (s->t.layout);
}

/* Somebody plays it at 0.7 of what all send together, from 15 s after the start: it is there in
 * time, in not much more time than it takes, and little is asked for in vain. */
static void
play (guint seed, guint slowest, double factor)
{
  Swarm   s;
  double  speed = slowest, bps = 0;
  guint64 size = N_PLAYED * (guint64) PIECE_BLOCKS * 4 * SHOAL_BASE_BLOCK_SIZE, played = 0;
  guint   i, second, n_stalls = 0;

  swarm_init (&s, N_PIECES, PIECE_BLOCKS * 4, seed);
  shoal_piece_picker_set_played (s.t.picker, FIRST, N_PLAYED);
  for (i = 0; i < 12; i++, speed *= factor)
    bps += swarm_add_peer (&s, (guint64) speed, i % 3 == 2 ? 30 : 0)->bps;
  for (second = 1; get_front (&s) < size; second++)
    {
      swarm_run (&s, 1);
      g_assert_cmpuint (second, <, 3600);
      if (second <= 15)
        continue;
      played = MIN (played + (guint64) (0.7 * bps), size);
      if (get_front (&s) < played)
        {
          n_stalls++;
          played = get_front (&s);
        }
    }
  g_test_message ("there after %u s, ideal %.0f s; stalled for %u s; wasted %u of %u",
                  second,
                  (double) size / bps,
                  n_stalls,
                  s.n_wasted,
                  (guint) (size / SHOAL_BASE_BLOCK_SIZE));
  g_assert_cmpuint (n_stalls, <=, 1);
  g_assert_cmpfloat (second, <=, 1.4 * (double) size / bps + 5);
  g_assert_cmpuint (s.n_wasted, <=, N_PLAYED * PIECE_BLOCKS * 4 / 20);
  /* The rest comes as ever. */
  g_assert_true (swarm_run (&s, 3600));
  swarm_clear (&s);
}

static void
test_swarm (void)
{
  guint seed;

  for (seed = 0; seed < 3; seed++)
    {
      play (seed, 200 * KB, 1.0); /* all alike */
      play (seed, 20 * KB, 1.45); /* up to 1.2 MB/s */
      play (seed, 5 * KB, 1.7);   /* up to 1.7 MB/s: the slow ones hold nobody up */
    }
}

int
main (int argc, char **argv)
{
  guint i;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/piece/play/order", test_order);
  for (i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autofree char *path = g_strconcat ("/piece/play/pictures/", pictures[i].name, NULL);

      g_test_add_data_func (path, &pictures[i], test_picture);
    }
  g_test_add_func ("/piece/play/late", test_late);
  g_test_add_func ("/piece/play/alike", test_alike);
  g_test_add_func ("/piece/play/swarm", test_swarm);
  return g_test_run ();
}
