/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "types/shoal-types-command.h"

G_BEGIN_DECLS

/* How torrents are to be added, folded away: folded, it says in a line what is set. */
#define SHOAL_TYPE_APP_OPTIONS_ROW (shoal_app_options_row_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppOptionsRow,
                      shoal_app_options_row,
                      SHOAL,
                      APP_OPTIONS_ROW,
                      AdwExpanderRow)

/* Begins as the settings say. */
void shoal_app_options_row_read_settings (ShoalAppOptionsRow *self, GSettings *settings);

/* Remembers what is to be as it was the next time. */
void shoal_app_options_row_write_settings (ShoalAppOptionsRow *self, GSettings *settings);

/* The labels of the torrents in @torrents, of ShoalModelTorrent, are offered. */
void shoal_app_options_row_offer_labels (ShoalAppOptionsRow *self, GListModel *torrents);

/* Puts the choices into @options. */
void shoal_app_options_row_apply (ShoalAppOptionsRow *self, ShoalAddOptions *options);

G_END_DECLS
