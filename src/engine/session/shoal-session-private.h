/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "codec/shoal-codec-magnet.h"
#include "discover/shoal-discover-dht.h"
#include "discover/shoal-discover-lsd.h"
#include "discover/shoal-discover-mapping.h"
#include "discover/shoal-discover-tracker-list.h"
#include "session/shoal-session-queue.h"
#include "session/shoal-session-turns.h"
#include "session/shoal-session-words.h"
#include "session/shoal-session.h"
#include "torrent/shoal-torrent.h"

G_BEGIN_DECLS

/* What the files of this folder share. */

typedef enum
{
  SHOAL_SESSION_PHASE_LOADING, /* the state is being opened and read */
  SHOAL_SESSION_PHASE_RUNNING,
  SHOAL_SESSION_PHASE_STOPPING,   /* torrents stop */
  SHOAL_SESSION_PHASE_LAST_WORDS, /* trackers are told */
  SHOAL_SESSION_PHASE_CLOSING,    /* the state is closed */
  SHOAL_SESSION_PHASE_STOPPED,
} ShoalSessionPhase;

/* Totals of a torrent when trackers began to be told of it. */
typedef struct
{
  guint64 uploaded;
  guint64 downloaded;
  guint64 corrupt;
} ShoalSessionTold;

/* One torrent, awake or not: what a sleeping one costs. */
typedef struct
{
  ShoalSession       *session; /* unowned: contains this */
  ShoalTorrentId      id;
  ShoalStoreRow       row;      /* strings owned by texts; without its trackers */
  GStringChunk       *texts;    /* owned */
  ShoalTorrent       *torrent;  /* owned; NULL: asleep */
  ShoalProblem       *problem;  /* owned; of the entry itself: it cannot be loaded */
  ShoalAddOptions    *add;      /* owned until it is awake: of a torrent just added */
  ShoalCodecMetainfo *metainfo; /* owned until it is awake: the same */
  GArray       *more; /* owned, of ShoalFileRange, until it knows its files: also wanted; or NULL */
  gint64        begun_usec; /* when a magnet was added, or last read */
  GPtrArray    *visitors;   /* owned: incoming peers that wait until it is awake; or NULL */
  GPtrArray    *hints;      /* owned, of char *: "host:port" of peers, until it is awake */
  GPtrArray    *heirs;      /* owned: additions of the same torrent that wait until it is gone */
  ShoalBaseList dirty; /* in the session's list while its row differs from what was published */
  ShoalBaseList connecting; /* in the session's list while it has somebody to connect to */
  ShoalBaseList awake;      /* in the session's list while it has a torrent */
  ShoalBaseList limited;    /* the same, while that has limits of its own */
  ShoalBaseList queued;     /* in the session's list while it is to be loaded */
  ShoalBaseList looking;    /* in the session's list while its data is to be looked at, asleep */
  ShoalNetTask  reviewing;
  ShoalNetTimer goal_timer;           /* when a goal of seeding is to be looked at */
  ShoalSessionQueueNode     line;     /* where it stands in the queue */
  ShoalDiscoverTrackerList *trackers; /* owned */
  ShoalWords               *labels;   /* unowned, as the next: the session's words; NULL: none */
  ShoalWords               *hosts;    /* of its trackers */
  ShoalDiscoverDhtTorrent   dht;
  ShoalDiscoverLsdTorrent   lsd;
  ShoalSessionTold          told;
  ShoalPeerId               peer_id;
  ShoalSha1                 key_hash; /* by which encrypting peers name it */
  ShoalSessionTurn          turn;
  GArray                   *found; /* owned, of ShoalBaseAddress, until it is awake; or NULL */
  gint64                    dozing_usec; /* since when it seeds asleep; 0: it does not */
  ShoalWatch                watch;
  guint64                   move_serial;   /* of the command that moves its files; 0: none */
  guint64                   remove_serial; /* of the one that removes it */
  guint64 resumed_bytes; /* as the torrent found, before it fell asleep; G_MAXUINT64: it did not */
  guint   n_files;       /* 0: it was not awake in this run, or is a magnet as yet */
  ShoalStoreIntentKind remove_kind;
  char                *move_target; /* owned: where to, once it is awake */
  GPtrArray *renames; /* owned, of ShoalCommand: what is to be called otherwise, one after the
                       * other; NULL: nothing */
  GHashTable *kept;   /* owned: files that a removal leaves; NULL: it was not looked */

  guint is_held : 1;         /* sleeps until somebody asks for it */
  guint is_loading : 1;      /* its rest is being read */
  guint is_stale : 1;        /* the state changed meanwhile: it is read once more */
  guint is_rechosen : 1;     /* other files are wanted than the row's numbers speak of */
  guint is_stopping : 1;     /* the torrent was told to stop */
  guint is_removing : 1;     /* it is forgotten once it is asleep */
  guint is_deleting : 1;     /* with its files, first */
  guint is_intent_saved : 1; /* the state knows of the removal: it may begin */
  guint is_searching : 1;    /* for files that other torrents have too, before they go */
  guint is_forgetting : 1;   /* the last step of it */
  guint wants_check : 1;     /* everything is to be hashed once it is awake */
  guint wants_move : 1;      /* to move_target, as soon as it is awake and idle */
  guint is_moving : 1;
  guint is_renaming : 1;   /* the first of renames is under way */
  guint is_purging : 1;    /* its files are being deleted */
  guint is_encrypting : 1; /* not as the settings say; counted */
  guint is_announced : 1;  /* trackers are told of it */
  guint is_counted : 1;    /* among the torrents of the totals */
  guint is_dozing : 1;     /* seeds asleep, or is on its way there or back */
  guint was_reported : 1;  /* that it is complete */
  guint is_missing : 1;    /* its folder is not there; the problem says so */
  guint wants_look : 1;    /* it is woken to find out what is left of it */
  guint is_learning : 1;   /* what the magnet is is being saved */
  guint said_trackers : 3; /* ShoalTrackersState that was published last */
  guint said_failure : 1;  /* of a tracker, the same */
  guint said_local : 1;    /* that somebody in the DHT named local addresses */
  /* Of the options it was added with in this run: they hold whenever it is awake. */
  guint fail_on_storage : 1;
  guint must_be_whole : 1;
  guint no_download : 1;
} ShoalSessionEntry;

