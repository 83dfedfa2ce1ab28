/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures of swarms: peers of several characters around one fetch, on a clock of their own. */

#include "config.h"

#include <string.h>

#include "base/shoal-base-random.h"
#include "disk/shoal-disk-hash.h"
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
  STALLER,    /* nearly the largest size of all, of its own, and a block a second */
  FILLER,     /* the same, as fast as it is asked, but for the last block, which never comes */
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
  ShoalTorrentMetadata       *fetch;
  ShoalTorrentMetadataBudget  budget;
  ShoalTorrentMetadataBudget *pot; /* this one's, or another's */
  guint8                     *truth;
  guint32                     size;
  ShoalSha1                   hash;
  GArray                     *peers; /* of Peer */
  gint64                      now_usec;
  gsize                       max_used;
  guint                       n_verdicts;
  gboolean                    is_found;
} Swarm;

static Swarm *
swarm_new_in (ShoalTorrentMetadataBudget *pot, guint32 size)
{
  Swarm          *self = g_new0 (Swarm, 1);
  ShoalBaseRandom random;
  guint32         i;

  shoal_base_random_init (&random, size);
  self->size = size;
  self->truth = g_malloc (size);
  for (i = 0; i < size; i++)
    self->truth[i] = (guint8) shoal_base_random_next (&random);
  shoal_disk_hash_compute (self->truth, size, &self->hash);
  self->peers = g_array_new (FALSE, TRUE, sizeof (Peer));
  self->now_usec = 1000 * G_USEC_PER_SEC;
  self->pot = pot != NULL ? pot : &self->budget;
  self->fetch = shoal_torrent_metadata_new (self->pot);
  return self;
}

static Swarm *
swarm_new (guint32 size)
{
  return swarm_new_in (NULL, size);
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

static ShoalTorrentMetadataResult
claim (Swarm *self, guint slot, guint64 size)
{
  ShoalTorrentMetadataPeer peer = { slot, sender_of (slot), slot };

  return shoal_torrent_metadata_claim (self->fetch, &peer, size);
}

static void
add_peer (Swarm *self, Character character)
{
  Peer peer = { .character = character, .claim = self->size };

  if (character == OTHER_SIZE)
    peer.claim += BLOCK;
  if (character == DRIP)
    peer.claim += (self->peers->len + 2) * BLOCK * 20;
  if (character == STALLER || character == FILLER)
    peer.claim = SHOAL_TORRENT_METADATA_MAX_SIZE - self->peers->len;
  peer.asked = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_array_append_val (self->peers, peer);
  g_assert_cmpint (
      claim (self, self->peers->len - 1, peer.claim), ==, SHOAL_TORRENT_METADATA_TAKEN);
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
  g_autoptr (ShoalTorrentMetadataWhole) whole = shoal_torrent_metadata_take_whole (self->fetch);
  g_autoptr (GBytes) info = NULL;
  g_autoptr (GArray) liars = NULL;
  guint i;

  g_assert_nonnull (whole);
  self->n_verdicts++;
  info = shoal_torrent_metadata_whole_verify (whole, &self->hash);
  self->is_found = info != NULL;
  if (self->is_found)
    g_assert_cmpmem (
        g_bytes_get_data (info, NULL), g_bytes_get_size (info), self->truth, self->size);
  liars = shoal_torrent_metadata_judge (self->fetch, whole, self->is_found);
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
      peer->character == STALLER || peer->character == FILLER ||
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
      (peer->character == DRIP && self->now_usec - peer->answered_usec < 14 * G_USEC_PER_SEC) ||
      (peer->character == STALLER && self->now_usec - peer->answered_usec < G_USEC_PER_SEC) ||
      (peer->character == FILLER && block == (peer->claim - 1) / BLOCK))
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
  self->max_used = MAX (self->max_used, self->pot->used_bytes);
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
        g_assert_true (peer->character != HONEST && peer->character != DEAF &&
                       peer->character != REFUSER && peer->character != SHIFTY);
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
  claim (swarm, 0, swarm->size);
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

  g_assert_cmpint (
      claim (swarm, 0, G_GUINT64_CONSTANT (1) << 31), ==, SHOAL_TORRENT_METADATA_REFUSED);
  g_assert_cmpint (claim (swarm, 1, G_MAXUINT64), ==, SHOAL_TORRENT_METADATA_REFUSED);
  g_assert_cmpint (claim (swarm, 2, 0), ==, SHOAL_TORRENT_METADATA_REFUSED);
  shoal_torrent_metadata_get_stats (swarm->fetch, &stats);
  g_assert_cmpuint (stats.n_refused, ==, 3);
  g_assert_cmpuint (stats.n_sources, ==, 0);
  g_assert_cmpuint (stats.size, ==, 0);
  g_assert_cmpint (claim (swarm, 3, 200), ==, SHOAL_TORRENT_METADATA_TAKEN);
  g_assert_cmpint (claim (swarm, 3, 200), ==, SHOAL_TORRENT_METADATA_TAKEN);
  g_assert_cmpint (claim (swarm, 3, 201), ==, SHOAL_TORRENT_METADATA_FAULT);
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
  swarm->budget.used_bytes += SHOAL_TORRENT_METADATA_BUDGET;
  add_peer (swarm, HONEST);
  run (swarm, 30);
  g_assert_false (swarm->is_found);
  swarm->budget.used_bytes -= SHOAL_TORRENT_METADATA_BUDGET * 2;
  run (swarm, 60);
  g_assert_true (swarm->is_found);
}

