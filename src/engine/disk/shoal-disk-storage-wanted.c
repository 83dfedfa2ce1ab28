/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <errno.h>

#include "disk/shoal-disk-storage-private.h"

#define COPY_SIZE (1024 * 1024)

/* Bytes of a file go to the parts file if that has some, and if nobody wants the file: unless what
 * is there is the torrent's own. Somebody else's file stays as it is. */
void
shoal_disk_storage_choose_place (ShoalDiskStorage *self, guint file)
{
  const guint own = SHOAL_DISK_FILE_EXISTS | SHOAL_DISK_FILE_OURS;
  guint       state = shoal_disk_storage_get_state (self, file);

  if (!shoal_disk_storage_is_real (self, file))
    return;
  if ((state & SHOAL_DISK_FILE_MARKED) != 0 ||
      ((state & SHOAL_DISK_FILE_WANTED) == 0 && (state & own) != own))
    shoal_disk_storage_set_state (self, file, SHOAL_DISK_FILE_IN_PARTS);
  else
    shoal_disk_storage_clear_state (self, file, SHOAL_DISK_FILE_IN_PARTS);
}

/* Files whose content was found right. */
typedef struct
{
  ShoalDiskOp      op;
  ShoalBaseBitset *files; /* owned */
} OwnOp;

static ShoalDiskStep
step_own (ShoalDiskJob *job)
{
  OwnOp            *self = (OwnOp *) job;
  ShoalDiskStorage *storage = self->op.storage;
  guint             i;

  for (i = shoal_base_bitset_next_set (self->files, 0); i < storage->n_files;
       i = shoal_base_bitset_next_set (self->files, i + 1))
    {
      if (shoal_disk_storage_reads_parts (storage, i))
        continue; /* that is where they were found */
      shoal_disk_storage_set_state (storage, i, SHOAL_DISK_FILE_OURS);
      shoal_disk_storage_choose_place (storage, i);
    }
  return SHOAL_DISK_STEP_DONE;
}

static void
finish_own (ShoalDiskJob *job, gboolean is_cancelled)
{
  OwnOp *self = (OwnOp *) job;

  shoal_base_bitset_free (self->files);
  g_free (self);
}

static const ShoalDiskJobOps own_ops = { "take for our own", step_own, finish_own };

void
shoal_disk_storage_own (ShoalDiskStorage *self, const ShoalBaseBitset *files)
{
  OwnOp *op = g_new0 (OwnOp, 1);

  g_assert (shoal_base_bitset_get_size (files) == self->n_files);

  op->op.job.next = SHOAL_DISK_STEP_COMPUTE;
  op->files = shoal_base_bitset_copy (files);
  shoal_disk_storage_submit (self, &op->op, &own_ops, SHOAL_DISK_ORDER_ALONE);
}

gboolean
shoal_disk_storage_is_ours (ShoalDiskStorage *self, guint file)
{
  return (shoal_disk_storage_get_state (self, file) & SHOAL_DISK_FILE_OURS) != 0;
}

static gboolean
fail (ShoalDiskVisit *visit, guint file, const char *doing, GError **error)
{
  g_propagate_error (error, shoal_disk_storage_new_error (visit, file, errno, doing));
  return FALSE;
}

/* Copies bytes of @file from the parts file, which still has the say where they lie, to the file.
 */
static gboolean
copy_range (ShoalDiskVisit *visit,
            guint           file,
            int             fd,
            guint64         offset,
            guint64         length,
            GError        **error)
{
  g_autofree guint8 *data = g_malloc (MIN (length, COPY_SIZE));
  guint64            begin = shoal_codec_layout_get_file (visit->storage->layout, file)->offset;
  gsize              size;
  struct iovec       iov;

  for (; length > 0; offset += size, length -= size)
    {
      size = MIN (length, COPY_SIZE);
      iov = (struct iovec){ data, size };
      if (!shoal_disk_storage_read_iov (visit, offset, &iov, 1, error))
        return FALSE;
      if (shoal_disk_syscalls_write_all (visit->syscalls, fd, offset - begin, data, size) != 0)
        return fail (visit, file, "write", error);
    }
  return TRUE;
}

