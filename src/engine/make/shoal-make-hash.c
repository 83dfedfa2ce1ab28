/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "make/shoal-make-hash.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/shoal-base-memory.h"

#define HASH_LEN 20

/* Bytes read at once: small enough to be still in the cache when they are hashed. */
#define CHUNK (256 * 1024)

/* Bytes a thread takes at once, so that each reads the disk in long runs. */
#define RUN_BYTES (4 * 1024 * 1024)

#define MAX_THREADS 64

#define PROGRESS_INTERVAL_USEC 100000

/* Shared by all workers of a run. */
typedef struct
{
  const ShoalMakeHashWork *work; /* unowned */
  guint                    step; /* pieces a thread takes at once */
  atomic_uint              next_piece;
  atomic_ullong            done_bytes;
  atomic_bool              is_stopped; /* one has failed */
} Run;

typedef struct
{
  Run             *run; /* unowned */
  pthread_t        thread;
  gnutls_hash_hd_t hash;
  guint8          *buffer; /* owned, CHUNK bytes */
  GArray          *spans;  /* owned, of ShoalCodecSpan */
  int              fd;     /* of file_index, or −1 */
  guint            file_index;
  gint64           last_told_usec;
  GError          *error; /* owned */

  guint tells : 1; /* runs on the calling thread */
} Worker;

static const ShoalMakeTreeFile *
get_file (const Worker *worker, guint i)
{
  return &g_array_index (worker->run->work->tree->files, ShoalMakeTreeFile, i);
}

static gboolean
fail (Worker *worker, ShoalMakeError code, const char *what)
{
  g_autofree char *path = shoal_make_tree_dup_display (get_file (worker, worker->file_index)->path);

  g_set_error (&worker->error, SHOAL_MAKE_ERROR, (int) code, "'%s': %s", path, what);
  return FALSE;
}

/* Makes worker->fd that of file @i. */
static gboolean
open_file (Worker *worker, guint i)
{
  if (worker->fd >= 0 && worker->file_index == i)
    return TRUE;
  if (worker->fd >= 0)
    close (worker->fd);
  worker->file_index = i;
  worker->fd = shoal_make_tree_open (worker->run->work->tree, get_file (worker, i), &worker->error);
  return worker->fd >= 0;
}

static gboolean
is_cancelled (const Worker *worker)
{
  const ShoalMakeWatch *watch = worker->run->work->watch;

  return watch != NULL && watch->cancelled != NULL && atomic_load (watch->cancelled);
}

static void
tell (Worker *worker, gsize bytes)
{
  const ShoalMakeHashWork *work = worker->run->work;
  guint64                  done = atomic_fetch_add (&worker->run->done_bytes, bytes) + bytes;
  gint64                   now_usec;

  if (!worker->tells || work->watch == NULL || work->watch->func == NULL)
    return;
  now_usec = g_get_monotonic_time ();
  if (now_usec - worker->last_told_usec < PROGRESS_INTERVAL_USEC)
    return;
  worker->last_told_usec = now_usec;
  work->watch->func (
      done, shoal_codec_layout_get_total_size (work->layout), work->watch->user_data);
}

static gboolean
hash_chunk (Worker *worker, guint64 offset, gsize len)
{
  gsize at = 0;

  while (at < len)
    {
      gssize n = pread (worker->fd, worker->buffer + at, len - at, (off_t) (offset + at));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail (worker, SHOAL_MAKE_ERROR_READ, g_strerror (errno));
      if (n == 0)
        return fail (worker, SHOAL_MAKE_ERROR_CHANGED, "became shorter while it was read");
      at += (gsize) n;
    }
  gnutls_hash (worker->hash, worker->buffer, len);
  tell (worker, len);
  return TRUE;
}

static gboolean
hash_span (Worker *worker, const ShoalCodecSpan *span)
{
  guint64 done = 0;

  if (!open_file (worker, span->file))
    return FALSE;
  while (done < span->length)
    {
      gsize len = (gsize) MIN (CHUNK, span->length - done);

      if (is_cancelled (worker))
        {
          g_set_error_literal (
              &worker->error, SHOAL_MAKE_ERROR, SHOAL_MAKE_ERROR_CANCELLED, "cancelled");
          return FALSE;
        }
      if (!hash_chunk (worker, span->file_offset + done, len))
        return FALSE;
      done += len;
    }
  return TRUE;
}

