/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "api/shoal-api-torrent.h"

#include <string.h>

#include "disk/shoal-disk-check.h"
#include "disk/shoal-disk-storage.h"
#include "session/shoal-session-contents.h"
#include "torrent/shoal-torrent-problem.h"

/* One run of a check, with a queue of its own on a context of its own. */
typedef struct
{
  GMainContext         *context;
  ShoalDiskQueue       *queue;
  ShoalDiskStorage     *storage;
  ShoalDiskCheck       *check;
  ShoalCodecMetainfo   *metainfo;
  ShoalCodecLayout     *layout; /* unowned: of the metainfo */
  const guint8         *sha1s;  /* unowned: lie in the metainfo */
  ShoalBaseBitset      *good;   /* owned: pieces whose bytes all lie in the files */
  ShoalBaseBitset      *helped; /* owned: those that are right with bytes of the parts file */
  ShoalDiskFileStat    *files;  /* owned, one for each; NULL until they were looked at */
  ShoalApiVerifyResult *result;
  ShoalApiProgressFunc  progress;
  gpointer              user_data;
  GError               *error;
  gboolean              has_parts;
  gboolean              is_over;
} Verify;

static void
pieces_cb (const ShoalDiskCheckItem *items, guint n_items, gpointer user_data)
{
  Verify *self = user_data;
  guint   i;

  for (i = 0; i < n_items; i++)
    {
      if (items[i].verdict == SHOAL_DISK_CHECK_RIGHT)
        shoal_base_bitset_set (self->good, items[i].piece, TRUE);
      self->result->bytes += shoal_codec_layout_get_piece_size (self->layout, items[i].piece);
    }
  if (self->progress != NULL && !self->progress (self->result->bytes,
                                                 shoal_codec_layout_get_total_size (self->layout),
                                                 self->user_data))
    shoal_disk_check_cancel (self->check);
}

/* The pieces that were not right, once more. */
static void
more_pieces_cb (const ShoalDiskCheckItem *items, guint n_items, gpointer user_data)
{
  Verify *self = user_data;
  guint   i;

  for (i = 0; i < n_items; i++)
    if (items[i].verdict == SHOAL_DISK_CHECK_RIGHT)
      shoal_base_bitset_set (self->helped, items[i].piece, TRUE);
}

static void
check_done_cb (const GError *error, gpointer user_data)
{
  Verify *self = user_data;

  if (error != NULL)
    self->error = g_error_copy (error);
  self->is_over = TRUE;
}

/* What cannot be read a second time has a verdict already. */
static void
second_done_cb (const GError *error, gpointer user_data)
{
  ((Verify *) user_data)->is_over = TRUE;
}

static void
looked_cb (const ShoalDiskStatResult *result, gpointer user_data)
{
  Verify *self = user_data;

  if (result->error != NULL)
    self->error = g_error_copy (result->error);
  else
    self->files = g_memdup2 (result->files, result->n_files * sizeof *result->files);
  self->has_parts = result->has_parts;
  self->is_over = TRUE;
}

static void
storage_closed_cb (gpointer user_data)
{
  ((Verify *) user_data)->is_over = TRUE;
}

static void
run_until_over (Verify *self)
{
  self->is_over = FALSE;
  while (!self->is_over)
    g_main_context_iteration (self->context, TRUE);
}

static char **
dup_paths (const Verify *self, const char *top_name)
{
  guint  n = shoal_codec_layout_get_n_files (self->layout);
  char **paths = g_new0 (char *, n + 1);
  guint  i;

  for (i = 0; i < n; i++)
    {
      const char *path = shoal_codec_layout_get_file (self->layout, i)->path;

      paths[i] = shoal_codec_metainfo_has_folder (self->metainfo)
                     ? g_strconcat (top_name, strchr (path, '/'), NULL)
                     : g_strdup (top_name);
    }
  return paths;
}

