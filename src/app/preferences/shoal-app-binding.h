/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A setting and where it is shown. */
typedef struct
{
  const char *key;
  gpointer    object; /* unowned: bound as long as it lives */
  const char *property;

  guint is_dependent : 1; /* whether it is sensitive depends on another row */
} ShoalAppBinding;

/* Shows all of them, and stores what the person chooses at once. */
void
shoal_app_binding_bind_all (GSettings *settings, const ShoalAppBinding *bindings, guint n_bindings);

/* The same of a word that is chosen in a list: one of @words for each place, with NULL at their
 * end; static. */
void shoal_app_binding_bind_words (GSettings         *settings,
                                   const char        *key,
                                   AdwComboRow       *row,
                                   const char *const *words);

/* The same of a time that is stored in minutes and shown in hours. */
void shoal_app_binding_bind_hours (GSettings *settings, const char *key, GtkAdjustment *adjustment);

G_END_DECLS
