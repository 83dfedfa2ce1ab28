/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "piece/shoal-piece-ledger.h"

#include <string.h>

#include "piece-fixture.h"

#define PIECE_BLOCKS 4

static guint
pick (Torrent *t, ShoalPieceSlot slot, const ShoalBaseBitset *has, guint n, ShoalPieceBlock *out)
{
  ShoalPieceRequester who = { .slot = slot, .has = has };

  return shoal_piece_picker_pick (t->picker, &who, n, out);
}

static ShoalPieceOpenInfo
info_of (const Torrent *t, guint piece)
{
  ShoalPieceOpenInfo info;
  guint              place;

  for (place = 0; shoal_piece_ledger_get_open (t->ledger, place, &info); place++)
    if (info.piece == piece)
      return info;
  g_assert_not_reached ();
}

static void
test_life (void)
{
  Torrent                 t;
  ShoalPieceBlock         blocks[PIECE_BLOCKS];
  guint8                 *data[PIECE_BLOCKS];
  const ShoalPieceSender *senders;
  guint                   n, i;
  g_autoptr (ShoalBaseBitset) has = NULL;
  g_autoptr (ShoalBaseBitset) has_1 = NULL;

  torrent_init (&t, 1, PIECE_BLOCKS, 1);
  has = torrent_add_peer (&t, 0, "#");
  has_1 = torrent_add_peer (&t, 1, "#");
  g_assert_cmpint (
      torrent_deliver (&t, 0, (ShoalPieceBlock){ 0, 0 }).outcome, ==, SHOAL_PIECE_BLOCK_UNWANTED);
  g_assert_cmpuint (pick (&t, 0, has, 3, blocks), ==, 3);
  g_assert_cmpuint (pick (&t, 1, has_1, 3, blocks + 3), ==, 1);
  g_assert_cmpint (shoal_piece_map_get_state (t.map, 0), ==, SHOAL_PIECE_OPEN);
  /* In any order, and one from a peer that was not asked for it. */
  g_assert_cmpint (torrent_deliver (&t, 0, blocks[2]).outcome, ==, SHOAL_PIECE_BLOCK_ACCEPTED);
  g_assert_cmpint (torrent_deliver (&t, 0, blocks[2]).outcome, ==, SHOAL_PIECE_BLOCK_DUPLICATE);
  g_assert_cmpint (torrent_deliver (&t, 0, blocks[0]).outcome, ==, SHOAL_PIECE_BLOCK_ACCEPTED);
  g_assert_cmpint (torrent_deliver (&t, 0, blocks[3]).cancel[0], ==, 1);
  shoal_piece_ledger_get_requests (t.ledger, 1, &n);
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpint (torrent_deliver (&t, 0, blocks[1]).outcome, ==, SHOAL_PIECE_BLOCK_COMPLETE);
  g_assert_cmpuint (shoal_piece_ledger_get_n_held (t.ledger), ==, 4);
  g_assert_cmpuint (shoal_piece_ledger_take_piece (t.ledger, 0, data), ==, 0);
  g_assert_cmpuint (shoal_piece_ledger_get_n_held (t.ledger), ==, 0);
  for (i = 0; i < PIECE_BLOCKS; i++)
    {
      const ShoalPieceBlock expected = { 0, i };

      g_assert_cmpmem (data[i], sizeof expected, &expected, sizeof expected);
      shoal_base_pool_give (t.pool, data[i]);
    }
  g_assert_cmpint (shoal_piece_map_get_state (t.map, 0), ==, SHOAL_PIECE_VERIFYING);
  g_assert_cmpint (torrent_deliver (&t, 1, blocks[1]).outcome, ==, SHOAL_PIECE_BLOCK_DUPLICATE);
  senders = shoal_piece_ledger_get_senders (t.ledger, 0, &n);
  g_assert_cmpuint (n, ==, PIECE_BLOCKS);
  for (i = 0; i < n; i++)
    g_assert_cmpuint (senders[i], ==, 1000);
  torrent_check (&t);
  shoal_piece_ledger_on_verified (t.ledger, 0);
  g_assert_cmpint (shoal_piece_map_get_state (t.map, 0), ==, SHOAL_PIECE_HAD);
  g_assert_cmpint (torrent_deliver (&t, 1, blocks[1]).outcome, ==, SHOAL_PIECE_BLOCK_DUPLICATE);
  torrent_clear (&t);
}

