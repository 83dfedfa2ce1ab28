/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "model/shoal-model-files.h"

static void
add_file (ShoalContents *contents, const char *path, guint64 size, gboolean is_pad)
{
  ShoalFileInfo *file = g_new0 (ShoalFileInfo, 1);

  file->path = g_strdup (path);
  file->size = size;
  file->is_pad = is_pad;
  g_ptr_array_add (contents->files, file);
}

static ShoalContents *
make_contents (void)
{
  ShoalContents *contents = shoal_contents_new ();

  add_file (contents, "top/b.txt", 10, FALSE);
  add_file (contents, "top/.pad/6", 6, TRUE);
  add_file (contents, "top/season 10/ep 2.mkv", 200, FALSE);
  add_file (contents, "top/season 10/ep 10.mkv", 1000, FALSE);
  add_file (contents, "top/season 9/deep/er/q", 3, FALSE);
  add_file (contents, "top/A.txt", 1, FALSE);
  add_file (contents, "top/season 10/ep 1.mkv", 100, FALSE);
  return contents;
}

/* "name:size:check " of each entry, folders with their content in brackets. */
static void
print_children (ShoalModelTree *tree, ShoalModelNode node, GString *text)
{
  const ShoalModelNode *nodes;
  guint                 n;

  shoal_model_tree_get_children (tree, node, &nodes, &n);
  for (guint i = 0; i < n; i++)
    {
      g_string_append_printf (text,
                              "%s:%" G_GUINT64_FORMAT ":%c",
                              shoal_model_tree_get_name (tree, nodes[i]),
                              shoal_model_tree_get_size (tree, nodes[i]),
                              "-~+"[shoal_model_tree_get_check (tree, nodes[i])]);
      if (shoal_model_tree_is_folder (tree, nodes[i]))
        {
          g_string_append (text, "[");
          print_children (tree, nodes[i], text);
          g_string_append (text, "]");
        }
      g_string_append (text, i + 1 < n ? " " : "");
    }
}

static void
assert_tree (ShoalModelTree *tree, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  print_children (tree, SHOAL_MODEL_NODE_ROOT, text);
  g_assert_cmpstr (text->str, ==, expected);
}

static ShoalModelNode
find_one (ShoalModelTree *tree, const char *name)
{
  g_autoptr (GArray) found = shoal_model_tree_find (tree, name);

  g_assert_cmpuint (found->len, ==, 1);
  return g_array_index (found, ShoalModelNode, 0);
}

static ShoalModelNode
get_child (ShoalModelTree *tree, ShoalModelNode node, guint i)
{
  const ShoalModelNode *nodes;
  guint                 n;

  shoal_model_tree_get_children (tree, node, &nodes, &n);
  g_assert_cmpuint (i, <, n);
  return nodes[i];
}

