/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "disk/shoal-disk-syscalls.h"

G_BEGIN_DECLS

/* A disk that misbehaves as told: a ShoalDiskSyscalls table over another one. All functions may be
 * called on any thread, also while the disk is in use. */
typedef struct _SupportDiskFault SupportDiskFault;

typedef enum
{
  SUPPORT_DISK_OPEN_AT,
  SUPPORT_DISK_PREADV,
  SUPPORT_DISK_PWRITEV,
  SUPPORT_DISK_FDATASYNC,
  SUPPORT_DISK_FSYNC,
  SUPPORT_DISK_SYNC_FS,
  SUPPORT_DISK_RENAME_AT,
  SUPPORT_DISK_LINK_AT,
  SUPPORT_DISK_UNLINK_AT,
  SUPPORT_DISK_MKDIR_AT,
  SUPPORT_DISK_FALLOCATE,
  SUPPORT_DISK_FTRUNCATE,
  SUPPORT_DISK_SEEK,
  SUPPORT_DISK_STAT_AT,
  SUPPORT_DISK_FSTATFS,
  SUPPORT_DISK_LOCK_BYTE,
  SUPPORT_DISK_N_CALLS,
} SupportDiskCall;

/* @below: NULL: the kernel's. @seed: of all that is random. */
SupportDiskFault *support_disk_fault_new (const ShoalDiskSyscalls *below, guint64 seed);

/* Nobody may use the table any more. */
void support_disk_fault_free (SupportDiskFault *self);

/* For ShoalDiskQueueOptions. */
const ShoalDiskSyscalls *support_disk_fault_get_syscalls (SupportDiskFault *self);

/* Call number @nth (from 1, counted from now on) of @call fails with @error_number, and so do the
 * @n_times − 1 after it; G_MAXUINT: all. */
void support_disk_fault_fail (SupportDiskFault *self,
                              SupportDiskCall   call,
                              guint             nth,
                              guint             n_times,
                              int               error_number);

/* Each call of @call fails with probability 1/@one_in; 0: none. */
void support_disk_fault_fail_randomly (SupportDiskFault *self,
                                       SupportDiskCall   call,
                                       guint             one_in,
                                       int               error_number);

/* Only opens with one of these flags (of open()) fail; 0: all do. */
void support_disk_fault_set_open_flags (SupportDiskFault *self, int flags);

/* No call fails any more. */
void support_disk_fault_heal (SupportDiskFault *self);

/* Reads and writes move a random part of what they were asked for, and are sometimes interrupted
 * (EINTR). */
void support_disk_fault_set_short (SupportDiskFault *self, gboolean is_short);

/* One in so many reads has a wrong byte, and says nothing; 0: none. */
void support_disk_fault_set_rot (SupportDiskFault *self, guint one_in);

/* Writes fail with ENOSPC after so many bytes more; G_MAXUINT64: there is room. The last one that
 * fits in part is short, as on a real disk. */
void support_disk_fault_set_room (SupportDiskFault *self, guint64 bytes);

/* Syncs return so much later than they happened; 0: at once. */
void support_disk_fault_set_sync_usec (SupportDiskFault *self, guint usec);

/* The same of writes. */
void support_disk_fault_set_write_usec (SupportDiskFault *self, guint usec);

/* Reads, writes and syncs of files on @device (st_dev) do not return until another device, or 0, is
 * given here. */
void support_disk_fault_stall (SupportDiskFault *self, guint64 device);

/* How many calls wait because of that. */
guint support_disk_fault_get_n_stalled (SupportDiskFault *self);

/* How many calls of @call there were. */
guint support_disk_fault_get_n_calls (SupportDiskFault *self, SupportDiskCall call);

/* How many descriptors were opened and not closed. */
int support_disk_fault_get_n_open (SupportDiskFault *self);

G_END_DECLS