static void
test_failed (void)
{
  Torrent         t;
  ShoalPieceBlock blocks[PIECE_BLOCKS];
  guint           i;
  g_autoptr (ShoalBaseBitset) has = NULL;

  torrent_init (&t, 1, PIECE_BLOCKS, 1);
  has = torrent_add_peer (&t, 0, "#");
  pick (&t, 0, has, PIECE_BLOCKS, blocks);
  for (i = 0; i < PIECE_BLOCKS; i++)
    torrent_deliver (&t, 0, blocks[i]);
  torrent_take (&t, 0);
  g_assert_cmpuint (pick (&t, 0, has, PIECE_BLOCKS, blocks), ==, 0);
  shoal_piece_ledger_on_failed (t.ledger, 0);
  g_assert_cmpint (shoal_piece_map_get_state (t.map, 0), ==, SHOAL_PIECE_MISSING);
  g_assert_cmpuint (pick (&t, 0, has, PIECE_BLOCKS, blocks), ==, PIECE_BLOCKS);
  torrent_clear (&t);
}

/* Who leaves lets go of what it was asked for, and what it sent stays. */
static void
test_leave (void)
{
  Torrent                 t;
  ShoalPieceBlock         blocks[PIECE_BLOCKS], again[PIECE_BLOCKS];
  const ShoalPieceSender *senders;
  guint                   n, i;
  g_autoptr (ShoalBaseBitset) has = NULL;
  g_autoptr (ShoalBaseBitset) has_1 = NULL;

  torrent_init (&t, 1, PIECE_BLOCKS, 1);
  has = torrent_add_peer (&t, 0, "#");
  has_1 = torrent_add_peer (&t, 7, "#");
  pick (&t, 7, has, PIECE_BLOCKS, blocks);
  torrent_deliver (&t, 7, blocks[0]);
  g_assert_true (shoal_piece_ledger_cancel (t.ledger, 7, blocks[1]));
  g_assert_false (shoal_piece_ledger_cancel (t.ledger, 7, blocks[1]));
  g_assert_cmpuint (pick (&t, 0, has, PIECE_BLOCKS, again), ==, 1);
  g_assert_cmpuint (again[0].block, ==, blocks[1].block);
  shoal_piece_ledger_remove_slot (t.ledger, 7);
  g_assert_cmpuint (pick (&t, 0, has, PIECE_BLOCKS, again + 1), ==, 2);
  for (i = 0; i < 3; i++)
    torrent_deliver (&t, 0, again[i]);
  senders = shoal_piece_ledger_get_senders (t.ledger, 0, &n);
  for (i = 0; i < n; i++)
    g_assert_cmpuint (senders[i], ==, i == blocks[0].block ? 1007 : 1000);
  /* The slot may be used again. */
  shoal_piece_ledger_add_slot (t.ledger, 7, 5);
  torrent_clear (&t);
}

static void
test_early_write (void)
{
  Torrent         t;
  ShoalPieceBlock blocks[2 * PIECE_BLOCKS];
  guint8         *data[PIECE_BLOCKS];
  guint           i;
  g_autoptr (ShoalBaseBitset) has = NULL;

  torrent_init (&t, 2, PIECE_BLOCKS, 1);
  shoal_piece_picker_set_sequential (t.picker, TRUE);
  has = torrent_add_peer (&t, 0, "##");
  g_assert_cmpuint (shoal_piece_ledger_get_least_active (t.ledger), ==, SHOAL_PIECE_NONE);
  pick (&t, 0, has, 2 * PIECE_BLOCKS, blocks);
  torrent_deliver (&t, 0, blocks[0]);
  torrent_deliver (&t, 0, blocks[PIECE_BLOCKS]);
  g_assert_cmpuint (shoal_piece_ledger_get_least_active (t.ledger), ==, 0);
  torrent_deliver (&t, 0, blocks[1]);
  g_assert_cmpuint (shoal_piece_ledger_get_least_active (t.ledger), ==, 1);
  g_assert_cmpuint (shoal_piece_ledger_take_early (t.ledger, 0, data), ==, 2);
  g_assert_null (data[2]);
  for (i = 0; i < 2; i++)
    shoal_base_pool_give (t.pool, data[i]);
  g_assert_cmpuint (info_of (&t, 0).n_writing, ==, 2);
  torrent_deliver (&t, 0, blocks[2]);
  /* Not complete while writes are under way: one may fail. */
  g_assert_cmpint (torrent_deliver (&t, 0, blocks[3]).outcome, ==, SHOAL_PIECE_BLOCK_ACCEPTED);
  g_assert_cmpint (
      shoal_piece_ledger_on_written (t.ledger, blocks[0], TRUE), ==, SHOAL_PIECE_BLOCK_ACCEPTED);
  g_assert_cmpint (
      shoal_piece_ledger_on_written (t.ledger, blocks[0], TRUE), ==, SHOAL_PIECE_BLOCK_UNWANTED);
  g_assert_cmpint (
      shoal_piece_ledger_on_written (t.ledger, blocks[1], FALSE), ==, SHOAL_PIECE_BLOCK_ACCEPTED);
  g_assert_cmpuint (info_of (&t, 0).n_free, ==, 1);
  g_assert_cmpuint (pick (&t, 0, has, 4, blocks), ==, 1);
  g_assert_cmpint (torrent_deliver (&t, 0, blocks[0]).outcome, ==, SHOAL_PIECE_BLOCK_COMPLETE);
  g_assert_cmpuint (torrent_take (&t, 0), ==, 1);
  shoal_piece_ledger_on_verified (t.ledger, 0);
  torrent_clear (&t);
}

