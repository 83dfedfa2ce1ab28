/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "piece/shoal-piece-choker.h"

#include <stdlib.h>

/* One slot in so many is optimistic; at least one where there are two. */
#define OPTIMISTIC_SHARE 5

/* A peer is new for so long, unless it had a slot already, and then so many times as likely. */
#define NEW_USEC   (45 * G_USEC_PER_SEC)
#define NEW_WEIGHT 3

/* However slowly a peer takes its quota, others who wait get their turn after this. */
#define TURN_MAX_USEC (10 * SHOAL_PIECE_TURN_USEC)

typedef struct
{
  ShoalPieceSlot slot;
  gint64         since_usec;
} Optimistic;

struct _ShoalPieceChoker
{
  ShoalBaseRandom *random;     /* unowned: outlives us */
  GArray          *optimistic; /* owned; of Optimistic */
  gint64           round_usec; /* when the next round is due */

  guint was_seeding : 1;
};

/* A row on its way to a decision. */
typedef struct
{
  ShoalPieceChokeRow *row; /* unowned: the caller's */
  guint               rank;
  gint64              key;      /* within the rank: smaller goes first */
  guint64             second;   /* then the smaller of these */
  guint64             lot;      /* then chance */
  gboolean            is_ended; /* its optimistic time is */
} Candidate;

/* One call of shoal_piece_choker_run(). */
typedef struct
{
  ShoalPieceChoker           *choker;
  const ShoalPieceChokeTerms *terms;
  gint64                      now_usec;
  Candidate                  *candidates; /* the interested, n of them */
  guint                       n;
  guint                       n_given;

  guint is_round : 1;
} Run;

ShoalPieceChoker *
shoal_piece_choker_new (ShoalBaseRandom *random)
{
  ShoalPieceChoker *self = g_new0 (ShoalPieceChoker, 1);

  self->random = random;
  self->optimistic = g_array_new (FALSE, FALSE, sizeof (Optimistic));
  return self;
}

void
shoal_piece_choker_free (ShoalPieceChoker *self)
{
  g_array_unref (self->optimistic);
  g_free (self);
}

static Optimistic *
find_optimistic (const ShoalPieceChoker *self, ShoalPieceSlot slot)
{
  guint i;

  for (i = 0; i < self->optimistic->len; i++)
    if (g_array_index (self->optimistic, Optimistic, i).slot == slot)
      return &g_array_index (self->optimistic, Optimistic, i);
  return NULL;
}

gboolean
shoal_piece_choker_is_optimistic (const ShoalPieceChoker *self, ShoalPieceSlot slot)
{
  return find_optimistic (self, slot) != NULL;
}

void
shoal_piece_choker_forget_slot (ShoalPieceChoker *self, ShoalPieceSlot slot)
{
  Optimistic *entry = find_optimistic (self, slot);

  if (entry != NULL)
    g_array_remove_index_fast (self->optimistic,
                               (guint) (entry - (Optimistic *) (gpointer) self->optimistic->data));
}

static int
compare_candidates (const void *a, const void *b)
{
  const Candidate *left = a, *right = b;

  if (left->rank != right->rank)
    return left->rank < right->rank ? -1 : 1;
  if (left->key != right->key)
    return left->key < right->key ? -1 : 1;
  if (left->second != right->second)
    return left->second < right->second ? -1 : 1;
  return left->lot < right->lot ? -1 : left->lot > right->lot;
}

static void
sort_candidates (Run *run)
{
  if (run->n > 1)
    qsort (run->candidates, run->n, sizeof *run->candidates, compare_candidates);
}

static gboolean
has_room (const Run *run)
{
  return run->n_given < run->terms->n_slots;
}

static void
give (Run *run, ShoalPieceChokeRow *row)
{
  g_assert (!row->unchoke && has_room (run));
  row->unchoke = TRUE;
  run->n_given++;
}

/* --- seeding: turns in order --- */

static gboolean
is_turn_over (const Run *run, const ShoalPieceChokeRow *row)
{
  gint64 length = run->now_usec - row->unchoked_usec;

  if (length < SHOAL_PIECE_TURN_USEC)
    return FALSE;
  return row->turn_bytes >= run->terms->quota_bytes || row->turn_bytes == 0 ||
         length >= TURN_MAX_USEC;
}

