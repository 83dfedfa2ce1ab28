/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "model/shoal-model-torrents.h"

#define GAP ((gint64) 1 << 32)

typedef struct
{
  guint32 id;
  gint64  position;
} Place;

static void
apply (ShoalModelTorrents *list, const Place *places, guint n, guint32 removed)
{
  g_autoptr (ShoalSnapshot) snapshot = shoal_snapshot_new ();
  ShoalTorrentId id = { removed };

  for (guint i = 0; i < n; i++)
    {
      ShoalTorrentInfo *info = shoal_torrent_info_new ();

      info->id.value = places[i].id;
      info->name = g_strdup_printf ("torrent %u", places[i].id);
      info->queue_position = places[i].position;
      g_ptr_array_add (snapshot->changed, info);
    }
  if (removed != 0)
    g_array_append_val (snapshot->removed, id);
  shoal_model_torrents_apply (list, snapshot);
}

/* "3:1 1:2": id and rank of each, in the order of the list. The caller's. */
static char *
dup_ranks (ShoalModelTorrents *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (ShoalModelTorrent) torrent = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_string_append_printf (text,
                              "%s%u:%u",
                              i > 0 ? " " : "",
                              shoal_model_torrent_get_id (torrent).value,
                              shoal_model_torrent_get_rank (torrent));
    }
  return g_string_free (text, FALSE);
}

#define assert_ranks(list, expected)                                                               \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *ranks_ = dup_ranks (list);                                                    \
    g_assert_cmpstr (ranks_, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END

static void
test_follow (void)
{
  g_autoptr (ShoalModelTorrents) list = shoal_model_torrents_new ();
  const Place all[] = { { 1, 3 * GAP }, { 2, GAP }, { 3, 2 * GAP } };
  const Place on_top = { 4, -GAP };
  const Place to_top = { 1, -2 * GAP };
  const Place between = { 2, GAP + GAP / 2 };

  apply (list, all, G_N_ELEMENTS (all), 0);
  assert_ranks (list, "1:3 2:1 3:2");
  apply (list, &on_top, 1, 0);
  assert_ranks (list, "1:4 2:2 3:3 4:1");
  apply (list, &to_top, 1, 0);
  assert_ranks (list, "1:1 2:3 3:4 4:2");
  apply (list, &between, 1, 0);
  assert_ranks (list, "1:1 2:3 3:4 4:2");
  apply (list, NULL, 0, 4);
  assert_ranks (list, "1:1 2:2 3:3");
  apply (list, &on_top, 1, 1);
  assert_ranks (list, "2:2 3:3 4:1");
  shoal_model_torrents_clear (list);
  apply (list, all, G_N_ELEMENTS (all), 0);
  assert_ranks (list, "1:3 2:1 3:2");
}

/* What is shown in a row that is added is right from the start. */
static void
added_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (ShoalModelTorrent) torrent = g_list_model_get_item (model, position + i);

      g_assert_cmpuint (shoal_model_torrent_get_rank (torrent), >, 0);
      (*(guint *) user_data)++;
    }
}

static void
test_known_at_once (void)
{
  g_autoptr (ShoalModelTorrents) list = shoal_model_torrents_new ();
  const Place all[] = { { 1, 3 * GAP }, { 2, GAP }, { 3, 2 * GAP } };
  guint       n_seen = 0;

  g_signal_connect (list, "items-changed", G_CALLBACK (added_cb), &n_seen);
  apply (list, all, G_N_ELEMENTS (all), 0);
  g_assert_cmpuint (n_seen, ==, 3);
}

static void
status_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  guint status;

  g_object_get (object, "status", &status, NULL);
  g_assert_cmpuint (status, ==, SHOAL_MODEL_CHANGE_FILING);
  (*(guint *) user_data)++;
}

static void
changes_cb (ShoalModelTorrents *list, guint changes, gpointer user_data)
{
  *(guint *) user_data |= changes;
}

/* Only those are told whose place is another one, and so is who sorts by it. */
static void
test_tells (void)
{
  g_autoptr (ShoalModelTorrents) list = shoal_model_torrents_new ();
  const Place all[] = { { 1, GAP }, { 2, 2 * GAP }, { 3, 3 * GAP } };
  const Place at_end = { 4, 4 * GAP };
  guint       n_told[3] = { 0 };
  guint       changes = 0;

  apply (list, all, G_N_ELEMENTS (all), 0);
  g_signal_connect (list, "changes", G_CALLBACK (changes_cb), &changes);
  for (guint i = 0; i < 3; i++)
    g_signal_connect (shoal_model_torrents_lookup (list, (ShoalTorrentId){ i + 1 }),
                      "notify::status",
                      G_CALLBACK (status_cb),
                      &n_told[i]);
  apply (list, &at_end, 1, 0);
  g_assert_cmpuint (n_told[0] + n_told[1] + n_told[2] + changes, ==, 0);
  apply (list, NULL, 0, 2);
  g_assert_cmpuint (n_told[0], ==, 0);
  g_assert_cmpuint (n_told[2], ==, 1);
  g_assert_cmpuint (changes, ==, SHOAL_MODEL_CHANGE_FILING);
}

#define N_MANY 10000

static guint
apply_timed (ShoalModelTorrents *list, const Place *places, guint n, guint32 removed)
{
  gint64 start_usec = g_get_monotonic_time ();

  apply (list, places, n, removed);
  return (guint) (g_get_monotonic_time () - start_usec) / 1000;
}

/* Ranks of thousands are right, and cost no turn of the main loop that anybody sees. */
static void
test_many (void)
{
  g_autoptr (ShoalModelTorrents) list = shoal_model_torrents_new ();
  g_autofree Place *places = g_new (Place, N_MANY);
  const Place       on_top = { N_MANY + 1, -GAP };
  guint             n_ms;

  for (guint i = 0; i < N_MANY; i++)
    places[i] = (Place){ i + 1, (gint64) (i * 7919 % N_MANY) * GAP };
  apply (list, places, N_MANY, 0);
  for (guint i = 0; i < N_MANY; i++)
    g_assert_cmpuint (shoal_model_torrent_get_rank (
                          shoal_model_torrents_lookup (list, (ShoalTorrentId){ i + 1 })),
                      ==,
                      i * 7919 % N_MANY + 1);
  n_ms = apply_timed (list, &on_top, 1, 0);
  g_test_message ("one on top of %u: %u ms", N_MANY, n_ms);
  n_ms = apply_timed (list, NULL, 0, N_MANY + 1);
  g_test_message ("and gone: %u ms", n_ms);
  g_assert_cmpuint (
      shoal_model_torrent_get_rank (shoal_model_torrents_lookup (list, (ShoalTorrentId){ 1 })),
      ==,
      1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/ranks/follow", test_follow);
  g_test_add_func ("/model/ranks/known-at-once", test_known_at_once);
  g_test_add_func ("/model/ranks/tells", test_tells);
  g_test_add_func ("/model/ranks/many", test_many);
  return g_test_run ();
}
