/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/shoal-store-private.h"

G_BEGIN_DECLS

/* Runs jobs that write in one transaction, in order; synced if one of them is full. What is wrong
 * with a job alone is left in its error, and nothing of it is done. FALSE: nothing of any is done.
 * Worker thread. */
gboolean
shoal_store_batch_run (ShoalStoreDb *db, ShoalStoreJob *const *jobs, guint n_jobs, GError **error);

G_END_DECLS
