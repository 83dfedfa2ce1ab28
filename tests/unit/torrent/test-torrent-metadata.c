/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures of swarms: peers of several characters around one fetch, on a clock of their own. */

#include "config.h"

#include <string.h>

#include "base/shoal-base-random.h"
#include "torrent/shoal-torrent-metadata.h"

#define BLOCK     SHOAL_WIRE_METADATA_BLOCK
#define STEP_USEC (G_USEC_PER_SEC / 10)

typedef enum
{
  HONEST,
  POISONER,   /* right size, one wrong byte in every block */
  SLY,        /* the same, only in the first block */
  OTHER_SIZE, /* claims one block more, sends rubbish for all of it */
  DEAF,       /* never answers */
  REFUSER,    /* always refuses */
  DRIP,       /* another size of its own, and a block only every 14 s */
  SHIFTY,     /* says another total_size in its data than it claimed */
} Character;

typedef struct
{
  Character character;
  guint32   claim;
  gboolean  is_out; /* found out and dropped, or closed for a fault */
  gboolean  was_blamed;
  GArray   *asked; /* of guint32, to be answered in the next step */
  gint64    answered_usec;
} Peer;

typedef struct
{
  ShoalTorrentMetadata      *fetch;
  ShoalTorrentMetadataBudget budget;
  guint8                    *truth;
  guint32                    size;
  GArray                    *peers; /* of Peer */
  gint64                     now_usec;
  gsize                      max_used;
  guint                      n_verdicts;
  gboolean                   is_found;
} Swarm;

static Swarm *
swarm_new (guint32 size)
{
  Swarm          *self = g_new0 (Swarm, 1);
  ShoalBaseRandom random;
  guint32         i;

  shoal_base_random_init (&random, size);
  self->size = size;
  self->truth = g_malloc (size);
  for (i = 0; i < size; i++)
    self->truth[i] = (guint8) shoal_base_random_next (&random);
  self->peers = g_array_new (FALSE, TRUE, sizeof (Peer));
  self->now_usec = 1000 * G_USEC_PER_SEC;
  self->fetch = shoal_torrent_metadata_new (&self->budget);
  return self;
}

static void
swarm_free (Swarm *self)
{
  guint i;

  shoal_torrent_metadata_free (self->fetch);
  g_assert_cmpuint (self->budget.used_bytes, ==, 0);
  for (i = 0; i < self->peers->len; i++)
    g_array_unref (g_array_index (self->peers, Peer, i).asked);
  g_array_unref (self->peers);
  g_free (self->truth);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Swarm, swarm_free)

static ShoalPieceSender
sender_of (guint slot)
{
  return slot + 1000;
}

static void
add_peer (Swarm *self, Character character)
{
  Peer peer = { .character = character, .claim = self->size };

  if (character == OTHER_SIZE)
    peer.claim += BLOCK;
  if (character == DRIP)
    peer.claim += (self->peers->len + 2) * BLOCK * 20;
  peer.asked = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_array_append_val (self->peers, peer);
  g_assert_cmpint (
      shoal_torrent_metadata_claim (
          self->fetch, self->peers->len - 1, sender_of (self->peers->len - 1), peer.claim),
      ==,
      SHOAL_TORRENT_METADATA_TAKEN);
}

static void
add_peers (Swarm *self, Character character, guint n)
{
  while (n-- > 0)
    add_peer (self, character);
}

static void
judge (Swarm *self)
{
  guint attempt, i;
  g_autoptr (GBytes) whole = shoal_torrent_metadata_take_whole (self->fetch, &attempt);
  g_autoptr (GArray) liars = NULL;

  g_assert_nonnull (whole);
  self->n_verdicts++;
  self->is_found = g_bytes_get_size (whole) == self->size &&
                   memcmp (g_bytes_get_data (whole, NULL), self->truth, self->size) == 0;
  liars = shoal_torrent_metadata_judge (self->fetch, attempt, self->is_found ? whole : NULL);
  for (i = 0; i < liars->len; i++)
    {
      Peer *peer = &g_array_index (
          self->peers, Peer, g_array_index (liars, ShoalPieceSender, i) - sender_of (0));

      peer->is_out = peer->was_blamed = TRUE;
    }
}

