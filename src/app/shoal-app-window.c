/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-window.h"

#include <glib/gi18n.h>

#include "app/shoal-app-compat.h"
#include "app/shoal-app-drop.h"
#include "app/shoal-app-pane.h"
#include "app/shoal-app-problem.h"
#include "app/shoal-app-sentence.h"
#include "app/shoal-app-settings.h"
#include "app/shoal-app-text.h"
#include "app/shoal-app-toasts.h"
#include "app/shoal-app-unmoved.h"
#include "app/shoal-app-window-private.h"

/* Below this width words give way to icons. */
#define NARROW_WIDTH 500

/* Two numbers are to be read, and maybe written down. */
#define PORT_SEC 20

G_DEFINE_FINAL_TYPE (ShoalAppWindow, shoal_app_window, ADW_TYPE_APPLICATION_WINDOW)

static void
show_page (ShoalAppWindow *self)
{
  ShoalModelTorrents *torrents = shoal_app_session_get_torrents (self->session);
  const char         *page = "loading";

  if (shoal_app_session_get_phase (self->session) == SHOAL_APP_PHASE_FAILED)
    page = "problem";
  else if (g_list_model_get_n_items (G_LIST_MODEL (torrents)) > 0)
    page = "panes";
  else if (shoal_model_torrents_get_is_loaded (torrents))
    page = "empty";
  if (g_str_equal (page, "panes") &&
      g_strcmp0 (gtk_stack_get_visible_child_name (self->pages), page) != 0)
    {
      self->wants_focus = TRUE;
      shoal_app_window_queue_layout (self);
    }
  gtk_stack_set_visible_child_name (self->pages, page);
  shoal_app_window_show_panes (self);
}

/* What the details are about; NULL: of no torrent. */
static char *
dup_selected_name (ShoalAppWindow *self)
{
  g_autoptr (GPtrArray) torrents = shoal_app_collection_ref_selected (self->collection);
  g_autofree char *number = g_strdup_printf ("%u", torrents->len);
  ShoalAppTextPart part = { "n", number };

  if (torrents->len == 0)
    return NULL;
  if (torrents->len > 1)
    return shoal_app_text_fill (ngettext ("{n} Torrent", "{n} Torrents", torrents->len), &part, 1);
  return shoal_app_text_dup_visible (
      shoal_model_torrent_get_info (g_ptr_array_index (torrents, 0))->name);
}

static gboolean
has_alternative_limits (ShoalAppWindow *self)
{
  g_autoptr (GVariant) state =
      g_action_group_get_action_state (G_ACTION_GROUP (self), "alternative");

  return state != NULL && g_variant_get_boolean (state);
}

/* In a narrow window there is no room for them between the buttons of the header. */
static void
show_totals (ShoalAppWindow *self)
{
  ShoalModelTorrents *torrents = shoal_app_session_get_torrents (self->session);
  gboolean            is_narrow = self->was_narrow;
  gboolean            is_details = shoal_app_window_is_on_details (self);
  g_autofree char    *name = is_details ? dup_selected_name (self) : NULL;
  g_autofree char    *text = NULL;

  self->totals_are_old = FALSE;
  if (g_list_model_get_n_items (G_LIST_MODEL (torrents)) > 0)
    text = shoal_app_sentence_dup_totals (shoal_model_torrents_get_totals (torrents),
                                          has_alternative_limits (self));
  adw_window_title_set_title (self->title, name != NULL ? name : "Shoal");
  adw_window_title_set_subtitle (self->title, text != NULL && !is_narrow ? text : "");
  gtk_label_set_label (self->totals_label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->totals_label), text != NULL && is_narrow);
}

static void
beat_cb (gpointer listener)
{
  ShoalAppWindow *self = listener;

  self->has_beat = self->totals_are_old;
  if (self->totals_are_old)
    show_totals (self);
  else
    shoal_app_beat_leave (shoal_app_session_get_beat (self->session), self);
}

/* At once after a quiet time, and when the torrents have just come, whose rows say it already. */
static void
totals_cb (ShoalAppWindow *self)
{
  self->totals_are_old = TRUE;
  if (self->has_beat)
    return;
  self->has_beat = TRUE;
  show_totals (self);
  shoal_app_beat_join (shoal_app_session_get_beat (self->session), beat_cb, self);
}

static void
n_items_cb (ShoalAppWindow *self)
{
  show_page (self);
  show_totals (self);
}

/* What keeps the engine from starting takes the page; what it can live with is a notice above the
 * list. */
