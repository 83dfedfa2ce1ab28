/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "disk/shoal-disk-storage-private.h"

/* What is compared with a file at a time. */
#define COMPARE_SIZE (64 * 1024)

/* A walk through the caller's buffers. */
typedef struct
{
  const struct iovec *iov;
  guint               n_iov;
  gsize               used; /* of the first one */
} Cursor;

static void
advance (Cursor *self, guint64 n)
{
  gsize left;

  while (n > 0)
    {
      g_assert (self->n_iov > 0);
      left = self->iov->iov_len - self->used;
      if (n < left)
        {
          self->used += (gsize) n;
          return;
        }
      n -= left;
      self->iov++;
      self->n_iov--;
      self->used = 0;
    }
}

/* Buffers for the next @length bytes, as many as one call takes; returns how many. */
static int
fill_window (const Cursor *self, guint64 length, struct iovec window[IOV_MAX])
{
  Cursor walk = *self;
  int    n = 0;
  gsize  size;

  while (length > 0 && n < IOV_MAX)
    {
      g_assert (walk.n_iov > 0);
      size = MIN (length, walk.iov->iov_len - walk.used);
      window[n].iov_base = (guint8 *) walk.iov->iov_base + walk.used;
      window[n++].iov_len = size;
      length -= size;
      advance (&walk, size);
    }
  return n;
}

static void
fill_with_zeros (Cursor *cursor, guint64 length)
{
  struct iovec window[IOV_MAX];
  int          i, n;

  while (length > 0)
    {
      n = fill_window (cursor, length, window);
      for (i = 0; i < n; i++)
        {
          memset (window[i].iov_base, 0, window[i].iov_len);
          length -= window[i].iov_len;
          advance (cursor, window[i].iov_len);
        }
    }
}

/* All @length bytes between the buffers and an open file. errno 0: the file ended. */
static int
move_all (ShoalDiskVisit *visit,
          int             fd,
          guint64         offset,
          guint64         length,
          Cursor         *cursor,
          gboolean        is_write)
{
  const ShoalDiskSyscalls *syscalls = visit->syscalls;
  struct iovec             window[IOV_MAX];
  int                      n_iov;
  gssize                   n;

  while (length > 0)
    {
      n_iov = fill_window (cursor, length, window);
      n = is_write ? syscalls->pwritev (syscalls->data, fd, window, n_iov, offset)
                   : syscalls->preadv (syscalls->data, fd, window, n_iov, offset);
      if (n < 0 && errno == EINTR)
        continue;
      if (n == 0)
        errno = is_write ? EIO : 0;
      if (n <= 0)
        return -1;
      advance (cursor, (guint64) n);
      offset += (guint64) n;
      length -= (guint64) n;
    }
  return 0;
}

static GError *
new_short_error (const ShoalDiskVisit *visit, guint file)
{
  g_autofree char *path =
      shoal_disk_path_dup_full (&visit->base, shoal_disk_storage_get_path (visit->storage, file));

  return shoal_disk_error_new (SHOAL_DISK_ERROR_MISSING, "the file ends too early", path);
}

/* Part of a span that lies in one file at one place: all of it, or in the parts file what lies in
 * one piece. */
typedef struct
{
  guint   file;  /* whose bytes they are */
  guint   place; /* the file they lie in */
  guint   piece;
  guint64 offset; /* in that file */
  guint64 length;
} Run;

/* Whether the bytes that are to be written are there already. */
static gboolean
has_bytes (ShoalDiskVisit *visit, int fd, const Run *run, const Cursor *cursor)
{
  g_autofree guint8 *data = g_malloc (COMPARE_SIZE);
  struct iovec       iov = { data, 0 }, window[IOV_MAX];
  Cursor             walk = *cursor, into;
  guint64            done;

  for (done = 0; done < run->length; done += iov.iov_len)
    {
      fill_window (&walk, MIN (run->length - done, COMPARE_SIZE), window);
      iov.iov_len = window[0].iov_len;
      into = (Cursor){ &iov, 1, 0 };
      if (move_all (visit, fd, run->offset + done, iov.iov_len, &into, FALSE) != 0 ||
          memcmp (data, window[0].iov_base, iov.iov_len) != 0)
        return FALSE;
      advance (&walk, iov.iov_len);
    }
  return TRUE;
}

/* What another torrent has there may be the same, and then nothing has to be written: small files
 * that several torrents have in common, or the same data under another announcer. */
