/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-rate.h"
#include "disk/shoal-disk-check.h"
#include "disk/shoal-disk-storage.h"
#include "piece/shoal-piece-blame.h"
#include "piece/shoal-piece-choker.h"
#include "piece/shoal-piece-files.h"
#include "piece/shoal-piece-picker.h"
#include "store/shoal-store-resume.h"
#include "torrent/shoal-torrent-known.h"
#include "torrent/shoal-torrent-roster.h"
#include "torrent/shoal-torrent.h"

G_BEGIN_DECLS

/* What the files of this folder share. STATE.md says which transitions there are. */
typedef enum
{
  SHOAL_TORRENT_PHASE_NEW,
  SHOAL_TORRENT_PHASE_METADATA, /* only the hash is known: peers are asked for the rest */
  SHOAL_TORRENT_PHASE_OPENING,  /* lock, folder, sizes and times of files */
  SHOAL_TORRENT_PHASE_CHECKING, /* claimed pieces are hashed */
  SHOAL_TORRENT_PHASE_READY,
  SHOAL_TORRENT_PHASE_CHANGING, /* files are moved or removed; no other disk work */
  SHOAL_TORRENT_PHASE_BROKEN,   /* the files cannot be opened: `problem` says why */
  SHOAL_TORRENT_PHASE_STOPPING, /* last checkpoint */
  SHOAL_TORRENT_PHASE_STOPPED,
} ShoalTorrentPhase;

/* Peer exchange over one connection. */
typedef struct
{
  ShoalTorrentRosterReader reader;      /* the remote, and what it was told */
  gint64                   send_usec;   /* when it is told next; 0: it takes no messages yet */
  gint64                   window_usec; /* since when its messages are counted */
  guint                    n_in_window;
  guint                    n_messages; /* in all */
  guint                    n_refused;  /* addresses that it may not name */
} ShoalTorrentExchange;

/* A move or removal of the files that is under way. */
typedef struct _ShoalTorrentChange ShoalTorrentChange;

/* One connection, and what the conductor notes of it. */
typedef struct
{
  ShoalTorrent      *torrent; /* unowned: contains this */
  ShoalPeer         *peer;    /* owned */
  ShoalTorrentKnown *known;   /* unowned: in the table of known ones */
  ShoalPieceSlot     slot;    /* SHOAL_PIECE_SLOT_NONE before it is ready */
  guint8             methods; /* of encryption that were offered to an outgoing one */
  guint64            serial;  /* tells two links of one slot apart */
  guint              interest_hint;
  guint              n_told;     /* of the torrent's `gained`, it was told of so many */
  gint64             ready_time; /* epoch */
  gint64             unchoked_usec;
  guint64            turn_start_bytes; /* payload sent to it when it was unchoked */
  guint64            counted_up;       /* payload sent to it that is in the torrent's counts */
  gint64             taken_usec;       /* when it last took something */
  gint64             holepunch_usec;   /* it is not answered before (BEP 55) */

  ShoalTorrentExchange exchange;
  guint                n_dictionary; /* blocks of the info dictionary it was given in this span */
  gint64               dictionary_usec; /* when that span began */
} ShoalTorrentLink;

/* Everything between "verified" and "durable". Sets of files have one bit more, the last: the parts
 * file. */
typedef struct
{
  ShoalBaseBitset *marked;     /* owned: files that the database knows as written to */
  ShoalBaseBitset *asked;      /* owned: those whose mark is on its way to the database */
  ShoalBaseBitset *open;       /* owned: files that the database has as open for writing */
  ShoalBaseBitset *closing;    /* owned: those that a commit under way closes */
  GPtrArray       *waiting;    /* owned, with the jobs: writes that wait for marks */
  GArray          *writing;    /* owned, of guint: pieces of the writes under way */
  ShoalBaseBitset *since;      /* owned: pieces written since the last good checkpoint */
  ShoalBaseBitset *copied;     /* owned: the set a running checkpoint is about; NULL: none runs */
  guint64          new_bytes;  /* written since the last checkpoint began */
  gint64           began_usec; /* when the last one began */
  guint            n_asking;   /* marks under way */

  guint is_written_dirty : 1; /* the written set differs from what was saved */
  guint is_dirty : 1;         /* something is to be made durable */
  guint is_wanted : 1;        /* asked for while one ran */
} ShoalTorrentDurable;

