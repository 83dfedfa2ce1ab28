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
  PROP_0,
  PROP_ACTIVE,
  N_PROPS
};

enum
{
  CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];

static guint signals[N_SIGNALS];

/* The focus is on the row, so that the row says what the switch would. */
static void
tell_active (ShoalAppSwitchRow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self),
                               GTK_ACCESSIBLE_STATE_CHECKED,
                               gtk_switch_get_active (self->toggle),
                               -1);
}

static void
active_cb (ShoalAppSwitchRow *self)
{
  g_signal_emit (self, signals[CHANGED], 0, gtk_switch_get_active (self->toggle));
}

static void
shoal_app_switch_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ACTIVE:
      g_value_set_boolean (value, shoal_app_switch_row_get_is_on (SHOAL_APP_SWITCH_ROW (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_app_switch_row_set_property (GObject      *object,
                                   guint         prop_id,
                                   const GValue *value,
                                   GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_ACTIVE:
      shoal_app_switch_row_set_is_on (SHOAL_APP_SWITCH_ROW (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* At once: what the switch does by itself ends with its way, and with a window that closes before
 * that it would not be done. */
static void
shoal_app_switch_row_activate (AdwActionRow *row)
{
  ShoalAppSwitchRow *self = SHOAL_APP_SWITCH_ROW (row);

  gtk_switch_set_active (self->toggle, !gtk_switch_get_active (self->toggle));
}

static void
shoal_app_switch_row_class_init (ShoalAppSwitchRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = shoal_app_switch_row_get_property;
  object_class->set_property = shoal_app_switch_row_set_property;
  ADW_ACTION_ROW_CLASS (klass)->activate = shoal_app_switch_row_activate;

  properties[PROP_ACTIVE] =
      g_param_spec_boolean ("active",
                            NULL,
                            NULL,
                            FALSE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

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
  gtk_widget_set_focusable (GTK_WIDGET (self->toggle), FALSE);
  gtk_widget_set_valign (GTK_WIDGET (self->toggle), GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->toggle));
  /* That names it, too. */
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), GTK_WIDGET (self->toggle));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 0);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (self), 0);
  g_signal_connect_swapped (self->toggle, "notify::active", G_CALLBACK (tell_active), self);
  g_signal_connect_swapped (self->toggle, "notify::active", G_CALLBACK (active_cb), self);
  tell_active (self);
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
  shoal_app_switch_row_set_is_on (self, is_on && !is_mixed);
}

void
shoal_app_switch_row_set_is_on (ShoalAppSwitchRow *self, gboolean is_on)
{
  g_return_if_fail (SHOAL_IS_APP_SWITCH_ROW (self));

  /* GTK would end the way of a switch that the person has just pressed. */
  if (gtk_switch_get_active (self->toggle) == !!is_on)
    return;
  g_signal_handlers_block_by_func (self->toggle, active_cb, self);
  gtk_switch_set_active (self->toggle, is_on);
  g_signal_handlers_unblock_by_func (self->toggle, active_cb, self);
}

gboolean
shoal_app_switch_row_get_is_on (ShoalAppSwitchRow *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SWITCH_ROW (self), FALSE);
  return gtk_switch_get_active (self->toggle);
}