/* What shoal-session-dht.c keeps. */
typedef struct
{
  ShoalDiscoverDht *dht; /* owned; NULL: switched off, or not read yet */
  GBytes *states[2]; /* owned: what the last run, or the time before it was switched off, knew */
  ShoalNetTimer saver;
  GArray *named;     /* owned, of ShoalCodecHost: nodes of torrents, until it is joined; or NULL */
  GArray *hints;     /* owned, of ShoalBaseAddress: nodes of peers, until then; or NULL */
  guint   n_loading; /* states that are being read */

  guint is_read : 1;
  guint is_wanted : 1; /* a torrent takes part, or did a while ago */
} ShoalSessionDht;

struct _ShoalSession
{
  GMainContext             *context;
  const ShoalSessionEvents *events;
  gpointer                  owner;
  ShoalSessionPhase         phase;
  ShoalSettings            *settings; /* owned */
  char                     *state_path;
  ShoalProblem             *problem; /* owned: of the engine as a whole */

  ShoalBaseRandom            random;
  ShoalNetReactor           *reactor; /* owned, as all to the env */
  ShoalBasePool             *pool;
  ShoalPeerContext          *peers;
  ShoalDiskQueue            *disk;
  ShoalStore                *store;
  ShoalNetHttp              *http;
  ShoalDiscoverAnnouncer    *announcer;
  ShoalDiscoverLsd          *lsd;     /* NULL: the network is neither told nor heard */
  ShoalDiscoverMapping      *mapping; /* NULL: the router is not asked to let others in */
  ShoalBaseBucket           *down_bucket;
  ShoalBaseBucket           *up_bucket;
  GPtrArray                 *endpoints; /* of ShoalNetEndpoint */
  ShoalSessionDht            dht;
  ShoalTorrentEnv            env;
  ShoalTorrentMetadataBudget metadata;
  ShoalBaseAddress           external_rival[2]; /* how a tracker saw us last */
  GPtrArray                 *mappings_ending;   /* owned: those that take back what they opened */
  ShoalReach                 reach;
  guint16                    mapped_port;  /* of the mapping */
  guint16                    visited_port; /* at which visitors have come, as `reach` says */

