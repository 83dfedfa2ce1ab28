/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The first byte says whether the rest is packed peers or packed bans. What was read can be packed
 * and read again, and is the same then. */

#include "fuzz-target.h"

#include <stdlib.h>

#include "store/shoal-store-pack.h"
#include "store/shoal-store.h"

typedef struct
{
  gsize size;
  guint max;
  gboolean (*unpack) (GBytes *bytes, GArray *records);
  GBytes *(*pack) (gconstpointer records, guint n);
} Kind;

static GBytes *
pack_peers (gconstpointer records, guint n)
{
  return shoal_store_pack_peers (records, n);
}

static GBytes *
pack_bans (gconstpointer records, guint n)
{
  return shoal_store_pack_bans (records, n);
}

static const Kind kinds[] = {
  { sizeof (ShoalStorePeer), SHOAL_STORE_MAX_PEERS, shoal_store_unpack_peers, pack_peers },
  { sizeof (ShoalStoreBan), SHOAL_STORE_MAX_BANS, shoal_store_unpack_bans, pack_bans },
};

/* What is worth keeping of @records stays as it is from then on. */
static void
assert_kept (const Kind *kind, const GArray *records)
{
  g_autoptr (GBytes) packed = kind->pack (records->data, records->len);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GArray) kept = g_array_new (FALSE, TRUE, (guint) kind->size);

  if (!kind->unpack (packed, kept) || kept->len > records->len)
    abort ();
  again = kind->pack (kept->data, kept->len);
  if (!g_bytes_equal (packed, again))
    abort ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const Kind *kind;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GArray) records = NULL;

  if (size == 0)
    return 0;
  kind = &kinds[data[0] & 1];
  bytes = g_bytes_new (data + 1, size - 1);
  records = g_array_new (FALSE, TRUE, (guint) kind->size);
  kind->unpack (bytes, records);
  if (records->len > kind->max)
    abort ();
  assert_kept (kind, records);
  return 0;
}