/* The blocks of one who was banned are asked for again. */
static void
test_drop (void)
{
  Torrent         t;
  ShoalPieceBlock blocks[2 * PIECE_BLOCKS];
  guint           i;
  g_autoptr (ShoalBaseBitset) has = NULL;
  g_autoptr (ShoalBaseBitset) has_1 = NULL;

  torrent_init (&t, 2, PIECE_BLOCKS, 1);
  shoal_piece_picker_set_sequential (t.picker, TRUE);
  has = torrent_add_peer (&t, 0, "##");
  has_1 = torrent_add_peer (&t, 1, "##");
  pick (&t, 0, has, 3, blocks);
  pick (&t, 1, has_1, 3, blocks + 3);
  for (i = 0; i < 5; i++)
    torrent_deliver (&t, i < 2 || i == 4, blocks[i]);
  g_assert_cmpuint (shoal_piece_ledger_drop_sender (t.ledger, 1001), ==, 3);
  torrent_check (&t);
  g_assert_cmpuint (shoal_piece_ledger_get_n_held (t.ledger), ==, 2);
  g_assert_cmpuint (info_of (&t, 0).n_free, ==, 2);
  g_assert_cmpuint (shoal_piece_ledger_drop_sender (t.ledger, 1001), ==, 0);
  g_assert_cmpuint (pick (&t, 0, has, 2, blocks), ==, 2);
  torrent_clear (&t);
}

/* A late write ends a piece. */
static void
test_written_last (void)
{
  Torrent         t;
  ShoalPieceBlock block;
  guint8         *data;
  g_autoptr (ShoalBaseBitset) has = NULL;

  torrent_init (&t, 1, 1, 1);
  has = torrent_add_peer (&t, 0, "#");
  pick (&t, 0, has, 1, &block);
  torrent_deliver (&t, 0, block);
  g_assert_cmpuint (shoal_piece_ledger_take_early (t.ledger, 0, &data), ==, 1);
  shoal_base_pool_give (t.pool, data);
  g_assert_cmpint (
      shoal_piece_ledger_on_written (t.ledger, block, TRUE), ==, SHOAL_PIECE_BLOCK_COMPLETE);
  g_assert_cmpuint (torrent_take (&t, 0), ==, 1);
  shoal_piece_ledger_on_verified (t.ledger, 0);
  g_assert_cmpint (
      shoal_piece_ledger_on_written (t.ledger, block, TRUE), ==, SHOAL_PIECE_BLOCK_UNWANTED);
  torrent_clear (&t);
}

static void
test_reset (void)
{
  Torrent         t;
  ShoalPieceBlock blocks[6];
  guint           i;
  g_autoptr (ShoalBaseBitset) has = NULL;

  torrent_init (&t, 3, PIECE_BLOCKS, 1);
  shoal_piece_picker_set_sequential (t.picker, TRUE);
  has = torrent_add_peer (&t, 0, "###");
  pick (&t, 0, has, 6, blocks);
  for (i = 0; i < 5; i++)
    torrent_deliver (&t, 0, blocks[i]);
  torrent_take (&t, 0);
  shoal_piece_ledger_reset (t.ledger);
  torrent_check (&t);
  g_assert_cmpuint (shoal_piece_ledger_get_n_open (t.ledger), ==, 0);
  g_assert_cmpuint (shoal_base_pool_get_n_taken (t.pool), ==, 0);
  for (i = 0; i < 3; i++)
    g_assert_cmpint (shoal_piece_map_get_state (t.map, i), ==, SHOAL_PIECE_MISSING);
  g_assert_cmpuint (pick (&t, 0, has, 6, blocks), ==, 6);
  torrent_clear (&t);
}

