/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-list-private.h"

#include <glib/gi18n.h>

#include "app/shoal-app-launch.h"
#include "app/shoal-app-problem.h"

static void
pause_one (ShoalAppList *self, ShoalModelTorrent *torrent)
{
  shoal_app_session_set_paused (self->session, torrent, TRUE);
}

static void
resume_one (ShoalAppList *self, ShoalModelTorrent *torrent)
{
  shoal_app_session_set_paused (self->session, torrent, FALSE);
}

static void
retry_one (ShoalAppList *self, ShoalModelTorrent *torrent)
{
  shoal_app_session_retry (self->session, shoal_model_torrent_get_id (torrent));
}

static void
verify_one (ShoalAppList *self, ShoalModelTorrent *torrent)
{
  shoal_app_session_verify (self->session, shoal_model_torrent_get_id (torrent));
}

static void
seed_one (ShoalAppList *self, ShoalModelTorrent *torrent)
{
  shoal_app_session_set_seed (self->session, torrent, TRUE);
}

static void
unseed_one (ShoalAppList *self, ShoalModelTorrent *torrent)
{
  shoal_app_session_set_seed (self->session, torrent, FALSE);
}

typedef void (*TorrentFunc) (ShoalAppList *self, ShoalModelTorrent *torrent);

static void
for_targets (ShoalAppList *self, TorrentFunc func)
{
  g_autoptr (GPtrArray) torrents = shoal_app_list_dup_targets (self);

  for (guint i = 0; i < torrents->len; i++)
    func (self, g_ptr_array_index (torrents, i));
}

static void
press_one (ShoalAppList *self, ShoalModelTorrent *torrent)
{
  switch (shoal_app_row_get_press (torrent))
    {
    case SHOAL_APP_PRESS_PAUSE:
      pause_one (self, torrent);
      break;
    case SHOAL_APP_PRESS_RESUME:
      resume_one (self, torrent);
      break;
    case SHOAL_APP_PRESS_RETRY:
      retry_one (self, torrent);
      break;
    }
}

static ShoalModelTorrent *
lookup (ShoalAppList *self, guint32 id)
{
  return shoal_model_torrents_lookup (shoal_app_session_get_torrents (self->session),
                                      (ShoalTorrentId){ id });
}

static void
press_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppList      *self = SHOAL_APP_LIST (widget);
  ShoalModelTorrent *torrent = lookup (self, g_variant_get_uint32 (parameter));

  if (torrent != NULL)
    press_one (self, torrent);
}

static void
set_seed_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppList      *self = SHOAL_APP_LIST (widget);
  ShoalModelTorrent *torrent;
  guint32            id;
  gboolean           is_seed;

  g_variant_get (parameter, "(ub)", &id, &is_seed);
  torrent = lookup (self, id);
  if (torrent != NULL)
    shoal_app_session_set_seed (self->session, torrent, is_seed);
}

static void
wake_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_pulse_wake (SHOAL_APP_LIST (widget)->pulse);
}

static void
pause_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  for_targets (SHOAL_APP_LIST (widget), pause_one);
}

static void
resume_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  for_targets (SHOAL_APP_LIST (widget), resume_one);
}

static void
retry_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  for_targets (SHOAL_APP_LIST (widget), retry_one);
}

static void
verify_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  for_targets (SHOAL_APP_LIST (widget), verify_one);
}

/* Several are brought to one state: that which the first of them does not have. */
static void
toggle_pause_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppList *self = SHOAL_APP_LIST (widget);
  g_autoptr (GPtrArray) torrents = shoal_app_list_dup_targets (self);

  if (torrents->len == 1)
    press_one (self, g_ptr_array_index (torrents, 0));
  else if (torrents->len > 1)
    for_targets (self,
                 shoal_model_torrent_get_is_paused (g_ptr_array_index (torrents, 0)) ? resume_one
                                                                                     : pause_one);
}

static void
toggle_seed_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppList *self = SHOAL_APP_LIST (widget);
  g_autoptr (GPtrArray) torrents = shoal_app_list_dup_targets (self);

  if (torrents->len > 0)
    for_targets (self,
                 shoal_model_torrent_get_is_seed (g_ptr_array_index (torrents, 0)) ? unseed_one
                                                                                   : seed_one);
}

static void
seed_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  for_targets (SHOAL_APP_LIST (widget), seed_one);
}

static void
stop_seeding_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  for_targets (SHOAL_APP_LIST (widget), unseed_one);
}

static void
open_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GPtrArray) torrents = shoal_app_list_dup_targets (SHOAL_APP_LIST (widget));
  const ShoalTorrentInfo *info;

  if (torrents->len == 0)
    return;
  info = shoal_model_torrent_get_info (g_ptr_array_index (torrents, 0));
  shoal_app_launch_show_path (widget, info->data_path, info->save_path);
}

