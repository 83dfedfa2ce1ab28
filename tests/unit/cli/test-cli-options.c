/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "cli/shoal-cli-options.h"

#include <string.h>

#include "cli/shoal-cli-output.h"
#include "cli/shoal-cli-sentence.h"

static void
test_sizes (void)
{
  static const struct
  {
    const char *text;
    guint64     bytes;
  } rows[] = {
    { "0", 0 },
    { "1", 1 },
    { "123456789012", 123456789012 },
    { "10k", 10000 },
    { "5M", 5000000 },
    { "3G", 3000000000 },
    { "1Ki", 1024 },
    { "2Mi", 2 * 1024 * 1024 },
    { "4Gi", G_GUINT64_CONSTANT (4) << 30 },
    { "18446744073709551614", G_MAXUINT64 - 1 },
    { "18446744073G", G_GUINT64_CONSTANT (18446744073000000000) },
  };
  static const char *const wrong[] = {
    "",
    " 1",
    "1 ",
    "-1",
    "+1",
    "1.5M",
    "k",
    "1K",
    "1m",
    "1kB",
    "1MB",
    "1T",
    "1 Mi",
    "0x10",
    "1MiB",
    "1e3",
    "1,5",
    "1_0",
    "18446744073709551616",
    "18446744074G",
  };
  guint64 bytes;
  guint   i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_true (shoal_cli_options_parse_size (rows[i].text, &bytes));
      g_assert_cmpuint (bytes, ==, rows[i].bytes);
    }
  for (i = 0; i < G_N_ELEMENTS (wrong); i++)
    if (shoal_cli_options_parse_size (wrong[i], &bytes))
      g_error ("«%s» was taken as %" G_GUINT64_FORMAT, wrong[i], bytes);
}

/* As a picture: a character for each file, x: wanted. */
static void
test_select (void)
{
  static const char *const rows[][2] = {
    { "1", "x....." },     { "6", ".....x" },   { "1-6", "xxxxxx" },     { "2-2", ".x...." },
    { "1,3-5", "x.xxx." }, { "5,1", "x...x." }, { "1-3,2-4", "xxxx.." }, { "1,1,1", "x....." },
  };
  static const char *const wrong[] = {
    "",   "0",  "7",    "1-7", "3-1", "-3",   "3-",    "a",          "1,,2",
    ",1", "1,", "1 ,2", " 1",  "1;2", "1--2", "1-2-3", "4294967297", "all",
  };
  guint i, k;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree guint8 *priorities = shoal_cli_options_parse_select (rows[i][0], 6);

      g_assert_nonnull (priorities);
      for (k = 0; k < 6; k++)
        g_assert_cmpuint (priorities[k],
                          ==,
                          rows[i][1][k] == 'x' ? SHOAL_FILE_PRIORITY_NORMAL
                                               : SHOAL_FILE_PRIORITY_SKIP);
    }
  for (i = 0; i < G_N_ELEMENTS (wrong); i++)
    if (shoal_cli_options_parse_select (wrong[i], 6) != NULL)
      g_error ("«%s» was taken", wrong[i]);
}

static ShoalCliOptions *
parse (const char *line, int *status)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  g_autofree char **argv = g_memdup2 (words, (g_strv_length (words) + 1) * sizeof *words);

  *status = -1;
  return shoal_cli_options_parse ((int) g_strv_length (words), argv, status);
}

static void
test_defaults (void)
{
  g_autoptr (ShoalSettings) settings = shoal_settings_new ();
  g_autoptr (ShoalCliOptions) options = NULL;
  int status;

  options = parse ("get a.torrent", &status);
  g_assert_nonnull (options);
  g_assert_cmpuint (options->sources->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (options->sources, 0), ==, "a.torrent");
  g_assert_cmpstr (options->dir, ==, ".");
  g_assert_null (options->state);
  g_assert_null (options->select);
  g_assert_cmpfloat (options->ratio, <, 0);
  g_assert_cmpint (options->timeout_sec, ==, 0);
  g_assert_false (options->seeds);
  g_assert_false (options->settings->allow_local);
  g_assert_cmpuint (options->settings->port, ==, settings->port);
  g_assert_cmpuint (options->settings->max_peers_per_torrent, ==, 80);
  g_assert_cmpint (options->settings->encryption, ==, SHOAL_ENCRYPTION_ALLOW);
}

