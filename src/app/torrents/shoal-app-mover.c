/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-mover.h"

#include <glib/gi18n.h>

struct _ShoalAppMover
{
  GtkWidget            *widget;   /* unowned: outlives us */
  ShoalAppSession      *session;  /* owned */
  GtkFileChooserNative *chooser;  /* owned; NULL: nothing is asked */
  GPtrArray            *torrents; /* owned, of ShoalModelTorrent; what is asked about */
};

static void
move_to (ShoalAppMover *self, const char *path)
{
  for (guint i = 0; i < self->torrents->len; i++)
    {
      const ShoalTorrentInfo *info =
          shoal_model_torrent_get_info (g_ptr_array_index (self->torrents, i));

      if (g_strcmp0 (info->save_path, path) != 0)
        shoal_app_session_move (self->session, info->id, path);
    }
}

static void
response_cb (GtkNativeDialog *dialog, int response, ShoalAppMover *self)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL)
    path = g_file_get_path (file);
  if (path != NULL)
    move_to (self, path);
  g_ptr_array_set_size (self->torrents, 0);
  g_clear_object (&self->chooser);
}

ShoalAppMover *
shoal_app_mover_new (GtkWidget *widget, ShoalAppSession *session)
{
  ShoalAppMover *self = g_new0 (ShoalAppMover, 1);

  self->widget = widget;
  self->session = g_object_ref (session);
  self->torrents = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

void
shoal_app_mover_free (ShoalAppMover *self)
{
  if (self->chooser != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->chooser, self);
      gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
    }
  g_clear_object (&self->chooser);
  g_ptr_array_unref (self->torrents);
  g_object_unref (self->session);
  g_free (self);
}

void
shoal_app_mover_ask (ShoalAppMover *self, GPtrArray *torrents)
{
  g_autoptr (GFile) folder = NULL;

  if (self->chooser != NULL || torrents->len == 0)
    return;
  for (guint i = 0; i < torrents->len; i++)
    g_ptr_array_add (self->torrents, g_object_ref (g_ptr_array_index (torrents, i)));
  folder = g_file_new_for_path (
      shoal_model_torrent_get_info (g_ptr_array_index (torrents, 0))->save_path);
  self->chooser = gtk_file_chooser_native_new (_ ("Move to Another Folder"),
                                               GTK_WINDOW (gtk_widget_get_root (self->widget)),
                                               GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                                               _ ("_Move"),
                                               NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self->chooser), folder, NULL);
  g_signal_connect (self->chooser, "response", G_CALLBACK (response_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}
