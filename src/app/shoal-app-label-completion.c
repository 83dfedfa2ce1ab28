/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-label-completion.h"

#include "app/shoal-app-label-line.h"

struct _ShoalAppLabelCompletion
{
  GObject parent_instance;

  GtkEditable       *field; /* unowned */
  ShoalAppLabelsFunc dup_labels;
  gpointer           owner; /* unowned */
  guint              source;
  int                n_chars; /* in the field: to know what is typed */
  int                from;    /* the character; −1: nothing was completed */

  guint is_changing : 1; /* the field, by us */
};

G_DEFINE_FINAL_TYPE (ShoalAppLabelCompletion, shoal_app_label_completion, G_TYPE_OBJECT)

static int
get_n_chars (ShoalAppLabelCompletion *self)
{
  return (int) g_utf8_strlen (gtk_editable_get_text (self->field), -1);
}

/* The rest of a label stands there, still selected. */
static gboolean
is_open (ShoalAppLabelCompletion *self)
{
  int start;
  int end;

  return self->from >= 0 && gtk_editable_get_selection_bounds (self->field, &start, &end) &&
         start == self->from && end == get_n_chars (self);
}

/* Later than the change, since the cursor is moved after the text. */
static gboolean
complete_cb (gpointer user_data)
{
  ShoalAppLabelCompletion *self = user_data;
  const char              *text = gtk_editable_get_text (self->field);
  int                      end = get_n_chars (self);
  int                      place = end;
  const char              *rest = NULL;
  g_auto (GStrv) labels = self->dup_labels (self->owner);

  self->source = 0;
  if (labels != NULL && gtk_editable_get_position (self->field) == end)
    rest = shoal_app_label_line_complete (text, (const char *const *) labels);
  if (rest == NULL)
    return G_SOURCE_REMOVE;
  self->is_changing = TRUE;
  gtk_editable_insert_text (self->field, rest, -1, &place);
  gtk_editable_select_region (self->field, end, -1);
  self->is_changing = FALSE;
  self->n_chars = end;
  self->from = end;
  return G_SOURCE_REMOVE;
}

static void
changed_cb (ShoalAppLabelCompletion *self)
{
  int      n_chars = get_n_chars (self);
  gboolean is_typed = n_chars == self->n_chars + 1 && !self->is_changing;

  self->n_chars = n_chars;
  self->from = -1;
  if (is_typed && self->source == 0)
    self->source = g_idle_add (complete_cb, self);
}

static gboolean
key_pressed_cb (GtkEventControllerKey   *controller,
                guint                    keyval,
                guint                    keycode,
                GdkModifierType          state,
                ShoalAppLabelCompletion *self)
{
  if (keyval != GDK_KEY_Tab || (state & gtk_accelerator_get_default_mod_mask ()) != 0 ||
      !is_open (self))
    return GDK_EVENT_PROPAGATE;
  gtk_editable_set_position (self->field, -1);
  return GDK_EVENT_STOP;
}

static void
shoal_app_label_completion_dispose (GObject *object)
{
  g_clear_handle_id (&SHOAL_APP_LABEL_COMPLETION (object)->source, g_source_remove);
  G_OBJECT_CLASS (shoal_app_label_completion_parent_class)->dispose (object);
}

static void
shoal_app_label_completion_class_init (ShoalAppLabelCompletionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = shoal_app_label_completion_dispose;
}

static void
shoal_app_label_completion_init (ShoalAppLabelCompletion *self)
{
  self->from = -1;
}

ShoalAppLabelCompletion *
shoal_app_label_completion_new (GtkEditable *field, ShoalAppLabelsFunc dup_labels, gpointer owner)
{
  ShoalAppLabelCompletion *self = g_object_new (SHOAL_TYPE_APP_LABEL_COMPLETION, NULL);
  GtkWidget               *text = GTK_WIDGET (gtk_editable_get_delegate (field));
  GtkEventController      *keys = gtk_event_controller_key_new ();
  GtkEventController      *focus = gtk_event_controller_focus_new ();

  self->field = field;
  self->dup_labels = dup_labels;
  self->owner = owner;
  self->n_chars = get_n_chars (self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, 0);
  gtk_widget_add_controller (text, keys);
  g_signal_connect_object (
      focus, "leave", G_CALLBACK (shoal_app_label_completion_drop), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (text, focus);
  g_signal_connect_object (field, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

void
shoal_app_label_completion_drop (ShoalAppLabelCompletion *self)
{
  g_return_if_fail (SHOAL_IS_APP_LABEL_COMPLETION (self));

  if (!is_open (self))
    return;
  self->is_changing = TRUE;
  gtk_editable_delete_text (self->field, self->from, -1);
  self->is_changing = FALSE;
}

void
shoal_app_label_completion_set_text (ShoalAppLabelCompletion *self, const char *text)
{
  g_return_if_fail (SHOAL_IS_APP_LABEL_COMPLETION (self));

  g_clear_handle_id (&self->source, g_source_remove);
  self->is_changing = TRUE;
  gtk_editable_set_text (self->field, text);
  self->is_changing = FALSE;
}
