/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include "session/shoal-session-contents.h"
#include "session/shoal-session-labels.h"
#include "torrent/shoal-torrent-problem.h"

/* From the bytes of a .torrent to an entry: parsed on a worker, then written to the state, then
 * listed. */

typedef struct
{
  ShoalSession       *session;
  ShoalCommand       *command; /* owned */
  ShoalCodecMetainfo *metainfo;
  ShoalCodecMagnet   *magnet; /* instead */
  ShoalContents      *contents;
  GError             *error;

  guint is_info : 1;      /* the bytes are an info dictionary */
  guint is_parsed : 1;    /* or never will be */
  guint is_cancelled : 1; /* it was not parsed */
} AddJob;

static void
add_job_free (AddJob *job)
{
  g_clear_pointer (&job->command, shoal_command_free);
  g_clear_pointer (&job->metainfo, shoal_codec_metainfo_unref);
  g_clear_pointer (&job->magnet, shoal_codec_magnet_free);
  g_clear_pointer (&job->contents, shoal_contents_unref);
  g_clear_error (&job->error);
  g_free (job);
}

/* What the person selects holds instead of what the link does. */
static void
parse_magnet (AddJob *job)
{
  const GArray *select = job->command->add != NULL ? job->command->add->select : NULL;
  guint         i;

  job->magnet = shoal_codec_magnet_parse (job->command->text, &job->error);
  if (job->magnet == NULL || select == NULL)
    return;
  g_array_set_size (job->magnet->select, 0);
  for (i = 0; i < select->len; i++)
    {
      const ShoalFileRange *range = &g_array_index (select, ShoalFileRange, i);
      ShoalCodecMagnetRange own = { range->first, range->last };

      g_array_append_val (job->magnet->select, own);
    }
}

static ShoalDiskStep
parse_work (gpointer data)
{
  AddJob  *job = data;
  gboolean is_inspected = job->command->kind == SHOAL_COMMAND_INSPECT;

  if (job->command->bytes == NULL)
    parse_magnet (job);
  else if (job->is_info)
    job->metainfo = shoal_codec_metainfo_new_from_info (job->command->bytes, NULL, &job->error);
  else
    job->metainfo = shoal_codec_metainfo_new_from_bytes (job->command->bytes, &job->error);
  if (job->metainfo != NULL && is_inspected)
    job->contents = shoal_session_contents_new (job->metainfo);
  if (job->magnet != NULL && is_inspected)
    job->contents = shoal_session_contents_new_from_magnet (job->magnet);
  return SHOAL_DISK_STEP_DONE;
}

static AddJob *
add_job_new (ShoalSession *self, ShoalCommand *command)
{
  AddJob *job = g_new0 (AddJob, 1);

  job->session = self;
  job->command = command;
  return job;
}

static void
submit (AddJob *job, void (*done) (gpointer data, gboolean is_cancelled))
{
  ShoalDiskCall call = {
    .what = "parse a torrent",
    .work = parse_work,
    .done = done,
    .data = job,
    .first = SHOAL_DISK_STEP_COMPUTE,
  };

  shoal_disk_queue_submit_call (job->session->disk, &call);
  shoal_session_stir (job->session);
}

static ShoalSessionEntry *
find_same (ShoalSession *self, const AddJob *job)
{
  const ShoalInfoHashes *hashes =
      job->magnet != NULL ? &job->magnet->hashes : shoal_codec_metainfo_get_hashes (job->metainfo);

  return hashes->has_v1 ? g_hash_table_lookup (self->by_key, &hashes->v1) : NULL;
}

static void
refuse (AddJob *job, ShoalProblem *problem)
{
  shoal_session_answer (job->session, job->command->serial, job->command->id, problem);
  add_job_free (job);
}

