/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-metadata-private.h"

/* Who is asked for what. */

/* A block that somebody was asked for so long ago is asked of a second one who has nothing else to
 * do. */
#define REPEAT_USEC (3 * G_USEC_PER_SEC)
#define MAX_REPEATS 2

/* The bytes of an attempt that nobody adds to for so long are given up. */
#define IDLE_USEC (120 * G_USEC_PER_SEC)

ShoalTorrentMetadata *
shoal_torrent_metadata_new (ShoalTorrentMetadataBudget *budget)
{
  ShoalTorrentMetadata *self = g_new0 (ShoalTorrentMetadata, 1);

  self->budget = budget;
  self->sources = g_ptr_array_new_with_free_func (g_free);
  self->attempts = g_ptr_array_new ();
  self->suspects = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  self->evidence = shoal_torrent_metadata_evidence_new ();
  self->next = budget->fetches;
  budget->fetches = self;
  return self;
}

static ShoalTorrentMetadataAttempt *
get_attempt (const ShoalTorrentMetadata *self, guint index)
{
  return g_ptr_array_index (self->attempts, index);
}

static ShoalTorrentMetadataSource *
get_source (const ShoalTorrentMetadata *self, guint index)
{
  return g_ptr_array_index (self->sources, index);
}

void
shoal_torrent_metadata_free (ShoalTorrentMetadata *self)
{
  ShoalTorrentMetadata **link = &self->budget->fetches;
  guint                  i;

  while (*link != self)
    link = &(*link)->next;
  *link = self->next;
  for (i = 0; i < self->attempts->len; i++)
    shoal_torrent_metadata_attempt_free (get_attempt (self, i));
  g_ptr_array_unref (self->attempts);
  g_ptr_array_unref (self->sources);
  g_array_unref (self->suspects);
  shoal_torrent_metadata_evidence_free (self->evidence);
  g_free (self);
}

static ShoalTorrentMetadataSource *
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

gboolean
shoal_torrent_metadata_works_for (const ShoalTorrentMetadataSource  *source,
                                  const ShoalTorrentMetadataAttempt *attempt)
{
  return attempt->size == source->size &&
         attempt->only == (source->is_suspect ? source->sender : SHOAL_PIECE_SENDER_NONE);
}

/* The attempt that @source works for, if there is one. */
static ShoalTorrentMetadataAttempt *
find_attempt_of (const ShoalTorrentMetadata *self, const ShoalTorrentMetadataSource *source)
{
  guint i;

  for (i = 0; i < self->attempts->len; i++)
    if (shoal_torrent_metadata_works_for (source, get_attempt (self, i)))
      return get_attempt (self, i);
  return NULL;
}

/* Who of the first @n_sources is of the host of the one after them, and works for @attempt too. */
static gboolean
is_host_counted (const ShoalTorrentMetadata        *self,
                 const ShoalTorrentMetadataAttempt *attempt,
                 guint                              n_sources)
{
  guint i;

  for (i = 0; i < n_sources; i++)
    if (get_source (self, i)->host == get_source (self, n_sources)->host &&
        shoal_torrent_metadata_works_for (get_source (self, i), attempt))
      return TRUE;
  return FALSE;
}

static void
count_sources (const ShoalTorrentMetadata *self, ShoalTorrentMetadataAttempt *attempt)
{
  guint i;

  attempt->n_sources = attempt->n_hosts = 0;
  for (i = 0; i < self->sources->len; i++)
    if (shoal_torrent_metadata_works_for (get_source (self, i), attempt))
      {
        attempt->n_sources++;
        attempt->n_hosts += !is_host_counted (self, attempt, i);
      }
}

static ShoalTorrentMetadataAttempt *
find_or_add_attempt (ShoalTorrentMetadata             *self,
                     const ShoalTorrentMetadataSource *source,
                     gint64                            now_usec)
{
  ShoalTorrentMetadataAttempt *attempt = find_attempt_of (self, source);

  if (attempt != NULL)
    return attempt;
  attempt = shoal_torrent_metadata_attempt_new (
      self, source->size, source->is_suspect ? source->sender : SHOAL_PIECE_SENDER_NONE, now_usec);
  g_ptr_array_add (self->attempts, attempt);
  count_sources (self, attempt);
  shoal_torrent_metadata_place_enter (attempt);
  return attempt;
}

