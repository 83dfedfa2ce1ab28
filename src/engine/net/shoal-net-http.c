/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-http.h"

#include <libsoup/soup.h>

#include "net/shoal-net-gio.h"
#include "net/shoal-net-http-pool.h"
#include "net/shoal-net-http-url.h"

#define MAX_REDIRECTS 5
#define CHUNK_SIZE    (16 * 1024)

/* No answer is longer than this, whatever a request allows: it is kept in memory. */
#define MAX_BODY_BYTES (256 * 1024 * 1024)

struct _ShoalNetHttp
{
  ShoalNetReactor  *reactor; /* unowned: outlives us */
  ShoalNetHttpPool *pool;    /* owned */
  ShoalBaseList     calls;
};

/* A call ends once, by its function or by being cancelled; its memory goes then, or, if libsoup is
 * still at work for it, when that has come back. */
struct _ShoalNetHttpCall
{
  ShoalBaseList      link; /* in the calls of its ShoalNetHttp until the end */
  ShoalNetHttp      *http; /* unowned: ends all its calls before it goes */
  ShoalNetHttpFunc   func;
  gpointer           owner; /* unowned: cancels us before it goes */
  ShoalNetTimer      timer;
  ShoalNetTask       task; /* tells of an error found before there was anything to wait for */
  ShoalNetHttpRules  rules;
  const char *const *local_suffixes; /* unowned: static; NULL: any path */
  GUri              *url;            /* owned */
  SoupSession       *session;        /* owned */
  SoupMessage       *message;        /* owned */
  GInputStream      *stream;         /* owned */
  GCancellable      *cancellable;    /* owned */
  GByteArray        *body;           /* owned */
  GError            *error;          /* owned; of the task */
  gsize              max_bytes;
  guint64            expected_bytes; /* of the body, as the server says; 0: it does not */
  guint              n_redirects;
  guint8             chunk[CHUNK_SIZE];

  guint takes_magnet : 1;
  guint pending : 1; /* libsoup will call back */
  guint ended : 1;
};

const char *const shoal_net_http_tracker_suffixes[] = { "/announce", "/scrape", NULL };

static void
drop_exchange (ShoalNetHttpCall *self)
{
  if (self->stream != NULL && !g_input_stream_is_closed (self->stream))
    g_input_stream_close_async (self->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_clear_object (&self->stream);
  g_clear_object (&self->message);
  g_clear_object (&self->session);
}

static void
free_call (ShoalNetHttpCall *self)
{
  drop_exchange (self);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->url, g_uri_unref);
  g_clear_error (&self->error);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_free (self);
}

/* No callback from here on. */
static void
end_call (ShoalNetHttpCall *self)
{
  self->ended = TRUE;
  shoal_base_list_remove (&self->link);
  shoal_net_reactor_timer_clear (self->http->reactor, &self->timer);
  shoal_net_reactor_cancel (&self->task);
}

static gboolean
cancel_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

/* libsoup 3.4 to 3.6.5 takes a call off its queue twice if it is cancelled when the headers are
 * there, and the task that says so is not yet dispatched; the session's parts then go while it
 * still uses them. That task is attached already, with our priority: it comes before this source.
 */
static void
cancel_after_headers (ShoalNetHttpCall *self)
{
  GSource *source = g_idle_source_new ();

  g_source_set_static_name (source, "shoal-net-http");
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, cancel_cb, g_object_ref (self->cancellable), g_object_unref);
  g_source_attach (source, shoal_net_reactor_get_context (self->http->reactor));
  g_source_unref (source);
}

/* The last thing to be done with an ended call. */
static void
release_call (ShoalNetHttpCall *self)
{
  g_autoptr (GCancellable) cancellable = NULL;

  if (!self->pending)
    {
      free_call (self);
      return;
    }
  if (soup_message_get_status (self->message) != SOUP_STATUS_NONE)
    {
      cancel_after_headers (self);
      return;
    }
  cancellable = g_object_ref (self->cancellable);
  g_cancellable_cancel (cancellable);
}

static void
fail_call (ShoalNetHttpCall *self, const GError *error)
{
  end_call (self);
  self->func (self->owner, NULL, error);
  release_call (self);
}

static int
code_from_error (const GError *error)
{
  if (error->domain == G_RESOLVER_ERROR)
    return SHOAL_NET_ERROR_NAME;
  if (error->domain == G_TLS_ERROR)
    return g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE)
               ? SHOAL_NET_ERROR_CERTIFICATE
               : SHOAL_NET_ERROR_CONNECT;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return SHOAL_NET_ERROR_TIMEOUT;
  if (error->domain == G_IO_ERROR && error->code != G_IO_ERROR_INVALID_DATA)
    return SHOAL_NET_ERROR_CONNECT;
  return SHOAL_NET_ERROR_FAILED;
}

