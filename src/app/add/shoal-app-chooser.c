/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-chooser.h"

#include <glib/gi18n.h>

#include "app/shoal-app-settings.h"

struct _ShoalAppChooser
{
  GObject parent_instance;

  GtkWindow            *window;   /* unowned: it owns us */
  GSettings            *settings; /* owned */
  GtkFileChooserNative *dialog;   /* owned; NULL: not open */
};

G_DEFINE_FINAL_TYPE (ShoalAppChooser, shoal_app_chooser, G_TYPE_OBJECT)

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What a portal hands over lies in a folder of the portal's, which is none to come back to. */
static void
remember_folder (ShoalAppChooser *self, GListModel *files)
{
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *path = folder != NULL ? g_file_get_path (folder) : NULL;

  if (path != NULL && !g_str_has_prefix (path, "/run/"))
    g_settings_set_string (self->settings, SHOAL_APP_KEY_OPEN_FOLDER, path);
}

static void
response_cb (ShoalAppChooser *self, int response, GtkNativeDialog *dialog)
{
  g_autoptr (GtkFileChooserNative) chooser G_GNUC_UNUSED = g_steal_pointer (&self->dialog);
  g_autoptr (GListModel) files = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  if (files == NULL || g_list_model_get_n_items (files) == 0)
    return;
  remember_folder (self, files);
  g_signal_emit (self, signals[CHOSEN], 0, files);
}

static void
add_filter (GtkFileChooser *chooser, const char *name, const char *suffix)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  if (suffix != NULL)
    {
      gtk_file_filter_add_mime_type (filter, "application/x-bittorrent");
      gtk_file_filter_add_suffix (filter, suffix);
    }
  else
    gtk_file_filter_add_pattern (filter, "*");
  gtk_file_chooser_add_filter (chooser, filter);
}

/* A folder that is gone is as none: the dialog then begins where it likes. */
static void
go_to_folder (ShoalAppChooser *self)
{
  g_autofree char *path = g_settings_get_string (self->settings, SHOAL_APP_KEY_OPEN_FOLDER);
  g_autoptr (GFile) folder = NULL;

  if (!g_path_is_absolute (path))
    return;
  folder = g_file_new_for_path (path);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self->dialog), folder, NULL);
}

static void
shoal_app_chooser_dispose (GObject *object)
{
  ShoalAppChooser *self = SHOAL_APP_CHOOSER (object);

  if (self->dialog != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->dialog));
  g_clear_object (&self->dialog);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (shoal_app_chooser_parent_class)->dispose (object);
}

static void
shoal_app_chooser_class_init (ShoalAppChooserClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = shoal_app_chooser_dispose;

  signals[CHOSEN] = g_signal_new ("chosen",
                                  G_TYPE_FROM_CLASS (klass),
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_LIST_MODEL);
}

static void
shoal_app_chooser_init (ShoalAppChooser *self)
{
}

ShoalAppChooser *
shoal_app_chooser_new (GtkWindow *window, GSettings *settings)
{
  ShoalAppChooser *self = g_object_new (SHOAL_TYPE_APP_CHOOSER, NULL);

  self->window = window;
  self->settings = g_object_ref (settings);
  return self;
}

void
shoal_app_chooser_open (ShoalAppChooser *self)
{
  g_return_if_fail (SHOAL_IS_APP_CHOOSER (self));

  if (self->dialog != NULL)
    return;
  self->dialog = gtk_file_chooser_native_new (
      _ ("Add Torrents"), self->window, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->dialog), TRUE);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->dialog), TRUE);
  add_filter (GTK_FILE_CHOOSER (self->dialog), _ ("Torrents"), "torrent");
  add_filter (GTK_FILE_CHOOSER (self->dialog), _ ("All Files"), NULL);
  go_to_folder (self);
  g_signal_connect_object (
      self->dialog, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->dialog));
}
