/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "api/shoal-api-engine.h"
#include "app/rules/shoal-app-rules.h"
#include "app/shoal-app-beat.h"
#include "model/shoal-model-details.h"
#include "model/shoal-model-history.h"
#include "model/shoal-model-torrents.h"

G_BEGIN_DECLS

/* The engine as the window knows it: started, fed with settings, told what the person wants, and
 * stopped. Snapshots go into its list of torrents.
 *
 * Signals: "stopped" (), once after shoal_app_session_quit(), when the engine has ended or 5 s have
 * passed; "asking" (guint id), when what a magnet link stands for is known and somebody is to
 * choose its files, as often as the engine says so; "left" (guint id, const char *name), when one
 * left the list since its goal is reached; "problem" (), when shoal_app_session_get_problem() has
 * something new to say; "port" (), when shoal_app_session_get_used_port() has; "refused" (const
 * ShoalProblem *), when the engine could not do what it was asked and nobody waits for that answer:
 * the window tells the person; "unmoved" (const ShoalAnswer *), when the disk did not let the files
 * of one be moved. */
#define SHOAL_TYPE_APP_SESSION (shoal_app_session_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppSession, shoal_app_session, SHOAL, APP_SESSION, GObject)

ShoalAppSession *shoal_app_session_new (GSettings *settings);

/* Starts an engine; there must be none. The list fills when it has read its state. */
void shoal_app_session_start (ShoalAppSession *self);

/* Stops it, without waiting. */
void shoal_app_session_quit (ShoalAppSession *self);

typedef enum
{
  SHOAL_APP_PHASE_IDLE, /* no engine */
  SHOAL_APP_PHASE_RUNNING,
  SHOAL_APP_PHASE_STOPPING, /* asked to stop */
  SHOAL_APP_PHASE_FAILED,   /* it ended by itself: the problem says why */
  SHOAL_APP_PHASE_HUNG, /* it was asked to stop and did not: only the end of the process is left */
} ShoalAppPhase;

ShoalAppPhase shoal_app_session_get_phase (ShoalAppSession *self);

/* Why the engine could not start, or what it had to do to start; NULL: all is well. Borrowed. */
const ShoalProblem *shoal_app_session_get_problem (ShoalAppSession *self);

/* The port that the engine listens on because the one in the settings is taken; 0: it is not. */
guint16 shoal_app_session_get_used_port (ShoalAppSession *self);

/* TRUE once for each time that this happens: the caller tells the person. */
gboolean shoal_app_session_take_port_news (ShoalAppSession *self, guint16 *wished, guint16 *used);

/* Always the same list. Borrowed. */
ShoalModelTorrents *shoal_app_session_get_torrents (ShoalAppSession *self);

/* What rates there were lately, of all of them. Borrowed; always the same. */
ShoalModelHistory *shoal_app_session_get_history (ShoalAppSession *self);

/* The one of all that shows what the session says. Borrowed; always the same. */
ShoalAppBeat *shoal_app_session_get_beat (ShoalAppSession *self);

/* Borrowed. */
ShoalAppRules *shoal_app_session_get_rules (ShoalAppSession *self);

GSettings *shoal_app_session_get_settings (ShoalAppSession *self);

/* From now on @parts of the torrent of @details are published into it, and no others of any other
 * torrent: one is watched at a time, by who holds the details pane. A watched torrent is loaded, so
 * what nobody looks at is not to be watched: NULL, or SHOAL_WATCH_NONE, ends it. Goes on with the
 * next engine. */
void shoal_app_session_watch (ShoalAppSession *self, ShoalModelDetails *details, ShoalWatch parts);

/* Called once with the answer to a command; @object is the one that was given with it. Not called
 * when @object died, or the engine ended, before. */
typedef void (*ShoalAppAnswerFunc) (gpointer object, const ShoalAnswer *answer);

void shoal_app_session_inspect (ShoalAppSession   *self,
                                GBytes            *torrent,
                                ShoalAppAnswerFunc func,
                                GObject           *object);

/* The same of a torrent that is there. */
void shoal_app_session_inspect_torrent (ShoalAppSession   *self,
                                        ShoalTorrentId     id,
                                        ShoalAppAnswerFunc func,
                                        GObject           *object);

/* Takes @options over. */
void shoal_app_session_add_magnet (ShoalAppSession   *self,
                                   const char        *uri,
                                   ShoalAddOptions   *options,
                                   ShoalAppAnswerFunc func,
                                   GObject           *object);

/* The files of a torrent that asked for it were chosen: it goes on as @options say, which are taken
 * over. */
void shoal_app_session_choose (ShoalAppSession *self, ShoalTorrentId id, ShoalAddOptions *options);

/* Takes @options over. */
void shoal_app_session_add (ShoalAppSession   *self,
                            GBytes            *torrent,
                            ShoalAddOptions   *options,
                            ShoalAppAnswerFunc func,
                            GObject           *object);

