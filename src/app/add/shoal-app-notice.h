/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Says why something was not added, in one message for all that comes while it is open. */
#define SHOAL_TYPE_APP_NOTICE (shoal_app_notice_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppNotice, shoal_app_notice, SHOAL, APP_NOTICE, GObject)

/* @window: not referenced; it owns the notice. */
ShoalAppNotice *shoal_app_notice_new (GtkWindow *window);

/* @sentence: text, not markup. */
void shoal_app_notice_say (ShoalAppNotice *self, const char *sentence);

G_END_DECLS