/* What somebody else did to the files. */
typedef struct
{
  char  *path;             /* owned: what is being hashed because of that; NULL: nothing */
  gint64 began_usec;       /* when it was noticed */
  gint64 pause_until_usec; /* nothing more is noticed before */

  guint was_complete : 1; /* and called so */
} ShoalTorrentForeign;

/* Whether the files that are there are the torrent's own. */
typedef struct
{
  guint strange_file; /* one that is not, it seems */
  guint longer_file;  /* the first of these */

  guint is_proven : 1;   /* a piece was right, or written by us, now or before */
  guint has_strange : 1; /* the last look has found bytes, or a size, of somebody else */
  guint has_longer : 1;  /* or more bytes than a wanted file should have */
} ShoalTorrentOrigin;

typedef struct
{
  ShoalBaseRate down; /* payload */
  ShoalBaseRate up;
  guint64       wasted; /* in this run, as the next */
  guint64       corrupt;
  guint64       closed_protocol_down; /* of links that are gone */
  guint64       closed_protocol_up;
  guint         exchanged; /* addresses that peers have named, and that were new */
  guint         refused;   /* addresses that peers have named and may not */
  gint64        last_block_usec;
  gint64        forgiven_usec; /* when all was asked for again because of a stall */
  gint64        stalled_time;  /* epoch; 0: not stalled */
  gint64        joined_usec;
  gint64        seeding_usec; /* since when it seeds, as far as `base` has it not; 0: it does not */
  gint64        given_usec;   /* when somebody last took anything; 0: nobody did in this run */
  gint64        used_usec;    /* when somebody last had a use for it, or might have had */
  gint64        saved_usec;   /* when totals were saved */
  ShoalStoreStats saved;      /* what they were then */
  ShoalStoreStats base;       /* totals of earlier runs */
} ShoalTorrentCounts;

struct _ShoalTorrent
{
  const ShoalTorrentEnv    *env; /* unowned: outlives us */
  const ShoalTorrentEvents *events;
  gpointer                  owner;

  ShoalTorrentId      id;
  ShoalCodecMetainfo *metainfo; /* owned; NULL: not known yet, as are layout and sha1s, and what
                                 * lies in pieces (map to choker) and `durable` */
  ShoalCodecLayout  *layout;    /* unowned: of the metainfo */
  ShoalStoreRow      row;       /* strings owned by row_texts */
  GStringChunk      *row_texts;
  ShoalStoreTorrent *loaded; /* owned until opened */
  const guint8      *sha1s;  /* unowned: lie in the metainfo, of all pieces in order */
  ShoalPeerId        peer_id;

  ShoalTorrentPhase phase;
  guint epoch; /* counted up when unfinished pieces are thrown away: late answers of the disk tell
                * by it that they are late */
  guint         n_pending; /* answers of disk and database under way; we are not freed before */
  ShoalProblem *problem;   /* owned */
  ShoalNetTimer tick;
  ShoalNetTimer choke;
  ShoalNetTask  stopped;
  gint64        retry_usec; /* when a problem is tried again; 0: not by itself */
  ShoalWatch    watch;

  ShoalDiskStorage   *storage;     /* owned */
  ShoalDiskCheck     *check;       /* unowned: valid until its end */
  ShoalDiskTicket     moving;      /* 0: no move runs */
  guint64             moved_bytes; /* by that one */
  ShoalTorrentChange *change;      /* unowned: its answers'; NULL: the files stay where they are */
  GHashTable *renamed; /* owned: file → char *, owned, of those that lie elsewhere than the torrent
                        * says; NULL: none does */
  guint64 checked_bytes;
  guint64
      resumed_bytes; /* wanted bytes that were had when it was opened; G_MAXUINT64: it was not */
  ShoalBaseBitset     *to_check; /* owned: pieces that are claimed and not yet hashed; NULL: none */
  ShoalBaseBitset     *chosen;   /* owned: files wanted anew that were not looked for; NULL: none */
  ShoalBaseBitset     *doubted;  /* owned: pieces that were had and could not be read; NULL: none */
  ShoalBaseBitset     *unreadable;  /* owned: pieces whose last check could not read; NULL: none */
  guint                n_faults;    /* of the device, since faults_usec */
  guint                n_exporting; /* changes of what is wanted that the disk has not answered */
  gint64               faults_usec;
  ShoalDiskQueueWaiter drained;