void shoal_app_session_remove (ShoalAppSession   *self,
                               ShoalTorrentId     id,
                               gboolean           with_files,
                               ShoalAppAnswerFunc func,
                               GObject           *object);

void shoal_app_session_set_hidden (ShoalAppSession *self, ShoalTorrentId id, gboolean is_hidden);

/* These two show at once what was asked for. */
void shoal_app_session_set_paused (ShoalAppSession   *self,
                                   ShoalModelTorrent *torrent,
                                   gboolean           is_paused);

void
shoal_app_session_set_seed (ShoalAppSession *self, ShoalModelTorrent *torrent, gboolean is_seed);

void shoal_app_session_verify (ShoalAppSession *self, ShoalTorrentId id);

void shoal_app_session_retry (ShoalAppSession *self, ShoalTorrentId id);

/* What follows is about one torrent. Where @func may be given, NULL lets a refusal become the
 * signal "refused"; those without it always do. The numbers returned are those of the commands: the
 * first snapshot that has their effect says so (shoal_model_torrents_get_last_serial()); 0: not
 * sent, the engine is ending. */

/* @files: of guint. */
guint64 shoal_app_session_set_priorities (ShoalAppSession  *self,
                                          ShoalTorrentId    id,
                                          const GArray     *files,
                                          ShoalFilePriority priority);

/* @file: or SHOAL_RENAME_TOP. */
void shoal_app_session_rename (ShoalAppSession   *self,
                               ShoalTorrentId     id,
                               guint              file,
                               const char        *name,
                               ShoalAppAnswerFunc func,
                               GObject           *object);

/* @folder: as the paths of files begin with it. */
void shoal_app_session_rename_folder (ShoalAppSession   *self,
                                      ShoalTorrentId     id,
                                      const char        *folder,
                                      const char        *name,
                                      ShoalAppAnswerFunc func,
                                      GObject           *object);

/* G_MAXUINT: none. */
void shoal_app_session_play_first (ShoalAppSession *self, ShoalTorrentId id, guint file);

void shoal_app_session_add_peer (ShoalAppSession   *self,
                                 ShoalTorrentId     id,
                                 const char        *host_port,
                                 ShoalAppAnswerFunc func,
                                 GObject           *object);

void shoal_app_session_ban_peer (ShoalAppSession        *self,
                                 ShoalTorrentId          id,
                                 const ShoalBaseAddress *address,
                                 ShoalAppAnswerFunc      func,
                                 GObject                *object);

/* @address NULL: all of the torrent. */
void shoal_app_session_unban_peer (ShoalAppSession        *self,
                                   ShoalTorrentId          id,
                                   const ShoalBaseAddress *address);

void shoal_app_session_announce (ShoalAppSession   *self,
                                 ShoalTorrentId     id,
                                 ShoalAppAnswerFunc func,
                                 GObject           *object);

void shoal_app_session_add_tracker (ShoalAppSession   *self,
                                    ShoalTorrentId     id,
                                    const char        *url,
                                    ShoalAppAnswerFunc func,
                                    GObject           *object);

/* @urls: NULL-terminated, an empty one between two tiers. */
void shoal_app_session_set_trackers (ShoalAppSession   *self,
                                     ShoalTorrentId     id,
                                     const char *const *urls,
                                     ShoalAppAnswerFunc func,
                                     GObject           *object);

/* Bytes per second; 0: no limit. */
guint64 shoal_app_session_set_limits (ShoalAppSession *self,
                                      ShoalTorrentId   id,
                                      guint64          down_bps,
                                      guint64          up_bps);

guint64
shoal_app_session_set_sequential (ShoalAppSession *self, ShoalTorrentId id, gboolean is_sequential);

/* NULL-terminated; in place of those it has. */
guint64
shoal_app_session_set_labels (ShoalAppSession *self, ShoalTorrentId id, const char *const *labels);

/* NULL: those of the settings. */
guint64
shoal_app_session_set_goals (ShoalAppSession *self, ShoalTorrentId id, const ShoalSeedGoals *goals);

/* ShoalEncryption; −1: as the settings say. */
guint64 shoal_app_session_set_encryption (ShoalAppSession *self, ShoalTorrentId id, int encryption);

void shoal_app_session_move (ShoalAppSession *self, ShoalTorrentId id, const char *save_path);

void shoal_app_session_cancel_move (ShoalAppSession *self, ShoalTorrentId id);

/* @ids: of ShoalTorrentId; @before is for SHOAL_QUEUE_BEFORE. */
void shoal_app_session_enqueue (ShoalAppSession *self,
                                const GArray    *ids,
                                ShoalQueuePlace  place,
                                ShoalTorrentId   before);

/* Which torrents have a file with @text in its name; see shoal_api_engine_search(). Returns the
 * serial that the answer will have; 0: nobody was asked. */
guint64 shoal_app_session_search (ShoalAppSession   *self,
                                  const char        *text,
                                  ShoalAppAnswerFunc func,
                                  GObject           *object);

G_END_DECLS
