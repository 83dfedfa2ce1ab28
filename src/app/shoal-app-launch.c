/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-launch.h"

#include <glib/gi18n.h>

#define MANAGER_NAME "org.freedesktop.FileManager1"
#define MANAGER_PATH "/org/freedesktop/FileManager1"

/* One wish to see a file: first whether it exists, then the file manager, then any program that
 * opens folders. */
typedef struct
{
  GtkWidget *widget; /* owned */
  GFile     *file;   /* owned */
  GFile     *folder; /* owned; what is opened when the file cannot be marked */
} Show;

static void
show_free (Show *show)
{
  g_clear_object (&show->widget);
  g_clear_object (&show->file);
  g_clear_object (&show->folder);
  g_free (show);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Show, show_free)

static void
launched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Show) show = user_data;
  g_autoptr (GError) error = NULL;

  if (g_app_info_launch_default_for_uri_finish (result, &error))
    return;
  g_message ("cannot open a folder: %s", error->message);
  gtk_widget_activate_action (
      show->widget, "win.toast", "s", _ ("There is no program that shows folders"));
}

static void
launch_folder (Show *show)
{
  GdkDisplay *display = gtk_widget_get_display (show->widget);
  g_autoptr (GdkAppLaunchContext) context = gdk_display_get_app_launch_context (display);
  g_autofree char *uri = g_file_get_uri (show->folder);

  g_app_info_launch_default_for_uri_async (
      uri, G_APP_LAUNCH_CONTEXT (context), NULL, launched_cb, show);
}

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Show) show = user_data;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (answer == NULL)
    launch_folder (g_steal_pointer (&show));
}

static void
show_in_manager (Show *show)
{
  GApplication    *application = g_application_get_default ();
  GDBusConnection *connection = g_application_get_dbus_connection (application);
  g_autofree char *uri = g_file_get_uri (show->file);
  const char      *uris[] = { uri, NULL };

  if (connection == NULL)
    {
      launch_folder (show);
      return;
    }
  g_dbus_connection_call (connection,
                          MANAGER_NAME,
                          MANAGER_PATH,
                          MANAGER_NAME,
                          "ShowItems",
                          g_variant_new ("(^ass)", uris, ""),
                          NULL,
                          G_DBUS_CALL_FLAGS_NONE,
                          -1,
                          NULL,
                          shown_cb,
                          show);
}

static void
queried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Show *show = user_data;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, NULL);

  if (info != NULL)
    show_in_manager (show);
  else
    launch_folder (show);
}

void
shoal_app_launch_show_path (GtkWidget *widget, const char *path, const char *fallback)
{
  Show *show = g_new0 (Show, 1);

  show->widget = g_object_ref (widget);
  show->file = g_file_new_for_path (path);
  show->folder = g_file_new_for_path (fallback);
  g_file_query_info_async (show->file,
                           G_FILE_ATTRIBUTE_STANDARD_TYPE,
                           G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT,
                           NULL,
                           queried_cb,
                           show);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) widget = user_data;
  g_autoptr (GError) error = NULL;

  if (g_app_info_launch_default_for_uri_finish (result, &error))
    return;
  g_message ("cannot open a file: %s", error->message);
  gtk_widget_activate_action (
      widget, "win.toast", "s", _ ("There is no program that opens such files, or it is gone"));
}

void
shoal_app_launch_open_path (GtkWidget *widget, const char *path)
{
  GdkDisplay *display = gtk_widget_get_display (widget);
  g_autoptr (GdkAppLaunchContext) context = gdk_display_get_app_launch_context (display);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *uri = g_file_get_uri (file);

  g_app_info_launch_default_for_uri_async (
      uri, G_APP_LAUNCH_CONTEXT (context), NULL, opened_cb, g_object_ref (widget));
}
