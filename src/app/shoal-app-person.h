/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-info.h"

G_BEGIN_DECLS

/* What the window says about one peer; pure functions, the strings are the caller's. */

/* "qBittorrent 4.5.2 · has 45 %". */
char *shoal_app_person_dup_who (const ShoalPeerInfo *info);

/* What goes on between the two: "keeps us waiting · takes from us". */
char *shoal_app_person_dup_doing (const ShoalPeerInfo *info);

/* "encrypted · uTP · came to us · from the tracker". */
char *shoal_app_person_dup_way (const ShoalPeerInfo *info);

/* "↓ 1.2 MB/s  ↑ 30 kB/s"; what is nothing is left out. */
char *shoal_app_person_dup_rates (const ShoalPeerInfo *info);

/* What is wrong with @text where an address and a port are to be typed: a sentence that is not the
 * caller's. NULL: nothing; whether somebody is there only the engine can tell. */
const char *shoal_app_person_get_fault (const char *text);

/* By what people are sorted; the words of settings and actions are "down", "up", "progress",
 * "address", "client". */
typedef enum
{
  SHOAL_APP_PERSON_ORDER_DOWN, /* the fastest first */
  SHOAL_APP_PERSON_ORDER_UP,
  SHOAL_APP_PERSON_ORDER_PROGRESS,
  SHOAL_APP_PERSON_ORDER_ADDRESS,
  SHOAL_APP_PERSON_ORDER_CLIENT,
} ShoalAppPersonOrder;

/* An unknown word is the first. */
ShoalAppPersonOrder shoal_app_person_order_from_string (const char *word);

/* < 0: @a stands first. Equal ones stand by address. */
int shoal_app_person_compare (ShoalAppPersonOrder  order,
                              const ShoalPeerInfo *a,
                              const ShoalPeerInfo *b);

G_END_DECLS
