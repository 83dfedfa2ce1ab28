/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is asked of the engine when torrents are added, and from the list. */
#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-session-private.h"

void
shoal_app_session_inspect (ShoalAppSession   *self,
                           GBytes            *torrent,
                           ShoalAppAnswerFunc func,
                           GObject           *object)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_api_engine_inspect (engine,
                              torrent,
                              shoal_app_session_answer_cb,
                              shoal_app_session_new_question (func, object));
}

void
shoal_app_session_add (ShoalAppSession   *self,
                       GBytes            *torrent,
                       ShoalAddOptions   *options,
                       ShoalAppAnswerFunc func,
                       GObject           *object)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_api_engine_add (engine,
                          torrent,
                          options,
                          shoal_app_session_answer_cb,
                          shoal_app_session_new_question (func, object));
  else
    shoal_add_options_free (options);
}

void
shoal_app_session_inspect_torrent (ShoalAppSession   *self,
                                   ShoalTorrentId     id,
                                   ShoalAppAnswerFunc func,
                                   GObject           *object)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_api_engine_inspect_torrent (
        engine, id, shoal_app_session_answer_cb, shoal_app_session_new_question (func, object));
}

void
shoal_app_session_add_magnet (ShoalAppSession   *self,
                              const char        *uri,
                              ShoalAddOptions   *options,
                              ShoalAppAnswerFunc func,
                              GObject           *object)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_api_engine_add_magnet (engine,
                                 uri,
                                 options,
                                 shoal_app_session_answer_cb,
                                 shoal_app_session_new_question (func, object));
  else
    shoal_add_options_free (options);
}

static void
set_priorities (ShoalApiEngine        *engine,
                ShoalTorrentId         id,
                const ShoalAddOptions *options,
                ShoalFilePriority      priority)
{
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; options->priorities != NULL && i < options->n_priorities; i++)
    if (options->priorities[i] == priority)
      g_array_append_val (files, i);
  if (files->len > 0)
    shoal_api_engine_set_priorities (
        engine, id, (const guint *) (gconstpointer) files->data, files->len, priority);
}

/* Nothing is fetched before the last command, so the order of the others does not matter. */
static void
send_choice (ShoalApiEngine *engine, ShoalModelTorrent *torrent, const ShoalAddOptions *options)
{
  const ShoalTorrentInfo *info = shoal_model_torrent_get_info (torrent);
  ShoalTorrentId          id = info->id;

  for (guint i = SHOAL_FILE_PRIORITY_SKIP; i <= SHOAL_FILE_PRIORITY_HIGH; i++)
    set_priorities (engine, id, options, (ShoalFilePriority) i);
  if (g_strcmp0 (info->save_path, options->save_path) != 0)
    shoal_api_engine_move (engine, id, options->save_path, NULL, NULL);
  shoal_api_engine_set_seed (engine, id, options->is_seed);
  shoal_api_engine_set_sequential (engine, id, options->is_sequential);
  if (options->labels != NULL)
    shoal_api_engine_set_labels (engine, id, (const char *const *) options->labels->items);
  if (options->is_first)
    shoal_api_engine_enqueue (engine, &id, 1, SHOAL_QUEUE_TOP, (ShoalTorrentId){ 0 });
  shoal_api_engine_set_paused (engine, id, FALSE);
  if (options->is_paused)
    shoal_api_engine_set_paused (engine, id, TRUE);
}

void
shoal_app_session_choose (ShoalAppSession *self, ShoalTorrentId id, ShoalAddOptions *options)
{
  ShoalApiEngine    *engine = shoal_app_session_get_engine (self);
  ShoalModelTorrent *torrent =
      shoal_model_torrents_lookup (shoal_app_session_get_torrents (self), id);

  if (engine != NULL && torrent != NULL)
    send_choice (engine, torrent, options);
  shoal_add_options_free (options);
}

void
shoal_app_session_remove (ShoalAppSession   *self,
                          ShoalTorrentId     id,
                          gboolean           with_files,
                          ShoalAppAnswerFunc func,
                          GObject           *object)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_api_engine_remove (engine,
                             id,
                             with_files,
                             shoal_app_session_answer_cb,
                             shoal_app_session_new_question (func, object));
}

void
shoal_app_session_set_hidden (ShoalAppSession *self, ShoalTorrentId id, gboolean is_hidden)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_api_engine_set_hidden (engine, id, is_hidden);
}

void
shoal_app_session_set_paused (ShoalAppSession *self, ShoalModelTorrent *torrent, gboolean is_paused)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);
  ShoalTorrentId  id = shoal_model_torrent_get_id (torrent);

  if (engine != NULL && shoal_model_torrent_get_is_paused (torrent) != is_paused)
    shoal_model_torrents_wish_paused (shoal_app_session_get_torrents (self),
                                      torrent,
                                      is_paused,
                                      shoal_api_engine_set_paused (engine, id, is_paused));
}

void
shoal_app_session_set_seed (ShoalAppSession *self, ShoalModelTorrent *torrent, gboolean is_seed)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);
  ShoalTorrentId  id = shoal_model_torrent_get_id (torrent);

  if (engine != NULL && shoal_model_torrent_get_is_seed (torrent) != is_seed)
    shoal_model_torrents_wish_seed (shoal_app_session_get_torrents (self),
                                    torrent,
                                    is_seed,
                                    shoal_api_engine_set_seed (engine, id, is_seed));
}

void
shoal_app_session_verify (ShoalAppSession *self, ShoalTorrentId id)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_api_engine_verify (engine, id);
}

void
shoal_app_session_retry (ShoalAppSession *self, ShoalTorrentId id)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_api_engine_retry (engine, id);
}

guint64
shoal_app_session_search (ShoalAppSession   *self,
                          const char        *text,
                          ShoalAppAnswerFunc func,
                          GObject           *object)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine == NULL)
    return 0;
  return shoal_api_engine_search (
      engine, text, shoal_app_session_answer_cb, shoal_app_session_new_question (func, object));
}
