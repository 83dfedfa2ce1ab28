/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "piece/shoal-piece-availability.h"

#include "base/shoal-base-invariant.h"
#include "piece/shoal-piece-buckets.h"

/* A peer with no more pieces than this is counted piece by piece, keeping the order exact; one with
 * more only changes the numbers, and the order follows with the next rebuild. */
#define MAX_EXACT 64

/* How many pieces of one bucket are looked at before the next bucket's turn. */
#define MAX_LOOKS 64

/* A stale order is made anew after (pieces in it / this) choices, so that peers that come and go
 * cost a torrent of a million pieces a bounded time for each choice, and a small one nothing. */
#define STALE_SHARE 256

struct _ShoalPieceAvailability
{
  guint             n_pieces;
  guint             n_seeds;
  guint16          *counts; /* owned: peers that have the piece, without those that have all */
  guint32          *places; /* owned: for the buckets; NULL until the first choice */
  ShoalBaseBitset  *openable[SHOAL_PIECE_N_PRIORITIES]; /* owned; none for SKIP */
  ShoalPieceBuckets buckets[SHOAL_PIECE_N_PRIORITIES];  /* of SKIP: always empty */
  ShoalBaseRandom  *random;                             /* unowned: outlives us */
  guint             n_stale_choices;

  guint is_ordered : 1; /* the buckets hold exactly the openable pieces */
  guint is_stale : 1;   /* they do, but some lie in the wrong bucket */
};

ShoalPieceAvailability *
shoal_piece_availability_new (guint n_pieces, ShoalBaseRandom *random)
{
  ShoalPieceAvailability *self = g_new0 (ShoalPieceAvailability, 1);
  guint                   p;

  g_assert (n_pieces > 0);
  self->n_pieces = n_pieces;
  self->counts = g_new0 (guint16, n_pieces);
  self->random = random;
  for (p = 0; p < SHOAL_PIECE_N_PRIORITIES; p++)
    {
      shoal_piece_buckets_init (&self->buckets[p]);
      if (p != SHOAL_PIECE_PRIORITY_SKIP)
        self->openable[p] = shoal_base_bitset_new (n_pieces);
    }
  return self;
}

void
shoal_piece_availability_free (ShoalPieceAvailability *self)
{
  guint p;

  for (p = 0; p < SHOAL_PIECE_N_PRIORITIES; p++)
    {
      shoal_piece_buckets_clear (&self->buckets[p]);
      g_clear_pointer (&self->openable[p], shoal_base_bitset_free);
    }
  g_free (self->counts);
  g_free (self->places);
  g_free (self);
}

/* The priority with which @piece may be begun; SKIP: it may not. */
static ShoalPiecePriority
get_priority (const ShoalPieceAvailability *self, guint piece)
{
  ShoalPiecePriority p;

  for (p = SHOAL_PIECE_PRIORITY_HIGH; p > SHOAL_PIECE_PRIORITY_SKIP; p--)
    if (shoal_base_bitset_get (self->openable[p], piece))
      break;
  return p;
}

static void
count_one (ShoalPieceAvailability *self, guint piece, int by)
{
  ShoalPiecePriority priority = get_priority (self, piece);

  g_assert (by > 0 ? self->counts[piece] < G_MAXUINT16 : self->counts[piece] > 0);
  self->counts[piece] = (guint16) (self->counts[piece] + by);
  if (self->is_ordered && priority != SHOAL_PIECE_PRIORITY_SKIP)
    shoal_piece_buckets_move (&self->buckets[priority], piece, self->counts[piece]);
}

static void
count_many (ShoalPieceAvailability *self, const ShoalBaseBitset *has, int by)
{
  gboolean is_exact = shoal_base_bitset_count (has) <= MAX_EXACT;
  guint    i;

  for (i = shoal_base_bitset_next_set (has, 0); i < self->n_pieces;
       i = shoal_base_bitset_next_set (has, i + 1))
    {
      if (is_exact)
        {
          count_one (self, i, by);
          continue;
        }
      g_assert (by > 0 ? self->counts[i] < G_MAXUINT16 : self->counts[i] > 0);
      self->counts[i] = (guint16) (self->counts[i] + by);
    }
  if (!is_exact)
    self->is_stale = TRUE;
}

void
shoal_piece_availability_add (ShoalPieceAvailability *self, const ShoalBaseBitset *has)
{
  SHOAL_INVARIANT (shoal_piece_availability_check (self));
  g_assert (shoal_base_bitset_get_size (has) == self->n_pieces);
  if (shoal_base_bitset_is_full (has))
    self->n_seeds++;
  else
    count_many (self, has, 1);
}

void
shoal_piece_availability_remove (ShoalPieceAvailability *self, const ShoalBaseBitset *has)
{
  SHOAL_INVARIANT (shoal_piece_availability_check (self));
  g_assert (shoal_base_bitset_get_size (has) == self->n_pieces);
  if (!shoal_base_bitset_is_full (has))
    {
      count_many (self, has, -1);
      return;
    }
  g_assert (self->n_seeds > 0);
  self->n_seeds--;
}

