/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "piece/shoal-piece-blame.h"

#include "base/shoal-base-invariant.h"
#include "base/shoal-base-list.h"

#define TRUST_GOOD 1
#define TRUST_MAX  8
#define TRUST_BAD  2
#define TRUST_BAN  (-7)

/* What is known of one who sent us blocks. */
typedef struct
{
  ShoalPieceSender sender;
  int              trust;
  guint            n_pending; /* failures in trust that a comparison may still clear */

  guint on_parole : 1;
} Reputation;

/* One version of one block of a piece that failed. */
typedef struct
{
  ShoalPieceSender sender;
  guint32          block;
  ShoalSha1        digest;
} Version;

typedef struct
{
  ShoalPieceSender sender;
  guint            n_failures; /* of this piece, with blocks of this sender */
} Suspect;

/* A piece that failed and has not passed since. */
typedef struct
{
  ShoalBaseList node;
  guint         piece;
  GArray       *versions; /* owned; of Version */
  GArray       *suspects; /* owned; of Suspect */
} Case;

struct _ShoalPieceBlame
{
  GHashTable   *reputations; /* owned; by sender; owned */
  GHashTable   *cases;       /* owned; piece → Case, owned */
  ShoalBaseList by_age;      /* of Case, the oldest first */
  guint         n_versions;
};

static void
free_case (gpointer data)
{
  Case *entry = data;

  shoal_base_list_remove (&entry->node);
  g_array_unref (entry->versions);
  g_array_unref (entry->suspects);
  g_free (entry);
}

ShoalPieceBlame *
shoal_piece_blame_new (void)
{
  ShoalPieceBlame *self = g_new0 (ShoalPieceBlame, 1);

  self->reputations = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->cases = g_hash_table_new_full (NULL, NULL, NULL, free_case);
  shoal_base_list_init (&self->by_age);
  return self;
}

void
shoal_piece_blame_free (ShoalPieceBlame *self)
{
  g_hash_table_unref (self->cases);
  g_hash_table_unref (self->reputations);
  g_free (self);
}

static Reputation *
find_reputation (const ShoalPieceBlame *self, ShoalPieceSender sender)
{
  return g_hash_table_lookup (self->reputations, &sender);
}

static Case *
find_case (const ShoalPieceBlame *self, guint piece)
{
  return g_hash_table_lookup (self->cases, GUINT_TO_POINTER (piece));
}

static gboolean
is_somebody (ShoalPieceSender sender)
{
  return sender != SHOAL_PIECE_SENDER_NONE && sender != SHOAL_PIECE_SENDER_SELF;
}

static gboolean
has_sender (const GArray *senders, ShoalPieceSender sender)
{
  guint i;

  for (i = 0; i < senders->len; i++)
    if (g_array_index (senders, ShoalPieceSender, i) == sender)
      return TRUE;
  return FALSE;
}

static void
add_unique (GArray *senders, ShoalPieceSender sender)
{
  if (!has_sender (senders, sender))
    g_array_append_val (senders, sender);
}

static void
ban (ShoalPieceBlame *self, ShoalPieceSender sender, GArray *banned)
{
  add_unique (banned, sender);
  g_hash_table_remove (self->reputations, &sender);
}

/* Points alone ban only as far as no comparison is left that may give some of them back. */
static void
ban_by_trust (ShoalPieceBlame *self, ShoalPieceSender sender, GArray *banned)
{
  const Reputation *reputation = find_reputation (self, sender);

  if (reputation != NULL &&
      reputation->trust + TRUST_BAD * (int) reputation->n_pending <= TRUST_BAN)
    ban (self, sender, banned);
}

/* --- memory --- */

/* Gives up a case: what it could have cleared stays. */
static void
drop_case (ShoalPieceBlame *self, Case *entry, GArray *banned)
{
  guint i;

  for (i = 0; i < entry->suspects->len; i++)
    {
      const Suspect *suspect = &g_array_index (entry->suspects, Suspect, i);
      Reputation    *reputation = find_reputation (self, suspect->sender);

      if (reputation == NULL)
        continue;
      reputation->n_pending -= MIN (reputation->n_pending, suspect->n_failures);
      ban_by_trust (self, suspect->sender, banned);
    }
  self->n_versions -= entry->versions->len;
  g_hash_table_remove (self->cases, GUINT_TO_POINTER (entry->piece));
}

static void
make_room_for_versions (ShoalPieceBlame *self, guint n, GArray *banned)
{
  while (self->n_versions + n > SHOAL_PIECE_MAX_DIGESTS &&
         !shoal_base_list_is_empty (&self->by_age))
    drop_case (self, SHOAL_BASE_LIST_ENTRY (self->by_age.next, Case, node), banned);
}

/* Forgets whom forgetting changes least: nobody suspected if possible, and then the nearest to 0.
 */