  ShoalTorrentMetadata *metadata; /* owned; NULL: the metainfo is known, or was found */

  ShoalPieceMap    *map; /* owned, as all of these */
  ShoalPieceLedger *ledger;
  ShoalPiecePicker *picker;
  ShoalPieceFiles  *files;
  ShoalPieceBlame  *blame;
  ShoalPieceChoker *choker;

  GPtrArray          *links;       /* owned, of ShoalTorrentLink: connected or connecting */
  GPtrArray          *slots;       /* owned: slot → link, or NULL */
  guint64             last_serial; /* of a link */
  guint               n_interested;
  ShoalTorrentKnowns *knowns;
  ShoalTorrentRoster *roster;      /* owned: whom peers are told of */
  ShoalBaseBucket    *down_bucket; /* owned */
  ShoalBaseBucket    *up_bucket;
  guint               n_upload_slots;
  GArray             *gained;  /* owned, of guint32: pieces that not all peers were told of yet */
  ShoalNetTimer       telling; /* set while that is not empty and somebody is connected */

  ShoalBaseList       holding; /* in the holders: has had blocks in memory */
  ShoalTorrentDurable durable;
  ShoalTorrentForeign foreign;
  ShoalTorrentOrigin  origin;
  ShoalTorrentCounts  counts;

  ShoalFileList *shown_files; /* owned: what was told of them last; NULL: nothing */

  guint is_active : 1;     /* wished: takes part */
  guint is_asking : 1;     /* nothing is fetched before files are chosen */
  guint is_introduced : 1; /* peers are told what we have; else they are from before we knew it */
  guint is_joined : 1;     /* takes part now */
  guint is_seed : 1;
  guint is_blocked : 1;   /* a storage problem: nothing is downloaded */
  guint is_held_back : 1; /* the disk is behind: nothing is read from peers */
  guint check_all : 1;
  guint was_clean : 1;
  guint is_removing : 1; /* wished: its files go */
  guint is_renaming : 1; /* a file or folder gets another name */
  guint is_shown : 1;    /* the shown files are what was published last */
  guint is_looking : 1;  /* at the files, because of the problem */
  guint is_on_trial : 1; /* the problem may be over: it is shown until something shows that */
  guint is_exporting_again : 1; /* because of the problem */
  guint is_export_due : 1;      /* bytes of wanted files may lie in the parts file */
  guint is_device_doubted : 1;  /* a sync failed */
  guint was_whole : 1;          /* nothing was missing, wanted or not, and the trackers know */
  guint was_complete : 1;       /* everything wanted was there, and told */
  guint was_reported : 1;       /* it was told that it is complete, as it still is */
  guint was_moving : 1;
  guint was_final_checkpoint : 1;
  guint is_complete_durable : 1;
  guint fail_on_storage : 1;
  guint must_be_whole : 1;
  guint no_download : 1;  /* what is missing is not fetched */
  guint accepts_gone : 1; /* a person has said that files that are gone are to be fetched */
  guint is_unresumed : 1; /* what the database claims was not looked at yet */
  guint is_stopping : 1;  /* wished */
};

/* shoal-torrent.c */

void shoal_torrent_changed (ShoalTorrent *self, gboolean is_urgent);

/* Goes on to whatever phase and wishes ask for next: joins or leaves the swarm, ends a stop. To be
 * called whenever one of them changed, or the last answer under way came. */
void shoal_torrent_review (ShoalTorrent *self);

/* One answer of disk or database came. */
void shoal_torrent_settle (ShoalTorrent *self);

/* Makes what only a torrent with metainfo has. */
void shoal_torrent_make_contents (ShoalTorrent          *self,
                                  ShoalCodecMetainfo    *metainfo,
                                  const ShoalAddOptions *add);

/* Whether all that is wanted is there; FALSE as long as nobody knows what there is. */
gboolean shoal_torrent_is_finished (const ShoalTorrent *self);

/* Whether blocks may be asked for now. */
gboolean shoal_torrent_may_download (const ShoalTorrent *self);

/* It may download, and something wanted is missing. */
gboolean shoal_torrent_is_fetching (const ShoalTorrent *self);

/* Bytes that are wanted and not there, in the words of a person: without padding. */
guint64 shoal_torrent_get_missing (const ShoalTorrent *self);

/* Looks whether everything wanted has come (or is missing again), and tells whom it concerns. */
void shoal_torrent_review_complete (ShoalTorrent *self);

