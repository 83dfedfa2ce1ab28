/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store/shoal-store-pack.h"

#include <string.h>

#include "store/shoal-store.h"

typedef struct
{
  const char *name;
  const char *bytes;
  gsize       len;
  guint       n_records;
  gboolean    is_whole;
} Case;

#define BYTES(text) text, sizeof text - 1

#define PEER4 "\x04\x01\x02\x03\x04\x1a\xe1\x00\x00\x00\x07\x01\x02\x03"
#define PEER6 "\x06\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\xff\xff\xff\xff\xff\xff\x00\x00\x00"

static const Case cases[] = {
  { "nothing at all", BYTES (""), 0, FALSE },
  { "none", BYTES ("\x01"), 0, TRUE },
  { "another version", BYTES ("\x02" PEER4), 0, FALSE },
  { "one", BYTES ("\x01" PEER4), 1, TRUE },
  { "two", BYTES ("\x01" PEER6 PEER4), 2, TRUE },
  { "cut in the tail", "\x01" PEER4 PEER6, sizeof ("\x01" PEER4 PEER6) - 2, 1, FALSE },
  { "cut in the address", BYTES ("\x01" PEER4 "\x06\x20\x01"), 1, FALSE },
  { "no such family", BYTES ("\x01" PEER4 "\x05\x01\x02\x03\x04"), 1, FALSE },
};

static void
test_case (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GBytes) bytes = g_bytes_new (test->bytes, test->len);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GArray) peers = g_array_new (FALSE, TRUE, sizeof (ShoalStorePeer));

  g_assert_true (shoal_store_unpack_peers (bytes, peers) == test->is_whole);
  g_assert_cmpuint (peers->len, ==, test->n_records);
  again = shoal_store_pack_peers ((const ShoalStorePeer *) (gpointer) peers->data, peers->len);
  if (test->is_whole)
    g_assert_true (g_bytes_equal (bytes, again));
}

static void
test_limits (void)
{
  guint           n = SHOAL_STORE_MAX_PEERS + 50;
  ShoalStorePeer *peers = g_new0 (ShoalStorePeer, n);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GArray) out = g_array_new (FALSE, TRUE, sizeof (ShoalStorePeer));
  guint i;

  for (i = 0; i < n; i++)
    {
      guint8 ip[4] = { 1, 2, (guint8) (i / 256), (guint8) i };

      if (i != 3) /* one that has no address is left out */
        shoal_base_address_init_ipv4 (&peers[i].address, ip, 80);
      peers[i].seen_at = i == 4 ? G_MAXINT64 : i == 5 ? -1 : (gint64) i;
    }
  bytes = shoal_store_pack_peers (peers, n);
  g_assert_true (shoal_store_unpack_peers (bytes, out));
  g_assert_cmpuint (out->len, ==, SHOAL_STORE_MAX_PEERS);
  g_assert_cmpint (g_array_index (out, ShoalStorePeer, 3).seen_at, ==, G_MAXUINT32);
  g_assert_cmpint (g_array_index (out, ShoalStorePeer, 4).seen_at, ==, 0);
  g_assert_cmpint (g_array_index (out, ShoalStorePeer, 5).seen_at, ==, 6);
  g_free (peers);
}

#define BAN4 "\x04\x01\x02\x03\x04\x7f\xff\xff\xff\xff\xff\xff\xff\x01"

/* With and without a port. */
static void
test_bans (void)
{
  static const struct
  {
    const char *bytes;
    gsize       len;
    guint       n_bans;
    guint16     port;
    gboolean    is_whole;
  } rows[] = {
    { BYTES ("\x01" BAN4), 1, 0, TRUE },
    { BYTES ("\x02" BAN4 "\x1a\xe1"), 1, 0x1ae1, TRUE },
    { BYTES ("\x02" BAN4 "\x1a\xe1" BAN4 "\x00"), 1, 0x1ae1, FALSE },
    { BYTES ("\x03" BAN4 "\x1a\xe1"), 0, 0, FALSE },
    { BYTES ("\x00" BAN4), 0, 0, FALSE },
    { BYTES (""), 0, 0, FALSE },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (rows[i].bytes, rows[i].len);
      g_autoptr (GBytes) again = NULL;
      g_autoptr (GArray) bans = g_array_new (FALSE, TRUE, sizeof (ShoalStoreBan));
      g_autoptr (GArray) others = g_array_new (FALSE, TRUE, sizeof (ShoalStoreBan));

      g_assert_true (shoal_store_unpack_bans (bytes, bans) == rows[i].is_whole);
      g_assert_cmpuint (bans->len, ==, rows[i].n_bans);
      if (bans->len == 0)
        continue;
      g_assert_cmpuint (g_array_index (bans, ShoalStoreBan, 0).address.port, ==, rows[i].port);
      g_assert_cmpuint (g_array_index (bans, ShoalStoreBan, 0).reason, ==, 1);
      again = shoal_store_pack_bans ((const ShoalStoreBan *) (gpointer) bans->data, bans->len);
      g_assert_true (shoal_store_unpack_bans (again, others));
      g_assert_cmpmem (bans->data,
                       bans->len * sizeof (ShoalStoreBan),
                       others->data,
                       others->len * sizeof (ShoalStoreBan));
    }
}

int
main (int argc, char **argv)
{
  guint i;

  g_test_init (&argc, &argv, NULL);
  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/store/pack/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/store/pack/limits", test_limits);
  g_test_add_func ("/store/pack/bans", test_bans);
  return g_test_run ();
}
