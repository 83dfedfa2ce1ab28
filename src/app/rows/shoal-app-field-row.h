/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A row whose activatable widget is what is typed into: the focus goes there, and stops there
 * alone. */
#define SHOAL_TYPE_APP_FIELD_ROW (shoal_app_field_row_get_type ())
G_DECLARE_DERIVABLE_TYPE (ShoalAppFieldRow, shoal_app_field_row, SHOAL, APP_FIELD_ROW, AdwActionRow)

struct _ShoalAppFieldRowClass
{
  AdwActionRowClass parent_class;
};

G_END_DECLS
