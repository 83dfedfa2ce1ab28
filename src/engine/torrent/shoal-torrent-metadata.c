/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-metadata-private.h"

#include <string.h>

/* Who is asked for what. */

/* A block that somebody was asked for so long ago is asked of a second one who has nothing else to
 * do. */
#define REPEAT_USEC (3 * G_USEC_PER_SEC)
#define MAX_REPEATS 2

/* An attempt that nobody adds to for so long is given up, with its bytes. */
#define IDLE_USEC (120 * G_USEC_PER_SEC)

typedef struct
{
  guint   attempt; /* 0: none */
  guint32 block;
  gint64  asked_usec;
} Ask;

typedef struct
{
  ShoalPieceSlot   slot;
  ShoalPieceSender sender;
  guint32          size;
  guint64          turn; /* who waits for a place: lower first */
  gint64           rests_until_usec;
  Ask              asked[SHOAL_TORRENT_METADATA_MAX_ASKED];

  guint is_single : 1;  /* one block at a time */
  guint is_suspect : 1; /* took part in what failed: works alone */
} Source;

struct _ShoalTorrentMetadata
{
  ShoalTorrentMetadataBudget   *budget;   /* unowned: outlives us */
  GPtrArray                    *sources;  /* owned, of Source */
  GPtrArray                    *attempts; /* owned, of ShoalTorrentMetadataAttempt */
  GArray                       *suspects; /* owned, of ShoalPieceSender, here or gone */
  ShoalTorrentMetadataEvidence *evidence; /* owned */
  guint                         last_attempt;
  guint64                       last_turn;
  guint                         n_refused;
  guint                         n_ignored;
  guint                         n_failed;
};

ShoalTorrentMetadata *
shoal_torrent_metadata_new (ShoalTorrentMetadataBudget *budget)
{
  ShoalTorrentMetadata *self = g_new0 (ShoalTorrentMetadata, 1);

  self->budget = budget;
  self->sources = g_ptr_array_new_with_free_func (g_free);
  self->attempts = g_ptr_array_new ();
  self->suspects = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  self->evidence = shoal_torrent_metadata_evidence_new ();
  return self;
}

static ShoalTorrentMetadataAttempt *
get_attempt (const ShoalTorrentMetadata *self, guint index)
{
  return g_ptr_array_index (self->attempts, index);
}

static Source *
get_source (const ShoalTorrentMetadata *self, guint index)
{
  return g_ptr_array_index (self->sources, index);
}

void
shoal_torrent_metadata_free (ShoalTorrentMetadata *self)
{
  guint i;

  for (i = 0; i < self->attempts->len; i++)
    shoal_torrent_metadata_attempt_free (get_attempt (self, i), self->budget);
  g_ptr_array_unref (self->attempts);
  g_ptr_array_unref (self->sources);
  g_array_unref (self->suspects);
  shoal_torrent_metadata_evidence_free (self->evidence);
  g_free (self);
}

static Source *
find_source (const ShoalTorrentMetadata *self, ShoalPieceSlot slot)
{
  guint i;

  for (i = 0; i < self->sources->len; i++)
    if (get_source (self, i)->slot == slot)
      return get_source (self, i);
  return NULL;
}

static gboolean
is_among (const GArray *senders, ShoalPieceSender sender)
{
  guint i;

  for (i = 0; i < senders->len; i++)
    if (g_array_index (senders, ShoalPieceSender, i) == sender)
      return TRUE;
  return FALSE;
}

static ShoalTorrentMetadataAttempt *
find_attempt (const ShoalTorrentMetadata *self, guint id)
{
  guint i;

  for (i = 0; i < self->attempts->len; i++)
    if (get_attempt (self, i)->id == id)
      return get_attempt (self, i);
  return NULL;
}

/* The attempt that @source works for, if there is one. */
static ShoalTorrentMetadataAttempt *
find_attempt_of (const ShoalTorrentMetadata *self, const Source *source)
{
  ShoalPieceSender only = source->is_suspect ? source->sender : SHOAL_PIECE_SENDER_NONE;
  guint            i;

  for (i = 0; i < self->attempts->len; i++)
    {
      ShoalTorrentMetadataAttempt *attempt = get_attempt (self, i);

      if (attempt->size == source->size && attempt->only == only)
        return attempt;
    }
  return NULL;
}