  ShoalSessionWords *words;   /* owned */
  GHashTable        *entries; /* owned: id → entry */
  GHashTable        *by_key;  /* unowned entries: swarm key → entry */
  GHashTable        *by_hash; /* the same by the entries' key_hash */
  ShoalTorrentId     last_id;
  GHashTable        *incoming; /* owned: peers that belong to no torrent yet */
  GPtrArray        *strangers; /* owned: of the incoming, those that wait for what is being added */
  GHashTable       *questions; /* owned: names that are being resolved */
  GQueue            questions_waiting; /* owned: those that will be */
  ShoalBaseList     connecting;
  ShoalNetTask      connect_now; /* somebody has just come who may be connected to */
  ShoalBaseList     holders;     /* the torrents': who has blocks in memory */
  ShoalBaseList     awake;
  ShoalBaseList     limited;
  ShoalBaseList     queue; /* entries to be loaded */
  ShoalBaseList     to_look;
  ShoalSessionTurns turns;
  ShoalSessionQueue *line; /* owned: who may take part, of all that are listed */
  ShoalNetTimer      line_timer;
  guint              n_visitors;
  GQueue             adding;   /* of what is to be added and being parsed, as it was asked for */
  guint              n_listed; /* torrents that are not hidden */
  guint              n_encrypting; /* entries that do not encrypt as the settings say */
  guint              n_loading;    /* entries whose rest is being read */
  guint              n_connect_tokens;
  gint64             tokens_usec; /* when some came last */

  ShoalNetTimer tick;    /* slots, the disk queue, who is connected to next */
  ShoalNetTimer buckets; /* while there are limits and peers */
  guint         n_calm_ticks;
  gint64        trimmed_usec; /* when memory was given back to the system; 0: never */
  ShoalNetTimer patrol;
  ShoalNetTimer publisher;
  ShoalNetTimer deadline;       /* of a stop */
  gint64        stop_usec;      /* from its begin */
  gint64        disk_stop_usec; /* of it, for what workers are at when all else is over */
  gint64        slots_usec;     /* when the slots were last divided */
  guint         slots_turn;

  ShoalBaseList  dirty;
  GPtrArray     *early; /* owned, of ShoalCommand: asked for before the list was read */
  ShoalSnapshot *next;  /* owned: what is to be published */
  guint64        last_serial;
  gint64         published_usec;
  ShoalWatch     watch;
  guint64        asleep_down; /* payload in this run of torrents that sleep by now */
  guint64        asleep_up;

  guint is_listed : 1; /* the list was read */
  guint was_clean : 1;
  guint is_held : 1; /* entries of the state begin held */
  guint is_stuck : 1;
  guint is_urgent : 1;
  guint has_new_limits : 1;
  guint has_told_trackers : 1; /* that we go */
  guint is_patrolling : 1;
  guint is_line_open : 1; /* all that the state has stand in the line */
};

/* shoal-session.c */

/* Takes @settings over. The addresses to listen on count from the next start. */
void shoal_session_apply_settings (ShoalSession *self, ShoalSettings *settings);

/* Which connections come in: after the settings, or n_encrypting, changed. */
void shoal_session_apply_encryption (ShoalSession *self);

/* shoal-session-entry.c */

/* A torrent of the database or just added; the row is copied. */
ShoalSessionEntry *shoal_session_entry_new (ShoalSession *self, const ShoalStoreRow *row);

void shoal_session_entry_free (ShoalSessionEntry *entry);

ShoalSessionEntry *shoal_session_find (ShoalSession *self, ShoalTorrentId id);

/* Wakes, activates or stops the torrent as what is asked of it demands. To be called when any of
 * that changed. */
void shoal_session_entry_review (ShoalSessionEntry *entry);

/* Its totals and progress, awake or asleep. */
void shoal_session_entry_get_stats (ShoalSessionEntry *entry, ShoalStoreStats *stats);

/* Remembers what of @add holds for as long as the engine runs. */
void shoal_session_entry_set_rules (ShoalSessionEntry *entry, const ShoalAddOptions *add);

/* What was wrong may be over. */
void shoal_session_entry_clear_problem (ShoalSessionEntry *entry);

/* Options to the database. */
void shoal_session_entry_save (ShoalSessionEntry *entry);

/* What is known of its numbers to the database, while it sleeps. */
void shoal_session_entry_save_stats (ShoalSessionEntry *entry);

/* A peer on the person's word, "host:port"; it is asked once the torrent is awake. Command @serial
 * is answered when it is known whether it can be. FALSE: the torrent is not active. */
gboolean shoal_session_entry_hint (ShoalSessionEntry *entry, const char *host_port, guint64 serial);

