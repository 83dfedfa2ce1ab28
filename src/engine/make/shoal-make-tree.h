/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdatomic.h>
#include <time.h>

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What lies at a path, as it was when the walk saw it. Any thread; not to be shared. */

typedef struct
{
  char           *path; /* owned: for openat() from the tree's folder */
  guint64         length;
  dev_t           device;
  ino_t           inode;
  struct timespec modified;
  struct timespec changed;
} ShoalMakeTreeFile;

typedef struct
{
  char   *name;      /* owned: of the torrent */
  int     folder_fd; /* what paths begin at; AT_FDCWD for a single file */
  GArray *files;     /* owned, of ShoalMakeTreeFile, in the order of the torrent */
  guint64 total_bytes;
  guint   n_links;
  guint   n_special;

  guint is_folder : 1;
} ShoalMakeTree;

/* Walks @path. Symbolic links below it are counted and left out; what an earlier run left at @out,
 * where the torrent will be, is left out too. @out and @cancelled may be NULL. Errors:
 * SHOAL_MAKE_ERROR. */
ShoalMakeTree *shoal_make_tree_new (const char        *path,
                                    const char        *out,
                                    const atomic_bool *cancelled,
                                    GError           **error);

void shoal_make_tree_free (ShoalMakeTree *self);

/* Opens @file for reading; −1 and CHANGED or READ if it is not what the walk saw. */
int shoal_make_tree_open (const ShoalMakeTree *self, const ShoalMakeTreeFile *file, GError **error);

/* Whether all files are still what the walk saw. */
gboolean shoal_make_tree_check (const ShoalMakeTree *self, GError **error);

/* A path for a message: valid UTF-8; the caller owns it. */
char *shoal_make_tree_dup_display (const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalMakeTree, shoal_make_tree_free)

G_END_DECLS