/* It takes part with all that is wanted, or does so no longer: the time counts. */
void shoal_torrent_note_seeding (ShoalTorrent *self, gboolean is_seeding);

/* Whether all that is wanted is there and durable, and nothing of it in doubt. */
gboolean shoal_torrent_is_settled (const ShoalTorrent *self);

/* shoal-torrent-magnet.c */

/* Peers are asked for the info dictionary from now on. */
void shoal_torrent_magnet_begin (ShoalTorrent *self);

/* What it is was learnt: its files are looked at. */
void shoal_torrent_magnet_end (ShoalTorrent *self);

/* Forgets what came of it. */
void shoal_torrent_magnet_clear (ShoalTorrent *self);

/* The extension handshake of @link came. */
void shoal_torrent_magnet_handle_extension (ShoalTorrentLink *link);

/* A message of ut_metadata came. */
void shoal_torrent_magnet_handle_message (ShoalTorrentLink *link, const guint8 *data, gsize len);

/* @link, which had a slot, is gone, or is known by another name from now on. */
void shoal_torrent_magnet_remove_link (ShoalTorrentLink *link);

void shoal_torrent_magnet_tick (ShoalTorrent *self, gint64 now_usec);

/* It is ready: peers from before its contents were known are told of them. */
void shoal_torrent_magnet_introduce (ShoalTorrent *self);

/* How far it is, and how many peers give it. */
void shoal_torrent_magnet_fill_info (const ShoalTorrent *self, ShoalTorrentInfo *info);

/* shoal-torrent-metadata-serve.c */

/* @link asks for block @block of the info dictionary. */
void shoal_torrent_metadata_serve (ShoalTorrentLink *link, guint32 block);

/* shoal-torrent-tick.c */

/* Somebody has a use for it, or may have. */
void shoal_torrent_note_use (ShoalTorrent *self);

/* Something is different: time looks at it within a second. */
void shoal_torrent_stir (ShoalTorrent *self);

void shoal_torrent_tick_cb (gpointer owner, gint64 now_usec);

/* shoal-torrent-open.c */

/* What an earlier run was about to do with the files is done, one after the other; then they are
 * looked at, and it goes on from there. */
void shoal_torrent_go_on_opening (ShoalTorrent *self);

/* The files cannot be opened; takes @problem over, which says why and whether it is tried again by
 * itself. NULL: it is stopping. */
void shoal_torrent_fail_open (ShoalTorrent *self, ShoalProblem *problem);

/* Where its data lies: the file, or the folder with its files. The caller's. */
char *shoal_torrent_dup_data_path (ShoalTorrent *self);

/* Where @file lies below the folder, as it is called there; the caller's. */
char *shoal_torrent_dup_path (ShoalTorrent *self, guint file);

/* The same with the folder. */
char *shoal_torrent_dup_full_path (ShoalTorrent *self, guint file);

/* shoal-torrent-resume.c */

/* What the store's pure functions need of what was seen of the files; one for each file. */
ShoalStoreFound *shoal_torrent_make_found (ShoalTorrent *self, const ShoalDiskStatResult *result);

/* Takes from the database what can be trusted after looking at the files: pieces that are had,
 * pieces to be hashed first (`to_check`), blocks of unfinished ones. */
void shoal_torrent_resume_pieces (ShoalTorrent *self, const ShoalDiskStatResult *result);

/* shoal-torrent-check.c */

/* The files are open: hashes what is in doubt, or everything where that is wished, and is ready
 * then. */
void shoal_torrent_begin_check (ShoalTorrent *self);

/* Hashes what is in doubt, while the torrent goes on seeding the rest. */
void shoal_torrent_check_doubted (ShoalTorrent *self);

/* shoal-torrent-trouble.c */

/* Takes @problem over; NULL: all is well again. */
void shoal_torrent_set_problem (ShoalTorrent *self, ShoalProblem *problem);

/* Nothing is downloaded until @problem, taken over, is gone. */
void shoal_torrent_block (ShoalTorrent *self, ShoalProblem *problem);

/* Something could not be read or written. */
void shoal_torrent_fail_storage (ShoalTorrent *self, const GError *error);

/* The same of what is tried again by itself while the problem stands: each time is a fault of the
 * device of its own. */
void shoal_torrent_fail_again (ShoalTorrent *self, const GError *error);