typedef enum
{
  RANK_IN_TURN, /* the latest begun goes first: when slots are taken away, the longest turn ends */
  /* Whose last turn was longest ago goes first; of those who began theirs together, who got less.
   * Who never had one goes before all. */
  RANK_WAITING,
  RANK_TURN_OVER,
} SeedRank;

static void
rank_for_turns (Run *run, Candidate *candidate)
{
  const ShoalPieceChokeRow *row = candidate->row;

  candidate->second = row->given_bytes;
  if (!row->unchoked)
    {
      candidate->rank = RANK_WAITING;
      candidate->key = row->unchoked_usec != 0 ? row->unchoked_usec : G_MININT64 / 2;
      if (row->unchoked_usec == 0)
        candidate->key += row->connected_usec;
      return;
    }
  /* Between rounds nobody loses a slot to one who waits. */
  candidate->rank = run->is_round && is_turn_over (run, row) ? RANK_TURN_OVER : RANK_IN_TURN;
  candidate->key = -row->unchoked_usec;
}

static void
run_turns (Run *run)
{
  guint i;

  for (i = 0; i < run->n; i++)
    rank_for_turns (run, &run->candidates[i]);
  sort_candidates (run);
  for (i = 0; i < run->n && has_room (run); i++)
    give (run, run->candidates[i].row);
}

/* --- downloading: tit for tat --- */

typedef enum
{
  RANK_KEEPS, /* between rounds: has a slot */
  RANK_GIVES,
  RANK_GIVES_NOTHING,
} LeechRank;

static gboolean
is_giving (const ShoalPieceChokeRow *row)
{
  return row->down_bps > 0 && !row->snubbed;
}

static void
rank_by_gifts (Run *run, Candidate *candidate)
{
  const ShoalPieceChokeRow *row = candidate->row;

  if (!run->is_round && row->unchoked)
    candidate->rank = RANK_KEEPS;
  else
    candidate->rank = is_giving (row) ? RANK_GIVES : RANK_GIVES_NOTHING;
  candidate->key = is_giving (row) ? -(gint64) MIN (row->down_bps, G_MAXINT64) : 0;
}

/* Who gives most, and earns a slot so. */
static void
give_regular (Run *run)
{
  guint n_slots = run->terms->n_slots;
  guint n_optimistic = n_slots < 2 ? 0 : MAX (1, n_slots / OPTIMISTIC_SHARE);
  guint n_regular = 0, i;

  for (i = 0; i < run->n && has_room (run); i++)
    {
      ShoalPieceChokeRow *row = run->candidates[i].row;
      gboolean            is_optimistic = find_optimistic (run->choker, row->slot) != NULL;

      if (run->candidates[i].rank == RANK_GIVES_NOTHING)
        return;
      if (run->candidates[i].rank == RANK_GIVES && n_regular + n_optimistic >= n_slots)
        return;
      if (run->candidates[i].rank == RANK_GIVES)
        shoal_piece_choker_forget_slot (run->choker, row->slot);
      n_regular += run->candidates[i].rank == RANK_GIVES || !is_optimistic;
      give (run, row);
    }
}

/* Those in the middle of their optimistic time go on. */
static void
keep_optimistic (Run *run)
{
  guint i;

  for (i = 0; i < run->n; i++)
    {
      ShoalPieceChokeRow *row = run->candidates[i].row;
      const Optimistic   *entry = find_optimistic (run->choker, row->slot);

      if (entry == NULL || row->unchoke)
        continue;
      if (run->now_usec - entry->since_usec >= SHOAL_PIECE_OPTIMISTIC_USEC)
        run->candidates[i].is_ended = TRUE;
      else if (has_room (run))
        give (run, row);
    }
}

/* How many tickets a peer without a slot has in the draw. Whose optimistic time has just ended has
 * none while there are others. */
