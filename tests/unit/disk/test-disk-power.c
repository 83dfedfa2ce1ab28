/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/shoal-base-random.h"
#include "disk-fixture.h"
#include "support/support-disk-fault.h"
#include "support/support-disk-record.h"

#define KIB    1024
#define N_CUTS 14
#define N_RUNS 6

static const DiskFixtureFile files[] = {
  { "t/one", 300000, 0 },       { "t/empty", 0, 0 },      { "t/sub/two", 200001, 0 },
  { "t/sub/small", 77, 0 },     { "t/three", 262144, 0 }, { "t/sub/deep/four", 250000, 0 },
  { "t/sub/deep/five", 99, 0 },
};

#define N_FILES G_N_ELEMENTS (files)

/* What the store would know, as of a number of changes on the disk. */
typedef struct
{
  guint       from; /* number of changes when it was written down */
  const char *folder;
  const char *paths[N_FILES]; /* NULL: as in the torrent */
  char        wanted[N_FILES + 1];

  /* An intent not yet known to be carried out. */
  const char *move_to;
  const char *rename_to; /* of file 4 */
  const char *top;
} State;

typedef struct
{
  guint             from;
  gboolean          is_piece;
  guint             piece;
  ShoalDiskFileStat stat;
} Claim;

typedef struct
{
  SupportDiskRecord *record;
  DiskFixture       *f;
  ShoalBaseRandom    random;
  char              *root;
  GArray            *states;
  GArray            *claims;
  gboolean           is_had[64];
  gboolean           is_durable[64];
} Run;

static State *
get_state (Run *run)
{
  return &g_array_index (run->states, State, run->states->len - 1);
}

/* A state like the last one, which holds from now on. */
static State *
push_state (Run *run)
{
  State copy = *get_state (run);

  copy.from = support_disk_record_get_n_changes (run->record);
  g_array_append_val (run->states, copy);
  return get_state (run);
}

static void
claim (Run *run, Claim what)
{
  what.from = support_disk_record_get_n_changes (run->record);
  g_array_append_val (run->claims, what);
}

static void
write_some (Run *run)
{
  guint i, piece, n = shoal_codec_layout_get_n_pieces (run->f->layout);

  for (i = 0; i < 3; i++)
    {
      piece = shoal_base_random_below (&run->random, n);
      g_assert_true (disk_fixture_write (run->f, piece));
      run->is_had[piece] = TRUE;
    }
}

/* A checkpoint as the torrent makes it: what was had when it began is durable when it is answered.
 */
static void
checkpoint (Run *run)
{
  gboolean copied[64];
  guint    i, piece;

  memcpy (copied, run->is_had, sizeof copied);
  disk_fixture_ask ();
  shoal_disk_storage_sync (run->f->storage, FALSE, disk_fixture_on_sync, run->f);
  disk_fixture_wait (run->f);
  disk_assert_ok ();
  for (i = 0; i < disk_answer.n_files; i++)
    claim (run, (Claim){ .stat = disk_answer.files[i] });
  for (piece = 0; piece < G_N_ELEMENTS (copied); piece++)
    if (copied[piece] && !run->is_durable[piece])
      {
        claim (run, (Claim){ .is_piece = TRUE, .piece = piece });
        run->is_durable[piece] = TRUE;
      }
}

static void
select_files (Run *run)
{
  ShoalBaseBitset *wanted = shoal_base_bitset_new (N_FILES);
  State           *state = push_state (run);
  guint            i;

  for (i = 0; i < N_FILES; i++)
    {
      state->wanted[i] = shoal_base_random_below (&run->random, 3) == 0 ? '0' : '1';
      shoal_base_bitset_set (wanted, i, state->wanted[i] == '1');
    }
  disk_fixture_ask ();
  shoal_disk_change_set_wanted (run->f->storage, wanted, disk_fixture_on_change, run->f);
  disk_fixture_wait (run->f);
  disk_assert_ok ();
  shoal_base_bitset_free (wanted);
}

static void
move (Run *run)
{
  State           *state = push_state (run);
  const char      *to = g_str_equal (state->folder, "A") ? "B/below" : "A";
  g_autofree char *full = g_build_filename (run->root, to, NULL);
  ShoalDiskMove    request = { .folder = full };

  state->move_to = to;
  disk_fixture_ask ();
  shoal_disk_change_move (run->f->storage, &request, disk_fixture_on_change, run->f);
  disk_fixture_wait (run->f);
  disk_assert_ok ();
  state = push_state (run);
  state->move_to = NULL;
  state->folder = to;
}

