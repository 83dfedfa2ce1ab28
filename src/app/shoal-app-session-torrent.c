/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is asked of the engine about one torrent, from the pages of its details. */
#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-session-private.h"

guint64
shoal_app_session_set_priorities (ShoalAppSession  *self,
                                  ShoalTorrentId    id,
                                  const GArray     *files,
                                  ShoalFilePriority priority)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine == NULL)
    return 0;
  return shoal_app_session_ask (
      self,
      shoal_api_engine_set_priorities (
          engine, id, (const guint *) (gconstpointer) files->data, files->len, priority),
      NULL,
      NULL);
}

void
shoal_app_session_rename (ShoalAppSession   *self,
                          ShoalTorrentId     id,
                          guint              file,
                          const char        *name,
                          ShoalAppAnswerFunc func,
                          GObject           *object)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_app_session_ask (
        self, shoal_api_engine_rename (engine, id, file, name, NULL, NULL), func, object);
}

void
shoal_app_session_rename_folder (ShoalAppSession   *self,
                                 ShoalTorrentId     id,
                                 const char        *folder,
                                 const char        *name,
                                 ShoalAppAnswerFunc func,
                                 GObject           *object)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_app_session_ask (
        self, shoal_api_engine_rename_folder (engine, id, folder, name, NULL, NULL), func, object);
}

void
shoal_app_session_play_first (ShoalAppSession *self, ShoalTorrentId id, guint file)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_app_session_ask (self, shoal_api_engine_play_first (engine, id, file), NULL, NULL);
}

void
shoal_app_session_add_peer (ShoalAppSession   *self,
                            ShoalTorrentId     id,
                            const char        *host_port,
                            ShoalAppAnswerFunc func,
                            GObject           *object)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_app_session_ask (
        self, shoal_api_engine_add_peer (engine, id, host_port, NULL, NULL), func, object);
}

void
shoal_app_session_ban_peer (ShoalAppSession        *self,
                            ShoalTorrentId          id,
                            const ShoalBaseAddress *address,
                            ShoalAppAnswerFunc      func,
                            GObject                *object)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_app_session_ask (self, shoal_api_engine_ban_peer (engine, id, address), func, object);
}

void
shoal_app_session_unban_peer (ShoalAppSession        *self,
                              ShoalTorrentId          id,
                              const ShoalBaseAddress *address)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_app_session_ask (self, shoal_api_engine_unban_peer (engine, id, address), NULL, NULL);
}

void
shoal_app_session_announce (ShoalAppSession   *self,
                            ShoalTorrentId     id,
                            ShoalAppAnswerFunc func,
                            GObject           *object)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_app_session_ask (self, shoal_api_engine_announce (engine, id), func, object);
}

void
shoal_app_session_add_tracker (ShoalAppSession   *self,
                               ShoalTorrentId     id,
                               const char        *url,
                               ShoalAppAnswerFunc func,
                               GObject           *object)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_app_session_ask (
        self, shoal_api_engine_add_tracker (engine, id, url, NULL, NULL), func, object);
}

void
shoal_app_session_set_trackers (ShoalAppSession   *self,
                                ShoalTorrentId     id,
                                const char *const *urls,
                                ShoalAppAnswerFunc func,
                                GObject           *object)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_app_session_ask (
        self, shoal_api_engine_set_trackers (engine, id, urls, NULL, NULL), func, object);
}

guint64
shoal_app_session_set_limits (ShoalAppSession *self,
                              ShoalTorrentId   id,
                              guint64          down_bps,
                              guint64          up_bps)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine == NULL)
    return 0;
  return shoal_app_session_ask (
      self, shoal_api_engine_set_limits (engine, id, down_bps, up_bps), NULL, NULL);
}

guint64
shoal_app_session_set_sequential (ShoalAppSession *self, ShoalTorrentId id, gboolean is_sequential)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine == NULL)
    return 0;
  return shoal_app_session_ask (
      self, shoal_api_engine_set_sequential (engine, id, is_sequential), NULL, NULL);
}

guint64
shoal_app_session_set_labels (ShoalAppSession *self, ShoalTorrentId id, const char *const *labels)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine == NULL)
    return 0;
  return shoal_app_session_ask (self, shoal_api_engine_set_labels (engine, id, labels), NULL, NULL);
}

guint64
shoal_app_session_set_goals (ShoalAppSession *self, ShoalTorrentId id, const ShoalSeedGoals *goals)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine == NULL)
    return 0;
  return shoal_app_session_ask (self, shoal_api_engine_set_goals (engine, id, goals), NULL, NULL);
}

guint64
shoal_app_session_set_encryption (ShoalAppSession *self, ShoalTorrentId id, int encryption)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine == NULL)
    return 0;
  return shoal_app_session_ask (
      self, shoal_api_engine_set_encryption (engine, id, encryption), NULL, NULL);
}

static void
moved_cb (gpointer object, const ShoalAnswer *answer)
{
  const ShoalProblem *problem = answer->problem;

  if (problem == NULL || problem->code == SHOAL_PROBLEM_NOT_FOUND ||
      shoal_app_session_get_phase (object) != SHOAL_APP_PHASE_RUNNING)
    return;
  if (problem->domain == SHOAL_PROBLEM_DOMAIN_STORAGE)
    g_signal_emit_by_name (object, "unmoved", answer);
  else
    g_signal_emit_by_name (object, "refused", problem);
}

void
shoal_app_session_move (ShoalAppSession *self, ShoalTorrentId id, const char *save_path)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_app_session_ask (
        self, shoal_api_engine_move (engine, id, save_path, NULL, NULL), moved_cb, G_OBJECT (self));
}

void
shoal_app_session_cancel_move (ShoalAppSession *self, ShoalTorrentId id)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL)
    shoal_app_session_ask (self, shoal_api_engine_cancel_move (engine, id), NULL, NULL);
}

void
shoal_app_session_enqueue (ShoalAppSession *self,
                           const GArray    *ids,
                           ShoalQueuePlace  place,
                           ShoalTorrentId   before)
{
  ShoalApiEngine *engine = shoal_app_session_get_engine (self);

  if (engine != NULL && ids->len > 0)
    shoal_app_session_ask (
        self,
        shoal_api_engine_enqueue (
            engine, (const ShoalTorrentId *) (gconstpointer) ids->data, ids->len, place, before),
        NULL,
        NULL);
}