/* Whether all its data was durable when it was last looked at, and nothing has changed since. */
gboolean shoal_session_entry_is_settled (const ShoalSessionEntry *entry);

/* Whether its row is all there is to be said of it: it sleeps, or wakes without being sure that
 * something has changed. */
gboolean shoal_session_entry_is_quiet (const ShoalSessionEntry *entry);

/* Whether it is to take part as soon as the queue lets it. */
gboolean shoal_session_entry_wants_part (const ShoalSessionEntry *entry);

/* Whether all that is wanted is there, as far as is known. */
gboolean shoal_session_entry_is_complete (const ShoalSessionEntry *entry);

/* Whether it is to take part now, awake or asleep. */
gboolean shoal_session_entry_wants_active (const ShoalSessionEntry *entry);

gboolean shoal_session_entry_wants_awake (const ShoalSessionEntry *entry);

/* Adds the time it has seeded asleep to its row. */
void shoal_session_entry_count_doze (ShoalSessionEntry *entry);

/* There may be somebody for it to connect to. */
void shoal_session_entry_wants_peers (ShoalSessionEntry *entry);

/* What it consists of is known. */
void shoal_session_entry_count_files (ShoalSessionEntry *entry, const ShoalCodecMetainfo *metainfo);

/* After its limits, or whether it is awake, changed. */
void shoal_session_entry_review_limits (ShoalSessionEntry *entry);

/* Forgets it for good: it is asleep and gone from the database. */
void shoal_session_entry_drop (ShoalSessionEntry *entry);

/* How it is encrypted: its own wish, or that of the settings. */
ShoalEncryption shoal_session_entry_get_encryption (const ShoalSessionEntry *entry);

/* ShoalEncryption; −1: as the settings say. */
void shoal_session_entry_set_encryption (ShoalSessionEntry *entry, int encryption);

/* Whether what was asked to be hidden, removed. */
gboolean shoal_session_entry_is_hidden (const ShoalSessionEntry *entry);

/* shoal-session-line.c */

/* @stall_usec: 0: what a person gets. */
void shoal_session_line_init (ShoalSession *self, gint64 stall_usec);

/* All that the state has was reviewed once: who comes first is known. */
void shoal_session_line_open (ShoalSession *self);

/* It may stand in the line now, or no longer: as it is counted. */
void shoal_session_line_list (ShoalSessionEntry *entry);

/* Whether nothing but itself keeps it from taking part: it has a place, or needs none, and not all
 * rests. */
gboolean shoal_session_line_lets (const ShoalSessionEntry *entry);

/* What it wants of the queue may be something else now. */
void shoal_session_line_review (ShoalSessionEntry *entry);

/* Awake: it may have moved something. Cheap. */
void shoal_session_line_note (ShoalSessionEntry *entry);

/* To the top. */
void shoal_session_line_raise (ShoalSessionEntry *entry);

gint64 shoal_session_line_get_free_position (const ShoalSession *self, gboolean is_first);

/* Takes @command over, and answers it. */
void shoal_session_line_enqueue (ShoalSession *self, ShoalCommand *command);

void shoal_session_line_apply_settings (ShoalSession *self, const ShoalSettings *before);

/* shoal-session-seeding.c */

void shoal_session_seeding_init (ShoalSessionEntry *entry);

/* Those that hold for it. Borrowed. */
const ShoalSeedGoals *shoal_session_seeding_get_goals (const ShoalSessionEntry *entry);

/* Asleep: how long it has seeded. */
guint64 shoal_session_seeding_get_seconds (const ShoalSessionEntry *entry);

/* Acts if a goal is reached, or sees to it that it is looked at when one may be. To be called when
 * anything changed that counts for it. */
void shoal_session_seeding_review (ShoalSessionEntry *entry);

/* Awake: something may have been given. Cheap. */
void shoal_session_seeding_note (ShoalSessionEntry *entry);

/* The seed switch, by hand. If a goal is reached already, what is given from now on counts for all
 * of them. */
void shoal_session_seeding_set_seed (ShoalSessionEntry *entry, gboolean is_seed);

/* NULL: those of the settings. Who had stopped for a goal goes on if that is reached no more. */
void shoal_session_seeding_set_goals (ShoalSessionEntry *entry, const ShoalSeedGoals *goals);

void shoal_session_seeding_apply_settings (ShoalSession *self, const ShoalSettings *before);

/* shoal-session-load.c */

/* Wakes it, as soon as what that takes was read. Nothing happens if it waits for that. */
void shoal_session_load (ShoalSessionEntry *entry);

