/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-words.h"

G_BEGIN_DECLS

/* @words, NULL-terminated or NULL, as labels: valid UTF-8 in one form (NFC), without what cannot be
 * seen or steers the line, single blanks, cut at SHOAL_LABEL_MAX_CHARS, none empty or twice. At
 * most SHOAL_LABELS_MAX; *are_all (may be NULL): there were no more. The caller's; NULL: none. */
ShoalWords *shoal_session_labels_make (const char *const *words, gboolean *are_all);

G_END_DECLS
