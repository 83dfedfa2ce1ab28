/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Labels as a person writes them: words in a line, with commas between. */

/* @text as one label: without space around it or commas, with what would be invisible made visible,
 * cut at SHOAL_LABEL_MAX_CHARS; NULL: nothing is left. The caller's. */
char *shoal_app_label_line_clean (const char *text);

/* Those in @text, each cleaned, none twice; NULL-terminated, the caller's. */
char **shoal_app_label_line_parse (const char *text);

/* @labels, which may be NULL, as such a line; the caller's. */
char *shoal_app_label_line_write (const char *const *labels);

/* What has to follow @text, so that its last label is one of @known that begins so; the first of
 * them, and not one that is in @text already. Borrowed from @known; NULL: there is none. */
const char *shoal_app_label_line_complete (const char *text, const char *const *known);

/* @text with @label, or without it; the caller's. */
char *shoal_app_label_line_set (const char *text, const char *label, gboolean is_set);

G_END_DECLS