/* BEP 47: blocks of nothing but padding are never asked for, and handed over as zeros. */
static void
test_padding (void)
{
  const guint64        b = SHOAL_BASE_BLOCK_SIZE;
  const ShoalCodecFile files[] = {
    { .path = "a", .length = 100 },
    { .path = ".pad/1", .length = 3 * b - 100, .flags = SHOAL_CODEC_FILE_PAD },
    { .path = "empty", .length = 0 },
    { .path = ".pad/2", .length = b, .flags = SHOAL_CODEC_FILE_PAD },
    { .path = ".pad/3", .length = 4 * b, .flags = SHOAL_CODEC_FILE_PAD },
    { .path = "b", .length = 5 },
  };
  Torrent            t;
  ShoalPieceBlock    blocks[8];
  guint8            *data[PIECE_BLOCKS];
  ShoalPieceOpenInfo info;
  guint              n, i, k;
  g_autoptr (ShoalBaseBitset) has = NULL;

  torrent_init_files (&t, files, G_N_ELEMENTS (files), PIECE_BLOCKS, 1);
  shoal_piece_picker_set_sequential (t.picker, TRUE);
  has = torrent_add_peer (&t, 0, "###");
  /* One block of the first piece, all of the second, which is nothing else, and the last one. */
  g_assert_cmpuint (pick (&t, 0, has, 8, blocks), ==, 6);
  info = info_of (&t, 0);
  g_assert_cmpuint (info.n_padding, ==, 3);
  g_assert_cmpint (torrent_deliver (&t, 0, blocks[0]).outcome, ==, SHOAL_PIECE_BLOCK_COMPLETE);
  g_assert_cmpuint (shoal_piece_ledger_take_piece (t.ledger, 0, data), ==, 0);
  g_assert_cmpuint (
      shoal_piece_ledger_get_senders (t.ledger, 0, &n)[3], ==, SHOAL_PIECE_SENDER_SELF);
  for (i = 0; i < PIECE_BLOCKS; i++)
    {
      for (k = 0; i > 0 && k < SHOAL_BASE_BLOCK_SIZE; k++)
        g_assert_cmpuint (data[i][k], ==, 0);
      shoal_base_pool_give (t.pool, data[i]);
    }
  shoal_piece_ledger_on_verified (t.ledger, 0);
  torrent_clear (&t);
}

/* --- random operations against a naive model --- */

#define N_PIECES 6
#define N_SLOTS  5

typedef enum
{
  MISSING,
  HERE,
  WRITING,
  ON_DISK,
} Where;

typedef struct
{
  Torrent          t;
  ShoalBaseRandom  random;
  ShoalBaseBitset *has;
  gboolean         is_there[N_SLOTS];
  guint8           where[N_PIECES][PIECE_BLOCKS];
  guint8           from[N_PIECES][PIECE_BLOCKS]; /* the slot that sent it */
  gboolean         asked[N_PIECES][PIECE_BLOCKS][N_SLOTS];
  ShoalPieceState  state[N_PIECES];
} Model;

static guint
below (Model *m, guint n)
{
  return shoal_base_random_below (&m->random, n);
}

static gboolean
is_whole (const Model *m, guint piece)
{
  guint i;

  for (i = 0; i < PIECE_BLOCKS; i++)
    if (m->where[piece][i] != HERE && m->where[piece][i] != ON_DISK)
      return FALSE;
  return TRUE;
}

static void
unask_all (Model *m, guint slot)
{
  guint p, b;

  for (p = 0; p < N_PIECES; p++)
    for (b = 0; b < PIECE_BLOCKS; b++)
      m->asked[p][b][slot] = FALSE;
}

static void
do_pick (Model *m, guint slot)
{
  ShoalPieceBlock blocks[8];
  guint           n = pick (&m->t, slot, m->has, 1 + below (m, 8), blocks), i, s, n_asked;

  for (i = 0; i < n; i++)
    {
      guint p = blocks[i].piece, b = blocks[i].block;

      g_assert_true (m->state[p] == SHOAL_PIECE_MISSING || m->state[p] == SHOAL_PIECE_OPEN);
      g_assert_cmpint (m->where[p][b], ==, MISSING);
      g_assert_false (m->asked[p][b][slot]);
      for (s = 0, n_asked = 0; s < N_SLOTS; s++)
        n_asked += m->asked[p][b][s];
      g_assert_true (n_asked == 0 || n == 1);
      m->asked[p][b][slot] = TRUE;
      m->state[p] = SHOAL_PIECE_OPEN;
    }
}