static void
clear_ask (ShoalTorrentMetadata *self, Ask *ask)
{
  ShoalTorrentMetadataAttempt *attempt = find_attempt (self, ask->attempt);

  if (attempt != NULL)
    attempt->blocks[ask->block].n_asked--;
  ask->attempt = 0;
}

static void
clear_asks (ShoalTorrentMetadata *self, Source *source)
{
  guint i;

  for (i = 0; i < SHOAL_TORRENT_METADATA_MAX_ASKED; i++)
    if (source->asked[i].attempt != 0)
      clear_ask (self, &source->asked[i]);
}

static void
drop_attempt (ShoalTorrentMetadata *self, ShoalTorrentMetadataAttempt *attempt)
{
  guint i, k;

  for (i = 0; i < self->sources->len; i++)
    for (k = 0; k < SHOAL_TORRENT_METADATA_MAX_ASKED; k++)
      if (get_source (self, i)->asked[k].attempt == attempt->id)
        get_source (self, i)->asked[k].attempt = 0;
  g_ptr_array_remove (self->attempts, attempt);
  shoal_torrent_metadata_attempt_free (attempt, self->budget);
}

ShoalTorrentMetadataResult
shoal_torrent_metadata_claim (ShoalTorrentMetadata *self,
                              ShoalPieceSlot        slot,
                              ShoalPieceSender      sender,
                              guint64               size)
{
  Source *source = find_source (self, slot);

  if (source != NULL)
    return source->size == size ? SHOAL_TORRENT_METADATA_TAKEN : SHOAL_TORRENT_METADATA_FAULT;
  if (size == 0 || size > SHOAL_CODEC_METAINFO_MAX_INFO_SIZE)
    {
      self->n_refused++;
      return SHOAL_TORRENT_METADATA_REFUSED;
    }
  source = g_new0 (Source, 1);
  source->slot = slot;
  source->sender = sender;
  source->size = (guint32) size;
  source->turn = ++self->last_turn;
  source->is_suspect = is_among (self->suspects, sender);
  g_ptr_array_add (self->sources, source);
  return SHOAL_TORRENT_METADATA_TAKEN;
}

void
shoal_torrent_metadata_ask_singly (ShoalTorrentMetadata *self, ShoalPieceSlot slot)
{
  Source *source = find_source (self, slot);

  if (source != NULL)
    source->is_single = TRUE;
}

/* An attempt that was one peer's goes with it; a shared one waits for others. */
static void
remove_source (ShoalTorrentMetadata *self, Source *source)
{
  ShoalTorrentMetadataAttempt *attempt = find_attempt_of (self, source);

  clear_asks (self, source);
  if (attempt != NULL && source->is_suspect && !attempt->is_taken)
    drop_attempt (self, attempt);
  g_ptr_array_remove_fast (self->sources, source);
}

void
shoal_torrent_metadata_remove (ShoalTorrentMetadata *self, ShoalPieceSlot slot)
{
  Source *source = find_source (self, slot);

  if (source != NULL)
    remove_source (self, source);
}

static gboolean
has_budget (const ShoalTorrentMetadata *self, guint32 size)
{
  gsize limit = SHOAL_TORRENT_METADATA_BUDGET;

  if (size <= SHOAL_TORRENT_METADATA_COMMON_SIZE)
    limit *= 2;
  return self->budget->used_bytes + SHOAL_WIRE_METADATA_BLOCK <= limit;
}

/* Whether somebody waits for a place of the same kind who has waited longer. */
static gboolean
is_behind_others (const ShoalTorrentMetadata *self, const Source *source, gint64 now_usec)
{
  guint i;

  for (i = 0; i < self->sources->len; i++)
    {
      const Source *other = get_source (self, i);

      if (other->turn < source->turn && other->is_suspect == source->is_suspect &&
          now_usec >= other->rests_until_usec && has_budget (self, other->size) &&
          find_attempt_of (self, other) == NULL)
        return TRUE;
    }
  return FALSE;
}

