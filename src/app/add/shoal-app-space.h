/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How much room there is where @path is or will be: of the nearest folder above it that exists. On
 * a worker; a slow disk keeps nobody waiting. */
void shoal_app_space_query_async (const char         *path,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);

typedef struct
{
  guint64 free_bytes;
  char   *shown_path; /* owned; how the person knows the folder: a portal's path is opaque */

  guint is_free_known : 1;
} ShoalAppSpace;

void shoal_app_space_free (ShoalAppSpace *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalAppSpace, shoal_app_space_free)

/* NULL: cancelled. The caller's. */
ShoalAppSpace *shoal_app_space_query_finish (GAsyncResult *result);

G_END_DECLS
