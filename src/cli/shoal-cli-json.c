/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-json.h"

#include <stdio.h>

static gboolean was_error;

void
shoal_cli_json_quote (GString *out, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);
  const char      *p;

  g_string_append_c (out, '"');
  for (p = valid; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_printf (out, "\\%c", *p);
      else if ((guchar) *p < 0x20 || *p == 0x7f)
        g_string_append_printf (out, "\\u%04x", (guint) (guchar) *p);
      else
        g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

static void
add_name (ShoalCliJson *self, const char *name)
{
  if (self->text->len > 1)
    g_string_append_c (self->text, ',');
  shoal_cli_json_quote (self->text, name);
  g_string_append_c (self->text, ':');
}

void
shoal_cli_json_begin (ShoalCliJson *self, const char *event)
{
  self->text = g_string_new ("{");
  self->is_error = g_strcmp0 (event, "error") == 0;
  if (event == NULL)
    return;
  shoal_cli_json_add_string (self, "event", event);
  shoal_cli_json_add_double (self, "time", (double) g_get_real_time () / G_USEC_PER_SEC);
}

void
shoal_cli_json_add_string (ShoalCliJson *self, const char *name, const char *value)
{
  if (value == NULL)
    {
      shoal_cli_json_add_null (self, name);
      return;
    }
  add_name (self, name);
  shoal_cli_json_quote (self->text, value);
}

void
shoal_cli_json_add_uint (ShoalCliJson *self, const char *name, guint64 value)
{
  add_name (self, name);
  g_string_append_printf (self->text, "%" G_GUINT64_FORMAT, value);
}

void
shoal_cli_json_add_double (ShoalCliJson *self, const char *name, double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  add_name (self, name);
  g_string_append (self->text, g_ascii_formatd (number, sizeof number, "%.3f", value));
}

void
shoal_cli_json_add_bool (ShoalCliJson *self, const char *name, gboolean value)
{
  shoal_cli_json_add_raw (self, name, value ? "true" : "false");
}

void
shoal_cli_json_add_null (ShoalCliJson *self, const char *name)
{
  shoal_cli_json_add_raw (self, name, "null");
}

void
shoal_cli_json_add_raw (ShoalCliJson *self, const char *name, const char *json)
{
  add_name (self, name);
  g_string_append (self->text, json);
}

char *
shoal_cli_json_end (ShoalCliJson *self)
{
  g_string_append_c (self->text, '}');
  return g_string_free (g_steal_pointer (&self->text), FALSE);
}

void
shoal_cli_json_print (ShoalCliJson *self)
{
  g_autofree char *line = shoal_cli_json_end (self);

  was_error = self->is_error;
  puts (line);
  fflush (stdout);
}

gboolean
shoal_cli_json_was_error (void)
{
  return was_error;
}
