/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "model/shoal-model-torrents.h"

/* What the list said, as text: "position-removed+added;". */
static void
log_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  g_string_append_printf (user_data, "%u-%u+%u;", position, removed, added);
}

static ShoalSnapshot *
make_snapshot (const guint32 *changed, guint n_changed, const guint32 *removed, guint n_removed)
{
  ShoalSnapshot *snapshot = shoal_snapshot_new ();

  for (guint i = 0; i < n_changed; i++)
    {
      ShoalTorrentInfo *info = shoal_torrent_info_new ();

      info->id.value = changed[i];
      info->name = g_strdup_printf ("torrent %u", changed[i]);
      g_ptr_array_add (snapshot->changed, info);
    }
  for (guint i = 0; i < n_removed; i++)
    {
      ShoalTorrentId id = { removed[i] };

      g_array_append_val (snapshot->removed, id);
    }
  return snapshot;
}

static void
apply (ShoalModelTorrents *list,
       const guint32      *changed,
       guint               n_changed,
       const guint32      *removed,
       guint               n_removed)
{
  g_autoptr (ShoalSnapshot) snapshot = make_snapshot (changed, n_changed, removed, n_removed);

  shoal_model_torrents_apply (list, snapshot);
}

static char *
dup_ids (ShoalModelTorrents *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (ShoalModelTorrent) torrent = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_string_append_printf (text, "%u ", shoal_model_torrent_get_id (torrent).value);
    }
  return g_string_free (text, FALSE);
}

static void
test_adds_in_one_change (void)
{
  g_autoptr (ShoalModelTorrents) list = shoal_model_torrents_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  guint32 first[] = { 1, 2, 3 };
  guint32 second[] = { 3, 4, 1, 5 };

  g_signal_connect (list, "items-changed", G_CALLBACK (log_cb), log);
  apply (list, first, 3, NULL, 0);
  apply (list, second, 4, NULL, 0);
  g_assert_cmpstr (log->str, ==, "0-0+3;3-0+2;");
  g_assert_nonnull (shoal_model_torrents_lookup (list, (ShoalTorrentId){ 4 }));
  g_assert_null (shoal_model_torrents_lookup (list, (ShoalTorrentId){ 6 }));
}

static const struct
{
  guint32     removed[8];
  guint       n_removed;
  const char *log;
  const char *left;
} remove_cases[] = {
  { { 1 }, 1, "0-1+0;", "2 3 4 5 6 " },      { { 6 }, 1, "5-1+0;", "1 2 3 4 5 " },
  { { 2, 3 }, 2, "1-2+0;", "1 4 5 6 " },     { { 3, 1 }, 2, "2-1+0;0-1+0;", "2 4 5 6 " },
  { { 6, 5, 4, 3, 2, 1 }, 6, "0-6+0;", "" }, { { 1, 2, 5, 6 }, 4, "4-2+0;0-2+0;", "3 4 " },
  { { 9 }, 1, "", "1 2 3 4 5 6 " },          { { 2, 2 }, 2, "1-1+0;", "1 3 4 5 6 " },
};

static void
test_removes_in_runs (void)
{
  guint32 all[] = { 1, 2, 3, 4, 5, 6 };

  for (guint i = 0; i < G_N_ELEMENTS (remove_cases); i++)
    {
      g_autoptr (ShoalModelTorrents) list = shoal_model_torrents_new ();
      g_autoptr (GString) log = g_string_new (NULL);
      g_autofree char *left = NULL;

      apply (list, all, 6, NULL, 0);
      g_signal_connect (list, "items-changed", G_CALLBACK (log_cb), log);
      apply (list, NULL, 0, remove_cases[i].removed, remove_cases[i].n_removed);
      left = dup_ids (list);
      g_assert_cmpstr (log->str, ==, remove_cases[i].log);
      g_assert_cmpstr (left, ==, remove_cases[i].left);
    }
}

static void
test_hidden_comes_back (void)
{
  g_autoptr (ShoalModelTorrents) list = shoal_model_torrents_new ();
  g_autofree char *ids = NULL;
  guint32          all[] = { 1, 2, 3 };
  guint32          one = 2;

  apply (list, all, 3, NULL, 0);
  apply (list, NULL, 0, &one, 1);
  apply (list, &one, 1, NULL, 0);
  ids = dup_ids (list);
  g_assert_cmpstr (ids, ==, "1 3 2 ");
}