/* Its rest is being read, or it is not in the state yet: not before that is over it wakes. */
void shoal_session_entry_set_loading (ShoalSessionEntry *entry, gboolean is_loading);

/* shoal-session-wake.c */

/* Takes @loaded over; NULL: just added. @metainfo NULL: a magnet that has none yet. */
void shoal_session_wake (ShoalSessionEntry  *entry,
                         ShoalCodecMetainfo *metainfo,
                         ShoalStoreTorrent  *loaded);

/* The files were moved, or were not. @problem: borrowed. */
void shoal_session_end_move (ShoalSessionEntry *entry, const ShoalProblem *problem);

/* shoal-session-files.c */

/* These two take @command over; it is answered when it is done. */
void shoal_session_files_move (ShoalSessionEntry *entry, ShoalCommand *command);

void shoal_session_files_rename (ShoalSessionEntry *entry, ShoalCommand *command);

/* The answer, of both. */
ShoalProblem *shoal_session_files_cancel_move (ShoalSessionEntry *entry);

ShoalProblem *shoal_session_files_play_first (ShoalSessionEntry *entry, guint file);

/* Does what waits until the torrent is awake and idle, as it is now. */
void shoal_session_files_review (ShoalSessionEntry *entry);

/* Whether playing a file has come to an end. */
void shoal_session_files_review_play (ShoalSessionEntry *entry);

/* What the torrent says to that: as in ShoalTorrentEvents. */
void shoal_session_files_changed (ShoalSessionEntry *entry, const ShoalProblem *problem);

void shoal_session_files_renamed (ShoalSessionEntry *entry, const ShoalProblem *problem);

/* Who waits for what will not be done any more is told: for renaming with @problem, or for all at
 * the end of the run. */
void shoal_session_files_refuse_renames (ShoalSessionEntry *entry, const ShoalProblem *problem);

void shoal_session_files_refuse (ShoalSessionEntry *entry);

/* shoal-session-patrol.c */

void shoal_session_patrol_init (ShoalSession *self);

/* It begins to doze without having been awake: a worker looks whether its data is there. */
void shoal_session_patrol_want (ShoalSessionEntry *entry);

/* shoal-session-visitors.c */

/* An incoming peer for the torrent with @key, in its lookup: it is let in, waits, or is closed. */
void shoal_session_visitors_arrive (ShoalSession *self, ShoalPeer *peer, const ShoalSwarmKey *key);

/* An incoming peer that encrypts names the torrent by @hash of its key; asked before it arrives. */
ShoalNetKeyAnswer shoal_session_visitors_find_key (ShoalSession          *self,
                                                   ShoalPeer             *peer,
                                                   const ShoalSha1       *hash,
                                                   ShoalSwarmKey         *key,
                                                   ShoalNetSecurityTerms *terms);

/* A torrent was added, or could not be: whom those that wait for something unknown want. */
void shoal_session_visitors_ask_again (ShoalSession *self);

/* It knows by now whether it takes peers. */
void shoal_session_visitors_admit (ShoalSessionEntry *entry);

/* Closes those that wait. */
void shoal_session_visitors_turn_away (ShoalSessionEntry *entry);

/* @peer, which belongs to no torrent, has closed. */
void shoal_session_visitors_leave (ShoalSession *self, ShoalPeer *peer);

/* shoal-session-command.c */

/* Carries out, or answers, what was asked for before the list was read. */
void shoal_session_run_early (ShoalSession *self);

/* shoal-session-options.c */

/* As the database keeps what of @add concerns options. */
ShoalStoreOptions shoal_session_make_options (const ShoalAddOptions *add, gint64 queue_position);

/* Those of @add hold for @entry from now on, but for what @add says nothing of: how it is
 * encrypted, which file is played, and, unless it replaces all that was said before, goals. */
void shoal_session_take_options (ShoalSessionEntry *entry, const ShoalAddOptions *add);

/* shoal-session-add.c */

void shoal_session_inspect (ShoalSession *self, ShoalCommand *command);

void shoal_session_add (ShoalSession *self, ShoalCommand *command);

/* What waited for a removal goes on, or is refused at the end of the run. Takes @heirs over. */
void shoal_session_add_heirs (ShoalSession *self, GPtrArray *heirs);

/* shoal-session-magnet.c */