static void
rename_file (Run *run)
{
  State          *state = push_state (run);
  const char     *to = state->paths[4] == NULL ? "new/three" : "t/three";
  ShoalDiskRename request = { .file = 4, .to = to };

  state->rename_to = to;
  disk_fixture_ask ();
  shoal_disk_change_rename (run->f->storage, &request, disk_fixture_on_change, run->f);
  disk_fixture_wait (run->f);
  disk_assert_ok ();
  state = push_state (run);
  state->rename_to = NULL;
  state->paths[4] = g_str_equal (to, "t/three") ? NULL : to;
}

static void
act (Run *run)
{
  switch (shoal_base_random_below (&run->random, 12))
    {
    case 0:
      select_files (run);
      break;
    case 1:
      move (run);
      break;
    case 2:
      rename_file (run);
      break;
    case 3:
    case 4:
    case 5:
      checkpoint (run);
      break;
    default:
      write_some (run);
      break;
    }
}

/* A and B as two file systems: the recorder's table, but for renames between them. */
static gboolean
lies_in_b (Run *run, int folder)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", folder);
  g_autofree char *path = g_file_read_link (link, NULL);
  g_autofree char *b = g_build_filename (run->root, "B", NULL);

  return path != NULL && g_str_has_prefix (path, b);
}

static Run *crossing;

static int
cross_rename_at (gpointer    data,
                 int         from_folder,
                 const char *from,
                 int         to_folder,
                 const char *to,
                 guint       flags)
{
  const ShoalDiskSyscalls *below = support_disk_record_get_syscalls (crossing->record);

  if (lies_in_b (crossing, from_folder) == lies_in_b (crossing, to_folder))
    return below->rename_at (data, from_folder, from, to_folder, to, flags);
  errno = EXDEV;
  return -1;
}

static const State *
find_state (Run *run, guint cut)
{
  guint i = run->states->len;

  while (g_array_index (run->states, State, i - 1).from > cut)
    i--;
  return &g_array_index (run->states, State, i - 1);
}

/* The next start: what was begun is done again. */
static void
recover (DiskFixture *f, const char *image, const State *state)
{
  g_autofree char *folder = g_build_filename (image, state->folder, NULL);
  g_autofree char *to =
      state->move_to != NULL ? g_build_filename (image, state->move_to, NULL) : NULL;
  ShoalBaseBitset        *wanted = shoal_base_bitset_new (N_FILES);
  ShoalBaseBitset        *ours = shoal_base_bitset_new (N_FILES);
  ShoalDiskStorageOptions options = {
    .folder = folder, .paths = state->paths, .wanted = wanted, .ours = ours
  };
  ShoalDiskMove   request = { .folder = to, .is_resumed = TRUE };
  ShoalDiskRename rename = { .file = 4, .to = state->rename_to, .is_resumed = TRUE };
  guint           i;

  for (i = 0; i < N_FILES; i++)
    shoal_base_bitset_set (wanted, i, state->wanted[i] == '1');
  shoal_base_bitset_set_all (ours, state->rename_to != NULL);
  /* The path is all that a test knows of a folder in an image; a torrent that moved away from it
   * may have taken it along only if it was made for it. */
  g_mkdir_with_parents (folder, 0777);
  if (state->move_to != NULL || state->rename_to != NULL)
    {
      /* Finished before anything else looks at the files. */
      f->storage = NULL;
      options.queue = f->queue;
      options.layout = f->layout;
      options.hashes.has_v1 = TRUE;
      memset (options.hashes.v1.bytes, 0xab, 20);
      f->storage = shoal_disk_storage_new (&options);
      disk_fixture_ask ();
      if (state->move_to != NULL)
        shoal_disk_change_move (f->storage, &request, disk_fixture_on_change, f);
      else
        shoal_disk_change_rename (f->storage, &rename, disk_fixture_on_change, f);
      disk_fixture_wait (f);
      disk_assert_ok ();
      disk_fixture_ask ();
      shoal_disk_storage_prepare (f->storage, disk_fixture_on_stat, f);
      disk_fixture_wait (f);
    }
  else
    disk_fixture_open_with (f, &options);
  disk_assert_ok ();
  shoal_base_bitset_free (wanted);
  shoal_base_bitset_free (ours);
}

/* Size and time as recorded are a lower bound for what is found, or the file would be distrusted.
 */
static void
check_stat (const ShoalDiskFileStat *recorded)
{
  const ShoalDiskFileStat *found = &disk_answer.files[recorded->file];

  if (!found->exists)
    g_test_message ("file %u is not there", recorded->file);
  g_assert_true (found->exists);
  g_assert_cmpuint (found->size, >=, recorded->size);
  g_assert_cmpint (found->mtime_nsec, >=, recorded->mtime_nsec);
}