static gboolean
skip_claimed (ShoalDiskVisit *visit, const Run *run, Cursor *cursor, GError *problem)
{
  ShoalDiskCacheLoan loan;
  gboolean           is_there;

  if (!g_error_matches (problem, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_CLAIMED) ||
      !shoal_disk_storage_open (visit, run->place, FALSE, &loan, NULL))
    return FALSE;
  is_there = has_bytes (visit, loan.fd, run, cursor);
  shoal_disk_storage_close_file (visit, &loan);
  if (is_there)
    advance (cursor, run->length);
  return is_there;
}

static gboolean
is_whole_file (const ShoalDiskStorage *storage, const Run *run)
{
  return run->place < storage->n_files && run->offset == 0 &&
         run->length == shoal_codec_layout_get_file (storage->layout, run->place)->length;
}

static gboolean
move_run (ShoalDiskVisit *visit, const Run *run, Cursor *cursor, gboolean is_write, GError **error)
{
  ShoalDiskStorage  *storage = visit->storage;
  ShoalDiskCacheLoan loan;
  GError            *problem = NULL;
  int                result;

  visit->writes_whole = is_write && is_whole_file (storage, run);
  if (!shoal_disk_storage_open (visit, run->place, is_write, &loan, &problem))
    {
      if (is_write && skip_claimed (visit, run, cursor, problem))
        {
          g_error_free (problem);
          return TRUE;
        }
      g_propagate_error (error, problem);
      return FALSE;
    }
  if (is_write)
    {
      shoal_disk_storage_begin_write (visit, run->place, loan.fd);
      shoal_disk_storage_set_state (storage, run->place, SHOAL_DISK_FILE_DIRTY);
    }
  else
    shoal_disk_storage_look (visit, run->place, loan.fd);
  result = move_all (visit, loan.fd, run->offset, run->length, cursor, is_write);
  if (is_write)
    shoal_disk_storage_end_write (visit, run->place, loan.fd);
  if (result != 0 && errno == 0)
    g_propagate_error (error, new_short_error (visit, run->place));
  else if (result != 0)
    g_propagate_error (
        error,
        shoal_disk_storage_new_error (visit, run->place, errno, is_write ? "write" : "read"));
  shoal_disk_storage_close_file (visit, &loan);
  return result == 0;
}

/* The table is written after the data: a slot that is named holds something. */
static gboolean
note_in_parts (ShoalDiskVisit *visit, const Run *run, GError **error)
{
  ShoalDiskStorage  *storage = visit->storage;
  ShoalDiskCacheLoan loan;
  int                result = 0;

  if (!shoal_disk_storage_open (visit, storage->n_files, TRUE, &loan, error))
    return FALSE;
  shoal_disk_storage_begin_write (visit, storage->n_files, loan.fd);
  if ((shoal_disk_storage_get_state (storage, run->file) & SHOAL_DISK_FILE_MARKED) == 0)
    result = shoal_disk_parts_mark (storage->parts, loan.fd, run->file, SHOAL_DISK_PARTS_HERE);
  if (result == 0)
    result = shoal_disk_parts_record (storage->parts, loan.fd, run->piece);
  shoal_disk_storage_end_write (visit, storage->n_files, loan.fd);
  if (result == 0)
    shoal_disk_storage_set_state (
        storage, run->file, SHOAL_DISK_FILE_MARKED | SHOAL_DISK_FILE_DIRTY);
  else
    g_propagate_error (error,
                       shoal_disk_storage_new_error (visit, storage->n_files, errno, "write"));
  shoal_disk_storage_close_file (visit, &loan);
  return result == 0;
}

/* Where in the parts file bytes from @offset of the torrent on lie. */
static gboolean
find_in_parts (ShoalDiskVisit *visit, guint64 offset, gboolean is_write, Run *run, GError **error)
{
  ShoalDiskStorage *storage = visit->storage;
  guint64           begin = shoal_codec_layout_get_piece_offset (storage->layout, run->piece);
  guint64           slot_offset;

  run->place = storage->n_files;
  if (is_write)
    slot_offset = shoal_disk_parts_reserve (storage->parts, run->piece);
  else if (!shoal_disk_parts_find (storage->parts, run->piece, &slot_offset))
    {
      g_propagate_error (
          error, shoal_disk_storage_new_error (visit, run->file, ENOENT, "find in the parts file"));
      return FALSE;
    }
  run->offset = slot_offset + (offset - begin);
  return TRUE;
}

