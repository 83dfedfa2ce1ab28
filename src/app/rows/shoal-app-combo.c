/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/rows/shoal-app-combo.h"

void
shoal_app_combo_say (AdwComboRow *row, const char *text)
{
  GtkStringObject *chosen = adw_combo_row_get_selected_item (row);
  g_autofree char *spoken = g_strjoin (", ", gtk_string_object_get_string (chosen), text, NULL);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, spoken, -1);
}