static void
check_image (Run *run, const char *image, guint cut)
{
  DiskFixture     *f = disk_fixture_new (files, N_FILES, 32 * KIB, NULL, g_strdup (image));
  const State     *state;
  g_autofree char *letters = NULL;
  guint            i, n_checked = 0;

  state = find_state (run, cut);
  g_test_message ("cut at %u: in %s, moving to %s, renaming to %s, wanted %s: %s",
                  cut,
                  state->folder,
                  state->move_to != NULL ? state->move_to : "nowhere",
                  state->rename_to != NULL ? state->rename_to : "nothing",
                  state->wanted,
                  image);
  recover (f, image, state);
  for (i = 0; i < run->claims->len; i++)
    {
      const Claim *what = &g_array_index (run->claims, Claim, i);

      if (what->from <= cut && !what->is_piece && what->stat.file < N_FILES)
        check_stat (&what->stat);
    }
  letters = disk_fixture_check (f);
  for (i = 0; i < run->claims->len; i++)
    {
      const Claim *what = &g_array_index (run->claims, Claim, i);

      if (what->from > cut || !what->is_piece)
        continue;
      g_assert_cmpint (letters[what->piece], ==, 'R');
      n_checked++;
    }
  g_test_message ("cut at %u: %u pieces were durable, and are: %s", cut, n_checked, letters);
  disk_fixture_free (f);
}

static void
run_once (guint seed, gboolean crosses)
{
  Run               run = { 0 };
  ShoalDiskSyscalls table;
  char             *images[N_CUTS];
  guint             cuts[N_CUTS];
  guint             i, n_changes;
  State             first = { .folder = "A", .wanted = "1011010" };

  shoal_base_random_init (&run.random, seed);
  run.root = disk_fixture_make_folder (NULL);
  run.states = g_array_new (FALSE, TRUE, sizeof (State));
  run.claims = g_array_new (FALSE, TRUE, sizeof (Claim));
  g_array_append_val (run.states, first);
  run.record = support_disk_record_new (run.root, NULL);
  for (i = 0; i < N_CUTS; i++)
    {
      images[i] = disk_fixture_make_folder (NULL);
      cuts[i] = shoal_base_random_below (&run.random, 900);
      support_disk_record_cut_at (run.record, cuts[i], images[i], i);
    }
  crossing = &run;
  table = *support_disk_record_get_syscalls (run.record);
  if (crosses)
    table.rename_at = cross_rename_at;
  run.f =
      disk_fixture_new (files, N_FILES, 32 * KIB, &table, g_build_filename (run.root, "A", NULL));
  {
    ShoalDiskStorageOptions options = { .creates_folder = TRUE };
    ShoalBaseBitset        *wanted = shoal_base_bitset_new (N_FILES);

    for (i = 0; i < N_FILES; i++)
      shoal_base_bitset_set (wanted, i, first.wanted[i] == '1');
    options.wanted = wanted;
    disk_fixture_open_with (run.f, &options);
    disk_assert_ok ();
    shoal_base_bitset_free (wanted);
  }
  for (i = 0; i < 1000 && support_disk_record_get_n_changes (run.record) < 900; i++)
    act (&run);
  disk_fixture_close (run.f);
  n_changes = support_disk_record_get_n_changes (run.record);
  g_assert_cmpuint (n_changes, >=, 900);
  for (i = 0; i < N_CUTS; i++)
    {
      check_image (&run, images[i], cuts[i]);
      g_free (images[i]);
    }
  disk_fixture_free (run.f);
  support_disk_record_free (run.record);
  disk_fixture_remove_folder (run.root);
  g_array_unref (run.states);
  g_array_unref (run.claims);
}

static void
test_cuts (void)
{
  guint seed, n = g_test_slow () ? 20 * N_RUNS : N_RUNS;

  for (seed = 1; seed <= n; seed++)
    run_once (seed, seed % 2 == 0);
}