/* The state of @self could not be saved. */
void shoal_torrent_fail_state (ShoalTorrent *self, const GError *error);

/* @piece was had and could not be read or synced: it is hashed again before it counts. */
void shoal_torrent_doubt_piece (ShoalTorrent *self, guint piece);

/* Whether @file is wanted and, by @result, neither there nor in the parts file. */
gboolean
shoal_torrent_is_absent (ShoalTorrent *self, const ShoalDiskStatResult *result, guint file);

/* @file is gone (G_MAXUINT: some of the data): who deleted it may want it back, or not. */
ShoalProblem *shoal_torrent_make_missing (ShoalTorrent *self, guint file);

/* The problem is over, or may be. */
void shoal_torrent_unblock (ShoalTorrent *self);

/* A piece was written: a disk that was full has room. */
void shoal_torrent_end_trial (ShoalTorrent *self);

void shoal_torrent_tick_problem (ShoalTorrent *self, gint64 now_usec);

/* shoal-torrent-foreign.c */

/* Whether somebody else was found to have changed files, now or since it was last asked: what they
 * hold is put in doubt, and hashed. @at_once: also if that was done just before. */
gboolean shoal_torrent_notice_changes (ShoalTorrent *self, gboolean at_once);

/* After what was in doubt was hashed: tells the person, if it was complete before and is not now.
 */
void shoal_torrent_review_foreign (ShoalTorrent *self);

/* shoal-torrent-claim.c */

/* Claims the files that have pieces of ours, so that no other torrent writes to them. */
void shoal_torrent_hold_files (ShoalTorrent *self);

/* Before anything is checked: whether the database, or what is known already, says that we have
 * written something. */
void shoal_torrent_review_origin (ShoalTorrent *self);

/* What a look, and the check after it, say of that. */
void shoal_torrent_note_sizes (ShoalTorrent *self, const ShoalDiskStatResult *result);

void shoal_torrent_note_origin (ShoalTorrent *self, const ShoalDiskCheckItem *item);

/* After all was checked: there is data, not one piece of it is ours, and never was. To write there
 * would be to overwrite somebody else's. */
gboolean shoal_torrent_is_in_the_way (const ShoalTorrent *self);

/* To be downloaded into is a file that has more bytes than it should: it would not be what the
 * torrent says, even with all of its pieces right. What was complete before is only given. */
gboolean shoal_torrent_is_longer (const ShoalTorrent *self);

/* Stops with one of the two as the problem. */
void shoal_torrent_refuse_origin (ShoalTorrent *self);

/* Such a problem is tried again, with what was found. TRUE: it stands, or all is hashed because
 * what was in the way may be replaced by what belongs there. */
gboolean shoal_torrent_review_conflict (ShoalTorrent *self, const ShoalDiskStatResult *result);

/* shoal-torrent-write.c */

/* All blocks of @piece are here or on disk: verifies it, and writes what is not there yet. */
void shoal_torrent_submit_piece (ShoalTorrent *self, guint piece);

/* Writes the blocks of the unfinished @piece that are in memory. Returns how many. */
guint shoal_torrent_write_early (ShoalTorrent *self, guint piece);

/* Marks came: writes that waited for them go on, or wait for others. */
void shoal_torrent_write_waiting (ShoalTorrent *self);

/* Throws away all unfinished pieces, those under way to the disk too. */
void shoal_torrent_drop_unfinished (ShoalTorrent *self);

void shoal_torrent_write_init (ShoalTorrent *self);

void shoal_torrent_write_clear (ShoalTorrent *self);

/* shoal-torrent-mark.c */

/* Whether the database knows that the files of @piece are open for writing. If not, it is told, and
 * shoal_torrent_write_waiting() follows; or all unfinished pieces are thrown away, if it could not
 * be told. */
gboolean shoal_torrent_mark_files (ShoalTorrent *self, guint piece);

/* Sets in @files (with one bit more than there are files: the parts file) those that a write of
 * @piece may touch. */
void shoal_torrent_add_files_of (ShoalTorrent *self, guint piece, ShoalBaseBitset *files);

/* The bytes of @piece, found right, may be as yet in memory only: the next checkpoint syncs them.
 */
void shoal_torrent_sync_also (ShoalTorrent *self, guint piece);

/* shoal-torrent-memory.c */

/* A block came. Frees memory by writing early, of whichever torrent, while the pool is over its
 * budget. */