static void
make_room_for_reputation (ShoalPieceBlame *self)
{
  const Reputation *best = NULL;
  int               best_weight = G_MAXINT;
  GHashTableIter    iter;
  gpointer          value;

  if (g_hash_table_size (self->reputations) < SHOAL_PIECE_MAX_SENDERS)
    return;
  g_hash_table_iter_init (&iter, self->reputations);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Reputation *reputation = value;
      int               weight = ABS (reputation->trust) + (reputation->on_parole ? 100 : 0) +
                   (reputation->n_pending > 0 ? 1000 : 0);

      if (weight >= best_weight)
        continue;
      best = reputation;
      best_weight = weight;
    }
  g_hash_table_remove (self->reputations, &best->sender);
}

static Reputation *
ensure_reputation (ShoalPieceBlame *self, ShoalPieceSender sender)
{
  Reputation *reputation = find_reputation (self, sender);

  if (reputation != NULL)
    return reputation;
  make_room_for_reputation (self);
  reputation = g_new0 (Reputation, 1);
  reputation->sender = sender;
  g_hash_table_insert (self->reputations, &reputation->sender, reputation);
  return reputation;
}

static Case *
ensure_case (ShoalPieceBlame *self, guint piece)
{
  Case *entry = find_case (self, piece);

  if (entry != NULL)
    return entry;
  entry = g_new0 (Case, 1);
  entry->piece = piece;
  entry->versions = g_array_new (FALSE, FALSE, sizeof (Version));
  entry->suspects = g_array_new (FALSE, FALSE, sizeof (Suspect));
  shoal_base_list_append (&self->by_age, &entry->node);
  g_hash_table_insert (self->cases, GUINT_TO_POINTER (piece), entry);
  return entry;
}

/* --- who took part --- */

/* The caller owns it. *is_known: all of the piece came from somebody or from ourselves. */
static GArray *
find_contributors (const ShoalPieceSender *senders, guint n_blocks, gboolean *is_known)
{
  GArray *result = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  guint   i;

  *is_known = TRUE;
  for (i = 0; i < n_blocks; i++)
    {
      if (senders[i] == SHOAL_PIECE_SENDER_NONE)
        *is_known = FALSE;
      if (is_somebody (senders[i]) && (i == 0 || senders[i] != senders[i - 1]))
        add_unique (result, senders[i]);
    }
  return result;
}

/* --- a piece failed --- */

static Suspect *
ensure_suspect (Case *entry, ShoalPieceSender sender)
{
  Suspect suspect = { sender, 0 };
  guint   i;

  for (i = 0; i < entry->suspects->len; i++)
    if (g_array_index (entry->suspects, Suspect, i).sender == sender)
      return &g_array_index (entry->suspects, Suspect, i);
  g_array_append_val (entry->suspects, suspect);
  return &g_array_index (entry->suspects, Suspect, i);
}

/* Adds the blocks of this failure to the versions of the case, which lie in order of blocks. Who
 * sent a block before and now another one in its place is banned. */
static void
keep_versions (ShoalPieceBlame        *self,
               Case                   *entry,
               const ShoalPieceSender *senders,
               const ShoalSha1        *digests,
               guint                   n_blocks,
               GArray                 *banned)
{
  GArray *merged = g_array_new (FALSE, FALSE, sizeof (Version));
  guint   n_old = entry->versions->len, old = 0, i;

  for (i = 0; i < n_blocks; i++)
    {
      gboolean is_new = is_somebody (senders[i]);
      Version  version = { senders[i], i, digests[i] };

      for (; old < n_old && g_array_index (entry->versions, Version, old).block == i; old++)
        {
          const Version *before = &g_array_index (entry->versions, Version, old);

          g_array_append_val (merged, *before);
          if (before->sender != senders[i])
            continue;
          is_new = FALSE;
          if (!shoal_sha1_equal (&before->digest, &digests[i]))
            ban (self, senders[i], banned);
        }
      if (is_new)
        g_array_append_val (merged, version);
    }
  self->n_versions += merged->len - n_old;
  g_array_unref (entry->versions);
  entry->versions = merged;
}

static void
suspect_all (ShoalPieceBlame *self, const GArray *contributors, Case *entry, GArray *banned)
{
  guint i;

  for (i = 0; i < contributors->len; i++)
    {
      ShoalPieceSender sender = g_array_index (contributors, ShoalPieceSender, i);
      Reputation      *reputation;

      if (has_sender (banned, sender))
        continue;
      reputation = ensure_reputation (self, sender);
      reputation->trust -= TRUST_BAD;
      reputation->on_parole = TRUE;
      if (entry != NULL)
        {
          reputation->n_pending++;
          ensure_suspect (entry, sender)->n_failures++;
        }
      ban_by_trust (self, sender, banned);
    }
}

void
shoal_piece_blame_on_failed (ShoalPieceBlame        *self,
                             guint                   piece,
                             const ShoalPieceSender *senders,
                             const ShoalSha1        *digests,
                             guint                   n_blocks,
                             GArray                 *banned)
{
  gboolean is_known;
  g_autoptr (GArray) contributors = find_contributors (senders, n_blocks, &is_known);
  Case *entry = NULL;

  SHOAL_INVARIANT (shoal_piece_blame_check (self));
  if (contributors->len == 1 && is_known)
    {
      ban (self, g_array_index (contributors, ShoalPieceSender, 0), banned);
      return;
    }
  if (contributors->len == 0 || (digests == NULL && !is_known))
    return;
  if (digests != NULL)
    {
      make_room_for_versions (self, n_blocks, banned);
      entry = ensure_case (self, piece);
      keep_versions (self, entry, senders, digests, n_blocks, banned);
    }
  suspect_all (self, contributors, entry, banned);
}

