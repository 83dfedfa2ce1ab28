/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-files-page-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/shoal-app-launch.h"
#include "app/shoal-app-prompt.h"

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

/* What all of the torrent lies in. */
static gboolean
is_top (ShoalAppFilesPage *self, ShoalModelNode node)
{
  const ShoalModelNode *nodes;
  guint                 n;

  shoal_model_tree_get_children (self->tree, SHOAL_MODEL_NODE_ROOT, &nodes, &n);
  return n == 1 && nodes[0] == node;
}

static gboolean
can_rename (ShoalAppFilesPage *self, ShoalModelNode node)
{
  return !shoal_model_tree_is_folder (self->tree, node) || is_top (self, node);
}

static void
rename_cb (ShoalAppPrompt *prompt, const char *text, ShoalAppFilesPage *self)
{
  guint file = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (prompt), "shoal-file"));

  if (self->torrent == NULL)
    gtk_window_close (GTK_WINDOW (prompt));
  else
    shoal_app_session_rename (self->session,
                              shoal_model_torrent_get_id (self->torrent),
                              file,
                              text,
                              shoal_app_prompt_answer_cb,
                              G_OBJECT (prompt));
}

/* The part before the extension is what is likely to be changed. */
static int
count_stem (const char *name)
{
  const char *dot = strrchr (name, '.');

  return dot != NULL && dot != name ? (int) g_utf8_strlen (name, dot - name) : -1;
}

static void
rename_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppFilesPage    *self = SHOAL_APP_FILES_PAGE (widget);
  ShoalModelNode        node;
  ShoalAppPrompt       *prompt;
  ShoalAppPromptOptions options = { .accept = _ ("_Rename"), .label = _ ("Name") };
  gboolean              is_folder;
  guint                 file;

  if (!get_one (self, &node) || !can_rename (self, node))
    return;
  is_folder = shoal_model_tree_is_folder (self->tree, node);
  options.title = is_folder ? _ ("Rename Folder") : _ ("Rename File");
  options.text = shoal_model_tree_get_name (self->tree, node);
  file = is_folder ? SHOAL_RENAME_TOP : shoal_model_tree_get_file (self->tree, node);
  prompt = shoal_app_prompt_open (widget, &options);
  shoal_app_prompt_select (prompt, is_folder ? -1 : count_stem (options.text));
  g_object_set_data (G_OBJECT (prompt), "shoal-file", GUINT_TO_POINTER (file));
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
  gtk_widget_action_set_enabled (widget, "file.rename", is_one && can_rename (self, node));
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