gboolean
shoal_piece_availability_gain (ShoalPieceAvailability *self, ShoalBaseBitset *has, guint piece)
{
  SHOAL_INVARIANT (shoal_piece_availability_check (self));
  if (shoal_base_bitset_get (has, piece))
    return FALSE;
  if (shoal_base_bitset_count (has) + 1 == self->n_pieces)
    {
      count_many (self, has, -1);
      self->n_seeds++;
    }
  else
    count_one (self, piece, 1);
  return shoal_base_bitset_set (has, piece, TRUE);
}

gboolean
shoal_piece_availability_lose (ShoalPieceAvailability *self, ShoalBaseBitset *has, guint piece)
{
  gboolean was_full = shoal_base_bitset_is_full (has);

  SHOAL_INVARIANT (shoal_piece_availability_check (self));
  if (!shoal_base_bitset_set (has, piece, FALSE))
    return FALSE;
  if (was_full)
    {
      g_assert (self->n_seeds > 0);
      self->n_seeds--;
      count_many (self, has, 1);
    }
  else
    count_one (self, piece, -1);
  return TRUE;
}

guint
shoal_piece_availability_get (const ShoalPieceAvailability *self, guint piece)
{
  g_assert (piece < self->n_pieces);
  return self->n_seeds + self->counts[piece];
}

guint
shoal_piece_availability_get_n_seeds (const ShoalPieceAvailability *self)
{
  return self->n_seeds;
}

double
shoal_piece_availability_get_copies (const ShoalPieceAvailability *self)
{
  guint lowest = self->counts[0], n_above = 0, i;

  for (i = 1; i < self->n_pieces; i++)
    lowest = MIN (lowest, self->counts[i]);
  for (i = 0; i < self->n_pieces; i++)
    n_above += self->counts[i] > lowest;
  return self->n_seeds + lowest + (double) n_above / self->n_pieces;
}

void
shoal_piece_availability_set_openable (ShoalPieceAvailability *self,
                                       guint                   piece,
                                       ShoalPiecePriority      priority)
{
  ShoalPiecePriority before = get_priority (self, piece);

  if (before == priority)
    return;
  if (before != SHOAL_PIECE_PRIORITY_SKIP)
    {
      shoal_base_bitset_set (self->openable[before], piece, FALSE);
      if (self->is_ordered)
        shoal_piece_buckets_remove (&self->buckets[before], piece);
    }
  if (priority != SHOAL_PIECE_PRIORITY_SKIP)
    {
      shoal_base_bitset_set (self->openable[priority], piece, TRUE);
      if (self->is_ordered)
        shoal_piece_buckets_insert (&self->buckets[priority], piece, self->counts[piece]);
    }
}

void
shoal_piece_availability_forget_order (ShoalPieceAvailability *self)
{
  self->is_ordered = FALSE;
}

guint
shoal_piece_availability_get_n_openable (const ShoalPieceAvailability *self,
                                         ShoalPiecePriority            priority)
{
  if (priority == SHOAL_PIECE_PRIORITY_SKIP)
    return 0;
  return shoal_base_bitset_count (self->openable[priority]);
}

static void
make_order (ShoalPieceAvailability *self)
{
  guint p;

  if (self->places == NULL)
    self->places = g_new0 (guint32, self->n_pieces);
  for (p = SHOAL_PIECE_PRIORITY_LOW; p < SHOAL_PIECE_N_PRIORITIES; p++)
    shoal_piece_buckets_build (&self->buckets[p], self->openable[p], self->counts, self->places);
  self->is_ordered = TRUE;
  self->is_stale = FALSE;
  self->n_stale_choices = 0;
}

static void
refresh_order (ShoalPieceAvailability *self)
{
  guint n = 0, p;

  if (!self->is_ordered)
    make_order (self);
  if (!self->is_stale)
    return;
  for (p = SHOAL_PIECE_PRIORITY_LOW; p < SHOAL_PIECE_N_PRIORITIES; p++)
    n += shoal_base_bitset_count (self->openable[p]);
  if (self->n_stale_choices++ >= n / STALE_SHARE)
    make_order (self);
}

/* A piece of @has in one bucket, from a random place on. *was_cut is set if not all were looked at.
 */
static guint32
look_into (ShoalPieceAvailability *self,
           const guint32          *pieces,
           guint                   n,
           const ShoalBaseBitset  *has,
           gboolean               *was_cut)
{
  guint start = shoal_base_random_below (self->random, n);
  guint n_looks = MIN (n, MAX_LOOKS);
  guint i;

  for (i = 0; i < n_looks; i++)
    {
      guint32 piece = pieces[(start + i) % n];

      if (shoal_base_bitset_get (has, piece))
        return piece;
    }
  *was_cut |= n > n_looks;
  return SHOAL_PIECE_NONE;
}

static guint32
next_from (const ShoalBaseBitset *has, const ShoalBaseBitset *openable, guint from)
{
  guint size = shoal_base_bitset_get_size (has);
  guint found = shoal_base_bitset_next_common (has, openable, from);

  if (found == size && from > 0)
    found = shoal_base_bitset_next_common (has, openable, 0);
  return found == size ? SHOAL_PIECE_NONE : found;
}