static void
fail_with_cause (ShoalNetHttpCall *self, const GError *cause)
{
  g_autoptr (GError) error = NULL;

  if (cause->domain == SHOAL_NET_ERROR)
    error = g_error_copy (cause);
  else
    error = g_error_new_literal (SHOAL_NET_ERROR, code_from_error (cause), cause->message);
  fail_call (self, error);
}

static void
fail_with_code (ShoalNetHttpCall *self, ShoalNetError code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (SHOAL_NET_ERROR, (int) code, message);

  fail_call (self, error);
}

static void
fail_too_large (ShoalNetHttpCall *self)
{
  g_autoptr (GError) error = g_error_new (SHOAL_NET_ERROR,
                                          SHOAL_NET_ERROR_TOO_LARGE,
                                          "the answer is longer than %" G_GSIZE_FORMAT " bytes",
                                          self->max_bytes);

  fail_call (self, error);
}

static void
finish_call (ShoalNetHttpCall *self, const char *final_url)
{
  ShoalNetHttpResponse response = { .status = soup_message_get_status (self->message),
                                    .final_url = final_url };

  shoal_net_gio_from_socket_address (&response.remote,
                                     soup_message_get_remote_address (self->message));
  response.body = g_byte_array_free_to_bytes (g_steal_pointer (&self->body));
  end_call (self);
  self->func (self->owner, &response, NULL);
  g_bytes_unref (response.body);
  release_call (self);
}

static void
on_timeout (gpointer owner, gint64 now_usec)
{
  fail_with_code (owner, SHOAL_NET_ERROR_TIMEOUT, "no whole answer in time");
}

static void
on_task (gpointer owner)
{
  ShoalNetHttpCall *self = owner;
  g_autoptr (GError) error = g_steal_pointer (&self->error);

  fail_call (self, error);
}

static void
finish_here (ShoalNetHttpCall *self)
{
  g_autofree char *final_url = g_uri_to_string (self->url);

  finish_call (self, final_url);
}

static void read_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
read_more (ShoalNetHttpCall *self)
{
  self->pending = TRUE;
  g_input_stream_read_async (self->stream,
                             self->chunk,
                             sizeof self->chunk,
                             G_PRIORITY_DEFAULT,
                             self->cancellable,
                             read_cb,
                             self);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ShoalNetHttpCall *self = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  self->pending = FALSE;
  if (self->ended)
    free_call (self);
  else if (n < 0)
    fail_with_cause (self, error);
  else if (n == 0)
    finish_here (self);
  else if (self->body->len + (gsize) n > self->max_bytes)
    fail_too_large (self);
  else
    {
      g_byte_array_append (self->body, self->chunk, (guint) n);
      read_more (self);
    }
}

static void start_exchange (ShoalNetHttpCall *self);

/* The redirecting server is a stranger, and the teller of where it leads. */
static void
follow_redirect (ShoalNetHttpCall *self, const char *location)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) url = NULL;

  if (self->n_redirects++ >= MAX_REDIRECTS)
    {
      fail_with_code (self, SHOAL_NET_ERROR_REDIRECT, "too many redirects");
      return;
    }
  url = shoal_net_http_url_follow (self->url, location, &error);
  if (url == NULL)
    {
      fail_call (self, error);
      return;
    }
  self->rules.word = SHOAL_BASE_POLICY_WORD_STRANGER;
  shoal_net_gio_from_socket_address (&self->rules.teller,
                                     soup_message_get_remote_address (self->message));
  g_uri_unref (self->url);
  self->url = g_steal_pointer (&url);
  drop_exchange (self);
  start_exchange (self);
}

static const char *
get_redirect (SoupMessage *message)
{
  guint status = soup_message_get_status (message);

  if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308)
    return NULL;
  return soup_message_headers_get_one (soup_message_get_response_headers (message), "Location");
}

static guint64
get_expected_bytes (SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);

  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH)
    return 0;
  return (guint64) MAX (soup_message_headers_get_content_length (headers), 0);
}

static void
handle_headers (ShoalNetHttpCall *self)
{
  g_autofree char *location = g_strdup (get_redirect (self->message));

  self->expected_bytes = get_expected_bytes (self->message);
  if (location != NULL && self->takes_magnet && g_ascii_strncasecmp (location, "magnet:", 7) == 0)
    finish_call (self, location);
  else if (location != NULL)
    follow_redirect (self, location);
  else if (self->expected_bytes > self->max_bytes)
    fail_too_large (self);
  else
    read_more (self);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ShoalNetHttpCall *self = user_data;
  g_autoptr (GError) error = NULL;

  self->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  self->pending = FALSE;
  if (self->ended)
    free_call (self);
  else if (self->stream == NULL)
    fail_with_cause (self, error);
  else
    handle_headers (self);
}

