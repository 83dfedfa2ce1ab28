/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "types/shoal-types-command.h"
#include "types/shoal-types-snapshot.h"

G_BEGIN_DECLS

/* The engine, for outsiders: commands down, snapshots up. One object per engine thread. All
 * functions and callbacks belong to the thread, and main context, that made the object, unless said
 * otherwise. */
#define SHOAL_TYPE_API_ENGINE (shoal_api_engine_get_type ())
G_DECLARE_FINAL_TYPE (ShoalApiEngine, shoal_api_engine, SHOAL, API_ENGINE, GObject)

typedef struct
{
  const char *state_path;        /* the database; its folder is made, mode 0700 */
  const char *runtime_dir;       /* for locks on download folders; NULL: $XDG_RUNTIME_DIR/shoal */
  const ShoalSettings *settings; /* NULL: the defaults */
  gboolean             is_held;  /* what the state holds sleeps until it is added with `replaces` */
  const struct _ShoalSessionDoubles *doubles; /* for tests of the engine; NULL */
} ShoalApiEngineOptions;

/* Called once for each command, in order, after the "snapshot" signal of the snapshot that brought
 * the answer, so that the model already knows the torrent. @answer lives during the call. */
typedef void (*ShoalApiAnswerFunc) (ShoalApiEngine    *engine,
                                    const ShoalAnswer *answer,
                                    gpointer           user_data);

/* Starts the engine thread. The state is opened there; when that fails the engine reports it by
 * shoal_api_engine_get_problem() with the first snapshot, is_stopped set. */
ShoalApiEngine *shoal_api_engine_new (const ShoalApiEngineOptions *options);

/* Signal "snapshot" (ShoalApiEngine *, ShoalSnapshot *, gpointer): 4 to 10 times a second while
 * something changes, at once for what a person waits for. The handler borrows the snapshot. */

/* What is wrong with the engine as a whole, by the last snapshot: the state could not be opened
 * (the engine stops then) or cannot be written, no port could be had. NULL: nothing. Borrowed. */
const ShoalProblem *shoal_api_engine_get_problem (ShoalApiEngine *self);

/* TRUE once the snapshot with is_stopped was delivered: the thread has ended, the state is on disk.
 */
gboolean shoal_api_engine_is_stopped (ShoalApiEngine *self);

/* Each of the following sends one command and returns its serial, which grows. @func may be NULL.
 */

/* Parses a .torrent on a worker; the answer carries its contents. */
guint64 shoal_api_engine_inspect (ShoalApiEngine    *self,
                                  GBytes            *torrent,
                                  ShoalApiAnswerFunc func,
                                  gpointer           user_data);

/* The same of a torrent that is there; SHOAL_PROBLEM_NOT_FOUND while it is a magnet. */
guint64 shoal_api_engine_inspect_torrent (ShoalApiEngine    *self,
                                          ShoalTorrentId     id,
                                          ShoalApiAnswerFunc func,
                                          gpointer           user_data);

/* Adds a torrent; takes @options over. The answer comes when the addition is durable; a torrent
 * that is there already is SHOAL_PROBLEM_DUPLICATE, with its id. */
guint64 shoal_api_engine_add (ShoalApiEngine    *self,
                              GBytes            *torrent,
                              ShoalAddOptions   *options,
                              ShoalApiAnswerFunc func,
                              gpointer           user_data);

/* Adds a magnet link in the same way. What it consists of is asked of peers; the row says so until
 * it is known (ShoalTorrentInfo.is_magnet). To one that is there already its trackers, peers and
 * selected files are added, and its answer is SHOAL_PROBLEM_DUPLICATE as well. A .torrent added to
 * a row that is still a magnet completes it. */
guint64 shoal_api_engine_add_magnet (ShoalApiEngine    *self,
                                     const char        *uri,
                                     ShoalAddOptions   *options,
                                     ShoalApiAnswerFunc func,
                                     gpointer           user_data);

/* Forgets the torrent and, if asked, deletes what it wrote and nothing else. */
guint64 shoal_api_engine_remove (ShoalApiEngine    *self,
                                 ShoalTorrentId     id,
                                 gboolean           with_files,
                                 ShoalApiAnswerFunc func,
                                 gpointer           user_data);

/* Stops the torrent and takes it out of the list; FALSE brings it back as it was. What is still
 * hidden at quit or at the next start is removed then. */
guint64 shoal_api_engine_set_hidden (ShoalApiEngine *self, ShoalTorrentId id, gboolean is_hidden);

guint64 shoal_api_engine_set_paused (ShoalApiEngine *self, ShoalTorrentId id, gboolean is_paused);

guint64 shoal_api_engine_set_seed (ShoalApiEngine *self, ShoalTorrentId id, gboolean is_seed);

guint64
shoal_api_engine_set_sequential (ShoalApiEngine *self, ShoalTorrentId id, gboolean is_sequential);

/* @files: indices from 0, as in ShoalTorrentDetails. */
guint64 shoal_api_engine_set_priorities (ShoalApiEngine   *self,
                                         ShoalTorrentId    id,
                                         const guint      *files,
                                         guint             n_files,
                                         ShoalFilePriority priority);

/* Bytes per second; 0: no limit. */
guint64 shoal_api_engine_set_limits (ShoalApiEngine *self,
                                     ShoalTorrentId  id,
                                     guint64         down_bps,
                                     guint64         up_bps);

/* Hashes everything that is on disk. */
guint64 shoal_api_engine_verify (ShoalApiEngine *self, ShoalTorrentId id);

/* Moves the files; the answer comes when they are there, or back where they were. */
guint64 shoal_api_engine_move (ShoalApiEngine    *self,
                               ShoalTorrentId     id,
                               const char        *save_path,
                               ShoalApiAnswerFunc func,
                               gpointer           user_data);

