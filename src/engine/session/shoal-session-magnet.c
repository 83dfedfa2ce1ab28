/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include <string.h>

#include "session/shoal-session-contents.h"
#include "torrent/shoal-torrent-problem.h"

/* From a magnet link to a torrent. The row is there from the start, with the link in its `source`,
 * but for the trackers, which have rows of their own. What peers or a .torrent say it is comes into
 * the database before anything of it is used. */

/* Peers of a link that have to be asked for by name: so many. */
#define MAX_NAMES 10

/* The link of @entry; NULL if it is of none. The caller's. */
static ShoalCodecMagnet *
parse_source (const ShoalSessionEntry *entry)
{
  if (entry->row.source == NULL)
    return NULL;
  return shoal_codec_magnet_parse (entry->row.source, NULL);
}

/* The caller's. */
static char *
dup_source (const ShoalCodecMagnet *magnet)
{
  g_autoptr (ShoalCodecMagnet) copy = shoal_codec_magnet_new ();
  guint i;

  copy->hashes = magnet->hashes;
  copy->name = g_strdup (magnet->name);
  g_array_append_vals (copy->select, magnet->select->data, magnet->select->len);
  for (i = 0; i < magnet->peers->len; i++)
    {
      const ShoalCodecHost *peer = &g_array_index (magnet->peers, ShoalCodecHost, i);

      shoal_codec_host_array_add (copy->peers, peer->host, strlen (peer->host), peer->port);
    }
  for (i = 0; i < magnet->web_seeds->len; i++)
    g_ptr_array_add (copy->web_seeds, g_strdup (g_ptr_array_index (magnet->web_seeds, i)));
  return shoal_codec_magnet_to_uri (copy);
}

ShoalStoreRow
shoal_session_magnet_make_row (const ShoalCodecMagnet *magnet, GStringChunk *texts)
{
  g_autofree char *name = shoal_session_contents_dup_link_name (magnet->name, &magnet->hashes);
  g_autofree char *source = dup_source (magnet);

  return (ShoalStoreRow){
    .metainfo_kind = SHOAL_STORE_METAINFO_NONE,
    .hashes = magnet->hashes,
    .name = g_string_chunk_insert (texts, name),
    .source = g_string_chunk_insert (texts, source),
  };
}

static void
ask_peers (ShoalSessionEntry *entry, const ShoalCodecMagnet *magnet)
{
  guint n_names = 0, i;

  for (i = 0; i < magnet->peers->len; i++)
    {
      const ShoalCodecHost *peer = &g_array_index (magnet->peers, ShoalCodecHost, i);
      gboolean              is_ipv6 = strchr (peer->host, ':') != NULL;
      g_autofree char      *text =
          g_strdup_printf (is_ipv6 ? "[%s]:%u" : "%s:%u", peer->host, peer->port);
      ShoalBaseAddress address;

      if (!shoal_base_address_parse_ip (&address, peer->host) && ++n_names > MAX_NAMES)
        continue;
      shoal_session_add_peer (entry, text, SHOAL_BASE_POLICY_WORD_STRANGER);
    }
}

void
shoal_session_magnet_ask_peers (ShoalSessionEntry *entry)
{
  g_autoptr (ShoalCodecMagnet) magnet = NULL;

  if (shoal_session_entry_is_settled (entry))
    return; /* who has everything lets others come */
  if (entry->row.is_private)
    return; /* only a tracker may name its peers (BEP 27) */
  magnet = parse_source (entry);
  if (magnet != NULL)
    ask_peers (entry, magnet);
}

static GArray *
dup_selection (const ShoalCodecMagnet *magnet)
{
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (ShoalFileRange));
  guint   i;

  for (i = 0; i < magnet->select->len; i++)
    {
      const ShoalCodecMagnetRange *own = &g_array_index (magnet->select, ShoalCodecMagnetRange, i);
      ShoalFileRange               range = { own->first, own->last };

      g_array_append_val (ranges, range);
    }
  return ranges;
}

