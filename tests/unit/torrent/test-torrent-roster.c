/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "torrent/shoal-torrent-roster.h"

#include "base/shoal-base-random.h"

typedef struct
{
  ShoalTorrentRoster      *roster;
  ShoalTorrentRosterReader reader;
  GArray                  *added;
  GArray                  *dropped;
  GHashTable              *heard;  /* address → itself: what the reader believes */
  guint16                  hidden; /* port that it may not hear of */
  gint64                   now_usec;
} Fixture;

static gboolean
filter_cb (gpointer owner, const ShoalBaseAddress *address)
{
  const Fixture *f = owner;

  return address->port != f->hidden;
}

static void
fixture_init (Fixture *f)
{
  *f = (Fixture){ .now_usec = 1000 };
  f->roster = shoal_torrent_roster_new ();
  f->reader = (ShoalTorrentRosterReader){ .filter = filter_cb, .owner = f };
  f->added = g_array_new (FALSE, TRUE, sizeof (ShoalWirePexRow));
  f->dropped = g_array_new (FALSE, TRUE, sizeof (ShoalBaseAddress));
  f->heard =
      g_hash_table_new_full (shoal_base_address_hash, shoal_base_address_equal_key, g_free, NULL);
}

static void
fixture_clear (Fixture *f)
{
  shoal_torrent_roster_free (f->roster);
  g_array_unref (f->added);
  g_array_unref (f->dropped);
  g_hash_table_unref (f->heard);
}

static ShoalBaseAddress
peer (guint n)
{
  ShoalBaseAddress address;
  const guint8     ip[4] = { 8, 8, (guint8) (n >> 8), (guint8) n };

  shoal_base_address_init_ipv4 (&address, ip, (guint16) (n + 1));
  return address;
}

static void
join (Fixture *f, guint n)
{
  ShoalBaseAddress address = peer (n);

  shoal_torrent_roster_join (f->roster, &address, (guint8) n & 0x1f);
}

static void
leave (Fixture *f, guint n, gboolean may_linger)
{
  ShoalBaseAddress address = peer (n);

  shoal_torrent_roster_leave (f->roster, &address, may_linger, f->now_usec);
}

/* Reads one message, holds it to the rules of BEP 11, and believes it. */
static gboolean
hear (Fixture *f)
{
  gboolean was_begun = f->reader.is_begun;
  gboolean is_any;
  guint    i;

  g_array_set_size (f->added, 0);
  g_array_set_size (f->dropped, 0);
  is_any = shoal_torrent_roster_read (f->roster, &f->reader, f->now_usec, f->added, f->dropped);
  g_assert_cmpint (is_any, ==, f->added->len + f->dropped->len > 0);
  g_assert_cmpuint (f->added->len,
                    <=,
                    was_begun ? SHOAL_TORRENT_ROSTER_MAX_ROWS : SHOAL_TORRENT_ROSTER_MAX_FIRST);
  g_assert_cmpuint (f->dropped->len, <=, SHOAL_TORRENT_ROSTER_MAX_ROWS);
  for (i = 0; i < f->dropped->len; i++)
    g_assert_true (
        g_hash_table_remove (f->heard, &g_array_index (f->dropped, ShoalBaseAddress, i)));
  for (i = 0; i < f->added->len; i++)
    {
      const ShoalWirePexRow *row = &g_array_index (f->added, ShoalWirePexRow, i);

      g_assert_cmpuint (row->address.port, !=, f->hidden);
      g_assert_true (g_hash_table_add (f->heard, g_memdup2 (&row->address, sizeof row->address)));
    }
  return is_any;
}

static gboolean
has_heard (Fixture *f, guint n)
{
  ShoalBaseAddress address = peer (n);

  return g_hash_table_contains (f->heard, &address);
}

static void
test_come_and_go (void)
{
  Fixture f;

  fixture_init (&f);
  g_assert_false (hear (&f));
  join (&f, 1);
  join (&f, 2);
  join (&f, 2);
  g_assert_true (hear (&f));
  g_assert_cmpuint (f.added->len, ==, 2);
  g_assert_cmpuint (g_array_index (f.added, ShoalWirePexRow, 0).flags, >, 0);
  g_assert_false (hear (&f));
  leave (&f, 1, FALSE);
  leave (&f, 7, FALSE);
  g_assert_true (hear (&f));
  g_assert_cmpuint (f.dropped->len, ==, 1);
  g_assert_false (has_heard (&f, 1));
  g_assert_true (has_heard (&f, 2));
  fixture_clear (&f);
}

/* What is undone between two readings is not told. */
static void
test_elided (void)
{
  Fixture f;

  fixture_init (&f);
  join (&f, 1);
  hear (&f);
  join (&f, 2);
  leave (&f, 2, FALSE);
  leave (&f, 1, FALSE);
  join (&f, 1);
  g_assert_false (hear (&f));
  leave (&f, 1, FALSE);
  join (&f, 1);
  leave (&f, 1, FALSE);
  g_assert_true (hear (&f));
  g_assert_cmpuint (f.dropped->len, ==, 1);
  fixture_clear (&f);
}

