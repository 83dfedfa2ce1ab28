/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-files-page-private.h"

#include <glib/gi18n.h>

#include "app/shoal-app-launch.h"
#include "app/shoal-app-prompt.h"

#define TARGET "shoal-target"

/* What is selected; the tree is there as long as anything is. */
static GArray *
dup_nodes (ShoalAppFilesPage *self)
{
  return self->tree != NULL ? shoal_app_file_tree_dup_nodes (self->view)
                            : g_array_new (FALSE, FALSE, sizeof (ShoalModelNode));
}

/* What concerns one file or folder only. */
static gboolean
get_one (ShoalAppFilesPage *self, ShoalModelNode *node)
{
  g_autoptr (GArray) nodes = dup_nodes (self);

  if (nodes->len != 1)
    return FALSE;
  *node = g_array_index (nodes, ShoalModelNode, 0);
  return TRUE;
}

static gboolean
is_whole (ShoalAppFilesPage *self, ShoalModelNode node)
{
  guint64 done;
  guint64 total;

  shoal_model_tree_get_progress (self->tree, node, &done, &total);
  return done >= total && !shoal_model_tree_is_folder (self->tree, node);
}

static char *
dup_path (ShoalAppFilesPage *self, ShoalModelNode node)
{
  g_autofree char *path = shoal_model_tree_dup_path (self->tree, node);

  return g_build_filename (shoal_model_torrent_get_info (self->torrent)->save_path, path, NULL);
}

void
shoal_app_files_page_open (ShoalAppFilesPage *self, ShoalModelNode node)
{
  g_autofree char *path = dup_path (self, node);

  if (is_whole (self, node))
    shoal_app_launch_open_path (GTK_WIDGET (self), path);
  else
    gtk_widget_activate_action (
        GTK_WIDGET (self), "win.toast", "s", _ ("The file can be opened once all of it is there"));
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalModelNode node;

  if (get_one (SHOAL_APP_FILES_PAGE (widget), &node))
    shoal_app_files_page_open (SHOAL_APP_FILES_PAGE (widget), node);
}

static void
show_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppFilesPage *self = SHOAL_APP_FILES_PAGE (widget);
  g_autofree char   *path = NULL;
  ShoalModelNode     node;

  if (!get_one (self, &node))
    return;
  path = dup_path (self, node);
  shoal_app_launch_show_path (
      widget, path, shoal_model_torrent_get_info (self->torrent)->save_path);
}

/* What is to be called otherwise: a file by its number, a folder by its path. */
typedef struct
{
  ShoalTorrentId id;
  guint          file;
  char          *folder; /* owned; NULL: it is a file */
} Target;

static void
target_free (gpointer data)
{
  Target *target = data;

  g_free (target->folder);
  g_free (target);
}

static void
rename_cb (ShoalAppPrompt *prompt, const char *text, ShoalAppFilesPage *self)
{
  const Target *target = g_object_get_data (G_OBJECT (prompt), TARGET);

  if (target->folder != NULL)
    shoal_app_session_rename_folder (self->session,
                                     target->id,
                                     target->folder,
                                     text,
                                     shoal_app_prompt_answer_cb,
                                     G_OBJECT (prompt));
  else
    shoal_app_session_rename (self->session,
                              target->id,
                              target->file,
                              text,
                              shoal_app_prompt_answer_cb,
                              G_OBJECT (prompt));
}

static void
rename_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppFilesPage    *self = SHOAL_APP_FILES_PAGE (widget);
  ShoalModelNode        node;
  ShoalAppPrompt       *prompt;
  ShoalAppPromptOptions options = { .accept = _ ("_Rename"), .label = _ ("Name") };
  gboolean              is_folder;
  Target               *target;

  if (!get_one (self, &node))
    return;
  is_folder = shoal_model_tree_is_folder (self->tree, node);
  options.title = is_folder ? _ ("Rename Folder") : _ ("Rename File");
  options.text = shoal_model_tree_get_name (self->tree, node);
  target = g_new0 (Target, 1);
  target->id = shoal_model_torrent_get_id (self->torrent);
  target->file = shoal_model_tree_get_file (self->tree, node);
  target->folder = is_folder ? shoal_model_tree_dup_path (self->tree, node) : NULL;
  prompt = shoal_app_prompt_open (widget, &options);
  if (is_folder)
    shoal_app_prompt_select (prompt, -1);
  else
    shoal_app_prompt_select_stem (prompt);
  g_object_set_data_full (G_OBJECT (prompt), TARGET, target, target_free);
  g_signal_connect_object (prompt, "accept", G_CALLBACK (rename_cb), self, 0);
}

