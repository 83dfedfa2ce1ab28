/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-target.h"

#include <glib.h>
#include <string.h>

#include "codec/shoal-codec-magnet.h"

/* What is written says the same as what was read. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecMagnet) magnet = shoal_codec_magnet_parse (text, &error);
  g_autoptr (ShoalCodecMagnet) again = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *uri_again = NULL;

  if (magnet == NULL)
    {
      g_assert_true (error->domain == SHOAL_CODEC_ERROR);
      return 0;
    }
  uri = shoal_codec_magnet_to_uri (magnet);
  if (strlen (uri) > SHOAL_CODEC_MAGNET_MAX_SIZE)
    return 0;
  again = shoal_codec_magnet_parse (uri, &error);
  g_assert_no_error (error);
  uri_again = shoal_codec_magnet_to_uri (again);
  g_assert_cmpstr (uri, ==, uri_again);
  return 0;
}