static void
copy_name_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GPtrArray) torrents = shoal_app_list_dup_targets (SHOAL_APP_LIST (widget));
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < torrents->len; i++)
    {
      ShoalModelTorrent *torrent = g_ptr_array_index (torrents, i);

      g_string_append (names, i > 0 ? "\n" : "");
      g_string_append (names, shoal_model_torrent_get_info (torrent)->name);
    }
  if (torrents->len == 0)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), names->str);
  gtk_widget_activate_action (
      widget, "win.toast", "s", ngettext ("Name copied", "Names copied", torrents->len));
}

static void
emit_remove (GtkWidget *widget, gboolean with_files)
{
  ShoalAppList *self = SHOAL_APP_LIST (widget);
  g_autoptr (GPtrArray) torrents = shoal_app_list_dup_targets (self);

  if (torrents->len > 0)
    shoal_app_list_emit_remove (self, torrents, with_files);
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  emit_remove (widget, FALSE);
}

static void
delete_files_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  emit_remove (widget, TRUE);
}

/* What is true of at least one of the targets, one bit each. */
typedef enum
{
  SOME = 1 << 0,
  SOME_PAUSED = 1 << 1,
  SOME_RUNNING = 1 << 2,
  SOME_SEED = 1 << 3,
  SOME_NO_SEED = 1 << 4,
  SOME_IN_TROUBLE = 1 << 5,
  SOME_VERIFIABLE = 1 << 6,
} Traits;

static Traits
get_traits (ShoalModelTorrent *torrent)
{
  const ShoalTorrentInfo *info = shoal_model_torrent_get_info (torrent);
  Traits                  traits = SOME;

  traits |= shoal_model_torrent_get_is_paused (torrent) ? SOME_PAUSED : SOME_RUNNING;
  traits |= shoal_model_torrent_get_is_seed (torrent) ? SOME_SEED : SOME_NO_SEED;
  if (info->state == SHOAL_TORRENT_STATE_STOPPED ||
      (info->problem != NULL && shoal_app_problem_can_retry (info->problem)))
    traits |= SOME_IN_TROUBLE;
  if (info->state != SHOAL_TORRENT_STATE_CHECKING && info->state != SHOAL_TORRENT_STATE_MOVING)
    traits |= SOME_VERIFIABLE;
  return traits;
}

static const struct
{
  const char *name;
  Traits      needs;
} needs[] = {
  { "torrent.pause", SOME_RUNNING },
  { "torrent.resume", SOME_PAUSED },
  { "torrent.retry", SOME_IN_TROUBLE },
  { "torrent.seed", SOME_NO_SEED },
  { "torrent.stop-seeding", SOME_SEED },
  { "torrent.open-folder", SOME },
  { "torrent.verify", SOME_VERIFIABLE },
  { "torrent.copy-name", SOME },
  { "torrent.remove", SOME },
  { "torrent.delete-files", SOME },
};

void
shoal_app_list_update_actions (ShoalAppList *self)
{
  g_autoptr (GPtrArray) torrents = shoal_app_list_dup_targets (self);
  Traits traits = 0;

  for (guint i = 0; i < torrents->len; i++)
    traits |= get_traits (g_ptr_array_index (torrents, i));
  for (guint i = 0; i < G_N_ELEMENTS (needs); i++)
    gtk_widget_action_set_enabled (
        GTK_WIDGET (self), needs[i].name, (traits & needs[i].needs) != 0);
}

void
shoal_app_list_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "torrent.wake", NULL, wake_action);
  gtk_widget_class_install_action (klass, "torrent.press", "u", press_action);
  gtk_widget_class_install_action (klass, "torrent.set-seed", "(ub)", set_seed_action);
  gtk_widget_class_install_action (klass, "torrent.toggle-pause", NULL, toggle_pause_action);
  gtk_widget_class_install_action (klass, "torrent.toggle-seed", NULL, toggle_seed_action);
  gtk_widget_class_install_action (klass, "torrent.pause", NULL, pause_action);
  gtk_widget_class_install_action (klass, "torrent.resume", NULL, resume_action);
  gtk_widget_class_install_action (klass, "torrent.retry", NULL, retry_action);
  gtk_widget_class_install_action (klass, "torrent.seed", NULL, seed_action);
  gtk_widget_class_install_action (klass, "torrent.stop-seeding", NULL, stop_seeding_action);
  gtk_widget_class_install_action (klass, "torrent.open-folder", NULL, open_folder_action);
  gtk_widget_class_install_action (klass, "torrent.verify", NULL, verify_action);
  gtk_widget_class_install_action (klass, "torrent.copy-name", NULL, copy_name_action);
  gtk_widget_class_install_action (klass, "torrent.remove", NULL, remove_action);
  gtk_widget_class_install_action (klass, "torrent.delete-files", NULL, delete_files_action);
}