/* The row of a magnet that is added; its strings are of @texts. */
ShoalStoreRow shoal_session_magnet_make_row (const ShoalCodecMagnet *magnet, GStringChunk *texts);

/* Asks the peers that the link of @entry names, if it came of one. */
void shoal_session_magnet_ask_peers (ShoalSessionEntry *entry);

/* @magnet, of a torrent that is there, was added again: what it says is added to it. */
void shoal_session_magnet_merge (ShoalSessionEntry *entry, const ShoalCodecMagnet *magnet);

/* The same, where the link is to hold instead of what was said before; @add learns which files it
 * selects. */
void shoal_session_magnet_replace (ShoalSessionEntry      *entry,
                                   const ShoalCodecMagnet *magnet,
                                   ShoalAddOptions        *add);

/* The torrent's peers have given what it consists of. */
void shoal_session_magnet_on_metainfo (ShoalSessionEntry *entry, ShoalCodecMetainfo *metainfo);

/* The .torrent of @entry, which is a magnet so far, was added: its bytes, and how; @add is
 * borrowed. Its options hold from now on. The answer to @serial comes when that is durable. */
void shoal_session_magnet_complete (ShoalSessionEntry     *entry,
                                    ShoalCodecMetainfo    *metainfo,
                                    GBytes                *bytes,
                                    const ShoalAddOptions *add,
                                    guint64                serial);

/* It is awake, or has learnt what it is: wants what links said meanwhile. */
void shoal_session_magnet_want_more (ShoalSessionEntry *entry);

/* shoal-session-remove.c */

/* Out of the list, or back in it; what is hidden is removed at the next start at the latest. The
 * entry has to be reviewed after it. */
void shoal_session_hide (ShoalSessionEntry *entry, gboolean is_hidden);

void shoal_session_remove (ShoalSessionEntry *entry, guint64 serial, gboolean with_files);

/* The last step of a removal: the torrent is asleep, and its files are deleted if that was asked.
 */
void shoal_session_remove_asleep (ShoalSessionEntry *entry);

/* shoal-session-shared.c */

/* Before the files of @entry are deleted: finds out which of them other torrents in the list have
 * too, for `kept`. TRUE: that takes a while; the entry is reviewed when it is known. */
gboolean shoal_session_find_shared (ShoalSessionEntry *entry);

/* shoal-session-tick.c */

void shoal_session_tick_init (ShoalSession *self);

/* There is something to look after soon: disk work, a peer, somebody to connect to. */
void shoal_session_stir (ShoalSession *self);

/* Limits are others now. */
void shoal_session_limits_changed (ShoalSession *self);

/* shoal-session-swarm.c */

/* Trackers as a torrent or a magnet names them. */
typedef struct
{
  const ShoalCodecTracker *trackers; /* unowned */
  guint                    n_trackers;
  ShoalBasePolicyWord      word;
} ShoalSessionNamed;

ShoalSessionNamed shoal_session_swarm_name_torrent (const ShoalCodecMetainfo *metainfo);

ShoalSessionNamed shoal_session_swarm_name_magnet (const ShoalCodecMagnet *magnet);

/* The trackers of @named and, if it is not NULL, those of @add: GArray of ShoalStoreTracker whose
 * strings are theirs. */
GArray *shoal_session_swarm_make_rows (const ShoalSessionNamed *named, const ShoalAddOptions *add);

/* @rows: what the database has, or is to have. */
void
shoal_session_swarm_init (ShoalSessionEntry *entry, const ShoalStoreTracker *rows, guint n_rows);

/* Says `stopped` where that is due. */
void shoal_session_swarm_clear (ShoalSessionEntry *entry);

/* It was loaded: if its tiers are not in the database, they come in now. */
void shoal_session_swarm_take_tiers (ShoalSessionEntry *entry, const ShoalCodecMetainfo *metainfo);

/* The same torrent was added with other options. */
void shoal_session_swarm_replace (ShoalSessionEntry       *entry,
                                  const ShoalSessionNamed *named,
                                  const ShoalAddOptions   *add);

/* The same torrent was named again: trackers that were not known come in, unless it is private. */
void shoal_session_swarm_merge (ShoalSessionEntry       *entry,
                                const ShoalSessionNamed *named,
                                const ShoalAddOptions   *add);

/* It has turned out to be private (BEP 27): one tracker at a time, and nobody else hears of it. */
void shoal_session_swarm_become_private (ShoalSessionEntry *entry);

