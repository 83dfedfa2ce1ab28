/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/shoal-base-bitset.h"
#include "base/shoal-base-random.h"
#include "support/support-disk-record.h"
#include "support/support-disk-vfs.h"
#include "swarm.h"

/* The power fails. An engine lives on a disk that forgets what was not synced, data and database
 * together; at random moments it is written down what would be left. Each of those images is put in
 * its place, and a new engine must find everything that was durable, claim nothing that is not
 * there, and get to the end; while it does, the power may fail again. */

#define KIB  1024
#define SEED 20261107 /* another one: SHOAL_TEST_SEED */

/* Room for this many images; then at least so many are tried, and as many as the time allows. */
#define MAX_IMAGES  80
#define MIN_TRIED   10
#define SLOW_TRIED  300
#define BUDGET_USEC (15 * G_USEC_PER_SEC)

#define CHECKPOINT_USEC (50 * 1000)
#define RARE_USEC       (2 * G_USEC_PER_SEC)
#define SYNC_USEC       (4 * 1000)

/* Changes of a disk from one cut to the next in a first life: 1 … this. */
#define MAX_GAP 50

typedef enum
{
  LIFE_PLAIN,
  LIFE_SKIP, /* some files are wanted later: their bytes pass through the parts file */
  LIFE_MOVE, /* to another folder and back */
  LIFE_RENAME,
  LIFE_RARE, /* so few checkpoints that much is written and not durable */
  N_LIVES,
} LifeKind;

/* What a disk has after a cut, and what a person may expect of it. */
typedef struct
{
  guint            number;
  guint            at;      /* changes of the disk before it */
  char            *folder;  /* owned */
  ShoalBaseBitset *durable; /* owned: pieces that must be had */
  gboolean         is_listed;
} Image;

/* As of a number of changes of the disk. */
typedef struct
{
  guint            from;
  ShoalBaseBitset *durable; /* owned; NULL: the torrent was added */
} Claim;

typedef struct
{
  Swarm             *swarm;
  Data              *data;
  GPtrArray         *names; /* owned, of char *: what its files are called in the torrent */
  Node              *seed;
  Node              *node;   /* who loses its power */
  char              *root;   /* of its disk */
  char              *other;  /* a folder there to move to */
  char              *empty;  /* what it is before a first life */
  SupportDiskRecord *record; /* of the present life */
  guint              number; /* the seed of all that is random */
  ShoalBaseRandom    random;
  GPtrArray         *images; /* owned, of Image: not tried yet */
  guint              n_images;
  guint              n_tried;

  pthread_mutex_t lock;
  GArray         *claims; /* of Claim; of the present life; guarded by lock */
} Power;

static void
free_image (gpointer data)
{
  Image *image = data;

  shoal_base_bitset_free (image->durable);
  g_free (image->folder);
  g_free (image);
}

static void
clear_claim (gpointer data)
{
  g_clear_pointer (&((Claim *) data)->durable, shoal_base_bitset_free);
}

static ShoalBaseBitset *
new_set (Power *self, gboolean is_full)
{
  ShoalBaseBitset *set = shoal_base_bitset_new (self->data->n_pieces);

  shoal_base_bitset_set_all (set, is_full);
  return set;
}

/* Takes @durable over: from now on a cut leaves that. */
static void
claim (Power *self, ShoalBaseBitset *durable)
{
  Claim claim = { support_disk_record_get_n_changes (self->record), durable };

  pthread_mutex_lock (&self->lock);
  g_array_append_val (self->claims, claim);
  pthread_mutex_unlock (&self->lock);
}

static int
remove_one (const char *path, const struct stat *st, int kind, struct FTW *walk)
{
  return remove (path);
}

