/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "base/shoal-base-bytes.h"

#include <string.h>

void
shoal_base_hex_encode (const guint8 *data, gsize len, char *out)
{
  static const char digits[] = "0123456789abcdef";
  gsize             i;

  for (i = 0; i < len; i++)
    {
      out[2 * i] = digits[data[i] >> 4];
      out[2 * i + 1] = digits[data[i] & 15];
    }
  out[2 * len] = '\0';
}

char *
shoal_base_hex_dup (const guint8 *data, gsize len)
{
  char *out = g_malloc (2 * len + 1);

  shoal_base_hex_encode (data, len, out);
  return out;
}

gboolean
shoal_base_hex_decode (const char *text, guint8 *out, gsize len)
{
  gsize i;

  if (strlen (text) != 2 * len)
    return FALSE;
  for (i = 0; i < len; i++)
    {
      int high = g_ascii_xdigit_value (text[2 * i]);
      int low = g_ascii_xdigit_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      out[i] = (guint8) (high << 4 | low);
    }
  return TRUE;
}