/* A slow attempt gives its place up; whose it was get in line once more. */
static void
give_up (ShoalTorrentMetadata *self, ShoalTorrentMetadataAttempt *attempt)
{
  guint i;

  for (i = 0; i < self->sources->len; i++)
    if (find_attempt_of (self, get_source (self, i)) == attempt)
      get_source (self, i)->turn = ++self->last_turn;
  drop_attempt (self, attempt);
}

/* Makes a place among the shared attempts, or among those of single peers. */
static gboolean
make_place (ShoalTorrentMetadata *self, const Source *source, gint64 now_usec)
{
  guint max =
      source->is_suspect ? SHOAL_TORRENT_METADATA_MAX_ALONE : SHOAL_TORRENT_METADATA_MAX_SHARED;
  ShoalTorrentMetadataAttempt *slow = NULL;
  guint                        n = 0, i;

  if (is_behind_others (self, source, now_usec))
    return FALSE;
  for (i = 0; i < self->attempts->len; i++)
    {
      ShoalTorrentMetadataAttempt *attempt = get_attempt (self, i);

      if ((attempt->only != SHOAL_PIECE_SENDER_NONE) != source->is_suspect)
        continue;
      n++;
      if (shoal_torrent_metadata_attempt_is_slow (attempt, now_usec))
        slow = attempt;
    }
  if (n < max)
    return TRUE;
  if (slow == NULL)
    return FALSE;
  give_up (self, slow);
  return TRUE;
}

static ShoalTorrentMetadataAttempt *
open_attempt (ShoalTorrentMetadata *self, const Source *source, gint64 now_usec)
{
  ShoalTorrentMetadataAttempt *attempt = find_attempt_of (self, source);

  if (attempt != NULL)
    return attempt->is_taken ? NULL : attempt;
  if (!make_place (self, source, now_usec))
    return NULL;
  attempt = shoal_torrent_metadata_attempt_new (++self->last_attempt,
                                                source->size,
                                                source->is_suspect ? source->sender
                                                                   : SHOAL_PIECE_SENDER_NONE,
                                                now_usec);
  g_ptr_array_add (self->attempts, attempt);
  return attempt;
}

static gboolean
is_asked_of (const Source *source, guint attempt, guint32 block)
{
  guint i;

  for (i = 0; i < SHOAL_TORRENT_METADATA_MAX_ASKED; i++)
    if (source->asked[i].attempt == attempt && source->asked[i].block == block)
      return TRUE;
  return FALSE;
}

/* When @block was last asked of anybody. */
static gint64
get_asked_usec (const ShoalTorrentMetadata *self, guint attempt, guint32 block)
{
  gint64 asked_usec = 0;
  guint  i, k;

  for (i = 0; i < self->sources->len; i++)
    for (k = 0; k < SHOAL_TORRENT_METADATA_MAX_ASKED; k++)
      {
        const Ask *ask = &get_source (self, i)->asked[k];

        if (ask->attempt == attempt && ask->block == block)
          asked_usec = MAX (asked_usec, ask->asked_usec);
      }
  return asked_usec;
}

/* The first block that nobody was asked for; else one that is overdue. */
static gboolean
choose_block (const ShoalTorrentMetadata        *self,
              const ShoalTorrentMetadataAttempt *attempt,
              const Source                      *source,
              gint64                             now_usec,
              guint32                           *out)
{
  guint i;

  for (i = 0; i < attempt->n_blocks; i++)
    if (attempt->blocks[i].data == NULL && attempt->blocks[i].n_asked == 0)
      {
        *out = i;
        return TRUE;
      }
  for (i = 0; i < attempt->n_blocks; i++)
    if (attempt->blocks[i].data == NULL && attempt->blocks[i].n_asked < MAX_REPEATS &&
        !is_asked_of (source, attempt->id, i) &&
        now_usec - get_asked_usec (self, attempt->id, i) >= REPEAT_USEC)
      {
        *out = i;
        return TRUE;
      }
  return FALSE;
}