/* A slot that ends early was never filled: its piece was not had. */
static gboolean
copy_pieces (ShoalDiskVisit *visit, guint file, int fd, GError **error)
{
  ShoalDiskStorage     *storage = visit->storage;
  const ShoalCodecFile *info = shoal_codec_layout_get_file (storage->layout, file);
  guint                 piece, first, last;
  guint64               slot, begin, end;
  GError               *problem = NULL;

  if (!shoal_codec_layout_get_file_pieces (storage->layout, file, &first, &last))
    return TRUE;
  for (piece = first; piece <= last; piece++)
    {
      if (!shoal_disk_parts_find (storage->parts, piece, &slot))
        continue;
      begin = shoal_codec_layout_get_piece_offset (storage->layout, piece);
      end = begin + shoal_codec_layout_get_piece_size (storage->layout, piece);
      begin = MAX (begin, info->offset);
      end = MIN (end, info->offset + info->length);
      if (copy_range (visit, file, fd, begin, end - begin, &problem))
        continue;
      if (!g_error_matches (problem, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_MISSING))
        {
          g_propagate_error (error, problem);
          return FALSE;
        }
      g_clear_error (&problem);
    }
  return TRUE;
}

/* The bytes are safe in their file before the parts file may forget them. */
static gboolean
export_file (ShoalDiskVisit *visit, guint file, GError **error)
{
  ShoalDiskStorage *storage = visit->storage;
  g_autoptr (GHashTable) synced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  ShoalDiskCacheLoan loan;
  gboolean           is_ok;

  if (!shoal_disk_storage_open (visit, file, TRUE, &loan, error))
    return FALSE;
  shoal_disk_storage_begin_write (visit, file, loan.fd);
  is_ok = copy_pieces (visit, file, loan.fd, error);
  shoal_disk_storage_end_write (visit, file, loan.fd);
  if (is_ok && visit->syscalls->fdatasync (visit->syscalls->data, loan.fd) != 0)
    is_ok = fail (visit, file, "sync", error);
  shoal_disk_storage_close_file (visit, &loan);
  if (is_ok)
    is_ok = shoal_disk_storage_sync_folders (
        visit, shoal_disk_storage_get_path (storage, file), synced, error);
  if (is_ok)
    shoal_disk_storage_set_state (storage, file, SHOAL_DISK_FILE_DIRTY);
  return is_ok;
}

/* Whether some file that lies in the parts file has bytes in @piece. */
static gboolean
needs_slot (ShoalDiskStorage *storage, guint piece)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (ShoalCodecSpan));
  guint i, file;

  shoal_codec_layout_map (storage->layout,
                          shoal_codec_layout_get_piece_offset (storage->layout, piece),
                          shoal_codec_layout_get_piece_size (storage->layout, piece),
                          spans);
  for (i = 0; i < spans->len; i++)
    {
      file = g_array_index (spans, ShoalCodecSpan, i).file;
      if (shoal_disk_storage_is_real (storage, file) &&
          (shoal_disk_storage_get_state (storage, file) & SHOAL_DISK_FILE_IN_PARTS) != 0)
        return TRUE;
    }
  return FALSE;
}

static int
mark_all (ShoalDiskVisit *visit, const GArray *files, int fd, ShoalDiskPartsMark mark)
{
  ShoalDiskParts *parts = visit->storage->parts;
  guint           i;

  for (i = 0; i < files->len; i++)
    if (shoal_disk_parts_mark (parts, fd, g_array_index (files, guint, i), mark) != 0)
      return -1;
  return visit->syscalls->fdatasync (visit->syscalls->data, fd);
}

