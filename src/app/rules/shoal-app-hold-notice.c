/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/rules/shoal-app-hold-notice.h"

#include <glib/gi18n.h>

#define TEMPLATE "/io/github/shoalapp/Shoal/rules/shoal-app-hold-notice.ui"

struct _ShoalAppHoldNotice
{
  AdwBin parent_instance;

  GtkLabel *label; /* unowned, as all children: the template holds them */

  ShoalAppRules *rules; /* owned */
};

G_DEFINE_FINAL_TYPE (ShoalAppHoldNotice, shoal_app_hold_notice, ADW_TYPE_BIN)

static void
show_hold (ShoalAppHoldNotice *self)
{
  const char *text = NULL;

  switch (shoal_app_rules_get_hold (self->rules))
    {
    case SHOAL_HOLD_NONE:
      break;
    case SHOAL_HOLD_METERED:
      text = _ ("Everything rests: this connection is metered");
      break;
    case SHOAL_HOLD_POWER:
      text = _ ("Everything rests: the battery is being saved");
      break;
    }
  if (text != NULL)
    gtk_label_set_label (self->label, text);
  /* Not by its revealer: a screen reader would go on reading what is not revealed. */
  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL);
}

static void
response_cb (ShoalAppHoldNotice *self)
{
  shoal_app_rules_go_on (self->rules);
}

static void
shoal_app_hold_notice_dispose (GObject *object)
{
  g_clear_object (&SHOAL_APP_HOLD_NOTICE (object)->rules);
  G_OBJECT_CLASS (shoal_app_hold_notice_parent_class)->dispose (object);
}

static void
shoal_app_hold_notice_class_init (ShoalAppHoldNoticeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_hold_notice_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, TEMPLATE);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppHoldNotice, label);
  gtk_widget_class_bind_template_callback (widget_class, response_cb);
}

static void
shoal_app_hold_notice_init (ShoalAppHoldNotice *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
shoal_app_hold_notice_set_rules (ShoalAppHoldNotice *self, ShoalAppRules *rules)
{
  g_return_if_fail (SHOAL_IS_APP_HOLD_NOTICE (self));
  g_return_if_fail (self->rules == NULL);

  self->rules = g_object_ref (rules);
  g_signal_connect_object (rules, "hold", G_CALLBACK (show_hold), self, G_CONNECT_SWAPPED);
  show_hold (self);
}