/* Ends a move: its own answer comes when everything is back. Nothing to end is a problem. */
guint64 shoal_api_engine_cancel_move (ShoalApiEngine *self, ShoalTorrentId id);

guint64 shoal_api_engine_retry (ShoalApiEngine *self, ShoalTorrentId id);

guint64 shoal_api_engine_announce (ShoalApiEngine *self, ShoalTorrentId id);

guint64 shoal_api_engine_add_peer (ShoalApiEngine    *self,
                                   ShoalTorrentId     id,
                                   const char        *host_port,
                                   ShoalApiAnswerFunc func,
                                   gpointer           user_data);

/* Beside those the torrent names; of a private one before them. */
guint64 shoal_api_engine_add_tracker (ShoalApiEngine    *self,
                                      ShoalTorrentId     id,
                                      const char        *url,
                                      ShoalApiAnswerFunc func,
                                      gpointer           user_data);

/* All trackers of @id, in place of those it has: @urls is NULL-terminated, with an empty one
 * between two tiers; of a private torrent as of any other. What is known of those that stay stays;
 * those that go are told so. The answer comes when it is durable. A URL that is no tracker's is the
 * subject of its problem, and nothing has changed. A tier that only the person has named is asked
 * beside the torrent's own tiers; all others stand in for each other, as BEP 12 says. */
guint64 shoal_api_engine_set_trackers (ShoalApiEngine    *self,
                                       ShoalTorrentId     id,
                                       const char *const *urls,
                                       ShoalApiAnswerFunc func,
                                       gpointer           user_data);

/* Closes the peer at @address, as ShoalPeerInfo has it, and has nothing more to do with its host in
 * this torrent, or, on the local network, with that peer. Also of one that sleeps. The answer comes
 * when it is durable. */
guint64 shoal_api_engine_ban_peer (ShoalApiEngine         *self,
                                   ShoalTorrentId          id,
                                   const ShoalBaseAddress *address);

/* Lets @address, as ShoalBanInfo has it, take part again; NULL: all who are shut out of this
 * torrent, for whatever reason. */
guint64 shoal_api_engine_unban_peer (ShoalApiEngine         *self,
                                     ShoalTorrentId          id,
                                     const ShoalBaseAddress *address);

/* NULL-terminated; in place of those it has. Blanks around them, control characters and repetitions
 * go, long ones are cut at SHOAL_LABEL_MAX_CHARS. More than SHOAL_LABELS_MAX: INVALID, and nothing
 * has changed. */
guint64
shoal_api_engine_set_labels (ShoalApiEngine *self, ShoalTorrentId id, const char *const *labels);

/* @goals NULL: those of the settings hold again. */
guint64
shoal_api_engine_set_goals (ShoalApiEngine *self, ShoalTorrentId id, const ShoalSeedGoals *goals);

/* ShoalEncryption, for connections made from now on; −1: as the settings say. */
guint64 shoal_api_engine_set_encryption (ShoalApiEngine *self, ShoalTorrentId id, int encryption);

/* Gives a file of the torrent, or what all of it lies in (SHOAL_RENAME_TOP), another name in the
 * folder where it is; the answer comes when that is so, or why it is not. */
guint64 shoal_api_engine_rename (ShoalApiEngine    *self,
                                 ShoalTorrentId     id,
                                 guint              file,
                                 const char        *name,
                                 ShoalApiAnswerFunc func,
                                 gpointer           user_data);

/* The same of a folder inside the torrent, with all that is in it: @folder as the paths of
 * ShoalFileInfo begin with it, without a slash at its end. */
guint64 shoal_api_engine_rename_folder (ShoalApiEngine    *self,
                                        ShoalTorrentId     id,
                                        const char        *folder,
                                        const char        *name,
                                        ShoalApiAnswerFunc func,
                                        gpointer           user_data);

/* Fetches @file before all others, from its beginning on, its end early; G_MAXUINT: none. Wants it,
 * if it was skipped. Ends by itself when the file is there. */
guint64 shoal_api_engine_play_first (ShoalApiEngine *self, ShoalTorrentId id, guint file);

/* Moves torrents in the queue, where they stay in the order they have there. @before is for
 * SHOAL_QUEUE_BEFORE. */
guint64 shoal_api_engine_enqueue (ShoalApiEngine       *self,
                                  const ShoalTorrentId *ids,
                                  guint                 n_ids,
                                  ShoalQueuePlace       place,
                                  ShoalTorrentId        before);

/* Which torrents have a file in whose path each word of @text occurs, whatever its case, in any
 * order, as part of a longer one too, accents left aside; the answer has them as `found`. A newer
 * search takes the place of one that is under way, whose answer is without `found` then. Renamed
 * files are found by both names. Without a word nothing is found. */
guint64 shoal_api_engine_search (ShoalApiEngine    *self,
                                 const char        *text,
                                 ShoalApiAnswerFunc func,
                                 gpointer           user_data);

/* What of @id is published as details and events; SHOAL_WATCH_NONE ends it. id 0 with
 * SHOAL_WATCH_EVENTS: the events that belong to no torrent, and those of every torrent. */
guint64 shoal_api_engine_watch (ShoalApiEngine *self, ShoalTorrentId id, ShoalWatch what);

guint64 shoal_api_engine_set_settings (ShoalApiEngine *self, const ShoalSettings *settings);

/* Stops everything: state durable, trackers told, 5 s at the most; then a snapshot with is_stopped.
 */
guint64 shoal_api_engine_quit (ShoalApiEngine *self);

G_END_DECLS
