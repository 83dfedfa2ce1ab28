/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include <string.h>

#include "codec/shoal-codec-names.h"
#include "disk/shoal-disk-change.h"
#include "torrent/shoal-torrent-problem.h"

/* A file, a folder, or the top of the torrent gets another name. Peers stay, and so does what is
 * under way: the disk does it between two of its jobs. The intent is durable before that, and the
 * new names are durable after it, in one commit with the intent's end. */

typedef struct
{
  ShoalTorrent    *torrent;
  ShoalStoreIntent intent; /* its strings are these: */
  char            *from;   /* owned: where it lies, below the folder */
  char            *to;     /* owned: and then */
  ShoalProblem    *problem;

  guint is_resumed : 1;
  guint keeps_intent : 1;
} Rename;

static void
rename_free (Rename *rename)
{
  g_clear_pointer (&rename->problem, shoal_problem_unref);
  g_free (rename->from);
  g_free (rename->to);
  g_free (rename);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rename, rename_free)

static gboolean
lies_in (const char *path, const char *folder)
{
  gsize len = strlen (folder);

  return strncmp (path, folder, len) == 0 && path[len] == '/';
}

static guint
count_files (const ShoalTorrent *self)
{
  return self->layout != NULL ? shoal_codec_layout_get_n_files (self->layout) : 0;
}

static gboolean
has_folder (const ShoalTorrent *self)
{
  return self->metainfo != NULL && shoal_codec_metainfo_has_folder (self->metainfo);
}

/* What the file or folder is called that all of the torrent lies in; the caller's. */
static char *
dup_top (const ShoalTorrent *self)
{
  const char *path;

  if (self->row.root_name != NULL)
    return g_strdup (self->row.root_name);
  if (self->layout == NULL)
    return g_strdup (self->row.name);
  path = shoal_codec_layout_get_file (self->layout, 0)->path;
  return has_folder (self) ? g_strndup (path, strcspn (path, "/")) : g_strdup (path);
}

static ShoalProblem *
refuse (ShoalProblemCode code, const char *what, const char *subject)
{
  return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, code, subject, what);
}

/* The rest of what may not be in a name goes, or becomes '_', as it does with names in a torrent.
 */
static char *
make_name (const char *name, gboolean is_top, ShoalProblem **problem)
{
  gsize len = name != NULL ? strlen (name) : 0;
  g_autoptr (GString) safe = g_string_new (NULL);

  if (len > SHOAL_CODEC_NAMES_MAX_COMPONENT)
    *problem = refuse (SHOAL_PROBLEM_NAME_LONG, "the name is too long", name);
  else if (len == 0 || strchr (name, '/') != NULL)
    *problem =
        refuse (SHOAL_PROBLEM_NAME_SLASH, "a name is not empty, and has no slash in it", name);
  else if (!(is_top ? shoal_codec_names_append_top (safe, (const guint8 *) name, len)
                    : shoal_codec_names_append_component (safe, (const guint8 *) name, len)))
    *problem = refuse (SHOAL_PROBLEM_NAME_RESERVED, "nothing can be called so", name);
  else
    return g_strdup (safe->str);
  return NULL;
}

static gboolean
is_file (const ShoalTorrent *self, guint file)
{
  return file < count_files (self) &&
         (shoal_codec_layout_get_file (self->layout, file)->flags & SHOAL_CODEC_FILE_PAD) == 0;
}

static gboolean
is_folder (ShoalTorrent *self, const char *folder)
{
  guint i;

  for (i = 0; i < count_files (self); i++)
    {
      g_autofree char *path = shoal_torrent_dup_path (self, i);

      if (lies_in (path, folder))
        return TRUE;
    }
  return FALSE;
}

/* What is to be renamed: sets intent.file, and from. */
static gboolean
find_source (Rename *rename, const ShoalTorrentRename *what, ShoalProblem **problem)
{
  ShoalTorrent    *self = rename->torrent;
  g_autofree char *top = dup_top (self);
  gboolean         is_top =
      what->folder != NULL ? g_str_equal (what->folder, top) : what->file == SHOAL_RENAME_TOP;

  if (!is_top && self->metainfo == NULL)
    *problem =
        refuse (SHOAL_PROBLEM_DETAILS_MISSING, "its files are not known yet", self->row.name);
  else if (!is_top && what->folder != NULL && !is_folder (self, what->folder))
    *problem = refuse (SHOAL_PROBLEM_NO_FILE, "no such folder in the torrent", what->folder);
  else if (!is_top && what->folder == NULL && !is_file (self, what->file))
    *problem = refuse (SHOAL_PROBLEM_NO_FILE, "no such file in the torrent", self->row.name);
  if (*problem != NULL)
    return FALSE;
  if (is_top || !has_folder (self))
    {
      rename->intent.file = SHOAL_STORE_ROOT;
      rename->from = g_steal_pointer (&top);
    }
  else if (what->folder != NULL)
    {
      rename->intent.file = SHOAL_STORE_SUBFOLDER;
      rename->from = g_strdup (what->folder);
    }
  else
    {
      rename->intent.file = what->file;
      rename->from = shoal_torrent_dup_path (self, what->file);
    }
  return TRUE;
}

