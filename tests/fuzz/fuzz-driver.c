/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs a fuzz target on every file of the folders named as arguments, then on changes of them. The
 * changes are the same in every run. FUZZ_ROUNDS says how many a file. */

#include "fuzz-target.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#include "base/shoal-base-random.h"

#define DEFAULT_ROUNDS 3000

#define MAX_CHANGES 8

/* Of an input; changes may make it grow. */
#define MAX_SIZE (1 << 20)

/* What a signal handler may look at. */
static const guint8 *current_data;
static gsize         current_size;
static char          crash_name[128]; /* "fuzz-TARGET.crash" */

/* Pieces that formats trip over. */
static const char *const pieces[] = {
  "0",
  "-1",
  "-0",
  "00",
  "65536",
  "2147483648",
  "4294967296",
  "9223372036854775808",
  "18446744073709551616",
  "99999999999999999999",
  "e",
  "d",
  "l",
  "i",
  ":",
  "0:",
  "1:",
  "de",
  "le",
  "ee",
  "d0:",
  "i0e",
  "i-1e",
  "%",
  "%00",
  "&",
  "=",
  "?",
  "..",
  "/",
  "\xff",
  "\xe2\x80\xae",
  "\n",
};

static void
on_crash (int number)
{
  int   fd = open (crash_name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  gsize at = 0;

  while (fd >= 0 && at < current_size)
    {
      gssize n = write (fd, current_data + at, current_size - at);

      if (n <= 0)
        break;
      at += (gsize) n;
    }
  signal (number, SIG_DFL);
  raise (number);
}

/* In memory of just its size, so that a sanitizer sees a read beyond it. */
static void
run_input (const GByteArray *input)
{
  guint8 *copy = malloc (MAX (input->len, 1));

  if (input->len > 0)
    memcpy (copy, input->data, input->len);
  current_data = copy;
  current_size = input->len;
  LLVMFuzzerTestOneInput (copy, input->len);
  current_size = 0;
  free (copy);
}

static void
insert (GByteArray *input, guint at, const guint8 *data, guint len)
{
  guint old_len = input->len;

  if (len == 0 || old_len + len > MAX_SIZE)
    return;
  g_byte_array_set_size (input, old_len + len);
  memmove (input->data + at + len, input->data + at, old_len - at);
  memcpy (input->data + at, data, len);
}

/* Puts a number in the place of the digits at or after @at. */
static void
change_number (GByteArray *input, guint at, const char *number)
{
  guint end;

  while (at < input->len && !g_ascii_isdigit (input->data[at]))
    at++;
  for (end = at; end < input->len && g_ascii_isdigit (input->data[end]);)
    end++;
  if (end > at)
    g_byte_array_remove_range (input, at, end - at);
  insert (input, at, (const guint8 *) number, (guint) strlen (number));
}

static void
change_once (GByteArray *input, const GByteArray *other, ShoalBaseRandom *random)
{
  guint       len = input->len;
  guint       at = shoal_base_random_below (random, len + 1);
  guint       n = len > at ? 1 + shoal_base_random_below (random, MIN (len - at, 64)) : 0;
  const char *piece = pieces[shoal_base_random_below (random, G_N_ELEMENTS (pieces))];
  guint       from = shoal_base_random_below (random, other->len + 1);
  guint       kind = shoal_base_random_below (random, 8);

  if (kind == 0 && n > 0)
    input->data[at] ^= (guint8) (1u << shoal_base_random_below (random, 8));
  else if (kind == 1 && n > 0)
    input->data[at] = (guint8) shoal_base_random_next (random);
  else if (kind == 2 && n > 0)
    g_byte_array_remove_range (input, at, n);
  else if (kind == 3)
    g_byte_array_set_size (input, at);
  else if (kind == 4)
    insert (input, at, (const guint8 *) piece, (guint) strlen (piece));
  else if (kind == 5)
    change_number (input, at, piece);
  else if (kind == 6 && n > 0)
    {
      g_autofree guint8 *again = g_memdup2 (input->data + at, n);

      insert (input, at, again, n);
    }
  else if (other != input)
    insert (input, at, other->data + from, MIN (other->len - from, 256));
}

static void
run_changes (const GPtrArray *corpus, guint file, guint n_rounds)
{
  const GByteArray *original = g_ptr_array_index (corpus, file);
  ShoalBaseRandom   random;
  guint             round;

  shoal_base_random_init (&random, file + 1);
  for (round = 0; round < n_rounds; round++)
    {
      g_autoptr (GByteArray) input = g_byte_array_new ();
      guint n_changes = 1 + shoal_base_random_below (&random, MAX_CHANGES);

      g_byte_array_append (input, original->data, original->len);
      for (; n_changes > 0; n_changes--)
        change_once (input,
                     g_ptr_array_index (corpus, shoal_base_random_below (&random, corpus->len)),
                     &random);
      run_input (input);
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Adds the files of @folder in the order of their names. */
static void
load_folder (GPtrArray *corpus, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;
  guint       i;

  if (dir == NULL)
    g_error ("no corpus at %s", folder);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (folder, g_ptr_array_index (names, i), NULL);
      char            *data;
      gsize            len;

      if (g_file_get_contents (path, &data, &len, NULL))
        g_ptr_array_add (corpus, g_byte_array_new_take ((guint8 *) data, len));
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) corpus =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  const char *wish = g_getenv ("FUZZ_ROUNDS");
  guint       n_rounds = wish != NULL ? (guint) g_ascii_strtoull (wish, NULL, 10) : DEFAULT_ROUNDS;
  int         arg;
  guint       i;

  g_snprintf (crash_name, sizeof crash_name, "%s.crash", program_invocation_short_name);
  signal (SIGABRT, on_crash);
  signal (SIGSEGV, on_crash);
  signal (SIGTRAP, on_crash);
  for (arg = 1; arg < argc; arg++)
    load_folder (corpus, argv[arg]);
  if (corpus->len == 0)
    g_error ("the corpus is empty");
  for (i = 0; i < corpus->len; i++)
    run_input (g_ptr_array_index (corpus, i));
  for (i = 0; i < corpus->len; i++)
    run_changes (corpus, i, n_rounds);
  g_print ("%u files, %u changes of each\n", corpus->len, n_rounds);
  return 0;
}
