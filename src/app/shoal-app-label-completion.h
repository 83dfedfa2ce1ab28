/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Completes the last label of a line while a person types at its end: the rest of one that is in
 * use stands there, selected. The next key writes over it, Tab takes it, and whoever leaves the
 * field without that has written what was typed. */
#define SHOAL_TYPE_APP_LABEL_COMPLETION (shoal_app_label_completion_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppLabelCompletion,
                      shoal_app_label_completion,
                      SHOAL,
                      APP_LABEL_COMPLETION,
                      GObject)

/* Labels in use, NULL-terminated, those first that are to be tried first; the caller's. */
typedef char **(*ShoalAppLabelsFunc) (gpointer owner);

/* @field: unowned, holds a GtkText. @owner: unowned; both outlive it. The caller's. */
ShoalAppLabelCompletion *
shoal_app_label_completion_new (GtkEditable *field, ShoalAppLabelsFunc dup_labels, gpointer owner);

/* What was not taken goes. */
void shoal_app_label_completion_drop (ShoalAppLabelCompletion *self);

/* Writes @text to the field, which completes nothing. */
void shoal_app_label_completion_set_text (ShoalAppLabelCompletion *self, const char *text);

G_END_DECLS