/* NULL: as much is asked of it as may be. */
static Ask *
find_free_ask (Source *source)
{
  guint n = source->is_single ? 1 : SHOAL_TORRENT_METADATA_MAX_ASKED;
  guint i;

  for (i = 0; i < n; i++)
    if (source->asked[i].attempt == 0)
      return &source->asked[i];
  return NULL;
}

gboolean
shoal_torrent_metadata_next (ShoalTorrentMetadata *self,
                             ShoalPieceSlot        slot,
                             gint64                now_usec,
                             guint32              *block)
{
  Source                      *source = find_source (self, slot);
  ShoalTorrentMetadataAttempt *attempt;
  Ask                         *ask;

  if (source == NULL || now_usec < source->rests_until_usec || !has_budget (self, source->size))
    return FALSE;
  ask = find_free_ask (source);
  if (ask == NULL)
    return FALSE;
  attempt = open_attempt (self, source, now_usec);
  if (attempt == NULL || !choose_block (self, attempt, source, now_usec, block))
    return FALSE;
  attempt->blocks[*block].n_asked++;
  *ask = (Ask){ attempt->id, *block, now_usec };
  return TRUE;
}

static Ask *
find_ask (Source *source, guint32 block)
{
  guint i;

  for (i = 0; i < SHOAL_TORRENT_METADATA_MAX_ASKED; i++)
    if (source->asked[i].attempt != 0 && source->asked[i].block == block)
      return &source->asked[i];
  return NULL;
}

static ShoalTorrentMetadataResult
take_block (ShoalTorrentMetadata        *self,
            ShoalTorrentMetadataAttempt *attempt,
            const Source                *source,
            const ShoalWireMetadata     *message,
            gint64                       now_usec)
{
  ShoalTorrentMetadataBlock *block = &attempt->blocks[message->block];

  if (block->data != NULL)
    return SHOAL_TORRENT_METADATA_IGNORED; /* somebody was quicker */
  block->data = g_memdup2 (message->data, message->len);
  block->sender = source->sender;
  self->budget->used_bytes += message->len;
  attempt->moved_usec = now_usec;
  return ++attempt->n_had == attempt->n_blocks ? SHOAL_TORRENT_METADATA_WHOLE
                                               : SHOAL_TORRENT_METADATA_TAKEN;
}

ShoalTorrentMetadataResult
shoal_torrent_metadata_on_data (ShoalTorrentMetadata    *self,
                                ShoalPieceSlot           slot,
                                const ShoalWireMetadata *message,
                                gint64                   now_usec)
{
  Source                      *source = find_source (self, slot);
  Ask                         *ask = source != NULL ? find_ask (source, message->block) : NULL;
  ShoalTorrentMetadataAttempt *attempt;

  if (ask == NULL)
    {
      self->n_ignored++;
      return SHOAL_TORRENT_METADATA_IGNORED;
    }
  attempt = find_attempt (self, ask->attempt);
  clear_ask (self, ask);
  if ((message->total_size != 0 && message->total_size != attempt->size) ||
      message->len != shoal_torrent_metadata_attempt_get_len (attempt, message->block))
    return SHOAL_TORRENT_METADATA_FAULT;
  return take_block (self, attempt, source, message, now_usec);
}

void
shoal_torrent_metadata_on_reject (ShoalTorrentMetadata *self, ShoalPieceSlot slot, gint64 now_usec)
{
  Source *source = find_source (self, slot);

  if (source == NULL)
    return;
  clear_asks (self, source);
  source->rests_until_usec = now_usec + SHOAL_TORRENT_METADATA_REFUSE_USEC;
}

static gboolean
is_deaf (const Source *source, gint64 now_usec)
{
  guint i;

  for (i = 0; i < SHOAL_TORRENT_METADATA_MAX_ASKED; i++)
    if (source->asked[i].attempt != 0 &&
        now_usec - source->asked[i].asked_usec >= SHOAL_TORRENT_METADATA_TIMEOUT_USEC)
      return TRUE;
  return FALSE;
}

