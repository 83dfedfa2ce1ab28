/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Links that the clipboard has, by name, with the one button that takes them; hidden without.
 *
 * Signal "taken" (ShoalAppOfferRow *, GPtrArray *links, gpointer): the person pressed it. */
#define SHOAL_TYPE_APP_OFFER_ROW (shoal_app_offer_row_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppOfferRow, shoal_app_offer_row, SHOAL, APP_OFFER_ROW, AdwActionRow)

/* @links: of char *, URIs; NULL: nothing. */
void shoal_app_offer_row_set_links (ShoalAppOfferRow *self, GPtrArray *links);

G_END_DECLS