static void
take_or_not (Model *m, guint piece)
{
  guint n_on_disk = 0, i;

  if (m->state[piece] != SHOAL_PIECE_OPEN || !is_whole (m, piece))
    return;
  for (i = 0; i < PIECE_BLOCKS; i++)
    n_on_disk += m->where[piece][i] == ON_DISK;
  g_assert_cmpuint (torrent_take (&m->t, piece), ==, n_on_disk);
  m->state[piece] = SHOAL_PIECE_VERIFYING;
}

static void
do_block (Model *m, guint slot)
{
  ShoalPieceBlock   block = { below (m, N_PIECES), below (m, PIECE_BLOCKS) };
  guint8           *where = &m->where[block.piece][block.block];
  ShoalPieceArrival arrival;
  guint             s, n_cancel = 0;

  arrival = torrent_deliver (&m->t, slot, block);
  if (m->state[block.piece] == SHOAL_PIECE_MISSING)
    {
      g_assert_cmpint (arrival.outcome, ==, SHOAL_PIECE_BLOCK_UNWANTED);
      return;
    }
  if (m->state[block.piece] != SHOAL_PIECE_OPEN || *where != MISSING)
    {
      g_assert_cmpint (arrival.outcome, ==, SHOAL_PIECE_BLOCK_DUPLICATE);
      return;
    }
  for (s = 0; s < N_SLOTS; s++)
    {
      n_cancel += s != slot && m->asked[block.piece][block.block][s];
      m->asked[block.piece][block.block][s] = FALSE;
    }
  g_assert_cmpuint (arrival.n_cancel, ==, n_cancel);
  *where = HERE;
  m->from[block.piece][block.block] = (guint8) slot;
  g_assert_cmpint (arrival.outcome,
                   ==,
                   is_whole (m, block.piece) ? SHOAL_PIECE_BLOCK_COMPLETE
                                             : SHOAL_PIECE_BLOCK_ACCEPTED);
  take_or_not (m, block.piece);
}

static void
do_unask (Model *m, guint slot)
{
  ShoalPieceBlock block = { below (m, N_PIECES), below (m, PIECE_BLOCKS) };
  gboolean       *asked = &m->asked[block.piece][block.block][slot];

  if (below (m, 2) == 0)
    g_assert_cmpint (shoal_piece_ledger_cancel (m->t.ledger, slot, block), ==, *asked);
  else
    g_assert_cmpint (shoal_piece_ledger_on_reject (m->t.ledger, slot, block), ==, *asked);
  *asked = FALSE;
}

static void
do_early (Model *m)
{
  guint   piece = shoal_piece_ledger_get_least_active (m->t.ledger), n = 0, i;
  guint8 *data[PIECE_BLOCKS];

  if (piece == SHOAL_PIECE_NONE)
    return;
  for (i = 0; i < PIECE_BLOCKS; i++)
    {
      n += m->where[piece][i] == HERE;
      if (m->where[piece][i] == HERE)
        m->where[piece][i] = WRITING;
    }
  g_assert_cmpuint (shoal_piece_ledger_take_early (m->t.ledger, piece, data), ==, n);
  for (i = 0; i < PIECE_BLOCKS; i++)
    if (data[i] != NULL)
      shoal_base_pool_give (m->t.pool, data[i]);
}

static void
do_written (Model *m)
{
  ShoalPieceBlock   block = { below (m, N_PIECES), below (m, PIECE_BLOCKS) };
  guint8           *where = &m->where[block.piece][block.block];
  gboolean          ok = below (m, 4) > 0;
  ShoalPieceOutcome outcome = shoal_piece_ledger_on_written (m->t.ledger, block, ok);

  if (*where != WRITING)
    {
      g_assert_cmpint (outcome, ==, SHOAL_PIECE_BLOCK_UNWANTED);
      return;
    }
  *where = ok ? ON_DISK : MISSING;
  g_assert_cmpint (outcome == SHOAL_PIECE_BLOCK_COMPLETE, ==, is_whole (m, block.piece));
  take_or_not (m, block.piece);
}