static void
remove_tree (const char *path)
{
  nftw (path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Of a copy of the database, with SQLite's own layer: NULL if it says nothing of the torrent. */
static ShoalBaseBitset *
read_durable (Power *self, const char *path)
{
  ShoalBaseBitset *set = NULL;
  sqlite3         *handle = NULL;
  sqlite3_stmt    *statement = NULL;

  g_assert_cmpint (sqlite3_open_v2 (path, &handle, SQLITE_OPEN_READWRITE, "unix"), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (handle, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL), ==, SQLITE_OK);
  if (sqlite3_prepare_v2 (
          handle, "SELECT bits FROM durable WHERE torrent_id = 1", -1, &statement, NULL) ==
          SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    set = shoal_base_bitset_new_from_bytes (self->data->n_pieces,
                                            sqlite3_column_blob (statement, 0),
                                            (gsize) sqlite3_column_bytes (statement, 0));
  sqlite3_finalize (statement);
  sqlite3_close (handle);
  return set;
}

static void
copy_file (const char *from, const char *to)
{
  g_autofree char *bytes = NULL;
  gsize            len;

  if (g_file_get_contents (from, &bytes, &len, NULL))
    g_assert_true (
        g_file_set_contents_full (to, bytes, (gssize) len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* What the log says after a sync has been committed for good, whether the engine was told yet or
 * not. On the store's thread, which does nothing else meanwhile. */
static void
synced_cb (const char *path, gpointer user_data)
{
  Power           *self = user_data;
  g_autofree char *base = g_strndup (path, strlen (path) - strlen ("-wal"));
  g_autofree char *folder = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *copied_log = NULL;
  ShoalBaseBitset *set;

  if (!g_str_has_suffix (path, "-wal"))
    return;
  folder = g_build_filename (self->swarm->folder, "copy", NULL);
  copy = g_build_filename (folder, "db", NULL);
  copied_log = g_strconcat (copy, "-wal", NULL);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  copy_file (base, copy);
  copy_file (path, copied_log);
  set = read_durable (self, copy);
  remove_tree (folder);
  if (set != NULL)
    claim (self, set);
}

/* Makes @place, a folder, what @image is; both may have folders below them, and one that both have
 * stays the same one, as it does when a machine starts again. */
static void
restore (const char *image, const char *place)
{
  GDir       *dir = g_dir_open (place, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *from = g_build_filename (image, name, NULL);
      g_autofree char *to = g_build_filename (place, name, NULL);

      if (!g_file_test (from, G_FILE_TEST_IS_DIR) || !g_file_test (to, G_FILE_TEST_IS_DIR))
        remove_tree (to);
    }
  g_dir_close (dir);
  dir = g_dir_open (image, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *from = g_build_filename (image, name, NULL);
      g_autofree char *to = g_build_filename (place, name, NULL);

      if (g_file_test (to, G_FILE_TEST_IS_DIR))
        restore (from, to);
      else
        g_assert_cmpint (g_rename (from, to), ==, 0);
    }
  g_dir_close (dir);
}

/* A power cut after @n changes of the present life's disk. */
static Image *
plan_cut (Power *self, guint n)
{
  Image           *image = g_new0 (Image, 1);
  g_autofree char *name = g_strdup_printf ("image-%u", self->n_images);

  image->number = self->n_images++;
  image->at = n;
  image->folder = g_build_filename (self->swarm->folder, name, NULL);
  g_assert_cmpint (g_mkdir (image->folder, 0700), ==, 0);
  support_disk_record_cut_at (self->record, n, image->folder, self->number + image->number);
  return image;
}

/* Some, each 1 … @gap changes after the one before it, the first after @at. */
static GPtrArray *
plan_cuts (Power *self, guint n_cuts, guint at, guint gap)
{
  GPtrArray *planned = g_ptr_array_new ();
  guint      i;

  for (i = 0; i < n_cuts; i++)
    {
      at += 1 + shoal_base_random_below (&self->random, gap);
      g_ptr_array_add (planned, plan_cut (self, at));
    }
  return planned;
}

/* The life is over: those of @planned that came to pass are to be tried, with what was claimed by
 * then, @before included. Takes @planned over. */
static void
take_images (Power *self, GPtrArray *planned, const Image *before)
{
  guint n_changes = support_disk_record_get_n_changes (self->record);
  guint i, j;

  for (i = 0; i < planned->len; i++)
    {
      Image *image = g_ptr_array_index (planned, i);

      image->durable =
          before != NULL ? shoal_base_bitset_copy (before->durable) : new_set (self, FALSE);
      image->is_listed = before != NULL && before->is_listed;
      for (j = 0; j < self->claims->len; j++)
        {
          const Claim *at = &g_array_index (self->claims, Claim, j);

          if (at->from > image->at)
            continue;
          image->is_listed = TRUE;
          if (at->durable != NULL)
            shoal_base_bitset_add (image->durable, at->durable);
        }
      if (image->at < n_changes)
        g_ptr_array_add (self->images, image);
      else
        free_image (image);
    }
  g_ptr_array_unref (planned);
}

static void
begin_life (Power *self, gboolean is_rare)
{
  Node *node = self->node;

  self->record = support_disk_record_new (self->root, NULL);
  support_disk_fault_free (node->disk);
  node->disk = support_disk_fault_new (support_disk_record_get_syscalls (self->record),
                                       shoal_base_random_next (&self->random));
  node->doubles.disk = support_disk_fault_get_syscalls (node->disk);
  node->doubles.checkpoint_usec = is_rare ? RARE_USEC : CHECKPOINT_USEC;
  support_disk_fault_set_sync_usec (node->disk, is_rare ? 0 : SYNC_USEC);
  g_ptr_array_set_size (node->events, 0);
  g_array_set_size (self->claims, 0);
  support_disk_vfs_add (
      self->root, support_disk_record_get_syscalls (self->record), synced_cb, self);
}

static void
end_life (Power *self, GPtrArray *planned, const Image *before)
{
  node_stop (self->node);
  support_disk_vfs_remove (self->root);
  take_images (self, planned, before);
  support_disk_record_free (self->record);
}

static gboolean
has_piece (Power *self, guint piece)
{
  const ShoalTorrentDetails *details = node_get_details (self->node, FIRST);

  return details != NULL && details->have != NULL &&
         (details->have[piece / 8] & (0x80 >> piece % 8)) != 0;
}

/* Those of @set that are not had, for a person; NULL: none. */
static char *
list_missing (Power *self, const ShoalBaseBitset *set)
{
  GString *list = g_string_new (NULL);
  guint    piece;

  for (piece = 0; piece < self->data->n_pieces; piece++)
    if (shoal_base_bitset_get (set, piece) && !has_piece (self, piece))
      g_string_append_printf (list, " %u", piece);
  return g_string_free (list, list->len == 0);
}

static gboolean
has_all_of (Power *self, const ShoalBaseBitset *set)
{
  g_autofree char *missing = list_missing (self, set);

  return missing == NULL;
}

static gboolean
is_settled (Power *self)
{
  const ShoalTorrentDetails *details = node_get_details (self->node, FIRST);
  ShoalTorrentState          state = node_state (self->node, FIRST);

  return details != NULL && details->have != NULL && details->files != NULL &&
         node_get (self->node, FIRST)->resumed_bytes != G_MAXUINT64 &&
         (state == SHOAL_TORRENT_STATE_DOWNLOADING || state == SHOAL_TORRENT_STATE_SEEDING);
}

static gboolean
touches_skipped (Power *self, guint piece)
{
  const ShoalTorrentDetails *details = node_get_details (self->node, FIRST);
  gsize                      begin = (gsize) piece * self->data->piece_length;
  gsize                      end = begin + self->data->piece_length;
  guint                      i;

  for (i = 0; i < details->files->len; i++)
    {
      const ShoalFileInfo *file = g_ptr_array_index (details->files, i);
      gsize                offset = self->data->offsets[i];

      if (file->priority == SHOAL_FILE_PRIORITY_SKIP && offset < end && offset + file->size > begin)
        return TRUE;
    }
  return FALSE;
}

/* Every piece that it says it has is there. Bytes of files that are skipped may be in the parts
 * file: they are seen when all is wanted, and compared at the end. */
static void
check_claimed (Power *self)
{
  const char *save = node_get (self->node, FIRST)->save_path;
  guint       piece;

  for (piece = 0; piece < self->data->n_pieces; piece++)
    if (has_piece (self, piece) && !touches_skipped (self, piece) &&
        !data_has_piece (self->data, piece, save, FALSE))
      g_error ("piece %u is claimed, and is not there", piece);
}

/* The node remembers its peers: it downloads from its start on unless they are gone. */
static void
pause_seed (Power *self, gboolean is_paused)
{
  shoal_api_engine_set_paused (self->seed->engine, FIRST, is_paused);
  swarm_until (self->swarm,
               node_state (self->seed, FIRST) ==
                   (is_paused ? SHOAL_TORRENT_STATE_PAUSED : SHOAL_TORRENT_STATE_SEEDING));
}

static void
forget_names (Power *self)
{
  guint i;

  for (i = 0; i < self->names->len; i++)
    data_set_path (self->data, i, g_ptr_array_index (self->names, i));
}

/* A new start on @image, with nobody to download from. */
static void
check_image (Power *self, const Image *image)
{
  Node            *node = self->node;
  g_autofree char *missing = NULL;
  guint64          downloaded;

  if (node_get (node, FIRST) == NULL)
    {
      g_assert_false (image->is_listed);
      g_assert_cmpuint (node_add (node, self->data, NULL).value, ==, FIRST.value);
    }
  downloaded = node_get (node, FIRST)->downloaded;
  shoal_api_engine_watch (node->engine, FIRST, SHOAL_WATCH_PIECES | SHOAL_WATCH_FILES);
  swarm_until (self->swarm, is_settled (self));
  node_follow_names (node, FIRST, self->data);
  missing = list_missing (self, image->durable);
  if (missing != NULL)
    g_test_message ("durable and not had at once:%s", missing);
  swarm_until (self->swarm, has_all_of (self, image->durable));
  check_claimed (self);
  g_assert_cmpuint (node_get (node, FIRST)->downloaded, ==, downloaded);
}

static void
want_all (Power *self)
{
  g_autofree guint *files = g_new (guint, self->data->files->len);
  guint             i;

  for (i = 0; i < self->data->files->len; i++)
    files[i] = i;
  shoal_api_engine_set_priorities (
      self->node->engine, FIRST, files, self->data->files->len, SHOAL_FILE_PRIORITY_NORMAL);
}

static gboolean
is_whole (Power *self)
{
  const ShoalTorrentInfo *info = node_get (self->node, FIRST);

  return info->done_bytes == info->size && node_is_done (self->node, FIRST);
}

static void
finish_download (Power *self)
{
  Node *node = self->node;

  want_all (self);
  node_connect (node, FIRST, self->seed);
  swarm_until (self->swarm, is_whole (self));
  if (node_get_details (node, FIRST) != NULL)
    node_follow_names (node, FIRST, self->data);
  data_assert_whole (self->data, node_get (node, FIRST)->save_path);
  /* What is called complete is durable. */
  if (node_count_events (node, SHOAL_EVENT_COMPLETE) > 0)
    claim (self, new_set (self, TRUE));
}

/* What was found is not lost by a disk that fails now. */
static void
plan_faults (Power *self)
{
  SupportDiskFault *disk = self->node->disk;

  if (shoal_base_random_below (&self->random, 10) != 0)
    return;
  support_disk_fault_fail (
      disk, SUPPORT_DISK_PWRITEV, 1 + shoal_base_random_below (&self->random, 30), 1, EIO);
  support_disk_fault_fail (
      disk, SUPPORT_DISK_FDATASYNC, 1 + shoal_base_random_below (&self->random, 10), 1, EIO);
}

static void
try_image (Power *self, Image *image)
{
  GPtrArray *planned;

  g_test_message ("image %u: cut after %u changes, %u of %u pieces durable",
                  image->number,
                  image->at,
                  shoal_base_bitset_count (image->durable),
                  self->data->n_pieces);
  restore (image->folder, self->root);
  pause_seed (self, TRUE);
  begin_life (self, shoal_base_random_below (&self->random, 2) == 0);
  self->node->has_errors = FALSE; /* a device that cannot be read may lose what it likes */
  planned = plan_cuts (self, self->images->len < MAX_IMAGES ? 2 : 0, 0, MAX_GAP / 2);
  node_start (self->node);
  check_image (self, image);
  plan_faults (self);
  pause_seed (self, FALSE);
  finish_download (self);
  end_life (self, planned, image);
  self->n_tried++;
  remove_tree (image->folder);
}

/* Files 1, 3 and 4, large and small. */
static ShoalAddOptions *
make_options (Power *self, LifeKind kind)
{
  ShoalAddOptions *options = node_options (self->node);
  guint            i;

  if (kind != LIFE_SKIP)
    return options;
  options->n_priorities = self->data->files->len;
  options->priorities = g_malloc (options->n_priorities);
  for (i = 0; i < options->n_priorities; i++)
    options->priorities[i] =
        i == 1 || i == 3 || i == 4 ? SHOAL_FILE_PRIORITY_SKIP : SHOAL_FILE_PRIORITY_NORMAL;
  return options;
}

static void
move (Power *self, const char *folder)
{
  guint64 serial =
      shoal_api_engine_move (self->node->engine, FIRST, folder, node_answered, self->node);

  node_wait (self->node, serial); /* the disk may have failed: then all is as it was */
  swarm_until (self->swarm, node_state (self->node, FIRST) != SHOAL_TORRENT_STATE_MOVING);
  node_connect (self->node, FIRST, self->seed);
}

/* Each of them may fail with the disk, and then is as it was. */
static void
rename_all (Power *self)
{
  Node   *node = self->node;
  guint64 serials[4];
  guint   i;

  shoal_api_engine_watch (node->engine, FIRST, SHOAL_WATCH_FILES | SHOAL_WATCH_PIECES);
  serials[0] = shoal_api_engine_rename (node->engine, FIRST, 4, "bigger", node_answered, node);
  serials[1] = shoal_api_engine_rename_folder (
      node->engine, FIRST, "power/a/b", "other", node_answered, node);
  serials[2] = shoal_api_engine_rename (
      node->engine, FIRST, SHOAL_RENAME_TOP, "my own", node_answered, node);
  serials[3] =
      shoal_api_engine_rename_folder (node->engine, FIRST, "my own/a", "z", node_answered, node);
  for (i = 0; i < G_N_ELEMENTS (serials); i++)
    node_wait (node, serials[i]);
  swarm_until (self->swarm, is_settled (self));
  swarm_run (self->swarm, 300); /* the names are published */
  node_follow_names (node, FIRST, self->data);
}

static void
live_once (Power *self, LifeKind kind)
{
  Node      *node = self->node;
  GPtrArray *planned;

  restore (self->empty, self->root);
  forget_names (self);
  begin_life (self, kind == LIFE_RARE);
  node->has_errors = TRUE;
  planned =
      kind == LIFE_RARE ? plan_cuts (self, 28, 80, MAX_GAP / 3) : plan_cuts (self, 14, 0, MAX_GAP);
  shoal_api_engine_set_limits (
      self->seed->engine, FIRST, 0, kind == LIFE_RARE ? 250 * KIB : 1000 * KIB);
  node_start (node);
  node_add (node, self->data, make_options (self, kind));
  claim (self, NULL);
  node_connect (node, FIRST, self->seed);
  swarm_until (self->swarm, node_done_bytes (node, FIRST) > self->data->size / 4);
  if (kind == LIFE_SKIP)
    want_all (self);
  if (kind == LIFE_RENAME)
    rename_all (self);
  if (kind == LIFE_MOVE)
    {
      move (self, self->other);
      swarm_until (self->swarm, node_done_bytes (node, FIRST) > self->data->size / 2);
      move (self, node->save);
    }
  finish_download (self);
  g_test_message ("a first life of %u changes", support_disk_record_get_n_changes (self->record));
  end_life (self, planned, NULL);
  shoal_api_engine_set_limits (self->seed->engine, FIRST, 0, 0);
}

/* The folders of the root, which stay the same ones through all lives, and the image that has
 * nothing but them. */
static void
make_folders (Power *self)
{
  static const char *const names[] = { "files", "other", "state" };
  guint                    i;

  self->root = g_build_filename (self->swarm->folder, "node", NULL);
  self->other = g_build_filename (self->root, "other", NULL);
  self->empty = g_build_filename (self->swarm->folder, "empty", NULL);
  for (i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *there = g_build_filename (self->root, names[i], NULL);
      g_autofree char *here = g_build_filename (self->empty, names[i], NULL);

      g_assert_cmpint (g_mkdir_with_parents (there, 0755), ==, 0);
      g_assert_cmpint (g_mkdir_with_parents (here, 0755), ==, 0);
    }
}

static Data *
make_data (void)
{
  const DataFile files[] = {
    { "first", 16 * KIB * 11 }, { "a/odd", 200 * KIB + 1234 }, { "a/b/tiny", 1 },
    { "a/b/small", 9999 },      { "a/big", 500 * KIB + 7 },    { "empty", 0 },
    { "z", 300 * KIB - 1 },
  };
  DataSpec spec = {
    .name = "power",
    .piece_length = 16 * KIB,
    .files = files,
    .n_files = G_N_ELEMENTS (files),
    .seed = SEED,
  };

  return data_new (&spec);
}

static void
test_power (void)
{
  Power       self = { .swarm = swarm_new (), .data = make_data () };
  const char *given = g_getenv ("SHOAL_TEST_SEED");
  guint       i, chosen, min_tried;
  gint64      began_usec;

  self.number = given != NULL ? (guint) g_ascii_strtoull (given, NULL, 10) : SEED;
  g_test_message ("seed %u", self.number);
  shoal_base_random_init (&self.random, self.number);
  pthread_mutex_init (&self.lock, NULL);
  self.images = g_ptr_array_new_with_free_func (free_image);
  self.claims = g_array_new (FALSE, FALSE, sizeof (Claim));
  g_array_set_clear_func (self.claims, clear_claim);
  self.names = g_ptr_array_new_with_free_func (g_free);
  for (i = 0; i < self.data->files->len; i++)
    g_ptr_array_add (self.names, g_strdup (g_array_index (self.data->files, DataFile, i).path));
  self.seed = swarm_add_seed (self.swarm, "seed", self.data);
  self.node = node_new (self.swarm, "node");
  make_folders (&self);
  for (i = 0; i < N_LIVES; i++)
    live_once (&self, (LifeKind) i);
  min_tried = g_test_slow () ? SLOW_TRIED : MIN_TRIED;
  began_usec = g_get_monotonic_time ();
  while (self.images->len > 0 &&
         (self.n_tried < min_tried || g_get_monotonic_time () - began_usec < BUDGET_USEC))
    {
      Image *image;

      chosen = shoal_base_random_below (&self.random, self.images->len);
      image = g_ptr_array_steal_index_fast (self.images, chosen);
      try_image (&self, image);
      free_image (image);
    }
  g_test_message ("%u cuts tried", self.n_tried);
  g_assert_cmpuint (self.n_tried, >=, MIN_TRIED);
  swarm_free (self.swarm);
  g_ptr_array_unref (self.images);
  g_ptr_array_unref (self.names);
  g_array_unref (self.claims);
  data_free (self.data);
  g_free (self.root);
  g_free (self.other);
  g_free (self.empty);
  pthread_mutex_destroy (&self.lock);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  support_disk_vfs_install ();
  g_test_add_func ("/swarm/power/cuts", test_power);
  return g_test_run ();
}
