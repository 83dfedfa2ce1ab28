/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-trackers-page-private.h"

#include <glib/gi18n.h>

#include "app/details/shoal-app-part-row.h"
#include "app/shoal-app-problem.h"
#include "app/shoal-app-prompt.h"
#include "app/shoal-app-text.h"
#include "app/shoal-app-tiers.h"
#include "app/shoal-app-undo.h"

/* NULL: none is selected, or it is another way. Borrowed until the list changes. Tab comes to a row
 * and selects nothing: then that one. */
static const ShoalTrackerInfo *
get_selected (ShoalAppTrackersPage *self)
{
  gpointer   item = gtk_single_selection_get_selected_item (GTK_SINGLE_SELECTION (self->selection));
  GtkWidget *row = shoal_app_popup_get_focused_child (GTK_WIDGET (self->view));

  if (item == NULL && row != NULL)
    item = shoal_app_part_row_get_item (SHOAL_APP_PART_ROW (row));
  return SHOAL_IS_MODEL_PART (item) ? shoal_model_part_get_value (item) : NULL;
}

static char **
dup_urls (ShoalAppTrackersPage *self)
{
  return shoal_app_tiers_from_trackers (
      self->details != NULL ? shoal_model_details_get_trackers (self->details) : NULL);
}

/* Takes @urls over. */
static void
send_urls (ShoalAppTrackersPage *self, char **urls, ShoalAppAnswerFunc func, gpointer object)
{
  g_auto (GStrv) taken = urls;

  if (self->torrent != NULL)
    shoal_app_session_set_trackers (self->session,
                                    shoal_model_torrent_get_id (self->torrent),
                                    (const char *const *) taken,
                                    func,
                                    object);
}

static const char *
get_url_problem (void)
{
  return _ ("The address of a tracker begins with http://, https:// or udp://");
}

static void
add_cb (ShoalAppPrompt *prompt, const char *text, ShoalAppTrackersPage *self)
{
  g_autofree char *url = g_strstrip (g_strdup (text));

  if (self->torrent == NULL)
    gtk_window_close (GTK_WINDOW (prompt));
  else if (!shoal_app_tiers_is_url (url))
    shoal_app_prompt_set_problem (prompt, get_url_problem ());
  else
    shoal_app_session_add_tracker (self->session,
                                   shoal_model_torrent_get_id (self->torrent),
                                   url,
                                   shoal_app_prompt_answer_cb,
                                   G_OBJECT (prompt));
}

static void
add_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppTrackersPage       *self = SHOAL_APP_TRACKERS_PAGE (widget);
  const ShoalAppPromptOptions options = {
    .title = _ ("Add a Tracker"),
    .label = _ ("Address"),
    .accept = _ ("_Add"),
  };

  if (self->torrent != NULL)
    g_signal_connect_object (
        shoal_app_prompt_open (widget, &options), "accept", G_CALLBACK (add_cb), self, 0);
}

static void
edit_cb (ShoalAppPrompt *prompt, const char *text, ShoalAppTrackersPage *self)
{
  g_auto (GStrv) urls = dup_urls (self);
  g_autofree char *url = g_strstrip (g_strdup (text));

  if (self->torrent == NULL)
    gtk_window_close (GTK_WINDOW (prompt));
  else if (!shoal_app_tiers_is_url (url))
    shoal_app_prompt_set_problem (prompt, get_url_problem ());
  else
    send_urls (self,
               shoal_app_tiers_replace ((const char *const *) urls,
                                        g_object_get_data (G_OBJECT (prompt), "shoal-url"),
                                        url),
               shoal_app_prompt_answer_cb,
               prompt);
}

static void
edit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppTrackersPage   *self = SHOAL_APP_TRACKERS_PAGE (widget);
  const ShoalTrackerInfo *info = get_selected (self);
  ShoalAppPromptOptions   options = {
      .title = _ ("Edit Tracker"),
      .label = _ ("Address"),
      .accept = _ ("_Apply"),
  };
  ShoalAppPrompt *prompt;

  if (info == NULL)
    return;
  options.text = info->url;
  prompt = shoal_app_prompt_open (widget, &options);
  g_object_set_data_full (G_OBJECT (prompt), "shoal-url", g_strdup (info->url), g_free);
  g_signal_connect_object (prompt, "accept", G_CALLBACK (edit_cb), self, 0);
}

/* NULL: all lines are addresses. */
static char *
dup_lines_problem (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i + 1);
      ShoalAppTextPart parts[] = { { "n", number }, { "why", get_url_problem () } };

      if (*g_strstrip (lines[i]) != '\0' && !shoal_app_tiers_is_url (lines[i]))
        return shoal_app_text_fill (_ ("Line {n}: {why}"), parts, G_N_ELEMENTS (parts));
    }
  return NULL;
}

static void
edit_all_cb (ShoalAppPrompt *prompt, const char *text, ShoalAppTrackersPage *self)
{
  g_autofree char *problem = dup_lines_problem (text);

  if (self->torrent == NULL)
    gtk_window_close (GTK_WINDOW (prompt));
  else if (problem != NULL)
    shoal_app_prompt_set_problem (prompt, problem);
  else
    send_urls (self, shoal_app_tiers_from_text (text), shoal_app_prompt_answer_cb, prompt);
}

