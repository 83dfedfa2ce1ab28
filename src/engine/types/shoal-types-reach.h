/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"

G_BEGIN_DECLS

/* Whether others can reach this machine, as far as is known. Values; any thread. */

/* What the router said to letting connections in, of one address family. */
typedef enum
{
  SHOAL_MAPPING_OFF,       /* it is not asked: the person does not want it, or we do not listen */
  SHOAL_MAPPING_SEARCHING, /* it is being asked */
  SHOAL_MAPPING_DONE,      /* it lets them in: method, external */
  SHOAL_MAPPING_REFUSED,   /* it could, and does not */
  SHOAL_MAPPING_NONE,      /* there is no router, or none that understands */
  SHOAL_MAPPING_DIRECT,    /* this machine has an address that everybody can reach: no need */
} ShoalMappingState;

typedef enum
{
  SHOAL_MAPPING_BY_NOBODY,
  SHOAL_MAPPING_BY_UPNP,
  SHOAL_MAPPING_BY_PCP,
  SHOAL_MAPPING_BY_NAT_PMP,
} ShoalMappingMethod;

typedef struct
{
  ShoalMappingState  state;
  ShoalMappingMethod method;
  ShoalBaseAddress   external; /* as others reach us; family 0: not known */

  guint is_nested : 1; /* that is a local address itself: there is a second router behind the first
                        */
} ShoalMapping;

typedef struct
{
  ShoalMapping mappings[2];       /* IPv4, IPv6 */
  gint64       incoming_times[2]; /* the same; epoch: when somebody from outside reached us last
                                   * where we are now; 0: nobody did, or it is long ago */
} ShoalReach;

G_END_DECLS
