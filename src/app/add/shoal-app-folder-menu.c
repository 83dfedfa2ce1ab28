/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-folder-menu.h"

#include <glib/gi18n.h>

#include "app/add/shoal-app-recent.h"
#include "app/add/shoal-app-space.h"
#include "app/shoal-app-settings.h"
#include "app/shoal-app-text.h"

#define WIDTH_CHARS 34

struct _ShoalAppFolderMenu
{
  GtkPopover parent_instance;

  GtkWidget    *list;        /* unowned: our child */
  GSettings    *settings;    /* owned */
  GCancellable *cancellable; /* owned; of the queries under way; NULL: none */
  guint64       needed_bytes;
};

G_DEFINE_FINAL_TYPE (ShoalAppFolderMenu, shoal_app_folder_menu, GTK_TYPE_POPOVER)

enum
{
  CHOSEN,
  OTHER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* A row of the list that stands for a folder, and its query. */
typedef struct
{
  ShoalAppFolderMenu *menu; /* owned */
  GtkWidget          *row;  /* owned */
  char               *path; /* owned */
} Query;

static void
query_free (Query *query)
{
  g_object_unref (query->menu);
  g_object_unref (query->row);
  g_free (query->path);
  g_free (query);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Query, query_free)

static GtkWidget *
make_label (const char *text, const char *style, PangoEllipsizeMode mode)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), mode);
  gtk_label_set_max_width_chars (GTK_LABEL (label), WIDTH_CHARS);
  if (style != NULL)
    {
      gtk_widget_add_css_class (label, style);
      gtk_widget_add_css_class (label, "dim-label");
    }
  return label;
}

/* @about: NULL: nothing yet. */
static void
fill_row (GtkWidget *row, const char *title, const char *about)
{
  GtkWidget       *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *spoken = g_strjoin (", ", title, about, NULL);

  gtk_box_append (GTK_BOX (box), make_label (title, NULL, PANGO_ELLIPSIZE_MIDDLE));
  if (about != NULL)
    gtk_box_append (GTK_BOX (box), make_label (about, "caption", PANGO_ELLIPSIZE_END));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_tooltip_text (row, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
forget (ShoalAppFolderMenu *self, const char *path)
{
  g_auto (GStrv) folders = g_settings_get_strv (self->settings, SHOAL_APP_KEY_RECENT_FOLDERS);
  const char *gone[] = { path, NULL };
  g_auto (GStrv) rest = shoal_app_recent_remove ((const char *const *) folders, gone);

  g_settings_set_strv (self->settings, SHOAL_APP_KEY_RECENT_FOLDERS, (const char *const *) rest);
}

static void
space_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Query) query = user_data;
  g_autoptr (ShoalAppSpace) space = shoal_app_space_query_finish (result);
  g_autofree char *title = NULL;
  g_autofree char *about = NULL;
  gboolean         is_standard;

  if (space == NULL || query->menu->settings == NULL)
    return;
  is_standard = g_object_get_data (G_OBJECT (query->row), "standard") != NULL;
  if (space->is_gone && !is_standard)
    forget (query->menu, query->path);
  gtk_widget_set_visible (query->row, space->is_there || is_standard);
  title = shoal_app_text_dup_visible (space->shown_path);
  about = shoal_app_space_dup_text (space, query->menu->needed_bytes);
  fill_row (query->row, title, about);
}

static void
add_folder (ShoalAppFolderMenu *self, const char *path, gboolean is_standard)
{
  GtkWidget       *row = gtk_list_box_row_new ();
  g_autofree char *name = shoal_app_space_dup_name (path);
  g_autofree char *title = shoal_app_text_dup_visible (name);
  Query           *query = g_new0 (Query, 1);

  g_object_set_data_full (G_OBJECT (row), "path", g_strdup (path), g_free);
  if (is_standard)
    g_object_set_data (G_OBJECT (row), "standard", row);
  fill_row (row, title, "…");
  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
  query->menu = g_object_ref (self);
  query->row = g_object_ref (row);
  query->path = g_strdup (path);
  shoal_app_space_query_async (path, self->cancellable, space_cb, query);
}

static void
add_other (ShoalAppFolderMenu *self)
{
  GtkWidget *row = gtk_list_box_row_new ();

  fill_row (row, _ ("Choose Other…"), NULL);
  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
}

static void
clear (ShoalAppFolderMenu *self)
{
  GtkWidget *row;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  while ((row = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
}

static void
show_cb (ShoalAppFolderMenu *self)
{
  g_autofree char *standard = shoal_app_settings_dup_download_folder (self->settings);
  g_auto (GStrv) folders = g_settings_get_strv (self->settings, SHOAL_APP_KEY_RECENT_FOLDERS);
  g_auto (GStrv) offered = shoal_app_recent_offer ((const char *const *) folders, standard);

  clear (self);
  self->cancellable = g_cancellable_new ();
  add_folder (self, standard, TRUE);
  for (guint i = 0; offered[i] != NULL; i++)
    add_folder (self, offered[i], FALSE);
  add_other (self);
  gtk_widget_grab_focus (gtk_widget_get_first_child (self->list));
}

static void
activated_cb (ShoalAppFolderMenu *self, GtkListBoxRow *row)
{
  g_autofree char *path = g_strdup (g_object_get_data (G_OBJECT (row), "path"));

  gtk_popover_popdown (GTK_POPOVER (self));
  if (path != NULL)
    g_signal_emit (self, signals[CHOSEN], 0, path);
  else
    g_signal_emit (self, signals[OTHER], 0);
}

static void
shoal_app_folder_menu_dispose (GObject *object)
{
  ShoalAppFolderMenu *self = SHOAL_APP_FOLDER_MENU (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (shoal_app_folder_menu_parent_class)->dispose (object);
}

static void
shoal_app_folder_menu_class_init (ShoalAppFolderMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = shoal_app_folder_menu_dispose;

  signals[CHOSEN] = g_signal_new ("chosen",
                                  G_TYPE_FROM_CLASS (klass),
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_STRING);
  signals[OTHER] = g_signal_new (
      "other", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
shoal_app_folder_menu_init (ShoalAppFolderMenu *self)
{
  self->needed_bytes = SHOAL_APP_SPACE_UNKNOWN;
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Folders"), -1);
  gtk_widget_add_css_class (self->list, "folder-menu");
  gtk_widget_add_css_class (GTK_WIDGET (self), "menu");
  gtk_popover_set_child (GTK_POPOVER (self), self->list);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (activated_cb), self);
  g_signal_connect (self, "show", G_CALLBACK (show_cb), NULL);
}

ShoalAppFolderMenu *
shoal_app_folder_menu_new (GSettings *settings)
{
  ShoalAppFolderMenu *self = g_object_new (SHOAL_TYPE_APP_FOLDER_MENU, NULL);

  self->settings = g_object_ref (settings);
  return self;
}

void
shoal_app_folder_menu_set_needed_bytes (ShoalAppFolderMenu *self, guint64 bytes)
{
  g_return_if_fail (SHOAL_IS_APP_FOLDER_MENU (self));

  self->needed_bytes = bytes;
}