static void
problem_cb (ShoalAppWindow *self)
{
  const ShoalProblem *problem = shoal_app_session_get_problem (self->session);
  gboolean has_failed = shoal_app_session_get_phase (self->session) == SHOAL_APP_PHASE_FAILED;

  if (problem != NULL)
    {
      g_autofree char *sentence = shoal_app_problem_dup_sentence (problem);
      g_autofree char *markup = g_markup_escape_text (sentence, -1);

      adw_status_page_set_description (self->problem_page, markup);
      gtk_label_set_label (self->notice_label, sentence);
    }
  gtk_info_bar_set_revealed (self->notice, problem != NULL && !has_failed);
  show_page (self);
}

static void
left_cb (ShoalAppWindow *self, guint id, const char *name)
{
  shoal_app_removal_note_left (self->removal, (ShoalTorrentId){ id }, name);
}

static void
refused_cb (ShoalAppSession *session, const ShoalProblem *problem, ShoalAppWindow *self)
{
  g_autofree char *sentence = shoal_app_problem_dup_refusal (problem);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", sentence);
}

static void
unmoved_cb (ShoalAppSession *session, const ShoalAnswer *answer, ShoalAppWindow *self)
{
  ShoalModelTorrent *torrent =
      shoal_model_torrents_lookup (shoal_app_session_get_torrents (session), answer->id);

  if (torrent != NULL)
    shoal_app_unmoved_tell (self->toasts, torrent, answer->problem);
}

/* Nothing has to be done about it, but a person who opened a port of a router must know. */
static void
port_cb (ShoalAppWindow *self)
{
  g_autofree char *wished_text = NULL;
  g_autofree char *used_text = NULL;
  g_autofree char *title = NULL;
  ShoalAppTextPart parts[2];
  guint16          wished, used;
  AdwToast        *toast;

  if (!shoal_app_session_take_port_news (self->session, &wished, &used))
    return;
  wished_text = g_strdup_printf ("%u", wished);
  used_text = g_strdup_printf ("%u", used);
  parts[0] = (ShoalAppTextPart){ "wished", wished_text };
  parts[1] = (ShoalAppTextPart){ "used", used_text };
  title = shoal_app_text_fill (_ ("Port {wished} busy, using {used}"), parts, 2);
  toast = adw_toast_new (title);
  adw_toast_set_timeout (toast, PORT_SEC);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
notice_response_cb (GtkInfoBar *notice, int response, ShoalAppWindow *self)
{
  gtk_info_bar_set_revealed (notice, FALSE);
}

static void
remove_cb (ShoalAppActions *actions, GPtrArray *torrents, gboolean with_files, ShoalAppWindow *self)
{
  shoal_app_removal_take (self->removal, torrents, with_files);
}

static void
unwanted_cb (ShoalAppWindow *self, GPtrArray *torrents)
{
  shoal_app_removal_take (self->removal, torrents, FALSE);
}

static void
show_torrent_cb (ShoalAppWindow *self, guint id)
{
  shoal_app_collection_show_torrent (self->collection, (ShoalTorrentId){ id });
}

static void
toast_cb (ShoalAppWindow *self, AdwToast *toast)
{
  adw_toast_overlay_add_toast (self->toasts, g_object_ref (toast));
}

static void
can_undo_cb (ShoalAppWindow *self)
{
  gtk_widget_action_set_enabled (
      GTK_WIDGET (self), "win.undo", shoal_app_removal_get_can_undo (self->removal));
}

static void
add_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_adder_choose (SHOAL_APP_WINDOW (widget)->adder);
}

static void
add_link_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_adder_ask_for_link (SHOAL_APP_WINDOW (widget)->adder);
}

static void
take_pasted (ShoalAppWindow *self, GPtrArray *files)
{
  if (files->len > 0)
    shoal_app_window_take (self, (GFile **) files->pdata, files->len);
  else
    gtk_widget_activate_action (
        GTK_WIDGET (self), "win.toast", "s", _ ("There is no link and no torrent file to paste"));
}

static void
text_pasted_cb (GObject *clipboard, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShoalAppWindow) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
  g_autoptr (GPtrArray) files = shoal_app_drop_read_text (text != NULL ? text : "");

  take_pasted (self, files);
}

static void
files_pasted_cb (GObject *clipboard, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShoalAppWindow) self = user_data;
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (clipboard), result, NULL);

  for (GSList *l = value != NULL ? g_value_get_boxed (value) : NULL; l != NULL; l = l->next)
    g_ptr_array_add (files, g_object_ref (l->data));
  take_pasted (self, files);
}

/* Files that were copied come as text too, so they come first. */
static void
paste_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);

  if (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), GDK_TYPE_FILE_LIST))
    gdk_clipboard_read_value_async (clipboard,
                                    GDK_TYPE_FILE_LIST,
                                    G_PRIORITY_DEFAULT,
                                    NULL,
                                    files_pasted_cb,
                                    g_object_ref (widget));
  else
    gdk_clipboard_read_text_async (clipboard, NULL, text_pasted_cb, g_object_ref (widget));
}