static void
test_encryption (void)
{
  static const struct
  {
    const char     *text;
    ShoalEncryption expected;
  } cases[] = {
    { "get a --encryption=off", SHOAL_ENCRYPTION_OFF },
    { "get a --encryption=allow", SHOAL_ENCRYPTION_ALLOW },
    { "seed a b --encryption=prefer", SHOAL_ENCRYPTION_PREFER },
    { "seed a b --encryption require", SHOAL_ENCRYPTION_REQUIRE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int status;
      g_autoptr (ShoalCliOptions) options = parse (cases[i].text, &status);

      g_assert_nonnull (options);
      g_assert_cmpint (options->settings->encryption, ==, cases[i].expected);
    }
}

static void
test_all (void)
{
  g_autoptr (ShoalCliOptions) options = NULL;
  int status;

  options = parse ("get -d to one -p 0 --bind=127.0.0.1 --bind=::1 --peer=host:1 --peer=[::1]:2 "
                   "--tracker=udp://t:1 --tracker=HTTP://t/announce --no-trackers --select=1,3-5 "
                   "--sequential --seed=1.5 --down=1M --up 2Ki --max-peers=600 --encryption=off "
                   "--no-dht --no-pex --no-lsd --no-utp --no-port-mapping --dht-node=h:1 "
                   "--dht-node=[::1]:6881 --allow-local two "
                   "--state=st --recheck --timeout=60 --partial -- --three",
                   &status);
  g_assert_nonnull (options);
  g_assert_cmpuint (options->sources->len, ==, 3);
  g_assert_cmpstr (g_ptr_array_index (options->sources, 1), ==, "two");
  g_assert_cmpstr (g_ptr_array_index (options->sources, 2), ==, "--three");
  g_assert_cmpstr (options->dir, ==, "to");
  g_assert_cmpstr (options->state, ==, "st");
  g_assert_cmpstr (options->select, ==, "1,3-5");
  g_assert_cmpuint (options->settings->bind_addresses->len, ==, 2);
  g_assert_cmpuint (options->peers->len, ==, 2);
  g_assert_cmpuint (options->trackers->len, ==, 2);
  g_assert_cmpuint (options->settings->port, ==, 0);
  g_assert_cmpfloat (options->ratio, ==, 1.5);
  g_assert_cmpint (options->timeout_sec, ==, 60);
  g_assert_cmpuint (options->settings->down_limit_bps, ==, 1000000);
  g_assert_cmpuint (options->settings->up_limit_bps, ==, 2048);
  g_assert_cmpuint (options->settings->max_peers_per_torrent, ==, 600);
  g_assert_cmpuint (options->settings->max_peers, ==, 600);
  g_assert_cmpint (options->settings->encryption, ==, SHOAL_ENCRYPTION_OFF);
  g_assert_false (options->settings->use_dht || options->settings->use_pex ||
                  options->settings->use_lsd || options->settings->use_utp ||
                  options->settings->use_port_mapping);
  g_assert_cmpuint (options->settings->dht_nodes->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (options->settings->dht_nodes, 1), ==, "[::1]:6881");
  g_assert_true (options->settings->use_tcp && options->settings->allow_local);
  g_assert_true (options->seeds && options->is_sequential && options->no_trackers &&
                 options->recheck && options->is_partial);
}

/* --seed takes a ratio only after "=": the next word is a source. */
static void
test_seed (void)
{
  g_autoptr (ShoalCliOptions) options = NULL;
  int status;

  options = parse ("get --seed 1.5", &status);
  g_assert_nonnull (options);
  g_assert_true (options->seeds);
  g_assert_cmpfloat (options->ratio, <, 0);
  g_assert_cmpstr (g_ptr_array_index (options->sources, 0), ==, "1.5");
}

static void
test_wrong (void)
{
  static const char *const rows[] = {
    "get",
    "seed a",
    "seed a b c",
    "get a --nothing",
    "get a -x",
    "get a --dir",
    "get a -p",
    "get a --json=yes",
    "get a --port=65536",
    "get a --port=",
    "get a --bind=localhost",
    "get a --bind=1.2.3.4:5",
    "get a --peer=1.2.3.4",
    "get a --peer=:1",
    "get a --peer=::1:2",
    "get a --tracker=tracker",
    "get a --tracker=ftp://t/",
    "get a --select=x",
    "get a --select=",
    "get a --seed=",
    "get a --seed=-1",
    "get a --seed=inf",
    "get a --seed=1x",
    "get a --down=1.5M",
    "get a --up=",
    "get a --max-peers=0",
    "get a --encryption=",
    "get a --encryption=Prefer",
    "get a --encryption=prefe",
    "get a --dht-node=h",
    "get a --dht-node=h:0x1",
    "get a --no-tcp",
    "get a --timeout=1s",
    "get a --sequential=1",
  };
  guint i;
  int   status;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (parse (rows[i], &status) != NULL)
        g_error ("«%s» was taken", rows[i]);
      g_assert_cmpint (status, ==, SHOAL_CLI_EXIT_USAGE);
    }
}

/* Where the two stand does not matter, not even behind what is wrong. */
static void
test_output (void)
{
  g_autoptr (ShoalCliOptions) options = NULL;
  int status;

  g_assert_false (shoal_cli_output_is_quiet ());
  options = parse ("get a --quiet", &status);
  g_assert_nonnull (options);
  g_assert_true (shoal_cli_output_is_quiet ());
  g_assert_false (shoal_cli_output_is_json ());
  shoal_cli_output_set_quiet (FALSE);
}

static void
test_json_first (void)
{
  int status;

  if (g_test_subprocess ())
    {
      g_assert_null (parse ("get a --port=x --json", &status));
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*{\"event\":\"error\",*\"code\":\"failed\",*--port=x*}\n*");
  g_test_trap_assert_stderr ("*shoal-cli: --port=x: *\n*");
}

static void
test_help (void)
{
  int status;

  if (g_test_subprocess ())
    {
      g_assert_null (parse ("seed --help", &status));
      g_assert_cmpint (status, ==, SHOAL_CLI_EXIT_DONE);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*Usage: shoal-cli get *--select=LIST*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/options/sizes", test_sizes);
  g_test_add_func ("/cli/options/select", test_select);
  g_test_add_func ("/cli/options/defaults", test_defaults);
  g_test_add_func ("/cli/options/encryption", test_encryption);
  g_test_add_func ("/cli/options/all", test_all);
  g_test_add_func ("/cli/options/seed", test_seed);
  g_test_add_func ("/cli/options/wrong", test_wrong);
  g_test_add_func ("/cli/options/output", test_output);
  g_test_add_func ("/cli/options/json-first", test_json_first);
  g_test_add_func ("/cli/options/help", test_help);
  return g_test_run ();
}