static void
set_names (Rename *rename)
{
  rename->intent.target = rename->to;
  rename->intent.source = rename->intent.file == SHOAL_STORE_SUBFOLDER ? rename->from : NULL;
}

static Rename *
make_rename (ShoalTorrent *self)
{
  Rename *rename = g_new0 (Rename, 1);

  rename->torrent = self;
  rename->intent.kind = SHOAL_STORE_INTENT_RENAME;
  return rename;
}

static Rename *
resolve (ShoalTorrent *self, const ShoalTorrentRename *what, ShoalProblem **problem)
{
  g_autoptr (Rename) rename = make_rename (self);
  g_autofree char *name = NULL;
  const char      *slash;

  if (!find_source (rename, what, problem))
    return NULL;
  name = make_name (what->name, rename->intent.file == SHOAL_STORE_ROOT, problem);
  if (name == NULL)
    return NULL;
  slash = strrchr (rename->from, '/');
  if (slash == NULL)
    rename->to = g_steal_pointer (&name);
  else
    rename->to = g_strdup_printf ("%.*s/%s", (int) (slash - rename->from), rename->from, name);
  set_names (rename);
  return g_steal_pointer (&rename);
}

/* Whether where @file lies is told by its own row, and is another place by this. */
static gboolean
is_concerned (const Rename *rename, guint file, const char *path)
{
  const ShoalTorrent *self = rename->torrent;

  switch (rename->intent.file)
    {
    case SHOAL_STORE_ROOT:
      return self->renamed != NULL &&
             g_hash_table_contains (self->renamed, GUINT_TO_POINTER (file)) &&
             lies_in (path, rename->from);
    case SHOAL_STORE_SUBFOLDER:
      return lies_in (path, rename->from);
    default:
      return file == rename->intent.file;
    }
}

void
shoal_torrent_set_path (ShoalTorrent *self, guint file, const char *path)
{
  if (self->renamed == NULL)
    self->renamed = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_hash_table_replace (self->renamed, GUINT_TO_POINTER (file), g_strdup (path));
}

/* The names hold from now on. Returns the rows of files that are to say so. */
static GArray *
adopt (Rename *rename)
{
  ShoalTorrent *self = rename->torrent;
  GArray       *rows = g_array_new (FALSE, TRUE, sizeof (ShoalStoreFile));
  gsize         len = strlen (rename->from);
  guint         i;

  for (i = 0; i < count_files (self); i++)
    {
      g_autofree char *path = shoal_torrent_dup_path (self, i);
      g_autofree char *to = NULL;
      ShoalStoreFile   row = { .file = i };

      if (!is_concerned (rename, i, path))
        continue;
      to = g_strconcat (rename->to, path + len, NULL);
      shoal_torrent_set_path (self, i, to);
      row.renamed_path = g_hash_table_lookup (self->renamed, GUINT_TO_POINTER (i));
      g_array_append_val (rows, row);
    }
  if (rename->intent.file == SHOAL_STORE_ROOT)
    self->row.root_name = g_string_chunk_insert (self->row_texts, rename->to);
  shoal_torrent_details_rename (self);
  return rows;
}

/* One that was begun in the last run: the torrent can be opened now, or not as long as nobody knows
 * what is called how. */
static void
end_resumed (Rename *rename)
{
  ShoalTorrent *self = rename->torrent;

  self->phase = SHOAL_TORRENT_PHASE_NEW;
  if (rename->keeps_intent)
    {
      shoal_torrent_fail_open (
          self, rename->problem != NULL ? shoal_problem_ref (rename->problem) : NULL);
      return;
    }
  self->row.n_intents--;
  if (self->is_stopping)
    self->phase = SHOAL_TORRENT_PHASE_BROKEN;
  else
    shoal_torrent_go_on_opening (self);
}

static void
end_rename (Rename *rename)
{
  ShoalTorrent *self = rename->torrent;

  self->is_renaming = FALSE;
  if (rename->is_resumed)
    end_resumed (rename);
  else if (rename->keeps_intent)
    {
      shoal_torrent_keep_intent (self, &rename->intent);
      shoal_torrent_fail_open (self, shoal_problem_ref (rename->problem));
    }
  self->events->on_renamed (self->owner, rename->problem);
  shoal_torrent_changed (self, TRUE);
  shoal_torrent_review (self);
  rename_free (rename);
  shoal_torrent_settle (self);
}