/* Any piece, each as likely while they lie densely; in a sparse set one after a gap is likelier. */
static guint32
choose_at_random (ShoalPieceAvailability *self,
                  const ShoalBaseBitset  *has,
                  const ShoalBaseBitset  *openable)
{
  guint i;

  for (i = 0; i < MAX_LOOKS; i++)
    {
      guint32 piece = shoal_base_random_below (self->random, self->n_pieces);

      if (shoal_base_bitset_get (openable, piece) && shoal_base_bitset_get (has, piece))
        return piece;
    }
  return next_from (has, openable, shoal_base_random_below (self->random, self->n_pieces));
}

/* For a peer with so few of the pieces that looking into the buckets found none: goes over what it
 * has instead, and takes the best of the first few. */
static guint32
choose_by_bits (ShoalPieceAvailability *self,
                const ShoalBaseBitset  *has,
                ShoalPiecePriority      priority,
                gboolean                wants_rare)
{
  const ShoalBaseBitset *openable = self->openable[priority];
  guint32 first = next_from (has, openable, shoal_base_random_below (self->random, self->n_pieces));
  guint32 best = first, piece = first;
  guint   i;

  for (i = 1; i < MAX_LOOKS && piece != SHOAL_PIECE_NONE; i++)
    {
      piece = next_from (has, openable, piece + 1);
      if (piece == first)
        break;
      if (wants_rare ? self->counts[piece] < self->counts[best]
                     : self->counts[piece] > self->counts[best])
        best = piece;
    }
  return best;
}

static guint32
choose_by_rarity (ShoalPieceAvailability *self,
                  const ShoalBaseBitset  *has,
                  ShoalPiecePriority      priority,
                  gboolean                wants_rare)
{
  const ShoalPieceBuckets *buckets = &self->buckets[priority];
  gboolean                 was_cut = FALSE;
  guint                    n_buckets, i, n;

  refresh_order (self);
  n_buckets = shoal_piece_buckets_get_n (buckets);
  for (i = 0; i < n_buckets; i++)
    {
      const guint32 *pieces =
          shoal_piece_buckets_get (buckets, wants_rare ? i : n_buckets - 1 - i, &n);
      guint32 piece = n > 0 ? look_into (self, pieces, n, has, &was_cut) : SHOAL_PIECE_NONE;

      if (piece != SHOAL_PIECE_NONE)
        return piece;
    }
  return was_cut ? choose_by_bits (self, has, priority, wants_rare) : SHOAL_PIECE_NONE;
}

guint32
shoal_piece_availability_choose (ShoalPieceAvailability *self,
                                 const ShoalBaseBitset  *has,
                                 ShoalPiecePriority      priority,
                                 ShoalPieceOrder         order)
{
  SHOAL_INVARIANT (shoal_piece_availability_check (self));
  g_assert (shoal_base_bitset_get_size (has) == self->n_pieces);
  if (shoal_piece_availability_get_n_openable (self, priority) == 0)
    return SHOAL_PIECE_NONE;
  switch (order)
    {
    case SHOAL_PIECE_ORDER_RAREST:
      return choose_by_rarity (self, has, priority, TRUE);
    case SHOAL_PIECE_ORDER_COMMONEST:
      return choose_by_rarity (self, has, priority, FALSE);
    case SHOAL_PIECE_ORDER_RANDOM:
      return choose_at_random (self, has, self->openable[priority]);
    case SHOAL_PIECE_ORDER_FIRST:
      return next_from (has, self->openable[priority], 0);
    }
  g_assert_not_reached ();
}

static void
check_buckets (const ShoalPieceAvailability *self, ShoalPiecePriority priority)
{
  const ShoalPieceBuckets *buckets = &self->buckets[priority];
  guint                    n_seen = 0, k, i, n;

  for (k = 0; k < shoal_piece_buckets_get_n (buckets); k++)
    {
      const guint32 *pieces = shoal_piece_buckets_get (buckets, k, &n);

      for (i = 0; i < n; i++, n_seen++)
        {
          g_assert (shoal_base_bitset_get (self->openable[priority], pieces[i]));
          g_assert (self->places[pieces[i]] == n_seen);
          g_assert (self->is_stale || self->counts[pieces[i]] == k);
        }
    }
  g_assert (n_seen == shoal_base_bitset_count (self->openable[priority]));
}

void
shoal_piece_availability_check (const ShoalPieceAvailability *self)
{
  guint p, q;

  for (p = SHOAL_PIECE_PRIORITY_LOW; p < SHOAL_PIECE_N_PRIORITIES; p++)
    {
      for (q = SHOAL_PIECE_PRIORITY_LOW; q < p; q++)
        g_assert (shoal_base_bitset_next_common (self->openable[p], self->openable[q], 0) ==
                  self->n_pieces);
      if (self->is_ordered)
        check_buckets (self, p);
    }
}