void shoal_torrent_relieve_memory (ShoalTorrent *self);

/* Writes the blocks of all unfinished pieces to their place: nobody sends the rest now. */
void shoal_torrent_write_unfinished (ShoalTorrent *self);

/* shoal-torrent-verdict.c */

/* The disk has hashed a piece, or failed: it is had, or is missing again. */
void shoal_torrent_judge_piece (ShoalTorrent *self, const ShoalDiskPieceResult *result);

/* @piece is had from now on (or no longer). */
void shoal_torrent_gain_piece (ShoalTorrent *self, guint piece);

void shoal_torrent_lose_piece (ShoalTorrent *self, guint piece);

/* shoal-torrent-checkpoint.c */

/* Makes durable what was written by now; again afterwards if one runs. */
void shoal_torrent_checkpoint (ShoalTorrent *self);

/* Saves which pieces are had, or claimed and still to be hashed, if that has changed. */
void shoal_torrent_save_written (ShoalTorrent *self);

/* Starts one if its time has come; saves the written set. Once a second while there is something to
 * be made durable. */
void shoal_torrent_checkpoint_tick (ShoalTorrent *self, gint64 now_usec);

gboolean shoal_torrent_checkpoint_is_done (const ShoalTorrent *self);

/* shoal-torrent-connect.c */

/* How it is encrypted: its own wish, or that of the settings. */
ShoalEncryption shoal_torrent_get_encryption (const ShoalTorrent *self);

/* shoal-torrent-peers.c */

void shoal_torrent_peers_init (ShoalTorrent *self);

void shoal_torrent_peers_clear (ShoalTorrent *self);

/* Closes all connections. */
void shoal_torrent_close_links (ShoalTorrent *self);

/* Bans who is named in @senders (of ShoalPieceSender). */
void shoal_torrent_ban_senders (ShoalTorrent *self, const GArray *senders);

/* Of ShoalBanInfo; the caller's. */
GArray *shoal_torrent_dup_bans (const ShoalTorrent *self);

/* Closes seeds while we are one. */
void shoal_torrent_close_useless (ShoalTorrent *self);

void shoal_torrent_save_peers (ShoalTorrent *self);

/* shoal-torrent-trackers.c */

/* What was learnt says that it is private (BEP 27): who came otherwise than by a tracker, a link or
 * the person, or by himself, is left, and nobody is told of anybody any more. */
void shoal_torrent_become_private (ShoalTorrent *self);

/* shoal-torrent-dht.c */

/* Where we listen, for @remote: whoever is on this side of the router does not go through it. 0:
 * not with addresses of its family. */
guint16 shoal_torrent_get_port_for (const ShoalTorrent *self, const ShoalBaseAddress *remote);

/* Whether its peers and ours tell each other of nodes of the DHT. */
gboolean shoal_torrent_uses_dht (const ShoalTorrent *self);

/* Tells the remote, if it has a node too, where ours is. */
void shoal_torrent_tell_node (ShoalTorrentLink *link);

/* As in ShoalPeerEvents; the owner is the link. */
void shoal_torrent_handle_port (gpointer owner, ShoalPeer *peer, guint16 port);

/* shoal-torrent-link.c */

/* Whether the remote can be of no use: it wants nothing, and has nothing that we want. */
gboolean shoal_torrent_link_is_useless (const ShoalTorrentLink *link);

extern const ShoalPeerEvents shoal_torrent_peer_events;

/* shoal-torrent-exchange.c */

/* Whether peers may tell each other of it: not where it is private (BEP 27), nor where the person
 * does not want it. */
gboolean shoal_torrent_exchange_is_on (const ShoalTorrent *self);

/* What of it is offered to a new peer, for ShoalPeerTerms. */
guint8 shoal_torrent_exchange_get_extensions (const ShoalTorrent *self);

/* Whether it is on may be different now: tells peers at once. */
void shoal_torrent_exchange_review (ShoalTorrent *self);

/* Tells peers whose time has come. Once a second while there are any. */
void shoal_torrent_exchange_tick (ShoalTorrent *self, gint64 now_usec);

/* A message of ut_pex. The peer may be closed by it. */
void shoal_torrent_exchange_handle (ShoalTorrentLink *link, const guint8 *data, gsize len);

/* A link that was ready is closed. */
void shoal_torrent_exchange_link_gone (ShoalTorrentLink *link, ShoalPeerClose reason);