/* From here on the file has the say where its bytes lie. */
static int
unmark_all (ShoalDiskVisit *visit, const GArray *exported, int fd)
{
  guint i;

  if (mark_all (visit, exported, fd, SHOAL_DISK_PARTS_NOTHING) != 0)
    return -1;
  for (i = 0; i < exported->len; i++)
    shoal_disk_storage_clear_state (visit->storage,
                                    g_array_index (exported, guint, i),
                                    SHOAL_DISK_FILE_IN_PARTS | SHOAL_DISK_FILE_MARKED);
  return 0;
}

static int
forget_slots (ShoalDiskStorage *storage, guint file, int fd)
{
  guint   piece, first, last;
  guint64 slot;

  if (!shoal_codec_layout_get_file_pieces (storage->layout, file, &first, &last))
    return 0;
  for (piece = first; piece <= last; piece++)
    if (shoal_disk_parts_find (storage->parts, piece, &slot) && !needs_slot (storage, piece))
      {
        shoal_disk_parts_forget (storage->parts, piece);
        if (shoal_disk_parts_record (storage->parts, fd, piece) != 0)
          return -1;
      }
  return 0;
}

static int
forget_all (ShoalDiskVisit *visit, const GArray *exported, int fd)
{
  guint i;

  for (i = 0; i < exported->len; i++)
    if (forget_slots (visit->storage, g_array_index (exported, guint, i), fd) != 0)
      return -1;
  /* Before a slot is used again: two pieces must never be found with one. */
  return visit->syscalls->fdatasync (visit->syscalls->data, fd);
}

static gboolean
remove_parts (ShoalDiskVisit *visit, GError **error)
{
  ShoalDiskStorage *storage = visit->storage;
  guint             parts = storage->n_files;
  guint             i;

  shoal_disk_cache_drop (storage->queue->cache, storage->id, parts);
  if (shoal_disk_path_unlink (&visit->base, storage->parts_path, 0) != 0 && errno != ENOENT)
    return fail (visit, parts, "remove", error);
  shoal_disk_storage_clear_state (
      storage, parts, SHOAL_DISK_FILE_EXISTS | SHOAL_DISK_FILE_DIRTY | SHOAL_DISK_FILE_NEW);
  shoal_disk_storage_forget_stamp (storage, parts);
  shoal_disk_parts_clear (storage->parts);
  for (i = 0; i < storage->n_files; i++)
    shoal_disk_storage_clear_state (storage, i, SHOAL_DISK_FILE_MARKED);
  return TRUE;
}

/* What is written to the parts file about @files; 0, or -1 with errno. */
typedef int (*EditFunc) (ShoalDiskVisit *visit, const GArray *files, int fd);

static gboolean
edit_parts (ShoalDiskVisit *visit, const GArray *files, EditFunc edit, GError **error)
{
  ShoalDiskStorage  *storage = visit->storage;
  ShoalDiskCacheLoan loan;
  gboolean           is_ok = TRUE;

  if (!shoal_disk_storage_open (visit, storage->n_files, TRUE, &loan, error))
    return FALSE;
  shoal_disk_storage_begin_write (visit, storage->n_files, loan.fd);
  if (edit (visit, files, loan.fd) != 0)
    is_ok = fail (visit, storage->n_files, "write", error);
  shoal_disk_storage_end_write (visit, storage->n_files, loan.fd);
  shoal_disk_storage_close_file (visit, &loan);
  return is_ok;
}

/* An export that is interrupted leaves a file that the next start has to know for ours. */
static int
edit_leaving (ShoalDiskVisit *visit, const GArray *leaving, int fd)
{
  return mark_all (visit, leaving, fd, SHOAL_DISK_PARTS_LEAVING);
}

static int
edit_exported (ShoalDiskVisit *visit, const GArray *exported, int fd)
{
  return unmark_all (visit, exported, fd) != 0 ? -1 : forget_all (visit, exported, fd);
}

/* Whether a file of somebody else lies where bytes of ours are to go now. An empty one is nobody's
 * loss. */
static gboolean
is_taken (ShoalDiskVisit *visit, guint file)
{
  const guint own = SHOAL_DISK_FILE_EXISTS | SHOAL_DISK_FILE_OURS;
  const char *path = shoal_disk_storage_get_path (visit->storage, file);
  struct stat st;

  return (shoal_disk_storage_get_state (visit->storage, file) & own) == SHOAL_DISK_FILE_EXISTS &&
         shoal_disk_path_stat (&visit->base, path, &st) == 0 && st.st_size > 0;
}

