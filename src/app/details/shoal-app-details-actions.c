/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-details-private.h"

#include <glib/gi18n.h>

#include "app/shoal-app-launch.h"
#include "app/shoal-app-problem.h"
#include "app/torrents/shoal-app-row.h"

typedef void (*TorrentFunc) (ShoalAppSession *session, ShoalModelTorrent *torrent);

static void
pause_one (ShoalAppSession *session, ShoalModelTorrent *torrent)
{
  shoal_app_session_set_paused (session, torrent, TRUE);
}

static void
resume_one (ShoalAppSession *session, ShoalModelTorrent *torrent)
{
  shoal_app_session_set_paused (session, torrent, FALSE);
}

static void
seed_one (ShoalAppSession *session, ShoalModelTorrent *torrent)
{
  shoal_app_session_set_seed (session, torrent, TRUE);
}

static void
unseed_one (ShoalAppSession *session, ShoalModelTorrent *torrent)
{
  shoal_app_session_set_seed (session, torrent, FALSE);
}

static void
retry_one (ShoalAppSession *session, ShoalModelTorrent *torrent)
{
  shoal_app_session_retry (session, shoal_model_torrent_get_id (torrent));
}

static void
verify_one (ShoalAppSession *session, ShoalModelTorrent *torrent)
{
  shoal_app_session_verify (session, shoal_model_torrent_get_id (torrent));
}

static void
press_one (ShoalAppSession *session, ShoalModelTorrent *torrent)
{
  switch (shoal_app_row_get_press (torrent))
    {
    case SHOAL_APP_PRESS_PAUSE:
      pause_one (session, torrent);
      break;
    case SHOAL_APP_PRESS_RESUME:
      resume_one (session, torrent);
      break;
    case SHOAL_APP_PRESS_RETRY:
      retry_one (session, torrent);
      break;
    }
}

/* What is true of at least one torrent, one bit each. */
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
  if (info->state != SHOAL_TORRENT_STATE_CHECKING && info->state != SHOAL_TORRENT_STATE_MOVING &&
      !info->is_magnet)
    traits |= SOME_VERIFIABLE;
  return traits;
}

/* Those that do the same to each torrent. */
static const struct
{
  const char *name;
  TorrentFunc func;
  Traits      needs;
} entries[] = {
  { "details.press", press_one, SOME },
  { "details.pause", pause_one, SOME_RUNNING },
  { "details.resume", resume_one, SOME_PAUSED },
  { "details.retry", retry_one, SOME_IN_TROUBLE },
  { "details.seed", seed_one, SOME_NO_SEED },
  { "details.stop-seeding", unseed_one, SOME_SEED },
  { "details.verify", verify_one, SOME_VERIFIABLE },
};

static void
each_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppDetails *self = SHOAL_APP_DETAILS (widget);
  g_autoptr (GPtrArray) torrents = g_ptr_array_ref (self->torrents);
  guint which = 0;

  while (which < G_N_ELEMENTS (entries) && !g_str_equal (entries[which].name, name))
    which++;
  g_return_if_fail (which < G_N_ELEMENTS (entries));
  for (guint i = 0; i < torrents->len; i++)
    if (get_traits (g_ptr_array_index (torrents, i)) & entries[which].needs)
      entries[which].func (self->session, g_ptr_array_index (torrents, i));
}

static void
open_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppDetails        *self = SHOAL_APP_DETAILS (widget);
  const ShoalTorrentInfo *info;

  if (self->torrents->len == 0)
    return;
  info = shoal_model_torrent_get_info (g_ptr_array_index (self->torrents, 0));
  shoal_app_launch_show_path (widget, info->data_path, info->save_path);
}

static void
copy_name_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppDetails *self = SHOAL_APP_DETAILS (widget);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < self->torrents->len; i++)
    {
      ShoalModelTorrent *torrent = g_ptr_array_index (self->torrents, i);

      g_string_append (names, i > 0 ? "\n" : "");
      g_string_append (names, shoal_model_torrent_get_info (torrent)->name);
    }
  if (self->torrents->len == 0)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), names->str);
  gtk_widget_activate_action (
      widget, "win.toast", "s", ngettext ("Name copied", "Names copied", self->torrents->len));
}

static void
review_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_details_update_actions (SHOAL_APP_DETAILS (widget));
}

void
shoal_app_details_update_actions (ShoalAppDetails *self)
{
  Traits traits = 0;

  for (guint i = 0; i < self->torrents->len; i++)
    traits |= get_traits (g_ptr_array_index (self->torrents, i));
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    gtk_widget_action_set_enabled (
        GTK_WIDGET (self), entries[i].name, (traits & entries[i].needs) != 0);
}

void
shoal_app_details_install_actions (GtkWidgetClass *widget_class)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    gtk_widget_class_install_action (widget_class, entries[i].name, NULL, each_action);
  gtk_widget_class_install_action (widget_class, "details.open-folder", NULL, open_folder_action);
  gtk_widget_class_install_action (widget_class, "details.review", NULL, review_action);
  gtk_widget_class_install_action (widget_class, "details.copy-name", NULL, copy_name_action);
}