static void
tick_source (ShoalTorrentMetadata *self, Source *source, gint64 now_usec)
{
  if (now_usec >= source->rests_until_usec)
    source->rests_until_usec = 0;
  if (!is_deaf (source, now_usec))
    return;
  clear_asks (self, source);
  source->rests_until_usec = now_usec + SHOAL_TORRENT_METADATA_DEAF_USEC;
}

void
shoal_torrent_metadata_tick (ShoalTorrentMetadata *self, gint64 now_usec)
{
  guint i;

  for (i = 0; i < self->sources->len; i++)
    tick_source (self, get_source (self, i), now_usec);
  for (i = self->attempts->len; i-- > 0;)
    if (!get_attempt (self, i)->is_taken &&
        now_usec - get_attempt (self, i)->moved_usec > IDLE_USEC)
      drop_attempt (self, get_attempt (self, i));
}

GBytes *
shoal_torrent_metadata_take_whole (ShoalTorrentMetadata *self, guint *id)
{
  guint i;

  for (i = 0; i < self->attempts->len; i++)
    {
      ShoalTorrentMetadataAttempt *attempt = get_attempt (self, i);

      if (attempt->n_had < attempt->n_blocks || attempt->is_taken)
        continue;
      attempt->is_taken = TRUE;
      *id = attempt->id;
      return shoal_torrent_metadata_attempt_join (attempt);
    }
  return NULL;
}

/* Sources that took part in what failed: a single one has lied, each of several may have. */
static void
blame (ShoalTorrentMetadata *self, const ShoalTorrentMetadataAttempt *attempt, GArray *liars)
{
  g_autoptr (GArray) senders = shoal_torrent_metadata_attempt_dup_senders (attempt);
  guint i;

  if (senders->len == 1)
    shoal_torrent_metadata_note_sender (liars, g_array_index (senders, ShoalPieceSender, 0));
  else
    shoal_torrent_metadata_evidence_add (self->evidence, attempt);
  for (i = 0; i < senders->len; i++)
    shoal_torrent_metadata_note_sender (self->suspects,
                                        g_array_index (senders, ShoalPieceSender, i));
  for (i = 0; i < self->sources->len; i++)
    {
      Source *source = get_source (self, i);

      if (source->is_suspect || !is_among (senders, source->sender))
        continue;
      clear_asks (self, source);
      source->is_suspect = TRUE;
    }
}

static void
remove_liars (ShoalTorrentMetadata *self, const GArray *liars)
{
  guint i;

  for (i = self->sources->len; i-- > 0;)
    if (is_among (liars, get_source (self, i)->sender))
      remove_source (self, get_source (self, i));
}

GArray *
shoal_torrent_metadata_judge (ShoalTorrentMetadata *self, guint id, GBytes *truth)
{
  GArray                      *liars = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  ShoalTorrentMetadataAttempt *attempt = find_attempt (self, id);

  g_return_val_if_fail (attempt != NULL && attempt->is_taken, liars);
  if (truth != NULL)
    shoal_torrent_metadata_evidence_compare (self->evidence, truth, liars);
  else
    {
      self->n_failed++;
      blame (self, attempt, liars);
    }
  drop_attempt (self, attempt);
  remove_liars (self, liars);
  return liars;
}

void
shoal_torrent_metadata_get_stats (const ShoalTorrentMetadata *self, ShoalTorrentMetadataStats *out)
{
  guint i;

  *out = (ShoalTorrentMetadataStats){ .n_refused = self->n_refused,
                                      .n_ignored = self->n_ignored,
                                      .n_failed = self->n_failed };
  for (i = 0; i < self->sources->len; i++)
    out->n_sources += get_source (self, i)->rests_until_usec == 0;
  for (i = 0; i < self->attempts->len; i++)
    {
      const ShoalTorrentMetadataAttempt *attempt = get_attempt (self, i);
      guint64                            had = (guint64) attempt->n_had * SHOAL_WIRE_METADATA_BLOCK;

      if (out->size == 0 || had > out->had_bytes)
        {
          out->had_bytes = MIN (had, attempt->size);
          out->size = attempt->size;
        }
    }
}