static void
intent_ended_cb (gpointer user_data, const GError *error)
{
  Rename *rename = user_data;

  if (error != NULL && rename->problem == NULL)
    rename->problem = shoal_torrent_problem_from_error (error, rename->torrent->env->state_path);
  end_rename (rename);
}

static void
finish (Rename *rename)
{
  ShoalTorrent *self = rename->torrent;
  g_autoptr (GArray) rows = adopt (rename);

  shoal_store_finish_rename (
      self->env->store, self->id, &rename->intent, rows, intent_ended_cb, rename);
}

/* The name cannot be had: nothing has happened, and nothing will. */
static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_CONFLICT) ||
         g_error_matches (error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_NAME) ||
         g_error_matches (error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_UNSAFE);
}

static void
renamed_cb (const ShoalDiskChangeResult *result, gpointer user_data)
{
  Rename       *rename = user_data;
  ShoalTorrent *self = rename->torrent;

  if (result->error == NULL)
    {
      finish (rename);
      return;
    }
  rename->problem = shoal_torrent_problem_from_error (
      result->error, result->conflict != NULL ? result->conflict : rename->to);
  if (rename->problem == NULL)
    rename->problem =
        shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_STOPPING, NULL, NULL);
  rename->keeps_intent = result->n_left > 0 || (rename->is_resumed && !is_refusal (result->error));
  if (rename->keeps_intent)
    end_rename (rename);
  else
    shoal_store_drop_intent (self->env->store, self->id, &rename->intent, intent_ended_cb, rename);
}

static void
start (Rename *rename)
{
  ShoalTorrent   *self = rename->torrent;
  guint32         file = rename->intent.file;
  ShoalDiskRename request = { .to = rename->to, .is_resumed = rename->is_resumed };

  if (file == SHOAL_STORE_SUBFOLDER || (file == SHOAL_STORE_ROOT && has_folder (self)))
    request.folder = rename->from;
  else
    request.file = file == SHOAL_STORE_ROOT ? 0 : file;
  shoal_disk_change_rename (self->storage, &request, renamed_cb, rename);
}

static void
intent_begun_cb (gpointer user_data, const GError *error)
{
  Rename *rename = user_data;

  if (error == NULL)
    {
      start (rename);
      return;
    }
  rename->problem = shoal_torrent_problem_from_error (error, rename->torrent->env->state_path);
  end_rename (rename);
}

static gboolean
may_rename (const ShoalTorrent *self)
{
  if (self->is_stopping || self->is_removing || self->is_renaming || self->check != NULL)
    return FALSE;
  return self->phase == SHOAL_TORRENT_PHASE_READY || self->phase == SHOAL_TORRENT_PHASE_METADATA;
}

gboolean
shoal_torrent_rename (ShoalTorrent *self, const ShoalTorrentRename *what, ShoalProblem **problem)
{
  Rename *rename;

  if (!may_rename (self))
    {
      *problem =
          self->problem != NULL
              ? shoal_problem_ref (self->problem)
              : refuse (SHOAL_PROBLEM_BUSY, "its files are being changed already", self->row.name);
      return FALSE;
    }
  rename = resolve (self, what, problem);
  if (rename == NULL)
    return FALSE;
  self->is_renaming = TRUE;
  self->n_pending++;
  if (self->phase == SHOAL_TORRENT_PHASE_METADATA)
    finish (rename); /* there is nothing on the disk yet */
  else
    shoal_store_begin_intent (self->env->store, self->id, &rename->intent, intent_begun_cb, rename);
  return TRUE;
}

gboolean
shoal_torrent_resume_rename (ShoalTorrent *self, const ShoalStoreIntent *intent)
{
  Rename  *rename;
  gboolean is_file = intent->file < SHOAL_STORE_SUBFOLDER;

  if (is_file ? intent->file >= count_files (self)
              : intent->file == SHOAL_STORE_SUBFOLDER && intent->source == NULL)
    return FALSE;
  rename = make_rename (self);
  rename->is_resumed = TRUE;
  rename->intent.file = intent->file;
  if (is_file)
    rename->from = shoal_torrent_dup_path (self, intent->file);
  else
    rename->from = intent->file == SHOAL_STORE_ROOT ? dup_top (self) : g_strdup (intent->source);
  rename->to = g_strdup (intent->target);
  set_names (rename);
  self->phase = SHOAL_TORRENT_PHASE_CHANGING;
  self->is_renaming = TRUE;
  self->n_pending++;
  start (rename);
  return TRUE;
}
