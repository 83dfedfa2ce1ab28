/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/filters/shoal-app-labels.h"

#include "app/shoal-app-settings.h"

static void
append_words (GPtrArray *words, char **more)
{
  for (; *more != NULL; more++)
    if (!g_ptr_array_find_with_equal_func (words, *more, g_str_equal, NULL))
      g_ptr_array_add (words, g_strdup (*more));
}

static GPtrArray *
dup_kept (ShoalAppSession *session)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) kept =
      g_settings_get_strv (shoal_app_session_get_settings (session), SHOAL_APP_KEY_LABELS);

  append_words (words, kept);
  return words;
}

static void
keep (ShoalAppSession *session, GPtrArray *words)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();

  for (guint i = 0; i < words->len; i++)
    g_ptr_array_add (list, g_ptr_array_index (words, i));
  g_ptr_array_add (list, NULL);
  g_settings_set_strv (shoal_app_session_get_settings (session),
                       SHOAL_APP_KEY_LABELS,
                       (const char *const *) list->pdata);
}

char **
shoal_app_labels_dup_all (ShoalAppSession *session)
{
  ShoalModelTorrents *torrents = shoal_app_session_get_torrents (session);
  g_auto (GStrv) used = shoal_model_counts_dup_labels (shoal_model_torrents_get_counts (torrents));
  g_autoptr (GPtrArray) words = dup_kept (session);
  char **all;

  append_words (words, used);
  g_ptr_array_add (words, NULL);
  all = g_strdupv ((char **) words->pdata);
  shoal_model_counts_sort_words (all);
  return all;
}

/* The labels of @torrent, without @out, and with @in; either may be NULL. */
static void
change_one (ShoalAppSession *session, ShoalModelTorrent *torrent, const char *out, const char *in)
{
  const ShoalTorrentInfo *info = shoal_model_torrent_get_info (torrent);
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  if (in != NULL && (out == NULL || shoal_words_contain (info->labels, out)))
    g_ptr_array_add (labels, (gpointer) (gintptr) in);
  for (guint i = 0; info->labels != NULL && i < info->labels->n; i++)
    if (g_strcmp0 (info->labels->items[i], out) != 0 && g_strcmp0 (info->labels->items[i], in) != 0)
      g_ptr_array_add (labels, info->labels->items[i]);
  g_ptr_array_add (labels, NULL);
  shoal_app_session_set_labels (session, info->id, (const char *const *) labels->pdata);
}

void
shoal_app_labels_give (ShoalAppSession *session, GPtrArray *torrents, const char *label)
{
  g_autoptr (GPtrArray) kept = dup_kept (session);

  for (guint i = 0; i < torrents->len; i++)
    {
      ShoalModelTorrent *torrent = g_ptr_array_index (torrents, i);

      if (!shoal_words_contain (shoal_model_torrent_get_info (torrent)->labels, label))
        change_one (session, torrent, NULL, label);
    }
  if (g_ptr_array_find_with_equal_func (kept, label, g_str_equal, NULL))
    return;
  g_ptr_array_add (kept, g_strdup (label));
  keep (session, kept);
}

void
shoal_app_labels_take (ShoalAppSession *session, GPtrArray *torrents, const char *label)
{
  for (guint i = 0; i < torrents->len; i++)
    {
      ShoalModelTorrent *torrent = g_ptr_array_index (torrents, i);

      if (shoal_words_contain (shoal_model_torrent_get_info (torrent)->labels, label))
        change_one (session, torrent, label, NULL);
    }
}

static void
change_kept (ShoalAppSession *session, const char *out, const char *in)
{
  g_autoptr (GPtrArray) kept = dup_kept (session);
  guint i;

  if (g_ptr_array_find_with_equal_func (kept, out, g_str_equal, &i))
    g_ptr_array_remove_index (kept, i);
  if (in != NULL && !g_ptr_array_find_with_equal_func (kept, in, g_str_equal, NULL))
    g_ptr_array_add (kept, g_strdup (in));
  keep (session, kept);
}

static void
change_all (ShoalAppSession *session, const char *out, const char *in)
{
  GListModel *torrents = G_LIST_MODEL (shoal_app_session_get_torrents (session));
  guint       n = g_list_model_get_n_items (torrents);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalModelTorrent) torrent = g_list_model_get_item (torrents, i);

      if (shoal_words_contain (shoal_model_torrent_get_info (torrent)->labels, out))
        change_one (session, torrent, out, in);
    }
  change_kept (session, out, in);
}

void
shoal_app_labels_rename (ShoalAppSession *session, const char *label, const char *name)
{
  if (!g_str_equal (label, name))
    change_all (session, label, name);
}

void
shoal_app_labels_remove (ShoalAppSession *session, const char *label)
{
  change_all (session, label, NULL);
}
