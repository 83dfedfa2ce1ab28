/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "trackerd/shoal-trackerd.h"

G_BEGIN_DECLS

/* A tracker on a thread of its own. Functions are called by the thread that made it; on_announce is
 * called on the tracker's. */
typedef struct _ShoalTrackerdThread ShoalTrackerdThread;

/* Listens when it returns. NULL with SHOAL_NET_ERROR, as shoal_trackerd_new(). */
ShoalTrackerdThread *shoal_trackerd_thread_new (const ShoalTrackerdOptions *options,
                                                GError                    **error);

/* Ends the thread and waits for it: on_announce is not called afterwards. */
void shoal_trackerd_thread_free (ShoalTrackerdThread *self);

guint16 shoal_trackerd_thread_get_port (const ShoalTrackerdThread *self);

guint16 shoal_trackerd_thread_get_udp_port (const ShoalTrackerdThread *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalTrackerdThread, shoal_trackerd_thread_free)

G_END_DECLS
