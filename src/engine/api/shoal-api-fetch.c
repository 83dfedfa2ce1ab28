/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "api/shoal-api-torrent.h"

#include "codec/shoal-codec-metainfo.h"
#include "net/shoal-net-error.h"
#include "net/shoal-net-http-url.h"
#include "net/shoal-net-http.h"
#include "torrent/shoal-torrent-problem.h"

#define TIMEOUT_USEC  (60 * G_USEC_PER_SEC)
#define PROGRESS_USEC (100 * G_TIME_SPAN_MILLISECOND)

G_STATIC_ASSERT (SHOAL_API_MAX_TORRENT_SIZE == SHOAL_CODEC_METAINFO_MAX_SIZE);

typedef struct
{
  const char          *url;
  const ShoalSettings *settings;
  ShoalApiProgressFunc progress;
  gpointer             user_data;
  ShoalApiFetched     *fetched;

  /* Of one attempt. */
  ShoalNetReactor  *reactor; /* owned */
  ShoalNetHttpCall *call;    /* owned; NULL: it has ended */
  GMainLoop        *loop;    /* owned */
  ShoalNetTimer     timer;
} Fetch;

static void
fail (Fetch             *self,
      ShoalProblemDomain domain,
      ShoalProblemCode   code,
      const char        *text,
      guint64            number)
{
  g_autofree char *public = shoal_net_http_url_dup_public (self->url);

  self->fetched->problem = shoal_problem_new_full (domain, code, public, text, 0, number);
}

static void
fail_with_error (Fetch *self, const GError *error)
{
  g_autofree char *public = shoal_net_http_url_dup_public (self->url);

  if (g_error_matches (error, SHOAL_NET_ERROR, SHOAL_NET_ERROR_TOO_LARGE))
    fail (self, SHOAL_PROBLEM_DOMAIN_TORRENT, SHOAL_PROBLEM_TOO_LARGE, error->message, 0);
  else if (g_error_matches (error, SHOAL_NET_ERROR, SHOAL_NET_ERROR_CERTIFICATE))
    fail (self, SHOAL_PROBLEM_DOMAIN_NETWORK, SHOAL_PROBLEM_UNSAFE, error->message, 0);
  else
    self->fetched->problem = shoal_torrent_problem_from_error (error, public);
}

static void
fail_with_status (Fetch *self, guint status)
{
  g_autofree char *text = g_strdup_printf ("the server answered with status %u", status);

  fail (self, SHOAL_PROBLEM_DOMAIN_NETWORK, SHOAL_PROBLEM_UNREACHABLE, text, status);
}

static void
fetched_cb (gpointer owner, const ShoalNetHttpResponse *response, const GError *error)
{
  Fetch *self = owner;

  self->call = NULL;
  if (error != NULL)
    fail_with_error (self, error);
  else if (g_ascii_strncasecmp (response->final_url, "magnet:", 7) == 0)
    self->fetched->magnet = g_strdup (response->final_url);
  else if (response->status != 200)
    fail_with_status (self, response->status);
  else
    self->fetched->torrent = g_bytes_ref (response->body);
  g_main_loop_quit (self->loop);
}

static void
on_timer (gpointer owner, gint64 now_usec)
{
  Fetch  *self = owner;
  guint64 received, expected;

  if (self->call == NULL)
    return;
  shoal_net_http_get_progress (self->call, &received, &expected);
  if (self->progress (received, expected, self->user_data))
    {
      shoal_net_reactor_timer_set (self->reactor, &self->timer, now_usec + PROGRESS_USEC);
      return;
    }
  shoal_net_http_cancel (g_steal_pointer (&self->call));
  g_main_loop_quit (self->loop);
}

static void
start_call (Fetch *self, ShoalNetHttp *http, const ShoalBaseAddress *bind)
{
  ShoalNetHttpRequest request = {
    .url = self->url,
    .word = SHOAL_BASE_POLICY_WORD_PERSON,
    .bind = bind,
    .family = bind != NULL ? bind->family : 0,
    .max_bytes = SHOAL_API_MAX_TORRENT_SIZE,
    .timeout_usec = TIMEOUT_USEC,
    .allow_local = self->settings->allow_local,
    .takes_magnet = TRUE,
  };

  self->call = shoal_net_http_get (http, &request, fetched_cb, self);
  shoal_net_reactor_timer_init (&self->timer, on_timer, self);
  if (self->progress != NULL)
    shoal_net_reactor_timer_set (
        self->reactor, &self->timer, shoal_net_reactor_get_now (self->reactor) + PROGRESS_USEC);
}

/* By @bind, or any address if that is NULL. FALSE: another one may do better. */
static gboolean
fetch (Fetch *self, const ShoalBaseAddress *bind)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  ShoalNetHttp *http;

  shoal_api_fetched_clear (self->fetched);
  g_main_context_push_thread_default (context);
  self->loop = g_main_loop_new (context, FALSE);
  self->reactor = shoal_net_reactor_new (context);
  http = shoal_net_http_new (self->reactor);
  start_call (self, http, bind);
  g_main_loop_run (self->loop);
  shoal_net_http_free (http);
  while (g_main_context_iteration (context, FALSE))
    ;
  shoal_net_reactor_timer_clear (self->reactor, &self->timer);
  g_clear_pointer (&self->reactor, shoal_net_reactor_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_main_context_pop_thread_default (context);
  return self->fetched->problem == NULL;
}

void
shoal_api_fetched_clear (ShoalApiFetched *self)
{
  g_clear_pointer (&self->torrent, g_bytes_unref);
  g_clear_pointer (&self->magnet, g_free);
  g_clear_pointer (&self->problem, shoal_problem_unref);
}

void
shoal_api_fetch (const char          *url,
                 const ShoalSettings *settings,
                 ShoalApiProgressFunc progress,
                 gpointer             user_data,
                 ShoalApiFetched     *fetched)
{
  const GArray *binds = settings->bind_addresses;
  Fetch         self = { .url = url,
                         .settings = settings,
                         .progress = progress,
                         .user_data = user_data,
                         .fetched = fetched };
  guint         i;

  *fetched = (ShoalApiFetched){ 0 };
  if (binds->len == 0)
    fetch (&self, NULL);
  for (i = 0; i < binds->len; i++)
    if (fetch (&self, &g_array_index (binds, ShoalBaseAddress, i)))
      break;
}

GBytes *
shoal_api_fetch_torrent (const char *url, const ShoalSettings *settings, ShoalProblem **problem)
{
  ShoalApiFetched fetched;
  GBytes         *torrent;

  shoal_api_fetch (url, settings, NULL, NULL, &fetched);
  torrent = g_steal_pointer (&fetched.torrent);
  *problem = g_steal_pointer (&fetched.problem);
  if (torrent == NULL && *problem == NULL)
    {
      g_autofree char *public = shoal_net_http_url_dup_public (url);

      *problem = shoal_problem_new (SHOAL_PROBLEM_DOMAIN_NETWORK,
                                    SHOAL_PROBLEM_UNREACHABLE,
                                    public,
                                    "it leads to a magnet link");
    }
  shoal_api_fetched_clear (&fetched);
  return torrent;
}