static void
set_play_first (ShoalAppFilesPage *self, guint file)
{
  shoal_app_session_play_first (self->session, shoal_model_torrent_get_id (self->torrent), file);
}

static void
play_first_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppFilesPage *self = SHOAL_APP_FILES_PAGE (widget);
  ShoalModelNode     node;

  if (get_one (self, &node) && !shoal_model_tree_is_folder (self->tree, node))
    set_play_first (self, shoal_model_tree_get_file (self->tree, node));
}

static void
play_later_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (SHOAL_APP_FILES_PAGE (widget)->torrent != NULL)
    set_play_first (SHOAL_APP_FILES_PAGE (widget), G_MAXUINT);
}

static void
choose (ShoalAppFilesPage *self, const GArray *nodes, ShoalModelChoice choice)
{
  shoal_model_tree_choose (
      self->tree, (const ShoalModelNode *) (gconstpointer) nodes->data, nodes->len, choice);
}

static void
choose_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  static const char *const words[] = { "skip", "low", "normal", "high" };
  ShoalAppFilesPage       *self = SHOAL_APP_FILES_PAGE (widget);
  const char              *word = g_variant_get_string (parameter, NULL);
  g_autoptr (GArray) nodes = dup_nodes (self);

  for (guint i = 0; nodes->len > 0 && i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (word, words[i]))
      choose (self, nodes, (ShoalModelChoice) i);
}

/* One step up or down from where the first of them is; what is not wanted is left alone. */
static void
raise_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppFilesPage *self = SHOAL_APP_FILES_PAGE (widget);
  g_autoptr (GArray) nodes = dup_nodes (self);
  int               step = g_variant_get_boolean (parameter) ? 1 : -1;
  ShoalFilePriority priority;

  if (nodes->len == 0)
    return;
  shoal_model_tree_get_priority (self->tree, g_array_index (nodes, ShoalModelNode, 0), &priority);
  if (priority == SHOAL_FILE_PRIORITY_SKIP)
    return;
  choose (self,
          nodes,
          (ShoalModelChoice) CLAMP (
              (int) priority + step, SHOAL_FILE_PRIORITY_LOW, SHOAL_FILE_PRIORITY_HIGH));
}

void
shoal_app_files_page_update_actions (gpointer user_data)
{
  ShoalAppFilesPage *self = user_data;
  GtkWidget         *widget = GTK_WIDGET (self);
  ShoalModelNode     node = SHOAL_MODEL_NODE_ROOT;
  gboolean           is_one = get_one (self, &node);
  gboolean           is_file = is_one && !shoal_model_tree_is_folder (self->tree, node);
  gboolean           is_there = is_one && is_whole (self, node);
  gboolean           is_first = is_file && shoal_model_tree_get_play_first (self->tree) ==
                                     shoal_model_tree_get_file (self->tree, node);

  gtk_widget_action_set_enabled (widget, "file.open", is_there);
  gtk_widget_action_set_enabled (widget, "file.show", is_one);
  gtk_widget_action_set_enabled (widget, "file.rename", is_one);
  gtk_widget_action_set_enabled (widget, "file.play-first", is_file && !is_there && !is_first);
  gtk_widget_action_set_enabled (widget, "file.play-later", is_first);
}

void
shoal_app_files_page_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "file.open", NULL, open_action);
  gtk_widget_class_install_action (klass, "file.show", NULL, show_action);
  gtk_widget_class_install_action (klass, "file.rename", NULL, rename_action);
  /* By its key it must not depend on the row whose menu was open last. */
  gtk_widget_class_install_action (klass, "file.edit", NULL, rename_action);
  gtk_widget_class_install_action (klass, "file.play-first", NULL, play_first_action);
  gtk_widget_class_install_action (klass, "file.play-later", NULL, play_later_action);
  gtk_widget_class_install_action (klass, "file.choose", "s", choose_action);
  gtk_widget_class_install_action (klass, "file.raise", "b", raise_action);
}
