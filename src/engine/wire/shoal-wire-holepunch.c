/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "wire/shoal-wire-holepunch.h"

#include <string.h>

#include "base/shoal-base-bytes.h"

/* Type and kind of the address come first, its port and the fault last. */
#define HEAD_SIZE  2
#define PORT_SIZE  2
#define FAULT_SIZE 4

gboolean
shoal_wire_holepunch_parse (ShoalWireHolepunch *self, const guint8 *data, gsize len)
{
  gsize ip_size, size;

  if (len < HEAD_SIZE || data[0] > SHOAL_WIRE_HOLEPUNCH_ERROR || data[1] > 1)
    return FALSE;
  ip_size = data[1] == 0 ? 4 : 16;
  size = HEAD_SIZE + ip_size + PORT_SIZE;
  if (len < size)
    return FALSE;
  memset (self, 0, sizeof *self);
  self->type = (ShoalWireHolepunchType) data[0];
  if (data[1] == 0)
    shoal_base_address_init_ipv4 (
        &self->address, data + HEAD_SIZE, shoal_base_read_be16 (data + HEAD_SIZE + ip_size));
  else
    shoal_base_address_init_ipv6 (
        &self->address, data + HEAD_SIZE, shoal_base_read_be16 (data + HEAD_SIZE + ip_size));
  if (len >= size + FAULT_SIZE)
    self->fault = shoal_base_read_be32 (data + size);
  return TRUE;
}

gsize
shoal_wire_holepunch_write (const ShoalWireHolepunch *self,
                            guint8                    out[SHOAL_WIRE_HOLEPUNCH_MAX_SIZE])
{
  guint8 compact[18];
  gsize  len = shoal_base_address_write_compact (&self->address, compact);

  out[0] = (guint8) self->type;
  out[1] = self->address.family == AF_INET6;
  memcpy (out + HEAD_SIZE, compact, len);
  shoal_base_write_be32 (out + HEAD_SIZE + len, self->fault);
  return HEAD_SIZE + len + FAULT_SIZE;
}
