/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A stranger's words, fit to be shown as text: what would be invisible or turn the writing around
 * (control, bidi and zero-width characters, but not joiners) becomes U+FFFD, line breaks become
 * spaces, and bytes that are no UTF-8 are made so. NULL becomes "". The caller's. */
char *shoal_app_text_dup_visible (const char *text);

/* The same with markup escaped, for those places of libadwaita that parse it. */
char *shoal_app_text_dup_markup (const char *text);

/* @text as a line of its own where lines begin at the left, or with @is_rtl at the right. One that
 * is written the other way would begin at the wrong side: it gets marks that keep it. The caller's.
 */
char *shoal_app_text_dup_line (const char *text, gboolean is_rtl);

/* @parts joined by a middle dot: "a · b". NULL and "" are left out. The caller's. */
char *shoal_app_text_join (const char *const *parts, guint n_parts);

/* A placeholder of shoal_app_text_fill() and what stands for it. */
typedef struct
{
  const char *name;
  const char *value;
} ShoalAppTextPart;

/* @pattern with each "{name}" replaced by its value, once and from left to right, so that a value
 * is never looked into; one that is written the other way than the pattern is set apart, so that
 * nothing around it changes places. For sentences that carry strangers' words. The caller's. */
char *shoal_app_text_fill (const char *pattern, const ShoalAppTextPart *parts, guint n_parts);

G_END_DECLS
