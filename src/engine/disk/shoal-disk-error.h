/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Why a disk operation failed. The error also carries the errno and the path it happened at, so
 * that the person's sentence can be made elsewhere. */
#define SHOAL_DISK_ERROR (shoal_disk_error_quark ())

typedef enum
{
  SHOAL_DISK_ERROR_FULL,        /* ENOSPC, EDQUOT, EFBIG: waiting for room may help */
  SHOAL_DISK_ERROR_READ_ONLY,   /* EROFS */
  SHOAL_DISK_ERROR_PERMISSION,  /* EACCES, EPERM */
  SHOAL_DISK_ERROR_VANISHED,    /* the folder is not there, or another one is in its place */
  SHOAL_DISK_ERROR_MISSING,     /* a file is not there, or ends before the bytes asked for */
  SHOAL_DISK_ERROR_IO,          /* EIO and its kin: the device does not do its work */
  SHOAL_DISK_ERROR_UNSAFE,      /* a symlink, a device or a fifo where a file or folder belongs */
  SHOAL_DISK_ERROR_CONFLICT,    /* something is there already, and nothing is overwritten */
  SHOAL_DISK_ERROR_CLAIMED,     /* another torrent keeps its data in this file */
  SHOAL_DISK_ERROR_INTO_ITSELF, /* a move into a folder of the torrent's own */
  SHOAL_DISK_ERROR_NAME,        /* a name that this file system, or nobody, takes */
  SHOAL_DISK_ERROR_TOO_LARGE,   /* a small file that is not small */
  SHOAL_DISK_ERROR_CANCELLED,   /* cancelled, or the queue stopped, before it was done */
  SHOAL_DISK_ERROR_FAILED,      /* anything else: see the errno */
} ShoalDiskError;

GQuark shoal_disk_error_quark (void);

/* The errno behind @error, of this domain; 0 if there was none. */
int shoal_disk_error_get_errno (const GError *error);

/* The path it happened at, as the person would write it; borrowed; NULL if there was none. */
const char *shoal_disk_error_get_path (const GError *error);

/* What errno @error_number means for the person. */
ShoalDiskError shoal_disk_error_classify (int error_number);

/* An error for @error_number, classified. @path: may be NULL. @doing: "write", "open", … */
GError *shoal_disk_error_new_errno (int error_number, const char *doing, const char *path);

/* An error that no system call told. */
GError *shoal_disk_error_new (ShoalDiskError code, const char *what, const char *path);

G_END_DECLS
