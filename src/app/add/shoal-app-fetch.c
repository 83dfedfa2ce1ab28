/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-fetch.h"

#define READ_CHUNK (256 * 1024)

/* A fetch, of the task: the caller's functions are called in the context, the rest is the worker's.
 */
typedef struct
{
  char             *url;      /* owned */
  ShoalSettings    *settings; /* owned */
  ShoalApiFetched   fetched;
  ShoalAppFetchFunc progress;
  gpointer          progress_data; /* unowned: the caller keeps it until we are done */
  guint64           told_bytes;    /* what was said last */
} Fetch;

/* On its way from the worker to the caller. */
typedef struct
{
  GTask  *task; /* owned */
  guint64 received_bytes;
  guint64 total_bytes;
} News;

static void
fetch_free (gpointer data)
{
  Fetch *fetch = data;

  g_clear_pointer (&fetch->settings, shoal_settings_unref);
  shoal_api_fetched_clear (&fetch->fetched);
  g_free (fetch->url);
  g_free (fetch);
}

static void
news_free (gpointer data)
{
  News *news = data;

  g_object_unref (news->task);
  g_free (news);
}

static gboolean
news_cb (gpointer user_data)
{
  const News  *news = user_data;
  const Fetch *fetch = g_task_get_task_data (news->task);

  if (!g_task_get_completed (news->task) &&
      !g_cancellable_is_cancelled (g_task_get_cancellable (news->task)))
    fetch->progress (news->received_bytes, news->total_bytes, fetch->progress_data);
  return G_SOURCE_REMOVE;
}

static gboolean
progress_cb (guint64 received_bytes, guint64 total_bytes, gpointer user_data)
{
  GTask *task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  News  *news;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    return FALSE;
  if (received_bytes == fetch->told_bytes)
    return TRUE;
  fetch->told_bytes = received_bytes;
  news = g_new0 (News, 1);
  news->task = g_object_ref (task);
  news->received_bytes = received_bytes;
  news->total_bytes = total_bytes;
  g_main_context_invoke_full (
      g_task_get_context (task), G_PRIORITY_DEFAULT, news_cb, news, news_free);
  return TRUE;
}

static void
fetch_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Fetch *fetch = task_data;

  shoal_api_fetch (fetch->url, fetch->settings, progress_cb, task, &fetch->fetched);
  g_task_return_boolean (task, TRUE);
}

void
shoal_app_fetch_async (const char          *url,
                       const ShoalSettings *settings,
                       GCancellable        *cancellable,
                       ShoalAppFetchFunc    progress,
                       gpointer             progress_data,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->url = g_strdup (url);
  fetch->settings = shoal_settings_ref (settings);
  fetch->progress = progress;
  fetch->progress_data = progress_data;
  g_task_set_source_tag (task, shoal_app_fetch_async);
  g_task_set_task_data (task, fetch, fetch_free);
  g_task_run_in_thread (task, fetch_in_thread);
}

gboolean
shoal_app_fetch_finish (GAsyncResult *result, ShoalApiFetched *fetched)
{
  Fetch *fetch = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    return FALSE;
  *fetched = fetch->fetched;
  fetch->fetched = (ShoalApiFetched){ 0 };
  return TRUE;
}

/* A file, of the task. */
typedef struct
{
  GFile *file; /* owned */
  gsize  max_bytes;
} Read;

static void
read_free (gpointer data)
{
  Read *read = data;

  g_object_unref (read->file);
  g_free (read);
}

static gboolean
read_stream (GInputStream *stream,
             gsize         max_bytes,
             GByteArray   *into,
             GCancellable *cancellable,
             GError      **error)
{
  for (;;)
    {
      gsize  len = into->len;
      gssize n;

      g_byte_array_set_size (into, len + READ_CHUNK);
      n = g_input_stream_read (stream, into->data + len, READ_CHUNK, cancellable, error);
      g_byte_array_set_size (into, len + MAX (n, 0));
      if (n <= 0)
        return n == 0;
      if (into->len > max_bytes)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "too large");
          return FALSE;
        }
    }
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Read *read = task_data;
  g_autoptr (GByteArray) into = g_byte_array_new ();
  g_autoptr (GFileInputStream) stream = NULL;
  GError *error = NULL;

  stream = g_file_read (read->file, cancellable, &error);
  if (stream == NULL ||
      !read_stream (G_INPUT_STREAM (stream), read->max_bytes, into, cancellable, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (
        task, g_byte_array_free_to_bytes (g_steal_pointer (&into)), (GDestroyNotify) g_bytes_unref);
}

void
shoal_app_fetch_file_async (GFile              *file,
                            gsize               max_bytes,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Read *read = g_new0 (Read, 1);

  read->file = g_object_ref (file);
  read->max_bytes = max_bytes;
  g_task_set_source_tag (task, shoal_app_fetch_file_async);
  g_task_set_task_data (task, read, read_free);
  g_task_run_in_thread (task, read_in_thread);
}

GBytes *
shoal_app_fetch_file_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