static void
undo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_removal_undo (SHOAL_APP_WINDOW (widget)->removal);
}

static void
toast_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_toasts_say (SHOAL_APP_WINDOW (widget)->toasts, g_variant_get_string (parameter, NULL));
}

static void
set_label (gpointer widget, const char *label)
{
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static gboolean
layout_cb (gpointer user_data)
{
  ShoalAppWindow *self = user_data;

  self->layout_source = 0;
  if (self->was_narrow != self->is_narrow)
    shoal_app_add_button_set_is_narrow (self->add_button, self->is_narrow);
  self->was_narrow = self->is_narrow;
  shoal_app_window_show_panes (self);
  show_totals (self);
  if (self->wants_focus)
    shoal_app_browser_focus_view (self->browser);
  self->wants_focus = FALSE;
  return G_SOURCE_REMOVE;
}

void
shoal_app_window_queue_layout (ShoalAppWindow *self)
{
  if (self->layout_source == 0)
    self->layout_source = g_idle_add (layout_cb, self);
}

/* There are no breakpoints in libadwaita 1.2. The children change after the allocation, not in it.
 */
static void
shoal_app_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ShoalAppWindow *self = SHOAL_APP_WINDOW (widget);

  GTK_WIDGET_CLASS (shoal_app_window_parent_class)->size_allocate (widget, width, height, baseline);
  self->is_narrow = width < NARROW_WIDTH;
  if (self->is_narrow != self->was_narrow)
    shoal_app_window_queue_layout (self);
}

static void
shoal_app_window_dispose (GObject *object)
{
  ShoalAppWindow *self = SHOAL_APP_WINDOW (object);

  g_clear_handle_id (&self->layout_source, g_source_remove);
  if (self->session != NULL)
    {
      shoal_app_beat_leave (shoal_app_session_get_beat (self->session), self);
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_signal_handlers_disconnect_by_data (shoal_app_session_get_torrents (self->session), self);
    }
  if (self->actions != NULL)
    gtk_widget_insert_action_group (GTK_WIDGET (self), "torrent", NULL);
  if (self->adder != NULL)
    shoal_app_add_button_set_adder (self->add_button, NULL);
  g_clear_object (&self->adder);
  g_clear_object (&self->removal);
  g_clear_object (&self->details_action);
  g_clear_object (&self->actions);
  g_clear_object (&self->collection);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (shoal_app_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, add_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, back_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, browser);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, content);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, details);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, details_pane);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, drop_revealer);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, filters);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, filters_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, hold_notice);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, list_pane);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, narrow_menu);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, notice);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, notice_label);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, primary_menu);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, problem_page);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, search_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, title);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, totals_label);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWindow, view_button);
}

static void
shoal_app_window_class_init (ShoalAppWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_window_dispose;
  widget_class->size_allocate = shoal_app_window_size_allocate;

  g_type_ensure (SHOAL_TYPE_APP_ADD_BUTTON);
  g_type_ensure (SHOAL_TYPE_APP_BROWSER);
  g_type_ensure (SHOAL_TYPE_APP_DETAILS);
  g_type_ensure (SHOAL_TYPE_APP_FILTERS);
  g_type_ensure (SHOAL_TYPE_APP_HOLD_NOTICE);
  g_type_ensure (SHOAL_TYPE_APP_PANE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/shoalapp/Shoal/shoal-app-window.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, notice_response_cb);
  shoal_app_window_install_panes (widget_class);
  gtk_widget_class_install_action (widget_class, "win.add", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "win.add-link", NULL, add_link_action);
  gtk_widget_class_install_action (widget_class, "win.paste", NULL, paste_action);
  gtk_widget_class_install_action (widget_class, "win.undo", NULL, undo_action);
  gtk_widget_class_install_action (widget_class, "win.toast", "s", toast_action);
  /* A binding of the window, not of the application: what is pasted into an entry stays there. */
  gtk_widget_class_add_binding_action (
      widget_class, GDK_KEY_v, GDK_CONTROL_MASK, "win.paste", NULL);
}

static void
shoal_app_window_init (ShoalAppWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  shoal_app_add_button_set_is_narrow (self->add_button, FALSE);
  /* The focus lies on the child, whose name newer versions of GTK take from the menu button. */
  set_label (self->menu_button, _ ("Main Menu"));
  set_label (gtk_widget_get_first_child (self->menu_button), _ ("Main Menu"));
  set_label (self->view_button, _ ("View"));
  set_label (gtk_widget_get_first_child (self->view_button), _ ("View"));
  shoal_app_compat_name_items (gtk_menu_button_get_popover (GTK_MENU_BUTTON (self->view_button)));
#if SHOAL_DEVEL
  gtk_widget_add_css_class (GTK_WIDGET (self), "devel");
#endif
}

