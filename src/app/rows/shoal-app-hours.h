/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Times that are minutes, and hours where a person chooses them: 1.5 of them are 90 minutes. */

double shoal_app_hours_from_minutes (guint minutes);

guint shoal_app_hours_to_minutes (double hours);

/* Handler of GtkSpinButton::output, with two digits: whole hours are shown as such. */
gboolean shoal_app_hours_output_cb (GtkSpinButton *spin);

G_END_DECLS
