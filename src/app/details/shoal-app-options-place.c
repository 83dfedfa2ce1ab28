/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the files are, and where the torrent stands in the queue. */
#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-options-private.h"

#include <glib/gi18n.h>

#include "app/shoal-app-launch.h"
#include "app/shoal-app-number.h"
#include "app/shoal-app-text.h"

static gboolean
folder_equal (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b)
{
  return g_strcmp0 (a->save_path, b->save_path) == 0;
}

/* What is being moved of all of them, and how far that is. */
static gboolean
add_up_moving (ShoalAppOptions *self, guint64 *moved, guint64 *total)
{
  gboolean is_moving = FALSE;

  *moved = *total = 0;
  for (guint i = 0; i < self->torrents->len; i++)
    {
      const ShoalTorrentInfo *info =
          shoal_model_torrent_get_info (g_ptr_array_index (self->torrents, i));

      if (info->state != SHOAL_TORRENT_STATE_MOVING)
        continue;
      is_moving = TRUE;
      *moved += info->moved_bytes;
      *total += info->done_bytes;
    }
  return is_moving;
}

static char *
dup_moving (guint64 moved, guint64 total)
{
  g_autofree char *moved_text = g_format_size (moved);
  g_autofree char *total_text = g_format_size (total);
  ShoalAppTextPart parts[] = { { "moved", moved_text }, { "total", total_text } };

  if (moved == 0)
    return g_strdup (_ ("Moving"));
  return shoal_app_text_fill (_ ("Moving, {moved} of {total} done"), parts, G_N_ELEMENTS (parts));
}

static void
show_folder (ShoalAppOptions *self)
{
  gboolean                is_mixed;
  const ShoalTorrentInfo *info = shoal_app_options_get_common (self, folder_equal, &is_mixed);
  guint64                 moved;
  guint64                 total;
  gboolean                is_moving = add_up_moving (self, &moved, &total);
  g_autofree char        *folder = is_mixed ? g_strdup (_ ("Differs among those that are selected"))
                                            : shoal_app_text_dup_visible (info->save_path);
  g_autofree char        *moving = is_moving ? dup_moving (moved, total) : NULL;
  g_autofree char *text = is_moving ? g_strconcat (folder, "\n", moving, NULL) : g_strdup (folder);
  g_autofree char *markup = g_markup_escape_text (text, -1);

  if (g_strcmp0 (adw_action_row_get_subtitle (self->folder_row), markup) != 0)
    adw_action_row_set_subtitle (self->folder_row, markup);
  gtk_widget_set_visible (GTK_WIDGET (self->moved_bar), is_moving);
  gtk_progress_bar_set_fraction (self->moved_bar,
                                 total > 0 ? shoal_app_number_get_fraction (moved, total) : 0.0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.move", !is_moving);
}

static void
show_queue (ShoalAppOptions *self)
{
  GListModel      *torrents = G_LIST_MODEL (shoal_app_session_get_torrents (self->session));
  guint            n_all = g_list_model_get_n_items (torrents);
  guint            place = shoal_model_torrent_get_rank (g_ptr_array_index (self->torrents, 0));
  g_autofree char *place_text = g_strdup_printf ("%u", place);
  g_autofree char *all_text = g_strdup_printf ("%u", n_all);
  ShoalAppTextPart parts[] = { { "place", place_text }, { "all", all_text } };
  g_autofree char *text =
      self->torrents->len == 1
          ? shoal_app_text_fill (_ ("{place} of {all}"), parts, G_N_ELEMENTS (parts))
          : g_strdup ("");

  if (g_strcmp0 (adw_action_row_get_subtitle (self->queue_row), text) != 0)
    adw_action_row_set_subtitle (self->queue_row, text);
}

void
shoal_app_options_show_place (ShoalAppOptions *self)
{
  show_folder (self);
  show_queue (self);
}

/* What cannot be moved is told: the session says so by itself. */
static void
chooser_cb (ShoalAppOptions *self, int response, GtkNativeDialog *dialog)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL)
    path = g_file_get_path (file);
  for (guint i = 0; path != NULL && i < self->torrents->len; i++)
    {
      const ShoalTorrentInfo *info =
          shoal_model_torrent_get_info (g_ptr_array_index (self->torrents, i));

      if (g_strcmp0 (info->save_path, path) != 0)
        shoal_app_session_move (self->session, info->id, path, NULL, NULL);
    }
  g_clear_object (&self->chooser);
}

static void
move_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppOptions *self = SHOAL_APP_OPTIONS (widget);
  g_autoptr (GFile) folder = NULL;

  if (self->chooser != NULL || self->torrents->len == 0)
    return;
  folder = g_file_new_for_path (
      shoal_model_torrent_get_info (g_ptr_array_index (self->torrents, 0))->save_path);
  self->chooser = gtk_file_chooser_native_new (_ ("Move to Another Folder"),
                                               GTK_WINDOW (gtk_widget_get_root (widget)),
                                               GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                                               _ ("_Move"),
                                               NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self->chooser), folder, NULL);
  g_signal_connect_object (
      self->chooser, "response", G_CALLBACK (chooser_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
open_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppOptions        *self = SHOAL_APP_OPTIONS (widget);
  const ShoalTorrentInfo *info;

  if (self->torrents->len == 0)
    return;
  info = shoal_model_torrent_get_info (g_ptr_array_index (self->torrents, 0));
  shoal_app_launch_show_path (widget, info->data_path, info->save_path);
}

static void
enqueue_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppOptions *self = SHOAL_APP_OPTIONS (widget);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (ShoalTorrentId));

  for (guint i = 0; i < self->torrents->len; i++)
    {
      ShoalTorrentId id = shoal_model_torrent_get_id (g_ptr_array_index (self->torrents, i));

      g_array_append_val (ids, id);
    }
  if (ids->len > 0)
    shoal_app_session_enqueue (self->session,
                               ids,
                               (ShoalQueuePlace) g_variant_get_int32 (parameter),
                               (ShoalTorrentId){ 0 });
}

static void
play_later_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppOptions *self = SHOAL_APP_OPTIONS (widget);

  if (self->torrents->len == 1)
    shoal_app_session_play_first (
        self->session,
        shoal_model_torrent_get_id (g_ptr_array_index (self->torrents, 0)),
        G_MAXUINT);
}

void
shoal_app_options_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "options.move", NULL, move_action);
  gtk_widget_class_install_action (klass, "options.open-folder", NULL, open_folder_action);
  gtk_widget_class_install_action (klass, "options.enqueue", "i", enqueue_action);
  gtk_widget_class_install_action (klass, "options.play-later", NULL, play_later_action);
}
