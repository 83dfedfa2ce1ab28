/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-columns-menu.h"

#include <glib/gi18n.h>

static void
change_state_cb (GSimpleAction *action, GVariant *state, ShoalAppColumns *columns)
{
  ShoalAppColumn column;

  if (shoal_app_column_from_key (g_action_get_name (G_ACTION (action)), &column))
    shoal_app_columns_set_shown (columns, column, g_variant_get_boolean (state));
}

static void
update (GSimpleActionGroup *group, ShoalAppColumns *columns)
{
  for (guint i = SHOAL_APP_COLUMN_NAME + 1; i < SHOAL_APP_N_COLUMNS; i++)
    {
      GAction *action =
          g_action_map_lookup_action (G_ACTION_MAP (group), shoal_app_column_get_key (i));

      g_simple_action_set_state (G_SIMPLE_ACTION (action),
                                 g_variant_new_boolean (shoal_app_columns_is_shown (columns, i)));
    }
}

static void
changed_cb (ShoalAppColumns *columns, GSimpleActionGroup *group)
{
  update (group, columns);
}

GActionGroup *
shoal_app_columns_menu_new_actions (ShoalAppColumns *columns)
{
  GSimpleActionGroup *group = g_simple_action_group_new ();

  for (guint i = SHOAL_APP_COLUMN_NAME + 1; i < SHOAL_APP_N_COLUMNS; i++)
    {
      g_autoptr (GSimpleAction) action = g_simple_action_new_stateful (
          shoal_app_column_get_key (i), NULL, g_variant_new_boolean (FALSE));

      g_signal_connect_object (action, "change-state", G_CALLBACK (change_state_cb), columns, 0);
      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
    }
  g_signal_connect_object (columns, "changed", G_CALLBACK (changed_cb), group, 0);
  update (group, columns);
  return G_ACTION_GROUP (group);
}

GMenuModel *
shoal_app_columns_menu_new (void)
{
  GMenu *menu = g_menu_new ();

  for (guint i = SHOAL_APP_COLUMN_NAME + 1; i < SHOAL_APP_N_COLUMNS; i++)
    {
      g_autofree char *action = g_strconcat ("column.", shoal_app_column_get_key (i), NULL);

      g_menu_append (menu, shoal_app_column_get_title (i), action);
    }
  return G_MENU_MODEL (menu);
}

GMenuModel *
shoal_app_columns_menu_new_for_header (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) column = g_menu_new ();
  g_autoptr (GMenu) all = g_menu_new ();
  g_autoptr (GMenuModel) columns = shoal_app_columns_menu_new ();

  g_menu_append (column, _ ("Move _Left"), "header.move-left");
  g_menu_append (column, _ ("Move _Right"), "header.move-right");
  g_menu_append (column, _ ("Usual _Width"), "header.usual-width");
  g_menu_append (column, _ ("_Hide Column"), "header.hide");
  g_menu_append (all, _ ("_Usual Columns"), "header.reset");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (column));
  g_menu_append_section (menu, _ ("Columns"), columns);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (all));
  return G_MENU_MODEL (menu);
}