static gboolean
hash_piece (Worker *worker, guint piece)
{
  const ShoalMakeHashWork *work = worker->run->work;
  guint                    i;

  g_array_set_size (worker->spans, 0);
  shoal_codec_layout_map (work->layout,
                          shoal_codec_layout_get_piece_offset (work->layout, piece),
                          shoal_codec_layout_get_piece_size (work->layout, piece),
                          worker->spans);
  for (i = 0; i < worker->spans->len; i++)
    if (!hash_span (worker, &g_array_index (worker->spans, ShoalCodecSpan, i)))
      return FALSE;
  gnutls_hash_output (worker->hash, work->out + (gsize) piece * HASH_LEN);
  return TRUE;
}

static void *
work_main (void *data)
{
  Worker                 *worker = data;
  Run                    *run = worker->run;
  const ShoalCodecLayout *layout = run->work->layout;
  guint                   n_pieces = shoal_codec_layout_get_n_pieces (layout);
  guint                   step = run->step;
  guint                   piece;
  guint                   end = 0;

  for (piece = 0; !atomic_load (&run->is_stopped); piece++)
    {
      if (piece >= end)
        {
          piece = atomic_fetch_add (&run->next_piece, step);
          end = MIN (piece + step, n_pieces);
        }
      if (piece >= n_pieces)
        break;
      if (!hash_piece (worker, piece))
        atomic_store (&run->is_stopped, TRUE);
    }
  return NULL;
}

static void
init_worker (Worker *worker, Run *run)
{
  worker->run = run;
  worker->fd = -1;
  worker->buffer = shoal_base_memory_new (CHUNK);
  worker->spans = g_array_new (FALSE, FALSE, sizeof (ShoalCodecSpan));
  if (gnutls_hash_init (&worker->hash, GNUTLS_DIG_SHA1) != 0)
    g_error ("SHA-1 is not available");
}

/* Moves the first error there was to @error. */
static gboolean
finish_worker (Worker *worker, GError **error)
{
  gboolean is_fine = worker->error == NULL;

  if (worker->fd >= 0)
    close (worker->fd);
  gnutls_hash_deinit (worker->hash, NULL);
  g_array_unref (worker->spans);
  shoal_base_memory_free (worker->buffer);
  if (!is_fine && error != NULL && *error == NULL)
    g_propagate_error (error, g_steal_pointer (&worker->error));
  g_clear_error (&worker->error);
  return is_fine;
}

static guint
count_threads (const ShoalMakeHashWork *work)
{
  guint n = work->n_threads > 0 ? work->n_threads : g_get_num_processors ();
  guint n_pieces = shoal_codec_layout_get_n_pieces (work->layout);

  return MAX (1, MIN (n, MIN (n_pieces, MAX_THREADS)));
}

/* Long runs, but something for every thread. */
static guint
choose_step (const ShoalMakeHashWork *work, guint n_threads)
{
  guint run = RUN_BYTES / shoal_codec_layout_get_piece_length (work->layout);
  guint share = shoal_codec_layout_get_n_pieces (work->layout) / n_threads;

  return MAX (1, MIN (run, share));
}

gboolean
shoal_make_hash_pieces (const ShoalMakeHashWork *work, GError **error)
{
  Run                run = { .work = work };
  guint              n_threads = count_threads (work);
  g_autofree Worker *workers = g_new0 (Worker, n_threads);
  gboolean           is_fine = TRUE;
  guint              n_started;
  guint              i;

  run.step = choose_step (work, n_threads);
  init_worker (&workers[0], &run);
  workers[0].tells = 1;
  for (n_started = 1; n_started < n_threads; n_started++)
    {
      init_worker (&workers[n_started], &run);
      if (pthread_create (&workers[n_started].thread, NULL, work_main, &workers[n_started]) != 0)
        break;
    }
  if (n_started < n_threads)
    finish_worker (&workers[n_started], NULL);
  work_main (&workers[0]);
  for (i = 1; i < n_started; i++)
    pthread_join (workers[i].thread, NULL);
  for (i = 0; i < n_started; i++)
    is_fine &= finish_worker (&workers[i], error);
  return is_fine;
}
