/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @text as a search compares it: case, accents, and how letters are composed make no difference. Of
 * bytes that are no UTF-8 only ASCII letters are folded. The caller's. */
char *shoal_model_text_fold (const char *text);

G_END_DECLS
