/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "api/shoal-api-engine.h"
#include "session/shoal-session-thread.h"
#include "support/support-disk-fault.h"
#include "swarm-data.h"

G_BEGIN_DECLS

/* Many engines in one process, on loopback, each with a folder, a state and a disk of its own. The
 * disk of each misbehaves by default: it moves less than it was asked for, and some calls fail. */
typedef struct
{
  char      *folder; /* owned */
  GPtrArray *nodes;  /* owned, of Node */
  gint64     deadline_usec;
  guint      n_fds; /* open before the first node was made */
} Swarm;

/* One engine, which may be stopped and started again. */
typedef struct
{
  Swarm              *swarm;
  char               *name;    /* owned, as all below */
  char               *save;    /* where its torrents are */
  char               *state;   /* the database */
  char               *runtime; /* for locks */
  ShoalSettings      *settings;
  SupportDiskFault   *disk;
  ShoalSessionDoubles doubles;
  gboolean            is_held;
  gboolean            is_deaf;    /* no port is waited for at its start */
  gboolean            has_errors; /* of the disk; TRUE at first */
  ShoalApiEngine     *engine;     /* NULL: stopped */
  GHashTable         *infos;      /* id → ShoalTorrentInfo */
  GHashTable         *details;    /* id → ShoalTorrentDetails, the last of each */
  GHashTable         *answers;    /* serial → ShoalAnswer */
  GPtrArray          *events;     /* of ShoalEvent */
  ShoalTotals         totals;
  gboolean            is_loaded;
  gboolean            is_stopped;
  guint               n_snapshots;
} Node;

Swarm *swarm_new (void);

/* Stops all nodes and sees that nothing is left of them. */
void swarm_free (Swarm *self);

/* Waits until @condition holds; aborts with what all nodes do if that takes too long. */
#define swarm_until(swarm, condition)                                                              \
  for (swarm_begin (swarm); !(condition);)                                                         \
  swarm_turn (swarm, __FILE__, __LINE__, #condition)

void swarm_begin (Swarm *self);

void swarm_turn (Swarm *self, const char *file, int line, const char *condition);

/* Lets things happen for a while: for what must not happen. */
void swarm_run (Swarm *self, guint ms);

/* Not started yet: its fields may be changed. */
Node *node_new (Swarm *swarm, const char *name);

/* Returns when the state is read, and it listens. */
void node_start (Node *self);

/* Quits and waits for the end. */
void node_stop (Node *self);

/* node_stop() and node_start(). */
void node_restart (Node *self);

/* node_stop() without a word before. */
void node_drop (Node *self);

/* node_new() and node_start(). */
Node *swarm_add (Swarm *swarm, const char *name);

/* Adds @data, which is below the node's save folder then; takes @options over, NULL: plain ones.
 * Waits for the answer. */
ShoalTorrentId node_add (Node *self, const Data *data, ShoalAddOptions *options);

ShoalAddOptions *node_options (Node *self);

/* A node that has all of @data and knows it. */
Node *swarm_add_seed (Swarm *swarm, const char *name, const Data *data);

/* The same, called "seed", that gives no more than @up_bps: so that there is a middle to do things
 * in. */
Node *swarm_add_slow_seed (Swarm *swarm, const Data *data, guint64 up_bps);

/* A node that fetches @data from @from (NULL: from nobody yet). */
Node *swarm_add_leech (Swarm *swarm, const char *name, const Data *data, Node *from);

/* The same in two steps, for one whose fields are to be changed before it starts. */
void node_leech (Node *self, const Data *data, Node *from);

/* The same for one that has all of @data; returns when it knows it. */
void node_seed (Node *self, const Data *data);

/* Waits until the first torrent of @self is done, and sees that the files are those of @data. */
void node_finish (Node *self, const Data *data);

/* What is known of torrent @id; NULL: nothing. */
const ShoalTorrentInfo *node_get (Node *self, ShoalTorrentId id);

/* The torrent behind @before in the queue, or the first (NULL); NULL: there is none. */
const ShoalTorrentInfo *node_next_in_queue (Node *self, const ShoalTorrentInfo *before);

const ShoalTorrentDetails *node_get_details (Node *self, ShoalTorrentId id);

ShoalTorrentState node_state (Node *self, ShoalTorrentId id);

gboolean node_is_done (Node *self, ShoalTorrentId id);

/* Bytes verified, of the wanted. */
guint64 node_done_bytes (Node *self, ShoalTorrentId id);

/* Torrent @id waits, or has stopped, for @code. */
gboolean node_has_problem (Node *self, ShoalTorrentId id, ShoalProblemCode code);

guint node_count_events (Node *self, ShoalEventKind kind);

/* Tells @self that @other takes part in @id. */
void node_connect (Node *self, ShoalTorrentId id, Node *other);

char *node_dup_address (Node *self);

/* The files of @data are called as those of torrent @id, which is watched, are from now on. */
void node_follow_names (Node *self, ShoalTorrentId id, Data *data);

/* Waits for the answer to the command with @serial; borrowed. */
const ShoalAnswer *node_wait (Node *self, guint64 serial);

/* To be passed with the node as user_data where a function for the answer is asked for. */
void node_answered (ShoalApiEngine *engine, const ShoalAnswer *answer, gpointer user_data);

/* The torrents that every test has: the first id of an engine. */
#define FIRST ((ShoalTorrentId){ 1 })

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Swarm, swarm_free)

G_END_DECLS