static void
inspect_done (gpointer data, gboolean is_cancelled)
{
  AddJob            *job = data;
  ShoalSession      *self = job->session;
  ShoalSessionEntry *entry;
  ShoalAnswer       *answer;

  if (job->error != NULL || is_cancelled)
    {
      refuse (
          job,
          job->error != NULL
              ? shoal_torrent_problem_from_error (job->error, job->command->text)
              : shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_STOPPING, NULL, NULL));
      return;
    }
  answer = shoal_answer_new (job->command->serial, job->command->id);
  entry = job->command->id.value == 0 ? find_same (self, job) : NULL;
  if (entry != NULL && entry->row.metainfo_kind != SHOAL_STORE_METAINFO_NONE &&
      !shoal_session_entry_is_hidden (entry))
    job->contents->known_as = entry->id;
  answer->contents = g_steal_pointer (&job->contents);
  shoal_session_answer_with (self, answer);
  add_job_free (job);
}

/* Of a torrent that is there: what the database has of it. */
static void
loaded_cb (gpointer user_data, ShoalStoreTorrent *loaded, const GError *error)
{
  AddJob *job = user_data;

  if (loaded != NULL && loaded->metainfo != NULL)
    {
      job->command->bytes = g_bytes_ref (loaded->metainfo);
      job->is_info = loaded->metainfo_kind == SHOAL_STORE_METAINFO_INFO;
      submit (job, inspect_done);
    }
  else
    refuse (job,
            error != NULL ? shoal_torrent_problem_from_error (error, NULL)
                          : shoal_problem_new (
                                SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_NOT_FOUND, NULL, NULL));
  g_clear_pointer (&loaded, shoal_store_torrent_free);
}

void
shoal_session_inspect (ShoalSession *self, ShoalCommand *command)
{
  AddJob *job = add_job_new (self, command);

  if (command->id.value != 0)
    shoal_store_load_torrent (self->store, command->id, loaded_cb, job);
  else
    submit (job, inspect_done);
}

static ShoalSessionNamed
name_trackers (const AddJob *job)
{
  return job->magnet != NULL ? shoal_session_swarm_name_magnet (job->magnet)
                             : shoal_session_swarm_name_torrent (job->metainfo);
}

/* It is a magnet as yet, and this is the torrent to it. */
static void
complete (ShoalSessionEntry *entry, AddJob *job)
{
  ShoalSessionNamed named = name_trackers (job);

  if (job->command->add->is_first)
    shoal_session_line_raise (entry);
  shoal_session_swarm_merge (entry, &named, job->command->add);
  shoal_session_labels_take (entry, job->command->add->labels);
  shoal_session_entry_set_rules (entry, job->command->add);
  entry->is_held = FALSE;
  shoal_session_magnet_complete (
      entry, job->metainfo, job->command->bytes, job->command->add, job->command->serial);
  add_job_free (job);
}

/* It was removed and can still be had back: it comes with all it had. */
static void
revive (ShoalSessionEntry *entry, AddJob *job)
{
  entry->row.removed_at = 0;
  shoal_session_count (entry);
  if (job->command->add->is_first)
    shoal_session_line_raise (entry);
  entry->row.options.paused = job->command->add->is_paused;
  shoal_store_set_removed (entry->session->store, entry->id, 0, NULL, NULL);
  shoal_session_entry_save (entry);
  shoal_session_mark (entry, TRUE);
  if (job->metainfo != NULL && entry->row.metainfo_kind == SHOAL_STORE_METAINFO_NONE)
    {
      complete (entry, job);
      return;
    }
  shoal_session_entry_review (entry);
  shoal_session_answer (entry->session, job->command->serial, entry->id, NULL);
  add_job_free (job);
}

/* Who asks for it again means the folder that is there now: it may have been made anew, or brought
 * back from a copy. Only an empty one below a mount that is gone is not meant, unless all is to be
 * hashed anyway. */
static void
accept_folder (ShoalSessionEntry *entry, const ShoalAddOptions *add)
{
  if (add->check_first)
    entry->row.folder = (ShoalStoreFolder){ 0 };
  else
    entry->row.folder.inode = 0;
}

