/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/filters/shoal-app-labels.h"
#include "app/shoal-app-label-line.h"
#include "app/shoal-app-text.h"

/* What a dialog asks about; it belongs to the dialog. */
typedef struct
{
  ShoalAppSession *session;  /* owned */
  GPtrArray       *torrents; /* owned, of ShoalModelTorrent; NULL: it is about a label */
  char            *label;    /* owned; NULL: a new one */
  GtkEditable     *entry;    /* unowned: the dialog holds it; NULL: none */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_object_unref (question->session);
  g_clear_pointer (&question->torrents, g_ptr_array_unref);
  g_free (question->label);
  g_free (question);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, Question *question)
{
  g_autofree char *name = NULL;

  if (!g_str_equal (response, "do"))
    return;
  if (question->entry == NULL)
    {
      shoal_app_labels_remove (question->session, question->label);
      return;
    }
  name = shoal_app_label_line_clean (gtk_editable_get_text (question->entry));
  if (name == NULL)
    return;
  if (question->label != NULL)
    shoal_app_labels_rename (question->session, question->label, name);
  else
    shoal_app_labels_give (question->session, question->torrents, name);
}

static void
entry_changed_cb (GtkEditable *entry, AdwMessageDialog *dialog)
{
  g_autofree char *name = shoal_app_label_line_clean (gtk_editable_get_text (entry));

  adw_message_dialog_set_response_enabled (dialog, "do", name != NULL);
}

static AdwMessageDialog *
make_dialog (GtkWindow *parent, const char *title, const char *verb, Question *question)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, title, NULL));

  adw_message_dialog_add_response (dialog, "cancel", _ ("_Cancel"));
  adw_message_dialog_add_response (dialog, "do", verb);
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "question", question, question_free);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), question);
  return dialog;
}

static void
add_entry (AdwMessageDialog *dialog, Question *question)
{
  GtkWidget *entry = gtk_entry_new ();

  question->entry = GTK_EDITABLE (entry);
  gtk_entry_set_max_length (GTK_ENTRY (entry), SHOAL_LABEL_MAX_CHARS);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Label"), -1);
  g_signal_connect (entry, "changed", G_CALLBACK (entry_changed_cb), dialog);
  gtk_editable_set_text (question->entry, question->label != NULL ? question->label : "");
  entry_changed_cb (question->entry, dialog);
  adw_message_dialog_set_extra_child (dialog, entry);
  adw_message_dialog_set_response_appearance (dialog, "do", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "do");
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (entry);
}

static Question *
question_new (ShoalAppSession *session, GPtrArray *torrents, const char *label)
{
  Question *question = g_new0 (Question, 1);

  question->session = g_object_ref (session);
  question->torrents = torrents != NULL ? g_ptr_array_ref (torrents) : NULL;
  question->label = g_strdup (label);
  return question;
}

void
shoal_app_labels_ask_new (GtkWindow *parent, ShoalAppSession *session, GPtrArray *torrents)
{
  Question *question = question_new (session, torrents, NULL);

  add_entry (make_dialog (parent, _ ("New Label"), _ ("_Add"), question), question);
}

void
shoal_app_labels_ask_name (GtkWindow *parent, ShoalAppSession *session, const char *label)
{
  Question *question = question_new (session, NULL, label);

  add_entry (make_dialog (parent, _ ("Rename Label"), _ ("_Rename"), question), question);
}

static char *
dup_question (const char *label, guint n)
{
  g_autofree char *name = shoal_app_text_dup_visible (label);
  g_autofree char *number = g_strdup_printf ("%u", n);
  ShoalAppTextPart parts[] = { { "name", name }, { "n", number } };

  return shoal_app_text_fill (
      ngettext ("“{name}” is taken from {n} torrent. The torrent itself stays.",
                "“{name}” is taken from {n} torrents. The torrents themselves stay.",
                n),
      parts,
      G_N_ELEMENTS (parts));
}

void
shoal_app_labels_ask_remove (GtkWindow *parent, ShoalAppSession *session, const char *label)
{
  ShoalModelTorrents *torrents = shoal_app_session_get_torrents (session);
  guint n = shoal_model_counts_get_label (shoal_model_torrents_get_counts (torrents), label);
  g_autofree char  *text = NULL;
  AdwMessageDialog *dialog;

  if (n == 0)
    {
      shoal_app_labels_remove (session, label);
      return;
    }
  text = dup_question (label, n);
  dialog =
      make_dialog (parent, _ ("Remove Label?"), _ ("_Remove"), question_new (session, NULL, label));
  adw_message_dialog_set_body (dialog, text);
  adw_message_dialog_set_response_appearance (dialog, "do", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "cancel");
  gtk_window_present (GTK_WINDOW (dialog));
}
