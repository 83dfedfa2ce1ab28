/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-calls.h"

/* Times are the same for all calls, so each of the lists is in the order of what is due. */
struct _ShoalDiscoverDhtCalls
{
  GHashTable   *by_transaction; /* owned: transaction → call */
  ShoalBaseList fresh;
  ShoalBaseList late;
};

ShoalDiscoverDhtCalls *
shoal_discover_dht_calls_new (void)
{
  ShoalDiscoverDhtCalls *self = g_new0 (ShoalDiscoverDhtCalls, 1);

  self->by_transaction = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  shoal_base_list_init (&self->fresh);
  shoal_base_list_init (&self->late);
  return self;
}

void
shoal_discover_dht_calls_free (ShoalDiscoverDhtCalls *self)
{
  g_hash_table_unref (self->by_transaction);
  g_free (self);
}

static gpointer
make_key (guint32 transaction)
{
  return GSIZE_TO_POINTER ((gsize) transaction);
}

gboolean
shoal_discover_dht_calls_open (ShoalDiscoverDhtCalls *self, const ShoalDiscoverDhtCall *call)
{
  ShoalDiscoverDhtCall *opened;

  if (g_hash_table_size (self->by_transaction) >= SHOAL_DISCOVER_DHT_MAX_CALLS ||
      g_hash_table_contains (self->by_transaction, make_key (call->transaction)))
    return FALSE;
  opened = g_memdup2 (call, sizeof *call);
  opened->is_late = FALSE;
  shoal_base_list_append (&self->fresh, &opened->link);
  g_hash_table_insert (self->by_transaction, make_key (call->transaction), opened);
  return TRUE;
}

static void
close_call (ShoalDiscoverDhtCalls *self, ShoalDiscoverDhtCall *call)
{
  shoal_base_list_remove (&call->link);
  g_hash_table_remove (self->by_transaction, make_key (call->transaction));
}

ShoalDiscoverDhtCallVerdict
shoal_discover_dht_calls_take (ShoalDiscoverDhtCalls  *self,
                               guint32                 transaction,
                               const ShoalBaseAddress *from,
                               ShoalDiscoverDhtCall   *out)
{
  ShoalDiscoverDhtCall *call = g_hash_table_lookup (self->by_transaction, make_key (transaction));

  if (call == NULL)
    return SHOAL_DISCOVER_DHT_CALL_UNKNOWN;
  if (!shoal_base_address_equal (&call->to, from))
    return SHOAL_DISCOVER_DHT_CALL_WRONG_ENDPOINT;
  *out = *call;
  close_call (self, call);
  return SHOAL_DISCOVER_DHT_CALL_FOUND;
}

gboolean
shoal_discover_dht_calls_has (const ShoalDiscoverDhtCalls *self, const ShoalBaseAddress *to)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->by_transaction);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (shoal_base_address_equal (&((const ShoalDiscoverDhtCall *) value)->to, to))
      return TRUE;
  return FALSE;
}

static ShoalDiscoverDhtCall *
get_first (const ShoalBaseList *list)
{
  return shoal_base_list_is_empty (list)
             ? NULL
             : SHOAL_BASE_LIST_ENTRY (list->next, ShoalDiscoverDhtCall, link);
}

gboolean
shoal_discover_dht_calls_expire (ShoalDiscoverDhtCalls *self,
                                 gint64                 now_usec,
                                 ShoalDiscoverDhtCall  *out)
{
  ShoalDiscoverDhtCall *fresh = get_first (&self->fresh);
  ShoalDiscoverDhtCall *late = get_first (&self->late);

  if (fresh != NULL && now_usec - fresh->sent_usec >= SHOAL_DISCOVER_DHT_LATE_USEC)
    {
      shoal_base_list_remove (&fresh->link);
      shoal_base_list_append (&self->late, &fresh->link);
      fresh->is_late = TRUE;
      *out = *fresh;
      return TRUE;
    }
  if (late == NULL || now_usec - late->sent_usec < SHOAL_DISCOVER_DHT_DEAD_USEC)
    return FALSE;
  *out = *late;
  out->is_late = FALSE;
  close_call (self, late);
  return TRUE;
}

gint64
shoal_discover_dht_calls_get_deadline (const ShoalDiscoverDhtCalls *self)
{
  const ShoalDiscoverDhtCall *fresh = get_first (&self->fresh);
  const ShoalDiscoverDhtCall *late = get_first (&self->late);
  gint64                      deadline_usec = G_MAXINT64;

  if (fresh != NULL)
    deadline_usec = fresh->sent_usec + SHOAL_DISCOVER_DHT_LATE_USEC;
  if (late != NULL)
    deadline_usec = MIN (deadline_usec, late->sent_usec + SHOAL_DISCOVER_DHT_DEAD_USEC);
  return deadline_usec;
}

void
shoal_discover_dht_calls_forget (ShoalDiscoverDhtCalls *self, gpointer owner)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->by_transaction);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ShoalDiscoverDhtCall *call = value;

      if (call->owner == owner)
        call->owner = call->step = NULL;
    }
}

guint
shoal_discover_dht_calls_get_size (const ShoalDiscoverDhtCalls *self)
{
  return g_hash_table_size (self->by_transaction);
}