static void
edit_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppTrackersPage *self = SHOAL_APP_TRACKERS_PAGE (widget);
  g_auto (GStrv) urls = dup_urls (self);
  g_autofree char            *text = shoal_app_tiers_to_text ((const char *const *) urls);
  const ShoalAppPromptOptions options = {
    .title = _ ("Edit All Trackers"),
    .label = _ ("Addresses"),
    .hint = _ ("One address in a line. After an empty line comes the next tier: its trackers are "
               "asked when none before it answers."),
    .accept = _ ("_Apply"),
    .text = text,
    .has_lines = TRUE,
  };

  if (self->torrent != NULL)
    g_signal_connect_object (
        shoal_app_prompt_open (widget, &options), "accept", G_CALLBACK (edit_all_cb), self, 0);
}

/* The list as it was. */
typedef struct
{
  ShoalTorrentId id;
  char         **urls; /* owned */
} Removal;

static void
removal_free (gpointer data)
{
  Removal *removal = data;

  g_strfreev (removal->urls);
  g_free (removal);
}

static void
undo_removal (GtkWidget *widget, gpointer data)
{
  const Removal *removal = data;

  shoal_app_session_set_trackers (SHOAL_APP_TRACKERS_PAGE (widget)->session,
                                  removal->id,
                                  (const char *const *) removal->urls,
                                  NULL,
                                  NULL);
}

/* The newest removal can be undone once the engine has done it. */
static void
removed_cb (gpointer object, const ShoalAnswer *answer)
{
  ShoalAppTrackersPage *self = object;
  char                **urls = g_steal_pointer (&self->removed_from);
  Removal              *removal;
  g_autofree char      *sentence = NULL;

  if (answer->problem != NULL)
    {
      sentence = shoal_app_problem_dup_sentence (answer->problem);
      gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", sentence);
      g_strfreev (urls);
      return;
    }
  if (urls == NULL)
    return;
  removal = g_new0 (Removal, 1);
  removal->id = answer->id;
  removal->urls = urls;
  shoal_app_undo_offer (&(ShoalAppUndoOffer){
      .widget = GTK_WIDGET (self),
      .title = _ ("Tracker removed"),
      .kind = "shoal-undo-tracker",
      .func = undo_removal,
      .data = removal,
      .destroy = removal_free,
  });
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppTrackersPage   *self = SHOAL_APP_TRACKERS_PAGE (widget);
  const ShoalTrackerInfo *info = get_selected (self);

  if (info == NULL || self->torrent == NULL)
    return;
  g_strfreev (self->removed_from);
  self->removed_from = dup_urls (self);
  send_urls (self,
             shoal_app_tiers_replace ((const char *const *) self->removed_from, info->url, NULL),
             removed_cb,
             self);
}

static void
move_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppTrackersPage   *self = SHOAL_APP_TRACKERS_PAGE (widget);
  const ShoalTrackerInfo *info = get_selected (self);
  g_auto (GStrv) urls = dup_urls (self);

  if (info != NULL)
    send_urls (self,
               shoal_app_tiers_move ((const char *const *) urls,
                                     info->url,
                                     g_variant_get_boolean (parameter) ? -1 : 1),
               NULL,
               NULL);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const ShoalTrackerInfo *info = get_selected (SHOAL_APP_TRACKERS_PAGE (widget));

  if (info == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), info->url);
  gtk_widget_activate_action (widget, "win.toast", "s", _ ("Address copied"));
}

static void
announced_cb (gpointer object, const ShoalAnswer *answer)
{
  g_autofree char *sentence = answer->problem != NULL
                                  ? shoal_app_problem_dup_sentence (answer->problem)
                                  : g_strdup (_ ("Trackers are asked as soon as they permit it"));

  gtk_widget_activate_action (GTK_WIDGET (object), "win.toast", "s", sentence);
}

static void
announce_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppTrackersPage *self = SHOAL_APP_TRACKERS_PAGE (widget);

  if (self->torrent != NULL)
    shoal_app_session_announce (
        self->session, shoal_model_torrent_get_id (self->torrent), announced_cb, G_OBJECT (self));
}

void
shoal_app_trackers_page_update_actions (gpointer user_data)
{
  static const char *const names[] = {
    "tracker.copy", "tracker.edit", "tracker.remove", "tracker.move"
  };
  gboolean is_tracker = get_selected (user_data) != NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (user_data), names[i], is_tracker);
}

void
shoal_app_trackers_page_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "tracker.add", NULL, add_action);
  gtk_widget_class_install_action (klass, "tracker.announce", NULL, announce_action);
  gtk_widget_class_install_action (klass, "tracker.copy", NULL, copy_action);
  gtk_widget_class_install_action (klass, "tracker.edit", NULL, edit_action);
  gtk_widget_class_install_action (klass, "tracker.edit-all", NULL, edit_all_action);
  gtk_widget_class_install_action (klass, "tracker.move", "b", move_action);
  gtk_widget_class_install_action (klass, "tracker.remove", NULL, remove_action);
  /* By their keys, which must not depend on the row whose menu was open last. */
  gtk_widget_class_install_action (klass, "tracker.copy-row", NULL, copy_action);
  gtk_widget_class_install_action (klass, "tracker.edit-row", NULL, edit_action);
  gtk_widget_class_install_action (klass, "tracker.move-row", "b", move_action);
  gtk_widget_class_install_action (klass, "tracker.remove-row", NULL, remove_action);
}
