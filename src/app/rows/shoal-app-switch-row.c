/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/rows/shoal-app-switch-row.h"

#include <glib/gi18n.h>

struct _ShoalAppSwitchRow
{
  AdwActionRow parent_instance;

  GtkSwitch *toggle; /* unowned: a child */
};

G_DEFINE_FINAL_TYPE (ShoalAppSwitchRow, shoal_app_switch_row, ADW_TYPE_ACTION_ROW)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
active_cb (ShoalAppSwitchRow *self)
{
  g_signal_emit (self, signals[CHANGED], 0, gtk_switch_get_active (self->toggle));
}

static void
shoal_app_switch_row_class_init (ShoalAppSwitchRowClass *klass)
{
  signals[CHANGED] = g_signal_new ("changed",
                                   G_TYPE_FROM_CLASS (klass),
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_BOOLEAN);
}

static void
shoal_app_switch_row_init (ShoalAppSwitchRow *self)
{
  self->toggle = GTK_SWITCH (gtk_switch_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->toggle), GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->toggle));
  /* That names it, too. */
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), GTK_WIDGET (self->toggle));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 0);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (self), 0);
  g_signal_connect_swapped (self->toggle, "notify::active", G_CALLBACK (active_cb), self);
}

void
shoal_app_switch_row_show (ShoalAppSwitchRow *self,
                           gboolean           is_on,
                           gboolean           is_mixed,
                           const char        *hint)
{
  g_return_if_fail (SHOAL_IS_APP_SWITCH_ROW (self));

  if (is_mixed)
    hint = _ ("Differs among those that are selected");
  if (g_strcmp0 (adw_action_row_get_subtitle (ADW_ACTION_ROW (self)), hint != NULL ? hint : "") !=
      0)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self), hint != NULL ? hint : "");
  if (gtk_switch_get_active (self->toggle) == (is_on && !is_mixed))
    return;
  g_signal_handlers_block_by_func (self->toggle, active_cb, self);
  gtk_switch_set_active (self->toggle, is_on && !is_mixed);
  g_signal_handlers_unblock_by_func (self->toggle, active_cb, self);
}

gboolean
shoal_app_switch_row_get_is_on (ShoalAppSwitchRow *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SWITCH_ROW (self), FALSE);
  return gtk_switch_get_active (self->toggle);
}
