/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/preferences/shoal-app-preferences-speed.h"

#include "app/preferences/shoal-app-binding.h"
#include "app/preferences/shoal-app-days-row.h"
#include "app/rows/shoal-app-field-row.h"
#include "app/rows/shoal-app-switch-row.h"
#include "app/shoal-app-settings.h"

#define TEMPLATE "/io/github/shoalapp/Shoal/preferences/shoal-app-preferences-speed.ui"

struct _ShoalAppPreferencesSpeed
{
  AdwPreferencesPage parent_instance;

  ShoalAppSwitchRow *down_switch; /* unowned, as all children: the template holds them */
  ShoalAppSwitchRow *up_switch;
  ShoalAppSwitchRow *alternative_switch;
  ShoalAppSwitchRow *timetable_switch;
  ShoalAppDaysRow   *days_row;
  GtkAdjustment     *down_adjustment;
  GtkAdjustment     *up_adjustment;
  GtkAdjustment     *alternative_down_adjustment;
  GtkAdjustment     *alternative_up_adjustment;
  GtkAdjustment     *from_adjustment;
  GtkAdjustment     *to_adjustment;
};

G_DEFINE_FINAL_TYPE (ShoalAppPreferencesSpeed,
                     shoal_app_preferences_speed,
                     ADW_TYPE_PREFERENCES_PAGE)

/* The number is minutes after midnight, the text a time of the day. */
static gboolean
time_output_cb (GtkSpinButton *spin)
{
  int              minutes = gtk_spin_button_get_value_as_int (spin);
  g_autofree char *text = g_strdup_printf ("%02d:%02d", minutes / 60, minutes % 60);

  if (g_strcmp0 (text, gtk_editable_get_text (GTK_EDITABLE (spin))) != 0)
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

static int
time_input_cb (GtkSpinButton *spin, double *minutes)
{
  int hours, rest = 0;

  if (sscanf (gtk_editable_get_text (GTK_EDITABLE (spin)), "%2d:%2d", &hours, &rest) < 1 ||
      hours < 0 || hours > 23 || rest < 0 || rest > 59)
    return GTK_INPUT_ERROR;
  *minutes = hours * 60 + rest;
  return TRUE;
}

static void
shoal_app_preferences_speed_class_init (ShoalAppPreferencesSpeedClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (SHOAL_TYPE_APP_DAYS_ROW);
  g_type_ensure (SHOAL_TYPE_APP_FIELD_ROW);
  g_type_ensure (SHOAL_TYPE_APP_SWITCH_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, TEMPLATE);
  gtk_widget_class_bind_template_child (
      widget_class, ShoalAppPreferencesSpeed, alternative_down_adjustment);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesSpeed, alternative_switch);
  gtk_widget_class_bind_template_child (
      widget_class, ShoalAppPreferencesSpeed, alternative_up_adjustment);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesSpeed, days_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesSpeed, down_adjustment);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesSpeed, down_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesSpeed, from_adjustment);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesSpeed, timetable_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesSpeed, to_adjustment);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesSpeed, up_adjustment);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesSpeed, up_switch);
  gtk_widget_class_bind_template_callback (widget_class, time_input_cb);
  gtk_widget_class_bind_template_callback (widget_class, time_output_cb);
}

static void
shoal_app_preferences_speed_init (ShoalAppPreferencesSpeed *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
shoal_app_preferences_speed_set_settings (ShoalAppPreferencesSpeed *self, GSettings *settings)
{
  const ShoalAppBinding bindings[] = {
    { SHOAL_APP_KEY_LIMIT_DOWN, self->down_switch, "active" },
    { SHOAL_APP_KEY_DOWN_LIMIT, self->down_adjustment, "value" },
    { SHOAL_APP_KEY_LIMIT_UP, self->up_switch, "active" },
    { SHOAL_APP_KEY_UP_LIMIT, self->up_adjustment, "value" },
    { SHOAL_APP_KEY_ALTERNATIVE, self->alternative_switch, "active" },
    { SHOAL_APP_KEY_ALTERNATIVE_DOWN, self->alternative_down_adjustment, "value" },
    { SHOAL_APP_KEY_ALTERNATIVE_UP, self->alternative_up_adjustment, "value" },
    { SHOAL_APP_KEY_TIMETABLE, self->timetable_switch, "active" },
    { SHOAL_APP_KEY_TIMETABLE_DAYS, self->days_row, "days", TRUE },
    { SHOAL_APP_KEY_TIMETABLE_FROM, self->from_adjustment, "value" },
    { SHOAL_APP_KEY_TIMETABLE_TO, self->to_adjustment, "value" },
  };

  g_return_if_fail (SHOAL_IS_APP_PREFERENCES_SPEED (self));

  shoal_app_binding_bind_all (settings, bindings, G_N_ELEMENTS (bindings));
}