static void
count_cb (ShoalModelTree *tree, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_order (void)
{
  g_autoptr (ShoalContents) contents = make_contents ();
  g_autoptr (ShoalModelTree) tree = shoal_model_tree_new (contents);

  assert_tree (tree,
               "top:1314:+[season 9:3:+[deep:3:+[er:3:+[q:3:+]]] "
               "season 10:1300:+[ep 1.mkv:100:+ ep 2.mkv:200:+ ep 10.mkv:1000:+] "
               "A.txt:1:+ b.txt:10:+]");
  g_assert_cmpuint (shoal_model_tree_get_n_files (tree), ==, 6);
  g_assert_cmpuint (shoal_model_tree_get_wanted_bytes (tree), ==, 1314);
}

static void
test_wanted (void)
{
  g_autoptr (ShoalContents) contents = make_contents ();
  g_autoptr (ShoalModelTree) tree = shoal_model_tree_new (contents);
  guint n = 0;

  g_signal_connect (tree, "changed", G_CALLBACK (count_cb), &n);
  shoal_model_tree_set_wanted (tree, find_one (tree, "EP 10"), FALSE);
  assert_tree (tree,
               "top:1314:~[season 9:3:+[deep:3:+[er:3:+[q:3:+]]] "
               "season 10:1300:~[ep 1.mkv:100:+ ep 2.mkv:200:+ ep 10.mkv:1000:-] "
               "A.txt:1:+ b.txt:10:+]");
  g_assert_cmpuint (shoal_model_tree_get_wanted_bytes (tree), ==, 314);
  g_assert_cmpuint (shoal_model_tree_get_n_wanted (tree), ==, 5);

  /* A folder takes all below with it; twice says nothing new. */
  shoal_model_tree_set_wanted (tree, get_child (tree, SHOAL_MODEL_NODE_ROOT, 0), FALSE);
  shoal_model_tree_set_wanted (tree, SHOAL_MODEL_NODE_ROOT, FALSE);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (shoal_model_tree_get_wanted_bytes (tree), ==, 0);

  shoal_model_tree_set_wanted (tree, find_one (tree, "q"), TRUE);
  assert_tree (tree,
               "top:1314:~[season 9:3:+[deep:3:+[er:3:+[q:3:+]]] "
               "season 10:1300:-[ep 1.mkv:100:- ep 2.mkv:200:- ep 10.mkv:1000:-] "
               "A.txt:1:- b.txt:10:-]");
  g_assert_cmpuint (n, ==, 3);
}

static void
test_priorities (void)
{
  g_autoptr (ShoalContents) contents = make_contents ();
  g_autoptr (ShoalModelTree) tree = shoal_model_tree_new (contents);
  g_autofree guint8 *priorities = NULL;
  guint              n = 99;

  g_assert_null (shoal_model_tree_dup_priorities (tree, &n));
  g_assert_cmpuint (n, ==, 0);
  shoal_model_tree_set_wanted (tree, find_one (tree, "A.txt"), FALSE);
  priorities = shoal_model_tree_dup_priorities (tree, &n);
  g_assert_cmpuint (n, ==, contents->files->len);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (
        priorities[i], ==, i == 5 ? SHOAL_FILE_PRIORITY_SKIP : SHOAL_FILE_PRIORITY_NORMAL);
}

static void
test_single_file (void)
{
  g_autoptr (ShoalContents) contents = shoal_contents_new ();
  g_autoptr (ShoalModelTree) tree = NULL;

  add_file (contents, "alone.iso", 7, FALSE);
  tree = shoal_model_tree_new (contents);
  assert_tree (tree, "alone.iso:7:+");
}

static void
test_empty_files_count (void)
{
  g_autoptr (ShoalContents) contents = shoal_contents_new ();
  g_autoptr (ShoalModelTree) tree = NULL;

  add_file (contents, "t/empty", 0, FALSE);
  add_file (contents, "t/full", 5, FALSE);
  tree = shoal_model_tree_new (contents);
  shoal_model_tree_set_wanted (tree, find_one (tree, "empty"), FALSE);
  assert_tree (tree, "t:5:~[empty:0:- full:5:+]");
}

/* Folders whose files stand apart in the torrent, and names that only share a beginning. */
static void
test_scattered_folders (void)
{
  g_autoptr (ShoalContents) contents = shoal_contents_new ();
  g_autoptr (ShoalModelTree) tree = NULL;

  add_file (contents, "t/ab/1", 1, FALSE);
  add_file (contents, "t/ac/1", 1, FALSE);
  add_file (contents, "t/ab/2", 1, FALSE);
  add_file (contents, "u", 1, FALSE);
  add_file (contents, "t/a/1", 1, FALSE);
  tree = shoal_model_tree_new (contents);
  assert_tree (tree, "t:4:+[a:1:+[1:1:+] ab:2:+[1:1:+ 2:1:+] ac:1:+[1:1:+]] u:1:+");
}

static void
test_find (void)
{
  g_autoptr (ShoalContents) contents = make_contents ();
  g_autoptr (ShoalModelTree) tree = shoal_model_tree_new (contents);
  g_autoptr (GListModel) hits = shoal_model_files_new_for_search (tree, "MKV");
  g_autoptr (GListModel) none = shoal_model_files_new_for_search (tree, "season");
  g_autoptr (ShoalModelFile) last = g_list_model_get_item (hits, 2);
  g_autofree char *folder = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (hits), ==, 3);
  g_assert_null (g_list_model_get_item (hits, 3));
  g_assert_cmpuint (g_list_model_get_n_items (none), ==, 0);
  g_assert_true (shoal_model_file_get_tree (last) == tree);
  g_assert_cmpstr (
      shoal_model_tree_get_name (tree, shoal_model_file_get_node (last)), ==, "ep 10.mkv");
  folder = shoal_model_tree_dup_folder (tree, shoal_model_file_get_node (last));
  g_assert_cmpstr (folder, ==, "top/season 10");
}

static void
test_folder_list (void)
{
  g_autoptr (ShoalContents) contents = make_contents ();
  g_autoptr (ShoalModelTree) tree = shoal_model_tree_new (contents);
  g_autoptr (GListModel) root = shoal_model_files_new_for_folder (tree, SHOAL_MODEL_NODE_ROOT);
  g_autoptr (ShoalModelFile) top = g_list_model_get_item (root, 0);
  g_autoptr (GListModel) below =
      shoal_model_files_new_for_folder (tree, shoal_model_file_get_node (top));

  g_assert_cmpuint (g_list_model_get_n_items (root), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (below), ==, 4);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(ShoalModelTree **) user_data = shoal_model_tree_load_finish (result, NULL);
}

static void
test_load_large (void)
{
  g_autoptr (ShoalContents) contents = shoal_contents_new ();
  g_autoptr (ShoalModelTree) tree = NULL;
  gint64 start;

  for (guint i = 0; i < 100000; i++)
    {
      g_autofree char *path = g_strdup_printf ("large/folder %u/file %u.txt", i % 300, i);

      add_file (contents, path, i, FALSE);
    }
  start = g_get_monotonic_time ();
  shoal_model_tree_load_async (contents, NULL, loaded_cb, &tree);
  while (tree == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_test_message ("100,000 files in %" G_GINT64_FORMAT " ms",
                  (g_get_monotonic_time () - start) / 1000);
  g_assert_cmpuint (shoal_model_tree_get_n_files (tree), ==, 100000);

  start = g_get_monotonic_time ();
  shoal_model_tree_set_wanted (tree, SHOAL_MODEL_NODE_ROOT, FALSE);
  g_test_message ("all unwanted in %" G_GINT64_FORMAT " µs", g_get_monotonic_time () - start);
  g_assert_cmpuint (shoal_model_tree_get_n_wanted (tree), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/tree/order", test_order);
  g_test_add_func ("/model/tree/wanted", test_wanted);
  g_test_add_func ("/model/tree/priorities", test_priorities);
  g_test_add_func ("/model/tree/single-file", test_single_file);
  g_test_add_func ("/model/tree/empty-files", test_empty_files_count);
  g_test_add_func ("/model/tree/scattered-folders", test_scattered_folders);
  g_test_add_func ("/model/tree/find", test_find);
  g_test_add_func ("/model/tree/folder-list", test_folder_list);
  g_test_add_func ("/model/tree/load-large", test_load_large);
  return g_test_run ();
}
