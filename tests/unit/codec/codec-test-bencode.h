/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <string.h>

/* Bencoding as tests write it: "<abc>" is "3:abc", "@2" a string of 2 × 20 bytes of hashes, the
 * rest stands for itself. */
static inline GBytes *
expand_bencode (const char *text)
{
  GByteArray *out = g_byte_array_new ();
  guint8      hash[20];

  memset (hash, 'H', sizeof hash);
  for (; *text != '\0'; text++)
    if (*text == '<')
      {
        gsize            len = strcspn (text + 1, ">");
        g_autofree char *header = g_strdup_printf ("%" G_GSIZE_FORMAT ":", len);

        g_byte_array_append (out, (const guint8 *) header, (guint) strlen (header));
        g_byte_array_append (out, (const guint8 *) text + 1, (guint) len);
        text += len + 1;
      }
    else if (*text == '@')
      {
        char            *end;
        guint64          n = g_ascii_strtoull (text + 1, &end, 10);
        g_autofree char *header = g_strdup_printf ("%" G_GUINT64_FORMAT ":", n * 20);

        g_byte_array_append (out, (const guint8 *) header, (guint) strlen (header));
        for (; n > 0; n--)
          g_byte_array_append (out, hash, sizeof hash);
        text = end - 1;
      }
    else
      g_byte_array_append (out, (const guint8 *) text, 1);
  return g_byte_array_free_to_bytes (out);
}
