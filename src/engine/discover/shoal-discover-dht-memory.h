/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "codec/shoal-codec-krpc.h"

G_BEGIN_DECLS

/* Who was closest to each torrent when it was looked up last, so that the next lookup begins at its
 * end: with ten thousand torrents that is what lets each come round in time. Now and then nothing
 * is remembered, so that nobody stays closest only because he was. Packed: some 300 bytes a
 * torrent. Pure. One thread. */
typedef struct _ShoalDiscoverDhtMemory ShoalDiscoverDhtMemory;

/* Of so many lookups in a row one begins as if it were the first. */
#define SHOAL_DISCOVER_DHT_MEMORY_TURNS 8

/* Kept of one lookup. */
#define SHOAL_DISCOVER_DHT_MEMORY_NODES 16

ShoalDiscoverDhtMemory *shoal_discover_dht_memory_new (void);

void shoal_discover_dht_memory_free (ShoalDiscoverDhtMemory *self);

/* The lookup of @key, compared as a pointer, found @nodes; more than are kept are left out. */
void shoal_discover_dht_memory_keep (ShoalDiscoverDhtMemory   *self,
                                     gpointer                  key,
                                     const ShoalCodecKrpcNode *nodes,
                                     guint                     n_nodes);

/* Where the next lookup of @key is to begin besides: returns how many. */
guint shoal_discover_dht_memory_recall (ShoalDiscoverDhtMemory *self,
                                        gconstpointer           key,
                                        ShoalCodecKrpcNode out[SHOAL_DISCOVER_DHT_MEMORY_NODES]);

/* Nothing happens if there is nothing. */
void shoal_discover_dht_memory_forget (ShoalDiscoverDhtMemory *self, gconstpointer key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiscoverDhtMemory, shoal_discover_dht_memory_free)

G_END_DECLS
