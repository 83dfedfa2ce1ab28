/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-info.h"
#include "types/shoal-types-settings.h"

G_BEGIN_DECLS

/* Files by their index from 0, both ends included. */
typedef struct
{
  guint32 first;
  guint32 last;
} ShoalFileRange;

/* How a torrent is to be added. Owned by the command that carries it. */
typedef struct
{
  char *save_path; /* owned; absolute; made if it is not there */
  char *top_name;  /* owned; what the file or folder is called on disk; NULL: as the torrent says */
  guint8 *priorities; /* owned; ShoalFilePriority of each file, pads included; NULL: all normal */
  guint   n_priorities;
  GArray *select; /* owned; of ShoalFileRange: of a magnet, all others are skipped; NULL: as the
                   * link says */
  char      **trackers;   /* owned; further ones, on the person's word; NULL: none */
  char      **peers;      /* owned; "host:port" on the person's word; NULL: none */
  ShoalWords *labels;     /* owned; NULL: none */
  double      seed_ratio; /* stop seeding there; < 0: never by ratio */
  guint64     down_limit_bps;
  guint64     up_limit_bps;

  guint is_paused : 1;
  guint is_seed : 1; /* the seed switch */
  guint is_sequential : 1;
  guint no_trackers : 1; /* the torrent's own are left out */
  guint check_first : 1; /* hash what is on disk before anything else */
  guint
      must_be_whole : 1; /* fail as SHOAL_PROBLEM_INCOMPLETE if the check finds anything missing */
  guint no_download : 1; /* what is missing is not fetched, and nothing is written to the folder */
  guint replaces : 1; /* a torrent that is there already takes these options over, and is woken */
  guint asks : 1;     /* of a magnet: nothing is fetched but its details, until
                       * SHOAL_COMMAND_SET_PAUSED lets it go on */
  guint is_first : 1; /* at the top of the queue; else at its end */
  guint fail_on_storage : 1; /* a full or vanished disk stops it instead of making it wait */
} ShoalAddOptions;

/* Paused off, seed switch on, no ratio; the rest zero. */
ShoalAddOptions *shoal_add_options_new (const char *save_path);

void shoal_add_options_free (ShoalAddOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalAddOptions, shoal_add_options_free)

typedef enum
{
  SHOAL_COMMAND_INSPECT, /* bytes of a .torrent, or text: a magnet link, or id: one that is there */
  SHOAL_COMMAND_ADD,     /* bytes or text, and add */
  SHOAL_COMMAND_REMOVE,  /* flag: with the files */
  SHOAL_COMMAND_HIDE,    /* flag: stopped and out of the list, can come back; else: comes back */
  SHOAL_COMMAND_SET_PAUSED,     /* flag */
  SHOAL_COMMAND_SET_SEED,       /* flag; on: a goal that is reached already counts from now on */
  SHOAL_COMMAND_SET_SEQUENTIAL, /* flag */
  SHOAL_COMMAND_SET_PRIORITIES, /* files, number: ShoalFilePriority */
  SHOAL_COMMAND_SET_LIMITS,     /* number: down, number2: up; bytes per second */
  SHOAL_COMMAND_VERIFY,
  SHOAL_COMMAND_MOVE,           /* text: the folder */
  SHOAL_COMMAND_CANCEL_MOVE,    /* puts back what has been moved; the move's own answer says so */
  SHOAL_COMMAND_RETRY,          /* a waiting or stopped torrent tries again at once */
  SHOAL_COMMAND_ANNOUNCE,       /* all trackers now */
  SHOAL_COMMAND_ADD_PEER,       /* text: "host:port" */
  SHOAL_COMMAND_ADD_TRACKER,    /* text: URL */
  SHOAL_COMMAND_SET_TRACKERS,   /* words: URLs, an empty one between two tiers */
  SHOAL_COMMAND_BAN_PEER,       /* text: address; a port counts on the local network only */
  SHOAL_COMMAND_UNBAN_PEER,     /* text: the same; NULL: all of the torrent */
  SHOAL_COMMAND_SET_LABELS,     /* words */
  SHOAL_COMMAND_SET_GOALS,      /* goals; flag: FALSE: those of the settings hold again */
  SHOAL_COMMAND_SET_ENCRYPTION, /* number: ShoalEncryption + 1; 0: as the settings say */
  SHOAL_COMMAND_RENAME,         /* number: file, or SHOAL_RENAME_TOP, or text2: a folder, as in
                                 * ShoalFileInfo; text: the new name */
  SHOAL_COMMAND_PLAY_FIRST,     /* number: file; G_MAXUINT: none */
  SHOAL_COMMAND_ENQUEUE,        /* ids, number: ShoalQueuePlace */
  SHOAL_COMMAND_SEARCH,         /* text: part of names of files */
  SHOAL_COMMAND_WATCH,          /* number: ShoalWatch */
  SHOAL_COMMAND_SETTINGS,       /* settings */
  SHOAL_COMMAND_QUIT,
} ShoalCommandKind;

/* In place of a file's index: the file or folder that all of a torrent lies in. */
#define SHOAL_RENAME_TOP G_MAXUINT

/* Where torrents go in the queue, together and in the order that they have in it. Who comes to
 * stand among those that have a place is started at once, and the last of these has to wait. */
typedef enum
{
  SHOAL_QUEUE_TOP,
  SHOAL_QUEUE_UP, /* each before the one above it */
  SHOAL_QUEUE_DOWN,
  SHOAL_QUEUE_BOTTOM,
  SHOAL_QUEUE_BEFORE, /* before `id`; id 0: at the end */
} ShoalQueuePlace;

/* What goes down to the engine. Moved, never shared. */
typedef struct
{
  guint64          serial;
  ShoalCommandKind kind;
  ShoalTorrentId   id;    /* 0 where the kind needs none */
  GBytes          *bytes; /* owned, as all below */
  ShoalAddOptions *add;
  ShoalSettings   *settings;
  char            *text;
  char            *text2;
  char           **words;
  GArray          *files; /* of guint */
  GArray          *ids;   /* of ShoalTorrentId */
  ShoalSeedGoals   goals;
  guint64          number;
  guint64          number2;
  gboolean         flag;
} ShoalCommand;

ShoalCommand *shoal_command_new (ShoalCommandKind kind, ShoalTorrentId id);

void shoal_command_free (ShoalCommand *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalCommand, shoal_command_free)

G_END_DECLS