/* Whether all pieces of @file are in @good, or else in @helped, which may be NULL. */
static gboolean
has_pieces (const Verify *self, guint file, const ShoalBaseBitset *helped)
{
  guint first, last, i;

  if (!shoal_codec_layout_get_file_pieces (self->layout, file, &first, &last))
    return TRUE;
  for (i = shoal_base_bitset_next_clear (self->good, first); i <= last;
       i = shoal_base_bitset_next_clear (self->good, i + 1))
    if (helped == NULL || !shoal_base_bitset_get (helped, i))
      return FALSE;
  return TRUE;
}

/* A file is whole when it is there, as long as it should be, and right. Bytes of a neighbour that
 * was not selected may come from the parts file; its own may not. */
static gboolean
is_whole (const Verify *self, guint file)
{
  const ShoalCodecFile    *info = shoal_codec_layout_get_file (self->layout, file);
  const ShoalDiskFileStat *stat = &self->files[file];

  if ((info->flags & (SHOAL_CODEC_FILE_PAD | SHOAL_CODEC_FILE_SYMLINK)) != 0)
    return has_pieces (self, file, self->helped);
  return stat->exists && stat->size == info->length &&
         has_pieces (self, file, stat->is_in_parts ? NULL : self->helped);
}

static void
fill_result (Verify *self)
{
  ShoalApiVerifyResult *result = self->result;
  guint                 i;

  result->n_pieces = shoal_codec_layout_get_n_pieces (self->layout);
  result->n_files = shoal_codec_layout_get_n_files (self->layout);
  for (i = 0; i < result->n_pieces; i++)
    if (!shoal_base_bitset_get (self->good, i) && !shoal_base_bitset_get (self->helped, i))
      g_array_append_val (result->bad, i);
  result->n_good = result->n_pieces - result->bad->len;
  result->file_whole = g_malloc0 (result->n_files);
  for (i = 0; i < result->n_files; i++)
    {
      result->file_whole[i] = is_whole (self, i);
      result->n_whole += result->file_whole[i] ? 1 : 0;
    }
}

/* The files alone are hashed first: what lies in the parts file helps only where they do not do. */
static void
look_again (Verify *self)
{
  guint n = shoal_codec_layout_get_n_pieces (self->layout);
  g_autoptr (ShoalBaseBitset) left = shoal_base_bitset_new (n);
  ShoalDiskCheckOptions check = {
    .pieces = left,
    .sha1s = self->sha1s,
    .on_pieces = more_pieces_cb,
    .on_done = second_done_cb,
    .user_data = self,
  };
  guint i;

  shoal_disk_storage_prepare (self->storage, looked_cb, self);
  run_until_over (self);
  for (i = shoal_base_bitset_next_clear (self->good, 0); i < n;
       i = shoal_base_bitset_next_clear (self->good, i + 1))
    shoal_base_bitset_set (left, i, TRUE);
  if (self->error != NULL || !self->has_parts || shoal_base_bitset_is_empty (left))
    return;
  shoal_disk_check_start (self->storage, &check);
  run_until_over (self);
}

static void
hash_all (Verify *self, const char *save_path, const char *top_name)
{
  g_auto (GStrv) paths = dup_paths (self, top_name);
  ShoalDiskStorageOptions options = {
    .queue = self->queue,
    .layout = self->layout,
    .folder = save_path,
    .hashes = *shoal_codec_metainfo_get_hashes (self->metainfo),
    .paths = (const char *const *) paths,
    .looks_only = TRUE,
  };
  ShoalDiskCheckOptions check = {
    .sha1s = self->sha1s,
    .on_pieces = pieces_cb,
    .on_done = check_done_cb,
    .user_data = self,
  };

  self->storage = shoal_disk_storage_new (&options);
  self->check = shoal_disk_check_start (self->storage, &check);
  run_until_over (self);
  if (self->error == NULL)
    look_again (self);
  shoal_disk_storage_close (self->storage, storage_closed_cb, self);
  run_until_over (self);
}

