/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <pthread.h>

#include "base/shoal-base-list.h"
#include "base/shoal-base-mailbox.h"
#include "base/shoal-base-pipe.h"
#include "base/shoal-base-pool.h"
#include "disk/shoal-disk-buffer.h"
#include "disk/shoal-disk-cache.h"
#include "disk/shoal-disk-queue.h"

G_BEGIN_DECLS

typedef struct _ShoalDiskJob     ShoalDiskJob;
typedef struct _ShoalDiskMessage ShoalDiskMessage;

/* What workers post to the engine. */
struct _ShoalDiskMessage
{
  void (*deliver) (ShoalDiskQueue *queue, ShoalDiskMessage *message); /* engine context; frees */
};

/* What a job may run beside, inside its lane. */
typedef enum
{
  SHOAL_DISK_ORDER_READ,  /* reads its range */
  SHOAL_DISK_ORDER_WRITE, /* writes its range */
  SHOAL_DISK_ORDER_SYNC,  /* lets reads pass */
  SHOAL_DISK_ORDER_ALONE,
} ShoalDiskOrder;

/* Where jobs of one storage keep their order. Guarded by the queue's lock. */
typedef struct
{
  ShoalBaseList jobs;   /* unfinished ones, as submitted */
  guint64       device; /* st_dev; 0: not known */
  const char   *where;  /* unowned: the storage's; a path for logs */
} ShoalDiskLane;

typedef struct
{
  const char *what; /* for logs */

  ShoalDiskStep (*step) (ShoalDiskJob *job); /* on a worker */

  /* On the engine context: answers, and frees the job. @is_cancelled: it did not come to its end.
   */
  void (*done) (ShoalDiskJob *job, gboolean is_cancelled);

  /* The compute step of several jobs at once, which costs less: they wait a moment for each other.
   * Says in @next what `step` would return for each. NULL: there is no such way. On a worker. */
  void (*compute_many) (ShoalDiskJob **jobs, guint n_jobs, ShoalDiskStep *next);
} ShoalDiskJobOps;

/* So many jobs are computed at once at most; with fewer than the lesser number some processors gain
 * nothing. */
#define SHOAL_DISK_GATHER_MAX 8
#define SHOAL_DISK_GATHER_MIN 5

/* The head of each job; the submitter fills in the first part and zeroes the rest. */
struct _ShoalDiskJob
{
  ShoalDiskMessage       message;
  const ShoalDiskJobOps *ops;
  ShoalDiskLane         *lane;        /* unowned: the storage outlives its jobs; NULL: none */
  guint64                offset;      /* of its range in the torrent */
  guint64                length;      /* 0: none */
  guint64                write_bytes; /* what it counts for in the budget */
  guint64                device;      /* if it has no lane */
  ShoalDiskOrder         order;
  ShoalDiskStep          next;

  guint is_bulk : 1;
  guint ends_itself : 1; /* once begun, it sees to being cancelled: a move puts everything back */
  guint must_begin : 1; /* an earlier run did: cancelled, it begins all the same, and ends itself */

  /* The queue's. */
  ShoalBaseList link;      /* in what waits for a worker */
  ShoalBaseList lane_link; /* in the lane, while unfinished */
  guint64       serial;
  guint         n_blockers; /* earlier jobs of the lane that must end first */
  gboolean      is_cancelled;
  gboolean      has_begun;
  gboolean      is_running;
  gboolean      is_complete;
};

/* Jobs that wait for one device, or only compute. */
typedef struct
{
  ShoalBaseList link; /* in the queue's sources, the one served longest ago first */
  ShoalBaseList normal;
  ShoalBaseList bulk;
  guint64       device;
  guint         n_running;
  guint         n_turns; /* since a bulk job had its turn */

  guint is_compute : 1;
  guint is_stalled : 1;
} ShoalDiskSource;

#define SHOAL_DISK_SCRATCH_SIZE (8 * 1024 * 1024)

