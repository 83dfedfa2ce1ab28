/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/shoal-app-settings.h"
#include "app/torrents/shoal-app-columns.h"

typedef struct
{
  GSettings       *settings;
  ShoalAppColumns *columns;
  guint            n_changed;
  guint            n_resized;
} Fixture;

static void
changed_cb (Fixture *f)
{
  f->n_changed++;
}

static void
resized_cb (Fixture *f)
{
  f->n_resized++;
}

static void
follow (Fixture *f)
{
  f->columns = shoal_app_columns_new (f->settings);
  g_signal_connect_swapped (f->columns, "changed", G_CALLBACK (changed_cb), f);
  g_signal_connect_swapped (f->columns, "resized", G_CALLBACK (resized_cb), f);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->settings = g_settings_new (SHOAL_APP_ID);
  follow (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->columns);
  g_settings_reset (f->settings, SHOAL_APP_KEY_TABLE_COLUMNS);
  g_clear_object (&f->settings);
}

static void
restart (Fixture *f)
{
  g_clear_object (&f->columns);
  follow (f);
  f->n_changed = f->n_resized = 0;
}

static char *
dup_shown (Fixture *f)
{
  GString              *text = g_string_new (NULL);
  guint                 n;
  const ShoalAppColumn *shown = shoal_app_columns_get_shown (f->columns, &n);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", shoal_app_column_get_key (shown[i]));
  return g_string_free (text, FALSE);
}

static void
assert_shown (Fixture *f, const char *expected)
{
  g_autofree char *shown = dup_shown (f);

  g_assert_cmpstr (shown, ==, expected);
}

#define USUAL "name size progress state down up time-left ratio people"

static void
test_usual (Fixture *f, gconstpointer data)
{
  assert_shown (f, USUAL);
  g_assert_true (shoal_app_columns_is_shown (f->columns, SHOAL_APP_COLUMN_NAME));
  g_assert_false (shoal_app_columns_is_shown (f->columns, SHOAL_APP_COLUMN_FOLDER));
}

static void
test_chosen (Fixture *f, gconstpointer data)
{
  shoal_app_columns_set_shown (f->columns, SHOAL_APP_COLUMN_STATE, FALSE);
  shoal_app_columns_set_shown (f->columns, SHOAL_APP_COLUMN_ADDED, TRUE);
  assert_shown (f, "name size progress down up time-left ratio people added");
  g_assert_cmpuint (f->n_changed, ==, 2);
  shoal_app_columns_set_shown (f->columns, SHOAL_APP_COLUMN_ADDED, TRUE);
  shoal_app_columns_set_shown (f->columns, SHOAL_APP_COLUMN_NAME, FALSE);
  g_assert_cmpuint (f->n_changed, ==, 2);
  restart (f);
  assert_shown (f, "name size progress down up time-left ratio people added");
  shoal_app_columns_reset (f->columns);
  assert_shown (f, USUAL);
  g_assert_cmpuint (f->n_changed, ==, 1);
}

static void
test_moved (Fixture *f, gconstpointer data)
{
  shoal_app_columns_move (f->columns, SHOAL_APP_COLUMN_PEOPLE, 0);
  assert_shown (f, "people name size progress state down up time-left ratio");
  shoal_app_columns_move (f->columns, SHOAL_APP_COLUMN_PEOPLE, 2);
  assert_shown (f, "name size people progress state down up time-left ratio");
  shoal_app_columns_move (f->columns, SHOAL_APP_COLUMN_NAME, 100);
  assert_shown (f, "size people progress state down up time-left ratio name");
  g_assert_cmpuint (f->n_changed, ==, 3);
  shoal_app_columns_move (f->columns, SHOAL_APP_COLUMN_NAME, 8);
  shoal_app_columns_move (f->columns, SHOAL_APP_COLUMN_FOLDER, 0);
  g_assert_cmpuint (f->n_changed, ==, 3);
  restart (f);
  assert_shown (f, "size people progress state down up time-left ratio name");
  g_assert_cmpuint (shoal_app_columns_get_position (f->columns, SHOAL_APP_COLUMN_NAME), ==, 8);
}

