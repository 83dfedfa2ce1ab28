/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "disk/shoal-disk-syscalls.h"

G_BEGIN_DECLS

/* A disk that forgets everything not synced. It works in a real folder and keeps beside it what
 * would be left after a power cut: of a file what was there at its last sync, and nothing, all or
 * any part of what was written since, torn at 512 bytes; of a folder the entries as of its last
 * sync, and any of the changes since. fdatasync() leaves the time of a file behind.
 *
 * It is deliberately worse than ext4, which would commit the entry of a new file with its first
 * sync: POSIX promises that to nobody. What it does not do worse: a rename happens at both ends or
 * not at all, and is durable when either folder is synced.
 *
 * A database can lie on the same disk, so that one moment cuts both: see support-disk-vfs.h. */
typedef struct _SupportDiskRecord SupportDiskRecord;

/* @root: an existing folder, absolute, without symlinks; what it holds now is durable. @below:
 * NULL: the kernel's. */
SupportDiskRecord *support_disk_record_new (const char *root, const ShoalDiskSyscalls *below);

/* Nobody may use the table any more. */
void support_disk_record_free (SupportDiskRecord *self);

const ShoalDiskSyscalls *support_disk_record_get_syscalls (SupportDiskRecord *self);

/* How many changes (writes, syncs, entries) there were. What was answered when this was n is older
 * than a cut at n. Any thread. */
guint support_disk_record_get_n_changes (SupportDiskRecord *self);

/* Fills the existing empty folder @out with what would be left if the power failed now. The same
 * @seed leaves the same. Any thread. */
void support_disk_record_cut (SupportDiskRecord *self, const char *out, guint64 seed);

/* The same just before change number @n + 1, whoever makes it; several may be planned. */
void support_disk_record_cut_at (SupportDiskRecord *self, guint n, const char *out, guint64 seed);

G_END_DECLS
