/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store-harness.h"

#include <string.h>

#include <glib/gstdio.h>

static void
on_trouble (gpointer user_data, const GError *error)
{
  Harness *self = user_data;

  self->n_troubles++;
  g_clear_error (&self->trouble);
  self->trouble = error != NULL ? g_error_copy (error) : NULL;
}

Harness *
harness_new (void)
{
  Harness *self = g_new0 (Harness, 1);

  self->context = g_main_context_new ();
  self->folder = g_dir_make_tmp ("shoal-store-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  self->path = g_build_filename (self->folder, "state", "state.db", NULL);
  return self;
}

void
harness_remove_tree (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        harness_remove_tree (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

static void
forget_answers (Harness *self)
{
  self->has_answer = FALSE;
  self->number = 0;
  g_clear_error (&self->error);
  g_clear_pointer (&self->listing, shoal_store_listing_free);
  g_clear_pointer (&self->torrent, shoal_store_torrent_free);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->set_aside, g_free);
}

void
harness_free (Harness *self)
{
  if (self->store != NULL)
    harness_close (self, TRUE);
  forget_answers (self);
  g_clear_error (&self->trouble);
  harness_remove_tree (self->folder);
  g_main_context_unref (self->context);
  g_free (self->folder);
  g_free (self->path);
  g_free (self);
}

void
harness_expect (Harness *self)
{
  forget_answers (self);
}

gboolean
harness_wait (Harness *self)
{
  while (!self->has_answer)
    g_main_context_iteration (self->context, TRUE);
  return self->error == NULL;
}

void
harness_wait_for (Harness *self, const guint *flag)
{
  while (*flag == 0)
    g_main_context_iteration (self->context, TRUE);
}

void
harness_done (gpointer user_data, const GError *error)
{
  Harness *self = user_data;

  g_assert_false (self->has_answer);
  self->has_answer = TRUE;
  self->error = error != NULL ? g_error_copy (error) : NULL;
}

void
harness_locked (gpointer user_data, guint32 other_pid, const GError *error)
{
  ((Harness *) user_data)->number = other_pid;
  harness_done (user_data, error);
}

static void
on_opened (gpointer user_data, const ShoalStoreOpened *opened, guint32 number, const GError *error)
{
  Harness *self = user_data;

  g_assert_true ((opened == NULL) == (error != NULL));
  self->number = number;
  if (opened != NULL)
    {
      self->set_aside = g_strdup (opened->set_aside);
      self->last_id = opened->last_id;
      self->is_new = opened->is_new;
      self->was_clean = opened->was_clean;
    }
  harness_done (self, error);
}

gboolean
harness_open (Harness *self)
{
  if (self->store == NULL)
    self->store = shoal_store_new (self->context, on_trouble, self);
  harness_expect (self);
  shoal_store_open (self->store, self->path, on_opened, self);
  return harness_wait (self);
}

gboolean
harness_close (Harness *self, gboolean is_clean)
{
  gboolean is_good;

  harness_expect (self);
  shoal_store_close (self->store, is_clean, harness_done, self);
  is_good = harness_wait (self);
  g_assert_true (shoal_store_wait (self->store, 10 * G_USEC_PER_SEC));
  g_clear_pointer (&self->store, shoal_store_free);
  return is_good;
}

static void
on_listing (gpointer user_data, ShoalStoreListing *listing, const GError *error)
{
  ((Harness *) user_data)->listing = listing;
  harness_done (user_data, error);
}

const ShoalStoreListing *
harness_load_all (Harness *self)
{
  harness_expect (self);
  shoal_store_load_all (self->store, on_listing, self);
  harness_wait (self);
  return self->listing;
}

static void
on_torrent (gpointer user_data, ShoalStoreTorrent *torrent, const GError *error)
{
  ((Harness *) user_data)->torrent = torrent;
  harness_done (user_data, error);
}

const ShoalStoreTorrent *
harness_load (Harness *self, guint32 id)
{
  harness_expect (self);
  shoal_store_load_torrent (self->store, (ShoalTorrentId){ id }, on_torrent, self);
  harness_wait (self);
  return self->torrent;
}

ShoalStoreRow
harness_row (guint32 id)
{
  static ShoalStoreTracker trackers[] = {
    { .url = "https://one.example/announce", .by_stranger = 1 },
    { .url = "udp://two.example:80", .tier = 1, .by_person = 1, .tracker_id = "abc" },
  };
  ShoalStoreRow row = { .id = { id },
                        .metainfo_kind = SHOAL_STORE_METAINFO_WHOLE,
                        .name = "A name",
                        .source = "/tmp/a.torrent",
                        .save_path = "/tmp/data",
                        .folder = { 10, 20, 30 },
                        .total_size = 1 << 20,
                        .added_at = 1000 + id,
                        .options = { .seeds = 1, .goals = { .ratio_1000 = -1 } },
                        .trackers = trackers,
                        .n_trackers = G_N_ELEMENTS (trackers) };

  memset (row.hashes.v1.bytes, 0x11, sizeof row.hashes.v1.bytes);
  memcpy (row.hashes.v1.bytes, &id, sizeof id);
  row.hashes.has_v1 = 1;
  return row;
}

gboolean
harness_add (Harness *self, guint32 id, gsize n_bytes)
{
  ShoalStoreRow row = harness_row (id);
  g_autoptr (GBytes) metainfo = g_bytes_new_take (g_malloc0 (n_bytes), n_bytes);
  ShoalStoreAddition addition = { .row = &row, .metainfo = metainfo };

  harness_expect (self);
  shoal_store_add (self->store, &addition, harness_done, self);
  return harness_wait (self);
}

ShoalBaseBitset *
harness_bits (guint n, guint first, guint last)
{
  ShoalBaseBitset *bits = shoal_base_bitset_new (n);
  guint            i;

  for (i = first; i <= last; i++)
    shoal_base_bitset_set (bits, i, TRUE);
  return bits;
}