/* Files that are wanted and lie in the parts file. One that only should have gone there, and of
 * which nothing has come, is no longer meant for it. */
static gboolean
find_leaving (ShoalDiskVisit *visit, GArray *leaving, GError **error)
{
  ShoalDiskStorage *storage = visit->storage;
  guint             i, state;

  for (i = 0; i < storage->n_files; i++)
    {
      state = shoal_disk_storage_get_state (storage, i);
      if ((state & SHOAL_DISK_FILE_WANTED) == 0 || (state & SHOAL_DISK_FILE_IN_PARTS) == 0)
        continue;
      if (is_taken (visit, i))
        {
          errno = EEXIST;
          return fail (visit, i, "write to", error);
        }
      if ((state & SHOAL_DISK_FILE_MARKED) != 0)
        g_array_append_val (leaving, i);
      else
        shoal_disk_storage_clear_state (storage, i, SHOAL_DISK_FILE_IN_PARTS);
    }
  return TRUE;
}

gboolean
shoal_disk_storage_export (ShoalDiskVisit *visit, guint *n_changes, GError **error)
{
  g_autoptr (GArray) leaving = g_array_new (FALSE, FALSE, sizeof (guint));
  guint i;

  if (!find_leaving (visit, leaving, error))
    return FALSE;
  if (leaving->len == 0)
    return TRUE;
  if (!edit_parts (visit, leaving, edit_leaving, error))
    return FALSE;
  for (i = 0; i < leaving->len; i++)
    if (!export_file (visit, g_array_index (leaving, guint, i), error))
      return FALSE;
  *n_changes += leaving->len;
  return edit_parts (visit, leaving, edit_exported, error) &&
         (!shoal_disk_parts_is_empty (visit->storage->parts) || remove_parts (visit, error));
}

/* Not being able to reserve is no failure: the file stays sparse. */
static gboolean
reserve_room (ShoalDiskVisit *visit, guint file, GError **error)
{
  guint64            length = shoal_codec_layout_get_file (visit->storage->layout, file)->length;
  ShoalDiskCacheLoan loan;
  struct stat        st;
  gboolean           is_ok = TRUE;

  if (!shoal_disk_storage_open (visit, file, TRUE, &loan, error))
    return FALSE;
  shoal_disk_storage_begin_write (visit, file, loan.fd);
  if (length > 0 && visit->syscalls->fstat (visit->syscalls->data, loan.fd, &st) == 0 &&
      (guint64) st.st_blocks * 512 < length &&
      visit->syscalls->fallocate (visit->syscalls->data, loan.fd, 0, 0, length) != 0 &&
      errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL && errno != EPERM)
    is_ok = fail (visit, file, "reserve room for", error);
  shoal_disk_storage_end_write (visit, file, loan.fd);
  shoal_disk_storage_close_file (visit, &loan);
  return is_ok;
}

gboolean
shoal_disk_storage_create_wanted (ShoalDiskVisit *visit, guint *n_changes, GError **error)
{
  ShoalDiskStorage *storage = visit->storage;
  guint             i, state;
  gboolean          is_empty;

  for (i = 0; i < storage->n_files; i++)
    {
      state = shoal_disk_storage_get_state (storage, i);
      is_empty = shoal_codec_layout_get_file (storage->layout, i)->length == 0;
      if ((state & SHOAL_DISK_FILE_WANTED) == 0 || !shoal_disk_storage_is_real (storage, i) ||
          (state & SHOAL_DISK_FILE_IN_PARTS) != 0 ||
          (is_empty ? (state & SHOAL_DISK_FILE_EXISTS) != 0 : !storage->preallocates))
        continue;
      if (!reserve_room (visit, i, error))
        return FALSE;
      *n_changes += 1;
    }
  return TRUE;
}
