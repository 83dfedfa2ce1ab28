/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/preferences/shoal-app-preferences.h"

#include "app/add/shoal-app-folder-row.h"
#include "app/preferences/shoal-app-binding.h"
#include "app/preferences/shoal-app-preferences-network.h"
#include "app/preferences/shoal-app-preferences-queue.h"
#include "app/preferences/shoal-app-preferences-speed.h"
#include "app/preferences/shoal-app-watch-group.h"
#include "app/rows/shoal-app-switch-row.h"
#include "app/shoal-app-settings.h"

struct _ShoalAppPreferences
{
  AdwPreferencesWindow parent_instance;

  ShoalAppFolderRow          *folder_row; /* unowned, as all children: the template holds them */
  ShoalAppWatchGroup         *watch_group;
  ShoalAppPreferencesQueue   *queue_page;
  ShoalAppPreferencesSpeed   *speed_page;
  ShoalAppPreferencesNetwork *network_page;
  ShoalAppSwitchRow          *start_switch;
  ShoalAppSwitchRow          *seed_switch;
  ShoalAppSwitchRow          *ask_switch;
  ShoalAppSwitchRow          *metered_switch;
  ShoalAppSwitchRow          *power_switch;
  ShoalAppSwitchRow          *awake_switch;

  GSettings *settings; /* owned */
};

G_DEFINE_FINAL_TYPE (ShoalAppPreferences, shoal_app_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* Only what differs from the desktop's folder is remembered. */
static void
folder_cb (ShoalAppPreferences *self)
{
  g_autofree char *now = NULL;
  const char      *path = shoal_app_folder_row_get_path (self->folder_row);

  if (self->settings == NULL)
    return;
  now = shoal_app_settings_dup_download_folder (self->settings);
  if (g_strcmp0 (now, path) != 0)
    g_settings_set_string (self->settings, SHOAL_APP_KEY_DOWNLOAD_FOLDER, path);
}

static void
bind_settings (ShoalAppPreferences *self)
{
  const ShoalAppBinding bindings[] = {
    { SHOAL_APP_KEY_START_AT_ONCE, self->start_switch, "active" },
    { SHOAL_APP_KEY_SEED, self->seed_switch, "active" },
    { SHOAL_APP_KEY_ASK_FILES, self->ask_switch, "active" },
    { SHOAL_APP_KEY_HOLD_METERED, self->metered_switch, "active" },
    { SHOAL_APP_KEY_HOLD_POWER, self->power_switch, "active" },
    { SHOAL_APP_KEY_KEEP_AWAKE, self->awake_switch, "active" },
  };

  shoal_app_binding_bind_all (self->settings, bindings, G_N_ELEMENTS (bindings));
}

static void
shoal_app_preferences_dispose (GObject *object)
{
  g_clear_object (&SHOAL_APP_PREFERENCES (object)->settings);
  G_OBJECT_CLASS (shoal_app_preferences_parent_class)->dispose (object);
}

static void
shoal_app_preferences_class_init (ShoalAppPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_preferences_dispose;

  g_type_ensure (SHOAL_TYPE_APP_FOLDER_ROW);
  g_type_ensure (SHOAL_TYPE_APP_PREFERENCES_NETWORK);
  g_type_ensure (SHOAL_TYPE_APP_PREFERENCES_QUEUE);
  g_type_ensure (SHOAL_TYPE_APP_PREFERENCES_SPEED);
  g_type_ensure (SHOAL_TYPE_APP_WATCH_GROUP);
  g_type_ensure (SHOAL_TYPE_APP_SWITCH_ROW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/preferences/shoal-app-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, ask_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, awake_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, folder_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, metered_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, network_page);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, power_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, queue_page);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, seed_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, speed_page);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, start_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, watch_group);
  gtk_widget_class_bind_template_callback (widget_class, folder_cb);
}

static void
shoal_app_preferences_init (ShoalAppPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
shoal_app_preferences_new (GtkWindow *parent, ShoalAppSession *session)
{
  ShoalAppPreferences *self =
      g_object_new (SHOAL_TYPE_APP_PREFERENCES, "transient-for", parent, "modal", TRUE, NULL);
  GSettings       *settings = shoal_app_session_get_settings (session);
  g_autofree char *folder = shoal_app_settings_dup_download_folder (settings);

  shoal_app_folder_row_set_path (self->folder_row, folder);
  self->settings = g_object_ref (settings);
  bind_settings (self);
  shoal_app_watch_group_bind (self->watch_group, settings);
  shoal_app_preferences_queue_set_settings (self->queue_page, settings);
  shoal_app_preferences_speed_set_settings (self->speed_page, settings);
  shoal_app_preferences_network_set_session (self->network_page, session);
  return GTK_WIDGET (self);
}