static void
clear_ask (ShoalTorrentMetadata *self, ShoalTorrentMetadataAsk *ask)
{
  ShoalTorrentMetadataAttempt *attempt = find_attempt (self, ask->attempt);

  if (attempt != NULL)
    attempt->blocks[ask->block].n_asked--;
  ask->attempt = 0;
}

static void
clear_asks (ShoalTorrentMetadata *self, ShoalTorrentMetadataSource *source)
{
  guint i;

  for (i = 0; i < SHOAL_TORRENT_METADATA_MAX_ASKED; i++)
    if (source->asked[i].attempt != 0)
      clear_ask (self, &source->asked[i]);
}

void
shoal_torrent_metadata_forget_asks (ShoalTorrentMetadata              *self,
                                    const ShoalTorrentMetadataAttempt *attempt)
{
  guint i, k;

  for (i = 0; i < self->sources->len; i++)
    for (k = 0; k < SHOAL_TORRENT_METADATA_MAX_ASKED; k++)
      if (get_source (self, i)->asked[k].attempt == attempt->id)
        get_source (self, i)->asked[k].attempt = 0;
}

static void
drop_attempt (ShoalTorrentMetadata *self, ShoalTorrentMetadataAttempt *attempt)
{
  shoal_torrent_metadata_forget_asks (self, attempt);
  g_ptr_array_remove (self->attempts, attempt);
  shoal_torrent_metadata_attempt_free (attempt);
}

ShoalTorrentMetadataResult
shoal_torrent_metadata_claim (ShoalTorrentMetadata           *self,
                              const ShoalTorrentMetadataPeer *peer,
                              guint64                         size)
{
  ShoalTorrentMetadataSource  *source = find_source (self, peer->slot);
  ShoalTorrentMetadataAttempt *attempt;

  if (source != NULL)
    return source->size == size ? SHOAL_TORRENT_METADATA_TAKEN : SHOAL_TORRENT_METADATA_FAULT;
  if (size == 0 || size > SHOAL_TORRENT_METADATA_MAX_SIZE)
    {
      self->n_refused++;
      return SHOAL_TORRENT_METADATA_REFUSED;
    }
  source = g_new0 (ShoalTorrentMetadataSource, 1);
  source->slot = peer->slot;
  source->sender = peer->sender;
  source->host = peer->host;
  source->size = (guint32) size;
  source->is_suspect = is_among (self->suspects, peer->sender);
  g_ptr_array_add (self->sources, source);
  attempt = find_attempt_of (self, source);
  if (attempt != NULL)
    count_sources (self, attempt);
  return SHOAL_TORRENT_METADATA_TAKEN;
}

void
shoal_torrent_metadata_ask_singly (ShoalTorrentMetadata *self, ShoalPieceSlot slot)
{
  ShoalTorrentMetadataSource *source = find_source (self, slot);

  if (source != NULL)
    source->is_single = TRUE;
}

/* An attempt that was one peer's goes with it; a shared one waits for others. */
static void
remove_source (ShoalTorrentMetadata *self, ShoalTorrentMetadataSource *source)
{
  ShoalTorrentMetadataAttempt *attempt = find_attempt_of (self, source);
  gboolean                     is_suspect = source->is_suspect;

  clear_asks (self, source);
  g_ptr_array_remove_fast (self->sources, source);
  if (attempt == NULL)
    return;
  count_sources (self, attempt);
  if (is_suspect && attempt->n_sources == 0 && !attempt->is_taken)
    drop_attempt (self, attempt);
}

void
shoal_torrent_metadata_remove (ShoalTorrentMetadata *self, ShoalPieceSlot slot)
{
  ShoalTorrentMetadataSource *source = find_source (self, slot);

  if (source != NULL)
    remove_source (self, source);
}