/* FALSE: @url is no tracker's. Only where has_tiers holds. */
gboolean shoal_session_swarm_add_tracker (ShoalSessionEntry *entry, const char *url);

/* Its trackers, as they are, to the database. */
void shoal_session_swarm_save (ShoalSessionEntry *entry);

/* Begins to announce, or says `stopped`. To be called when what decides that may have changed. */
void shoal_session_swarm_review (ShoalSessionEntry *entry);

/* Asleep: @peers are kept for when it is awake, which it may be for them. */
void shoal_session_swarm_keep_peers (ShoalSessionEntry      *entry,
                                     const ShoalBaseAddress *peers,
                                     guint                   n_peers);

/* It is awake: peers that were found meanwhile are its own now. */
void shoal_session_swarm_hand_over (ShoalSessionEntry *entry);

/* Local discovery has found @peer for it. */
void shoal_session_swarm_found_local (ShoalSessionEntry *entry, const ShoalBaseAddress *peer);

/* Ends its turn, if it has one. */
void shoal_session_swarm_end_turn (ShoalSessionEntry *entry, gboolean was_useful);

/* Of ShoalTrackerInfo; the caller's. */
GPtrArray *shoal_session_swarm_dup_trackers (const ShoalSessionEntry *entry);

/* shoal-session-trackers.c */

/* In place of those it has: @urls with an empty one between two tiers. The answer to @serial comes
 * when that is durable, or is the problem that is returned: then nothing has changed. */
ShoalProblem *shoal_session_trackers_set (ShoalSessionEntry *entry, char **urls, guint64 serial);

/* Its trackers are others now: so may their hosts be. To be marked by the caller. */
void shoal_session_trackers_review_hosts (ShoalSessionEntry *entry);

/* shoal-session-labels.c */

/* As the database has them, or is to have them. */
void shoal_session_labels_init (ShoalSessionEntry *entry, const ShoalWords *labels);

/* It was added again with @labels; NULL: those it has stay. */
void shoal_session_labels_take (ShoalSessionEntry *entry, const ShoalWords *labels);

/* In place of those it has. The answer to @serial comes when that is durable, or is the problem
 * that is returned: then nothing has changed. */
ShoalProblem *shoal_session_labels_set (ShoalSessionEntry *entry, char **words, guint64 serial);

/* shoal-session-bans.c */

/* @text: an address. The answer to @serial comes when that is durable, or is the problem that is
 * returned: then nothing has changed. */
ShoalProblem *shoal_session_bans_add (ShoalSessionEntry *entry, const char *text, guint64 serial);

/* The same; @text NULL: all. */
ShoalProblem *shoal_session_bans_drop (ShoalSessionEntry *entry, const char *text, guint64 serial);

/* shoal-session-search.c */

/* Takes @command over. */
void shoal_session_search (ShoalSession *self, ShoalCommand *command);

/* shoal-session-keep.c */

/* For a function of the store, with shoal_session_kept_cb(): answers @serial when it is done. */
gpointer shoal_session_keep (ShoalSessionEntry *entry, guint64 serial);

void shoal_session_kept_cb (gpointer user_data, const GError *error);

/* Answers @serial when all that was saved so far is durable. */
void shoal_session_keep_saved (ShoalSessionEntry *entry, guint64 serial);

/* shoal-session-lsd.c */

/* Begins or ends local discovery, as settings and the phase of the engine demand. To be called when
 * one of them changed. */
void shoal_session_lsd_review (ShoalSession *self);

/* The same for one entry: whether others are told of it, and how often. */
void shoal_session_lsd_review_entry (ShoalSessionEntry *entry);

/* It goes. */
void shoal_session_lsd_forget (ShoalSessionEntry *entry);

/* shoal-session-mapping.c */

void shoal_session_mapping_init (ShoalSession *self);

void shoal_session_mapping_clear (ShoalSession *self);

/* Begins to ask the router for our port, or takes back what was asked for, as settings, port and
 * the phase of the engine demand. To be called when one of them changed. */
void shoal_session_mapping_review (ShoalSession *self);

/* What routers say now, IPv4 and IPv6. */
void shoal_session_mapping_take (ShoalSession *self, const ShoalMapping mappings[2]);

/* What is told of it. */
ShoalReach shoal_session_mapping_get_reach (const ShoalSession *self);

/* Somebody connected to us who wants one of our torrents. */
void shoal_session_mapping_note_visitor (ShoalSession *self, const ShoalBaseAddress *from);