static ShoalTorrentMetadataResult
send_block (Swarm *self, guint slot, guint32 block)
{
  Peer              *peer = &g_array_index (self->peers, Peer, slot);
  g_autofree guint8 *data = g_malloc0 (BLOCK);
  gsize              begin = (gsize) block * BLOCK;
  ShoalWireMetadata  message = { SHOAL_WIRE_METADATA_DATA, block, peer->claim, data, 0 };

  message.len = MIN (peer->claim - begin, BLOCK);
  if (begin < self->size)
    memcpy (data, self->truth + begin, MIN (self->size - begin, BLOCK));
  if (peer->character == POISONER || peer->character == OTHER_SIZE || peer->character == DRIP ||
      (peer->character == SLY && block == 0))
    data[slot % message.len] ^= 0x55;
  if (peer->character == SHIFTY)
    message.total_size++;
  return shoal_torrent_metadata_on_data (self->fetch, slot, &message, self->now_usec);
}

static void
answer (Swarm *self, guint slot)
{
  Peer   *peer = &g_array_index (self->peers, Peer, slot);
  guint32 block = g_array_index (peer->asked, guint32, 0);

  if (peer->character == DEAF ||
      (peer->character == DRIP && self->now_usec - peer->answered_usec < 14 * G_USEC_PER_SEC))
    return;
  g_array_remove_index (peer->asked, 0);
  peer->answered_usec = self->now_usec;
  if (peer->character == REFUSER)
    {
      shoal_torrent_metadata_on_reject (self->fetch, slot, self->now_usec);
      return;
    }
  switch (send_block (self, slot, block))
    {
    case SHOAL_TORRENT_METADATA_FAULT:
      peer->is_out = TRUE;
      shoal_torrent_metadata_remove (self->fetch, slot);
      break;
    case SHOAL_TORRENT_METADATA_WHOLE:
      judge (self);
      break;
    case SHOAL_TORRENT_METADATA_TAKEN:
    case SHOAL_TORRENT_METADATA_IGNORED:
    case SHOAL_TORRENT_METADATA_REFUSED:
      break;
    }
}

static void
step (Swarm *self)
{
  guint i;

  for (i = 0; i < self->peers->len && !self->is_found; i++)
    {
      Peer   *peer = &g_array_index (self->peers, Peer, i);
      guint32 block;

      while (!peer->is_out && shoal_torrent_metadata_next (self->fetch, i, self->now_usec, &block))
        g_array_append_val (peer->asked, block);
    }
  for (i = 0; i < self->peers->len && !self->is_found; i++)
    if (!g_array_index (self->peers, Peer, i).is_out &&
        g_array_index (self->peers, Peer, i).asked->len > 0)
      answer (self, i);
  self->max_used = MAX (self->max_used, self->budget.used_bytes);
  self->now_usec += STEP_USEC;
  shoal_torrent_metadata_tick (self->fetch, self->now_usec);
}

/* Until it is found, at most @seconds of its clock. */
static void
run (Swarm *self, guint seconds)
{
  gint64 end_usec = self->now_usec + seconds * G_USEC_PER_SEC;

  while (!self->is_found && self->now_usec < end_usec)
    step (self);
}

/* Whoever was blamed is what it was blamed for. */
static void
check_blame (Swarm *self)
{
  guint i;

  for (i = 0; i < self->peers->len; i++)
    {
      const Peer *peer = &g_array_index (self->peers, Peer, i);

      if (peer->was_blamed)
        g_assert_true (peer->character == POISONER || peer->character == SLY ||
                       peer->character == OTHER_SIZE || peer->character == DRIP);
    }
}

static void
test_honest (void)
{
  static const guint32 sizes[] = { 1, 100, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK, 77777 };
  guint                i;

  for (i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (Swarm) swarm = swarm_new (sizes[i]);

      add_peers (swarm, HONEST, 3);
      run (swarm, 10);
      g_assert_true (swarm->is_found);
      g_assert_cmpuint (swarm->n_verdicts, ==, 1);
    }
}