static guint
count_tickets (const Run *run, const Candidate *candidate, gboolean with_ended)
{
  const ShoalPieceChokeRow *row = candidate->row;

  if (row->unchoke || (candidate->is_ended && !with_ended))
    return 0;
  if (row->unchoked_usec == 0 && run->now_usec - row->connected_usec < NEW_USEC)
    return NEW_WEIGHT;
  return 1;
}

static ShoalPieceChokeRow *
draw (Run *run, gboolean with_ended)
{
  guint total = 0, i, lot;

  for (i = 0; i < run->n; i++)
    total += count_tickets (run, &run->candidates[i], with_ended);
  if (total == 0)
    return NULL;
  lot = shoal_base_random_below (run->choker->random, total);
  for (i = 0; i < run->n; i++)
    {
      guint tickets = count_tickets (run, &run->candidates[i], with_ended);

      if (lot < tickets)
        return run->candidates[i].row;
      lot -= tickets;
    }
  g_assert_not_reached ();
}

static void
draw_optimistic (Run *run)
{
  while (has_room (run))
    {
      ShoalPieceChokeRow *row = draw (run, FALSE);
      Optimistic          entry = { 0, run->now_usec };

      if (row == NULL)
        row = draw (run, TRUE);
      if (row == NULL)
        return;
      shoal_piece_choker_forget_slot (run->choker, row->slot);
      entry.slot = row->slot;
      g_array_append_val (run->choker->optimistic, entry);
      give (run, row);
    }
}

/* An optimistic slot ends with its peer's interest, or with the slot. */
static void
drop_optimistic (Run *run)
{
  GArray *optimistic = run->choker->optimistic;
  guint   i, j;

  for (i = optimistic->len; i-- > 0;)
    {
      for (j = 0; j < run->n; j++)
        if (run->candidates[j].row->slot == g_array_index (optimistic, Optimistic, i).slot &&
            run->candidates[j].row->unchoke)
          break;
      if (j == run->n)
        g_array_remove_index_fast (optimistic, i);
    }
}

static void
run_gifts (Run *run)
{
  guint i;

  for (i = 0; i < run->n; i++)
    rank_by_gifts (run, &run->candidates[i]);
  sort_candidates (run);
  give_regular (run);
  keep_optimistic (run);
  draw_optimistic (run);
  drop_optimistic (run);
}

/* --- both --- */

static void
collect (Run *run, ShoalPieceChokeRow *rows, guint n)
{
  guint i;

  for (i = 0; i < n; i++)
    {
      Candidate candidate = { .row = &rows[i] };

      rows[i].unchoke = FALSE;
      if (!rows[i].interested)
        continue;
      candidate.lot = shoal_base_random_next (run->choker->random);
      run->candidates[run->n++] = candidate;
    }
}

gint64
shoal_piece_choker_run (ShoalPieceChoker           *self,
                        const ShoalPieceChokeTerms *terms,
                        ShoalPieceChokeRow         *rows,
                        guint                       n,
                        gint64                      now_usec)
{
  g_autofree Candidate *candidates = g_new (Candidate, n);
  Run                   run = { self, terms, now_usec, candidates, 0, 0, FALSE };

  if (terms->seeding != self->was_seeding)
    {
      self->was_seeding = terms->seeding;
      self->round_usec = now_usec;
      g_array_set_size (self->optimistic, 0);
    }
  run.is_round = now_usec >= self->round_usec;
  collect (&run, rows, n);
  if (terms->seeding)
    run_turns (&run);
  else
    run_gifts (&run);
  if (run.is_round)
    self->round_usec = now_usec + SHOAL_PIECE_CHOKE_ROUND_USEC;
  return run.n > 0 ? self->round_usec : G_MAXINT64;
}

void
shoal_piece_choker_distribute (const guint *wanted, guint *given, guint n, guint total, guint turn)
{
  guint n_given = n, i;

  for (i = 0; i < n; i++)
    given[i] = 0;
  while (n_given > 0 && total > 0)
    for (i = 0, n_given = 0; i < n && total > 0; i++)
      {
        guint torrent = (turn % n + i) % n;

        if (given[torrent] == wanted[torrent])
          continue;
        given[torrent]++;
        n_given++;
        total--;
      }
}