/* The recorder itself: it must see what it is there to see. */
static void
test_forgets (void)
{
  char              *root = disk_fixture_make_folder (NULL);
  g_autofree char   *folder = g_build_filename (root, "A", NULL);
  SupportDiskRecord *record = support_disk_record_new (root, NULL);
  DiskFixture       *f = disk_fixture_new (
      files, N_FILES, 32 * KIB, support_disk_record_get_syscalls (record), g_strdup (folder));
  ShoalDiskStorageOptions options = { .creates_folder = TRUE };
  guint                   i, seed, n_lost = 0, n_kept = 0, n_durable = 0;
  struct stat             st;

  disk_fixture_open_with (f, &options);
  disk_fixture_sync (f);
  g_assert_true (disk_fixture_write (f, 0));
  disk_fixture_sync (f);
  for (i = 1; i < 6; i++)
    g_assert_true (disk_fixture_write (f, i));
  for (seed = 0; seed < 20; seed++)
    {
      char        *image = disk_fixture_make_folder (NULL);
      DiskFixture *g =
          disk_fixture_new (files, N_FILES, 32 * KIB, NULL, g_build_filename (image, "A", NULL));
      g_autofree char *letters = NULL;

      support_disk_record_cut (record, image, seed);
      g_assert_cmpint (stat (g->folder, &st), ==, 0);
      disk_fixture_open (g, NULL);
      letters = disk_fixture_check (g);
      n_durable += letters[0] == 'R';
      for (i = 1; i < 6; i++)
        if (letters[i] == 'R')
          n_kept++;
        else
          n_lost++;
      disk_fixture_free (g);
      disk_fixture_remove_folder (image);
    }
  g_assert_cmpuint (n_durable, ==, 20);
  g_assert_cmpuint (n_lost, >, 10);
  g_test_message ("%u pieces that were not synced were lost, %u survived", n_lost, n_kept);
  disk_fixture_free (f);
  support_disk_record_free (record);
  disk_fixture_remove_folder (root);
}

/* So many that they are synced with their whole file system. */
#define N_MANY 100

static const ShoalDiskSyscalls *below_many;

static int
say_tmpfs (gpointer data, int fd, struct statfs *out)
{
  int result = below_many->fstatfs (data, fd, out);

  out->f_type = TMPFS_MAGIC;
  return result;
}

static void
many_synced_cb (const ShoalDiskSyncResult *result, gpointer user_data)
{
  guint *n_files = user_data;

  g_assert_no_error (result->error);
  *n_files = result->n_files;
}

/* A checkpoint of the first @n_had pieces, while the next ones are written. */
static void
sync_many (DiskFixture *f, guint n_had, guint n_more)
{
  guint i, n_files = 0;

  shoal_disk_storage_sync (f->storage, FALSE, many_synced_cb, &n_files);
  for (i = 0; i < n_more; i++)
    g_assert_true (disk_fixture_write (f, n_had + i));
  while (n_files == 0)
    g_main_context_iteration (f->context, TRUE);
}

static void
check_many (SupportDiskRecord *record, const DiskFixtureFile *many, guint n_had, guint64 seed)
{
  char            *image = disk_fixture_make_folder (NULL);
  g_autofree char *letters = NULL;
  DiskFixture     *f;
  guint            i;

  support_disk_record_cut (record, image, seed);
  f = disk_fixture_new (many, N_MANY, 16 * KIB, NULL, g_build_filename (image, "A", NULL));
  disk_fixture_open (f, NULL);
  letters = disk_fixture_check (f);
  for (i = 0; i < n_had; i++)
    g_assert_cmpint (letters[i], ==, 'R');
  disk_fixture_free (f);
  disk_fixture_remove_folder (image);
}

static void
test_many (void)
{
  DiskFixtureFile    many[N_MANY];
  char              *root = disk_fixture_make_folder (NULL);
  SupportDiskRecord *record = support_disk_record_new (root, NULL);
  SupportDiskFault  *fault;
  DiskFixture       *f;
  ShoalDiskSyscalls  table;
  guint              i, seed;

  below_many = support_disk_record_get_syscalls (record);
  table = *below_many;
  table.fstatfs = say_tmpfs;
  fault = support_disk_fault_new (&table, 1);
  for (i = 0; i < N_MANY; i++)
    many[i] = (DiskFixtureFile){ g_strdup_printf ("t/%u/%u", i / 10, i), 2 * KIB, 0 };
  f = disk_fixture_new (many,
                        N_MANY,
                        16 * KIB,
                        support_disk_fault_get_syscalls (fault),
                        g_build_filename (root, "A", NULL));
  {
    ShoalDiskStorageOptions options = { .creates_folder = TRUE };

    disk_fixture_open_with (f, &options);
  }
  for (i = 0; i < 9; i++)
    g_assert_true (disk_fixture_write (f, i));
  sync_many (f, 9, 4);
  g_assert_cmpuint (support_disk_fault_get_n_calls (fault, SUPPORT_DISK_SYNC_FS), ==, 1);
  for (seed = 0; seed < 12; seed++)
    check_many (record, many, 9, seed);
  disk_fixture_sync (f);
  for (seed = 0; seed < 4; seed++)
    check_many (record, many, 13, seed);
  disk_fixture_free (f);
  support_disk_fault_free (fault);
  support_disk_record_free (record);
  disk_fixture_remove_folder (root);
  for (i = 0; i < N_MANY; i++)
    g_free ((char *) many[i].path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk/power/forgets", test_forgets);
  g_test_add_func ("/disk/power/cuts", test_cuts);
  g_test_add_func ("/disk/power/many", test_many);
  return g_test_run ();
}
