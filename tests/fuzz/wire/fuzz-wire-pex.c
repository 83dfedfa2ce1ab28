/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A message of peer exchange. What was understood can be written, and says the same. */

#include "fuzz-target.h"

#include "wire/shoal-wire-extension.h"
#include "wire/shoal-wire-pex.h"

static GArray *
read_added (const ShoalWirePex *pex)
{
  GArray *rows = g_array_new (FALSE, TRUE, sizeof (ShoalWirePexRow));

  for (guint i = 0; i < shoal_wire_pex_get_n_added (pex); i++)
    {
      ShoalWirePexRow row = { 0 };

      shoal_wire_pex_get_added (pex, i, &row);
      g_assert_cmpuint (row.flags, <, 0x20);
      g_array_append_val (rows, row);
    }
  return rows;
}

static GArray *
read_dropped (const ShoalWirePex *pex)
{
  GArray *rows = g_array_new (FALSE, TRUE, sizeof (ShoalBaseAddress));

  for (guint i = 0; i < shoal_wire_pex_get_n_dropped (pex); i++)
    {
      ShoalBaseAddress row;

      shoal_wire_pex_get_dropped (pex, i, &row);
      g_array_append_val (rows, row);
    }
  return rows;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (ShoalCodecBencode) bencode = shoal_codec_bencode_new ();
  g_autoptr (GByteArray) written = g_byte_array_new ();
  g_autoptr (GArray) added = NULL;
  g_autoptr (GArray) dropped = NULL;
  ShoalWirePex pex;

  if (!shoal_wire_pex_parse (&pex, bencode, data, size))
    return 0;
  added = read_added (&pex);
  dropped = read_dropped (&pex);
  shoal_wire_pex_write ((const ShoalWirePexRow *) (gconstpointer) added->data,
                        added->len,
                        (const ShoalBaseAddress *) (gconstpointer) dropped->data,
                        dropped->len,
                        written);
  /* Flags that were not there come to the rows. */
  if (written->len > SHOAL_WIRE_EXTENSION_MAX_PEX)
    return 0;
  g_assert_true (shoal_wire_pex_parse (&pex, bencode, written->data, written->len));
  g_assert_cmpuint (shoal_wire_pex_get_n_added (&pex), ==, added->len);
  g_assert_cmpuint (shoal_wire_pex_get_n_dropped (&pex), ==, dropped->len);
  return 0;
}
