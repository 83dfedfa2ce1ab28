/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"

G_BEGIN_DECLS

/* Messages of the holepunch extension (ut_holepunch, BEP 55). Any thread. */

/* With an IPv6 address. */
#define SHOAL_WIRE_HOLEPUNCH_MAX_SIZE 24

typedef enum
{
  SHOAL_WIRE_HOLEPUNCH_RENDEZVOUS = 0, /* bring me together with this one */
  SHOAL_WIRE_HOLEPUNCH_CONNECT = 1,    /* connect to this one, which connects to you */
  SHOAL_WIRE_HOLEPUNCH_ERROR = 2,      /* a rendezvous that cannot be */
} ShoalWireHolepunchType;

typedef enum
{
  SHOAL_WIRE_HOLEPUNCH_FINE = 0,
  SHOAL_WIRE_HOLEPUNCH_NO_SUCH_PEER = 1, /* the address is none to connect to */
  SHOAL_WIRE_HOLEPUNCH_NOT_CONNECTED = 2,
  SHOAL_WIRE_HOLEPUNCH_NO_SUPPORT = 3, /* the other one does not know BEP 55 */
  SHOAL_WIRE_HOLEPUNCH_NO_SELF = 4,    /* it is the one that was asked */
} ShoalWireHolepunchFault;

typedef struct
{
  ShoalWireHolepunchType type;
  ShoalBaseAddress       address; /* may be of any kind, its port 0 */
  guint32                fault;   /* as it came: perhaps none of ShoalWireHolepunchFault */
} ShoalWireHolepunch;

/* FALSE if @data is no message that BEP 55 knows. Some programs leave the fault out where there is
 * none. What follows is left alone. */
gboolean shoal_wire_holepunch_parse (ShoalWireHolepunch *self, const guint8 *data, gsize len);

/* Returns how many bytes it wrote. @self->address has a family. */
gsize shoal_wire_holepunch_write (const ShoalWireHolepunch *self,
                                  guint8                    out[SHOAL_WIRE_HOLEPUNCH_MAX_SIZE]);

G_END_DECLS