/* --- a piece passed --- */

/* Gives back what failures of the case took from one who is cleared. */
static void
clear_suspect (ShoalPieceBlame *self, const Suspect *suspect)
{
  Reputation *reputation = find_reputation (self, suspect->sender);
  guint       n;

  if (reputation == NULL)
    return;
  n = MIN (reputation->n_pending, suspect->n_failures);
  reputation->n_pending -= n;
  reputation->trust = MIN (reputation->trust + TRUST_BAD * (int) n, TRUST_MAX);
  if (reputation->n_pending == 0 && reputation->trust >= 0)
    reputation->on_parole = FALSE;
}

/* Compares what was kept with the good blocks. */
static void
solve_case (ShoalPieceBlame *self,
            Case            *entry,
            const ShoalSha1 *digests,
            guint            n_blocks,
            GArray          *banned)
{
  guint i;

  for (i = 0; i < entry->versions->len; i++)
    {
      const Version *version = &g_array_index (entry->versions, Version, i);

      if (version->block >= n_blocks ||
          !shoal_sha1_equal (&version->digest, &digests[version->block]))
        ban (self, version->sender, banned);
    }
  for (i = 0; i < entry->suspects->len; i++)
    clear_suspect (self, &g_array_index (entry->suspects, Suspect, i));
  self->n_versions -= entry->versions->len;
  g_hash_table_remove (self->cases, GUINT_TO_POINTER (entry->piece));
}

static void
reward (ShoalPieceBlame *self, ShoalPieceSender sender, gboolean was_alone)
{
  Reputation *reputation = ensure_reputation (self, sender);

  reputation->trust = MIN (reputation->trust + TRUST_GOOD, TRUST_MAX);
  if (was_alone)
    reputation->on_parole = FALSE;
}

void
shoal_piece_blame_on_passed (ShoalPieceBlame        *self,
                             guint                   piece,
                             const ShoalPieceSender *senders,
                             const ShoalSha1        *digests,
                             guint                   n_blocks,
                             GArray                 *banned)
{
  gboolean is_known;
  g_autoptr (GArray) contributors = find_contributors (senders, n_blocks, &is_known);
  Case *entry = find_case (self, piece);
  guint i;

  SHOAL_INVARIANT (shoal_piece_blame_check (self));
  if (entry != NULL && digests != NULL)
    solve_case (self, entry, digests, n_blocks, banned);
  else if (entry != NULL)
    drop_case (self, entry, banned);
  for (i = 0; i < contributors->len; i++)
    {
      ShoalPieceSender sender = g_array_index (contributors, ShoalPieceSender, i);

      if (!has_sender (banned, sender))
        reward (self, sender, contributors->len == 1 && is_known);
    }
}

gboolean
shoal_piece_blame_wants_digests (const ShoalPieceBlame *self, guint piece)
{
  return find_case (self, piece) != NULL;
}

gboolean
shoal_piece_blame_is_on_parole (const ShoalPieceBlame *self, ShoalPieceSender sender)
{
  const Reputation *reputation = find_reputation (self, sender);

  return reputation != NULL && reputation->on_parole;
}

int
shoal_piece_blame_get_trust (const ShoalPieceBlame *self, ShoalPieceSender sender)
{
  const Reputation *reputation = find_reputation (self, sender);

  return reputation != NULL ? reputation->trust : 0;
}

guint
shoal_piece_blame_get_n_digests (const ShoalPieceBlame *self)
{
  return self->n_versions;
}

void
shoal_piece_blame_check (const ShoalPieceBlame *self)
{
  guint          n_versions = 0, n_cases = 0, n_failures = 0, n_pending = 0, i;
  GHashTableIter iter;
  gpointer       value;

  SHOAL_BASE_LIST_FOREACH (&self->by_age, node)
  {
    const Case *entry = SHOAL_BASE_LIST_ENTRY (node, Case, node);

    g_assert (find_case (self, entry->piece) == entry);
    for (i = 1; i < entry->versions->len; i++)
      g_assert (g_array_index (entry->versions, Version, i - 1).block <=
                g_array_index (entry->versions, Version, i).block);
    for (i = 0; i < entry->suspects->len; i++)
      n_failures += g_array_index (entry->suspects, Suspect, i).n_failures;
    n_versions += entry->versions->len;
    n_cases++;
  }
  g_hash_table_iter_init (&iter, self->reputations);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      g_assert (((const Reputation *) value)->trust <= TRUST_MAX);
      n_pending += ((const Reputation *) value)->n_pending;
    }
  g_assert (n_pending <= n_failures);
  g_assert (n_cases == g_hash_table_size (self->cases) && n_versions == self->n_versions);
  g_assert (n_versions <= SHOAL_PIECE_MAX_DIGESTS);
  g_assert (g_hash_table_size (self->reputations) <= SHOAL_PIECE_MAX_SENDERS);
}
