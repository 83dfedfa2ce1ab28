/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What is told of things that happen quickly one after the other: the last of a sort is shown, and
 * those before do not come back. */

/* Shows @toast, which is taken over, at once; one of the same @sort that was there goes. */
void shoal_app_toasts_show (AdwToastOverlay *overlay, AdwToast *toast, const char *sort);

/* The one of @sort that is there or waits; NULL: none. Borrowed. */
AdwToast *shoal_app_toasts_get (AdwToastOverlay *overlay, const char *sort);

/* Says @text, which is no markup, in the same way. */
void shoal_app_toasts_say (AdwToastOverlay *overlay, const char *text);

G_END_DECLS