static gboolean
is_asked_of (const ShoalTorrentMetadataSource *source, guint attempt, guint32 block)
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
        const ShoalTorrentMetadataAsk *ask = &get_source (self, i)->asked[k];

        if (ask->attempt == attempt && ask->block == block)
          asked_usec = MAX (asked_usec, ask->asked_usec);
      }
  return asked_usec;
}

/* The first block that nobody was asked for; else one that is overdue. */
static gboolean
choose_block (const ShoalTorrentMetadata        *self,
              const ShoalTorrentMetadataAttempt *attempt,
              const ShoalTorrentMetadataSource  *source,
              gint64                             now_usec,
              guint32                           *out)
{
  guint i;

  for (i = 0; i < attempt->n_blocks; i++)
    if (attempt->blocks[i].sender == SHOAL_PIECE_SENDER_NONE && attempt->blocks[i].n_asked == 0)
      {
        *out = i;
        return TRUE;
      }
  for (i = 0; i < attempt->n_blocks; i++)
    if (attempt->blocks[i].sender == SHOAL_PIECE_SENDER_NONE &&
        attempt->blocks[i].n_asked < MAX_REPEATS && !is_asked_of (source, attempt->id, i) &&
        now_usec - get_asked_usec (self, attempt->id, i) >= REPEAT_USEC)
      {
        *out = i;
        return TRUE;
      }
  return FALSE;
}

ShoalTorrentMetadataAsk *
shoal_torrent_metadata_find_free_ask (ShoalTorrentMetadataSource *source)
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
  ShoalTorrentMetadataSource  *source = find_source (self, slot);
  ShoalTorrentMetadataAttempt *attempt;
  ShoalTorrentMetadataAsk     *ask;

  if (source == NULL || now_usec < source->rests_until_usec)
    return FALSE;
  ask = shoal_torrent_metadata_find_free_ask (source);
  if (ask == NULL)
    return FALSE;
  attempt = find_or_add_attempt (self, source, now_usec);
  if (attempt->is_taken ||
      (attempt->placed_usec == 0 && !shoal_torrent_metadata_place_take (attempt, now_usec)) ||
      !shoal_torrent_metadata_place_make_room (attempt, now_usec))
    return FALSE;
  shoal_torrent_metadata_attempt_prepare (attempt);
  if (!choose_block (self, attempt, source, now_usec, block))
    return FALSE;
  attempt->blocks[*block].n_asked++;
  *ask = (ShoalTorrentMetadataAsk){ attempt->id, *block, now_usec };
  return TRUE;
}

static ShoalTorrentMetadataAsk *
find_ask (ShoalTorrentMetadataSource *source, guint32 block)
{
  guint i;

  for (i = 0; i < SHOAL_TORRENT_METADATA_MAX_ASKED; i++)
    if (source->asked[i].attempt != 0 && source->asked[i].block == block)
      return &source->asked[i];
  return NULL;
}

ShoalTorrentMetadataResult
shoal_torrent_metadata_on_data (ShoalTorrentMetadata    *self,
                                ShoalPieceSlot           slot,
                                const ShoalWireMetadata *message,
                                gint64                   now_usec)
{
  ShoalTorrentMetadataSource  *source = find_source (self, slot);
  ShoalTorrentMetadataAsk     *ask = source != NULL ? find_ask (source, message->block) : NULL;
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
  if (attempt->blocks[message->block].sender != SHOAL_PIECE_SENDER_NONE)
    return SHOAL_TORRENT_METADATA_IGNORED; /* somebody was quicker */
  return shoal_torrent_metadata_attempt_take_block (
             attempt, message->block, source->sender, message->data, now_usec)
             ? SHOAL_TORRENT_METADATA_WHOLE
             : SHOAL_TORRENT_METADATA_TAKEN;
}

void
shoal_torrent_metadata_on_reject (ShoalTorrentMetadata *self, ShoalPieceSlot slot, gint64 now_usec)
{
  ShoalTorrentMetadataSource *source = find_source (self, slot);

  if (source == NULL)
    return;
  clear_asks (self, source);
  source->rests_until_usec = now_usec + SHOAL_TORRENT_METADATA_REFUSE_USEC;
}

