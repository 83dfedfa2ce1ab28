/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "base/shoal-base-ids.h"
#include "base/shoal-base-list.h"

G_BEGIN_DECLS

/* Queries of a DHT node that wait for their answers. An answer counts if its transaction is open
 * and it comes from the endpoint that was asked. Pure: the caller's clock. One thread. */
typedef struct _ShoalDiscoverDhtCalls ShoalDiscoverDhtCalls;

/* After so long others are asked instead, but an answer is still welcome; then it is too late. */
#define SHOAL_DISCOVER_DHT_LATE_USEC (3 * (gint64) G_USEC_PER_SEC / 2)
#define SHOAL_DISCOVER_DHT_DEAD_USEC (6 * (gint64) G_USEC_PER_SEC)

/* At once: some sixty lookups, each with all its queries late. */
#define SHOAL_DISCOVER_DHT_MAX_CALLS 1024

typedef enum
{
  SHOAL_DISCOVER_DHT_CALL_PING,     /* is it there? */
  SHOAL_DISCOVER_DHT_CALL_ROUTER,   /* a bootstrap node: whom does it know? */
  SHOAL_DISCOVER_DHT_CALL_SEARCH,   /* a step of a search */
  SHOAL_DISCOVER_DHT_CALL_ANNOUNCE, /* the end of one */
} ShoalDiscoverDhtCallPurpose;

typedef struct
{
  ShoalBaseList               link;
  guint32                     transaction;
  ShoalBaseAddress            to;
  ShoalSha1                   id; /* of the node that is asked, if has_id */
  ShoalDiscoverDhtCallPurpose purpose;
  gpointer                    owner; /* unowned: of the search; NULL: nobody waits any more */
  gpointer                    step;  /* unowned: lives as long as the owner */
  gint64                      sent_usec;

  guint has_id : 1;
  guint is_late : 1;
} ShoalDiscoverDhtCall;

ShoalDiscoverDhtCalls *shoal_discover_dht_calls_new (void);

void shoal_discover_dht_calls_free (ShoalDiscoverDhtCalls *self);

/* Opens one with the values of @call, of which the link is not read; FALSE if there are too many,
 * or the transaction is open already. */
gboolean shoal_discover_dht_calls_open (ShoalDiscoverDhtCalls      *self,
                                        const ShoalDiscoverDhtCall *call);

typedef enum
{
  SHOAL_DISCOVER_DHT_CALL_FOUND,
  SHOAL_DISCOVER_DHT_CALL_UNKNOWN,        /* never asked, or too late */
  SHOAL_DISCOVER_DHT_CALL_WRONG_ENDPOINT, /* somebody else was asked; the call stays open */
} ShoalDiscoverDhtCallVerdict;

/* Closes the call that an answer from @from belongs to, and hands it to @out. */
ShoalDiscoverDhtCallVerdict shoal_discover_dht_calls_take (ShoalDiscoverDhtCalls  *self,
                                                           guint32                 transaction,
                                                           const ShoalBaseAddress *from,
                                                           ShoalDiscoverDhtCall   *out);

/* Whether something is under way to @to. O(calls). */
gboolean shoal_discover_dht_calls_has (const ShoalDiscoverDhtCalls *self,
                                       const ShoalBaseAddress      *to);

/* The next call that has become late by @now_usec (@out.is_late) or is closed now for want of an
 * answer; FALSE: none. */
gboolean shoal_discover_dht_calls_expire (ShoalDiscoverDhtCalls *self,
                                          gint64                 now_usec,
                                          ShoalDiscoverDhtCall  *out);

/* When there is something to expire; G_MAXINT64: never. */
gint64 shoal_discover_dht_calls_get_deadline (const ShoalDiscoverDhtCalls *self);

/* Nobody waits for calls of @owner any more; they stay open, since their answers tell who lives. */
void shoal_discover_dht_calls_forget (ShoalDiscoverDhtCalls *self, gpointer owner);

guint shoal_discover_dht_calls_get_size (const ShoalDiscoverDhtCalls *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiscoverDhtCalls, shoal_discover_dht_calls_free)

G_END_DECLS
