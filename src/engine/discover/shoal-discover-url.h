/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SHOAL_DISCOVER_SCHEME_HTTP, /* and https: */
  SHOAL_DISCOVER_SCHEME_UDP,
} ShoalDiscoverScheme;

/* The parts of a tracker's URL that matter here. Immutable. */
typedef struct
{
  ShoalDiscoverScheme scheme;
  guint16             port; /* the scheme's own if the URL has none */
  char               *text; /* owned; the URL */
  char               *host; /* owned; without brackets */
  char               *name; /* owned; the host in one spelling: lower case, no dot at the end,
                             * ASCII; to be shown and compared, not to be resolved */
  char       *origin;       /* owned; scheme, host and port: who is asked, whatever for */
  const char *url_data;     /* inside text: path and query (BEP 41), may be empty */

  guint can_scrape : 1; /* BEP 48; over UDP always */
} ShoalDiscoverUrl;

/* NULL if @text is no tracker's: another scheme, no host, UDP without a port, or a query that
 * already holds what an announce would add (it would be somebody's way to make us send requests of
 * their own). */
ShoalDiscoverUrl *shoal_discover_url_new (const char *text);

void shoal_discover_url_free (ShoalDiscoverUrl *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiscoverUrl, shoal_discover_url_free)

G_END_DECLS
