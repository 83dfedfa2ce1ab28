/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* A server with good and bad manners, on all addresses of this machine:
 * /ok, /announce, /x/announce: "hello"; /echo: the query as it came; /whoami: the remote's address;
 * /agent: the User-Agent; /missing: 404 with a body; /to?URL: redirects to the decoded URL;
 * /hops?N: redirects N times, relatively; /loop: to itself; /nowhere: 302 without a Location;
 * /gzip: "hello" packed; /bomb: 64 MiB of zeros packed; /endless: never ends; /slow: never answers;
 * /long: says that 1 TB follows; /short: closes in the middle of the body; /garbage: no HTTP;
 * /close: "hello" and closes. */
SoupServer *http_server_new (guint16 *port, GTlsCertificate *certificate);

G_END_DECLS