static gboolean
is_deaf (const ShoalTorrentMetadataSource *source, gint64 now_usec)
{
  guint i;

  for (i = 0; i < SHOAL_TORRENT_METADATA_MAX_ASKED; i++)
    if (source->asked[i].attempt != 0 &&
        now_usec - source->asked[i].asked_usec >= SHOAL_TORRENT_METADATA_TIMEOUT_USEC)
      return TRUE;
  return FALSE;
}

static void
tick_source (ShoalTorrentMetadata *self, ShoalTorrentMetadataSource *source, gint64 now_usec)
{
  if (now_usec >= source->rests_until_usec)
    source->rests_until_usec = 0;
  if (!is_deaf (source, now_usec))
    return;
  clear_asks (self, source);
  source->rests_until_usec = now_usec + SHOAL_TORRENT_METADATA_DEAF_USEC;
}

static void
tick_attempt (ShoalTorrentMetadata *self, ShoalTorrentMetadataAttempt *attempt, gint64 now_usec)
{
  gboolean is_idle = now_usec - attempt->moved_usec > IDLE_USEC;

  if (attempt->is_taken)
    return;
  if (attempt->n_sources == 0 && (attempt->n_had == 0 || is_idle))
    drop_attempt (self, attempt);
  else if (attempt->n_had > 0 && is_idle)
    {
      shoal_torrent_metadata_forget_asks (self, attempt);
      shoal_torrent_metadata_attempt_empty (attempt);
    }
}

void
shoal_torrent_metadata_tick (ShoalTorrentMetadata *self, gint64 now_usec)
{
  guint i;

  for (i = 0; i < self->sources->len; i++)
    tick_source (self, get_source (self, i), now_usec);
  for (i = self->attempts->len; i-- > 0;)
    tick_attempt (self, get_attempt (self, i), now_usec);
}

ShoalTorrentMetadataWhole *
shoal_torrent_metadata_take_whole (ShoalTorrentMetadata *self)
{
  guint i;

  for (i = 0; i < self->attempts->len; i++)
    {
      ShoalTorrentMetadataAttempt *attempt = get_attempt (self, i);

      if (attempt->n_had < attempt->n_blocks || attempt->is_taken)
        continue;
      attempt->is_taken = TRUE;
      return shoal_torrent_metadata_whole_new (attempt);
    }
  return NULL;
}

/* Sources that took part in what failed: a single one has lied, each of several may have. */
static void
blame (ShoalTorrentMetadata              *self,
       const ShoalTorrentMetadataAttempt *attempt,
       const ShoalTorrentMetadataWhole   *whole,
       GArray                            *liars)
{
  g_autoptr (GArray) senders = shoal_torrent_metadata_attempt_dup_senders (attempt);
  guint i;

  if (senders->len == 1)
    shoal_torrent_metadata_note_sender (liars, g_array_index (senders, ShoalPieceSender, 0));
  else
    shoal_torrent_metadata_evidence_add (self->evidence, attempt, whole);
  for (i = 0; i < senders->len; i++)
    shoal_torrent_metadata_note_sender (self->suspects,
                                        g_array_index (senders, ShoalPieceSender, i));
  for (i = 0; i < self->sources->len; i++)
    {
      ShoalTorrentMetadataSource *source = get_source (self, i);

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
shoal_torrent_metadata_judge (ShoalTorrentMetadata            *self,
                              const ShoalTorrentMetadataWhole *whole,
                              gboolean                         is_right)
{
  GArray                      *liars = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  ShoalTorrentMetadataAttempt *attempt =
      find_attempt (self, shoal_torrent_metadata_whole_get_attempt (whole));

  g_return_val_if_fail (attempt != NULL && attempt->is_taken, liars);
  if (is_right)
    shoal_torrent_metadata_evidence_compare (self->evidence, whole, liars);
  else
    {
      self->n_failed++;
      blame (self, attempt, whole, liars);
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
