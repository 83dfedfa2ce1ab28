/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "net/shoal-net-reactor.h"

G_BEGIN_DECLS

/* Peers that trackers give by host name, in replies as dictionaries: looked up a few at a time, so
 * that a reply full of names is no flood of questions. Engine context only. */
typedef struct _ShoalDiscoverNames ShoalDiscoverNames;

/* Names of one reply that are looked up, and names that wait in all; further ones are ignored. */
#define SHOAL_DISCOVER_NAMES_MAX_PER_REPLY 20
#define SHOAL_DISCOVER_NAMES_MAX_WAITING   200

typedef struct
{
  const char      *host; /* copied */
  guint16          port;
  int              family;
  ShoalBaseAddress teller;
} ShoalDiscoverNamesQuestion;

/* Once a name that has addresses; never before _ask() returns. Not put before the policy. */
typedef void (*ShoalDiscoverNamesFunc) (gpointer                owner,
                                        const ShoalBaseAddress *addresses,
                                        guint                   n,
                                        const ShoalBaseAddress *teller);

ShoalDiscoverNames *shoal_discover_names_new (ShoalNetReactor *reactor);

void shoal_discover_names_free (ShoalDiscoverNames *self);

void shoal_discover_names_ask (ShoalDiscoverNames               *self,
                               const ShoalDiscoverNamesQuestion *question,
                               ShoalDiscoverNamesFunc            func,
                               gpointer                          owner);

/* Drops all questions of @owner. */
void shoal_discover_names_forget (ShoalDiscoverNames *self, gpointer owner);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiscoverNames, shoal_discover_names_free)

G_END_DECLS
