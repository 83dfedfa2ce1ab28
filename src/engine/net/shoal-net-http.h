/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-policy.h"
#include "net/shoal-net-error.h"
#include "net/shoal-net-reactor.h"

G_BEGIN_DECLS

/* The engine's only door to HTTP and HTTPS: trackers, web seeds, a .torrent from the web. Each
 * resolved address and each redirect is put before the address policy; bodies are capped after
 * decoding; certificates are checked; no proxy, cookie or cache is used. Connections are kept for
 * a few seconds and shared by requests with the same origin, local address and trust. Engine
 * context only. */
typedef struct _ShoalNetHttp ShoalNetHttp;

/* One GET under way. */
typedef struct _ShoalNetHttpCall ShoalNetHttpCall;

/* Copied at the start; NULL, 0 and FALSE for what does not matter. */
typedef struct
{
  /* http or https. An encoded query stays encoded; only the hex digits become capital and what
   * needs no encoding loses it (RFC 3986, 6.2.2). */
  const char *url;

  ShoalBasePolicyWord     word;   /* on whose word */
  const ShoalBaseAddress *teller; /* with a stranger's word: who named the URL, if that is known */
  const ShoalBaseAddress *bind;   /* leave from this address (its port is not used) */
  int                     family; /* AF_INET or AF_INET6: this one only (BEP 7); 0: either */
  gsize                   max_bytes;    /* of the decoded body; must not be 0 */
  gint64                  timeout_usec; /* for the whole exchange; must not be 0 */

  /* A local address is contacted only if the path ends in one of these, unless the person named
   * it; NULL: any path. Static: not copied. */
  const char *const *local_suffixes;

  guint allow_local : 1;  /* the person's --allow-local */
  guint takes_magnet : 1; /* a redirect to a magnet link is an answer, not an error */
} ShoalNetHttpRequest;

/* For trackers: "/announce", "/scrape". */
extern const char *const shoal_net_http_tracker_suffixes[];

typedef struct
{
  guint            status;    /* of the last answer; redirects have been followed */
  GBytes          *body;      /* never NULL; whatever the status; ref it to keep it */
  const char      *final_url; /* after redirects; with takes_magnet it may be the magnet link */
  ShoalBaseAddress remote;    /* who answered: the teller of what the body names */
} ShoalNetHttpResponse;

/* Once per request, never before shoal_net_http_get() returns; the call is gone afterwards. Either
 * @response or @error (SHOAL_NET_ERROR) is set; a status like 404 is a response. */
typedef void (*ShoalNetHttpFunc) (gpointer                    owner,
                                  const ShoalNetHttpResponse *response,
                                  const GError               *error);

/* The reactor's context must be the thread default of the thread that runs it (GLib starts work of
 * its own on that). */
ShoalNetHttp *shoal_net_http_new (ShoalNetReactor *reactor);

/* Cancels what is under way. Connections close when the context runs once more. */
void shoal_net_http_free (ShoalNetHttp *self);

/* Never NULL: a URL that is no good also fails by @func. */
ShoalNetHttpCall *shoal_net_http_get (ShoalNetHttp              *self,
                                      const ShoalNetHttpRequest *request,
                                      ShoalNetHttpFunc           func,
                                      gpointer                   owner);

/* How much of the body has come so far, and how long it will be by what the server said; 0: it has
 * not said so. */
void shoal_net_http_get_progress (const ShoalNetHttpCall *call,
                                  guint64                *received_bytes,
                                  guint64                *expected_bytes);

/* Ends @call, which is gone afterwards: its @func will not be called. */
void shoal_net_http_cancel (ShoalNetHttpCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalNetHttp, shoal_net_http_free)

G_END_DECLS
