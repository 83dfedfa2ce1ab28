/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* When rows may change places by themselves: every 3 s at most, and not under the person's hand. */
typedef struct _ShoalAppCalm ShoalAppCalm;

/* @func is called when that was wanted, and may be. */
ShoalAppCalm *shoal_app_calm_new (void (*func) (gpointer user_data), gpointer user_data);

void shoal_app_calm_free (ShoalAppCalm *self);

/* Values have changed by which rows are sorted. */
void shoal_app_calm_want (ShoalAppCalm *self);

/* Rows were sorted for another reason: nothing is wanted any more. */
void shoal_app_calm_satisfy (ShoalAppCalm *self);

/* The pointer moved over rows, or they were scrolled: not in the next 2 s. */
void shoal_app_calm_touch (ShoalAppCalm *self);

/* Nor before the release: a menu is open, or something is dragged. In pairs. */
void shoal_app_calm_hold (ShoalAppCalm *self);

void shoal_app_calm_release (ShoalAppCalm *self);

/* Takes notice by itself of the pointer, its buttons, and of scrolling in @view, a GtkScrollable
 * that lies in its scrolled window already and does not outlive @self. */
void shoal_app_calm_follow (ShoalAppCalm *self, GtkWidget *view);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalAppCalm, shoal_app_calm_free)

G_END_DECLS
