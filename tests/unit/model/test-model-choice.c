/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The tree of a torrent that is there: progress, priorities, names that change under it. */
#include "config.h"

#include "model/shoal-model-tree.h"

static void
add_file (GPtrArray        *files,
          const char       *path,
          guint64           size,
          guint64           done,
          ShoalFilePriority priority)
{
  ShoalFileInfo *file = g_new0 (ShoalFileInfo, 1);

  file->path = g_strdup (path);
  file->size = size;
  file->done_bytes = done;
  file->priority = priority;
  file->is_pad = g_str_has_prefix (path, ".pad");
  g_ptr_array_add (files, file);
}

static GPtrArray *
make_files (void)
{
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_file_info_free);

  add_file (files, "top/a", 100, 100, SHOAL_FILE_PRIORITY_NORMAL);
  add_file (files, ".pad/28", 28, 0, SHOAL_FILE_PRIORITY_NORMAL);
  add_file (files, "top/in/b", 200, 50, SHOAL_FILE_PRIORITY_HIGH);
  add_file (files, "top/in/c", 300, 10, SHOAL_FILE_PRIORITY_SKIP);
  return files;
}

static ShoalFileInfo *
get_file (GPtrArray *files, guint i)
{
  return g_ptr_array_index (files, i);
}

static ShoalModelNode
find_node (ShoalModelTree *tree, ShoalModelNode from, const char *path)
{
  const ShoalModelNode *nodes;
  guint                 n;

  shoal_model_tree_get_children (tree, from, &nodes, &n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *own = shoal_model_tree_dup_path (tree, nodes[i]);
      ShoalModelNode   found;

      if (g_str_equal (own, path))
        return nodes[i];
      found = find_node (tree, nodes[i], path);
      if (found != SHOAL_MODEL_NODE_ROOT)
        return found;
    }
  return SHOAL_MODEL_NODE_ROOT;
}

/* "done/total check priority", the last with a tilde where it is mixed. */
static void
assert_node (ShoalModelTree *tree, const char *path, const char *expected)
{
  ShoalModelNode    node = *path != '\0' ? find_node (tree, 0, path) : SHOAL_MODEL_NODE_ROOT;
  guint64           done;
  guint64           total;
  ShoalFilePriority priority;
  gboolean          is_one = shoal_model_tree_get_priority (tree, node, &priority);
  g_autofree char  *text = NULL;

  shoal_model_tree_get_progress (tree, node, &done, &total);
  text = g_strdup_printf ("%d/%d %c %d%s",
                          (int) done,
                          (int) total,
                          "-~+"[shoal_model_tree_get_check (tree, node)],
                          priority,
                          is_one ? "" : "~");
  g_assert_cmpstr (text, ==, expected);
}

static void
chosen_cb (ShoalModelTree *tree, GArray *files, guint priority, GString *log)
{
  g_string_append_printf (log, "%u:", priority);
  for (guint i = 0; i < files->len; i++)
    g_string_append_printf (log, " %u", g_array_index (files, guint, i));
  g_string_append (log, "; ");
}

static void
count_cb (ShoalModelTree *tree, guint *n)
{
  (*n)++;
}

static void
test_numbers (void)
{
  g_autoptr (GPtrArray) files = make_files ();
  g_autoptr (ShoalModelTree) tree = shoal_model_tree_new_for_files (files);

  g_assert_true (shoal_model_tree_is_live (tree));
  assert_node (tree, "top/a", "100/100 + 2");
  assert_node (tree, "top/in/b", "50/200 + 3");
  assert_node (tree, "top/in/c", "10/300 - 0");
  assert_node (tree, "top/in", "50/200 ~ 3");
  assert_node (tree, "top", "150/300 ~ 3~");
  assert_node (tree, "", "150/300 ~ 3~");
  g_assert_cmpuint (shoal_model_tree_get_file (tree, find_node (tree, 0, "top/in/c")), ==, 3);
  g_assert_cmpuint (shoal_model_tree_get_file (tree, find_node (tree, 0, "top/in")), ==, G_MAXUINT);
}

