/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/preferences/shoal-app-preferences-queue.h"

#include <glib/gi18n.h>

#include "app/preferences/shoal-app-binding.h"
#include "app/rows/shoal-app-combo.h"
#include "app/rows/shoal-app-field-row.h"
#include "app/rows/shoal-app-hours.h"
#include "app/rows/shoal-app-switch-row.h"
#include "app/shoal-app-settings.h"

#define TEMPLATE "/io/github/shoalapp/Shoal/preferences/shoal-app-preferences-queue.ui"

struct _ShoalAppPreferencesQueue
{
  AdwPreferencesPage parent_instance;

  ShoalAppSwitchRow *ratio_switch; /* unowned, as all children: the template holds them */
  ShoalAppSwitchRow *hours_switch;
  ShoalAppSwitchRow *idle_hours_switch;
  AdwComboRow       *action_row;
  GtkAdjustment     *downloading_adjustment;
  GtkAdjustment     *seeding_adjustment;
  GtkAdjustment     *ratio_adjustment;
  GtkAdjustment     *hours_adjustment;
  GtkAdjustment     *idle_hours_adjustment;
};

G_DEFINE_FINAL_TYPE (ShoalAppPreferencesQueue,
                     shoal_app_preferences_queue,
                     ADW_TYPE_PREFERENCES_PAGE)

/* In the order of the list. */
static const char *const action_words[] = { "stop", "remove", NULL };

static void
show_action (ShoalAppPreferencesQueue *self)
{
  static const char *const texts[] = {
    N_ ("The torrent stays in the list"),
    N_ ("The torrent leaves the list; its files stay"),
  };
  guint place = adw_combo_row_get_selected (self->action_row);

  g_return_if_fail (place < G_N_ELEMENTS (texts));
  shoal_app_combo_say (self->action_row, _ (texts[place]));
}

static void
shoal_app_preferences_queue_class_init (ShoalAppPreferencesQueueClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (SHOAL_TYPE_APP_FIELD_ROW);
  g_type_ensure (SHOAL_TYPE_APP_SWITCH_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, TEMPLATE);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesQueue, action_row);
  gtk_widget_class_bind_template_child (
      widget_class, ShoalAppPreferencesQueue, downloading_adjustment);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesQueue, hours_adjustment);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesQueue, hours_switch);
  gtk_widget_class_bind_template_child (
      widget_class, ShoalAppPreferencesQueue, idle_hours_adjustment);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesQueue, idle_hours_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesQueue, ratio_adjustment);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesQueue, ratio_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesQueue, seeding_adjustment);
  gtk_widget_class_bind_template_callback (widget_class, shoal_app_hours_output_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_action);
}

static void
shoal_app_preferences_queue_init (ShoalAppPreferencesQueue *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
shoal_app_preferences_queue_set_settings (ShoalAppPreferencesQueue *self, GSettings *settings)
{
  const ShoalAppBinding bindings[] = {
    { SHOAL_APP_KEY_MAX_DOWNLOADING, self->downloading_adjustment, "value" },
    { SHOAL_APP_KEY_MAX_SEEDING, self->seeding_adjustment, "value" },
    { SHOAL_APP_KEY_GOAL_RATIO, self->ratio_switch, "active" },
    { SHOAL_APP_KEY_RATIO, self->ratio_adjustment, "value" },
    { SHOAL_APP_KEY_GOAL_TIME, self->hours_switch, "active" },
    { SHOAL_APP_KEY_GOAL_IDLE, self->idle_hours_switch, "active" },
  };

  g_return_if_fail (SHOAL_IS_APP_PREFERENCES_QUEUE (self));

  shoal_app_binding_bind_all (settings, bindings, G_N_ELEMENTS (bindings));
  shoal_app_binding_bind_hours (settings, SHOAL_APP_KEY_MINUTES, self->hours_adjustment);
  shoal_app_binding_bind_hours (settings, SHOAL_APP_KEY_IDLE_MINUTES, self->idle_hours_adjustment);
  shoal_app_binding_bind_words (
      settings, SHOAL_APP_KEY_GOAL_ACTION, self->action_row, action_words);
  show_action (self);
}
