/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-output.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/shoal-cli-sentence.h"

static struct
{
  guint is_json : 1;
  guint is_quiet : 1;
  guint is_drawn : 1; /* a bar stands on the last line */
} output;

void
shoal_cli_output_set_json (gboolean is_json)
{
  output.is_json = is_json != FALSE;
}

gboolean
shoal_cli_output_is_json (void)
{
  return output.is_json;
}

void
shoal_cli_output_set_quiet (gboolean is_quiet)
{
  output.is_quiet = is_quiet != FALSE;
}

gboolean
shoal_cli_output_is_quiet (void)
{
  return output.is_quiet;
}

static void G_GNUC_PRINTF (1, 0) print_message (const char *format, va_list args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);

  shoal_cli_output_hide ();
  fprintf (stderr, "shoal-cli: %s\n", text);
}

void
shoal_cli_output_say (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  print_message (format, args);
  va_end (args);
}

void
shoal_cli_output_note (const char *format, ...)
{
  va_list args;

  if (output.is_quiet)
    return;
  va_start (args, format);
  print_message (format, args);
  va_end (args);
}

void
shoal_cli_output_result (const char *format, ...)
{
  va_list args;

  if (output.is_json || output.is_quiet)
    return;
  shoal_cli_output_hide ();
  va_start (args, format);
  vprintf (format, args);
  va_end (args);
  putchar ('\n');
}

gboolean
shoal_cli_output_has_bar (void)
{
  return !output.is_json && !output.is_quiet && isatty (STDERR_FILENO) != 0;
}

void
shoal_cli_output_draw (const char *text)
{
  fprintf (stderr, "\r%s\033[K", text);
  fflush (stderr);
  output.is_drawn = TRUE;
}

void
shoal_cli_output_hide (void)
{
  if (output.is_drawn)
    fputs ("\r\033[K", stderr);
  output.is_drawn = FALSE;
}

void
shoal_cli_output_leave (void)
{
  if (output.is_drawn)
    fputc ('\n', stderr);
  output.is_drawn = FALSE;
}

char *
shoal_cli_output_dup_name (const char *name)
{
  return isatty (STDOUT_FILENO) != 0 ? shoal_cli_sentence_dup_safe (name) : g_strdup (name);
}

gboolean
shoal_cli_output_is_broken (void)
{
  return fflush (stdout) != 0 || ferror (stdout) != 0;
}