static void
test_wish_ends_without_a_row (void)
{
  g_autoptr (ShoalModelTorrents) list = shoal_model_torrents_new ();
  g_autoptr (ShoalSnapshot) silent = shoal_snapshot_new ();
  ShoalModelTorrent *torrent;
  guint32            one = 1;

  apply (list, &one, 1, NULL, 0);
  torrent = shoal_model_torrents_lookup (list, (ShoalTorrentId){ 1 });
  shoal_model_torrents_wish_paused (list, torrent, TRUE, 5);
  silent->last_serial = 4;
  shoal_model_torrents_apply (list, silent);
  g_assert_true (shoal_model_torrent_get_is_paused (torrent));
  silent->last_serial = 5;
  shoal_model_torrents_apply (list, silent);
  g_assert_false (shoal_model_torrent_get_is_paused (torrent));
}

static void
test_removed_with_a_wish (void)
{
  g_autoptr (ShoalModelTorrents) list = shoal_model_torrents_new ();
  g_autoptr (ShoalSnapshot) silent = shoal_snapshot_new ();
  guint32 one = 1;

  apply (list, &one, 1, NULL, 0);
  shoal_model_torrents_wish_seed (
      list, shoal_model_torrents_lookup (list, (ShoalTorrentId){ 1 }), TRUE, 5);
  apply (list, NULL, 0, &one, 1);
  silent->last_serial = 5;
  shoal_model_torrents_apply (list, silent);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
}

static void
count_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_totals_and_loaded (void)
{
  g_autoptr (ShoalModelTorrents) list = shoal_model_torrents_new ();
  g_autoptr (ShoalSnapshot) snapshot = shoal_snapshot_new ();
  guint n_totals = 0;
  guint n_loaded = 0;

  g_signal_connect (list, "notify::totals", G_CALLBACK (count_cb), &n_totals);
  g_signal_connect (list, "notify::is-loaded", G_CALLBACK (count_cb), &n_loaded);
  shoal_model_torrents_apply (list, snapshot);
  g_assert_cmpuint (n_totals + n_loaded, ==, 0);
  snapshot->totals.down_bps = 10;
  snapshot->is_loaded = TRUE;
  shoal_model_torrents_apply (list, snapshot);
  shoal_model_torrents_apply (list, snapshot);
  g_assert_cmpuint (n_totals, ==, 1);
  g_assert_cmpuint (n_loaded, ==, 1);
  g_assert_true (shoal_model_torrents_get_is_loaded (list));
  g_assert_cmpuint (shoal_model_torrents_get_totals (list)->down_bps, ==, 10);
}

static void
test_clear (void)
{
  g_autoptr (ShoalModelTorrents) list = shoal_model_torrents_new ();
  g_autoptr (ShoalSnapshot) snapshot = NULL;
  g_autoptr (GString) log = g_string_new (NULL);
  guint32 all[] = { 1, 2, 3 };

  snapshot = make_snapshot (all, 3, NULL, 0);
  snapshot->is_loaded = TRUE;
  shoal_model_torrents_apply (list, snapshot);
  g_signal_connect (list, "items-changed", G_CALLBACK (log_cb), log);
  shoal_model_torrents_clear (list);
  g_assert_cmpstr (log->str, ==, "0-3+0;");
  g_assert_false (shoal_model_torrents_get_is_loaded (list));
  g_assert_null (shoal_model_torrents_lookup (list, (ShoalTorrentId){ 1 }));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/torrents/adds-in-one-change", test_adds_in_one_change);
  g_test_add_func ("/model/torrents/removes-in-runs", test_removes_in_runs);
  g_test_add_func ("/model/torrents/hidden-comes-back", test_hidden_comes_back);
  g_test_add_func ("/model/torrents/wish-ends", test_wish_ends_without_a_row);
  g_test_add_func ("/model/torrents/removed-with-a-wish", test_removed_with_a_wish);
  g_test_add_func ("/model/torrents/totals-and-loaded", test_totals_and_loaded);
  g_test_add_func ("/model/torrents/clear", test_clear);
  return g_test_run ();
}