void
shoal_session_magnet_want_more (ShoalSessionEntry *entry)
{
  g_autoptr (GArray) more = NULL;

  if (entry->more == NULL || entry->torrent == NULL || entry->is_stopping ||
      !shoal_torrent_has_metainfo (entry->torrent))
    return;
  more = g_steal_pointer (&entry->more);
  shoal_torrent_want_files (entry->torrent, more);
}

void
shoal_session_magnet_merge (ShoalSessionEntry *entry, const ShoalCodecMagnet *magnet)
{
  ShoalSessionNamed named = shoal_session_swarm_name_magnet (magnet);

  shoal_session_swarm_merge (entry, &named, NULL);
  if (entry->torrent != NULL && !entry->is_stopping && !entry->row.is_private)
    ask_peers (entry, magnet);
  if (magnet->select->len == 0)
    return;
  g_clear_pointer (&entry->more, g_array_unref);
  entry->more = dup_selection (magnet);
  if (entry->torrent == NULL)
    entry->wants_look = TRUE;
  shoal_session_magnet_want_more (entry);
  shoal_session_entry_review (entry);
}

void
shoal_session_magnet_replace (ShoalSessionEntry      *entry,
                              const ShoalCodecMagnet *magnet,
                              ShoalAddOptions        *add)
{
  g_autofree char *source = dup_source (magnet);

  entry->row.source = g_string_chunk_insert (entry->texts, source);
  entry->begun_usec = shoal_net_reactor_get_now (entry->session->reactor);
  g_clear_pointer (&add->select, g_array_unref);
  add->select = dup_selection (magnet);
}

/* What a magnet is, on its way into the database. */
typedef struct
{
  ShoalSession          *session;
  ShoalTorrentId         id;
  ShoalCodecMetainfo    *metainfo; /* owned */
  ShoalStoreMetainfoKind kind;
  ShoalAddOptions       *add;    /* owned: which files are wanted; NULL: all */
  guint64                serial; /* to be answered; 0: nobody asked */
} LearnJob;

static void
learn_job_free (LearnJob *job)
{
  shoal_codec_metainfo_unref (job->metainfo);
  g_clear_pointer (&job->add, shoal_add_options_free);
  g_free (job);
}

static gboolean
selects_nothing (const ShoalAddOptions *add)
{
  guint i;

  for (i = 0; add != NULL && i < add->n_priorities; i++)
    if (add->priorities[i] != SHOAL_FILE_PRIORITY_SKIP)
      return FALSE;
  return add != NULL && add->priorities != NULL;
}

static void
report (ShoalSessionEntry *entry, const ShoalCodecMetainfo *metainfo, const ShoalAddOptions *add)
{
  const ShoalCodecLayout *layout = shoal_codec_metainfo_get_layout (metainfo);
  ShoalEvent             *event = shoal_event_new (SHOAL_EVENT_METADATA, entry->id);

  event->text = g_strdup (shoal_codec_metainfo_get_name (metainfo));
  event->number = shoal_codec_layout_get_data_size (layout);
  event->number2 = shoal_codec_layout_get_n_files (layout);
  event->is_error = selects_nothing (add);
  shoal_session_report (entry->session, event);
}

/* The row as it is with @metainfo; strings are borrowed. */
static ShoalStoreRow
make_learnt_row (const ShoalSessionEntry *entry,
                 ShoalCodecMetainfo      *metainfo,
                 ShoalStoreMetainfoKind   kind)
{
  ShoalStoreRow row = entry->row;

  row.metainfo_kind = kind;
  row.hashes = *shoal_codec_metainfo_get_hashes (metainfo);
  row.name = shoal_codec_metainfo_get_name (metainfo);
  row.total_size = shoal_codec_layout_get_data_size (shoal_codec_metainfo_get_layout (metainfo));
  row.is_private = shoal_codec_metainfo_is_private (metainfo);
  return row;
}

