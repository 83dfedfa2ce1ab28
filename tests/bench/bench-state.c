/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "codec/shoal-codec-metainfo.h"
#include "store/shoal-store.h"

/* Makes a state for the window to start with:
 *
 *   bench-state STATE.DB FOLDER NUMBER [TRACKER [FOLDER:]TORRENT…]
 *
 * NUMBER torrents that are complete and have no tracker, and among them the TORRENTs, of which
 * nothing is there yet and which ask TRACKER. FOLDER is where all of them lie, but for those that
 * are written FOLDER:TORRENT; the files of the complete ones are there, but empty: nothing looks
 * into them before somebody wants them. By the time they were added, half of the TORRENTs lie
 * evenly between the complete ones, the others are every second of the newest. */
#define BEGINNING    1700000000
#define SIZE         (700 * 1000 * 1000)
#define PIECE_LENGTH (1 << 24)
#define N_PIECES     ((SIZE + PIECE_LENGTH - 1) / PIECE_LENGTH)

typedef struct
{
  GMainContext *context; /* unowned */
  ShoalStore   *store;   /* owned */
  const char   *folder;  /* unowned */
  const char   *tracker; /* unowned; NULL: none */
  guint         n_waiting;
  guint32       last_id;
} State;

static void
done_cb (gpointer user_data, const GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
  ((State *) user_data)->n_waiting--;
}

static void
opened_cb (gpointer user_data, const ShoalStoreOpened *opened, guint32 number, const GError *error)
{
  done_cb (user_data, error);
}

static void
wait_for (State *self, guint n)
{
  while (self->n_waiting > n)
    g_main_context_iteration (self->context, TRUE);
}

/* Names of any length, as people have them. */
static char *
make_name (guint number)
{
  static const char *const names[] = {
    "Distribution 12.4 amd64 DVD",
    "Photographs",
    "The complete recordings of an orchestra with a very long name (lossless), volume",
    "Открытые лекции, часть",
    "Œuvres complètes",
  };

  return g_strdup_printf ("%s %u", names[number % G_N_ELEMENTS (names)], number);
}

static void
touch (State *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents_full (path, "", 0, G_FILE_SET_CONTENTS_NONE, 0644, &error))
    g_error ("%s", error->message);
}

static GBytes *
make_torrent (const char *name, guint number)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *pieces = g_malloc0 (N_PIECES * 20);

  memcpy (pieces, &number, sizeof number); /* no two have the same info-hash */
  g_string_printf (text,
                   "d4:infod6:lengthi%ue4:name%" G_GSIZE_FORMAT ":%s12:piece lengthi%ue6:pieces%u:",
                   SIZE,
                   strlen (name),
                   name,
                   PIECE_LENGTH,
                   N_PIECES * 20);
  g_string_append_len (text, pieces, N_PIECES * 20);
  g_string_append (text, "ee");
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static void
add (State *self, GBytes *bytes, const char *folder, gint64 added_at, gboolean is_complete)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecMetainfo) metainfo = shoal_codec_metainfo_new_from_bytes (bytes, &error);
  ShoalStoreTracker  tracker = { .url = self->tracker };
  ShoalStoreRow      row = { .metainfo_kind = SHOAL_STORE_METAINFO_WHOLE,
                             .save_path = folder,
                             .added_at = added_at,
                             .options = { .seeds = 1, .goals = { .ratio_1000 = -1 } },
                             .trackers = &tracker,
                             .n_trackers = is_complete ? 0 : 1,
                             .has_tiers = TRUE };
  ShoalStoreAddition addition = { .row = &row, .metainfo = bytes };

  if (metainfo == NULL)
    g_error ("%s", error->message);
  row.id.value = ++self->last_id;
  row.hashes = *shoal_codec_metainfo_get_hashes (metainfo);
  row.name = shoal_codec_metainfo_get_name (metainfo);
  row.total_size = shoal_codec_layout_get_total_size (shoal_codec_metainfo_get_layout (metainfo));
  row.stats.wanted_bytes = row.total_size;
  row.stats.is_settled = is_complete;
  if (is_complete)
    row.stats.have_bytes = row.stats.wanted_have_bytes = row.total_size;
  else
    row.stats.left_bytes = row.total_size;
  self->n_waiting++;
  shoal_store_add (self->store, &addition, done_cb, self);
  wait_for (self, 1000);
}

static void
add_file (State *self, const char *word, gint64 added_at)
{
  const char      *colon = strchr (word, ':');
  const char      *path = colon != NULL ? colon + 1 : word;
  g_autofree char *folder =
      colon != NULL ? g_strndup (word, (gsize) (colon - word)) : g_strdup (self->folder);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &error))
    g_error ("%s", error->message);
  bytes = g_bytes_new_take (text, length);
  add (self, bytes, folder, added_at, FALSE);
}

/* The newest is the first in the window. */
static void
fill (State *self, guint n, char *const *words, guint n_words)
{
  guint n_between = n_words / 2;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = make_name (i);
      g_autoptr (GBytes) bytes = make_torrent (name, i);

      touch (self, name);
      add (self, bytes, self->folder, BEGINNING + 2 * (gint64) i, TRUE);
    }
  for (guint i = 0; i < n_between; i++)
    add_file (self, words[i], BEGINNING + 2 * ((gint64) n * i / n_between) + 1);
  for (guint i = n_between; i < n_words; i++)
    add_file (self, words[i], BEGINNING + 2 * ((gint64) n - 2 - i + n_between) + 1);
}

int
main (int argc, char **argv)
{
  State self = { .context = g_main_context_default () };

  if (argc < 4 || argc == 5)
    {
      fprintf (stderr, "usage: bench-state STATE.DB FOLDER NUMBER [TRACKER [FOLDER:]TORRENT…]\n");
      return 2;
    }
  self.folder = argv[2];
  self.tracker = argc > 5 ? argv[4] : NULL;
  self.store = shoal_store_new (self.context, NULL, NULL);
  self.n_waiting = 1;
  shoal_store_open (self.store, argv[1], opened_cb, &self);
  wait_for (&self, 0);
  fill (&self, (guint) g_ascii_strtoull (argv[3], NULL, 10), argv + 5, (guint) MAX (argc - 5, 0));
  wait_for (&self, 0);
  self.n_waiting = 1;
  shoal_store_close (self.store, TRUE, done_cb, &self);
  wait_for (&self, 0);
  shoal_store_free (self.store);
  return 0;
}
