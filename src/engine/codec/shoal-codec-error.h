/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Why something from outside was refused. The messages are English facts that say what was expected
 * and what was found; offsets count bytes from 0. */
typedef enum
{
  SHOAL_CODEC_ERROR_MALFORMED,   /* not what its format says */
  SHOAL_CODEC_ERROR_UNSAFE,      /* could harm, and cannot be made harmless */
  SHOAL_CODEC_ERROR_UNSUPPORTED, /* well formed, of a kind Shoal does not know */
  SHOAL_CODEC_ERROR_TOO_LARGE,   /* beyond a limit named in this folder */
} ShoalCodecError;

#define SHOAL_CODEC_ERROR (shoal_codec_error_quark ())

GQuark shoal_codec_error_quark (void);

G_END_DECLS
