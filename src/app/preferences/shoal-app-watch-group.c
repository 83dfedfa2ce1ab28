/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/preferences/shoal-app-watch-group.h"

#include <glib/gi18n.h>

#include "app/add/shoal-app-folder-row.h"
#include "app/preferences/shoal-app-binding.h"
#include "app/rows/shoal-app-combo.h"
#include "app/rows/shoal-app-switch-row.h"
#include "app/shoal-app-settings.h"

struct _ShoalAppWatchGroup
{
  AdwPreferencesGroup parent_instance;

  ShoalAppSwitchRow *watch_switch; /* unowned, as all children: the template holds them */
  ShoalAppFolderRow *folder_row;
  ShoalAppSwitchRow *ask_switch;
  AdwComboRow       *after_row;

  GSettings *settings; /* owned */
};

G_DEFINE_FINAL_TYPE (ShoalAppWatchGroup, shoal_app_watch_group, ADW_TYPE_PREFERENCES_GROUP)

/* In the order of the list. */
static const char *const after_words[] = { "leave", "rename", "trash", NULL };

static void
folder_cb (ShoalAppWatchGroup *self)
{
  if (self->settings != NULL)
    g_settings_set_string (self->settings,
                           SHOAL_APP_KEY_WATCH_FOLDER,
                           shoal_app_folder_row_get_path (self->folder_row));
}

/* Who switches it on without a folder has it to choose yet. */
static void
show_folder (ShoalAppWatchGroup *self)
{
  g_autofree char *folder = NULL;

  if (self->settings == NULL)
    return;
  folder = g_settings_get_string (self->settings, SHOAL_APP_KEY_WATCH_FOLDER);
  if (g_path_is_absolute (folder))
    shoal_app_folder_row_set_path (self->folder_row, folder);
  else if (shoal_app_switch_row_get_is_on (self->watch_switch))
    gtk_widget_grab_focus (GTK_WIDGET (self->folder_row));
}

static void
show_after (ShoalAppWatchGroup *self)
{
  static const char *const texts[] = {
    N_ ("It is not added a second time"),
    N_ ("It stays in its folder"),
    N_ ("It can be taken out again"),
  };
  guint place = adw_combo_row_get_selected (self->after_row);

  g_return_if_fail (place < G_N_ELEMENTS (texts));
  shoal_app_combo_say (self->after_row, _ (texts[place]));
}

static void
shoal_app_watch_group_dispose (GObject *object)
{
  g_clear_object (&SHOAL_APP_WATCH_GROUP (object)->settings);
  G_OBJECT_CLASS (shoal_app_watch_group_parent_class)->dispose (object);
}

static void
shoal_app_watch_group_class_init (ShoalAppWatchGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_watch_group_dispose;

  g_type_ensure (SHOAL_TYPE_APP_FOLDER_ROW);
  g_type_ensure (SHOAL_TYPE_APP_SWITCH_ROW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/preferences/shoal-app-watch-group.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWatchGroup, after_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWatchGroup, ask_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWatchGroup, folder_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppWatchGroup, watch_switch);
  gtk_widget_class_bind_template_callback (widget_class, folder_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_after);
  gtk_widget_class_bind_template_callback (widget_class, show_folder);
}

static void
shoal_app_watch_group_init (ShoalAppWatchGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  shoal_app_folder_row_hide_room (self->folder_row);
}

void
shoal_app_watch_group_bind (ShoalAppWatchGroup *self, GSettings *settings)
{
  const ShoalAppBinding bindings[] = {
    { SHOAL_APP_KEY_WATCH, self->watch_switch, "active" },
    { SHOAL_APP_KEY_WATCH_ASK, self->ask_switch, "active", TRUE },
  };

  g_return_if_fail (SHOAL_IS_APP_WATCH_GROUP (self));

  shoal_app_binding_bind_all (settings, bindings, G_N_ELEMENTS (bindings));
  shoal_app_binding_bind_words (settings, SHOAL_APP_KEY_WATCH_AFTER, self->after_row, after_words);
  self->settings = g_object_ref (settings);
  show_folder (self);
  show_after (self);
}
