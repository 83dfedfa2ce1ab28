/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-ids.h"

G_BEGIN_DECLS

/* Announces of local discovery (BEP 14): "on this port I take part in these swarms", said to
 * everybody on the network. Any thread. */

/* What is written fits a frame of any network. */
#define SHOAL_CODEC_LSD_MAX_SIZE 1400

/* Swarms in one announce that is written, and that is read: the rest of a longer one is left out.
 */
#define SHOAL_CODEC_LSD_MAX_WRITTEN 24
#define SHOAL_CODEC_LSD_MAX_READ    32

/* Room for a cookie and its NUL; a longer one is cut. */
#define SHOAL_CODEC_LSD_COOKIE_SIZE 33

typedef struct
{
  guint16       port;
  guint         n_keys;
  ShoalSwarmKey keys[SHOAL_CODEC_LSD_MAX_READ];
  char          cookie[SHOAL_CODEC_LSD_COOKIE_SIZE]; /* by which senders know their own; "": none */
} ShoalCodecLsd;

/* FALSE if @data is no announce, names no port or no swarm. */
gboolean shoal_codec_lsd_parse (ShoalCodecLsd *self, const guint8 *data, gsize len);

/* @host: the group it goes to, with its port; at most 48 bytes. @self has at most
 * SHOAL_CODEC_LSD_MAX_WRITTEN keys, and a cookie of visible ASCII. Returns the length. */
gsize shoal_codec_lsd_write (const ShoalCodecLsd *self,
                             const char          *host,
                             guint8               out[SHOAL_CODEC_LSD_MAX_SIZE]);

G_END_DECLS