static gboolean
move_parts_span (ShoalDiskVisit       *visit,
                 const ShoalCodecSpan *span,
                 Cursor               *cursor,
                 gboolean              is_write,
                 GError              **error)
{
  const ShoalCodecLayout *layout = visit->storage->layout;
  guint32                 piece_length = shoal_codec_layout_get_piece_length (layout);
  guint64 offset = shoal_codec_layout_get_file (layout, span->file)->offset + span->file_offset;
  guint64 end = offset + span->length;
  Run     run = { .file = span->file };

  for (; offset < end; offset += run.length)
    {
      run.piece = (guint) (offset / piece_length);
      run.length = MIN (end, ((guint64) run.piece + 1) * piece_length) - offset;
      if (!find_in_parts (visit, offset, is_write, &run, error) ||
          !move_run (visit, &run, cursor, is_write, error) ||
          (is_write && !note_in_parts (visit, &run, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
goes_to_parts (const ShoalDiskStorage *storage, guint file)
{
  return (shoal_disk_storage_get_state (storage, file) & SHOAL_DISK_FILE_IN_PARTS) != 0;
}

static gboolean
move_span (ShoalDiskVisit       *visit,
           const ShoalCodecSpan *span,
           Cursor               *cursor,
           gboolean              is_write,
           GError              **error)
{
  Run run = {
    .file = span->file, .place = span->file, .offset = span->file_offset, .length = span->length
  };

  if (!shoal_disk_storage_is_real (visit->storage, span->file))
    {
      if (is_write)
        advance (cursor, span->length);
      else
        fill_with_zeros (cursor, span->length);
      return TRUE;
    }
  if (is_write ? goes_to_parts (visit->storage, span->file)
               : shoal_disk_storage_reads_parts (visit->storage, span->file))
    return move_parts_span (visit, span, cursor, is_write, error);
  return move_run (visit, &run, cursor, is_write, error);
}

static gboolean
move_iov (ShoalDiskVisit *visit, guint64 offset, Cursor *cursor, gboolean is_write, GError **error)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (ShoalCodecSpan));
  guint64 length = 0;
  guint   i;

  for (i = 0; i < cursor->n_iov; i++)
    length += cursor->iov[i].iov_len;
  shoal_codec_layout_map (visit->storage->layout, offset, length, spans);
  for (i = 0; i < spans->len; i++)
    if (!move_span (visit, &g_array_index (spans, ShoalCodecSpan, i), cursor, is_write, error))
      return FALSE;
  return TRUE;
}

gboolean
shoal_disk_storage_read_iov (ShoalDiskVisit     *visit,
                             guint64             offset,
                             const struct iovec *iov,
                             guint               n_iov,
                             GError            **error)
{
  Cursor cursor = { iov, n_iov, 0 };

  return move_iov (visit, offset, &cursor, FALSE, error);
}

gboolean
shoal_disk_storage_write_iov (ShoalDiskVisit     *visit,
                              guint64             offset,
                              const struct iovec *iov,
                              guint               n_iov,
                              GError            **error)
{
  Cursor cursor = { iov, n_iov, 0 };

  return move_iov (visit, offset, &cursor, TRUE, error);
}

/* ENXIO: no data up to the end of the file, which must reach beyond the span. Where the file system
 * does not tell (EINVAL, EOPNOTSUPP) everything counts as data. */
static gboolean
span_is_hole (ShoalDiskVisit *visit, const ShoalCodecSpan *span)
{
  ShoalDiskStorage        *storage = visit->storage;
  const ShoalDiskSyscalls *syscalls = visit->syscalls;
  ShoalDiskCacheLoan       loan;
  struct stat              st;
  gint64                   data;
  gboolean                 is_hole = FALSE;

  if (!shoal_disk_storage_is_real (storage, span->file))
    return TRUE;
  if ((shoal_disk_storage_get_state (storage, span->file) & SHOAL_DISK_FILE_IN_PARTS) != 0 ||
      !shoal_disk_storage_open (visit, span->file, FALSE, &loan, NULL))
    return FALSE;
  data = syscalls->seek (syscalls->data, loan.fd, span->file_offset, SEEK_DATA);
  if (data >= 0)
    is_hole = (guint64) data >= span->file_offset + span->length;
  else if (errno == ENXIO && syscalls->fstat (syscalls->data, loan.fd, &st) == 0)
    is_hole = (guint64) st.st_size >= span->file_offset + span->length;
  shoal_disk_storage_close_file (visit, &loan);
  return is_hole;
}

gboolean
shoal_disk_storage_is_hole (ShoalDiskVisit *visit, guint64 offset, guint64 length)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (ShoalCodecSpan));
  guint i;

  shoal_codec_layout_map (visit->storage->layout, offset, length, spans);
  for (i = 0; i < spans->len; i++)
    if (!span_is_hole (visit, &g_array_index (spans, ShoalCodecSpan, i)))
      return FALSE;
  return TRUE;
}
