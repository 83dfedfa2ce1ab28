/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "base/shoal-base-policy.h"

G_BEGIN_DECLS

/* What one HTTP connection may lead to. Connections are shared only between requests whose rules
 * are the same: else one that a trusted word opened to this machine would serve a stranger's. */
typedef struct
{
  ShoalBasePolicyWord word;
  ShoalBaseAddress    teller; /* family 0: unknown */
  ShoalBaseAddress    bind;   /* family 0: the system's choice */
  int                 family; /* 0: either */

  guint allow_local : 1; /* the person's --allow-local */
  guint local_path : 1;  /* the URL's path is one that may be asked for at a local address */
} ShoalNetHttpRules;

#define SHOAL_NET_TYPE_HTTP_ADDRESS (shoal_net_http_address_get_type ())

/* What libsoup connects to instead of the host itself: resolves the name anew for each connection
 * and passes on only what the address policy and the wanted family allow. A GNetworkAddress, so
 * that the name in the TLS certificate is still checked. */
G_DECLARE_FINAL_TYPE (ShoalNetHttpAddress,
                      shoal_net_http_address,
                      SHOAL_NET,
                      HTTP_ADDRESS,
                      GNetworkAddress)

ShoalNetHttpAddress *
shoal_net_http_address_new (const char *host, guint16 port, const ShoalNetHttpRules *rules);

G_END_DECLS
