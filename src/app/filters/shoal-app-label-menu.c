/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/filters/shoal-app-label-menu.h"

#include "app/filters/shoal-app-labels.h"
#include "app/shoal-app-text.h"

/* What one item is about; it belongs to its action. */
typedef struct
{
  ShoalAppSession *session;  /* owned */
  GPtrArray       *torrents; /* owned, of ShoalModelTorrent */
  char            *label;    /* owned */
} Choice;

static void
choice_free (gpointer data, GClosure *closure)
{
  Choice *choice = data;

  g_object_unref (choice->session);
  g_ptr_array_unref (choice->torrents);
  g_free (choice->label);
  g_free (choice);
}

static void
change_state_cb (GSimpleAction *action, GVariant *value, Choice *choice)
{
  if (g_variant_get_boolean (value))
    shoal_app_labels_give (choice->session, choice->torrents, choice->label);
  else
    shoal_app_labels_take (choice->session, choice->torrents, choice->label);
  g_simple_action_set_state (action, value);
}

static gboolean
have_all (GPtrArray *torrents, const char *label)
{
  for (guint i = 0; i < torrents->len; i++)
    if (!shoal_words_contain (
            shoal_model_torrent_get_info (g_ptr_array_index (torrents, i))->labels, label))
      return FALSE;
  return torrents->len > 0;
}

/* An underscore of a person is none of a menu. */
static char *
dup_item_label (const char *label)
{
  g_autofree char *visible = shoal_app_text_dup_visible (label);
  g_auto (GStrv) parts = g_strsplit (visible, "_", -1);

  return g_strjoinv ("__", parts);
}

static void
add_label (GMenu *section, GSimpleActionGroup *group, guint number, Choice *choice)
{
  g_autofree char *name = g_strdup_printf ("give-%u", number);
  g_autofree char *detailed = g_strconcat ("label.", name, NULL);
  g_autofree char *text = dup_item_label (choice->label);
  g_autoptr (GSimpleAction) action = g_simple_action_new_stateful (
      name, NULL, g_variant_new_boolean (have_all (choice->torrents, choice->label)));

  g_signal_connect_data (
      action, "change-state", G_CALLBACK (change_state_cb), choice, choice_free, 0);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
  g_menu_append (section, text, detailed);
}

void
shoal_app_label_menu_fill (GMenu           *section,
                           GtkWidget       *widget,
                           ShoalAppSession *session,
                           GPtrArray       *torrents)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_auto (GStrv) labels = shoal_app_labels_dup_all (session);

  g_menu_remove_all (section);
  for (guint i = 0; labels[i] != NULL && i < SHOAL_APP_LABEL_MENU_MAX; i++)
    {
      Choice *choice = g_new0 (Choice, 1);

      choice->session = g_object_ref (session);
      choice->torrents = g_ptr_array_ref (torrents);
      choice->label = g_strdup (labels[i]);
      add_label (section, group, i, choice);
    }
  gtk_widget_insert_action_group (widget, "label", G_ACTION_GROUP (group));
}
