/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-mailbox.h"
#include "store/shoal-store-private.h"

G_BEGIN_DECLS

/* The thread that has the database. Jobs go in on any thread and come out, with their answers, at
 * a mailbox; lazy jobs and unlocks do not come out. The job `close` is the last: the thread ends
 * after it. What gathers while one transaction runs is the next transaction. */
typedef struct _ShoalStoreWorker ShoalStoreWorker;

ShoalStoreWorker *shoal_store_worker_new (ShoalBaseMailbox *answers);

/* Waits for the end of the thread. */
void shoal_store_worker_free (ShoalStoreWorker *self);

/* Takes @job over. */
void shoal_store_worker_post (ShoalStoreWorker *self, ShoalStoreJob *job);

/* Waits at most @timeout_usec for the end of the thread; says whether it has come. One thread. */
gboolean shoal_store_worker_wait (ShoalStoreWorker *self, gint64 timeout_usec);

G_END_DECLS