/* A column that is not shown for a while comes back where it was. */
static void
test_hidden_keeps_its_place (Fixture *f, gconstpointer data)
{
  shoal_app_columns_set_shown (f->columns, SHOAL_APP_COLUMN_PROGRESS, FALSE);
  shoal_app_columns_move (f->columns, SHOAL_APP_COLUMN_STATE, 0);
  shoal_app_columns_set_shown (f->columns, SHOAL_APP_COLUMN_PROGRESS, TRUE);
  assert_shown (f, "state name size progress down up time-left ratio people");
}

static void
test_widths (Fixture *f, gconstpointer data)
{
  const ShoalAppColumnMetrics large = { .scale = 2.0, .char_width = 16, .line_height = 40 };
  int usual = shoal_app_columns_get_width (f->columns, SHOAL_APP_COLUMN_SIZE);
  int total = shoal_app_columns_get_total_width (f->columns);

  shoal_app_columns_set_width (f->columns, SHOAL_APP_COLUMN_SIZE, usual + 30);
  g_assert_cmpint (shoal_app_columns_get_width (f->columns, SHOAL_APP_COLUMN_SIZE), ==, usual + 30);
  g_assert_cmpint (shoal_app_columns_get_total_width (f->columns), ==, total + 30);
  g_assert_cmpuint (f->n_resized, ==, 1);
  shoal_app_columns_save (f->columns);
  g_assert_cmpuint (f->n_changed + f->n_resized, ==, 1);
  restart (f);
  g_assert_cmpint (shoal_app_columns_get_width (f->columns, SHOAL_APP_COLUMN_SIZE), ==, usual + 30);
  shoal_app_columns_set_metrics (f->columns, &large);
  g_assert_cmpint (
      shoal_app_columns_get_width (f->columns, SHOAL_APP_COLUMN_SIZE), ==, 2 * (usual + 30));
  shoal_app_columns_set_width (f->columns, SHOAL_APP_COLUMN_SIZE, 1);
  g_assert_cmpint (shoal_app_columns_get_width (f->columns, SHOAL_APP_COLUMN_SIZE), >=, 40);
  shoal_app_columns_set_width (f->columns, SHOAL_APP_COLUMN_SIZE, 0);
  g_assert_cmpint (shoal_app_columns_get_width (f->columns, SHOAL_APP_COLUMN_SIZE), >, usual);
}

static void
test_place (Fixture *f, gconstpointer data)
{
  int                 total = shoal_app_columns_get_total_width (f->columns);
  int                 name = shoal_app_columns_get_width (f->columns, SHOAL_APP_COLUMN_NAME);
  ShoalAppColumnPlace places[SHOAL_APP_N_COLUMNS];

  shoal_app_columns_place (f->columns, total + 100, FALSE, places);
  g_assert_cmpint (places[0].x, ==, 0);
  g_assert_cmpint (places[0].width, ==, name + 100);
  g_assert_cmpint (places[8].x + places[8].width, ==, total + 100);
  shoal_app_columns_place (f->columns, total + 100, TRUE, places);
  g_assert_cmpint (places[0].x + places[0].width, ==, total + 100);
  g_assert_cmpint (places[8].x, ==, 0);
  shoal_app_columns_place (f->columns, 10, FALSE, places);
  g_assert_cmpint (places[0].width, ==, name);
  g_assert_cmpint (places[8].x + places[8].width, ==, total);
}

/* Another version, or another program, may have written anything. */
static void
test_strange_settings (Fixture *f, gconstpointer data)
{
  g_settings_set_value (
      f->settings,
      SHOAL_APP_KEY_TABLE_COLUMNS,
      g_variant_new_parsed ("[('future', true, 9), ('up', true, -5), ('up', false, 80), "
                            "('name', false, 1000000000), ('size', false, 0)]"));
  assert_shown (f, "up name progress state down time-left ratio people");
  g_assert_cmpint (shoal_app_columns_get_width (f->columns, SHOAL_APP_COLUMN_NAME), <=, 4000);
  g_assert_cmpuint (f->n_changed, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/app/columns/usual", test_usual);
  ADD ("/app/columns/chosen", test_chosen);
  ADD ("/app/columns/moved", test_moved);
  ADD ("/app/columns/hidden-keeps-its-place", test_hidden_keeps_its_place);
  ADD ("/app/columns/widths", test_widths);
  ADD ("/app/columns/place", test_place);
  ADD ("/app/columns/strange-settings", test_strange_settings);
  return g_test_run ();
}
