/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Failures of operations that somebody asked for: opening a port, resolving a name, an HTTP
 * exchange. What happens to a stream is a ShoalNetCloseReason instead. */
#define SHOAL_NET_ERROR (shoal_net_error_quark ())

typedef enum
{
  SHOAL_NET_ERROR_FAILED,      /* anything without a code of its own */
  SHOAL_NET_ERROR_PORT_BUSY,   /* every port that was tried is taken */
  SHOAL_NET_ERROR_ADDRESS,     /* the address to bind is not one of this machine's */
  SHOAL_NET_ERROR_PERMISSION,  /* the system does not let us (a port below 1024) */
  SHOAL_NET_ERROR_URL,         /* not a URL that we would fetch */
  SHOAL_NET_ERROR_NAME,        /* the host name has no address, or cannot be resolved now */
  SHOAL_NET_ERROR_FAMILY,      /* the host has addresses, but none of the family asked for */
  SHOAL_NET_ERROR_REFUSED,     /* the address policy forbids the address */
  SHOAL_NET_ERROR_CONNECT,     /* nobody answers there, or the connection broke */
  SHOAL_NET_ERROR_TIMEOUT,     /* no whole answer in time */
  SHOAL_NET_ERROR_CERTIFICATE, /* the TLS certificate is not trusted */
  SHOAL_NET_ERROR_REDIRECT,    /* too many redirects, or one that must not be followed */
  SHOAL_NET_ERROR_TOO_LARGE,   /* the answer is longer than the request allows */
} ShoalNetError;

GQuark shoal_net_error_quark (void);

/* The code for @error_number (errno) of an address or port that could not be bound. */
ShoalNetError shoal_net_error_from_bind (int error_number);

G_END_DECLS
