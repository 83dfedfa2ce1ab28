/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "disk/shoal-disk-change-private.h"
#include "disk/shoal-disk-change-target.h"
#include "disk/shoal-disk-copy.h"

G_BEGIN_DECLS

typedef enum
{
  SHOAL_DISK_CHANGE_MOVE_LOOK,   /* at both folders, and for what is in the way */
  SHOAL_DISK_CHANGE_MOVE_FILES,  /* rename or copy one after the other */
  SHOAL_DISK_CHANGE_MOVE_FINISH, /* the new place holds: remove what was copied from the old one */
  SHOAL_DISK_CHANGE_MOVE_UNDO,
} ShoalDiskChangeMovePhase;

typedef enum
{
  SHOAL_DISK_CHANGE_MOVE_OLD, /* at the old place only, or nowhere */
  SHOAL_DISK_CHANGE_MOVE_RENAMED,
  SHOAL_DISK_CHANGE_MOVE_COPIED, /* at both */
} ShoalDiskChangeMoveState;

typedef struct
{
  ShoalDiskChangeOp        change;
  ShoalDiskChangeTarget    target;
  char                    *temp;  /* owned: what a copy is called until it is whole */
  guint8                  *files; /* owned: a state each, the parts file last */
  ShoalDiskCopy           *copy;  /* owned; of the file under way, NULL: none is copied */
  ShoalDiskChangeMovePhase phase;
  guint                    next;
  guint64                  total_bytes;
  guint64                  file_bytes; /* of the file under way, copied so far */
  void (*on_progress) (guint64 bytes, guint64 total_bytes, gpointer user_data);

  guint is_resumed : 1;
  guint goes_on : 1; /* although it was cancelled */
} ShoalDiskChangeMove;

/* shoal-disk-change-move-file.c: one file, or the parts file. Both folders are entered: the old one
 * is @visit's. What returns FALSE has set the error. */

/* Where it lies below either folder. */
const char *shoal_disk_change_move_get_path (const ShoalDiskChangeMove *self, guint file);

/* Something is in the way at @path of the new place. Returns FALSE. */
gboolean shoal_disk_change_move_fail_conflict (ShoalDiskChangeMove *self, const char *path);

/* Whether there is a file to move; what is no regular file stays. FALSE: nobody knows, and going on
 * would leave it behind. */
gboolean shoal_disk_change_move_find_source (ShoalDiskChangeMove *self,
                                             ShoalDiskVisit      *visit,
                                             guint                file,
                                             struct stat         *st,
                                             gboolean            *is_there);

/* Renames @file, or begins to copy it. */
gboolean
shoal_disk_change_move_begin_file (ShoalDiskChangeMove *self, ShoalDiskVisit *visit, guint file);

/* @file, which is as @from says, has no bytes, here or there: so it is where a person has moved the
 * others, since empty ones are made anew. One is as good as the other. */
gboolean shoal_disk_change_move_has_both_empty (const ShoalDiskChangeMove *self,
                                                guint                      file,
                                                const struct stat         *from);

/* Copies more of @file, as far as *budget (bytes, which it uses up) goes; the whole copy gets its
 * name. */
gboolean shoal_disk_change_move_copy_file (ShoalDiskChangeMove *self,
                                           ShoalDiskVisit      *visit,
                                           guint                file,
                                           guint64             *budget);

/* @file was copied, and is durable at the new place: the old one goes, or is counted as left. */
void
shoal_disk_change_move_leave_file (ShoalDiskChangeMove *self, ShoalDiskVisit *visit, guint file);

/* Whether an earlier run had moved @file, which this one has not looked at: notes that it did. */
void
shoal_disk_change_move_recall_file (ShoalDiskChangeMove *self, ShoalDiskVisit *visit, guint file);

/* @file goes back to the old place, or is counted as left. */
void
shoal_disk_change_move_return_file (ShoalDiskChangeMove *self, ShoalDiskVisit *visit, guint file);

G_END_DECLS
