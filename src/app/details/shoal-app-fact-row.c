/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-fact-row.h"

#include <glib/gi18n.h>

#include "app/shoal-app-text.h"

struct _ShoalAppFactRow
{
  AdwActionRow parent_instance;

  GtkWidget *copy_button; /* unowned: a child; NULL: there is none */
  char      *copied;      /* owned; NULL: it is not copied */
  char      *source;      /* owned; what is; NULL: nothing yet */
};

G_DEFINE_FINAL_TYPE (ShoalAppFactRow, shoal_app_fact_row, ADW_TYPE_ACTION_ROW)

enum
{
  PROP_0,
  PROP_COPIED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
copy_cb (ShoalAppFactRow *self)
{
  if (self->source == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->source);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", self->copied);
}

static void
shoal_app_fact_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_COPIED:
      g_value_set_string (value, SHOAL_APP_FACT_ROW (object)->copied);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_app_fact_row_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_COPIED:
      SHOAL_APP_FACT_ROW (object)->copied = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
title_cb (ShoalAppFactRow *self)
{
  const char      *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self));
  ShoalAppTextPart part = { "what", title };
  /* Translators: {what} is the name of a fact, such as "Folder" or "Info-Hash". */
  g_autofree char *name = shoal_app_text_fill (_ ("Copy {what}"), &part, 1);

  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->copy_button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
add_copy_button (ShoalAppFactRow *self)
{
  self->copy_button = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  gtk_widget_set_tooltip_text (self->copy_button, _ ("Copy"));
  gtk_widget_set_valign (self->copy_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->copy_button, "flat");
  gtk_widget_set_visible (self->copy_button, FALSE);
  g_signal_connect_swapped (self->copy_button, "clicked", G_CALLBACK (copy_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->copy_button);
}

static void
shoal_app_fact_row_constructed (GObject *object)
{
  ShoalAppFactRow *self = SHOAL_APP_FACT_ROW (object);

  G_OBJECT_CLASS (shoal_app_fact_row_parent_class)->constructed (object);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  if (self->copied == NULL)
    return;
  add_copy_button (self);
  g_signal_connect (self, "notify::title", G_CALLBACK (title_cb), NULL);
}

static void
shoal_app_fact_row_finalize (GObject *object)
{
  ShoalAppFactRow *self = SHOAL_APP_FACT_ROW (object);

  g_clear_pointer (&self->copied, g_free);
  g_clear_pointer (&self->source, g_free);
  G_OBJECT_CLASS (shoal_app_fact_row_parent_class)->finalize (object);
}

static void
shoal_app_fact_row_class_init (ShoalAppFactRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = shoal_app_fact_row_constructed;
  object_class->finalize = shoal_app_fact_row_finalize;
  object_class->get_property = shoal_app_fact_row_get_property;
  object_class->set_property = shoal_app_fact_row_set_property;

  properties[PROP_COPIED] =
      g_param_spec_string ("copied",
                           NULL,
                           NULL,
                           NULL,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
shoal_app_fact_row_init (ShoalAppFactRow *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "fact");
}

void
shoal_app_fact_row_set_source (ShoalAppFactRow *self, const char *source)
{
  g_return_if_fail (SHOAL_IS_APP_FACT_ROW (self));

  g_free (self->source);
  self->source = g_strdup (source);
  if (self->copy_button != NULL)
    gtk_widget_set_visible (self->copy_button, source != NULL);
}

void
shoal_app_fact_row_set_text (ShoalAppFactRow *self, const char *text)
{
  g_return_if_fail (SHOAL_IS_APP_FACT_ROW (self));

  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL);
  if (text == NULL || g_strcmp0 (text, adw_action_row_get_subtitle (ADW_ACTION_ROW (self))) == 0)
    return;
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text);
  /* Of the row's children a screen reader says nothing. */
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}
