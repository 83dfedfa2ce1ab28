/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "net/shoal-net-error.h"

G_BEGIN_DECLS

/* Reads an absolute URL that shoal-net-http would fetch: http or https, a host in ASCII (no IDN:
 * two spellings of one name are a way around every list), no blanks or control characters. An
 * encoded path and query stay as they are. NULL with SHOAL_NET_ERROR_URL. */
GUri *shoal_net_http_url_parse (const char *text, GError **error);

/* Where @location, a redirect's, leads from @base. NULL with SHOAL_NET_ERROR_REDIRECT if it must
 * not be followed: no good as a URL, or from https to http with a password in either. */
GUri *shoal_net_http_url_follow (GUri *base, const char *location, GError **error);

/* Whether the path of @url ends in one of @suffixes (NULL-terminated). */
gboolean shoal_net_http_url_has_suffix (GUri *url, const char *const *suffixes);

/* @text, which may be any, without the name and password before its host: for what is said and
 * logged. The caller's. */
char *shoal_net_http_url_dup_public (const char *text);

G_END_DECLS
