/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/add/shoal-app-adder.h"

G_BEGIN_DECLS

/* The button of the header that adds, and beside it a menu of the other ways; what the clipboard
 * has is offered in the menu, and looked at when that opens. */
#define SHOAL_TYPE_APP_ADD_BUTTON (shoal_app_add_button_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppAddButton, shoal_app_add_button, SHOAL, APP_ADD_BUTTON, AdwBin)

/* @adder: not referenced; both belong to the window. NULL: the window goes. */
void shoal_app_add_button_set_adder (ShoalAppAddButton *self, ShoalAppAdder *adder);

/* Narrow, it is an icon, else an icon and a word. */
void shoal_app_add_button_set_is_narrow (ShoalAppAddButton *self, gboolean is_narrow);

G_END_DECLS
