/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-drop.h"

#include "app/shoal-app-link.h"

typedef struct
{
  ShoalAppDropFunc func;
  gpointer         user_data; /* unowned: the window of the widget */
} Drop;

GPtrArray *
shoal_app_drop_read_text (const char *text)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) links = shoal_app_link_find (text, SHOAL_APP_LINK_ANY);

  for (guint i = 0; i < links->len; i++)
    g_ptr_array_add (files, g_file_new_for_uri (g_ptr_array_index (links, i)));
  return files;
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, gpointer user_data)
{
  Drop *drop = user_data;
  g_autoptr (GPtrArray) files = NULL;

  if (G_VALUE_HOLDS_STRING (value))
    files = shoal_app_drop_read_text (g_value_get_string (value));
  else
    files = g_ptr_array_new_with_free_func (g_object_unref);
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next)
      g_ptr_array_add (files, g_object_ref (l->data));
  drop->func ((GFile **) files->pdata, files->len, drop->user_data);
  return files->len > 0;
}

static void
current_drop_cb (GtkDropTarget *target, GParamSpec *pspec, GtkRevealer *revealer)
{
  gtk_revealer_set_reveal_child (revealer, gtk_drop_target_get_current_drop (target) != NULL);
}

void
shoal_app_drop_install (GtkWidget       *widget,
                        GtkRevealer     *revealer,
                        ShoalAppDropFunc func,
                        gpointer         user_data)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  GType          types[] = { GDK_TYPE_FILE_LIST, G_TYPE_STRING };
  Drop          *drop = g_new0 (Drop, 1);

  drop->func = func;
  drop->user_data = user_data;
  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect_data (
      target, "drop", G_CALLBACK (drop_cb), drop, (GClosureNotify) (void (*) (void)) g_free, 0);
  g_signal_connect_object (
      target, "notify::current-drop", G_CALLBACK (current_drop_cb), revealer, 0);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (target));
}
