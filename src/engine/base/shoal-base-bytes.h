/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Integers as the wire carries them (big-endian), and bytes as people read them (hex). Any thread.
 */

static inline guint16
shoal_base_read_be16 (const guint8 *data)
{
  return (guint16) (data[0] << 8 | data[1]);
}

static inline guint32
shoal_base_read_be32 (const guint8 *data)
{
  return (guint32) data[0] << 24 | (guint32) data[1] << 16 | (guint32) data[2] << 8 | data[3];
}

static inline guint64
shoal_base_read_be64 (const guint8 *data)
{
  return (guint64) shoal_base_read_be32 (data) << 32 | shoal_base_read_be32 (data + 4);
}

static inline void
shoal_base_write_be16 (guint8 *data, guint16 value)
{
  data[0] = (guint8) (value >> 8);
  data[1] = (guint8) value;
}

static inline void
shoal_base_write_be32 (guint8 *data, guint32 value)
{
  data[0] = (guint8) (value >> 24);
  data[1] = (guint8) (value >> 16);
  data[2] = (guint8) (value >> 8);
  data[3] = (guint8) value;
}

static inline void
shoal_base_write_be64 (guint8 *data, guint64 value)
{
  shoal_base_write_be32 (data, (guint32) (value >> 32));
  shoal_base_write_be32 (data + 4, (guint32) value);
}

/* Writes 2 × len lower-case hex digits and a NUL to @out. */
void shoal_base_hex_encode (const guint8 *data, gsize len, char *out);

/* The same in a new string; the caller owns it. */
char *shoal_base_hex_dup (const guint8 *data, gsize len);

/* Reads exactly 2 × len hex digits of either case from @text, which must end there. */
gboolean shoal_base_hex_decode (const char *text, guint8 *out, gsize len);

G_END_DECLS