static void
start_exchange (ShoalNetHttpCall *self)
{
  GMainContext      *context = shoal_net_reactor_get_context (self->http->reactor);
  const char *const *suffixes = self->local_suffixes;

  self->rules.local_path = suffixes == NULL || self->rules.word == SHOAL_BASE_POLICY_WORD_PERSON ||
                           shoal_net_http_url_has_suffix (self->url, suffixes);
  g_main_context_push_thread_default (context);
  self->session = shoal_net_http_pool_take (self->http->pool, self->url, &self->rules);
  self->message = soup_message_new_from_uri ("GET", self->url);
  soup_message_add_flags (self->message, SOUP_MESSAGE_NO_REDIRECT);
  self->pending = TRUE;
  soup_session_send_async (
      self->session, self->message, G_PRIORITY_DEFAULT, self->cancellable, sent_cb, self);
  g_main_context_pop_thread_default (context);
}

ShoalNetHttp *
shoal_net_http_new (ShoalNetReactor *reactor)
{
  ShoalNetHttp *self = g_new0 (ShoalNetHttp, 1);

  self->reactor = reactor;
  self->pool = shoal_net_http_pool_new ();
  shoal_base_list_init (&self->calls);
  return self;
}

void
shoal_net_http_free (ShoalNetHttp *self)
{
  while (!shoal_base_list_is_empty (&self->calls))
    shoal_net_http_cancel (SHOAL_BASE_LIST_ENTRY (self->calls.next, ShoalNetHttpCall, link));
  shoal_net_http_pool_free (self->pool);
  g_free (self);
}

static ShoalNetHttpRules
make_rules (const ShoalNetHttpRequest *request)
{
  ShoalNetHttpRules rules = { .word = request->word,
                              .family = request->family,
                              .allow_local = request->allow_local };

  if (request->teller != NULL)
    rules.teller = *request->teller;
  if (request->bind != NULL)
    {
      rules.bind = *request->bind;
      rules.bind.port = 0;
      if (rules.family == 0)
        rules.family = rules.bind.family;
    }
  return rules;
}

static gboolean
prepare (ShoalNetHttpCall *self, const char *url, GError **error)
{
  self->url = shoal_net_http_url_parse (url, error);
  if (self->url == NULL)
    return FALSE;
  if (self->rules.bind.family != 0 && self->rules.bind.family != self->rules.family)
    {
      g_set_error_literal (error,
                           SHOAL_NET_ERROR,
                           SHOAL_NET_ERROR_ADDRESS,
                           "the address to leave from is of the other family");
      return FALSE;
    }
  return TRUE;
}

ShoalNetHttpCall *
shoal_net_http_get (ShoalNetHttp              *self,
                    const ShoalNetHttpRequest *request,
                    ShoalNetHttpFunc           func,
                    gpointer                   owner)
{
  ShoalNetHttpCall *call = g_new0 (ShoalNetHttpCall, 1);
  gint64 deadline_usec = shoal_net_reactor_get_now (self->reactor) + request->timeout_usec;

  call->http = self;
  call->func = func;
  call->owner = owner;
  call->rules = make_rules (request);
  call->local_suffixes = request->local_suffixes;
  call->max_bytes = MIN (request->max_bytes, MAX_BODY_BYTES);
  call->takes_magnet = request->takes_magnet;
  call->body = g_byte_array_new ();
  call->cancellable = g_cancellable_new ();
  shoal_base_list_append (&self->calls, &call->link);
  shoal_net_reactor_timer_init (&call->timer, on_timeout, call);
  shoal_net_reactor_task_init (&call->task, on_task, call);
  if (prepare (call, request->url, &call->error))
    {
      shoal_net_reactor_timer_set (self->reactor, &call->timer, deadline_usec);
      start_exchange (call);
    }
  else
    shoal_net_reactor_defer (self->reactor, &call->task);
  return call;
}

void
shoal_net_http_get_progress (const ShoalNetHttpCall *call,
                             guint64                *received_bytes,
                             guint64                *expected_bytes)
{
  *received_bytes = call->body->len;
  *expected_bytes = call->expected_bytes;
}

void
shoal_net_http_cancel (ShoalNetHttpCall *call)
{
  end_call (call);
  release_call (call);
}
