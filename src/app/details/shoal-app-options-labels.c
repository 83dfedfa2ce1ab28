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
  gtk_editable_set_text (GTK_EDITABLE (self->labels_row), self->labels);
  adw_entry_row_set_show_apply_button (self->labels_row, TRUE);
}

static guint64
send_labels (ShoalAppOptions *self, const ShoalTorrentInfo *info)
{
  g_auto (GStrv) labels = shoal_app_label_line_parse (self->labels);

  return shoal_app_session_set_labels (self->session, info->id, (const char *const *) labels);
}

/* The rest of a label stands there, still selected: the person has not taken it. */
static gboolean
is_completion_open (ShoalAppOptions *self)
{
  GtkEditable *editable = GTK_EDITABLE (self->labels_row);
  int          start;
  int          end;

  return self->completed_from >= 0 && gtk_editable_get_selection_bounds (editable, &start, &end) &&
         start == self->completed_from &&
         end == g_utf8_strlen (gtk_editable_get_text (editable), -1);
}

/* What was typed stays. */
static void
drop_completion (ShoalAppOptions *self)
{
  if (!is_completion_open (self))
    return;
  self->is_showing = TRUE;
  gtk_editable_delete_text (GTK_EDITABLE (self->labels_row), self->completed_from, -1);
  self->is_showing = FALSE;
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                ShoalAppOptions       *self)
{
  if (keyval != GDK_KEY_Tab || (state & gtk_accelerator_get_default_mod_mask ()) != 0 ||
      !is_completion_open (self))
    return GDK_EVENT_PROPAGATE;
  gtk_editable_set_position (GTK_EDITABLE (self->labels_row), -1);
  return GDK_EVENT_STOP;
}

static void
labels_apply_cb (ShoalAppOptions *self)
{
  adw_entry_row_set_show_apply_button (self->labels_row, FALSE);
  drop_completion (self);
  adw_entry_row_set_show_apply_button (self->labels_row, TRUE);
  g_free (self->labels);
  self->labels = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->labels_row)));
  shoal_app_options_send (self, send_labels);
}

/* What is typed at the end is completed to a label that is known; the rest is selected, so that
 * whoever goes on typing writes over it. Later, since the cursor is moved after the text. */
static gboolean
complete_cb (gpointer user_data)
{
  ShoalAppOptions *self = user_data;
  GtkEditable     *editable = GTK_EDITABLE (self->labels_row);
  const char      *text = gtk_editable_get_text (editable);
  int              end = (int) g_utf8_strlen (text, -1);
  int              place = end;
  const char      *rest;
  g_auto (GStrv) known = shoal_app_labels_dup_all (self->session);

  self->complete_source = 0;
  if (gtk_editable_get_position (editable) < end)
    return G_SOURCE_REMOVE;
  rest = shoal_app_label_line_complete (text, (const char *const *) known);
  if (rest == NULL)
    return G_SOURCE_REMOVE;
  self->is_showing = TRUE;
  gtk_editable_insert_text (editable, rest, -1, &place);
  gtk_editable_select_region (editable, end, -1);
  self->is_showing = FALSE;
  self->n_chars = end;
  self->completed_from = end;
  return G_SOURCE_REMOVE;
}

static void
labels_changed_cb (ShoalAppOptions *self)
{
  int n_chars = (int) g_utf8_strlen (gtk_editable_get_text (GTK_EDITABLE (self->labels_row)), -1);
  gboolean is_typed = n_chars == self->n_chars + 1 && !self->is_showing;

  self->n_chars = n_chars;
  self->completed_from = -1;
  if (is_typed && self->complete_source == 0)
    self->complete_source = g_idle_add (complete_cb, self);
}

void
shoal_app_options_bind_labels (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_callback (klass, labels_apply_cb);
  gtk_widget_class_bind_template_callback (klass, labels_changed_cb);
}

void
shoal_app_options_set_up_labels (ShoalAppOptions *self)
{
  GtkWidget *text = GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->labels_row)));
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->completed_from = -1;
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (text, keys);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (drop_completion), self);
  gtk_widget_add_controller (text, focus);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Labels"), -1);
}

void
shoal_app_options_flush_labels (ShoalAppOptions *self)
{
  drop_completion (self);
  if (self->labels != NULL &&
      !g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->labels_row)), self->labels))
    labels_apply_cb (self);
}