/* The peers' word cannot be kept: it is got again when somebody wants another try. */
static void
fail (ShoalSessionEntry *entry, const GError *error)
{
  g_clear_pointer (&entry->problem, shoal_problem_unref);
  entry->problem = shoal_torrent_problem_from_error (error, entry->session->state_path);
  if (entry->torrent != NULL && !entry->is_stopping)
    {
      entry->is_stopping = TRUE;
      shoal_torrent_stop (entry->torrent);
    }
  shoal_session_mark (entry, TRUE);
}

static void
take_row (ShoalSessionEntry *entry, const ShoalStoreRow *row)
{
  gboolean becomes_private = row->is_private && !entry->row.is_private;

  entry->row.metainfo_kind = row->metainfo_kind;
  entry->row.hashes = row->hashes;
  entry->row.name = g_string_chunk_insert (entry->texts, row->name);
  entry->row.total_size = row->total_size;
  entry->row.is_private = row->is_private;
  entry->is_stale = entry->is_loading;
  if (becomes_private)
    shoal_session_swarm_become_private (entry);
}

static void
learn (ShoalSessionEntry *entry, const LearnJob *job)
{
  ShoalStoreRow row = make_learnt_row (entry, job->metainfo, job->kind);

  take_row (entry, &row);
  shoal_session_entry_count_files (entry, job->metainfo);
  shoal_session_dht_take_nodes (entry, job->metainfo); /* a .torrent may name some */
  report (entry, job->metainfo, job->add);
  if (entry->torrent != NULL && !entry->is_stopping)
    shoal_torrent_learn (entry->torrent, &entry->row, job->metainfo, job->add);
  shoal_session_magnet_want_more (entry);
  shoal_session_mark (entry, TRUE);
  shoal_session_entry_review (entry);
}

static void
learnt_cb (gpointer user_data, const GError *error)
{
  LearnJob          *job = user_data;
  ShoalSessionEntry *entry = shoal_session_find (job->session, job->id);

  if (entry != NULL)
    {
      entry->is_learning = FALSE;
      if (error != NULL)
        fail (entry, error);
      else
        learn (entry, job);
    }
  if (job->serial != 0)
    shoal_session_answer (job->session,
                          job->serial,
                          job->id,
                          error != NULL ? shoal_torrent_problem_from_error (error, NULL) : NULL);
  learn_job_free (job);
}

/* Which files are wanted comes before what they are, so that nothing else is ever fetched. */
static void
save_priorities (ShoalSessionEntry *entry, const LearnJob *job)
{
  const ShoalCodecLayout *layout = shoal_codec_metainfo_get_layout (job->metainfo);
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (ShoalStoreFile));
  guint n = shoal_codec_layout_get_n_files (layout), i;

  for (i = 0; i < MIN (n, job->add->n_priorities); i++)
    {
      ShoalStoreFile row = { .file = i, .priority = job->add->priorities[i] };

      if (job->add->priorities[i] != SHOAL_FILE_PRIORITY_NORMAL)
        g_array_append_val (rows, row);
    }
  if (rows->len > 0)
    shoal_store_set_priorities (entry->session->store,
                                entry->id,
                                (const ShoalStoreFile *) rows->data,
                                rows->len,
                                NULL,
                                NULL);
}

/* Takes @add over, which may be NULL. */
static void
save (ShoalSessionEntry  *entry,
      ShoalCodecMetainfo *metainfo,
      GBytes             *whole,
      ShoalAddOptions    *add,
      guint64             serial)
{
  LearnJob     *job = g_new0 (LearnJob, 1);
  ShoalStoreRow row;

  job->session = entry->session;
  job->id = entry->id;
  job->metainfo = shoal_codec_metainfo_ref (metainfo);
  job->kind = whole != NULL ? SHOAL_STORE_METAINFO_WHOLE : SHOAL_STORE_METAINFO_INFO;
  job->add = add;
  job->serial = serial;
  entry->is_learning = TRUE;
  if (add != NULL)
    save_priorities (entry, job);
  row = make_learnt_row (entry, metainfo, job->kind);
  shoal_store_set_metainfo (entry->session->store,
                            &row,
                            whole != NULL ? whole : shoal_codec_metainfo_get_info (metainfo),
                            learnt_cb,
                            job);
}

