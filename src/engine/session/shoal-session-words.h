/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-words.h"

G_BEGIN_DECLS

/* Labels and hosts that torrents have in common: each set of them is there once, for as long as an
 * entry has it. One thread. */
typedef struct _ShoalSessionWords ShoalSessionWords;

ShoalSessionWords *shoal_session_words_new (void);

/* Nobody may have any of them. */
void shoal_session_words_free (ShoalSessionWords *self);

/* Whether somebody has @words. */
gboolean shoal_session_words_has (const ShoalSessionWords *self, const ShoalWords *words);

/* What stands in *place becomes @words, which is taken over, in the one copy there is; either may
 * be NULL. What lies in *place is borrowed, and goes with a last call with NULL. TRUE: they are
 * others than before. */
gboolean shoal_session_words_set (ShoalSessionWords *self, ShoalWords **place, ShoalWords *words);

guint shoal_session_words_get_size (const ShoalSessionWords *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalSessionWords, shoal_session_words_free)

G_END_DECLS
