/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-words.h"

G_BEGIN_DECLS

/* Labels as a person writes them: with commas between. Spaces around them are nothing. Both are the
 * caller's. */
char **shoal_app_label_line_from_text (const char *text);

char *shoal_app_label_line_to_text (const ShoalWords *labels);

/* What would complete the last label of @text to one of @known, which is sorted; NULL: nothing, or
 * nothing is begun. The caller's. */
char *shoal_app_label_line_dup_rest (const char *text, const ShoalWords *known);

G_END_DECLS
