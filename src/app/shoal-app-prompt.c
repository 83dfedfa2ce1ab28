/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-prompt.h"

#include <string.h>

#include "app/shoal-app-problem.h"

struct _ShoalAppPrompt
{
  AdwWindow parent_instance;

  AdwWindowTitle *title; /* unowned, as all children: the template holds them */
  GtkButton      *accept_button;
  GtkWidget      *line_group;
  AdwEntryRow    *line;
  GtkWidget      *lines_frame;
  GtkTextView    *lines;
  GtkLabel       *hint;
  GtkLabel       *problem;

  guint has_lines : 1;
};

G_DEFINE_FINAL_TYPE (ShoalAppPrompt, shoal_app_prompt, ADW_TYPE_WINDOW)

enum
{
  ACCEPT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static char *
dup_text (ShoalAppPrompt *self)
{
  GtkTextBuffer *buffer;
  GtkTextIter    begin, end;

  if (!self->has_lines)
    return g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->line)));
  buffer = gtk_text_view_get_buffer (self->lines);
  gtk_text_buffer_get_bounds (buffer, &begin, &end);
  return gtk_text_buffer_get_text (buffer, &begin, &end, FALSE);
}

/* Of several lines, none may be what the person wants. */
static void
review (ShoalAppPrompt *self)
{
  g_autofree char *text = dup_text (self);

  gtk_widget_set_sensitive (GTK_WIDGET (self->accept_button),
                            self->has_lines || *g_strstrip (text) != '\0');
}

static void
changed_cb (ShoalAppPrompt *self)
{
  shoal_app_prompt_set_problem (self, NULL);
  review (self);
}

static void
accept_cb (ShoalAppPrompt *self)
{
  g_autofree char *text = dup_text (self);

  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->accept_button)))
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->accept_button), FALSE);
  g_signal_emit (self, signals[ACCEPT], 0, text);
}

static void
shoal_app_prompt_class_init (ShoalAppPromptClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[ACCEPT] = g_signal_new ("accept",
                                  G_TYPE_FROM_CLASS (klass),
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/shoalapp/Shoal/shoal-app-prompt.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPrompt, accept_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPrompt, hint);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPrompt, line);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPrompt, line_group);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPrompt, lines);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPrompt, lines_frame);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPrompt, problem);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPrompt, title);
  gtk_widget_class_bind_template_callback (widget_class, accept_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
shoal_app_prompt_init (ShoalAppPrompt *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* What the text is written into: of a row its inner part, which a screen reader stops at. */
static GtkWidget *
get_field (ShoalAppPrompt *self)
{
  return self->has_lines ? GTK_WIDGET (self->lines)
                         : GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->line)));
}

static void
fill (ShoalAppPrompt *self, const ShoalAppPromptOptions *options)
{
  self->has_lines = !!options->has_lines;
  adw_window_title_set_title (self->title, options->title);
  gtk_button_set_label (self->accept_button, options->accept);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->line), options->label);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (get_field (self)), GTK_ACCESSIBLE_PROPERTY_LABEL, options->label, -1);
  gtk_widget_set_visible (self->line_group, !self->has_lines);
  gtk_widget_set_visible (self->lines_frame, self->has_lines);
  gtk_label_set_label (self->hint, options->hint != NULL ? options->hint : "");
  gtk_widget_set_visible (GTK_WIDGET (self->hint), options->hint != NULL);
  if (options->text != NULL && self->has_lines)
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->lines), options->text, -1);
  else if (options->text != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->line), options->text);
  gtk_window_set_focus (GTK_WINDOW (self), get_field (self));
}

ShoalAppPrompt *
shoal_app_prompt_open (GtkWidget *widget, const ShoalAppPromptOptions *options)
{
  ShoalAppPrompt *self = g_object_new (SHOAL_TYPE_APP_PROMPT,
                                       "modal",
                                       TRUE,
                                       "title",
                                       options->title,
                                       "transient-for",
                                       gtk_widget_get_root (widget),
                                       NULL);

  fill (self, options);
  g_signal_connect_swapped (self->line, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (
      gtk_text_view_get_buffer (self->lines), "changed", G_CALLBACK (changed_cb), self);
  review (self);
  gtk_window_present (GTK_WINDOW (self));
  if (!self->has_lines)
    gtk_widget_grab_focus (GTK_WIDGET (self->line));
  return self;
}

void
shoal_app_prompt_select (ShoalAppPrompt *self, int n_chars)
{
  g_return_if_fail (SHOAL_IS_APP_PROMPT (self));

  gtk_editable_select_region (GTK_EDITABLE (self->line), 0, n_chars);
}

void
shoal_app_prompt_select_stem (ShoalAppPrompt *self)
{
  const char *name;
  const char *dot;

  g_return_if_fail (SHOAL_IS_APP_PROMPT (self));

  name = gtk_editable_get_text (GTK_EDITABLE (self->line));
  dot = strrchr (name, '.');
  shoal_app_prompt_select (
      self, dot != NULL && dot != name ? (int) g_utf8_strlen (name, dot - name) : -1);
}

void
shoal_app_prompt_set_problem (ShoalAppPrompt *self, const char *sentence)
{
  g_return_if_fail (SHOAL_IS_APP_PROMPT (self));

  gtk_label_set_label (self->problem, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), sentence != NULL);
  if (sentence != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->line), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->line), "error");
  /* A text view of GTK 4.8 that is told of a state has nowhere to send it. */
  if (!self->has_lines)
    gtk_accessible_update_state (GTK_ACCESSIBLE (get_field (self)),
                                 GTK_ACCESSIBLE_STATE_INVALID,
                                 sentence != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                                  : GTK_ACCESSIBLE_INVALID_FALSE,
                                 -1);
  if (sentence == NULL)
    return;
  if (self->has_lines)
    gtk_widget_grab_focus (GTK_WIDGET (self->lines));
  else
    gtk_text_grab_focus_without_selecting (GTK_TEXT (get_field (self)));
  review (self);
}

void
shoal_app_prompt_answer_cb (gpointer self, const ShoalAnswer *answer)
{
  g_autofree char *sentence = NULL;

  if (answer->problem == NULL)
    {
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  sentence = shoal_app_problem_dup_refusal (answer->problem);
  shoal_app_prompt_set_problem (SHOAL_APP_PROMPT (self), sentence);
}
