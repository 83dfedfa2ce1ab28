/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "codec/shoal-codec-krpc.h"
#include "discover/shoal-discover-dht-table.h"

G_BEGIN_DECLS

/* One search through the DHT for the nodes closest to a target: whom to ask next, and when it is
 * over. Sends nothing itself. Nodes whose ids do not follow BEP 42 can stand where they like: they
 * are asked too, but few of them, and the search is over only when enough others have answered. One
 * step a host, few a network; who names nodes of which none answers is not believed further. Pure.
 * One thread. */
typedef struct _ShoalDiscoverDhtSearch ShoalDiscoverDhtSearch;

/* Asked at once; those that are late do not count. */
#define SHOAL_DISCOVER_DHT_ALPHA 4

/* Queries of one search, whatever it meets. */
#define SHOAL_DISCOVER_DHT_MAX_STEPS 128

/* Of them, to nodes that do not follow BEP 42. */
#define SHOAL_DISCOVER_DHT_MAX_LOOSE_STEPS 24

/* Nodes that are known in one search at once. */
#define SHOAL_DISCOVER_DHT_MAX_KNOWN 256

typedef enum
{
  SHOAL_DISCOVER_DHT_STEP_NEW,
  SHOAL_DISCOVER_DHT_STEP_ASKED,
  SHOAL_DISCOVER_DHT_STEP_LATE,
  SHOAL_DISCOVER_DHT_STEP_ANSWERED,
  SHOAL_DISCOVER_DHT_STEP_FAILED,
} ShoalDiscoverDhtStepState;

typedef struct _ShoalDiscoverDhtStep ShoalDiscoverDhtStep;

/* A node of a search; lives as long as that. */
struct _ShoalDiscoverDhtStep
{
  ShoalCodecKrpcNode        node;
  ShoalDiscoverDhtStepState state;
  ShoalDiscoverDhtStep     *teller;   /* unowned: who named it; NULL: our table */
  ShoalDiscoverDhtStep     *blamed;   /* unowned: the teller when it was late or failed */
  guint                     n_broken; /* of those that it named: did not answer */
  guint                     n_kept;   /* … answered */
  guint8                    token[SHOAL_CODEC_KRPC_MAX_TOKEN];
  guint8                    token_len;

  guint is_compliant : 1;
};

ShoalDiscoverDhtSearch *shoal_discover_dht_search_new (const ShoalSha1 *target);

void shoal_discover_dht_search_free (ShoalDiscoverDhtSearch *self);

const ShoalSha1 *shoal_discover_dht_search_get_target (const ShoalDiscoverDhtSearch *self);

/* @teller: who named it, NULL for our own table. */
void shoal_discover_dht_search_add (ShoalDiscoverDhtSearch   *self,
                                    const ShoalCodecKrpcNode *node,
                                    ShoalDiscoverDhtStep     *teller);

/* Whom to ask now, who counts as asked from then on; NULL: nobody, for now. */
ShoalDiscoverDhtStep *shoal_discover_dht_search_next (ShoalDiscoverDhtSearch *self);

/* It answered. What it named is added by the caller. */
void shoal_discover_dht_search_on_answer (ShoalDiscoverDhtSearch    *self,
                                          ShoalDiscoverDhtStep      *step,
                                          const ShoalCodecKrpcBytes *token);

void shoal_discover_dht_search_on_late (ShoalDiscoverDhtSearch *self, ShoalDiscoverDhtStep *step);

void shoal_discover_dht_search_on_failure (ShoalDiscoverDhtSearch *self,
                                           ShoalDiscoverDhtStep   *step);

/* Nobody is left to be asked, and nobody asked from whom an answer would change anything. */
gboolean shoal_discover_dht_search_is_done (ShoalDiscoverDhtSearch *self);

/* The nodes that are to be told: the closest that answered with a token, and of those that do not
 * follow BEP 42 at most as many once more, if they are as close. Returns how many. */
guint shoal_discover_dht_search_get_closest (ShoalDiscoverDhtSearch *self,
                                             ShoalDiscoverDhtStep  **out,
                                             guint                   max);

guint shoal_discover_dht_search_get_n_asked (const ShoalDiscoverDhtSearch *self);

guint shoal_discover_dht_search_get_n_answered (const ShoalDiscoverDhtSearch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiscoverDhtSearch, shoal_discover_dht_search_free)

G_END_DECLS
