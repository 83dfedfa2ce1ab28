/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Says below @row what its choice means, to a screen reader too, which says nothing of the row's
 * children. */
void shoal_app_combo_say (AdwComboRow *row, const char *text);

G_END_DECLS
