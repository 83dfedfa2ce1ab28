/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-details-page.h"
#include "app/details/shoal-app-files-page-private.h"

#define TEMPLATE "/io/github/shoalapp/Shoal/details/shoal-app-files-page.ui"
#define MENU     "/io/github/shoalapp/Shoal/details/shoal-app-files-menu.ui"

/* How often what is shown of the files follows what they are. */
#define TICK_MS 1000

static void shoal_app_files_page_iface_init (ShoalAppDetailsPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ShoalAppFilesPage,
                               shoal_app_files_page,
                               ADW_TYPE_BIN,
                               G_IMPLEMENT_INTERFACE (SHOAL_TYPE_APP_DETAILS_PAGE,
                                                      shoal_app_files_page_iface_init))

static void
show_mode (ShoalAppFilesPage *self)
{
  const ShoalTorrentInfo *info =
      self->torrent != NULL ? shoal_model_torrent_get_info (self->torrent) : NULL;
  const char *mode = "loading";

  if (self->tree != NULL)
    mode = "files";
  else if (info != NULL && info->is_magnet)
    mode = "unknown";
  gtk_stack_set_visible_child_name (self->modes, mode);
}

static void
show_play_first (ShoalAppFilesPage *self)
{
  if (self->tree != NULL)
    shoal_model_tree_set_play_first (self->tree,
                                     shoal_model_torrent_get_info (self->torrent)->play_first);
}

static void
chosen_cb (ShoalModelTree *tree, GArray *files, guint priority, ShoalAppFilesPage *self)
{
  self->wish_serial = shoal_app_session_set_priorities (self->session,
                                                        shoal_model_torrent_get_id (self->torrent),
                                                        files,
                                                        (ShoalFilePriority) priority);
  shoal_model_tree_wish (tree, self->wish_serial);
}

static void
drop_tree (ShoalAppFilesPage *self)
{
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  if (self->tree != NULL)
    g_signal_handlers_disconnect_by_data (self->tree, self);
  if (self->view != NULL)
    shoal_app_file_tree_set_tree (self->view, NULL);
  g_clear_object (&self->tree);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShoalAppFilesPage) self = user_data;
  g_autoptr (ShoalModelTree) tree = shoal_model_tree_load_finish (result, NULL);

  if (tree == NULL) /* another torrent was selected */
    return;
  g_clear_object (&self->loading);
  self->tree = g_steal_pointer (&tree);
  g_signal_connect (self->tree, "chosen", G_CALLBACK (chosen_cb), self);
  show_play_first (self);
  shoal_app_file_tree_set_tree (self->view, self->tree);
  show_mode (self);
}

static void
load_tree (ShoalAppFilesPage *self, GPtrArray *files)
{
  if (self->loading != NULL)
    return;
  drop_tree (self);
  self->loading = g_cancellable_new ();
  shoal_model_tree_load_files_async (files, self->loading, loaded_cb, g_object_ref (self));
}

static void
show_files (ShoalAppFilesPage *self)
{
  GPtrArray *files = shoal_model_details_get_files (self->details);
  guint64    last_serial =
      shoal_model_torrents_get_last_serial (shoal_app_session_get_torrents (self->session));

  self->is_old = FALSE;
  if (files == NULL)
    return;
  if (self->tree == NULL || !shoal_model_tree_update (self->tree, files, last_serial))
    load_tree (self, files);
  /* What the engine did not do is taken back. */
  if (last_serial >= self->wish_serial)
    self->wish_serial = 0;
}

static gboolean
tick_cb (gpointer user_data)
{
  ShoalAppFilesPage *self = user_data;

  if (self->is_old || self->wish_serial != 0)
    {
      show_files (self);
      return G_SOURCE_CONTINUE;
    }
  self->tick_source = 0;
  return G_SOURCE_REMOVE;
}

static void
files_cb (ShoalAppFilesPage *self)
{
  self->is_old = TRUE;
  if (self->tick_source != 0)
    return;
  show_files (self);
  self->tick_source = g_timeout_add (TICK_MS, tick_cb, self);
}

static void
status_cb (ShoalAppFilesPage *self)
{
  show_play_first (self);
  show_mode (self);
}

static void
open_cb (ShoalAppFilesPage *self, guint node, ShoalAppFileTree *view)
{
  shoal_app_files_page_open (self, node);
}

static void
set_session (ShoalAppDetailsPage *page, ShoalAppSession *session)
{
  SHOAL_APP_FILES_PAGE (page)->session = g_object_ref (session);
}

static void
drop_torrent (ShoalAppFilesPage *self)
{
  g_clear_handle_id (&self->tick_source, g_source_remove);
  if (self->torrent != NULL)
    g_signal_handlers_disconnect_by_data (self->torrent, self);
  if (self->details != NULL)
    g_signal_handlers_disconnect_by_data (self->details, self);
  drop_tree (self);
  g_clear_object (&self->torrent);
  g_clear_object (&self->details);
  self->wish_serial = 0;
}

static void
set_torrent (ShoalAppDetailsPage *page, ShoalModelTorrent *torrent, ShoalModelDetails *details)
{
  ShoalAppFilesPage *self = SHOAL_APP_FILES_PAGE (page);

  if (self->details == details)
    return;
  drop_torrent (self);
  if (torrent != NULL)
    {
      self->torrent = g_object_ref (torrent);
      self->details = g_object_ref (details);
      g_signal_connect_swapped (torrent, "notify::status", G_CALLBACK (status_cb), self);
      g_signal_connect_swapped (details, "notify::files", G_CALLBACK (files_cb), self);
      files_cb (self);
    }
  show_mode (self);
}

static void
shoal_app_files_page_iface_init (ShoalAppDetailsPageInterface *iface)
{
  iface->set_session = set_session;
  iface->set_torrent = set_torrent;
}

static void
shoal_app_files_page_dispose (GObject *object)
{
  ShoalAppFilesPage *self = SHOAL_APP_FILES_PAGE (object);

  drop_torrent (self);
  g_clear_pointer (&self->popup, shoal_app_popup_free);
  self->view = NULL;
  g_clear_object (&self->session);
  G_OBJECT_CLASS (shoal_app_files_page_parent_class)->dispose (object);
}

static void
shoal_app_files_page_class_init (ShoalAppFilesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_files_page_dispose;

  g_type_ensure (SHOAL_TYPE_APP_FILE_TREE);
  gtk_widget_class_set_template_from_resource (widget_class, TEMPLATE);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFilesPage, modes);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFilesPage, view);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  shoal_app_files_page_install_actions (widget_class);
}

static void
shoal_app_files_page_init (ShoalAppFilesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->popup = shoal_app_popup_new (GTK_WIDGET (self),
                                     shoal_app_file_tree_get_view (self->view),
                                     MENU,
                                     shoal_app_files_page_update_actions,
                                     self);
  show_mode (self);
}
