/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-list.h"
#include "disk/shoal-disk-syscalls.h"

G_BEGIN_DECLS

/* The engine's workers: whatever may block (files, hashes, parsing) is done there. One per engine;
 * all functions are for the engine context, all completions come on it, each exactly once, never
 * before the function that asked returned, in the order in which the work ended.
 *
 * Work waits per device (st_dev). A device holds at most half of the workers (at least one) while
 * its jobs read or write; steps that only compute hold none. If all of a device's jobs have run for
 * over a second, they no longer count as workers and others start, up to 16 in all.
 *
 * Work of one torrent is ordered: jobs on overlapping bytes run as submitted unless both only read;
 * move, rename, remove and a change of the wanted files run alone; a checkpoint lets reads pass. */
typedef struct _ShoalDiskQueue ShoalDiskQueue;

/* How many bytes of writes may be under way before writers are asked to wait. */
#define SHOAL_DISK_QUEUE_WRITE_BUDGET (100 * 1024 * 1024)

/* So many threads at most, while devices stall. */
#define SHOAL_DISK_QUEUE_MAX_WORKERS 16

typedef struct
{
  GMainContext            *context;            /* of the engine; NULL: the default one */
  const ShoalDiskSyscalls *syscalls;           /* NULL: the kernel's; must outlive the queue */
  guint                    n_workers;          /* 0: as many as cores, at least 4; at least 2 */
  guint                    max_open_files;     /* 0: 40; less where the limit of the process asks */
  guint64                  write_budget_bytes; /* 0: SHOAL_DISK_QUEUE_WRITE_BUDGET */

  /* The folder, the caller's, where all processes of one person have their locks in common; called
   * on workers. NULL: torrents may write to one another's files (shoal-disk-claim.h). */
  char *(*dup_lock_folder) (GError **error);
} ShoalDiskQueueOptions;

/* Names a piece of work for cancelling it; a value is never used again. 0 is none. */
typedef struct
{
  guint64 value;
} ShoalDiskTicket;

/* Whether a write may be followed by others. The write itself was taken either way, since its bytes
 * are in memory already. */
typedef enum
{
  SHOAL_DISK_ACCEPTED,
  SHOAL_DISK_FULL, /* stop reading from the network until on_drained: shoal_disk_queue_wait() */
} ShoalDiskAdmission;

/* Waits for writes to drain. Lies inside its owner, who removes it from the list when it goes. */
typedef struct
{
  ShoalBaseList link;
  void (*on_drained) (gpointer owner); /* already unlinked: wait again if need be */
  gpointer owner;                      /* unowned */
} ShoalDiskQueueWaiter;

ShoalDiskQueue *shoal_disk_queue_new (const ShoalDiskQueueOptions *options);

/* Cancels what has not begun, lets each running job end at its next step, and delivers what ended.
 * Waits for that at most @timeout_usec (5 s at exit). TRUE: all threads have ended, every
 * completion was called. FALSE: some device does not answer; what hangs is added to @stuck (char *,
 * owned by it; may be NULL) in words for a log, and the process can only _exit(). Nothing may be
 * submitted afterwards. A session that wants its writes done first waits for
 * shoal_disk_queue_get_n_jobs() to become 0. */
gboolean shoal_disk_queue_stop (ShoalDiskQueue *self, gint64 timeout_usec, GPtrArray *stuck);

/* After shoal_disk_queue_stop() returned TRUE, and all storages were closed. */
void shoal_disk_queue_free (ShoalDiskQueue *self);

/* Looks for stalled devices, and starts or ends threads. To be called about twice a second.
 * @now_usec: monotonic. */
void shoal_disk_queue_tick (ShoalDiskQueue *self, gint64 now_usec);

/* The work is not begun, or ends at its next step; its completion comes all the same, and says
 * SHOAL_DISK_ERROR_CANCELLED unless it was done before. Unknown tickets are ignored. */
void shoal_disk_queue_cancel (ShoalDiskQueue *self, ShoalDiskTicket ticket);

/* Whether writers should wait. */
ShoalDiskAdmission shoal_disk_queue_get_admission (const ShoalDiskQueue *self);

void shoal_disk_queue_waiter_init (ShoalDiskQueueWaiter *waiter,
                                   void (*on_drained) (gpointer owner),
                                   gpointer owner);

/* Calls @waiter once when the writes under way have fallen to half of the budget; nothing happens
 * if it waits already. */
void shoal_disk_queue_wait (ShoalDiskQueue *self, ShoalDiskQueueWaiter *waiter);

void shoal_disk_queue_set_write_budget (ShoalDiskQueue *self, guint64 bytes);

/* Bytes of writes submitted and not yet answered. */
guint64 shoal_disk_queue_get_write_bytes (const ShoalDiskQueue *self);

/* Jobs of any kind submitted and not yet answered. */
guint shoal_disk_queue_get_n_jobs (const ShoalDiskQueue *self);

/* What a step of work says about the next one. A step should be short (16 MiB, or 0.1 s): others
 * get their turn between steps, and cancelling takes effect there. */
typedef enum
{
  SHOAL_DISK_STEP_DONE,
  SHOAL_DISK_STEP_IO,      /* again, and the next step reads or writes files */
  SHOAL_DISK_STEP_COMPUTE, /* again, and the next step touches no file */
} ShoalDiskStep;

/* Work of any kind: parse a torrent, hash metadata, read a folder. */
typedef struct
{
  const char *what; /* a literal for logs: "parse a torrent" */

  ShoalDiskStep (*work) (gpointer data); /* on a worker; one step at a time, in order */

  /* On the engine context; frees @data. @is_cancelled: the work was not done to its end. */
  void (*done) (gpointer data, gboolean is_cancelled);

  gpointer      data;
  guint64       device; /* st_dev of what it reads or writes; 0: not known */
  ShoalDiskStep first;  /* SHOAL_DISK_STEP_IO or _COMPUTE: what the first step does */

  guint is_bulk : 1; /* long, and nobody waits: others go first */
} ShoalDiskCall;

/* @call is copied. */
ShoalDiskTicket shoal_disk_queue_submit_call (ShoalDiskQueue *self, const ShoalDiskCall *call);

/* Walks the whole structure, and aborts on what cannot be. */
void shoal_disk_queue_check (ShoalDiskQueue *self);

/* For work that touches files; any thread. */
const ShoalDiskSyscalls *shoal_disk_queue_get_syscalls (const ShoalDiskQueue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiskQueue, shoal_disk_queue_free)

G_END_DECLS