/* Who gives a little all the time, of something huge, keeps nobody waiting who wants less. */
static void
test_stallers (void)
{
  static const struct
  {
    guint32 size;
    guint   n_stallers, seconds;
  } rows[] = {
    { 3 * BLOCK, 3, 5 },    { 3 * BLOCK, 30, 5 },     { 60 * BLOCK, 30, 20 },
    { 200 * BLOCK, 3, 90 }, { 200 * BLOCK, 10, 180 },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Swarm) swarm = swarm_new (rows[i].size);

      add_peers (swarm, STALLER, rows[i].n_stallers);
      run (swarm, 3);
      add_peer (swarm, HONEST);
      run (swarm, rows[i].seconds);
      if (!swarm->is_found)
        g_error ("row %u", i);
    }
}

/* The same for who is slow with an ordinary size: each has his turn, and keeps what he got. */
static void
test_turns (void)
{
  g_autoptr (Swarm) swarm = swarm_new (BLOCK * 64);
  guint i;

  add_peers (swarm, DRIP, 2);
  for (i = 0; i < 8; i++)
    {
      add_peer (swarm, DEAF);
      claim (swarm, 100 + i, BLOCK * 63 - i); /* who says so never answers either */
    }
  for (i = 0; i < 8; i++)
    {
      guint32 block;

      while (shoal_torrent_metadata_next (swarm->fetch, 100 + i, swarm->now_usec, &block))
        ;
    }
  run (swarm, 3);
  add_peer (swarm, HONEST);
  run (swarm, 60);
  g_assert_true (swarm->is_found);
}

/* A size that more hosts claim has its turn first; many peers of one host are one. */
static void
test_hosts (void)
{
  g_autoptr (Swarm) swarm = swarm_new (BLOCK);
  guint   i, k;
  guint32 block;

  for (i = 0; i < 9; i++)
    {
      /* 0 … 2 have the places; 3 is one host nine times, 4 two hosts, 5 one alone. */
      guint n = i == 3 ? 9 : i == 4 ? 2 : 1;

      for (k = 0; k < n; k++)
        {
          ShoalTorrentMetadataPeer peer = { 10 * i + k, sender_of (10 * i + k), 10 * i };

          peer.host += i == 4 ? k : 0;
          shoal_torrent_metadata_claim (swarm->fetch, &peer, 100 + i);
          shoal_torrent_metadata_next (swarm->fetch, peer.slot, swarm->now_usec, &block);
        }
    }
  swarm->now_usec += 6 * G_USEC_PER_SEC;
  g_assert_false (shoal_torrent_metadata_next (swarm->fetch, 30, swarm->now_usec, &block));
  g_assert_false (shoal_torrent_metadata_next (swarm->fetch, 50, swarm->now_usec, &block));
  g_assert_true (shoal_torrent_metadata_next (swarm->fetch, 41, swarm->now_usec, &block));
  g_assert_true (shoal_torrent_metadata_next (swarm->fetch, 30, swarm->now_usec, &block));
  g_assert_true (shoal_torrent_metadata_next (swarm->fetch, 50, swarm->now_usec, &block));
  g_assert_false (shoal_torrent_metadata_next (swarm->fetch, 60, swarm->now_usec, &block));
}

/* Whoever fills what all fetches have together loses it to others. */
static void
test_pot (void)
{
  g_autoptr (Swarm) bad = swarm_new (2 * BLOCK);
  g_autoptr (Swarm) good = swarm_new_in (bad->pot, 80 * BLOCK);
  g_autoptr (Swarm) good_large = swarm_new_in (bad->pot, 500 * BLOCK);

  add_peers (bad, FILLER, 6);
  run (bad, 260);
  g_assert_cmpuint (bad->max_used, >, SHOAL_TORRENT_METADATA_BUDGET - 4 * BLOCK);
  good->now_usec = good_large->now_usec = bad->now_usec;
  add_peer (good, HONEST);
  run (good, 20);
  g_assert_true (good->is_found);
  add_peer (good_large, HONEST);
  run (good_large, 60);
  g_assert_true (good_large->is_found);
  add_peer (bad, HONEST);
  run (bad, 60);
  g_assert_true (bad->is_found);
  g_assert_cmpuint (bad->max_used, <=, SHOAL_TORRENT_METADATA_BUDGET + 12 * BLOCK);
}

/* Where more is under way than there is room for, one after the other is done. */
static void
test_crowded_pot (void)
{
  ShoalTorrentMetadataBudget pot = { 0 };
  Swarm                     *swarms[4];
  guint                      i, n_steps = 0, n_found = 0;

  for (i = 0; i < G_N_ELEMENTS (swarms); i++)
    {
      swarms[i] = swarm_new_in (&pot, SHOAL_TORRENT_METADATA_MAX_SIZE);
      add_peers (swarms[i], HONEST, 4);
    }
  while (n_found < G_N_ELEMENTS (swarms) && n_steps++ < 4000)
    for (n_found = i = 0; i < G_N_ELEMENTS (swarms); i++)
      {
        if (!swarms[i]->is_found)
          step (swarms[i]);
        n_found += swarms[i]->is_found;
      }
  g_assert_cmpuint (n_found, ==, G_N_ELEMENTS (swarms));
  for (i = 0; i < G_N_ELEMENTS (swarms); i++)
    swarm_free (swarms[i]);
  g_assert_cmpuint (pot.used_bytes, ==, 0);
  g_assert_null (pot.fetches);
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
  g_test_add_func ("/torrent/metadata/stallers", test_stallers);
  g_test_add_func ("/torrent/metadata/turns", test_turns);
  g_test_add_func ("/torrent/metadata/hosts", test_hosts);
  g_test_add_func ("/torrent/metadata/pot", test_pot);
  g_test_add_func ("/torrent/metadata/crowded-pot", test_crowded_pot);
  g_test_add_func ("/torrent/metadata/mixtures", test_mixtures);
  return g_test_run ();
}