static void
test_choice (void)
{
  g_autoptr (GPtrArray) files = make_files ();
  g_autoptr (ShoalModelTree) tree = shoal_model_tree_new_for_files (files);
  g_autoptr (GString) log = g_string_new (NULL);
  ShoalModelNode some[] = { find_node (tree, 0, "top/in"), find_node (tree, 0, "top/in/b") };
  guint          n = 0;

  g_signal_connect (tree, "chosen", G_CALLBACK (chosen_cb), log);
  g_signal_connect (tree, "changed", G_CALLBACK (count_cb), &n);
  shoal_model_tree_set_wanted (tree, SHOAL_MODEL_NODE_ROOT, TRUE);
  assert_node (tree, "top/in", "60/500 + 3~");
  shoal_model_tree_set_wanted (tree, SHOAL_MODEL_NODE_ROOT, TRUE);
  shoal_model_tree_choose (tree, some, G_N_ELEMENTS (some), SHOAL_MODEL_CHOICE_LOW);
  assert_node (tree, "top/in", "60/500 + 1");
  assert_node (tree, "top", "160/600 + 2~");
  shoal_model_tree_set_wanted (tree, some[1], FALSE);
  assert_node (tree, "top", "110/400 ~ 2~");
  g_assert_cmpstr (log->str, ==, "2: 3; 1: 2 3; 0: 2; ");
  g_assert_cmpuint (n, ==, 3);
}

static void
test_update (void)
{
  g_autoptr (GPtrArray) files = make_files ();
  g_autoptr (GPtrArray) news = make_files ();
  g_autoptr (ShoalModelTree) tree = shoal_model_tree_new_for_files (files);
  g_autoptr (GString) log = g_string_new (NULL);
  guint n = 0;

  g_signal_connect (tree, "chosen", G_CALLBACK (chosen_cb), log);
  g_signal_connect (tree, "changed", G_CALLBACK (count_cb), &n);
  g_assert_true (shoal_model_tree_update (tree, files, 1));
  g_assert_cmpuint (n, ==, 0);
  get_file (news, 2)->done_bytes = 200;
  get_file (news, 3)->priority = SHOAL_FILE_PRIORITY_LOW;
  get_file (news, 3)->done_bytes = 30;
  g_assert_true (shoal_model_tree_update (tree, news, 2));
  g_assert_cmpuint (n, ==, 1);
  assert_node (tree, "top/in", "230/500 + 3~");
  assert_node (tree, "", "330/600 + 3~");
  g_assert_cmpstr (log->str, ==, "");
}

/* Until the engine has heard of it, what it says of priorities is older than what was chosen. */
static void
test_wish (void)
{
  g_autoptr (GPtrArray) files = make_files ();
  g_autoptr (GPtrArray) news = make_files ();
  g_autoptr (ShoalModelTree) tree = shoal_model_tree_new_for_files (files);

  shoal_model_tree_set_wanted (tree, find_node (tree, 0, "top/a"), FALSE);
  shoal_model_tree_wish (tree, 7);
  get_file (news, 3)->done_bytes = 20;
  g_assert_true (shoal_model_tree_update (tree, news, 6));
  assert_node (tree, "top/a", "100/100 - 0");
  assert_node (tree, "top/in/c", "20/300 - 0");
  g_assert_true (shoal_model_tree_update (tree, news, 7));
  assert_node (tree, "top/a", "100/100 + 2");
}

static void
rename_file (GPtrArray *files, guint i, const char *path)
{
  g_free (get_file (files, i)->path);
  get_file (files, i)->path = g_strdup (path);
}

static void
test_names (void)
{
  g_autoptr (GPtrArray) files = make_files ();
  g_autoptr (GPtrArray) news = make_files ();
  g_autoptr (ShoalModelTree) tree = shoal_model_tree_new_for_files (files);
  ShoalModelNode node = find_node (tree, 0, "top/in/b");
  guint          n = 0;

  g_signal_connect (tree, "changed", G_CALLBACK (count_cb), &n);
  rename_file (news, 2, "top/in/Other");
  g_assert_true (shoal_model_tree_update (tree, news, 1));
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpstr (shoal_model_tree_get_name (tree, node), ==, "Other");
  g_assert_cmpuint (find_node (tree, 0, "top/in/Other"), ==, node);

  rename_file (news, 0, "new top/a");
  rename_file (news, 2, "new top/in/Other");
  rename_file (news, 3, "new top/in/c");
  g_assert_true (shoal_model_tree_update (tree, news, 1));
  g_assert_cmpuint (find_node (tree, 0, "new top/in/Other"), ==, node);

  rename_file (news, 3, "new top/in/deeper/c");
  g_assert_false (shoal_model_tree_update (tree, news, 1));
  rename_file (news, 3, "c");
  g_assert_false (shoal_model_tree_update (tree, news, 1));
  g_ptr_array_set_size (news, 3);
  g_assert_false (shoal_model_tree_update (tree, news, 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/choice/numbers", test_numbers);
  g_test_add_func ("/model/choice/choice", test_choice);
  g_test_add_func ("/model/choice/update", test_update);
  g_test_add_func ("/model/choice/wish", test_wish);
  g_test_add_func ("/model/choice/names", test_names);
  return g_test_run ();
}