/* Priorities of all files by the link of @entry; NULL: all are wanted. The caller's. */
static ShoalAddOptions *
make_selection (const ShoalSessionEntry *entry, const ShoalCodecMetainfo *metainfo)
{
  g_autoptr (ShoalCodecMagnet) magnet = parse_source (entry);
  guint            n = shoal_codec_layout_get_n_files (shoal_codec_metainfo_get_layout (metainfo));
  ShoalAddOptions *add;
  guint            i, file;

  if (magnet == NULL || magnet->select->len == 0)
    return NULL;
  add = shoal_add_options_new (entry->row.save_path);
  add->priorities = g_malloc0 (n);
  add->n_priorities = n;
  for (i = 0; i < magnet->select->len; i++)
    {
      const ShoalCodecMagnetRange *range =
          &g_array_index (magnet->select, ShoalCodecMagnetRange, i);

      for (file = range->first; file <= range->last && file < n; file++)
        add->priorities[file] = SHOAL_FILE_PRIORITY_NORMAL;
    }
  return add;
}

void
shoal_session_magnet_on_metainfo (ShoalSessionEntry *entry, ShoalCodecMetainfo *metainfo)
{
  if (!entry->is_learning) /* else a .torrent has come in between */
    save (entry, metainfo, NULL, make_selection (entry, metainfo), 0);
}

static ShoalAddOptions *
copy_priorities (const ShoalAddOptions *add)
{
  ShoalAddOptions *copy;

  if (add->priorities == NULL)
    return NULL;
  copy = shoal_add_options_new (add->save_path);
  copy->priorities = g_memdup2 (add->priorities, add->n_priorities);
  copy->n_priorities = add->n_priorities;
  return copy;
}

/* Nothing lies anywhere yet, so to move it is to say where it will lie. */
static void
take_place (ShoalSessionEntry *entry, const char *save_path)
{
  ShoalStoreIntent intent = { .kind = SHOAL_STORE_INTENT_MOVE, .target = save_path };

  if (g_strcmp0 (entry->row.save_path, save_path) == 0 || entry->wants_move || entry->is_moving)
    return;
  entry->row.save_path = g_string_chunk_insert (entry->texts, save_path);
  entry->row.folder = (ShoalStoreFolder){ 0 };
  shoal_store_finish_intent (entry->session->store, entry->id, &intent, NULL, NULL);
}

static void
follow_peers (ShoalSessionEntry *entry, char **peers)
{
  guint i;

  for (i = 0; peers != NULL && peers[i] != NULL; i++)
    {
      if (entry->torrent != NULL && !entry->is_stopping)
        shoal_session_add_peer (entry, peers[i], SHOAL_BASE_POLICY_WORD_PERSON);
      else
        {
          if (entry->hints == NULL)
            entry->hints = g_ptr_array_new_with_free_func (g_free);
          g_ptr_array_add (entry->hints, g_strdup (peers[i]));
        }
    }
}

void
shoal_session_magnet_complete (ShoalSessionEntry     *entry,
                               ShoalCodecMetainfo    *metainfo,
                               GBytes                *bytes,
                               const ShoalAddOptions *add,
                               guint64                serial)
{
  shoal_session_take_options (entry, add);
  shoal_session_entry_save (entry);
  take_place (entry, add->save_path);
  follow_peers (entry, add->peers);
  if (add->check_first && entry->torrent != NULL && !entry->is_stopping)
    shoal_torrent_verify (entry->torrent);
  else
    entry->wants_check |= add->check_first;
  save (entry, metainfo, bytes, copy_priorities (add), serial);
}