/* The same torrent, asked for again: it goes on from what it has, with the new options. */
static void
replace (ShoalSessionEntry *entry, AddJob *job)
{
  ShoalSession          *self = entry->session;
  const ShoalAddOptions *add = job->command->add;
  ShoalSessionNamed      named = name_trackers (job);
  g_autoptr (GArray) files = g_array_new (FALSE, TRUE, sizeof (ShoalStoreFile));
  guint i;

  for (i = 0; add->priorities != NULL && i < add->n_priorities; i++)
    {
      ShoalStoreFile row = { .file = i, .priority = add->priorities[i] };

      g_array_append_val (files, row);
    }
  if (files->len > 0)
    shoal_store_set_priorities (
        self->store, entry->id, (const ShoalStoreFile *) files->data, files->len, NULL, NULL);
  if (add->is_first)
    shoal_session_line_raise (entry);
  shoal_session_take_options (entry, add);
  shoal_session_entry_save (entry);
  if (job->magnet == NULL || add->no_trackers)
    shoal_session_swarm_replace (entry, &named, add);
  else
    shoal_session_swarm_merge (entry, &named, add); /* a .torrent may have named others */
  if (job->magnet != NULL)
    shoal_session_magnet_replace (entry, job->magnet, job->command->add);
  shoal_session_labels_take (entry, add->labels);
  shoal_session_entry_set_rules (entry, add);
  accept_folder (entry, add);
  entry->is_held = FALSE;
  g_clear_pointer (&entry->add, shoal_add_options_free);
  entry->add = g_steal_pointer (&job->command->add);
  shoal_session_mark (entry, TRUE);
  shoal_session_entry_review (entry);
  shoal_session_answer (self, job->command->serial, entry->id, NULL);
  add_job_free (job);
}

static void
added_cb (gpointer user_data, const GError *error)
{
  AddJob            *job = user_data;
  ShoalSession      *self = job->session;
  ShoalTorrentId     id = job->command->id;
  ShoalSessionEntry *entry = shoal_session_find (self, id);

  if (error != NULL)
    {
      shoal_session_entry_drop (entry);
      refuse (job, shoal_torrent_problem_from_error (error, self->state_path));
      return;
    }
  shoal_session_entry_set_loading (entry, FALSE);
  shoal_session_mark (entry, TRUE);
  shoal_session_answer (self, job->command->serial, id, NULL);
  add_job_free (job);
  shoal_session_entry_review (entry);
  shoal_session_quit_advance (self);
}

static GArray *
make_files (const ShoalAddOptions *add)
{
  GArray *files = g_array_new (FALSE, TRUE, sizeof (ShoalStoreFile));
  guint   i;

  for (i = 0; add->priorities != NULL && i < add->n_priorities; i++)
    {
      ShoalStoreFile row = { .file = i, .priority = add->priorities[i] };

      if (add->priorities[i] != SHOAL_FILE_PRIORITY_NORMAL)
        g_array_append_val (files, row);
    }
  return files;
}

static ShoalStoreRow
make_torrent_row (const ShoalCodecMetainfo *metainfo)
{
  return (ShoalStoreRow){
    .metainfo_kind = SHOAL_STORE_METAINFO_WHOLE,
    .hashes = *shoal_codec_metainfo_get_hashes (metainfo),
    .name = shoal_codec_metainfo_get_name (metainfo),
    .total_size = shoal_codec_layout_get_data_size (shoal_codec_metainfo_get_layout (metainfo)),
    .is_private = shoal_codec_metainfo_is_private (metainfo),
  };
}

/* Strings are of the job, or of @texts. */
static ShoalStoreRow
make_row (AddJob *job, GStringChunk *texts)
{
  const ShoalAddOptions *add = job->command->add;
  ShoalStoreRow row = job->magnet != NULL ? shoal_session_magnet_make_row (job->magnet, texts)
                                          : make_torrent_row (job->metainfo);

  row.id.value = ++job->session->last_id.value;
  row.save_path = add->save_path;
  row.root_name = add->top_name;
  row.added_at = g_get_real_time () / G_USEC_PER_SEC;
  row.options = shoal_session_make_options (
      add, shoal_session_line_get_free_position (job->session, add->is_first));
  row.has_tiers = TRUE;
  return row;
}

