/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/preferences/shoal-app-binding.h"

#include "app/rows/shoal-app-hours.h"

void
shoal_app_binding_bind_all (GSettings *settings, const ShoalAppBinding *bindings, guint n_bindings)
{
  for (guint i = 0; i < n_bindings; i++)
    g_settings_bind (settings,
                     bindings[i].key,
                     bindings[i].object,
                     bindings[i].property,
                     bindings[i].is_dependent ? G_SETTINGS_BIND_NO_SENSITIVITY
                                              : G_SETTINGS_BIND_DEFAULT);
}

/* A word that is not known is the first. */
static gboolean
get_place_cb (GValue *place, GVariant *word, gpointer user_data)
{
  const char *const *words = user_data;
  guint              i = g_strv_length ((char **) words) - 1;

  while (i > 0 && !g_str_equal (words[i], g_variant_get_string (word, NULL)))
    i--;
  g_value_set_uint (place, i);
  return TRUE;
}

static GVariant *
set_place_cb (const GValue *place, const GVariantType *type, gpointer user_data)
{
  const char *const *words = user_data;
  guint              i = g_value_get_uint (place);

  return i < g_strv_length ((char **) words) ? g_variant_new_string (words[i]) : NULL;
}

void
shoal_app_binding_bind_words (GSettings         *settings,
                              const char        *key,
                              AdwComboRow       *row,
                              const char *const *words)
{
  g_settings_bind_with_mapping (settings,
                                key,
                                row,
                                "selected",
                                G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_NO_SENSITIVITY,
                                get_place_cb,
                                set_place_cb,
                                (gpointer) words,
                                NULL);
}

static gboolean
get_hours_cb (GValue *hours, GVariant *minutes, gpointer user_data)
{
  g_value_set_double (hours, shoal_app_hours_from_minutes ((guint) g_variant_get_int32 (minutes)));
  return TRUE;
}

static GVariant *
set_hours_cb (const GValue *hours, const GVariantType *type, gpointer user_data)
{
  return g_variant_new_int32 ((int) shoal_app_hours_to_minutes (g_value_get_double (hours)));
}

void
shoal_app_binding_bind_hours (GSettings *settings, const char *key, GtkAdjustment *adjustment)
{
  g_settings_bind_with_mapping (settings,
                                key,
                                adjustment,
                                "value",
                                G_SETTINGS_BIND_DEFAULT,
                                get_hours_cb,
                                set_hours_cb,
                                NULL,
                                NULL);
}
