/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/rows/shoal-app-field-row.h"

G_BEGIN_DECLS

/* A row with a number, which libadwaita has from 1.4 on.
 *
 * Signal "changed" (ShoalAppSpinRow *): the person wants another number; a moment after the last
 * step or digit. */
#define SHOAL_TYPE_APP_SPIN_ROW (shoal_app_spin_row_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppSpinRow, shoal_app_spin_row, SHOAL, APP_SPIN_ROW, ShoalAppFieldRow)

/* @digits: after the point. */
void shoal_app_spin_row_set_range (ShoalAppSpinRow *self,
                                   double           lower,
                                   double           upper,
                                   double           step,
                                   guint            digits);

/* Of hours, from a minute on, up to @upper. */
void shoal_app_spin_row_set_hours (ShoalAppSpinRow *self, double upper);

/* Shows a value, unless the person is about to change it. */
void shoal_app_spin_row_show (ShoalAppSpinRow *self, double value, gboolean is_mixed);

double shoal_app_spin_row_get_value (ShoalAppSpinRow *self);

/* What the person is changing is told at once: the row is about to show something else. */
void shoal_app_spin_row_flush (ShoalAppSpinRow *self);

G_END_DECLS