static void
do_verified (Model *m)
{
  guint    piece = below (m, N_PIECES), i;
  gboolean ok = below (m, 3) == 0;

  if (m->state[piece] != SHOAL_PIECE_VERIFYING)
    return;
  if (ok)
    shoal_piece_ledger_on_verified (m->t.ledger, piece);
  else
    shoal_piece_ledger_on_failed (m->t.ledger, piece);
  m->state[piece] = ok ? SHOAL_PIECE_HAD : SHOAL_PIECE_MISSING;
  for (i = 0; i < PIECE_BLOCKS; i++)
    m->where[piece][i] = MISSING;
}

static void
do_lose (Model *m)
{
  guint piece = below (m, N_PIECES);

  shoal_piece_map_lose (m->t.map, piece);
  if (m->state[piece] == SHOAL_PIECE_HAD)
    m->state[piece] = SHOAL_PIECE_MISSING;
}

static void
do_drop (Model *m, guint slot)
{
  guint n = 0, p, b;

  for (p = 0; p < N_PIECES; p++)
    for (b = 0; b < PIECE_BLOCKS; b++)
      if (m->state[p] == SHOAL_PIECE_OPEN && m->from[p][b] == slot &&
          (m->where[p][b] == HERE || m->where[p][b] == ON_DISK))
        {
          m->where[p][b] = MISSING;
          n++;
        }
  g_assert_cmpuint (shoal_piece_ledger_drop_sender (m->t.ledger, 1 + slot), ==, n);
}

/* It comes, is choked, or goes. */
static void
do_slot (Model *m, guint slot)
{
  gboolean goes = below (m, 2) == 0;

  if (!m->is_there[slot])
    shoal_piece_ledger_add_slot (m->t.ledger, slot, 1 + slot);
  else if (goes)
    shoal_piece_ledger_remove_slot (m->t.ledger, slot);
  else
    shoal_piece_ledger_forget_requests (m->t.ledger, slot);
  m->is_there[slot] = !m->is_there[slot] || !goes;
  unask_all (m, slot);
}

static void
step (Model *m)
{
  guint slot = below (m, N_SLOTS), what = below (m, 41);

  if (!m->is_there[slot] || what == 0)
    do_slot (m, slot);
  else if (what < 12)
    do_pick (m, slot);
  else if (what < 28)
    do_block (m, slot);
  else if (what < 31)
    do_unask (m, slot);
  else if (what < 32)
    do_early (m);
  else if (what < 36)
    do_written (m);
  else if (what < 39)
    do_verified (m);
  else if (what < 40)
    do_drop (m, slot);
  else
    do_lose (m);
}

static void
compare (const Model *m)
{
  guint p, b, s, n_here = 0, n_asked[N_SLOTS] = { 0 }, n;

  for (p = 0; p < N_PIECES; p++)
    {
      g_assert_cmpint (shoal_piece_map_get_state (m->t.map, p), ==, m->state[p]);
      for (b = 0; b < PIECE_BLOCKS; b++)
        {
          n_here += m->state[p] == SHOAL_PIECE_OPEN && m->where[p][b] == HERE;
          for (s = 0; s < N_SLOTS; s++)
            n_asked[s] += m->asked[p][b][s];
        }
    }
  g_assert_cmpuint (shoal_piece_ledger_get_n_held (m->t.ledger), ==, n_here);
  for (s = 0; s < N_SLOTS; s++)
    if (m->is_there[s])
      {
        shoal_piece_ledger_get_requests (m->t.ledger, s, &n);
        g_assert_cmpuint (n, ==, n_asked[s]);
      }
  torrent_check (&m->t);
}

static void
test_random (void)
{
  guint seed, i;

  for (seed = 0; seed < 20; seed++)
    {
      Model m = { 0 };

      torrent_init (&m.t, N_PIECES, PIECE_BLOCKS, seed);
      shoal_base_random_init (&m.random, seed + 100);
      m.has = bits_from_picture ("######");
      for (i = 0; i < 3000; i++)
        {
          step (&m);
          compare (&m);
        }
      torrent_clear (&m.t);
      shoal_base_bitset_free (m.has);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/piece/ledger/life", test_life);
  g_test_add_func ("/piece/ledger/failed", test_failed);
  g_test_add_func ("/piece/ledger/leave", test_leave);
  g_test_add_func ("/piece/ledger/early-write", test_early_write);
  g_test_add_func ("/piece/ledger/drop", test_drop);
  g_test_add_func ("/piece/ledger/written-last", test_written_last);
  g_test_add_func ("/piece/ledger/reset", test_reset);
  g_test_add_func ("/piece/ledger/padding", test_padding);
  g_test_add_func ("/piece/ledger/random", test_random);
  return g_test_run ();
}