/* Jobs that wait for each other, to be computed together. Guarded by the queue's lock. */
typedef struct
{
  ShoalDiskSource *source; /* unowned: one of the queue's */
  gint64           due_usec;
  gint64           arrivals[SHOAL_DISK_GATHER_MIN]; /* a ring of the last ones */
  guint            next_arrival;
  guint64          max_bytes;  /* of writes that wait */
  gboolean         has_sentry; /* a worker that wakes up when it is due */
} ShoalDiskGather;

typedef enum
{
  SHOAL_DISK_WORKER_NONE,
  SHOAL_DISK_WORKER_ALIVE,
  SHOAL_DISK_WORKER_ENDED, /* to be joined */
} ShoalDiskWorkerState;

typedef struct
{
  ShoalDiskQueue      *queue; /* unowned: it joins us */
  pthread_t            thread;
  ShoalDiskWorkerState state;
  ShoalDiskJob        *job;    /* unowned: what it runs; NULL: nothing */
  ShoalDiskSource     *source; /* unowned: whose turn that is */
  gint64               since_usec;
} ShoalDiskWorker;

struct _ShoalDiskQueue
{
  /* Engine context. */
  ShoalBaseMailbox        *mailbox;  /* owned */
  GHashTable              *jobs;     /* owned; serial → job, unowned: each frees itself */
  const ShoalDiskSyscalls *syscalls; /* unowned: whoever made the table keeps it */
  ShoalDiskCache          *cache;    /* owned */
  ShoalDiskBufferStock    *buffers;  /* owned */
  ShoalBasePipeStock      *pipes;    /* owned */
  ShoalBaseList            waiters;
  guint64                  last_serial;
  guint64                  last_storage; /* the cache's names of storages */
  guint64                  write_bytes;
  guint64                  write_budget;

  char *(*dup_lock_folder) (GError **error); /* never changes; may be NULL */

  /* Guarded by lock. */
  pthread_mutex_t  lock;
  pthread_cond_t   wake;  /* for workers: something waits; monotonic */
  pthread_cond_t   ended; /* for stop: a worker or a job ended */
  ShoalBaseList    sources;
  ShoalDiskSource *compute; /* unowned: one of the sources */
  ShoalDiskGather  gather;
  ShoalDiskWorker  workers[SHOAL_DISK_QUEUE_MAX_WORKERS];
  guint            n_workers; /* wanted while nothing stalls */
  guint            n_wanted;
  guint            n_alive;
  guint            n_idle;
  gboolean         is_stopping;

  /* Guards what jobs share beside the queue: the open files, the tables of parts files. */
  pthread_mutex_t shared_lock;
  pthread_cond_t  turned;  /* a turn was given back */
  GPtrArray      *scratch; /* owned; nobody's at the moment */
};

/* @source: where what is gathered waits. */
void shoal_disk_queue_gather_init (ShoalDiskGather *self, ShoalDiskSource *source);

void shoal_disk_queue_gather_add (ShoalDiskGather *self, ShoalDiskJob *job, gint64 now_usec);

/* Whether enough came, or the first has waited for long enough. */
gboolean shoal_disk_queue_gather_is_ready (const ShoalDiskGather *self, gint64 now_usec);

/* Whether some worker should wait no longer than until due_usec, and none does. */
gboolean shoal_disk_queue_gather_wants_sentry (const ShoalDiskGather *self);

/* Takes the first ones, all of one kind; returns how many, at least one if there is one. */
guint shoal_disk_queue_gather_take (ShoalDiskGather *self,
                                    ShoalDiskJob    *jobs[SHOAL_DISK_GATHER_MAX],
                                    gint64           now_usec);

/* Takes @job over until its done function. Engine context. */
ShoalDiskTicket shoal_disk_queue_submit (ShoalDiskQueue *self, ShoalDiskJob *job);

/* The same job again, from its done function, under the same ticket. */
void shoal_disk_queue_resubmit (ShoalDiskQueue *self, ShoalDiskJob *job);

