/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* An announce of local discovery. What was understood can be written, and reads the same. */

#include "fuzz-target.h"

#include <string.h>

#include "codec/shoal-codec-lsd.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ShoalCodecLsd read, again;
  guint8        out[SHOAL_CODEC_LSD_MAX_SIZE];
  gsize         len;

  if (!shoal_codec_lsd_parse (&read, data, size))
    return 0;
  g_assert_cmpuint (read.port, !=, 0);
  g_assert_cmpuint (read.n_keys, >, 0);
  read.n_keys = MIN (read.n_keys, SHOAL_CODEC_LSD_MAX_WRITTEN);
  read.cookie[0] = '\0'; /* a stranger's: it is compared, never written */
  len = shoal_codec_lsd_write (&read, "239.192.152.143:6771", out);
  g_assert_true (shoal_codec_lsd_parse (&again, out, len));
  g_assert_cmpuint (again.port, ==, read.port);
  g_assert_cmpuint (again.n_keys, ==, read.n_keys);
  g_assert_cmpmem (
      again.keys, read.n_keys * sizeof read.keys[0], read.keys, read.n_keys * sizeof read.keys[0]);
  return 0;
}
