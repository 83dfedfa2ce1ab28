/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"

G_BEGIN_DECLS

typedef enum
{
  SHOAL_BASE_POLICY_KIND_GLOBAL,
  SHOAL_BASE_POLICY_KIND_LOOPBACK,
  SHOAL_BASE_POLICY_KIND_LINK_LOCAL,
  SHOAL_BASE_POLICY_KIND_PRIVATE,
  SHOAL_BASE_POLICY_KIND_CARRIER,
  SHOAL_BASE_POLICY_KIND_METADATA, /* a cloud's metadata service: never contacted */
  SHOAL_BASE_POLICY_KIND_UNUSABLE, /* unspecified, multicast, broadcast, reserved */
} ShoalBasePolicyKind;

/* On whose word an address would be contacted. */
typedef enum
{
  SHOAL_BASE_POLICY_WORD_PERSON,   /* typed by the person, or found by local discovery */
  SHOAL_BASE_POLICY_WORD_TORRENT,  /* a tracker in a torrent file that the person gave */
  SHOAL_BASE_POLICY_WORD_STRANGER, /* a tracker, peer, node, redirect or magnet */
} ShoalBasePolicyWord;

ShoalBasePolicyKind shoal_base_policy_classify (const ShoalBaseAddress *address);

/* Loopback, link-local, private or carrier. */
gboolean shoal_base_policy_is_local (const ShoalBaseAddress *address);

/* Whether @address may be contacted. @teller: who named it, for a stranger's word; NULL if that has
 * no address (a magnet). A local stranger may name addresses of its own kind, a global one no local
 * address, unless @allow_local. The port is not looked at. */
gboolean shoal_base_policy_allows (const ShoalBaseAddress *address,
                                   ShoalBasePolicyWord     word,
                                   const ShoalBaseAddress *teller,
                                   gboolean                allow_local);

G_END_DECLS