/* Cancels all jobs of @lane, the last one first. Engine context. */
void shoal_disk_queue_cancel_lane (ShoalDiskQueue *self, ShoalDiskLane *lane);

/* Posts a message of a running job; it arrives before the job's end. Worker. */
void shoal_disk_queue_post (ShoalDiskQueue *self, ShoalDiskMessage *message);

/* Whether the running @job was cancelled; steps with loops look now and then. Worker. */
gboolean shoal_disk_queue_is_cancelled (ShoalDiskQueue *self, ShoalDiskJob *job);

/* Whether a job that reads this range would run at once, and may as well be done by the caller: no
 * job that it had to wait for begins before the caller returns to the context. Engine context. */
gboolean shoal_disk_queue_may_read (ShoalDiskQueue *self,
                                    ShoalDiskLane  *lane,
                                    guint64         offset,
                                    guint64         length);

/* The device that jobs of @lane use from now on, and its path. Worker, in a job that runs alone. */
void shoal_disk_queue_set_place (ShoalDiskQueue *self,
                                 ShoalDiskLane  *lane,
                                 guint64         device,
                                 const char     *where);

/* No system call may stand between these two: a device that stalls must not stop the others. */
void shoal_disk_queue_lock_shared (ShoalDiskQueue *self);

void shoal_disk_queue_unlock_shared (ShoalDiskQueue *self);

/* SHOAL_DISK_SCRATCH_SIZE bytes for a step, or for one and the compute steps that follow it at
 * once, so that there are never more of them than workers. Workers. */
guint8 *shoal_disk_queue_take_scratch (ShoalDiskQueue *self);

void shoal_disk_queue_give_scratch (ShoalDiskQueue *self, guint8 *data);

/* Workers take turns at something, for as long as a call of the kernel takes. @turn: FALSE while it
 * is nobody's; guarded by the shared lock. take waits for it, try_turn does not. */
void shoal_disk_queue_take_turn (ShoalDiskQueue *self, guint8 *turn);

gboolean shoal_disk_queue_try_turn (ShoalDiskQueue *self, guint8 *turn);

void shoal_disk_queue_give_turn (ShoalDiskQueue *self, guint8 *turn);

/* shoal-disk-queue-lane.c; lock held. */
void shoal_disk_queue_lane_init (ShoalDiskLane *lane);

void shoal_disk_queue_lane_add (ShoalDiskJob *job);

/* Lock held. Whether @job would have to wait for one of @lane. */
gboolean shoal_disk_queue_lane_has_conflict (ShoalDiskLane *lane, const ShoalDiskJob *job);

/* Whether each job of the lane waits for as many earlier ones as it says. */
void shoal_disk_queue_lane_check (ShoalDiskLane *lane);

/* Calls @free_job for each job that had waited for @job only. */
void shoal_disk_queue_lane_remove (ShoalDiskJob *job,
                                   void (*free_job) (ShoalDiskQueue *queue, ShoalDiskJob *job),
                                   ShoalDiskQueue *queue);

/* shoal-disk-queue-worker.c; lock held, except for _join_ended(). */
void shoal_disk_queue_worker_enqueue (ShoalDiskQueue *self, ShoalDiskJob *job);

/* Takes back from what waits for a worker. */
void shoal_disk_queue_worker_dequeue (ShoalDiskQueue *self, ShoalDiskJob *job);

/* The job has ended, however: unblocks its lane and posts it. */
void shoal_disk_queue_worker_finish (ShoalDiskQueue *self, ShoalDiskJob *job);

/* Finds stalled devices as of @now_usec, and starts threads if more are wanted and needed. */
void shoal_disk_queue_worker_balance (ShoalDiskQueue *self, gint64 now_usec);

void shoal_disk_queue_worker_join_ended (ShoalDiskQueue *self);

/* As pthreads wants a time of the monotonic clock. No lock. */
struct timespec shoal_disk_queue_worker_to_timespec (gint64 usec);

void shoal_disk_queue_worker_check (ShoalDiskQueue *self);

G_END_DECLS
