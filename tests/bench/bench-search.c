/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "store/shoal-store.h"

/* How long a search over the names of all files takes, and what it costs to be able to:
 *
 *   bench-search [torrents [files of each]]
 *
 * Then the same of a database of an older Shoal, in which the names are still to be made, and how
 * long a change that a person makes meanwhile waits. */

typedef struct
{
  GMainContext *context;
  ShoalStore   *store;
  char         *folder;
  char         *path;
  guint         n_waiting;
  guint         n_found;
} Bench;

static void
done_cb (gpointer user_data, const GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
  ((Bench *) user_data)->n_waiting--;
}

static void
opened_cb (gpointer user_data, const ShoalStoreOpened *opened, guint32 number, const GError *error)
{
  done_cb (user_data, error);
}

static void
found_cb (gpointer user_data, GArray *ids, const GError *error)
{
  Bench *self = user_data;

  done_cb (self, error);
  self->n_found = ids != NULL ? ids->len : G_MAXUINT;
  g_clear_pointer (&ids, g_array_unref);
}

static void
wait_for (Bench *self, guint n)
{
  while (self->n_waiting > n)
    g_main_context_iteration (self->context, TRUE);
}

static double
ms_since (gint64 usec)
{
  return (double) (g_get_monotonic_time () - usec) / 1000;
}

static void
open_store (Bench *self)
{
  self->store = shoal_store_new (self->context, NULL, NULL);
  self->n_waiting = 1;
  shoal_store_open (self->store, self->path, opened_cb, self);
  wait_for (self, 0);
}

static void
close_store (Bench *self)
{
  self->n_waiting = 1;
  shoal_store_close (self->store, TRUE, done_cb, self);
  wait_for (self, 0);
  g_clear_pointer (&self->store, shoal_store_free);
}

static GBytes *
make_info (guint number, guint n_files)
{
  static const char *const words[] = {
    "Morning", "Évening", "Лекция", "river", "Track", "chapter"
  };
  g_autofree char *name = g_strdup_printf ("Collection of recordings %05u [FLAC]", number);
  GString         *text = g_string_new ("d5:filesl");
  char             pieces[20] = { 0 };
  guint            i;

  for (i = 0; i < n_files; i++)
    {
      g_autofree char *file = g_strdup_printf ("%02u - %s by %s %u.flac",
                                               i,
                                               words[(number + i) % 6],
                                               words[(number / 7 + i) % 6],
                                               number * 31 + i);

      g_string_append_printf (text,
                              "d6:lengthi1e4:pathl6:Disc %u%" G_GSIZE_FORMAT ":%see",
                              i / 10 % 10,
                              strlen (file),
                              file);
    }
  g_string_append_printf (text,
                          "e4:name%" G_GSIZE_FORMAT ":%s12:piece lengthi16777216e6:pieces20:",
                          strlen (name),
                          name);
  memcpy (pieces, &number, sizeof number);
  g_string_append_len (text, pieces, sizeof pieces);
  g_string_append_c (text, 'e');
  return g_string_free_to_bytes (text);
}

static void
fill (Bench *self, guint n, guint n_files)
{
  guint i;

  for (i = 1; i <= n; i++)
    {
      g_autoptr (GBytes) info = make_info (i, n_files);
      ShoalStoreRow      row = { .id = { i },
                                 .metainfo_kind = SHOAL_STORE_METAINFO_INFO,
                                 .name = "a torrent",
                                 .save_path = "/tmp",
                                 .has_tiers = TRUE };
      ShoalStoreAddition addition = { .row = &row, .metainfo = info };

      row.hashes.has_v1 = 1;
      memcpy (row.hashes.v1.bytes, &i, sizeof i);
      self->n_waiting++;
      shoal_store_add (self->store, &addition, done_cb, self);
      wait_for (self, 1000);
    }
  wait_for (self, 0);
}

static double
search (Bench *self, const char *text)
{
  gint64 start_usec = g_get_monotonic_time ();

  self->n_waiting = 1;
  shoal_store_search (self->store, text, found_cb, self);
  wait_for (self, 0);
  return ms_since (start_usec);
}

static void
search_all (Bench *self)
{
  static const char *const texts[] = {
    "flac", "nothing like it", "river 00777", "evening лекция 31", "e", "recordings 0999 track",
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      double first = search (self, texts[i]);
      double again = search (self, texts[i]);

      printf (
          "  %-24s %6u found, %7.1f ms, again %7.1f ms\n", texts[i], self->n_found, first, again);
    }
}

/* A change that comes in the middle of a search. */
static void
search_and_save (Bench *self)
{
  ShoalStoreOptions options = { .seeds = 1 };
  double            worst = 0;
  guint             i;

  for (i = 0; i < 20; i++)
    {
      gint64 start_usec;

      self->n_waiting = 2;
      shoal_store_search (self->store, "nothing like it", found_cb, self);
      g_usleep (i * 1000);
      start_usec = g_get_monotonic_time ();
      shoal_store_set_options (self->store, (ShoalTorrentId){ 1 }, &options, done_cb, self);
      wait_for (self, 1);
      worst = MAX (worst, ms_since (start_usec));
      wait_for (self, 0);
    }
  printf ("  a change meanwhile waits for %.2f ms at most\n", worst);
}

static void
make_older (Bench *self)
{
  sqlite3 *handle = NULL;

  if (sqlite3_open (self->path, &handle) != SQLITE_OK ||
      sqlite3_exec (handle,
                    "DELETE FROM names; INSERT INTO unnamed SELECT id FROM torrents",
                    NULL,
                    NULL,
                    NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (handle));
  sqlite3_close (handle);
}

static void
catch_up (Bench *self, guint n)
{
  gint64 start_usec = g_get_monotonic_time ();
  double worst = 0;

  do
    {
      worst = MAX (worst, search (self, "flac"));
      g_usleep (200 * 1000);
    }
  while (self->n_found < n);
  printf ("  all found after %.1f s; a search took %.1f ms at most\n",
          ms_since (start_usec) / 1000,
          worst);
}

int
main (int argc, char **argv)
{
  guint       n = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 10000;
  guint       n_files = argc > 2 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : 30;
  Bench       self = { .context = g_main_context_default () };
  gint64      start_usec;
  struct stat st;

  setvbuf (stdout, NULL, _IOLBF, 0);
  self.folder = g_dir_make_tmp ("bench-search-XXXXXX", NULL);
  self.path = g_build_filename (self.folder, "state.db", NULL);
  open_store (&self);
  start_usec = g_get_monotonic_time ();
  fill (&self, n, n_files);
  printf ("%u torrents of %u files, added in %.1f s\n", n, n_files, ms_since (start_usec) / 1000);
  close_store (&self);
  if (stat (self.path, &st) == 0)
    printf ("  %.1f MB of database\n", (double) st.st_size / 1e6);
  open_store (&self);
  search_all (&self);
  search_and_save (&self);
  close_store (&self);
  make_older (&self);
  open_store (&self);
  printf ("the names are still to be made\n");
  catch_up (&self, n);
  close_store (&self);
  g_unlink (self.path);
  g_free (self.path);
  g_rmdir (self.folder);
  g_free (self.folder);
  return 0;
}
