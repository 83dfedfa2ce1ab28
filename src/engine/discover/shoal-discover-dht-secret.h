/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "base/shoal-base-ids.h"

G_BEGIN_DECLS

/* Numbers of a DHT node that nobody outside may guess: transaction ids, by which answers are told
 * from forgeries, and tokens, by which who announces proves that it receives at its address (BEP
 * 5). All come of one seed, so that a test can replay them. A value. One thread. */

#define SHOAL_DISCOVER_DHT_SEED_SIZE  32
#define SHOAL_DISCOVER_DHT_TOKEN_SIZE 8

/* A token is good for at least this long, and at most twice as long. */
#define SHOAL_DISCOVER_DHT_TOKEN_USEC (5 * 60 * (gint64) G_USEC_PER_SEC)

typedef struct
{
  guint8  seed[SHOAL_DISCOVER_DHT_SEED_SIZE];
  guint64 n_drawn;
  guint8  token_keys[2][20]; /* this period's and the one's before */
  gint64  rotated_usec;
} ShoalDiscoverDhtSecret;

void shoal_discover_dht_secret_init (ShoalDiscoverDhtSecret *self,
                                     const guint8            seed[SHOAL_DISCOVER_DHT_SEED_SIZE],
                                     gint64                  now_usec);

guint64 shoal_discover_dht_secret_draw (ShoalDiscoverDhtSecret *self);

/* For @ip (the port is not looked at) to announce to @key. */
void shoal_discover_dht_secret_make_token (ShoalDiscoverDhtSecret *self,
                                           const ShoalBaseAddress *ip,
                                           const ShoalSwarmKey    *key,
                                           gint64                  now_usec,
                                           guint8 out[SHOAL_DISCOVER_DHT_TOKEN_SIZE]);

gboolean shoal_discover_dht_secret_check_token (ShoalDiscoverDhtSecret *self,
                                                const ShoalBaseAddress *ip,
                                                const ShoalSwarmKey    *key,
                                                gint64                  now_usec,
                                                const guint8           *token,
                                                gsize                   len);

G_END_DECLS