static void
add_new (AddJob *job)
{
  ShoalSession     *self = job->session;
  ShoalAddOptions  *add = job->command->add;
  ShoalSessionNamed named = name_trackers (job);
  g_autoptr (GArray) trackers = shoal_session_swarm_make_rows (&named, add);
  g_autoptr (GArray) files = make_files (add);
  g_autoptr (ShoalWords) labels =
      add->labels != NULL
          ? shoal_session_labels_make ((const char *const *) add->labels->items, NULL)
          : NULL;
  GStringChunk      *texts = g_string_chunk_new (256);
  ShoalStoreRow      row = make_row (job, texts);
  ShoalStoreAddition addition;
  ShoalSessionEntry *entry;

  row.trackers = (ShoalStoreTracker *) trackers->data;
  row.n_trackers = trackers->len;
  row.labels = labels;
  addition = (ShoalStoreAddition){
    .row = &row,
    .metainfo = job->command->bytes,
    .files = (const ShoalStoreFile *) files->data,
    .n_files = files->len,
  };
  entry = shoal_session_entry_new (self, &row);
  shoal_session_entry_set_loading (entry, TRUE); /* not before it is in the state */
  shoal_session_entry_set_rules (entry, add);
  entry->add = g_steal_pointer (&job->command->add);
  entry->metainfo = g_steal_pointer (&job->metainfo);
  job->command->id = row.id;
  shoal_store_add (self->store, &addition, added_cb, job);
  g_string_chunk_free (texts);
}

static gboolean
is_v2_only (const AddJob *job)
{
  return job->magnet != NULL ? !job->magnet->hashes.has_v1
                             : shoal_codec_metainfo_is_v2_only (job->metainfo);
}

/* It is there already, and stays as it is, but for what a link adds to it. */
static void
refuse_duplicate (ShoalSessionEntry *entry, AddJob *job)
{
  if (job->magnet != NULL)
    shoal_session_magnet_merge (entry, job->magnet);
  job->command->id = entry->id;
  refuse (
      job,
      shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_DUPLICATE, entry->row.name, NULL));
}

static void
add_done (gpointer data, gboolean is_cancelled)
{
  AddJob            *job = data;
  ShoalSession      *self = job->session;
  ShoalSessionEntry *entry;

  if (is_cancelled || self->phase != SHOAL_SESSION_PHASE_RUNNING)
    refuse (job, shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_STOPPING, NULL, NULL));
  else if (job->error != NULL)
    refuse (job, shoal_torrent_problem_from_error (job->error, job->command->text));
  else if (is_v2_only (job))
    refuse (job,
            shoal_problem_new (SHOAL_PROBLEM_DOMAIN_TORRENT,
                               SHOAL_PROBLEM_UNSUPPORTED,
                               job->magnet != NULL ? job->magnet->name
                                                   : shoal_codec_metainfo_get_name (job->metainfo),
                               "a torrent of BitTorrent v2 alone"));
  else if ((entry = find_same (self, job)) == NULL)
    add_new (job);
  else if (entry->is_removing)
    {
      if (entry->heirs == NULL)
        entry->heirs = g_ptr_array_new ();
      g_ptr_array_add (entry->heirs, job);
    }
  else if (entry->row.removed_at != 0)
    revive (entry, job);
  else if (job->metainfo != NULL && entry->row.metainfo_kind == SHOAL_STORE_METAINFO_NONE &&
           !entry->is_learning)
    complete (entry, job);
  else if (job->command->add->replaces && entry->torrent == NULL)
    replace (entry, job);
  else
    refuse_duplicate (entry, job);
}

/* Workers parse several at a time: who was asked for first is first in the queue all the same. */
static void
parsed_cb (gpointer data, gboolean is_cancelled)
{
  AddJob       *job = data;
  ShoalSession *self = job->session;

  job->is_parsed = TRUE;
  job->is_cancelled = is_cancelled;
  while ((job = g_queue_peek_head (&self->adding)) != NULL && job->is_parsed)
    {
      g_queue_pop_head (&self->adding);
      add_done (job, job->is_cancelled);
    }
  shoal_session_visitors_ask_again (self);
}

void
shoal_session_add (ShoalSession *self, ShoalCommand *command)
{
  AddJob *job = add_job_new (self, command);

  g_queue_push_tail (&self->adding, job);
  submit (job, parsed_cb);
}

void
shoal_session_add_heirs (ShoalSession *self, GPtrArray *heirs)
{
  guint i;

  for (i = 0; i < heirs->len; i++)
    add_done (g_ptr_array_index (heirs, i), FALSE);
  g_ptr_array_unref (heirs);
}
