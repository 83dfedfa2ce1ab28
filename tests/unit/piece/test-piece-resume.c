/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "piece/shoal-piece-resume.h"

#include "piece-fixture.h"

/* Ten blocks a piece; the last piece has three. */
static void
init (Torrent *t)
{
  const ShoalCodecFile file = { .path = "file", .length = 22 * SHOAL_BASE_BLOCK_SIZE + 1 };

  torrent_init_files (t, &file, 1, 10, 1);
  shoal_piece_picker_set_sequential (t->picker, TRUE);
}

/* What was written early comes back after a restart, and only that. */
static void
test_round_trip (void)
{
  Torrent             before, after;
  ShoalPieceBlock     blocks[10];
  ShoalPieceRequester who = { .slot = 0 };
  guint8             *data[10];
  guint               i;
  g_autoptr (ShoalBaseBitset) has = NULL;
  g_autoptr (ShoalBaseBitset) has_2 = NULL;
  g_autoptr (GBytes) bytes = NULL;

  init (&before);
  who.has = has = torrent_add_peer (&before, 0, "###");
  g_assert_null (shoal_piece_resume_export (before.ledger, 0));
  shoal_piece_picker_pick (before.picker, &who, 10, blocks);
  torrent_deliver (&before, 0, blocks[0]);
  torrent_deliver (&before, 0, blocks[9]);
  g_assert_null (shoal_piece_resume_export (before.ledger, 0));
  g_assert_cmpuint (shoal_piece_ledger_take_early (before.ledger, 0, data), ==, 2);
  for (i = 0; i < 10; i++)
    if (data[i] != NULL)
      shoal_base_pool_give (before.pool, data[i]);
  shoal_piece_ledger_on_written (before.ledger, blocks[0], TRUE);
  shoal_piece_ledger_on_written (before.ledger, blocks[9], TRUE);
  torrent_deliver (&before, 0, blocks[5]);
  bytes = shoal_piece_resume_export (before.ledger, 0);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "\x80\x40", 2);
  torrent_clear (&before);

  init (&after);
  g_assert_cmpint (shoal_piece_resume_import (after.ledger, 0, (const guint8 *) "\x80\x40", 2),
                   ==,
                   SHOAL_PIECE_BLOCK_ACCEPTED);
  torrent_check (&after);
  who.has = has_2 = torrent_add_peer (&after, 0, "###");
  g_assert_cmpuint (shoal_piece_picker_pick (after.picker, &who, 10, blocks), ==, 10);
  for (i = 0; i < 8; i++)
    {
      g_assert_cmpuint (blocks[i].piece, ==, 0);
      g_assert_cmpuint (blocks[i].block, ==, i + 1);
      torrent_deliver (&after, 0, blocks[i]);
    }
  g_assert_cmpuint (torrent_take (&after, 0), ==, 2);
  shoal_piece_ledger_on_failed (after.ledger, 0);
  torrent_clear (&after);
}

static gboolean
is_listed (Torrent *t, guint32 piece)
{
  g_autoptr (GArray) pieces = shoal_piece_resume_list (t->ledger);

  for (guint i = 0; i < pieces->len; i++)
    if (g_array_index (pieces, guint32, i) == piece)
      return TRUE;
  return FALSE;
}

/* A run may end while a piece is read back: what lay on disk before does so still. */
static void
test_verifying (void)
{
  Torrent t;
  g_autoptr (GBytes) bytes = NULL;

  init (&t);
  g_assert_false (is_listed (&t, 0));
  g_assert_cmpint (shoal_piece_resume_import (t.ledger, 0, (const guint8 *) "\xff\xc0", 2),
                   ==,
                   SHOAL_PIECE_BLOCK_COMPLETE);
  g_assert_true (is_listed (&t, 0));
  torrent_take (&t, 0);
  g_assert_true (is_listed (&t, 0));
  bytes = shoal_piece_resume_export (t.ledger, 0);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "\xff\xc0", 2);
  shoal_piece_ledger_on_verified (t.ledger, 0);
  g_assert_false (is_listed (&t, 0));
  g_assert_null (shoal_piece_resume_export (t.ledger, 0));
  torrent_clear (&t);
}

static const struct
{
  guint32           piece;
  const char       *data;
  gsize             len;
  ShoalPieceOutcome expected;
} imports[] = {
  { 0, "\xff\xc0", 2, SHOAL_PIECE_BLOCK_COMPLETE },
  { 0, "\xff\xff", 2, SHOAL_PIECE_BLOCK_COMPLETE }, /* spare bits do not matter */
  { 0, "\xff\x80", 2, SHOAL_PIECE_BLOCK_ACCEPTED },
  { 0, "\xff", 1, SHOAL_PIECE_BLOCK_UNWANTED },
  { 0, "\xff\xc0\x00", 3, SHOAL_PIECE_BLOCK_UNWANTED },
  { 0, "", 0, SHOAL_PIECE_BLOCK_UNWANTED },
  { 0, "\x00\x00", 2, SHOAL_PIECE_BLOCK_UNWANTED },
  { 0, "\x00\x3f", 2, SHOAL_PIECE_BLOCK_UNWANTED },
  { 1, "\xff\xc0", 2, SHOAL_PIECE_BLOCK_UNWANTED }, /* had */
  { 2, "\xe0", 1, SHOAL_PIECE_BLOCK_COMPLETE },
  { 2, "\xff\xc0", 2, SHOAL_PIECE_BLOCK_UNWANTED },
  { 3, "\xff\xc0", 2, SHOAL_PIECE_BLOCK_UNWANTED },
  { G_MAXUINT32, "\xff\xc0", 2, SHOAL_PIECE_BLOCK_UNWANTED },
};

static void
test_import (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (imports); i++)
    {
      const guint8     *data = (const guint8 *) imports[i].data;
      Torrent           t;
      ShoalPieceOutcome outcome;

      init (&t);
      torrent_set_have (&t, ".#.");
      outcome = shoal_piece_resume_import (t.ledger, imports[i].piece, data, imports[i].len);
      g_assert_cmpint (outcome, ==, imports[i].expected);
      g_assert_cmpuint (
          shoal_piece_ledger_get_n_open (t.ledger), ==, outcome != SHOAL_PIECE_BLOCK_UNWANTED);
      /* A second time it is open already. */
      g_assert_cmpint (shoal_piece_resume_import (t.ledger, imports[i].piece, data, imports[i].len),
                       ==,
                       SHOAL_PIECE_BLOCK_UNWANTED);
      torrent_clear (&t);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/piece/resume/round-trip", test_round_trip);
  g_test_add_func ("/piece/resume/verifying", test_verifying);
  g_test_add_func ("/piece/resume/import", test_import);
  return g_test_run ();
}
