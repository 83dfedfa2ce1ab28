/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-error.h"

#include <errno.h>

G_DEFINE_QUARK (shoal - net - error - quark, shoal_net_error)

ShoalNetError
shoal_net_error_from_bind (int error_number)
{
  switch (error_number)
    {
    case EADDRINUSE:
      return SHOAL_NET_ERROR_PORT_BUSY;
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
      return SHOAL_NET_ERROR_ADDRESS;
    case EACCES:
    case EPERM:
      return SHOAL_NET_ERROR_PERMISSION;
    default:
      return SHOAL_NET_ERROR_FAILED;
    }
}
