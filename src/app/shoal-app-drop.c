/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-drop.h"

#include <string.h>

#define HASH_DIGITS 40

/* More than anybody drops by intent. */
#define MAX_LINES 1000

typedef struct
{
  ShoalAppDropFunc func;
  gpointer         user_data; /* unowned: the window of the widget */
} Drop;

static gboolean
is_link (const char *line)
{
  return g_ascii_strncasecmp (line, "magnet:", 7) == 0 ||
         g_ascii_strncasecmp (line, "http:", 5) == 0 ||
         g_ascii_strncasecmp (line, "https:", 6) == 0 ||
         g_ascii_strncasecmp (line, "file:", 5) == 0;
}

/* 40 hexadecimal digits and nothing else. */
static gboolean
is_hash (const char *line)
{
  return strlen (line) == HASH_DIGITS && strspn (line, G_CSET_DIGITS "abcdefABCDEF") == HASH_DIGITS;
}

GPtrArray *
shoal_app_drop_read_text (const char *text)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) lines = g_strsplit (text, "\n", MAX_LINES);

  for (guint i = 0; lines[i] != NULL; i++)
    if (is_link (g_strstrip (lines[i])))
      g_ptr_array_add (files, g_file_new_for_uri (lines[i]));
    else if (is_hash (lines[i]))
      {
        g_autofree char *uri = g_strconcat ("magnet:?xt=urn:btih:", lines[i], NULL);

        g_ptr_array_add (files, g_file_new_for_uri (uri));
      }
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
  if (files->len == 0)
    return FALSE;
  drop->func ((GFile **) files->pdata, files->len, drop->user_data);
  return TRUE;
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