/* shoal-torrent-holepunch.c */

/* A message of ut_holepunch. */
void shoal_torrent_holepunch_handle (ShoalTorrentLink *link, const guint8 *data, gsize len);

/* shoal-torrent-haves.c */

void shoal_torrent_haves_init (ShoalTorrent *self);

void shoal_torrent_haves_clear (ShoalTorrent *self);

/* @link was told, just now, of all that is had. */
void shoal_torrent_haves_begin (ShoalTorrentLink *link);

/* Every peer is told that we have @piece, those that take nothing from us a little later; looks
 * again whether they have anything for us. */
void shoal_torrent_announce_piece (ShoalTorrent *self, guint piece);

/* shoal-torrent-download.c */

/* Something can be asked for that could not before: every idle peer is asked. */
void shoal_torrent_ask_all (ShoalTorrent *self);

/* Looks again at every peer, after what we want or may do changed. */
void shoal_torrent_update_all_interest (ShoalTorrent *self);

void shoal_torrent_update_interest (ShoalTorrentLink *link);

/* Reads from peers, or lets them wait while the disk is behind. */
void shoal_torrent_hold_back (ShoalTorrent *self, gboolean hold);

/* Nothing that is under way from peers is of use. The ledger is told by the caller. */
void shoal_torrent_cancel_requests (ShoalTorrent *self);

/* Events of a peer (ShoalPeerEvents); the owner is the link. */

void shoal_torrent_handle_choke (gpointer owner, ShoalPeer *peer, gboolean choked);

void shoal_torrent_handle_wants_requests (gpointer owner, ShoalPeer *peer, guint n);

void shoal_torrent_handle_block (gpointer              owner,
                                 ShoalPeer            *peer,
                                 const ShoalWireRange *range,
                                 guint8               *block);

void shoal_torrent_handle_rejected (gpointer owner, ShoalPeer *peer, const ShoalWireRange *range);

void shoal_torrent_handle_dropped (gpointer owner, ShoalPeer *peer);

void shoal_torrent_handle_snubbed (gpointer owner, ShoalPeer *peer, gboolean snubbed);

/* shoal-torrent-choke.c */

/* Somebody became interested or not, came or went, or the slots changed. */
void shoal_torrent_choke_soon (ShoalTorrent *self);

void shoal_torrent_choke_cb (gpointer owner, gint64 now_usec);

void shoal_torrent_choke_link_gone (ShoalTorrentLink *link);

/* shoal-torrent-upload.c */

/* Reads what @link was asked for and sends it. */
void shoal_torrent_serve (ShoalTorrentLink *link);

/* Adds what was sent since the last call to rates and totals. */
void shoal_torrent_count_up (ShoalTorrentLink *link, gint64 now_usec);

/* shoal-torrent-change.c */

/* A check or move that is under way comes to an end soon, with everything put back. */
void shoal_torrent_break_off (ShoalTorrent *self);

/* A move or renaming that was interrupted goes on; FALSE if there is none left. */
gboolean shoal_torrent_resume_change (ShoalTorrent *self);

/* @intent, which the database has, was not brought to an end: to be gone on with when it is opened
 * again. */
void shoal_torrent_keep_intent (ShoalTorrent *self, const ShoalStoreIntent *intent);

/* shoal-torrent-rename.c */

/* FALSE: @intent makes no sense. */
gboolean shoal_torrent_resume_rename (ShoalTorrent *self, const ShoalStoreIntent *intent);

/* @file lies at @path from now on. */
void shoal_torrent_set_path (ShoalTorrent *self, guint file, const char *path);

/* shoal-torrent-play.c */

/* Before the files are opened: the one that is fetched before all others is wanted. */
void shoal_torrent_play_open (ShoalTorrent *self);

/* What is had, or wanted, is different: it may be over. */
void shoal_torrent_play_review (ShoalTorrent *self);

/* shoal-torrent-details.c */

/* Files have other names. */
void shoal_torrent_details_rename (ShoalTorrent *self);

void shoal_torrent_details_clear (ShoalTorrent *self);

/* shoal-torrent-files.c */

/* Tells the disk which files are wanted, which may bring bytes of them out of the parts file. */
void shoal_torrent_update_wanted (ShoalTorrent *self);

/* From the rows of the database, or of @add. */
void shoal_torrent_load_priorities (ShoalTorrent *self, const ShoalAddOptions *add);

G_END_DECLS
