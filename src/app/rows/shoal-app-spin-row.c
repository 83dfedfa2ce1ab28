/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/rows/shoal-app-spin-row.h"

#include <glib/gi18n.h>

#include "app/rows/shoal-app-hours.h"

/* A number that is being typed, or stepped to, is not one to act on yet. */
#define SETTLE_MS 600

struct _ShoalAppSpinRow
{
  ShoalAppFieldRow parent_instance;

  GtkSpinButton *spin; /* unowned: a child */
  guint          settle_source;
};

G_DEFINE_FINAL_TYPE (ShoalAppSpinRow, shoal_app_spin_row, SHOAL_TYPE_APP_FIELD_ROW)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
settle_cb (gpointer user_data)
{
  ShoalAppSpinRow *self = user_data;

  self->settle_source = 0;
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
value_cb (ShoalAppSpinRow *self)
{
  g_clear_handle_id (&self->settle_source, g_source_remove);
  self->settle_source = g_timeout_add (SETTLE_MS, settle_cb, self);
}

static void
shoal_app_spin_row_dispose (GObject *object)
{
  g_clear_handle_id (&SHOAL_APP_SPIN_ROW (object)->settle_source, g_source_remove);
  G_OBJECT_CLASS (shoal_app_spin_row_parent_class)->dispose (object);
}

static void
shoal_app_spin_row_class_init (ShoalAppSpinRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = shoal_app_spin_row_dispose;

  signals[CHANGED] = g_signal_new (
      "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
shoal_app_spin_row_init (ShoalAppSpinRow *self)
{
  self->spin = GTK_SPIN_BUTTON (gtk_spin_button_new_with_range (0, 1, 1));
  gtk_spin_button_set_numeric (self->spin, TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->spin), 6);
  gtk_widget_set_valign (GTK_WIDGET (self->spin), GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->spin));
  /* That names it, too. */
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), GTK_WIDGET (self->spin));
  adw_action_row_set_title_lines (ADW_ACTION_ROW (self), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 0);
  g_signal_connect_swapped (self->spin, "value-changed", G_CALLBACK (value_cb), self);
}

void
shoal_app_spin_row_set_range (ShoalAppSpinRow *self,
                              double           lower,
                              double           upper,
                              double           step,
                              guint            digits)
{
  g_return_if_fail (SHOAL_IS_APP_SPIN_ROW (self));

  g_signal_handlers_block_by_func (self->spin, value_cb, self);
  gtk_spin_button_set_digits (self->spin, digits);
  gtk_spin_button_set_range (self->spin, lower, upper);
  gtk_spin_button_set_increments (self->spin, step, step * 10);
  g_signal_handlers_unblock_by_func (self->spin, value_cb, self);
}

void
shoal_app_spin_row_set_hours (ShoalAppSpinRow *self, double upper)
{
  g_return_if_fail (SHOAL_IS_APP_SPIN_ROW (self));

  g_signal_connect (self->spin, "output", G_CALLBACK (shoal_app_hours_output_cb), NULL);
  shoal_app_spin_row_set_range (self, shoal_app_hours_from_minutes (1), upper, 1, 2);
}

void
shoal_app_spin_row_show (ShoalAppSpinRow *self, double value, gboolean is_mixed)
{
  const char *hint = is_mixed ? _ ("Differs among those that are selected") : "";

  g_return_if_fail (SHOAL_IS_APP_SPIN_ROW (self));

  if (g_strcmp0 (adw_action_row_get_subtitle (ADW_ACTION_ROW (self)), hint) != 0)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self), hint);
  if (self->settle_source != 0 || gtk_spin_button_get_value (self->spin) == value)
    return;
  g_signal_handlers_block_by_func (self->spin, value_cb, self);
  gtk_spin_button_set_value (self->spin, value);
  g_signal_handlers_unblock_by_func (self->spin, value_cb, self);
}

double
shoal_app_spin_row_get_value (ShoalAppSpinRow *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SPIN_ROW (self), 0);
  return gtk_spin_button_get_value (self->spin);
}

void
shoal_app_spin_row_flush (ShoalAppSpinRow *self)
{
  g_return_if_fail (SHOAL_IS_APP_SPIN_ROW (self));

  if (self->settle_source == 0)
    return;
  g_source_remove (self->settle_source);
  settle_cb (self);
}
