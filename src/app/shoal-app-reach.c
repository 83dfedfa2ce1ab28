/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-reach.h"

#include <glib/gi18n.h>

#include "app/shoal-app-text.h"

/* What is known, as a partition. */
typedef enum
{
  CASE_NO_PORT,
  CASE_SEEN,      /* somebody came */
  CASE_SEEN_IPV6, /* somebody came by IPv6 alone */
  CASE_DIRECT,    /* no router translates */
  CASE_OPENED,    /* the router says yes */
  CASE_IPV6_ONLY, /* it does for IPv6, and not for IPv4 */
  CASE_SECOND,    /* it says yes, and there is another router behind it */
  CASE_ASKING,
  CASE_REFUSED,
  CASE_NO_ANSWER,
  CASE_UNKNOWN, /* the router is not asked */
} Case;

static Case
judge_router (const ShoalReach *reach)
{
  const ShoalMapping *ipv4 = &reach->mappings[0];
  gboolean            has_ipv6 = reach->mappings[1].state == SHOAL_MAPPING_DONE;

  switch (ipv4->state)
    {
    case SHOAL_MAPPING_DIRECT:
      return CASE_DIRECT;
    case SHOAL_MAPPING_DONE:
      if (ipv4->is_nested)
        return has_ipv6 ? CASE_IPV6_ONLY : CASE_SECOND;
      return CASE_OPENED;
    case SHOAL_MAPPING_SEARCHING:
      return has_ipv6 ? CASE_IPV6_ONLY : CASE_ASKING;
    case SHOAL_MAPPING_REFUSED:
      return has_ipv6 ? CASE_IPV6_ONLY : CASE_REFUSED;
    case SHOAL_MAPPING_NONE:
      return has_ipv6 ? CASE_IPV6_ONLY : CASE_NO_ANSWER;
    case SHOAL_MAPPING_OFF:
      return has_ipv6 ? CASE_IPV6_ONLY : CASE_UNKNOWN;
    }
  g_return_val_if_reached (CASE_UNKNOWN);
}

/* What was seen is worth more than what a router says. */
static Case
judge (const ShoalTotals *totals)
{
  Case router = judge_router (&totals->reach);

  if (totals->port == 0)
    return CASE_NO_PORT;
  if (totals->reach.incoming_times[0] != 0)
    return CASE_SEEN;
  if (totals->reach.incoming_times[1] != 0 && router != CASE_DIRECT && router != CASE_OPENED)
    return CASE_SEEN_IPV6;
  return router;
}

const char *
shoal_app_reach_get_title (const ShoalTotals *totals)
{
  switch (judge (totals))
    {
    case CASE_NO_PORT:
      return _ ("Other People Cannot Reach This Computer");
    case CASE_SEEN:
      return _ ("Other People Can Reach This Computer");
    case CASE_SEEN_IPV6:
      return _ ("Some People Can Reach This Computer");
    case CASE_DIRECT:
    case CASE_OPENED:
      return _ ("Other People Should Be Able to Reach This Computer");
    case CASE_IPV6_ONLY:
      return _ ("Some People Should Be Able to Reach This Computer");
    case CASE_ASKING:
      return _ ("Asking the Router to Let Other People In");
    case CASE_SECOND:
    case CASE_REFUSED:
    case CASE_NO_ANSWER:
      return _ ("Other People Can Probably Not Reach This Computer");
    case CASE_UNKNOWN:
      return _ ("Nobody Has Reached This Computer Yet");
    }
  g_return_val_if_reached ("");
}

static const char *
get_pattern (Case which)
{
  switch (which)
    {
    case CASE_NO_PORT:
      return _ ("No port is open for them; choose another one above");
    case CASE_SEEN:
      return _ ("Somebody has connected from outside");
    case CASE_SEEN_IPV6:
      return _ ("Somebody who uses IPv6 has connected from outside; for all others, forward port "
                "{port} to this computer in the settings of the router");
    case CASE_DIRECT:
      return _ ("It has an address of its own on the Internet; if nobody comes, let port {port} "
                "through its firewall");
    case CASE_OPENED:
      return _ ("The router lets them in on port {port}");
    case CASE_IPV6_ONLY:
      return _ ("The router lets in those who use IPv6; for all others, forward port {port} to "
                "this computer in the settings of the router");
    case CASE_SECOND:
      return _ ("The router lets them in, but there is a second router behind it; forward port "
                "{port} there too, or ask the provider for a public address");
    case CASE_ASKING:
      return _ ("This takes a few seconds");
    case CASE_REFUSED:
      return _ ("The router refuses to let them in; allow UPnP or NAT-PMP for this computer in its "
                "settings, or forward port {port} to it there");
    case CASE_NO_ANSWER:
      return _ ("No router lets them in by itself; turn on UPnP or NAT-PMP in its settings, or "
                "forward port {port} to this computer there");
    case CASE_UNKNOWN:
      return _ ("Turn on what is below, or forward port {port} to this computer in the settings of "
                "the router");
    }
  g_return_val_if_reached ("");
}

char *
shoal_app_reach_dup_text (const ShoalTotals *totals)
{
  const ShoalMapping *ipv4 = &totals->reach.mappings[0];
  gboolean            is_other = ipv4->state == SHOAL_MAPPING_DONE && ipv4->external.port != 0;
  g_autofree char *number = g_strdup_printf ("%u", is_other ? ipv4->external.port : totals->port);
  ShoalAppTextPart part = { "port", number };

  return shoal_app_text_fill (get_pattern (judge (totals)), &part, 1);
}