/* Several at once: nobody is asked for what another one was asked for just before. */
static void
test_parallel (void)
{
  g_autoptr (Swarm) swarm = swarm_new (40 * BLOCK);
  guint n_steps = 0, n_asked = 0, i;

  add_peers (swarm, HONEST, 10);
  for (i = 0; i < 10; i++)
    {
      guint32 block;

      while (shoal_torrent_metadata_next (swarm->fetch, i, swarm->now_usec, &block))
        {
          g_assert_cmpuint (block, ==, n_asked);
          n_asked++;
          g_array_append_val (g_array_index (swarm->peers, Peer, i).asked, block);
        }
    }
  g_assert_cmpuint (n_asked, ==, 10 * SHOAL_TORRENT_METADATA_MAX_ASKED);
  while (!swarm->is_found)
    {
      step (swarm);
      n_steps++;
    }
  g_assert_cmpuint (n_steps, <=, 6); /* one alone would take 40 */
}

static void
test_singly (void)
{
  g_autoptr (Swarm) swarm = swarm_new (3 * BLOCK);
  guint32 block;

  add_peer (swarm, HONEST);
  shoal_torrent_metadata_ask_singly (swarm->fetch, 0);
  g_assert_true (shoal_torrent_metadata_next (swarm->fetch, 0, swarm->now_usec, &block));
  g_assert_false (shoal_torrent_metadata_next (swarm->fetch, 0, swarm->now_usec, &block));
  send_block (swarm, 0, 0);
  run (swarm, 5);
  g_assert_true (swarm->is_found);
}

static void
test_poison (void)
{
  g_autoptr (Swarm) swarm = swarm_new (12 * BLOCK);
  guint i, n_blamed = 0;

  add_peers (swarm, HONEST, 5);
  add_peers (swarm, POISONER, 2);
  add_peer (swarm, SLY);
  run (swarm, 60);
  g_assert_true (swarm->is_found);
  g_assert_cmpuint (swarm->n_verdicts, >, 1);
  check_blame (swarm);
  for (i = 0; i < swarm->peers->len; i++)
    n_blamed += g_array_index (swarm->peers, Peer, i).was_blamed;
  g_assert_cmpuint (n_blamed, >=, 2);
}

/* One honest peer among many who lie about every byte. */
static void
test_mostly_liars (void)
{
  g_autoptr (Swarm) swarm = swarm_new (3 * BLOCK + 5);

  add_peers (swarm, POISONER, 20);
  add_peer (swarm, HONEST);
  run (swarm, 300);
  g_assert_true (swarm->is_found);
  check_blame (swarm);
  g_assert_false (g_array_index (swarm->peers, Peer, 20).is_out);
}

/* The one who sent wrong bytes into a shared attempt is named when the right ones are known, even
 * if it works no more. */
static void
test_evidence (void)
{
  g_autoptr (Swarm) swarm = swarm_new (4 * BLOCK);

  add_peer (swarm, POISONER);
  add_peer (swarm, HONEST);
  while (swarm->n_verdicts == 0)
    step (swarm);
  g_assert_false (swarm->is_found);
  g_assert_false (g_array_index (swarm->peers, Peer, 0).was_blamed);
  shoal_torrent_metadata_remove (swarm->fetch, 0); /* it left in time, as it thinks */
  g_array_index (swarm->peers, Peer, 0).is_out = TRUE;
  run (swarm, 60);
  g_assert_true (swarm->is_found);
  g_assert_true (g_array_index (swarm->peers, Peer, 0).was_blamed);
  g_assert_false (g_array_index (swarm->peers, Peer, 1).was_blamed);
}

/* Who took part in a failure stays under suspicion, also by another connection. */
static void
test_suspect_returns (void)
{
  g_autoptr (Swarm) swarm = swarm_new (4 * BLOCK);
  guint32 block;

  add_peer (swarm, POISONER);
  add_peer (swarm, HONEST);
  while (swarm->n_verdicts == 0)
    step (swarm);
  shoal_torrent_metadata_remove (swarm->fetch, 0);
  g_array_set_size (g_array_index (swarm->peers, Peer, 0).asked, 0);
  shoal_torrent_metadata_claim (swarm->fetch, 0, sender_of (0), swarm->size);
  add_peer (swarm, HONEST);
  while (!swarm->is_found)
    step (swarm);
  g_assert_true (g_array_index (swarm->peers, Peer, 0).was_blamed);
  g_assert_false (g_array_index (swarm->peers, Peer, 2).was_blamed);
  g_assert_false (shoal_torrent_metadata_next (swarm->fetch, 0, swarm->now_usec, &block));
}