static void
take_settings (ShoalAppWindow *self, GSettings *settings)
{
  g_autoptr (GAction) alternative = g_settings_create_action (settings, SHOAL_APP_KEY_ALTERNATIVE);

  g_action_map_add_action (G_ACTION_MAP (self), alternative);
  g_signal_connect_object (
      alternative, "notify::state", G_CALLBACK (show_totals), self, G_CONNECT_SWAPPED);
  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (settings, SHOAL_APP_KEY_WINDOW_WIDTH),
                               g_settings_get_int (settings, SHOAL_APP_KEY_WINDOW_HEIGHT));
  if (g_settings_get_boolean (settings, SHOAL_APP_KEY_WINDOW_MAXIMIZED))
    gtk_window_maximize (GTK_WINDOW (self));
}

static void
take_session (ShoalAppWindow *self, ShoalAppSession *session)
{
  ShoalModelTorrents *torrents = shoal_app_session_get_torrents (session);

  self->session = g_object_ref (session);
  self->adder = shoal_app_adder_new (GTK_WINDOW (self), session);
  shoal_app_add_button_set_adder (self->add_button, self->adder);
  self->removal = shoal_app_removal_new (self->toasts, session);
  self->collection = shoal_app_collection_new (session);
  self->actions = shoal_app_actions_new (GTK_WIDGET (self), self->collection);
  shoal_app_window_start_panes (self);
  g_signal_connect (self->actions, "remove", G_CALLBACK (remove_cb), self);
  g_signal_connect (
      shoal_app_details_get_actions (self->details), "remove", G_CALLBACK (remove_cb), self);
  shoal_app_hold_notice_set_rules (self->hold_notice, shoal_app_session_get_rules (session));
  g_signal_connect_swapped (session, "problem", G_CALLBACK (problem_cb), self);
  g_signal_connect_swapped (session, "port", G_CALLBACK (port_cb), self);
  g_signal_connect (session, "refused", G_CALLBACK (refused_cb), self);
  g_signal_connect (session, "unmoved", G_CALLBACK (unmoved_cb), self);
  g_signal_connect_swapped (session, "left", G_CALLBACK (left_cb), self);
  g_signal_connect_swapped (torrents, "notify::n-items", G_CALLBACK (n_items_cb), self);
  g_signal_connect_swapped (torrents, "notify::is-loaded", G_CALLBACK (show_page), self);
  g_signal_connect_swapped (torrents, "notify::totals", G_CALLBACK (totals_cb), self);
  g_signal_connect_swapped (self->adder, "show", G_CALLBACK (show_torrent_cb), self);
  g_signal_connect_swapped (self->adder, "unwanted", G_CALLBACK (unwanted_cb), self);
  g_signal_connect_swapped (self->adder, "toast", G_CALLBACK (toast_cb), self);
  g_signal_connect_swapped (self->removal, "show", G_CALLBACK (show_torrent_cb), self);
  g_signal_connect_swapped (self->removal, "notify::can-undo", G_CALLBACK (can_undo_cb), self);
}

static void
dropped_cb (GFile **files, guint n_files, gpointer user_data)
{
  if (n_files > 0)
    shoal_app_window_take (user_data, files, n_files);
  else
    gtk_widget_activate_action (
        user_data, "win.toast", "s", _ ("There is no link in the text that was dropped"));
}

GtkWidget *
shoal_app_window_new (GtkApplication *application, ShoalAppSession *session)
{
  ShoalAppWindow *self = g_object_new (SHOAL_TYPE_APP_WINDOW, "application", application, NULL);

  take_session (self, session);
  take_settings (self, shoal_app_session_get_settings (session));
  shoal_app_drop_install (self->content, self->drop_revealer, dropped_cb, self);
  can_undo_cb (self);
  problem_cb (self);
  port_cb (self);
  show_totals (self);
  return GTK_WIDGET (self);
}

void
shoal_app_window_take (ShoalAppWindow *self, GFile **files, guint n_files)
{
  g_return_if_fail (SHOAL_IS_APP_WINDOW (self));

  if (shoal_app_session_get_phase (self->session) == SHOAL_APP_PHASE_RUNNING)
    shoal_app_adder_take (self->adder, files, n_files);
}

void
shoal_app_window_save (ShoalAppWindow *self)
{
  GSettings *settings = shoal_app_session_get_settings (self->session);
  int        width;
  int        height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_boolean (
      settings, SHOAL_APP_KEY_WINDOW_MAXIMIZED, gtk_window_is_maximized (GTK_WINDOW (self)));
  if (width <= 0 || height <= 0)
    return;
  g_settings_set_int (settings, SHOAL_APP_KEY_WINDOW_WIDTH, width);
  g_settings_set_int (settings, SHOAL_APP_KEY_WINDOW_HEIGHT, height);
}