/* shoal-session-dht.c */

void shoal_session_dht_init (ShoalSession *self);

/* Settings or endpoints are others now: joins or leaves as they demand. @anew: leaves first. */
void shoal_session_dht_review (ShoalSession *self, gboolean anew);

/* Whether @entry takes part whenever it is announced. */
gboolean shoal_session_dht_may_have (const ShoalSessionEntry *entry);

/* Whether @entry takes part may be different now, or whether it lacks peers. */
void shoal_session_dht_review_entry (ShoalSessionEntry *entry);

/* What a router maps to our port of @family is another one now. */
void shoal_session_dht_review_port (ShoalSession *self, int family);

/* A node may be at @address, which said so itself. */
void shoal_session_dht_hint (ShoalSession *self, const ShoalBaseAddress *address);

/* Nodes that @metainfo names, if the torrent takes part. */
void shoal_session_dht_take_nodes (ShoalSessionEntry *entry, const ShoalCodecMetainfo *metainfo);

void shoal_session_dht_fill_totals (const ShoalSession *self, ShoalTotals *totals);

/* Saves whom we know: before the state is closed. */
void shoal_session_dht_save (ShoalSession *self);

void shoal_session_dht_clear (ShoalSession *self);

/* shoal-session-names.c */

/* Resolves "host:port" on the person's word, or on that of a magnet link, and gives the peer to
 * @entry. What is named again while it waits is asked for once. */
void
shoal_session_add_peer (ShoalSessionEntry *entry, const char *host_port, ShoalBasePolicyWord word);

/* The same on the person's word; command @serial is answered when the addresses are known. */
void shoal_session_add_peer_for (ShoalSessionEntry *entry, const char *host_port, guint64 serial);

void shoal_session_names_init (ShoalSession *self);

void shoal_session_names_clear (ShoalSession *self);

/* shoal-session-network.c */

/* Opens what peers reach us by. */
void shoal_session_listen (ShoalSession *self);

/* Listens on the port of the settings, or the next free one, if that is another than now; trackers
 * are told. What is connected stays. If none can be had, all stays as it was, with a problem. */
void shoal_session_review_port (ShoalSession *self);

/* Those outside reach our port of @family under @port; 0: under its own number. Trackers and peers
 * are told. */
void shoal_session_set_public_port (ShoalSession *self, guint16 family, guint16 port);

/* Some entry has somebody to connect to: at the end of this turn, if the pace allows it. */
void shoal_session_connect_soon (ShoalSession *self);

void shoal_session_network_init (ShoalSession *self);

void shoal_session_network_tick (ShoalSession *self, gint64 now_usec);

void shoal_session_network_clear (ShoalSession *self);

/* shoal-session-publish.c */

void shoal_session_publish_init (ShoalSession *self);

void shoal_session_mark (ShoalSessionEntry *entry, gboolean is_urgent);

/* Takes @event over. */
void shoal_session_report (ShoalSession *self, ShoalEvent *event);

/* Answers a command; takes @problem over. */
void
shoal_session_answer (ShoalSession *self, guint64 serial, ShoalTorrentId id, ShoalProblem *problem);

/* Takes @answer over. */
void shoal_session_answer_with (ShoalSession *self, ShoalAnswer *answer);

/* Something of the totals that people look at has changed. */
void shoal_session_publish_soon (ShoalSession *self);

/* Totals are others now that nobody waits for. */
void shoal_session_touch (ShoalSession *self);

/* It may be hidden now, or no longer: counts it accordingly. */
void shoal_session_count (ShoalSessionEntry *entry);

/* The torrent is no longer in the list. */
void shoal_session_unlist (ShoalSession *self, ShoalTorrentId id);

/* Something of the engine as a whole is wrong; NULL: no longer. Takes @problem over. */
void shoal_session_set_problem (ShoalSession *self, ShoalProblem *problem);

/* Publishes the last snapshot, whether the one before was taken or not. */
void shoal_session_publish_last (ShoalSession *self);

/* shoal-session-quit.c */

void shoal_session_quit (ShoalSession *self);

/* @stop_usec: 0: what a person gets. */
void shoal_session_quit_init (ShoalSession *self, gint64 stop_usec);

/* A torrent has stopped. */
void shoal_session_quit_advance (ShoalSession *self);

/* Somebody outside who had to be told that we go was told, or cannot be. */
void shoal_session_quit_last_word (ShoalSession *self);

G_END_DECLS