static void
test_sizes (void)
{
  g_autoptr (Swarm) swarm = swarm_new (5 * BLOCK);

  add_peers (swarm, OTHER_SIZE, 3);
  add_peers (swarm, DRIP, 6);
  add_peer (swarm, HONEST);
  run (swarm, 120);
  g_assert_true (swarm->is_found);
  check_blame (swarm);
  g_assert_false (g_array_index (swarm->peers, Peer, 9).is_out);
}

/* Sizes that no dictionary has are counted and cost nothing; another size later is a fault. */
static void
test_claims (void)
{
  g_autoptr (Swarm) swarm = swarm_new (100);
  ShoalTorrentMetadataStats stats;

  g_assert_cmpint (shoal_torrent_metadata_claim (swarm->fetch, 0, 1, G_GUINT64_CONSTANT (1) << 31),
                   ==,
                   SHOAL_TORRENT_METADATA_REFUSED);
  g_assert_cmpint (shoal_torrent_metadata_claim (swarm->fetch, 1, 2, G_MAXUINT64),
                   ==,
                   SHOAL_TORRENT_METADATA_REFUSED);
  g_assert_cmpint (
      shoal_torrent_metadata_claim (swarm->fetch, 2, 3, 0), ==, SHOAL_TORRENT_METADATA_REFUSED);
  shoal_torrent_metadata_get_stats (swarm->fetch, &stats);
  g_assert_cmpuint (stats.n_refused, ==, 3);
  g_assert_cmpuint (stats.n_sources, ==, 0);
  g_assert_cmpuint (stats.size, ==, 0);
  g_assert_cmpint (
      shoal_torrent_metadata_claim (swarm->fetch, 3, 4, 200), ==, SHOAL_TORRENT_METADATA_TAKEN);
  g_assert_cmpint (
      shoal_torrent_metadata_claim (swarm->fetch, 3, 4, 200), ==, SHOAL_TORRENT_METADATA_TAKEN);
  g_assert_cmpint (
      shoal_torrent_metadata_claim (swarm->fetch, 3, 4, 201), ==, SHOAL_TORRENT_METADATA_FAULT);
}

static void
test_deaf_and_refusing (void)
{
  g_autoptr (Swarm) swarm = swarm_new (8 * BLOCK);
  ShoalTorrentMetadataStats stats;

  add_peers (swarm, DEAF, 3);
  add_peers (swarm, REFUSER, 3);
  run (swarm, 25);
  g_assert_false (swarm->is_found);
  shoal_torrent_metadata_get_stats (swarm->fetch, &stats);
  g_assert_cmpuint (stats.n_sources, ==, 0);
  add_peer (swarm, HONEST);
  run (swarm, 30);
  g_assert_true (swarm->is_found);
  g_assert_cmpuint (swarm->n_verdicts, ==, 1);
}

/* Once the rest is over they are asked again. */
static void
test_asked_again (void)
{
  g_autoptr (Swarm) swarm = swarm_new (BLOCK);
  guint i;

  add_peers (swarm, REFUSER, 1);
  run (swarm, 5);
  g_array_index (swarm->peers, Peer, 0).character = HONEST;
  for (i = 0; i < 500; i++)
    step (swarm);
  g_assert_false (swarm->is_found);
  run (swarm, 20);
  g_assert_true (swarm->is_found);
}

