/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One line of JSON: an object, built member by member and printed. */
typedef struct
{
  GString *text; /* owned */
  gboolean is_error;
} ShoalCliJson;

/* Begins an object; @event NULL: one inside another, which is no event. */
void shoal_cli_json_begin (ShoalCliJson *self, const char *event);

/* @value NULL gives null. Invalid UTF-8 becomes U+FFFD. */
void shoal_cli_json_add_string (ShoalCliJson *self, const char *name, const char *value);

void shoal_cli_json_add_uint (ShoalCliJson *self, const char *name, guint64 value);

void shoal_cli_json_add_double (ShoalCliJson *self, const char *name, double value);

void shoal_cli_json_add_bool (ShoalCliJson *self, const char *name, gboolean value);

void shoal_cli_json_add_null (ShoalCliJson *self, const char *name);

/* @json is valid JSON already. */
void shoal_cli_json_add_raw (ShoalCliJson *self, const char *name, const char *json);

/* For lists: appends @value quoted to @out. */
void shoal_cli_json_quote (GString *out, const char *value);

/* Ends the object; the caller owns the text. */
char *shoal_cli_json_end (ShoalCliJson *self);

/* Ends the object and prints it as one line to standard output, at once. */
void shoal_cli_json_print (ShoalCliJson *self);

/* Whether the last object that was printed was an error event. */
gboolean shoal_cli_json_was_error (void);

G_END_DECLS
