/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-options-private.h"

#include <glib/gi18n.h>

#include "app/filters/shoal-app-labels.h"
#include "app/shoal-app-label-line.h"

static gboolean
labels_equal (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b)
{
  return shoal_words_equal (a->labels, b->labels);
}

/* What the person is writing is left alone. */
void
shoal_app_options_show_labels (ShoalAppOptions *self)
{
  gboolean                is_mixed;
  const ShoalTorrentInfo *info = shoal_app_options_get_common (self, labels_equal, &is_mixed);
  const ShoalWords       *labels = is_mixed ? NULL : info->labels;
  g_autofree char        *text =
      shoal_app_label_line_write (labels != NULL ? (const char *const *) labels->items : NULL);
  const char *now = gtk_editable_get_text (GTK_EDITABLE (self->labels_row));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->labels_row),
                                 is_mixed ? _ ("Labels, which differ now") : _ ("Labels"));
  if (self->labels != NULL && !g_str_equal (now, self->labels))
    return;
  g_free (self->labels);
  self->labels = g_steal_pointer (&text);
  if (g_str_equal (now, self->labels))
    return;
  adw_entry_row_set_show_apply_button (self->labels_row, FALSE);
  shoal_app_label_completion_set_text (self->completion, self->labels);
  adw_entry_row_set_show_apply_button (self->labels_row, TRUE);
}

static guint64
send_labels (ShoalAppOptions *self, const ShoalTorrentInfo *info)
{
  g_auto (GStrv) labels = shoal_app_label_line_parse (self->labels);

  return shoal_app_session_set_labels (self->session, info->id, (const char *const *) labels);
}

static void
labels_apply_cb (ShoalAppOptions *self)
{
  adw_entry_row_set_show_apply_button (self->labels_row, FALSE);
  shoal_app_label_completion_drop (self->completion);
  adw_entry_row_set_show_apply_button (self->labels_row, TRUE);
  g_free (self->labels);
  self->labels = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->labels_row)));
  shoal_app_options_send (self, send_labels);
}

static char **
dup_known (gpointer owner)
{
  return shoal_app_labels_dup_all (SHOAL_APP_OPTIONS (owner)->session);
}

void
shoal_app_options_bind_labels (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_callback (klass, labels_apply_cb);
}

void
shoal_app_options_set_up_labels (ShoalAppOptions *self)
{
  GtkWidget *text = GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->labels_row)));

  self->completion =
      shoal_app_label_completion_new (GTK_EDITABLE (self->labels_row), dup_known, self);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Labels"), -1);
}

/* Where the labels differ, those of all would be replaced: that is left to the button. */
void
shoal_app_options_flush_labels (ShoalAppOptions *self)
{
  gboolean is_mixed;

  shoal_app_label_completion_drop (self->completion);
  shoal_app_options_get_common (self, labels_equal, &is_mixed);
  if (!is_mixed && self->labels != NULL &&
      !g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->labels_row)), self->labels))
    labels_apply_cb (self);
}