static void
test_filter (void)
{
  Fixture f;

  fixture_init (&f);
  f.hidden = peer (3).port;
  join (&f, 3);
  join (&f, 4);
  hear (&f);
  g_assert_cmpuint (f.added->len, ==, 1);
  leave (&f, 3, FALSE);
  g_assert_false (hear (&f));
  join (&f, 3);
  g_assert_false (hear (&f));
  fixture_clear (&f);
}

/* Fifty a message, except the first; in the end all is known. */
static void
test_limits (void)
{
  Fixture f;
  guint   n_messages, i;

  fixture_init (&f);
  for (i = 0; i < 300; i++)
    join (&f, i);
  hear (&f);
  g_assert_cmpuint (f.added->len, ==, SHOAL_TORRENT_ROSTER_MAX_FIRST);
  fixture_clear (&f);

  fixture_init (&f);
  join (&f, 1000);
  hear (&f);
  for (i = 0; i < 170; i++)
    join (&f, i);
  for (n_messages = 0; hear (&f); n_messages++)
    continue;
  g_assert_cmpuint (n_messages, ==, 4);
  g_assert_cmpuint (g_hash_table_size (f.heard), ==, 171);
  for (i = 0; i < 170; i++)
    leave (&f, i, FALSE);
  for (n_messages = 0; hear (&f); n_messages++)
    continue;
  g_assert_cmpuint (n_messages, ==, 4);
  g_assert_cmpuint (g_hash_table_size (f.heard), ==, 1);
  fixture_clear (&f);
}

/* A few who were sent away stay in the set long enough to be heard of, then go. */
static void
test_linger (void)
{
  Fixture f;
  guint   i;

  fixture_init (&f);
  for (i = 0; i < 40; i++)
    {
      join (&f, i);
      leave (&f, i, TRUE);
    }
  g_assert_cmpuint (shoal_torrent_roster_get_size (f.roster), ==, SHOAL_TORRENT_ROSTER_FEW);
  hear (&f);
  g_assert_cmpuint (f.added->len, ==, SHOAL_TORRENT_ROSTER_FEW);
  join (&f, 3); /* back again */
  f.now_usec += SHOAL_TORRENT_ROSTER_LINGER_USEC;
  hear (&f);
  g_assert_cmpuint (f.dropped->len, ==, SHOAL_TORRENT_ROSTER_FEW - 1);
  g_assert_true (has_heard (&f, 3));
  g_assert_cmpuint (shoal_torrent_roster_get_size (f.roster), ==, 1);
  fixture_clear (&f);
}

static void
test_many_connected_none_lingers (void)
{
  Fixture f;
  guint   i;

  fixture_init (&f);
  for (i = 0; i <= SHOAL_TORRENT_ROSTER_FEW; i++)
    join (&f, i);
  leave (&f, 0, TRUE);
  g_assert_cmpuint (shoal_torrent_roster_get_size (f.roster), ==, SHOAL_TORRENT_ROSTER_FEW);
  fixture_clear (&f);
}

/* The diary is bounded: who reads too late misses something, and nothing else happens. */
static void
test_bounded (void)
{
  Fixture f;
  guint   round, i;

  fixture_init (&f);
  hear (&f);
  for (round = 0; round < 50; round++)
    for (i = 0; i < 1000; i++)
      {
        join (&f, i);
        leave (&f, i, FALSE);
      }
  for (i = 0; i < 100; i++)
    g_assert_false (hear (&f));
  fixture_clear (&f);
}

/* By chance: whoever reads until there is nothing left believes what is true. */
static void
test_random (void)
{
  ShoalBaseRandom random;
  Fixture         f;
  gboolean        is_there[60] = { FALSE };
  guint           step, i;

  shoal_base_random_init (&random, 11);
  fixture_init (&f);
  for (step = 0; step < 20000; step++)
    {
      guint n = shoal_base_random_below (&random, G_N_ELEMENTS (is_there));

      if (is_there[n])
        leave (&f, n, FALSE);
      else
        join (&f, n);
      is_there[n] = !is_there[n];
      if (shoal_base_random_below (&random, 30) != 0)
        continue;
      while (hear (&f))
        continue;
      for (i = 0; i < G_N_ELEMENTS (is_there); i++)
        g_assert_cmpint (has_heard (&f, i), ==, is_there[i]);
    }
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torrent/roster/come-and-go", test_come_and_go);
  g_test_add_func ("/torrent/roster/elided", test_elided);
  g_test_add_func ("/torrent/roster/filter", test_filter);
  g_test_add_func ("/torrent/roster/limits", test_limits);
  g_test_add_func ("/torrent/roster/linger", test_linger);
  g_test_add_func ("/torrent/roster/many-connected-none-lingers", test_many_connected_none_lingers);
  g_test_add_func ("/torrent/roster/bounded", test_bounded);
  g_test_add_func ("/torrent/roster/random", test_random);
  return g_test_run ();
}
