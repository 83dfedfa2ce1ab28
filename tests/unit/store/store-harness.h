/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/shoal-store.h"

G_BEGIN_DECLS

/* A store in a folder of its own, driven from one thread: each call runs the context until its
 * answer has come. */
typedef struct
{
  GMainContext *context; /* owned */
  ShoalStore   *store;   /* owned; NULL: closed */
  char         *folder;  /* owned */
  char         *path;    /* owned: of the database */

  gboolean       has_answer;
  GError        *error; /* owned: of the last answer */
  guint          n_troubles;
  GError        *trouble; /* owned: the last one reported; NULL: it is over */
  guint32        number;
  char          *set_aside; /* owned */
  ShoalTorrentId last_id;
  gboolean       is_new;
  gboolean       was_clean;

  ShoalStoreListing *listing; /* owned */
  ShoalStoreTorrent *torrent; /* owned */
  GBytes            *bytes;   /* owned */
} Harness;

/* Makes the folder and a store that is not open yet. */
Harness *harness_new (void);

/* Closes what is open, and removes the folder. */
void harness_free (Harness *self);

/* Opens the database; the error is in self->error. */
gboolean harness_open (Harness *self);

/* Closes it and ends the worker; a new store can be opened after it. */
gboolean harness_close (Harness *self, gboolean is_clean);

/* Forgets the last answer: call before the function whose answer is waited for. */
void harness_expect (Harness *self);

/* Runs until the answer has come, and says whether it was without an error. */
gboolean harness_wait (Harness *self);

/* Runs until *flag is not 0. */
void harness_wait_for (Harness *self, const guint *flag);

/* To be passed with the harness as user_data. */
void harness_done (gpointer user_data, const GError *error);

void harness_locked (gpointer user_data, guint32 other_pid, const GError *error);

const ShoalStoreListing *harness_load_all (Harness *self);

const ShoalStoreTorrent *harness_load (Harness *self, guint32 id);

/* A row with all that add needs, of torrent @id: hashes and texts follow from it. */
ShoalStoreRow harness_row (guint32 id);

/* Adds harness_row() with metainfo of @n_bytes. */
gboolean harness_add (Harness *self, guint32 id, gsize n_bytes);

/* A set of @n bits with bits @first to @last. */
ShoalBaseBitset *harness_bits (guint n, guint first, guint last);

/* Removes a folder and all in it. */
void harness_remove_tree (const char *folder);

#define assert_error(harness, code)                                                                \
  g_assert_error ((harness)->error, SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_##code)

G_END_DECLS
