/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-memory.h"

#include <string.h>

#include "base/shoal-base-bytes.h"

#define ID_SIZE 20

/* An id and a compact address each. */
typedef struct
{
  guint8 n_nodes;
  guint8 node_size;
  guint8 n_turns; /* since the last lookup that began as if it were the first */
  guint8 data[];
} Row;

struct _ShoalDiscoverDhtMemory
{
  GHashTable *rows; /* owned: key → Row */
};

ShoalDiscoverDhtMemory *
shoal_discover_dht_memory_new (void)
{
  ShoalDiscoverDhtMemory *self = g_new0 (ShoalDiscoverDhtMemory, 1);

  self->rows = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

void
shoal_discover_dht_memory_free (ShoalDiscoverDhtMemory *self)
{
  g_hash_table_unref (self->rows);
  g_free (self);
}

/* Returns the size. */
static gsize
pack (const ShoalCodecKrpcNode *node, guint8 out[ID_SIZE + 18])
{
  memcpy (out, node->id.bytes, ID_SIZE);
  return ID_SIZE + shoal_base_address_write_compact (&node->address, out + ID_SIZE);
}

static void
unpack (const Row *row, guint index, ShoalCodecKrpcNode *out)
{
  const guint8 *data = row->data + (gsize) index * row->node_size;
  const guint8 *ip = data + ID_SIZE;

  memcpy (out->id.bytes, data, ID_SIZE);
  if (row->node_size == ID_SIZE + 6)
    shoal_base_address_init_ipv4 (&out->address, ip, shoal_base_read_be16 (ip + 4));
  else
    shoal_base_address_init_ipv6 (&out->address, ip, shoal_base_read_be16 (ip + 16));
}

void
shoal_discover_dht_memory_keep (ShoalDiscoverDhtMemory   *self,
                                gpointer                  key,
                                const ShoalCodecKrpcNode *nodes,
                                guint                     n_nodes)
{
  guint8     packed[SHOAL_DISCOVER_DHT_MEMORY_NODES * (ID_SIZE + 18)];
  const Row *old = g_hash_table_lookup (self->rows, key);
  guint      n_turns = old != NULL ? old->n_turns : 0;
  gsize      size = 0, used = 0;
  Row       *row;
  guint      i;

  n_nodes = MIN (n_nodes, SHOAL_DISCOVER_DHT_MEMORY_NODES);
  for (i = 0; i < n_nodes; i++)
    {
      size = pack (&nodes[i], packed + used);
      used += size;
    }
  row = g_malloc (sizeof *row + used);
  row->n_nodes = (guint8) n_nodes;
  row->node_size = (guint8) size;
  row->n_turns = (guint8) n_turns;
  memcpy (row->data, packed, used);
  g_hash_table_replace (self->rows, key, row);
}

guint
shoal_discover_dht_memory_recall (ShoalDiscoverDhtMemory *self,
                                  gconstpointer           key,
                                  ShoalCodecKrpcNode      out[SHOAL_DISCOVER_DHT_MEMORY_NODES])
{
  Row  *row = g_hash_table_lookup (self->rows, key);
  guint i;

  if (row == NULL)
    return 0;
  row->n_turns = (guint8) ((row->n_turns + 1) % SHOAL_DISCOVER_DHT_MEMORY_TURNS);
  if (row->n_turns == 0)
    return 0;
  for (i = 0; i < row->n_nodes; i++)
    unpack (row, i, &out[i]);
  return row->n_nodes;
}

void
shoal_discover_dht_memory_forget (ShoalDiscoverDhtMemory *self, gconstpointer key)
{
  g_hash_table_remove (self->rows, key);
}
