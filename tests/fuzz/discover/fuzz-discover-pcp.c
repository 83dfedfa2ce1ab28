/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A router that answers anything to what it is asked: each packet of the input is its length, how
 * many seconds it lets pass, and its bytes. Whatever it says, it is not asked without end, and at
 * the end it is asked no more. */

#include "fuzz-target.h"

#include "discover/shoal-discover-pcp.h"

#define SECOND      ((gint64) G_USEC_PER_SEC)
#define MAX_PACKETS 64

static guint
send_all (ShoalDiscoverPcp *pcp, gint64 now)
{
  guint8 out[SHOAL_CODEC_PCP_MAX_SIZE];
  guint  n = 0;

  while (shoal_discover_pcp_poll (pcp, now, out) > 0)
    {
      n++;
      g_assert_cmpuint (n, <=, 3); /* one for each thing that is asked for */
    }
  g_assert_cmpint (shoal_discover_pcp_get_due (pcp), >, now);
  return n;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (ShoalDiscoverPcp) pcp = NULL;
  ShoalBaseRandom  random;
  ShoalBaseAddress client;
  gint64           now = 1000 * SECOND;
  guint            n;

  if (size == 0)
    return 0;
  shoal_base_random_init (&random, 1);
  g_assert_true (
      shoal_base_address_parse (&client, data[0] & 1 ? "[2001:db8::1]:6881" : "10.0.0.2:6881"));
  pcp = shoal_discover_pcp_new (&client, 6881, &random, now);
  data++;
  size--;
  for (n = 0; n < MAX_PACKETS && size >= 2; n++)
    {
      gsize len = MIN (data[0], size - 2);

      send_all (pcp, now);
      shoal_discover_pcp_receive (pcp, data + 2, len, now);
      now += data[1] * SECOND;
      data += 2 + len;
      size -= 2 + len;
    }
  shoal_discover_pcp_end (pcp, now);
  for (n = 0; shoal_discover_pcp_get_due (pcp) != G_MAXINT64; n++)
    {
      g_assert_cmpuint (n, <, 10);
      now = MAX (now, shoal_discover_pcp_get_due (pcp));
      send_all (pcp, now);
    }
  g_assert_cmpint (shoal_discover_pcp_get_state (pcp), ==, SHOAL_DISCOVER_PCP_ENDED);
  return 0;
}
