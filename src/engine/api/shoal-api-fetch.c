/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "api/shoal-api-torrent.h"

#include "codec/shoal-codec-metainfo.h"
#include "net/shoal-net-error.h"
#include "net/shoal-net-http.h"
#include "torrent/shoal-torrent-problem.h"

#define TIMEOUT_USEC (60 * G_USEC_PER_SEC)

G_STATIC_ASSERT (SHOAL_API_MAX_TORRENT_SIZE == SHOAL_CODEC_METAINFO_MAX_SIZE);

typedef struct
{
  const char    *url;
  GMainLoop     *loop;
  GBytes        *bytes;
  ShoalProblem **problem;
} Fetch;

static void
fetched_cb (gpointer owner, const ShoalNetHttpResponse *response, const GError *error)
{
  Fetch *self = owner;

  if (g_error_matches (error, SHOAL_NET_ERROR, SHOAL_NET_ERROR_TOO_LARGE))
    *self->problem = shoal_problem_new (
        SHOAL_PROBLEM_DOMAIN_TORRENT, SHOAL_PROBLEM_TOO_LARGE, self->url, error->message);
  else if (error != NULL)
    *self->problem = shoal_torrent_problem_from_error (error, self->url);
  else if (response->status != 200)
    {
      g_autofree char *text =
          g_strdup_printf ("the server answered with status %u", response->status);

      *self->problem = shoal_problem_new (
          SHOAL_PROBLEM_DOMAIN_NETWORK, SHOAL_PROBLEM_UNREACHABLE, self->url, text);
    }
  else
    self->bytes = g_bytes_ref (response->body);
  g_main_loop_quit (self->loop);
}

/* By @bind, or any address if that is NULL. */
static GBytes *
fetch (const char *url, const ShoalBaseAddress *bind, gboolean allow_local, ShoalProblem **problem)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  Fetch self = { .url = url, .loop = loop, .problem = problem };
  g_autoptr (ShoalNetReactor) reactor = NULL;
  g_autoptr (ShoalNetHttp) http = NULL;
  ShoalNetHttpRequest request = {
    .url = url,
    .word = SHOAL_BASE_POLICY_WORD_PERSON,
    .bind = bind,
    .family = bind != NULL ? bind->family : 0,
    .max_bytes = SHOAL_API_MAX_TORRENT_SIZE,
    .timeout_usec = TIMEOUT_USEC,
    .allow_local = allow_local,
  };

  g_main_context_push_thread_default (context);
  reactor = shoal_net_reactor_new (context);
  http = shoal_net_http_new (reactor);
  shoal_net_http_get (http, &request, fetched_cb, &self);
  g_main_loop_run (loop);
  g_clear_pointer (&http, shoal_net_http_free);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  return self.bytes;
}

GBytes *
shoal_api_fetch_torrent (const char *url, const ShoalSettings *settings, ShoalProblem **problem)
{
  const GArray *binds = settings->bind_addresses;
  GBytes       *bytes = NULL;
  guint         i;

  if (binds->len == 0)
    return fetch (url, NULL, settings->allow_local, problem);
  for (i = 0; i < binds->len && bytes == NULL; i++)
    {
      g_clear_pointer (problem, shoal_problem_unref);
      bytes =
          fetch (url, &g_array_index (binds, ShoalBaseAddress, i), settings->allow_local, problem);
    }
  return bytes;
}
