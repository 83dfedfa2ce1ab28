/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"

G_BEGIN_DECLS

/* One HTTP exchange with a device of the local network, for a thread that may block. The device is
 * a stranger: it has a time and a size for its answer, and is not followed anywhere else. */
typedef struct
{
  const ShoalBaseAddress *bind;       /* leave from this address; its port is not used */
  const char             *url;        /* http, with a numeric host */
  const char             *action;     /* of SOAP; NULL: a GET */
  const char             *body;       /* to POST with @action */
  gint64                  until_usec; /* of the monotonic clock */
} ShoalDiscoverUpnpHttp;

/* More than any description is. */
#define SHOAL_DISCOVER_UPNP_HTTP_MAX_SIZE (256 * 1024)

/* The body of the answer, whatever its status; the caller's. NULL: there was none in time, or it is
 * none. */
GBytes *shoal_discover_upnp_http_exchange (const ShoalDiscoverUpnpHttp *self);

/* What came of an answer so far, @len bytes of @data. @is_end: nothing more comes. NULL: the answer
 * is not whole, or is none; @is_hopeless: and no more bytes will help. */
GBytes *shoal_discover_upnp_http_parse (const char *data,
                                        gsize       len,
                                        gboolean    is_end,
                                        gboolean   *is_hopeless);

G_END_DECLS
