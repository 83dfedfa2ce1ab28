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
  guint is_there : 1;   /* the folder itself */
  guint is_gone : 1;    /* it was removed, as shoal_app_recent_is_gone() says */
  guint is_refused : 1; /* it came through a portal, which does not give it any more */
} ShoalAppSpace;

/* How the folder at @path is called until its shown_path is known: the path, or its last part where
 * the rest is a portal's. The caller's. */
char *shoal_app_space_dup_name (const char *path);

void shoal_app_space_free (ShoalAppSpace *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalAppSpace, shoal_app_space_free)

/* For needed_bytes: nobody knows. */
#define SHOAL_APP_SPACE_UNKNOWN G_MAXUINT64

/* How much is free, and what remains of it, or lacks, after @needed_bytes; the caller's. NULL: it
 * is not known how much is free. */
char *shoal_app_space_dup_text (const ShoalAppSpace *self, guint64 needed_bytes);

/* NULL: cancelled. The caller's. */
ShoalAppSpace *shoal_app_space_query_finish (GAsyncResult *result);

G_END_DECLS