/* What a worker that does not end may still look at is left to it. */
static void
verify_clear (Verify *self)
{
  g_autoptr (GPtrArray) stuck = g_ptr_array_new_with_free_func (g_free);
  guint i;

  g_main_context_pop_thread_default (self->context);
  if (shoal_disk_queue_stop (self->queue, 5 * G_USEC_PER_SEC, stuck))
    {
      shoal_disk_queue_free (self->queue);
      shoal_codec_metainfo_unref (self->metainfo);
      g_main_context_unref (self->context);
    }
  for (i = 0; i < stuck->len; i++)
    g_message ("left behind at the end: %s", (const char *) g_ptr_array_index (stuck, i));
  shoal_base_bitset_free (self->good);
  shoal_base_bitset_free (self->helped);
  g_free (self->files);
  g_clear_pointer (&self->result, shoal_api_verify_result_free);
  g_clear_error (&self->error);
}

static void
verify_init (Verify *self)
{
  ShoalDiskQueueOptions options = { 0 };
  guint                 n;

  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  options.context = self->context;
  self->queue = shoal_disk_queue_new (&options);
  self->layout = shoal_codec_metainfo_get_layout (self->metainfo);
  n = shoal_codec_layout_get_n_pieces (self->layout);
  self->good = shoal_base_bitset_new (n);
  self->helped = shoal_base_bitset_new (n);
  self->sha1s = shoal_codec_metainfo_get_piece_hash (self->metainfo, 0);
  self->result = g_new0 (ShoalApiVerifyResult, 1);
  self->result->bad = g_array_new (FALSE, FALSE, sizeof (guint));
}

static ShoalCodecMetainfo *
parse_v1 (GBytes *torrent, const char *path, ShoalProblem **problem)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecMetainfo) metainfo = shoal_codec_metainfo_new_from_bytes (torrent, &error);

  if (metainfo == NULL)
    *problem = shoal_torrent_problem_from_error (error, NULL);
  else if (shoal_codec_metainfo_is_v2_only (metainfo))
    *problem = shoal_problem_new (SHOAL_PROBLEM_DOMAIN_TORRENT,
                                  SHOAL_PROBLEM_UNSUPPORTED,
                                  shoal_codec_metainfo_get_name (metainfo),
                                  "a torrent of BitTorrent v2 alone");
  else if (!g_file_test (path, G_FILE_TEST_EXISTS))
    *problem = shoal_problem_new (SHOAL_PROBLEM_DOMAIN_STORAGE, SHOAL_PROBLEM_MISSING, path, NULL);
  else
    return g_steal_pointer (&metainfo);
  return NULL;
}

ShoalApiVerifyResult *
shoal_api_verify (GBytes              *torrent,
                  const char          *path,
                  ShoalApiProgressFunc progress,
                  gpointer             user_data,
                  ShoalProblem       **problem)
{
  Verify                self = { .progress = progress, .user_data = user_data };
  ShoalApiVerifyResult *result = NULL;
  g_autoptr (ShoalContents) contents = NULL;
  g_autofree char *save_path = NULL;
  g_autofree char *top_name = NULL;

  self.metainfo = parse_v1 (torrent, path, problem);
  if (self.metainfo == NULL)
    return NULL;
  contents = shoal_session_contents_new (self.metainfo);
  shoal_api_find_data (contents, path, &save_path, &top_name);
  verify_init (&self);
  hash_all (&self, save_path, top_name);
  if (self.error != NULL)
    *problem = shoal_torrent_problem_from_error (self.error, path);
  else
    {
      fill_result (&self);
      result = g_steal_pointer (&self.result);
    }
  verify_clear (&self);
  return result;
}

void
shoal_api_verify_result_free (ShoalApiVerifyResult *result)
{
  g_array_unref (result->bad);
  g_free (result->file_whole);
  g_free (result);
}
