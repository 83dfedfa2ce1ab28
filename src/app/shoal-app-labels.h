/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Labels as a person writes them: words in a line, with commas between. */

/* Longer ones are cut: a label is a word, not a text. In characters. */
#define SHOAL_APP_LABELS_MAX_LENGTH 40

/* Those in @text, without blanks around them, none twice; NULL-terminated, the caller's. */
char **shoal_app_labels_parse (const char *text);

/* @labels as such a line; the caller's. */
char *shoal_app_labels_write (const char *const *labels);

/* What has to follow @text, so that its last label is one of @known that begins so; the first of
 * them, and not one that is in @text already. Borrowed from @known; NULL: there is none. */
const char *shoal_app_labels_complete (const char *text, const char *const *known);

/* @text with @label, or without it; the caller's. */
char *shoal_app_labels_set (const char *text, const char *label, gboolean is_set);

G_END_DECLS
