/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "cli/shoal-cli-json.h"

#include <stdlib.h>
#include <string.h>

static void
test_quote (void)
{
  static const char *const rows[][2] = {
    { "", "\"\"" },
    { "plain", "\"plain\"" },
    { "a \"b\" \\c/", "\"a \\\"b\\\" \\\\c/\"" },
    { "\n\t\x1b\x7f", "\"\\u000a\\u0009\\u001b\\u007f\"" },
    { "Ünïcödé 日本語", "\"Ünïcödé 日本語\"" },
    { "caf\xe9", "\"caf\xef\xbf\xbd\"" },
    { "\xff\xfe", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
    { "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      shoal_cli_json_quote (out, rows[i][0]);
      g_assert_cmpstr (out->str, ==, rows[i][1]);
      g_assert_true (g_utf8_validate (out->str, -1, NULL));
    }
}

static void
test_members (void)
{
  g_autofree char *text = NULL;
  ShoalCliJson     json;

  shoal_cli_json_begin (&json, NULL);
  shoal_cli_json_add_string (&json, "text", "x");
  shoal_cli_json_add_string (&json, "nothing", NULL);
  shoal_cli_json_add_uint (&json, "large", G_MAXUINT64);
  shoal_cli_json_add_double (&json, "number", 1.5);
  shoal_cli_json_add_bool (&json, "yes", TRUE);
  shoal_cli_json_add_bool (&json, "no", FALSE);
  shoal_cli_json_add_null (&json, "null");
  shoal_cli_json_add_raw (&json, "list", "[1,2]");
  text = shoal_cli_json_end (&json);
  g_assert_cmpstr (text,
                   ==,
                   "{\"text\":\"x\",\"nothing\":null,\"large\":18446744073709551615,"
                   "\"number\":1.500,\"yes\":true,\"no\":false,\"null\":null,\"list\":[1,2]}");
}

static void
test_empty (void)
{
  g_autofree char *text = NULL;
  ShoalCliJson     json;

  shoal_cli_json_begin (&json, NULL);
  text = shoal_cli_json_end (&json);
  g_assert_cmpstr (text, ==, "{}");
}

/* Every event says what it is and when: seconds since the epoch, whatever the locale's comma. */
static void
test_event (void)
{
  g_autofree char *text = NULL;
  ShoalCliJson     json;
  double           before = (double) g_get_real_time () / G_USEC_PER_SEC;
  const char      *time;

  shoal_cli_json_begin (&json, "added");
  text = shoal_cli_json_end (&json);
  g_assert_true (g_str_has_prefix (text, "{\"event\":\"added\",\"time\":"));
  time = strrchr (text, ':') + 1;
  g_assert_cmpfloat (g_ascii_strtod (time, NULL), >=, before - 0.001);
  g_assert_cmpfloat (g_ascii_strtod (time, NULL), <, before + 60);
}

/* In a process of its own: it prints. */
static void
test_last_event (void)
{
  if (g_test_subprocess ())
    {
      ShoalCliJson json;

      g_assert_false (shoal_cli_json_was_error ());
      shoal_cli_json_begin (&json, "error");
      shoal_cli_json_print (&json);
      g_assert_true (shoal_cli_json_was_error ());
      shoal_cli_json_begin (&json, "stopped");
      shoal_cli_json_print (&json);
      g_assert_false (shoal_cli_json_was_error ());
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*{\"event\":\"error\",*}\n{\"event\":\"stopped\",*}\n*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/json/quote", test_quote);
  g_test_add_func ("/cli/json/members", test_members);
  g_test_add_func ("/cli/json/empty", test_empty);
  g_test_add_func ("/cli/json/event", test_event);
  g_test_add_func ("/cli/json/last-event", test_last_event);
  return g_test_run ();
}
