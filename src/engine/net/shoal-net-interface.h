/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"

G_BEGIN_DECLS

/* The addresses of this machine, each with the network interface that has it. Any thread. */

/* More are not looked at. */
#define SHOAL_NET_INTERFACE_MAX 256

typedef struct
{
  ShoalBaseAddress address; /* port 0 */
  guint            index;   /* of the interface, as the kernel counts them */
  guint            prefix;  /* bits of the address that its network shares */

  guint is_multicast : 1;
  guint is_loopback : 1;
} ShoalNetInterface;

/* Of interfaces that are up: a GArray of ShoalNetInterface, one row for each address; the caller's.
 * Asks the kernel only, and does not wait. */
GArray *shoal_net_interface_list (void);

/* Whether @address is in the network of one of @interfaces, without a router between. */
gboolean shoal_net_interface_is_on_link (const GArray *interfaces, const ShoalBaseAddress *address);

/* Whether it is an address of one of @interfaces. */
gboolean shoal_net_interface_is_own (const GArray *interfaces, const ShoalBaseAddress *address);

/* The address from which the kernel would send to @to; nothing is sent. FALSE: there is no way. */
gboolean shoal_net_interface_find_source (const ShoalBaseAddress *to, ShoalBaseAddress *out);

G_END_DECLS