static void
test_faults (void)
{
  g_autoptr (Swarm) swarm = swarm_new (2 * BLOCK);
  ShoalTorrentMetadataStats stats;
  ShoalWireMetadata unasked = { SHOAL_WIRE_METADATA_DATA, 1, 2 * BLOCK, swarm->truth, BLOCK };
  ShoalWireMetadata shortened = { SHOAL_WIRE_METADATA_DATA, 0, 0, swarm->truth, 10 };
  guint32           block;

  add_peer (swarm, SHIFTY);
  run (swarm, 5);
  g_assert_true (g_array_index (swarm->peers, Peer, 0).is_out);
  g_assert_cmpint (shoal_torrent_metadata_on_data (swarm->fetch, 7, &unasked, swarm->now_usec),
                   ==,
                   SHOAL_TORRENT_METADATA_IGNORED);
  shoal_torrent_metadata_get_stats (swarm->fetch, &stats);
  g_assert_cmpuint (stats.n_ignored, ==, 1);
  add_peer (swarm, HONEST);
  g_assert_true (shoal_torrent_metadata_next (swarm->fetch, 1, swarm->now_usec, &block));
  g_assert_cmpuint (block, ==, 0);
  g_assert_cmpint (shoal_torrent_metadata_on_data (swarm->fetch, 1, &shortened, swarm->now_usec),
                   ==,
                   SHOAL_TORRENT_METADATA_FAULT);
}

/* Huge sizes that are really sent stop at the budget, and ordinary ones go on. */
static void
test_budget (void)
{
  g_autoptr (Swarm) swarm = swarm_new (3 * BLOCK);
  guint i;

  for (i = 0; i < 8; i++)
    add_peer (swarm, DRIP);
  swarm->budget.used_bytes = SHOAL_TORRENT_METADATA_BUDGET; /* others hold that */
  for (i = 0; i < 8; i++)
    {
      guint32 block;

      g_assert_cmpuint (g_array_index (swarm->peers, Peer, i).claim / BLOCK, <, 300);
      g_assert_cmpint (shoal_torrent_metadata_next (swarm->fetch, i, swarm->now_usec, &block),
                       ==,
                       g_array_index (swarm->peers, Peer, i).claim <=
                               SHOAL_TORRENT_METADATA_COMMON_SIZE &&
                           i < 3);
    }
  swarm->budget.used_bytes *= 2;
  add_peer (swarm, HONEST);
  run (swarm, 30);
  g_assert_false (swarm->is_found);
  swarm->budget.used_bytes -= SHOAL_TORRENT_METADATA_BUDGET * 2;
  run (swarm, 60);
  g_assert_true (swarm->is_found);
}

/* Many swarms of all characters: found whenever somebody is honest, and nobody is blamed for
 * nothing. */
static void
test_mixtures (void)
{
  ShoalBaseRandom random;
  guint           i;

  shoal_base_random_init (&random, 5);
  for (i = 0; i < 200; i++)
    {
      g_autoptr (Swarm) swarm = swarm_new (1 + shoal_base_random_below (&random, 12 * BLOCK));
      guint n = shoal_base_random_below (&random, 12), k;
      guint honest_at = shoal_base_random_below (&random, n + 1);

      for (k = 0; k <= n; k++)
        add_peer (swarm, k == honest_at ? HONEST : shoal_base_random_below (&random, SHIFTY + 1));
      run (swarm, 600);
      if (!swarm->is_found)
        g_test_message ("mixture %u", i);
      g_assert_true (swarm->is_found);
      check_blame (swarm);
      g_assert_false (g_array_index (swarm->peers, Peer, honest_at).is_out);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torrent/metadata/honest", test_honest);
  g_test_add_func ("/torrent/metadata/parallel", test_parallel);
  g_test_add_func ("/torrent/metadata/singly", test_singly);
  g_test_add_func ("/torrent/metadata/poison", test_poison);
  g_test_add_func ("/torrent/metadata/mostly-liars", test_mostly_liars);
  g_test_add_func ("/torrent/metadata/evidence", test_evidence);
  g_test_add_func ("/torrent/metadata/suspect-returns", test_suspect_returns);
  g_test_add_func ("/torrent/metadata/sizes", test_sizes);
  g_test_add_func ("/torrent/metadata/claims", test_claims);
  g_test_add_func ("/torrent/metadata/deaf-and-refusing", test_deaf_and_refusing);
  g_test_add_func ("/torrent/metadata/asked-again", test_asked_again);
  g_test_add_func ("/torrent/metadata/faults", test_faults);
  g_test_add_func ("/torrent/metadata/budget", test_budget);
  g_test_add_func ("/torrent/metadata/mixtures", test_mixtures);
  return g_test_run ();
}
