/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "api/shoal-api-torrent.h"

G_BEGIN_DECLS

/* The bytes of a source, read or fetched by a worker. */

/* So much has come, of @total_bytes, which is 0 as long as nobody knows. */
typedef void (*ShoalAppFetchFunc) (guint64 received_bytes, guint64 total_bytes, gpointer user_data);

/* What is at @url (http or https). @progress is called before @callback only, in this context, with
 * @progress_data, which the caller keeps until then. When cancelled, the network is let go within a
 * tenth of a second. */
void shoal_app_fetch_async (const char          *url,
                            const ShoalSettings *settings,
                            GCancellable        *cancellable,
                            ShoalAppFetchFunc    progress,
                            gpointer             progress_data,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data);

/* FALSE: cancelled; else *fetched is the caller's. */
gboolean shoal_app_fetch_finish (GAsyncResult *result, ShoalApiFetched *fetched);

/* All that is in @file, up to @max_bytes; beyond them G_IO_ERROR_MESSAGE_TOO_LARGE. */
void shoal_app_fetch_file_async (GFile              *file,
                                 gsize               max_bytes,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);

GBytes *shoal_app_fetch_file_finish (GAsyncResult *result, GError **error);

G_END_DECLS
