/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "base/shoal-base-ids.h"

G_BEGIN_DECLS

/* A file that one process holds with flock() and has written its id into. The kernel lets go of it
 * however the process ends. These functions block: never on the engine context. */
typedef struct _ShoalStoreLock ShoalStoreLock;

/* Locks the file at @path, which is made (0600) if need be and never removed. LOCKED, and
 * *other_pid (0 if it cannot be told), when another holds it. */
ShoalStoreLock *shoal_store_lock_take (const char *path, guint32 *other_pid, GError **error);

/* Locks the data of a torrent in the folder with this device and inode, for all of this person's
 * processes: a file in shoal_store_lock_dup_folder(), removed again when freed. */
ShoalStoreLock *shoal_store_lock_take_data (const ShoalInfoHashes *hashes,
                                            guint64                device,
                                            guint64                inode,
                                            guint32               *other_pid,
                                            GError               **error);

/* Whether @self is what shoal_store_lock_take_data() would take. */
gboolean shoal_store_lock_is_of_data (const ShoalStoreLock  *self,
                                      const ShoalInfoHashes *hashes,
                                      guint64                device,
                                      guint64                inode);

/* $XDG_RUNTIME_DIR/shoal or, without one, a folder under /tmp that is this person's alone. It is
 * made if need be; one that others own or may write to is refused. */
char *shoal_store_lock_dup_folder (GError **error);

void shoal_store_lock_free (ShoalStoreLock *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalStoreLock, shoal_store_lock_free)

G_END_DECLS
