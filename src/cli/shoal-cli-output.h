/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The program's two streams: standard output carries the result, standard error the messages and
 * the bar. Of the process; main thread only. */

/* One JSON object a line on standard output, and nothing else there. */
void shoal_cli_output_set_json (gboolean is_json);

gboolean shoal_cli_output_is_json (void);

/* Errors only. */
void shoal_cli_output_set_quiet (gboolean is_quiet);

gboolean shoal_cli_output_is_quiet (void);

/* A line of standard error, after the program's name; a bar that stands there goes first. Text from
 * outside has to be made safe before. */
void shoal_cli_output_say (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* The same, left out with --quiet: what is worth knowing, but no error. */
void shoal_cli_output_note (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* A line of the result; left out with --json and --quiet. */
void shoal_cli_output_result (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Whether a bar can be drawn: standard error is a terminal, and neither --json nor --quiet. */
gboolean shoal_cli_output_has_bar (void);

/* Draws @text in the place of the bar before it. */
void shoal_cli_output_draw (const char *text);

/* Takes the bar away. */
void shoal_cli_output_hide (void);

/* Leaves the bar where it is and begins a new line. */
void shoal_cli_output_leave (void);

/* A name from outside for a line of the result: safe on a terminal; as it is elsewhere, so that a
 * script can use it. The caller owns it. */
char *shoal_cli_output_dup_name (const char *name);

/* Writes out what was printed. TRUE: standard output has failed, now or before: nobody reads it any
 * more, or its disk is full. */
gboolean shoal_cli_output_is_broken (void);

G_END_DECLS
